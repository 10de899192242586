//! Named objects: constructing, finding, listing and removing them.

use super::finder::{ATTEMPTS, Described, Finder, schema_of};
use super::hold::{Hold, Object, as_participant};
use super::{Heap, Named};
use crate::access::{Access, CanWrite, ReadWrite};
use crate::error::{Error, LockError};
use crate::fault;
use crate::format::Description;
use crate::outcome::Outcome;
use crate::placeable::Placeable;
use crate::root::{Root, RootValue, TailRoot, View};
use crate::schema::Schema;
use crate::shared_layout::{SharedLayout, ValidZeroed};
use shm_schema::fields::DynField;

/// A named object in a heap, as [`Heap::objects`] lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct NamedObject {
    /// Its name.
    pub name: String,
    /// Its type.
    pub type_name: String,
    /// Its size in bytes.
    pub size: u64,
    /// The number of elements, if its type has a part whose length is known at run time.
    pub len: Option<u64>,
}

/// Named objects: values in the heap that have a name and are accessed in place. What
/// `multiprocessing.Value` and `Array` are, made at run time and found by name.
///
/// A type with an [`Owned`](crate::Owned) or a [`Map`](crate::Map) in it cannot be one:
///
/// ```compile_fail,E0080
/// use shm_core::{Owned, Region};
///
/// let region = Region::<u64>::options().heap_max(1 << 20).private().unwrap();
/// let title = region.heap().unwrap().named::<Owned<str>>("title"); // a field of the region's own struct can be
/// ```
impl<A: Access> Heap<'_, A> {
    /// Finds the object of this name or, if there is none, constructs it full of zeros. Of any number of
    /// processes that do this at once, exactly one constructs it; see [`Named::constructed`].
    ///
    /// The type is compared as a region's is when it is opened.
    ///
    /// # Errors
    /// [`Error::Format`] with both layouts, if an object of another type has the name; [`Error::Heap`] if the
    /// heap has no room, the name is invalid, or this process cannot take part in the region.
    ///
    /// ```
    /// use shm_core::{Region, SharedLayout};
    ///
    /// #[derive(SharedLayout)]
    /// #[repr(C)]
    /// struct Counter { hits: u64, last: f64 }
    ///
    /// let name = format!("shm-doc-named-{}", std::process::id());
    /// let region = Region::<u64>::options().heap_max(1 << 20).create(&name)?;
    /// let heap = region.heap().expect("it was made with one");
    /// let counter = heap.named::<Counter>("requests")?;
    /// counter.hits.fetch_add(1);
    ///
    /// // Another process needs nothing but the names.
    /// let region = Region::<u64>::open(&name)?;
    /// let counter = region.heap().expect("it has one").named::<Counter>("requests")?;
    /// assert_eq!(counter.hits.get(), 1);
    /// # region.unlink()?;
    /// # Ok::<(), shm_core::Error>(())
    /// ```
    pub fn named<T>(&self, name: &str) -> Result<Named<T>, Error>
    where
        A: CanWrite,
        T: SharedLayout + Placeable + ValidZeroed,
    {
        self.obtain(name, 0, |_| {})
    }

    /// As [`Heap::named`]; if there is no such object, `init` fills in the new one, which is full of zeros,
    /// before another process can find it. If `init` fails or panics, or the process dies, nothing has the name.
    ///
    /// # Errors
    /// As [`Heap::named`], and the error of `init`.
    ///
    /// ```
    /// # use shm_core::Region;
    /// # let region = Region::<u64>::options().heap_max(1 << 20).private()?;
    /// # let heap = region.heap().expect("it was made with one");
    /// let limit = heap.named_with::<f64, _>("limit", |limit| limit.set(0.5))?;
    /// assert_eq!(limit.get(), 0.5);
    /// # Ok::<(), shm_core::Error>(())
    /// ```
    pub fn named_with<T, R>(
        &self,
        name: &str,
        init: impl FnOnce(&View<T>) -> R,
    ) -> Result<Named<T>, R::Error>
    where
        A: CanWrite,
        T: SharedLayout + Placeable,
        R: Outcome,
    {
        self.obtain(name, 0, init)
    }

    /// As [`Heap::named`], for a slice, or a struct that ends in one, of `len` elements.
    ///
    /// # Errors
    /// As [`Heap::named`]; [`Error::LengthDiffers`] if the object that has the name has another length.
    ///
    /// ```
    /// # use shm_core::Region;
    /// # let region = Region::<u64>::options().heap_max(1 << 20).private()?;
    /// # let heap = region.heap().expect("it was made with one");
    /// let samples = heap.named_slice::<[f64]>("samples", 1000)?;
    /// samples[999].set(1.0);
    /// assert_eq!(heap.find::<[f64]>("samples")?.expect("it is there").len(), 1000);
    /// # Ok::<(), shm_core::Error>(())
    /// ```
    pub fn named_slice<T>(&self, name: &str, len: usize) -> Result<Named<T>, Error>
    where
        A: CanWrite,
        T: TailRoot + Placeable + ValidZeroed + ?Sized,
    {
        self.obtain(name, len, |_| {})
    }

    /// As [`Heap::named`], with a first value: a plain one, or a slice of them. An object that is found keeps its
    /// value.
    ///
    /// # Errors
    /// As [`Heap::named_slice`].
    ///
    /// ```
    /// # use shm_core::Region;
    /// # let region = Region::<u64>::options().heap_max(1 << 20).private()?;
    /// # let heap = region.heap().expect("it was made with one");
    /// let answer = heap.named_from("answer", &42_i32)?;
    /// let weights = heap.named_from::<[f64]>("weights", &[0.5, 0.25])?;
    /// assert_eq!((answer.get(), weights[1].get()), (42, 0.25));
    /// # Ok::<(), shm_core::Error>(())
    /// ```
    pub fn named_from<T>(&self, name: &str, value: &T) -> Result<Named<T>, Error>
    where
        A: CanWrite,
        T: RootValue + Placeable + ?Sized,
    {
        self.obtain(name, value.tail_len(), |view| T::store_root(view, value))
    }

    /// Finds the object of this name, of any length; `None` if there is none. Works through read-only regions.
    ///
    /// # Errors
    /// As [`Heap::named`].
    ///
    /// ```
    /// # use shm_core::Region;
    /// # let name = format!("shm-doc-find-{}", std::process::id());
    /// # let region = Region::<u64>::options().heap_max(1 << 20).create(&name)?;
    /// region.heap().expect("it was made with one").named_from("answer", &42_i32)?;
    /// let reader = Region::<u64>::open_read_only(&name)?;
    /// let heap = reader.heap().expect("it has one");
    /// assert_eq!(heap.find::<i32>("answer")?.map(|answer| answer.get()), Some(42));
    /// assert!(heap.find::<i32>("question")?.is_none());
    /// assert!(heap.find::<f64>("answer").is_err());
    /// # region.unlink()?;
    /// # Ok::<(), shm_core::Error>(())
    /// ```
    pub fn find<T: Root + ?Sized>(&self, name: &str) -> Result<Option<Named<T, A>>, Error> {
        Finder::new(self, name)?.find(None)
    }

    /// Removes a name. Returns whether an object had it. The object stays as it is for the processes that hold
    /// it; when there are none left, its memory can become another object of the same type and length. An
    /// object that gets the name later is a new one.
    ///
    /// # Errors
    /// [`Error::Heap`] if this process cannot take part in the region.
    pub fn remove(&self, name: &str) -> Result<bool, Error>
    where
        A: CanWrite,
    {
        let removed = as_participant(self.ground, |heap| {
            fault::point("named: about to remove");
            heap.remove_object(name.as_bytes()).map_err(|_| LockError::Busy.into())
        });
        removed.map_err(|source| Error::Heap { region: self.ground.label().to_owned(), source })
    }

    /// Lists the objects that have a name, the newest memory first. [`HeapState`](crate::inspect::HeapState)
    /// also lists the processes that hold each.
    ///
    /// ```
    /// # use shm_core::Region;
    /// # let region = Region::<u64>::options().heap_max(1 << 20).private()?;
    /// # let heap = region.heap().expect("it was made with one");
    /// heap.named_from::<[u16]>("ports", &[80, 443])?;
    /// let [ports] = &heap.objects()[..] else { panic!("there is one") };
    /// assert_eq!((&*ports.name, &*ports.type_name, ports.len), ("ports", "[u16]", Some(2)));
    /// # Ok::<(), shm_core::Error>(())
    /// ```
    #[must_use]
    pub fn objects(&self) -> Vec<NamedObject> {
        let Some(arena) = self.ground.arena() else { return Vec::new() };
        let named = |object: Object<'_>| {
            let (name, generation) = object.name()?;
            let listed = NamedObject::of(&object, &name);
            object.is_named(generation).then_some(listed)
        };
        arena.view().objects().filter_map(named).collect()
    }

    /// As [`Heap::find`], whatever the type is, or as one of the `expected` name, schema and length. From now on, this
    /// process accesses the bytes of the value by its schema only.
    pub(crate) fn find_described(
        &self,
        name: &str,
        expected: Option<(&str, &Schema, Option<usize>)>,
    ) -> Result<Option<(Hold, Described)>, Error> {
        Finder::new(self, name)?.find_any::<A>(expected)
    }

    /// Makes an object of a type that only its description has, if none has the name; `init` gets its share, the
    /// offset of its value from the start of the heap, and whether that is full of zeros. `None` if one has the name.
    pub(crate) fn construct<E: From<Error>>(
        &self,
        name: &str,
        (description, schema, len): (&Description, &Schema, usize),
        init: impl FnOnce(Hold, usize, bool) -> Result<(), E>,
    ) -> Result<Option<(Hold, usize)>, E>
    where
        A: CanWrite,
    {
        let finder = Finder::new(self, name)?;
        if finder.find_any::<A>(None)?.is_some() {
            return Ok(None);
        }
        let draft = finder.draft_described(description, schema, len)?;
        let offset = finder.offset_of(draft.value().0);
        if let Some(hold) = draft.hold() {
            init(hold, offset, draft.is_new())?;
        }
        Ok(draft.publish()?.ok().map(|hold| (hold, offset)))
    }

    fn obtain<T, R>(
        &self,
        name: &str,
        len: usize,
        init: impl FnOnce(&View<T>) -> R,
    ) -> Result<Named<T>, R::Error>
    where
        A: CanWrite,
        T: Root + ?Sized,
        R: Outcome,
    {
        let finder = Finder::new(self, name)?;
        let (mut draft, mut init) = (None, Some(init));
        for _ in 0..ATTEMPTS {
            if let Some(found) = finder.find::<T, ReadWrite>(Some(len))? {
                return Ok(found);
            }
            if let Some(init) = init.take() {
                draft = Some(finder.draft::<T, R>(len, init)?);
            }
            let Some(ready) = draft.take() else { break };
            let (at, len) = ready.value();
            match ready.publish()? {
                Ok(hold) => return Ok(Named::over(at, len, hold, true)),
                // Another process was faster: use its object, unless that is gone by now.
                Err(taken) => draft = Some(taken),
            }
        }
        Err(finder.fail(LockError::Busy.into()).into())
    }
}

impl NamedObject {
    pub(crate) fn of(object: &Object<'_>, name: &[u8]) -> Self {
        let name = String::from_utf8_lossy(name).into_owned();
        let schema = schema_of(object, &object.schema());
        let named = |schema: &Schema| DynField::root(schema).type_name();
        let type_name = schema.as_ref().map_or("?".to_owned(), named);
        let has_tail = schema.is_ok_and(|schema| schema.root().has_tail());
        Self { name, type_name, size: object.size, len: has_tail.then_some(object.len) }
    }
}
