//! The locks that this thread holds, because locking one of them again would wait for ever.
//!
//! A lock is identified by its address and by the epoch in which it was taken, so that a leaked guard is
//! not mistaken for one of a later mapping at the same address, nor a parent's guard for its child's: a
//! mapping's epochs are later than all epochs before it was made, and a child's are later than its
//! parent's.
//!
//! A thread that has a lock more than once is in the list as often, and each of these entries has
//! [`AGAIN`] in its address: so the usual unlocking, which compares addresses, need not count.

use std::cell::{Cell, RefCell};

/// The number of locks that a thread may hold before the list moves to the heap.
const INLINE: usize = 8;

/// In an address: this thread has, or had, the lock more than once. The word of a lock is aligned to 4.
const AGAIN: usize = 1;

/// What was forgotten.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Forgotten {
    /// A lock that this thread had once.
    Single,
    /// A lock that it had more than once at some time: it may have it still.
    OneOfSeveral,
}

/// An address, and the epoch in which the lock there was taken.
type Lock = (usize, u64);

struct Held {
    count: Cell<usize>,
    locks: [Cell<Lock>; INLINE],
}

thread_local! {
    static HELD: Held =
        const { Held { count: Cell::new(0), locks: [const { Cell::new((0, 0)) }; INLINE] } };
    static MORE: RefCell<Vec<Lock>> = const { RefCell::new(Vec::new()) };
}

/// Notes that this thread holds a lock.
#[inline]
pub(crate) fn note(lock: Lock) {
    HELD.with(|held| {
        let count = held.count.get();
        match held.locks.get(count) {
            Some(place) => {
                place.set(lock);
                held.count.set(count + 1);
            }
            None => note_more(lock),
        }
    });
}

/// Notes that this thread holds a lock once more.
pub(crate) fn note_again((address, epoch): Lock) {
    note((address | AGAIN, epoch));
}

/// Notes that this thread holds a lock once more, if that is the last one it took, by the same address and in
/// the same epoch; else returns `false`.
#[inline]
pub(crate) fn note_last_again((address, epoch): Lock) -> bool {
    HELD.with(|held| {
        let count = held.count.get();
        let last = held.locks.get(count.wrapping_sub(1));
        let (Some(last), Some(next)) = (last, held.locks.get(count)) else { return false };
        let is_it = last.get() == (address, epoch) || last.get() == (address | AGAIN, epoch);
        if is_it {
            // If it was not marked, it is the only entry of this lock.
            last.set((address | AGAIN, epoch));
            next.set((address | AGAIN, epoch));
            held.count.set(count + 1);
        }
        is_it
    })
}

/// Notes that this thread holds a lock once less, if it took that lock the last two times, by the same address
/// and in the same epoch; else returns `false`.
#[inline]
pub(crate) fn forget_last_again((address, epoch): Lock) -> bool {
    HELD.with(|held| {
        let count = held.count.get();
        let is_it = |back: usize| {
            let place = held.locks.get(count.wrapping_sub(back));
            place.is_some_and(|place| place.get() == (address | AGAIN, epoch))
        };
        let are_both = is_it(1) && is_it(2);
        if are_both {
            held.count.set(count - 1);
        }
        are_both
    })
}

/// Returns whether the last lock that this thread took is this one, by the same address and in the same epoch.
#[inline]
pub(crate) fn is_last((address, epoch): Lock) -> bool {
    HELD.with(|held| {
        let last = held.locks.get(held.count.get().wrapping_sub(1));
        last.is_some_and(|last| last.get() == (address, epoch))
    })
}

/// Notes that this thread no longer holds the lock at an address, if that is its last one and was taken
/// once; else returns `false`.
#[inline]
pub(crate) fn forget_last(address: usize) -> bool {
    HELD.with(|held| {
        let count = held.count.get();
        let last = held.locks.get(count.wrapping_sub(1));
        let is_it = last.is_some_and(|last| last.get().0 == address);
        if is_it {
            held.count.set(count - 1);
        }
        is_it
    })
}

/// Notes that this thread no longer holds the lock at an address, or holds it once less.
#[inline]
pub(crate) fn forget(address: usize) -> Forgotten {
    if forget_last(address) { Forgotten::Single } else { forget_elsewhere(address) }
}

/// Returns whether this thread holds any lock.
#[inline]
pub(crate) fn any() -> bool {
    HELD.with(|held| held.count.get() > 0)
}

/// Returns how often this thread holds the lock at an address, taken in the epoch `since` or later.
pub(crate) fn count(address: usize, since: u64) -> usize {
    let mut count = 0;
    each(|lock| count += usize::from(lock.0 & !AGAIN == address && lock.1 >= since));
    count
}

/// Marks each entry of the lock at an address as one of several; returns how many there are.
pub(crate) fn mark(address: usize, since: u64) -> usize {
    let mut count = 0;
    each(|lock| {
        if lock.0 & !AGAIN == address && lock.1 >= since {
            lock.0 |= AGAIN;
            count += 1;
        }
    });
    count
}

