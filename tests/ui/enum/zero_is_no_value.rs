use shm_core::{traits::ValidZeroed, SharedLayout};

#[derive(SharedLayout, Clone, Copy, Debug)]
#[repr(i32)]
enum Level {
    Low = -1,
    High = 1,
}

#[derive(SharedLayout)]
#[repr(C)]
struct Tank {
    level: Level,
}

fn create<T: ValidZeroed>() {}

fn main() {
    create::<Tank>();
}
