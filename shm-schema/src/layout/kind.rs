//! The kinds of types that the compiler knows.

use super::{FieldLayout, Layout};
use crate::kind::{self, Stage};

/// A type as the compiler knows it, in constants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Compiled {}

impl Stage for Compiled {
    type Size = usize;
    type Type = &'static Layout;
    type Variants = &'static [Variant];
    type Fields = &'static [FieldLayout];
    type Unknown = Unknown;
}

/// The kind of a type, with its parts, as the compiler knows it.
pub type Kind = kind::Kind<Compiled>;

/// There is no type that the compiler does not know: `match unknown {}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unknown {}

impl Kind {
    /// Whether this is, or is made of, something with a lock. Asks each part for what it knows.
    pub(super) const fn has_locks(&self) -> bool {
        let fields = match *self {
            Self::Array { element, .. } | Self::Slice { element } => return element.has_locks(),
            Self::Live { role, .. } if role.has_lock() => return true,
            Self::Live { fields, .. } | Self::Struct { fields } => fields,
            _ => return false,
        };
        let mut i = 0;
        while i < fields.len() {
            if fields[i].layout().has_locks() {
                return true;
            }
            i += 1;
        }
        false
    }
}

impl Kind {
    /// Whether this is, or is made of, something that keeps a value in a heap. Asks each part.
    pub(super) const fn needs_heap(&self) -> bool {
        let fields = match *self {
            Self::Array { element, .. } | Self::Slice { element } => return element.needs_heap(),
            Self::Live { role, .. } if role.needs_heap() => return true,
            Self::Live { fields, .. } | Self::Struct { fields } => fields,
            _ => return false,
        };
        let mut i = 0;
        while i < fields.len() {
            if fields[i].layout().needs_heap() {
                return true;
            }
            i += 1;
        }
        false
    }
}

/// A variant of a fieldless enum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Variant {
    /// The variant's name, without `r#`.
    pub name: &'static str,
    /// The discriminant's value.
    pub discriminant: i128,
}
