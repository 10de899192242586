//! From values to bytes: everything is checked before the first byte is written.

use std::borrow::Cow;
use std::time::Instant;

use super::budget::MAX_VALUE;
use super::convert::unsuitable;
use super::fit::{c_text, fitting, non_zero, variant_bits};
use super::live::{self, Live};
use super::memory::Memory;
use super::resolve::{Place, Target};
use super::scalars;
use super::source::{native, native_bytes, reorder};
use super::value::DynValue;
use crate::access::CanWrite;
use crate::error::DoesNotFit;
use crate::error::DynError;
use crate::layout::{Role, ScalarKind};
use crate::protocol::lock::Found;
use crate::schema::{Schema, Type, TypeKind};

/// What is to be written, in its order.
enum Write {
    /// One atomic of that many bytes.
    Word { offset: usize, width: usize, bits: u128 },
    /// Bytes, each on its own; and zeros behind them, up to so many bytes in all.
    Bytes { offset: usize, bytes: Vec<u8>, room: usize },
}

impl Write {
    /// Bytes without zeros behind them.
    fn bytes(offset: usize, bytes: Vec<u8>) -> Self {
        let room = bytes.len();
        Self::Bytes { offset, bytes, room }
    }
}

/// Whether a value could be written at a place; nothing is.
pub(super) fn check(
    schema: &Schema,
    place: &Place,
    path: &str,
    value: &DynValue,
) -> Result<(), DynError> {
    plan(schema, place, path, value).map(drop)
}

/// What must be written so that a value is at a place; `path` is where, for errors.
fn plan(
    schema: &Schema,
    place: &Place,
    path: &str,
    value: &DynValue,
) -> Result<Vec<Write>, DynError> {
    let mut plan =
        Plan { path: Cow::Borrowed(path), writes: Vec::new(), private: place.latest.is_some() };
    let ty = |index| schema.get(index).unwrap_or_else(|| schema.root());
    match place.target {
        Target::One(index) => plan.value(ty(index), place.offset, value)?,
        Target::Run { element, count, .. } => {
            plan.list(ty(element), place.offset, count, value)?;
        }
    }
    if let Some((_, ring)) = place.latest.filter(|(_, ring)| ring.size as u64 > MAX_VALUE) {
        let (needed, limit) = (ring.size as u64, MAX_VALUE);
        return Err(DynError::TooLarge { field: path.to_owned(), needed, limit });
    }
    Ok(plan.writes)
}

/// Writes a value at a place, waiting until `deadline` to become the writer of a `Latest`.
pub(super) fn set<A: CanWrite>(
    memory: Memory<'_, A>,
    schema: &Schema,
    place: &Place,
    path: &str,
    value: &DynValue,
    deadline: Option<Instant>,
) -> Result<(), DynError> {
    let writes = plan(schema, place, path, value)?;
    match place.latest {
        None => writes.iter().for_each(|write| write.to_region(memory)),
        Some((at, ring)) => publish(memory, (at, ring), path, &writes, deadline)?,
    }
    for event in place.watched.iter().rev() {
        memory.event(*event).notify_all();
    }
    Ok(())
}

/// Makes a new version of a `Latest`: the newest one, with the changes.
fn publish<A: CanWrite>(
    memory: Memory<'_, A>,
    (at, ring): (usize, live::Ring),
    path: &str,
    writes: &[Write],
    deadline: Option<Instant>,
) -> Result<(), DynError> {
    let (writer, found) = memory.lock(at + ring.lock).lock(deadline)?;
    // A half-written slot that a dead writer left is not the one that readers look at.
    if found == Found::Poisoned {
        writer.clear_poison();
    }
    let copy = memory.newest(at, ring, 0, ring.size.div_ceil(8));
    let (_, mut words) = copy.ok_or_else(|| DynError::Contended { field: path.to_owned() })?;
    writes.iter().for_each(|write| write.to_words(&mut words));
    memory.publish(at, ring, &words);
    Ok(())
}

impl Write {
    fn to_region<A: CanWrite>(&self, memory: Memory<'_, A>) {
        match self {
            // Wider words are never planned for a region.
            Self::Word { offset, width, bits } => memory.store(*offset, *width, *bits as u64),
            Self::Bytes { offset, bytes, room } => memory.store_bytes(*offset, bytes, *room),
        }
    }

    fn to_words(&self, words: &mut [u64]) {
        let mut put = |at: usize, byte: u8| {
            let mut word = words[at / 8].to_ne_bytes();
            word[at % 8] = byte;
            words[at / 8] = u64::from_ne_bytes(word);
        };
        match self {
            Self::Word { offset, width, bits } => {
                let bytes = native_bytes(*bits, *width);
                (*offset..).zip(bytes).for_each(|(at, byte)| put(at, byte));
            }
            Self::Bytes { offset, bytes, room } => {
                let zeros = std::iter::repeat_n(&0, room - bytes.len());
                (*offset..).zip(bytes.iter().chain(zeros)).for_each(|(at, byte)| put(at, *byte));
            }
        }
    }
}

struct Plan<'p> {
    /// Copied only where a value has parts.
    path: Cow<'p, str>,
    writes: Vec<Write>,
    /// Whether the writes go to a private copy.
    private: bool,
}

