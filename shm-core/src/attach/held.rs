//! The locks that this thread holds, by address: locking one of them again would wait for ever.

use std::cell::{Cell, RefCell};

/// How many locks a thread may hold before the list moves to the heap.
const INLINE: usize = 8;

struct Held {
    count: Cell<usize>,
    addresses: [Cell<usize>; INLINE],
}

thread_local! {
    static HELD: Held =
        const { Held { count: Cell::new(0), addresses: [const { Cell::new(0) }; INLINE] } };
    static MORE: RefCell<Vec<usize>> = const { RefCell::new(Vec::new()) };
}

/// Notes that this thread holds the lock at `address`.
#[inline]
pub(crate) fn note(address: usize) {
    HELD.with(|held| {
        let count = held.count.get();
        match held.addresses.get(count) {
            Some(place) => {
                place.set(address);
                held.count.set(count + 1);
            }
            None => note_more(address),
        }
    });
}

/// Notes that this thread does not hold the lock at `address` any more.
#[inline]
pub(crate) fn forget(address: usize) {
    HELD.with(|held| {
        let count = held.count.get();
        let last = held.addresses.get(count.wrapping_sub(1));
        if last.is_some_and(|last| last.get() == address) {
            held.count.set(count - 1);
        } else {
            forget_elsewhere(held, address);
        }
    });
}

/// Whether this thread holds the lock at `address`.
pub(crate) fn has(address: usize) -> bool {
    let inline = HELD
        .with(|held| held.addresses[..held.count.get()].iter().any(|place| place.get() == address));
    inline || MORE.try_with(|more| more.borrow().contains(&address)).unwrap_or(false)
}

#[cold]
fn note_more(address: usize) {
    // While a thread ends its list may be gone already; then a second lock waits instead of failing.
    let _ = MORE.try_with(|more| more.borrow_mut().push(address));
}

#[cold]
fn forget_elsewhere(held: &Held, address: usize) {
    let count = held.count.get();
    let places = &held.addresses[..count];
    if let Some(found) = places.iter().rposition(|place| place.get() == address) {
        places[found].set(places[count - 1].get());
        held.count.set(count - 1);
        return;
    }
    let _ = MORE.try_with(|more| {
        let mut more = more.borrow_mut();
        if let Some(found) = more.iter().rposition(|known| *known == address) {
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
            assert!(!has(address));
            note(address);
        }
        for address in [20, 1, 9, 8, 19, 2] {
            assert!(has(address));
            forget(address);
            assert!(!has(address));
        }
        assert_eq!((1..=20).filter(|address| has(*address)).count(), 14);
    }
}
