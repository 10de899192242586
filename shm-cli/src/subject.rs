//! What a question is about: a region, or a schema in a file.

use std::path::Path;

use shm_core::layout::Endian;
use shm_core::schema::{Annotations, Schema};
use shm_core::{DynRegion, ReadOnly};

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
    /// The region.
    pub region: Option<DynRegion<ReadOnly>>,
}

impl Subject {
    /// Opens a region, or reads a schema from a file whose name ends in `.json`.
    ///
    /// # Errors
    /// If the region cannot be opened for reading, or the file holds no schema.
    pub fn read(file: &Path) -> Result<Self, Failure> {
        if file.extension().is_some_and(|extension| extension == "json") {
            return schema_json::read(file);
        }
        let region = DynRegion::open_read_only(file)?;
        Ok(Self {
            name: file.display().to_string(),
            schema: region.schema().clone(),
            annotations: region.annotations().cloned(),
            // A region of another byte order is not opened.
            byte_order: if cfg!(target_endian = "big") { Endian::Big } else { Endian::Little },
            region: Some(region),
        })
    }
}
