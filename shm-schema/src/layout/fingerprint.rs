//! The fingerprint: FNV-1a over a type's schema record, in which each child stands as its own
//! fingerprint. That makes it one pass per struct, which a constant evaluator can do for a struct
//! of a thousand fields. `docs/format.md` specifies the records.

use super::Kind;
use crate::schema::tag;

/// The FNV-1a 64-bit offset basis.
pub const FNV_OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
/// The FNV 64-bit prime.
pub const FNV_PRIME: u64 = 0x0000_0100_0000_01b3;

/// FNV-1a, 64 bits (Fowler, Noll, Vo). Any change of a single byte changes the result.
#[must_use]
pub const fn fnv1a(bytes: &[u8]) -> u64 {
    Fnv(FNV_OFFSET).bytes(bytes).0
}

struct Fnv(u64);

impl Fnv {
    const fn byte(self, byte: u8) -> Self {
        Self((self.0 ^ byte as u64).wrapping_mul(FNV_PRIME))
    }

    const fn bytes(mut self, bytes: &[u8]) -> Self {
        let mut i = 0;
        while i < bytes.len() {
            self = self.byte(bytes[i]);
            i += 1;
        }
        self
    }

    const fn u16(self, value: u16) -> Self {
        self.bytes(&value.to_le_bytes())
    }

    const fn u32(self, value: u32) -> Self {
        self.bytes(&value.to_le_bytes())
    }

    const fn u64(self, value: u64) -> Self {
        self.bytes(&value.to_le_bytes())
    }

    const fn name(self, name: &str) -> Self {
        self.u16(name.len() as u16).bytes(name.as_bytes())
    }
}

/// The fingerprint of a type: its record from the `align` field on, children as fingerprints.
pub(super) const fn of(size: usize, align: usize, kind: &Kind) -> u64 {
    let (tag, detail, flags, count) = tag::of(kind);
    let head = Fnv(FNV_OFFSET)
        .u32(align as u32)
        .u64(size as u64)
        .byte(tag)
        .byte(detail)
        .u16(flags)
        .u32(count);
    payload(head, kind).0
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
    }
}
