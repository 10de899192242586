//! Rows for each process: each count is in the total once, whichever process dies, and totals never go
//! backwards.

use shm_models::per_process::{Death, Flaw, World};
use shm_models::{
    FEW, PREEMPTIONS, World as _, check, is_caught, join_all, shared, spawn, spawn_each,
};

const DEATHS: [Death; 7] = [
    Death::Locked,
    Death::Written,
    Death::Committed,
    Death::Cleared,
    Death::Freed,
    Death::Finished,
    Death::Seated,
];

/// A process takes the row of a dead one and counts there, while another reads twice.
///
/// Folders run in the first thread: loom looks for other orders where a load follows another thread's store,
/// and not where a store follows another thread's load of a word that its own thread has loaded since.
fn reader_of_a_fold(flaw: Option<Flaw>) -> impl Fn() + Send + Sync + 'static {
    move || {
        let world = shared(World::new(1));
        world.process(7, flaw).die_with(0, 5);
        let reader = spawn(&world, 1, flaw, |process| (process.total(), process.total()));
        assert_eq!(world.process(0, flaw).claim(1), Some(0));
        let (first, second) = reader.join().unwrap();
        assert!(first == 5 || first == 6, "{first}");
        assert!(second == 5 || second == 6, "{second}");
        assert!(first <= second, "the total goes backwards: {first}, {second}");
        assert_eq!(world.process(2, flaw).total(), 6);
    }
}

/// Two dead processes are folded one after the other, while another reads.
fn reader_of_two_folds(flaw: Option<Flaw>) -> impl Fn() + Send + Sync + 'static {
    move || {
        let world = shared(World::new(2));
        world.process(7, flaw).die_with(0, 5);
        world.process(8, flaw).die_with(1, 2);
        let reader = spawn(&world, 1, flaw, |process| process.total());
        world.process(0, flaw).fold_dead();
        assert_eq!(reader.join().unwrap(), 7);
        assert_eq!(world.process(2, flaw).total(), 7);
    }
}

/// Two dead processes are folded by one process each, while another reads.
fn reader_of_two_folders(flaw: Option<Flaw>) -> impl Fn() + Send + Sync + 'static {
    move || {
        let world = shared(World::new(2));
        world.process(7, flaw).die_with(0, 5);
        world.process(8, flaw).die_with(1, 2);
        let reader = spawn(&world, 2, flaw, |process| process.total());
        assert_eq!(world.process(0, flaw).claim(0), Some(0));
        let second = spawn(&world, 1, flaw, |process| process.claim(0));
        assert_eq!(reader.join().unwrap(), 7);
        assert_eq!(second.join().unwrap(), Some(1));
        assert_eq!(world.process(2, flaw).total(), 7);
    }
}

/// Two processes notice the same death; one of the two finds a free row.
fn two_claimers(flaw: Option<Flaw>) -> impl Fn() + Send + Sync + 'static {
    move || {
        let world = shared(World::new(2));
        world.process(7, flaw).die_with(0, 5);
        let other = spawn(&world, 0, flaw, |process| process.claim(1));
        let here = world.process(1, flaw).claim(2);
        let there = other.join().unwrap();
        assert!(here.is_some() && there.is_some() && here != there, "{here:?}, {there:?}");
        assert_eq!(world.process(1, flaw).total(), 8);
    }
}

/// Two processes notice the deaths of two.
fn two_folders(flaw: Option<Flaw>) -> impl Fn() + Send + Sync + 'static {
    move || {
        let world = shared(World::new(2));
        world.process(7, flaw).die_with(0, 5);
        world.process(8, flaw).die_with(1, 2);
        let folders = spawn_each(&world, 0..2, flaw, |process| process.fold_dead());
        join_all(folders);
        assert_eq!(world.process(1, flaw).total(), 7);
    }
}

/// A folder is killed on the way; another process takes over, while one reads.
fn a_folder_dies(
    death: Death,
    with_a_reader: bool,
    flaw: Option<Flaw>,
) -> impl Fn() + Send + Sync + 'static {
    move || {
        let world = shared(World::new(1));
        world.process(7, flaw).die_with(0, 5);
        let heir = spawn(&world, 0, flaw, |process| process.claim(1));
        let reader = with_a_reader
            .then(|| spawn(&world, 3, flaw, |process| (process.total(), process.total())));
        world.process(2, flaw).die(death);
        assert_eq!(heir.join().unwrap(), Some(0));
        if let Some((first, second)) = reader.map(|reader| reader.join().unwrap()) {
            assert!(5 <= first && first <= second && second <= 6, "{first}, {second}");
        }
        assert_eq!(world.process(1, flaw).total(), 6);
    }
}

