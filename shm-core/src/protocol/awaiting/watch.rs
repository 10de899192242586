//! [`Watch`]: the words that a helper watches, and everything that waits for them.

use std::sync::atomic::Ordering::Relaxed;
use std::time::{Duration, Instant};

use super::super::notify::{FIRST_BLIND_NAP, LONGEST_BLIND_NAP, LONGEST_NAP, SLEEPERS};
use super::super::{Machine, Word};
use super::{CAPACITY, Looked, Place, Renewed, Waiter};

/// A waiter and the number by which it is found again.
#[derive(Debug)]
struct Numbered<W> {
    id: u64,
    waiter: Waiter<W>,
}

/// A word, and everything that waits for it.
#[derive(Debug)]
struct Watched<P, W> {
    place: P,
    /// Whether the flag can be raised, as far as is known.
    may_raise: bool,
    waiters: Vec<Numbered<W>>,
    /// The count on which the helper slept, if it did.
    slept_on: Option<u32>,
}

/// The words that a helper watches, and their waiters.
#[derive(Debug)]
pub struct Watch<P, W> {
    words: Vec<Watched<P, W>>,
    last_id: u64,
    blind_nap: Duration,
    pub(super) has_helper: bool,
}

impl<P: PartialEq, W> Watch<P, W> {
    /// A watch of nothing.
    #[must_use]
    pub const fn new() -> Self {
        Self { words: Vec::new(), last_id: 0, blind_nap: FIRST_BLIND_NAP, has_helper: false }
    }

    /// Returns whether another waiter for this word can be added.
    pub(super) fn has_room_for(&self, place: &P) -> bool {
        let is_watched = |word: &&Watched<P, W>| !word.waiters.is_empty();
        self.words.iter().filter(is_watched).count() < CAPACITY
            || self.words.iter().any(|word| is_watched(&word) && word.place == *place)
    }

    pub(super) fn add(&mut self, place: &P, waiter: Waiter<W>) -> u64
    where
        P: Clone,
    {
        self.blind_nap = FIRST_BLIND_NAP;
        self.last_id += 1;
        let added = Numbered { id: self.last_id, waiter };
        if let Some(word) = self.word(place) {
            word.waiters.push(added);
        } else {
            let (place, waiters) = (place.clone(), vec![added]);
            self.words.push(Watched { place, may_raise: true, waiters, slept_on: None });
        }
        self.last_id
    }

    pub(super) fn renew(&mut self, place: &P, id: u64, renewed: &mut Waiter<W>) -> Renewed {
        let waiters = self.word(place).map(|word| &mut word.waiters);
        let known = waiters.and_then(|waiters| waiters.iter_mut().find(|known| known.id == id));
        let Some(Numbered { waiter, .. }) = known else { return Renewed::Gone };
        if waiter.ticket == renewed.ticket {
            std::mem::swap(&mut waiter.waker, &mut renewed.waker);
            return Renewed::Kept;
        }
        std::mem::swap(waiter, renewed);
        self.blind_nap = FIRST_BLIND_NAP;
        Renewed::Moved
    }

    /// Removes a waiter; `None` if it was taken out to be woken.
    pub fn remove(&mut self, place: &P, id: u64) -> Option<Waiter<W>> {
        let waiters = &mut self.word(place)?.waiters;
        let found = waiters.iter().position(|known| known.id == id)?;
        Some(waiters.swap_remove(found).waiter)
    }

    /// Returns whether a waiter is there, and not taken out to be woken.
    pub fn has(&mut self, place: &P, id: u64) -> bool {
        self.word(place).is_some_and(|word| word.waiters.iter().any(|known| known.id == id))
    }

    /// Removes the waiters of all words at some places, which are about to be unmapped. Returns them, to be
    /// dropped without the lock.
    pub fn forget(&mut self, is_gone: impl Fn(&P) -> bool) -> Vec<Waiter<W>> {
        let words = std::mem::take(&mut self.words).into_iter();
        let (gone, kept) = words.partition::<Vec<_>, _>(|word| is_gone(&word.place));
        self.words = kept;
        gone.into_iter().flat_map(|word| word.waiters).map(|numbered| numbered.waiter).collect()
    }

