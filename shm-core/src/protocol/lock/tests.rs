//! The lock's words and a locker's patience, with a scripted kernel and owners that record each request:
//! no time passes, and no thread sleeps.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::Duration;

use super::*;
use crate::protocol::{Hardware, sleep};

const ME: u32 = owner(2, 7);
const OTHER: u32 = owner(0, 1);
const THIRD: u32 = owner(1022, GENERATION);

/// A locker's questions and requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asked {
    /// Asks whether this owner is dead.
    Look(u32),
    /// Asks to sleep while the word holds this.
    Sleep(u32, Duration),
    /// Asks to wake a sleeper.
    Wake(Who),
}
use Asked::{Look, Sleep, Wake};

/// The end of a sleep: the reason, and the word's value then, if it was changed in the meantime.
type Sleeping = (Awake, Option<u32>);

/// Owners and a kernel that follow a script. After its end, the word is free.
struct Script {
    word: AtomicU32,
    /// The word's value after the first check of an owner, if another process changes it then.
    after_look: Cell<Option<u32>>,
    asked: RefCell<Vec<Asked>>,
    sleeps: RefCell<VecDeque<Sleeping>>,
    dead: Vec<u32>,
    /// Whether a lock held by this process is held by this thread.
    is_this_thread: bool,
    /// Whether a wake finds a sleeper.
    has_sleepers: bool,
    left: Cell<Duration>,
}

impl Script {
    fn new(sleeps: &[Sleeping]) -> Self {
        Self {
            word: AtomicU32::new(0),
            after_look: Cell::new(None),
            asked: RefCell::default(),
            sleeps: RefCell::new(sleeps.iter().copied().collect()),
            dead: Vec::new(),
            is_this_thread: true,
            has_sleepers: true,
            left: Cell::new(Duration::MAX),
        }
    }

    fn with_dead(self, owner: u32) -> Self {
        Self { dead: vec![owner], ..self }
    }

    fn with_left(self, left: Duration) -> Self {
        Self { left: Cell::new(left), ..self }
    }

    /// Locks a word with this value; returns the outcome, the word afterwards and the requests.
    fn lock(&self, before: u32) -> (Result<Found, Refused>, u32, Vec<Asked>) {
        self.word.store(before, Relaxed);
        let outcome = lock::<Hardware>(&self.word, ME, self, self);
        (outcome, self.word.load(Relaxed), self.asked.take())
    }
}

impl Owners for Script {
    fn is_dead(&self, owner: u32) -> bool {
        self.asked.borrow_mut().push(Look(owner));
        if let Some(word) = self.after_look.take() {
            self.word.store(word, Relaxed);
        }
        self.dead.contains(&owner)
    }

    fn is_this_thread(&self) -> bool {
        self.is_this_thread
    }
}

impl<M: Machine<U32 = AtomicU32>> sleep::Sleep<M> for Script {
    fn sleep(&self, word: &AtomicU32, value: u32, nap: Duration) -> Awake {
        assert_eq!(word.load(Relaxed), value, "a sleep that ends at once");
        self.asked.borrow_mut().push(Sleep(value, nap));
        self.left.set(self.left.get().saturating_sub(nap));
        let (why, now) = self.sleeps.borrow_mut().pop_front().unwrap_or((Awake::Roused, Some(0)));
        if let Some(now) = now {
            word.store(now, Relaxed);
        }
        why
    }

    fn wake(&self, _word: &AtomicU32, who: Who) -> bool {
        self.asked.borrow_mut().push(Wake(who));
        self.has_sleepers
    }

    fn left(&self) -> Duration {
        self.left.get()
    }
}

/// The first nap of a waiter for a lock.
const FIRST: Duration = Naps::SHORTEST;

fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

fn naps(asked: &[Asked]) -> Vec<Duration> {
    let nap = |asked: &Asked| if let Sleep(_, nap) = asked { Some(*nap) } else { None };
    asked.iter().filter_map(nap).collect()
}

#[test]
fn each_nap_is_a_512th_of_the_time_waited_until_then_and_at_least_100_us_and_at_most_20_ms() {
    let script = Script::new(&[(Awake::NapOver, None); 3_000]);
    let (outcome, word, asked) = script.lock(OTHER);
    assert_eq!((outcome, word), (Ok(Found::Whole), ME | SLEEPERS));
    let naps = naps(&asked);
    assert_eq!((naps[0], naps[3_000]), (FIRST, ms(20)));
    let mut waited = Duration::ZERO;
    for nap in naps {
        let share = (FIRST + waited / 512).min(ms(20));
        assert!(nap <= share && share - nap < Duration::from_micros(3), "{nap:?} after {waited:?}");
        waited += nap;
    }
}

