//! [`AddressMap`]: finds the entry around an address. A look-up takes at most five loads, whatever the
//! number of entries, and no lock: it works in a signal handler, and in a child that was forked while
//! another thread changed the map.

use std::ops::Range;
use std::ptr::{NonNull, null_mut};
use std::sync::atomic::AtomicPtr;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};

use crate::limits::PAGE;

/// Bits of an address that one level decodes.
const BITS: u32 = 9;
/// Slots of a node.
const FANOUT: usize = 1 << BITS;
/// The granularity: the smallest page of any machine. No two mappings share one.
const GRAIN_BITS: u32 = PAGE.trailing_zeros();
/// The top level; all levels together cover 57 bits, the largest user address space of any machine.
const TOP: u32 = 4;
/// Bits of an address that the map covers.
const COVERED: u32 = GRAIN_BITS + BITS * (TOP + 1);

/// The mark of a slot that holds an entry instead of a node of the next level. Both are aligned to more
/// than this.
const ENTRY: usize = 1;

/// An entry, which knows its addresses.
pub(super) trait Spans {
    /// The addresses of this entry, none of which shares a page with another entry's.
    fn addresses(&self) -> &Range<usize>;
}

/// A radix tree, built like page tables, but only as deep as needed to separate its entries: a slot is
/// null, a node of the next level down, or an entry if that is the only one in the slot's share of the
/// addresses. Nodes are never freed: there are at most as many as page tables for all addresses that
/// were ever mapped.
///
/// One thread at a time may change it, while any number look up.
pub(super) struct AddressMap<V: 'static> {
    root: Node<V>,
}

struct Node<V> {
    slots: [Slot<V>; FANOUT],
}

struct Slot<V>(AtomicPtr<V>);

/// The contents of a slot.
enum Found<'a, V> {
    Nothing,
    Below(&'a Node<V>),
    Entry(NonNull<V>),
}

impl<V> Slot<V> {
    #[inline]
    fn look(&self) -> Found<'_, V> {
        // Acquire: pairs with the Release in `put`, so that a node or an entry is seen fully
        // initialised.
        let found = self.0.load(Acquire);
        if found.addr() & ENTRY != 0 {
            let entry = found.map_addr(|address| address & !ENTRY);
            return NonNull::new(entry).map_or(Found::Nothing, Found::Entry);
        }
        // SAFETY: a slot without the mark is null or holds a node, which is never freed.
        unsafe { found.cast::<Node<V>>().as_ref() }.map_or(Found::Nothing, Found::Below)
    }

    fn put(&self, entry: NonNull<V>) {
        self.0.store(entry.as_ptr().map_addr(|address| address | ENTRY), Release);
    }

    fn put_below(&self, node: Box<Node<V>>) {
        self.0.store(Box::into_raw(node).cast(), Release);
    }

    fn clear(&self) {
        self.0.store(null_mut(), Relaxed);
    }
}

impl<V> Node<V> {
    const fn empty() -> Self {
        Self { slots: [const { Slot(AtomicPtr::new(null_mut())) }; FANOUT] }
    }

    /// The slots that a range touches, each with its part of the range.
    fn parts(
        &self,
        level: u32,
        range: &Range<usize>,
    ) -> impl Iterator<Item = (&Slot<V>, Range<usize>)> {
        let span = 1_usize << (GRAIN_BITS + BITS * level);
        let (mut start, end) = (range.start, range.end);
        std::iter::from_fn(move || {
            if start >= end {
                return None;
            }
            let next = (start & !(span - 1)).saturating_add(span).min(end);
            let part = start..next;
            start = next;
            Some((&self.slots[index(part.start, level)], part))
        })
    }
}

impl<V: Spans> Node<V> {
    /// # Safety
    /// Every entry in the map still exists.
    unsafe fn insert(&self, level: u32, range: &Range<usize>, entry: NonNull<V>) {
        for (slot, part) in self.parts(level, range) {
            match slot.look() {
                Found::Nothing => slot.put(entry),
                Found::Below(node) => {
                    // SAFETY: guaranteed by the caller.
                    unsafe { node.insert(level - 1, &part, entry) };
                }
                Found::Entry(other) => {
                    let node = Box::new(Self::empty());
                    // SAFETY: guaranteed by the caller.
                    let theirs = whole_pages(unsafe { other.as_ref() }.addresses());
                    let theirs = within_slot(level, part.start, &theirs);
                    // SAFETY: guaranteed by the caller.
                    unsafe { node.insert(level - 1, &theirs, other) };
                    // SAFETY: guaranteed by the caller.
                    unsafe { node.insert(level - 1, &part, entry) };
                    // In one step, so that a look-up of the other entry finds it before and after.
                    slot.put_below(node);
                }
            }
        }
    }

    fn remove(&self, level: u32, range: &Range<usize>, entry: NonNull<V>) {
        for (slot, part) in self.parts(level, range) {
            match slot.look() {
                Found::Below(node) => node.remove(level - 1, &part, entry),
                Found::Entry(found) if found == entry => slot.clear(),
                Found::Entry(_) | Found::Nothing => {}
            }
        }
    }
}

/// The part of a range that lies in the same slot as an address.
fn within_slot(level: u32, address: usize, range: &Range<usize>) -> Range<usize> {
    let span = 1_usize << (GRAIN_BITS + BITS * level);
    let start = address & !(span - 1);
    range.start.max(start)..range.end.min(start.saturating_add(span))
}

fn index(address: usize, level: u32) -> usize {
    (address >> (GRAIN_BITS + BITS * level)) % FANOUT
}

impl<V: Spans> AddressMap<V> {
    pub(super) const fn new() -> Self {
        const { assert!(align_of::<V>() > ENTRY) };
        Self { root: Node::empty() }
    }

