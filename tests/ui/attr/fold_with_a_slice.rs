use shm_core::SharedLayout;

#[derive(SharedLayout)]
#[repr(C)]
#[shm(fold = "sum")]
struct Counters {
    requests: u64,
    by_hour: [u64],
}

fn main() {}
