//! The fingerprint: FNV-1a over a type's schema record, in which each child is represented by its own
//! fingerprint. So it takes one pass per struct, which a constant evaluator manages for a struct of a
//! thousand fields. `docs/format.md` specifies the records.

use super::Kind;
use crate::kind::{Fnv, Head};

/// Returns the fingerprint of a type: the hash of its record from the `align` field on.
pub(super) const fn of(size: usize, align: usize, kind: &Kind) -> u64 {
    let Some(Head { tag, detail, flags }) = Head::of(kind) else {
        panic!("a Rust type is never of an unknown kind")
    };
    let head = Fnv::new()
        .u32(align as u32)
        .u64(size as u64)
        .byte(tag)
        .byte(detail)
        .u16(flags)
        .u32(count(kind));
    payload(head, kind).finish()
}

/// The number of fields or variants.
const fn count(kind: &Kind) -> u32 {
    match *kind {
        Kind::Enum { variants, .. } => variants.len() as u32,
        Kind::Struct { fields } | Kind::Live { fields, .. } => fields.len() as u32,
        _ => 0,
    }
}

const fn payload(mut hash: Fnv, kind: &Kind) -> Fnv {
    match *kind {
        Kind::Scalar(_) | Kind::NonZero { .. } | Kind::Ordered { .. } | Kind::Marker => hash,
        Kind::CText { capacity } => hash.u64(capacity as u64),
        Kind::Array { element, len } => hash.u64(element.fingerprint).u64(len as u64),
        Kind::Slice { element } => hash.u64(element.fingerprint),
        Kind::Enum { variants, .. } => {
            let mut i = 0;
            while i < variants.len() {
                hash = hash.u64(variants[i].discriminant as u64).name(variants[i].name);
                i += 1;
            }
            hash
        }
        Kind::Struct { fields } | Kind::Live { fields, .. } => {
            let mut i = 0;
            while i < fields.len() {
                let field = &fields[i];
                hash = hash.u64(field.offset as u64).u64(field.layout.fingerprint).name(field.name);
                i += 1;
            }
            hash
        }
        Kind::Unknown(unknown) => match unknown {},
    }
}
