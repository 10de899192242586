//! Changes of objects: they are made, named, held, removed and reclaimed.

use std::sync::atomic::Ordering::{Relaxed, Release};

use super::words::{ALIGN, HEAD, LEN, LENS, NAME, NAME_LEN, PAGES, SIZE, STATE, VALUE};
use super::{NAMED, Object, PAGE_WORDS, Phase, REMOVED, Shape};
use crate::fault;
use crate::protocol::heap::classes::PAGE;
use crate::protocol::heap::section::{FRONTIER, OBJECTS};
use crate::protocol::heap::value::write_bytes;
use crate::protocol::heap::words::{State, UNOWNED, WORN};
use crate::protocol::heap::{Contended, Heap, Machine, Memory, NoBlock, Owners, Sleep, View, Word};

/// The outcome of giving an object its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Naming {
    /// It has it, and this participant holds it.
    Done,
    /// Another object has it.
    Taken,
}

/// An object that a participant makes.
#[derive(Clone, Copy, Debug)]
pub struct Made {
    /// The generation that it has.
    pub generation: u32,
    /// Whether its value is zero, since it had none before.
    pub is_new: bool,
}

impl<'m, R: Memory, P: Owners + Sleep<R::M>> Heap<'m, R, P> {
    /// Makes an object for a value, or takes one that no process uses any more. Returns its generation, too.
    /// It is this participant's, and the value in it is that of another life.
    ///
    /// # Errors
    /// If there are not enough pages that were never used, if it can never fit, or if the heap's lock was not
    /// to be had in time.
    pub fn take_object(&self, shape: &Shape<'_>) -> Result<(Object<'m, R::M>, Made), NoBlock> {
        let _held = self.lock()?;
        for object in self.view.objects().filter(|object| object.fits(shape)) {
            if let Some(generation) = self.take_again(&object) {
                return Ok((object, Made { generation, is_new: false }));
            }
        }
        let object = self.make_object(shape)?;
        Ok((object, Made { generation: 1, is_new: true }))
    }

    fn take_again(&self, object: &Object<'m, R::M>) -> Option<u32> {
        self.reclaim(object);
        let state = object.state();
        let generation = state.generation();
        let is_free = state.tag() == UNOWNED && generation != WORN;
        if !is_free || !object.exchange(state, State::new(generation, self.me)) {
            return None;
        }
        // Pairs with the fence after a reader's look at a name.
        R::M::fence(Release);
        // Left by a process that died while it made this.
        object.marks.iter().for_each(|mark| mark.store(0, Relaxed));
        Some(generation)
    }

