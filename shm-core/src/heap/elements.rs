//! Bytes in the words of a block, and in private memory.

use std::cell::UnsafeCell;
use std::mem::MaybeUninit;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;

use crate::access::Access;
use crate::chunks::as_chunks;
use crate::copy;
use crate::shared_layout::Plain;

/// Copies the first `len` bytes of some words to private memory, each word by a relaxed load.
///
/// # Safety
/// `to` has room for that many bytes, which only this thread accesses. The words have that many.
pub(super) unsafe fn load_bytes(words: &[AtomicU64], to: *mut u8, len: usize) {
    assert!(len <= size_of_val(words), "a value lies inside its block");
    let whole = len / 8;
    // SAFETY: the words are atomics of 8 bytes, and there is room for that many.
    unsafe { copy::load::<u64>(words.as_ptr().cast(), to, 8 * whole) };
    if let (Some(last), rest @ 1..) = (words.get(whole), len % 8) {
        let bytes = last.load(Relaxed).to_ne_bytes();
        let to = to.wrapping_add(8 * whole);
        // SAFETY: the caller's: there is room for the rest.
        unsafe { to.copy_from_nonoverlapping(bytes.as_ptr(), rest) };
    }
}

/// Copies bytes to words, each by a relaxed store; the rest of the last one is zero.
///
/// A block has room for its value. If a peer wrote nonsense to the heap meanwhile, it may have less: then
/// the value is cut.
pub(super) fn store_bytes(words: &[AtomicU64], bytes: &[u8]) {
    let bytes = &bytes[..bytes.len().min(size_of_val(words))];
    let (whole, rest) = as_chunks::<_, 8>(bytes);
    let shared = words.as_ptr().cast_mut().cast();
    // SAFETY: the words are atomics of 8 bytes, at least as many as are copied.
    unsafe { copy::store::<u64>(shared, bytes.as_ptr(), size_of_val(whole)) };
    if let (Some(last), false) = (words.get(whole.len()), rest.is_empty()) {
        let mut word = [0; 8];
        word[..rest.len()].copy_from_slice(rest);
        last.store(u64::from_ne_bytes(word), Relaxed);
    }
}

/// Private memory for elements, as their views see it. All of its bytes are initialised.
pub(super) struct Elements<T> {
    memory: Vec<UnsafeCell<MaybeUninit<T>>>,
}

impl<T: Plain> Elements<T> {
    pub(super) fn zeroed(count: usize) -> Self {
        let mut memory = Vec::<UnsafeCell<MaybeUninit<T>>>::with_capacity(count);
        // SAFETY: there is room for that many, and zeros are valid in memory that may be uninitialised.
        unsafe { memory.as_mut_ptr().write_bytes(0, count) };
        // SAFETY: that many were written.
        unsafe { memory.set_len(count) };
        Self { memory }
    }

    /// Copies the bytes of all elements out of some words, which have them.
    pub(super) fn fill(&mut self, words: &[AtomicU64]) {
        let len = size_of_val(&self.memory[..]);
        // SAFETY: exactly that many bytes are ours; through `&mut self`, no view of them is alive.
        unsafe { load_bytes(words, self.memory.as_mut_ptr().cast(), len) };
    }

    /// The shared form of each element, over private memory.
    pub(super) fn views<A: Access>(&self) -> &[T::View<A>] {
        // SAFETY: initialised, of the size and the alignment of `T`s and so of their views, for which any
        // bytes are valid (I1); no other references to them are alive but such views.
        unsafe { std::slice::from_raw_parts(self.memory.as_ptr().cast(), self.memory.len()) }
    }

    /// The bytes of all elements.
    pub(super) fn bytes(&mut self) -> &[u8] {
        let len = size_of_val(&self.memory[..]);
        // SAFETY: all of them are initialised; through `&mut self`, no view of them is alive.
        unsafe { std::slice::from_raw_parts(self.memory.as_ptr().cast(), len) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_of_every_length_come_back_and_leave_zeros_after_them() {
        for len in 0..70_u8 {
            let bytes: Vec<u8> = (1..=len).collect();
            let words: Vec<_> = (0..9).map(|_| AtomicU64::new(u64::MAX)).collect();
            store_bytes(&words, &bytes);
            let mut copy = vec![0xee; usize::from(len) + 1];
            // SAFETY: there is room for that many bytes.
            unsafe { load_bytes(&words, copy.as_mut_ptr(), bytes.len()) };
            assert_eq!(copy.pop(), Some(0xee), "{len} bytes: written past the end");
            assert_eq!(copy, bytes);
            if len % 8 != 0 {
                let last = words[usize::from(len) / 8].load(Relaxed).to_ne_bytes();
                assert!(last[usize::from(len) % 8..].iter().all(|byte| *byte == 0), "{len} bytes");
            }
        }
    }
}
