use shm_core::{PerProcess, SharedLayout};

#[derive(SharedLayout)]
#[repr(C)]
struct Counters {
    requests: u64,
}

#[derive(SharedLayout)]
#[repr(C)]
struct Board {
    workers: PerProcess<Counters, 64>,
}

fn main() {}
