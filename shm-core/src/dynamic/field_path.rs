//! [`FieldPath`]: a resolved path, for repeated use.

use std::fmt;
use std::time::Duration;

use super::at_place::{self, addend, expect_unguarded, expect_writable};
use super::budget::MAX_VALUE;
use super::region::DynRegion;
use super::resolve::{Beside, Place, Run};
use super::trail;
use super::value::DynValue;
use super::write;
use crate::access::{Access, CanWrite, ReadWrite};
use crate::error::DynError;
use crate::path::{Path, Segment};
use crate::schema::{Schema, Type};
use crate::sys::clock::deadline;

/// A resolved path in a region: found once, then read and written without looking up names.
///
/// ```
/// use shm_core::{DynRegion, Region, SharedLayout};
///
/// #[derive(SharedLayout)]
/// #[repr(C)]
/// struct Station { temperature: f64, samples: [u32; 16] }
///
/// let name = format!("shm-doc-field-path-{}", std::process::id());
/// let station = Region::<Station>::create(&name)?;
///
/// let samples = DynRegion::open(&name)?.resolve("samples[2..5]")?;
/// for round in 1..=3_u32 {
///     samples.set([round, round + 1, round + 2])?;
/// }
/// assert_eq!(samples.get()?.to_string(), "[3, 4, 5]");
/// assert_eq!(station.samples[4].get(), 5);
/// samples.set(7)?; // one value for all
/// assert_eq!(samples.get()?.to_string(), "[7, 7, 7]");
/// # station.unlink()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct FieldPath<A: Access = ReadWrite> {
    region: DynRegion<A>,
    path: Path,
    place: Place,
}

impl<A: Access> FieldPath<A> {
    pub(super) fn new(region: DynRegion<A>, path: Path, place: Place) -> Self {
        Self { region, path, place }
    }

    pub(super) fn region(&self) -> &DynRegion<A> {
        &self.region
    }

    pub(super) fn place(&self) -> &Place {
        &self.place
    }

    pub(super) fn schema(&self) -> &Schema {
        self.region.schema()
    }

