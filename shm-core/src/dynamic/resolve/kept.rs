//! The places in the heap that a path leads through: what an `Owned` owns, and the entries of maps.

use super::super::malformed::malformed;
use super::{Place, Resolver};
use crate::error::DynError;
use crate::layout::Role;
use crate::path::{Path, Segment};
use crate::schema::{Live, Type};

/// An `Owned`, or an entry of a map, on the way.
#[derive(Clone, Debug)]
pub(in super::super) struct Kept {
    /// The offset of the `Owned` or of the map.
    pub(in super::super) at: usize,
    /// The offset of its lock.
    pub(in super::super) lock: usize,
    /// The offset of its handle; of a map, of the one that says where its table is.
    pub(in super::super) handle: usize,
    /// The type of its value, or of each element.
    pub(in super::super) of: u32,
    /// Whether it owns any number of elements.
    pub(in super::super) is_slice: bool,
    /// The entry, if it is one of a map.
    pub(in super::super) entry: Option<Entry>,
    /// The slices in a value with contents that the path leads through; the offset of the place counts from the
    /// start of the contents of the last one.
    pub(in super::super) hops: Vec<Hop>,
    /// The bytes of the path before the steps into the value; of an entry, before its key.
    walked: usize,
    /// The bytes of the path after that.
    rest: usize,
}

/// An entry of a map.
#[derive(Clone, Debug)]
pub(in super::super) struct Entry {
    /// The offset of the handle of the map's next table.
    pub(in super::super) next: usize,
    /// The bytes of the key.
    pub(in super::super) key: Vec<u8>,
    /// The text of the key.
    pub(in super::super) text: Box<str>,
    /// The type of the whole value: that of an `Owned` for text and for elements.
    pub(in super::super) value: u32,
}

/// A slice in a value with contents, on the way.
#[derive(Clone, Debug)]
pub(in super::super) struct Hop {
    /// Its offset, from the start of the contents of the slice before, or of the value.
    pub(in super::super) at: usize,
    /// The index of its type.
    pub(in super::super) ty: u32,
    /// The bytes of the path before the steps into it.
    walked: usize,
    /// The bytes of the path after that.
    rest: usize,
}

impl Hop {
    /// The error of an element that is not there, as there are only so many.
    #[cold]
    pub(in super::super) fn outside(&self, path: &str, len: u64) -> DynError {
        outside(before(path, self.rest), path, len)
    }
}

/// The path without the last bytes of it.
fn before(path: &str, rest: usize) -> &str {
    path.len().checked_sub(rest).and_then(|end| path.get(..end)).unwrap_or(path)
}

/// The error of an element of `at` that is not there.
#[cold]
fn outside(at: &str, path: &str, len: u64) -> DynError {
    let index = path[at.len()..].split(['[', ']']).nth(1).unwrap_or_default();
    DynError::OutOfBounds { at: at.to_owned(), index: index.to_owned(), len }
}

impl Kept {
    /// The `Owned` at an offset, if it owns more than a text.
    pub(super) fn of(live: Live<'_>, at: usize, walked: usize) -> Option<Self> {
        let (lock, handle, of) = (live.lock()?, live.handle()?, live.kept()?.index());
        let is_slice = live.role() == Role::OwnedSlice;
        let (lock, handle) = (at + lock as usize, at + handle as usize);
        Some(Self {
            at,
            lock,
            handle,
            of,
            is_slice,
            entry: None,
            hops: Vec::new(),
            walked,
            rest: 0,
        })
    }

    /// Sets the length of the whole path.
    #[cold]
    pub(super) fn ends(&mut self, len: usize) {
        self.rest = len - self.walked;
        for hop in &mut self.hops {
            hop.rest = len - hop.walked;
        }
    }

    /// The path of the `Owned` or of the map in the path of a part of the value.
    fn path_in<'p>(&self, path: &'p str) -> &'p str {
        before(path, self.rest)
    }

    /// The path of the `Owned` or of the entry in the path of a part of the value.
    pub(in super::super) fn value_in<'p>(&self, path: &'p str) -> &'p str {
        let key = self.entry.as_ref().map_or(0, |entry| entry.text.len() + 2);
        path.get(..self.path_in(path).len() + key).unwrap_or(path)
    }

    /// The steps from the value to the part, in the path of the part. The value of an `Owned` may be named, too.
    pub(in super::super) fn steps_in(&self, path: &str) -> Path {
        let steps = path[self.value_in(path).len()..].trim_start_matches('.');
        let steps: Path = steps.parse().unwrap_or_default();
        let mut inside = steps.segments().peekable();
        if self.entry.is_none() {
            inside.next_if_eq(&Segment::Name("value"));
        }
        inside.collect()
    }

    /// The error of a part that is not there, as the value has only so many elements.
    #[cold]
    pub(in super::super) fn outside(&self, path: &str, len: u64) -> DynError {
        outside(self.value_in(path), path, len)
    }

    /// The error of a value that is not there, or of a part of it; `entries` counts those of the map.
    #[cold]
    pub(in super::super) fn nothing(
        &self,
        path: &str,
        entries: impl FnOnce(&Self) -> u64,
    ) -> DynError {
        if let Some(entry) = &self.entry {
            let (at, key) = (self.path_in(path).to_owned(), entry.text.to_string());
            return DynError::NoEntry { at, key, len: entries(self) };
        }
        if self.is_slice {
            return self.outside(path, 0);
        }
        let (field, found) = (self.path_in(path).to_owned(), Role::Owned.name().to_owned());
        DynError::Unreadable { field, found, fault: "which owns no value" }
    }
}

