//! [`DynFollower`]: a reader's own place in a `Ring`, by name.

use std::time::{Duration, Instant};

use super::at_place;
use super::field_path::FieldPath;
use super::memory::Memory;
use super::value::DynValue;
use crate::access::{Access, ReadWrite};
use crate::error::DynError;
use crate::protocol::ring;
use crate::sys::clock::deadline;

/// A reader's own place in a `Ring` that was found by its name: an iterator over the items, or over a part
/// of each, as a [`Follower`](crate::sync::Follower) is. [`FieldPath::follow`] makes one.
///
/// `next` never waits; `None` means that there is no further item yet. [`DynError::Missed`] tells of items
/// that were overwritten, and the follower goes on from the oldest that is left. After any other error it
/// is past the item that could not be read.
#[derive(Clone, Debug)]
#[must_use = "a follower does nothing until it is asked for an item"]
pub struct DynFollower<A: Access = ReadWrite> {
    items: FieldPath<A>,
    cursor: u64,
}

impl<A: Access> FieldPath<A> {
    /// Follows the `Ring` that this is the path of from here on, or the same part of each of its items.
    ///
    /// # Errors
    /// If the path is neither that of one ring nor of a part of its items.
    pub fn follow(&self) -> Result<DynFollower<A>, DynError> {
        self.follow_after(self.pushed()?)
    }

    /// As [`FieldPath::follow`], from the oldest item that is left.
    ///
    /// # Errors
    /// As [`FieldPath::follow`].
    pub fn follow_from_oldest(&self) -> Result<DynFollower<A>, DynError> {
        let slots = self.place().stream().map_or(2, |stream| stream.ring.count);
        self.follow_after(ring::before_oldest(self.pushed()?, slots))
    }

    /// As [`FieldPath::follow`]; the first item is the one after the item of the number `cursor`.
    ///
    /// # Errors
    /// As [`FieldPath::follow`].
    pub fn follow_after(&self, cursor: u64) -> Result<DynFollower<A>, DynError> {
        self.pushed()?;
        Ok(DynFollower { items: self.clone(), cursor })
    }

    /// The number of items that were ever pushed to the ring.
    fn pushed(&self) -> Result<u64, DynError> {
        let stream = self.place().stream().filter(|stream| stream.outer == 0);
        let stream = stream.ok_or_else(|| DynError::Unreadable {
            field: self.path().to_string(),
            found: self.ty().to_string(),
            fault: "not one `Ring` or a part of its items, which can be followed",
        })?;
        let memory = Memory::<A>::of(self.region().mapping());
        Ok(memory.load(stream.at + stream.ring.sequence as usize, 8))
    }
}

impl<A: Access> DynFollower<A> {
    /// The number of the last item that this reader got or passed over, by which it can go on later.
    #[must_use]
    pub fn cursor(&self) -> u64 {
        self.cursor
    }

    /// The path of the ring, or of the part of its items.
    #[must_use]
    pub fn items(&self) -> &FieldPath<A> {
        &self.items
    }

    /// The next item, for which this waits as [`Follower::next_wait`](crate::sync::Follower::next_wait)
    /// does.
    ///
    /// # Errors
    /// Items were missed, or one cannot be read.
    pub fn next_wait(&mut self) -> Result<DynValue, DynError> {
        loop {
            if let Some(next) = self.next_until(None) {
                return next;
            }
        }
    }

    /// As [`DynFollower::next_wait`], at most for `timeout`; `None` if there was no further item by then.
    pub fn next_timeout(&mut self, timeout: Duration) -> Option<Result<DynValue, DynError>> {
        self.next_until(deadline(timeout))
    }

    fn next_until(&mut self, deadline: Option<Instant>) -> Option<Result<DynValue, DynError>> {
        let Self { items, cursor } = self;
        // The innermost is the ring's own.
        let pushed = *items.place().watched.last()?;
        let event = Memory::<A>::of(items.region().mapping()).event(pushed);
        event.look_until(deadline, || at_place::item_after(items, cursor))
    }
}

/// Never waits, and is not at an end for ever: after `None`, further items may come.
impl<A: Access> Iterator for DynFollower<A> {
    type Item = Result<DynValue, DynError>;

    fn next(&mut self) -> Option<Self::Item> {
        at_place::item_after(&self.items, &mut self.cursor)
    }
}
