//! Resolves a path to a place: which bytes, of which type, and which steps lead there.

use super::locking::LockWords;
use super::malformed::{expect_made, malformed};
use crate::error::DynError;
use crate::layout::Role;
use crate::path::{Path, Segment, Steps};
use crate::schema::{Field, Held, Live, Ring, Schema, Type, TypeKind};

/// The target of a path: one value or, by way of ranges, a list of values or of lists.
///
/// It is moved several times while a path is resolved, so the parts that few places have are boxed.
#[derive(Clone, Debug)]
pub(super) struct Place {
    /// The offset of the first value, from the start of the data; with a `latest`, from the start of its
    /// value.
    pub(super) offset: usize,
    /// The index of the type of each value.
    pub(super) ty: u32,
    /// The ranges on the way, outermost first.
    pub(super) runs: Vec<Run>,
    /// The `Latest` that the place lies in.
    pub(super) latest: Option<Versions>,
    /// The `Owned` whose value the place lies in; `offset` counts from the start of that value.
    pub(super) kept: Option<Box<Kept>>,
    /// The outermost lock that guards the place and is not held.
    pub(super) lock: Option<Box<Lock>>,
    /// The events of the `Watched`s that the place lies in, outermost first.
    pub(super) watched: Vec<usize>,
    /// The live type that the place is a working part of: only the library may write there.
    pub(super) part_of: Option<Role>,
    /// The live type, if each element of a range has one of its own.
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
    /// The number of steps of the path that follow; `None` if the path does not have the range.
    pub(super) after: Option<usize>,
}

/// A `Latest` or `Ring` on the way.
#[derive(Clone, Copy, Debug)]
pub(super) struct Versions {
    /// Its offset, or that of the first of several.
    pub(super) at: usize,
    pub(super) ring: Ring,
    /// The number of ranges outside of it; unless that is 0, there are several.
    pub(super) outer: usize,
    /// The index of the type of its value.
    pub(super) ty: u32,
}

/// An `Owned` on the way.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    /// The offset of the `Owned`.
    pub(super) at: usize,
    /// The offset of its lock.
    pub(super) lock: usize,
    /// The offset of its handle.
    pub(super) handle: usize,
    /// The type of its value, or of each element.
    pub(super) of: u32,
    /// Whether it owns any number of elements.
    pub(super) is_slice: bool,
    /// The slices in a value with contents that the path leads through; the offset of the place counts from the
    /// start of the contents of the last one.
    pub(super) hops: Vec<Hop>,
    /// The bytes of the path before the steps into the value.
    walked: usize,
    /// The bytes of the path after that.
    rest: usize,
}

/// A slice in a value with contents, on the way.
#[derive(Clone, Debug)]
pub(super) struct Hop {
    /// Its offset, from the start of the contents of the slice before, or of the value.
    pub(super) at: usize,
    /// The index of its type.
    pub(super) ty: u32,
    /// The bytes of the path before the steps into it.
    walked: usize,
    /// The bytes of the path after that.
    rest: usize,
}

impl Hop {
    /// The error of an element that is not there, as there are only so many.
    #[cold]
    pub(super) fn outside(&self, path: &str, len: u64) -> DynError {
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
    fn of(live: Live<'_>, at: usize, walked: usize) -> Option<Self> {
        let (lock, handle, of) = (live.lock()?, live.handle()?, live.kept()?.index());
        let is_slice = live.role() == Role::OwnedSlice;
        let (lock, handle) = (at + lock as usize, at + handle as usize);
        Some(Self { at, lock, handle, of, is_slice, hops: Vec::new(), walked, rest: 0 })
    }

    /// Notes the length of the whole path.
    #[cold]
    fn arrive(&mut self, len: usize) {
        self.rest = len - self.walked;
        for hop in &mut self.hops {
            hop.rest = len - hop.walked;
        }
    }

    /// The path of the `Owned` in the path of a part of its value.
    pub(super) fn path_in<'p>(&self, path: &'p str) -> &'p str {
        before(path, self.rest)
    }

    /// The steps from the value to the part, in the path of the part. The value itself may be named, too.
    pub(super) fn steps_in(&self, path: &str) -> Path {
        let steps = path[self.path_in(path).len()..].trim_start_matches('.');
        let steps: Path = steps.parse().unwrap_or_default();
        let mut inside = steps.segments().peekable();
        inside.next_if_eq(&Segment::Name("value"));
        inside.collect()
    }

    /// The error of a part that is not there, as the value has only so many elements.
    #[cold]
    pub(super) fn outside(&self, path: &str, len: u64) -> DynError {
        outside(self.path_in(path), path, len)
    }

    /// The error of a part of a value that is not there.
    #[cold]
    pub(super) fn nothing(&self, path: &str) -> DynError {
        if self.is_slice {
            return self.outside(path, 0);
        }
        let (field, found) = (self.path_in(path).to_owned(), Role::Owned.name().to_owned());
        DynError::Unreadable { field, found, fault: "which owns no value" }
    }
}

