//! Values in the region's heap: what an `Owned` is to own, as bytes.

use std::collections::BTreeMap;
use std::time::Instant;

use super::super::budget::MAX_VALUE;
use super::super::convert::unsuitable;
use super::super::memory::{Copied, Memory, NotCopied, Part};
use super::super::resolve::Kept;
use super::super::value::DynValue;
use super::contents::Change;
use super::{Plan, Rest, Write};
use crate::access::{Access, CanWrite};
use crate::error::DynError;
use crate::layout::Role;
use crate::path::Path;
use crate::schema::{Live, Type};

/// The whole of a value in the heap.
const WHOLE: Part = Part { bytes: None, most: MAX_VALUE };

/// The next value of an `Owned`.
pub(super) struct New<'p> {
    /// Its length in bytes; `None` to own nothing.
    len: Option<usize>,
    writes: Vec<Write<'p>>,
    /// Whether all else is as in the value before.
    keeps: bool,
    /// The first field that is not given: it has to be in the value before.
    missing: Option<String>,
    /// The change, if it is a value with contents.
    change: Option<Change<'p>>,
}

impl New<'_> {
    /// The bytes of the next value, given the one that the handle owns.
    pub(super) fn bytes<A: Access>(
        &self,
        memory: Memory<'_, A>,
        handle: usize,
        path: &str,
    ) -> Result<Option<Vec<u8>>, DynError> {
        let Some(len) = self.len else { return Ok(None) };
        let old = if self.keeps { whole(memory, handle, path)? } else { None };
        if let Some(change) = &self.change {
            return change.bytes(memory, old.as_ref(), path).map(Some);
        }
        let mut words = match (old.filter(|old| old.len == len), &self.missing) {
            (Some(old), _) => old.words,
            (None, None) => vec![0; len.div_ceil(8)],
            (None, Some(field)) => return Err(no_value(field)),
        };
        self.writes.iter().for_each(|write| write.to_words(&mut words));
        Ok(Some(bytes_of(&words, len)))
    }
}

