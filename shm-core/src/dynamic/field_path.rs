//! [`FieldPath`]: a resolved path, for repeated use.

use std::fmt;
use std::time::{Duration, Instant};

use super::beside;
use super::budget::MAX_VALUE;
use super::convert::Unfit;
use super::guard::ONE_ELEMENT;
use super::memory::Memory;
use super::read::{Entries, Reader};
use super::region::DynRegion;
use super::resolve::{Beside, Kept, Place, Run};
use super::trail;
use super::value::DynValue;
use super::{scalars, write};
use crate::access::{Access, CanWrite, ReadWrite};
use crate::error::DynError;
use crate::layout::{Role, ScalarKind};
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
        read(&self.region, &self.place, self.path.as_str())
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
        reader(&self.region, &self.place, self.path.as_str()).versioned(self.region.schema())
    }

    /// As [`FieldPath::get_with_version`], if the value takes at most that many bytes of memory: for
    /// programs that show values of unknown size. [`FieldPath::get`] reads at most 64 MiB.
    ///
    /// # Errors
    /// [`DynError::TooLarge`] if it takes more; as [`FieldPath::get`] otherwise.
    pub fn get_at_most(&self, bytes: u64) -> Result<(DynValue, Option<u64>), DynError> {
        let reader = reader(&self.region, &self.place, self.path.as_str());
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
        let reader = reader(&self.region, &self.place, self.path.as_str());
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

    /// Writes a value. Through a `Latest`, this makes a new version under the writers' lock, with all
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
        expect_unguarded(&self.place, self.path.as_str())?;
        set(&self.region, &self.place, self.path.as_str(), &value.into(), None)
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
        expect_unguarded(&self.place, self.path.as_str())?;
        let deadline = deadline(timeout);
        set(&self.region, &self.place, self.path.as_str(), &value.into(), deadline)
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
        expect_unguarded(&self.place, self.path.as_str())?;
        fetch_add(&self.region, &self.place, self.path.as_str(), &value.into())
    }
}

