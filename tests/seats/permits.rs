//! A fixed number of permits, each held by one process.

use std::time::Duration;

use rustix::process::{Pid, WaitOptions, waitpid};
use shm_core::sync::SemaphoreView;
use shm_core::{DynRegion, LockError, Region, Semaphore, SharedLayout, region::OwnedGuard};

use crate::support::{self, Folder, PATIENCE, argument, wait_until};

#[derive(SharedLayout)]
#[repr(C)]
struct Pool {
    permits: Semaphore<2>,
    inside: u32,
    most: u32,
    ready: u32,
}

const SHORT: Duration = Duration::from_millis(10);

fn pool() -> Region<Pool> {
    Region::<Pool>::options().anonymous().unwrap()
}

#[test]
fn there_are_as_many_permits_as_the_type_says_and_a_dropped_one_is_free_again() {
    let pool = pool();
    let first = pool.permits.acquire().unwrap();
    let second = pool.permits.try_acquire().unwrap();
    assert_eq!(pool.permits.available(), 0);
    assert!(matches!(pool.permits.try_acquire(), Err(LockError::Busy)));
    assert!(matches!(pool.permits.acquire_timeout(SHORT), Err(LockError::Busy)));
    assert!(!first.inherited() && !second.inherited());
    first.release().unwrap();
    assert!(pool.permits.acquire_timeout(Duration::ZERO).is_ok());
    drop(second);
    assert_eq!(pool.permits.available(), 2);
}

#[test]
fn no_more_threads_are_inside_than_there_are_permits_and_all_get_in() {
    let pool = pool();
    std::thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| {
                for turn in 0..200 {
                    let permit = pool.permits.acquire_timeout(PATIENCE).unwrap();
                    let inside = pool.inside.fetch_add(1) + 1;
                    pool.most.fetch_max(inside);
                    if turn % 50 == 0 {
                        std::thread::sleep(Duration::from_micros(100));
                    }
                    pool.inside.fetch_sub(1);
                    drop(permit);
                }
            });
        }
    });
    assert!(pool.most.get() <= 2, "{} were inside", pool.most.get());
    assert_eq!((pool.inside.get(), pool.permits.available()), (0, 2));
}

#[test]
fn a_permit_goes_to_another_thread_and_is_given_back_there() {
    let pool = pool();
    let permit = pool.permits.acquire().unwrap();
    std::thread::scope(|scope| {
        scope.spawn(move || drop(permit));
    });
    assert_eq!(pool.permits.available(), 2);
}

#[test]
fn an_owned_permit_outlives_the_handle() {
    let folder = Folder::new("permit-owned");
    let pool = Region::<Pool>::create(folder.file("pool")).unwrap();
    let permit: OwnedGuard<SemaphoreView<2>> = pool.own(|pool| pool.permits.acquire()).unwrap();
    drop(pool);
    let again = Region::<Pool>::open(folder.file("pool")).unwrap();
    assert_eq!((again.permits.available(), permit.inherited()), (1, false));
    std::thread::spawn(move || drop(permit)).join().unwrap();
    assert_eq!(again.permits.available(), 2);
}

#[test]
fn a_forked_child_does_not_give_back_its_parents_permit() {
    let pool = pool();
    let permit = pool.permits.acquire().unwrap();
    // SAFETY: the child drops the permit, which does nothing, and leaves.
    match Pid::from_raw(unsafe { libc::fork() }) {
        None => {
            drop(permit);
            std::process::abort();
        }
        Some(child) => {
            waitpid(Some(child), WaitOptions::empty()).unwrap();
            assert_eq!(pool.permits.available(), 1);
            permit.release().unwrap();
        }
    }
}

#[test]
fn the_permits_of_a_killed_process_are_inherited_and_shown_until_then() {
    let folder = Folder::new("permit-inherited");
    let pool = Region::<Pool>::create(folder.file("pool")).unwrap();
    let mut victim = support::second_process("permits: takes all");
    let mut victim = victim.env("SHM_FOLDER", folder.path()).spawn().unwrap();
    wait_until("it has all", || pool.ready.get() == 1);
    let region = DynRegion::open_read_only(folder.file("pool")).unwrap();
    assert_eq!(region.get("permits").unwrap().to_string(), "0");
    assert!(matches!(pool.permits.acquire_timeout(SHORT), Err(LockError::Busy)));
    victim.kill().unwrap();
    // A zombie, for the first of them.
    let first = pool.permits.acquire_timeout(PATIENCE).unwrap();
    victim.wait().unwrap();
    let state = region.lock_state("permits").unwrap();
    assert_eq!(state.seats.iter().flatten().count(), 2, "the other one is the dead process's");
    let second = pool.permits.acquire().unwrap();
    assert!(first.inherited() && second.inherited(), "both are inherited");
    drop((first, second));
    assert!(!pool.permits.acquire().unwrap().inherited(), "once");
    assert_eq!(region.get("permits").unwrap().to_string(), "2");
}

pub(crate) fn second_process(role: &str) {
    assert_eq!(role, "takes all");
    let folder = std::path::PathBuf::from(argument("SHM_FOLDER"));
    let pool = Region::<Pool>::open(folder.join("pool")).unwrap();
    let _all = (pool.permits.acquire().unwrap(), pool.permits.acquire().unwrap());
    pool.ready.set(1);
    loop {
        std::thread::sleep(PATIENCE);
    }
}
