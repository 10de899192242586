//! Copies between memory that processes share and memory that is private.
//!
//! What a copy means is the literal loop in [`portable`]: one relaxed atomic access for each element,
//! at the element's own width. On x86-64 with AVX the same is done 16 bytes at a time: processors that
//! have AVX access 16 aligned bytes in one step (Intel SDM volume 3A, 9.1.1; AMD APM volume 2, 7.3.2),
//! so that no element, which is aligned to its own width, is ever read or written in parts.
//!
//! Nothing is ordered here: callers put a fence behind a load and before a store.

use crate::scalar::sealed::Word;

mod portable;
#[cfg(all(target_arch = "x86_64", not(miri), not(feature = "portable")))]
mod x86_64;

#[cfg(not(all(target_arch = "x86_64", not(miri), not(feature = "portable"))))]
use portable as fast;
#[cfg(all(target_arch = "x86_64", not(miri), not(feature = "portable")))]
use x86_64 as fast;

/// Copies `len` bytes out of shared memory, in elements as wide as a `T`.
///
/// # Safety
/// `shared` is aligned to the size of a `T`, `len` is a multiple of it, and both ranges are valid for
/// `len` bytes. Whoever else accesses the shared ones meanwhile does so by atomics of that width.
/// Nobody else accesses the private ones. The bytes that are copied make up `T`s.
#[inline]
pub(crate) unsafe fn load<T: Word>(shared: *const u8, private: *mut u8, len: usize) {
    // SAFETY: the caller's.
    unsafe { fast::load::<T>(shared, private, len) }
}

/// Copies `len` bytes into shared memory, in elements as wide as a `T`.
///
/// # Safety
/// As for [`load`].
#[inline]
pub(crate) unsafe fn store<T: Word>(shared: *mut u8, private: *const u8, len: usize) {
    // SAFETY: the caller's.
    unsafe { fast::store::<T>(shared, private, len) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A sequence that repeats late (xorshift).
    fn bytes(seed: u64, len: usize) -> Vec<u8> {
        let mut state = seed | 1;
        let mut next = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state as u8
        };
        (0..len).map(|_| next()).collect()
    }

    /// Memory whose start is aligned to a cache line.
    #[repr(C, align(64))]
    struct Aligned([u8; 4096 + 256]);

    /// Every length up to 4096 (all small ones, then steps), every alignment of both sides: both ways
    /// of copying give the same, and leave everything around it alone.
    fn agrees<T: Word>() {
        let width = size_of::<T>();
        let source = Aligned(bytes(7, 4096 + 256).try_into().expect("that many"));
        let lengths = (0..=300).chain((301..=4096).step_by(61)).chain([4096]);
        for len in lengths.map(|len| len / width * width) {
            for shared in (0..64).step_by(width) {
                let private = (len * 7 + shared * 3) % 67;
                let (mut fast, mut slow) = (Aligned([0xa5; 4352]), Aligned([0xa5; 4352]));
                let from = source.0.as_ptr();
                let to = |target: &mut Aligned| target.0.as_mut_ptr().wrapping_add(private);
                let (to_fast, to_slow) = (to(&mut fast), to(&mut slow));
                // SAFETY: all ranges lie inside the arrays, which this test alone uses.
                unsafe { load::<T>(from.wrapping_add(shared), to_fast, len) };
                // SAFETY: as above.
                unsafe { portable::load::<T>(from.wrapping_add(shared), to_slow, len) };
                assert!(fast.0 == slow.0, "load {width} {len} {shared} {private}");
                let from = from.wrapping_add(private);
                let to = |target: &mut Aligned| target.0.as_mut_ptr().wrapping_add(shared);
                let (to_fast, to_slow) = (to(&mut fast), to(&mut slow));
                // SAFETY: as above.
                unsafe { store::<T>(to_fast, from, len) };
                // SAFETY: as above.
                unsafe { portable::store::<T>(to_slow, from, len) };
                assert!(fast.0 == slow.0, "store {width} {len} {shared} {private}");
            }
        }
    }

    #[test]
    fn bytes_are_copied_alike() {
        agrees::<u8>();
    }

    #[test]
    fn elements_of_two_bytes_are_copied_alike() {
        agrees::<u16>();
    }

    #[test]
    fn elements_of_four_bytes_are_copied_alike() {
        agrees::<u32>();
    }

    #[test]
    fn elements_of_eight_bytes_are_copied_alike() {
        agrees::<u64>();
    }
}
