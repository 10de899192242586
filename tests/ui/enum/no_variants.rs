use shm_core::SharedLayout;

#[derive(SharedLayout, Clone, Copy, Debug)]
enum Never {}

fn main() {}
