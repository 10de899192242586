//! What types have inside: how many numbers, and whether they are read at once.

use std::collections::HashMap;

use shm_core::layout::{Role, ScalarKind};
use shm_core::schema::{Live, Type, TypeKind};

/// What a type has inside.
#[derive(Clone, Copy)]
pub(super) struct Inside {
    /// The number of its numbers, at least; those of maps and slices are not counted.
    pub(super) numbers: u64,
    /// Whether nothing in it is live, so that it is read at once.
    pub(super) is_plain: bool,
}

impl Inside {
    const NOTHING: Self = Self { numbers: 0, is_plain: true };

    fn and(self, other: Self) -> Self {
        Self {
            numbers: self.numbers.saturating_add(other.numbers),
            is_plain: self.is_plain && other.is_plain,
        }
    }
}

/// The types that were looked into, by their indexes: a schema can have more paths than could be visited.
#[derive(Default)]
pub(super) struct Known(HashMap<u32, Inside>);

impl Known {
    pub(super) fn inside(&mut self, ty: Type<'_>) -> Inside {
        if let Some(known) = self.0.get(&ty.index()) {
            return *known;
        }
        let found = self.look(ty);
        self.0.insert(ty.index(), found);
        found
    }

    fn look(&mut self, ty: Type<'_>) -> Inside {
        match ty.kind() {
            TypeKind::Struct { .. } => {
                let fields = ty.fields().map(|field| self.inside(field.ty()));
                fields.fold(Inside::NOTHING, Inside::and)
            }
            TypeKind::Array { element, len } => {
                let one = self.inside(element);
                Inside { numbers: one.numbers.saturating_mul(len), ..one }
            }
            TypeKind::Slice { element } => self.inside(element),
            TypeKind::Live { role, .. } => {
                let inside = ty.live().and_then(|live| value(live, role));
                let numbers = inside.map_or(0, |inside| self.inside(inside).numbers);
                Inside { numbers, is_plain: false }
            }
            _ => Inside { numbers: u64::from(scalar(ty).is_some()), is_plain: true },
        }
    }
}

/// The type of a value in a live type, of a row, or of an entry.
fn value(live: Live<'_>, role: Role) -> Option<Type<'_>> {
    match role {
        Role::PerProcess => live.rows().map(|rows| rows.row),
        Role::Map => live.entry().map(|(_, value)| value),
        _ => live.value().map(|value| value.ty),
    }
}

/// The scalar that a number is.
pub(super) fn scalar(ty: Type<'_>) -> Option<ScalarKind> {
    match ty.kind() {
        TypeKind::Scalar(scalar)
        | TypeKind::NonZero { scalar, .. }
        | TypeKind::Ordered { scalar, .. } => Some(scalar).filter(|kind| *kind != ScalarKind::Char),
        _ => None,
    }
}
