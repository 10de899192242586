//! Locks, writers and `Once`, without waiting for ever: typed and by name, while another process holds
//! them, and after it was killed.

mod support;

use std::process::Child;
use std::time::{Duration, Instant};

use rustix::process::{Signal, getpid, kill_process};
use shm_core::{DynRegion, Latest, LockError, Mutex, Once, Region, SharedLayout, errors::DynError};
use support::{Folder, PATIENCE, argument, finish, role, wait_until};

#[derive(SharedLayout)]
#[repr(C)]
struct Desk {
    account: Mutex<i64>,
    /// One lock inside of another.
    outer: Mutex<Drawer>,
    pose: Latest<[f64; 2]>,
    opened: Once,
    /// 1 once the other process has taken its part.
    taken: u32,
}

#[derive(SharedLayout)]
#[repr(C)]
struct Drawer {
    inner: Mutex<u32>,
}

const SHORT: Duration = Duration::from_millis(20);

/// A region, and a process that takes one thing in it and keeps that until it is killed.
struct Stage {
    folder: Folder,
    desk: Region<Desk>,
    holder: Child,
}

impl Stage {
    fn with(role: &str) -> Self {
        let folder = Folder::new("without-waiting");
        let path = folder.file("desk");
        let desk = Region::<Desk>::create(&path).unwrap();
        let holder = support::second_process(role).env("SHM_PATH", &path).spawn().unwrap();
        let stage = Self { folder, desk, holder };
        wait_until("the other process has it", || stage.desk.taken.get() == 1);
        stage
    }

    fn by_name(&self) -> DynRegion {
        DynRegion::open(self.folder.file("desk")).unwrap()
    }

    fn kill_the_holder(&mut self) {
        self.holder.kill().unwrap();
        assert!(!finish(&mut self.holder).success());
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        let _ = self.holder.kill();
        let _ = self.holder.wait();
    }
}

/// Checks that the outcome is `Busy`, and not before the time was up.
fn is_busy<T>(timeout: Duration, ask: impl FnOnce() -> Result<T, LockError>) {
    let start = Instant::now();
    let outcome = ask();
    assert!(matches!(outcome, Err(LockError::Busy)));
    assert!(start.elapsed() >= timeout, "it gave up too soon");
}

#[test]
fn a_latest_is_busy_while_its_writer_lives_and_can_be_stored_to_after_it_was_killed() {
    let mut stage = Stage::with("publishes");
    let pose = &stage.desk.pose;
    is_busy(Duration::ZERO, || pose.try_store(&[1.0; 2]));
    is_busy(SHORT, || pose.store_timeout(&[1.0; 2], SHORT));
    is_busy(Duration::ZERO, || pose.try_publisher());
    is_busy(SHORT, || pose.publisher_timeout(SHORT));
    let never = |_: &mut [f64; 2]| panic!("never called");
    assert!(matches!(pose.try_update(never), Err(error) if error.to_string().contains("holds")));
    assert!(pose.update_timeout(SHORT, never).is_err());
    assert_eq!(pose.load().unwrap(), [0.5; 2], "the holder's, and not one of these");

    stage.kill_the_holder();
    let pose = &stage.desk.pose;
    assert_eq!(pose.try_store(&[1.0; 2]).unwrap(), 2);
    assert_eq!(pose.try_update(|pose| pose[0] = 2.0).unwrap(), 3);
    assert_eq!(pose.update_timeout(PATIENCE, |pose| pose[1] = 2.0).unwrap(), 4);
    assert_eq!(pose.try_publisher().unwrap().store(&[3.0; 2]), 5);
    assert_eq!(pose.publisher_timeout(PATIENCE).unwrap().store(&[4.0; 2]), 6);
    assert_eq!(pose.store_timeout(&[5.0; 2], PATIENCE).unwrap(), 7);
    assert_eq!(pose.load().unwrap(), [5.0; 2]);
}

#[test]
fn by_name_as_well_a_latest_is_busy_until_its_writer_is_killed() {
    let mut stage = Stage::with("publishes");
    let desk = stage.by_name();
    assert!(matches!(desk.try_set("pose[0]", 1.0), Err(DynError::Lock(LockError::Busy))));
    assert!(matches!(
        desk.set_timeout("pose[0]", 1.0, SHORT),
        Err(DynError::Lock(LockError::Busy))
    ));
    stage.kill_the_holder();
    desk.try_set("pose[0]", 1.0).unwrap();
    desk.set_timeout("pose[1]", 2.0, PATIENCE).unwrap();
    assert_eq!(stage.desk.pose.load().unwrap(), [1.0, 2.0]);
}

#[test]
fn work_in_progress_elsewhere_is_busy_and_is_done_here_after_that_process_was_killed() {
    let mut stage = Stage::with("works");
    let once = &stage.desk.opened;
    is_busy(Duration::ZERO, || once.try_call_once(|| panic!("another process is doing it")));
    is_busy(SHORT, || once.call_once_timeout(SHORT, || panic!("another process is doing it")));
    stage.kill_the_holder();
    let mut runs = 0;
    stage.desk.opened.try_call_once(|| runs += 1).unwrap();
    stage.desk.opened.try_call_once(|| runs += 1).unwrap();
    stage.desk.opened.call_once_timeout(SHORT, || runs += 1).unwrap();
    assert_eq!(runs, 1);
}

