//! The version ring of `Latest` and `Ring`: one writer, any number of readers that write nothing. A
//! reader of a `Latest` takes the newest version; one of a `Ring` takes each version in turn ([`next`]).
//!
//! Version `v` of the value lies in slot `v % count`. The writer fills the slot of the next version
//! and then publishes it in the sequence word; a reader copies the slot of the version that it saw
//! published, and then checks whether the writer may have come round to that slot in the meantime.
//! Publishing is the commit point: a writer that dies before it has changed nothing that a reader
//! accepts, and its successor fills the same slot again. There is nothing to repair.
//!
//! | step | reads or writes | ordering | partner |
//! | --- | --- | --- | --- |
//! | `write`: before the slot | fence | Release | the fence after the copy in [`attempt`] |
//! | `write`: publish | the sequence | Release | the fence in [`version`] |
//! | [`version`] | the sequence, fence | Relaxed, Acquire | publish |
//! | `copy_of`: after the copy | fence, the sequence | Acquire, Relaxed | the fence of `write` |
//!
//! A copy may take each byte of a word from another load of it (`copy::peek`), so that it may be torn
//! anywhere. A reader that accepts has copied one version: suppose that it copied a byte of a word that the writer
//! stored for version `w`, while it meant to read `a`, of the same slot: `w >= a + count`. Before that store
//! the writer had read `w - 1` from the sequence, and the two fences carry this over: the reader then
//! finds `b >= w - 1 >= a + count - 1`, and rejects the copy. `tests/models` checks this with loom.
//!
//! Of `count` slots, the writer may be filling one, so that a reader can have the `count - 1` newest
//! versions. One that is further back has missed those in between.
//!
//! Loads are relaxed and of 8 bytes at most, or assembly that only reads, so that they work on read-only memory
//! ([`std::sync::atomic`], "Atomic accesses to read-only memory").

use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};

use super::{Machine, Word};
use crate::fault;

/// The number of attempts of [`read`], which take less than a millisecond if the value is small. A
/// writer that does nothing else can lap a reader that many times in a row only if the reader is kept
/// from running.
pub const ATTEMPTS: u32 = 1_000;

/// The most slots that a reader asks for in advance. It is hardly ever lapped if there are more.
const MOST_PREFETCHED: u64 = 8;

/// The memory of the slots.
pub trait Slots<M: Machine> {
    /// Returns the number of slots: two or more, for a queue one or more.
    fn count(&self) -> u64;

    /// Returns the words of the slot with this index, which is below `count`.
    fn words(&self, slot: u64) -> &[M::U64];
}

/// The writer overtook the reader during its copy, which may be torn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lapped;

/// Returns the published version: 0 if nothing was ever written.
#[inline]
pub fn version<M: Machine>(sequence: &M::U64) -> u64 {
    let version = sequence.load(Relaxed);
    // Pairs with the Release store of `write`: the words of this version are visible from here on.
    M::fence(Acquire);
    version
}

/// Calls `copy` once to copy the words of the published version, each byte by a relaxed load of its word; returns
/// the version.
///
/// # Errors
/// If the writer may have written to the slot in the meantime; the copy is then useless.
#[inline]
pub fn attempt<M: Machine>(
    sequence: &M::U64,
    slots: &impl Slots<M>,
    copy: &mut impl FnMut(&[M::U64]),
) -> Result<u64, Lapped> {
    let version = version::<M>(sequence);
    copy_of::<M>(sequence, slots, version, copy).map(|()| version).map_err(|_newest| Lapped)
}

/// Calls `copy` once to copy the words of a version that was published, as in [`attempt`].
///
/// # Errors
/// The newest version, if the writer may have written to the slot in the meantime; the copy is then
/// useless.
#[inline]
fn copy_of<M: Machine>(
    sequence: &M::U64,
    slots: &impl Slots<M>,
    version: u64,
    copy: &mut impl FnMut(&[M::U64]),
) -> Result<(), u64> {
    let count = slots.count();
    copy(slots.words(version % count));
    // Pairs with the Release fence of `write`.
    M::fence(Acquire);
    let newest = sequence.load(Relaxed);
    // Not `< count`: the writer may be filling the slot after the published one.
    if newest.wrapping_sub(version) < count - 1 { Ok(()) } else { Err(newest) }
}

