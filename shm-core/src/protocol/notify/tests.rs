//! The words of an event, and how long its waiters sleep.

use std::cell::{Cell, RefCell};
use std::sync::atomic::{AtomicU32, Ordering};

use super::*;
use crate::protocol::Hardware;
use crate::protocol::sleep::Awake;

/// Records its wake requests, and the word's value at each.
struct Notes {
    sleepers: RefCell<u32>,
    wakes: RefCell<Vec<(Who, u32)>>,
}

impl Sleep<Hardware> for Notes {
    fn sleep(&self, _word: &AtomicU32, _value: u32, _nap: Duration) -> Awake {
        unreachable!("no time is left")
    }

    fn wake(&self, word: &AtomicU32, who: Who) -> bool {
        self.wakes.borrow_mut().push((who, word.load(Relaxed)));
        let before = *self.sleepers.borrow();
        *self.sleepers.borrow_mut() = if who == Who::All { 0 } else { before.saturating_sub(1) };
        before > 0
    }

    fn left(&self) -> Duration {
        Duration::ZERO
    }
}

/// Returns the word after a notification, and each wake request with the word's value.
fn notified(before: u32, sleepers: u32, who: Who) -> (u32, Vec<(Who, u32)>) {
    let word = AtomicU32::new(before);
    let notes = Notes { sleepers: sleepers.into(), wakes: RefCell::default() };
    notify(&word, who, &notes);
    (word.into_inner(), notes.wakes.into_inner())
}

#[test]
fn a_notification_without_sleepers_counts_and_wakes_no_one() {
    for who in [Who::One, Who::All] {
        assert_eq!(notified(8, 0, who), (10, vec![]));
    }
}

#[test]
fn notifying_all_takes_the_flag_down_first() {
    assert_eq!(notified(9, 2, Who::All), (10, vec![(Who::All, 10)]));
}

#[test]
fn notifying_one_leaves_the_flag_up_for_the_others() {
    assert_eq!(notified(9, 2, Who::One), (11, vec![(Who::One, 11)]));
}

#[test]
fn the_flag_of_a_dead_sleeper_goes_down_with_the_next_notification() {
    assert_eq!(notified(9, 0, Who::One), (10, vec![(Who::One, 11), (Who::All, 10)]));
}

#[test]
fn the_count_wraps_around_and_leaves_the_flag_alone() {
    assert_eq!(notified(u32::MAX - 1, 0, Who::All), (0, vec![]));
    assert_eq!(notified(u32::MAX, 1, Who::One), (1, vec![(Who::One, 1)]));
    let word = AtomicU32::new(0);
    let notes = Notes { sleepers: 0.into(), wakes: RefCell::default() };
    assert!(wait(&word, u32::MAX - 1, &notes), "any other count is a change, even a smaller one");
    assert!(!wait(&word, 0, &notes));
}

/// Records each sleep of a waiter, its length and the word; notifies after so many sleeps.
struct Sleeps {
    naps: RefCell<Vec<(u32, Duration)>>,
    notified_after: usize,
    left: Cell<Duration>,
    /// A word that is notified between a look at it and the sleep.
    notified_at_once: Option<&'static AtomicU32>,
}

impl Sleeps {
    fn new(notified_after: usize, left: Duration) -> Self {
        let (naps, left) = (RefCell::default(), Cell::new(left));
        Self { naps, notified_after, left, notified_at_once: None }
    }
}

impl Sleep<Hardware> for Sleeps {
    fn sleep(&self, word: &AtomicU32, value: u32, nap: Duration) -> Awake {
        assert_eq!(word.load(Relaxed), value, "a sleep that ends at once");
        self.naps.borrow_mut().push((value, nap));
        self.left.set(self.left.get().saturating_sub(nap));
        if self.naps.borrow().len() == self.notified_after {
            word.fetch_add(STEP, Relaxed);
            return Awake::Roused;
        }
        Awake::NapOver
    }

    fn wake(&self, _: &AtomicU32, _: Who) -> bool {
        unreachable!("a waiter wakes no other waiter")
    }

    fn left(&self) -> Duration {
        if let Some(word) = self.notified_at_once {
            word.fetch_add(STEP, Relaxed);
        }
        self.left.get()
    }
}

type Wait = fn(&AtomicU32, u32, &Sleeps) -> bool;

/// Waits for a count other than 4; returns whether it came, the word and the naps.
fn waited(wait: Wait, before: u32, sleeps: &Sleeps) -> (bool, u32, Vec<(u32, Duration)>) {
    let word = AtomicU32::new(before);
    let outcome = wait(&word, 8, sleeps);
    (outcome, word.into_inner(), sleeps.naps.take())
}

fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

#[test]
fn a_waiter_raises_the_flag_and_sleeps_for_a_second_at_most() {
    for before in [8, 9] {
        let (came, word, naps) = waited(wait::<Hardware>, before, &Sleeps::new(3, Duration::MAX));
        assert!(came);
        assert_eq!((word, naps), (11, vec![(9, ms(1000)); 3]));
    }
}

#[test]
fn a_waiter_sleeps_no_longer_than_the_time_that_is_left() {
    let (came, word, naps) = waited(wait::<Hardware>, 8, &Sleeps::new(9, ms(2300)));
    assert!(!came);
    assert_eq!((word, naps), (9, vec![(9, ms(1000)), (9, ms(1000)), (9, ms(300))]));
    let (came, word, naps) = waited(wait::<Hardware>, 8, &Sleeps::new(9, Duration::ZERO));
    assert_eq!((came, word, naps), (false, 8, vec![]), "without time, the flag stays down");
}

/// A wait of a process that may only read.
fn wait_blind(word: &AtomicU32, ticket: u32, sleeps: &Sleeps) -> bool {
    wait_raising::<Hardware>(word, ticket, |_| None, sleeps)
}

/// Another waiter's flag serves all.
#[test]
fn a_waiter_that_cannot_raise_the_flag_sleeps_for_a_second_if_it_is_up() {
    let (came, word, naps) = waited(wait_blind, 9, &Sleeps::new(3, Duration::MAX));
    assert!(came);
    assert_eq!((word, naps), (11, vec![(9, ms(1000)); 3]));
}

/// The kernel is asked to compare a word with the flag up only after that was raised.
#[test]
fn a_waiter_whose_word_changed_before_it_raised_the_flag_looks_again() {
    let word = AtomicU32::new(8);
    let sleeps = Sleeps::new(0, Duration::MAX);
    let raise = |_| {
        word.fetch_add(STEP, Relaxed);
        Some(false)
    };
    assert!(wait_raising::<Hardware>(&word, 8, raise, &sleeps));
    assert_eq!(sleeps.naps.take(), []);
}

#[test]
fn a_waiter_that_cannot_raise_the_flag_naps_1_to_16_ms_and_writes_nothing() {
    let sleeps = Sleeps::new(7, Duration::MAX);
    let (came, word, naps) = waited(wait_blind, 8, &sleeps);
    assert!(came);
    let expected = [1, 2, 4, 8, 16, 16, 16].map(|millis| (8, ms(millis)));
    assert_eq!((word, naps), (8 + STEP, expected.to_vec()));
    let (came, word, naps) = waited(wait_blind, 8, &Sleeps::new(9, ms(4)));
    assert_eq!((came, word), (false, 8));
    assert_eq!(naps, [1, 2, 1].map(|millis| (8, ms(millis))));
    let sleeps = Sleeps::new(9, Duration::ZERO);
    assert_eq!(waited(wait_blind, 8, &sleeps), (false, 8, vec![]));
}

#[test]
fn a_late_waiter_does_not_sleep() {
    for wait in [wait::<Hardware> as Wait, wait_blind] {
        for before in [6, 7, 10, 11, 0, u32::MAX] {
            let sleeps = Sleeps::new(0, Duration::MAX);
            assert_eq!(waited(wait, before, &sleeps), (true, before, vec![]));
        }
    }
}

/// The kernel would also notice, but at the cost of a system call.
#[test]
fn a_waiter_that_is_notified_before_it_sleeps_does_not() {
    let word: &AtomicU32 = Box::leak(Box::new(AtomicU32::new(8)));
    let sleeps = Sleeps { notified_at_once: Some(word), ..Sleeps::new(0, Duration::MAX) };
    assert!(wait::<Hardware>(word, 8, &sleeps));
    assert_eq!(sleeps.naps.take(), []);
}

#[test]
fn a_ticket_is_the_count_without_the_flag() {
    for (word, count) in [(8, 8), (9, 8), (0, 0), (1, 0), (u32::MAX, u32::MAX - 1)] {
        assert_eq!(ticket::<Hardware>(&AtomicU32::new(word)), count);
    }
}

/// A word that other notifiers increment just before each of the next so many exchanges.
struct Busy {
    word: AtomicU32,
    notifications: Cell<u32>,
}

enum BusyMachine {}

impl Machine for BusyMachine {
    type U32 = Busy;
    type U64 = std::sync::atomic::AtomicU64;

