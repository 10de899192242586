//! What a question is about: a region, or a schema in a file.

use std::path::Path;

use shm_core::schema::{Annotations, Schema};
use shm_core::{DynRegion, ReadOnly};

use crate::failure::Failure;

/// A layout, and the region that has it, if it comes from one.
pub struct Subject {
    /// What people call it: the file's name as it was given.
    pub name: String,
    /// The layout.
    pub schema: Schema,
    /// Names of types, doc comments, units.
    pub annotations: Option<Annotations>,
    /// The region.
    pub region: Option<DynRegion<ReadOnly>>,
}

impl Subject {
    /// Opens a region.
    ///
    /// # Errors
    /// If it cannot be opened for reading.
    pub fn read(file: &Path) -> Result<Self, Failure> {
        let region = DynRegion::open_read_only(file)?;
        Ok(Self {
            name: file.display().to_string(),
            schema: region.schema().clone(),
            annotations: region.annotations().cloned(),
            region: Some(region),
        })
    }
}
