//! Queues by name: popping, and what pushing does with them.

use std::time::{Duration, Instant};

use super::at_place;
use super::malformed::expect_made;
use super::memory::{Memory, QueueAt};
use super::read;
use super::region::DynRegion;
use super::resolve::Place;
use super::value::DynValue;
use super::write;
use crate::access::CanWrite;
use crate::error::DynError;
use crate::protocol::lock::Found;
use crate::protocol::queue::Outrun;
use crate::schema::{Live, Queue, Type};
use crate::sys::clock::deadline;

impl<A: CanWrite> DynRegion<A> {
    /// Takes the oldest value of the queue that a path names, or `None` if it is empty; see
    /// [`QueueView::pop`](crate::sync::QueueView::pop).
    ///
    /// # Errors
    /// [`DynError::NotA`] if something else is there; if the bytes are not a valid value, which is taken out all the same;
    /// [`DynError::Contended`].
    pub fn pop(&self, path: impl AsRef<str>) -> Result<Option<DynValue>, DynError> {
        let named = Named::of(self, path.as_ref())?;
        named.pop()?.map(|words| named.value(&words)).transpose()
    }

    /// As [`DynRegion::pop`], waiting at most for `timeout` for a value.
    ///
    /// # Errors
    /// As [`DynRegion::pop`].
    pub fn pop_timeout(
        &self,
        path: impl AsRef<str>,
        timeout: Duration,
    ) -> Result<Option<DynValue>, DynError> {
        let (named, end) = (Named::of(self, path.as_ref())?, deadline(timeout));
        let look = || named.pop().transpose();
        let values = named.memory().event(named.at(named.queue.pushed));
        let words = look().or_else(|| values.wait_announced(end, look)).transpose()?;
        words.map(|words| named.value(&words)).transpose()
    }
}

/// A queue that a path names.
pub(super) struct Named<'r, 'p, A: CanWrite> {
    region: &'r DynRegion<A>,
    path: &'p str,
    place: Place,
    queue: Queue<'r>,
}

impl<'r, 'p, A: CanWrite> Named<'r, 'p, A> {
    fn of(region: &'r DynRegion<A>, path: &'p str) -> Result<Self, DynError> {
        Self::find(region, path)?.map_err(|ty| {
            let (field, found) = (path.to_owned(), ty.to_string());
            DynError::NotA { field, found, expected: "a queue" }
        })
    }

    /// The queue that a path names, or the type of what it names instead.
    pub(super) fn find(
        region: &'r DynRegion<A>,
        path: &'p str,
    ) -> Result<Result<Self, Type<'r>>, DynError> {
        let found = Self::unguarded(region, path)?;
        if let Ok(named) = &found {
            at_place::expect_unguarded(region, &named.place, path)?;
        }
        Ok(found)
    }

    /// The same, whether or not a lock around it is held.
    pub(super) fn unguarded(
        region: &'r DynRegion<A>,
        path: &'p str,
    ) -> Result<Result<Self, Type<'r>>, DynError> {
        let place = region.place(path)?;
        let ty = region.schema().at(place.ty);
        expect_made(ty, path)?;
        // A path to several queues names none of them.
        let live = ty.live().filter(|_| place.runs.is_empty());
        let queue = live.and_then(Live::queue);
        Ok(queue.map(|queue| Self { region, path, place, queue }).ok_or(ty))
    }

    /// Pushes a value, if there is room.
    pub(super) fn push(&self, value: &DynValue) -> Result<(), DynError> {
        let words = self.words(value)?;
        self.expect_room(self.push_words(&words, None)?)
    }

    /// Pushes a value, waiting at most for `timeout` while there is no room or another is the producer.
    pub(super) fn push_timeout(&self, value: &DynValue, timeout: Duration) -> Result<(), DynError> {
        let (words, end) = (self.words(value)?, deadline(timeout));
        let look = || match self.push_words(&words, end) {
            Ok(false) => None,
            done => Some(done),
        };
        let room = self.memory().event(self.at(self.queue.popped));
        let done = look().or_else(|| room.wait_announced(end, look)).unwrap_or(Ok(false));
        self.expect_room(done?)
    }

    fn memory(&self) -> Memory<'r, A> {
        Memory::of(self.region.mapping())
    }

    fn here(&self) -> QueueAt<'r, A> {
        self.memory().queue(self.place.offset, self.queue)
    }

    /// Where a part of the queue is.
    fn at(&self, part: u64) -> usize {
        self.place.offset + part as usize
    }

    /// The words of a value, which is valid.
    fn words(&self, value: &DynValue) -> Result<Vec<u64>, DynError> {
        let words = write::words(self.region.schema(), self.queue.value, self.path, value)?;
        self.value(&words)?;
        Ok(words)
    }

    fn value(&self, words: &[u64]) -> Result<DynValue, DynError> {
        read::private(self.region, self.queue.value, self.path, words)
    }

    /// Pushes words, as the producer for that long; whether there was room.
    fn push_words(&self, words: &[u64], deadline: Option<Instant>) -> Result<bool, DynError> {
        let lock = self.memory().lock(self.at(self.queue.lock));
        let (producer, found) = lock.lock(deadline)?;
        // A half-written slot that a dead producer left is not one that consumers look at.
        if found == Found::Poisoned {
            producer.clear_poison();
        }
        let done = self.here().push(words);
        drop(producer);
        if done {
            self.tell(self.queue.pushed);
        }
        Ok(done)
    }

    fn pop(&self) -> Result<Option<Vec<u64>>, DynError> {
        let contended = |Outrun| DynError::Contended { field: self.path.to_owned() };
        let words = self.here().pop().map_err(contended)?;
        if words.is_some() {
            self.tell(self.queue.popped);
        }
        Ok(words)
    }

    /// Wakes one who waits for this, and those who watch what the queue is in.
    fn tell(&self, event: u64) {
        self.memory().event(self.at(event)).notify_announced();
        for event in self.place.watched.iter().rev() {
            self.memory().event(*event).notify_all();
        }
    }

    fn expect_room(&self, done: bool) -> Result<(), DynError> {
        if done {
            return Ok(());
        }
        Err(DynError::Full { field: self.path.to_owned(), capacity: self.queue.capacity })
    }
}
