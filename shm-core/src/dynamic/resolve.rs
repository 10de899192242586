//! Resolves a path to a place: which bytes, of which type, and which steps lead there.

mod kept;
mod lock;
mod place;

pub(super) use kept::{Entry, Hop, Kept};
pub(super) use lock::{Beside, Lock, word_of};
pub(super) use place::{Place, Run, Start, Versions};

use super::locking::LockWords;
use super::malformed::{expect_made, malformed};
use crate::error::DynError;
use crate::layout::Role;
use crate::path::{Segment, Steps};
use crate::schema::{Field, Held, Live, Schema, Type, TypeKind};

/// The lengths that are known only at run time, and the keys of maps.
pub(super) trait Lengths {
    /// The number of elements of the slice that the type ends in.
    fn tail(&self) -> u64;
    /// The bytes of the value that a place in the heap has now.
    fn kept(&self, kept: &Kept) -> u64;
    /// The number of elements that the last slice on the way into a value with contents has now.
    fn contents(&self, kept: &Kept) -> u64;
    /// The bytes of a key of a map, of which the path is `at`, from its text and its type.
    fn key(&self, at: &str, ty: Type<'_>, text: &str) -> Result<Vec<u8>, DynError>;
}

/// Follows a path to the value that it names.
pub(super) fn resolve(
    schema: &Schema,
    lengths: &dyn Lengths,
    start: Start,
    path: &str,
) -> Result<Place, DynError> {
    let mut resolver = Resolver::new(schema.at(start.ty), lengths, Place::at(start));
    if resolver.follow(path)?.is_none() {
        resolver.arrive(path)?;
    }
    if let Some(kept) = &mut resolver.place.kept {
        kept.ends(path.len());
    }
    resolver.place.ty = resolver.ty.to_ref();
    Ok(resolver.place)
}

/// The target of a path before any live type is entered: a lock, say, and not the value it guards.
pub(super) struct Named<'s> {
    pub(super) ty: Type<'s>,
    /// Counted from the start of the data; with a `latest`, from the start of its value.
    pub(super) offset: usize,
    /// The `Latest` that it lies in.
    pub(super) latest: Option<Versions>,
    /// Whether it lies in the value of an `Owned` or of an entry; the offset is that of the `Owned` or of the
    /// map.
    pub(super) is_kept: bool,
    /// Set if it is the whole value of an entry of a map.
    pub(super) is_entry: bool,
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
    let ty = schema.root();
    let mut resolver = Resolver::new(ty, lengths, Place::of(ty));
    let array = resolver.follow(path)?;
    let Resolver { ty, place, field, at_entry, .. } = resolver;
    let is_several = !place.runs.is_empty();
    let (ty, latest, is_kept) = (array.unwrap_or(ty), place.latest, place.kept.is_some());
    // A part of a value in the heap has no place of its own.
    let offset = place.kept.as_ref().map_or(place.offset, |kept| kept.at);
    Ok(Named { ty, offset, latest, is_kept, is_entry: at_entry, is_several, field })
}

/// The elements of an array, or of what looks like one.
struct Elements<'s> {
    ty: Type<'s>,
    /// Bytes from one to the next.
    stride: u64,
    /// How many there are; of a slice in the heap, which changes, the largest number that there could be.
    len: u64,
}

impl<'s> Elements<'s> {
    fn of(ty: Type<'s>, len: u64) -> Self {
        Self { ty, stride: ty.size(), len }
    }
}