    /// The path.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The type of the value there; of each element, for a range.
    #[must_use]
    pub fn ty(&self) -> Type<'_> {
        self.region.schema().get(self.place.ty.index())
    }

    /// The number of elements of a range (of the outermost of several) or of the part whose length is known
    /// at run time; `None` for a single value, such as an array of fixed length.
    #[must_use]
    pub fn count(&self) -> Option<u64> {
        self.place.runs.first().map(|run| run.count)
    }

    /// Returns whether the path has a range, so that it names several values.
    #[must_use]
    pub fn has_range(&self) -> bool {
        self.place.has_range()
    }

    /// The path of each value, if the path has a range or names the part whose length is known at run
    /// time; of one value, its path.
    ///
    /// ```
    /// # use shm_core::{DynRegion, Region, SharedLayout};
    /// # #[derive(SharedLayout)] #[repr(C)] struct Pose { x: f64, y: f64 }
    /// let name = format!("shm-doc-elements-{}", std::process::id());
    /// let poses = Region::<[Pose; 8]>::create(&name)?;
    /// let place = DynRegion::open(&name)?.resolve("[2..4].y")?;
    /// let paths: Vec<_> = place.elements().map(|path| path.to_string()).collect();
    /// assert_eq!(paths, ["[2].y", "[3].y"]);
    /// # poses.unlink()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn elements(&self) -> impl Iterator<Item = Path> {
        let runs = &self.place.runs;
        let is_empty = runs.iter().any(|run| run.count == 0);
        let mut next = (!is_empty).then(|| runs.iter().map(|run| run.first).collect::<Vec<_>>());
        std::iter::from_fn(move || {
            let indexes = next.take()?;
            let steps: Vec<_> = indexes.iter().copied().map(Segment::Index).collect();
            let path = trail::at(&self.path, runs, &steps);
            next = following(runs, indexes);
            Some(path)
        })
    }

    /// Returns whether a lock guards the value: around it, or beside the field. If so, reading without the lock gives
    /// a snapshot in which each field is whole but two fields may belong to different states; writing requires
    /// the lock.
    #[must_use]
    pub fn is_guarded(&self) -> bool {
        self.place.lock.is_some()
    }

    /// The path of the lock that guards the value, the outermost one if there are several. `None` as well if each
    /// element of a range has a lock of its own beside it: [`FieldPath::elements`] has the paths of those.
    #[must_use]
    pub fn guarded_by(&self) -> Option<&Path> {
        let is_one = |beside: Beside| beside.outer == 0;
        let lock = self.place.lock.as_ref().filter(|lock| lock.beside.is_none_or(is_one));
        lock.map(|lock| &lock.path)
    }

    /// Returns whether the value is part of one `Latest`, so that every read sees one whole version.
    #[must_use]
    pub fn is_versioned(&self) -> bool {
        self.place.latest.is_some_and(|latest| latest.outer == 0)
    }

    /// Returns whether this is the whole value of an entry of a [`Map`](crate::Map), which is read and written
    /// at once.
    #[must_use]
    pub fn is_entry(&self) -> bool {
        self.place.whole_entry().is_some()
    }

    /// The offset in the region's data of the handle of an [`Owned`](crate::Owned), if that is the value,
    /// or if the value is a part of what it owns. The handle changes with each value.
    #[must_use]
    pub fn handle_in_heap(&self) -> Option<u64> {
        if let Some(kept) = &self.place.kept {
            return kept.entry.is_none().then_some(kept.handle as u64);
        }
        let is_one = self.place.runs.is_empty() && self.place.latest.is_none();
        let handle = self.ty().live().filter(|_| is_one)?.handle()?;
        Some(self.place.offset as u64 + handle)
    }

    /// Reads the value: each field as a typed view does, by one Acquire load of its own width. A field with a
    /// lock beside it is read under that, if the region can be written: this waits while a living process holds
    /// it. [`DynRegion::read_only`] gives a handle that takes no lock.
    ///
    /// # Errors
    /// If the bytes are not a value of their type, a `Latest` is written faster than it can be read, or
    /// the value is too large. [`LockError::OwnerDied`](crate::LockError::OwnerDied) and
    /// [`LockError::WouldDeadlock`](crate::LockError::WouldDeadlock) in a [`DynError::Lock`] if there is a lock beside it;
    /// a process that cannot take part in the region's locks reads without.
    pub fn get(&self) -> Result<DynValue, DynError> {
        at_place::read(&self.region, &self.place, self.path.as_str())
    }

    /// As [`FieldPath::get`]; and where that is a `Latest`, or part of one, the number of the version
    /// that was read: how many times it had been written.
    ///
    /// # Errors
    /// As [`FieldPath::get`].
    ///
    /// ```
    /// # use shm_core::{DynRegion, Latest, Region};
    /// let name = format!("shm-doc-version-{}", std::process::id());
    /// let pose = Region::<Latest<[f64; 2]>>::create(&name)?;
    /// pose.store(&[1.5, 2.5])?;
    /// let (value, version) = DynRegion::open_read_only(&name)?.resolve("")?.get_with_version()?;
    /// assert_eq!((value.to_string().as_str(), version), ("[1.5, 2.5]", Some(1)));
    /// # pose.unlink()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn get_with_version(&self) -> Result<(DynValue, Option<u64>), DynError> {
        at_place::reader(&self.region, &self.place, self.path.as_str())
            .versioned(self.region.schema())
    }

    /// As [`FieldPath::get_with_version`], if the value takes at most that many bytes of memory: for
    /// programs that show values of unknown size. [`FieldPath::get`] reads at most 64 MiB.
    ///
    /// # Errors
    /// [`DynError::TooLarge`] if it takes more; as [`FieldPath::get`] otherwise.
    pub fn get_at_most(&self, bytes: u64) -> Result<(DynValue, Option<u64>), DynError> {
        let reader = at_place::reader(&self.region, &self.place, self.path.as_str());
        reader.at_most(bytes.min(MAX_VALUE)).versioned(self.region.schema())
    }

    /// The value's bytes in the newest version of the `Latest` that it is part of, and the number of that
    /// version; `None` if it is not part of a `Latest`. For comparing versions, not values.
    ///
    /// # Errors
    /// [`DynError::Contended`] if it is written faster than it can be read; [`DynError::TooLarge`] if there
    /// are more than `limit` bytes.
    ///
    /// ```
    /// # use shm_core::{DynRegion, Latest, Region};
    /// let name = format!("shm-doc-version-bytes-{}", std::process::id());
    /// let scan = Region::<Latest<[u8; 3]>>::create(&name)?;
    /// scan.store(&[7, 8, 9])?;
    /// let place = DynRegion::open_read_only(&name)?.resolve("")?;
    /// assert_eq!(place.version_bytes(1000)?, Some((vec![7, 8, 9], 1)));
    /// # scan.unlink()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn version_bytes(&self, limit: u64) -> Result<Option<(Vec<u8>, u64)>, DynError> {
        let reader = at_place::reader(&self.region, &self.place, self.path.as_str());
        reader.at_most(limit.min(MAX_VALUE)).version_bytes(self.region.schema())
    }

    /// Checks whether [`FieldPath::set`] could write the value, apart from locks: for a caller that wants
    /// to know that several values fit before it writes the first. Nothing is written.
    ///
    /// # Errors
    /// If the value does not fit, or the field cannot be written by its name.
    pub fn check(&self, value: &DynValue) -> Result<(), DynError> {
        expect_writable(&self.place, self.path.as_str())?;
        write::check(self.region.schema(), &self.place, self.path.as_str(), value)
    }

    /// Checks whether [`FieldPath::fetch_add`] could add the value, apart from locks. Nothing is written.
    ///
    /// # Errors
    /// If the value does not fit, or the field cannot be added to.
    pub fn check_add(&self, value: &DynValue) -> Result<(), DynError> {
        addend(self.region.schema(), &self.place, self.path.as_str(), value).map(drop)
    }

    /// Writes a value; to the elements of a range, a list of values or one value for all of them. Everything is checked
    /// before anything is written. Through a `Latest`, this makes a new version under the writers' lock, with all
    /// else as in the newest one; through a `Watched`, it wakes all waiters. Fields with locks beside them are
    /// written while all of these locks are held, taken in the order of their offsets.
    ///
    /// The values of several [`Owned`](crate::Owned)s in a struct or a list are first all put into the heap,
    /// which needs room for them beside the old ones, and are then linked while the locks of all these
    /// places are held, in the order of the places in the region. Readers take no lock: they, and those who
    /// come after a writer that died, may find some of the new values beside some of the old ones, each whole.
    ///
    /// # Errors
    /// If the value does not fit, a `Mutex` or an `RwLock` is around the field, the heap has no room for a value, or the
    /// place of one stays busy; [`DynError::Lock`] if a lock beside a field cannot be taken, or is marked. Nothing is
    /// written then.
    pub fn set(&self, value: impl Into<DynValue>) -> Result<(), DynError>
    where
        A: CanWrite,
    {
        expect_unguarded(&self.region, &self.place, self.path.as_str())?;
        at_place::set(&self.region, &self.place, self.path.as_str(), &value.into(), None)
    }

    /// As [`FieldPath::set`], waiting for at most `timeout` to become the writer of a `Latest`, or for a lock
    /// beside a field.
    ///
    /// # Errors
    /// [`LockError::Busy`](crate::LockError::Busy) in a [`DynError::Lock`] if another process is its writer, or
    /// holds the lock, all the time; as [`FieldPath::set`] otherwise.
    pub fn set_timeout(&self, value: impl Into<DynValue>, timeout: Duration) -> Result<(), DynError>
    where
        A: CanWrite,
    {
        expect_unguarded(&self.region, &self.place, self.path.as_str())?;
        let deadline = deadline(timeout);
        at_place::set(&self.region, &self.place, self.path.as_str(), &value.into(), deadline)
    }

    /// As [`FieldPath::set`], without waiting: not even while a living process is the writer of a
    /// `Latest`, or holds a lock beside a field.
    ///
    /// # Errors
    /// As [`FieldPath::set_timeout`]. A writer that died is replaced.
    pub fn try_set(&self, value: impl Into<DynValue>) -> Result<(), DynError>
    where
        A: CanWrite,
    {
        self.set_timeout(value, Duration::ZERO)
    }

    /// Adds to an integer, in one step that no other process can interrupt, wrapping around at the
    /// type's limit; returns the value before.
    ///
    /// # Errors
    /// If the field is not an integer, or is one in a `Latest` or in a fixed byte order, to which no
    /// processor adds in one step; and as [`FieldPath::set`].
    pub fn fetch_add(&self, value: impl Into<DynValue>) -> Result<DynValue, DynError>
    where
        A: CanWrite,
    {
        expect_unguarded(&self.region, &self.place, self.path.as_str())?;
        at_place::fetch_add(&self.region, &self.place, self.path.as_str(), &value.into())
    }
}

/// The indexes of the next element, in the order of the list of lists that reading gives.
fn following(runs: &[Run], mut indexes: Vec<u64>) -> Option<Vec<u64>> {
    for (run, index) in runs.iter().zip(&mut indexes).rev() {
        *index += 1;
        if *index < run.first + run.count {
            return Some(indexes);
        }
        *index = run.first;
    }
    None
}

impl<A: Access> fmt::Debug for FieldPath<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FieldPath({:?}: {})", self.path, self.ty())
    }
}
