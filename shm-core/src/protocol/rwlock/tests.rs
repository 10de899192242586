//! The lock's words and a waiter's patience, with a scripted kernel: no time passes.

use std::cell::RefCell;
use std::sync::atomic::AtomicU32;
use std::time::Duration;

use super::*;
use crate::protocol::Hardware;
use crate::protocol::lock::{POISONED, SLEEPERS, owner};
use crate::protocol::sleep::{Awake, Who};

const ME: u32 = owner(2, 7);
const OTHER: u32 = owner(0, 1);

/// Nothing ever happens; each sleep is recorded, with its seat.
struct Quiet<'a> {
    seats: &'a [AtomicU32],
    dead: Option<u32>,
    sleeps: RefCell<Vec<(usize, Duration)>>,
    /// The number of sleeps before the time is up.
    patience: usize,
}

impl Owners for Quiet<'_> {
    fn is_dead(&self, owner: u32) -> bool {
        self.dead == Some(owner)
    }

    fn is_this_thread(&self) -> bool {
        false
    }
}

impl Sleep<Hardware> for Quiet<'_> {
    fn sleep(&self, word: &AtomicU32, _value: u32, nap: Duration) -> Awake {
        let seat = self.seats.iter().position(|seat| std::ptr::eq(seat, word));
        self.sleeps.borrow_mut().push((seat.unwrap_or(usize::MAX), nap));
        Awake::NapOver
    }

    fn wake(&self, _word: &AtomicU32, _who: Who) -> bool {
        false
    }

    fn left(&self) -> Duration {
        if self.sleeps.borrow().len() < self.patience { Duration::MAX } else { Duration::ZERO }
    }
}

struct Lock {
    turnstile: AtomicU32,
    dirty: AtomicU32,
    seats: [AtomicU32; 3],
}

impl Lock {
    fn new(turnstile: u32, dirty: u32, seats: [u32; 3]) -> Self {
        let seats = seats.map(AtomicU32::new);
        Self { turnstile: AtomicU32::new(turnstile), dirty: AtomicU32::new(dirty), seats }
    }

    fn words(&self) -> Words<'_, Hardware> {
        Words { turnstile: &self.turnstile, dirty: &self.dirty, seats: &self.seats }
    }

    fn kernel(&self, dead: Option<u32>, patience: usize) -> Quiet<'_> {
        Quiet { seats: &self.seats, dead, sleeps: RefCell::default(), patience }
    }

    fn all(&self) -> (u32, u32, [u32; 3]) {
        let load = |word: &AtomicU32| word.load(Relaxed);
        (load(&self.turnstile), load(&self.dirty), [0, 1, 2].map(|seat| load(&self.seats[seat])))
    }
}

#[test]
fn a_reader_in_a_full_house_waits_for_one_seat_after_the_other() {
    let lock = Lock::new(0, 0, [OTHER; 3]);
    let kernel = lock.kernel(None, 9);
    assert_eq!(lock.words().read(1, ME, &kernel, &kernel), Err(Refused::TimedOut));
    let mut expected = Naps::between_checks_of(3);
    let naps = std::iter::repeat_with(|| expected.nap());
    let seats = [1, 2, 0, 1, 2, 0, 1, 2, 0];
    assert_eq!(kernel.sleeps.take(), seats.into_iter().zip(naps).collect::<Vec<_>>());
    let flagged = OTHER | SLEEPERS;
    assert_eq!(lock.all(), (0, 0, [flagged; 3]), "the turnstile is free again");
}

#[test]
fn the_seat_of_a_dead_reader_is_taken_whichever_it_is_and_its_poison_cleared() {
    const DEAD: u32 = owner(1, 1);
    for (seat, flags) in [(0, 0), (1, POISONED), (2, SLEEPERS)] {
        let mut seats = [OTHER; 3];
        seats[seat] = DEAD | flags;
        let lock = Lock::new(DEAD, 0, seats);
        let kernel = lock.kernel(Some(DEAD), 9);
        let found = lock.words().read(0, ME, &kernel, &kernel);
        assert_eq!(found, Ok(Seat { index: seat as u32, found: Found::Whole }));
        seats[seat] = ME | flags & SLEEPERS;
        assert_eq!(lock.all(), (0, 0, seats));
        assert!(kernel.sleeps.take().is_empty(), "a dead owner is not waited for");
    }
}

#[test]
fn any_reader_is_told_of_what_is_not_clean() {
    for dirty in [AT_WORK, MARKED, AT_WORK | MARKED, 1 << 31] {
        let lock = Lock::new(0, dirty, [0; 3]);
        let seat = lock.words().read_at_once(0, ME).unwrap();
        assert_eq!(seat.found, Found::Poisoned, "{dirty}");
    }
}

#[test]
fn a_writer_that_does_not_get_every_seat_gives_back_the_others_and_notes_nothing() {
    let lock = Lock::new(0, MARKED, [0, 0, OTHER]);
    let kernel = lock.kernel(None, 2);
    assert_eq!(lock.words().try_write(ME, &kernel), None);
    assert_eq!(lock.all(), (0, MARKED, [0, 0, OTHER]));
    assert_eq!(lock.words().write(ME, &kernel, &kernel), Err(Refused::TimedOut));
    assert_eq!(lock.all(), (0, MARKED, [0, 0, OTHER | SLEEPERS]));
}

#[test]
fn a_marked_value_stays_marked_until_a_writer_says_that_it_is_whole() {
    let lock = Lock::new(0, AT_WORK, [0; 3]);
    let (words, kernel) = (lock.words(), lock.kernel(None, 0));
    assert_eq!(words.try_write(ME, &kernel), Some(Found::Poisoned));
    assert_eq!(lock.all().1, AT_WORK | MARKED);
    assert_eq!(words.stop_writing(ME, words.is_marked(), &kernel), Unlocked::Free);
    assert_eq!(lock.all(), (0, MARKED, [0; 3]));
    assert_eq!(words.write(ME, &kernel, &kernel), Ok(Found::Poisoned));
    words.mark_whole(ME);
    assert!(!words.is_marked());
    assert_eq!(words.stop_writing(ME, words.is_marked(), &kernel), Unlocked::Free);
    assert_eq!(lock.all(), (0, 0, [0; 3]));
    assert_eq!(words.write(ME, &kernel, &kernel), Ok(Found::Whole));
}

#[test]
fn a_writer_that_was_taken_for_dead_clears_no_mark_of_its_heir() {
    let lock = Lock::new(OTHER, AT_WORK | MARKED, [OTHER; 3]);
    let kernel = lock.kernel(None, 0);
    lock.words().mark_whole(ME);
    assert_eq!(lock.words().stop_writing(ME, false, &kernel), Unlocked::Lost);
    assert_eq!(lock.all(), (OTHER, AT_WORK | MARKED, [OTHER; 3]));
}
