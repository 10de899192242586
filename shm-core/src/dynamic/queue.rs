//! Pushing and popping by name.

use std::time::{Duration, Instant};

use super::field_path;
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
use crate::schema::{Live, Queue};
use crate::sys::clock::deadline;

impl<A: CanWrite> DynRegion<A> {
    /// Pushes a value to the queue that a path names; see [`QueueView::push`](crate::sync::QueueView::push).
    /// Fields of a struct that are not given are zero.
    ///
    /// # Errors
    /// [`DynError::Full`] if there is no room; [`DynError::NotAQueue`]; if the value does not fit, or is
    /// not valid where it leaves something out; [`DynError::Lock`].
    ///
    /// ```
    /// use shm_core::{DynRegion, Queue, Region};
    ///
    /// let name = format!("shm-doc-dynamic-push-{}", std::process::id());
    /// let jobs = Region::<Queue<u32, 8>>::create(&name)?;
    /// let by_name = DynRegion::open(&name)?;
    /// by_name.push("", 7)?;
    /// assert_eq!(by_name.get("")?.to_string(), "{ len: 1, capacity: 8 }");
    /// assert_eq!(jobs.pop()?, Some(7));
    /// assert_eq!(by_name.pop("")?, None);
    /// # jobs.unlink()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn push(&self, path: impl AsRef<str>, value: impl Into<DynValue>) -> Result<(), DynError> {
        let named = Named::of(self, path.as_ref())?;
        let words = named.words(&value.into())?;
        named.expect_room(named.push(&words, None)?)
    }

    /// As [`DynRegion::push`], waiting at most for `timeout` while there is no room or another is the
    /// producer.
    ///
    /// # Errors
    /// As [`DynRegion::push`].
    pub fn push_timeout(
        &self,
        path: impl AsRef<str>,
        value: impl Into<DynValue>,
        timeout: Duration,
    ) -> Result<(), DynError> {
        let (named, end) = (Named::of(self, path.as_ref())?, deadline(timeout));
        let words = named.words(&value.into())?;
        let look = || match named.push(&words, end) {
            Ok(false) => None,
            done => Some(done),
        };
        let room = named.memory().event(named.at(named.queue.popped));
        let done = look().or_else(|| room.wait_announced(end, look)).unwrap_or(Ok(false));
        named.expect_room(done?)
    }

    /// Takes the oldest value of the queue that a path names, or `None` if it is empty; see
    /// [`QueueView::pop`](crate::sync::QueueView::pop).
    ///
    /// # Errors
    /// [`DynError::NotAQueue`]; if the bytes are not a valid value, which is taken out all the same;
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
struct Named<'r, 'p, A: CanWrite> {
    region: &'r DynRegion<A>,
    path: &'p str,
    place: Place,
    queue: Queue<'r>,
}

impl<'r, 'p, A: CanWrite> Named<'r, 'p, A> {
    fn of(region: &'r DynRegion<A>, path: &'p str) -> Result<Self, DynError> {
        let place = region.place(path)?;
        let ty = region.schema().get(place.ty);
        expect_made(ty, path)?;
        // Of several queues, none is meant.
        let live = ty.live().filter(|_| place.runs.is_empty());
        let Some(queue) = live.and_then(Live::queue) else {
            let (field, found) = (path.to_owned(), ty.to_string());
            return Err(DynError::NotAQueue { field, found });
        };
        field_path::expect_unguarded(&place, path)?;
        Ok(Self { region, path, place, queue })
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
    fn push(&self, words: &[u64], deadline: Option<Instant>) -> Result<bool, DynError> {
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
