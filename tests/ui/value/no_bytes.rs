//! Elements without bytes could be any number.

use std::marker::PhantomData;

use shm_core::Owned;
use shm_core::heap::HeapValue;

#[derive(HeapValue)]
struct Job {
    nothing: Vec<PhantomData<u8>>,
}

#[derive(HeapValue)]
struct Empty {}

fn main() {
    let _ = <Owned<Job> as shm_core::SharedLayout>::LAYOUT;
}
