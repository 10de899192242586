//! The common parts of the heap's models: a heap of one page and three blocks in loom's memory, and
//! flawed copies of the protocol.

use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release};
use std::time::Duration;

use loom::sync::atomic::fence;
use shm_core::protocol::Word;
use shm_core::protocol::heap::classes::{CLASSES, SIZES};
use shm_core::protocol::heap::words::{Handle, LINKED, PageWord, State, UNOWNED};
use shm_core::protocol::heap::{Cache, Heap, Memory, Place, Section, View, section};
use shm_core::protocol::lock::{self, Owners};
use shm_core::protocol::sleep::{Awake, Sleep, Who};

use crate::{Loom, LoomU32, LoomU64};

/// The blocks of the page.
pub const BLOCKS: usize = 3;
/// The offset of the place.
pub const PLACE: u64 = 64;
/// The generation of every block at the beginning.
const FIRST: u32 = 1;
/// The size of the blocks: three of them make a page.
const SIZE: u32 = 320;
/// The words of a payload that are used: two, so that one can be torn from the other.
const WORDS: usize = 2;
const SECTION: u64 = section::ALIGNMENT;
const TABLE: u64 = SECTION + section::HEADER;
/// The table of one page takes up as much as a page.
const PAGE: u64 = TABLE + 1024;

/// The memory of the region, as far as it is used.
#[derive(Debug)]
pub struct Region {
    place: [LoomU64; 1],
    lock: LoomU32,
    header: [LoomU64; 2],
    entry: [LoomU64; 4],
    heads: [LoomU64; 2 * BLOCKS],
    payloads: [Vec<LoomU64>; BLOCKS],
}

impl Memory for Region {
    type M = Loom;

    fn word(&self, at: u64) -> Option<&LoomU64> {
        self.words(at, 1).map(|words| &words[0])
    }

    fn words(&self, at: u64, count: usize) -> Option<&[LoomU64]> {
        let payload = |block: usize| PAGE + 64 + u64::from(SIZE) * block as u64;
        let parts = [
            (PLACE, &self.place[..]),
            (SECTION + section::FRONTIER, &self.header),
            (TABLE, &self.entry),
            (PAGE, &self.heads),
            (payload(0), &self.payloads[0]),
            (payload(1), &self.payloads[1]),
            (payload(2), &self.payloads[2]),
        ];
        parts.into_iter().find_map(|(start, words)| {
            let from = usize::try_from(at.checked_sub(start)? / 8).ok()?;
            words.get(from..from + count)
        })
    }

    fn lock_word(&self, at: u64) -> Option<&LoomU32> {
        (at == SECTION + section::LOCK).then_some(&self.lock)
    }

    fn commit(&self, _: u64, _: u64) -> bool {
        false
    }
}

/// The number of the participant that is dead.
pub const DEAD: u32 = 9;

/// Knows which participant is dead. It does not sleep: the locks of the models are free.
#[derive(Debug)]
pub struct Peers;

impl Owners for Peers {
    fn is_dead(&self, owner: u32) -> bool {
        owner == lock::owner(DEAD, 1)
    }

    fn is_this_thread(&self) -> bool {
        false
    }
}

impl Sleep<Loom> for Peers {
    fn sleep(&self, _: &LoomU32, _: u32, _: Duration) -> Awake {
        loom::thread::yield_now();
        Awake::Roused
    }

    fn wake(&self, _: &LoomU32, _: Who) -> bool {
        false
    }

    fn left(&self) -> Duration {
        Duration::MAX
    }
}

impl Default for Region {
    fn default() -> Self {
        let size = SIZES.iter().position(|&size| size == SIZE).expect("it is a size");
        let (kind, class) = (1 + size, CLASSES[1 + size]);
        assert_eq!((class.blocks as usize, class.pages, class.data), (BLOCKS, 1, 64));
        let page_word = PageWord::new(FIRST, 1, kind as u8);
        let state = State::new(FIRST, UNOWNED);
        Self {
            place: [LoomU64::new(0)],
            lock: LoomU32::new(0),
            header: [LoomU64::new(1), LoomU64::new(0)],
            entry: [page_word.0, 0, 0, 0].map(LoomU64::new),
            heads: std::array::from_fn(|at| LoomU64::new(if at % 2 == 0 { state.0 } else { 0 })),
            payloads: std::array::from_fn(|_| (0..SIZE / 8).map(|_| LoomU64::new(0)).collect()),
        }
    }
}

