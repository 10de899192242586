//! The fields of a region that are recorded.

use shm_core::dynamic::{DynValue, FieldPath};
use shm_core::path::{Path, Segment};
use shm_core::schema::Type;
use shm_core::{DynRegion, ReadOnly};

use crate::failure::Failure;
use crate::proposal;
use crate::watch::counter::Counter;

/// The name of a value that is a whole region, and not a struct.
pub(crate) const WHOLE: &str = "value";

/// The number of changes that a `Watched` counts, before it begins again.
const COUNTS: u64 = (1 << 31) - 1;

/// The number of attempts to read a value that does not change meanwhile.
const ATTEMPTS: usize = 4;

/// The most bytes of a message. A value takes much more memory than its text.
pub(super) const LONGEST: usize = 4 << 20;

/// The fields of one region.
pub(crate) struct Selection {
    pub(crate) fields: Vec<Selected>,
    /// The requested paths that the region does not have.
    pub(crate) missing: u64,
}

/// A field.
pub(crate) struct Selected {
    /// Its name in a message: its path, or [`WHOLE`].
    pub(crate) key: String,
    pub(crate) path: Path,
    place: FieldPath<ReadOnly>,
    version: Option<u64>,
    /// Counts the changes of a `Watched`.
    counter: Option<Counter>,
}

/// The result of reading a field.
pub(crate) struct Sample {
    pub(crate) value: Option<DynValue>,
    /// The number of versions since the sample before that were not seen.
    pub(crate) skipped: u64,
}

impl Selection {
    /// The fields at some paths; all of the region, if there are none.
    ///
    /// # Errors
    /// If the region has no such field.
    pub(crate) fn of(region: &DynRegion<ReadOnly>, paths: &[Path]) -> Result<Self, Failure> {
        let all = Self::paths(region, paths);
        let fields = all.into_iter().map(|path| Selected::of(region, path));
        Ok(Self { fields: fields.collect::<Result<_, _>>()?, missing: 0 })
    }

    /// The same, of a region that has replaced another one: paths that it does not have are missing.
    pub(crate) fn again(region: &DynRegion<ReadOnly>, paths: &[Path]) -> Self {
        let all = Self::paths(region, paths);
        let (wanted, fields) =
            (all.len(), all.into_iter().filter_map(|path| Selected::of(region, path).ok()));
        let fields: Vec<_> = fields.collect();
        Self { missing: (wanted - fields.len()) as u64, fields }
    }

    fn paths(region: &DynRegion<ReadOnly>, paths: &[Path]) -> Vec<Path> {
        let root = region.schema().root();
        if !paths.is_empty() {
            paths.to_vec()
        } else if root.is_plain_struct() {
            root.fields().map(|field| Path::new().with(Segment::Name(field.name()))).collect()
        } else {
            vec![Path::new()]
        }
    }
}

impl Selected {
    fn of(region: &DynRegion<ReadOnly>, path: Path) -> Result<Self, Failure> {
        let place = region.resolve(&path).map_err(|error| proposal::of_field(region, error))?;
        let key = if path.is_empty() { WHOLE.to_owned() } else { path.as_str().to_owned() };
        let counter = if place.is_versioned() { None } else { Counter::of(region, &path) };
        Ok(Self { key, path, place, version: None, counter })
    }

    /// The type; of a range, that of an element.
    pub(crate) fn ty(&self) -> Type<'_> {
        self.place.ty()
    }

    /// The number of elements of a range.
    pub(crate) fn count(&self) -> Option<u64> {
        self.place.count()
    }

    /// Reads the field.
    pub(crate) fn read(&mut self, region: &DynRegion<ReadOnly>) -> Sample {
        if !self.place.is_versioned() {
            let (value, count) = self.counted(region);
            return Sample { value, skipped: self.skipped(count, COUNTS) };
        }
        let Ok((value, version)) = self.place.get_with_version() else {
            return Sample { value: None, skipped: 0 };
        };
        Sample { value: Some(value), skipped: self.skipped(version, u64::MAX) }
    }

    /// The value, of a queue the values in it; and how often it was changed up to then.
    fn counted(&self, region: &DynRegion<ReadOnly>) -> (Option<DynValue>, Option<u64>) {
        let count = || self.counter.as_ref().and_then(Counter::read);
        let mut before = count();
        for _ in 1..ATTEMPTS {
            let value = region.contents(&self.path).ok();
            let after = count();
            if before == after {
                return (value, after);
            }
            before = after;
        }
        (region.contents(&self.path).ok(), before)
    }

    /// The number of versions between that of the sample before and this one, which is counted up to `most`.
    fn skipped(&mut self, version: Option<u64>, most: u64) -> u64 {
        let both = std::mem::replace(&mut self.version, version).zip(version);
        both.map_or(0, |(before, now)| (now.wrapping_sub(before) & most).saturating_sub(1))
    }
}
