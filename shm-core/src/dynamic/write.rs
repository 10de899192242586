//! From values to bytes: everything is checked before the first byte is written.

use std::time::Instant;

use super::beside;
use super::budget::MAX_VALUE;
use super::memory::Memory;
use super::resolve::{Place, Versions};
use super::source::native_bytes;
use super::trail::Trail;
use super::value::DynValue;
use crate::access::CanWrite;
use crate::error::DynError;
use crate::schema::{Schema, Type};

mod contents;
mod kept;
mod plan;

pub(super) use kept::key;
use kept::{New, change, change_contents, insert, replace_all};
use plan::{Plan, Rest};

/// A planned write.
enum Write<'p> {
    /// One atomic of that many bytes.
    Word { offset: usize, width: usize, bits: u128 },
    /// Bytes, each on its own, then zeros, up to so many bytes in all.
    Bytes { offset: usize, bytes: Vec<u8>, room: usize },
    /// A value in the heap, by the offsets of the lock and the handle.
    Kept { lock: usize, handle: usize, new: New<'p> },
    /// Writes of words and bytes, so many times, each time so many bytes further.
    Repeat { writes: Vec<Self>, shift: usize, stride: usize, count: u64 },
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
    if let Some(latest) = &place.latest {
        if latest.ring.size > MAX_VALUE {
            let (needed, limit) = (latest.ring.size, MAX_VALUE);
            return Err(DynError::TooLarge { field: path.to_owned(), needed, limit });
        }
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
            Self::Repeat { .. } => self.repeated(&mut |write| write.to_region(memory)),
        }
    }

    /// Does something with each of the repeated writes.
    #[cold]
    fn repeated(&self, work: &mut dyn FnMut(&Self)) {
        let Self::Repeat { writes, shift, stride, count } = self else { return };
        for index in 0..*count as usize {
            writes.iter().for_each(|write| work(&write.shifted(shift + index * stride)));
        }
    }

    /// The same, so many bytes further.
    fn shifted(&self, by: usize) -> Self {
        match self {
            Self::Word { offset, width, bits } => {
                Self::Word { offset: offset + by, width: *width, bits: *bits }
            }
            Self::Bytes { offset, bytes, room } => {
                Self::Bytes { offset: offset + by, bytes: bytes.clone(), room: *room }
            }
            Self::Repeat { writes, shift, stride, count } => {
                let writes = writes.iter().map(|write| write.shifted(0)).collect();
                Self::Repeat { writes, shift: shift + by, stride: *stride, count: *count }
            }
            Self::Kept { .. } => unreachable!("values in the heap are not repeated"),
        }
    }

    fn to_words(&self, words: &mut [u64]) {
        if let Self::Repeat { .. } = self {
            return self.repeated(&mut |write| write.to_words(words));
        }
        let mut put = |at: usize, byte: u8| {
            let mut word = words[at / 8].to_ne_bytes();
            word[at % 8] = byte;
            words[at / 8] = u64::from_ne_bytes(word);
        };
        match self {
            // A value in the heap owns no other.
            Self::Kept { .. } | Self::Repeat { .. } => {}
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
