//! The locks that this thread holds, because locking one of them again would wait for ever.
//!
//! A lock is identified by its address and by the epoch in which it was taken, so that a leaked guard is
//! not mistaken for one of a later mapping at the same address, nor a parent's guard for its child's: a
//! mapping's epochs are later than all epochs before it was made, and a child's are later than its
//! parent's.

use std::cell::{Cell, RefCell};

/// The number of locks that a thread may hold before the list moves to the heap.
const INLINE: usize = 8;

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

/// Notes that this thread no longer holds the lock at an address.
#[inline]
pub(crate) fn forget(address: usize) {
    HELD.with(|held| {
        let count = held.count.get();
        let last = held.locks.get(count.wrapping_sub(1));
        if last.is_some_and(|last| last.get().0 == address) {
            held.count.set(count - 1);
        } else {
            forget_elsewhere(held, address);
        }
    });
}

/// Returns whether this thread holds the lock at an address, taken in the epoch `since` or later.
pub(crate) fn has(address: usize, since: u64) -> bool {
    let is_it = |lock: &Lock| lock.0 == address && lock.1 >= since;
    let inline =
        HELD.with(|held| held.locks[..held.count.get()].iter().any(|place| is_it(&place.get())));
    inline || MORE.try_with(|more| more.borrow().iter().any(is_it)).unwrap_or(false)
}

#[cold]
fn note_more(lock: Lock) {
    // While a thread ends, its list may be gone already; a second lock then waits instead of failing.
    let _ = MORE.try_with(|more| more.borrow_mut().push(lock));
}

#[cold]
fn forget_elsewhere(held: &Held, address: usize) {
    let count = held.count.get();
    let places = &held.locks[..count];
    if let Some(found) = places.iter().rposition(|place| place.get().0 == address) {
        places[found].set(places[count - 1].get());
        held.count.set(count - 1);
        return;
    }
    let _ = MORE.try_with(|more| {
        let mut more = more.borrow_mut();
        if let Some(found) = more.iter().rposition(|known| known.0 == address) {
            more.swap_remove(found);
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_number_of_locks_is_remembered_and_forgotten_in_any_order() {
        for address in 1..=20 {
            assert!(!has(address, 7));
            note((address, 7));
        }
        for address in [20, 1, 9, 8, 19, 2] {
            assert!(has(address, 7));
            forget(address);
            assert!(!has(address, 7));
        }
        assert_eq!((1..=20).filter(|address| has(*address, 7)).count(), 14);
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
}
