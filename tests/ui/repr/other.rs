use shm_core::SharedLayout;

#[derive(SharedLayout)]
#[repr(transparent)]
struct Metres(f64);

fn main() {}
