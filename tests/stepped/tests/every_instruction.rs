//! Processes that die at any instruction of an operation, and heirs that die at any instruction, too.
//! Each test runs the stepper (`src/main.rs` says how it works) on one scenario, or on a known-bad
//! version of it, which must be caught.
//!
//! `SHM_STEPPED_LONG=1 cargo test --release -p shm-stepped -- --nocapture` audits every state, steps heirs
//! from every state, and kills more victims. `cargo run --release -p shm-stepped` prints one table of all
//! scenarios.

#![allow(clippy::print_stdout, reason = "shows figures, and says what was skipped")]

use std::io::{self, Error};
use std::os::unix::process::CommandExt as _;
use std::process::{Command, Output};

fn stepper(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_shm-stepped"));
    command.args(arguments);
    command
}

/// The standard output of a stepper that succeeds.
fn said(mut command: Command) -> String {
    let Output { status, stdout, stderr } = command.output().expect("starting the stepper");
    assert!(status.success(), "{}", String::from_utf8_lossy(&stderr));
    String::from_utf8(stdout).expect("text")
}

/// Runs a scenario; shows its figures.
fn survives(name: &str) {
    let table = said(stepper(&["case", name]));
    print!("{table}");
    assert!(table.starts_with("skipped: ") || table.contains(&format!("| {name} |")), "{table}");
}

/// Runs a known-bad version of a scenario.
fn is_caught(name: &str, flaw: &str) {
    let said = said(stepper(&["flawed", name, flaw]));
    print!("{said}");
    assert!(said.starts_with("skipped: ") || said.starts_with(&format!("caught: {flaw}: ")));
}

/// Makes a test of each scenario and of each of its flaws.
macro_rules! scenarios {
    ($($name:literal: $survives:ident $(, $flaw:literal: $caught:ident)+;)*) => {
        $(
            #[test]
            fn $survives() {
                survives($name);
            }

            $(
                #[test]
                fn $caught() {
                    is_caught($name, $flaw);
                }
            )+
        )*

        const NAMES: &[&str] = &[$($name),*];
        const LIST: &[&str] = &[$($name, $(concat!("- ", $flaw)),+),*];
    };
}

