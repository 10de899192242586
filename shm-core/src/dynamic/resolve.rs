//! From a path to a place: which bytes, of which type, and what must be done to reach them.

use super::locking::LockWords;
use super::malformed::{expect_made, malformed};
use crate::error::DynError;
use crate::layout::Role;
use crate::path::{Path, Segment, Steps};
use crate::schema::{Field, Held, Live, Ring, Schema, Type, TypeKind};

/// Where a path leads: to one value or, by way of ranges, to a list of values or of lists.
#[derive(Clone, Debug)]
pub(super) struct Place {
    /// Of the first value. Counted from the start of the data; with a `latest`, from the start of its
    /// value.
    pub(super) offset: usize,
    /// The index of the type of each value.
    pub(super) ty: u32,
    /// The ranges on the way, outermost first.
    pub(super) runs: Vec<Run>,
    /// The `Latest` that the place lies in.
    pub(super) latest: Option<Versions>,
    /// The outermost lock that guards the place and is not held.
    pub(super) lock: Option<Lock>,
    /// The events of the `Watched`s that the place lies in, outermost first.
    pub(super) watched: Vec<usize>,
    /// What the place is a working part of: only the library may write there.
    pub(super) part_of: Option<Role>,
    /// The live type of which each element of a range has its own.
    pub(super) apart: Option<Role>,
}

/// A range, or a slice that was named whole.
#[derive(Clone, Copy, Debug)]
pub(super) struct Run {
    /// The first index.
    pub(super) first: u64,
    pub(super) count: u64,
    /// Bytes from one element to the next.
    pub(super) stride: usize,
    /// How many steps of the path follow; `None` if the path does not have the range.
    pub(super) after: Option<usize>,
}

/// A `Latest` on the way.
#[derive(Clone, Copy, Debug)]
pub(super) struct Versions {
    /// Where it is, or the first of several.
    pub(super) at: usize,
    pub(super) ring: Ring,
    /// How many of the ranges are outside of it, so that there are several.
    pub(super) outer: usize,
}

/// A lock on the way.
#[derive(Clone, Debug)]
pub(super) struct Lock {
    /// Where its words are.
    pub(super) words: LockWords,
    /// Its path.
    pub(super) path: Path,
    /// Where paths start once it is held.
    pub(super) start: Start,
}

/// Where paths start.
#[derive(Clone, Debug)]
pub(super) struct Start {
    pub(super) offset: usize,
    pub(super) ty: u32,
    pub(super) watched: Vec<usize>,
}

/// Follows a path, to the value that it names.
pub(super) fn resolve(
    schema: &Schema,
    tail_len: u64,
    start: &Start,
    path: &str,
) -> Result<Place, DynError> {
    let ty = schema.get(start.ty);
    let mut walk = Walk { ty, tail_len, place: Place::at(start), field: None };
    if walk.follow(path)?.is_none() {
        walk.arrive(path)?;
    }
    walk.place.ty = walk.ty.index();
    Ok(walk.place)
}

/// The target of a path, before the value that it means: a lock, say, and not what the lock guards.
pub(super) struct Named<'s> {
    pub(super) ty: Type<'s>,
    /// Counted from the start of the data; with a `latest`, from the start of its value.
    pub(super) offset: usize,
    /// The `Latest` that it lies in.
    pub(super) latest: Option<Versions>,
    /// Whether there are several, one in each element of a range.
    pub(super) is_several: bool,
    /// The field that it is, or is an element of or inside of.
    pub(super) field: Option<Field<'s>>,
}

/// Follows a path from the start of the region, to what it names. A range at its end is named by its
/// array; what follows a range is that in the first element.
pub(super) fn named<'s>(
    schema: &'s Schema,
    tail_len: u64,
    path: &str,
) -> Result<Named<'s>, DynError> {
    let start = Start { offset: 0, ty: schema.root().index(), watched: Vec::new() };
    let mut walk = Walk { ty: schema.root(), tail_len, place: Place::at(&start), field: None };
    let array = walk.follow(path)?;
    let Walk { ty, place, field, .. } = walk;
    let is_several = !place.runs.is_empty();
    let (ty, offset, latest) = (array.unwrap_or(ty), place.offset, place.latest);
    Ok(Named { ty, offset, latest, is_several, field })
}

