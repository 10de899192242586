//! From values to bytes: everything is checked before the first byte is written.

use std::time::Instant;

use super::beside;
use super::budget::MAX_VALUE;
use super::convert::{Unfit, unsuitable};
use super::fit::{c_text, fitting, non_zero, variant_bits};
use super::malformed::expect_made;
use super::memory::Memory;
use super::resolve::{Place, Run, Versions, word_of};
use super::scalars;
use super::source::{native, native_bytes, reorder};
use super::trail::Trail;
use super::value::DynValue;
use crate::access::CanWrite;
use crate::error::DynError;
use crate::layout::{Role, ScalarKind};
use crate::path::Segment;
use crate::schema::{Counted, Field, Schema, Type, TypeKind};

mod contents;
mod kept;

pub(super) use kept::key;
use kept::{New, change, change_contents, insert, replace_all};

/// A planned write.
enum Write<'p> {
    /// One atomic of that many bytes.
    Word { offset: usize, width: usize, bits: u128 },
    /// Bytes, each on its own, then zeros, up to so many bytes in all.
    Bytes { offset: usize, bytes: Vec<u8>, room: usize },
    /// A value in the heap, by the offsets of the lock and the handle.
    Kept { lock: usize, handle: usize, new: New<'p> },
}

impl Write<'_> {
    /// Bytes without zeros after them.
    fn bytes(offset: usize, bytes: Vec<u8>) -> Self {
        let room = bytes.len();
        Self::Bytes { offset, bytes, room }
    }
}

/// Checks whether a value could be written at a place. Nothing is written.
pub(super) fn check(
    schema: &Schema,
    place: &Place,
    path: &str,
    value: &DynValue,
) -> Result<(), DynError> {
    match place.whole_entry() {
        Some(_) => plan_entry(schema, place, path, value).map(drop),
        None => plan_all(schema, place, path, value, Rest::AsItIs).map(drop),
    }
}

/// Plans the value of an entry of a map.
fn plan_entry<'p>(
    schema: &'p Schema,
    place: &Place,
    path: &'p str,
    value: &'p DynValue,
) -> Result<New<'p>, DynError> {
    let mut plan = Plan::apart_from(path);
    plan.content(schema.at(place.ty), value)
}

/// Plans the writes that put a value at a place; `path` names the place in errors. Returns as well the locks that
/// guard a field to be written.
fn plan_all<'p>(
    schema: &'p Schema,
    place: &'p Place,
    path: &'p str,
    value: &'p DynValue,
    rest: Rest,
) -> Result<(Vec<Write<'p>>, Vec<usize>), DynError> {
    let trail = Trail::of(path, &place.runs);
    let private = place.latest.is_some() || place.kept.is_some();
    let kept = place.kept.as_ref().map(|kept| schema.get(kept.of));
    let end = kept.filter(|of| of.has_contents()).map(|of| of.size().min(MAX_VALUE));
    let mut plan = Plan { held: place.held, private, rest, end, ..Plan::of(trail) };
    let ty = schema.at(place.ty);
    if place.runs.is_empty() {
        plan.value(ty, place.offset, value)?;
    } else {
        plan.runs(ty, place.offset, &place.runs, value)?;
    }
    if let Some(latest) = &place.latest
        && latest.ring.size > MAX_VALUE
    {
        let (needed, limit) = (latest.ring.size, MAX_VALUE);
        return Err(DynError::TooLarge { field: path.to_owned(), needed, limit });
    }
    plan.locks.extend(beside::words(place));
    Ok((plan.writes, plan.locks))
}

/// Writes a value at a place, waiting until `deadline` for locks beside fields, and to become the writer of a
/// `Latest`.
#[inline(never)]
pub(super) fn set<A: CanWrite>(
    memory: Memory<'_, A>,
    schema: &Schema,
    place: &Place,
    path: &str,
    value: &DynValue,
    deadline: Option<Instant>,
) -> Result<(), DynError> {
    if let Some(entry) = place.whole_entry() {
        let new = plan_entry(schema, place, path, value)?;
        insert(memory, entry, path, &new, deadline)?;
        notify(memory, place);
        return Ok(());
    }
    let (writes, locks) = plan_all(schema, place, path, value, Rest::AsItIs)?;
    let _held = beside::hold_all(memory, locks, deadline)?;
    match (place.latest, &place.kept) {
        (Some(latest), _) => publish(memory, latest, path, &writes, deadline)?,
        (None, Some(kept)) if schema.get(kept.of).has_contents() => {
            change_contents(memory, (kept, schema.get(kept.of)), path, value, deadline)?;
        }
        (None, Some(kept)) => {
            let end = place.offset + place.span(schema) as usize;
            let size = schema.get(kept.of).size();
            change(memory, (kept, size, end), path, &writes, deadline)?;
        }
        (None, None) => {
            // This can fail, so it comes first.
            replace_all(memory, path, &writes, deadline)?;
            writes.iter().for_each(|write| write.to_region(memory));
        }
    }
    notify(memory, place);
    Ok(())
}

