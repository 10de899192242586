//! The common parts of the models of the queue: a queue in loom's memory, and flawed copies of the
//! protocol.
//!
//! The producers' lock is loom's: `lock.rs` has the models of the library's own.

use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release};

use loom::sync::Mutex;
use loom::sync::atomic::fence;
use shm_core::protocol::Word;
use shm_core::protocol::queue::{self, Ends};
use shm_core::protocol::ring::Slots;

use crate::{Loom, LoomU64};

/// Words per slot: two, so that one can be torn from the other.
pub const WORDS: usize = 2;

/// A queue in loom's memory. Value `n` is `n + 1` in every word, so that none equals the initial memory.
#[derive(Debug)]
pub struct Queue {
    lock: Mutex<()>,
    tail: LoomU64,
    head: LoomU64,
    slots: Memory,
}

#[derive(Debug)]
struct Memory(Vec<[LoomU64; WORDS]>);

impl Slots<Loom> for Memory {
    fn count(&self) -> u64 {
        self.0.len() as u64
    }

    fn words(&self, slot: u64) -> &[LoomU64] {
        &self.0[slot as usize]
    }
}

/// The moment at which a producer dies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Death {
    /// Before the first word.
    BeforeTheCopy,
    /// After the first word.
    InTheCopy,
    /// After the last word.
    BeforePublishing,
    /// After publishing.
    AfterPublishing,
}

/// A way to get the protocol wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// None: the copy of the protocol below is a true one.
    None,
    /// A consumer loads the tail without Acquire.
    TailIsReadRelaxed,
    /// The tail is published with a relaxed store.
    PublishIsRelaxed,
    /// The tail is published before the copy.
    PublishComesFirst,
    /// A consumer takes a value by a store.
    TakingStores,
    /// A consumer takes a value before it copies it.
    TakingComesFirst,
    /// A producer has one slot more than there are.
    RoomForOneMore,
    /// No fence before the words of a value, so that a reader that takes nothing is not warned.
    ProducerCopiesEarly,
    /// No fence after the copy of a reader that takes nothing.
    ReaderLooksBackEarly,
}

impl Queue {
    /// An empty queue.
    #[must_use]
    pub fn new(slots: usize) -> Self {
        let slot = |_| std::array::from_fn(|_| LoomU64::new(0));
        Self {
            lock: Mutex::new(()),
            tail: LoomU64::new(0),
            head: LoomU64::new(0),
            slots: Memory((0..slots).map(slot).collect()),
        }
    }

