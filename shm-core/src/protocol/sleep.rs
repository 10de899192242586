//! Sleeping on a word until it changes: all that the protocols ask of a kernel.

use std::time::Duration;

use super::Machine;

/// Sleeping on words, and waking whatever sleeps there, until time is up.
pub trait Sleep<M: Machine> {
    /// Sleeps while `word` holds `value`, until woken, at most for `nap`. May return early.
    fn sleep(&self, word: &M::U32, value: u32, nap: Duration) -> Awake;

    /// Wakes sleepers on `word`; returns whether there were any.
    fn wake(&self, word: &M::U32, who: Who) -> bool;

    /// How much time is left before the waiter gives up.
    fn left(&self) -> Duration;
}

/// Why a sleeper is awake again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Awake {
    /// It was woken, or the word had changed: another process is active.
    Roused,
    /// Nothing happened for as long as it slept, or a signal interrupted it.
    NapOver,
}

/// Which sleepers to wake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// One of those who sleep.
    One,
    /// All of them.
    All,
}