/// The point of a replacement at which the dead participant died.
pub const DEATHS: std::ops::Range<usize> = 0..5;

impl Region {
    /// A region in which the place owned block 0, and a participant that had block 1 died after
    /// this many steps of replacing the former by the latter.
    #[must_use]
    pub fn replaced_by_the_dead(died: usize) -> Self {
        let (region, dead) = (Self::default(), lock::owner(DEAD, 1));
        region.place[0].store(handle(FIRST, 0), Relaxed);
        region.heads[0].store(State::new(FIRST, LINKED).0, Relaxed);
        region.heads[1].store(PLACE, Relaxed);
        region.heads[2].store(State::new(FIRST, dead).0, Relaxed);
        let steps: [&dyn Fn(); 4] = [
            &|| region.heads[3].store(PLACE, Relaxed),
            &|| region.heads[0].store(State::new(FIRST, dead).0, Relaxed),
            &|| region.place[0].store(handle(FIRST, 1), Relaxed),
            &|| region.heads[2].store(State::new(FIRST, LINKED).0, Relaxed),
        ];
        steps.iter().take(died).for_each(|step| step());
        region
    }

    /// The reader's access.
    ///
    /// # Panics
    /// Never: the section is aligned.
    #[must_use]
    pub fn view(&self) -> View<'_, Self> {
        View::new(self, Section::new(SECTION, section::HEADER + 2048).expect("it is aligned"))
    }

    /// The access of this participant.
    #[must_use]
    pub fn heap(&self, number: u32) -> Heap<'_, Self, Peers> {
        Heap::new(self.view(), lock::owner(number, 1), &Peers)
    }

    /// The place.
    ///
    /// # Panics
    /// Never: it is there.
    #[must_use]
    pub fn place(&self) -> Place<'_, Loom> {
        self.view().place(PLACE).expect("it is there")
    }

    /// Sets a value: the handle of its block, in every word.
    ///
    /// # Panics
    /// If no block is free, the old one is freed twice, or another participant keeps it.
    pub fn set(&self, number: u32, cache: &mut Cache) {
        let heap = self.heap(number);
        let block = heap.alloc(cache, SIZE as usize).expect("a block is free");
        for word in &heap.payload(&block)[..WORDS] {
            word.store(block.handle().word(), Relaxed);
        }
        let old = heap.claimed(self.place()).expect("no other participant keeps it");
        heap.put(self.place(), block);
        if let Some(old) = old {
            assert!(heap.free(cache, old), "freed twice");
        }
    }

    /// Takes all blocks that are free into a cache.
    ///
    /// # Panics
    /// If no block is free.
    pub fn fill(&self, number: u32, cache: &mut Cache) {
        let heap = self.heap(number);
        let block = heap.alloc(cache, SIZE as usize).expect("a block is free");
        assert!(heap.free(cache, block));
    }

    /// Reads; whether there was a value.
    ///
    /// # Panics
    /// If the value is not one that was set.
    #[must_use]
    pub fn read(&self) -> bool {
        let copy = |words: &[LoomU64]| [words[0].load(Relaxed), words[1].load(Relaxed)];
        match self.view().read(self.place(), copy) {
            Ok(Some([first, second])) => {
                assert!(first == second && first != 0, "torn: {first:x}, {second:x}");
                true
            }
            Ok(None) => false,
            Err(_) => panic!("a writer is faster a thousand times"),
        }
    }

    /// Checks that all is settled: the place owns a block, participants own `owned`, and the others are
    /// free. Returns the index of the block that the place owns.
    ///
    /// # Panics
    /// If not.
    pub fn check(&self, owned: usize) -> usize {
        let report = self.view().audit();
        assert_eq!(report.faults, []);
        assert_eq!((report.stats.linked, report.stats.owned), (1, owned));
        assert!(!self.view().is_empty(self.place()));
        let word = self.place[0].load(Relaxed);
        Handle::from_word(word).expect("the place owns a block").block()
    }
}

/// A way to get the protocol wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// None: the copy of the protocol below is a true one.
    None,
    /// No fence between taking a block and writing its payload.
    TakerWritesEarly,
    /// The place is written with a relaxed store.
    LinkIsRelaxed,
    /// No fence after a reader's load of the place.
    ReaderTrustsThePlace,
    /// No fence between a reader's copy and its second look.
    ReaderLooksBackEarly,
    /// A reader does not look at the generation again.
    ReaderDoesNotLookBack,
    /// A block of the dead is settled by a store.
    SettlingStores,
    /// The block that is replaced is not claimed.
    OldBlockIsNotClaimed,
    /// The page word of a new span is written with a relaxed store.
    SpanIsPublishedRelaxed,
}

