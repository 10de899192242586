//! The facts about a value that a new region's header contains.

use super::error::FormatError;
use crate::layout::Layout;
use crate::schema::{Encoded, Schema};

/// The contents of a region as its header describes them: the same for a Rust type and for one described
/// at run time.
#[derive(Clone, Debug)]
pub struct Description {
    /// The type's name, for error messages.
    pub name: String,
    /// The bytes of the schema section.
    pub schema: Vec<u8>,
    /// The bytes of the annotation section; `None` if they are too long for one.
    pub annotations: Option<Vec<u8>>,
    /// The alignment of a value in bytes.
    pub align: u64,
    /// The size of a value in bytes; `None` if it depends on a run-time length.
    pub size: Option<u64>,
    /// The fingerprint of the type.
    pub fingerprint: u64,
    /// Whether there is a lock anywhere in the type.
    pub has_locks: bool,
    /// Whether a value of the type keeps something in a heap.
    pub needs_heap: bool,
    /// Whether programs depend on the notes: a field has a former name, or a lock beside it guards it.
    pub needs_notes: bool,
    /// Whether the region is to be a mirror of another one, and so has a section that says of which.
    pub is_mirror: bool,
}

impl Description {
    /// Whether fields can be added to a region with `data_len` bytes for the value.
    pub fn may_grow(&self, data_len: u64) -> bool {
        self.size.is_some_and(|size| data_len > size)
    }

    /// Whether a region of so many bytes for a value, and for a heap, has participants.
    pub fn takes_part(&self, data_len: u64, heap_len: u64) -> bool {
        self.has_locks || self.may_grow(data_len) || heap_len > 0
    }

    /// Describes a type that this program was compiled with.
    ///
    /// # Errors
    /// If the layout exceeds a limit of the format: no reader would open such a region.
    pub fn of(layout: &'static Layout) -> Result<Self, FormatError> {
        Ok(Self::new(layout.name().to_owned(), &Schema::of(layout)?, layout.fingerprint()))
    }

    /// Describes a type of a program.
    ///
    /// # Errors
    /// As [`Description::of`].
    pub(super) fn of_encoded(program: &Encoded) -> Result<Self, FormatError> {
        if let Some(layout) = program.compiled() {
            return Self::of(layout);
        }
        Ok(Self::new(program.type_name(), &program.schema()?, program.fingerprint()))
    }

    /// Describes a type that is known only from a schema; `None` if this version cannot use a part of it,
    /// as such a type has no fingerprint.
    pub fn of_schema(name: &str, schema: &Schema) -> Option<Self> {
        Some(Self::new(name.to_owned(), schema, schema.fingerprint()?))
    }

    fn new(name: String, schema: &Schema, fingerprint: u64) -> Self {
        let root = schema.root();
        Self {
            name,
            schema: schema.to_bytes(),
            annotations: schema.annotations(),
            align: root.align().into(),
            size: (!root.has_tail()).then(|| root.size()),
            fingerprint,
            has_locks: schema.has_locks(),
            needs_heap: schema.needs_heap(),
            needs_notes: schema.has_aliases() || schema.has_guards() || schema.has_own_folds(),
            is_mirror: false,
        }
    }
}