impl Place {
    /// How many bytes there are from the first value's start to the last one's end, in one version of
    /// a `Latest` or in the region.
    pub(super) fn span(&self, schema: &Schema) -> u64 {
        let (size, runs) = (schema.get(self.ty).size(), self.inner_runs());
        if runs.iter().any(|run| run.count == 0) {
            return 0;
        }
        // Inside the array, whose size fits.
        runs.iter().fold(size, |size, run| size + (run.count - 1) * run.stride as u64)
    }

    /// The ranges of which one version of a `Latest`, or the region, has all.
    pub(super) fn inner_runs(&self) -> &[Run] {
        &self.runs[self.latest.map_or(0, |latest| latest.outer)..]
    }

    /// Whether the path has a range.
    pub(super) fn has_range(&self) -> bool {
        self.runs.iter().any(|run| run.after.is_some())
    }

    fn at(start: &Start) -> Self {
        Self {
            offset: start.offset,
            ty: start.ty,
            runs: Vec::new(),
            latest: None,
            lock: None,
            watched: start.watched.clone(),
            part_of: None,
            apart: None,
        }
    }
}

struct Walk<'s> {
    ty: Type<'s>,
    tail_len: u64,
    place: Place,
    /// The last field on the way.
    field: Option<Field<'s>>,
}