/// Looks at every lock that this thread holds, and changes it.
fn each(mut look: impl FnMut(&mut Lock)) {
    HELD.with(|held| {
        for place in &held.locks[..held.count.get()] {
            let mut lock = place.get();
            look(&mut lock);
            place.set(lock);
        }
    });
    // While a thread ends, this list may be gone already.
    let _ = MORE.try_with(|more| more.borrow_mut().iter_mut().for_each(look));
}

#[cold]
fn note_more(lock: Lock) {
    // While a thread ends, its list may be gone already; a second lock then waits instead of failing.
    let _ = MORE.try_with(|more| more.borrow_mut().push(lock));
}

#[cold]
fn forget_elsewhere(address: usize) -> Forgotten {
    let inline = HELD.with(|held| {
        let count = held.count.get();
        let places = &held.locks[..count];
        let found = places.iter().rposition(|place| place.get().0 & !AGAIN == address)?;
        let forgotten = kind(places[found].get());
        places[found].set(places[count - 1].get());
        held.count.set(count - 1);
        Some(forgotten)
    });
    if let Some(forgotten) = inline {
        return forgotten;
    }
    let forgotten = MORE.try_with(|more| {
        let mut more = more.borrow_mut();
        let found = more.iter().rposition(|known| known.0 & !AGAIN == address);
        found.map_or(Forgotten::Single, |found| kind(more.swap_remove(found)))
    });
    forgotten.unwrap_or(Forgotten::Single)
}

fn kind(lock: Lock) -> Forgotten {
    if lock.0 & AGAIN == 0 { Forgotten::Single } else { Forgotten::OneOfSeveral }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn has(address: usize, since: u64) -> bool {
        count(address, since) > 0
    }

    #[test]
    fn any_number_of_locks_is_remembered_and_forgotten_in_any_order() {
        for address in (1..=20).map(|word| 4 * word) {
            assert!(!has(address, 7));
            note((address, 7));
        }
        for address in [20, 1, 9, 8, 19, 2].map(|word| 4 * word) {
            assert!(has(address, 7));
            forget(address);
            assert!(!has(address, 7));
        }
        assert_eq!((1..=20).filter(|word| has(4 * word, 7)).count(), 14);
    }

    #[test]
    fn a_lock_taken_before_a_mapping_was_made_does_not_belong_to_it() {
        note((4096, 3));
        assert!(has(4096, 3));
        assert!(!has(4096, 4));
        note((4096, 5));
        assert!(has(4096, 4));
        forget(4096);
        assert!(!has(4096, 4), "the later one was forgotten");
        assert!(has(4096, 3), "the earlier one leaked");
    }

    #[test]
    fn the_last_lock_is_held_again_at_once_only_in_the_epoch_in_which_it_was_taken() {
        assert!(!note_last_again((12288, 3)), "it is not held");
        note((12288, 3));
        assert!(!note_last_again((12288, 4)), "it may be another mapping's");
        assert!(note_last_again((12288, 3)) && note_last_again((12288, 3)));
        assert_eq!(count(12288, 3), 3);
        assert!(!forget_last_again((12288, 4)));
        assert!(forget_last_again((12288, 3)) && forget_last_again((12288, 3)));
        assert!(!forget_last_again((12288, 3)), "it is not held any more after this one");
        assert_eq!((forget(12288), count(12288, 0)), (Forgotten::OneOfSeveral, 0));
    }

    #[test]
    fn the_last_lock_is_recognised_by_its_address_and_its_epoch() {
        assert!(!is_last((20480, 3)), "it is not held");
        note((20480, 3));
        assert!(is_last((20480, 3)) && !is_last((20480, 4)) && !is_last((24576, 3)));
        note((24576, 3));
        assert!(!is_last((20480, 3)) && is_last((24576, 3)));
        forget(24576);
        assert!(is_last((20480, 3)));
        forget(20480);
        assert!(!is_last((20480, 3)));
    }

    #[test]
    fn a_lock_beneath_another_one_is_not_the_last() {
        note((16384, 3));
        note((64, 3));
        assert!(!note_last_again((16384, 3)));
        assert!(note_last_again((64, 3)));
        note((128, 3));
        assert!(!forget_last_again((64, 3)));
        assert_eq!(count(64, 3), 2);
    }

    #[test]
    fn a_lock_that_is_held_again_is_counted_whatever_is_released_first() {
        note((8192, 3));
        note((64, 3));
        assert_eq!((count(8192, 3), mark(8192, 3)), (1, 1));
        note_again((8192, 4));
        assert_eq!((count(8192, 3), count(8192, 4), count(64, 3)), (2, 1, 1));
        assert_eq!(forget(8192), Forgotten::OneOfSeveral);
        assert_eq!((count(8192, 3), forget(64)), (1, Forgotten::Single));
        assert_eq!((forget(8192), count(8192, 0)), (Forgotten::OneOfSeveral, 0));
    }
}
