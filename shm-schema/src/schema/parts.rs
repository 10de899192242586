//! The descriptions of structs and enums for a [`SchemaBuilder`](super::SchemaBuilder).

use super::builder::TypeId;
use super::model::Text;
use super::notes::PartNotes;
use super::text::{long, short};
use crate::kind::{Role, ScalarKind};

/// A struct to be added to a [`SchemaBuilder`](super::SchemaBuilder).
#[derive(Clone, Debug)]
pub struct StructType {
    pub(super) name: String,
    pub(super) doc: String,
    pub(super) role: Option<Role>,
    pub(super) align: Option<u32>,
    pub(super) size: Option<u64>,
    pub(super) fields: Vec<StructField>,
}

impl StructType {
    /// Returns a struct without fields.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        let (name, doc) = (name.into(), String::new());
        Self { name, doc, role: None, align: None, size: None, fields: Vec::new() }
    }

    /// Adds a doc comment.
    #[must_use]
    pub fn with_doc(mut self, doc: impl Into<String>) -> Self {
        self.doc = doc.into();
        self
    }

    /// Adds a field after the others.
    #[must_use]
    pub fn field(mut self, field: StructField) -> Self {
        self.fields.push(field);
        self
    }

    /// Sets the role of the struct.
    #[must_use]
    pub fn role(mut self, role: Role) -> Self {
        self.role = Some(role);
        self
    }

    /// Sets the alignment, if it is not the largest of the fields'.
    #[must_use]
    pub fn align(mut self, align: u32) -> Self {
        self.align = Some(align);
        self
    }

    /// Sets the size, if it is not the end of the last field, rounded up to the alignment.
    #[must_use]
    pub fn size(mut self, size: u64) -> Self {
        self.size = Some(size);
        self
    }
}

/// A field of a [`StructType`].
#[derive(Clone, Debug)]
pub struct StructField {
    pub(super) name: String,
    pub(super) ty: TypeId,
    pub(super) offset: Option<u64>,
    pub(super) notes: PartNotes,
}

impl StructField {
    /// Returns a field that follows the previous one, at the next offset that its alignment allows.
    #[must_use]
    pub fn new(name: impl Into<String>, ty: TypeId) -> Self {
        let name = name.into();
        Self { name, ty, offset: None, notes: PartNotes::default() }
    }

    /// Places the field at an offset from the start of the struct.
    #[must_use]
    pub fn at(mut self, offset: u64) -> Self {
        self.offset = Some(offset);
        self
    }

    /// Adds a doc comment and a unit, either of which may be `""`.
    #[must_use]
    pub fn with_notes(mut self, doc: impl Into<String>, unit: impl Into<String>) -> Self {
        (self.notes.doc, self.notes.unit) = (long(doc.into()), short(unit.into()));
        self
    }

    /// Adds a former name.
    #[must_use]
    pub fn with_alias(mut self, alias: impl Into<String>) -> Self {
        self.notes.aliases.push(Text::Owned(alias.into()));
        self
    }

    /// Names the field of the same struct whose `Mutex` of nothing guards this one.
    #[must_use]
    pub fn with_guard(mut self, lock: impl Into<String>) -> Self {
        self.notes.guard = Text::Owned(lock.into());
        self
    }

    /// Sets whether the numbers of this field only grow.
    #[must_use]
    pub fn with_counter(mut self, counts: bool) -> Self {
        self.notes.counter = counts;
        self
    }

    /// Sets whether these are rows of a `PerProcess` that are folded by code of their type, and not number by number.
    #[must_use]
    pub fn with_own_fold(mut self, own_fold: bool) -> Self {
        self.notes.own_fold = own_fold;
        self
    }
}

impl From<(&str, TypeId)> for StructField {
    fn from((name, ty): (&str, TypeId)) -> Self {
        Self::new(name, ty)
    }
}

/// A fieldless enum to be added to a [`SchemaBuilder`](super::SchemaBuilder).
#[derive(Clone, Debug)]
pub struct EnumType {
    pub(super) name: String,
    pub(super) doc: String,
    pub(super) repr: ScalarKind,
    pub(super) variants: Vec<(String, i128)>,
}

impl EnumType {
    /// Returns an enum without variants, stored as the integer `repr`.
    #[must_use]
    pub fn new(name: impl Into<String>, repr: ScalarKind) -> Self {
        Self { name: name.into(), doc: String::new(), repr, variants: Vec::new() }
    }

    /// Adds a doc comment.
    #[must_use]
    pub fn with_doc(mut self, doc: impl Into<String>) -> Self {
        self.doc = doc.into();
        self
    }

    /// Adds a variant after the others.
    #[must_use]
    pub fn variant(mut self, name: impl Into<String>, discriminant: i128) -> Self {
        self.variants.push((name.into(), discriminant));
        self
    }
}
