//! The encoded layouts of this program's types, each made at the first region of its type that is opened.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::format::FormatError;
use crate::layout::Layout;
use crate::schema::Encoded;
use crate::sys::fork::NoFork;

/// By the address of the layout. Locked only while a [`NoFork`] exists.
static ENCODED: Mutex<BTreeMap<usize, Arc<Encoded>>> = Mutex::new(BTreeMap::new());

/// Returns the encoded layout of a type.
pub(super) fn of(layout: &'static Layout) -> Result<Arc<Encoded>, FormatError> {
    let address = std::ptr::from_ref(layout).addr();
    let no_fork = NoFork::begin();
    // Consistent between any two statements that change it.
    let mut encoded = ENCODED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = encoded.get(&address) {
        return Ok(Arc::clone(known));
    }
    let new = Arc::new(Encoded::of(layout)?);
    encoded.insert(address, Arc::clone(&new));
    drop(encoded);
    drop(no_fork);
    Ok(new)
}