/// A process gives its row up while another looks for one.
fn one_leaves(flaw: Option<Flaw>) -> impl Fn() + Send + Sync + 'static {
    move || {
        let world = shared(World::new(1));
        let first = world.process(0, flaw);
        assert_eq!(first.claim(5), Some(0));
        let other = spawn(&world, 1, flaw, |process| process.claim(2));
        first.leave(0);
        let counted = if other.join().unwrap().is_some() { 7 } else { 5 };
        assert_eq!(world.process(2, flaw).total(), counted);
    }
}

#[test]
fn a_reader_finds_each_count_once_while_a_row_is_folded_and_taken() {
    check(PREEMPTIONS, reader_of_a_fold(None));
}

#[test]
fn a_reader_finds_each_count_once_while_two_rows_are_folded() {
    check(PREEMPTIONS, reader_of_two_folds(None));
    check(FEW, reader_of_two_folders(None));
}

#[test]
fn a_row_is_folded_once_however_many_notice_the_death() {
    check(PREEMPTIONS, two_claimers(None));
    check(PREEMPTIONS, two_folders(None));
}

#[test]
fn a_folder_that_dies_at_any_step_loses_and_doubles_nothing() {
    for death in DEATHS {
        check(PREEMPTIONS, a_folder_dies(death, false, None));
        if !matches!(death, Death::Locked | Death::Finished | Death::Seated) {
            check(FEW, a_folder_dies(death, true, None));
        }
    }
}

#[test]
fn a_row_that_is_given_up_counts_on() {
    check(PREEMPTIONS, one_leaves(None));
}

#[test]
fn the_copy_of_the_protocol_that_the_flawed_ones_are_made_from_is_sound() {
    let none = Some(Flaw::None);
    check(PREEMPTIONS, reader_of_a_fold(none));
    check(PREEMPTIONS, reader_of_two_folds(none));
    check(FEW, reader_of_two_folders(none));
    check(PREEMPTIONS, two_claimers(none));
    check(PREEMPTIONS, two_folders(none));
    for death in DEATHS {
        check(PREEMPTIONS, a_folder_dies(death, false, none));
    }
}

#[test]
fn a_fold_that_commits_before_it_writes_is_caught() {
    assert!(is_caught(PREEMPTIONS, reader_of_a_fold(Some(Flaw::CommitsBeforeWriting))));
}

#[test]
fn a_row_that_is_free_before_the_commit_is_caught() {
    assert!(is_caught(PREEMPTIONS, reader_of_a_fold(Some(Flaw::FreesBeforeTheCommit))));
}

#[test]
fn a_reader_that_counts_the_pending_row_is_caught() {
    assert!(is_caught(PREEMPTIONS, reader_of_a_fold(Some(Flaw::CountsThePendingRow))));
}

#[test]
fn a_row_that_is_taken_before_it_is_folded_is_caught() {
    assert!(is_caught(PREEMPTIONS, reader_of_a_fold(Some(Flaw::TakesWithoutFolding))));
}

#[test]
fn a_reader_that_looks_at_the_state_once_is_caught() {
    assert!(is_caught(PREEMPTIONS, reader_of_a_fold(Some(Flaw::LooksAtTheStateOnce))));
    assert!(is_caught(PREEMPTIONS, reader_of_two_folds(Some(Flaw::LooksAtTheStateOnce))));
}

#[test]
fn two_folders_without_a_lock_are_caught() {
    assert!(is_caught(PREEMPTIONS, two_folders(Some(Flaw::FoldsWithoutTheLock))));
}

#[test]
fn an_heir_that_does_not_finish_is_caught() {
    let flaw = Some(Flaw::TheHeirDoesNotFinish);
    assert!(is_caught(PREEMPTIONS, a_folder_dies(Death::Committed, false, flaw)));
}

#[test]
fn a_retired_value_that_is_written_without_a_fence_is_caught() {
    assert!(is_caught(FEW, reader_of_two_folders(Some(Flaw::WritesWithoutAFence))));
}

#[test]
fn a_row_that_is_cleared_without_a_fence_is_caught() {
    assert!(is_caught(PREEMPTIONS, reader_of_a_fold(Some(Flaw::ClearsWithoutAFence))));
}

#[test]
fn a_commit_that_publishes_nothing_is_caught() {
    assert!(is_caught(PREEMPTIONS, reader_of_a_fold(Some(Flaw::CommitIsRelaxed))));
}

#[test]
fn a_reader_without_a_fence_after_its_copy_is_caught() {
    assert!(is_caught(PREEMPTIONS, reader_of_two_folds(Some(Flaw::ReadsWithoutAFence))));
}
