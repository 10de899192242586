//! Values of a [`Queue`](crate::Queue), in and out: as they stand where a value is words, else through a
//! private copy.

use std::mem::MaybeUninit;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use super::queue::QueueView;
use super::slot::{Draft, Image, load_value, words_of};
use super::value::Value;
use crate::access::{Access, CanWrite};
use crate::error::{InvalidValue, LoadError, LockError};
use crate::protocol::{Hardware, queue};
use crate::registry;

impl<T: Value, const N: usize, A: Access> QueueView<T, N, A> {
    /// Lends the words of a value.
    #[inline]
    pub(super) fn with_words<R>(&self, value: &T, work: impl FnOnce(&[u64]) -> R) -> R {
        if T::STORES_AS_WORDS {
            return work(words_of(value));
        }
        Draft::with(|draft| {
            let mut image = draft.zero();
            value.encode(&mut image);
            work(image.words())
        })
    }

    /// Pushes words, as the producer for that long; whether there was room.
    #[inline]
    pub(super) fn push_words(
        &self,
        words: &[u64],
        deadline: Option<Instant>,
    ) -> Result<bool, LockError>
    where
        A: CanWrite,
    {
        let lock = self.become_producer(deadline)?;
        let done = self.push_as_producer(&mut self.popped(), words);
        drop(lock);
        if done {
            self.tell_pushed();
        }
        Ok(done)
    }

    /// As [`QueueView::push_words`], waiting for room until `deadline`.
    #[inline]
    pub(super) fn push_until(
        &self,
        words: &[u64],
        deadline: Option<Instant>,
    ) -> Result<bool, LockError>
    where
        A: CanWrite,
    {
        let push = || match self.push_words(words, deadline) {
            Ok(false) => None,
            done => Some(done),
        };
        match push() {
            Some(done) => done,
            None => self.wait_for_room(deadline, push).unwrap_or(Ok(false)),
        }
    }

    /// How many values were popped, for [`QueueView::push_as_producer`].
    #[inline]
    pub(super) fn popped(&self) -> u64 {
        self.ends().head.load(Ordering::Acquire)
    }

    /// Pushes words, without telling consumers. The caller is the producer, and has seen as many values
    /// popped as `seen` says.
    #[inline]
    pub(super) fn push_as_producer(&self, seen: &mut u64, words: &[u64]) -> bool
    where
        A: CanWrite,
    {
        queue::push::<Hardware>(&self.ends(), &self.slots, seen, words)
    }

    /// Takes the oldest value.
    #[inline]
    pub(super) fn take(&self) -> Result<Option<T>, LoadError>
    where
        A: CanWrite,
    {
        self.copied::<true>()
    }

    /// Copies the oldest value, and takes it or leaves it there.
    #[inline]
    pub(super) fn copied<const TAKES: bool>(&self) -> Result<Option<T>, LoadError> {
        if T::LOADS_AS_WORDS {
            let mut value = MaybeUninit::uninit();
            let copied = self.copy_words::<TAKES>(|words| load_value(words, &mut value))?;
            // SAFETY: if there is a value, all of its words were copied, of which any are a value.
            return Ok(copied.map(|_| unsafe { value.assume_init() }));
        }
        Draft::<T>::with(|draft| {
            let Some(number) = self.copy_words::<TAKES>(|words| draft.fill(words))? else {
                return Ok(None);
            };
            // SAFETY: there is a value, so the draft was filled with a slot's words.
            let image = unsafe { draft.filled() };
            match T::decode(&image) {
                Ok(value) => Ok(Some(value)),
                Err(error) => Err(self.at_home(&error, &image, number).into()),
            }
        })
    }

    /// Has `copy` copy the words of the oldest value; its number.
    #[inline]
    fn copy_words<const TAKES: bool>(
        &self,
        copy: impl FnMut(&[AtomicU64]),
    ) -> Result<Option<u64>, LoadError> {
        let (ends, slots) = (self.ends(), &self.slots);
        let copied = if TAKES {
            queue::pop::<Hardware>(&ends, slots, copy)
        } else {
            queue::peek::<Hardware>(&ends, slots, copy)
        };
        copied.map_err(|queue::Outrun| LoadError::Contended)
    }

    /// The error for a field of a private copy, as one for the field that was copied.
    #[cold]
    fn at_home(&self, error: &InvalidValue, image: &Image<'_, T>, number: u64) -> InvalidValue {
        registry::moved(error, image.address(), self.slots.address((number % N as u64) as usize))
    }
}
