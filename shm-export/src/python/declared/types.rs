//! The types that need a class.

use std::collections::HashSet;

use shm_schema::schema::{Live, Type, TypeKind};

/// The types that need a class.
pub(super) struct Types<'a> {
    /// Every struct and enum of a layout, parts before wholes; the root last, if it is one. Those that live types
    /// consist of are not listed, as the package has them.
    pub(super) named: Vec<Type<'a>>,
    /// The structs whose rows code of programs folds.
    pub(super) own_fold: HashSet<Type<'a>>,
    seen: HashSet<Type<'a>>,
}

impl<'a> Types<'a> {
    pub(super) fn of(root: Type<'a>) -> Self {
        let (named, own_fold, seen) = (Vec::new(), HashSet::new(), HashSet::new());
        let mut types = Self { named, own_fold, seen };
        types.visit(root);
        types
    }

    /// Recursion is bounded by the depth that a schema can have.
    fn visit(&mut self, ty: Type<'a>) {
        if !self.seen.insert(ty) {
            return;
        }
        if let Some(live) = ty.live() {
            if let Some(rows) = live.rows().filter(|rows| rows.own_fold) {
                self.own_fold.insert(element(rows.row));
            }
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

/// The type of the elements of an array, of any depth; another type itself.
fn element(ty: Type<'_>) -> Type<'_> {
    match ty.kind() {
        TypeKind::Array { element: inner, .. } => element(inner),
        _ => ty,
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