    fn ends(&self) -> Ends<'_, Loom> {
        Ends { tail: &self.tail, head: &self.head }
    }

    /// Pushes the next value, if there is room.
    ///
    /// # Panics
    /// Never: loom ends an execution that panics.
    pub fn push(&self) -> bool {
        let lock = self.lock.lock().unwrap();
        let value = self.tail.load(Relaxed) + 1;
        let mut seen = self.head.load(Acquire);
        let done = queue::push(&self.ends(), &self.slots, &mut seen, &[value; WORDS]);
        drop(lock);
        done
    }

    /// Begins to push into an empty slot, and dies at that moment. The kernel frees a dead process's byte
    /// lock when its stores are done, so that the next producer is ordered after it.
    ///
    /// # Panics
    /// If there is no room.
    pub fn push_and_die(&self, death: Death) {
        let _lock = self.lock.lock().unwrap();
        let tail = self.tail.load(Relaxed);
        assert!(tail - self.head.load(Acquire) < self.slots.count());
        fence(Release);
        let words = self.slots.words(tail % self.slots.count());
        let written = match death {
            Death::BeforeTheCopy => 0,
            Death::InTheCopy => 1,
            Death::BeforePublishing | Death::AfterPublishing => WORDS,
        };
        // Of another value than its heir's.
        let value = if death == Death::AfterPublishing { tail + 1 } else { u64::MAX };
        words.iter().take(written).for_each(|word| word.store(value, Relaxed));
        if death == Death::AfterPublishing {
            self.tail.store(tail + 1, Release);
        }
    }

    /// Takes the oldest value; its number.
    ///
    /// # Panics
    /// If the words are not those of that value.
    pub fn pop(&self) -> Option<u64> {
        let mut value = [u64::MAX; WORDS];
        let copy = |words: &[LoomU64]| value = std::array::from_fn(|i| words[i].load(Relaxed));
        let taken = queue::pop(&self.ends(), &self.slots, copy).expect("not as many consumers");
        if let Some(number) = taken {
            assert_eq!(value, [number + 1; WORDS], "torn or stale");
        }
        taken
    }

    /// Copies the oldest value; its number.
    ///
    /// # Panics
    /// If the words are not those of that value.
    pub fn peek(&self) -> Option<u64> {
        let mut value = [u64::MAX; WORDS];
        let copy = |words: &[LoomU64]| value = std::array::from_fn(|i| words[i].load(Relaxed));
        let seen = queue::peek(&self.ends(), &self.slots, copy).expect("not as many consumers");
        if let Some(number) = seen {
            assert_eq!(value, [number + 1; WORDS], "torn or stale");
        }
        seen
    }

    /// As [`Queue::push`], by a flawed copy of the protocol.
    ///
    /// # Panics
    /// Never: loom ends an execution that panics.
    pub fn push_flawed(&self, flaw: Flaw) -> bool {
        let _lock = self.lock.lock().unwrap();
        let room = self.slots.count() + u64::from(flaw == Flaw::RoomForOneMore);
        let tail = self.tail.load(Relaxed);
        if tail - self.head.load(Acquire) >= room {
            return false;
        }
        if flaw == Flaw::PublishComesFirst {
            self.tail.store(tail + 1, Release);
        }
        if flaw != Flaw::ProducerCopiesEarly {
            fence(Release);
        }
        for word in self.slots.words(tail % self.slots.count()) {
            word.store(tail + 1, Relaxed);
        }
        let publish = if flaw == Flaw::PublishIsRelaxed { Relaxed } else { Release };
        self.tail.store(tail + 1, publish);
        true
    }

    /// As [`Queue::pop`], by a flawed copy of the protocol.
    ///
    /// # Panics
    /// If the words are not those of that value.
    pub fn pop_flawed(&self, flaw: Flaw) -> Option<u64> {
        let look = if flaw == Flaw::TailIsReadRelaxed { Relaxed } else { Acquire };
        let mut head = self.head.load(Acquire);
        loop {
            let tail = self.tail.load(look);
            if tail.wrapping_sub(head).wrapping_sub(1) >= self.slots.count() {
                let now = self.head.load(Acquire);
                if now == head {
                    return None;
                }
                head = now;
                continue;
            }
            let words = self.slots.words(head % self.slots.count());
            let copy = || -> [u64; WORDS] { std::array::from_fn(|i| words[i].load(Relaxed)) };
            let early = if flaw == Flaw::TakingComesFirst { None } else { Some(copy()) };
            let taken = if flaw == Flaw::TakingStores {
                self.head.store(head + 1, Release);
                Ok(head)
            } else {
                self.head.compare_exchange(head, head + 1, AcqRel, Acquire)
            };
            match taken {
                Ok(_) => {
                    let value = early.unwrap_or_else(copy);
                    assert_eq!(value, [head + 1; WORDS], "torn or stale");
                    return Some(head);
                }
                Err(now) => head = now,
            }
        }
    }

    /// As [`Queue::peek`], by a flawed copy of the protocol, which looks once.
    ///
    /// # Panics
    /// If the words are not those of that value.
    pub fn peek_flawed(&self, flaw: Flaw) -> Option<u64> {
        let look = |counter: &LoomU64| {
            let seen = counter.load(Relaxed);
            fence(Acquire);
            seen
        };
        let head = look(&self.head);
        if look(&self.tail).wrapping_sub(head).wrapping_sub(1) >= self.slots.count() {
            return None;
        }
        let words = self.slots.words(head % self.slots.count());
        let value: [u64; WORDS] = std::array::from_fn(|i| words[i].load(Relaxed));
        if flaw != Flaw::ReaderLooksBackEarly {
            fence(Acquire);
        }
        if self.head.load(Relaxed) != head {
            return None;
        }
        assert_eq!(value, [head + 1; WORDS], "torn or stale");
        Some(head)
    }
}
