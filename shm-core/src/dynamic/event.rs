//! What waiters of a value wait for, by its name.

use std::ptr::NonNull;

use super::memory::Memory;
use super::region::DynRegion;
use crate::access::Access;
use crate::error::DynError;
use crate::layout::Role;
use crate::region::Projected;
use crate::sync::EventView;

impl<A: Access> DynRegion<A> {
    /// Finds the event by which a change of the value at a path can be waited for: the [`Event`](crate::Event) that the
    /// path names; that of the innermost [`Watched`](crate::Watched) around the value, which counts each time the value
    /// is set; that of a [`Ring`](crate::Ring), which counts each push. The handle keeps the region mapped, and does what
    /// a view of an event does: tickets, waits, notifications, [`EventView::arm`], and with the feature `async` futures
    /// and descriptors.
    ///
    /// # Errors
    /// As [`DynRegion::resolve`]; [`DynError::Unreadable`] if nothing there can be waited for.
    ///
    /// ```
    /// use std::time::Duration;
    /// use shm_core::{DynRegion, Region, Watched};
    ///
    /// let name = format!("shm-doc-event-of-{}", std::process::id());
    /// let level = Region::<Watched<u32>>::create(&name)?;
    ///
    /// let region = DynRegion::open(&name)?;
    /// let changes = region.event_of("")?;
    /// let ticket = changes.ticket(); // before a look at the value
    /// assert_eq!(region.get("")?.to_string(), "0");
    /// level.set(3); // some process, at any time
    /// assert!(changes.wait_timeout(ticket, Duration::from_secs(60)));
    /// assert_eq!(region.get("")?.to_string(), "3");
    /// # level.unlink()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn event_of(&self, path: impl AsRef<str>) -> Result<Projected<EventView<A>>, DynError> {
        let (path, place) = (path.as_ref(), self.place(path.as_ref())?);
        let ty = self.schema().at(place.ty);
        let is_event = ty.role() == Some(Role::Event) && place.runs.is_empty();
        let is_copy = place.latest.is_some() || place.kept.is_some();
        let event = if is_event && !is_copy { Some(&place.offset) } else { place.watched.last() };
        let Some(event) = event.filter(|_| place.apart.is_none()) else {
            let (field, found) = (path.to_owned(), ty.to_string());
            let fault =
                "neither an `Event` nor in a `Watched` or `Ring`, whose changes are waited for";
            return Err(DynError::Unreadable { field, found, fault });
        };
        let view = Memory::<A>::of(self.mapping()).event(*event);
        Ok(Projected::new(NonNull::from(view), self.keeper()))
    }
}
