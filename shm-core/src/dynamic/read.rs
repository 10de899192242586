//! From bytes to values.

use super::budget::{self, Budget};
use super::malformed::malformed;
use super::memory::{Copied, Memory};
use super::region::DynRegion;
use super::resolve::{Place, Run};
use super::source::Source;
use super::trail::Trail;
use super::value::DynValue;
use crate::access::Access;
use crate::error::DynError;
use crate::layout::Role;
use crate::path::Segment;
use crate::schema::{Field, Held, Schema, Type, TypeKind};

mod beside;
mod contents;
mod items;
mod kept;
mod leaf;
mod map;
mod rows;
mod state;
mod versions;

pub(super) use map::{Entries, tables};

/// Reads values, and tracks its position for errors.
pub(super) struct Reader<'s, 'm, A> {
    region: &'s str,
    memory: Memory<'m, A>,
    tail_len: u64,
    place: &'s Place,
    trail: Trail<'s, 's>,
    budget: Budget,
    /// The version of the `Latest` that was read last.
    version: Option<u64>,
    /// The value with contents that is being read.
    bounds: Option<contents::Bounds>,
    /// Whether locks beside fields are taken, if the region can be written.
    locks: bool,
    /// Whether queues and rings are read with the values in them.
    items: bool,
}

/// Reads a value from a private copy of its words; `path` is for errors.
pub(super) fn private<A: Access>(
    region: &DynRegion<A>,
    ty: Type<'_>,
    path: &str,
    words: &[u64],
) -> Result<DynValue, DynError> {
    let place = Place::of(ty);
    let memory = Memory::<A>::of(region.mapping());
    let mut reader = Reader::new(region.label(), (&place, path), memory, 0);
    reader.value(Source::Private(words, 0), ty, 0)
}

/// Reads a value in the heap from a private copy of all of its words; `path` is for errors.
pub(super) fn kept_whole<A: Access>(
    memory: Memory<'_, A>,
    ty: Type<'_>,
    path: &str,
    Copied { len, words }: &Copied,
) -> Result<DynValue, DynError> {
    let place = Place::of(ty);
    Reader::new(memory.label(), (&place, path), memory, 0).whole(ty, words, *len)
}

impl<'s, 'm, A: Access> Reader<'s, 'm, A> {
    /// Reads the value at a place in a region; `path` leads there.
    pub(super) fn new(
        region: &'s str,
        (place, path): (&'s Place, &'s str),
        memory: Memory<'m, A>,
        tail_len: u64,
    ) -> Self {
        let (trail, budget) = (Trail::of(path, &place.runs), Budget::default());
        let (version, bounds, locks, items) = (None, None, false, false);
        Self { region, memory, tail_len, place, trail, budget, version, bounds, locks, items }
    }

    /// The same, taking the lock beside each guarded field while that is read.
    pub(super) fn with_locks(mut self) -> Self {
        self.locks = A::WRITABLE;
        self
    }

    /// The same, reading the values in queues and rings instead of their state.
    pub(super) fn with_items(mut self) -> Self {
        self.items = true;
        self
    }

    /// The same for values of at most that many bytes of memory.
    pub(super) fn at_most(mut self, bytes: u64) -> Self {
        self.budget = Budget::of(bytes);
        self
    }

    /// Reads the value, and the number of its version if it is part of one `Latest`.
    pub(super) fn versioned(
        mut self,
        schema: &'s Schema,
    ) -> Result<(DynValue, Option<u64>), DynError> {
        let (value, place) = (self.read(schema)?, self.place);
        Ok((value, self.version.filter(|_| place.latest.is_some_and(|latest| latest.outer == 0))))
    }

    /// Reads the value.
    pub(super) fn read(&mut self, schema: &'s Schema) -> Result<DynValue, DynError> {
        self.read_place(schema).map_err(|error| match error {
            // Where the budget ends, only part of the need is known.
            DynError::TooLarge { needed, limit, .. } => {
                let needed = needed.max(budget::needed(schema, self.place, self.tail_len));
                DynError::TooLarge { field: self.trail.start().to_owned(), needed, limit }
            }
            other => other,
        })
    }

    fn read_place(&mut self, schema: &'s Schema) -> Result<DynValue, DynError> {
        let place = self.place;
        if let Some(kept) = &place.kept {
            return self.kept_part(schema, kept);
        }
        match place.latest {
            None if self.locks && place.beside().is_some() => self.guarded_place(schema),
            None => {
                let (source, ty) = (Source::Shared(self.memory), self.ty(schema));
                self.runs(place.offset, &place.runs, &mut |reader, offset| {
                    reader.value(source, ty, offset)
                })
            }
            Some(latest) => {
                let outer = &place.runs[..latest.outer];
                self.runs(latest.at, outer, &mut |reader, at| reader.version(schema, at, latest))
            }
        }
    }

    /// Reads the part that is asked for from a copy of one version.
    fn copied(
        &mut self,
        schema: &'s Schema,
        copy: &[u64],
        start: usize,
    ) -> Result<DynValue, DynError> {
        let (place, ty) = (self.place, self.ty(schema));
        self.runs(place.offset, place.inner_runs(), &mut |reader, offset| {
            reader.value(Source::Private(copy, start), ty, offset)
        })
    }

