//! Types as people write them.

use std::fmt;

use super::{Type, TypeKind, Unknown};
use crate::kind::Endian;

/// The type as a person would write it: `f64`, `[u32; 16]`, `[Motor; 4]`; a struct whose name is not known is `struct`.
impl fmt::Display for Type<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind() {
            TypeKind::Scalar(scalar) if self.size() > u64::from(self.align()) => {
                write!(f, "{} (align {})", scalar.name(), self.align())
            }
            TypeKind::Scalar(scalar) => f.write_str(scalar.name()),
            TypeKind::NonZero { scalar, optional: false } => {
                write!(f, "NonZero<{}>", scalar.name())
            }
            TypeKind::NonZero { scalar, optional: true } => {
                write!(f, "Option<NonZero<{}>>", scalar.name())
            }
            TypeKind::Enum { repr, .. } => write!(f, "enum {}", repr.name()),
            TypeKind::Ordered { scalar, order, packed } => {
                let order = if order == Endian::Big { "Be" } else { "Le" };
                write!(f, "{order}<{}>{}", scalar.name(), if packed { " (packed)" } else { "" })
            }
            TypeKind::CText { capacity } => write!(f, "CText<{capacity}>"),
            TypeKind::Array { element, len } => write!(f, "[{element}; {len}]"),
            TypeKind::Slice { element } => write!(f, "[{element}]"),
            TypeKind::Struct { .. } if self.name().is_empty() => f.write_str("struct"),
            TypeKind::Struct { .. } => f.write_str(self.name()),
            TypeKind::Live { role, .. } => f.write_str(role.name()),
            TypeKind::Marker => f.write_str("PhantomData"),
            TypeKind::Unknown(Unknown { tag, role: None }) => {
                write!(f, "{} bytes of unknown kind {tag}", self.size())
            }
            TypeKind::Unknown(Unknown { role: Some(role), .. }) => {
                write!(f, "{} bytes that are not a {}", self.size(), role.name())
            }
        }
    }
}
