//! Named objects: constructing, finding, listing and removing them.

use std::marker::PhantomData;
use std::sync::Arc;

use super::hold::{Hold, Object, Objects, as_participant};
use super::zero::zero;
use super::{Heap, Named};
use crate::access::{Access, CanWrite, ReadWrite};
use crate::arena::Arena;
use crate::error::{Error, HeapError, LockError};
use crate::fault;
use crate::format::{self, Description, FormatError};
use crate::outcome::Outcome;
use crate::placeable::Placeable;
use crate::protocol::heap::NoBlock;
use crate::protocol::heap::objects::{MAX_NAME, Made, Naming, Phase, Shape};
use crate::root::{Root, RootValue, TailRoot, View};
use crate::schema::{Room, Schema};
use crate::shared_layout::{SharedLayout, ValidZeroed};

/// The number of times that an object is looked for, if it is removed each time before it is held.
const ATTEMPTS: usize = 100;

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
/// A type with an [`Owned`](crate::Owned) or a [`Map`](crate::Map) in it cannot be one.
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
        Finder::<T>::new(self, name)?.find(None)
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
        let finder = Finder::<T>::new(self, name)?;
        let (mut draft, mut init) = (None, Some(init));
        for _ in 0..ATTEMPTS {
            if let Some(found) = finder.find::<ReadWrite>(Some(len))? {
                return Ok(found);
            }
            if let Some(init) = init.take() {
                draft = Some(finder.draft(len, init)?);
            }
            let Some(ready) = draft.take() else { break };
            match ready.publish()? {
                Ok(constructed) => return Ok(constructed),
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
        let schema = schema_of(object);
        let type_name = schema.as_ref().map_or("?".to_owned(), |schema| schema.root().to_string());
        let has_tail = schema.is_ok_and(|schema| schema.root().has_tail());
        Self { name, type_name, size: object.size, len: has_tail.then_some(object.len) }
    }
}

/// The type of an object, with its notes.
pub(crate) fn schema_of(object: &Object<'_>) -> Result<Schema, FormatError> {
    let mut schema = Schema::decode(&object.schema())?;
    // Without them, it means the same.
    schema.annotate(&object.notes());
    Ok(schema)
}

/// A search for the object of a name, by its type.
struct Finder<T: ?Sized> {
    home: Arc<dyn Objects>,
    name: Arc<str>,
    of: PhantomData<T>,
}

impl<T: Root + ?Sized> Finder<T> {
    fn new<A: Access>(heap: &Heap<'_, A>, name: &str) -> Result<Self, Error> {
        const {
            assert!(
                !T::ROOT_LAYOUT.needs_heap(),
                "an object in a heap cannot have an `Owned` or a `Map` in it\nhelp: put these into the region's own value"
            );
        }
        if let Some(fault) = fault_of(name) {
            let (region, name) = (heap.ground.label().to_owned(), name.to_owned());
            return Err(Error::Heap { region, source: HeapError::BadName { name, fault } });
        }
        Ok(Self { home: heap.home.objects()?, name: name.into(), of: PhantomData })
    }

    /// The name of the object in error messages.
    fn label(&self) -> String {
        format!("{}@{}", self.home.ground().label(), self.name)
    }

    fn fail(&self, source: HeapError) -> Error {
        Error::Heap { region: self.label(), source }
    }

    fn format(&self, source: FormatError) -> Error {
        Error::Format { region: self.label(), source }
    }

    fn arena(&self) -> Result<&Arena, Error> {
        self.home.ground().arena().ok_or_else(|| self.fail(HeapError::NoHeap))
    }