/// The lengths that are known only at run time.
pub(super) trait Lengths {
    /// The number of elements of the slice that the type ends in.
    fn tail(&self) -> u64;
    /// The bytes of the value that the handle at an offset owns now.
    fn kept(&self, handle: usize) -> u64;
    /// The number of elements that the last slice on the way into a value with contents has now.
    fn contents(&self, kept: &Kept) -> u64;
}

/// A lock on the way.
#[derive(Clone, Debug)]
pub(super) struct Lock {
    /// The offsets of its words.
    pub(super) words: LockWords,
    /// Its path.
    pub(super) path: Path,
    /// The start of paths once it is held.
    pub(super) start: Start,
}

/// The start of paths.
#[derive(Clone, Debug)]
pub(super) struct Start {
    pub(super) offset: usize,
    pub(super) ty: u32,
    pub(super) watched: Vec<usize>,
}

/// Follows a path to the value that it names.
pub(super) fn resolve(
    schema: &Schema,
    lengths: &dyn Lengths,
    start: Start,
    path: &str,
) -> Result<Place, DynError> {
    let ty = schema.get(start.ty);
    let mut resolver =
        Resolver { ty, lengths, place: Place::at(start), field: None, at_elements: false };
    if resolver.follow(path)?.is_none() {
        resolver.arrive(path)?;
    }
    if let Some(kept) = &mut resolver.place.kept {
        kept.arrive(path.len());
    }
    resolver.place.ty = resolver.ty.index();
    Ok(resolver.place)
}

/// The target of a path before any live type is entered: a lock, say, and not the value it guards.
pub(super) struct Named<'s> {
    pub(super) ty: Type<'s>,
    /// Counted from the start of the data; with a `latest`, from the start of its value.
    pub(super) offset: usize,
    /// The `Latest` that it lies in.
    pub(super) latest: Option<Versions>,
    /// Whether it lies in the value of an `Owned`; the offset is that of the `Owned`.
    pub(super) is_kept: bool,
    /// Set if there are several, one in each element of a range.
    pub(super) is_several: bool,
    /// The field that it is, or that contains it.
    pub(super) field: Option<Field<'s>>,
}

/// Follows a path from the start of the region to its target. For a range at the end, that is the array;
/// a part after a range is the one in the first element.
pub(super) fn named<'s>(
    schema: &'s Schema,
    lengths: &dyn Lengths,
    path: &str,
) -> Result<Named<'s>, DynError> {
    let start = Start { offset: 0, ty: schema.root().index(), watched: Vec::new() };
    let (ty, place) = (schema.root(), Place::at(start));
    let mut resolver = Resolver { ty, lengths, place, field: None, at_elements: false };
    let array = resolver.follow(path)?;
    let Resolver { ty, place, field, .. } = resolver;
    let is_several = !place.runs.is_empty();
    let (ty, latest, is_kept) = (array.unwrap_or(ty), place.latest, place.kept.is_some());
    // A part of a value in the heap has no place of its own.
    let offset = place.kept.as_ref().map_or(place.offset, |kept| kept.at);
    Ok(Named { ty, offset, latest, is_kept, is_several, field })
}

