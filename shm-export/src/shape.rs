//! What a type is for another language. Live types come from a schema that anybody may have written:
//! they are looked at before they are believed.

use shm_schema::layout::{Endian, Role, ScalarKind};
use shm_schema::limits::CACHE_LINE;
use shm_schema::schema::{TypeKind, Variant};

use crate::error::Error;
use crate::noted::{Noted, NotedField};

/// What a type is.
#[derive(Clone, Copy)]
pub(crate) enum Shape<'a> {
    /// Takes no room.
    Nothing,
    Scalar(ScalarKind),
    NonZero {
        scalar: ScalarKind,
        optional: bool,
    },
    Enum {
        repr: ScalarKind,
        variants: &'a [Variant],
    },
    Ordered {
        scalar: ScalarKind,
        order: Endian,
        packed: bool,
    },
    CText {
        capacity: u64,
    },
    /// UTF-8, if `text`, or bytes: `len`, and where the bytes start.
    Counted {
        text: bool,
        bytes: u64,
        capacity: u64,
    },
    Array {
        element: Noted<'a>,
        len: u64,
    },
    Slice {
        element: Noted<'a>,
    },
    /// A struct that is no more than its fields.
    Struct,
    Mutex {
        value: NotedField<'a>,
    },
    Watched {
        value: NotedField<'a>,
    },
    Latest(Ring<'a>),
    Event,
    Once {
        done: u64,
    },
    /// Bytes that a later version of the format understands.
    Unknown,
}

/// The parts of a `Latest`; offsets count from its start.
#[derive(Clone, Copy)]
pub(crate) struct Ring<'a> {
    pub(crate) sequence: u64,
    pub(crate) slots: u64,
    pub(crate) stride: u64,
    pub(crate) count: u64,
    pub(crate) value: Noted<'a>,
}

/// What a type is.
///
/// # Errors
/// If it claims to be a live type and is not made as `docs/format.md` says.
pub(crate) fn of(noted: Noted<'_>) -> Result<Shape<'_>, Error> {
    let ty = noted.ty;
    Ok(match (ty.kind(), noted.element()) {
        (TypeKind::Slice { .. }, Some(element)) => Shape::Slice { element },
        (TypeKind::Struct, _) if ty.role().is_some() => return live(noted),
        // A struct that ends in a slice has a size of its own, which may be 0.
        _ if ty.size() == 0 && !ty.has_tail() => Shape::Nothing,
        (TypeKind::Scalar(scalar), _) => Shape::Scalar(scalar),
        (TypeKind::NonZero { scalar, optional }, _) => Shape::NonZero { scalar, optional },
        (TypeKind::Enum { repr, variants }, _) => Shape::Enum { repr, variants },
        (TypeKind::Ordered { scalar, order, packed }, _) => {
            Shape::Ordered { scalar, order, packed }
        }
        (TypeKind::CText { capacity }, _) => Shape::CText { capacity },
        (TypeKind::Array { len, .. }, Some(element)) => Shape::Array { element, len },
        (TypeKind::Struct, _) => Shape::Struct,
        (TypeKind::Marker, _) => Shape::Nothing,
        _ => Shape::Unknown,
    })
}

fn live(noted: Noted<'_>) -> Result<Shape<'_>, Error> {
    let shape = match noted.ty.role() {
        Some(Role::Mutex) => only(noted, ["lock", "value"])
            .filter(|[lock, _]| is(lock, ScalarKind::U32))
            .map(|[_, value]| Shape::Mutex { value }),
        Some(Role::Watched) => watched(noted),
        Some(Role::Latest) => latest(noted),
        Some(Role::Event) => event(noted),
        Some(Role::Once) => only(noted, ["lock", "done"])
            .filter(|parts| parts.iter().all(|part| is(part, ScalarKind::U32)))
            .map(|[_, done]| Shape::Once { done: done.offset }),
        Some(Role::Text) => counted(noted, true),
        Some(Role::Bytes) => counted(noted, false),
        _ => None,
    };
    let role = noted.ty.role().map_or("live type", Role::name);
    shape.ok_or_else(|| Error::Malformed { role: role.to_owned() })
}

/// The fields, if they have these names and there are no others.
fn only<'a, const N: usize>(noted: Noted<'a>, names: [&str; N]) -> Option<[NotedField<'a>; N]> {
    // A schema can give a role to a struct with any number of fields.
    if noted.fields().len() != N {
        return None;
    }
    let parts: [NotedField<'a>; N] = noted.fields().collect::<Vec<_>>().try_into().ok()?;
    let named = parts.iter().zip(names).all(|(part, name)| part.name == name);
    named.then_some(parts)
}

fn is(part: &NotedField<'_>, scalar: ScalarKind) -> bool {
    matches!(part.ty.ty.kind(), TypeKind::Scalar(found) if found == scalar)
}

fn event(noted: Noted<'_>) -> Option<Shape<'_>> {
    let [count] = only(noted, ["count"])?;
    (is(&count, ScalarKind::U32) && count.offset == 0).then_some(Shape::Event)
}

fn watched(noted: Noted<'_>) -> Option<Shape<'_>> {
    let [changed, value] = only(noted, ["changed", "value"])?;
    let is_event = changed.ty.ty.role() == Some(Role::Event) && event(changed.ty).is_some();
    (is_event && changed.offset == 0).then_some(Shape::Watched { value })
}

fn counted(noted: Noted<'_>, text: bool) -> Option<Shape<'_>> {
    let [len, bytes] = only(noted, ["len", "bytes"])?;
    let TypeKind::Array { element, len: capacity } = bytes.ty.ty.kind() else { return None };
    let of_bytes = matches!(element.kind(), TypeKind::Scalar(ScalarKind::U8));
    let right = of_bytes && is(&len, ScalarKind::U32) && len.offset == 0;
    right.then_some(Shape::Counted { text, bytes: bytes.offset, capacity })
}

fn latest(noted: Noted<'_>) -> Option<Shape<'_>> {
    let [sequence, lock, slots] = only(noted, ["sequence", "lock", "slots"])?;
    let TypeKind::Array { element, len: count } = slots.ty.ty.kind() else { return None };
    let slot = slots.ty.element()?;
    let [value] = only(slot, ["value"])?;
    let words = is(&sequence, ScalarKind::U64) && is(&lock, ScalarKind::U32);
    let whole = slot.is_plain_struct() && value.offset == 0 && element.align() >= CACHE_LINE;
    let ring = Ring {
        sequence: sequence.offset,
        slots: slots.offset,
        stride: element.size(),
        count,
        value: value.ty,
    };
    // A slot of no bytes would make the number of slots one that no memory bounds.
    (words && whole && count >= 2 && ring.stride > 0).then_some(Shape::Latest(ring))
}
