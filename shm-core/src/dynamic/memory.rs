//! The data of a region, by offset: every access is checked here to lie inside and to be aligned.

use std::cell::RefCell;
use std::marker::PhantomData;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::sync::atomic::fence;
use std::sync::atomic::{AtomicU32, AtomicU64};
use std::time::Instant;

use super::resolve::{Entry, Kept};
use crate::access::{Access, CanWrite, ReadWrite};
use crate::arena::Arena;
use crate::error::DynError;
use crate::field::Field;
use crate::heap::{change_entry, clear_entries, replace_bytes};
use crate::protocol::heap::Place;
use crate::protocol::heap::map::Map;
use crate::protocol::queue::{self, Ends};
use crate::protocol::{Hardware, ring};
use crate::region::Mapping;
use crate::scalar::Scalar;
use crate::schema::{Queue, Ring};
use crate::sync::{EventView, OnceView, RawLock};

mod elements;
mod word;

pub(super) use word::Step;

/// The data of a mapping. Callers pass offsets at which the region's schema, whose types do not
/// overlap, has a part of exactly that width.
#[derive(Clone, Copy)]
pub(super) struct Memory<'a, A> {
    mapping: &'a Mapping,
    access: PhantomData<A>,
}

impl<'a, A: Access> Memory<'a, A> {
    /// The mapping is writable if `A` writes (I3).
    #[inline]
    pub(super) fn of(mapping: &'a Mapping) -> Self {
        Self { mapping, access: PhantomData }
    }

