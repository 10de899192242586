//! Finding an object by its name, and making one that has no name yet.

use std::sync::Arc;

use super::hold::{Hold, Object, Objects, as_participant};
use super::zero::zero;
use super::{Heap, Named};
use crate::access::{Access, ReadWrite};
use crate::arena::Arena;
use crate::error::{Error, HeapError, LockError};
use crate::fault;
use crate::format::{self, Description, FormatError};
use crate::layout::Layout;
use crate::outcome::Outcome;
use crate::protocol::heap::NoBlock;
use crate::protocol::heap::objects::{MAX_NAME, Made, Naming, Phase, Shape};
use crate::registry::Overlaid;
use crate::root::{Root, View};
use crate::schema::{Room, Schema};

/// The number of times that an object is looked for, if it is removed each time before it is held.
pub(super) const ATTEMPTS: usize = 100;

const WITHOUT_A_HEAP: &str = "an object in a heap cannot have an `Owned` or a `Map` in it\nhelp: put these \
    into the region's own value";

/// An object of any type: its schema, the offset of its value from the start of the heap, and its length.
pub(crate) type Described = (Schema, usize, usize);

/// The type of an object, of which these are the bytes, with its notes.
pub(super) fn schema_of(object: &Object<'_>, bytes: &[u8]) -> Result<Schema, FormatError> {
    let mut schema = Schema::decode(bytes)?;
    // Without them, it means the same.
    schema.annotate(&object.notes());
    Ok(schema)
}

/// A search for the object of a name.
pub(super) struct Finder {
    home: Arc<dyn Objects>,
    name: Arc<str>,
}

impl Finder {
    pub(super) fn new<A: Access>(heap: &Heap<'_, A>, name: &str) -> Result<Self, Error> {
        if let Some(fault) = fault_of(name) {
            let (region, name) = (heap.ground.label().to_owned(), name.to_owned());
            return Err(Error::Heap { region, source: HeapError::BadName { name, fault } });
        }
        Ok(Self { home: heap.home.objects()?, name: name.into() })
    }

    /// The name of the object in error messages.
    fn label(&self) -> String {
        format!("{}@{}", self.home.ground().label(), self.name)
    }

    pub(super) fn fail(&self, source: HeapError) -> Error {
        Error::Heap { region: self.label(), source }
    }

    fn format(&self, source: FormatError) -> Error {
        Error::Format { region: self.label(), source }
    }

    fn arena(&self) -> Result<&Arena, Error> {
        self.home.ground().arena().ok_or_else(|| self.fail(HeapError::NoHeap))
    }

    /// Finds the object, and holds it if this process can write; `admit` decides whether it can be used.
    pub(super) fn locate<A: Access, R>(
        &self,
        admit: impl FnOnce(&Object<'_>) -> Result<R, Error>,
    ) -> Result<Option<(Hold, R)>, Error> {
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
            if let Some(hold) = hold {
                let admitted = admit(&object)?;
                return Ok(Some((hold, admitted)));
            }
        }
        Err(self.fail(LockError::Busy.into()))
    }

    /// Finds the object if it is a `T`, of this length.
    pub(super) fn find<T: Root + ?Sized, A: Access>(
        &self,
        len: Option<usize>,
    ) -> Result<Option<Named<T, A>>, Error> {
        const { assert!(!T::ROOT_LAYOUT.needs_heap(), "{}", WITHOUT_A_HEAP) };
        let found = self.locate::<A, _>(|object| self.admit::<T>(object, len))?;
        Ok(found.map(|(hold, (at, len))| Named::over(at, len, hold, false)))
    }

    /// Finds the object, whatever its type is, or as one of a type and a length that only the schema says.
    pub(super) fn find_any<A: Access>(
        &self,
        expected: Option<(&str, &Schema, Option<usize>)>,
    ) -> Result<Option<(Hold, Described)>, Error> {
        self.locate::<A, _>(|object| {
            // Read once: what is claimed is what was checked.
            let bytes = object.schema();
            let schema = schema_of(object, &bytes).map_err(|error| self.format(error))?;
            let root = schema.root();
            let size = root.size_with(if root.has_tail() { object.len } else { 0 });
            let fits = size.is_some_and(|size| size <= object.size)
                && (root.has_tail() || object.len == 0)
                && !schema.needs_heap()
                && object.value % u64::from(root.align()) == 0;
            let len = usize::try_from(object.len).ok().filter(|_| fits);
            let len = len.ok_or_else(|| self.nonsense(object))?;
            let ours = expected.map(|expected| self.compared(object, (&schema, len), expected));
            let ours = ours.transpose()?;
            let at = self.claim(object, &bytes).ok_or_else(|| self.nonsense(object))?;
            Ok((ours.unwrap_or(schema), self.offset_of(at), len))
        })
    }

    /// The schema that is expected of an object, if the object can be used as one of that.
    fn compared(
        &self,
        object: &Object<'_>,
        (found, len): (&Schema, usize),
        (name, ours, expected): (&str, &Schema, Option<usize>),
    ) -> Result<Schema, Error> {
        if found != ours {
            format::expect_schema(found, room(object), name, ours)
                .map_err(|error| self.format(error))?;
        }
        match expected {
            Some(expected) if ours.root().has_tail() && expected != len => {
                let (region, found, expected) = (self.label(), len as u64, expected as u64);
                Err(Error::LengthDiffers { region, found, expected })
            }
            _ => Ok(ours.clone()),
        }
    }

    /// The distance of a value from the start of the heap.
    pub(super) fn offset_of(&self, at: *mut u8) -> usize {
        at.addr() - self.home.base().addr()
    }

