//! [`FieldPath`]: a path that was resolved, to be used again and again.

use std::fmt;
use std::time::{Duration, Instant};

use super::budget::MAX_VALUE;
use super::memory::Memory;
use super::read::Reader;
use super::region::DynRegion;
use super::resolve::{Place, Target};
use super::value::DynValue;
use super::{scalars, write};
use crate::access::{Access, CanWrite, ReadWrite};
use crate::error::DynError;
use crate::layout::ScalarKind;
use crate::schema::{Schema, Type, TypeKind};
use crate::sys::clock::deadline;

/// Where a path leads in a region: found once, then read and written without looking for names.
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
/// # station.unlink()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct FieldPath<A: Access = ReadWrite> {
    region: DynRegion<A>,
    path: String,
    place: Place,
}

impl<A: Access> FieldPath<A> {
    pub(super) fn new(region: DynRegion<A>, path: &str, place: Place) -> Self {
        Self { region, path: path.to_owned(), place }
    }

    pub(super) fn into_place(self) -> Place {
        self.place
    }

    pub(super) fn place(&self) -> &Place {
        &self.place
    }

    pub(super) fn target(&self) -> Target {
        self.place.target
    }

    pub(super) fn schema(&self) -> &Schema {
        self.region.schema()
    }

    /// The path.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The type of what is there; of each element, for a range.
    #[must_use]
    pub fn ty(&self) -> Type<'_> {
        let (Target::One(index) | Target::Run { element: index, .. }) = self.place.target;
        let schema = self.region.schema();
        schema.get(index).unwrap_or_else(|| schema.root())
    }

    /// How many elements there are, for a range and for the part whose length is known at run time;
    /// `None` for one value, which an array of fixed length is.
    #[must_use]
    pub fn count(&self) -> Option<u64> {
        match self.place.target {
            Target::One(_) => None,
            Target::Run { count, .. } => Some(count),
        }
    }

    /// Whether a lock guards what is there: then reading gives an unlocked snapshot, each field of
    /// which is whole, while two fields may belong to different states; and writing takes the lock.
    #[must_use]
    pub fn is_guarded(&self) -> bool {
        self.place.lock.is_some()
    }

    /// The path of the lock that guards what is there, of the outermost one if there are several.
    #[must_use]
    pub fn guarded_by(&self) -> Option<&str> {
        self.place.lock.as_ref().map(|lock| lock.path.as_str())
    }

    /// Whether what is there is part of a `Latest`, of which every read sees one version whole.
    #[must_use]
    pub fn is_versioned(&self) -> bool {
        self.place.latest.is_some()
    }

    /// Reads what is there: each field as a typed view does, by one Acquire load of its own width.
    ///
    /// # Errors
    /// If the bytes are no value of their type, a `Latest` is written faster than it can be read, or
    /// there is too much for one value.
    pub fn get(&self) -> Result<DynValue, DynError> {
        read(&self.region, &self.place, &self.path)
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
        reader(&self.region, &self.path).versioned(self.region.schema(), &self.place)
    }

    /// As [`FieldPath::get_with_version`], if the value takes no more than so many bytes of memory: for
    /// who shows a value of which nobody knows how large it is. [`FieldPath::get`] reads 64 MiB at most.
    ///
    /// # Errors
    /// [`DynError::TooLarge`] if it takes more; as [`FieldPath::get`] otherwise.
    pub fn get_at_most(&self, bytes: u64) -> Result<(DynValue, Option<u64>), DynError> {
        let reader = reader(&self.region, &self.path).at_most(bytes.min(MAX_VALUE));
        reader.versioned(self.region.schema(), &self.place)
    }

    /// The bytes of what is there in the newest version of the `Latest` that it is part of, and the number
    /// of that version; `None` if it is part of none. For whoever compares versions, not values.
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
        let reader = reader(&self.region, &self.path).at_most(limit.min(MAX_VALUE));
        reader.version_bytes(self.region.schema(), &self.place)
    }

    /// Whether [`FieldPath::set`] could write the value, a lock aside: for a caller who wants to know
    /// of several values that all fit before it writes the first. Nothing is written.
    ///
    /// # Errors
    /// If the value does not fit, or what is there cannot be written by its name.
    pub fn check(&self, value: &DynValue) -> Result<(), DynError> {
        expect_not_a_part(&self.place, &self.path)?;
        write::check(self.region.schema(), &self.place, &self.path, value)
    }

    /// Whether [`FieldPath::fetch_add`] could add the value, a lock aside. Nothing is written.
    ///
    /// # Errors
    /// If the value does not fit, or what is there cannot be added to.
    pub fn check_add(&self, value: &DynValue) -> Result<(), DynError> {
        addend(self.region.schema(), &self.place, &self.path, value).map(drop)
    }

    /// Writes a value there. Through a `Latest` that is a new version, made under the writers' lock,
    /// in which all else is as in the newest one; through a `Watched`, all who wait are woken.
    ///
    /// # Errors
    /// If the value does not fit, or a lock guards what is there; nothing is written then.
    pub fn set(&self, value: impl Into<DynValue>) -> Result<(), DynError>
    where
        A: CanWrite,
    {
        self.expect_unguarded()?;
        set(&self.region, &self.place, &self.path, &value.into(), None)
    }

    /// As [`FieldPath::set`], waiting at most for `timeout` to become the writer of a `Latest`.
    ///
    /// # Errors
    /// [`LockError::Busy`](crate::LockError::Busy) in a [`DynError::Lock`] if another process is its writer all the time; as [`FieldPath::set`]
    /// otherwise.
    pub fn set_timeout(&self, value: impl Into<DynValue>, timeout: Duration) -> Result<(), DynError>
    where
        A: CanWrite,
    {
        self.expect_unguarded()?;
        let deadline = deadline(timeout);
        set(&self.region, &self.place, &self.path, &value.into(), deadline)
    }

    /// As [`FieldPath::set`], without waiting: not even while a living process is the writer of a
    /// `Latest`.
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
    /// If there is no integer there, or one in a `Latest` or in a fixed byte order, to which no
    /// processor adds in one step; and as [`FieldPath::set`].
    pub fn fetch_add(&self, value: impl Into<DynValue>) -> Result<DynValue, DynError>
    where
        A: CanWrite,
    {
        self.expect_unguarded()?;
        fetch_add(&self.region, &self.place, &self.path, &value.into())
    }

    fn expect_unguarded(&self) -> Result<(), DynError> {
        match &self.place.lock {
            None => Ok(()),
            Some(lock) => {
                let (field, mutex) = (self.path.clone(), lock.path.clone());
                Err(DynError::NotLocked { field, mutex })
            }
        }
    }
}

