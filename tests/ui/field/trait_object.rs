use std::fmt::Debug;

use shm_core::SharedLayout;

#[derive(SharedLayout)]
#[repr(C)]
struct Job {
    id: u32,
    run: dyn Debug,
}

fn main() {}
