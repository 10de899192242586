//! No element is ever seen in parts: one thread copies while another reads single elements, or the other
//! way round.
//!
//! Each case is tried for some milliseconds;
//! `SHM_TORN_MILLIS=2000 cargo test --release -p shm-core --lib copy::torn` takes its time.

use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;
use std::time::{Duration, Instant};

use super::*;

/// The two values of an element. They differ in every byte.
const VALUES: [u64; 2] = [0x5555_5555_5555_5555, 0xAAAA_AAAA_AAAA_AAAA];

/// Lengths in bytes, at least one for each code path.
const LENGTHS: [usize; 6] = [24, 120, 248, 704, 1600, 5000];

/// Offsets from a page boundary on the shared side and on the private one: aligned well, badly, and such
/// that they collide.
const OFFSETS: [(usize, usize); 4] = [(0, 0), (8, 0), (24, 1), (40, 24)];

/// The longest copy plus the largest offset.
const MOST: usize = 5120;

/// The time for which a case is tried.
fn patience() -> Duration {
    let millis = std::env::var("SHM_TORN_MILLIS").map_or(4, |text| text.parse().expect("a number"));
    Duration::from_millis(millis)
}

/// The time limit for something that is bound to happen.
const LIMIT: Duration = Duration::from_secs(30);

/// Memory whose start is aligned to a page.
#[repr(C, align(4096))]
struct Memory([u64; MOST / 8]);

impl Memory {
    fn full_of(value: u64) -> Box<Self> {
        Box::new(Self([value; MOST / 8]))
    }

    fn at(&mut self, offset: usize) -> Address {
        Address(self.0.as_mut_ptr().cast::<u8>().wrapping_add(offset))
    }
}

/// An address that one or two threads use.
#[derive(Clone, Copy)]
struct Address(*mut u8);
// SAFETY: a pointer; each use states what it needs.
unsafe impl Send for Address {}
// SAFETY: as above.
unsafe impl Sync for Address {}

/// The length of a copy, and its offsets from a page boundary on both sides.
#[derive(Clone, Copy, Debug)]
struct Case {
    len: usize,
    shared: usize,
    private: usize,
}

type Load = unsafe fn(*const u8, *mut u8, usize);
type Store = unsafe fn(*mut u8, *const u8, usize);

/// The element at `index`.
///
/// # Safety
/// It exists, is aligned, and all other threads access it by atomics of that width.
unsafe fn cell<'a, T: Word>(start: Address, index: usize) -> &'a T::Cell {
    let cell = start.0.cast::<T::Cell>().wrapping_add(index);
    // SAFETY: guaranteed by the caller.
    unsafe { &*cell }
}

fn is_whole<T: Word>(element: T) -> bool {
    let bits = element.to_bits_u64();
    VALUES.into_iter().any(|value| T::from_bits_u64(value).to_bits_u64() == bits)
}

/// Returns whether a reader of single elements sees part of one while `store` is called with both values
/// in turn.
fn tears_what_it_stores<T: Word>(store: Store, case: Case, patience: Duration) -> bool {
    let mut memories = VALUES.map(Memory::full_of);
    let sources = memories.each_mut().map(|memory| memory.at(case.private));
    let write = |start: Address| {
        for source in &sources {
            // SAFETY: inside both memories; the shared one is accessed by atomics, here and below.
            unsafe { store(start.0, source.0, case.len) };
        }
    };
    let find = |start| {
        (0..case.len / size_of::<T>()).any(|index| {
            // SAFETY: inside the memory, aligned.
            let cell = unsafe { cell::<T>(start, index) };
            !is_whole(T::load(cell, Relaxed))
        })
    };
    finds_while_others_write(case, patience, write, find)
}

/// Returns whether `load` sees part of an element while another thread stores both values in single
/// elements.
fn tears_what_it_loads<T: Word>(load: Load, case: Case, patience: Duration) -> bool {
    let count = case.len / size_of::<T>();
    let write = |start| {
        for (value, index) in
            VALUES.into_iter().flat_map(|value| (0..count).map(move |i| (value, i)))
        {
            // SAFETY: inside the memory, aligned.
            let cell = unsafe { cell::<T>(start, index) };
            T::store(cell, T::from_bits_u64(value), Relaxed);
        }
    };
    let mut memory = Memory::full_of(VALUES[0]);
    let target = memory.at(case.private);
    let find = |start: Address| {
        // SAFETY: inside both memories; the shared one is accessed by atomics.
        unsafe { load(start.0, target.0, case.len) };
        (0..count).any(|index| {
            let element = target.0.cast::<T>().wrapping_add(index);
            // SAFETY: inside the memory, whose bytes, like any bytes, are a valid `T`.
            !is_whole(unsafe { element.read_unaligned() })
        })
    };
    finds_while_others_write(case, patience, write, find)
}

/// Returns whether `find` succeeds in time while another thread calls `write` again and again.
fn finds_while_others_write(
    case: Case,
    patience: Duration,
    write: impl Fn(Address) + Sync,
    mut find: impl FnMut(Address) -> bool,
) -> bool {
    let mut memory = Memory::full_of(VALUES[0]);
    let address = memory.at(case.shared);
    let stop = AtomicBool::new(false);
    std::thread::scope(|threads| {
        threads.spawn(|| {
            while !stop.load(Relaxed) {
                write(address);
            }
        });
        let start = Instant::now();
        let mut found = false;
        while !found && start.elapsed() < patience {
            found = find(address);
        }
        stop.store(true, Relaxed);
        found
    })
}

/// Fills with the value of the first element of the private side.
///
/// # Safety
/// As for [`store`].
unsafe fn fill_with_first<T: Word + Copy>(shared: *mut u8, private: *const u8, len: usize) {
    // SAFETY: there is at least one element, and any bytes are a valid `T`.
    let value = unsafe { private.cast::<T>().read_unaligned() };
    // SAFETY: guaranteed by the caller.
    unsafe { fill(shared, value, len) };
}

fn nothing_tears<T: Word + Copy>() {
    for (len, (shared, private)) in LENGTHS.into_iter().flat_map(|len| OFFSETS.map(|at| (len, at)))
    {
        let case = Case { len, shared, private };
        let stored = tears_what_it_stores::<T>(store::<T>, case, patience());
        assert!(!stored, "a store of elements of {} bytes: {case:?}", size_of::<T>());
        let filled = tears_what_it_stores::<T>(fill_with_first::<T>, case, patience());
        assert!(!filled, "a fill of elements of {} bytes: {case:?}", size_of::<T>());
        let loaded = tears_what_it_loads::<T>(load::<T>, case, patience());
        assert!(!loaded, "a load of elements of {} bytes: {case:?}", size_of::<T>());
    }
}

#[test]
fn elements_of_two_bytes_are_whole() {
    nothing_tears::<u16>();
}

#[test]
fn elements_of_four_bytes_are_whole() {
    nothing_tears::<u32>();
}

#[test]
fn elements_of_eight_bytes_are_whole() {
    nothing_tears::<u64>();
}

/// The tests above do find torn elements.
#[test]
fn a_copy_byte_by_byte_tears() {
    for len in [120, 5000] {
        let case = Case { len, shared: 0, private: 0 };
        assert!(tears_what_it_stores::<u64>(portable::store::<u8>, case, LIMIT), "{case:?}");
        assert!(tears_what_it_loads::<u64>(portable::load::<u8>, case, LIMIT), "{case:?}");
    }
}
