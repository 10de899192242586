//! Runs of pages: finding, carving, retiring, growing. All under the heap's lock.

use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};

use super::cache::{LOOKS, batch};
use super::classes::{self, PAGE, SIZE_COUNT, SIZES, class, long_kind, short_kind, size_index_of};
use super::section::{ENTRY, FRONTIER, LOCK, LOW};
use super::words::{CONT, FREE, Handle, LARGE, PageWord, State, UNOWNED, WORN};
use super::{Cache, Contended, Heap, Machine, Memory, Owners, Sleep, View, Word};
use crate::protocol::lock;

/// The hint of a span in which no block was free. It may lie.
const FULL: u64 = 1;
/// The number of spans of a size that are short, before longer ones are made.
const SHORT_SPANS: usize = 4;
/// The same, if a short span is one page.
const SHORTEST_SPANS: usize = 1024;
/// The most spans of a size that are filled in order. Of more, looking at the full ones would take too long.
const IN_ORDER: usize = 32;
/// A span takes at most this part of a heap, if there is another way.
const SHARE: usize = 64;
/// The pages of a heap that a search for free ones looks at whatever it finds.
const SEARCHED: usize = 1024;
/// The pages of a run that is worth using again where it is.
const LONG_RUN: usize = 16;
/// The fewest pages that the heap grows by.
const LEAST_GROWTH: usize = 32;

/// Pages that no span covers.
#[derive(Clone, Copy)]
pub(super) struct Run {
    /// The first one.
    page: usize,
    /// Whether the others are already marked as continuations of the first.
    continued: bool,
}

/// The heap's lock, held. A dead holder leaves nothing to repair.
pub(super) struct Held<'a, 'm, R: Memory, P: Owners + Sleep<R::M>> {
    heap: &'a Heap<'m, R, P>,
    word: &'m <R::M as Machine>::U32,
}

impl<R: Memory, P: Owners + Sleep<R::M>> Drop for Held<'_, '_, R, P> {
    fn drop(&mut self) {
        lock::unlock::<R::M>(self.word, self.heap.me, false, self.heap.peers);
    }
}

impl<'m, R: Memory, P: Owners + Sleep<R::M>> Heap<'m, R, P> {
    pub(super) fn lock(&self) -> Result<Held<'_, 'm, R, P>, Contended> {
        let word = self.view.memory.lock_word(self.view.section.at() + LOCK).ok_or(Contended)?;
        match lock::lock::<R::M>(word, self.me, self.peers, self.peers) {
            Ok(lock::Found::Whole) => {}
            Ok(lock::Found::Poisoned) => {
                lock::clear_poison::<R::M>(word, self.me);
            }
            Err(lock::Refused::WouldDeadlock | lock::Refused::TimedOut) => return Err(Contended),
        }
        Ok(Held { heap: self, word })
    }

    /// Takes blocks of a size into the cache, which has none. Returns whether there were any.
    pub(super) fn refill(&self, cache: &mut Cache, size: usize) -> bool {
        if self.refill_from_known(cache, size) {
            return true;
        }
        self.discover(cache);
        if self.refill_from_known(cache, size) {
            return true;
        }
        let (short, long) = (short_kind(size), long_kind(size));
        let kind = if self.prefers_short(cache, size) { short } else { long };
        (self.is_modest(size, kind) && self.refill_from_new(cache, size, kind))
            || self.refill_from_any(cache, size)
            || (kind != short && self.refill_from_new(cache, size, short))
    }

    /// Whether the next span of a size is to be a short one: it is sooner without a used block, and takes
    /// less of a small heap.
    fn prefers_short(&self, cache: &Cache, size: usize) -> bool {
        let pages = |kind| class(kind).map_or(1, |class| class.pages as usize);
        let few = if pages(short_kind(size)) == 1 { SHORTEST_SPANS } else { SHORT_SPANS };
        let most = self.view.frontier() / SHARE;
        cache.known[size].spans.len() < few || pages(long_kind(size)) > most
    }

    /// Whether a span takes no more of the heap than its share, or hardly more than a block of whole pages
    /// does.
    fn is_modest(&self, size: usize, kind: u8) -> bool {
        let pages = class(kind).map_or(1, |class| class.pages as usize);
        let whole = (SIZES[size] as usize).div_ceil(PAGE);
        // Blocks of half a page and less would waste most of the pages that they had alone.
        pages <= (self.view.section.capacity() / SHARE).max(2) || 2 * pages <= 3 * whole
    }

