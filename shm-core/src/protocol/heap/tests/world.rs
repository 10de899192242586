//! A heap in private memory, its participants, and a generator of numbers.

use std::collections::HashSet;
use std::sync::Mutex;
use std::sync::atomic::Ordering::{AcqRel, Relaxed};
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64};
use std::time::Duration;

use super::mortal::{Mortal, MortalU32, MortalU64};
use crate::protocol::Word;
use crate::protocol::heap::words::{Handle, LINKED, State};
use crate::protocol::heap::{
    Block, Cache, Heap, Memory, NoBlock, Place, Section, View, audit, value,
};
use crate::protocol::lock::{self, Owners};
use crate::protocol::sleep::{Awake, Sleep, Who};

/// The offset of the section: the places lie before it.
pub(super) const SECTION: u64 = 4096;
/// The number of places.
pub(super) const PLACES: usize = 200;

/// The memory of a region, in which the pages that were not committed are out of bounds.
pub(super) struct Words {
    pub(super) words: Vec<MortalU64>,
    pub(super) locks: Vec<MortalU32>,
    /// By KiB.
    committed: Vec<AtomicBool>,
    /// Whether an access to memory that was not committed is a failure.
    strict: bool,
    /// The bytes of further memory that can be had.
    pub(super) left: AtomicU64,
}

impl Memory for Words {
    type M = Mortal;

    fn word(&self, at: u64) -> Option<&MortalU64> {
        self.words(at, 1).map(|words| &words[0])
    }

    fn words(&self, at: u64, count: usize) -> Option<&[MortalU64]> {
        if at % 8 != 0 {
            return None;
        }
        let from = usize::try_from(at / 8).ok()?;
        let words = self.words.get(from..from.checked_add(count)?)?;
        if self.strict {
            for kib in from / 128..(from + count).div_ceil(128) {
                assert!(self.committed[kib].load(Relaxed), "KiB {kib} has no memory");
            }
        }
        Some(words)
    }

    fn lock_word(&self, at: u64) -> Option<&MortalU32> {
        self.locks.get(usize::try_from(at / 8).ok()?)
    }

    fn commit(&self, at: u64, len: u64) -> bool {
        let kibs = &self.committed[(at / 1024) as usize..(at + len).div_ceil(1024) as usize];
        let new = kibs.iter().filter(|kib| !kib.load(Relaxed)).count() as u64;
        let left = self.left.load(Relaxed);
        if 1024 * new > left {
            return false;
        }
        self.left.store(left - 1024 * new, Relaxed);
        kibs.iter().for_each(|kib| kib.store(true, Relaxed));
        true
    }
}

/// The participants that are dead.
#[derive(Default)]
pub(super) struct Peers {
    dead: Mutex<HashSet<u32>>,
    /// Participants from this number on are dead, if it is not 0: garbage names them.
    pub(super) strangers: AtomicU32,
    /// The naps that were taken. Time is up with every fiftieth, if strangers are dead.
    pub(super) naps: AtomicU32,
}

impl Peers {
    pub(super) fn revive(&self, number: u32) {
        self.dead.lock().unwrap().remove(&owner(number));
    }
}

impl Owners for Peers {
    fn is_dead(&self, owner: u32) -> bool {
        let strangers = self.strangers.load(Relaxed);
        let is_stranger = lock::slot_of(owner)
            .is_none_or(|(slot, generation)| slot >= strangers || generation != 1);
        (strangers > 0 && is_stranger) || self.dead.lock().unwrap().contains(&owner)
    }

    fn is_this_thread(&self) -> bool {
        false
    }
}

impl Sleep<Mortal> for Peers {
    fn sleep(&self, word: &MortalU32, value: u32, _: Duration) -> Awake {
        self.naps.fetch_add(1, Relaxed);
        std::thread::yield_now();
        if word.load(Relaxed) == value { Awake::NapOver } else { Awake::Roused }
    }

    fn wake(&self, _: &MortalU32, _: Who) -> bool {
        false
    }

    fn left(&self) -> Duration {
        if self.strangers.load(Relaxed) > 0 && self.naps.load(Relaxed) % 50 == 49 {
            self.naps.fetch_add(1, Relaxed);
            return Duration::ZERO;
        }
        Duration::from_secs(1)
    }
}

/// A heap and the places that own its blocks.
pub(super) struct World {
    pub(super) memory: Words,
    pub(super) section: Section,
    pub(super) peers: Peers,
}

pub(super) type Access<'m> = Heap<'m, Words, Peers>;

impl World {
    /// A fresh heap of this many pages.
    pub(super) fn new(pages: u64) -> Self {
        Self::with(pages, true)
    }

    /// A fresh heap of this many pages, in which any of them may be accessed.
    pub(super) fn with(pages: u64, strict: bool) -> Self {
        let len = Section::len_for(pages);
        let words = (SECTION + len) as usize / 8;
        let memory = Words {
            words: (0..words).map(|_| MortalU64::default()).collect(),
            locks: (0..words).map(|_| MortalU32::default()).collect(),
            committed: (0..words.div_ceil(128)).map(|kib| AtomicBool::new(kib < 8)).collect(),
            strict,
            left: AtomicU64::new(u64::MAX),
        };
        let section = Section::new(SECTION, len).unwrap();
        Self { memory, section, peers: Peers::default() }
    }

