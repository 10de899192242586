//! The C library's `malloc`: memory of one process.

use std::ptr::NonNull;

use super::Peer;
use crate::job::Job;
use crate::outcome::Failure;
use crate::scenarios::blocks::{self, Blocks};

pub(super) const PEER: Peer = Peer {
    key: "malloc",
    title: "glibc `malloc` (one process)",
    package: None,
    entries: || blocks::entries::<Malloc>().into(),
    absent: &[("*", "blocks of memory, in one process")],
};

struct Malloc;

impl Blocks for Malloc {
    type Block = NonNull<libc::c_void>;

    fn create(_: &Job) -> Result<Self, Failure> {
        Ok(Self)
    }

    #[inline]
    fn alloc(&mut self, len: usize) -> Self::Block {
        // SAFETY: any length may be asked for.
        NonNull::new(unsafe { libc::malloc(len) }).expect("there is memory")
    }

    #[inline]
    fn number(block: &Self::Block) -> u64 {
        block.addr().get() as u64
    }

    #[inline]
    fn free(&mut self, block: Self::Block) {
        // SAFETY: a block of `malloc`, which is freed once.
        unsafe { libc::free(block.as_ptr()) };
    }
}
