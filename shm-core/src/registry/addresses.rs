//! [`AddressMap`]: what lies around an address. Looking up takes at most five loads, whatever the
//! number of entries, and no lock: it works in a signal handler, and in a child that was forked while
//! another thread changed the map.

use std::marker::PhantomData;
use std::ops::Range;
use std::ptr::{NonNull, null_mut};
use std::sync::atomic::AtomicPtr;
use std::sync::atomic::Ordering::{AcqRel, Acquire, Release};

/// Bits of an address that one level looks at.
const BITS: u32 = 9;
/// Slots of a node.
const FANOUT: usize = 1 << BITS;
/// The finest distinction: the smallest page of any machine. No two mappings share one.
const GRAIN_BITS: u32 = 12;
/// The top level; all levels together cover 57 bits, as much as user space has anywhere.
const TOP: u32 = 4;
/// Bits of an address that the map covers.
const COVERED: u32 = GRAIN_BITS + BITS * (TOP + 1);

/// The mark of a slot that has a value, not a node of the next level. Both are aligned to more.
const VALUE: usize = 1;

/// A radix tree, built as page tables are: a slot is null, a node of the level below, or a value for
/// all addresses that it stands for. Nodes are never freed: there are as many as the addresses that
/// were ever in use need, one for each 2 MiB.
pub(crate) struct AddressMap<V: 'static> {
    root: Node,
    values: PhantomData<&'static V>,
}

struct Node {
    slots: [AtomicPtr<u8>; FANOUT],
}

impl Node {
    const fn empty() -> Self {
        Self { slots: [const { AtomicPtr::new(null_mut()) }; FANOUT] }
    }

    /// The node below a slot, which is made if the slot is empty.
    fn below(&self, slot: usize) -> &Node {
        let slot = &self.slots[slot];
        let mut found = slot.load(Acquire);
        if found.is_null() {
            let fresh = Box::into_raw(Box::new(Node::empty())).cast();
            // Release: a thread that finds the node finds it empty.
            match slot.compare_exchange(null_mut(), fresh, AcqRel, Acquire) {
                Ok(_) => found = fresh,
                Err(faster) => {
                    found = faster;
                    // SAFETY: made by `Box::into_raw` just now, and seen by no other thread.
                    drop(unsafe { Box::from_raw(fresh.cast::<Node>()) });
                }
            }
        }
        debug_assert!(!is_value(found), "two values at one address");
        // SAFETY: a slot that is neither null nor a value has a node, which is never freed.
        unsafe { &*found.cast::<Node>() }
    }

    /// Puts `value`, or null, into every slot that stands for addresses of `range` alone.
    fn fill(&self, level: u32, range: &Range<usize>, value: *mut u8) {
        let span = 1_usize << (GRAIN_BITS + BITS * level);
        let mut start = range.start;
        while start < range.end {
            let slot = index(start, level);
            let next = (start & !(span - 1)).saturating_add(span);
            let part = start..next.min(range.end);
            let found = self.slots[slot].load(Acquire);
            let is_whole = part.len() == span;
            if is_whole && (found.is_null() || is_value(found)) {
                self.slots[slot].store(value, Release);
            } else if !(value.is_null() && found.is_null()) {
                self.below(slot).fill(level - 1, &part, value);
            }
            start = next;
        }
    }
}

fn index(address: usize, level: u32) -> usize {
    (address >> (GRAIN_BITS + BITS * level)) % FANOUT
}

fn is_value(slot: *mut u8) -> bool {
    slot.addr() & VALUE != 0
}

impl<V> AddressMap<V> {
    pub(crate) const fn new() -> Self {
        const { assert!(align_of::<V>() > VALUE) };
        Self { root: Node::empty(), values: PhantomData }
    }

    /// The value around an address. It is the caller's business whether it is still there.
    #[inline]
    pub(crate) fn get(&self, address: usize) -> Option<NonNull<V>> {
        if address >> COVERED != 0 {
            return None;
        }
        let mut node = &self.root;
        for level in (0..=TOP).rev() {
            let found = node.slots[index(address, level)].load(Acquire);
            if is_value(found) {
                return NonNull::new(found.map_addr(|address| address & !VALUE).cast());
            }
            if found.is_null() {
                return None;
            }
            // SAFETY: as in `below`.
            node = unsafe { &*found.cast::<Node>() };
        }
        None
    }

