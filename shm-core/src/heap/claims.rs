//! [`Claims`]: what this process has of the named objects in a mapping.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::attach::process_mark;
use crate::registry::Overlaid;
use crate::sys::fork::NoFork;

/// What this process has of the named objects in one mapping. Nothing in the region can change it.
#[derive(Debug, Default)]
pub(crate) struct Claims(Mutex<Book>);

#[derive(Debug, Default)]
struct Book {
    /// The values that this process has ever accessed in the mapping, by where they begin.
    values: BTreeMap<u64, Value>,
    /// The process that counted the handles: a forked child has none of its parent's.
    mark: u64,
    /// The handles of this process, by the first page of the object.
    handles: BTreeMap<usize, usize>,
}

/// A value, and how its bytes are accessed.
#[derive(Debug)]
struct Value {
    end: u64,
    len: u64,
    schema: Box<[u8]>,
    /// Its name and its fields in error messages, once this process has the type.
    shown: Option<Overlaid>,
}

impl Claims {
    /// Locked by one thread at a time. No change takes two steps between which a panic could occur.
    fn book(&self, _: &NoFork) -> MutexGuard<'_, Book> {
        let mut book = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mark = process_mark();
        if book.mark != mark {
            book.handles.clear();
            book.mark = mark;
        }
        book
    }

    /// Notes that this process accesses these bytes by a schema, from now until the mapping ends. Returns
    /// `false` if it accesses any of them in another way.
    pub(super) fn claim(&self, bytes: Range<u64>, len: u64, schema: &[u8]) -> bool {
        let no_fork = NoFork::begin();
        let mut book = self.book(&no_fork);
        if let Some(known) = book.values.get(&bytes.start) {
            return known.end == bytes.end && known.len == len && *known.schema == *schema;
        }
        let before = book.values.range(..bytes.end).next_back();
        if before.is_some_and(|(_, value)| value.end > bytes.start) {
            return false;
        }
        let value = Value { end: bytes.end, len, schema: schema.into(), shown: None };
        book.values.insert(bytes.start, value);
        true
    }

    /// Notes the name and the type of the value that begins there, for error messages.
    pub(super) fn show_as(&self, start: u64, shown: Overlaid) {
        let no_fork = NoFork::begin();
        let mut book = self.book(&no_fork);
        let before = book.values.get_mut(&start).map(|value| value.shown.replace(shown));
        drop(book);
        drop(no_fork);
        drop(before);
    }

    /// Counts a handle of the object that begins with this page.
    pub(super) fn keep(&self, page: usize) {
        let no_fork = NoFork::begin();
        *self.book(&no_fork).handles.entry(page).or_default() += 1;
    }

    /// Counts a handle less; if it was the last one, calls `let_go`, while no other is counted.
    pub(super) fn drop(&self, page: usize, let_go: impl FnOnce()) {
        let no_fork = NoFork::begin();
        let mut book = self.book(&no_fork);
        let Some(count) = book.handles.get_mut(&page) else { return };
        *count -= 1;
        if *count == 0 {
            book.handles.remove(&page);
            let_go();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_byte_is_ever_accessed_by_two_schemas() {
        let claims = Claims::default();
        assert!(claims.claim(64..128, 0, b"one"));
        assert!(claims.claim(64..128, 0, b"one"), "the same again");
        assert!(claims.claim(128..136, 0, b"two") && claims.claim(0..64, 0, b"three"));
        for bytes in [64..128, 64..120, 60..65, 0..1000, 127..128, 100..104, 130..300] {
            assert!(!claims.claim(bytes.clone(), 0, b"other"), "{bytes:?}");
        }
        assert!(!claims.claim(64..128, 1, b"one"), "of another length");
        assert!(!claims.claim(64..136, 0, b"one"), "of another size");
    }

    #[test]
    fn the_last_handle_lets_go() {
        let (claims, went) = (Claims::default(), std::cell::Cell::new(0));
        let drop = |page| claims.drop(page, || went.set(went.get() + 1));
        claims.keep(3);
        claims.keep(3);
        claims.keep(4);
        drop(3);
        assert_eq!(went.get(), 0);
        drop(4);
        drop(3);
        assert_eq!(went.get(), 2);
        drop(3);
        assert_eq!(went.get(), 2, "there was none");
    }
}
