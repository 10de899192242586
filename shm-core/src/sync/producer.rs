//! [`Producer`]: being the producer of a [`Queue`](crate::Queue) for a while.

use std::fmt;
use std::time::{Duration, Instant};

use super::guard::Guard;
use super::queue::{QueueView, pushed};
use super::raw_lock::Held;
use super::token::Token;
use super::value::Value;
use crate::access::{CanWrite, ReadWrite};
use crate::error::PushError;
use crate::sys::clock::deadline;

/// The producer of a [`Queue`](crate::Queue): no other producer pushes as long as it lives.
///
/// If its process dies, the next to push goes on. A child that is forked while a producer lives is not
/// the producer: pushing through its copy panics there.
///
/// ```
/// use shm_core::{Queue, Region};
///
/// let jobs = Region::<Queue<u64, 16>>::options().private()?;
/// let mut producer = jobs.producer()?;
/// for job in 1..=3 {
///     producer.push(job)?;
/// }
/// assert_eq!((jobs.len(), jobs.pop()?), (3, Some(1)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use = "the next producer may push as soon as this one is dropped"]
pub struct Producer<'a, T: Value, const N: usize, A: CanWrite = ReadWrite> {
    queue: &'a QueueView<T, N, A>,
    lock: Held<'a>,
    /// How many values consumers had taken when it last looked: it looks again only if the queue seems
    /// to be full.
    popped: u64,
}

impl<'a, T: Value, const N: usize, A: CanWrite> Producer<'a, T, N, A> {
    pub(super) fn new(queue: &'a QueueView<T, N, A>, lock: Held<'a>) -> Self {
        Self { queue, lock, popped: queue.popped() }
    }

    /// Pushes a value. Never waits.
    ///
    /// # Errors
    /// [`PushError::Full`], with the value, if there is no room.
    ///
    /// # Panics
    /// In a child that was forked while the producer lived: there would be two.
    #[inline]
    pub fn push(&mut self, value: T) -> Result<(), PushError<T>> {
        let done = self.queue.push_held(self.lock.token(), &mut self.popped, &value);
        pushed(Ok(done), value)
    }

    /// Pushes a value, and waits for room if the queue is full.
    ///
    /// # Panics
    /// As [`Producer::push`].
    #[inline]
    #[allow(clippy::needless_pass_by_value, reason = "as `push` takes it")]
    pub fn push_wait(&mut self, value: T) {
        self.queue.push_held_wait(self.lock.token(), &mut self.popped, &value);
    }

    /// As [`Producer::push_wait`], waiting at most for `timeout`.
    ///
    /// # Errors
    /// [`PushError::Full`], with the value, if there was no room until then.
    ///
    /// # Panics
    /// As [`Producer::push`].
    pub fn push_timeout(&mut self, value: T, timeout: Duration) -> Result<(), PushError<T>> {
        let (token, end) = (self.lock.token(), deadline(timeout));
        let done = self.queue.push_held_until(token, &mut self.popped, &value, end);
        pushed(Ok(done), value)
    }

    /// The queue, for popping from it.
    #[must_use]
    pub fn queue(&self) -> &'a QueueView<T, N, A> {
        self.queue
    }
}

/// Pushing with the lock's token, for [`Producer`] and [`OwnedGuard`](crate::region::OwnedGuard).
impl<T: Value, const N: usize, A: CanWrite> QueueView<T, N, A> {
    pub(crate) fn push_with(&self, token: Token, value: T) -> Result<(), PushError<T>> {
        let done = self.push_held(token, &mut self.popped(), &value);
        pushed(Ok(done), value)
    }

    pub(crate) fn push_wait_with(&self, token: Token, value: &T) {
        self.push_held_wait(token, &mut self.popped(), value);
    }

    pub(crate) fn push_timeout_with(
        &self,
        token: Token,
        value: T,
        timeout: Duration,
    ) -> Result<(), PushError<T>> {
        let done = self.push_held_until(token, &mut self.popped(), &value, deadline(timeout));
        pushed(Ok(done), value)
    }

    /// Pushes as the producer that has the token; whether there was room.
    ///
    /// # Panics
    /// In a child that was forked after the token was given.
    #[inline]
    fn push_held(&self, token: Token, popped: &mut u64, value: &T) -> bool {
        assert!(token.is_ours(), "this producer belongs to the process that forked this one");
        let done = self.with_words(value, |words| self.push_as_producer(popped, words));
        if done {
            self.tell_pushed();
        }
        done
    }

    #[inline]
    fn push_held_wait(&self, token: Token, popped: &mut u64, value: &T) {
        while !self.push_held_until(token, popped, value, None) {}
    }

    #[inline]
    fn push_held_until(
        &self,
        token: Token,
        popped: &mut u64,
        value: &T,
        deadline: Option<Instant>,
    ) -> bool {
        let mut push = || self.push_held(token, popped, value).then_some(());
        push().or_else(|| self.wait_for_room(deadline, push)).is_some()
    }
}

impl<'a, T: Value, const N: usize, A: CanWrite> Guard<'a> for Producer<'a, T, N, A> {
    type View = QueueView<T, N, A>;

    fn view(&self) -> &'a QueueView<T, N, A> {
        self.queue
    }

    fn into_token(self) -> Token {
        self.lock.into_token()
    }
}

impl<T: Value, const N: usize, A: CanWrite> fmt::Debug for Producer<'_, T, N, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Producer").field(self.queue).finish()
    }
}