#[test]
fn a_nap_is_no_longer_than_the_time_that_is_left() {
    let left = FIRST + FIRST / 2;
    let script = Script::new(&[(Awake::NapOver, None); 9]).with_left(left);
    let (outcome, word, asked) = script.lock(OTHER);
    assert_eq!((outcome, word), (Err(Refused::TimedOut), OTHER | SLEEPERS));
    assert_eq!(naps(&asked), [FIRST, FIRST / 2]);
}

#[test]
fn the_lock_of_the_dead_is_taken_over_before_the_first_nap() {
    for (before, after) in [
        (OTHER, ME | POISONED),
        (OTHER | POISONED, ME | POISONED),
        (OTHER | SLEEPERS, ME | POISONED | SLEEPERS),
        (OTHER | SLEEPERS | POISONED, ME | POISONED | SLEEPERS),
    ] {
        let (outcome, word, asked) = Script::new(&[]).with_dead(OTHER).lock(before);
        assert_eq!((outcome, word), (Ok(Found::Poisoned), after), "{before:#x}");
        assert_eq!(asked, [Look(OTHER)]);
    }
}

/// Others may be asleep as well, so a sleeper that takes over keeps the flag up.
#[test]
fn a_sleeper_that_takes_over_raises_the_sleepers_flag() {
    let script = Script::new(&[(Awake::Roused, Some(THIRD)), (Awake::NapOver, Some(THIRD))]);
    let (outcome, word, asked) = script.with_dead(THIRD).lock(OTHER);
    assert_eq!((outcome, word), (Ok(Found::Poisoned), ME | POISONED | SLEEPERS));
    let sleeps = [Sleep(OTHER | SLEEPERS, FIRST), Sleep(THIRD | SLEEPERS, FIRST + FIRST / 512)];
    assert_eq!(asked, [Look(OTHER), sleeps[0], sleeps[1], Look(THIRD)]);
}

#[test]
fn a_sleeper_that_finds_the_lock_poisoned_takes_it_with_both_flags() {
    let script = Script::new(&[(Awake::Roused, Some(POISONED))]);
    let (outcome, word, _) = script.lock(OTHER);
    assert_eq!((outcome, word), (Ok(Found::Poisoned), ME | POISONED | SLEEPERS));
}

/// A check costs system calls: only when nothing happened during a whole nap.
#[test]
fn the_owner_is_checked_first_and_after_each_nap_in_which_nothing_happened() {
    let ends = [Awake::Roused, Awake::NapOver, Awake::Roused, Awake::NapOver, Awake::NapOver];
    let script = Script::new(&ends.map(|why| (why, None)));
    let (_, _, asked) = script.lock(OTHER);
    let looked: Vec<_> = asked.iter().map(|asked| matches!(asked, Look(_))).collect();
    let nap = false;
    assert_eq!(looked, [true, nap, nap, true, nap, nap, true, nap, true, nap]);
}

/// Otherwise a busy lock would cost a check each time that another process was faster.
#[test]
fn a_holder_that_came_in_the_meantime_is_not_checked_before_the_first_nap() {
    let script = Script::new(&[]);
    script.after_look.set(Some(THIRD));
    let (outcome, _, asked) = script.lock(OTHER);
    assert_eq!(outcome, Ok(Found::Whole));
    assert_eq!(asked, [Look(OTHER), Sleep(THIRD | SLEEPERS, FIRST)]);
}

/// If the word is still the same, it is the same death.
#[test]
fn a_lock_already_taken_over_by_another_process_is_not_taken_over_again() {
    let script = Script::new(&[]).with_dead(OTHER);
    script.after_look.set(Some(THIRD | POISONED));
    let (outcome, word, asked) = script.lock(OTHER);
    assert_eq!((outcome, word), (Ok(Found::Whole), ME | SLEEPERS));
    let nap = Sleep(THIRD | POISONED | SLEEPERS, FIRST);
    assert_eq!(asked, [Look(OTHER), Look(THIRD), nap]);
}

#[test]
fn a_locker_without_time_checks_the_owner_and_leaves_the_word_alone() {
    for before in [OTHER, OTHER | SLEEPERS, OTHER | POISONED] {
        let (outcome, word, asked) = Script::new(&[]).with_left(Duration::ZERO).lock(before);
        assert_eq!((outcome, word), (Err(Refused::TimedOut), before));
        assert_eq!(asked, [Look(OTHER)]);
    }
    let script = Script::new(&[]).with_left(Duration::ZERO).with_dead(OTHER);
    assert_eq!(script.lock(OTHER).0, Ok(Found::Poisoned));
}

