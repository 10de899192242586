//! A named object in the heap of a region, by the names in its own schema.

use std::sync::Arc;

use super::region::DynRegion;
use crate::access::Access;
use crate::error::Error;
use crate::heap::Hold;
use crate::region::Mapping;

/// An object, as a [`DynRegion`] has it.
pub(super) struct Object {
    /// The mapping in which objects are accessed.
    pub(super) mapping: Arc<Mapping>,
    /// Where the value begins in the mapping's data.
    pub(super) offset: usize,
    /// The number of elements of the part whose length is known at run time.
    pub(super) len: u64,
    pub(super) hold: Hold,
}

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
        let Some(heap) = self.heap() else { return Ok(None) };
        let Some((hold, (schema, offset, len))) = heap.find_described(name)? else {
            return Ok(None);
        };
        let Some(mapping) = self.whole().objects()? else { return Ok(None) };
        let object = Object { mapping: Arc::clone(mapping), offset, len: len as u64, hold };
        Ok(Some(self.with_object(schema, object)))
    }
}
