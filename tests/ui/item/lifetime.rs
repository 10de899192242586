use std::marker::PhantomData;

use shm_core::SharedLayout;

#[derive(SharedLayout)]
#[repr(C)]
struct Borrower<'a, T> {
    value: T,
    from: PhantomData<&'a u8>,
}

fn value(borrower: &BorrowerView<u32>) -> u32 {
    borrower.value.get()
}

fn main() {}
