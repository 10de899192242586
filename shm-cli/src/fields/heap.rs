//! The elements that an `Owned` owns.

use shm_core::path::{Path, Segment};
use shm_core::{DynRegion, ReadOnly, dynamic::DynValue, errors::DynError};

use super::AT_ONCE;

/// The number of times that elements in the heap are looked at again.
const ATTEMPTS: usize = 100;

/// The first elements of those that an `Owned` owns, and how many it has. If another process replaces them by fewer in
/// between, that is tried again.
pub(super) fn elements_in_heap(
    region: &DynRegion<ReadOnly>,
    path: &Path,
    most: u64,
) -> Result<(Vec<DynValue>, u64), DynError> {
    let mut attempts = 1..=ATTEMPTS;
    loop {
        let len = region.resolve(path.with(Segment::ALL))?.count().unwrap_or(0);
        let shown = Segment::Range { start: Some(0), end: Some(len.min(most)) };
        match region.resolve(path.with(shown))?.get_at_most(AT_ONCE) {
            Err(DynError::OutOfBounds { .. }) if attempts.next().is_some() => {}
            _ if len == 0 => return Ok((Vec::new(), 0)),
            found => {
                let DynValue::List(list) = found?.0 else { return Ok((Vec::new(), len)) };
                return Ok((list, len));
            }
        }
    }
}
