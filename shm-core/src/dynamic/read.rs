//! From bytes to values.

use super::error::{DynError, InvalidField};
use super::fit::allowed;
use super::live::{self, Live};
use super::memory::Memory;
use super::path::Step;
use super::path_error::PathError;
use super::resolve::{Place, Target};
use super::scalars;
use super::source::{Source, c_text, native, native_bytes, reorder};
use super::value::DynValue;
use crate::access::Access;
use crate::layout::Role;
use crate::protocol::once;
use crate::schema::{Schema, Type, TypeKind};

/// How many values one value is made of at most: a hostile schema can have any number of them.
const MAX_VALUES: usize = 1 << 22;

/// The largest copy that is made of a `Latest`, in bytes.
pub(super) const MAX_COPY: usize = 1 << 28;

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
    /// How many more values there may be.
    left: usize,
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
        let (below, first, left) = (Vec::new(), 0, MAX_VALUES);
        Self { region, path, memory, tail_len, below, first, left, version: None }
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

    /// Reads what is at a place.
    pub(super) fn place(
        &mut self,
        schema: &'s Schema,
        place: &Place,
    ) -> Result<DynValue, DynError> {
        let ty = |index| schema.get(index).unwrap_or_else(|| schema.root());
        let size = match place.target {
            Target::One(index) => ty(index).size(),
            // Inside the array, whose size fits.
            Target::Run { element, count, .. } => ty(element).size() * count,
        };
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
        if count > MAX_COPY / 8 {
            return Err(DynError::TooLarge { field: self.field() });
        }
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
        self.left = self
            .left
            .checked_sub(1)
            .ok_or_else(|| DynError::TooLarge { field: self.path.to_owned() })?;
        match ty.kind() {
            TypeKind::Array { element, len } => self.list(source, element, offset, len),
            TypeKind::Slice { element } => self.list(source, element, offset, self.tail_len),
            TypeKind::Struct => self.structure(source, ty, offset),
            _ => self.leaf(source, ty, offset),
        }
    }

    /// Reads what has no parts.
    fn leaf(
        &self,
        source: Source<'_, A>,
        ty: Type<'s>,
        offset: usize,
    ) -> Result<DynValue, DynError> {
        match ty.kind() {
            TypeKind::Scalar(scalar) => {
                let bits = self.word(source, ty, offset)?;
                let invalid = || self.invalid(ty, bits, "0..=0xd7ff, 0xe000..=0x10ffff");
                scalars::value(scalar, bits).ok_or_else(invalid)
            }
            TypeKind::NonZero { scalar, optional } => {
                match (self.word(source, ty, offset)?, optional) {
                    (0, true) => Ok(DynValue::None),
                    (0, false) => Err(self.invalid(ty, 0, "anything but 0")),
                    (bits, _) => Ok(scalars::value(scalar, bits).unwrap_or(DynValue::None)),
                }
            }
            TypeKind::Enum { repr, variants } => {
                let bits = self.word(source, ty, offset)?;
                scalars::variant(repr, variants, bits)
                    .ok_or_else(|| self.invalid(ty, bits, &allowed(variants)))
            }
            TypeKind::Ordered { scalar, order, packed } => {
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
                let bytes = source.bytes_to_nul(offset, capacity.min(MAX_COPY as u64) as usize);
                if bytes.len() == MAX_COPY {
                    self.affordable(capacity)?;
                }
                Ok(c_text(bytes))
            }
            TypeKind::Unknown { .. } => {
                Err(self.unreadable(ty, "which is known to later versions of this library only"))
            }
            // A marker: nothing at all.
            _ => Ok(DynValue::Struct(Vec::new())),
        }
    }

    /// Refuses what is larger than the largest copy.
    fn affordable(&self, bytes: u64) -> Result<(), DynError> {
        if bytes <= MAX_COPY as u64 {
            return Ok(());
        }
        Err(DynError::TooLarge { field: self.field() })
    }

    /// A scalar's bits. Of 16 bytes they can be read in a private copy alone.
    fn word(&self, source: Source<'_, A>, ty: Type<'s>, offset: usize) -> Result<u128, DynError> {
        let width = ty.size() as usize;
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
        if count > self.left as u64 {
            return Err(DynError::TooLarge { field: self.field() });
        }
        let mut elements = Vec::new();
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
            return Err(PathError::Malformed { at: self.field(), role: role.name() }.into());
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
        let mut fields = Vec::new();
        for field in ty.fields() {
            self.below.push(Step::Name(field.name()));
            let value = self.value(source, field.ty(), offset + field.offset() as usize)?;
            fields.push((field.name().to_owned(), value));
            self.below.pop();
        }
        Ok(DynValue::Struct(fields))
    }

    /// A `Text` or `Bytes`: as many bytes as it says.
    fn counted(
        &self,
        source: Source<'_, A>,
        ty: Type<'s>,
        offset: usize,
        bytes: usize,
        capacity: usize,
    ) -> Result<DynValue, DynError> {
        let len = source.bits(offset, 4);
        if len > capacity as u128 {
            return Err(self.invalid(ty, len, "a length of at most the capacity"));
        }
        self.affordable(len as u64)?;
        let bytes = source.bytes(bytes, len as usize);
        if ty.role() == Some(Role::Bytes) {
            return Ok(DynValue::Bytes(bytes));
        }
        String::from_utf8(bytes).map(DynValue::Text).map_err(|error| {
            let byte = error.as_bytes()[error.utf8_error().valid_up_to()];
            self.invalid(ty, byte.into(), "UTF-8")
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
    fn invalid(&self, ty: Type<'_>, bits: u128, allowed: &str) -> DynError {
        DynError::Invalid(Box::new(InvalidField {
            region: self.region.to_owned(),
            field: self.field(),
            // What is validated has 8 bytes at most.
            bits: bits as u64,
            type_name: ty.to_string(),
            allowed: allowed.to_owned(),
        }))
    }

    fn unreadable(&self, ty: Type<'_>, fault: &'static str) -> DynError {
        DynError::Unreadable { field: self.field(), found: ty.to_string(), fault }
    }
}