    /// Finds the object, and holds it if this process can write.
    fn find<A: Access>(&self, len: Option<usize>) -> Result<Option<Named<T, A>>, Error> {
        for _ in 0..ATTEMPTS {
            let Some((object, generation)) = self.arena()?.view().find_object(self.name.as_bytes())
            else {
                return Ok(None);
            };
            let place = (object.page, generation);
            let hold = if A::WRITABLE {
                Hold::of(&self.home, &self.name, place, &[Phase::Named])
                    .map_err(|error| self.fail(error))?
            } else {
                let (home, name) = (Arc::clone(&self.home), Arc::clone(&self.name));
                Some(Hold::of_reader(home, name, place))
            };
            let Some(hold) = hold else { continue };
            let (at, len) = self.admit(&object, len)?;
            return Ok(Some(Named::over(at, len, hold, false)));
        }
        Err(self.fail(LockError::Busy.into()))
    }

    /// The address and the length of the value, if it is a `T`, of this length; from now on, this process
    /// accesses these bytes as such only.
    fn admit(
        &self,
        object: &Object<'_>,
        expected: Option<usize>,
    ) -> Result<(*mut u8, usize), Error> {
        let schema = object.schema();
        let ours = Description::of(T::ROOT_LAYOUT).map_err(|error| self.format(error))?;
        if schema != ours.schema {
            self.compare(object).map_err(|error| self.format(error))?;
        }
        let nonsense = || {
            let (found, tail_len) = (object.size, object.len);
            self.format(FormatError::DataLength { found, tail_len })
        };
        let len = usize::try_from(object.len).map_err(|_| nonsense())?;
        let size = match T::TAIL {
            None if len == 0 => Some(T::ROOT_LAYOUT.size()),
            None => None,
            Some(tail) => tail.size_for(len),
        };
        if size.is_none_or(|size| size as u64 > object.size)
            || !object.value.is_multiple_of(T::ROOT_LAYOUT.align() as u64)
        {
            return Err(nonsense());
        }
        if let Some(expected) = expected
            && T::TAIL.is_some()
            && expected != len
        {
            let (region, found, expected) = (self.label(), object.len, expected as u64);
            return Err(Error::LengthDiffers { region, found, expected });
        }
        Ok((self.claim(object, &schema).ok_or_else(nonsense)?, len))
    }

    fn compare(&self, object: &Object<'_>) -> Result<(), FormatError> {
        let found = schema_of(object)?;
        let align = u32::try_from(object.align).unwrap_or(1);
        let room = Room { bytes: object.size, align, participants: true, heap: false };
        format::expect(&found, room, T::ROOT_LAYOUT).map(drop)
    }

    /// The address of an object's value, which this process accesses as one of that schema only.
    fn claim(&self, object: &Object<'_>, schema: &[u8]) -> Option<*mut u8> {
        let start = self.home.ground().arena()?.view().section().at();
        let bytes = object.value..object.value + object.size;
        // An object lies inside the section.
        let at = self.home.base().wrapping_add((object.value - start) as usize);
        self.home.claims().claim(bytes, object.len, schema).then_some(at)
    }

