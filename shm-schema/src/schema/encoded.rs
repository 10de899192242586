//! [`Encoded`]: a layout's canonical bytes, made once.

use super::lower::canonical_bytes;
use super::{Schema, SchemaError};
use crate::layout::Layout;
use crate::layout::fnv1a;

/// The canonical schema bytes of a program's layout with their hash, for comparing it with those of many regions.
#[derive(Clone, Debug)]
pub struct Encoded {
    program: Program,
    bytes: Vec<u8>,
    hash: u64,
    fingerprint: u64,
    align: u64,
}

/// A layout that a program was compiled with, or has made at run time.
#[derive(Clone, Debug)]
enum Program {
    Compiled(&'static Layout),
    Described { name: String, schema: Schema },
}

impl Encoded {
    /// Encodes a layout.
    ///
    /// # Errors
    /// If the layout exceeds a limit of the format.
    pub fn of(layout: &'static Layout) -> Result<Self, SchemaError> {
        let bytes = canonical_bytes(layout)?;
        let (hash, program) = (fnv1a(&bytes), Program::Compiled(layout));
        let (fingerprint, align) = (layout.fingerprint(), layout.align() as u64);
        Ok(Self { program, bytes, hash, fingerprint, align })
    }

    /// Encodes a layout that was made at run time; `None` if this version cannot use a part of it.
    #[must_use]
    pub fn of_schema(name: &str, schema: &Schema) -> Option<Self> {
        let (fingerprint, bytes) = (schema.fingerprint()?, schema.to_bytes());
        let (hash, align) = (fnv1a(&bytes), schema.root().align().into());
        let program = Program::Described { name: name.to_owned(), schema: schema.clone() };
        Some(Self { program, bytes, hash, fingerprint, align })
    }

    /// The layout, if the program was compiled with it.
    pub(crate) fn compiled(&self) -> Option<&'static Layout> {
        match self.program {
            Program::Compiled(layout) => Some(layout),
            Program::Described { .. } => None,
        }
    }

    /// The name of the type.
    #[must_use]
    pub fn type_name(&self) -> String {
        match &self.program {
            Program::Compiled(layout) => layout.name().to_owned(),
            Program::Described { name, .. } => name.clone(),
        }
    }

    /// The types.
    ///
    /// # Errors
    /// As [`Schema::of`].
    pub fn schema(&self) -> Result<Schema, SchemaError> {
        match &self.program {
            Program::Compiled(layout) => Schema::of(layout),
            Program::Described { schema, .. } => Ok(schema.clone()),
        }
    }

    /// The fingerprint of the layout.
    #[must_use]
    pub fn fingerprint(&self) -> u64 {
        self.fingerprint
    }

    /// The alignment of a value.
    #[must_use]
    pub fn align(&self) -> u64 {
        self.align
    }

    /// The bytes of a region's schema section, if it was made with this layout.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The hash of the bytes, which is the section's checksum.
    #[must_use]
    pub fn hash(&self) -> u64 {
        self.hash
    }
}
