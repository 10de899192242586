//! A machine on which a participant dies before any store: everything that it would have written from
//! there on is not written.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use crate::protocol::{Machine, Word};

/// The machine of the tests.
#[derive(Clone, Copy, Debug)]
pub(super) enum Mortal {}

impl Machine for Mortal {
    type U32 = MortalU32;
    type U64 = MortalU64;

    fn fence(order: Ordering) {
        std::sync::atomic::fence(order);
    }

    fn spin() {
        std::hint::spin_loop();
    }
}

thread_local! {
    /// The number of stores that this thread has left; without one, it lives on.
    static LEFT: Cell<Option<u64>> = const { Cell::new(None) };
}

/// Runs `operation`, and dies before its store of this number. `None` if it died.
pub(super) fn die_before<T>(store: u64, operation: impl FnOnce() -> T) -> Option<T> {
    LEFT.set(Some(store));
    let done = catch_unwind(AssertUnwindSafe(operation));
    LEFT.set(None);
    match done {
        Ok(done) => Some(done),
        Err(panic) if panic.is::<Death>() => None,
        Err(panic) => resume_unwind(panic),
    }
}

struct Death;

/// Whether this thread lives to make its next store.
fn lives() -> bool {
    match LEFT.get() {
        None => true,
        Some(0) => {
            if !std::thread::panicking() {
                resume_unwind(Box::new(Death));
            }
            false
        }
        Some(left) => {
            LEFT.set(Some(left - 1));
            true
        }
    }
}

macro_rules! words {
    ($($name:ident $atomic:ident $int:ident;)*) => {$(
        #[derive(Debug, Default)]
        pub(super) struct $name(pub(super) $atomic);

        impl $name {
            pub(super) fn load(&self, order: Ordering) -> $int {
                self.0.load(order)
            }
            pub(super) fn store(&self, value: $int, order: Ordering) {
                if lives() {
                    self.0.store(value, order);
                }
            }
        }

        impl Word<$int> for $name {
            fn load(&self, order: Ordering) -> $int {
                self.0.load(order)
            }
            fn store(&self, value: $int, order: Ordering) {
                if lives() {
                    self.0.store(value, order);
                }
            }
            fn swap(&self, value: $int, order: Ordering) -> $int {
                if lives() { self.0.swap(value, order) } else { self.0.load(Ordering::Relaxed) }
            }
            fn fetch_or(&self, bits: $int, order: Ordering) -> $int {
                if lives() { self.0.fetch_or(bits, order) } else { self.0.load(Ordering::Relaxed) }
            }
            fn fetch_add(&self, value: $int, order: Ordering) -> $int {
                if lives() { self.0.fetch_add(value, order) } else { self.0.load(Ordering::Relaxed) }
            }
            fn compare_exchange(
                &self,
                current: $int,
                new: $int,
                success: Ordering,
                failure: Ordering,
            ) -> Result<$int, $int> {
                if lives() {
                    return self.0.compare_exchange(current, new, success, failure);
                }
                // The dead are told what ends their loops.
                Ok(current)
            }
        }
    )*};
}

words! {
    MortalU32 AtomicU32 u32;
    MortalU64 AtomicU64 u64;
}
