//! [`Address`]: one place in memory that other processes may change.

use std::ptr::NonNull;
use std::sync::atomic::Ordering::{AcqRel, Acquire, Release};
use std::sync::atomic::{AtomicU8, AtomicU16, AtomicU32, AtomicU64};

/// The address of a value in a region, or in a copy of one.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Address(NonNull<u8>);

// SAFETY: an address is a number; each access through it is one atomic instruction.
unsafe impl Send for Address {}
// SAFETY: as for `Send`.
unsafe impl Sync for Address {}

/// The width of a scalar, in bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Width {
    One,
    Two,
    Four,
    Eight,
}

macro_rules! atomic {
    ($($word:ident)*) => {$(
        impl Word for $word {}
    )*};
}

/// An atomic of std.
trait Word {}
atomic! { AtomicU8 AtomicU16 AtomicU32 AtomicU64 }

impl Address {
    pub(crate) fn new(address: NonNull<u8>) -> Self {
        Self(address)
    }

    /// The address of a pointer that is not null.
    pub(crate) fn of(pointer: *mut u8) -> Self {
        Self(NonNull::new(pointer).expect("a mapping never starts at address 0"))
    }

    pub(crate) fn as_usize(self) -> usize {
        self.0.as_ptr() as usize
    }

    pub(crate) fn as_ptr(self) -> *mut u8 {
        self.0.as_ptr()
    }

    /// The address `offset` bytes further on.
    ///
    /// # Safety
    /// It is in the same memory.
    #[inline]
    pub(crate) unsafe fn plus(self, offset: usize) -> Self {
        // SAFETY: the caller's promise.
        Self(unsafe { self.0.add(offset) })
    }

    /// The address `offset` bytes before, only to be compared.
    pub(crate) fn wrapping_back(self, offset: usize) -> Self {
        NonNull::new(self.as_ptr().wrapping_sub(offset)).map_or(self, Self)
    }

    /// The address `offset` bytes further on, or back.
    ///
    /// # Safety
    /// As [`Address::plus`].
    #[inline]
    pub(crate) unsafe fn stepped(self, offset: isize) -> Self {
        // SAFETY: the caller's promise.
        Self(unsafe { self.0.offset(offset) })
    }

    /// The atomic there.
    ///
    /// # Safety
    /// The memory lasts for `'a`, the address is aligned for `W`, and all accesses to it are atomic, or
    /// no one writes it.
    #[inline]
    unsafe fn word<'a, W: Word>(self) -> &'a W {
        // SAFETY: the caller's promise; an atomic may be changed through a shared reference (I2).
        unsafe { self.0.cast::<W>().as_ref() }
    }

    /// Reads the word there, by one Acquire load.
    ///
    /// # Safety
    /// A word of this width is there, in memory that lasts while this runs.
    #[inline]
    pub(crate) unsafe fn load(self, width: Width) -> u64 {
        match width {
            // SAFETY: the caller's promise.
            Width::One => u64::from(unsafe { self.word::<AtomicU8>() }.load(Acquire)),
            // SAFETY: the caller's promise.
            Width::Two => u64::from(unsafe { self.word::<AtomicU16>() }.load(Acquire)),
            // SAFETY: the caller's promise.
            Width::Four => u64::from(unsafe { self.word::<AtomicU32>() }.load(Acquire)),
            // SAFETY: the caller's promise.
            Width::Eight => unsafe { self.word::<AtomicU64>() }.load(Acquire),
        }
    }

    /// Writes the word there, by one Release store.
    ///
    /// # Safety
    /// As [`Address::load`], and the memory can be written.
    #[inline]
    pub(crate) unsafe fn store(self, width: Width, bits: u64) {
        match width {
            // SAFETY: the caller's promise.
            Width::One => unsafe { self.word::<AtomicU8>() }.store(bits as u8, Release),
            // SAFETY: the caller's promise.
            Width::Two => unsafe { self.word::<AtomicU16>() }.store(bits as u16, Release),
            // SAFETY: the caller's promise.
            Width::Four => unsafe { self.word::<AtomicU32>() }.store(bits as u32, Release),
            // SAFETY: the caller's promise.
            Width::Eight => unsafe { self.word::<AtomicU64>() }.store(bits, Release),
        }
    }

    /// Adds to the word there, wrapping around; the word before.
    ///
    /// # Safety
    /// As [`Address::store`].
    #[inline]
    pub(crate) unsafe fn fetch_add(self, width: Width, bits: u64) -> u64 {
        match width {
            // SAFETY: the caller's promise.
            Width::One => unsafe { self.word::<AtomicU8>() }.fetch_add(bits as u8, AcqRel).into(),
            // SAFETY: the caller's promise.
            Width::Two => unsafe { self.word::<AtomicU16>() }.fetch_add(bits as u16, AcqRel).into(),
            Width::Four => {
                // SAFETY: the caller's promise.
                unsafe { self.word::<AtomicU32>() }.fetch_add(bits as u32, AcqRel).into()
            }
            // SAFETY: the caller's promise.
            Width::Eight => unsafe { self.word::<AtomicU64>() }.fetch_add(bits, AcqRel),
        }
    }
}