scenarios! {
    "Mutex: lock, change, unlock":
        a_holder_leaves_its_lock_whole_or_reported,
        "unlocking is two stores":
        a_lock_that_is_unlocked_by_two_stores_is_caught,
        "an heir that does not wait for its repair":
        an_heir_that_marks_before_it_repairs_is_caught;
    "Mutex: change and unlock, while another process sleeps on the lock":
        a_holder_with_a_sleeper_leaves_it_the_lock,
        "the change ends after unlocking":
        a_change_after_unlocking_is_caught;
    "Mutex: wait for a living holder, sleep, and give up":
        a_waiter_leaves_the_holder_its_lock,
        "a waiter that gives up frees the lock":
        a_waiter_that_frees_the_lock_of_another_is_caught;
    "Mutex: repair after a dead holder":
        a_repairer_leaves_the_lock_reported_until_it_is_whole,
        "marked as whole before it is":
        a_repair_that_is_marked_before_it_is_made_is_caught;
    "Mutex: lock_again, and unlock the outer guard first":
        a_holder_that_locked_twice_leaves_its_lock_whole_or_reported,
        "the first guard that goes unlocks":
        a_lock_that_the_first_of_two_guards_unlocks_is_caught;
    "MutexGuard::wait: unlock, sleep, lock again, change":
        a_waiter_with_a_guard_leaves_the_lock_free_while_it_sleeps,
        "sleeps with the lock":
        sleeping_with_the_lock_is_caught;
    "MutexGuard::wait: change, unlock and notify, while another process waits":
        a_notifier_leaves_its_change_to_the_waiter_or_a_report,
        "changes the count after the lock is free":
        a_change_after_the_notification_is_caught;
    "RwLock: read and unlock":
        a_reader_leaves_its_seat_to_the_next_one,
        "a reader marks the value as half changed":
        a_reader_that_marks_the_value_is_caught;
    "RwLock: write, change, unlock":
        a_writer_leaves_the_value_whole_or_reported,
        "a writer does not say that it is at work":
        a_writer_that_does_not_say_that_it_is_at_work_is_caught;
    "RwLock: repair after a dead writer":
        a_repairing_writer_leaves_the_value_reported_until_it_is_whole,
        "a writer marks the value as whole before it is":
        a_writer_that_marks_the_value_before_its_repair_is_caught;
    "RwLock: stop reading, while a writer sleeps":
        a_reader_with_a_sleeping_writer_leaves_it_the_lock,
        "a reader takes the turnstile from the writer, and marks its work":
        a_reader_that_takes_the_turnstile_is_caught;
    "RwLock: wait to write for a living reader, sleep, and give up":
        a_waiting_writer_leaves_the_reader_its_seat,
        "a writer that gives up says that it is at work":
        a_writer_that_marks_without_a_seat_is_caught;
    "Semaphore: acquire and release":
        a_permit_is_given_back_or_inherited,
        "a release is two stores":
        a_permit_that_is_released_by_two_stores_is_caught;
    "Semaphore: release, while another process sleeps":
        a_process_that_releases_leaves_the_permit_to_the_sleeper,
        "gives back what another permit stands for":
        giving_back_another_permit_is_caught;
    "Semaphore: wait for living holders, sleep, and give up":
        a_waiter_leaves_the_holders_their_permits,
        "takes a permit from an owner that it did not check":
        taking_a_permit_from_the_living_is_caught;
    "Semaphore: inherit a permit, and release it":
        an_heir_of_a_permit_leaves_it_to_the_next_one,
        "gives back what it should inherit, and then takes it":
        a_permit_whose_death_is_forgotten_is_caught;
    "Barrier: join":
        a_process_that_joins_leaves_a_seat_free_or_is_missed,
        "joins both seats":
        a_process_that_joins_twice_is_caught;
    "Barrier: join for a dead member, and break the phase":
        a_process_that_joins_for_the_dead_leaves_the_phase_broken_or_to_be_broken,
        "takes a dead member's seat, and the phase stays whole":
        a_seat_of_the_dead_that_breaks_no_phase_is_caught;
    "Barrier: leave":
        a_member_that_leaves_is_missed_or_gone,
        "a member that leaves says that it has arrived":
        a_member_that_leaves_as_if_it_had_arrived_is_caught;
    "Barrier: arrive last, while another member sleeps":
        the_last_member_to_arrive_leaves_the_phase_to_be_completed_or_complete,
        "a phase is complete before the last member arrives":
        a_phase_that_is_complete_too_early_is_caught,
        "a phase ends by two stores":
        a_phase_that_ends_by_two_stores_is_caught;
    "Barrier: arrive, sleep, and give up":
        a_member_that_gives_up_leaves_its_arrival_or_a_broken_phase,
        "gives up its arrival, and not the phase":
        a_member_that_takes_its_arrival_back_is_caught;
    "Barrier: arrive, and find another member dead":
        a_member_that_finds_another_dead_leaves_the_phase_broken_or_to_be_broken,
        "a dead member counts as one that has arrived":
        a_dead_member_that_counts_as_arrived_is_caught;
    "Barrier: reset a broken one, with dead members":
        a_process_that_resets_leaves_the_barrier_broken_or_reset,
        "a new phase begins before the seats of the dead are free":
        a_phase_that_begins_with_dead_members_is_caught;
    "Barrier: reset, while a member sleeps":
        a_sleeping_member_learns_of_a_reset_of_the_dead,
        "a reset looks like the end of the phase":
        a_reset_that_looks_like_the_end_of_the_phase_is_caught;
    "PerProcess: claim the row of a dead process, count, and give it up":
        a_process_that_folds_leaves_each_count_in_the_total_once,
        "commits before the sum is written":
        a_fold_that_commits_before_the_sum_is_written_is_caught,
        "clears the row before the commit":
        a_fold_that_clears_the_row_before_the_commit_is_caught;
    "Latest: store":
        a_writer_of_a_latest_leaves_the_old_version_or_the_new_one,
        "published before it is written":
        publishing_before_writing_is_caught;
    "Latest: a publisher's store":
        a_publisher_leaves_the_old_version_or_the_new_one,
        "written over the newest version":
        writing_over_the_newest_version_is_caught;
    "Ring: push":
        a_writer_of_a_ring_leaves_its_item_whole_or_not_at_all,
        "numbered before it is written":
        numbering_an_item_before_writing_it_is_caught;
    "Ring: a publisher goes round, and readers miss items":
        a_publisher_of_a_ring_leaves_items_that_are_whole_or_told_as_missed,
        "a publisher numbers an item before it is written":
        numbering_a_lap_of_items_too_early_is_caught;
    "Once: call_once":
        a_once_is_done_whole_or_done_again,
        "said to be done before it is":
        saying_that_it_is_done_before_it_is_is_caught;
    "Watched: set":
        a_change_is_counted_after_it_is_stored,
        "counted before it is stored":
        counting_before_storing_is_caught,
        "different bytes each time":
        a_death_that_leaves_other_bytes_than_were_stepped_is_caught;
    "attach: the first lock of a process":
        a_process_that_attaches_loses_no_slot_and_no_lock,
        "taken before it is written":
        a_slot_that_is_taken_before_it_is_written_is_caught;
    "detach: closing a region with a leaked guard":
        a_process_that_detaches_loses_no_slot_and_frees_no_lock,
        "unlocks what it still holds":
        a_detachment_that_unlocks_is_caught;
    "create":
        a_creator_leaves_a_whole_region_or_none,
        "named before it is made":
        a_region_that_is_named_before_it_is_made_is_caught;
    "create, under a temporary name":
        a_creator_with_a_temporary_name_leaves_nothing_that_stays,
        "made under a name that is not known to be temporary":
        a_leftover_that_stays_is_caught;
    "create in the place of another region":
        a_creator_that_replaces_a_region_leaves_the_old_one_or_the_new_one,
        "removes the old region first":
        removing_the_old_region_first_is_caught;
    "growth: opening a region with more fields":
        a_program_that_adds_fields_leaves_the_layout_before_or_the_one_after,
        "writes over the layout that counts":
        writing_over_the_layout_that_counts_is_caught;
    "heap: the first value: grow, make a span":
        the_first_allocator_leaves_a_span_or_free_pages,
        "a span begins before its blocks are there":
        a_span_that_begins_before_its_blocks_are_there_is_caught;
    "heap: a block from the cache, back into it, and back into its span":
        a_process_with_a_cache_leaves_its_blocks_to_be_recovered,
        "a place is emptied, and its block stays linked":
        a_block_that_stays_linked_to_an_empty_place_is_caught;
    "heap: detaching gives back what is cached":
        a_process_that_detaches_loses_no_block,
        "gives back what a place owns as well":
        giving_back_what_a_place_owns_is_caught;
    "heap: recover, after a death with a block that a place owns":
        a_recovery_that_is_cut_short_loses_no_block,
        "frees what the dead owned without a look at its place":
        a_recovery_that_does_not_look_at_the_place_is_caught;
    "heap: a full one: sweep, retire, make a span":
        a_sweep_that_is_cut_short_loses_no_page,
        "the block of a new span is linked before its place holds it":
        a_block_of_a_new_span_that_is_linked_too_early_is_caught;
    "heap: a full one, of which the dead have a part":
        an_allocation_in_a_full_heap_takes_what_the_dead_had_and_nothing_else,
        "takes the block of a value":
        taking_the_block_of_a_value_is_caught;
    "heap: a large block: set":
        a_writer_of_a_large_value_leaves_it_whole_or_not_at_all,
        "a large block is linked before its place holds it":
        a_large_block_that_is_linked_too_early_is_caught;
    "heap: a large block: replace":
        a_writer_that_replaces_a_large_value_leaves_the_old_one_or_the_new_one,
        "the place holds the new block before that is written":
        a_place_that_holds_a_block_before_it_is_written_is_caught;
    "heap: a large block: clear":
        a_process_that_frees_a_large_value_loses_no_page,
        "the place is empty before the block is claimed":
        freeing_a_large_block_without_claiming_it_is_caught;
    "Owned: set an empty place":
        a_writer_of_an_empty_place_leaves_it_empty_or_with_the_value,
        "a new block is linked before it names its place":
        a_block_that_is_linked_before_it_names_its_place_is_caught;
    "Owned: replace":
        a_writer_of_a_place_leaves_the_old_value_or_the_new_one,
        "the place holds the new block before the old one is claimed":
        a_place_that_changes_before_its_block_is_claimed_is_caught,
        "the new block is linked and the old one free before the place holds it":
        a_block_that_is_linked_before_its_place_holds_it_is_caught;
    "Owned: clear":
        a_process_that_clears_a_place_leaves_the_value_or_none,
        "the place is emptied before its block is claimed":
        clearing_a_place_without_claiming_its_block_is_caught;
    "Owned: take":
        a_taker_leaves_the_value_or_has_it,
        "a taken place is emptied before its block is claimed":
        taking_from_a_place_without_claiming_its_block_is_caught;
    "Owned: move to an empty place":
        a_value_that_is_moved_is_in_one_place_or_the_other,
        "the first place is emptied before the block names the second":
        a_value_that_leaves_its_place_too_early_is_caught;
    "Owned: move over another value":
        a_value_that_is_moved_over_another_is_not_lost,
        "the first place is emptied before the value is in the second":
        a_value_that_is_moved_over_another_too_early_is_caught;
    "Owned: update":
        an_update_leaves_the_old_value_or_the_new_one,
        "an update links its block before that names its place":
        an_update_that_links_too_early_is_caught;
    "Owned: replace a large value, and load it after the writer's death":
        a_reader_finds_a_whole_value_after_the_death_of_its_writer,
        "the place holds a large block before that is written":
        a_large_value_that_can_be_read_before_it_is_written_is_caught,
        "a reader that takes no value but the old one for whole":
        a_reader_that_finds_another_value_is_caught;
    "Owned: two places set together by name":
        a_writer_of_two_places_leaves_each_old_or_new,
        "both places change before their blocks are claimed":
        two_places_that_change_before_their_blocks_are_claimed_are_caught;
    "Map: the first insert":
        the_first_insert_leaves_an_empty_map_or_one_key,
        "the first table's span begins after its block is in use":
        a_table_that_is_in_use_before_its_span_begins_is_caught;
    "Map: insert":
        an_insert_leaves_a_key_or_none,
        "an entry is linked before its bucket holds it":
        an_entry_that_is_linked_before_its_bucket_holds_it_is_caught;
    "Map: insert where another entry was":
        an_insert_over_a_tombstone_leaves_a_key_or_none,
        "an entry is linked before the bucket of a tombstone holds it":
        an_entry_over_a_tombstone_that_is_linked_too_early_is_caught;
    "Map: insert, and grow":
        a_map_that_is_left_while_it_grows_has_all_keys,
        "the new table is the table before the entries are in it":
        a_table_that_counts_before_the_entries_are_in_it_is_caught,
        "the entries name buckets that do not hold them yet":
        entries_that_move_before_their_buckets_hold_them_are_caught;
    "Map: insert over a value":
        an_insert_over_a_value_leaves_the_old_one_or_the_new_one,
        "the bucket loses the old entry before it has the new one":
        a_bucket_that_loses_its_entry_too_early_is_caught;
    "Map: update an entry":
        an_update_of_an_entry_leaves_the_old_value_or_the_new_one,
        "an updated entry is linked before its bucket holds it":
        an_updated_entry_that_is_linked_too_early_is_caught;
    "Map: remove":
        a_remove_leaves_the_key_or_removes_it,
        "the table is dropped, and all keys with it":
        a_table_that_is_dropped_before_its_keys_is_caught;
    "Map: clear":
        a_clear_leaves_some_keys_whole,
        "the table is dropped before its keys are":
        a_table_that_is_dropped_before_its_keys_in_a_clear_is_caught;
    "named: make an object":
        a_maker_leaves_a_whole_object_or_no_name,
        "an object has its name before it is made":
        an_object_that_has_its_name_before_it_is_made_is_caught;
    "named: make an object where another was":
        a_maker_in_used_memory_leaves_a_whole_object_or_no_name,
        "an object where another was has its name before it is made":
        an_object_in_used_memory_that_has_its_name_too_early_is_caught;
    "named: find an object, and drop the handle":
        a_finder_leaves_the_object_with_its_name,
        "the last handle takes the name with it":
        a_handle_that_takes_the_name_with_it_is_caught;
    "named: remove an object":
        a_remover_leaves_a_whole_object_or_no_name,
        "an object is wiped before its name is removed":
        an_object_that_is_wiped_before_its_name_is_removed_is_caught;
    "named: remove an object that another process holds, and make one":
        an_object_that_a_living_process_holds_stays_when_its_remover_dies,
        "takes the memory of an object that is held":
        taking_the_memory_of_an_object_that_is_held_is_caught;
    "named: drop the last handle of a removed object":
        the_memory_of_a_removed_object_is_free_when_its_last_holder_dies,
        "the name is back with the last handle":
        a_name_that_comes_back_is_caught;
    "Queue: push to an empty one":
        a_producer_leaves_its_value_in_an_empty_queue_or_nothing,
        "a value counts before it is written":
        a_value_that_counts_before_it_is_written_is_caught;
    "Queue: push":
        a_producer_leaves_its_value_after_the_others_or_not_at_all,
        "a value after others counts before it is written":
        a_value_after_others_that_counts_too_early_is_caught;
    "Queue: push to a slot that was used before":
        a_producer_that_comes_round_leaves_its_value_or_nothing,
        "a value counts while the one before is in its slot":
        a_value_that_counts_as_the_one_before_is_caught;
    "Queue: push to a full one":
        a_producer_that_finds_no_room_leaves_the_queue_as_it_was,
        "writes before it looks for room":
        writing_before_looking_for_room_is_caught;
    "Queue: a producer's pushes":
        a_producer_for_a_while_leaves_whole_values,
        "both count at once, before the second is written":
        two_values_that_count_at_once_are_caught;
    "Queue: pop the only value":
        a_consumer_leaves_the_only_value_or_has_it,
        "the only value is wiped before it is taken":
        wiping_the_only_value_before_taking_it_is_caught;
    "Queue: pop from a full one":
        a_consumer_takes_one_value_or_none,
        "takes two":
        taking_two_values_is_caught;
    "Queue: pop from a slot that was used before":
        a_consumer_that_comes_round_takes_one_value_or_none,
        "a value is wiped before it is taken":
        wiping_a_value_before_taking_it_is_caught;
    "Queue: pop from an empty one":
        a_consumer_that_finds_nothing_leaves_the_queue_as_it_was,
        "takes what is not there":
        taking_what_is_not_there_is_caught;
    "Queue: push, while a consumer sleeps":
        a_sleeping_consumer_gets_the_value_of_a_dead_producer,
        "the consumer is woken for a value that is not written":
        waking_a_consumer_for_a_value_that_is_not_written_is_caught;
    "Queue: pop, while a producer sleeps":
        a_sleeping_producer_gets_the_room_of_a_dead_consumer,
        "makes room by a value that it has not taken":
        making_room_by_a_value_that_is_not_taken_is_caught;
    "Queue: wait for a value, sleep, and give up":
        a_consumer_that_sleeps_leaves_the_queue_as_it_was,
        "gives up and takes what comes next":
        a_consumer_that_takes_what_comes_next_is_caught;
}

