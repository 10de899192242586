//! Pushing by name.

use std::time::{Duration, Instant};

use super::at_place;
use super::field_path::FieldPath;
use super::guard::ONE_ELEMENT;
use super::memory::Memory;
use super::queue::Named;
use super::region::DynRegion;
use super::resolve::{Place, Versions};
use super::value::DynValue;
use super::write;
use crate::access::{Access, CanWrite};
use crate::error::DynError;
use crate::path::Path;
use crate::sys::clock::deadline;

impl<A: CanWrite> DynRegion<A> {
    /// Pushes a value to the `Queue` or the `Ring` that a path names, and wakes those that wait for one.
    /// Waits while another process pushes, but not for room in a queue. A struct is given whole, with all of
    /// its fields.
    ///
    /// # Errors
    /// [`DynError::Full`] if there is no room in a queue; as [`DynRegion::resolve`] and [`FieldPath::push`]
    /// otherwise. Nothing is pushed then.
    ///
    /// ```
    /// use shm_core::{DynRegion, Queue, Region};
    ///
    /// let name = format!("shm-doc-dynamic-push-queue-{}", std::process::id());
    /// let jobs = Region::<Queue<u32, 8>>::create(&name)?;
    /// let by_name = DynRegion::open(&name)?;
    /// by_name.push("", 7)?;
    /// assert_eq!(by_name.get("")?.to_string(), "{ len: 1, capacity: 8 }");
    /// assert_eq!(jobs.pop()?, Some(7));
    /// assert_eq!(by_name.pop("")?, None);
    /// # jobs.unlink()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// A `Ring`:
    ///
    /// ```
    /// use shm_core::dynamic::DynValue;
    /// use shm_core::{DynRegion, Region, Ring, SharedLayout};
    ///
    /// #[derive(SharedLayout, Clone, Copy, Debug, PartialEq)]
    /// #[repr(C)]
    /// struct Event { device: u32, code: u32 }
    /// #[derive(SharedLayout)]
    /// #[repr(C)]
    /// struct Board { events: Ring<Event, 64> }
    ///
    /// let name = format!("shm-doc-dynamic-push-{}", std::process::id());
    /// let typed = Region::<Board>::create(&name)?;
    /// let mut seen = typed.events.follow();
    ///
    /// let board = DynRegion::open(&name)?;
    /// let codes = board.resolve("events.code")?.follow()?;
    /// let event = DynValue::Struct(vec![("device".into(), 7.into()), ("code".into(), 1.into())]);
    /// board.push("events", event)?;
    /// assert_eq!(seen.next().transpose()?, Some(Event { device: 7, code: 1 }));
    /// for code in codes {
    ///     assert_eq!(code?.to_string(), "1");
    /// }
    /// # typed.unlink()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn push(&self, path: impl AsRef<str>, item: impl Into<DynValue>) -> Result<(), DynError> {
        match Named::find(self, path.as_ref())? {
            Ok(queue) => queue.push(&item.into()),
            Err(_) => self.resolve(path)?.push(item),
        }
    }

    /// As [`DynRegion::push`], waiting at most for `timeout`, also for room in a queue.
    ///
    /// # Errors
    /// As [`DynRegion::push`], and as [`FieldPath::push_timeout`].
    pub fn push_timeout(
        &self,
        path: impl AsRef<str>,
        item: impl Into<DynValue>,
        timeout: Duration,
    ) -> Result<(), DynError> {
        match Named::find(self, path.as_ref())? {
            Ok(queue) => queue.push_timeout(&item.into(), timeout),
            Err(_) => self.resolve(path)?.push_timeout(item, timeout),
        }
    }
}

impl<A: CanWrite> FieldPath<A> {
    /// Pushes an item to the `Ring` that this is the path of, and wakes readers that wait for one. Waits
    /// while another writer pushes, and for no reader.
    ///
    /// # Errors
    /// If the value is not one of the ring's items, the path is not that of one ring, or a lock guards it;
    /// nothing is pushed then.
    pub fn push(&self, item: impl Into<DynValue>) -> Result<(), DynError> {
        self.push_until(&item.into(), None)
    }

    /// As [`FieldPath::push`], waiting at most for `timeout`.
    ///
    /// # Errors
    /// [`LockError::Busy`](crate::LockError::Busy) in a [`DynError::Lock`] if another process is the writer
    /// all the time; as [`FieldPath::push`] otherwise.
    pub fn push_timeout(
        &self,
        item: impl Into<DynValue>,
        timeout: Duration,
    ) -> Result<(), DynError> {
        self.push_until(&item.into(), deadline(timeout))
    }

    fn push_until(&self, item: &DynValue, deadline: Option<Instant>) -> Result<(), DynError> {
        at_place::expect_unguarded(self.region(), self.place(), self.path().as_str())?;
        push(self.region(), self.place(), self.path(), item, deadline)
    }
}

/// Pushes an item at a place that no lock guards, or whose locks are held.
pub(super) fn push<A: CanWrite>(
    region: &DynRegion<A>,
    place: &Place,
    path: &Path,
    item: &DynValue,
    deadline: Option<Instant>,
) -> Result<(), DynError> {
    let stream = whole(place, path)?;
    let memory = Memory::<A>::of(region.mapping());
    write::push(memory, region.schema(), (place, stream), path.as_str(), item, deadline)
}

/// The ring of which a place is the whole newest item.
fn whole(place: &Place, path: &Path) -> Result<Versions, DynError> {
    let (fault, help) = match place.stream() {
        Some(stream) if place.ty.index() == stream.ty && place.runs.is_empty() => {
            return Ok(stream);
        }
        Some(stream) if stream.outer == 0 => {
            ("it is a part of an item, and items are pushed whole", Some("name the ring"))
        }
        _ if !place.runs.is_empty() => {
            ("there are several, and a value is pushed to one of them", Some(ONE_ELEMENT))
        }
        _ => ("it is not a `Queue` or `Ring`, to which values can be pushed", None),
    };
    Err(DynError::NotWritable { field: path.to_string(), fault: fault.to_owned(), help })
}

impl<A: Access> FieldPath<A> {
    /// Checks whether [`FieldPath::push`] could push the value, apart from locks. Nothing is pushed.
    ///
    /// # Errors
    /// If the value is not one of the ring's items, or the path is not that of one ring.
    pub fn check_push(&self, item: &DynValue) -> Result<(), DynError> {
        whole(self.place(), self.path())?;
        write::check_push(self.schema(), self.place(), self.path().as_str(), item)
    }
}