    /// Enters a value for all pages that `range` touches, which have no other.
    pub(crate) fn insert(&self, range: &Range<usize>, value: NonNull<V>) {
        let value = value.as_ptr().cast::<u8>().map_addr(|address| address | VALUE);
        self.root.fill(TOP, &whole_pages(range), value);
    }

    /// Takes out what was entered for that range.
    pub(crate) fn remove(&self, range: &Range<usize>) {
        self.root.fill(TOP, &whole_pages(range), null_mut());
    }
}

/// The pages that a range touches, cut off where the map ends.
fn whole_pages(range: &Range<usize>) -> Range<usize> {
    let grain = 1_usize << GRAIN_BITS;
    let end = range.end.checked_next_multiple_of(grain).unwrap_or(usize::MAX);
    range.start & !(grain - 1)..end.min(1 << COVERED)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: usize = 4096;

    fn value(of: &'static u64) -> NonNull<u64> {
        NonNull::from(of)
    }

    #[test]
    fn an_address_finds_the_range_around_it_and_no_other() {
        let (map, left, right) = (AddressMap::new(), value(&1), value(&2));
        map.insert(&(5 * PAGE + 64..6 * PAGE), left);
        map.insert(&(6 * PAGE..6 * PAGE + 1), right);
        assert_eq!(map.get(5 * PAGE - 1), None);
        assert_eq!(map.get(5 * PAGE), Some(left));
        assert_eq!(map.get(6 * PAGE - 1), Some(left));
        assert_eq!(map.get(6 * PAGE), Some(right));
        assert_eq!(map.get(7 * PAGE - 1), Some(right));
        assert_eq!(map.get(7 * PAGE), None);
        map.remove(&(5 * PAGE + 64..6 * PAGE));
        assert_eq!(map.get(5 * PAGE), None);
        assert_eq!(map.get(6 * PAGE), Some(right));
    }

    #[test]
    fn ranges_of_every_size_and_place_are_found_from_end_to_end_and_gone_when_removed() {
        let map = AddressMap::new();
        for bits in [12, 13, 20, 21, 22, 29, 30, 31, 35, 39, 40, 46] {
            for start in [1_usize << 46, (1 << 46) + PAGE, (1 << 46) + (1 << 21) - PAGE, 3 << 30] {
                let range = start..start + (1_usize << bits) + PAGE;
                map.insert(&range, value(&7));
                let inside = [range.start, range.start + range.len() / 2, range.end - 1];
                assert!(inside.iter().all(|at| map.get(*at) == Some(value(&7))), "{range:x?}");
                assert_eq!((map.get(range.start - 1), map.get(range.end)), (None, None));
                map.remove(&range);
                assert!(inside.iter().all(|at| map.get(*at).is_none()), "{range:x?}");
            }
        }
    }

    #[test]
    fn addresses_beyond_the_map_have_nothing_around_them() {
        let map = AddressMap::new();
        map.insert(&((1 << COVERED) - PAGE..1 << COVERED), value(&3));
        assert_eq!(map.get((1 << COVERED) - 1), Some(value(&3)));
        for address in [0, 1 << COVERED, usize::MAX] {
            assert_eq!(map.get(address), None);
        }
    }

    #[test]
    fn threads_that_enter_neighbours_at_the_same_time_do_not_lose_each_other() {
        static MAP: AddressMap<u64> = AddressMap::new();
        std::thread::scope(|scope| {
            for thread in 0..8 {
                scope.spawn(move || {
                    for round in 0..1_000 {
                        let at = (round * 8 + thread) * PAGE;
                        MAP.insert(&(at..at + PAGE), value(&9));
                        assert_eq!(MAP.get(at), Some(value(&9)));
                    }
                });
            }
        });
        assert!((0..8_000).all(|page| MAP.get(page * PAGE) == Some(value(&9))));
    }
}
