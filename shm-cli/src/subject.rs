//! What a question is about: a region, or a schema in a file.

use std::path::Path;

use shm_core::Inspection;
use shm_core::layout::Endian;
use shm_core::schema::{Annotations, Room, Schema, Side};

use crate::failure::Failure;
use crate::schema_json;

/// A layout, and the region that has it, if it comes from one.
pub struct Subject {
    /// What people call it: the file's name as it was given.
    pub name: String,
    /// The layout.
    pub schema: Schema,
    /// Names of types, doc comments, units.
    pub annotations: Option<Annotations>,
    /// The byte order of the data.
    pub byte_order: Endian,
    /// Bytes that regions have for the value, if they were made to grow.
    pub capacity: Option<u64>,
    /// The region.
    pub region: Option<Inspection>,
}

impl Subject {
    /// Looks at a region, or reads a schema from a file whose name ends in `.json`.
    ///
    /// A region is looked at from outside, whoever made it, on whatever machine and before whatever
    /// boot: nothing is mapped.
    ///
    /// # Errors
    /// If the region cannot be read, or the file holds no schema.
    pub fn read(file: &Path) -> Result<Self, Failure> {
        if file.extension().is_some_and(|extension| extension == "json") {
            return schema_json::read(file);
        }
        let region = Inspection::of(file)?;
        let header = region.header();
        Ok(Self {
            name: file.display().to_string(),
            schema: region.schema().clone(),
            annotations: region.annotations().cloned(),
            byte_order: header.byte_order(),
            capacity: header.may_grow().then(|| header.room().bytes),
            region: Some(region),
        })
    }

    /// The layout and the names that fields had, for a verdict.
    #[must_use]
    pub fn side(&self) -> Side<'_> {
        Side { schema: &self.schema, annotations: self.annotations.as_ref() }
    }

    /// What the region has for a value or, if this is a schema, what a region has that is made for it.
    #[must_use]
    pub fn room(&self) -> Room {
        if let Some(region) = &self.region {
            return region.header().room();
        }
        let room = Room::of(&self.schema);
        let bytes = room.bytes.max(self.capacity.unwrap_or(0));
        // Regions with room to grow have participants, so that they can get locks, too.
        Room { bytes, participants: room.participants || bytes > room.bytes, ..room }
    }
}
