//! What the header of a new region says about its value.

use super::error::FormatError;
use crate::layout::Layout;
use crate::schema::{Annotations, Encoded, Schema, encode_annotations};

/// What a region holds, as its header tells everybody: the same for a type that the compiler knows and
/// for one that was described at run time.
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
}

impl Description {
    /// Whether fields can be added to a region that has so many bytes for a value.
    pub fn may_grow(&self, data_len: u64) -> bool {
        self.size.is_some_and(|size| data_len > size)
    }

    /// Whether a field had another name before, by which programs may still ask for it.
    pub fn has_aliases(&self) -> bool {
        let Ok(schema) = Schema::decode(&self.schema) else { return false };
        let bytes = self.annotations.as_deref().unwrap_or_default();
        Annotations::decode(bytes, &schema).is_some_and(|notes| notes.have_aliases())
    }

    /// Describes a type that this program was compiled with.
    ///
    /// # Errors
    /// If the layout exceeds a limit of the format: what no reader would open is not made.
    pub fn of(layout: &'static Layout) -> Result<Self, FormatError> {
        let schema = Encoded::of(layout)?;
        Schema::decode(&schema.bytes)?;
        Ok(Self {
            name: layout.name().to_owned(),
            annotations: encode_annotations(layout, &schema),
            schema: schema.bytes,
            align: layout.align() as u64,
            size: (!layout.has_tail()).then(|| layout.size() as u64),
            fingerprint: layout.fingerprint(),
            has_locks: layout.has_locks(),
        })
    }

    /// Describes a type that only a schema gives; `None` if a type of it is of an unknown kind, which
    /// has no fingerprint.
    pub fn of_schema(
        name: &str,
        schema: &Schema,
        annotations: Option<&Annotations>,
    ) -> Option<Self> {
        Some(Self {
            name: name.to_owned(),
            schema: schema.to_bytes(),
            annotations: annotations.and_then(Annotations::to_bytes),
            align: schema.root().align().into(),
            size: (!schema.root().has_tail()).then(|| schema.root().size()),
            fingerprint: schema.fingerprint()?,
            has_locks: schema.has_locks(),
        })
    }
}
