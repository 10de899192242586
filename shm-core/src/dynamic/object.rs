//! A named object in the heap of a region, by the names in its own schema.

use std::sync::Arc;

use super::memory::Memory;
use super::outcome::DynOutcome;
use super::region::DynRegion;
use super::zero;
use crate::access::{Access, ReadWrite};
use crate::error::{Error, HeapError, LockError};
use crate::heap::Hold;
use crate::layout::Role;
use crate::region::Mapping;
use crate::schema::{Schema, Type, TypeKind};
use shm_schema::describe::DynLayout;

/// An object, as a [`DynRegion`] has it.
pub(super) struct Object {
    /// The mapping in which objects are accessed.
    pub(super) mapping: Arc<Mapping>,
    /// Where the value begins in the mapping's data.
    pub(super) offset: usize,
    /// The number of elements of the part whose length is known at run time.
    pub(super) len: u64,
    pub(super) hold: Hold,
    /// Whether this handle, or the one it was cloned from, constructed it.
    pub(super) constructed: bool,
}

/// The number of times that an object is looked for, if another process makes and removes it meanwhile.
const ATTEMPTS: usize = 100;

impl<A: Access> DynRegion<A> {
    /// Finds the object of this name in the region's heap; `None` if there is none. It is read and written like a
    /// region, by the names in its schema; [`is_current`](Self::is_current) says whether the name still means it, and
    /// whatever concerns the file is about the region's.
    ///
    /// # Errors
    /// As [`Heap::find`](crate::heap::Heap::find).
    ///
    /// ```
    /// use shm_core::{DynRegion, Region, SharedLayout};
    ///
    /// #[derive(SharedLayout)]
    /// #[repr(C)]
    /// struct Counter { hits: u64, last: f64 }
    ///
    /// let name = format!("shm-doc-object-{}", std::process::id());
    /// let region = Region::<u64>::options().heap_max(1 << 20).create(&name)?;
    /// let typed = region.heap().expect("it was made with one").named::<Counter>("requests")?;
    ///
    /// let by_name = DynRegion::open(&name)?;
    /// let counter = by_name.object("requests")?.expect("it is there");
    /// counter.fetch_add("hits", 3)?;
    /// assert_eq!(typed.hits.get(), 3);
    /// assert_eq!(counter.get("")?.to_string(), "{ hits: 3, last: 0.0 }");
    /// # region.unlink()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn object(&self, name: &str) -> Result<Option<Self>, Error> {
        self.find_object(name, None)
    }

    /// As [`DynRegion::object`], as one with this layout: the program has the fields of its layout, under its own names,
    /// as in [`open_as`](crate::region::RegionOptions::open_as).
    ///
    /// # Errors
    /// As [`Heap::find`](crate::heap::Heap::find).
    ///
    /// ```
    /// use shm_core::{dynamic::DynLayout, DynRegion, Region};
    ///
    /// let name = format!("shm-doc-object-as-{}", std::process::id());
    /// let region = Region::<u64>::options().heap_max(1 << 20).create(&name)?;
    /// region.heap().expect("it was made with one").named_from("answer", &42_i32)?;
    ///
    /// let by_name = DynRegion::open(&name)?;
    /// let answer = by_name.object_as("answer", &DynLayout::of("i32")?)?.expect("it is there");
    /// assert_eq!(answer.get("")?.to_string(), "42");
    /// assert!(by_name.object_as("answer", &DynLayout::of("f64")?).is_err());
    /// # region.unlink()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn object_as(&self, name: &str, layout: &DynLayout) -> Result<Option<Self>, Error> {
        self.find_object(name, Some((layout.name(), layout.schema(), None)))
    }

    fn find_object(
        &self,
        name: &str,
        expected: Option<(&str, &Schema, Option<usize>)>,
    ) -> Result<Option<Self>, Error> {
        let Some(heap) = self.heap() else { return Ok(None) };
        let Some((hold, (schema, offset, len))) = heap.find_described(name, expected)? else {
            return Ok(None);
        };
        let Some(mapping) = self.whole().objects()? else { return Ok(None) };
        let (mapping, len) = (Arc::clone(mapping), len as u64);
        let object = Object { mapping, offset, len, hold, constructed: false };
        Ok(Some(self.with_object(Arc::new(schema), object, false)))
    }
}

