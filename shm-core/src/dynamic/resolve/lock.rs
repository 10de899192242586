//! The locks that guard a place: around the value, or beside the field.

use super::super::locking::LockWords;
use super::super::malformed::malformed;
use super::{Resolver, Start};
use crate::error::DynError;
use crate::layout::Role;
use crate::path::{Path, Segment};
use crate::schema::{Field, Type};

/// A lock on the way.
#[derive(Clone, Debug)]
pub(in super::super) struct Lock {
    /// The offsets of its words.
    pub(in super::super) words: LockWords,
    /// Its path.
    pub(in super::super) path: Path,
    /// The start of paths once it is held.
    pub(in super::super) start: Start,
    /// The path of that start, if it is not that of the lock: the struct that has it beside other fields.
    pub(in super::super) base: Option<Path>,
    /// Set if the place is in a field that the lock is beside. Access by name then takes it by itself.
    pub(in super::super) beside: Option<Beside>,
}

/// A lock beside a field on the way.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct Beside {
    /// The offset of its word, or of the first one of several.
    pub(in super::super) word: usize,
    /// The number of ranges outside of it; unless that is 0, there are several.
    pub(in super::super) outer: usize,
}

/// Returns the offset of the word of a lock in a struct that starts at an offset.
pub(in super::super) fn word_of(offset: usize, lock: Field<'_>) -> Option<usize> {
    let word = lock.ty().live()?.lock()?;
    Some(offset + lock.offset() as usize + word as usize)
}

impl<'s> Resolver<'s, '_> {
    /// Notes the lock around the value that the path has just entered.
    pub(super) fn note_lock(&mut self, words: LockWords, at: &str) {
        if self.place.lock.is_some() {
            return;
        }
        // It was walked, so it is valid.
        let path: Path = at.parse().unwrap_or_default();
        let watched = self.place.watched.clone();
        let (start, base) = match (self.around.take(), words) {
            // What it guards is beside it.
            (Some((offset, ty)), LockWords::Mutex(word)) => {
                let held = Some(word);
                (Start { offset, ty: ty.to_ref(), watched, held }, path.parent())
            }
            _ => (Start { watched, ..Start::of(self.place.offset, self.ty) }, None),
        };
        self.place.lock = Some(Box::new(Lock { words, path, start, base, beside: None }));
    }

    /// Notes the lock beside a field that the path is about to enter, and whether the field is such a lock.
    #[cold]
    pub(super) fn note_guard(&mut self, at: &str, field: Field<'s>) -> Result<(), DynError> {
        let (offset, ty) = (self.place.offset, self.ty);
        let is_mutex = field.ty().role() == Some(Role::Mutex);
        let guards = |other: Field<'_>| other.guarded_by() == field.name();
        self.around = (is_mutex && ty.fields().any(guards)).then_some((offset, ty));
        let Some(lock) = ty.lock_of(field) else { return Ok(()) };
        if self.place.latest.is_some() || self.place.kept.is_some() {
            // A copy of a lock is not a lock.
            return Err(malformed(at, Role::Mutex));
        }
        let Some(word) = word_of(offset, lock) else { return Ok(()) };
        if self.place.lock.is_none() && self.place.held != Some(word) {
            self.place.lock = Some(Box::new(self.beside(word, (offset, ty), at, lock)));
        }
        Ok(())
    }

    fn beside(
        &self,
        word: usize,
        (offset, ty): (usize, Type<'s>),
        at: &str,
        lock: Field<'s>,
    ) -> Lock {
        // It was walked, so it is valid.
        let base: Path = at.parse().unwrap_or_default();
        let (path, watched) = (base.with(Segment::Name(lock.name())), self.place.watched.clone());
        let start = Start { offset, ty: ty.to_ref(), watched, held: Some(word) };
        let beside = Some(Beside { word, outer: self.place.runs.len() });
        Lock { words: LockWords::Mutex(word), path, start, base: Some(base), beside }
    }
}
