//! Loom's machine: the atomics of the protocols, under exploration.

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
                self.0.store(value, order);
            }
            fn swap(&self, value: $int, order: Ordering) -> $int {
                self.0.swap(value, order)
            }
            fn fetch_or(&self, bits: $int, order: Ordering) -> $int {
                self.0.fetch_or(bits, order)
            }
            fn fetch_add(&self, value: $int, order: Ordering) -> $int {
                self.0.fetch_add(value, order)
            }
            fn compare_exchange(
                &self,
                current: $int,
                new: $int,
                success: Ordering,
                failure: Ordering,
            ) -> Result<$int, $int> {
                self.0.compare_exchange(current, new, success, failure)
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
