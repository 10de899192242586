//! Sleeping on a word until it changes: all that the protocols need of a kernel.

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