/// Blocks in one span that stays, for the flawed copies.
#[derive(Debug)]
pub struct Copy {
    flaw: Flaw,
    place: LoomU64,
    states: [LoomU64; BLOCKS],
    places: [LoomU64; BLOCKS],
    payloads: [[LoomU64; WORDS]; BLOCKS],
}

fn handle(generation: u32, block: usize) -> u64 {
    Handle::new(generation, 0, block).map_or(0, Handle::word)
}

fn parts(word: u64) -> (u32, usize) {
    Handle::from_word(word).map_or((0, 0), |handle| (handle.generation(), handle.block()))
}

impl Copy {
    /// A place that owns nothing, and free blocks.
    #[must_use]
    pub fn new(flaw: Flaw) -> Self {
        let words = |value: u64| std::array::from_fn(|_| LoomU64::new(value));
        Self {
            flaw,
            place: LoomU64::new(0),
            states: words(State::new(FIRST, UNOWNED).0),
            places: words(0),
            payloads: std::array::from_fn(|_| std::array::from_fn(|_| LoomU64::new(0))),
        }
    }

    /// As [`Region::replaced_by_the_dead`].
    #[must_use]
    pub fn replaced_by_the_dead(flaw: Flaw, died: usize) -> Self {
        let copy = Self::new(flaw);
        copy.place.store(handle(FIRST, 0), Relaxed);
        copy.states[0].store(State::new(FIRST, LINKED).0, Relaxed);
        copy.places[0].store(PLACE, Relaxed);
        copy.states[1].store(State::new(FIRST, DEAD).0, Relaxed);
        let steps: [&dyn Fn(); 4] = [
            &|| copy.places[1].store(PLACE, Relaxed),
            &|| copy.states[0].store(State::new(FIRST, DEAD).0, Relaxed),
            &|| copy.place.store(handle(FIRST, 1), Relaxed),
            &|| copy.states[1].store(State::new(FIRST, LINKED).0, Relaxed),
        ];
        steps.iter().take(died).for_each(|step| step());
        copy
    }

    /// Sets a value in this block, which is free. The heap's lock is held.
    ///
    /// # Panics
    /// If the block is not free, or the old one is freed twice.
    pub fn set(&self, block: usize, me: u32) {
        let generation = State(self.states[block].load(Acquire)).generation();
        self.states[block].store(State::new(generation, me).0, Relaxed);
        if self.flaw != Flaw::TakerWritesEarly {
            fence(Release);
        }
        let new = handle(generation, block);
        for word in &self.payloads[block] {
            word.store(new, Relaxed);
        }
        self.places[block].store(PLACE, Relaxed);
        let old = self.place.load(Acquire);
        let claimed = old != 0 && self.claim(old, me);
        self.place.store(new, if self.flaw == Flaw::LinkIsRelaxed { Relaxed } else { Release });
        let (mine, linked) = (State::new(generation, me), State::new(generation, LINKED));
        self.states[block].compare_exchange(mine.0, linked.0, AcqRel, Relaxed).expect("it is mine");
        if claimed {
            self.free(old, me);
        }
    }

    fn claim(&self, word: u64, me: u32) -> bool {
        if self.flaw == Flaw::OldBlockIsNotClaimed {
            return true;
        }
        let (generation, block) = parts(word);
        loop {
            let linked = State::new(generation, LINKED);
            let mine = State::new(generation, me);
            match self.states[block].compare_exchange(linked.0, mine.0, AcqRel, Acquire) {
                Ok(_) => return true,
                Err(seen) if State(seen).tag() == DEAD => self.settle(block, State(seen)),
                Err(_) => return false,
            }
        }
    }

    fn free(&self, word: u64, me: u32) {
        let (generation, block) = parts(word);
        let mine = if self.flaw == Flaw::OldBlockIsNotClaimed {
            State(self.states[block].load(Relaxed))
        } else {
            State::new(generation, me)
        };
        let free = State::new(generation + 1, UNOWNED);
        let freed = self.states[block].compare_exchange(mine.0, free.0, AcqRel, Relaxed);
        assert!(freed.is_ok(), "freed twice");
        assert_eq!(mine.generation(), generation, "freed twice");
    }