impl DynRegion {
    /// Makes an object of this name in the region's heap, of `len` elements if its type ends in a slice, which `init`
    /// fills in before another process can find it; `None` if there is one already. See
    /// [`Heap::named_with`](crate::heap::Heap::named_with).
    ///
    /// # Errors
    /// As [`Heap::named_with`](crate::heap::Heap::named_with); if `init` fails, or leaves a field at zero that cannot be
    /// zero.
    ///
    /// ```
    /// use shm_core::{dynamic::DynLayout, DynRegion, Region};
    ///
    /// let name = format!("shm-doc-create-object-{}", std::process::id());
    /// let region = Region::<u64>::options().heap_max(1 << 20).create(&name)?;
    /// let by_name = DynRegion::open(&name)?;
    /// let layout = DynLayout::of("[f64]")?;
    /// let made = by_name.create_object("weights", &layout, 2, |weights| weights.set("[1]", 0.25))?;
    /// assert!(made.is_some());
    ///
    /// let heap = region.heap().expect("it was made with one");
    /// assert_eq!(heap.find::<[f64]>("weights")?.expect("it is there")[1].get(), 0.25);
    /// # region.unlink()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn create_object<R: DynOutcome>(
        &self,
        name: &str,
        layout: &DynLayout,
        len: usize,
        init: impl FnOnce(&Self) -> R,
    ) -> Result<Option<Self>, R::Error> {
        let (heap, mapping) = match (self.heap(), self.whole().objects()?) {
            (Some(heap), Some(mapping)) => (heap, Arc::clone(mapping)),
            _ => {
                let (region, source) = (self.label().to_owned(), HeapError::NoHeap);
                return Err(Error::Heap { region, source }.into());
            }
        };
        let schema = Arc::new(layout.schema().clone());
        let len = if schema.root().has_tail() { len } else { 0 };
        let object = |hold, offset, is_new| {
            let (mapping, schema) = (Arc::clone(&mapping), Arc::clone(&schema));
            let object = Object { mapping, offset, len: len as u64, hold, constructed: true };
            self.with_object(schema, object, is_new)
        };
        let fill = |hold, offset, is_zero: bool| -> Result<(), R::Error> {
            let object = object(hold, offset, true);
            if !is_zero {
                object.clear(object.schema().root(), offset);
            }
            init(&object).into_result(object.label())?;
            Ok(zero::check(&object).into_result(object.label())?)
        };
        let made = heap.construct(name, (layout.description(), &schema, len), fill)?;
        Ok(made.map(|(hold, offset)| object(hold, offset, false)))
    }

    /// Finds the object of this name, as one with this layout, or, if there is none, makes it, of `len` elements if its
    /// type ends in a slice; `init` fills in a new one before another process can find it. Of any number of processes that
    /// do this at once, exactly one makes it; see [`DynRegion::created`].
    ///
    /// # Errors
    /// As [`Heap::named_with`](crate::heap::Heap::named_with); [`Error::LengthDiffers`] if the object that has the name has
    /// another length.
    ///
    /// ```
    /// use shm_core::{dynamic::DynLayout, DynRegion, Region};
    ///
    /// let name = format!("shm-doc-named-object-{}", std::process::id());
    /// let region = Region::<u64>::options().heap_max(1 << 20).create(&name)?;
    /// let by_name = DynRegion::open(&name)?;
    /// let layout = DynLayout::builder("Counter").field("hits", "u64").field("last", "f64").build()?;
    /// let counter = by_name.named_object("requests", &layout, 0, |new| new.set("last", 0.5))?;
    /// counter.fetch_add("hits", 1)?;
    ///
    /// let found = by_name.named_object("requests", &layout, 0, |_| {})?; // usually in another process
    /// assert!(counter.created() && !found.created());
    /// assert_eq!(found.get("")?.to_string(), "{ hits: 1, last: 0.5 }");
    /// # region.unlink()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn named_object<R: DynOutcome>(
        &self,
        name: &str,
        layout: &DynLayout,
        len: usize,
        init: impl FnOnce(&Self) -> R,
    ) -> Result<Self, R::Error> {
        let (expected, mut init) = ((layout.name(), layout.schema(), Some(len)), Some(init));
        for _ in 0..ATTEMPTS {
            if let Some(found) = self.find_object(name, Some(expected))? {
                return Ok(found);
            }
            let Some(init) = init.take() else { break };
            if let Some(made) = self.create_object(name, layout, len, init)? {
                return Ok(made);
            }
        }
        let (region, source) = (format!("{}@{name}", self.label()), LockError::Busy.into());
        Err(Error::Heap { region, source }.into())
    }

    /// Stores zero into every word of a value at an offset, each at the width at which every process accesses it.
    fn clear(&self, ty: Type<'_>, offset: usize) {
        let memory = Memory::<ReadWrite>::of(self.mapping());
        let words = |offset: usize, size: u64, width: usize| {
            let ends = (offset..offset + size as usize).step_by(width.max(1));
            ends.for_each(|at| memory.store(at, width, 0));
        };
        let elements = |element: Type<'_>, count: u64| {
            (0..count)
                .for_each(|index| self.clear(element, offset + (index * element.size()) as usize));
        };
        match ty.kind() {
            TypeKind::Ordered { packed: true, .. } | TypeKind::CText { .. } => {
                words(offset, ty.size(), 1);
            }
            TypeKind::Array { element, len } => elements(element, len),
            TypeKind::Slice { element } => elements(element, self.tail_len()),
            TypeKind::Struct { fields } | TypeKind::Live { fields, .. } => {
                let moves_words =
                    matches!(ty.role(), Some(Role::Latest | Role::Ring | Role::Queue));
                for field in fields.iter() {
                    let at = offset + field.offset() as usize;
                    match moves_words && field.name() == "slots" {
                        true => words(at, field.ty().size(), 8),
                        false => self.clear(field.ty(), at),
                    }
                }
            }
            TypeKind::Marker => {}
            _ => words(offset, ty.size(), ty.size().min(8) as usize),
        }
    }
}
