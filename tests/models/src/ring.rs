//! The common parts of the models of the version ring: a ring in loom's memory, and flawed copies of the
//! protocol.

use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};

use loom::sync::atomic::fence;
use shm_core::protocol::Word;
use shm_core::protocol::ring::{self, Lapped, Missed, Slots};
use shm_core::protocol::sleep::Who;

use crate::{Loom, LoomU64};

/// Words per slot: two, so that one can be torn from the other.
pub const WORDS: usize = 2;

/// A ring in loom's memory. The value of version `v` is `v` in each half of every word.
#[derive(Debug)]
pub struct Ring {
    sequence: LoomU64,
    slots: Memory,
}

/// The slots.
#[derive(Debug)]
pub struct Memory(Vec<[LoomU64; WORDS]>);

impl Slots<Loom> for Memory {
    fn count(&self) -> u64 {
        self.0.len() as u64
    }

    fn words(&self, slot: u64) -> &[LoomU64] {
        &self.0[slot as usize]
    }
}

/// A way to get the protocol wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// None: the copy of the protocol below is a true one.
    None,
    /// No fence after the first load of the sequence.
    ReaderTrustsTheSequence,
    /// No fence between the copy and the second load of the sequence.
    ReaderLooksBackEarly,
    /// A reader may be lapped by as many versions as there are slots, not one less.
    BoundIsTheSlotCount,
    /// No fence between the load of the sequence and the copy.
    WriterCopiesEarly,
    /// The sequence is published with a relaxed store.
    PublishIsRelaxed,
    /// The sequence is published before the copy.
    PublishComesFirst,
    /// A follower does not look at the sequence again after the copy.
    FollowerDoesNotLookBack,
    /// A follower that was lapped reports one version too many.
    MissedCountsOneTooMany,
    /// A follower that was lapped continues one version after the oldest that is left.
    MissedSkipsTheOldest,
}

/// The value of a version.
const fn value_of(version: u64) -> [u64; WORDS] {
    [version << 32 | version; WORDS]
}

/// A way to load a word.
pub type Load = fn(&LoomU64) -> u64;

/// As a whole.
#[must_use]
pub fn whole(word: &LoomU64) -> u64 {
    word.load(Relaxed)
}

/// The upper half by a load of its own, as a copy may that tears words.
#[must_use]
pub fn upper_half_first(word: &LoomU64) -> u64 {
    let upper = word.load(Relaxed) >> 32 << 32;
    upper | u64::from(word.load(Relaxed) as u32)
}

/// The same, in the opposite order.
#[must_use]
pub fn lower_half_first(word: &LoomU64) -> u64 {
    let lower = u64::from(word.load(Relaxed) as u32);
    word.load(Relaxed) >> 32 << 32 | lower
}

impl Ring {
    /// A zeroed ring.
    #[must_use]
    pub fn new(slots: usize) -> Self {
        let slot = |_| std::array::from_fn(|_| LoomU64::new(0));
        Self { sequence: LoomU64::new(0), slots: Memory((0..slots).map(slot).collect()) }
    }

    /// The published version.
    #[must_use]
    pub fn version(&self) -> u64 {
        ring::version::<Loom>(&self.sequence)
    }

    /// Writes the next version.
    pub fn write(&self) -> u64 {
        let next = self.sequence.load(Relaxed) + 1;
        ring::write(&self.sequence, &self.slots, &value_of(next))
    }

    /// Begins the next version, and gets as far as the first word.
    pub fn write_and_die(&self) {
        let next = self.sequence.load(Relaxed) + 1;
        fence(Release);
        self.slots.words(next % self.slots.count())[0].store(u64::MAX, Relaxed);
    }

    /// Reads once; the version, if the read was accepted.
    ///
    /// # Panics
    /// If what was accepted is not the value of that version.
    pub fn read(&self) -> Option<u64> {
        self.read_by(whole)
    }

    /// As [`Ring::read`], where words are loaded in this way.
    ///
    /// # Panics
    /// As [`Ring::read`].
    pub fn read_by(&self, load: Load) -> Option<u64> {
        let mut value = [u64::MAX; WORDS];
        let mut copy = |words: &[LoomU64]| value = std::array::from_fn(|i| load(&words[i]));
        let version = ring::attempt::<Loom>(&self.sequence, &self.slots, &mut copy).ok()?;
        assert_eq!(value, value_of(version), "torn or stale");
        Some(version)
    }

    /// Like [`Ring::write`], by a flawed copy of the protocol.
    pub fn write_flawed(&self, flaw: Flaw) {
        let next = self.sequence.load(Relaxed) + 1;
        if flaw == Flaw::PublishComesFirst {
            self.sequence.store(next, Release);
        }
        if flaw != Flaw::WriterCopiesEarly {
            fence(Release);
        }
        let words = self.slots.words(next % self.slots.count());
        for (word, value) in words.iter().zip(value_of(next)) {
            word.store(value, Relaxed);
        }
        let publish = if flaw == Flaw::PublishIsRelaxed { Relaxed } else { Release };
        self.sequence.store(next, publish);
    }

