//! Guards without lifetimes, which programs keep in structs, and their end.

mod support;

use std::panic::{AssertUnwindSafe, catch_unwind};

use rustix::process::{Signal, getpid, kill_process};
use shm_core::region::{OwnedGuard, Projected};
use shm_core::sync::{LatestView, MutexView};
use shm_core::{Latest, LockError, Mutex, Region, SharedLayout, View};
use support::{Folder, argument, role};

#[derive(SharedLayout)]
#[repr(C)]
struct Account {
    balance: i64,
    bookings: i64,
}

#[derive(SharedLayout)]
#[repr(C)]
struct Robot {
    pose: Latest<[f64; 2]>,
    speeds: [Latest<f64>; 3],
    account: Mutex<Account>,
}

struct Driver {
    robot: Region<Robot>,
    poses: OwnedGuard<LatestView<[f64; 2]>>,
    account: OwnedGuard<MutexView<Account>>,
}

impl Driver {
    fn new(robot: Region<Robot>) -> Result<Self, LockError> {
        let poses = robot.own(|robot| robot.pose.publisher())?;
        let account = robot.own(|robot| robot.account.lock())?;
        Ok(Self { robot, poses, account })
    }
}

fn robot() -> Region<Robot> {
    Region::<Robot>::options().anonymous().unwrap()
}

#[test]
fn a_struct_keeps_a_region_with_its_publisher_and_a_guard_and_is_moved_about() {
    let robot = robot();
    let mut drivers = vec![Driver::new(robot.clone()).unwrap()];
    drivers.reserve(100); // elsewhere in memory
    let mut driver = Box::new(drivers.pop().unwrap());
    assert_eq!(driver.poses.store(&[1.0, 2.0]), 1);
    assert_eq!(driver.poses.update(|pose| pose[0] = 3.0).unwrap(), 2);
    assert_eq!(driver.poses.latest().load().unwrap(), [3.0, 2.0]);
    assert_eq!(driver.robot.pose.load().unwrap(), [3.0, 2.0]);
    driver.account.balance.set(5);
    driver.account.unlock().unwrap();
    drop(driver.poses);
    assert_eq!(robot.pose.store(&[0.0, 0.0]).unwrap(), 3, "the next writer continues");
    assert_eq!(robot.account.lock().unwrap().balance.get(), 5);
}

#[test]
fn publishers_of_several_parts_are_kept_in_a_vec() {
    let robot = robot();
    let speeds: Vec<Projected<LatestView<f64>>> =
        (0..3).map(|wheel| robot.project(|robot| &robot.speeds[wheel])).collect();
    let publishers: Result<Vec<_>, _> =
        speeds.iter().map(|speed| speed.own(|speed| speed.publisher())).collect();
    let mut publishers = publishers.unwrap();
    publishers.swap(0, 2);
    for (speed, publisher) in publishers.iter_mut().enumerate() {
        publisher.store(&(speed as f64));
    }
    let found = robot.speeds.iter().map(|speed| speed.load().unwrap()).collect::<Vec<_>>();
    assert_eq!(found, [2.0, 1.0, 0.0], "each stores to its own part");
    drop(publishers.remove(1));
    assert_eq!(robot.speeds[1].try_store(&7.0).unwrap(), 2, "the dropped one is free");
    assert!(matches!(robot.speeds[0].try_store(&7.0), Err(LockError::WouldDeadlock)));
}

#[test]
fn guards_outlive_the_handle_and_are_dropped_in_any_order_with_it() {
    let folder = Folder::new("owned-order");
    let create = |name| Region::<Robot>::create(folder.file(name)).unwrap();
    for (name, order) in [("a", [0, 1, 2]), ("b", [2, 1, 0]), ("c", [1, 2, 0]), ("d", [1, 0, 2])] {
        let Driver { robot, mut poses, account } = Driver::new(create(name)).unwrap();
        poses.store(&[1.0, 1.0]);
        let (mut robot, mut poses, mut account) = (Some(robot), Some(poses), Some(account));
        for part in order {
            match part {
                0 => drop(robot.take()),
                1 => drop(poses.take()),
                _ => drop(account.take()),
            }
            if let Some(poses) = &mut poses {
                poses.store(&[2.0, 2.0]);
            }
            if let Some(account) = &account {
                account.bookings.fetch_add(1);
            }
        }
        let again = Region::<Robot>::open(folder.file(name)).unwrap();
        assert!(!again.account.is_locked(), "{name}: it was unlocked before it was unmapped");
        assert!(again.account.lock().is_ok() && again.pose.try_store(&[3.0, 3.0]).is_ok());
    }
}