impl Plan<'_> {
    fn value(&mut self, ty: Type<'_>, offset: usize, value: &DynValue) -> Result<(), DynError> {
        match ty.kind() {
            TypeKind::Scalar(scalar) => self.word(ty, offset, scalars::bits(scalar, value)),
            TypeKind::NonZero { scalar, optional } => {
                self.word(ty, offset, non_zero(scalar, optional, value))
            }
            TypeKind::Enum { repr, variants } => {
                self.word(ty, offset, variant_bits(repr, variants, value))
            }
            TypeKind::Ordered { scalar, order, packed } => {
                let bits =
                    scalars::bits(scalar, value).map_err(|source| self.unsuitable(source))?;
                let mut bytes = native_bytes(bits, scalar.size());
                reorder(&mut bytes, order);
                if !packed {
                    return self.word(ty, offset, Ok(native(&bytes)));
                }
                self.writes.push(Write::bytes(offset, bytes));
                Ok(())
            }
            TypeKind::CText { capacity } => {
                let bytes = c_text(value, capacity).map_err(|source| self.unsuitable(source))?;
                self.writes.push(Write::Bytes { offset, bytes, room: capacity as usize });
                Ok(())
            }
            TypeKind::Array { element, len } => self.list(element, offset, len, value),
            TypeKind::Struct => self.structure(ty, offset, value),
            TypeKind::Marker => Ok(()),
            TypeKind::Slice { .. } | TypeKind::Unknown { .. } => {
                Err(self.not_writable(format!("it is `{ty}`"), Some("write its parts")))
            }
        }
    }

    fn word(
        &mut self,
        ty: Type<'_>,
        offset: usize,
        bits: Result<u128, DoesNotFit>,
    ) -> Result<(), DynError> {
        let (bits, width) = (bits.map_err(|source| self.unsuitable(source))?, ty.size() as usize);
        if width > 8 && !self.private {
            return Err(self.not_writable(format!("no processor writes `{ty}` in one step"), None));
        }
        self.writes.push(Write::Word { offset, width, bits });
        Ok(())
    }

    fn list(
        &mut self,
        element: Type<'_>,
        offset: usize,
        count: u64,
        value: &DynValue,
    ) -> Result<(), DynError> {
        let byte = matches!(element.kind(), TypeKind::Scalar(ScalarKind::U8));
        let given = match value {
            DynValue::List(elements) => elements.len(),
            DynValue::Bytes(bytes) if byte => bytes.len(),
            _ => {
                let fault = format!("is no list of {count} values of type `{element}`");
                return Err(self.unsuitable(unsuitable(value, fault)));
            }
        };
        if given as u64 != count {
            let fault = format!(
                "has {given} elements, there are {count}: write all of them, or a part, as in `[2..8]`"
            );
            return Err(self.unsuitable(unsuitable(value, fault)));
        }
        match value {
            DynValue::List(elements) => {
                for (index, value) in elements.iter().enumerate() {
                    let at = offset + index * element.size() as usize;
                    self.below(&format!("[{index}]"), |plan| plan.value(element, at, value))?;
                }
            }
            DynValue::Bytes(bytes) => {
                self.writes.push(Write::bytes(offset, bytes.clone()));
            }
            _ => {}
        }
        Ok(())
    }

    fn structure(&mut self, ty: Type<'_>, offset: usize, value: &DynValue) -> Result<(), DynError> {
        match live::of(ty, &self.path)? {
            Live::Plain => self.fields(ty, offset, value),
            Live::Counted { bytes, capacity } => self.counted(ty, offset, bytes, capacity, value),
            _ => {
                let role = ty.role().map_or("struct", Role::name);
                Err(self.not_writable(
                    format!("it is a `{role}`"),
                    Some("name it, or what is in it, alone"),
                ))
            }
        }
    }

    /// The fields that are named; the others keep what they have.
    fn fields(&mut self, ty: Type<'_>, offset: usize, value: &DynValue) -> Result<(), DynError> {
        let DynValue::Struct(fields) = value else {
            return Err(self.unsuitable(unsuitable(value, "is no struct: fields with names")));
        };
        for (name, value) in fields {
            let Some(field) = ty.field(name) else {
                return Err(DynError::no_field(&self.path, name, ty));
            };
            let at = offset + field.offset() as usize;
            let step = if self.path.is_empty() { name.clone() } else { format!(".{name}") };
            self.below(&step, |plan| plan.value(field.ty(), at, value))?;
        }
        Ok(())
    }

    fn counted(
        &mut self,
        ty: Type<'_>,
        offset: usize,
        bytes: usize,
        capacity: usize,
        value: &DynValue,
    ) -> Result<(), DynError> {
        let content = match (ty.role(), value) {
            (_, DynValue::Text(text)) => text.as_bytes(),
            (Some(Role::Bytes), DynValue::Bytes(bytes)) => bytes,
            (Some(Role::Text), _) => {
                return Err(self.unsuitable(unsuitable(value, "is no text")));
            }
            _ => return Err(self.unsuitable(unsuitable(value, "is neither bytes nor text"))),
        };
        let found = fitting(value, content, capacity).map_err(|source| self.unsuitable(source))?;
        self.writes.push(Write::Word { offset, width: 4, bits: content.len() as u128 });
        self.writes.push(Write::Bytes { offset: offset + bytes, bytes: found, room: capacity });
        Ok(())
    }

    /// Goes on with a part.
    fn below(
        &mut self,
        step: &str,
        work: impl FnOnce(&mut Self) -> Result<(), DynError>,
    ) -> Result<(), DynError> {
        let len = self.path.len();
        self.path.to_mut().push_str(step);
        work(self)?;
        self.path.to_mut().truncate(len);
        Ok(())
    }

    fn unsuitable(&self, source: DoesNotFit) -> DynError {
        DynError::DoesNotFit { field: self.path.clone().into_owned(), source }
    }

    fn not_writable(&self, fault: String, help: Option<&'static str>) -> DynError {
        DynError::NotWritable { field: self.path.clone().into_owned(), fault, help }
    }
}