    fn fence(order: Ordering) {
        std::sync::atomic::fence(order);
    }

    fn spin() {}
}

impl Word<u32> for Busy {
    fn load(&self, order: Ordering) -> u32 {
        self.word.load(order)
    }

    fn store(&self, value: u32, order: Ordering) {
        self.word.store(value, order);
    }

    fn swap(&self, value: u32, order: Ordering) -> u32 {
        self.word.swap(value, order)
    }

    fn fetch_or(&self, bits: u32, order: Ordering) -> u32 {
        self.word.fetch_or(bits, order)
    }

    fn fetch_add(&self, value: u32, order: Ordering) -> u32 {
        self.word.fetch_add(value, order)
    }

    fn compare_exchange(
        &self,
        current: u32,
        new: u32,
        success: Ordering,
        failure: Ordering,
    ) -> Result<u32, u32> {
        if let Some(left) = self.notifications.get().checked_sub(1) {
            self.notifications.set(left);
            self.word.fetch_add(STEP, Relaxed);
        }
        self.word.compare_exchange(current, new, success, failure)
    }
}

/// Records the word at each wake request.
#[derive(Default)]
struct Wakes(RefCell<Vec<u32>>);

impl Sleep<BusyMachine> for Wakes {
    fn sleep(&self, _: &Busy, _: u32, _: Duration) -> Awake {
        unreachable!("a notifier does not sleep")
    }

    fn wake(&self, word: &Busy, _: Who) -> bool {
        self.0.borrow_mut().push(word.load(Relaxed));
        false
    }

    fn left(&self) -> Duration {
        Duration::ZERO
    }
}

#[test]
fn the_flag_goes_down_despite_concurrent_notifications_and_none_is_lost() {
    for others in 0..4 {
        let word = Busy { word: AtomicU32::new(9), notifications: Cell::new(others) };
        let wakes = Wakes::default();
        notify::<BusyMachine>(&word, Who::All, &wakes);
        let after = 10 + STEP * others;
        assert_eq!((word.word.into_inner(), wakes.0.take()), (after, vec![after]));
    }
}

/// Records the word at each look and each nap; something is there after so many sleeps.
fn waited_for(before: u32, sleeps: &Sleeps, found_after: usize) -> (Option<()>, u32, Vec<u32>) {
    let (word, looks) = (AtomicU32::new(before), RefCell::new(Vec::new()));
    let look = || {
        looks.borrow_mut().push(word.load(Relaxed));
        (sleeps.naps.borrow().len() >= found_after).then_some(())
    };
    let found = wait_for(&word, look, sleeps);
    (found, word.load(Relaxed), looks.into_inner())
}

#[test]
fn a_waiter_that_announces_itself_raises_the_flag_before_it_looks() {
    let sleeps = Sleeps::new(usize::MAX, Duration::MAX);
    assert_eq!(waited_for(8, &sleeps, 0), (Some(()), 9, vec![9]));
    assert_eq!(waited_for(8, &sleeps, 2), (Some(()), 9, vec![9, 9, 9]));
}

#[test]
fn its_naps_grow_from_a_millisecond_to_a_second_and_start_again_when_it_is_woken() {
    let sleeps = Sleeps::new(12, Duration::MAX);
    assert_eq!(waited_for(8, &sleeps, 14).0, Some(()));
    let naps: Vec<_> = sleeps.naps.take().iter().map(|(_, nap)| nap.as_millis()).collect();
    assert_eq!(naps, [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1000, 1000, 1, 2]);
}

#[test]
fn it_looks_for_the_last_time_when_its_time_is_up() {
    let sleeps = Sleeps::new(usize::MAX, Duration::from_millis(5));
    let (found, _, looks) = waited_for(8, &sleeps, usize::MAX);
    let naps: Vec<_> = sleeps.naps.take().iter().map(|(_, nap)| nap.as_millis()).collect();
    assert_eq!((found, looks.len(), naps), (None, 4, vec![1, 2, 2]));
}

#[test]
fn only_a_waiter_that_announced_itself_is_counted_for_and_woken() {
    let notified = |before, sleepers: u32| {
        let word = AtomicU32::new(before);
        let notes = Notes { sleepers: sleepers.into(), wakes: RefCell::default() };
        notify_announced(&word, Who::One, &notes);
        (word.into_inner(), notes.wakes.into_inner())
    };
    assert_eq!(notified(8, 0), (8, vec![]));
    assert_eq!(notified(9, 2), (11, vec![(Who::One, 11)]));
    assert_eq!(notified(9, 0), (10, vec![(Who::One, 11), (Who::All, 10)]));
}
