//! What is to be written to a region, checked.

use std::collections::BTreeSet;

use serde::Serialize;
use shm_core::DynRegion;
use shm_core::dynamic::{DynValue, FieldPath, Piece};
use shm_core::errors::DynError;
use shm_core::layout::Role;
use shm_core::path::{Path, Segment};
use shm_core::schema::Type;

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
    fn set(&mut self, place: FieldPath, value: DynValue) -> Result<(), Failure> {
        if let Err(error) = place.check(&value) {
            return Err(match &value {
                DynValue::Text(given) => proposal::of_variant(place.ty(), given, error),
                _ => error.into(),
            });
        }
        self.steps.push(Step { place, change: Change::Set(value) });
        Ok(())
    }

    /// Writes the elements of a range: a value for each, in a list, or one value for all of them. Elements that have a
    /// lock, a `Latest` or a `Watched` each are written one by one.
    ///
    /// # Errors
    /// If a value does not fit, or there are too many elements or values.
    pub(crate) fn set_all(
        &mut self,
        region: &DynRegion,
        place: FieldPath,
        value: &DynValue,
    ) -> Result<(), Failure> {
        let Err(error @ DynError::NotWritable { .. }) = place.check(value) else {
            return self.set(place, value.clone());
        };
        let paths = elements(&place)?;
        let values = match value {
            DynValue::List(_) => leaves(value, ranges(place.path())),
            one => vec![one; paths.len()],
        };
        // A part of a live type cannot be written in any number.
        if let Some((first, value)) = paths.first().zip(values.first())
            && let Err(DynError::NotWritable { .. }) = region.resolve(first)?.check(value)
        {
            return Err(error.into());
        }
        if values.len() != paths.len() {
            let (given, count) = (values.len(), paths.len());
            let cause =
                format!("`{}` has {count} elements, {given} values are given", place.path());
            let help = "give one value for all, or a list of one for each".to_owned();
            return Err(Failure::Custom { code: 6, cause, help: Some(help) });
        }
        for (path, value) in paths.iter().zip(values) {
            self.set(region.resolve(path)?, value.clone())?;
        }
        Ok(())
    }

    /// Adds to the integer at a place, or to each of the elements of a range; `addend` makes what is added of the value.
    ///
    /// # Errors
    /// If one is not an integer, or there are too many elements.
    pub(crate) fn add_to_all(
        &mut self,
        region: &DynRegion,
        place: FieldPath,
        value: &DynValue,
        addend: impl Fn(Type<'_>, &DynValue) -> DynValue,
    ) -> Result<(), Failure> {
        let places = if place.has_range() {
            let elements = elements(&place)?;
            elements.iter().map(|path| region.resolve(path)).collect::<Result<_, _>>()?
        } else {
            vec![place]
        };
        for place in places {
            place.check_add(value)?;
            let added = addend(place.ty(), value);
            self.add(place, added)?;
        }
        Ok(())
    }

    /// Adds to the integer at a place.
    ///
    /// # Errors
    /// If it is not one.
    fn add(&mut self, place: FieldPath, value: DynValue) -> Result<(), Failure> {
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

/// The largest number of elements that are changed one by one.
const ONE_BY_ONE: usize = 100_000;

/// The paths of the elements of a range.
fn elements(place: &FieldPath) -> Result<Vec<Path>, Failure> {
    let paths: Vec<_> = place.elements().take(ONE_BY_ONE + 1).collect();
    if paths.len() <= ONE_BY_ONE {
        return Ok(paths);
    }
    Err(Failure::Usage(format!(
        "`{}` has more than the {ONE_BY_ONE} elements that can be changed one by one: name fewer",
        place.path()
    )))
}

/// The number of ranges in a path.
fn ranges(path: &Path) -> usize {
    path.segments().filter(|segment| matches!(segment, Segment::Range { .. })).count()
}

/// The values in lists that are nested so deep, in their order.
fn leaves(value: &DynValue, depth: usize) -> Vec<&DynValue> {
    match value {
        DynValue::List(values) if depth > 0 => {
            values.iter().flat_map(|value| leaves(value, depth - 1)).collect()
        }
        leaf => vec![leaf],
    }
}