    /// The same memory for writing, if this may be written.
    pub(super) fn writable(self) -> Option<Memory<'a, ReadWrite>> {
        A::WRITABLE.then(|| Memory::of(self.mapping))
    }

    /// The region's name, for errors.
    pub(super) fn label(self) -> &'a str {
        self.mapping.label()
    }

    /// The first of `count` cells of that size.
    ///
    /// # Panics
    /// If they do not lie inside the data, or are misaligned: the contents of a region never lead there.
    #[inline]
    fn at<T>(self, offset: usize, count: usize) -> *const T {
        let (start, len) = self.mapping.data_range();
        let end = size_of::<T>().checked_mul(count).and_then(|size| offset.checked_add(size));
        assert!(end.is_some_and(|end| end <= len), "a part of the region lies outside of it");
        assert!((start + offset) % align_of::<T>() == 0, "a part is misaligned");
        self.mapping.data().wrapping_add(offset).cast()
    }

    #[inline]
    fn field<T: Scalar>(self, offset: usize) -> &'a Field<T, A> {
        // SAFETY: inside the mapping (I2) and aligned, as `at` has checked; one atomic (I1) of the
        // width that the schema, and so every process, uses here (I5), writable if `A` is (I3).
        unsafe { &*self.at::<Field<T, A>>(offset, 1) }
    }

    /// Reads a word of that many bytes, as a typed view does: an Acquire load.
    #[inline(always)]
    pub(super) fn load(self, offset: usize, width: usize) -> u64 {
        debug_assert!(matches!(width, 1 | 2 | 4 | 8), "a word of {width} bytes");
        match width {
            1 => self.field::<u8>(offset).get().into(),
            2 => self.field::<u16>(offset).get().into(),
            4 => self.field::<u32>(offset).get().into(),
            _ => self.field::<u64>(offset).get(),
        }
    }

    /// Reads bytes, each on its own, ordered as one Acquire load.
    pub(super) fn bytes(self, offset: usize, len: usize) -> Vec<u8> {
        let bytes = (offset..offset + len).map(|at| self.field::<u8>(at).get_relaxed()).collect();
        // Pairs with the Release fence of `store_bytes`, here and in typed views.
        fence(Acquire);
        bytes
    }

    /// The number of the newest version of a `Latest` at `offset`, and `count` words of it from the
    /// `first` on. `None` if versions were written faster than one could be copied.
    pub(super) fn newest(
        self,
        offset: usize,
        ring: Ring,
        first: usize,
        count: usize,
    ) -> Option<(u64, Vec<u64>)> {
        let slots = Slots { memory: self, offset, ring, first, count };
        let mut copy = vec![0; count];
        let sequence = self.words(offset + ring.sequence as usize, 1);
        ring::read::<Hardware>(&sequence[0], &slots, |words| {
            for (word, copy) in words.iter().zip(&mut copy) {
                *copy = word.load(Relaxed);
            }
        })
        .ok()
        .map(|version| (version, copy))
    }

    /// The region's heap, if it has one.
    pub(super) fn arena(self) -> Option<&'a Arena> {
        self.mapping.ground().arena()
    }

    /// The place whose handle is there.
    pub(super) fn place(self, arena: &Arena, offset: usize) -> Place<'a, Hardware> {
        let handle = &self.words(offset, 1)[0];
        Place::new(arena.offset_of(handle), handle)
    }

    /// The bytes of the value that an `Owned` or an entry of a map has at this moment; 0 if there is none.
    pub(super) fn kept_len(self, kept: &Kept) -> u64 {
        let Some(arena) = self.arena() else { return 0 };
        let offset = kept.handle;
        if let Some(entry) = &kept.entry {
            let map = self.map(arena, (kept.handle, entry.next));
            let len = map.get(&entry.key, |words, len| len.min(size_of_val(words)));
            return len.ok().flatten().unwrap_or(0) as u64;
        }
        let len = arena.view().read(self.place(arena, offset), |words| {
            let (len, bytes) = words.split_first()?;
            Some(len.load(Relaxed).min(size_of_val(bytes) as u64))
        });
        len.ok().flatten().flatten().unwrap_or(0)
    }

    /// A copy of the value that an `Owned` or an entry of a map has at this moment.
    pub(super) fn part(self, kept: &Kept, part: Part) -> Result<Option<Copied>, NotCopied> {
        let Some(entry) = &kept.entry else { return self.kept(kept.handle, part) };
        let Some(arena) = self.arena() else { return Ok(None) };
        let map = self.map(arena, (kept.handle, entry.next));
        let copied = map.get(&entry.key, |words, len| part.copy(words, len as u64));
        copied.map_err(|_| NotCopied::Contended)?.transpose()
    }

    /// The map of which the handles of both tables are at these offsets.
    pub(super) fn map(self, arena: &'a Arena, (table, next): (usize, usize)) -> Map<'a, Arena> {
        Map::of(arena.view(), self.place(arena, table), self.place(arena, next))
    }

    /// The number of entries of the map of an entry, as far as it can be told.
    pub(super) fn entries(self, kept: &Kept) -> u64 {
        let places = kept.entry.as_ref().map(|entry| (kept.handle, entry.next));
        let Some((arena, places)) = self.arena().zip(places) else { return 0 };
        self.map(arena, places).count().unwrap_or_default() as u64
    }

    /// A copy of the value that the handle there owns at this moment.
    pub(super) fn kept(self, offset: usize, part: Part) -> Result<Option<Copied>, NotCopied> {
        let Some(arena) = self.arena() else { return Ok(None) };
        let copied = arena.view().read(self.place(arena, offset), |words| part.of(words));
        copied.map_err(|_| NotCopied::Contended)?.transpose()
    }

    /// The queue at `offset`.
    pub(super) fn queue(self, offset: usize, queue: Queue<'_>) -> QueueAt<'a, A> {
        let slots = Items {
            memory: self,
            start: offset + queue.slots as usize,
            stride: queue.stride as usize,
            count: queue.capacity,
            words: queue.value.size().div_ceil(8) as usize,
        };
        let counter = |at: u64| &self.words(offset + at as usize, 1)[0];
        QueueAt { ends: Ends { tail: counter(queue.tail), head: counter(queue.head) }, slots }
    }

    /// The event whose count is at an offset.
    pub(super) fn event(self, offset: usize) -> &'a EventView<A> {
        // SAFETY: as in `field`: an event is one `AtomicU32`, transparently.
        unsafe { &*self.at::<EventView<A>>(offset, 1) }
    }

    /// The `Once` whose words are at an offset.
    pub(super) fn once(self, offset: usize) -> &'a OnceView<A> {
        // SAFETY: as in `field`: a `OnceView` is two `AtomicU32`s.
        unsafe { &*self.at::<OnceView<A>>(offset, 1) }
    }

    /// The words of the item after the one of the number `cursor`, as [`Memory::newest`] gives them; moves
    /// the cursor to it. `None` if there is no further item yet, and an error if items were missed.
    pub(super) fn next(
        self,
        offset: usize,
        ring: Ring,
        (first, count): (usize, usize),
        cursor: &mut u64,
    ) -> Option<Result<Vec<u64>, ring::Missed>> {
        let slots = Slots { memory: self, offset, ring, first, count };
        let mut copy = vec![0; count];
        let sequence = self.words(offset + ring.sequence as usize, 1);
        let next = ring::next::<Hardware>(&sequence[0], &slots, cursor, |words| {
            for (word, copy) in words.iter().zip(&mut copy) {
                *copy = word.load(Relaxed);
            }
        })?;
        Some(next.map(|()| copy))
    }

    pub(super) fn words(self, offset: usize, count: usize) -> &'a [AtomicU64] {
        let first = self.at(offset, count);
        // SAFETY: inside the mapping (I2) and aligned, as `at` has checked; atomics (I1) that
        // every process accesses as such (I5).
        unsafe { std::slice::from_raw_parts(first, count) }
    }

    /// So many words of four bytes, of a lock with seats.
    pub(super) fn atomics(self, offset: usize, count: usize) -> &'a [AtomicU32] {
        let first = self.at::<AtomicU32>(offset, count);
        // SAFETY: as in `words`.
        unsafe { std::slice::from_raw_parts(first, count) }
    }
}

