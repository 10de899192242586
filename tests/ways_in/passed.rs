//! Regions that are passed to a child process.

use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};

use shm_core::{DynRegion, Error, Mutex, Region, SharedLayout};

use crate::support::{Folder, argument, finish, run, second_process};

#[derive(SharedLayout)]
#[repr(C)]
struct Total {
    sum: u64,
    guarded: Mutex<u64>,
}

/// The number of times that a child adds one.
const ADDITIONS: u64 = 1_000;

/// A label that no other memory has.
const LABEL: &str = "shm-ways-in-passed";

#[test]
fn a_child_uses_a_memfd_and_a_named_region_that_it_was_passed() {
    let folder = Folder::new("passed");
    let memfd = Region::<Total>::options().memfd("total").unwrap();
    let named = Region::<Total>::create(folder.file("named")).unwrap();
    let mut command = second_process("adds to what was passed");
    memfd.pass_to(&mut command, "memfd").unwrap();
    named.pass_to(&mut command, "named").unwrap();
    // Each child of the command gets them.
    let mut children = [command.spawn().unwrap(), command.spawn().unwrap()];
    for child in &mut children {
        assert!(finish(child).success());
    }
    for total in [&memfd, &named] {
        assert_eq!(total.sum.get(), 2 * ADDITIONS);
        assert_eq!(total.guarded.lock().unwrap().get(), 2 * ADDITIONS);
    }
}

pub(crate) fn add() {
    let typed = Region::<Total>::options();
    for (total, name) in [(typed.passed("memfd"), "memfd"), (typed.passed("named"), "named")] {
        let total = total.unwrap();
        for _ in 0..ADDITIONS {
            total.sum.fetch_add(1);
            let guarded = total.guarded.lock().unwrap();
            guarded.set(guarded.get() + 1);
        }
        // It can be opened again, and without the type.
        let again = DynRegion::options().passed(name).unwrap();
        assert!(again.get("sum").unwrap().to_string().parse::<u64>().unwrap() >= ADDITIONS);
    }
}

#[test]
fn a_region_outlives_its_handle_until_the_child_is_started() {
    let mut command = second_process("was passed it for reading");
    let total = Region::<u64>::options().memfd_with("short", |new| new.set(5)).unwrap();
    total.pass_to(&mut command, "short").unwrap();
    drop(total);
    run(&mut command);
}

pub(crate) fn read_only() {
    let total = Region::<u64>::options().read_only().passed("short").unwrap();
    assert_eq!(total.get(), 5);
}

/// Children that other threads start while a region is passed must not inherit it.
#[test]
fn no_other_child_inherits_what_is_passed_however_many_are_started_at_once() {
    let secret = Region::<u64>::options().memfd(LABEL).unwrap();
    let done = AtomicBool::new(false);
    std::thread::scope(|threads| {
        for _ in 0..2 {
            threads.spawn(|| {
                while !done.load(Ordering::Acquire) {
                    run(second_process("lists what it inherited").env("SHM_EXPECTED", "0"));
                }
            });
        }
        for _ in 0..20 {
            let mut command = second_process("lists what it inherited");
            secret.pass_to(&mut command, "secret").unwrap();
            run(command.env("SHM_EXPECTED", "1"));
        }
        done.store(true, Ordering::Release);
    });
}

/// Returns how many descriptors this process has of the memory with that label.
fn inherited() -> usize {
    let entries = std::fs::read_dir("/proc/self/fd").unwrap();
    let targets = entries.filter_map(|entry| std::fs::read_link(entry.unwrap().path()).ok());
    targets.filter(|target| target.to_string_lossy().contains(LABEL)).count()
}

pub(crate) fn list() {
    assert_eq!(inherited().to_string(), argument("SHM_EXPECTED"));
}

#[test]
fn a_childs_passed_region_is_not_passed_to_its_own_children() {
    let secret = Region::<u64>::options().memfd(LABEL).unwrap();
    let mut command = second_process("passes nothing on");
    secret.pass_to(&mut command, "secret").unwrap();
    run(&mut command);
}

pub(crate) fn start_another() {
    assert_eq!(inherited(), 1);
    let secret = Region::<u64>::options().passed("secret").unwrap();
    run(second_process("lists what it inherited").env("SHM_EXPECTED", "0"));
    // The variable is there, the descriptor is not.
    run(&mut second_process("was given a stale number"));
    // Unless it is passed on.
    let mut command = second_process("lists what it inherited");
    secret.pass_to(&mut command, "secret").unwrap();
    run(command.env("SHM_EXPECTED", "1"));
}

pub(crate) fn refuse_stale() {
    let other = Region::<u64>::options().memfd("another").unwrap();
    // Something is open under every number that may have been passed.
    let _all: Vec<_> =
        (0..100).map(|_| other.as_fd().unwrap().try_clone_to_owned().unwrap()).collect();
    let error = Region::<u64>::options().passed("secret").unwrap_err();
    assert!(matches!(error, Error::NotFound { .. }), "{error}");
    assert!(error.help().unwrap().contains("is another file's by now"), "{error:?}");
}

#[test]
fn a_region_that_was_not_or_cannot_be_passed_is_an_error_that_says_so() {
    let error = Region::<u64>::options().passed("nothing").unwrap_err();
    assert!(matches!(error, Error::NotFound { .. }), "{error}");
    assert!(error.help().unwrap().contains("pass_to(&mut command, \"nothing\")"), "{error:?}");
    let mut command = Command::new("true");
    let private = Region::<u64>::options().private().unwrap();
    let error = private.pass_to(&mut command, "private").unwrap_err();
    assert!(matches!(error, Error::Io { .. }), "{error}");
    let memfd = Region::<u64>::options().memfd("n").unwrap();
    for name in ["", "a=b", "a\0b"] {
        assert!(
            matches!(memfd.pass_to(&mut command, name), Err(Error::BadName { .. })),
            "{name:?}"
        );
        let received = Region::<u64>::options().passed(name);
        assert!(matches!(received, Err(Error::BadName { .. })), "{name:?}");
    }
}