    /// Like [`Ring::read_by`], by a flawed copy of the protocol.
    ///
    /// # Panics
    /// If what was accepted is not the value of that version.
    pub fn read_flawed(&self, flaw: Flaw, load: Load) -> Option<u64> {
        let mut value = [u64::MAX; WORDS];
        let version = self.attempt_flawed(flaw, load, &mut value).ok()?;
        assert_eq!(value, value_of(version), "torn or stale");
        Some(version)
    }

    /// Follows the ring by one step, and returns the number of versions that this accounts for.
    ///
    /// # Panics
    /// If what was accepted is not the value of the version after `position`.
    pub fn follow(&self, position: &mut u64) -> Option<u64> {
        let mut value = [u64::MAX; WORDS];
        let before = *position;
        let next = ring::next::<Loom>(&self.sequence, &self.slots, position, |words| {
            value = std::array::from_fn(|i| words[i].load(Relaxed));
        })?;
        Some(Self::accounted(before, *position, next, value))
    }

    /// As [`Ring::follow`], by a flawed copy of the protocol.
    ///
    /// # Panics
    /// As [`Ring::follow`].
    pub fn follow_flawed(&self, flaw: Flaw, position: &mut u64) -> Option<u64> {
        let count = self.slots.count();
        let mut value = [u64::MAX; WORDS];
        let before = *position;
        let mut newest = self.sequence.load(Relaxed);
        if flaw != Flaw::ReaderTrustsTheSequence {
            fence(Acquire);
        }
        let ahead = newest - before;
        if ahead == 0 {
            return None;
        }
        let mut lapped = ahead >= count;
        if !lapped {
            for (out, word) in value.iter_mut().zip(self.slots.words((before + 1) % count)) {
                *out = word.load(Relaxed);
            }
            if flaw != Flaw::ReaderLooksBackEarly {
                fence(Acquire);
            }
            newest = self.sequence.load(Relaxed);
            let bound = if flaw == Flaw::BoundIsTheSlotCount { count } else { count - 1 };
            lapped = newest - (before + 1) >= bound && flaw != Flaw::FollowerDoesNotLookBack;
        }
        let next = if lapped {
            let oldest = newest.saturating_sub(count - 1);
            let missed = oldest - before + u64::from(flaw == Flaw::MissedCountsOneTooMany);
            *position = oldest + u64::from(flaw == Flaw::MissedSkipsTheOldest);
            Err(Missed(missed))
        } else {
            *position += 1;
            Ok(())
        };
        Some(Self::accounted(before, *position, next, value))
    }

    /// The number of versions that a step accounts for: the one that was read, or those missed.
    fn accounted(before: u64, after: u64, next: Result<(), Missed>, value: [u64; WORDS]) -> u64 {
        match next {
            Ok(()) => {
                assert_eq!((after, value), (before + 1, value_of(after)), "torn, or not the next");
                1
            }
            Err(Missed(count)) => count,
        }
    }

    /// The published version, for followers that wait: writes the next version, and then notifies.
    pub fn push(&self, pushed: &crate::notify::World) {
        self.write();
        pushed.notify(Who::All);
    }

    /// As [`Ring::push`], in the opposite order.
    pub fn push_flawed(&self, pushed: &crate::notify::World) {
        pushed.notify(Who::All);
        self.write();
    }

    /// Waits until there is a version after `position`; follows the ring by one step.
    pub fn wait_and_follow(&self, pushed: &crate::notify::World, position: &mut u64) -> u64 {
        loop {
            let ticket = pushed.ticket();
            if let Some(accounted) = self.follow(position) {
                return accounted;
            }
            pushed.wait(ticket);
        }
    }

    fn attempt_flawed(&self, flaw: Flaw, load: Load, out: &mut [u64]) -> Result<u64, Lapped> {
        let count = self.slots.count();
        let before = self.sequence.load(Relaxed);
        if flaw != Flaw::ReaderTrustsTheSequence {
            fence(Acquire);
        }
        for (out, word) in out.iter_mut().zip(self.slots.words(before % count)) {
            *out = load(word);
        }
        if flaw != Flaw::ReaderLooksBackEarly {
            fence(Acquire);
        }
        let after = self.sequence.load(Relaxed);
        let bound = if flaw == Flaw::BoundIsTheSlotCount { count } else { count - 1 };
        if after.wrapping_sub(before) < bound { Ok(before) } else { Err(Lapped) }
    }
}
