//! From bytes to values.

use super::budget::{self, Budget};
use super::fit::allowed;
use super::live::{self, Live};
use super::memory::Memory;
use super::path::Step;
use super::resolve::{Place, Target};
use super::scalars;
use super::source::{Source, c_text, native, native_bytes, reorder};
use super::value::DynValue;
use crate::access::Access;
use crate::error::{DynError, Found, InvalidValue};
use crate::layout::Role;
use crate::protocol::once;
use crate::schema::{Schema, Type, TypeKind};

/// Reads values; knows where it is, for errors.
pub(super) struct Reader<'s, 'm, A> {
    region: &'s str,
    path: &'s str,
    memory: Memory<'m, A>,
    tail_len: u64,
    /// The steps from the path to what is being read.
    below: Vec<Step<'s>>,
    /// The index at which the path's range starts.
    first: u64,
    budget: Budget,
    /// The version of the `Latest` that was read last.
    version: Option<u64>,
}

impl<'s, 'm, A: Access> Reader<'s, 'm, A> {
    /// Reads from a region; `path` is where.
    pub(super) fn new(
        region: &'s str,
        path: &'s str,
        memory: Memory<'m, A>,
        tail_len: u64,
    ) -> Self {
        // The index of an element is found behind the array's own path.
        let array = path.strip_suffix(']').and_then(|path| path.rsplit_once('['));
        let path = array.filter(|(_, index)| index.contains("..")).map_or(path, |(array, _)| array);
        let (below, first, budget) = (Vec::new(), 0, Budget::default());
        Self { region, path, memory, tail_len, below, first, budget, version: None }
    }

    /// The same for values of at most so many bytes of memory.
    pub(super) fn at_most(mut self, bytes: u64) -> Self {
        self.budget = Budget::of(bytes);
        self
    }

    /// Reads what is at a place, and which version that is of the `Latest` that it is part of.
    pub(super) fn versioned(
        mut self,
        schema: &'s Schema,
        place: &Place,
    ) -> Result<(DynValue, Option<u64>), DynError> {
        let value = self.place(schema, place)?;
        Ok((value, self.version.filter(|_| place.latest.is_some())))
    }

    /// The bytes at a place in the newest version of a `Latest`, if it is part of one.
    pub(super) fn version_bytes(
        mut self,
        schema: &'s Schema,
        place: &Place,
    ) -> Result<Option<(Vec<u8>, u64)>, DynError> {
        let Some((at, ring)) = place.latest else { return Ok(None) };
        let (offset, size) = (place.offset, place.size(schema) as usize);
        let (first, end) = (offset / 8, (offset + size).div_ceil(8));
        let copy = self.newest(at, ring, first, end - first)?;
        let bytes = Source::<A>::Private(&copy, first * 8).bytes(offset, size);
        Ok(self.version.map(|version| (bytes, version)))
    }

    /// Reads what is at a place.
    pub(super) fn place(
        &mut self,
        schema: &'s Schema,
        place: &Place,
    ) -> Result<DynValue, DynError> {
        let tail_len = self.tail_len;
        self.read_place(schema, place).map_err(|error| match error {
            // What is known where the budget ends is only a part.
            DynError::TooLarge { needed, limit, .. } => {
                let needed = needed.max(budget::needed(schema, place, tail_len));
                DynError::TooLarge { field: self.path.to_owned(), needed, limit }
            }
            other => other,
        })
    }

