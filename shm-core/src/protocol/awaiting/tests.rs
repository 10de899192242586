//! A watch and its helper's naps, without a thread: no time passes.

use std::sync::atomic::AtomicU32;

use super::*;
use crate::protocol::Hardware;
use crate::protocol::notify::{self, STEP};

#[derive(Clone, Copy, Debug)]
struct At<'a> {
    word: &'a AtomicU32,
    writable: bool,
}

fn at(word: &AtomicU32) -> At<'_> {
    At { word, writable: true }
}

/// A word that cannot be written to.
fn to_read(word: &AtomicU32) -> At<'_> {
    At { word, writable: false }
}

impl PartialEq for At<'_> {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.word, other.word)
    }
}

impl Place<Hardware> for At<'_> {
    fn word(&self) -> &AtomicU32 {
        self.word
    }

    fn raise_flag(&self, seen: u32) -> Option<bool> {
        self.writable.then(|| notify::raise_flag::<Hardware>(self.word, seen))
    }
}

type Waker = &'static str;
type World<'a> = Watch<At<'a>, Waker>;

fn waiter(ticket: u32, waker: Waker) -> Waiter<Waker> {
    Waiter { ticket, due: None, waker, stays: false }
}

/// One look of a helper that can sleep on words, or cannot.
fn look<'a>(watch: &mut World<'a>, now: Instant, sleeps_on_words: bool) -> Looked<At<'a>, Waker> {
    watch.look::<Hardware>(now, sleeps_on_words)
}

fn values(looked: &Looked<At<'_>, Waker>) -> Vec<u32> {
    looked.words.iter().map(|(_, value)| *value).collect()
}

#[test]
fn every_future_whose_ticket_is_past_is_taken_out_and_the_flag_goes_up_for_the_others() {
    let (word, now) = (AtomicU32::new(4), Instant::now());
    let mut watch = World::new();
    for (ticket, waker) in [(2, "past"), (4, "present"), (6, "of another lap")] {
        watch.add(&at(&word), waiter(ticket, waker));
    }
    let looked = look(&mut watch, now, true);
    assert_eq!((&looked.fired[..], values(&looked)), (&["past", "of another lap"][..], vec![5]));
    assert_eq!((word.load(Relaxed), looked.nap), (5, LONGEST_NAP));
    word.store(6, Relaxed);
    let looked = look(&mut watch, now, true);
    assert_eq!((&looked.fired[..], values(&looked)), (&["present"][..], vec![]));
    assert_eq!(word.load(Relaxed), 6, "without a future the flag stays down");
    assert!(looked.passed_on.is_empty() && watch.end());
}

#[test]
fn a_descriptor_stays_for_the_next_change() {
    let (word, now) = (AtomicU32::new(0), Instant::now());
    let mut watch = World::new();
    watch.add(&at(&word), Waiter { stays: true, ..waiter(0, "descriptor") });
    for _ in 0..3 {
        assert!(look(&mut watch, now, true).fired.is_empty());
        word.fetch_add(STEP, Relaxed);
        let looked = look(&mut watch, now, true);
        assert_eq!((&looked.fired[..], looked.words.len()), (&["descriptor"][..], 1));
    }
}

#[test]
fn a_future_is_woken_when_it_is_due_and_the_nap_ends_then() {
    let (word, now) = (AtomicU32::new(0), Instant::now());
    let soon = Duration::from_millis(3);
    let mut watch = World::new();
    watch.add(&at(&word), Waiter { due: Some(now + soon), ..waiter(0, "soon") });
    watch.add(&at(&word), Waiter { due: Some(now + 2 * soon), ..waiter(0, "later") });
    let looked = look(&mut watch, now, true);
    assert_eq!((looked.fired.len(), looked.nap), (0, soon));
    let looked = look(&mut watch, now + soon, true);
    assert_eq!((&looked.fired[..], looked.nap), (&["soon"][..], soon));
    assert_eq!(look(&mut watch, now + 3 * soon, true).fired, ["later"]);
}

#[test]
fn words_that_cannot_be_written_to_are_left_alone_and_looked_at_every_16_ms() {
    let (word, now) = (AtomicU32::new(0), Instant::now());
    let mut watch = World::new();
    let id = watch.add(&to_read(&word), waiter(0, "reader"));
    let naps: Vec<_> = (0..7).map(|_| look(&mut watch, now, true).nap.as_millis()).collect();
    assert_eq!((naps, word.load(Relaxed)), (vec![1, 2, 4, 8, 16, 16, 16], 0));
    watch.renew(&at(&word), id, &mut waiter(2, "reader"));
    assert_eq!(look(&mut watch, now, true).fired, ["reader"]);
    watch.add(&to_read(&word), waiter(0, "another"));
    assert_eq!(look(&mut watch, now, true).nap, FIRST_BLIND_NAP);
}

