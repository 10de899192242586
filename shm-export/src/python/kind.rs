//! The kind of a field, as an expression over the classes of `runtime/`.

use shm_schema::layout::Endian;

use super::naming::Naming;
use crate::error::Error;
use crate::noted::Noted;
use crate::shape::{self, Shape};

/// Returns the expression; `None` for a type of no bytes.
pub(super) fn expression(naming: &Naming, noted: Noted<'_>) -> Result<Option<String>, Error> {
    let inner = |noted| expression(naming, noted);
    let number =
        |scalar: shm_schema::layout::ScalarKind| format!("_{}", scalar.name().to_ascii_uppercase());
    Ok(Some(match shape::of(noted)? {
        Shape::Nothing | Shape::Unknown => return Ok(None),
        Shape::Scalar(scalar) => number(scalar),
        Shape::NonZero { scalar, optional } => {
            format!("_NonZero({}, {})", number(scalar), if optional { "True" } else { "False" })
        }
        Shape::Enum { repr, .. } => format!("_Enum({}, {})", naming.ty(noted), number(repr)),
        Shape::Ordered { scalar, order, packed } => {
            let class = if packed { "_Packed" } else { "_Ordered" };
            let order = if order == Endian::Big { '>' } else { '<' };
            format!("{class}({}, \"{order}\")", number(scalar))
        }
        Shape::CText { capacity } => format!("_CText({capacity})"),
        Shape::Counted { text, bytes, capacity } => {
            format!("_Counted({}, {bytes}, {capacity})", if text { "True" } else { "False" })
        }
        Shape::Array { element, len } => {
            let Some(kind) = inner(element)? else { return Ok(None) };
            format!("_ArrayOf({kind}, {len}, {})", element.ty.size())
        }
        Shape::Slice { element } => {
            let Some(kind) = inner(element)? else { return Ok(None) };
            format!("_Tail({kind}, {})", element.ty.size())
        }
        Shape::Struct => format!("_Struct({})", naming.ty(noted)),
        Shape::Mutex { value } => {
            let Some(kind) = inner(value.ty)? else { return Ok(None) };
            format!("_Mutex({}, {kind})", value.offset)
        }
        Shape::Watched { value } => {
            let Some(kind) = inner(value.ty)? else { return Ok(None) };
            format!("_Watched({}, {kind})", value.offset)
        }
        Shape::Latest(ring) => {
            let Some(kind) = inner(ring.value)? else { return Ok(None) };
            let (sequence, slots, size) = (ring.sequence, ring.slots, ring.value.ty.size());
            let (stride, count) = (ring.stride, ring.count);
            format!("_Latest({sequence}, {slots}, {stride}, {count}, {size}, {kind})")
        }
        Shape::Event => "_EVENT".to_owned(),
        Shape::Once { done } => format!("_Once({done})"),
    }))
}
