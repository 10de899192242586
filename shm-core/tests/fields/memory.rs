//! Zeroed memory behind a view.

use std::convert::Infallible;
use std::marker::PhantomData;
use std::ops::Deref;
use std::sync::atomic::AtomicU64;

use shm_core::{ReadOnly, ReadWrite, SharedLayout, ValidZeroed};

/// Memory for one `T`, as a region has it, without the region.
pub(crate) struct Region<T> {
    words: Box<[AtomicU64]>,
    value: PhantomData<T>,
}

impl<T: SharedLayout + ValidZeroed> Region<T> {
    pub(crate) fn private() -> Result<Self, Infallible> {
        assert!(T::LAYOUT.align() <= 8);
        let words = (0..T::LAYOUT.size().div_ceil(8)).map(|_| AtomicU64::new(0)).collect();
        Ok(Self { words, value: PhantomData })
    }

    pub(crate) fn read_only(&self) -> &T::View<ReadOnly> {
        // SAFETY: by the contract of `SharedLayout`, all access modes have the same bytes.
        unsafe { &*self.words.as_ptr().cast() }
    }
}

impl<T: SharedLayout> Deref for Region<T> {
    type Target = T::View<ReadWrite>;

    fn deref(&self) -> &Self::Target {
        // SAFETY: `private` made the memory large and aligned enough; a view is made of atomics and
        // is valid for every byte pattern. The words are only accessed through views.
        unsafe { &*self.words.as_ptr().cast() }
    }
}