    pub(super) fn view(&self) -> View<'_, Words> {
        View::new(&self.memory, self.section)
    }

    /// The access of participant `number`.
    pub(super) fn heap(&self, number: u32) -> Access<'_> {
        Heap::new(self.view(), owner(number), &self.peers)
    }

    pub(super) fn kill(&self, number: u32) {
        self.peers.dead.lock().unwrap().insert(owner(number));
    }

    /// Lets a participant claim a linked block, until it gives it back.
    pub(super) fn claim(&self, number: u32, handle: Handle) -> Claim<'_> {
        let state = self.view().find(handle).expect("the page is there").state;
        let [linked, claimed] =
            [LINKED, owner(number)].map(|tag| State::new(handle.generation(), tag));
        state.compare_exchange(linked.0, claimed.0, AcqRel, Relaxed).expect("it is linked");
        Claim { state, linked, claimed }
    }

    pub(super) fn place(&self, index: usize) -> Place<'_, Mortal> {
        assert!(index < PLACES);
        self.view().place(8 + 16 * index as u64).unwrap()
    }

    /// The handle that a place holds, stale or not.
    pub(super) fn word(&self, index: usize) -> &MortalU64 {
        &self.memory.words[1 + 2 * index]
    }

    pub(super) fn load(&self, index: usize) -> Option<Vec<u8>> {
        let mut out = Vec::new();
        let read = self
            .view()
            .read(self.place(index), |words| value::read::<Mortal>(words, usize::MAX, &mut out));
        read.expect("no writer is at work").map(|read| {
            read.expect("the length fits");
            out
        })
    }

    /// The figures of a heap in which nothing contradicts anything.
    pub(super) fn audit(&self) -> audit::Stats {
        let report = self.view().audit();
        assert_eq!(report.faults, []);
        let stats = report.stats;
        assert_eq!(stats.blocks, stats.free + stats.owned + stats.linked);
        assert_eq!(self.memory.locks[SECTION as usize / 8].load(Relaxed), 0);
        let owning = (0..PLACES).filter(|&index| !self.view().is_empty(self.place(index)));
        assert_eq!(owning.count(), stats.linked, "all places that own blocks are here");
        stats
    }
}

impl Drop for World {
    fn drop(&mut self) {
        if !std::thread::panicking() && self.memory.strict {
            assert_eq!(self.view().audit().faults, []);
        }
    }
}

/// A participant's claim of a block that a place owns.
#[must_use]
pub(super) struct Claim<'m> {
    state: &'m MortalU64,
    linked: State,
    claimed: State,
}

impl Claim<'_> {
    /// Links the block again, which no other participant has taken.
    pub(super) fn give_back(self) {
        let exchanged = self.state.compare_exchange(self.claimed.0, self.linked.0, AcqRel, Relaxed);
        assert!(exchanged.is_ok(), "it was taken from a living participant");
    }
}

pub(super) fn owner(number: u32) -> u32 {
    lock::owner(number, 1)
}

/// Allocates a block and writes a value into it.
pub(super) fn store<'m>(
    heap: &Access<'m>,
    cache: &mut Cache,
    bytes: &[u8],
) -> Result<Block<'m, Mortal>, NoBlock> {
    let block = heap.alloc(cache, value::payload_len(bytes.len()).unwrap())?;
    value::write::<Mortal>(heap.payload(&block), bytes);
    Ok(block)
}

/// Sets the value of a place.
pub(super) fn set<'m>(
    heap: &Access<'m>,
    cache: &mut Cache,
    place: Place<'m, Mortal>,
    bytes: &[u8],
) -> Result<(), NoBlock> {
    let block = store(heap, cache, bytes)?;
    let old = heap.claimed(place).expect("no other participant keeps it");
    heap.put(place, block);
    if let Some(old) = old {
        assert!(heap.free(cache, old));
    }
    Ok(())
}

/// Empties a place. Returns whether it owned a block.
pub(super) fn clear<'m>(heap: &Access<'m>, cache: &mut Cache, place: Place<'m, Mortal>) -> bool {
    let old = heap.claimed(place).expect("no other participant keeps it");
    heap.vacate(place);
    old.map(|old| assert!(heap.free(cache, old))).is_some()
}

/// Makes one place own what another one owns. Returns whether that owned a block.
pub(super) fn move_to<'m>(
    heap: &Access<'m>,
    cache: &mut Cache,
    from: Place<'m, Mortal>,
    to: Place<'m, Mortal>,
) -> bool {
    let old = heap.move_to(from, to).expect("no other participant keeps either");
    old.map(|old| assert!(heap.free(cache, old))).is_some()
}

/// A generator of numbers, the same each time.
pub(super) struct Numbers(u64);

impl Numbers {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    pub(super) fn below(&mut self, bound: usize) -> usize {
        (self.next() >> 11) as usize % bound
    }

    /// As `random.lognormvariate(0, 1)`.
    pub(super) fn log_normal(&mut self) -> f64 {
        let mut unit = || (self.next() >> 11) as f64 / (1_u64 << 53) as f64;
        let radius = (-2.0 * (1.0 - unit()).ln()).sqrt();
        (radius * (std::f64::consts::TAU * unit()).cos()).exp()
    }
}
