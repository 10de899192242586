//! Members of what is written: fields of structs, and the whole where that is not a struct.

use shm_schema::schema::{Field, Type};

/// A field, or a value that becomes one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Part<'a> {
    pub(crate) name: &'a str,
    /// From the start of the struct.
    pub(crate) offset: u64,
    pub(crate) ty: Type<'a>,
    field: Option<Field<'a>>,
}

impl<'a> Part<'a> {
    /// A value as the only field of a struct, without documentation.
    pub(crate) fn alone(name: &'a str, ty: Type<'a>) -> Self {
        Self { name, offset: 0, ty, field: None }
    }

    /// The fields of a struct, in order; empty for every other kind.
    pub(crate) fn all(ty: Type<'a>) -> impl ExactSizeIterator<Item = Self> {
        ty.fields().map(Self::from)
    }

    /// The field's doc comment, or `""`.
    pub(crate) fn doc(&self) -> &'a str {
        self.field.map_or("", Field::doc)
    }

    /// The field's unit, or `""`.
    pub(crate) fn unit(&self) -> &'a str {
        self.field.map_or("", Field::unit)
    }

    /// Its former names.
    pub(crate) fn aliases(&self) -> impl Iterator<Item = &'a str> {
        self.field.into_iter().flat_map(Field::aliases)
    }

    /// The field beside it whose lock guards it, or `""`.
    pub(crate) fn guarded_by(&self) -> &'a str {
        self.field.map_or("", Field::guarded_by)
    }

    /// Whether its numbers only grow.
    pub(crate) fn is_counter(&self) -> bool {
        self.field.is_some_and(Field::is_counter)
    }

    /// Whether a field beside it guards it.
    pub(crate) fn is_guarded(&self) -> bool {
        !self.guarded_by().is_empty()
    }
}

impl<'a> From<Field<'a>> for Part<'a> {
    fn from(field: Field<'a>) -> Self {
        let (name, offset, ty) = (field.name(), field.offset(), field.ty());
        Self { name, offset, ty, field: Some(field) }
    }
}
