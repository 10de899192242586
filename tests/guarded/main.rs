//! One lock for several fields: `#[shm(guarded_by = "lock")]`. By name, that lock is taken by the access itself.

mod elements;
#[path = "../support/mod.rs"]
mod support;
mod whole;

use std::process::Child;
use std::time::{Duration, Instant};

use shm_core::{DynRegion, LockError, Mutex, Region, SharedLayout, errors::DynError};
use support::{Folder, PATIENCE, argument, finish, role, wait_until};

#[derive(SharedLayout, Clone, Copy, Debug, PartialEq)]
#[repr(C)]
struct Pose {
    x: f64,
    y: f64,
}

/// Two numbers that are always equal, to whoever has the lock between them.
#[derive(SharedLayout)]
#[repr(C)]
struct Span {
    #[shm(guarded_by = "lock")]
    low: i64,
    lock: Mutex<()>,
    #[shm(guarded_by = "lock")]
    high: i64,
    free: u32,
}

#[derive(SharedLayout)]
#[repr(C)]
struct Desk {
    lock: Mutex<()>,
    #[shm(guarded_by = "lock")]
    count: i64,
    #[shm(guarded_by = "lock")]
    total: i64,
    #[shm(guarded_by = "lock")]
    pose: Pose,
    #[shm(guarded_by = "lock")]
    samples: [u32; 8],
    free: u64,
    span: Span,
    spans: [Span; 3],
    boxed: Mutex<Span>,
    /// 1 once the other process has taken its part.
    taken: u32,
    stop: u32,
}

const SHORT: Duration = Duration::from_millis(20);

/// A region, and a process that holds a lock in it until it is killed.
struct Stage {
    folder: Folder,
    desk: Region<Desk>,
    holder: Child,
}

