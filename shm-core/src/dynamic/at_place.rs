//! Reading and writing at a place that a path was resolved to.

use std::time::Instant;

use super::beside;
use super::budget::MAX_VALUE;
use super::convert::Unfit;
use super::field_path::FieldPath;
use super::guard::ONE_ELEMENT;
use super::memory::Memory;
use super::read::{Entries, Reader};
use super::region::DynRegion;
use super::resolve::{Kept, Lock, Place};
use super::value::DynValue;
use super::{scalars, write};
use crate::access::{Access, CanWrite};
use crate::error::DynError;
use crate::layout::{Role, ScalarKind};
use crate::path::Path;
use crate::schema::Schema;
use crate::sync::Held;

/// The path of the value at `path`, seen from `outside`. It was followed before, so it is valid.
pub(super) fn inside(outside: &Path, path: &str) -> String {
    path.parse().map_or_else(|_| path.to_owned(), |path| outside.join(&path).into())
}

/// Checks that no lock around the place is missing: there is none, or this thread holds it.
pub(super) fn expect_unguarded<A: CanWrite>(
    region: &DynRegion<A>,
    place: &Place,
    path: &str,
) -> Result<(), DynError> {
    match &place.lock {
        None => Ok(()),
        Some(lock) => expect_held(region, (place, lock), path),
    }
}

#[cold]
fn expect_held<A: CanWrite>(
    region: &DynRegion<A>,
    (place, lock): (&Place, &Lock),
    path: &str,
) -> Result<(), DynError> {
    if place.apart.is_some() {
        return expect_writable(place, path);
    }
    // One beside the field is taken by the access itself.
    if lock.beside.is_some() || lock.is_held_here(region) {
        return Ok(());
    }
    let (field, mutex) = (path.to_owned(), lock.path.to_string());
    Err(DynError::NotLocked { field, kind: lock.words.role().name(), mutex })
}

/// Checks that this thread holds the lock that guards a single place; takes it for a change if it is beside the field.
pub(super) fn guard<'r, A: CanWrite>(
    region: &'r DynRegion<A>,
    place: &Place,
    path: &str,
) -> Result<Option<Held<'r>>, DynError> {
    let Some(lock) = &place.lock else { return Ok(None) };
    match lock.beside {
        Some(beside) if !lock.is_held_here(region) => {
            Ok(Some(beside::hold(Memory::<A>::of(region.mapping()), beside.word, None)?))
        }
        Some(_) => Ok(None),
        None => expect_held(region, (place, lock), path).map(|()| None),
    }
}

/// Takes the locks beside the field that a place is in, unless one is held where its path starts.
pub(super) fn hold_beside<'m, A: CanWrite>(
    memory: Memory<'m, A>,
    place: &Place,
) -> Result<Vec<Held<'m>>, DynError> {
    Ok(beside::hold_all(memory, beside::words(place), None)?)
}

impl Lock {
    /// Whether this thread holds it.
    fn is_held_here<A: CanWrite>(&self, region: &DynRegion<A>) -> bool {
        self.words.of(Memory::<A>::of(region.mapping())).is_held_here()
    }
}

pub(super) fn read<A: Access>(
    region: &DynRegion<A>,
    place: &Place,
    path: &str,
) -> Result<DynValue, DynError> {
    plain_word(region, place).map_or_else(|| read_whole(region, place, path), Ok)
}

/// Kept out of [`read`], so that a single number does not pay for the general case.
#[inline(never)]
fn read_whole<A: Access>(
    region: &DynRegion<A>,
    place: &Place,
    path: &str,
) -> Result<DynValue, DynError> {
    reader(region, place, path).read(region.schema())
}

/// Reads the most frequent kind of value, a single number, which needs no budget. `None` for any other
/// kind, and for a word that is not a value, which [`Reader`] explains.
#[inline(always)]
fn plain_word<A: Access>(region: &DynRegion<A>, place: &Place) -> Option<DynValue> {
    let scalar = plain_scalar(region.schema(), place)?;
    let bits = Memory::<A>::of(region.mapping()).load(place.offset, scalar.size());
    scalars::value(scalar, bits.into())
}

/// The scalar at a place, if the place is a single scalar that is accessed in one step.
#[inline]
fn plain_scalar(schema: &Schema, place: &Place) -> Option<ScalarKind> {
    let scalar = schema.get(place.ty.index()).scalar()?;
    let is_shared = place.latest.is_none() && place.kept.is_none();
    let stands_alone = place.runs.is_empty() && is_shared && scalar.size() <= 8;
    (stands_alone && !place.is_beside_a_lock()).then_some(scalar)
}

/// As [`read`], for a value that takes at most `limit` bytes of memory, and without any lock.
pub(super) fn read_at_most<A: Access>(
    region: &DynRegion<A>,
    place: &Place,
    path: &str,
    limit: u64,
) -> Result<DynValue, DynError> {
    lockless(region, place, path).at_most(limit).read(region.schema())
}

/// Reads entries of the map that a path leads to: at most so many, in at most so many bytes of memory.
pub(super) fn entries<A: Access>(
    map: &FieldPath<A>,
    most: usize,
    bytes: u64,
) -> Result<Entries, DynError> {
    let reader = reader(map.region(), map.place(), map.path().as_str());
    reader.at_most(bytes.min(MAX_VALUE)).entries(map.schema(), most)
}

