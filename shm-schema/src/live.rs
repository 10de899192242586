//! Live types as a schema gives them: their parts are checked before they are believed.

use crate::layout::{Role, ScalarKind};
use crate::limits::CACHE_LINE;
use crate::schema::{Field, Type, TypeKind};

/// A struct by its role, of the shape that `docs/format.md` gives for it. Offsets count from its
/// start.
pub enum Live<'s> {
    /// No role: its fields are all there is.
    Plain,
    /// A value behind a lock.
    Mutex {
        /// The lock's word.
        lock: usize,
        /// The value.
        value: Field<'s>,
    },
    /// A value with an event.
    Watched {
        /// The event's word.
        changed: usize,
        /// The value.
        value: Field<'s>,
    },
    /// Versions of a value.
    Latest(Ring, Type<'s>),
    /// A `u32` at the start, and this many bytes.
    Counted {
        /// The first byte.
        bytes: usize,
        /// How many there is room for.
        capacity: usize,
    },
    /// A word alone.
    Event,
    /// A lock, and whether the work is done.
    Once {
        /// The lock's word.
        lock: usize,
        /// The word that says so.
        done: usize,
    },
}

/// The parts of a `Latest`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ring {
    /// The word with the newest version's number.
    pub sequence: usize,
    /// The word of the writers' lock.
    pub lock: usize,
    /// The first slot.
    pub slots: usize,
    /// Bytes from slot to slot.
    pub stride: usize,
    /// How many slots there are.
    pub count: usize,
    /// The size of the value in bytes.
    pub size: usize,
}

/// What a type is as a live one; `None` if it is not made as a live type of its role is.
#[must_use]
pub fn of(ty: Type<'_>) -> Option<Live<'_>> {
    let Some(role) = ty.role() else { return Some(Live::Plain) };
    match role {
        Role::Mutex => mutex(ty),
        Role::Latest => latest(ty),
        Role::Event => only(ty, ["count"]).and_then(|[count]| word(count).map(|_| Live::Event)),
        Role::Watched => watched(ty),
        Role::Once => once(ty),
        Role::Text | Role::Bytes => counted(ty),
    }
}

/// The fields, if they have these names and there are no others.
fn only<'s, const N: usize>(ty: Type<'s>, names: [&str; N]) -> Option<[Field<'s>; N]> {
    let fields = ty.fields();
    // A schema can give a role to a struct with any number of fields.
    if fields.len() != N {
        return None;
    }
    let fields: [Field<'s>; N] = fields.collect::<Vec<_>>().try_into().ok()?;
    let named = fields.iter().zip(names).all(|(field, name)| field.name() == name);
    named.then_some(fields)
}

/// The offset of a field that is a `u32`.
fn word(field: Field<'_>) -> Option<usize> {
    scalar(field, ScalarKind::U32)
}

fn scalar(field: Field<'_>, kind: ScalarKind) -> Option<usize> {
    let right = matches!(field.ty().kind(), TypeKind::Scalar(found) if found == kind);
    right.then_some(field.offset() as usize)
}

fn mutex(ty: Type<'_>) -> Option<Live<'_>> {
    let [lock, value] = only(ty, ["lock", "value"])?;
    Some(Live::Mutex { lock: word(lock)?, value })
}

fn watched(ty: Type<'_>) -> Option<Live<'_>> {
    let [changed, value] = only(ty, ["changed", "value"])?;
    let [count] = only(changed.ty(), ["count"])?;
    word(count).filter(|_| changed.ty().role() == Some(Role::Event))?;
    Some(Live::Watched { changed: (changed.offset() + count.offset()) as usize, value })
}

fn once(ty: Type<'_>) -> Option<Live<'_>> {
    let [lock, done] = only(ty, ["lock", "done"])?;
    Some(Live::Once { lock: word(lock)?, done: word(done)? })
}

fn counted(ty: Type<'_>) -> Option<Live<'_>> {
    let [len, bytes] = only(ty, ["len", "bytes"])?;
    let TypeKind::Array { element, len: capacity } = bytes.ty().kind() else { return None };
    let of_bytes = matches!(element.kind(), TypeKind::Scalar(ScalarKind::U8));
    let at_start = word(len)? == 0;
    let (bytes, capacity) = (bytes.offset() as usize, capacity as usize);
    (of_bytes && at_start).then_some(Live::Counted { bytes, capacity })
}

fn latest(ty: Type<'_>) -> Option<Live<'_>> {
    let [sequence, lock, slots] = only(ty, ["sequence", "lock", "slots"])?;
    let TypeKind::Array { element: slot, len: count } = slots.ty().kind() else { return None };
    let [value] = only(slot, ["value"])?;
    // Aligned to a line, a slot is whole words, and there is more than one to read and to write.
    if slot.role().is_some() || value.offset() != 0 || slot.align() < CACHE_LINE || count < 2 {
        return None;
    }
    let ring = Ring {
        sequence: scalar(sequence, ScalarKind::U64)?,
        lock: word(lock)?,
        slots: slots.offset() as usize,
        stride: slot.size() as usize,
        count: count as usize,
        size: value.ty().size() as usize,
    };
    // A slot of no bytes would make the number of slots one that no memory bounds.
    (ring.stride > 0).then_some(Live::Latest(ring, value.ty()))
}
