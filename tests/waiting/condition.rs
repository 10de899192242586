//! Waiting with a lock: a `Mutex` and an `Event` as a condition variable, and locks that a thread has twice.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use shm_core::sync::MutexView;
use shm_core::{DynRegion, Event, LockError, Mutex, Region, SharedLayout};

use crate::support::{self, Folder, PATIENCE, argument, finish};
use crate::{NOT_LONG, ROUNDS};

/// A queue of numbers that two processes pass on.
#[derive(SharedLayout)]
#[repr(C)]
struct Desk {
    work: Mutex<Work>,
    added: Event,
    taken: Event,
    ready: u32,
}

#[derive(SharedLayout)]
#[repr(C)]
struct Work {
    waiting: u32,
    done: u32,
}

fn desk() -> Region<Desk> {
    Region::<Desk>::options().anonymous().unwrap()
}

fn elsewhere<R: Send>(work: impl FnOnce() -> R + Send) -> R {
    std::thread::scope(|scope| scope.spawn(work).join().unwrap())
}

#[test]
fn two_processes_hand_over_work_by_a_lock_and_its_conditions_without_missing_a_notification() {
    let folder = Folder::new("condition");
    let desk = Region::<Desk>::create(folder.file("desk")).unwrap();
    let mut worker = support::second_process("condition: works");
    let mut worker = worker.env("SHM_FOLDER", folder.path()).spawn().unwrap();
    let watchdog = crate::Watchdog::new();
    for round in 0..ROUNDS {
        let work = desk.work.lock_timeout(watchdog.left()).unwrap();
        work.waiting.fetch_add(1);
        drop(work);
        desk.added.notify_one();
        let work = desk.work.lock().unwrap();
        let work = work.wait_while(&desk.taken, |work| work.done.get() == round).unwrap();
        assert_eq!((work.waiting.get(), work.done.get()), (0, round + 1));
        assert!(!watchdog.left().is_zero(), "notifications were slept through");
    }
    assert!(finish(&mut worker).success());
}

#[test]
fn a_wait_releases_the_lock_and_takes_it_again_afterwards() {
    let desk = desk();
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| {
            let work = desk.work.lock().unwrap();
            desk.ready.set(1);
            let (work, was_notified) = work.wait_timeout(&desk.added, PATIENCE).unwrap();
            assert!(was_notified && work.waiting.get() == 1);
            assert!(matches!(elsewhere(|| desk.work.try_lock().map(drop)), Err(LockError::Busy)));
        });
        support::wait_until("it has the lock", || desk.ready.get() == 1);
        // The lock is free only while the other one waits, and this notification comes after the change.
        let work = desk.work.lock_timeout(PATIENCE).unwrap();
        work.waiting.set(1);
        drop(work);
        desk.added.notify_all();
        waiting.join().unwrap();
    });
}

#[test]
fn a_notification_before_the_wait_does_not_count_and_the_time_is_limited() {
    let desk = desk();
    desk.added.notify_all();
    let work = desk.work.lock().unwrap();
    let (work, was_notified) = work.wait_timeout(&desk.added, NOT_LONG).unwrap();
    assert!(!was_notified);
    let work = work.wait_while(&desk.added, |_| false).unwrap();
    work.unlock().unwrap();
}

/// A process that is killed with the lock, or after its change, has notified no waiter.
#[test]
fn a_waiter_learns_of_a_killed_holder_and_notices_an_unnotified_change() {
    let folder = Folder::new("condition-killed");
    let desk = Region::<Desk>::create(folder.file("desk")).unwrap();
    for role in ["dies with the lock", "dies before it notifies"] {
        let work = desk.work.lock_or_repair(|work| work.waiting.set(0)).unwrap();
        work.waiting.set(0);
        let mut victim = support::second_process(&format!("condition: {role}"));
        let mut victim = victim.env("SHM_FOLDER", folder.path()).spawn().unwrap();
        let outcome = work.wait_while(&desk.added, |work| work.waiting.get() == 0);
        match outcome {
            Ok(work) => {
                assert_eq!((role, work.waiting.get()), ("dies before it notifies", 1));
            }
            Err(error) => {
                assert!(matches!(error, LockError::OwnerDied), "{error}");
                assert_eq!(role, "dies with the lock");
            }
        }
        finish(&mut victim);
    }
    drop(desk.work.lock_or_repair(|_| ()).unwrap());
}

#[test]
fn a_panic_of_another_holder_is_reported_to_the_waiter_and_the_lock_is_free() {
    let desk = desk();
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| {
            let work = desk.work.lock().unwrap();
            desk.ready.set(1);
            work.wait_timeout(&desk.added, PATIENCE).map(drop)
        });
        support::wait_until("it has the lock", || desk.ready.get() == 1);
        let panics = || {
            let _work = desk.work.lock_timeout(PATIENCE).unwrap();
            desk.added.notify_all();
            panic!("on purpose");
        };
        assert!(catch_unwind(AssertUnwindSafe(panics)).is_err());
        assert!(matches!(waiting.join().unwrap(), Err(LockError::OwnerDied)));
    });
    assert!(desk.work.lock_or_repair(|_| ()).is_ok());
}

