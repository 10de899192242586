use shm_core::SharedLayout;

#[derive(SharedLayout)]
#[repr(C)]
#[shm(fold = "max")]
struct Counters {
    requests: u64,
}

fn main() {}
