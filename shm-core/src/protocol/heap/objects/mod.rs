//! Named objects: values that are accessed in place, at widths of their own.
//!
//! The other pages of a heap are words, whatever they are used for. An object is not: so its pages come from
//! the end of the section, were never used before, and never go back. Objects lie there side by side, the
//! newest first, up to the end of the section:
//!
//! | words | |
//! | --- | --- |
//! | 0 | the number of its pages |
//! | 1 | its [`State`] |
//! | 2, 3 | the offset of its value from its first page; the bytes of that |
//! | 4 | the number of elements of the part whose length is known at run time |
//! | 5 | the bytes of its schema (low half), and of the notes on that (high half) |
//! | 6 | the bytes of its name |
//! | 7 | the alignment of its value |
//! | 8 to 39 | its name |
//! | then | marks: the owner bits of each participant that holds it, two in a word, by the participant's slot |
//! | then | its schema; the notes, which are for people |
//!
//! Words 0, 2 to 5 and 7, the schema and the notes never change: memory that was one type stays that type, and an object
//! that no process uses any more becomes another one of the same schema and the same size only.
//!
//! | step | before, after | ordering | partner |
//! | --- | --- | --- | --- |
//! | make, under the heap's lock: all words, with the state (1, me); a frontier before them; **the number of pages at the end** | | Relaxed; Release; Release | the fence of a look at that number |
//! | take again, under the heap's lock | (g, free), (g, me) | AcqRel, then a Release fence before the name | the fence after a reader's look at the name |
//! | name, under the heap's lock: my mark; **the state** | (g, me), (g, named) | AcqRel | the fence of a look at the state |
//! | remove, under the heap's lock | (g, named), (g, removed) | AcqRel | |
//! | reclaim, under the heap's lock, if no living participant has a mark | (g, removed), (g + 1, free) | AcqRel | the exchange that cleared a mark |
//! | give up, or settle after a death | (g, participant), (g + 1, free) | AcqRel | |
//! | hold, under the heap's lock: my mark | named or removed, unchanged | AcqRel | |
//! | let go: clear my mark | | Release | reclaim |
//!
//! So a process that is killed has done each of these or has not: a name means an object that was ready, or
//! nothing. A mark of a dead participant counts for nothing, since it has the generation of its slot.

use std::collections::HashSet;
use std::fmt;
use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed};

use super::audit::{Contradiction, Report, Stats};
use super::classes::PAGE;
use super::section::OBJECTS;
use super::value::read_bytes;
use super::words::{LINKED, State, UNOWNED};
use super::{Machine, Memory, View, Word};
use crate::limits::MAX_SCHEMA_LEN;
use crate::protocol::lock;
mod changes;

pub use changes::{Made, Naming};
use words::{ALIGN, HEAD, LEN, LENS, NAME, NAME_LEN, PAGES, SIZE, STATE, VALUE};

/// The tag of an object that has its name.
pub const NAMED: u32 = LINKED;
/// The tag of an object that had its name, and may still be held.
pub const REMOVED: u32 = 1 << 30;
/// The longest name in bytes.
pub const MAX_NAME: usize = 255;

/// The positions of an object's words.
#[allow(missing_docs, reason = "`docs/format.md` has their meanings, by these names")]
pub mod words {
    pub const PAGES: usize = 0;
    pub const STATE: usize = 1;
    pub const VALUE: usize = 2;
    pub const SIZE: usize = 3;
    pub const LEN: usize = 4;
    pub const LENS: usize = 5;
    pub const NAME_LEN: usize = 6;
    pub const ALIGN: usize = 7;
    /// The words before the name.
    pub const HEAD: usize = 8;
    /// The words of a name.
    pub const NAME: usize = (super::MAX_NAME + 1) / 8;
}

/// The words of a page.
const PAGE_WORDS: usize = PAGE / 8;

/// The value that an object is to have.
#[derive(Clone, Copy, Debug)]
pub struct Shape<'a> {
    /// The bytes of its schema.
    pub schema: &'a [u8],
    /// The notes on it, for people.
    pub notes: &'a [u8],
    /// Its size in bytes.
    pub size: u64,
    /// The number of elements of the part whose length is known at run time.
    pub len: u64,
    /// Its alignment: a power of two.
    pub align: u64,
}

/// An object, as it was found.
pub struct Object<'m, M: Machine> {
    /// The first page.
    pub page: usize,
    /// The number of pages.
    pub pages: usize,
    /// The offset of the value in the region: a multiple of its alignment.
    pub value: u64,
    /// The bytes of the value, which lie in the object's pages.
    pub size: u64,
    /// The number of elements of the part whose length is known at run time.
    pub len: u64,
    /// The alignment of the value: a power of two.
    pub align: u64,
    schema_len: usize,
    notes_len: usize,
    head: &'m [M::U64],
    name: &'m [M::U64],
    marks: &'m [M::U64],
    schema: &'m [M::U64],
    notes: &'m [M::U64],
}

impl<M: Machine> fmt::Debug for Object<'_, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Object").field("page", &self.page).finish_non_exhaustive()
    }
}

