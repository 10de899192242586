//! From bytes to values.

use super::budget::{self, Budget};
use super::fit::allowed;
use super::malformed::{expect_made, malformed};
use super::memory::{Copied, Memory};
use super::region::DynRegion;
use super::resolve::{Place, Run, Versions};
use super::scalars;
use super::source::{Source, c_text, native, native_bytes, reorder};
use super::trail::Trail;
use super::value::DynValue;
use crate::access::Access;
use crate::error::{DynError, Found, InvalidValue};
use crate::layout::Role;
use crate::path::Segment;
use crate::protocol::ring::Missed;
use crate::schema::{Counted, Field, Held, Ring, Schema, Type, TypeKind};

mod beside;
mod contents;
mod items;
mod kept;
mod map;
mod rows;
mod state;

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

    /// The value's bytes in the newest version of a `Latest`, if it is part of one.
    pub(super) fn version_bytes(
        mut self,
        schema: &'s Schema,
    ) -> Result<Option<(Vec<u8>, u64)>, DynError> {
        let place = self.place;
        let Some(latest) = place.latest.filter(|latest| latest.outer == 0) else { return Ok(None) };
        let size = self.ty(schema).size() as usize;
        let (copy, start) = self.newest_span(schema, latest.at, latest)?;
        let (source, mut bytes) = (Source::<A>::Private(&copy, start), Vec::new());
        gather(source, (place.offset, size), &place.runs, &mut bytes);
        Ok(self.version.map(|version| (bytes, version)))
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

    /// Reads the requested part of one version of the `Latest` there.
    fn version(
        &mut self,
        schema: &'s Schema,
        at: usize,
        latest: Versions,
    ) -> Result<DynValue, DynError> {
        let (copy, start) = self.newest_span(schema, at, latest)?;
        self.copied(schema, &copy, start)
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

    /// Reads the part that is asked for of the item after the one of the number `cursor`, which then is
    /// that item's. `None` if there is no further item yet.
    pub(super) fn item_after(
        &mut self,
        schema: &'s Schema,
        stream: Versions,
        cursor: &mut u64,
    ) -> Option<Result<DynValue, DynError>> {
        let (offset, span) = (self.place.offset, self.place.span(schema) as usize);
        let (first, end) = (offset / 8, (offset + span).div_ceil(8));
        // Bounded before it is copied: one item takes at most what any value may.
        if let Err(error) = self.affordable((end - first) as u64 * 8) {
            return Some(Err(error));
        }
        let next = self.memory.next(stream.at, stream.ring, (first, end - first), cursor)?;
        Some(match next {
            Ok(copy) => self.copied(schema, &copy, first * 8),
            Err(Missed(count)) => Err(DynError::Missed { field: self.field(), count }),
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

    /// A copy of the requested part, and the byte of the value at which it starts. Only the words of that
    /// part are copied, and all of them belong to one version.
    fn newest_span(
        &mut self,
        schema: &Schema,
        at: usize,
        latest: Versions,
    ) -> Result<(Vec<u64>, usize), DynError> {
        let (offset, span) = (self.place.offset, self.place.span(schema) as usize);
        let (first, end) = (offset / 8, (offset + span).div_ceil(8));
        Ok((self.newest(at, latest.ring, first, end - first)?, first * 8))
    }

    fn newest(
        &mut self,
        at: usize,
        ring: Ring,
        first: usize,
        count: usize,
    ) -> Result<Vec<u64>, DynError> {
        self.affordable(count as u64 * 8)?;
        self.look(Source::Shared(self.memory), at + ring.slots as usize + 8 * first, 8 * count)?;
        let copy = self.memory.newest(at, ring, first, count);
        let (version, words) = copy.ok_or_else(|| DynError::Contended { field: self.field() })?;
        self.version = Some(version);
        Ok(words)
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

    /// Reads a value without parts.
    fn leaf(
        &mut self,
        source: Source<'_, A>,
        ty: Type<'s>,
        offset: usize,
    ) -> Result<DynValue, DynError> {
        match ty.kind() {
            TypeKind::Scalar(scalar) => {
                let bits = self.word(source, ty, offset)?;
                let invalid = || self.invalid(ty, bits, 4, "0..=0xd7ff, 0xe000..=0x10ffff".into());
                scalars::value(scalar, bits).ok_or_else(invalid)
            }
            TypeKind::NonZero { scalar, optional } => {
                match (self.word(source, ty, offset)?, optional) {
                    (0, true) => Ok(DynValue::None),
                    (0, false) => {
                        Err(self.invalid(ty, 0, ty.size() as usize, "anything but 0".into()))
                    }
                    (bits, _) => Ok(scalars::number(scalar, bits)),
                }
            }
            TypeKind::Enum { repr, variants } => {
                let bits = self.word(source, ty, offset)?;
                let found = scalars::variant(repr, ty, bits)
                    .ok_or_else(|| self.invalid(ty, bits, ty.size() as usize, allowed(variants)))?;
                if let DynValue::Variant { name, .. } = &found {
                    self.spend(name.len() as u64)?;
                }
                Ok(found)
            }
            TypeKind::Ordered { scalar, order, packed } => {
                self.look(source, offset, scalar.size())?;
                let mut bytes = if packed {
                    source.bytes(offset, scalar.size())
                } else {
                    native_bytes(self.word(source, ty, offset)?, scalar.size())
                };
                reorder(&mut bytes, order);
                Ok(scalars::number(scalar, native(&bytes)))
            }
            TypeKind::CText { capacity } => {
                let most = capacity.min(self.budget.left().saturating_add(1)) as usize;
                let bytes = source.bytes_to_nul(offset, most);
                self.spend(bytes.len() as u64)?;
                self.look(source, offset, bytes.len() + 1)?;
                Ok(c_text(bytes))
            }
            TypeKind::Unknown(_) => {
                expect_made(ty, &self.field())?;
                Err(self.unreadable(ty, "which is known to later versions of this library only"))
            }
            TypeKind::Marker => Ok(DynValue::Struct(Vec::new())),
            TypeKind::Array { .. }
            | TypeKind::Slice { .. }
            | TypeKind::Struct { .. }
            | TypeKind::Live { .. } => {
                unreachable!("`{ty}` has parts")
            }
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

    /// A scalar's bits. A scalar of 16 bytes can be read only in a private copy.
    fn word(
        &mut self,
        source: Source<'_, A>,
        ty: Type<'s>,
        offset: usize,
    ) -> Result<u128, DynError> {
        let width = ty.size() as usize;
        self.look(source, offset, width)?;
        if width > 8 && matches!(source, Source::Shared(_)) {
            return Err(self.unreadable(ty, "which no processor reads in one step"));
        }
        Ok(source.bits(offset, width))
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

    /// A `Text` or `Bytes`: as many bytes as its length says.
    fn counted(
        &mut self,
        source: Source<'_, A>,
        ty: Type<'s>,
        offset: usize,
        Counted { bytes, capacity }: Counted,
    ) -> Result<DynValue, DynError> {
        let len = source.bits(offset, 4);
        if len > u128::from(capacity) {
            return Err(self.invalid(ty, len, 4, "a length of at most the capacity".into()));
        }
        self.spend(len as u64)?;
        self.look(source, offset, bytes as usize + len as usize)?;
        let bytes = source.bytes(offset + bytes as usize, len as usize);
        if ty.role() == Some(Role::Bytes) {
            return Ok(DynValue::Bytes(bytes));
        }
        String::from_utf8(bytes).map(DynValue::Text).map_err(|error| {
            let byte = error.as_bytes()[error.utf8_error().valid_up_to()];
            self.invalid(ty, byte.into(), 1, "UTF-8".into())
        })
    }

    /// The path of the value being read.
    fn field(&self) -> String {
        self.trail.path().into()
    }

    #[cold]
    fn invalid(&self, ty: Type<'_>, bits: u128, width: usize, allowed: String) -> DynError {
        DynError::Invalid(InvalidValue::new(Found {
            region: Some(self.region.to_owned()),
            field: Some(self.field()),
            type_name: ty.to_string().into(),
            // A validated value has at most 8 bytes.
            bits: bits as u64,
            width,
            allowed: allowed.into(),
            address: 0,
        }))
    }

    fn unreadable(&self, ty: Type<'_>, fault: &'static str) -> DynError {
        DynError::Unreadable { field: self.field(), found: ty.to_string(), fault }
    }
}

/// Adds the bytes of the value that starts at an offset, or of one in each element of some ranges.
fn gather<A: Access>(
    source: Source<'_, A>,
    (offset, size): (usize, usize),
    runs: &[Run],
    bytes: &mut Vec<u8>,
) {
    match runs.split_first() {
        None => bytes.extend(source.bytes(offset, size)),
        Some((run, [])) if run.stride == size => {
            bytes.extend(source.bytes(offset, size * run.count as usize));
        }
        Some((run, inner)) => (0..run.count as usize)
            .for_each(|index| gather(source, (offset + index * run.stride, size), inner, bytes)),
    }
}