/// Like [`attempt`], up to [`ATTEMPTS`] times.
///
/// # Errors
/// If the writer was faster each time.
#[inline]
pub fn read<M: Machine>(
    sequence: &M::U64,
    slots: &impl Slots<M>,
    mut copy: impl FnMut(&[M::U64]),
) -> Result<u64, Lapped> {
    for _ in 0..ATTEMPTS {
        match attempt(sequence, slots, &mut copy) {
            Err(Lapped) => prepare::<M>(slots),
            done => return done,
        }
    }
    Err(Lapped)
}

/// Prepares another attempt.
///
/// A slot's line comes from the writer's cache, and is asked for only when the sequence is there, so that a
/// writer that does nothing else publishes several versions meanwhile. If the lines of all slots are asked for
/// at the same time as the sequence, they are there when it is.
#[cold]
fn prepare<M: Machine>(slots: &impl Slots<M>) {
    M::spin();
    // Unknown to the compiler, so that it does not compute the addresses before the first attempt.
    let count = std::hint::black_box(slots.count().min(MOST_PREFETCHED));
    for slot in 0..count {
        M::prefetch(slots.words(slot));
    }
}

/// A reader fell so far back that this number of versions were overwritten before it had them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Missed(pub u64);

/// Copies the version after `position`, as [`attempt`] does, and moves `position` to it; `None` if none
/// was published since.
///
/// # Errors
/// If that version was overwritten, or may have been during the copy. `position` then is right before
/// the oldest version that is left, and the copy is useless.
///
/// A sequence that went back, which no writer of this protocol does, counts as one that went ahead by
/// nearly 2^64: the versions in between were missed.
#[inline]
pub fn next<M: Machine>(
    sequence: &M::U64,
    slots: &impl Slots<M>,
    position: &mut u64,
    mut copy: impl FnMut(&[M::U64]),
) -> Option<Result<(), Missed>> {
    let newest = version::<M>(sequence);
    let ahead = newest.wrapping_sub(*position);
    if ahead == 0 {
        return None;
    }
    let wanted = position.wrapping_add(1);
    let copied = if ahead < slots.count() {
        copy_of::<M>(sequence, slots, wanted, &mut copy)
    } else {
        Err(newest)
    };
    Some(match copied {
        Ok(()) => {
            *position = wanted;
            Ok(())
        }
        Err(newest) => Err(skip(before_oldest(newest, slots.count()), position)),
    })
}

#[cold]
fn skip(to: u64, position: &mut u64) -> Missed {
    Missed(to.wrapping_sub(std::mem::replace(position, to)))
}

/// Returns the position right before the oldest version that a reader can have of as many slots.
#[inline]
#[must_use]
pub fn before_oldest(newest: u64, count: u64) -> u64 {
    newest.saturating_sub(count - 1)
}

/// Writes and publishes the next version, and returns it. There must be no second writer.
#[inline]
pub fn write<M: Machine>(sequence: &M::U64, slots: &impl Slots<M>, value: &[u64]) -> u64 {
    let next = sequence.load(Relaxed).wrapping_add(1);
    // Pairs with the Acquire fence after a reader's copy: a reader that sees a word of the new version
    // also sees that the version before it was published.
    M::fence(Release);
    fault::point("latest: before the copy");
    store::<M>(value, slots.words(next % slots.count()), "latest: in the middle of the copy");
    fault::point("latest: before publishing");
    // The commit. Pairs with the fence in `version`.
    sequence.store(next, Release);
    fault::point("latest: after publishing");
    next
}

/// Writes a value to the words of a slot, each with a relaxed store: all in one copy, except where a test
/// may kill the process between two halves.
#[inline]
pub(super) fn store<M: Machine>(value: &[u64], words: &[M::U64], half_way: &'static str) {
    let len = value.len().min(words.len());
    let middle = if cfg!(feature = "kill-points") { len / 2 } else { 0 };
    M::store_words(&value[..middle], &words[..middle]);
    fault::point(half_way);
    M::store_words(&value[middle..len], &words[middle..len]);
}

#[cfg(test)]
mod tests;