#[test]
fn a_lock_that_a_thread_holds_twice_is_free_when_the_last_guard_is_dropped_in_any_order() {
    let desk = desk();
    let is_free = || elsewhere(|| desk.work.try_lock().is_ok());
    for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        let lock = &desk.work;
        let mut guards = [lock.lock(), lock.lock_again(), lock.lock_again()].map(Result::ok);
        assert!(matches!(lock.lock(), Err(LockError::WouldDeadlock)), "as without lock_again");
        for (gone, guard) in order.into_iter().enumerate() {
            assert!(!is_free(), "{order:?}: {gone} of three are gone");
            let guard = guards[guard].take().expect("it was taken");
            guard.waiting.fetch_add(1);
            if gone == 1 { guard.unlock().unwrap() } else { drop(guard) }
        }
        assert!(is_free(), "{order:?}");
    }
    let only = desk.work.lock_again().unwrap();
    assert!(!is_free(), "the first one locks");
    drop(only);
    assert!(is_free());
}

#[test]
fn a_lock_that_is_held_again_through_another_mapping_or_owned_is_one_lock() {
    let folder = Folder::new("again-mapped");
    let desk = Region::<Desk>::create(folder.file("desk")).unwrap();
    // The same file, at other addresses: a part of the region has a layout of its own.
    let other = DynRegion::open(folder.file("desk")).unwrap();
    let by_name = other.lock("work").unwrap();
    assert!(matches!(desk.work.lock(), Err(LockError::WouldDeadlock)));
    let again = desk.own(|desk| desk.work.lock_again()).unwrap();
    drop(by_name);
    assert!(desk.work.is_locked(), "one guard is left");
    assert!(elsewhere(|| matches!(desk.work.try_lock(), Err(LockError::Busy))));
    drop(again);
    assert!(!desk.work.is_locked());
}

#[test]
fn a_panic_with_an_inner_guard_marks_the_lock_while_the_outer_one_keeps_it() {
    let desk = desk();
    let outer = desk.work.lock().unwrap();
    let inner = || {
        let _inner = desk.work.lock_again().unwrap();
        panic!("on purpose");
    };
    assert!(catch_unwind(AssertUnwindSafe(inner)).is_err());
    assert!(outer.owner_died() && desk.work.is_locked());
    assert!(matches!(desk.work.lock_again(), Err(LockError::OwnerDied)));
    drop(outer);
    assert!(matches!(elsewhere(|| desk.work.lock().map(drop)), Err(LockError::OwnerDied)));
    // The outer one may repair it instead.
    let outer = desk.work.lock_or_repair(|_| ()).unwrap();
    assert!(catch_unwind(AssertUnwindSafe(inner)).is_err());
    outer.mark_consistent();
    drop(outer);
    assert!(desk.work.lock().is_ok());
    // A panic through both guards also leaves a mark.
    let both = || {
        let _outer = desk.work.lock().unwrap();
        let _inner = desk.work.lock_again().unwrap();
        panic!("on purpose");
    };
    assert!(catch_unwind(AssertUnwindSafe(both)).is_err());
    assert!(!desk.work.is_locked());
    assert!(matches!(desk.work.lock(), Err(LockError::OwnerDied)));
}

#[test]
fn a_thread_with_two_guards_does_not_wait_with_the_lock_held() {
    let desk = desk();
    let outer = desk.work.lock().unwrap();
    let inner = desk.work.lock_again().unwrap();
    assert!(matches!(inner.wait(&desk.added), Err(LockError::WouldDeadlock)));
    let (outer, _) = outer.wait_timeout(&desk.added, NOT_LONG).expect("the inner one is gone");
    drop(outer);
    assert!(elsewhere(|| desk.work.try_lock().is_ok()));
}

/// In a second process.
pub(crate) fn second(role: &str) {
    let folder = std::path::PathBuf::from(argument("SHM_FOLDER"));
    let desk = Region::<Desk>::open(folder.join("desk")).unwrap();
    let kill =
        || rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL);
    match role {
        "works" => work(&desk.work, &desk.added, &desk.taken),
        "dies with the lock" => {
            let _work = desk.work.lock().unwrap();
            std::thread::sleep(Duration::from_millis(5));
            kill().unwrap();
        }
        "dies before it notifies" => {
            desk.work.lock().unwrap().waiting.set(1);
            kill().unwrap();
        }
        other => panic!("no such role: {other}"),
    }
}

fn work(
    work: &MutexView<Work>,
    added: &shm_core::sync::EventView,
    taken: &shm_core::sync::EventView,
) {
    for _ in 0..ROUNDS {
        let work = work.lock().unwrap();
        let work = work.wait_while(added, |work| work.waiting.get() == 0).unwrap();
        work.waiting.fetch_sub(1);
        work.done.fetch_add(1);
        drop(work);
        taken.notify_one();
    }
}
