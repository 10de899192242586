use shm_core::SharedLayout;

#[derive(SharedLayout)]
#[repr(C)]
#[shm(capacity = 256)]
#[shm(capacity = 512)]
struct Station {
    temperature: f64,
}

fn main() {}
