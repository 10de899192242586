//! The kernel of the models with more than one word: a futex on each, and the deaths of processes.
//!
//! Sleeping is modelled truthfully: the word is compared under the kernel's own lock, and a lost
//! wake-up leaves a sleeper for ever, which loom reports as a deadlock. No nap ends by itself. After a
//! death all naps do, until the process has checked an owner.

use std::cell::Cell;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use loom::sync::{Condvar, Mutex, MutexGuard};
use shm_core::protocol::Word;
use shm_core::protocol::lock::Owners;
use shm_core::protocol::sleep::{Awake, Sleep, Who};

use crate::{Loom, LoomU32};

/// Sleepers, and the dead.
#[derive(Debug)]
pub struct Kernel {
    state: Mutex<State>,
    /// One queue for each word.
    queues: Vec<Condvar>,
}

#[derive(Debug)]
struct State {
    dead: Vec<u32>,
    /// The number of times that all naps have ended.
    naps: u32,
    /// The sleepers on each word.
    asleep: Vec<usize>,
}

/// A process in the kernel: its number, and its words, in the order of the queues.
#[derive(Debug)]
pub struct Caller<'a> {
    kernel: &'a Kernel,
    words: Vec<&'a LoomU32>,
    me: u32,
    trusts_the_living: bool,
    /// No process of this model dies.
    all_live: bool,
    impatient: bool,
    slept: Cell<bool>,
    /// The ends of naps by the time of this process's last check of an owner.
    naps: Cell<u32>,
}

impl Kernel {
    /// A kernel for this many words.
    #[must_use]
    pub fn new(words: usize) -> Self {
        let state = State { dead: Vec::new(), naps: 0, asleep: vec![0; words] };
        Self { state: Mutex::new(state), queues: (0..words).map(|_| Condvar::new()).collect() }
    }

    /// A process that makes calls.
    #[must_use]
    pub fn caller<'a>(&'a self, words: Vec<&'a LoomU32>, me: u32) -> Caller<'a> {
        let (slept, naps) = (Cell::new(false), Cell::new(0));
        let (trusts_the_living, all_live, impatient) = (true, false, false);
        Caller { kernel: self, words, me, trusts_the_living, all_live, impatient, slept, naps }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("loom ends an execution that panics")
    }
}

impl Caller<'_> {
    /// Takes every other process for dead, as no protocol may.
    pub fn distrust_the_living(&mut self) {
        self.trusts_the_living = false;
    }

    /// Knows that no process dies: it does not ask the kernel who is dead, which takes steps, and synchronises it
    /// with the others.
    pub fn trust_all(&mut self) {
        self.all_live = true;
    }

    /// Gives up after its first sleep.
    pub fn lose_patience(&mut self) {
        self.impatient = true;
    }

    /// Has no time to sleep.
    pub fn hurry(&mut self) {
        self.lose_patience();
        self.slept.set(true);
    }

    /// The kernel sees this process die: its stores are done, and naps end sooner or later.
    pub fn die(&self) {
        let mut state = self.kernel.state();
        state.dead.push(self.me);
        state.naps += 1;
        state.asleep.fill(0);
        self.kernel.queues.iter().for_each(Condvar::notify_all);
    }

    fn queue(&self, word: &LoomU32) -> usize {
        let place = self.words.iter().position(|known| std::ptr::eq(*known, word));
        place.expect("a word of this model")
    }
}

impl Owners for Caller<'_> {
    fn is_dead(&self, owner: u32) -> bool {
        if self.all_live {
            return false;
        }
        let state = self.kernel.state();
        self.naps.set(state.naps);
        !self.trusts_the_living || state.dead.contains(&owner)
    }

    fn is_this_thread(&self) -> bool {
        false
    }
}

impl Sleep<Loom> for Caller<'_> {
    fn sleep(&self, word: &LoomU32, value: u32, _nap: Duration) -> Awake {
        self.slept.set(true);
        let queue = self.queue(word);
        let mut state = self.kernel.state();
        if word.load(Relaxed) != value {
            return Awake::Roused;
        }
        if state.naps == self.naps.get() {
            state.asleep[queue] += 1;
            let queue = &self.kernel.queues[queue];
            state = queue.wait(state).expect("loom ends an execution that panics");
        }
        if state.naps == self.naps.get() { Awake::Roused } else { Awake::NapOver }
    }

    fn wake(&self, word: &LoomU32, who: Who) -> bool {
        let queue = self.queue(word);
        let mut state = self.kernel.state();
        let asleep = &mut state.asleep[queue];
        let woke = *asleep > 0;
        if who == Who::One {
            *asleep = asleep.saturating_sub(1);
            self.kernel.queues[queue].notify_one();
        } else {
            *asleep = 0;
            self.kernel.queues[queue].notify_all();
        }
        woke
    }

    fn left(&self) -> Duration {
        if self.impatient && self.slept.get() { Duration::ZERO } else { Duration::MAX }
    }
}
