//! Awaiting a value of a [`Queue`](crate::Queue), and room for one.

use std::time::{Duration, Instant};

use super::look_announced;
use crate::access::CanWrite;
use crate::error::{LoadError, LockError, PushError};
use crate::protocol::notify::{LONGEST_BLIND_NAP, LONGEST_NAP};
use crate::sync::queue::{QueueView, pushed};
use crate::sync::value::Value;

/// With the feature `async`.
impl<T: Value, const N: usize, A: CanWrite> QueueView<T, N, A> {
    /// Takes the oldest value, and waits for one if the queue is empty. If the future is dropped before it
    /// is ready, it has taken nothing.
    ///
    /// # Errors
    /// As [`QueueView::pop`].
    ///
    /// # Panics
    /// When it is polled, if no helper thread can be started.
    ///
    /// ```
    /// # use shm_core::{Queue, Region};
    /// let jobs = Region::<Queue<u64, 16>>::options().anonymous()?;
    /// let producer = jobs.clone();
    /// std::thread::spawn(move || (1..=100).try_for_each(|job| producer.push_wait(job)));
    /// futures_lite::future::block_on(async {
    ///     for job in 1..=100 {
    ///         assert_eq!(jobs.pop_async().await?, job);
    ///     }
    ///     Ok::<(), shm_core::errors::LoadError>(())
    /// })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn pop_async(&self) -> impl Future<Output = Result<T, LoadError>> {
        look_announced(self.pushes(), || match self.pop() {
            Ok(None) => Err(LONGEST_NAP),
            Ok(Some(value)) => Ok(Ok(value)),
            Err(error) => Ok(Err(error)),
        })
    }

    /// Pushes a value, and waits for room if the queue is full. If the future is dropped before it is ready,
    /// the value is not pushed.
    ///
    /// The producers' lock is not awaited: while another producer holds it, this looks again after 1, 2, 4,
    /// 8, and then every 16 ms.
    ///
    /// # Errors
    /// [`PushError::Lock`], as [`QueueView::push`].
    ///
    /// # Panics
    /// As [`QueueView::pop_async`]; if it is polled again after it was ready.
    pub fn push_async(&self, value: T) -> impl Future<Output = Result<(), PushError<T>>> {
        let mut value = Some(value);
        look_announced(self.pops(), move || self.push_at_once(&mut value))
    }

    /// Pushes the value if there is room and no other producer; otherwise returns the longest time until it
    /// should be tried again.
    fn push_at_once(&self, value: &mut Option<T>) -> Result<Result<(), PushError<T>>, Duration> {
        let waiting = value.take().expect("a future that was ready is not polled again");
        let done = self.with_words(&waiting, |words| self.push_words(words, Some(Instant::now())));
        let nap = match done {
            Ok(false) => LONGEST_NAP,
            Err(LockError::Busy) => LONGEST_BLIND_NAP,
            done => return Ok(pushed(done, waiting)),
        };
        *value = Some(waiting);
        Err(nap)
    }
}
