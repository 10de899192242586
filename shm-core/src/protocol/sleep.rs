//! Sleeping on a word until it changes: all that the protocols need of a kernel.

use std::cell::Cell;
use std::time::Duration;

use super::Machine;

/// Sleeping on words, and waking their sleepers, until the time is up.
pub trait Sleep<M: Machine> {
    /// Sleeps while `word` holds `value`, until woken, at most for `nap`. May return early.
    fn sleep(&self, word: &M::U32, value: u32, nap: Duration) -> Awake;

    /// Wakes sleepers on `word`; returns whether there were any.
    fn wake(&self, word: &M::U32, who: Who) -> bool;

    /// Returns the time that is left before the waiter gives up.
    fn left(&self) -> Duration;
}

/// The reason why a sleeper is awake again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Awake {
    /// It was woken, or the word had changed: another process is active.
    Roused,
    /// Nothing happened while it slept, or a signal interrupted it.
    NapOver,
}

/// The sleepers to wake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// One sleeper.
    One,
    /// All sleepers.
    All,
}

/// A kernel in which the time is up after one sleep: a waiter looks at more than one word between two.
pub struct OneNap<'a, K> {
    kernel: &'a K,
    longest: Duration,
    ended: Cell<Option<Awake>>,
}

impl<'a, K> OneNap<'a, K> {
    /// One sleep, not longer than `longest`.
    pub fn new(kernel: &'a K, longest: Duration) -> Self {
        Self { kernel, longest, ended: Cell::new(None) }
    }

    /// Returns whether nothing happened while it lasted.
    #[must_use]
    pub fn was_quiet(&self) -> bool {
        self.ended.get() == Some(Awake::NapOver)
    }
}

impl<M: Machine, K: Sleep<M>> Sleep<M> for OneNap<'_, K> {
    fn sleep(&self, word: &M::U32, value: u32, _nap: Duration) -> Awake {
        let nap = self.longest.min(self.kernel.left());
        let awake = self.kernel.sleep(word, value, nap);
        self.ended.set(Some(awake));
        awake
    }

    fn wake(&self, word: &M::U32, who: Who) -> bool {
        self.kernel.wake(word, who)
    }

    fn left(&self) -> Duration {
        if self.ended.get().is_some() { Duration::ZERO } else { self.kernel.left() }
    }
}
