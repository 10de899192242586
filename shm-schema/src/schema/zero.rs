//! Types for which all-zero bytes are invalid.

use super::model::Schema;
use super::types::TypeKind;
use crate::kind::Role;

impl Schema {
    /// For each type, by its index, whether all-zero bytes are invalid for something in it; a part with
    /// a run-time length has `tail_len` elements.
    #[must_use]
    pub fn zeroless(&self, tail_len: u64) -> Vec<bool> {
        let mut found: Vec<bool> = Vec::new();
        // Parts precede the types that contain them.
        for ty in self.types() {
            let zeroless = match ty.kind() {
                TypeKind::NonZero { optional, .. } => !optional,
                TypeKind::Enum { variants, .. } => variants.iter().all(|v| v.discriminant() != 0),
                TypeKind::Array { element, len } => len > 0 && found[element.index() as usize],
                TypeKind::Slice { element } => tail_len > 0 && found[element.index() as usize],
                // Whether zero is valid is not known.
                TypeKind::Unknown(_) => true,
                // A slot is read only after a value was pushed to it.
                TypeKind::Live { role: Role::Queue, .. } => false,
                // For any other live type, this depends only on its value: see `Role`.
                TypeKind::Struct { fields } | TypeKind::Live { fields, .. } => {
                    fields.iter().any(|field| found[field.ty().index() as usize])
                }
                TypeKind::Scalar(_)
                | TypeKind::Ordered { .. }
                | TypeKind::CText { .. }
                | TypeKind::Marker => false,
            };
            found.push(zeroless);
        }
        found
    }
}
