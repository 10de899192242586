//! The bounded queue of `Queue`: one producer at a time, which holds a lock, and any number of consumers,
//! which hold none.
//!
//! `tail` counts the values that were ever pushed, `head` those that were ever popped; value `i` lies in
//! slot `i % count`. Each change becomes true by one access: the store of `tail` publishes a value, the
//! exchange of `head` takes one. A process that is killed has done it or has not, so there is nothing to
//! repair: the heir of a producer fills the same slot again, and a value that a consumer only copied is
//! still in the queue.
//!
//! | step | reads or writes | ordering | partner |
//! | --- | --- | --- | --- |
//! | [`push`]: room | `head` | Acquire | the exchange of [`pop`]: the consumer's copy is over |
//! | [`push`]: before the slot | fence | Release | the fence after the copy in [`peek`] and [`peek_all`] |
//! | [`push`]: publish | `tail` | Release | the load of `tail` in [`pop`], [`peek`] and [`peek_all`] |
//! | [`pop`]: look | `head`, then `tail` | Acquire, Acquire | the exchange of another [`pop`]; publish |
//! | [`pop`]: take | `head` | `AcqRel`, Acquire | room in [`push`] |
//!
//! A consumer copies first and takes afterwards. The exchange succeeds only if `head` is unchanged, and
//! a producer writes to a slot only after it has seen `head` beyond the slot's last value: so the copy of
//! the consumer that takes a value is whole, and every other consumer discards its copy. `tests/models`
//! checks this with loom.
//!
//! The counters would wrap around after 2^64 values, which takes centuries. If a peer writes nonsense
//! into them, slots are still found by `% count`: the queue then looks full to producers or empty to
//! consumers, and values are lost or repeated. No loop runs for longer than [`ATTEMPTS`].

use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release};

use super::ring::{self, Slots};
use super::{Machine, Word};
use crate::fault;

/// The number of attempts of [`pop`] and [`peek`]. Each attempt that fails means that another consumer
/// took a value in the meantime.
pub const ATTEMPTS: u32 = 1_000;

/// The two counters.
#[derive(Debug)]
pub struct Ends<'a, M: Machine> {
    /// The number of values that were ever pushed.
    pub tail: &'a M::U64,
    /// The number of values that were ever popped.
    pub head: &'a M::U64,
}

/// Other consumers were faster each time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outrun;

impl<M: Machine> Ends<'_, M> {
    /// Returns the number of values in the queue, in a way that also works on read-only memory.
    #[inline]
    pub fn len(&self, count: u64) -> u64 {
        let head = look::<M>(self.head);
        // By now others may have popped and pushed.
        look::<M>(self.tail).wrapping_sub(head).min(count)
    }
}

/// Reads a counter, in a way that also works on read-only memory.
#[inline]
fn look<M: Machine>(counter: &M::U64) -> u64 {
    let seen = counter.load(Relaxed);
    M::fence(Acquire);
    seen
}

/// Returns whether `count` slots hold the value after `head`, with this `tail`: neither is the queue
/// empty, nor is `head` an old or a wrong one.
#[inline]
fn holds(tail: u64, head: u64, count: u64) -> bool {
    tail.wrapping_sub(head).wrapping_sub(1) < count
}

/// Pushes a value if there is room. The caller holds the lock; `seen` is any value that the caller has
/// loaded from `head`, and is kept up to date.
#[inline]
pub fn push<M: Machine>(
    ends: &Ends<'_, M>,
    slots: &impl Slots<M>,
    seen: &mut u64,
    value: &[u64],
) -> bool {
    let count = slots.count();
    let tail = ends.tail.load(Relaxed);
    if tail.wrapping_sub(*seen) >= count {
        // Acquire: pairs with the exchange of `pop`, so that its copy is over.
        *seen = ends.head.load(Acquire);
        if tail.wrapping_sub(*seen) >= count {
            return false;
        }
    }
    // Pairs with the Acquire fence after the copy of `peek`: a reader that sees a word of this value also
    // sees that the one before it was taken.
    M::fence(Release);
    fault::point("queue: before the copy");
    ring::store::<M>(value, slots.words(tail % count), "queue: in the middle of the copy");
    fault::point("queue: before publishing");
    // The commit. Pairs with the loads of `tail` by consumers.
    ends.tail.store(tail.wrapping_add(1), Release);
    fault::point("queue: after publishing");
    true
}

