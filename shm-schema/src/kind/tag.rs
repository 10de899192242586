//! The head of a schema record: the kind of a type, and its small facts. One function serves the constant
//! evaluator that hashes layouts and the encoder; one set of numbers serves both and the decoder.
//! Normative text: `docs/format.md`.

use super::{Endian, Kind, ScalarKind, Stage};

pub(crate) const SCALAR: u8 = 1;
pub(crate) const NON_ZERO: u8 = 2;
pub(crate) const ENUM: u8 = 3;
pub(crate) const ORDERED: u8 = 4;
pub(crate) const C_TEXT: u8 = 5;
pub(crate) const ARRAY: u8 = 6;
pub(crate) const SLICE: u8 = 7;
pub(crate) const STRUCT: u8 = 8;
pub(crate) const MARKER: u8 = 9;

/// `C_TEXT`: its units are bytes.
pub(crate) const C_TEXT_DETAIL: u8 = ScalarKind::U8.code();

/// `NON_ZERO`: zero means `None`.
pub(crate) const FLAG_OPTIONAL: u16 = 1;
/// `ORDERED`: most significant byte first.
pub(crate) const FLAG_BIG: u16 = 1;
/// `ORDERED`: bytes of alignment 1.
pub(crate) const FLAG_PACKED: u16 = 2;

/// Tag, detail and flags of a record.
#[derive(Clone, Copy)]
pub(crate) struct Head {
    pub(crate) tag: u8,
    /// The code of a scalar or of a role, or 0.
    pub(crate) detail: u8,
    pub(crate) flags: u16,
}

impl Head {
    /// Returns the head of a kind; `None` for an unknown one, whose record is kept unchanged.
    pub(crate) const fn of<S: Stage>(kind: &Kind<S>) -> Option<Self> {
        let (tag, detail, flags) = match kind {
            Kind::Scalar(scalar) => (SCALAR, scalar.code(), 0),
            Kind::NonZero { scalar, optional } => {
                (NON_ZERO, scalar.code(), if *optional { FLAG_OPTIONAL } else { 0 })
            }
            Kind::Enum { repr, .. } => (ENUM, repr.code(), 0),
            Kind::Ordered { scalar, order, packed } => {
                (ORDERED, scalar.code(), ordered_flags(*order, *packed))
            }
            Kind::CText { .. } => (C_TEXT, C_TEXT_DETAIL, 0),
            Kind::Array { .. } => (ARRAY, 0, 0),
            Kind::Slice { .. } => (SLICE, 0, 0),
            Kind::Struct { .. } => (STRUCT, 0, 0),
            Kind::Live { role, .. } => (STRUCT, role.code(), 0),
            Kind::Marker => (MARKER, 0, 0),
            Kind::Unknown(_) => return None,
        };
        Some(Self { tag, detail, flags })
    }
}

const fn ordered_flags(order: Endian, packed: bool) -> u16 {
    let big = match order {
        Endian::Little => 0,
        Endian::Big => FLAG_BIG,
    };
    big | if packed { FLAG_PACKED } else { 0 }
}
