//! The semaphore's words and a waiter's patience, with a scripted kernel: no time passes.

use std::cell::RefCell;
use std::sync::atomic::AtomicU32;
use std::time::Duration;

use super::*;
use crate::protocol::Hardware;
use crate::protocol::lock::owner;
use crate::protocol::sleep::Awake;

const ME: u32 = owner(2, 7);
const OTHER: u32 = owner(0, 1);
const DEAD: u32 = owner(1, 1);

/// Nothing ever happens; naps and wakes are recorded.
struct Quiet {
    naps: RefCell<Vec<Duration>>,
    wakes: RefCell<Vec<Who>>,
    /// The number of naps before the time is up.
    patience: usize,
}

impl Quiet {
    fn new(patience: usize) -> Self {
        Self { naps: RefCell::default(), wakes: RefCell::default(), patience }
    }
}

impl Owners for Quiet {
    fn is_dead(&self, owner: u32) -> bool {
        owner == DEAD
    }

    fn is_this_thread(&self) -> bool {
        false
    }
}

impl Sleep<Hardware> for Quiet {
    fn sleep(&self, word: &AtomicU32, value: u32, nap: Duration) -> Awake {
        assert_eq!(word.load(Relaxed), value, "a sleep that ends at once");
        self.naps.borrow_mut().push(nap);
        Awake::NapOver
    }

    fn wake(&self, _word: &AtomicU32, who: Who) -> bool {
        self.wakes.borrow_mut().push(who);
        true
    }

    fn left(&self) -> Duration {
        if self.naps.borrow().len() < self.patience { Duration::MAX } else { Duration::ZERO }
    }
}

fn loaded(seats: &[AtomicU32; 2]) -> [u32; 2] {
    [seats[0].load(Relaxed), seats[1].load(Relaxed)]
}

#[test]
fn a_waiter_naps_100_us_for_each_seat_that_it_checks_and_leaves_the_flag_on_every_seat() {
    let (freed, seats) = (AtomicU32::new(0), [OTHER, OTHER].map(AtomicU32::new));
    let (words, kernel) = (Words::<Hardware> { freed: &freed, seats: &seats }, Quiet::new(3));
    assert_eq!(words.acquire(0, ME, &kernel, &kernel), None);
    let first = Naps::SHORTEST * 2;
    let second = first + first / 512;
    assert_eq!(kernel.naps.take(), [first, second, second + second / 512]);
    assert_eq!(loaded(&seats), [OTHER | SLEEPERS; 2]);
}

#[test]
fn without_time_the_dead_are_inherited_from_and_the_living_left_alone() {
    let (freed, seats) = (AtomicU32::new(0), [OTHER, DEAD].map(AtomicU32::new));
    let (words, kernel) = (Words::<Hardware> { freed: &freed, seats: &seats }, Quiet::new(0));
    assert_eq!(words.try_acquire(0, ME), None, "that takes a look at the process table");
    let taken = words.acquire(0, ME, &kernel, &kernel);
    assert_eq!(taken, Some(Acquired { index: 1, inherited: true }));
    assert_eq!(loaded(&seats), [OTHER, ME]);
    assert_eq!(words.acquire(0, ME, &kernel, &kernel), None);
    assert_eq!(loaded(&seats), [OTHER, ME], "no flag: this one did not sleep");
}

#[test]
fn a_release_notifies_if_the_flag_is_up_and_only_then() {
    let (freed, seats) =
        (AtomicU32::new(notify::SLEEPERS), [ME, ME | SLEEPERS].map(AtomicU32::new));
    let (words, kernel) = (Words::<Hardware> { freed: &freed, seats: &seats }, Quiet::new(0));
    assert!(words.release(0, ME, &kernel));
    assert_eq!((freed.load(Relaxed), kernel.wakes.borrow().len()), (notify::SLEEPERS, 0));
    assert!(words.release(1, ME, &kernel));
    assert_eq!(freed.load(Relaxed), notify::STEP | notify::SLEEPERS);
    assert_eq!(kernel.wakes.take(), [Who::One]);
    assert_eq!(loaded(&seats), [0, 0]);
    assert!(!words.release(0, ME, &kernel), "it was given back");
    seats[0].store(OTHER, Relaxed);
    assert!(!words.release(0, ME, &kernel), "it is another process's");
    assert_eq!(loaded(&seats), [OTHER, 0]);
}