    fn nonsense(&self, object: &Object<'_>) -> Error {
        self.format(FormatError::DataLength { found: object.size, tail_len: object.len })
    }

    /// The address and the length of the value, if it is a `T`, of this length; from now on, this process
    /// accesses these bytes as such only.
    fn admit<T: Root + ?Sized>(
        &self,
        object: &Object<'_>,
        expected: Option<usize>,
    ) -> Result<(*mut u8, usize), Error> {
        // Read once: what is claimed is what was checked.
        let schema = object.schema();
        let ours = Description::of(T::ROOT_LAYOUT).map_err(|error| self.format(error))?;
        if schema != ours.schema {
            compare(object, &schema, T::ROOT_LAYOUT).map_err(|error| self.format(error))?;
        }
        let nonsense = || self.nonsense(object);
        let len = usize::try_from(object.len).map_err(|_| nonsense())?;
        let size = match T::TAIL {
            None if len == 0 => Some(T::ROOT_LAYOUT.size()),
            None => None,
            Some(tail) => tail.size_for(len),
        };
        if size.is_none_or(|size| size as u64 > object.size)
            || object.value % (T::ROOT_LAYOUT.align() as u64) != 0
        {
            return Err(nonsense());
        }
        if let Some(expected) = expected {
            if T::TAIL.is_some() && expected != len {
                let (region, found, expected) = (self.label(), object.len, expected as u64);
                return Err(Error::LengthDiffers { region, found, expected });
            }
        }
        let at = self.claim(object, &schema).ok_or_else(nonsense)?;
        self.show_as(object, at, T::ROOT_LAYOUT);
        Ok((at, len))
    }

    /// Lets errors about a value name it and its fields.
    fn show_as(&self, object: &Object<'_>, at: *mut u8, layout: &'static Layout) {
        let shown = Overlaid::new(at.addr(), object.size as usize, layout, self.label());
        self.home.claims().show_as(object.value, shown);
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
    pub(super) fn draft<T: Root + ?Sized, R: Outcome>(
        &self,
        len: usize,
        init: impl FnOnce(&View<T>) -> R,
    ) -> Result<Draft<'_>, R::Error> {
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
        let draft = self.take(&shape, Some(layout))?;
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

    /// Makes an object of a type that only its description has, without a name, full of zeros unless it is an old one.
    pub(super) fn draft_described(
        &self,
        description: &Description,
        schema: &Schema,
        len: usize,
    ) -> Result<Draft<'_>, Error> {
        let root = schema.root();
        if schema.needs_heap() {
            return Err(self.fail(HeapError::NotForObjects { type_name: root.to_string() }));
        }
        let size = if root.has_tail() { root.size_with(len as u64) } else { Some(root.size()) };
        let too_long = || Error::TooLong { type_name: root.to_string() };
        let size = size.and_then(|size| usize::try_from(size).ok()).ok_or_else(too_long)?;
        let shape = Shape {
            schema: &description.schema,
            notes: description.annotations.as_deref().unwrap_or_default(),
            size: size as u64,
            len: if root.has_tail() { len as u64 } else { 0 },
            align: root.align().into(),
        };
        self.take(&shape, None)
    }

    fn take(&self, shape: &Shape<'_>, shown: Option<&'static Layout>) -> Result<Draft<'_>, Error> {
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
        let claimed = object.and_then(|object| Some((self.claim(&object, shape.schema)?, object)));
        let nonsense = FormatError::DataLength { found: shape.size, tail_len: shape.len };
        let (at, object) = claimed.ok_or_else(|| self.format(nonsense))?;
        if let Some(layout) = shown {
            self.show_as(&object, at, layout);
        }
        draft.at = at;
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

fn compare(object: &Object<'_>, schema: &[u8], layout: &'static Layout) -> Result<(), FormatError> {
    let found = schema_of(object, schema)?;
    format::expect(&found, room(object), layout).map(drop)
}

/// The room that a type has in an object.
fn room(object: &Object<'_>) -> Room {
    let align = u32::try_from(object.align).unwrap_or(1);
    Room { bytes: object.size, align, participants: true, heap: false }
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
pub(super) struct Draft<'f> {
    finder: &'f Finder,
    page: usize,
    made: Made,
    at: *mut u8,
    len: usize,
    /// `None` once it has its name.
    hold: Option<Hold>,
}

impl Draft<'_> {
    /// Where its value is, and the number of its elements.
    pub(super) fn value(&self) -> (*mut u8, usize) {
        (self.at, self.len)
    }

    /// Whether its memory never was another object's.
    pub(super) fn is_new(&self) -> bool {
        self.made.is_new
    }

    /// A share in the object, for a handle that fills it in.
    pub(super) fn hold(&self) -> Option<Hold> {
        self.hold.clone()
    }

    /// Gives the object its name; gives the draft back if another one has it.
    pub(super) fn publish(mut self) -> Result<Result<Hold, Self>, Error> {
        let name = self.finder.name.as_bytes();
        let naming = as_participant(self.finder.home.ground(), |heap| {
            let object = heap.view().object(self.page).ok_or(HeapError::NoHeap)?;
            heap.name_object(&object, self.made, name).map_err(|_| LockError::Busy.into())
        });
        match (naming.map_err(|error| self.finder.fail(error))?, self.hold.take()) {
            (Naming::Done, Some(hold)) => {
                fault::point("named: named");
                Ok(Ok(hold))
            }
            (_, hold) => {
                self.hold = hold;
                Ok(Err(self))
            }
        }
    }
}

impl Drop for Draft<'_> {
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
