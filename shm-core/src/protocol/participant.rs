//! The occupant of a slot: published last, so that a reader that finds the slot taken also finds its
//! occupant.
//!
//! | step | `state` | ordering | partner |
//! | --- | --- | --- | --- |
//! | [`occupy`]: vacate, then write the occupant | 0 | Release | the fence of [`occupant`] |
//! | [`occupy`]: publish | [`ATTACHED`] | Release | the fence of [`occupant`] |
//! | [`occupant`]: look, then read the occupant | read | Relaxed, then an Acquire fence | both stores |
//! | [`vacate`] | 0 | Release | the fence of [`occupant`] |
//!
//! Only the holder of the slot's byte lock writes. A process that is killed between the two stores of
//! [`occupy`] leaves a slot that belongs to no process, whatever it contains by then. A process that
//! vacates its slot in order gives up every lock that it still holds: a reader that sees the slot vacant
//! sees the writes made under those locks.
//!
//! A reader that found the slot taken may read a mixture if the slot changes hands in the meantime. That
//! happens only after the death of the process that the reader checks, and no mixture names a living
//! process under the generation of a dead one for longer than it takes to look again.

use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};

use super::{Machine, Word};
use crate::fault;

/// The slot belongs to a process.
pub const ATTACHED: u32 = 1;

/// Occupies the slot; `write` writes the occupant. The caller holds the slot's byte lock.
pub fn occupy<M: Machine, R>(state: &M::U32, write: impl FnOnce() -> R) -> R {
    vacate::<M>(state);
    fault::point("attach: slot vacated");
    let written = write();
    fault::point("attach: slot written");
    // Pairs with the fence in `occupant`.
    state.store(ATTACHED, Release);
    written
}

/// Calls `read` to read the occupant, if the slot belongs to a process.
pub fn occupant<M: Machine, R>(state: &M::U32, read: impl FnOnce() -> R) -> Option<R> {
    // Relaxed and a fence, so that it works on read-only memory.
    let seen = state.load(Relaxed);
    // Pairs with the Release in `occupy`, and with that in `vacate`: a vacant slot publishes as well.
    M::fence(Acquire);
    (seen == ATTACHED).then(read)
}

/// Empties the slot. The caller holds the slot's byte lock.
pub fn vacate<M: Machine>(state: &M::U32) {
    // Pairs with the fence in `occupant`.
    state.store(0, Release);
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicU32;

    use super::*;
    use crate::protocol::Hardware;

    /// Otherwise a process killed half-way would leave its predecessor's slot partly overwritten with
    /// its own identity.
    #[test]
    fn a_slot_belongs_to_no_process_while_it_is_written() {
        for before in [0, ATTACHED, 2, u32::MAX] {
            let state = AtomicU32::new(before);
            let seen = || occupant::<Hardware, _>(&state, || ());
            assert_eq!(occupy::<Hardware, _>(&state, seen), None, "{before}");
            assert_eq!(seen(), Some(()));
            assert_eq!(state.load(Relaxed), ATTACHED);
            vacate::<Hardware>(&state);
            assert_eq!((seen(), state.load(Relaxed)), (None, 0));
        }
    }

    #[test]
    fn a_state_other_than_one_means_that_the_slot_is_free() {
        for state in [0, 2, 3, 1 << 31, u32::MAX] {
            let read = || unreachable!("the slot is free");
            assert_eq!(occupant::<Hardware, ()>(&AtomicU32::new(state), read), None);
        }
    }
}