#[test]
fn a_projection_goes_to_another_thread_and_is_locked_there() {
    let robot = robot();
    let held = robot.own(|robot| robot.account.lock()).unwrap();
    let account = robot.project(|robot| &robot.account);
    let (tried, has_tried) = std::sync::mpsc::channel();
    let other = std::thread::spawn(move || {
        assert!(matches!(account.own(|account| account.try_lock()), Err(LockError::Busy)));
        tried.send(()).unwrap();
        account.own(|account| account.lock()).unwrap().balance.fetch_add(1);
    });
    has_tried.recv().unwrap();
    held.balance.set(41);
    drop((held, robot.clone()));
    other.join().unwrap();
    assert_eq!(robot.account.unlocked().balance.get(), 42);
}

#[test]
fn a_thread_that_owns_a_lock_and_locks_again_gets_an_error() {
    let driver = Driver::new(robot()).unwrap();
    let account = driver.robot.project(|robot| &robot.account);
    assert!(matches!(account.lock(), Err(LockError::WouldDeadlock)));
    let again = account.own(|account| account.lock());
    assert!(matches!(again, Err(LockError::WouldDeadlock)));
    let again = driver.robot.own(|robot| robot.pose.try_publisher());
    assert!(matches!(again, Err(LockError::WouldDeadlock)));
    drop(driver);
    assert!(account.own(|account| account.lock()).is_ok(), "it was forgotten with the owner");
}

#[test]
fn an_owned_guard_that_is_dropped_in_a_panic_marks_the_lock_and_one_with_a_repair_clears_it() {
    let robot = robot();
    let copy = robot.clone();
    let panicked = std::thread::spawn(move || {
        let account = copy.own(|robot| robot.account.lock()).unwrap();
        account.balance.set(1);
        panic!("on purpose");
    });
    assert!(panicked.join().is_err());
    let found = robot.own(|robot| robot.account.lock());
    assert!(matches!(found, Err(LockError::OwnerDied)));
    let looked_at = robot.own(|robot| robot.account.lock_as_found()).unwrap();
    assert!(looked_at.owner_died());
    drop(looked_at);
    let repair = |account: &View<Account>| account.bookings.set(1);
    let repaired = robot.own(|robot| robot.account.lock_or_repair(repair)).unwrap();
    assert!(!repaired.owner_died());
    assert_eq!((repaired.balance.get(), repaired.bookings.get()), (1, 1));
    drop(repaired);
    let marked = robot.own(|robot| robot.account.lock_as_found()).unwrap();
    marked.mark_consistent();
    drop(marked);
    assert!(robot.account.lock().is_ok());
}

#[test]
fn a_leaked_owned_guard_keeps_its_lock_and_its_memory() {
    let robot = robot();
    let account = robot.own(|robot| robot.account.lock()).unwrap();
    let fields: *const View<Account> = &raw const *account;
    std::mem::forget(account);
    assert!(matches!(robot.account.lock(), Err(LockError::WouldDeadlock)));
    drop(robot);
    // SAFETY: the leaked guard keeps the region mapped.
    let fields = unsafe { &*fields };
    fields.balance.set(7);
    assert_eq!(fields.balance.get(), 7);
}