/// The path of the value at `path`, seen from `outside`. It was followed before, so it is valid.
pub(super) fn inside(outside: &Path, path: &str) -> String {
    path.parse().map_or_else(|_| path.to_owned(), |path| outside.join(&path).into())
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

/// Checks that no lock that could be taken, and is not held, guards the place.
pub(super) fn expect_unguarded(place: &Place, path: &str) -> Result<(), DynError> {
    match &place.lock {
        None => Ok(()),
        Some(_) if place.apart.is_some() => expect_writable(place, path),
        // That is taken by the access itself.
        Some(lock) if lock.beside.is_some() => Ok(()),
        Some(lock) => {
            let (field, mutex) = (path.to_owned(), lock.path.to_string());
            let kind = lock.words.role().name();
            Err(DynError::NotLocked { field, kind, mutex })
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
    plain_word(region, place).map_or_else(|| read_whole(region, place, path), Ok)
}

/// Kept out of [`read`], so that a single number does not pay for the general case.
#[inline(never)]
fn read_whole<A: Access>(
    region: &DynRegion<A>,
    place: &Place,
    path: &str,
) -> Result<DynValue, DynError> {
    reader(region, place, path).read(region.schema())
}

/// Reads the most frequent kind of value, a single number, which needs no budget. `None` for any other
/// kind, and for a word that is not a value, which [`Reader`] explains.
#[inline(always)]
fn plain_word<A: Access>(region: &DynRegion<A>, place: &Place) -> Option<DynValue> {
    let scalar = plain_scalar(region.schema(), place)?;
    let bits = Memory::<A>::of(region.mapping()).load(place.offset, scalar.size());
    scalars::value(scalar, bits.into())
}

/// The scalar at a place, if the place is a single scalar that is accessed in one step.
#[inline]
fn plain_scalar(schema: &Schema, place: &Place) -> Option<ScalarKind> {
    let scalar = schema.get(place.ty.index()).scalar()?;
    let is_shared = place.latest.is_none() && place.kept.is_none();
    let stands_alone = place.runs.is_empty() && is_shared && scalar.size() <= 8;
    (stands_alone && !place.is_beside_a_lock()).then_some(scalar)
}

/// As [`read`], for a value that takes at most `limit` bytes of memory, and without any lock.
pub(super) fn read_at_most<A: Access>(
    region: &DynRegion<A>,
    place: &Place,
    path: &str,
    limit: u64,
) -> Result<DynValue, DynError> {
    lockless(region, place, path).at_most(limit).read(region.schema())
}

/// Reads entries of the map that a path leads to: at most so many, in at most so many bytes of memory.
pub(super) fn entries<A: Access>(
    map: &FieldPath<A>,
    most: usize,
    bytes: u64,
) -> Result<Entries, DynError> {
    let reader = reader(&map.region, &map.place, map.path.as_str());
    reader.at_most(bytes.min(MAX_VALUE)).entries(map.schema(), most)
}

/// Wakes those who wait for a change of the place.
pub(super) fn notify<A: CanWrite>(region: &DynRegion<A>, place: &Place) {
    write::notify(Memory::<A>::of(region.mapping()), place);
}

/// Reads an item of the `Ring` that a path leads to, or through.
pub(super) fn item_after<A: Access>(
    items: &FieldPath<A>,
    cursor: &mut u64,
) -> Option<Result<DynValue, DynError>> {
    let stream = items.place.stream()?;
    let mut reader = reader(&items.region, &items.place, items.path.as_str());
    reader.item_after(items.schema(), stream, cursor)
}

/// The number of elements that the last slice on the way into a value with contents has at this moment; 0 if it
/// cannot be read.
pub(super) fn count_of_contents<A: Access>(region: &DynRegion<A>, kept: &Kept) -> u64 {
    let place = Place::of(region.schema().get(kept.of));
    let mut reader = reader(region, &place, "");
    reader.count_of_contents(region.schema(), kept).unwrap_or_default()
}

fn reader<'r, A: Access>(
    region: &'r DynRegion<A>,
    place: &'r Place,
    path: &'r str,
) -> Reader<'r, 'r, A> {
    lockless(region, place, path).with_locks()
}

/// The same, without taking locks.
fn lockless<'r, A: Access>(
    region: &'r DynRegion<A>,
    place: &'r Place,
    path: &'r str,
) -> Reader<'r, 'r, A> {
    let memory = Memory::<A>::of(region.mapping());
    Reader::new(region.label(), (place, path), memory, region.tail_len())
}

pub(super) fn set<A: CanWrite>(
    region: &DynRegion<A>,
    place: &Place,
    path: &str,
    value: &DynValue,
    deadline: Option<Instant>,
) -> Result<(), DynError> {
    expect_writable(place, path)?;
    let memory = Memory::<A>::of(region.mapping());
    if let Some(scalar) = plain_scalar(region.schema(), place).filter(|_| place.watched.is_empty())
    {
        let bits = scalars::bits(scalar, value);
        let unsuitable = |unfit: Unfit| unfit.at(path.to_owned());
        memory.store(place.offset, scalar.size(), bits.map_err(unsuitable)? as u64);
        return Ok(());
    }
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
    let _held = place.beside().map(|lock| beside::hold(memory, lock.word, None)).transpose()?;
    let before = memory.fetch_add(place.offset, scalar.size(), bits);
    for event in place.watched.iter().rev() {
        memory.event(*event).notify_all();
    }
    Ok(scalars::number(scalar, before.into()))
}

/// The integer type of a place, and the bits to add.
pub(super) fn addend(
    schema: &Schema,
    place: &Place,
    path: &str,
    value: &DynValue,
) -> Result<(ScalarKind, u64), DynError> {
    expect_writable(place, path)?;
    let no_sum = |fault: &str, help| DynError::NotWritable {
        field: path.to_owned(),
        fault: fault.to_owned(),
        help,
    };
    if !place.runs.is_empty() {
        return Err(no_sum("only an integer can be added to", None));
    }
    let Some(scalar) = schema.get(place.ty.index()).scalar().filter(|scalar| is_word(*scalar))
    else {
        return Err(no_sum("only an integer of at most 64 bits can be added to", None));
    };
    let whole = match (place.latest, &place.kept) {
        (Some(_), _) => "it is part of a `Latest`",
        (_, Some(_)) => "it is part of a value in the heap",
        (None, None) => "",
    };
    if !whole.is_empty() {
        return Err(no_sum(whole, Some("`get` and `set` it, or make it a field")));
    }
    let unsuitable = |unfit: Unfit| unfit.at(path.to_owned());
    let bits = scalars::bits(scalar, value).map_err(unsuitable)?;
    Ok((scalar, bits as u64))
}

fn is_word(scalar: ScalarKind) -> bool {
    use ScalarKind::{I8, I16, I32, I64, U8, U16, U32, U64};
    matches!(scalar, U8 | U16 | U32 | U64 | I8 | I16 | I32 | I64)
}

/// Checks that the place is not one that only the library may write, nor in several live types.
pub(super) fn expect_writable(place: &Place, path: &str) -> Result<(), DynError> {
    let (Some(role), part) = (place.part_of.or(place.apart), place.part_of) else { return Ok(()) };
    Err(not_writable(role, part.is_some(), path))
}

const PUSH: &str = "push a whole item, by the path of the ring";

#[cold]
fn not_writable(role: Role, is_part: bool, path: &str) -> DynError {
    let is_item = role == Role::Ring && is_part;
    let role = role.name();
    let (fault, help) = if is_item {
        (format!("only a `{role}` changes its parts, and items are pushed to it"), Some(PUSH))
    } else if is_part {
        (format!("it is a working part of a `{role}`, which only that changes"), None)
    } else {
        (format!("each element has a `{role}` of its own"), Some(ONE_ELEMENT))
    };
    DynError::NotWritable { field: path.to_owned(), fault, help }
}