/// Even if it was woken: the last check is of the current owner.
#[test]
fn a_locker_whose_time_is_up_checks_the_owner_once_more_and_passes_the_wake_on() {
    let script = Script::new(&[(Awake::Roused, Some(THIRD))]).with_left(FIRST);
    let (outcome, word, asked) = script.lock(OTHER);
    assert_eq!((outcome, word), (Err(Refused::TimedOut), THIRD | SLEEPERS));
    assert_eq!(asked, [Look(OTHER), Sleep(OTHER | SLEEPERS, FIRST), Look(THIRD)]);
    let script = Script::new(&[(Awake::Roused, Some(THIRD))]).with_left(FIRST).with_dead(THIRD);
    assert_eq!(script.lock(OTHER).0, Ok(Found::Poisoned));
}

#[test]
fn a_lock_that_this_thread_holds_is_an_error_whatever_its_flags() {
    for flags in [0, SLEEPERS, POISONED, SLEEPERS | POISONED] {
        let (outcome, word, asked) = Script::new(&[]).lock(ME | flags);
        assert_eq!((outcome, word), (Err(Refused::WouldDeadlock), ME | flags));
        assert_eq!(asked, []);
    }
    // Another thread of this process has it: wait for it.
    let script = Script { is_this_thread: false, ..Script::new(&[]) };
    let word = AtomicU32::new(OTHER);
    assert_eq!(lock::<Hardware>(&word, OTHER, &script, &script), Ok(Found::Whole));
    assert_eq!(script.asked.take().len(), 2);
}

#[test]
fn a_free_lock_is_taken_with_its_flags() {
    let words = [0, POISONED, SLEEPERS, SLEEPERS | POISONED];
    for before in words {
        let found = if before & POISONED == 0 { Found::Whole } else { Found::Poisoned };
        let word = AtomicU32::new(before);
        assert_eq!(try_lock::<Hardware>(&word, ME), Some(found));
        assert_eq!(word.into_inner(), ME | before);
        assert_eq!(Script::new(&[]).lock(before), (Ok(found), ME | before, vec![]));
        let taken = AtomicU32::new(OTHER | before);
        assert_eq!(try_lock::<Hardware>(&taken, ME), None);
        assert_eq!(taken.into_inner(), OTHER | before);
    }
}

#[test]
fn unlocking_keeps_the_poison_takes_the_flag_down_and_wakes_one() {
    for (before, poison, after, wakes) in [
        (ME, false, 0, false),
        (ME, true, POISONED, false),
        (ME | POISONED, false, POISONED, false),
        (ME | POISONED, true, POISONED, false),
        (ME | SLEEPERS, false, 0, true),
        (ME | SLEEPERS, true, POISONED, true),
        (ME | SLEEPERS | POISONED, false, POISONED, true),
    ] {
        let (word, script) = (AtomicU32::new(before), Script::new(&[]));
        let expected = if wakes { Unlocked::WokeOne } else { Unlocked::Free };
        assert_eq!(unlock::<Hardware>(&word, ME, poison, &script), expected);
        assert_eq!(word.into_inner(), after, "{before:#x}");
        let asked = if wakes { vec![Wake(Who::One)] } else { vec![] };
        assert_eq!(script.asked.take(), asked, "{before:#x}");
    }
}

/// Sleepers may have died, or given up.
#[test]
fn an_unlock_that_wakes_no_sleeper_leaves_a_free_lock() {
    let script = Script { has_sleepers: false, ..Script::new(&[]) };
    let word = AtomicU32::new(ME | SLEEPERS);
    assert_eq!(unlock::<Hardware>(&word, ME, false, &script), Unlocked::Free);
    assert_eq!((word.into_inner(), script.asked.take()), (0, vec![Wake(Who::One)]));
}

#[test]
fn only_the_owner_unlocks_or_repairs() {
    for before in [0, POISONED, OTHER, OTHER | SLEEPERS, owner(2, 8), owner(3, 7) | POISONED] {
        let (word, script) = (AtomicU32::new(before), Script::new(&[]));
        assert_eq!(unlock::<Hardware>(&word, ME, false, &script), Unlocked::Lost);
        assert_eq!(unlock::<Hardware>(&word, ME, true, &script), Unlocked::Lost);
        assert!(!clear_poison::<Hardware>(&word, ME));
        assert!(!release::<Hardware>(&word, ME));
        assert_eq!((word.into_inner(), script.asked.take()), (before, vec![]));
    }
}

#[test]
fn repairing_removes_the_poison_and_nothing_else() {
    for flags in [0, SLEEPERS] {
        for poison in [0, POISONED] {
            let word = AtomicU32::new(ME | flags | poison);
            assert!(clear_poison::<Hardware>(&word, ME));
            assert_eq!(word.into_inner(), ME | flags);
        }
    }
}

