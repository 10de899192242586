//! The kinds of Rust types.

use super::{FieldLayout, Layout};
use crate::kind::{self, Role, Stage};

/// The form of a Rust type, in constants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Compiled {}

impl Stage for Compiled {
    type Size = usize;
    type Type = &'static Layout;
    type Variants = &'static [Variant];
    type Fields = &'static [FieldLayout];
    type Unknown = Unknown;
}

/// The kind of a Rust type, with its parts.
pub type Kind = kind::Kind<Compiled>;

/// Rust types are never of an unknown kind: `match unknown {}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unknown {}

impl Kind {
    /// Whether this is, or contains, something with a lock.
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

impl Kind {
    /// Whether nothing in it is live. Asks each part.
    pub(super) const fn is_plain(&self) -> bool {
        let fields = match *self {
            Self::Array { element, .. } | Self::Slice { element } => return element.is_plain,
            Self::Live { .. } => return false,
            Self::Struct { fields } => fields,
            _ => return true,
        };
        let mut i = 0;
        while i < fields.len() {
            if !fields[i].layout().is_plain {
                return false;
            }
            i += 1;
        }
        true
    }

    /// Whether it has numbers that can only grow. Those of a struct are judged one by one by their reader.
    pub(super) const fn can_count(&self) -> bool {
        match *self {
            Self::Scalar(scalar) | Self::NonZero { scalar, .. } | Self::Ordered { scalar, .. } => {
                scalar.can_count()
            }
            Self::Array { element, .. } | Self::Slice { element } => element.kind.can_count(),
            Self::Live { role, .. } => matches!(
                role,
                Role::Mutex | Role::RwLock | Role::Latest | Role::Watched | Role::PerProcess
            ),
            Self::Struct { .. } => true,
            _ => false,
        }
    }

    /// Whether it is a `Mutex` around a value without bytes.
    pub(super) const fn is_mutex_of_nothing(&self) -> bool {
        let Self::Live { role: Role::Mutex, fields } = *self else { return false };
        !fields.is_empty() && fields[fields.len() - 1].layout().size() == 0
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