#[cfg(target_arch = "x86_64")]
#[test]
fn every_scenario_and_every_flaw_has_a_test() {
    let listed = said(stepper(&["list"]));
    assert_eq!(listed.lines().collect::<Vec<_>>(), LIST);
}

/// `ptrace(2)` is refused by a filter of system calls, as in some containers.
#[test]
fn where_no_process_can_be_stepped_a_message_says_that_nothing_was_tested() {
    let mut command = stepper(&["case", NAMES[0]]);
    // SAFETY: the closure only makes system calls.
    unsafe { command.pre_exec(refuse_to_trace) };
    let said = said(command);
    print!("{said}");
    assert!(
        said.starts_with("skipped: no process can be stepped here, and nothing was tested: ")
            || said.starts_with("skipped: processes are stepped on x86-64 Linux only"),
        "{said}"
    );
    assert_eq!(said.lines().count(), 1, "{said}");
}

/// From now on, `ptrace(2)` fails with EPERM (seccomp(2)).
fn refuse_to_trace() -> io::Result<()> {
    let step = |code: u32, k, jf| libc::sock_filter { code: code as u16, jt: 0, jf, k };
    let mut filter = [
        step(libc::BPF_LD | libc::BPF_W | libc::BPF_ABS, 0, 0),
        step(libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K, libc::SYS_ptrace as u32, 1),
        step(libc::BPF_RET | libc::BPF_K, libc::SECCOMP_RET_ERRNO | libc::EPERM as u32, 0),
        step(libc::BPF_RET | libc::BPF_K, libc::SECCOMP_RET_ALLOW, 0),
    ];
    let program = libc::sock_fprog { len: 4, filter: filter.as_mut_ptr() };
    // SAFETY: this only removes privileges from this process.
    let set = unsafe { libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) };
    if set != 0 {
        return Err(Error::last_os_error());
    }
    let (option, mode) = (libc::PR_SET_SECCOMP, libc::SECCOMP_MODE_FILTER);
    // SAFETY: the program has four instructions, which the kernel checks and copies.
    let set = unsafe { libc::prctl(option, mode, &raw const program) };
    if set == 0 { Ok(()) } else { Err(Error::last_os_error()) }
}