#[test]
fn owner_bits_name_1023_slots_and_2_to_the_20_generations() {
    assert_eq!(MAX_SLOTS, 1023);
    for slot in 0..MAX_SLOTS {
        for generation in [0, 1, GENERATION] {
            let bits = owner(slot, generation);
            assert_eq!(bits & !OWNER, 0, "the flags are not part of a name");
            for flags in [0, SLEEPERS, POISONED, SLEEPERS | POISONED] {
                assert_eq!(slot_of(bits | flags), Some((slot, generation)));
            }
        }
        assert_eq!(owner(slot, GENERATION + 1), owner(slot, 0), "generations wrap around");
    }
    for unowned in [0, 1, GENERATION, SLEEPERS, POISONED | SLEEPERS, POISONED | GENERATION] {
        assert_eq!(slot_of(unowned), None);
    }
    assert_eq!(slot_of(u32::MAX), Some((MAX_SLOTS - 1, GENERATION)));
}

/// A machine that counts how often a locker spins, and unlocks after so many times.
enum Counting {}

thread_local! {
    static SPINS: Cell<u32> = const { Cell::new(0) };
    static FREED_AFTER: Cell<u32> = const { Cell::new(u32::MAX) };
    static WORD: Cell<*const AtomicU32> = const { Cell::new(std::ptr::null()) };
}

impl Machine for Counting {
    type U32 = AtomicU32;
    type U64 = AtomicU64;

    fn fence(_: Ordering) {}

    fn spin() {
        SPINS.set(SPINS.get() + 1);
        if SPINS.get() == FREED_AFTER.get() {
            // SAFETY: the word lives for as long as the test's one call of `lock`.
            unsafe { &*WORD.get() }.store(0, Relaxed);
        }
    }
}

/// Returns how often a locker spins at a held word before it does something else, if the word is freed after
/// so many times, and its requests.
fn spins(freed_after: u32) -> (u32, Vec<Asked>) {
    let (word, script) = (AtomicU32::new(OTHER), Script::new(&[]));
    WORD.set(&raw const word);
    SPINS.set(0);
    FREED_AFTER.set(freed_after);
    assert_eq!(lock::<Counting>(&word, ME, &script, &script), Ok(Found::Whole));
    (SPINS.get(), script.asked.take())
}

#[test]
fn a_locker_spins_100_times_before_it_sleeps_and_looks_ever_less_often_meanwhile() {
    let (count, asked) = spins(u32::MAX);
    assert!((100..100 + LONGEST_SPIN).contains(&count), "{count}");
    assert_eq!(naps(&asked), [FIRST]);
    for (freed_after, found_after) in
        [(1, 1), (2, 3), (3, 3), (8, 15), (31, 31), (32, 47), (90, 95)]
    {
        assert_eq!(spins(freed_after), (found_after, vec![]));
    }
}

/// A word that counts attempts to exchange it.
struct Attempted {
    word: AtomicU32,
    attempts: Cell<u32>,
}

enum Attempting {}

impl Machine for Attempting {
    type U32 = Attempted;
    type U64 = AtomicU64;

    fn fence(_: Ordering) {}

    fn spin() {}
}

impl Word<u32> for Attempted {
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
        self.attempts.set(self.attempts.get() + 1);
        self.word.compare_exchange(current, new, success, failure)
    }
}

/// A kernel in which no time is left.
struct NoTime;

impl sleep::Sleep<Attempting> for NoTime {
    fn sleep(&self, _: &Attempted, _: u32, _: Duration) -> Awake {
        unreachable!("no time is left")
    }

    fn wake(&self, _: &Attempted, _: Who) -> bool {
        unreachable!("a locker wakes no sleeper")
    }

    fn left(&self) -> Duration {
        Duration::ZERO
    }
}

/// An exchange takes the word's cache line away from the owner; looking at it does not.
#[test]
fn a_held_lock_is_tried_once_and_then_only_looked_at() {
    let attempted = || Attempted { word: AtomicU32::new(OTHER), attempts: Cell::new(0) };
    let (word, script) = (attempted(), Script::new(&[]));
    assert_eq!(lock::<Attempting>(&word, ME, &script, &NoTime), Err(Refused::TimedOut));
    assert_eq!(word.attempts.get(), 1);
    let word = attempted();
    assert!(!acquire::<Attempting>(&word, ME));
    assert_eq!(lock_contended::<Attempting>(&word, ME, &script, &NoTime), Err(Refused::TimedOut));
    assert_eq!(word.attempts.get(), 1);
}
