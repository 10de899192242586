//! Types of a schema, with what people wrote about them.

use shm_core::layout::Role;
use shm_core::schema::{Annotations, Type, TypeKind, TypeNotes};

use super::shape::{self, Shape};
use crate::subject::Subject;

/// A type, and the notes about it. Two Rust types of the same structure are one type in a schema, and
/// two with their notes.
#[derive(Clone, Copy)]
pub(super) struct Noted<'a> {
    pub(super) ty: Type<'a>,
    notes: Option<&'a TypeNotes>,
    all: Option<&'a Annotations>,
}

/// A field, or the element of an array.
#[derive(Clone, Copy)]
pub(super) struct Part<'a> {
    pub(super) name: &'a str,
    pub(super) offset: u64,
    pub(super) value: Noted<'a>,
    pub(super) doc: &'a str,
    pub(super) unit: &'a str,
}

/// Which Rust type this is.
pub(super) type Key = (u32, usize);

impl<'a> Noted<'a> {
    /// The type of the whole.
    pub(super) fn root(subject: &'a Subject) -> Self {
        let all = subject.annotations.as_ref();
        Self { ty: subject.schema.root(), notes: all.map(Annotations::root), all }
    }

    pub(super) fn key(self) -> Key {
        (self.ty.index(), self.notes.map_or(0, |notes| std::ptr::from_ref(notes).addr()))
    }

    /// The type's name, as its author wrote it.
    pub(super) fn name(self) -> Option<&'a str> {
        self.notes.map(TypeNotes::name).filter(|name| !name.is_empty())
    }

    pub(super) fn doc(self) -> &'a str {
        self.notes.map_or("", TypeNotes::doc)
    }

    /// Whether it is a struct that is no more than its fields.
    pub(super) fn is_plain_struct(self) -> bool {
        matches!(self.ty.kind(), TypeKind::Struct) && self.ty.role().is_none()
    }

    /// The fields of a struct.
    pub(super) fn parts(self) -> Vec<Part<'a>> {
        self.ty
            .fields()
            .enumerate()
            .map(|(index, field)| self.part(index, field.name(), field.offset(), field.ty()))
            .collect()
    }

    /// The type of this element of this array.
    pub(super) fn element(self, element: Type<'a>) -> Self {
        self.part(0, "", 0, element).value
    }

    /// What is written about a part stands in the same order as the parts.
    fn part(self, index: usize, name: &'a str, offset: u64, ty: Type<'a>) -> Part<'a> {
        let field = self.notes.and_then(|notes| notes.fields().get(index));
        let notes = field.zip(self.all).and_then(|(field, all)| all.type_of(field));
        let notes = notes.filter(|notes| notes.schema_type() == ty.index());
        let value = Self { ty, notes, all: self.all };
        let (doc, unit) = field.map_or(("", ""), |field| (field.doc(), field.unit()));
        Part { name, offset, value, doc, unit }
    }

    /// The whole as a field: what is no struct is exported as one with this field.
    pub(super) fn as_value(self) -> Part<'a> {
        Part { name: "value", offset: 0, value: self, doc: "", unit: "" }
    }
}

/// The type as a person would write it in Rust.
pub(super) fn describe(noted: Noted<'_>) -> String {
    match (noted.ty.kind(), noted.ty.role()) {
        (TypeKind::Array { element, len }, _) => {
            format!("[{}; {len}]", describe(noted.element(element)))
        }
        (TypeKind::Slice { element }, _) => format!("[{}]", describe(noted.element(element))),
        (TypeKind::Struct | TypeKind::Enum { .. }, None) => {
            noted.name().map_or_else(|| noted.ty.to_string(), str::to_owned)
        }
        (_, Some(role @ (Role::Mutex | Role::Watched))) => {
            let value = noted.parts().into_iter().find(|part| part.name == "value");
            value.map_or_else(
                || role.name().to_owned(),
                |value| format!("{}<{}>", role.name(), describe(value.value)),
            )
        }
        (_, Some(Role::Latest)) => match shape::of(noted) {
            Ok(Shape::Latest(ring)) => format!("Latest<{}>", describe(ring.value)),
            _ => Role::Latest.name().to_owned(),
        },
        (_, Some(role @ (Role::Text | Role::Bytes))) => match shape::of(noted) {
            Ok(Shape::Counted { capacity, .. }) => format!("{}<{capacity}>", role.name()),
            _ => role.name().to_owned(),
        },
        _ => noted.ty.to_string(),
    }
}