    fn read_place(&mut self, schema: &'s Schema, place: &Place) -> Result<DynValue, DynError> {
        let ty = |index| schema.get(index).unwrap_or_else(|| schema.root());
        let size = place.size(schema);
        let (offset, target) = (place.offset, place.target);
        let read = |reader: &mut Self, source: Source<'_, A>| match target {
            Target::One(index) => reader.value(source, ty(index), offset),
            Target::Run { element, count, first } => {
                reader.first = first;
                reader.list(source, ty(element), offset, count)
            }
        };
        let Some((at, ring)) = place.latest else { return read(self, Source::Shared(self.memory)) };
        // Only the words that are asked for; they are of one version all the same.
        let (first, end) = (offset / 8, (offset + size as usize).div_ceil(8));
        let copy = self.newest(at, ring, first, end - first)?;
        read(self, Source::Private(&copy, first * 8))
    }

    fn newest(
        &mut self,
        at: usize,
        ring: live::Ring,
        first: usize,
        count: usize,
    ) -> Result<Vec<u64>, DynError> {
        self.affordable(count as u64 * 8)?;
        self.look(Source::Shared(self.memory), at + ring.slots + 8 * first, 8 * count)?;
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
            TypeKind::Struct => self.structure(source, ty, offset),
            _ => self.leaf(source, ty, offset),
        }
    }

    /// Reads what has no parts.
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
                    (bits, _) => Ok(scalars::value(scalar, bits).unwrap_or(DynValue::None)),
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
                // Numbers are whatever their bits are.
                Ok(scalars::value(scalar, native(&bytes)).unwrap_or(DynValue::None))
            }
            TypeKind::CText { capacity } => {
                let most = capacity.min(self.budget.left().saturating_add(1)) as usize;
                let bytes = source.bytes_to_nul(offset, most);
                self.spend(bytes.len() as u64)?;
                self.look(source, offset, bytes.len() + 1)?;
                Ok(c_text(bytes))
            }
            TypeKind::Unknown { .. } => {
                Err(self.unreadable(ty, "which is known to later versions of this library only"))
            }
            // A marker: nothing at all.
            _ => Ok(DynValue::Struct(Vec::new())),
        }
    }

    /// Looks at bytes: in the region, that takes the pages in which they are.
    fn look(&mut self, source: Source<'_, A>, offset: usize, len: usize) -> Result<(), DynError> {
        if matches!(source, Source::Private(..)) || self.budget.look(offset, len) {
            return Ok(());
        }
        Err(self.too_large(self.budget.limit().saturating_add(1)))
    }

    /// Takes memory for a part of the value.
    fn spend(&mut self, bytes: u64) -> Result<(), DynError> {
        if self.budget.spend(bytes) { Ok(()) } else { Err(self.too_large(bytes)) }
    }

    /// Refuses what takes more memory than there is, before any is taken.
    fn affordable(&self, bytes: u64) -> Result<(), DynError> {
        if bytes <= self.budget.left() { Ok(()) } else { Err(self.too_large(bytes)) }
    }

    #[cold]
    fn too_large(&self, needed: u64) -> DynError {
        DynError::TooLarge { field: self.field(), needed, limit: self.budget.limit() }
    }

    /// A scalar's bits. Of 16 bytes they can be read in a private copy alone.
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
            self.below.push(Step::Index(index));
            let at = offset + (index * element.size()) as usize;
            elements.push(self.value(source, element, at)?);
            self.below.pop();
        }
        Ok(DynValue::List(elements))
    }

    fn structure(
        &mut self,
        source: Source<'_, A>,
        ty: Type<'s>,
        offset: usize,
    ) -> Result<DynValue, DynError> {
        let Some(role) = ty.role() else { return self.fields(source, ty, offset) };
        let live = live::of(ty, &self.field())?;
        if let Live::Counted { bytes, capacity } = live {
            return self.counted(source, ty, offset, offset + bytes, capacity);
        }
        if matches!(source, Source::Private(..)) {
            return Err(DynError::Malformed { at: self.field(), role: role.name() });
        }
        match live {
            Live::Mutex { value, .. } | Live::Watched { value, .. } => {
                self.value(source, value.ty(), offset + value.offset() as usize)
            }
            Live::Latest(ring, value) => {
                let copy = self.newest(offset, ring, 0, ring.size.div_ceil(8))?;
                self.value(Source::Private(&copy, 0), value, 0)
            }
            // The lowest bit says that somebody sleeps.
            Live::Event => Ok(DynValue::U64((source.bits(offset, 4) >> 1) as u64)),
            Live::Once { done, .. } => {
                Ok(DynValue::Bool(source.bits(offset + done, 4) == u128::from(once::DONE)))
            }
            _ => self.fields(source, ty, offset),
        }
    }

    fn fields(
        &mut self,
        source: Source<'_, A>,
        ty: Type<'s>,
        offset: usize,
    ) -> Result<DynValue, DynError> {
        let mut fields = Vec::with_capacity(ty.fields().len());
        for field in ty.fields() {
            self.spend(budget::field(field.name()))?;
            self.below.push(Step::Name(field.name()));
            let value = self.value(source, field.ty(), offset + field.offset() as usize)?;
            fields.push((field.name().to_owned(), value));
            self.below.pop();
        }
        Ok(DynValue::Struct(fields))
    }

    /// A `Text` or `Bytes`: as many bytes as it says.
    fn counted(
        &mut self,
        source: Source<'_, A>,
        ty: Type<'s>,
        offset: usize,
        bytes: usize,
        capacity: usize,
    ) -> Result<DynValue, DynError> {
        let len = source.bits(offset, 4);
        if len > capacity as u128 {
            return Err(self.invalid(ty, len, 4, "a length of at most the capacity".into()));
        }
        self.spend(len as u64)?;
        self.look(source, offset, bytes - offset + len as usize)?;
        let bytes = source.bytes(bytes, len as usize);
        if ty.role() == Some(Role::Bytes) {
            return Ok(DynValue::Bytes(bytes));
        }
        String::from_utf8(bytes).map(DynValue::Text).map_err(|error| {
            let byte = error.as_bytes()[error.utf8_error().valid_up_to()];
            self.invalid(ty, byte.into(), 1, "UTF-8".into())
        })
    }

    /// The path of what is being read.
    fn field(&self) -> String {
        let mut path = self.path.to_owned();
        for (depth, step) in self.below.iter().enumerate() {
            match step {
                Step::Index(index) if depth == 0 => {
                    path.push_str(&format!("[{}]", self.first + index));
                }
                Step::Name(name) if path.is_empty() => path.push_str(name),
                Step::Name(name) => path.extend([".", name]),
                Step::Index(index) => path.push_str(&format!("[{index}]")),
                // One reads values, not ranges of them.
                Step::Range(..) => {}
            }
        }
        path
    }

    #[cold]
    fn invalid(&self, ty: Type<'_>, bits: u128, width: usize, allowed: String) -> DynError {
        DynError::Invalid(InvalidValue::new(Found {
            region: Some(self.region.to_owned()),
            field: Some(self.field()),
            type_name: ty.to_string().into(),
            // What is validated has 8 bytes at most.
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