    fn settle(&self, block: usize, seen: State) {
        let linked = self.places[block].load(Acquire) == PLACE
            && self.place.load(Acquire) == handle(seen.generation(), block);
        let settled = if linked {
            State::new(seen.generation(), LINKED)
        } else {
            State::new(seen.generation() + 1, UNOWNED)
        };
        if self.flaw == Flaw::SettlingStores {
            self.states[block].store(settled.0, Release);
        } else {
            let _ = self.states[block].compare_exchange(seen.0, settled.0, AcqRel, Relaxed);
        }
    }

    /// Settles what the dead participant owned.
    pub fn recover(&self) {
        for block in 0..BLOCKS {
            let seen = State(self.states[block].load(Acquire));
            if seen.tag() == DEAD {
                self.settle(block, seen);
            }
        }
    }

    /// Reads once.
    ///
    /// # Panics
    /// If what was accepted is not the value that was set.
    pub fn read(&self) {
        let word = self.place.load(Relaxed);
        if self.flaw != Flaw::ReaderTrustsThePlace {
            fence(Acquire);
        }
        let (generation, block) = parts(word);
        let state = || State(self.states[block].load(Relaxed));
        let first = state();
        if word == 0
            || first.generation() != generation
            || first.tag() == UNOWNED
            || self.places[block].load(Relaxed) != PLACE
        {
            return;
        }
        let copied: [u64; WORDS] = std::array::from_fn(|at| self.payloads[block][at].load(Relaxed));
        if self.flaw != Flaw::ReaderLooksBackEarly {
            fence(Acquire);
        }
        if self.flaw == Flaw::ReaderDoesNotLookBack || state().generation() == generation {
            assert_eq!(copied, [word; WORDS], "torn or stale");
        }
    }

    /// Checks that the place owns one block, and that the others are free.
    ///
    /// # Panics
    /// If not.
    pub fn check(&self) {
        let (generation, owned) = parts(self.place.load(Relaxed));
        for block in 0..BLOCKS {
            let state = State(self.states[block].load(Relaxed));
            if block == owned {
                assert_eq!(state, State::new(generation, LINKED), "block {block}");
            } else {
                assert_eq!(state.tag(), UNOWNED, "block {block}");
            }
        }
    }
}

/// A page that is carved again while a reader has a stale handle: the head that the reader then looks at
/// was payload before, and happens to be what the reader expects.
#[derive(Debug)]
pub struct Carved {
    flaw: Flaw,
    place: LoomU64,
    page_word: LoomU64,
    old_state: LoomU64,
    /// Payload of the old span, and state of the new one.
    head: LoomU64,
    payload: LoomU64,
}

/// The kinds of the two spans.
const OLD: PageWord = PageWord::new(FIRST, 1, 1);
const NEW: PageWord = PageWord::new(FIRST + 1, 1, 2);

impl Carved {
    /// A page whose block the place owns.
    #[must_use]
    pub fn new(flaw: Flaw) -> Self {
        let linked = State::new(FIRST, LINKED).0;
        Self {
            flaw,
            place: LoomU64::new(handle(FIRST, 0)),
            page_word: LoomU64::new(OLD.0),
            old_state: LoomU64::new(linked),
            head: LoomU64::new(linked),
            payload: LoomU64::new(handle(FIRST, 0)),
        }
    }

    /// Empties the place, retires the page and carves it.
    pub fn carve(&self) {
        self.place.store(0, Release);
        self.old_state.store(State::new(FIRST + 1, UNOWNED).0, Release);
        self.head.store(State::new(FIRST + 1, UNOWNED).0, Relaxed);
        let relaxed = self.flaw == Flaw::SpanIsPublishedRelaxed;
        self.page_word.store(NEW.0, if relaxed { Relaxed } else { Release });
    }

    /// Reads once.
    ///
    /// # Panics
    /// If anything is accepted by the words of the new span.
    pub fn read(&self) {
        let word = self.place.load(Relaxed);
        fence(Acquire);
        let page_word = self.page_word.load(Relaxed);
        let state = if page_word == OLD.0 { &self.old_state } else { &self.head };
        let accepts = || State(state.load(Relaxed)).generation() == parts(word).0;
        if word == 0 || !accepts() {
            return;
        }
        let _copy = self.payload.load(Relaxed);
        fence(Acquire);
        if accepts() && self.page_word.load(Relaxed) == page_word {
            assert_eq!(page_word, OLD.0, "a stale handle was believed in a new span");
        }
    }
}