    /// A list of the results of `read` for each element of a range, nested for several ranges; without a
    /// range, the result itself.
    fn runs(
        &mut self,
        start: usize,
        runs: &[Run],
        read: &mut dyn FnMut(&mut Self, usize) -> Result<DynValue, DynError>,
    ) -> Result<DynValue, DynError> {
        let Some((run, inner)) = runs.split_first() else { return read(self, start) };
        self.spend(run.count.saturating_mul(budget::VALUE))?;
        let mut elements = Vec::with_capacity(run.count as usize);
        for index in 0..run.count {
            self.trail.enter(run.first + index);
            elements.push(self.runs(start + index as usize * run.stride, inner, read)?);
            self.trail.leave();
        }
        Ok(DynValue::List(elements))
    }

    /// The type of each value at the place.
    fn ty(&self, schema: &'s Schema) -> Type<'s> {
        schema.at(self.place.ty)
    }

    fn value(
        &mut self,
        source: Source<'_, A>,
        ty: Type<'s>,
        offset: usize,
    ) -> Result<DynValue, DynError> {
        match ty.kind() {
            TypeKind::Array { element, len } => self.list(source, element, offset, len),
            TypeKind::Slice { element } => self.list(source, element, offset, self.tail_len),
            TypeKind::Struct { .. } => self.fields(source, ty, offset),
            TypeKind::Live { .. } => self.live(source, ty, offset),
            _ => self.leaf(source, ty, offset),
        }
    }

    /// Looks at bytes. In the region, this takes their pages from the budget.
    fn look(&mut self, source: Source<'_, A>, offset: usize, len: usize) -> Result<(), DynError> {
        if matches!(source, Source::Private(..)) || self.budget.look(offset, len) {
            return Ok(());
        }
        Err(self.too_large(self.budget.limit().saturating_add(1)))
    }

    /// Takes memory for a part of the value from the budget.
    fn spend(&mut self, bytes: u64) -> Result<(), DynError> {
        if self.budget.spend(bytes) { Ok(()) } else { Err(self.too_large(bytes)) }
    }

    /// Refuses a value that takes more memory than is left, before any is taken.
    fn affordable(&self, bytes: u64) -> Result<(), DynError> {
        if bytes <= self.budget.left() { Ok(()) } else { Err(self.too_large(bytes)) }
    }

    #[cold]
    fn too_large(&self, needed: u64) -> DynError {
        DynError::TooLarge { field: self.field(), needed, limit: self.budget.limit() }
    }

    fn list(
        &mut self,
        source: Source<'_, A>,
        element: Type<'s>,
        offset: usize,
        count: u64,
    ) -> Result<DynValue, DynError> {
        self.spend(count.saturating_mul(budget::VALUE))?;
        let mut elements = Vec::with_capacity(count as usize);
        for index in 0..count {
            self.trail.push(Segment::Index(index));
            let at = offset + (index * element.size()) as usize;
            elements.push(self.value(source, element, at)?);
            self.trail.pop();
        }
        Ok(DynValue::List(elements))
    }

    /// The meaning of a live type: its value, or the state in its words.
    fn live(
        &mut self,
        source: Source<'_, A>,
        ty: Type<'s>,
        offset: usize,
    ) -> Result<DynValue, DynError> {
        let live = ty.live().expect("a kind that is live");
        if live.is_meeting_place() && matches!(source, Source::Private(..)) {
            return Err(malformed(&self.field(), live.role()));
        }
        if let Some(bytes) = live.counted() {
            return self.counted(source, ty, offset, bytes);
        }
        if self.items && matches!(live.role(), Role::Queue | Role::Ring) {
            return self.items(live, offset);
        }
        if let Some(value) = live.value() {
            return match value.held {
                Held::Copied(ring) => {
                    let copy = self.newest(offset, ring, 0, ring.size.div_ceil(8) as usize)?;
                    self.value(Source::Private(&copy, 0), value.ty, 0)
                }
                Held::Guarded { .. } | Held::Shared(_) | Held::Watched { .. } => {
                    self.value(source, value.ty, offset + value.offset as usize)
                }
            };
        }
        if live.contents().is_some() {
            return self.contents(source, ty, offset);
        }
        if live.entry().is_some() {
            return self.map(ty, live, offset);
        }
        if live.handle().is_some() {
            return self.kept(ty, live, offset);
        }
        if let Some(rows) = live.rows() {
            return self.rows(source, rows, offset);
        }
        Ok(self.state(source, live, offset))
    }

    fn fields(
        &mut self,
        source: Source<'_, A>,
        ty: Type<'s>,
        offset: usize,
    ) -> Result<DynValue, DynError> {
        if self.locks && ty.has_guards() && matches!(source, Source::Shared(_)) {
            return self.guarded_fields(source, ty, offset);
        }
        let mut fields = Vec::with_capacity(ty.fields().len());
        for field in ty.fields() {
            fields.push(self.one_field(source, field, offset)?);
        }
        Ok(DynValue::Struct(fields))
    }

    /// Reads a field of a struct that starts at an offset.
    fn one_field(
        &mut self,
        source: Source<'_, A>,
        field: Field<'s>,
        offset: usize,
    ) -> Result<(String, DynValue), DynError> {
        self.spend(budget::field(field.name()))?;
        self.trail.push(Segment::Name(field.name()));
        let value = self.value(source, field.ty(), offset + field.offset() as usize)?;
        self.trail.pop();
        Ok((field.name().to_owned(), value))
    }

    /// The path of the value being read.
    fn field(&self) -> String {
        self.trail.path().into()
    }

    fn unreadable(&self, ty: Type<'_>, fault: &'static str) -> DynError {
        DynError::Unreadable { field: self.field(), found: ty.to_string(), fault }
    }
}
