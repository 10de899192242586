//! A type, with what people wrote about it beside it.

use shm_schema::schema::{Annotations, Field, FieldNotes, Schema, Type, TypeKind, TypeNotes};

/// A type where it occurs in a schema, and the notes about it, if there are any. Two Rust types of the
/// same structure are one type in a schema, and two with their notes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Noted<'a> {
    pub(crate) ty: Type<'a>,
    all: Option<&'a Annotations>,
    notes: Option<&'a TypeNotes>,
}

/// A field with the notes about it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NotedField<'a> {
    pub(crate) name: &'a str,
    /// From the start of the struct.
    pub(crate) offset: u64,
    pub(crate) ty: Noted<'a>,
    notes: Option<&'a FieldNotes>,
}

/// What tells a type from others that people gave other names: one structure may have several.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Identity(u32, Option<*const TypeNotes>);

impl<'a> Noted<'a> {
    /// The type of the whole.
    pub(crate) fn root(schema: &'a Schema, all: Option<&'a Annotations>) -> Self {
        Self { ty: schema.root(), all, notes: all.map(Annotations::root) }
    }

    pub(crate) fn identity(self) -> Identity {
        Identity(self.ty.index(), self.notes.map(std::ptr::from_ref))
    }

    /// The name that its author gave it, if that is known.
    pub(crate) fn name(self) -> Option<&'a str> {
        self.notes.map(TypeNotes::name).filter(|name| !name.is_empty())
    }

    /// The doc comment, or `""`.
    pub(crate) fn doc(self) -> &'a str {
        self.notes.map_or("", TypeNotes::doc)
    }

    /// Whether it is a struct that is no more than its fields.
    pub(crate) fn is_plain_struct(self) -> bool {
        matches!(self.ty.kind(), TypeKind::Struct) && self.ty.role().is_none()
    }

    /// The fields of a struct, in their order; none for every other kind.
    pub(crate) fn fields(self) -> impl ExactSizeIterator<Item = NotedField<'a>> {
        self.ty.fields().enumerate().map(move |(index, field): (usize, Field<'a>)| {
            // The notes stand in the order of the fields.
            let notes = self.notes.and_then(|notes| notes.fields().get(index));
            let ty = self.part(field.ty(), notes);
            NotedField { name: field.name(), offset: field.offset(), ty, notes }
        })
    }

    /// The field of this name.
    pub(crate) fn field(self, name: &str) -> Option<NotedField<'a>> {
        self.fields().find(|field| field.name == name)
    }

    /// The element of an array or a slice.
    pub(crate) fn element(self) -> Option<Self> {
        match self.ty.kind() {
            TypeKind::Array { element, .. } | TypeKind::Slice { element } => {
                Some(self.part(element, self.notes.and_then(|notes| notes.fields().first())))
            }
            _ => None,
        }
    }

    /// The whole as a field, about which nothing is written.
    pub(crate) fn as_field(self, name: &'a str) -> NotedField<'a> {
        NotedField { name, offset: 0, ty: self, notes: None }
    }

    fn part(self, ty: Type<'a>, field: Option<&'a FieldNotes>) -> Self {
        let notes = field.zip(self.all).and_then(|(field, all)| all.type_of(field));
        let notes = notes.filter(|notes| notes.schema_type() == ty.index());
        Self { ty, all: self.all, notes }
    }
}

impl<'a> NotedField<'a> {
    /// The field's doc comment, or `""`.
    pub(crate) fn doc(&self) -> &'a str {
        self.notes.map_or("", FieldNotes::doc)
    }

    /// The names that the field had before.
    pub(crate) fn aliases(&self) -> &'a [String] {
        self.notes.map_or(&[], FieldNotes::aliases)
    }

    /// The field's unit, or `""`.
    pub(crate) fn unit(&self) -> &'a str {
        self.notes.map_or("", FieldNotes::unit)
    }
}