impl<'a, A: CanWrite> Memory<'a, A> {
    /// Writes a word of that many bytes, as a typed view does: a Release store.
    pub(super) fn store(self, offset: usize, width: usize, bits: u64) {
        debug_assert!(matches!(width, 1 | 2 | 4 | 8), "a word of {width} bytes");
        match width {
            1 => self.field::<u8>(offset).set(bits as u8),
            2 => self.field::<u16>(offset).set(bits as u16),
            4 => self.field::<u32>(offset).set(bits as u32),
            _ => self.field::<u64>(offset).set(bits),
        }
    }

    /// Writes bytes, each on its own, then zeros up to `room` bytes in all; ordered as one Release store.
    pub(super) fn store_bytes(self, offset: usize, bytes: &[u8], room: usize) {
        // Pairs with the Acquire fence of `bytes`, here and in typed views.
        fence(Release);
        let zeros = std::iter::repeat_n(&0, room - bytes.len());
        for (at, byte) in (offset..).zip(bytes.iter().chain(zeros)) {
            self.field::<u8>(at).set_relaxed(*byte);
        }
    }

    /// Adds to an integer of that many bytes in one step, wrapping around. Returns the value before.
    pub(super) fn fetch_add(self, offset: usize, width: usize, bits: u64) -> u64 {
        debug_assert!(matches!(width, 1 | 2 | 4 | 8), "a word of {width} bytes");
        match width {
            1 => self.field::<u8>(offset).fetch_add(bits as u8).into(),
            2 => self.field::<u16>(offset).fetch_add(bits as u16).into(),
            4 => self.field::<u32>(offset).fetch_add(bits as u32).into(),
            _ => self.field::<u64>(offset).fetch_add(bits),
        }
    }

    /// Writes the next version of a `Latest`. The caller is the writer.
    pub(super) fn publish(self, offset: usize, ring: Ring, words: &[u64]) {
        let slots = Slots { memory: self, offset, ring, first: 0, count: words.len() };
        let sequence = self.words(offset + ring.sequence as usize, 1);
        ring::write::<Hardware>(&sequence[0], &slots, words);
    }

    /// Replaces the values of several `Owned`s, of which the locks and the handles are at these offsets; see
    /// [`replace_bytes`].
    pub(super) fn replace_kept(
        self,
        path: &str,
        places: &[(usize, usize)],
        deadline: Option<Instant>,
        make: impl FnMut(usize) -> Result<Option<Vec<u8>>, DynError>,
    ) -> Result<(), DynError> {
        let place =
            |(lock, handle): &(usize, usize)| (self.lock(*lock), &self.words(*handle, 1)[0]);
        let places: Vec<_> = places.iter().map(place).collect();
        replace_bytes(&places, deadline, |cause| DynError::heap(path, cause), make)
    }

    /// Gives the key of an entry the value that `make` returns, or removes it if that is `None`, while no other
    /// writer changes the map; returns whether it was there. See [`change_entry`].
    pub(super) fn change_entry(
        self,
        path: &str,
        (kept, entry): (&Kept, &Entry),
        deadline: Option<Instant>,
        make: impl FnOnce() -> Result<Option<Vec<u8>>, DynError>,
    ) -> Result<bool, DynError> {
        let fault = |cause| DynError::heap(path, cause);
        change_entry(self.places(kept, entry.next), &entry.key, deadline, fault, make)
    }

    /// Removes all entries of a map, of which the lock and the handles are at these offsets.
    pub(super) fn clear_map(
        self,
        path: &str,
        (lock, table, next): (usize, usize, usize),
        deadline: Option<Instant>,
    ) -> Result<(), DynError> {
        let tables = [&self.words(table, 1)[0], &self.words(next, 1)[0]];
        clear_entries((self.lock(lock), tables), deadline)
            .map_err(|cause| DynError::heap(path, cause))
    }

    /// The lock of a map, and its two places.
    fn places(self, kept: &Kept, next: usize) -> (&'a RawLock, [&'a AtomicU64; 2]) {
        (self.lock(kept.lock), [&self.words(kept.handle, 1)[0], &self.words(next, 1)[0]])
    }

    /// The lock whose word is at an offset.
    pub(super) fn lock(self, offset: usize) -> &'a RawLock {
        // SAFETY: as in `field`: a lock is one `AtomicU32`, transparently.
        unsafe { &*self.at::<RawLock>(offset, 1) }
    }
}

