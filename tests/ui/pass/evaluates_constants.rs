//! Makes trybuild build the cases: a generic struct's layout is proved when code is generated for it.

use shm_core::SharedLayout;

#[derive(SharedLayout)]
#[repr(C)]
struct Pair<T> {
    first: T,
    second: [T; 2],
}

fn main() {
    const SECOND: usize = Pair::<u32>::LAYOUT.offset_of("second[1]");
    assert_eq!(SECOND, 8);
}
