use shm_core::SharedLayout;

#[derive(SharedLayout)]
#[repr(C)]
struct Job {
    run: extern "C" fn(u32) -> u32,
}

fn main() {}
