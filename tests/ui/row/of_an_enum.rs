use shm_core::{PerProcess, SharedLayout};

#[derive(SharedLayout, Clone, Copy)]
#[repr(u8)]
enum Mode {
    Idle,
    Busy,
}

#[derive(SharedLayout)]
#[repr(C)]
#[shm(fold = "sum")]
struct Counters {
    requests: u64,
    mode: Mode,
}

#[derive(SharedLayout)]
#[repr(C)]
struct Board {
    workers: PerProcess<Counters, 64>,
}

fn main() {}
