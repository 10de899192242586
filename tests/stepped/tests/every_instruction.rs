//! Processes that die at any instruction of an operation, and heirs that die at any instruction, too.
//! Each test runs the stepper (`src/main.rs` says how it works) on one scenario, or on a known-bad
//! version of it, which must be caught.
//!
//! `SHM_STEPPED_LONG=1 cargo test -p shm-stepped -- --nocapture` steps heirs from every state, and kills
//! more victims. `cargo run -p shm-stepped` prints one table of all scenarios.

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