const WHOLE: &str = "items are pushed whole";

/// Checks whether a value could be pushed to the `Ring` at a place.
pub(super) fn check_push(
    schema: &Schema,
    place: &Place,
    path: &str,
    item: &DynValue,
) -> Result<(), DynError> {
    plan_all(schema, place, path, item, Rest::None(WHOLE)).map(drop)
}

/// Pushes an item to the `Ring` at a place, waiting until `deadline` to become its writer.
pub(super) fn push<A: CanWrite>(
    memory: Memory<'_, A>,
    schema: &Schema,
    (place, stream): (&Place, Versions),
    path: &str,
    item: &DynValue,
    deadline: Option<Instant>,
) -> Result<(), DynError> {
    let Versions { at, ring, .. } = stream;
    let (writes, _) = plan_all(schema, place, path, item, Rest::None(WHOLE))?;
    let mut words = vec![0; ring.size.div_ceil(8) as usize];
    writes.iter().for_each(|write| write.to_words(&mut words));
    let writer = memory.lock(at + ring.lock as usize).lock_to_replace(deadline)?;
    memory.publish(at, ring, &words);
    notify(memory, place);
    drop(writer);
    Ok(())
}

/// Tells those who wait for a change of the place, those inside first.
pub(super) fn notify<A: CanWrite>(memory: Memory<'_, A>, place: &Place) {
    for event in place.watched.iter().rev() {
        memory.event(*event).notify_all();
    }
}

/// A whole value, with all fields of its structs, as the words of a private copy.
pub(super) fn words(
    schema: &Schema,
    ty: Type<'_>,
    path: &str,
    value: &DynValue,
) -> Result<Vec<u64>, DynError> {
    if ty.size() > MAX_VALUE {
        let (needed, limit) = (ty.size(), MAX_VALUE);
        return Err(DynError::TooLarge { field: path.to_owned(), needed, limit });
    }
    let trail = Trail::of(path, &[]);
    let mut plan = Plan { private: true, rest: Rest::None(WHOLE), ..Plan::of(trail) };
    plan.value(schema.get(ty.index()), 0, value)?;
    let mut words = vec![0; ty.size().div_ceil(8) as usize];
    plan.writes.iter().for_each(|write| write.to_words(&mut words));
    Ok(words)
}