/// Takes the oldest value and returns its number, or `None` if the queue is empty. Calls `copy` to copy
/// a value's words, each with a relaxed load; its last copy is the value taken.
///
/// # Errors
/// If other consumers were faster each time.
#[inline]
pub fn pop<M: Machine>(
    ends: &Ends<'_, M>,
    slots: &impl Slots<M>,
    mut copy: impl FnMut(&[M::U64]),
) -> Result<Option<u64>, Outrun> {
    let count = slots.count();
    // Acquire: who popped the value before had seen the `tail` behind it, and so does this thread.
    let mut head = ends.head.load(Acquire);
    for _ in 0..ATTEMPTS {
        // Acquire: pairs with publishing.
        let tail = ends.tail.load(Acquire);
        if tail == head {
            return Ok(None);
        }
        if !holds(tail, head, count) {
            // By now others have popped and pushed, or a peer wrote nonsense.
            match ends.head.load(Acquire) {
                now if now == head => return Ok(None),
                now => head = now,
            }
            continue;
        }
        copy(slots.words(head % count));
        fault::point("queue: copied, not taken");
        // Release: the copy is over for the producer that sees this. The commit.
        match ends.head.compare_exchange(head, head.wrapping_add(1), AcqRel, Acquire) {
            Ok(_) => {
                fault::point("queue: taken");
                return Ok(Some(head));
            }
            Err(now) => head = now,
        }
    }
    Err(Outrun)
}

/// Like [`pop`], without taking the value, in a way that also works on read-only memory.
///
/// # Errors
/// As [`pop`].
#[inline]
pub fn peek<M: Machine>(
    ends: &Ends<'_, M>,
    slots: &impl Slots<M>,
    mut copy: impl FnMut(&[M::U64]),
) -> Result<Option<u64>, Outrun> {
    let count = slots.count();
    let mut head = look::<M>(ends.head);
    for _ in 0..ATTEMPTS {
        let tail = look::<M>(ends.tail);
        let is_there = holds(tail, head, count);
        if is_there {
            copy(slots.words(head % count));
            // Pairs with the Release fence of `push`.
            M::fence(Acquire);
        }
        let now = look::<M>(ends.head);
        if now == head {
            return Ok(is_there.then_some(head));
        }
        head = now;
    }
    Err(Outrun)
}

/// Calls `copy` with the words of every value, the oldest first, without taking any, in a way that also works on
/// read-only memory; `restart` comes before each attempt. Its last attempt has the values of one moment.
///
/// A slot is overwritten only after the value in it was taken: if none was, all copies are whole.
///
/// # Errors
/// If consumers took values during each attempt.
pub fn peek_all<M: Machine>(
    ends: &Ends<'_, M>,
    slots: &impl Slots<M>,
    mut restart: impl FnMut(),
    mut copy: impl FnMut(&[M::U64]),
) -> Result<(), Outrun> {
    let count = slots.count();
    let mut head = look::<M>(ends.head);
    for _ in 0..ATTEMPTS {
        restart();
        let tail = look::<M>(ends.tail);
        if holds(tail, head, count) {
            for value in 0..tail.wrapping_sub(head) {
                copy(slots.words(head.wrapping_add(value) % count));
            }
            // Pairs with the Release fence of `push`.
            M::fence(Acquire);
        }
        let now = look::<M>(ends.head);
        if now == head {
            return Ok(());
        }
        head = now;
    }
    Err(Outrun)
}

#[cfg(test)]
mod tests;