#[test]
fn a_helper_that_cannot_sleep_on_words_raises_no_flag_and_looks_every_16_ms() {
    let (word, now) = (AtomicU32::new(0), Instant::now());
    let mut watch = World::new();
    let id = watch.add(&at(&word), waiter(0, "future"));
    let naps: Vec<_> = (0..6).map(|_| look(&mut watch, now, false).nap.as_millis()).collect();
    assert_eq!((naps, word.load(Relaxed)), (vec![1, 2, 4, 8, 16, 16], 0));
    word.fetch_add(STEP, Relaxed);
    watch.remove(&at(&word), id);
    assert!(look(&mut watch, now, false).passed_on.is_empty(), "no wake came to this helper");
}

#[test]
fn a_wake_for_a_future_that_is_gone_is_passed_on_once() {
    let (word, now) = (AtomicU32::new(0), Instant::now());
    let mut watch = World::new();
    let id = watch.add(&at(&word), waiter(0, "gone"));
    look(&mut watch, now, true);
    assert!(watch.remove(&at(&word), id).is_some());
    watch.add(&at(&word), waiter(STEP, "came after the notification"));
    word.fetch_add(STEP, Relaxed);
    let looked = look(&mut watch, now, true);
    assert_eq!((looked.passed_on.len(), looked.fired.len(), values(&looked)), (1, 0, vec![3]));
    assert!(look(&mut watch, now, true).passed_on.is_empty());
}

#[test]
fn a_word_without_futures_is_watched_no_longer_after_the_next_look() {
    let (word, now) = (AtomicU32::new(0), Instant::now());
    let mut watch = World::new();
    let id = watch.add(&at(&word), waiter(0, "gone"));
    look(&mut watch, now, true);
    watch.remove(&at(&word), id);
    assert!(!watch.end(), "the helper may have been woken for it");
    let looked = look(&mut watch, now, true);
    assert!(looked.words.is_empty() && looked.passed_on.is_empty() && watch.end());
}

#[test]
fn a_second_registration_moves_only_to_another_ticket() {
    let (word, now) = (AtomicU32::new(0), Instant::now());
    let mut watch = World::new();
    let due = Some(now + Duration::from_millis(5));
    let id = watch.add(&at(&word), Waiter { due, ..waiter(0, "first") });
    let mut again = Waiter { due: None, ..waiter(0, "second") };
    assert_eq!(watch.renew(&at(&word), id, &mut again), Renewed::Kept);
    assert_eq!(again.waker, "first", "the old waker is given back");
    assert_eq!(look(&mut watch, now, true).nap, Duration::from_millis(5));
    assert_eq!(watch.renew(&at(&word), id, &mut waiter(STEP, "third")), Renewed::Moved);
    assert_eq!(look(&mut watch, now, true).fired, ["third"]);
    assert!(!watch.has(&at(&word), id));
    assert_eq!(watch.renew(&at(&word), id, &mut waiter(0, "fourth")), Renewed::Gone);
}

#[test]
fn a_helper_has_room_for_127_words_and_any_number_of_futures() {
    let words = [const { AtomicU32::new(0) }; CAPACITY + 1];
    let mut watch = World::new();
    let mut last = 0;
    for word in &words[..CAPACITY] {
        assert!(watch.has_room_for(&at(word)));
        last = watch.add(&at(word), waiter(0, "first"));
        watch.add(&at(&words[0]), waiter(0, "one more"));
    }
    assert!(watch.has_room_for(&at(&words[5])) && !watch.has_room_for(&at(&words[CAPACITY])));
    assert_eq!(look(&mut watch, Instant::now(), true).words.len(), CAPACITY);
    watch.remove(&at(&words[CAPACITY - 1]), last);
    assert!(watch.has_room_for(&at(&words[CAPACITY])));
    watch.add(&at(&words[CAPACITY]), waiter(0, "last"));
    assert_eq!(look(&mut watch, Instant::now(), true).words.len(), CAPACITY);
}

#[test]
fn words_that_are_about_to_be_unmapped_are_forgotten_with_all_their_futures() {
    let words = [const { AtomicU32::new(0) }; 2];
    let mut watch = World::new();
    for (word, waker) in [(0, "a"), (0, "b"), (1, "c")] {
        watch.add(&at(&words[word]), waiter(0, waker));
    }
    let gone = watch.forget(|place| *place == at(&words[0]));
    assert_eq!(gone.iter().map(|waiter| waiter.waker).collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!(look(&mut watch, Instant::now(), true).words.len(), 1);
}