impl Stage {
    fn with(role: &str) -> Self {
        let folder = Folder::new("guarded");
        let path = folder.file("desk");
        let desk = Region::<Desk>::options().participants(2).create(&path).unwrap();
        let holder = support::second_process(role).env("SHM_PATH", &path).spawn().unwrap();
        let stage = Self { folder, desk, holder };
        wait_until("the other process has its part", || stage.desk.taken.get() == 1);
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

fn desk(folder: &Folder) -> (Region<Desk>, DynRegion) {
    let path = folder.file("desk");
    (Region::create(&path).unwrap(), DynRegion::open(&path).unwrap())
}

fn is_busy<T>(outcome: Result<T, DynError>) -> bool {
    matches!(outcome, Err(DynError::Lock(LockError::Busy)))
}

fn is_dead<T>(outcome: Result<T, DynError>) -> bool {
    matches!(outcome, Err(DynError::Lock(LockError::OwnerDied)))
}

fn would_deadlock<T>(outcome: Result<T, DynError>) -> bool {
    matches!(outcome, Err(DynError::Lock(LockError::WouldDeadlock)))
}

#[test]
fn guarded_fields_are_written_and_read_by_name_and_the_lock_is_free_afterwards() {
    let folder = Folder::new("guarded-plain");
    let (typed, region) = desk(&folder);
    region.set("count", 3).unwrap();
    assert_eq!(region.fetch_add("count", 4).unwrap().to_string(), "3");
    region.set("pose.y", 2.5).unwrap();
    region.set("samples[2..4]", [8, 9]).unwrap();
    assert!(!typed.lock.is_locked());
    assert_eq!((typed.count.get(), typed.pose.y.get(), typed.samples[3].get()), (7, 2.5, 9));
    for (path, value) in [("count", "7"), ("pose.y", "2.5"), ("samples[3]", "9")] {
        assert_eq!(region.get(path).unwrap().to_string(), value);
        assert!(region.resolve(path).unwrap().is_guarded());
    }
    assert!(!region.resolve("free").unwrap().is_guarded());
    let lock = region.resolve("pose.y").unwrap().guarded_by().map(ToString::to_string);
    assert_eq!(lock.as_deref(), Some("lock"));
    let lock = region.resolve("spans[1].low").unwrap().guarded_by().map(ToString::to_string);
    assert_eq!(lock.as_deref(), Some("spans[1].lock"));
    assert_eq!(region.field("spans[1].high").unwrap().guarded_by(), "lock");
}

#[test]
fn while_another_process_holds_the_lock_its_fields_are_busy_and_the_others_are_not() {
    let stage = Stage::with("holds");
    let region = stage.by_name();
    for path in ["count", "pose.x", "samples[1]"] {
        assert!(is_busy(region.try_set(path, 1)), "{path}");
        let start = Instant::now();
        assert!(is_busy(region.set_timeout(path, 1, SHORT)), "{path}");
        assert!(start.elapsed() >= SHORT, "{path}: it gave up too soon");
    }
    assert!(is_busy(region.try_lock("count").map(drop)));
    region.set("free", 5).unwrap();
    region.set("span.low", 5).unwrap();
    assert_eq!((stage.desk.free.get(), stage.desk.span.low.get()), (5, 5));
    assert_eq!((stage.desk.count.get(), stage.desk.pose.x.get()), (-1, 0.0), "nothing was written");
    // A process that cannot lock reads what is there, as it reads the value of a `Mutex`.
    assert_eq!(region.read_only().get("count").unwrap().to_string(), "-1");
}

#[test]
fn a_reader_by_name_waits_for_the_holder_and_sees_what_that_one_wrote_last() {
    let stage = Stage::with("holds, and lets go");
    let region = stage.by_name();
    stage.desk.stop.set(1);
    // The holder writes this only after it was told to stop, and long before it unlocks.
    assert_eq!(region.get("count").unwrap().to_string(), "77");
    assert_eq!(region.get("total").unwrap().to_string(), "77");
}

#[test]
fn after_the_holder_was_killed_its_fields_are_marked_until_they_are_repaired() {
    let mut stage = Stage::with("holds");
    let region = stage.by_name();
    stage.kill_the_holder();
    assert!(is_dead(region.set("count", 1)));
    assert!(is_dead(region.try_set("pose.x", 1.0)));
    assert!(is_dead(region.fetch_add("total", 1)));
    assert!(is_dead(region.get("samples[1]")));
    assert!(is_dead(region.get("")), "the whole struct contains them");
    assert!(is_dead(
        region.set("", shm_core::dynamic::DynValue::Struct(vec![("count".into(), 1.into())]))
    ));
    assert_eq!(region.read_only().get("count").unwrap().to_string(), "-1");
    region.set("free", 1).unwrap();

    let repaired = region.lock_or_repair("count", |desk| {
        assert!(desk.owner_died());
        desk.set("count", 10)?;
        desk.set("total", 10)
    });
    repaired.unwrap().set("pose.x", 0.5).unwrap();
    region.set("count", 11).unwrap();
    assert_eq!(region.get("total").unwrap().to_string(), "10");
    assert_eq!(stage.desk.lock.lock().map(|_| stage.desk.count.get()).unwrap(), 11);
}

#[test]
fn a_thread_that_holds_the_lock_by_a_typed_guard_is_told_so() {
    let folder = Folder::new("guarded-same-thread");
    let (typed, region) = desk(&folder);
    let guard = typed.lock.lock().unwrap();
    assert!(would_deadlock(region.set("count", 1)));
    assert!(would_deadlock(region.fetch_add("count", 1)));
    assert!(would_deadlock(region.get("pose")));
    assert_eq!(region.read_only().get("count").unwrap().to_string(), "0");
    region.set("span.low", 1).unwrap();
    drop(guard);
    region.set("count", 1).unwrap();
}

#[test]
fn without_a_slot_a_guarded_field_is_read_without_the_lock_and_not_written() {
    // The two slots belong to two other processes.
    let stage = Stage::with("holds");
    let path = stage.folder.file("desk");
    let mut second = support::second_process("takes part").env("SHM_PATH", &path).spawn().unwrap();
    wait_until("the second process takes part", || stage.desk.taken.get() == 2);
    let region = stage.by_name();
    let error = region.set("span.low", 9).unwrap_err();
    assert!(matches!(error, DynError::Lock(LockError::TooManyParticipants { .. })), "{error}");
    assert!(error.help().is_some());
    assert_eq!(region.get("span.low").unwrap().to_string(), "0");
    assert_eq!(region.get("count").unwrap().to_string(), "-1");
    second.kill().unwrap();
    second.wait().unwrap();
    region.set("span.low", 9).unwrap();
}

#[test]
fn a_lock_by_name_guards_the_fields_beside_it() {
    let folder = Folder::new("guarded-guard");
    let (typed, region) = desk(&folder);
    for name in ["lock", "count", "pose.x", "samples[2]"] {
        let guard = region.lock(name).unwrap();
        assert!(typed.lock.is_locked());
        assert_eq!(guard.path().as_str(), "lock");
        guard.set("count", 5).unwrap();
        guard.fetch_add("count", 1).unwrap();
        guard
            .set("pose", shm_core::dynamic::DynValue::Struct(vec![("x".into(), 1.5.into())]))
            .unwrap();
        assert_eq!(guard.get("count").unwrap().to_string(), "6");
        assert_eq!(guard.get("").unwrap().field("count").unwrap().to_string(), "6");
        let inside = guard.inside(&"samples[2]".parse().unwrap()).unwrap();
        guard.set(inside, 7).unwrap();
        // Another lock, which is taken for this alone.
        guard.set("span.high", 8).unwrap();
        assert!(!typed.span.lock.is_locked());
        drop(guard);
        assert!(!typed.lock.is_locked());
    }
    assert_eq!((typed.samples[2].get(), typed.pose.x.get(), typed.span.high.get()), (7, 1.5, 8));
    let guard = region.lock("spans[2].high").unwrap();
    assert_eq!(guard.path().as_str(), "spans[2].lock");
    guard.set("low", 4).unwrap();
    assert_eq!(guard.inside(&"spans[2].low".parse().unwrap()).unwrap().as_str(), "low");
    assert!(guard.inside(&"spans[1].low".parse().unwrap()).is_none());
    assert_eq!(typed.spans[2].low.get(), 4);
}

#[test]
fn in_a_mutex_that_one_is_taken_by_the_caller_and_the_lock_inside_by_the_access() {
    let folder = Folder::new("guarded-boxed");
    let (typed, region) = desk(&folder);
    assert!(matches!(region.set("boxed.low", 1), Err(DynError::NotLocked { .. })));
    let boxed = region.lock("boxed").unwrap();
    boxed.set("low", 1).unwrap();
    boxed.fetch_add("low", 1).unwrap();
    let inner = boxed.lock("low").unwrap();
    assert_eq!(inner.path().as_str(), "boxed.lock");
    inner.set("high", 3).unwrap();
    drop(inner);
    drop(boxed);
    let boxed = typed.boxed.lock().unwrap();
    assert_eq!((boxed.low.get(), boxed.high.get()), (2, 3));
    let _inner = boxed.lock.lock().unwrap();
}

#[test]
#[ignore = "run by the tests of this binary, as a process of its own"]
fn second_process() {
    let Some(role) = role() else { return };
    let desk = Region::<Desk>::open(argument("SHM_PATH")).unwrap();
    match role.as_str() {
        "holds" => {
            let _guard = desk.lock.lock().unwrap();
            desk.count.set(-1);
            desk.taken.set(1);
            std::thread::sleep(PATIENCE);
        }
        "holds, and lets go" => {
            let _guard = desk.lock.lock().unwrap();
            desk.taken.set(1);
            wait_until("the reader is there", || desk.stop.get() == 1);
            std::thread::sleep(SHORT);
            desk.count.set(77);
            std::thread::sleep(SHORT);
            desk.total.set(77);
        }
        "takes part" => {
            drop(desk.spans[2].lock.lock().unwrap());
            desk.taken.set(2);
            std::thread::sleep(PATIENCE);
        }
        "holds an element" => {
            let _guard = desk.spans[1].lock.lock().unwrap();
            desk.taken.set(1);
            std::thread::sleep(PATIENCE);
        }
        "writes under the lock" => whole::write_typed(&desk),
        "reads under the lock" => whole::read_typed(&desk),
        other => panic!("no such role: {other}"),
    }
}