/// Replaces the value of an `Owned` by one with a part changed: the part ends before the byte `end`, and a
/// value, or an element, has `size` bytes.
pub(super) fn change<A: CanWrite>(
    memory: Memory<'_, A>,
    (kept, size, end): (&Kept, u64, usize),
    path: &str,
    writes: &[Write<'_>],
    deadline: Option<Instant>,
) -> Result<(), DynError> {
    memory.replace_kept(path, &[(kept.lock, kept.handle)], deadline, |_| {
        let old = whole(memory, kept.handle, path)?;
        let Copied { len, mut words } = old.ok_or_else(|| kept.nothing(path))?;
        if kept.is_slice && end > len {
            return Err(kept.outside(path, (len as u64).checked_div(size).unwrap_or(0)));
        }
        if !kept.is_slice && size != len as u64 {
            let fault = format!("the value in the heap has {len} bytes, its type has {size}");
            return Err(DynError::NotWritable { field: path.to_owned(), fault, help: None });
        }
        writes.iter().for_each(|write| write.to_words(&mut words));
        Ok(Some(bytes_of(&words, len)))
    })
}

/// Replaces the value of an `Owned` by one with a part changed, if it is a value with contents.
pub(super) fn change_contents<A: CanWrite>(
    memory: Memory<'_, A>,
    (kept, ty): (&Kept, Type<'_>),
    path: &str,
    value: &DynValue,
    deadline: Option<Instant>,
) -> Result<(), DynError> {
    let at = kept.path_in(path);
    let change = Change { ty, steps: kept.steps_in(path), value };
    memory.replace_kept(path, &[(kept.lock, kept.handle)], deadline, |_| {
        let old = whole(memory, kept.handle, path)?.ok_or_else(|| kept.nothing(path))?;
        change.bytes(memory, Some(&old), at).map(Some)
    })
}

/// Replaces the values of all `Owned`s among the writes, or none of them on an error.
pub(super) fn replace_all<A: CanWrite>(
    memory: Memory<'_, A>,
    path: &str,
    writes: &[Write<'_>],
    deadline: Option<Instant>,
) -> Result<(), DynError> {
    let kept = writes.iter().filter_map(|write| match write {
        Write::Kept { lock, handle, new } => Some(((*lock, *handle), new)),
        Write::Word { .. } | Write::Bytes { .. } => None,
    });
    // In the order of their locks, and of two values for one place the one that was given last.
    let (places, new): (Vec<_>, Vec<_>) = kept.collect::<BTreeMap<_, _>>().into_iter().unzip();
    memory.replace_kept(path, &places, deadline, |index| {
        let (_, handle) = places[index];
        new[index].bytes(memory, handle, path)
    })
}

/// A copy of the value that a handle owns.
fn whole<A: Access>(
    memory: Memory<'_, A>,
    handle: usize,
    path: &str,
) -> Result<Option<Copied>, DynError> {
    let field = || path.to_owned();
    memory.kept(handle, WHOLE).map_err(|fault| match fault {
        NotCopied::Contended => DynError::Contended { field: field() },
        NotCopied::TooLong(needed) => {
            DynError::TooLarge { field: field(), needed, limit: MAX_VALUE }
        }
    })
}

#[cold]
pub(super) fn no_value(field: &str) -> DynError {
    let fault = "the place is empty, and this field is not among those given".to_owned();
    DynError::NotWritable { field: field.to_owned(), fault, help: Some("give the whole value") }
}

pub(super) fn bytes_of(words: &[u64], len: usize) -> Vec<u8> {
    let mut bytes: Vec<u8> = words.iter().flat_map(|word| word.to_ne_bytes()).collect();
    bytes.truncate(len);
    bytes
}

impl<'p> Plan<'p> {
    /// Plans the next value of the `Owned` at an offset.
    pub(super) fn kept(
        &mut self,
        live: Live<'p>,
        offset: usize,
        value: &'p DynValue,
    ) -> Result<(), DynError> {
        let (Some(lock), Some(handle)) = (live.lock(), live.handle()) else {
            unreachable!("it keeps something in the heap")
        };
        let new = match (value, live.role(), live.kept()) {
            (DynValue::None, ..) => New::nothing(),
            (_, Role::OwnedText, _) | (_, _, None) => self.new_text(value)?,
            (_, Role::OwnedSlice, Some(element)) => self.new_elements(element, value)?,
            (_, _, Some(ty)) => self.new_value(ty, value)?,
        };
        let (lock, handle) = (offset + lock as usize, offset + handle as usize);
        self.writes.push(Write::Kept { lock, handle, new });
        Ok(())
    }

    fn new_text(&mut self, value: &DynValue) -> Result<New<'p>, DynError> {
        let DynValue::Text(text) = value else {
            return Err(self.unsuitable(unsuitable(value, "is not text")));
        };
        if text.is_empty() {
            return Ok(New::nothing());
        }
        let writes = vec![Write::bytes(0, text.clone().into())];
        Ok(New { writes, len: Some(text.len()), ..New::nothing() })
    }

    fn new_elements(
        &mut self,
        element: Type<'p>,
        value: &'p DynValue,
    ) -> Result<New<'p>, DynError> {
        let count = match value {
            DynValue::List(elements) => elements.len(),
            DynValue::Bytes(bytes) => bytes.len(),
            _ => 0,
        };
        let len = self.affordable(element.size().saturating_mul(count as u64))?;
        let whole = Rest::None("elements in the heap are stored whole");
        let (writes, _) = self.apart(whole, |plan| plan.list(element, 0, count as u64, value))?;
        if count == 0 {
            return Ok(New::nothing());
        }
        Ok(New { writes, len: Some(len), ..New::nothing() })
    }

    fn new_value(&mut self, ty: Type<'p>, value: &'p DynValue) -> Result<New<'p>, DynError> {
        if ty.has_contents() {
            self.apart(Rest::Noted, |plan| plan.checked(ty, value))?;
            let change = Some(Change { ty, steps: Path::new(), value });
            return Ok(New { len: Some(0), keeps: true, change, ..New::nothing() });
        }
        let len = self.affordable(ty.size())?;
        let (writes, missing) = self.apart(Rest::Noted, |plan| plan.value(ty, 0, value))?;
        Ok(New { writes, len: Some(len), keeps: true, missing, change: None })
    }

    /// Plans writes to a value that is made apart from the region.
    fn apart(
        &mut self,
        rest: Rest,
        plan: impl FnOnce(&mut Self) -> Result<(), DynError>,
    ) -> Result<(Vec<Write<'p>>, Option<String>), DynError> {
        let outside = std::mem::take(&mut self.writes);
        (self.private, self.rest) = (true, rest);
        let planned = plan(self);
        (self.private, self.rest) = (false, Rest::AsItIs);
        let writes = std::mem::replace(&mut self.writes, outside);
        planned.map(|()| (writes, self.missing.take()))
    }

    pub(super) fn affordable(&self, len: u64) -> Result<usize, DynError> {
        if len <= MAX_VALUE {
            return Ok(len as usize);
        }
        Err(DynError::TooLarge { field: self.trail.path().into(), needed: len, limit: MAX_VALUE })
    }
}

impl New<'_> {
    fn nothing() -> Self {
        Self { len: None, writes: Vec::new(), keeps: false, missing: None, change: None }
    }
}
