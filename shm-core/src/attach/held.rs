//! The locks that this thread holds: locking one of them again would wait for ever.
//!
//! A lock is known by its address and by the owner bits it was taken with, so that a leaked guard is
//! not mistaken for one of a later mapping at the same address, nor for one of a forked child.

use std::cell::{Cell, RefCell};

/// How many locks a thread may hold before the list moves to the heap.
const INLINE: usize = 8;

/// An address, and who holds the lock there.
type Lock = (usize, u32);

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

/// Notes that this thread does not hold a lock any more.
#[inline]
pub(crate) fn forget(lock: Lock) {
    HELD.with(|held| {
        let count = held.count.get();
        let last = held.locks.get(count.wrapping_sub(1));
        if last.is_some_and(|last| last.get() == lock) {
            held.count.set(count - 1);
        } else {
            forget_elsewhere(held, lock);
        }
    });
}

/// Whether this thread holds the lock.
pub(crate) fn has(lock: Lock) -> bool {
    let inline =
        HELD.with(|held| held.locks[..held.count.get()].iter().any(|place| place.get() == lock));
    inline || MORE.try_with(|more| more.borrow().contains(&lock)).unwrap_or(false)
}

#[cold]
fn note_more(lock: Lock) {
    // While a thread ends its list may be gone already; then a second lock waits instead of failing.
    let _ = MORE.try_with(|more| more.borrow_mut().push(lock));
}

#[cold]
fn forget_elsewhere(held: &Held, lock: Lock) {
    let count = held.count.get();
    let places = &held.locks[..count];
    if let Some(found) = places.iter().rposition(|place| place.get() == lock) {
        places[found].set(places[count - 1].get());
        held.count.set(count - 1);
        return;
    }
    let _ = MORE.try_with(|more| {
        let mut more = more.borrow_mut();
        if let Some(found) = more.iter().rposition(|known| *known == lock) {
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
            assert!(!has((address, 7)));
            note((address, 7));
        }
        for address in [20, 1, 9, 8, 19, 2] {
            assert!(has((address, 7)));
            forget((address, 7));
            assert!(!has((address, 7)));
        }
        assert_eq!((1..=20).filter(|address| has((*address, 7))).count(), 14);
    }

    #[test]
    fn a_lock_at_the_same_address_held_as_another_owner_is_another_lock() {
        note((4096, 1));
        assert!(!has((4096, 2)));
        forget((4096, 2));
        assert!(has((4096, 1)));
    }
}
