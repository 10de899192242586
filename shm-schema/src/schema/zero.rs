//! Types of which zero is no value.

use super::model::Schema;
use super::types::TypeKind;

impl Schema {
    /// For each type, by its index, whether it holds something of which zero is no value; a part with
    /// a run-time length has `tail_len` elements.
    pub fn zeroless(&self, tail_len: u64) -> Vec<bool> {
        let mut found: Vec<bool> = Vec::new();
        // Parts stand before wholes.
        for ty in self.types() {
            let zeroless = match ty.kind() {
                TypeKind::NonZero { optional, .. } => !optional,
                TypeKind::Enum { variants, .. } => variants.iter().all(|v| v.discriminant() != 0),
                TypeKind::Array { element, len } => len > 0 && found[element.index() as usize],
                TypeKind::Slice { element } => tail_len > 0 && found[element.index() as usize],
                // Nobody knows.
                TypeKind::Unknown { .. } => true,
                _ => ty.fields().any(|field| found[field.ty().index() as usize]),
            };
            found.push(zeroless);
        }
        found
    }
}
