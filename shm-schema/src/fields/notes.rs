//! What people wrote about a place, carried along on the way to it.

use crate::live::Live;
use crate::schema::{Annotations, FieldNotes, TypeNotes};

/// The notes about a place: about its type, and about the field that it is, or is an element of.
#[derive(Clone, Copy, Debug, Default)]
pub struct Notes<'a> {
    all: Option<&'a Annotations>,
    ty: Option<&'a TypeNotes>,
    field: Option<&'a FieldNotes>,
}

impl<'a> Notes<'a> {
    /// About the whole.
    #[must_use]
    pub fn root(all: Option<&'a Annotations>) -> Self {
        Self { all, ty: all.map(Annotations::root), field: None }
    }

    /// About a field of it.
    #[must_use]
    pub fn field(self, index: usize) -> Self {
        let field = self.ty.and_then(|ty| ty.fields().get(index));
        Self { field, ..self.part(index) }
    }

    /// About an element of it, for which what was said of the array holds.
    #[must_use]
    pub fn element(self) -> Self {
        self.part(0)
    }

    /// About the value that a live type holds, for which what was said of that type holds.
    #[must_use]
    pub fn inside(self, live: &Live<'_>) -> Self {
        match live {
            Live::Mutex { .. } | Live::Watched { .. } => self.part(1),
            // The value of an element of the slots.
            Live::Latest(..) => self.part(2).part(0).part(0),
            _ => self,
        }
    }

    fn part(self, index: usize) -> Self {
        let part = self.ty.and_then(|ty| ty.fields().get(index));
        let ty = self.all.zip(part).and_then(|(all, part)| all.type_of(part));
        Self { ty, ..self }
    }

    /// The name of the type as its author wrote it, or `""`.
    pub(super) fn type_name(self) -> &'a str {
        self.ty.map_or("", TypeNotes::name)
    }

    /// The field's doc comment; of the whole, which is no field, its type's; or `""`.
    pub(super) fn doc(self) -> &'a str {
        match (self.field, self.all.zip(self.ty)) {
            (Some(field), _) => field.doc(),
            (None, Some((all, ty))) if std::ptr::eq(all.root(), ty) => ty.doc(),
            _ => "",
        }
    }

    /// The field's unit, or `""`.
    pub(super) fn unit(self) -> &'a str {
        self.field.map_or("", FieldNotes::unit)
    }
}
