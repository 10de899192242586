//! Loom's machine: the atomics of the protocols, under exploration.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::Ordering;

use shm_core::protocol::{Machine, Word};

/// The machine of the models.
#[derive(Clone, Copy, Debug)]
pub enum Loom {}

impl Machine for Loom {
    type U32 = LoomU32;
    type U64 = LoomU64;

    /// Loom explores another look anyway.
    const SPINS: u32 = 0;

    fn fence(order: Ordering) {
        loom::sync::atomic::fence(order);
    }

    fn spin() {
        loom::thread::yield_now();
    }
}

thread_local! {
    /// The number of stores that the process which is about to die has left. Loom runs all of its threads in
    /// one: no other process may be there meanwhile.
    static LEFT: Cell<Option<u64>> = const { Cell::new(None) };
}

struct Death;

/// Runs an operation of the only process there is, which dies before its store of this number. `None` if it
/// died.
pub(crate) fn die_before<T>(store: u64, operation: impl FnOnce() -> T) -> Option<T> {
    LEFT.set(Some(store));
    let done = catch_unwind(AssertUnwindSafe(operation));
    LEFT.set(None);
    match done {
        Ok(done) => Some(done),
        Err(panic) if panic.is::<Death>() => None,
        Err(panic) => resume_unwind(panic),
    }
}

/// Whether the process lives to make its next store: the dead write nothing while they unwind.
fn lives() -> bool {
    match LEFT.get() {
        None => true,
        Some(0) if std::thread::panicking() => false,
        Some(0) => resume_unwind(Box::new(Death)),
        Some(left) => {
            LEFT.set(Some(left - 1));
            true
        }
    }
}

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident $atomic:ident $int:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $name(loom::sync::atomic::$atomic);

        impl $name {
            /// A new word, inside a model.
            #[must_use]
            pub fn new(value: $int) -> Self {
                Self(loom::sync::atomic::$atomic::new(value))
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
    /// A `u32` under exploration.
    LoomU32 AtomicU32 u32;
    /// A `u64` under exploration.
    LoomU64 AtomicU64 u64;
}