    /// Looks at every word, and takes out the waiters that are to be woken.
    pub fn look<M: Machine>(&mut self, now: Instant, sleeps_on_words: bool) -> Looked<P, W>
    where
        P: Place<M>,
        W: Clone,
    {
        let (mut nap, mut is_blind) = (LONGEST_NAP, false);
        let (mut fired, mut passed_on, mut words) = (Vec::new(), Vec::new(), Vec::new());
        self.words.retain_mut(|word| {
            word.may_raise &= sleeps_on_words;
            let (slept_on, so_far) = (word.slept_on, fired.len());
            let value = word.look::<M>(now, &mut fired);
            let has_counted = slept_on.is_some_and(|count| count != value & !SLEEPERS);
            if has_counted && fired.len() == so_far {
                passed_on.push(word.place.clone());
            }
            if word.waiters.is_empty() {
                return false;
            }
            word.slept_on = sleeps_on_words.then_some(value & !SLEEPERS);
            words.push((word.place.clone(), value));
            is_blind |= !word.may_raise;
            let due = word.waiters.iter().filter_map(|known| known.waiter.due).min();
            nap = due.map_or(nap, |due| nap.min(due.saturating_duration_since(now)));
            true
        });
        if !fired.is_empty() {
            self.blind_nap = FIRST_BLIND_NAP;
        }
        if is_blind {
            nap = nap.min(self.blind_nap);
            self.blind_nap = (self.blind_nap * 2).min(LONGEST_BLIND_NAP);
        }
        Looked { fired, passed_on, words, nap }
    }

    /// Ends the helper, unless there is something to watch.
    pub fn end(&mut self) -> bool {
        self.has_helper = !self.words.is_empty();
        !self.has_helper
    }

    fn word(&mut self, place: &P) -> Option<&mut Watched<P, W>> {
        self.words.iter_mut().find(|word| word.place == *place)
    }
}

impl<P: PartialEq, W> Default for Watch<P, W> {
    fn default() -> Self {
        Self::new()
    }
}

impl<P, W> Watched<P, W> {
    /// Takes out the waiters that are to be woken, and raises the flag for the others. Returns the word's value,
    /// to sleep on if there are others.
    fn look<M: Machine>(&mut self, now: Instant, fired: &mut Vec<W>) -> u32
    where
        P: Place<M>,
        W: Clone,
    {
        let place = self.place.clone();
        let mut seen = place.word().load(Relaxed);
        loop {
            self.take_out(seen & !SLEEPERS, now, fired);
            let flagged = seen | SLEEPERS;
            if self.waiters.is_empty() || !self.may_raise || seen == flagged {
                return seen;
            }
            match place.raise_flag(seen) {
                Some(true) => return flagged,
                Some(false) => seen = place.word().load(Relaxed),
                None => self.may_raise = false,
            }
        }
    }

    /// Takes out the waiters whose ticket differs from `count`, and those that want to look by now.
    fn take_out(&mut self, count: u32, now: Instant, fired: &mut Vec<W>)
    where
        W: Clone,
    {
        let is_to_wake = |known: &Numbered<W>| {
            let waiter = &known.waiter;
            waiter.ticket != count || waiter.due.is_some_and(|due| due <= now)
        };
        // Most looks wake nobody, and then nothing is moved.
        if !self.waiters.iter().any(is_to_wake) {
            return;
        }
        let waiters = std::mem::take(&mut self.waiters).into_iter();
        let (woken, asleep) = waiters.partition::<Vec<_>, _>(is_to_wake);
        self.waiters = asleep;
        for mut known in woken {
            if known.waiter.stays {
                fired.push(known.waiter.waker.clone());
                known.waiter.ticket = count;
                self.waiters.push(known);
            } else {
                fired.push(known.waiter.waker);
            }
        }
    }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