impl<'s> Walk<'s> {
    /// Follows a path to its end. If that is a range, the array of which it is.
    fn follow(&mut self, path: &str) -> Result<Option<Type<'s>>, DynError> {
        let (mut steps, mut array) = (Steps::of(path), None);
        loop {
            let at = steps.walked();
            let Some(segment) = steps.next()? else { return Ok(array) };
            array = None;
            match segment {
                Segment::Name(name) => self.name(at, name, &mut steps)?,
                Segment::Index(index) => self.index(at, index)?,
                Segment::Range { start, end } => {
                    array = Some(self.range(at, start, end, steps.clone())?);
                }
            }
        }
    }

    /// A step to a field. A live type's own parts come first; then it is passed through, to the
    /// fields of its value.
    fn name(&mut self, at: &str, name: &str, steps: &mut Steps<'_>) -> Result<(), DynError> {
        loop {
            if !matches!(self.ty.kind(), TypeKind::Struct { .. } | TypeKind::Live { .. }) {
                expect_made(self.ty, at)?;
                let (at, found) = (at.to_owned(), self.ty.to_string());
                return Err(DynError::NotAStruct { at, name: name.to_owned(), found });
            }
            let role = self.ty.role();
            if let Some(field) = self.ty.field(name) {
                // The value in a live type is a place of its own, its other parts are not.
                let value = self.ty.live().and_then(Live::value);
                match value.map(|value| value.held) {
                    Some(Held::Copied(_)) if name == "slots" => return self.slots(at, steps),
                    Some(Held::Guarded { .. } | Held::Shared(_) | Held::Watched { .. })
                        if name == "value" =>
                    {
                        return self.enter(at).map(drop);
                    }
                    _ => {}
                }
                self.place.part_of = self.place.part_of.or(role);
                self.place.offset += field.offset() as usize;
                (self.ty, self.field) = (field.ty(), Some(field));
                return Ok(());
            }
            if !self.enter(at)? {
                return Err(DynError::no_field(at, name, self.ty));
            }
        }
    }

    /// The rest after `slots`: the newest one's value.
    fn slots(&mut self, at: &str, steps: &mut Steps<'_>) -> Result<(), DynError> {
        let newest =
            steps.next()? == Some(Segment::ALL) && steps.next()? == Some(Segment::Name("value"));
        if !newest {
            return Err(DynError::Slots { at: at.to_owned() });
        }
        self.enter(at).map(drop)
    }

    /// Goes from a live type to the value in it, if it has one.
    fn enter(&mut self, at: &str) -> Result<bool, DynError> {
        let offset = self.place.offset;
        let Some(live) = self.ty.live() else {
            expect_made(self.ty, at)?;
            return Ok(false);
        };
        if self.place.latest.is_some() && live.is_meeting_place() {
            // A copy of a lock is not a lock.
            return Err(malformed(at, live.role()));
        }
        let Some(value) = live.value() else { return Ok(false) };
        if !self.place.runs.is_empty() {
            self.place.apart = self.place.apart.or(Some(live.role()));
        }
        self.go(offset + value.offset as usize, value.ty);
        match value.held {
            Held::Guarded { lock } => self.note_lock(LockWords::Mutex(offset + lock as usize), at),
            Held::Shared(seats) => {
                self.note_lock(LockWords::RwLock(seats.from(offset as u64)), at);
            }
            Held::Watched { changed } => self.place.watched.push(offset + changed as usize),
            Held::Copied(ring) => {
                let outer = self.place.runs.len();
                self.place.latest = Some(Versions { at: offset, ring, outer });
                self.place.offset = 0;
            }
        }
        Ok(true)
    }

    fn go(&mut self, offset: usize, ty: Type<'s>) {
        (self.place.offset, self.ty) = (offset, ty);
    }

    fn note_lock(&mut self, words: LockWords, at: &str) {
        let (offset, ty, watched) =
            (self.place.offset, self.ty.index(), self.place.watched.clone());
        // It was walked, so that it is one.
        let path = at.parse().unwrap_or_default();
        let lock = Lock { words, path, start: Start { offset, ty, watched } };
        self.place.lock.get_or_insert(lock);
    }

    fn index(&mut self, at: &str, index: u64) -> Result<(), DynError> {
        let (element, len) = self.elements(at)?;
        if index >= len {
            let (at, index) = (at.to_owned(), index.to_string());
            return Err(DynError::OutOfBounds { at, index, len });
        }
        // Inside the array, whose size fits.
        self.go(self.place.offset + (index * element.size()) as usize, element);
        Ok(())
    }

    /// Goes to the first element of a range; the array, whose elements they are.
    fn range(
        &mut self,
        at: &str,
        start: Option<u64>,
        end: Option<u64>,
        mut rest: Steps<'_>,
    ) -> Result<Type<'s>, DynError> {
        let (element, len) = self.elements(at)?;
        let (start, end) = (start.unwrap_or(0), end.unwrap_or(len));
        if start > end || end > len {
            let (at, index) = (at.to_owned(), format!("{start}..{end}"));
            return Err(DynError::OutOfBounds { at, index, len });
        }
        let mut after = 0;
        while rest.next()?.is_some() {
            after += 1;
        }
        let array = self.ty;
        let stride = element.size() as usize;
        self.go(self.place.offset + start as usize * stride, element);
        let (count, after) = (end - start, Some(after));
        self.place.runs.push(Run { first: start, count, stride, after });
        Ok(array)
    }

    /// The element of the array or slice that there is, and how many there are.
    fn elements(&mut self, at: &str) -> Result<(Type<'s>, u64), DynError> {
        loop {
            match self.ty.kind() {
                TypeKind::Array { element, len } => return Ok((element, len)),
                TypeKind::Slice { element } => return Ok((element, self.tail_len)),
                _ if self.enter(at)? => {}
                _ => {
                    let (at, found) = (at.to_owned(), self.ty.to_string());
                    return Err(DynError::NotAnArray { at, found });
                }
            }
        }
    }

    /// The end of the path: what it means is the value, not the lock around it.
    fn arrive(&mut self, at: &str) -> Result<(), DynError> {
        while self.enter(at)? {}
        if let TypeKind::Slice { element } = self.ty.kind() {
            let (count, stride) = (self.tail_len, element.size() as usize);
            self.place.runs.push(Run { first: 0, count, stride, after: None });
            self.ty = element;
        }
        Ok(())
    }
}