    /// Memory is short: takes a block of one of the next sizes, of less than seven quarters as many bytes.
    /// Of a larger one, too much would be wasted: the smallest heap that passes a trace gets larger.
    pub(super) fn pop_larger(&self, cache: &mut Cache, size: usize) -> Option<Handle> {
        (size + 1..SIZE_COUNT).take_while(|&larger| 4 * SIZES[larger] < 7 * SIZES[size]).find_map(
            |larger| {
                if cache.stacks[larger].is_empty() {
                    self.refill_from_any(cache, larger);
                }
                self.pop(cache, larger)
            },
        )
    }

    fn refill_from_known(&self, cache: &mut Cache, size: usize) -> bool {
        let known = &mut cache.known[size];
        if known.spans.len() <= IN_ORDER {
            // The first ones are filled, so that the last ones become free.
            known.next = 0;
        }
        // Where blocks are known to be free, all spans are worth a look.
        let looks = if known.given { known.spans.len() } else { known.spans.len().min(LOOKS) };
        let mut taken = 0;
        for _ in 0..looks {
            let known = &mut cache.known[size];
            let Some(&page) = known.spans.get(known.next) else {
                known.next = 0;
                continue;
            };
            if !self.is_of(page as usize, size) {
                known.forget();
                continue;
            }
            taken += self.take_from(cache, page as usize, size, batch(size) - taken);
            if taken == batch(size) {
                return true;
            }
            cache.known[size].next += 1;
        }
        cache.known[size].given = false;
        taken > 0
    }

    /// Remembers some of the spans that other participants made.
    fn discover(&self, cache: &mut Cache) {
        let frontier = self.view.frontier();
        for _ in 0..LOOKS.min(frontier) {
            if cache.discovered >= frontier {
                cache.discovered = 0;
            }
            let word = self.view.page_word(cache.discovered);
            if let Some(size) = size_index_of(word.kind()) {
                cache.known[size].add(cache.discovered);
            }
            cache.discovered += View::<R>::step(word);
        }
    }

    fn refill_from_new(&self, cache: &mut Cache, size: usize, kind: u8) -> bool {
        let Some(class) = class(kind) else { return false };
        let Some(handle) = self.carve(cache, class.pages as usize, kind) else { return false };
        let known = &mut cache.known[size];
        known.next = known.add(handle.page());
        self.take_from(cache, handle.page(), size, batch(size)) > 0
    }

    /// Looks at every span, whatever the hints say.
    fn refill_from_any(&self, cache: &mut Cache, size: usize) -> bool {
        let (mut page, frontier) = (0, self.view.frontier());
        while page < frontier {
            let word = self.view.page_word(page);
            if size_index_of(word.kind()) == Some(size) {
                self.unhide(page);
                if self.take_from(cache, page, size, batch(size)) > 0 {
                    cache.known[size].add(page);
                    return true;
                }
            }
            page += View::<R>::step(word);
        }
        false
    }

    fn is_of(&self, page: usize, size: usize) -> bool {
        size_index_of(self.view.page_word(page).kind()) == Some(size)
    }

    /// Takes at most `most` free blocks of a span into the cache. Returns their number.
    fn take_from(&self, cache: &mut Cache, page: usize, size: usize, most: usize) -> usize {
        let Some(hint) = self.view.hint(page) else { return 0 };
        if hint.load(Relaxed) & FULL != 0 {
            return 0;
        }
        let Some(class) = class(self.view.page_word(page).kind()) else { return 0 };
        let Some(heads) = self.view.heads(page, class) else { return 0 };
        let mut taken = 0;
        for (block, [state, _]) in heads.iter().enumerate() {
            // Acquire: pairs with the Release of `give_up`.
            let seen = State(state.load(Acquire));
            if seen.tag() == UNOWNED && seen.generation() != WORN {
                // A store will do: only the holder of the lock takes, and a free block changes only
                // so. Release: a reader that sees it instead of the generation it expects also sees
                // what came before the block was freed, such as the handle of the value that is new.
                state.store(State::new(seen.generation(), self.me).0, Release);
                cache.stacks[size].extend(Handle::new(seen.generation(), page, block));
                taken += 1;
                if taken == most {
                    return taken;
                }
            }
        }
        hint.store(FULL, Relaxed);
        taken
    }

    /// Says that a block of a span is free.
    #[inline]
    pub(super) fn unhide(&self, page: usize) {
        if let Some(hint) = self.view.hint(page) {
            if hint.load(Relaxed) & FULL != 0 {
                hint.store(0, Relaxed);
            }
        }
    }

