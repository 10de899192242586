//! Types for which all-zero bytes are invalid: no region of these can start full of zeros.

use super::region::DynRegion;
use crate::access::Access;
use crate::error::DynError;
use crate::path::{Path, Segment};
use crate::schema::{LiveValue, Schema, Type, TypeKind};

/// The largest number of fields that an error names.
const NAMED: usize = 20;

/// The number of bytes looked at in one step: a value of that many bytes can always be read.
const AT_ONCE: u64 = 1 << 16;

/// For each type of a schema, by index, whether all-zero bytes are invalid for any of its parts.
struct Zeroless {
    by_type: Vec<bool>,
    tail_len: u64,
}

impl Zeroless {
    fn of(schema: &Schema, tail_len: u64) -> Self {
        Self { by_type: schema.zeroless(tail_len), tail_len }
    }

    fn has(&self, ty: Type<'_>) -> bool {
        self.by_type[ty.index() as usize]
    }
}

/// The fields for which zero is invalid, as far as an error names them.
pub(super) fn fields(schema: &Schema, tail_len: u64) -> Vec<String> {
    let (zeroless, mut names) = (Zeroless::of(schema, tail_len), Vec::new());
    name(&zeroless, schema.root(), &Path::new(), &mut names);
    names
}

fn name(zeroless: &Zeroless, ty: Type<'_>, path: &Path, names: &mut Vec<String>) {
    if names.len() == NAMED || !zeroless.has(ty) {
        return;
    }
    match ty.kind() {
        TypeKind::Array { element, .. } | TypeKind::Slice { element } => {
            name(zeroless, element, &path.with(Segment::ALL), names);
        }
        TypeKind::Live { .. } if value_of(ty).is_some() => {
            value_of(ty).into_iter().for_each(|value| name(zeroless, value.ty, path, names));
        }
        TypeKind::Struct { fields } | TypeKind::Live { fields, .. } => {
            for field in fields.iter() {
                name(zeroless, field.ty(), &path.with(Segment::Name(field.name())), names);
            }
        }
        _ => names.push(if path.is_empty() { ty.to_string() } else { path.to_string() }),
    }
}

/// Checks that every field for which zero is invalid has a valid value.
pub(super) fn check<A: Access>(region: &DynRegion<A>) -> Result<(), DynError> {
    let zeroless = Zeroless::of(region.schema(), region.tail_len());
    look(region, &zeroless, region.schema().root(), &Path::new())
}

fn look<A: Access>(
    region: &DynRegion<A>,
    zeroless: &Zeroless,
    ty: Type<'_>,
    path: &Path,
) -> Result<(), DynError> {
    if !zeroless.has(ty) {
        return Ok(());
    }
    match ty.kind() {
        TypeKind::Array { element, len } => elements(region, zeroless, element, len, path),
        TypeKind::Slice { element } => elements(region, zeroless, element, zeroless.tail_len, path),
        _ if ty.size() <= AT_ONCE && !ty.has_tail() => region.get(path).map(drop),
        _ => match value_of(ty) {
            Some(value) => look(region, zeroless, value.ty, &path.join(&value.way())),
            None => ty.fields().try_for_each(|field| {
                look(region, zeroless, field.ty(), &path.with(Segment::Name(field.name())))
            }),
        },
    }
}

/// Looks at as many elements at once as fit in one step, or into each if one is larger than that.
fn elements<A: Access>(
    region: &DynRegion<A>,
    zeroless: &Zeroless,
    element: Type<'_>,
    len: u64,
    path: &Path,
) -> Result<(), DynError> {
    let step = AT_ONCE / element.size().max(1);
    if step == 0 {
        return (0..len).try_for_each(|index| {
            look(region, zeroless, element, &path.with(Segment::Index(index)))
        });
    }
    let mut start = 0;
    while start < len {
        let end = len.min(start + step);
        region.get(path.with(Segment::Range { start: Some(start), end: Some(end) }))?;
        start = end;
    }
    Ok(())
}

/// The value in a live type.
fn value_of(ty: Type<'_>) -> Option<LiveValue<'_>> {
    ty.live()?.value()
}