impl Place {
    /// The number of bytes from the first value's start to the last one's end, in one version of a
    /// `Latest` or in the region.
    pub(super) fn span(&self, schema: &Schema) -> u64 {
        let (size, runs) = (schema.get(self.ty).size(), self.inner_runs());
        if runs.iter().any(|run| run.count == 0) {
            return 0;
        }
        // Inside the array, whose size fits.
        runs.iter().fold(size, |size, run| size + (run.count - 1) * run.stride as u64)
    }

    /// The ranges that lie inside one version of a `Latest`, or inside the region.
    pub(super) fn inner_runs(&self) -> &[Run] {
        &self.runs[self.latest.map_or(0, |latest| latest.outer)..]
    }

    /// The `Ring`, if the place is its newest item or a part of that. The innermost of the events is then
    /// the ring's own.
    pub(super) fn stream(&self) -> Option<Versions> {
        self.latest.filter(|_| self.part_of == Some(Role::Ring))
    }

    /// Returns whether the path has a range.
    pub(super) fn has_range(&self) -> bool {
        self.runs.iter().any(|run| run.after.is_some())
    }

    /// A value by itself.
    pub(super) fn of(ty: Type<'_>) -> Self {
        Self::at(Start { offset: 0, ty: ty.index(), watched: Vec::new() })
    }

    #[inline]
    fn at(start: Start) -> Self {
        Self {
            offset: start.offset,
            ty: start.ty,
            runs: Vec::new(),
            latest: None,
            kept: None,
            lock: None,
            watched: start.watched,
            part_of: None,
            apart: None,
        }
    }
}

struct Resolver<'s, 'l> {
    ty: Type<'s>,
    lengths: &'l dyn Lengths,
    place: Place,
    /// The last field on the way.
    field: Option<Field<'s>>,
    /// Set at the start of the elements that an `Owned` owns: `ty` is still that of the `Owned`.
    at_elements: bool,
}