    /// Makes a span of `count` pages, and returns the handle of its first block. A large block is this
    /// participant's at once. The store of the first page's word is the commit.
    pub(super) fn carve(&self, cache: &mut Cache, count: usize, kind: u8) -> Option<Handle> {
        // In a small heap, the first free pages are as soon found as the last that this participant freed, and
        // leave longer runs after them.
        let is_near = count < LONG_RUN && self.view.frontier() <= SEARCHED;
        let freed = if is_near { None } else { self.view.retired_run(cache.freed_run, count) };
        let found = freed.map_or_else(|| self.find_run(count), Ok);
        let Run { page, continued } = match found {
            Ok(run) => run,
            Err(tail) => self.make_room(cache, count, tail)?,
        };
        let floor = self.view.page_word(page).floor();
        let generation = floor.max(1);
        let entries = self.view.entries(page, page + count)?;
        // As the Release of a take: for a reader that sees a word of the new span where it expects a state.
        R::M::fence(Release);
        // Most runs were a span of the same length before.
        let rest = if continued { &[] } else { entries.get(1..)? };
        for ([word, ..], distance) in rest.iter().zip(1..) {
            let floor = PageWord(word.load(Relaxed)).floor();
            word.store(PageWord::new(floor, distance, CONT).0, Relaxed);
        }
        let [word, state, place, hint] = entries.first()?;
        if kind == LARGE {
            state.store(State::new(generation, self.me).0, Relaxed);
            place.store(0, Relaxed);
        } else {
            for [state, place] in self.view.heads(page, class(kind)?)? {
                state.store(State::new(generation, UNOWNED).0, Relaxed);
                place.store(0, Relaxed);
            }
            hint.store(0, Relaxed);
        }
        // Pairs with the Acquire of a look at the page word: the heads are there.
        word.store(PageWord::new(floor, count, kind).0, Release);
        if let Some(low) = self.low() {
            if low.load(Relaxed) == page as u64 {
                low.store((page + count) as u64, Relaxed);
            }
        }
        Handle::new(generation, page, 0)
    }

    fn low(&self) -> Option<&'m <R::M as Machine>::U64> {
        self.view.memory.word(self.view.section.at() + LOW)
    }

    /// A run of `count` free pages; if there is none, the first page of the free ones before the
    /// frontier.
    fn find_run(&self, count: usize) -> Result<Run, usize> {
        let frontier = self.view.frontier();
        let low = self.low().map_or(0, |low| low.load(Relaxed)).min(frontier as u64) as usize;
        // The hint may lie.
        self.view
            .run_in(low, frontier, count)
            .or_else(|tail| if low == 0 { Err(tail) } else { self.view.run_in(0, frontier, count) })
    }

    /// Makes the pages of a span free, if no block of it is used: blocks are taken under the lock only,
    /// so none is being taken. Returns the number of pages.
    ///
    /// The continuations stay as they are: without a span that covers them, they are free.
    pub(super) fn retire(&self, page: usize) -> usize {
        let Some(floor) = self.view.floor_if_unused(page) else { return 0 };
        let Some(word) = self.view.page(page) else { return 0 };
        let count = View::<R>::step(PageWord(word.load(Relaxed)));
        // Pairs with the Acquire before a reader's second look at the page word.
        word.store(PageWord::new(floor, 0, FREE).0, Release);
        if let Some(low) = self.low() {
            if low.load(Relaxed) > page as u64 {
                low.store(page as u64, Relaxed);
            }
        }
        count
    }

    /// Makes the pages free of every span in which no block is used; returns their number.
    pub(super) fn sweep(&self, cache: &mut Cache) -> usize {
        let (mut page, mut freed, frontier) = (0, 0, self.view.frontier());
        while page < frontier {
            let step = View::<R>::step(self.view.page_word(page));
            freed += self.retire(page);
            page += step;
        }
        cache.frees = 0;
        freed
    }

    /// Sweeps if that promises pages, and otherwise grows. `tail` is the first of the free pages before
    /// the frontier.
    pub(super) fn make_room(
        &self,
        cache: &mut Cache,
        count: usize,
        mut tail: usize,
    ) -> Option<Run> {
        let (frontier, capacity) = (self.view.frontier(), self.view.ceiling());
        // What others have freed is found before this participant gives up.
        let short = count > capacity.saturating_sub(tail) && cache.frees > 0;
        if cache.frees > frontier / 4 || short {
            self.flush(cache);
            if self.sweep(cache) > 0 {
                match self.find_run(count) {
                    Ok(run) => return Some(run),
                    Err(swept) => tail = swept,
                }
            }
        }
        if count > capacity.saturating_sub(tail) {
            return None;
        }
        // A peer may have moved the frontier back since it was looked at.
        let missing = count.saturating_sub(frontier.saturating_sub(tail));
        let plenty =
            missing.max(frontier / 8).max(LEAST_GROWTH).min(capacity.saturating_sub(frontier));
        let grown = self.grow(frontier, plenty) || self.grow(frontier, missing);
        grown.then_some(Run { page: tail, continued: false })
    }

    /// Backs `count` more pages with memory. The store of the frontier is the commit.
    fn grow(&self, frontier: usize, count: usize) -> bool {
        let View { memory, section } = self.view;
        let (entries, pages) = (section.entry(frontier), section.page(frontier));
        let Some(word) = memory.word(section.at() + FRONTIER) else { return false };
        if !memory.commit(entries, ENTRY * count as u64)
            || !memory.commit(pages, (PAGE * count) as u64)
        {
            return false;
        }
        // Pairs with the Acquire of a look at the frontier.
        word.store((frontier + count) as u64, Release);
        true
    }
}