/// Why a part of a live type is not read by itself.
fn without_meaning(role: Role, part: &str) -> Option<&'static str> {
    match (role, part) {
        (Role::Queue, "slots") => Some("which holds values until they are popped"),
        (Role::PerProcess, "retired") => {
            Some("of which one counts, now this, now that: read the `PerProcess` as a whole")
        }
        (Role::PerProcess, "rows") => {
            Some("which are the elements of the `PerProcess`: leave out `rows`")
        }
        _ => None,
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
    /// Set at the whole value of an entry of a map. `ty` is that of an `Owned` for text and for elements.
    at_entry: bool,
    /// The struct that the last field is in, with its offset, if that field is a lock that guards others in it.
    around: Option<(usize, Type<'s>)>,
}

impl<'s, 'l> Resolver<'s, 'l> {
    fn new(ty: Type<'s>, lengths: &'l dyn Lengths, place: Place) -> Self {
        let (at_elements, at_entry) = (false, false);
        Self { ty, lengths, place, field: None, at_elements, at_entry, around: None }
    }

    /// Follows a path to its end. If that is a range, returns its array.
    fn follow(&mut self, path: &str) -> Result<Option<Type<'s>>, DynError> {
        let (mut steps, mut array) = (Steps::of(path), None);
        loop {
            let at = steps.walked();
            let Some(segment) = steps.next()? else { return Ok(array) };
            array = None;
            match segment {
                Segment::Name(name) => self.name(at, name, &mut steps)?,
                Segment::Index(index) if self.enter_map(at)? => {
                    self.enter_entry(at, &index.to_string())?;
                }
                Segment::Index(index) => self.index(at, index)?,
                Segment::Key(key) => self.key(at, key)?,
                Segment::Range { start, end } => {
                    array = Some(self.range(at, start, end, steps.clone())?);
                }
            }
        }
    }

    /// Steps to a field. A live type's own parts come first, then the fields of its value.
    fn name(&mut self, at: &str, name: &str, steps: &mut Steps<'_>) -> Result<(), DynError> {
        loop {
            let has_fields =
                matches!(self.ty.kind(), TypeKind::Struct { .. } | TypeKind::Live { .. });
            if !has_fields || self.is_shapeless() {
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
                if let Some(fault) = role.and_then(|role| without_meaning(role, name)) {
                    return Err(DynError::Unreadable {
                        field: format!("{at}{}{name}", if at.is_empty() { "" } else { "." }),
                        found: field.ty().to_string(),
                        fault,
                    });
                }
                if self.ty.is_noted() {
                    self.note_guard(at, field)?;
                }
                self.at_entry = false;
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
        if is_copy && live.is_meeting_place() && !self.is_kept_slice() && !self.at_entry {
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
        if self.at_entry {
            self.at_elements = self.is_kept_slice();
            return Ok(self.at_elements);
        }
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

    /// Whether this is an `Owned` of any number of elements, or an entry of them.
    fn is_kept_slice(&self) -> bool {
        let is_whole = self.at_entry || self.place.kept.is_none();
        self.at_elements || self.ty.role() == Some(Role::OwnedSlice) && is_whole
    }

    fn go(&mut self, offset: usize, ty: Type<'s>) {
        (self.place.offset, self.ty) = (offset, ty);
        (self.at_elements, self.at_entry) = (false, false);
    }

    fn index(&mut self, at: &str, index: u64) -> Result<(), DynError> {
        let Elements { ty, stride, len } = self.elements(at)?;
        if index >= len {
            let (at, index) = (at.to_owned(), index.to_string());
            return Err(DynError::OutOfBounds { at, index, len });
        }
        // Inside the array, whose size fits.
        self.go(self.place.offset + (index * stride) as usize, ty);
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
        let Elements { ty: element, stride, len } = self.elements(at)?;
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
        let (array, stride) = (self.ty, stride as usize);
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
            Some(kept) => self.lengths.kept(kept).checked_div(element.size()).unwrap_or(0),
            None => len,
        }
    }

    /// The elements of the array or slice, or the rows for each process.
    fn elements(&mut self, at: &str) -> Result<Elements<'s>, DynError> {
        loop {
            match self.ty.kind() {
                TypeKind::Array { element, len } => return Ok(Elements::of(element, len)),
                TypeKind::Slice { element } => {
                    return Ok(Elements::of(element, self.lengths.tail()));
                }
                TypeKind::Live { role: Role::TailSlice, .. } => {
                    let (element, most) = self.enter_contents(at)?;
                    return Ok(Elements::of(element, most));
                }
                TypeKind::Live { role: Role::PerProcess, .. } => return self.enter_rows(at),
                _ if self.is_kept_slice() && self.enter_kept(at)? => {
                    let element =
                        self.ty.live().and_then(Live::kept).expect("a slice of something");
                    return Ok(Elements::of(element, i64::MAX as u64 / element.size().max(1)));
                }
                _ if self.enter(at)? || self.enter_kept(at)? => {}
                _ => {
                    let (at, found) = (at.to_owned(), self.ty.to_string());
                    return Err(DynError::NotAnArray { at, found });
                }
            }
        }
    }

    /// Goes to the first of the rows for each process.
    fn enter_rows(&mut self, at: &str) -> Result<Elements<'s>, DynError> {
        let rows = self.ty.live().and_then(Live::rows).expect("by its role");
        if self.place.latest.is_some() || self.place.kept.is_some() {
            return Err(malformed(at, Role::PerProcess));
        }
        self.place.part_of = self.place.part_of.or(Some(Role::PerProcess));
        self.place.offset += rows.rows as usize;
        Ok(Elements { ty: rows.row, stride: rows.stride, len: rows.count })
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
