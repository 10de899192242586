//! The overlays of this process. They may overlap each other and regions, and have no locks.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::Located;
use crate::layout::Layout;
use crate::sys::fork::NoFork;

/// The entry of an overlay, removed on drop.
#[derive(Debug)]
pub(crate) struct Overlaid {
    /// The first address, and a number that distinguishes overlays at the same address.
    key: (usize, u64),
    label: Arc<str>,
}

struct Known {
    len: usize,
    layout: &'static Layout,
    label: Arc<str>,
}

/// Locked only while a [`NoFork`] exists.
static KNOWN: Mutex<BTreeMap<(usize, u64), Known>> = Mutex::new(BTreeMap::new());

fn known(_: &NoFork) -> MutexGuard<'static, BTreeMap<(usize, u64), Known>> {
    // Consistent between any two statements that change it.
    KNOWN.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Overlaid {
    /// Enters `len` bytes that are accessed with this layout.
    pub(crate) fn new(start: usize, len: usize, layout: &'static Layout, label: String) -> Self {
        static COUNTER: AtomicU64 = AtomicU64::new(0);
        let key = (start, COUNTER.fetch_add(1, Ordering::Relaxed));
        let label = Arc::<str>::from(label);
        let value = Known { len, layout, label: Arc::clone(&label) };
        known(&NoFork::begin()).insert(key, value);
        Self { key, label }
    }

    /// The name of the bytes in error messages.
    pub(crate) fn label(&self) -> &str {
        &self.label
    }
}

impl Drop for Overlaid {
    fn drop(&mut self) {
        known(&NoFork::begin()).remove(&self.key);
    }
}

/// Finds the overlay and the field that an address belongs to.
pub(super) fn locate(address: usize) -> Option<Located> {
    let no_fork = NoFork::begin();
    let known = known(&no_fork);
    let before = known.range(..=(address, u64::MAX)).rev();
    let (offset, found) = before
        .map(|(&(start, _), known)| (address - start, known))
        .find(|(offset, known)| *offset < known.len)?;
    let (field, _) = found.layout.path_at(offset)?;
    Some(Located { region: found.label.to_string(), field: field.into() })
}
