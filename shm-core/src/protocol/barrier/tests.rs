//! The barrier's words, with a scripted kernel: no time passes.

use std::cell::{Cell, RefCell};
use std::sync::atomic::AtomicU32;
use std::time::Duration;

use super::*;
use crate::protocol::Hardware;
use crate::protocol::lock::owner;
use crate::protocol::sleep::Awake;

const ME: u32 = owner(2, 7);
const OTHER: u32 = owner(0, 1);
const DEAD: u32 = owner(1, 1);

#[derive(Default)]
struct Barrier {
    state: AtomicU32,
    phase: AtomicU32,
    seats: [AtomicU32; 2],
    arrived: [AtomicU32; 2],
}

impl Barrier {
    fn of(members: [u32; 2]) -> Self {
        Self { seats: members.map(AtomicU32::new), ..Self::default() }
    }

    fn words(&self) -> Words<'_, Hardware> {
        let Self { state, phase, seats, arrived } = self;
        Words { state, phase, seats, arrived }
    }

    fn loaded(&self) -> (u32, [u32; 2], [u32; 2]) {
        let load = |words: &[AtomicU32; 2]| [words[0].load(Relaxed), words[1].load(Relaxed)];
        (self.state.load(Relaxed), load(&self.seats), load(&self.arrived))
    }
}

/// While this process sleeps, `meanwhile` happens.
struct Script<'a> {
    meanwhile: RefCell<Box<dyn FnMut() + 'a>>,
    naps: Cell<u32>,
    patience: u32,
}

impl<'a> Script<'a> {
    fn new(patience: u32, meanwhile: impl FnMut() + 'a) -> Self {
        Self { meanwhile: RefCell::new(Box::new(meanwhile)), naps: Cell::new(0), patience }
    }
}

impl Owners for Script<'_> {
    fn is_dead(&self, owner: u32) -> bool {
        owner == DEAD
    }

    fn is_this_thread(&self) -> bool {
        false
    }
}

impl Sleep<Hardware> for Script<'_> {
    fn sleep(&self, _word: &AtomicU32, _value: u32, nap: Duration) -> Awake {
        assert!(nap >= Naps::SHORTEST && nap <= Naps::LONGEST, "{nap:?}");
        self.naps.set(self.naps.get() + 1);
        self.meanwhile.borrow_mut()();
        Awake::NapOver
    }

    fn wake(&self, _word: &AtomicU32, _who: Who) -> bool {
        true
    }

    fn left(&self) -> Duration {
        if self.naps.get() < self.patience { Duration::MAX } else { Duration::ZERO }
    }
}

fn quiet() -> Script<'static> {
    Script::new(0, || ())
}

#[test]
fn the_last_to_arrive_completes_the_phase_and_the_other_learns_it() {
    let barrier = Barrier::of([ME, OTHER]);
    barrier.arrived[1].store(BROKEN, Relaxed);
    let ended = barrier.words().wait(0, ME, &quiet(), &quiet());
    assert_eq!(ended, Ended::Complete { here: true });
    assert_eq!(barrier.loaded(), (2, [ME, OTHER], [1, 1]));
    let other = Script::new(9, || barrier.state.store(4, Relaxed));
    let ended = barrier.words().wait(0, ME, &other, &other);
    assert_eq!(ended, Ended::Complete { here: false });
}

#[test]
fn a_waiter_that_looks_late_learns_how_its_own_phase_ended() {
    let complete = Ended::Complete { here: false };
    for (later, ended) in [
        (1, Ended::Broken),
        (2, complete),
        (3, complete),
        (4, Ended::Broken),
        (5, Ended::Broken),
        (6, complete),
        (7, complete),
        (8, Ended::Broken),
    ] {
        for first in [0, 2, 4, u32::MAX - 1] {
            let barrier = Barrier::of([ME, OTHER]);
            barrier.state.store(first, Relaxed);
            let meanwhile = Script::new(9, || {
                barrier.state.store(first.wrapping_add(later), Relaxed);
            });
            let found = barrier.words().wait(0, ME, &meanwhile, &meanwhile);
            assert_eq!(found, ended, "{later} after {first}");
        }
    }
}

#[test]
fn a_dead_member_breaks_the_phase_unless_it_has_arrived() {
    let barrier = Barrier::of([ME, DEAD]);
    assert_eq!(barrier.words().wait(0, ME, &quiet(), &quiet()), Ended::Broken);
    assert_eq!(barrier.loaded(), (1, [ME, DEAD], [1, 0]));
    assert_eq!(barrier.words().wait(0, ME, &quiet(), &quiet()), Ended::Broken, "still");
    let barrier = Barrier::of([ME, DEAD]);
    barrier.arrived[1].store(BROKEN, Relaxed);
    let ended = barrier.words().wait(0, ME, &quiet(), &quiet());
    assert_eq!(ended, Ended::Complete { here: true });
    assert_eq!(barrier.words().wait(0, ME, &quiet(), &quiet()), Ended::Broken, "the next one");
}

#[test]
fn giving_up_breaks_the_phase() {
    let barrier = Barrier::of([ME, OTHER]);
    let kernel = Script::new(3, || ());
    assert_eq!(barrier.words().wait(0, ME, &kernel, &kernel), Ended::TimeUp);
    assert_eq!((kernel.naps.get(), barrier.loaded().0), (3, BROKEN));
}

#[test]
fn a_reset_frees_the_seats_of_the_dead_and_begins_a_phase() {
    let barrier = Barrier::of([ME, DEAD]);
    barrier.words().abort(&quiet());
    assert_eq!(barrier.loaded().0, 1);
    barrier.words().abort(&quiet());
    assert_eq!(barrier.loaded().0, 1, "it is broken already");
    barrier.words().reset(OTHER, &quiet(), &quiet());
    let (state, [first, second], _) = barrier.loaded();
    assert_eq!((state, first, second), (4, ME, 0));
    barrier.words().reset(OTHER, &quiet(), &quiet());
    assert_eq!(barrier.loaded().0, 8);
}

#[test]
fn a_process_joins_in_a_free_seat_or_a_dead_members_and_breaks_the_phase_that_it_missed() {
    let barrier = Barrier::of([OTHER, 0]);
    assert_eq!(barrier.words().join(ME, &quiet(), &quiet()), Some(1));
    assert_eq!(barrier.words().join(ME, &quiet(), &quiet()), None);
    assert!(barrier.words().leave(1, ME));
    assert!(!barrier.words().leave(1, ME), "it has left");
    assert_eq!(barrier.loaded(), (0, [OTHER, 0], [0, 0]));
    let barrier = Barrier::of([OTHER, DEAD]);
    assert_eq!(barrier.words().join(ME, &quiet(), &quiet()), Some(1));
    assert_eq!(barrier.loaded(), (1, [OTHER, ME], [0, 0]));
    let barrier = Barrier::of([OTHER, DEAD]);
    barrier.arrived[1].store(BROKEN, Relaxed);
    assert_eq!(barrier.words().join(ME, &quiet(), &quiet()), Some(1));
    assert_eq!(barrier.loaded(), (0, [OTHER, ME], [0, 0]));
}

#[test]
fn a_seat_that_another_process_has_is_not_waited_in() {
    let barrier = Barrier::of([OTHER, OTHER]);
    assert_eq!(barrier.words().wait(0, ME, &quiet(), &quiet()), Ended::Lost);
    assert_eq!(barrier.loaded(), (0, [OTHER, OTHER], [0, 0]));
}