/// Wakes those who wait for a change of the place.
pub(super) fn notify<A: CanWrite>(region: &DynRegion<A>, place: &Place) {
    write::notify(Memory::<A>::of(region.mapping()), place);
}

/// Reads an item of the `Ring` that a path leads to, or through.
pub(super) fn item_after<A: Access>(
    items: &FieldPath<A>,
    cursor: &mut u64,
) -> Option<Result<DynValue, DynError>> {
    let stream = items.place().stream()?;
    let mut reader = reader(items.region(), items.place(), items.path().as_str());
    reader.item_after(items.schema(), stream, cursor)
}

/// The number of elements that the last slice on the way into a value with contents has at this moment; 0 if it
/// cannot be read.
pub(super) fn count_of_contents<A: Access>(region: &DynRegion<A>, kept: &Kept) -> u64 {
    let place = Place::of(region.schema().get(kept.of));
    let mut reader = reader(region, &place, "");
    reader.count_of_contents(region.schema(), kept).unwrap_or_default()
}

/// Reads the value at a place; `path` leads there.
pub(super) fn reader<'r, A: Access>(
    region: &'r DynRegion<A>,
    place: &'r Place,
    path: &'r str,
) -> Reader<'r, 'r, A> {
    lockless(region, place, path).with_locks()
}

/// The same, without taking locks.
fn lockless<'r, A: Access>(
    region: &'r DynRegion<A>,
    place: &'r Place,
    path: &'r str,
) -> Reader<'r, 'r, A> {
    let memory = Memory::<A>::of(region.mapping());
    Reader::new(region.label(), (place, path), memory, region.tail_len())
}

pub(super) fn set<A: CanWrite>(
    region: &DynRegion<A>,
    place: &Place,
    path: &str,
    value: &DynValue,
    deadline: Option<Instant>,
) -> Result<(), DynError> {
    expect_writable(place, path)?;
    let memory = Memory::<A>::of(region.mapping());
    if let Some(scalar) = plain_scalar(region.schema(), place).filter(|_| place.watched.is_empty())
    {
        let bits = scalars::bits(scalar, value);
        let unsuitable = |unfit: Unfit| unfit.at(path.to_owned());
        memory.store(place.offset, scalar.size(), bits.map_err(unsuitable)? as u64);
        return Ok(());
    }
    write::set(memory, region.schema(), place, path, value, deadline)
}

pub(super) fn fetch_add<A: CanWrite>(
    region: &DynRegion<A>,
    place: &Place,
    path: &str,
    value: &DynValue,
) -> Result<DynValue, DynError> {
    let (scalar, bits) = addend(region.schema(), place, path, value)?;
    let memory = Memory::<A>::of(region.mapping());
    let _held = place.beside().map(|lock| beside::hold(memory, lock.word, None)).transpose()?;
    let before = memory.fetch_add(place.offset, scalar.size(), bits);
    for event in place.watched.iter().rev() {
        memory.event(*event).notify_all();
    }
    Ok(scalars::number(scalar, before.into()))
}

/// The integer type of a place, and the bits to add.
pub(super) fn addend(
    schema: &Schema,
    place: &Place,
    path: &str,
    value: &DynValue,
) -> Result<(ScalarKind, u64), DynError> {
    expect_writable(place, path)?;
    let no_sum = |fault: &str, help| DynError::NotWritable {
        field: path.to_owned(),
        fault: fault.to_owned(),
        help,
    };
    if !place.runs.is_empty() {
        return Err(no_sum("only an integer can be added to", None));
    }
    let Some(scalar) = schema.get(place.ty.index()).scalar().filter(|scalar| is_word(*scalar))
    else {
        return Err(no_sum("only an integer of at most 64 bits can be added to", None));
    };
    let whole = match (place.latest, &place.kept) {
        (Some(_), _) => "it is part of a `Latest`",
        (_, Some(_)) => "it is part of a value in the heap",
        (None, None) => "",
    };
    if !whole.is_empty() {
        return Err(no_sum(whole, Some("`get` and `set` it, or make it a field")));
    }
    let unsuitable = |unfit: Unfit| unfit.at(path.to_owned());
    let bits = scalars::bits(scalar, value).map_err(unsuitable)?;
    Ok((scalar, bits as u64))
}

/// Whether a scalar is an integer that a processor changes in one step.
pub(super) fn is_word(scalar: ScalarKind) -> bool {
    use ScalarKind::{I8, I16, I32, I64, U8, U16, U32, U64};
    matches!(scalar, U8 | U16 | U32 | U64 | I8 | I16 | I32 | I64)
}

/// Checks that the place is not one that only the library may write, nor in several live types.
pub(super) fn expect_writable(place: &Place, path: &str) -> Result<(), DynError> {
    let (Some(role), part) = (place.part_of.or(place.apart), place.part_of) else { return Ok(()) };
    Err(not_writable(role, part.is_some(), path))
}

const PUSH: &str = "push a whole item, by the path of the ring";

#[cold]
fn not_writable(role: Role, is_part: bool, path: &str) -> DynError {
    let is_item = role == Role::Ring && is_part;
    let role = role.name();
    let (fault, help) = if is_item {
        (format!("only a `{role}` changes its parts, and items are pushed to it"), Some(PUSH))
    } else if is_part {
        (format!("it is a working part of a `{role}`, which only that changes"), None)
    } else {
        (format!("each element has a `{role}` of its own"), Some(ONE_ELEMENT))
    };
    DynError::NotWritable { field: path.to_owned(), fault, help }
}
