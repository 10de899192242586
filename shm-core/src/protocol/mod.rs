//! The protocols of the synchronisation types, free of memory maps and system calls, generic over
//! the machine: the library runs them on std's atomics, the models in `tests/models` on loom's.

#[cfg(feature = "async")]
pub mod awaiting;
pub mod barrier;
pub mod heap;
pub mod queue;
pub mod ring;

pub mod lock;
pub mod notify;
pub mod once;
pub mod participant;
pub mod per_process;
pub mod ready;
pub mod rwlock;
pub mod semaphore;
pub mod sleep;

use std::sync::atomic::Ordering;

use crate::copy;

/// A machine that a protocol runs on.
pub trait Machine: 'static {
    /// An atomic `u32`.
    type U32: Word<u32>;
    /// An atomic `u64`.
    type U64: Word<u64>;

    /// The hints to the processor that a locker gives before it sleeps, which take a few microseconds.
    const SPINS: u32 = 100;

    /// A memory fence.
    fn fence(order: Ordering);

    /// Hints that this thread is waiting for another one.
    fn spin();

    /// Hints that the first words are about to be read.
    #[inline]
    fn prefetch(_words: &[Self::U64]) {}

    /// Writes `values` to as many words, each with a relaxed store.
    #[inline]
    fn store_words(values: &[u64], words: &[Self::U64]) {
        for (value, word) in values.iter().zip(words) {
            word.store(*value, Ordering::Relaxed);
        }
    }
}

/// An atomic word.
pub trait Word<T> {
    /// Reads.
    fn load(&self, order: Ordering) -> T;
    /// Writes.
    fn store(&self, value: T, order: Ordering);
    /// Writes, and returns the old value.
    fn swap(&self, value: T, order: Ordering) -> T;
    /// Sets bits, and returns the old value.
    fn fetch_or(&self, bits: T, order: Ordering) -> T;
    /// Adds, and returns the old value.
    fn fetch_add(&self, value: T, order: Ordering) -> T;
    /// Writes `new` if the value is `current`.
    ///
    /// # Errors
    /// The actual value, if it is another one.
    fn compare_exchange(
        &self,
        current: T,
        new: T,
        success: Ordering,
        failure: Ordering,
    ) -> Result<T, T>;
}

/// The real machine.
#[derive(Clone, Copy, Debug)]
pub enum Hardware {}

impl Machine for Hardware {
    type U32 = std::sync::atomic::AtomicU32;
    type U64 = std::sync::atomic::AtomicU64;

    #[inline]
    fn fence(order: Ordering) {
        std::sync::atomic::fence(order);
    }

    #[inline]
    fn spin() {
        std::hint::spin_loop();
    }

    #[inline]
    fn prefetch(words: &[Self::U64]) {
        #[cfg(shm_assembly)]
        {
            use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
            // SAFETY: a hint, which reads nothing, whatever the address.
            unsafe { _mm_prefetch::<_MM_HINT_T0>(words.as_ptr().cast()) };
        }
        #[cfg(not(shm_assembly))]
        let _ = words;
    }

    #[inline]
    fn store_words(values: &[u64], words: &[Self::U64]) {
        let len = 8 * values.len().min(words.len());
        // SAFETY: both slices have at least that many bytes; the words are atomics of 8 bytes.
        unsafe {
            copy::store::<u64>(words.as_ptr().cast_mut().cast(), values.as_ptr().cast(), len);
        };
    }
}

/// Implements [`Word`] for an atomic type that has std's methods.
#[macro_export]
#[doc(hidden)]
macro_rules! __protocol_word {
    ($atomic:ty, $int:ty) => {
        impl $crate::protocol::Word<$int> for $atomic {
            #[inline]
            fn load(&self, order: ::core::sync::atomic::Ordering) -> $int {
                <$atomic>::load(self, order)
            }
            #[inline]
            fn store(&self, value: $int, order: ::core::sync::atomic::Ordering) {
                <$atomic>::store(self, value, order);
            }
            #[inline]
            fn swap(&self, value: $int, order: ::core::sync::atomic::Ordering) -> $int {
                <$atomic>::swap(self, value, order)
            }
            #[inline]
            fn fetch_or(&self, bits: $int, order: ::core::sync::atomic::Ordering) -> $int {
                <$atomic>::fetch_or(self, bits, order)
            }
            #[inline]
            fn fetch_add(&self, value: $int, order: ::core::sync::atomic::Ordering) -> $int {
                <$atomic>::fetch_add(self, value, order)
            }
            #[inline]
            fn compare_exchange(
                &self,
                current: $int,
                new: $int,
                success: ::core::sync::atomic::Ordering,
                failure: ::core::sync::atomic::Ordering,
            ) -> ::core::result::Result<$int, $int> {
                <$atomic>::compare_exchange(self, current, new, success, failure)
            }
        }
    };
}

__protocol_word!(std::sync::atomic::AtomicU32, u32);
__protocol_word!(std::sync::atomic::AtomicU64, u64);

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicU64;
    use std::sync::atomic::Ordering::Relaxed;

    use super::{Hardware, Machine};

    #[test]
    fn as_many_words_are_stored_as_there_are_values_and_words() {
        let values: [u64; 40] = std::array::from_fn(|at| at as u64 + 1);
        for (from, to) in [(0, 3), (3, 0), (2, 3), (3, 2), (20, 40), (40, 20), (40, 40)] {
            let words = [const { AtomicU64::new(0) }; 40];
            Hardware::store_words(&values[..from], &words[..to]);
            for (at, word) in words.iter().enumerate() {
                let expected = if at < from.min(to) { values[at] } else { 0 };
                assert_eq!(word.load(Relaxed), expected, "word {at} of {from} to {to}");
            }
        }
    }
}