impl<M: Machine> Clone for Object<'_, M> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M: Machine> Copy for Object<'_, M> {}

/// What an object is at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// It is free.
    Free,
    /// The participant with these owner bits makes it.
    Made(u32),
    /// It has its name.
    Named,
    /// It had its name; it may still be held.
    Removed,
}

impl Phase {
    fn of(state: State) -> Option<Self> {
        Some(match (state.tag(), state.participant()) {
            (UNOWNED, _) => Self::Free,
            (NAMED, _) => Self::Named,
            (REMOVED, _) => Self::Removed,
            (tag, Some(owner)) if tag == owner & lock::OWNER => Self::Made(owner),
            _ => return None,
        })
    }
}

impl<'m, M: Machine> Object<'m, M> {
    fn state(&self) -> State {
        let state = State(self.head[STATE].load(Relaxed));
        // Pairs with the exchanges of a state. An Acquire load may not work on read-only memory.
        M::fence(Acquire);
        state
    }

    /// The generation: it became free that many times, less one.
    #[must_use]
    pub fn generation(&self) -> u32 {
        self.state().generation()
    }

    /// What it is at this moment; `None` for nonsense.
    #[must_use]
    pub fn phase(&self) -> Option<Phase> {
        Phase::of(self.state())
    }

    /// Whether the object of this generation has its name.
    #[must_use]
    pub fn is_named(&self, generation: u32) -> bool {
        self.state() == State::new(generation, NAMED)
    }

    /// The bytes of its schema.
    #[must_use]
    pub fn schema(&self) -> Vec<u8> {
        let mut bytes = vec![0; self.schema_len];
        read_bytes::<M>(self.schema, &mut bytes);
        bytes
    }

    /// The notes on the schema.
    #[must_use]
    pub fn notes(&self) -> Vec<u8> {
        let mut bytes = vec![0; self.notes_len];
        read_bytes::<M>(self.notes, &mut bytes);
        bytes
    }

    /// The bytes of its name, if it has one; with its generation.
    #[must_use]
    pub fn name(&self) -> Option<(Vec<u8>, u32)> {
        let state = self.state();
        let mut name = vec![0; self.name_len()];
        read_bytes::<M>(self.name, &mut name);
        let is_whole = matches!(state.tag(), NAMED | REMOVED) && self.is_still(state);
        is_whole.then(|| (name, state.generation()))
    }

    /// The owner bits of the participants that hold it.
    pub fn holders(&self) -> impl Iterator<Item = u32> + use<'m, M> {
        let halves = |word: u64| [word as u32, (word >> 32) as u32];
        let marks = self.marks.iter().flat_map(move |word| halves(word.load(Relaxed)));
        marks.filter(|mark| *mark != 0)
    }

    fn name_len(&self) -> usize {
        self.head[NAME_LEN].load(Relaxed).min(MAX_NAME as u64) as usize
    }

    /// Whether nothing that was loaded since that state was seen can be of a later one.
    fn is_still(&self, state: State) -> bool {
        // Pairs with the Release fence of a take.
        M::fence(Acquire);
        self.head[STATE].load(Relaxed) == state.0
    }

    /// The generation in which this has this name.
    fn named(&self, name: &[u8]) -> Option<u32> {
        let state = self.state();
        let is_it = state.tag() == NAMED
            && self.name_len() == name.len()
            && has_bytes::<M>(self.name, name)
            && self.is_still(state);
        is_it.then(|| state.generation())
    }

    fn fits(&self, shape: &Shape<'_>) -> bool {
        self.size == shape.size
            && self.len == shape.len
            && self.align == shape.align
            && self.schema_len == shape.schema.len()
            && has_bytes::<M>(self.schema, shape.schema)
    }

    /// The word with the mark of a participant, and the position of the mark in it.
    fn mark(&self, owner: u32) -> Option<(&'m M::U64, u32)> {
        let (slot, _) = lock::slot_of(owner)?;
        Some((self.marks.get(slot as usize / 2)?, slot % 2 * 32))
    }

    /// Changes the mark of a participant, if it is `from`.
    fn remark(&self, owner: u32, from: impl Fn(u32) -> bool, to: u32) -> bool {
        let Some((word, shift)) = self.mark(owner) else { return false };
        let mut seen = word.load(Relaxed);
        while from((seen >> shift) as u32) {
            let rest = seen & !(u64::from(u32::MAX) << shift);
            let marked = rest | (u64::from(to) << shift);
            match word.compare_exchange(seen, marked, AcqRel, Relaxed) {
                Ok(_) => return true,
                Err(found) => seen = found,
            }
        }
        false
    }

    /// Changes the state, if it is that one.
    fn exchange(&self, from: State, to: State) -> bool {
        self.head[STATE].compare_exchange(from.0, to.0, AcqRel, Relaxed).is_ok()
    }
}

/// Whether words have these bytes, and zeros behind them.
fn has_bytes<M: Machine>(words: &[M::U64], bytes: &[u8]) -> bool {
    bytes.chunks(8).zip(words).all(|(bytes, word)| {
        let mut padded = [0; 8];
        padded[..bytes.len()].copy_from_slice(bytes);
        word.load(Relaxed) == u64::from_ne_bytes(padded)
    })
}