#[test]
fn a_guard_of_another_region_is_refused_and_unlocked() {
    let (one, other) = (robot(), robot());
    let mix_up = || one.own(|_| other.pose.publisher());
    let mixed_up = catch_unwind(AssertUnwindSafe(mix_up));
    let message = mixed_up.unwrap_err();
    let message = message.downcast_ref::<&str>().unwrap();
    assert_eq!(*message, "this guard belongs to another region or object");
    assert_eq!(other.pose.try_store(&[1.0, 1.0]).unwrap(), 1);
    assert_eq!(one.pose.version(), 0);
}

#[test]
fn any_thread_may_look_at_the_value_of_an_owned_guard() {
    let account = robot().own(|robot| robot.account.lock()).unwrap();
    account.balance.set(3);
    let shared = &account;
    let sum = std::thread::scope(|scope| scope.spawn(|| shared.balance.get()).join().unwrap());
    assert_eq!(sum, 3);
}

#[test]
fn a_process_killed_with_an_owned_guard_in_a_struct_is_like_any_dead_owner() {
    let folder = Folder::new("owned-killed");
    let robot = Region::<Robot>::create(folder.file("robot")).unwrap();
    let mut child = support::second_process("dies owning")
        .env("SHM_PATH", folder.file("robot"))
        .spawn()
        .unwrap();
    assert!(!support::finish(&mut child).success());
    let found = robot.own(|robot| robot.account.lock()).unwrap_err();
    assert!(matches!(found, LockError::OwnerDied));
    assert_eq!(found.to_string(), robot.account.lock().unwrap_err().to_string());
    let account = robot.own(|robot| {
        robot.account.lock_or_repair(|account| {
            assert_eq!((account.balance.get(), account.bookings.get()), (100, 0));
            account.bookings.set(1);
        })
    });
    drop(account.unwrap());
    assert!(robot.account.lock().is_ok());
    assert_eq!(robot.pose.load().unwrap(), [1.0, 2.0]);
    let mut poses = robot.own(|robot| robot.pose.publisher()).unwrap();
    assert_eq!(poses.store(&[3.0, 4.0]), 2, "the next publisher continues");
}

#[test]
fn a_forked_child_has_no_part_in_what_its_parent_owns() {
    let folder = Folder::new("owned-forked");
    let mut child =
        support::second_process("forks").env("SHM_PATH", folder.file("robot")).spawn().unwrap();
    assert!(support::finish(&mut child).success());
}

/// A process of its own with one thread, so that its child may do anything.
fn fork_with_guards(path: &str) {
    let robot = Region::<Robot>::create(path).unwrap();
    let driver = Driver::new(robot.clone()).unwrap();
    // SAFETY: the child uses nothing that another thread may hold, and ends by `_exit`.
    let child = unsafe { libc::fork() };
    if child == 0 {
        std::panic::set_hook(Box::new(|_| ()));
        let Driver { mut poses, account, .. } = driver;
        let stored = catch_unwind(AssertUnwindSafe(|| {
            poses.store(&[9.0, 9.0]);
        }));
        drop((poses, account));
        let ok = stored.is_err() && robot.account.is_locked();
        // SAFETY: ends the process.
        unsafe { libc::_exit(if ok { 0 } else { 1 }) };
    }
    let mut status = 0;
    // SAFETY: `status` is a place for the status of this process's own child.
    assert_eq!(unsafe { libc::waitpid(child, &raw mut status, 0) }, child);
    assert_eq!(status, 0, "the child stored, or unlocked its parent's lock");
    assert_eq!(robot.pose.version(), 0);
    assert!(driver.account.unlock().is_ok(), "it was the parent's all the time");
}

#[test]
#[ignore = "run by the tests above, as a process of its own"]
fn second_process() {
    let Some(role) = role() else { return };
    match role.as_str() {
        "dies owning" => {
            let robot = Region::<Robot>::open(argument("SHM_PATH")).unwrap();
            let mut driver = Driver::new(robot).unwrap();
            driver.poses.store(&[1.0, 2.0]);
            driver.account.balance.set(100);
            kill_process(getpid(), Signal::KILL).unwrap();
        }
        "forks" => fork_with_guards(&argument("SHM_PATH")),
        other => panic!("no such role: {other}"),
    }
}
