use shm_core::{SharedLayout, View};

struct Foreign;

#[derive(SharedLayout)]
#[repr(C)]
struct Pair<T> {
    first: T,
    second: [T; 2],
}

fn first(_: &View<Pair<Foreign>>) {}

fn main() {}
