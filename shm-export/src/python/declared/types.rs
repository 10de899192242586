//! The types that need a class.

use std::collections::HashSet;

use shm_schema::schema::{Live, Type, TypeKind};

/// Every struct and enum of a layout, parts before wholes; the root last, if it is one. Those that live types
/// consist of are not listed, as the package has them.
pub(super) fn named(root: Type<'_>) -> Vec<Type<'_>> {
    let mut types = Types { seen: HashSet::new(), named: Vec::new() };
    types.visit(root);
    types.named
}

struct Types<'a> {
    seen: HashSet<Type<'a>>,
    named: Vec<Type<'a>>,
}

impl<'a> Types<'a> {
    /// Recursion is bounded by the depth that a schema can have.
    fn visit(&mut self, ty: Type<'a>) {
        if !self.seen.insert(ty) {
            return;
        }
        if let Some(live) = ty.live() {
            held(live).into_iter().for_each(|held| self.visit(held));
            return;
        }
        match ty.kind() {
            TypeKind::Array { element, .. } | TypeKind::Slice { element } => self.visit(element),
            TypeKind::Struct { fields } => {
                fields.iter().for_each(|field| self.visit(field.ty()));
                self.named.push(ty);
            }
            TypeKind::Enum { .. } => self.named.push(ty),
            _ => {}
        }
    }
}

/// The types of the values in a live type.
fn held(live: Live<'_>) -> Vec<Type<'_>> {
    let (key, value) = live.entry().unzip();
    let parts = [
        live.value().map(|value| value.ty),
        live.queue().map(|queue| queue.value),
        live.rows().map(|rows| rows.row),
        live.contents().and_then(|contents| contents.element),
        live.kept(),
        key,
        value,
    ];
    parts.into_iter().flatten().collect()
}
