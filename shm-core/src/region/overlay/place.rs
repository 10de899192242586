//! Where overlays are, so that an error about a value can name the file and the field.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::own::Own;
use crate::layout::Layout;
use crate::region::mapping::Place;

/// An overlay's entry in the table. Removed when this is dropped.
#[derive(Debug)]
pub(super) struct Entry {
    key: (usize, u64),
    label: Arc<str>,
}

struct Known {
    len: usize,
    layout: &'static Layout,
    label: Arc<str>,
}

/// By the first address, and a number that tells those apart which lie at the same address.
static KNOWN: Own<BTreeMap<(usize, u64), Known>> = Own::new();

impl Entry {
    pub(super) fn new(start: usize, len: usize, layout: &'static Layout, label: String) -> Self {
        static COUNTER: AtomicU64 = AtomicU64::new(0);
        let key = (start, COUNTER.fetch_add(1, Ordering::Relaxed));
        let label = Arc::<str>::from(label);
        KNOWN.lock().insert(key, Known { len, layout, label: Arc::clone(&label) });
        Self { key, label }
    }

    /// What an error message calls the bytes.
    pub(super) fn label(&self) -> &str {
        &self.label
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        KNOWN.lock().remove(&self.key);
    }
}

/// Finds the overlay and the field that an address belongs to. Slow: for error messages.
pub(crate) fn locate(address: usize) -> Option<Place> {
    let known = KNOWN.lock();
    let before = known.range(..=(address, u64::MAX)).rev();
    let (offset, found) = before
        .map(|(&(start, _), known)| (address - start, known))
        .find(|(offset, known)| *offset < known.len)?;
    let (field, _) = found.layout.path_at(offset)?;
    Some(Place { region: found.label.to_string(), field })
}