impl<'m, R: Memory> View<'m, R> {
    /// The number of pages that named objects have. A hostile value is cut to the capacity.
    #[must_use]
    pub fn object_pages(&self) -> usize {
        let pages = self.memory.word(self.section.at() + OBJECTS);
        let pages = pages.map_or(0, |word| word.load(Relaxed));
        // Pairs with the Release of a make.
        R::M::fence(Acquire);
        pages.min(self.section.capacity() as u64) as usize
    }

    /// The end of the pages that blocks can have: the first page of an object, if there is one.
    #[must_use]
    pub fn ceiling(&self) -> usize {
        self.section.capacity() - self.object_pages()
    }

    /// The objects, the newest first: up to the first one that contradicts itself.
    pub fn objects(&self) -> impl Iterator<Item = Object<'m, R::M>> + use<'m, R> {
        let (view, mut page) = (*self, self.ceiling());
        std::iter::from_fn(move || {
            let object = view.object(page)?;
            page += object.pages;
            Some(object)
        })
    }

    /// The object that begins with this page; `None` if there is nonsense.
    #[must_use]
    pub fn object(&self, page: usize) -> Option<Object<'m, R::M>> {
        let left = self.section.capacity().checked_sub(page)?;
        let first = page.checked_mul(PAGE_WORDS)?;
        let head = self.memory.paged(&self.section, first, HEAD)?;
        let number = |word: usize| usize::try_from(head[word].load(Relaxed)).ok();
        let (pages, lens) = (number(PAGES)?, head[LENS].load(Relaxed));
        let [schema_len, notes_len] = [lens as u32, (lens >> 32) as u32].map(|len| len as usize);
        if pages == 0 || pages > left || schema_len.max(notes_len) as u64 > MAX_SCHEMA_LEN {
            return None;
        }
        let words = self.memory.paged(&self.section, first, pages * PAGE_WORDS)?;
        let (head, rest) = words.split_at_checked(HEAD)?;
        let (name, rest) = rest.split_at_checked(NAME)?;
        let (marks, rest) = rest.split_at_checked(self.mark_words())?;
        let (schema, rest) = rest.split_at_checked(schema_len.div_ceil(8))?;
        let notes = rest.get(..notes_len.div_ceil(8))?;
        let (value, size, align) = (number(VALUE)?, number(SIZE)?, number(ALIGN)?);
        let at = self.section.page(page) + value as u64;
        let is_inside = value >= self.head_len([schema_len, notes_len])
            && value.checked_add(size).is_some_and(|end| end <= pages * PAGE)
            && align.is_power_of_two()
            && at % (align as u64) == 0;
        let (size, align, len) = (size as u64, align as u64, head[LEN].load(Relaxed));
        let object = Object {
            page,
            pages,
            value: at,
            size,
            len,
            align,
            schema_len,
            notes_len,
            head,
            name,
            marks,
            schema,
            notes,
        };
        is_inside.then_some(object)
    }

    /// Whether no block ever had a page from this one on, up to those of objects. The word of a page that a
    /// block had is never 0 again.
    fn is_new(&self, page: usize) -> bool {
        let before = self.frontier().min(self.ceiling());
        (page..before).all(|page| self.page_word(page).0 == 0)
    }

    fn mark_words(&self) -> usize {
        self.memory.participants().div_ceil(2) as usize
    }

    /// The bytes before the value, without those that align it.
    fn head_len(&self, [schema, notes]: [usize; 2]) -> usize {
        8 * (HEAD + NAME + self.mark_words() + schema.div_ceil(8) + notes.div_ceil(8))
    }

    /// The object that has this name, and its generation.
    #[must_use]
    pub fn find_object(&self, name: &[u8]) -> Option<(Object<'m, R::M>, u32)> {
        self.objects().find_map(|object| Some((object, object.named(name)?)))
    }

    pub(super) fn count_objects(&self, stats: &mut Stats) {
        stats.object_pages = self.object_pages();
        for object in self.objects() {
            match object.phase() {
                Some(Phase::Named) => stats.objects += 1,
                Some(Phase::Removed) => stats.removed_objects += 1,
                Some(Phase::Made(_)) => stats.made_objects += 1,
                Some(Phase::Free) | None => stats.free_objects += 1,
            }
        }
    }

    /// Looks whether the objects fill their pages, and whether no two have one name.
    pub(super) fn audit_objects(&self, report: &mut Report) {
        let (mut page, mut names) = (self.ceiling(), HashSet::new());
        if page < self.frontier() {
            report.add(page, 0, Contradiction::ObjectsOverlapBlocks);
        }
        for object in self.objects() {
            if object.phase().is_none() {
                report.add(page, 0, Contradiction::ObjectIsBroken);
            }
            let name = object.name().filter(|(_, generation)| object.is_named(*generation));
            if name.is_some_and(|(name, _)| !names.insert(name)) {
                report.add(page, 0, Contradiction::NameIsNotUnique);
            }
            page += object.pages;
        }
        if page != self.section.capacity() {
            report.add(page, 0, Contradiction::ObjectIsBroken);
        }
    }
}