impl<R: Memory> View<'_, R> {
    /// The run of `count` pages at `page`, if it is the beginning of a span that was retired, and no span
    /// covers any of it since.
    fn retired_run(&self, page: usize, count: usize) -> Option<Run> {
        let end = page.checked_add(count).filter(|&end| end <= self.frontier())?;
        let ([first, ..], rest) = self.entries(page, end)?.split_first()?;
        let first = PageWord(first.load(Relaxed));
        // A continuation is free if its start is.
        let mut rest = rest.iter().zip(1..);
        let free = first.kind() == FREE
            && first.floor() != WORN
            && rest.all(|([word, ..], distance)| PageWord(word.load(Relaxed)).continues(distance));
        free.then_some(Run { page, continued: true })
    }

    /// A run of `count` pages between these two that no span covers; if there is none, the first page of
    /// the run that ends at `to`.
    fn run_in(&self, from: usize, to: usize, count: usize) -> Result<Run, usize> {
        if from >= to {
            return Err(to);
        }
        let from = self.end_of_span_around(from).min(to);
        let (mut page, mut start, mut continued) = (from, from, true);
        let entries = self.entries(from, to).unwrap_or_default();
        while let Some([word, ..]) = entries.get(page - from) {
            let word = PageWord(word.load(Relaxed));
            match word.kind() {
                // A page of which the generations are used up starts no span.
                FREE | CONT if page == start && word.floor() == WORN => {
                    page += 1;
                    start = page;
                }
                // No continuation is met here that a span covers: spans are stepped over.
                FREE | CONT => {
                    continued &= page == start || word.continues(page - start);
                    page += 1;
                    if page - start == count {
                        return Ok(Run { page: start, continued });
                    }
                }
                _ => {
                    page += Self::step(word);
                    (start, continued) = (page, true);
                }
            }
        }
        Err(start.min(to))
    }

    /// The page itself, unless it lies inside a span: then the page after the span.
    fn end_of_span_around(&self, page: usize) -> usize {
        let word = self.page_word(page);
        if word.kind() == CONT {
            if let Some(start) = page.checked_sub(word.count()) {
                let end = start + Self::step(self.page_word(start));
                return end.max(page);
            }
        }
        page
    }

    /// The floor of the first page of a span after its blocks, if no block of it is used and it can go.
    fn floor_if_unused(&self, page: usize) -> Option<u32> {
        let word = self.page_word(page);
        if word.kind() == LARGE {
            // The pages after the first can be used even if its generations are used up.
            let found = self.find_in(word, page, 0)?;
            let state = State(found.state.load(Acquire));
            return (state.tag() == UNOWNED).then(|| word.floor().max(state.generation()));
        }
        let class: &classes::Class = class(word.kind())?;
        let mut floor = word.floor();
        for [state, _] in self.heads(page, class)? {
            let state = State(state.load(Acquire));
            if state.tag() != UNOWNED {
                return None;
            }
            floor = floor.max(state.generation());
        }
        // A span in which some blocks are worn out stays: the others would be lost.
        (floor != WORN).then_some(floor)
    }
}
