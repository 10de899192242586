//! [`DynRegion`]: a region opened, or created, without its type.

use std::fmt;
use std::marker::PhantomData;
use std::os::fd::BorrowedFd;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use super::at_place;
use super::field_path::FieldPath;
use super::memory::Memory;
use super::object::Object;
use super::outline::Outline;
use super::resolve::{self, Kept, Lengths, Place, Start};
use super::value::DynValue;
use super::write;
use crate::access::{Access, CanWrite, ReadOnly, ReadWrite};
use crate::error::{DynError, Error};
use crate::heap::Heap;
use crate::region::mirror::{self, Mirror};
use crate::region::{Keeper, Mapped, Mapping, RemoveOnDrop};
use crate::schema::{Schema, Type};
use shm_schema::fields::Fields;

/// A region opened without the type it was created with, and read and written by the names in its
/// schema.
///
/// Each field is read and written as a typed view does, by an atomic of the field's own width, and
/// validated in the same way, so both can be used side by side.
///
/// A [path](crate::path) is made of names, indexes and ranges: `pose.x`, `samples[3]`, `poses[1].mode`,
/// `samples[2..8]`, `poses[..].x`; `""` is the whole value. A range gives a list, and takes one, or one value
/// for all elements. The value inside a
/// `Mutex`, a `Watched` or a `Latest` is named as if it were not wrapped: `account.balance`. If one of its
/// fields has the name of a part of the wrapper, such as `value` in a `Mutex`, the name means the part,
/// and the field takes the full path: `account.value.value`, or `pose.slots[..].value.lock`.
///
/// A field that a lock beside it guards, by `#[shm(guarded_by = "lock")]`, is written under that lock, which the
/// call takes by itself; so it is read, unless the region was opened for reading only.
///
/// The value of an [`Owned`](crate::Owned) is text, a list, or one value; [`DynValue::None`] empties the
/// place. A path leads into it: `title`, `samples[2..5]`, `pose.x`; writing a part replaces the whole value
/// by one with that part changed. A range without an end goes up to the last element that there is when
/// the path is resolved.
///
/// ```
/// use shm_core::{DynRegion, Region, SharedLayout};
///
/// #[derive(SharedLayout)]
/// #[repr(C)]
/// struct Station { temperature: f64, hits: u64, samples: [u32; 16] }
///
/// let name = format!("shm-doc-dynamic-{}", std::process::id());
/// let typed = Region::<Station>::create(&name)?; // some program
///
/// let station = DynRegion::open(&name)?; // another one, which has never heard of a `Station`
/// station.set("temperature", 21.5)?;
/// station.fetch_add("hits", 1)?;
/// station.set("samples[3]", 7)?;
/// assert_eq!((typed.temperature.get(), typed.hits.get(), typed.samples[3].get()), (21.5, 1, 7));
///
/// assert_eq!(station.get("samples[2..5]")?.to_string(), "[0, 7, 0]");
/// let error = station.set("samples[3]", -1).unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "`samples[3]`: -1 does not fit a `u32`, which holds 0 to 4294967295"
/// );
/// # typed.unlink()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct DynRegion<A: Access = ReadWrite> {
    inner: Arc<Inner>,
    access: PhantomData<A>,
}

struct Inner {
    mapped: Mapped,
    schema: Arc<Schema>,
    /// The mapping with the value, and the number of elements of the part whose length is known at run time.
    data: Arc<Mapping>,
    tail_len: u64,
    /// The object in the region's heap that this is; `None` for the region's own value.
    object: Option<Object>,
    /// Whether this handle was made to fill in what no other process can see yet.
    is_new: bool,
}

impl<A: Access> DynRegion<A> {
    /// Takes a mapping that is writable if `A` writes (I3).
    pub(crate) fn over(mapped: Mapped, schema: Arc<Schema>) -> Self {
        let data = Arc::clone(mapped.mapping());
        let tail_len = data.contents().tail_len() as u64;
        let inner = Arc::new(Inner { mapped, schema, data, tail_len, object: None, is_new: false });
        Self { inner, access: PhantomData }
    }

    /// The same, to be filled in before another process can see it.
    pub(super) fn to_be_filled(mapped: Mapped, schema: Arc<Schema>) -> Self {
        let (data, tail_len) =
            (Arc::clone(mapped.mapping()), mapped.mapping().contents().tail_len());
        let (tail_len, object, is_new) = (tail_len as u64, None, true);
        Self {
            inner: Arc::new(Inner { mapped, schema, data, tail_len, object, is_new }),
            access: PhantomData,
        }
    }