#[test]
fn a_lock_by_name_has_the_methods_of_a_typed_one() {
    let mut stage = Stage::with("locks");
    let desk = stage.by_name();
    is_busy(Duration::ZERO, || stage.desk.account.try_lock());
    is_busy(SHORT, || stage.desk.account.lock_timeout_or_repair(SHORT, |_| panic!("it lives")));
    let busy = |outcome| matches!(outcome, Err(DynError::Lock(LockError::Busy)));
    assert!(busy(desk.try_lock("account").map(drop)));
    assert!(busy(desk.lock_timeout("account", SHORT).map(drop)));
    assert!(busy(desk.lock_timeout_or_repair("account", SHORT, |_| panic!("it lives")).map(drop)));
    assert!(busy(desk.lock_timeout_as_found("account", SHORT).map(drop)));

    stage.kill_the_holder();
    let died = |outcome| matches!(outcome, Err(DynError::Lock(LockError::OwnerDied)));
    assert!(died(desk.lock("account").map(drop)));
    assert!(died(desk.try_lock("account").map(drop)), "an error leaves it free, and marked");
    assert!(!stage.desk.account.is_locked());
    assert!(desk.lock_as_found("account").unwrap().owner_died());
    let account = desk.lock_or_repair("account", |account| account.set("", 7)).unwrap();
    assert!(!account.owner_died());
    drop(account);
    assert_eq!(stage.desk.account.lock().unwrap().get(), 7);
}

#[test]
fn a_lock_inside_a_held_one_has_the_same_methods() {
    let mut stage = Stage::with("locks both");
    stage.kill_the_holder();
    let desk = stage.by_name();
    let outer = desk.lock_or_repair("outer", |_| Ok(())).unwrap();
    let died = |outcome| matches!(outcome, Err(DynError::Lock(LockError::OwnerDied)));
    assert!(died(outer.lock("inner").map(drop)));
    assert!(died(outer.try_lock("inner").map(drop)));
    assert!(died(outer.lock_timeout("inner", SHORT).map(drop)));
    assert!(outer.lock_as_found("inner").unwrap().owner_died());
    let failed = outer.lock_or_repair("inner", |inner| inner.set("", -1));
    assert!(matches!(failed.map(drop), Err(DynError::DoesNotFit { .. })));
    drop(outer.lock_timeout_or_repair("inner", SHORT, |inner| inner.set("", 7)).unwrap());
    assert_eq!(outer.lock("inner").unwrap().get("").unwrap().to_string(), "7");
}

#[test]
fn a_process_killed_during_its_repair_leaves_the_lock_marked() {
    for role in ["dies repairing", "dies repairing by name"] {
        let mut stage = Stage::with("locks");
        stage.kill_the_holder();
        let mut repairer = support::second_process(role)
            .env("SHM_PATH", stage.folder.file("desk"))
            .spawn()
            .unwrap();
        assert!(!finish(&mut repairer).success());
        assert_eq!(stage.desk.account.unlocked().get(), 3, "it died after its first step");
        assert!(matches!(stage.desk.account.lock(), Err(LockError::OwnerDied)), "{role}");
        let mut repairs = 0;
        drop(stage.desk.account.lock_or_repair(|_| repairs += 1).unwrap());
        drop(stage.desk.account.lock_or_repair(|_| repairs += 1).unwrap());
        assert_eq!(repairs, 1, "{role}");
    }
}

#[test]
#[ignore = "run by the tests above, as a process of its own"]
fn second_process() {
    let Some(role) = role() else { return };
    let path = argument("SHM_PATH");
    let desk = Region::<Desk>::open(&path).unwrap();
    let keep = || {
        desk.taken.set(1);
        std::thread::sleep(10 * PATIENCE);
    };
    match role.as_str() {
        "publishes" => {
            let mut publisher = desk.pose.publisher().unwrap();
            publisher.store(&[0.5; 2]);
            keep();
        }
        "works" => desk.opened.call_once(keep).unwrap(),
        "locks" => {
            let _account = desk.account.lock().unwrap();
            keep();
        }
        "locks both" => {
            let outer = desk.outer.lock().unwrap();
            let _inner = outer.inner.lock().unwrap();
            keep();
        }
        "dies repairing" => {
            drop(desk.account.lock_or_repair(|account| {
                account.set(3);
                kill_process(getpid(), Signal::KILL).unwrap();
            }));
        }
        "dies repairing by name" => {
            let desk = DynRegion::open(&path).unwrap();
            drop(desk.lock_or_repair("account", |account| {
                account.set("", 3)?;
                kill_process(getpid(), Signal::KILL).unwrap();
                Ok(())
            }));
        }
        other => panic!("no such role: {other}"),
    }
}
