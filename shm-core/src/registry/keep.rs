//! [`keep`]: keeps the region around a word mapped.

use std::panic::{RefUnwindSafe, UnwindSafe};
use std::sync::atomic::AtomicU32;
use std::sync::{Arc, Weak};

use super::{Entered, around};
use crate::sys::fork::NoFork;

/// A mapping, of a type that only the room above knows, and with the properties that handles of it have.
pub(crate) trait Keeps: Send + Sync + UnwindSafe + RefUnwindSafe {}

impl<T: Send + Sync + UnwindSafe + RefUnwindSafe> Keeps for T {}

pub(super) type Mapping = Weak<dyn Keeps>;

impl Entered {
    /// Records the mapping that this is the entry of.
    pub(crate) fn note_mapping(&self, mapping: Mapping) {
        let no_fork = NoFork::begin();
        let _ = self.0.mapping.set(mapping);
        drop(no_fork);
    }
}

/// Keeps the memory around a word mapped for as long as the result lives; `None` if it is not a region's.
pub(crate) fn keep(word: &AtomicU32) -> Option<Arc<dyn Keeps>> {
    around(word)?.mapping.get()?.upgrade()
}
