//! Values in the region's heap: what an `Owned` is to own, as bytes.

use std::collections::BTreeMap;
use std::time::Instant;

use super::super::budget::MAX_VALUE;
use super::super::convert::unsuitable;
use super::super::literal;
use super::super::memory::{Copied, Memory, NotCopied, Part};
use super::super::resolve::{Entry, Kept};
use super::super::trail::Trail;
use super::super::value::DynValue;
use super::contents::{self, Change};
use super::{Plan, Rest, Write};
use crate::access::{Access, CanWrite};
use crate::error::DynError;
use crate::layout::Role;
use crate::path::Path;
use crate::schema::{Live, Type};
use shm_schema::fields::content_name;

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
        let read = || memory.kept(handle, WHOLE).map_err(|fault| not_copied(path, fault));
        self.over(read, |change, old| change.bytes(memory, old, path))
    }

    /// The same, given what reads the one that there is, and what makes one with contents.
    fn over(
        &self,
        read: impl FnOnce() -> Result<Option<Copied>, DynError>,
        contents: impl FnOnce(&Change<'_>, Option<&Copied>) -> Result<Vec<u8>, DynError>,
    ) -> Result<Option<Vec<u8>>, DynError> {
        let Some(len) = self.len else { return Ok(None) };
        let old = if self.keeps { read()? } else { None };
        if let Some(change) = &self.change {
            return contents(change, old.as_ref()).map(Some);
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

/// Replaces the value of an `Owned` or of an entry by one with a part changed: the part ends before the byte
/// `end`, and a value, or an element, has `size` bytes.
pub(super) fn change<A: CanWrite>(
    memory: Memory<'_, A>,
    (kept, size, end): (&Kept, u64, usize),
    path: &str,
    writes: &[Write<'_>],
    deadline: Option<Instant>,
) -> Result<(), DynError> {
    replace_part(memory, kept, path, deadline, |Copied { len, mut words }| {
        if kept.is_slice && end > len {
            return Err(kept.outside(path, (len as u64).checked_div(size).unwrap_or(0)));
        }
        if !kept.is_slice && size != len as u64 {
            let fault = format!("the value in the heap has {len} bytes, its type has {size}");
            return Err(DynError::NotWritable { field: path.to_owned(), fault, help: None });
        }
        writes.iter().for_each(|write| write.to_words(&mut words));
        Ok(bytes_of(&words, len))
    })
}

/// Replaces the value of an `Owned` or of an entry by the one that `make` returns, given the one that there is.
fn replace_part<A: CanWrite>(
    memory: Memory<'_, A>,
    kept: &Kept,
    path: &str,
    deadline: Option<Instant>,
    make: impl Fn(Copied) -> Result<Vec<u8>, DynError>,
) -> Result<(), DynError> {
    let make = || {
        let old = memory.part(kept, WHOLE).map_err(|fault| not_copied(path, fault))?;
        let nothing = || kept.nothing(path, |kept| memory.entries(kept));
        make(old.ok_or_else(nothing)?).map(Some)
    };
    match &kept.entry {
        Some(entry) => memory.change_entry(path, (kept, entry), deadline, make).map(drop),
        None => memory.replace_kept(path, &[(kept.lock, kept.handle)], deadline, |_| make()),
    }
}

/// Inserts or replaces an entry of a map. Fields that are not given are as before.
pub(super) fn insert<A: CanWrite>(
    memory: Memory<'_, A>,
    (kept, entry): (&Kept, &Entry),
    path: &str,
    new: &New<'_>,
    deadline: Option<Instant>,
) -> Result<(), DynError> {
    let read = || memory.part(kept, WHOLE).map_err(|fault| not_copied(path, fault));
    let make = || new.over(read, |change, old| change.bytes(memory, old, path));
    memory.change_entry(path, (kept, entry), deadline, make).map(drop)
}

/// The bytes of a key of a map, of which the path is `at`.
pub(in super::super) fn key(at: &str, ty: Type<'_>, text: &str) -> Result<Vec<u8>, DynError> {
    let refuse = |fault: String| {
        let (at, key, found) = (at.to_owned(), text.to_owned(), content_name(ty));
        DynError::NotAKey { at, key, found, fault }
    };
    if literal::is_text(ty) && text.starts_with(['{', '[', '\'']) {
        return Err(refuse("text other than a word is between two `\"`".to_owned()));
    }
    let bytes = DynValue::of_text(text, ty).and_then(|value| {
        let new = Plan::apart_from(at).content(ty, &value)?;
        new.over(|| Ok(None), |change, _| contents::bytes(change.ty, at, change.value))
    });
    match bytes {
        Ok(bytes) => Ok(bytes.unwrap_or_default()),
        Err(DynError::NotAValue { fault, .. }) => Err(refuse(fault)),
        Err(DynError::DoesNotFit { given, fault, .. }) => Err(refuse(format!("{given} {fault}"))),
        Err(DynError::NotWritable { field, .. }) => Err(refuse(format!("`{field}` is not given"))),
        Err(other) => Err(refuse(other.to_string())),
    }
}

/// Replaces the value of an `Owned` or of an entry by one with a part changed, if it is a value with contents.
pub(super) fn change_contents<A: CanWrite>(
    memory: Memory<'_, A>,
    (kept, ty): (&Kept, Type<'_>),
    path: &str,
    value: &DynValue,
    deadline: Option<Instant>,
) -> Result<(), DynError> {
    let at = kept.value_in(path);
    let change = Change { ty, steps: kept.steps_in(path), value };
    replace_part(memory, kept, path, deadline, |old| change.bytes(memory, Some(&old), at))
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
        Write::Word { .. } | Write::Bytes { .. } | Write::Repeat { .. } => None,
    });
    // In the order of their locks, and of two values for one place the one that was given last.
    let (places, new): (Vec<_>, Vec<_>) = kept.collect::<BTreeMap<_, _>>().into_iter().unzip();
    memory.replace_kept(path, &places, deadline, |index| {
        let (_, handle) = places[index];
        new[index].bytes(memory, handle, path)
    })
}

/// The value to be changed was not copied.
#[cold]
fn not_copied(path: &str, fault: NotCopied) -> DynError {
    let field = path.to_owned();
    match fault {
        NotCopied::Contended => DynError::Contended { field },
        NotCopied::TooLong(needed) => DynError::TooLarge { field, needed, limit: MAX_VALUE },
    }
}

#[cold]
pub(super) fn no_value(field: &str) -> DynError {
    let fault = "there is no value yet, and this field is not among those given".to_owned();
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
            (_, Role::OwnedText, _) | (_, _, None) => self.new_text(value)?.or_nothing(),
            (_, Role::OwnedSlice, Some(element)) => self.new_elements(element, value)?.or_nothing(),
            (_, _, Some(ty)) => self.new_value(ty, value)?,
        };
        let (lock, handle) = (offset + lock as usize, offset + handle as usize);
        self.writes.push(Write::Kept { lock, handle, new });
        Ok(())
    }

    /// A plan for a value that is not in the region.
    pub(super) fn apart_from(path: &'p str) -> Self {
        Self::of(Trail::of(path, &[]))
    }

    /// Plans a key or a value of a map.
    pub(super) fn content(
        &mut self,
        ty: Type<'p>,
        value: &'p DynValue,
    ) -> Result<New<'p>, DynError> {
        match ty.live().map(|live| (live.role(), live.kept())) {
            Some((Role::OwnedText, _)) => self.new_text(value),
            Some((Role::OwnedSlice, Some(element))) => self.new_elements(element, value),
            _ => self.new_value(ty, value),
        }
    }

    fn new_text(&mut self, value: &DynValue) -> Result<New<'p>, DynError> {
        let DynValue::Text(text) = value else {
            return Err(self.unsuitable(unsuitable(value, "is not text")));
        };
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
    /// An `Owned` without elements owns nothing.
    fn or_nothing(self) -> Self {
        if self.len == Some(0) { Self::nothing() } else { self }
    }

    fn nothing() -> Self {
        Self { len: None, writes: Vec::new(), keeps: false, missing: None, change: None }
    }
}