impl<'s> Resolver<'s, '_> {
    /// Follows a path to its end. If that is a range, returns its array.
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

    /// Steps to a field. A live type's own parts come first, then the fields of its value.
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
                    None if name == "value" && role.is_some_and(Role::needs_heap) => {
                        return self.enter_kept(at).map(drop);
                    }
                    _ => {}
                }
                if role == Some(Role::Queue) && name == "slots" {
                    return Err(DynError::Unreadable {
                        field: format!("{at}{}slots", if at.is_empty() { "" } else { "." }),
                        found: field.ty().to_string(),
                        fault: "which holds values until they are popped",
                    });
                }
                self.place.part_of = self.place.part_of.or(role);
                self.place.offset += field.offset() as usize;
                (self.ty, self.field) = (field.ty(), Some(field));
                return Ok(());
            }
            let goes_in = self.enter(at)? || !self.is_kept_slice() && self.enter_kept(at)?;
            if !goes_in {
                return Err(DynError::no_field(at, name, self.ty));
            }
        }
    }

    /// Follows the steps after `slots`, which mean the newest slot's value.
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
        let is_copy = self.place.latest.is_some() || self.place.kept.is_some();
        if is_copy && live.is_meeting_place() && !self.is_kept_slice() {
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
                self.place.latest =
                    Some(Versions { at: offset, ring, outer, ty: value.ty.index() });
                if live.role() == Role::Ring {
                    self.place.part_of = Some(Role::Ring);
                    self.place.watched.push(offset + live.part("pushed").offset() as usize);
                }
                self.place.offset = 0;
            }
        }
        Ok(true)
    }

    /// Goes from an `Owned` to the value that it owns, or to the start of its elements. Returns whether
    /// there is one.
    fn enter_kept(&mut self, at: &str) -> Result<bool, DynError> {
        if self.at_elements {
            return Ok(true);
        }
        let offset = self.place.offset;
        let Some(live) = self.ty.live() else { return Ok(false) };
        if self.place.kept.is_some() {
            return Err(malformed(at, live.role()));
        }
        let (Some(kept), Some(ty)) = (Kept::of(live, offset, at.len()), live.kept()) else {
            return Ok(false);
        };
        if !self.place.runs.is_empty() {
            let (field, found) = (at.to_owned(), self.ty.to_string());
            let fault = "and each element has one of its own: name one element";
            return Err(DynError::Unreadable { field, found, fault });
        }
        let is_slice = kept.is_slice;
        self.place.kept = Some(Box::new(kept));
        self.go(0, if is_slice { self.ty } else { ty });
        self.at_elements = is_slice;
        Ok(true)
    }

    /// Whether this is an `Owned` of any number of elements.
    fn is_kept_slice(&self) -> bool {
        self.at_elements || self.ty.role() == Some(Role::OwnedSlice) && self.place.kept.is_none()
    }

    fn go(&mut self, offset: usize, ty: Type<'s>) {
        (self.place.offset, self.ty, self.at_elements) = (offset, ty, false);
    }

    fn note_lock(&mut self, words: LockWords, at: &str) {
        let (offset, ty, watched) =
            (self.place.offset, self.ty.index(), self.place.watched.clone());
        // It was walked, so it is valid.
        let path = at.parse().unwrap_or_default();
        let start = Start { offset, ty, watched };
        self.place.lock.get_or_insert_with(|| Box::new(Lock { words, path, start }));
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

    /// Goes to the first element of a range. Returns the array.
    fn range(
        &mut self,
        at: &str,
        start: Option<u64>,
        end: Option<u64>,
        mut rest: Steps<'_>,
    ) -> Result<Type<'s>, DynError> {
        let (element, len) = self.elements(at)?;
        let (start, len) =
            (start.unwrap_or(0), end.map_or_else(|| self.len_now(element, len), |_| len));
        let end = end.unwrap_or(len);
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

    /// The number of elements that there are at this moment; `len` if that is fixed.
    fn len_now(&self, element: Type<'s>, len: u64) -> u64 {
        if self.is_contents() {
            return self.place.kept.as_ref().map_or(0, |kept| self.lengths.contents(kept));
        }
        match self.place.kept.as_ref().filter(|_| self.is_kept_slice()) {
            Some(kept) => self.lengths.kept(kept.handle).checked_div(element.size()).unwrap_or(0),
            None => len,
        }
    }

    /// The element type of the array or slice, and the number of elements; of a slice in the heap, which
    /// changes, the largest number that there could be.
    fn elements(&mut self, at: &str) -> Result<(Type<'s>, u64), DynError> {
        loop {
            match self.ty.kind() {
                TypeKind::Array { element, len } => return Ok((element, len)),
                TypeKind::Slice { element } => return Ok((element, self.lengths.tail())),
                TypeKind::Live { role: Role::TailSlice, .. } => return self.enter_contents(at),
                _ if self.is_kept_slice() && self.enter_kept(at)? => {
                    let element =
                        self.ty.live().and_then(Live::kept).expect("a slice of something");
                    return Ok((element, i64::MAX as u64 / element.size().max(1)));
                }
                _ if self.enter(at)? || self.enter_kept(at)? => {}
                _ => {
                    let (at, found) = (at.to_owned(), self.ty.to_string());
                    return Err(DynError::NotAnArray { at, found });
                }
            }
        }
    }

    /// Goes from a slice in a value with contents to the start of its elements. Returns their type, and the
    /// largest number that there could be.
    #[cold]
    #[inline(never)]
    fn enter_contents(&mut self, at: &str) -> Result<(Type<'s>, u64), DynError> {
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
        self.place.offset = 0;
        Ok((element, i64::MAX as u64 / element.size().max(1)))
    }

    /// Whether this is the start of the elements of a slice in a value with contents.
    fn is_contents(&self) -> bool {
        self.ty.role() == Some(Role::TailSlice)
    }

    /// Ends the path: it means the value, not the lock around it.
    fn arrive(&mut self, at: &str) -> Result<(), DynError> {
        while self.enter(at)? {}
        if let TypeKind::Slice { element } = self.ty.kind() {
            let (count, stride) = (self.lengths.tail(), element.size() as usize);
            self.place.runs.push(Run { first: 0, count, stride, after: None });
            self.ty = element;
        }
        Ok(())
    }
}
