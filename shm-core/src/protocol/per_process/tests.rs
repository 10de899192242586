//! The words of rows in one thread, and each death on the way.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU32, AtomicU64};

use super::*;
use crate::protocol::Hardware;
use crate::protocol::lock::owner;

const ME: u32 = owner(2, 7);
const OTHER: u32 = owner(0, 1);
const DEAD: u32 = owner(1, 1);

struct Known;

impl Owners for Known {
    fn is_dead(&self, owner: u32) -> bool {
        owner == DEAD
    }

    fn is_this_thread(&self) -> bool {
        false
    }
}

/// Two rows of one number, which are summed.
#[derive(Default)]
struct Counters {
    state: AtomicU64,
    seats: [AtomicU32; 2],
    retired: [AtomicU64; 2],
    rows: [AtomicU64; 2],
    folds: Cell<u32>,
    /// A folder panics when it has so many steps left, as one that is killed goes no further.
    steps: Cell<u32>,
}

impl Rows for Counters {
    fn fold(&self, row: u32, retired: usize) {
        self.step();
        let sum = self.retired[retired].load(Relaxed) + self.rows[row as usize].load(Relaxed);
        self.retired[1 - retired].store(sum, Relaxed);
        self.folds.set(self.folds.get() + 1);
        self.step();
    }

    fn clear(&self, row: u32) {
        self.step();
        self.rows[row as usize].store(0, Relaxed);
        self.step();
    }
}

impl Counters {
    fn of(processes: [(u32, u64); 2]) -> Self {
        let (seats, rows) = (processes.map(|(seat, _)| seat), processes.map(|(_, count)| count));
        let steps = Cell::new(u32::MAX);
        let (seats, rows) = (seats.map(AtomicU32::new), rows.map(AtomicU64::new));
        Self { seats, rows, steps, ..Self::default() }
    }

    fn words(&self) -> Words<'_, Hardware> {
        Words { state: &self.state, seats: &self.seats }
    }

    fn step(&self) {
        self.steps.set(self.steps.get().checked_sub(1).expect("killed"));
    }

    fn total(&self) -> u64 {
        let read = self.words().read(|state| {
            let rows = self.words().in_use(state);
            let rows = rows.map(|(row, _)| self.rows[row as usize].load(Relaxed));
            self.retired[state.retired()].load(Relaxed) + rows.sum::<u64>()
        });
        read.unwrap()
    }

    fn seats(&self) -> [u32; 2] {
        [0, 1].map(|seat: usize| self.seats[seat].load(Relaxed))
    }
}

#[test]
fn a_free_row_is_taken_before_one_of_the_dead() {
    let counters = Counters::of([(DEAD, 5), (0, 0)]);
    assert_eq!(counters.words().claim(ME, &Known, &counters), Some(1));
    assert_eq!((counters.seats(), counters.total()), ([DEAD, ME], 5));
}

#[test]
fn the_row_of_a_dead_process_is_folded_and_then_taken() {
    let counters = Counters::of([(OTHER, 2), (DEAD, 5)]);
    assert_eq!(counters.words().claim(ME, &Known, &counters), Some(1));
    assert_eq!((counters.seats(), counters.total()), ([OTHER, ME], 7));
    assert_eq!(counters.rows[1].load(Relaxed), 0);
}

#[test]
fn rows_of_the_living_are_not_taken() {
    let counters = Counters::of([(OTHER, 2), (ME, 5)]);
    assert_eq!(counters.words().claim(ME, &Known, &counters), None);
    assert_eq!((counters.seats(), counters.total()), ([OTHER, ME], 7));
}

#[test]
fn a_row_that_was_given_up_counts_until_it_is_folded_and_afterwards() {
    let counters = Counters::of([(OTHER, 2), (ME, 5)]);
    assert!(!counters.words().leave(0, ME), "it is another's");
    assert!(counters.words().leave(1, ME));
    assert_eq!((counters.seats(), counters.total()), ([OTHER, LEFT], 7));
    counters.words().fold_left(1, &counters);
    counters.words().fold_left(1, &counters);
    assert_eq!((counters.seats(), counters.total()), ([OTHER, 0], 7));
    assert_eq!(counters.folds.get(), 1);
}

#[test]
fn a_row_that_was_given_up_is_taken_by_the_next_process() {
    let counters = Counters::of([(OTHER, 2), (LEFT, 5)]);
    assert_eq!(counters.words().claim(ME, &Known, &counters), Some(1));
    assert_eq!((counters.seats(), counters.total()), ([OTHER, ME], 7));
}

#[test]
fn all_dead_rows_are_folded_at_once() {
    let counters = Counters::of([(DEAD, 2), (DEAD, 5)]);
    assert_eq!(counters.words().fold_dead(&Known, &counters), 2);
    assert_eq!((counters.seats(), counters.total()), ([0, 0], 7));
    assert_eq!(counters.words().fold_dead(&Known, &counters), 0);
    assert_eq!(counters.folds.get(), 2);
}

#[test]
fn a_folder_that_dies_at_any_step_leaves_each_count_in_the_total_once() {
    for steps in 0..4 {
        let counters = Counters::of([(DEAD, 5), (OTHER, 2)]);
        counters.steps.set(steps);
        let claim = || counters.words().claim(ME, &Known, &counters);
        assert!(catch_unwind(AssertUnwindSafe(claim)).is_err());
        assert_eq!(counters.total(), 7, "after {steps} steps");
        counters.steps.set(u32::MAX);
        assert_eq!(claim(), Some(0));
        assert_eq!((counters.seats(), counters.total()), ([ME, OTHER], 7));
    }
}

#[test]
fn a_reader_gives_up_when_the_state_changes_all_the_time() {
    let counters = Counters::of([(ME, 5), (OTHER, 2)]);
    let mut attempts = 0;
    let read = counters.words().read(|state| {
        attempts += 1;
        counters.state.store(state.folded(0).finished().0, Relaxed);
    });
    assert_eq!((read, attempts), (Err(Contended), ATTEMPTS));
}

#[test]
fn a_state_of_nonsense_names_no_row_that_does_not_exist() {
    let counters = Counters::of([(ME, 5), (0, 0)]);
    counters.state.store(u64::MAX, Relaxed);
    assert_eq!(counters.total(), 5);
    assert_eq!(counters.words().claim(OTHER, &Known, &counters), Some(1));
    assert_eq!(State(counters.state.load(Relaxed)).pending(), None);
}

#[test]
fn the_number_of_folds_wraps_around() {
    let last = State(u64::MAX << PENDING_BITS);
    assert_eq!((last.retired(), last.pending()), (1, None));
    let next = last.folded(7);
    assert_eq!((next.retired(), next.pending()), (0, Some(7)));
    assert_eq!(next.finished(), State(0));
}
