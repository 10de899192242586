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

/// The naps of a waiter that checks between them whether the processes that it waits for are alive.
///
/// Each nap is a 512th longer than the one before, so that all naps together are about 512 times as long
/// as the next one: a death is noticed within a 512th of the time that was waited until then. The checks
/// take the same share of the time, whatever the number of processes.
pub struct Naps {
    /// The length of the next one, in nanoseconds.
    next: u64,
}

impl Naps {
    /// The first nap of a waiter for one process: a check takes a few microseconds.
    pub const SHORTEST: Duration = Duration::from_micros(100);
    /// The longest nap, and so the longest time until a death is noticed.
    pub const LONGEST: Duration = Duration::from_millis(20);
    /// The part of a nap by which the next one is longer.
    const GROWTH: u64 = 512;

    /// Naps between checks of this number of processes.
    #[must_use]
    pub const fn between_checks_of(processes: usize) -> Self {
        let next = (Self::SHORTEST.as_nanos() as u64).saturating_mul(processes as u64);
        Self { next }
    }

    /// Returns the length of the next nap.
    pub fn nap(&mut self) -> Duration {
        let nap = Duration::from_nanos(self.next).min(Self::LONGEST);
        self.next = self.next.saturating_add(self.next / Self::GROWTH);
        nap
    }
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