impl<A: Access> fmt::Debug for FieldPath<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FieldPath({:?}: {})", self.path, self.ty())
    }
}

pub(super) fn read<A: Access>(
    region: &DynRegion<A>,
    place: &Place,
    path: &str,
) -> Result<DynValue, DynError> {
    plain_word(region, place).map_or_else(|| reader(region, path).place(region.schema(), place), Ok)
}

/// What is read most, a number that stands by itself: there cannot be too much of it. `None` for what is
/// more, and for a word that is no value, which [`Reader`] explains.
fn plain_word<A: Access>(region: &DynRegion<A>, place: &Place) -> Option<DynValue> {
    let Target::One(index) = place.target else { return None };
    let TypeKind::Scalar(scalar) = region.schema().get(index)?.kind() else { return None };
    if place.latest.is_some() || scalar.size() > 8 {
        return None;
    }
    let bits = Memory::<A>::of(region.mapping()).load(place.offset, scalar.size());
    scalars::value(scalar, bits.into())
}

/// As [`read`], of a value that takes at most so much memory.
pub(super) fn read_at_most<A: Access>(
    region: &DynRegion<A>,
    place: &Place,
    path: &str,
    limit: u64,
) -> Result<DynValue, DynError> {
    reader(region, path).at_most(limit).place(region.schema(), place)
}

fn reader<'r, A: Access>(region: &'r DynRegion<A>, path: &'r str) -> Reader<'r, 'r, A> {
    let memory = Memory::<A>::of(region.mapping());
    Reader::new(region.label(), path, memory, region.tail_len())
}

pub(super) fn set<A: CanWrite>(
    region: &DynRegion<A>,
    place: &Place,
    path: &str,
    value: &DynValue,
    deadline: Option<Instant>,
) -> Result<(), DynError> {
    expect_not_a_part(place, path)?;
    let memory = Memory::<A>::of(region.mapping());
    write::set(memory, region.schema(), place, path, value, deadline)
}

pub(super) fn fetch_add<A: CanWrite>(
    region: &DynRegion<A>,
    place: &Place,
    path: &str,
    value: &DynValue,
) -> Result<DynValue, DynError> {
    let (scalar, bits) = addend(region.schema(), place, path, value)?;
    let memory = Memory::<A>::of(region.mapping());
    let before = memory.fetch_add(place.offset, scalar.size(), bits);
    for event in place.watched.iter().rev() {
        memory.event(*event).notify_all();
    }
    // An integer, whatever its bits are.
    Ok(scalars::value(scalar, before.into()).unwrap_or(DynValue::None))
}

/// The integer that a place is, and the bits to add to it.
pub(super) fn addend(
    schema: &Schema,
    place: &Place,
    path: &str,
    value: &DynValue,
) -> Result<(ScalarKind, u64), DynError> {
    expect_not_a_part(place, path)?;
    let no_sum = |fault: &str, help| DynError::NotWritable {
        field: path.to_owned(),
        fault: fault.to_owned(),
        help,
    };
    let Target::One(index) = place.target else {
        return Err(no_sum("only an integer can be added to", None));
    };
    let kind = schema.get(index).map(Type::kind);
    let scalar = match kind {
        Some(TypeKind::Scalar(scalar)) if is_word(scalar) => scalar,
        _ => return Err(no_sum("only an integer of at most 64 bits can be added to", None)),
    };
    if place.latest.is_some() {
        return Err(no_sum(
            "it is part of a `Latest`",
            Some("`get` and `set` it, or make it a field"),
        ));
    }
    let unsuitable = |source| DynError::DoesNotFit { field: path.to_owned(), source };
    let bits = scalars::bits(scalar, value).map_err(unsuitable)?;
    Ok((scalar, bits as u64))
}

fn is_word(scalar: ScalarKind) -> bool {
    use ScalarKind::{I8, I16, I32, I64, U8, U16, U32, U64};
    matches!(scalar, U8 | U16 | U32 | U64 | I8 | I16 | I32 | I64)
}

fn expect_not_a_part(place: &Place, path: &str) -> Result<(), DynError> {
    let Some(role) = place.part_of else { return Ok(()) };
    let fault = format!("it is a working part of a `{}`, which only that changes", role.name());
    Err(DynError::NotWritable { field: path.to_owned(), fault, help: None })
}