/// Makes a new version of a `Latest`: the newest one, with the changes.
fn publish<A: CanWrite>(
    memory: Memory<'_, A>,
    Versions { at, ring, .. }: Versions,
    path: &str,
    writes: &[Write<'_>],
    deadline: Option<Instant>,
) -> Result<(), DynError> {
    let _writer = memory.lock(at + ring.lock as usize).lock_to_replace(deadline)?;
    let copy = memory.newest(at, ring, 0, ring.size.div_ceil(8) as usize);
    let (_, mut words) = copy.ok_or_else(|| DynError::Contended { field: path.to_owned() })?;
    writes.iter().for_each(|write| write.to_words(&mut words));
    memory.publish(at, ring, &words);
    Ok(())
}

impl Write<'_> {
    fn to_region<A: CanWrite>(&self, memory: Memory<'_, A>) {
        match self {
            Self::Kept { .. } => {}
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
            // A value in the heap owns no other.
            Self::Kept { .. } => {}
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
    trail: Trail<'p, 'p>,
    writes: Vec<Write<'p>>,
    /// The offsets of the locks beside the fields that are written.
    locks: Vec<usize>,
    /// The one that is held already.
    held: Option<usize>,
    /// Set if the writes go to a private copy.
    private: bool,
    rest: Rest,
    /// The first field that is missing, if those are noted.
    missing: Option<String>,
    /// Where the contents end that are planned, in a value with contents.
    end: Option<u64>,
}

/// The fields of a struct that a value does not give.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rest {
    /// They keep their values.
    AsItIs,
    /// The same; the first is noted.
    Noted,
    /// There must be none, for a reason that follows in a sentence: they would have no value.
    None(&'static str),
}

impl<'p> Plan<'p> {
    /// Returns a plan of nothing, in a region; fields that are not given keep their values.
    fn of(trail: Trail<'p, 'p>) -> Self {
        let (writes, locks) = (Vec::new(), Vec::new());
        let (private, rest) = (false, Rest::AsItIs);
        Self { trail, writes, locks, held: None, private, rest, missing: None, end: None }
    }

    fn value(&mut self, ty: Type<'p>, offset: usize, value: &'p DynValue) -> Result<(), DynError> {
        match ty.scalar() {
            // The most frequent case.
            Some(scalar) => self.word(ty, offset, scalars::bits(scalar, value)),
            None => self.parts(ty, offset, value),
        }
    }

    fn parts(&mut self, ty: Type<'p>, offset: usize, value: &'p DynValue) -> Result<(), DynError> {
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
            TypeKind::Struct { .. } => self.fields(ty, offset, value),
            TypeKind::Live { role, .. } => match ty.live().map(|live| (live, live.counted())) {
                Some((_, Some(bytes))) => self.counted(role, offset, bytes, value),
                Some((live, None)) if live.contents().is_some() && self.end.is_some() => {
                    let contents = live.contents().expect("it has some");
                    self.contents(contents, offset, value)
                }
                Some((live, None)) if live.handle().is_some() && !self.private => {
                    self.kept(live, offset, value)
                }
                _ => {
                    let help = match role {
                        Role::Map => "set its entries by their keys, as in `map[7]`",
                        _ => "name one of its elements, or its value, by itself",
                    };
                    let fault = format!("it is a `{}`", role.name());
                    Err(self.not_writable(fault, Some(help)))
                }
            },
            TypeKind::Marker => Ok(()),
            TypeKind::Slice { .. } | TypeKind::Unknown(_) => {
                expect_made(ty, self.trail.path().as_str())?;
                Err(self.not_writable(format!("it is `{ty}`"), Some("write its parts")))
            }
        }
    }

    fn word(
        &mut self,
        ty: Type<'_>,
        offset: usize,
        bits: Result<u128, Unfit>,
    ) -> Result<(), DynError> {
        let (bits, width) = (bits.map_err(|source| self.unsuitable(source))?, ty.size() as usize);
        if width > 8 && !self.private {
            return Err(self.not_writable(format!("no processor writes `{ty}` in one step"), None));
        }
        self.writes.push(Write::Word { offset, width, bits });
        Ok(())
    }

    /// Plans one element of each range on the way, or a list of them.
    #[inline(never)]
    fn runs(
        &mut self,
        ty: Type<'p>,
        offset: usize,
        runs: &[Run],
        value: &'p DynValue,
    ) -> Result<(), DynError> {
        let Some((run, inner)) = runs.split_first() else { return self.value(ty, offset, value) };
        let of = if inner.is_empty() { "values" } else { "lists of values" };
        let is_dense = inner.is_empty() && run.stride as u64 == ty.size();
        let Some(elements) = self.elements(ty, run.count, of, is_dense, value)? else {
            return self.bytes(offset, value);
        };
        for (index, value) in elements.iter().enumerate() {
            self.trail.enter(run.first + index as u64);
            self.runs(ty, offset + index * run.stride, inner, value)?;
            self.trail.leave();
        }
        Ok(())
    }

    #[inline(never)]
    fn list(
        &mut self,
        element: Type<'p>,
        offset: usize,
        count: u64,
        value: &'p DynValue,
    ) -> Result<(), DynError> {
        let Some(elements) = self.elements(element, count, "values", true, value)? else {
            return self.bytes(offset, value);
        };
        for (index, value) in elements.iter().enumerate() {
            let at = offset + index * element.size() as usize;
            self.trail.push(Segment::Index(index as u64));
            self.value(element, at, value)?;
            self.trail.pop();
        }
        Ok(())
    }

    /// The elements of a list of `count`; `None` for bytes, which can be given for elements that are bytes
    /// and lie side by side.
    fn elements(
        &self,
        ty: Type<'_>,
        count: u64,
        of: &str,
        is_dense: bool,
        value: &'p DynValue,
    ) -> Result<Option<&'p [DynValue]>, DynError> {
        let are_bytes = is_dense && matches!(ty.kind(), TypeKind::Scalar(ScalarKind::U8));
        let (given, elements) = match value {
            DynValue::List(elements) => (elements.len(), Some(elements.as_slice())),
            DynValue::Bytes(bytes) if are_bytes => (bytes.len(), None),
            _ => {
                let fault = format!("is not a list of {count} {of} of type `{ty}`");
                return Err(self.unsuitable(unsuitable(value, fault)));
            }
        };
        if given as u64 == count {
            return Ok(elements);
        }
        let fault = format!(
            "has {given} elements, there are {count}: write all of them, or a part, as in `[2..8]`"
        );
        Err(self.unsuitable(unsuitable(value, fault)))
    }

    fn bytes(&mut self, offset: usize, value: &DynValue) -> Result<(), DynError> {
        if let DynValue::Bytes(bytes) = value {
            self.writes.push(Write::bytes(offset, bytes.clone()));
        }
        Ok(())
    }

    /// Plans the fields that are named.
    fn fields(&mut self, ty: Type<'p>, offset: usize, value: &'p DynValue) -> Result<(), DynError> {
        let DynValue::Struct(fields) = value else {
            return Err(self.unsuitable(unsuitable(value, "is not a struct: fields with names")));
        };
        if let Some(missing) = self.first_missing(ty, fields) {
            match self.rest {
                Rest::AsItIs => {}
                Rest::Noted => {
                    let path = self.trail.path().with(Segment::Name(missing));
                    self.missing.get_or_insert_with(|| path.into());
                }
                Rest::None(whole) => {
                    let fault = format!("has no field `{missing}`, and {whole}");
                    return Err(self.unsuitable(unsuitable(value, fault)));
                }
            }
        }
        if self.end.is_some() {
            return self.fields_in_order(ty, offset, fields);
        }
        for (name, value) in fields {
            let Some(field) = ty.field(name) else {
                return Err(DynError::no_field(self.trail.path().as_str(), name, ty));
            };
            if !self.private {
                self.note_lock(ty, field, offset);
            }
            self.field(field, offset, value)?;
        }
        Ok(())
    }

    /// Notes the lock that guards a field of a struct that starts at an offset.
    fn note_lock(&mut self, ty: Type<'p>, field: Field<'p>, offset: usize) {
        let word = ty.lock_of(field).and_then(|lock| word_of(offset, lock));
        self.locks.extend(word.filter(|word| self.held != Some(*word)));
    }

    fn field(
        &mut self,
        field: Field<'p>,
        offset: usize,
        value: &'p DynValue,
    ) -> Result<(), DynError> {
        self.trail.push(Segment::Name(field.name()));
        self.value(field.ty(), offset + field.offset() as usize, value)?;
        self.trail.pop();
        Ok(())
    }

    /// The first field that is not given, if that matters.
    fn first_missing(&self, ty: Type<'p>, given: &[(String, DynValue)]) -> Option<&'p str> {
        if self.rest == Rest::AsItIs {
            return None;
        }
        let is_given = |name: &str| given.iter().any(|(given, _)| given == name);
        let mut needed = ty.fields().filter(|field| field.ty().size() > 0);
        needed.find(|field| !is_given(field.name())).map(Field::name)
    }

    fn counted(
        &mut self,
        role: Role,
        offset: usize,
        Counted { bytes, capacity }: Counted,
        value: &DynValue,
    ) -> Result<(), DynError> {
        let (bytes, capacity) = (bytes as usize, capacity as usize);
        let content = match (role, value) {
            (_, DynValue::Text(text)) => text.as_bytes(),
            (Role::Bytes, DynValue::Bytes(bytes)) => bytes,
            (Role::Text, _) => {
                return Err(self.unsuitable(unsuitable(value, "is not text")));
            }
            _ => return Err(self.unsuitable(unsuitable(value, "is neither bytes nor text"))),
        };
        let found = fitting(value, content, capacity).map_err(|source| self.unsuitable(source))?;
        self.writes.push(Write::Word { offset, width: 4, bits: content.len() as u128 });
        self.writes.push(Write::Bytes { offset: offset + bytes, bytes: found, room: capacity });
        Ok(())
    }

    fn unsuitable(&self, source: Unfit) -> DynError {
        source.at(self.trail.path().into())
    }

    fn not_writable(&self, fault: String, help: Option<&'static str>) -> DynError {
        DynError::NotWritable { field: self.trail.path().into(), fault, help }
    }
}
