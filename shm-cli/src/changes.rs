//! What is to be written to a region, checked.

use std::collections::BTreeSet;

use serde::Serialize;
use shm_core::DynRegion;
use shm_core::dynamic::{DynValue, FieldPath, Piece};
use shm_core::layout::Role;
use shm_core::path::Path;

use crate::failure::Failure;
use crate::proposal;

/// Everything that one command writes.
#[derive(Default)]
pub(crate) struct Changes {
    pub(crate) steps: Vec<Step>,
    pub(crate) left: Vec<Left>,
}

/// A checked change of one value.
pub(crate) struct Step {
    pub(crate) place: FieldPath,
    pub(crate) change: Change,
}

/// A change of a value.
pub(crate) enum Change {
    Set(DynValue),
    Add(DynValue),
    /// Of an entry of a map.
    Remove,
}

/// A part of a given value that is not written, because other processes live on what is in it.
#[derive(Debug, Serialize)]
pub(crate) struct Left {
    pub(crate) path: String,
    #[serde(rename = "type")]
    pub(crate) type_name: &'static str,
}

impl Changes {
    /// Writes a value to one place.
    ///
    /// # Errors
    /// If it does not fit.
    pub(crate) fn set(&mut self, place: FieldPath, value: DynValue) -> Result<(), Failure> {
        if let Err(error) = place.check(&value) {
            return Err(match &value {
                DynValue::Text(given) => proposal::of_variant(place.ty(), given, error),
                _ => error.into(),
            });
        }
        self.steps.push(Step { place, change: Change::Set(value) });
        Ok(())
    }

    /// Adds to the integer at a place.
    ///
    /// # Errors
    /// If it is not one.
    pub(crate) fn add(&mut self, place: FieldPath, value: DynValue) -> Result<(), Failure> {
        place.check_add(&value)?;
        self.steps.push(Step { place, change: Change::Add(value) });
        Ok(())
    }

    /// Writes a value to a path: what one step can write, the entries of maps one by one, and not what is in queues and
    /// the like.
    ///
    /// # Errors
    /// If a part does not fit, or the path itself is that of something that cannot be written.
    pub(crate) fn write(
        &mut self,
        region: &DynRegion,
        path: &Path,
        value: DynValue,
    ) -> Result<(), Failure> {
        let pieces = region.pieces(path, &value)?;
        if pieces.is_empty() {
            return self.set(region.resolve(path)?, value);
        }
        for Piece { path: at, role, value, .. } in pieces {
            match role {
                Some(Role::Map) => self.replace_entries(region, &at, &value)?,
                Some(role) if at != *path => {
                    self.left.push(Left { path: at.into(), type_name: role.name() });
                }
                _ => self.set(region.resolve(&at)?, value)?,
            }
        }
        Ok(())
    }

    /// Writes the entries of a map, and removes others.
    fn replace_entries(
        &mut self,
        region: &DynRegion,
        path: &Path,
        value: &DynValue,
    ) -> Result<(), Failure> {
        let map = region.map(path)?;
        let DynValue::List(entries) = value else {
            return self.set(region.resolve(path)?, value.clone());
        };
        let mut given = BTreeSet::new();
        for entry in entries {
            let Some((key, value)) = entry.field("key").zip(entry.field("value")) else {
                return self.set(region.resolve(path)?, entry.clone());
            };
            let at = map.path_of(key);
            self.set(region.resolve(&at)?, value.clone())?;
            given.insert(at);
        }
        for (key, _) in map.entries(usize::MAX)? {
            let at = map.path_of(&key);
            if !given.contains(&at) {
                self.steps.push(Step { place: region.resolve(&at)?, change: Change::Remove });
            }
        }
        Ok(())
    }
}