    /// Whether this handle was made to fill in what no other process can see yet.
    pub(super) fn is_being_created(&self) -> bool {
        self.inner.is_new
    }

    /// An object in the heap of the same region, of which the mapping is writable if `A` writes (I3).
    pub(super) fn with_object(&self, schema: Arc<Schema>, object: Object, is_new: bool) -> Self {
        let mapped = self.inner.mapped.clone();
        let (data, tail_len) = (Arc::clone(&object.mapping), object.len);
        let object = Some(object);
        let inner = Arc::new(Inner { mapped, schema, data, tail_len, object, is_new });
        Self { inner, access: PhantomData }
    }

    /// The object in the heap that this is, if it is one.
    pub(super) fn as_object(&self) -> Option<&Object> {
        self.inner.object.as_ref()
    }

    /// Where the value begins in the mapping's data.
    pub(super) fn start(&self) -> Start {
        let offset = self.as_object().map_or(0, |object| object.offset);
        let root = self.schema().root();
        // Notes take time; without these, nothing that is found by a path depends on them.
        let needs_notes = self.schema().has_guards() || self.schema().has_own_folds();
        Start::of(offset, if needs_notes { root } else { root.without_notes() })
    }

    /// The types of the region's contents, with their notes.
    #[must_use]
    pub fn schema(&self) -> &Schema {
        &self.inner.schema
    }

    /// The number of elements of the part whose length is known at run time, if there is such a part.
    #[must_use]
    #[allow(clippy::len_without_is_empty, reason = "most regions have no length at all")]
    pub fn len(&self) -> Option<usize> {
        let has_tail = self.schema().root().has_tail();
        has_tail.then(|| self.tail_len() as usize)
    }