/// A queue in the region.
pub(super) struct QueueAt<'a, A> {
    ends: Ends<'a, Hardware>,
    slots: Items<'a, A>,
}

impl<A: Access> QueueAt<'_, A> {
    /// How many values are in it.
    pub(super) fn len(&self) -> u64 {
        self.ends.len(self.slots.count)
    }
}

impl<A: Access> QueueAt<'_, A> {
    /// Copies of the words of all values, one after the other, the oldest first.
    pub(super) fn values(&self) -> Result<Vec<u64>, queue::Outrun> {
        let found = RefCell::new(Vec::new());
        let copy = |words: &[AtomicU64]| {
            found.borrow_mut().extend(words.iter().map(|word| word.load(Relaxed)));
        };
        queue::peek_all::<Hardware>(&self.ends, &self.slots, || found.borrow_mut().clear(), copy)?;
        Ok(found.into_inner())
    }
}

impl<A: CanWrite> QueueAt<'_, A> {
    /// Pushes words; whether there was room. The caller is the producer.
    pub(super) fn push(&self, words: &[u64]) -> bool {
        let mut popped = self.ends.head.load(Acquire);
        queue::push(&self.ends, &self.slots, &mut popped, words)
    }

    /// Takes the words of the oldest value.
    pub(super) fn pop(&self) -> Result<Option<Vec<u64>>, queue::Outrun> {
        let mut copy = vec![0; self.slots.words];
        let taken = queue::pop(&self.ends, &self.slots, |words: &[AtomicU64]| {
            for (word, copy) in words.iter().zip(&mut copy) {
                *copy = word.load(Relaxed);
            }
        });
        Ok(taken?.map(|_| copy))
    }
}

/// The slots of a queue.
struct Items<'a, A> {
    memory: Memory<'a, A>,
    start: usize,
    stride: usize,
    count: u64,
    /// The words of a value.
    words: usize,
}

impl<A: Access> ring::Slots<Hardware> for Items<'_, A> {
    fn count(&self) -> u64 {
        self.count
    }

    fn words(&self, slot: u64) -> &[AtomicU64] {
        self.memory.words(self.start + slot as usize * self.stride, self.words)
    }
}

/// A part of a value in the heap, and the most bytes that may be copied.
#[derive(Clone, Copy)]
pub(super) struct Part {
    /// The bytes of the part; the whole value if there are none.
    pub(super) bytes: Option<(usize, usize)>,
    pub(super) most: u64,
}

/// A copy of a part of a value in the heap.
#[derive(Default)]
pub(super) struct Copied {
    /// The length of the whole value in bytes.
    pub(super) len: usize,
    /// The words from the one in which the part begins; none if the value ends before the part does.
    pub(super) words: Vec<u64>,
}

/// The reasons why there is no copy.
#[derive(Clone, Copy)]
pub(super) enum NotCopied {
    Contended,
    /// The value, or the part, has that many bytes; or its block is too small for its length.
    TooLong(u64),
}

impl Part {
    /// Copies it out of the words of a block.
    fn of(self, words: &[AtomicU64]) -> Result<Copied, NotCopied> {
        let Some((len, words)) = words.split_first() else { return Err(NotCopied::TooLong(0)) };
        self.copy(words, len.load(Relaxed))
    }

    /// Copies it out of the words of a value of `len` bytes.
    fn copy(self, words: &[AtomicU64], len: u64) -> Result<Copied, NotCopied> {
        if len > size_of_val(words) as u64 {
            return Err(NotCopied::TooLong(len));
        }
        let (start, size) = self.bytes.unwrap_or((0, len as usize));
        if size as u64 > self.most {
            return Err(NotCopied::TooLong(size as u64));
        }
        let end = start.saturating_add(size);
        let part = if end as u64 <= len { start / 8..end.div_ceil(8) } else { 0..0 };
        let words = words.get(part).unwrap_or_default();
        Ok(Copied {
            len: len as usize,
            words: words.iter().map(|word| word.load(Relaxed)).collect(),
        })
    }
}

/// A part of each slot of a `Latest`.
struct Slots<'a, A> {
    memory: Memory<'a, A>,
    offset: usize,
    ring: Ring,
    first: usize,
    count: usize,
}

impl<A: Access> ring::Slots<Hardware> for Slots<'_, A> {
    fn count(&self) -> u64 {
        self.ring.count
    }

    fn words(&self, slot: u64) -> &[AtomicU64] {
        let start = self.offset + (self.ring.slots + slot * self.ring.stride) as usize;
        self.memory.words(start + self.first * size_of::<u64>(), self.count)
    }
}
