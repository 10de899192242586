use shm_core::{Mutex, PerProcess, SharedLayout};

#[derive(SharedLayout)]
#[repr(C)]
#[shm(fold = "sum")]
struct Counters {
    requests: u64,
    last: Mutex<u64>,
}

#[derive(SharedLayout)]
#[repr(C)]
struct Board {
    workers: PerProcess<Counters, 64>,
}

fn main() {}