    /// The path of the file, as it was opened; `None` for a region without a name.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        self.inner.mapped.path()
    }

    /// Returns whether this handle, or the one it was cloned from, created the region; of an
    /// [object](Self::object) in its heap, whether it made the object.
    #[must_use]
    pub fn created(&self) -> bool {
        self.as_object().map_or_else(|| self.inner.mapped.created(), |object| object.constructed)
    }

    /// Resolves a path, to read and write its value repeatedly.
    ///
    /// # Errors
    /// If the path leads nowhere: names the part that does, and what is there instead.
    ///
    /// ```
    /// # use shm_core::{DynRegion, Region, SharedLayout};
    /// # #[derive(SharedLayout)] #[repr(C)] struct Station { temperature: f64, hits: u64 }
    /// let name = format!("shm-doc-resolve-{}", std::process::id());
    /// # let station = Region::<Station>::create(&name)?;
    /// let error = DynRegion::open(&name)?.resolve("temprature").unwrap_err();
    /// assert_eq!(
    ///     error.to_string(),
    ///     "the whole value has no field `temprature`; it has `temperature`, `hits`"
    /// );
    /// # station.unlink()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn resolve(&self, path: impl AsRef<str>) -> Result<FieldPath<A>, DynError> {
        let (path, place) = (path.as_ref(), self.place(path.as_ref())?);
        Ok(FieldPath::new(self.clone(), path.parse()?, place))
    }

    pub(super) fn place(&self, path: &str) -> Result<Place, DynError> {
        let found = resolve::resolve(self.schema(), self, self.start(), path);
        found.or_else(|error| self.place_explained(path, error))
    }

    /// The error of a path with the names of types in it.
    #[cold]
    fn place_explained(&self, path: &str, error: DynError) -> Result<Place, DynError> {
        let root = self.schema().root();
        let names_types = matches!(
            error,
            DynError::NotAStruct { .. } | DynError::NotAnArray { .. } | DynError::NotAMap { .. }
        );
        if !names_types || !root.is_noted() {
            return Err(error);
        }
        let start = Start::of(self.start().offset, root);
        resolve::resolve(self.schema(), self, start, path)
    }

    /// Reads the value at a path; see [`FieldPath::get`].
    ///
    /// # Errors
    /// As [`DynRegion::resolve`] and [`FieldPath::get`].
    pub fn get(&self, path: impl AsRef<str>) -> Result<DynValue, DynError> {
        let path = path.as_ref();
        at_place::read(self, &self.place(path)?, path)
    }

    /// Writes the value at a path; see [`FieldPath::set`].
    ///
    /// # Errors
    /// As [`DynRegion::resolve`] and [`FieldPath::set`]; nothing is written then.
    pub fn set(&self, path: impl AsRef<str>, value: impl Into<DynValue>) -> Result<(), DynError>
    where
        A: CanWrite,
    {
        let (path, place) = (path.as_ref(), self.place(path.as_ref())?);
        at_place::expect_unguarded(self, &place, path)?;
        at_place::set(self, &place, path, &value.into(), None)
    }

    /// As [`DynRegion::set`], waiting for at most `timeout`; see [`FieldPath::set_timeout`].
    ///
    /// # Errors
    /// As [`DynRegion::resolve`] and [`FieldPath::set_timeout`].
    pub fn set_timeout(
        &self,
        path: impl AsRef<str>,
        value: impl Into<DynValue>,
        timeout: Duration,
    ) -> Result<(), DynError>
    where
        A: CanWrite,
    {
        self.resolve(path)?.set_timeout(value, timeout)
    }

    /// As [`DynRegion::set`], without waiting; see [`FieldPath::try_set`].
    ///
    /// # Errors
    /// As [`DynRegion::resolve`] and [`FieldPath::try_set`].
    pub fn try_set(&self, path: impl AsRef<str>, value: impl Into<DynValue>) -> Result<(), DynError>
    where
        A: CanWrite,
    {
        self.resolve(path)?.try_set(value)
    }

    /// Adds to the integer that a path names; see [`FieldPath::fetch_add`].
    ///
    /// # Errors
    /// As [`DynRegion::resolve`] and [`FieldPath::fetch_add`].
    pub fn fetch_add(
        &self,
        path: impl AsRef<str>,
        value: impl Into<DynValue>,
    ) -> Result<DynValue, DynError>
    where
        A: CanWrite,
    {
        let (path, place) = (path.as_ref(), self.place(path.as_ref())?);
        at_place::expect_unguarded(self, &place, path)?;
        at_place::fetch_add(self, &place, path, &value.into())
    }

    /// Every field, each before those inside it, in the order of the schema.
    #[must_use]
    pub fn fields(&self) -> Fields<'_> {
        Fields::of(self.schema())
    }

    /// Returns whether the name this region was opened by still means this region. `false` after a process
    /// unlinked or replaced it. Costs a system call.
    ///
    /// ```
    /// # use shm_core::{DynRegion, Region};
    /// let name = format!("shm-doc-dynamic-current-{}", std::process::id());
    /// let hits = Region::<u64>::create(&name)?;
    /// let reader = DynRegion::open_read_only(&name)?;
    /// assert!(reader.is_current());
    /// hits.unlink()?;
    /// assert!(!reader.is_current());
    /// # Ok::<(), shm_core::Error>(())
    /// ```
    #[must_use]
    pub fn is_current(&self) -> bool {
        let is_current = self.as_object().is_none_or(|object| object.hold.is_current());
        is_current && self.inner.mapped.is_current()
    }

    /// Removes the name, if it still means this region; see [`Region::unlink`](crate::Region::unlink).
    ///
    /// # Errors
    /// As [`Region::unlink`](crate::Region::unlink).
    pub fn unlink(&self) -> Result<(), Error> {
        self.inner.mapped.unlink()
    }

    /// Removes the name when the returned handle is dropped; see [`RemoveOnDrop`].
    pub fn remove_on_drop(self) -> RemoveOnDrop<Self> {
        RemoveOnDrop::new(self, Self::unlink)
    }

    /// Lets every child that the command starts inherit the region; see
    /// [`Region::pass_to`](crate::Region::pass_to).
    ///
    /// # Errors
    /// As [`Region::pass_to`](crate::Region::pass_to).
    pub fn pass_to(&self, command: &mut Command, name: &str) -> Result<(), Error> {
        self.inner.mapped.pass_to(command, name)
    }

    /// Returns the region's heap, if it was made with one; see [`Region::heap`](crate::Region::heap).
    #[must_use]
    pub fn heap(&self) -> Option<Heap<'_, A>> {
        self.inner.mapped.heap()
    }

    /// Returns of which region this is a mirror, if it is one; see [`Region::mirror`](crate::Region::mirror).
    #[must_use]
    pub fn mirror(&self) -> Option<Mirror> {
        self.whole().mirror().map(Mirror::of)
    }

    /// Makes this process the follower of a mirror: the only one that says what it is, until the keeper is dropped or the
    /// process ends. [`Mirror`] has an example.
    ///
    /// # Errors
    /// [`Error::NotAMirror`] if it was not made with
    /// [`options().mirror(true)`](crate::region::RegionOptions::mirror); [`Error::HasFollower`] if another process is its
    /// follower. (A second keeper of this process is not noticed.)
    pub fn keep_mirror(&self) -> Result<mirror::Keeper, Error>
    where
        A: CanWrite,
    {
        mirror::Keeper::of(self.inner.mapped.mapping())
    }

    /// Writes the region to its file now; see [`Region::flush`](crate::Region::flush).
    ///
    /// # Errors
    /// As [`Region::flush`](crate::Region::flush).
    pub fn flush(&self) -> Result<(), Error> {
        self.inner.mapped.flush()
    }

    /// The same region, for reading only. The mapping stays writable for other handles.
    #[must_use]
    pub fn read_only(&self) -> DynRegion<ReadOnly> {
        DynRegion { inner: Arc::clone(&self.inner), access: PhantomData }
    }

    /// The memory of the value: [`Type::size`] bytes of the schema's root, or as many as it has with its elements. For
    /// bindings that access fields by their offsets ([`Spot::offset`], [`Field::offset`]) in `unsafe` code of their own.
    ///
    /// The memory stays mapped for as long as a handle of the region exists, and other processes may change it at any
    /// time. So whoever uses the pointer accesses each field by an atomic of the field's own width, as the schema has
    /// it, and never makes a `&T` or `&mut T` of plain data there; writes nothing if the region was opened for reading
    /// only (that is SIGSEGV), nor to padding, nor to the parts of live types; and keeps to the locks. [`docs/safety.md`](https://docs.rs/crate/shm-core/latest/source/docs/safety.md)
    /// has the reasons.
    ///
    /// [`Spot::offset`]: super::Spot::offset
    /// [`Field::offset`]: crate::schema::Field::offset
    ///
    /// ```
    /// use std::sync::atomic::{AtomicU64, Ordering};
    /// use shm_core::{DynRegion, Region};
    ///
    /// let name = format!("shm-doc-data-{}", std::process::id());
    /// let numbers = Region::<[u64; 3]>::create_from(&name, &[5, 6, 7])?;
    /// let region = DynRegion::open(&name)?;
    /// let data = region.data();
    /// assert_eq!(data.len(), 24);
    /// let offset = region.spot("[2]")?.offset();
    /// // SAFETY: inside the data; a `u64` there, which is accessed as one atomic; `region` keeps it mapped.
    /// let last = unsafe { AtomicU64::from_ptr(data.cast::<u8>().add(offset).cast()) };
    /// assert_eq!(last.fetch_add(1, Ordering::AcqRel), 7);
    /// assert_eq!(numbers[2].get(), 8);
    /// # numbers.unlink()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn data(&self) -> *mut [u8] {
        let (root, start) = (self.schema().root(), self.start().offset);
        let size =
            if root.has_tail() { root.size_with(self.tail_len()) } else { Some(root.size()) };
        // It is mapped, so its size is that of a slice.
        let size = size.unwrap_or_default() as usize;
        let first = self.mapping().data().wrapping_add(start).cast_mut();
        std::ptr::slice_from_raw_parts_mut(first, size)
    }

    /// A descriptor of the region; see [`Region::as_fd`](crate::Region::as_fd).
    #[must_use]
    pub fn as_fd(&self) -> Option<BorrowedFd<'_>> {
        self.inner.mapped.as_fd()
    }

    /// What keeps the memory of the value as it is.
    pub(super) fn keeper(&self) -> Keeper {
        let Some(object) = self.as_object() else {
            return Keeper::Region(Arc::clone(&self.inner.data));
        };
        let data = self.data();
        let start = data.addr();
        Keeper::Object { _hold: object.hold.clone(), addresses: start..start + data.len() }
    }

    pub(crate) fn mapping(&self) -> &Mapping {
        &self.inner.data
    }

    /// The mapping of the region, whose objects may be in another one.
    pub(crate) fn whole(&self) -> &Mapping {
        self.inner.mapped.mapping()
    }

    pub(super) fn label(&self) -> &str {
        self.mapping().label()
    }

    pub(super) fn tail_len(&self) -> u64 {
        self.inner.tail_len
    }
}

impl<A: Access> Lengths for DynRegion<A> {
    fn tail(&self) -> u64 {
        self.tail_len()
    }

    fn kept(&self, kept: &Kept) -> u64 {
        Memory::<A>::of(self.mapping()).kept_len(kept)
    }

    fn key(&self, at: &str, ty: Type<'_>, text: &str) -> Result<Vec<u8>, DynError> {
        write::key(at, ty, text)
    }

    fn contents(&self, kept: &Kept) -> u64 {
        at_place::count_of_contents(self, kept)
    }
}

/// The path, and as much of the region's contents as fits into a few lines.
impl<A: Access> fmt::Debug for DynRegion<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.path().unwrap_or(Path::new(self.label()));
        write!(f, "DynRegion({name:?}: {})", Outline::of(self))
    }
}