    fn make_object(&self, shape: &Shape<'_>) -> Result<Object<'m, R::M>, NoBlock> {
        let View { memory, section } = self.view;
        let (capacity, ceiling) = (section.capacity(), self.view.ceiling());
        let limit = NoBlock::TooLong { limit: (capacity * PAGE) as u64 };
        let (size, align) = usize::try_from(shape.size)
            .ok()
            .zip(usize::try_from(shape.align.max(8)).ok())
            .ok_or(limit)?;
        let head = self.view.head_len([shape.schema.len(), shape.notes.len()]);
        let start = head.next_multiple_of(align.min(PAGE)) + align.saturating_sub(PAGE);
        let pages = start.checked_add(size).ok_or(limit)?.div_ceil(PAGE);
        if pages > capacity {
            return Err(limit);
        }
        let page = ceiling.checked_sub(pages).filter(|page| self.view.is_new(*page));
        let page = page.ok_or(NoBlock::Full)?;
        let at = section.page(page);
        if !memory.commit(at, (pages * PAGE) as u64) {
            return Err(NoBlock::Full);
        }
        let words = memory.paged(&section, page * PAGE_WORDS, pages * PAGE_WORDS);
        let words = words.ok_or(NoBlock::Full)?;
        // A process that died here can have left something.
        for word in words.iter().filter(|word| word.load(Relaxed) != 0) {
            word.store(0, Relaxed);
        }
        let value = (at + head as u64).next_multiple_of(align as u64) - at;
        let facts = [
            (PAGES, pages as u64),
            (STATE, State::new(1, self.me).0),
            (VALUE, value),
            (SIZE, shape.size),
            (LEN, shape.len),
            (LENS, shape.schema.len() as u64 | (shape.notes.len() as u64) << 32),
            (ALIGN, shape.align),
        ];
        facts.iter().for_each(|(word, fact)| words[*word].store(*fact, Relaxed));
        let words = &words[HEAD + NAME + self.view.mark_words()..];
        write_bytes::<R::M>(words, shape.schema);
        write_bytes::<R::M>(&words[shape.schema.len().div_ceil(8)..], shape.notes);
        let count = memory.word(section.at() + OBJECTS).ok_or(NoBlock::Full)?;
        if self.view.frontier() > page {
            // First: the pages are no block's, whenever this participant dies.
            let frontier = memory.word(section.at() + FRONTIER).ok_or(NoBlock::Full)?;
            frontier.store(page as u64, Release);
        }
        fault::point("named: about to commit");
        // The commit. Pairs with the fence of a look at it.
        count.store((capacity - page) as u64, Release);
        self.view.object(page).ok_or(NoBlock::Full)
    }

    /// Gives an object, which is this participant's in that generation, its name; unless another one has it.
    ///
    /// # Errors
    /// If the heap's lock was not to be had in time, or this participant was judged dead.
    pub fn name_object(
        &self,
        object: &Object<'m, R::M>,
        made: Made,
        name: &[u8],
    ) -> Result<Naming, Contended> {
        object.name.iter().for_each(|word| word.store(0, Relaxed));
        write_bytes::<R::M>(object.name, name);
        object.head[NAME_LEN].store(name.len() as u64, Relaxed);
        let _held = self.lock()?;
        if self.view.find_object(name).is_some() {
            return Ok(Naming::Taken);
        }
        self.mark(object)?;
        let [mine, named] = [self.me, NAMED].map(|tag| State::new(made.generation, tag));
        fault::point("named: marked, without its name");
        // The commit.
        if object.exchange(mine, named) { Ok(Naming::Done) } else { Err(Contended) }
    }

    /// Gives an object up that has no name yet.
    pub fn give_up_object(&self, object: &Object<'m, R::M>, made: Made) {
        let mine = State::new(made.generation, self.me);
        // If it fails, this participant was judged dead, and another one has done the same.
        object.exchange(mine, freed(mine));
    }

    /// Holds an object, if it still is the one of this generation, and one of these phases. Returns whether it is.
    ///
    /// # Errors
    /// If the heap's lock was not to be had in time.
    pub fn hold_object(
        &self,
        object: &Object<'m, R::M>,
        generation: u32,
        phases: &[Phase],
    ) -> Result<bool, Contended> {
        let _held = self.lock()?;
        let state = object.state();
        let is_it = state.generation() == generation
            && Phase::of(state).is_some_and(|phase| phases.contains(&phase));
        if is_it {
            self.mark(object)?;
        }
        Ok(is_it)
    }

    fn mark(&self, object: &Object<'m, R::M>) -> Result<(), Contended> {
        if object.remark(self.me, |_| true, self.me) { Ok(()) } else { Err(Contended) }
    }

    /// Lets go of an object that this participant holds.
    pub fn let_go(&self, object: &Object<'m, R::M>) {
        object.remark(self.me, |mark| mark == self.me, 0);
    }

    /// Takes a name from the object that has it. Returns whether one had it.
    ///
    /// # Errors
    /// If the heap's lock was not to be had in time.
    pub fn remove_object(&self, name: &[u8]) -> Result<bool, Contended> {
        let _held = self.lock()?;
        let Some((object, generation)) = self.view.find_object(name) else { return Ok(false) };
        let [named, removed] = [NAMED, REMOVED].map(|tag| State::new(generation, tag));
        Ok(object.exchange(named, removed))
    }

    /// Makes every object free that is no process's any more. Returns the number of those that dead
    /// participants were making.
    ///
    /// # Errors
    /// If the heap's lock was not to be had in time.
    pub fn settle_objects(&self) -> Result<usize, Contended> {
        let _held = self.lock()?;
        Ok(self.view.objects().filter(|object| self.reclaim(object)).count())
    }

    /// Makes an object free if it is no process's any more; the caller has the heap's lock. Returns whether a
    /// dead participant was making it.
    fn reclaim(&self, object: &Object<'m, R::M>) -> bool {
        let state = object.state();
        match Phase::of(state) {
            Some(Phase::Made(owner)) => {
                owner != self.me
                    && self.peers.is_dead(owner)
                    && object.exchange(state, freed(state))
            }
            Some(Phase::Removed) => {
                if !self.is_held(object) {
                    object.exchange(state, freed(state));
                }
                false
            }
            Some(Phase::Free | Phase::Named) | None => false,
        }
    }

    /// Whether a living participant holds an object; clears the marks of the dead.
    fn is_held(&self, object: &Object<'m, R::M>) -> bool {
        let mut is_held = false;
        for owner in object.holders() {
            if owner == self.me || !self.peers.is_dead(owner) {
                is_held = true;
            } else {
                object.remark(owner, |mark| mark == owner, 0);
            }
        }
        is_held
    }
}

/// The state of a free object after this one.
fn freed(state: State) -> State {
    State::new(state.generation().saturating_add(1), UNOWNED)
}