impl Place {
    /// The entry of a map, if the place is its whole value.
    pub(in super::super) fn whole_entry(&self) -> Option<(&Kept, &Entry)> {
        let kept = self.kept.as_deref()?;
        let entry = kept.entry.as_ref()?;
        let is_whole = self.ty.index() == entry.value && self.offset == 0 && self.runs.is_empty();
        is_whole.then_some((kept, entry))
    }
}

impl<'s> Resolver<'s, '_> {
    /// Goes from a slice in a value with contents to the start of its elements. Returns their type, and the
    /// largest number that there could be.
    #[cold]
    #[inline(never)]
    pub(super) fn enter_contents(&mut self, at: &str) -> Result<(Type<'s>, u64), DynError> {
        let contents = self.ty.live().and_then(Live::contents);
        let (Some(kept), Some(element)) =
            (&mut self.place.kept, contents.and_then(|contents| contents.element))
        else {
            return Err(malformed(at, Role::TailSlice));
        };
        if !self.place.runs.is_empty() {
            let (field, found) = (at.to_owned(), self.ty.to_string());
            let fault = "and each element has one of its own: name one element";
            return Err(DynError::Unreadable { field, found, fault });
        }
        let (ty, walked) = (self.ty.index(), at.len());
        kept.hops.push(Hop { at: self.place.offset, ty, walked, rest: 0 });
        // The type stays that of the slice, as for the elements of an `Owned`.
        (self.place.offset, self.at_entry) = (0, false);
        Ok((element, i64::MAX as u64 / element.size().max(1)))
    }

    /// Whether this is the start of the elements of a slice in a value with contents.
    pub(super) fn is_contents(&self) -> bool {
        self.ty.role() == Some(Role::TailSlice)
    }

    /// Whether this is the value of an entry that is text or elements, and so has no fields.
    pub(super) fn is_shapeless(&self) -> bool {
        self.at_entry && self.ty.role().is_some_and(Role::needs_heap)
    }

    /// Steps to the entry with a key that is not a number.
    #[inline(never)]
    pub(super) fn key(&mut self, at: &str, key: &str) -> Result<(), DynError> {
        if self.enter_map(at)? {
            return self.enter_entry(at, key);
        }
        super::expect_made(self.ty, at)?;
        let (at, key, found) = (at.to_owned(), key.to_owned(), self.ty.to_string());
        Err(DynError::NotAMap { at, key, found })
    }

    /// Goes to the map, if there is one here or in the live types around it.
    #[inline]
    pub(super) fn enter_map(&mut self, at: &str) -> Result<bool, DynError> {
        // Most steps with a number lead to an element of an array.
        Ok(self.ty.live().is_some() && self.enter_live_map(at)?)
    }

    #[inline(never)]
    fn enter_live_map(&mut self, at: &str) -> Result<bool, DynError> {
        // A value of another kind is not entered.
        let mut inside = self.ty;
        while let Some(value) = inside.live().and_then(Live::value) {
            inside = value.ty;
        }
        if inside.role() != Some(Role::Map) || self.at_entry {
            return Ok(false);
        }
        while self.ty.role() != Some(Role::Map) && self.enter(at)? {}
        Ok(true)
    }

    /// Goes from a map to the value of the entry with a key.
    #[inline(never)]
    pub(super) fn enter_entry(&mut self, at: &str, text: &str) -> Result<(), DynError> {
        let offset = self.place.offset;
        let live = self.ty.live().expect("a map");
        if self.place.latest.is_some() || self.place.kept.is_some() {
            return Err(malformed(at, live.role()));
        }
        if !self.place.runs.is_empty() {
            let (field, found) = (at.to_owned(), self.ty.to_string());
            let fault = "and each element has one of its own: name one element";
            return Err(DynError::Unreadable { field, found, fault });
        }
        let (key_type, value) = live.entry().expect("a map");
        let key = self.lengths.key(at, key_type, text)?;
        let part = |name| offset + live.part(name).offset() as usize;
        let elements = value.live().and_then(Live::kept);
        let kept = Kept {
            at: offset,
            lock: part("lock"),
            handle: part("table"),
            of: elements.unwrap_or(value).index(),
            is_slice: value.role() == Some(Role::OwnedSlice),
            entry: Some(Entry { next: part("next"), key, text: text.into(), value: value.index() }),
            hops: Vec::new(),
            walked: at.len(),
            rest: 0,
        };
        self.place.kept = Some(Box::new(kept));
        self.go(0, value);
        self.at_entry = true;
        Ok(())
    }
}
