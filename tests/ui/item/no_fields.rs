use shm_core::SharedLayout;

#[derive(SharedLayout)]
#[repr(C)]
struct Unit;

#[derive(SharedLayout)]
#[repr(C)]
struct Braces {}

#[derive(SharedLayout)]
#[repr(C)]
struct Outer {
    unit: Unit,
    braces: Braces,
}

fn main() {}