    /// The only entry that can be around an address. The caller checks whether it is, and whether it
    /// still exists.
    #[inline]
    pub(super) fn candidate(&self, address: usize) -> Option<NonNull<V>> {
        let mut node = &self.root;
        for level in (0..=TOP).rev() {
            match node.slots[index(address, level)].look() {
                Found::Entry(entry) => return Some(entry),
                Found::Below(below) => node = below,
                Found::Nothing => return None,
            }
        }
        None
    }

    /// Adds an entry, until it is removed.
    ///
    /// # Safety
    /// No other thread changes the map meanwhile; all entries that were added and not removed still
    /// exist, and share no page with this one.
    pub(super) unsafe fn insert(&self, entry: &V) {
        let range = whole_pages(entry.addresses());
        // SAFETY: guaranteed by the caller.
        unsafe { self.root.insert(TOP, &range, NonNull::from(entry)) };
    }

    /// Removes an entry. No other thread may change the map meanwhile.
    pub(super) fn remove(&self, entry: &V) {
        self.root.remove(TOP, &whole_pages(entry.addresses()), NonNull::from(entry));
    }
}

/// The pages that a range touches, cut off at the end of the map.
fn whole_pages(range: &Range<usize>) -> Range<usize> {
    let grain = 1_usize << GRAIN_BITS;
    let end = range.end.checked_next_multiple_of(grain).unwrap_or(usize::MAX);
    range.start & !(grain - 1)..end.min(1 << COVERED)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits;

    const PAGE: usize = limits::PAGE as usize;

    impl Spans for Range<usize> {
        fn addresses(&self) -> &Range<usize> {
            self
        }
    }

    struct Map(AddressMap<Range<usize>>);

    impl Map {
        fn insert(&self, range: &'static Range<usize>) {
            // SAFETY: one thread, ranges that live for ever and share no page.
            unsafe { self.0.insert(range) };
        }

        fn around(&self, address: usize) -> Option<&'static Range<usize>> {
            // SAFETY: ranges that live for ever.
            let found = self.0.candidate(address).map(|found| unsafe { &*found.as_ptr() });
            found.filter(|range| range.contains(&address))
        }
    }

    fn range(range: Range<usize>) -> &'static Range<usize> {
        Box::leak(Box::new(range))
    }

    #[test]
    fn an_address_finds_the_range_around_it_and_no_other() {
        let map = Map(AddressMap::new());
        let (left, right) = (range(5 * PAGE + 64..6 * PAGE), range(6 * PAGE..6 * PAGE + 1));
        map.insert(left);
        assert_eq!(map.around(5 * PAGE + 64), Some(left));
        map.insert(right);
        for (address, expected) in [
            (5 * PAGE + 63, None),
            (5 * PAGE + 64, Some(left)),
            (6 * PAGE - 1, Some(left)),
            (6 * PAGE, Some(right)),
            (6 * PAGE + 1, None),
            (7 * PAGE, None),
        ] {
            assert_eq!(map.around(address), expected, "{address:x}");
        }
        map.0.remove(left);
        assert_eq!((map.around(6 * PAGE - 1), map.around(6 * PAGE)), (None, Some(right)));
    }

    #[test]
    fn ranges_of_every_size_side_by_side_are_found_from_end_to_end_and_gone_when_removed() {
        let map = Map(AddressMap::new());
        let mut start = (1 << 46) - 3 * PAGE;
        let mut side_by_side = Vec::new();
        for bits in [12, 46, 12, 13, 20, 21, 12, 22, 29, 30, 31, 35, 39, 40, 46, 12] {
            let end = start + (1_usize << bits) + PAGE;
            side_by_side.push(range(start..end));
            start = end;
        }
        // In an order in which neighbours meet at every level.
        let order: Vec<_> = (0..side_by_side.len()).map(|n| side_by_side[n * 7 % 16]).collect();
        for (count, range) in order.iter().enumerate() {
            map.insert(range);
            for range in &order[..=count] {
                let inside = [range.start, range.start + range.len() / 2, range.end - 1];
                assert!(inside.iter().all(|at| map.around(*at) == Some(*range)), "{range:x?}");
            }
        }
        for (count, range) in order.iter().enumerate() {
            map.0.remove(range);
            assert_eq!((map.around(range.start), map.around(range.end - 1)), (None, None));
            let left = &order[count + 1..];
            assert!(left.iter().all(|range| map.around(range.end - 1) == Some(*range)));
        }
    }

    #[test]
    fn addresses_at_the_ends_of_the_map_are_found() {
        let map = Map(AddressMap::new());
        let (first, last) = (range(0..PAGE), range((1 << COVERED) - PAGE..1 << COVERED));
        map.insert(last);
        map.insert(first);
        assert_eq!(map.around((1 << COVERED) - 1), Some(last));
        assert_eq!(map.around(0), Some(first));
        assert_eq!((map.around(1 << COVERED), map.around(usize::MAX)), (None, None));
    }

    #[test]
    fn a_look_up_concurrent_with_changes_finds_the_entries_that_stay() {
        let map = Map(AddressMap::new());
        let stays = range(8 * PAGE..9 * PAGE);
        map.insert(stays);
        let is_done = std::sync::atomic::AtomicBool::new(false);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                while !is_done.load(Relaxed) {
                    assert_eq!(map.around(8 * PAGE + 5), Some(stays));
                }
            });
            for round in 0..2_000 {
                let neighbours =
                    [range(7 * PAGE..8 * PAGE), range((9 + round) * PAGE..(99 + round) * PAGE)];
                neighbours.iter().for_each(|range| map.insert(range));
                neighbours.iter().for_each(|range| map.0.remove(range));
            }
            is_done.store(true, Relaxed);
        });
    }
}