    /// Makes an object without a name, with a first value.
    fn draft<R: Outcome>(
        &self,
        len: usize,
        init: impl FnOnce(&View<T>) -> R,
    ) -> Result<Draft<'_, T>, R::Error> {
        let layout = T::ROOT_LAYOUT;
        let description = Description::of(layout).map_err(|error| self.format(error))?;
        let size = T::TAIL.map_or(Some(layout.size()), |tail| tail.size_for(len));
        let type_name = || layout.name().to_owned();
        let size = size.ok_or_else(|| Error::TooLong { type_name: type_name() })?;
        let shape = Shape {
            schema: &description.schema,
            notes: description.annotations.as_deref().unwrap_or_default(),
            size: size as u64,
            len: len as u64,
            align: layout.align() as u64,
        };
        let draft = self.take(&shape)?;
        fault::point("named: made, not filled in");
        if !draft.made.is_new {
            // SAFETY: a `T` of this length, in a writable mapping (I2, I3), which this process (I16) and every
            // other one accesses as one only: it was one before.
            unsafe { zero(layout, draft.at, len) };
        }
        // SAFETY: as above; views are made of atomics (I1).
        let view = unsafe { &*T::view_ptr::<ReadWrite>(draft.at, len) };
        init(view).into_result(&self.label())?;
        fault::point("named: filled in, without its name");
        Ok(draft)
    }

    fn take(&self, shape: &Shape<'_>) -> Result<Draft<'_, T>, Error> {
        let (page, made) = as_participant(self.home.ground(), |heap| {
            let taken = heap.take_object(shape);
            taken.map(|(object, made)| (object.page, made)).map_err(|error| self.full(shape, error))
        })
        .map_err(|error| self.fail(error))?;
        let (home, name) = (Arc::clone(&self.home), Arc::clone(&self.name));
        let hold = Hold::counted(home, name, (page, made.generation));
        let len = shape.len as usize;
        let mut draft =
            Draft { finder: self, page, made, at: std::ptr::null_mut(), len, hold: Some(hold) };
        let object = self.arena()?.view().object(page);
        let at = object.and_then(|object| self.claim(&object, shape.schema));
        let nonsense = FormatError::DataLength { found: shape.size, tail_len: shape.len };
        draft.at = at.ok_or_else(|| self.format(nonsense))?;
        Ok(draft)
    }

    fn full(&self, shape: &Shape<'_>, error: NoBlock) -> HeapError {
        match error {
            NoBlock::TooLong { limit } => HeapError::TooLong { len: shape.size, limit },
            NoBlock::Contended => LockError::Busy.into(),
            NoBlock::Full => {
                let (region, needed) = (self.home.ground().label().to_owned(), shape.size as usize);
                let shortage = self.home.ground().arena().and_then(Arena::take_shortage);
                let cause = match shortage {
                    Some(error) => format!("the heap could not grow: {error}"),
                    None => "too few of its pages were never used".to_owned(),
                };
                HeapError::Full { region, needed, cause }
            }
        }
    }
}

/// The fault of a name that no object can have.
fn fault_of(name: &str) -> Option<&'static str> {
    match name.as_bytes() {
        [] => Some("it is empty"),
        bytes if bytes.len() > MAX_NAME => Some("it is longer than 255 bytes"),
        bytes if bytes.contains(&0) => Some("it holds a NUL byte"),
        bytes if bytes.contains(&b'/') => Some("it holds a slash"),
        bytes if bytes.contains(&b'@') => Some("it holds an `@`"),
        _ => None,
    }
}

/// An object that is complete but for its name. It is given up when this is dropped.
struct Draft<'f, T: Root + ?Sized> {
    finder: &'f Finder<T>,
    page: usize,
    made: Made,
    at: *mut u8,
    len: usize,
    /// `None` once it has its name.
    hold: Option<Hold>,
}

impl<T: Root + ?Sized> Draft<'_, T> {
    /// Gives the object its name; gives the draft back if another one has it.
    fn publish(mut self) -> Result<Result<Named<T>, Self>, Error> {
        let name = self.finder.name.as_bytes();
        let naming = as_participant(self.finder.home.ground(), |heap| {
            let object = heap.view().object(self.page).ok_or(HeapError::NoHeap)?;
            heap.name_object(&object, self.made, name).map_err(|_| LockError::Busy.into())
        });
        match (naming.map_err(|error| self.finder.fail(error))?, self.hold.take()) {
            (Naming::Done, Some(hold)) => {
                fault::point("named: named");
                Ok(Ok(Named::over(self.at, self.len, hold, true)))
            }
            (_, hold) => {
                self.hold = hold;
                Ok(Err(self))
            }
        }
    }
}

impl<T: Root + ?Sized> Drop for Draft<'_, T> {
    fn drop(&mut self) {
        if self.hold.take().is_none() {
            return;
        }
        // If this fails, the object is free once this process is gone.
        let _ = as_participant(self.finder.home.ground(), |heap| {
            if let Some(object) = heap.view().object(self.page) {
                heap.give_up_object(&object, self.made);
            }
            Ok(())
        });
    }
}
