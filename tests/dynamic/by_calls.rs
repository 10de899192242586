//! Seats, permits, memberships, rows and work that is done once, by the names of what they are of; and named objects by
//! layouts that are made at run time: what bindings to other languages use.

use std::time::Duration;

use shm_core::dynamic::{DynLayout, Taken};
use shm_core::errors::DynError;
use shm_core::field::Be;
use shm_core::schema::Schema;
use shm_core::sync::Fold;
use shm_core::{
    Barrier, DynRegion, Error, LockError, Mutex, Once, PerProcess, Region, RwLock, Semaphore,
    SharedLayout,
};

use crate::support::{self, Folder, wait_until};

#[derive(SharedLayout, Clone, Copy, Debug, PartialEq)]
#[repr(C)]
#[shm(fold = "sum")]
struct Counts {
    small: u8,
    many: [u64; 2],
    seconds: f64,
}

/// Its sums are none of our business: they are not numbers in this machine's order.
#[derive(SharedLayout, Clone, Copy)]
#[repr(C)]
struct Foreign {
    count: Be<u32>,
}

impl Fold for Foreign {
    fn fold(&mut self, _: &Self) {}
}

/// A maximum, which only programs with this code can fold.
#[derive(SharedLayout, Clone, Copy, Debug, PartialEq)]
#[repr(C)]
struct Peak {
    amperes: f64,
}

impl Fold for Peak {
    fn fold(&mut self, row: &Self) {
        self.amperes = self.amperes.max(row.amperes);
    }
}

#[derive(SharedLayout)]
#[repr(C)]
struct Plant {
    route: RwLock<[u32; 2], 3>,
    alone: Mutex<u8>,
    users: Semaphore<2>,
    step: Barrier<2>,
    workers: PerProcess<Counts, 2>,
    foreign: PerProcess<Foreign, 2>,
    peaks: PerProcess<[Peak; 1], 3>,
    filled: Once,
    runs: u32,
    ready: u32,
    go: u32,
}

fn plant(folder: &Folder) -> (Region<Plant>, DynRegion) {
    let path = folder.file("plant");
    let typed = Region::<Plant>::options().heap_max(1 << 20).create(&path).unwrap();
    (typed, DynRegion::open(&path).unwrap())
}

fn second(role: &str, folder: &Folder) -> std::process::Command {
    let mut command = support::second_process(role);
    command.env("SHM_PATH", folder.file("plant"));
    command
}

/// The parts of this file that run in a second process, which is killed.
pub(crate) fn run(role: &str) -> bool {
    if !role.starts_with("by calls: ") {
        return false;
    }
    let path = support::argument("SHM_PATH");
    let (typed, region) = (Region::<Plant>::open(&path).unwrap(), DynRegion::open(&path).unwrap());
    let stay = || {
        typed.ready.set(1);
        std::thread::sleep(support::PATIENCE);
    };
    match role {
        "by calls: reads" => {
            let (_seat, taken) = region.read_lock_of("route").unwrap().acquire().unwrap();
            assert_eq!(taken, Taken::Whole);
            stay();
        }
        "by calls: writes" => {
            assert_eq!(region.lock_of("route").unwrap().acquire().unwrap(), Taken::Whole);
            region.set("route[0]", 9).unwrap();
            stay();
        }
        "by calls: has both permits" => {
            let users = region.semaphore_of("users").unwrap();
            let _permits = (users.acquire().unwrap(), users.acquire().unwrap());
            stay();
        }
        "by calls: is a member" => {
            let _member = region.barrier_of("step").unwrap().join().unwrap();
            stay();
        }
        "by calls: counts" => {
            let row = region.rows_of("workers").unwrap().claim().unwrap();
            row.fetch_add("many[1]", 5).unwrap();
            row.set("seconds", 1.5).unwrap();
            stay();
        }
        "by calls: fills" => {
            let filled = region.once_of("filled").unwrap();
            let work = || {
                typed.runs.fetch_add(1);
                stay();
                Ok::<(), LockError>(())
            };
            filled.call_once_with(Duration::MAX, work).unwrap();
        }
        "by calls: constructs" => {
            wait_until("all are ready", || typed.go.get() == 1);
            let layout = DynLayout::of("[u64]").unwrap();
            let made = region.named_object("list", &layout, 4, |new| {
                typed.runs.fetch_add(1);
                new.set("[0]", 7)
            });
            let made = made.unwrap();
            made.fetch_add("[1]", 1).unwrap();
            typed.ready.fetch_add(u32::from(made.created()));
        }
        other => panic!("there is no role {other}"),
    }
    true
}

/// Runs a role until it says that it is ready, and kills it.
fn kill_when_ready(role: &str, folder: &Folder, typed: &Region<Plant>) {
    let mut holder = second(role, folder).spawn().unwrap();
    wait_until("the other process is ready", || typed.ready.get() == 1);
    holder.kill().unwrap();
    holder.wait().unwrap();
    typed.ready.set(0);
}

#[test]
fn readers_by_name_share_the_lock_and_keep_writers_out() {
    let folder = Folder::new("calls-readers");
    let (typed, region) = plant(&folder);
    let (readers, writers) =
        (region.read_lock_of("route[1]").unwrap(), region.lock_of("route").unwrap());
    assert_eq!(readers.path().as_str(), "route");
    let (mine, taken) = readers.acquire().unwrap();
    assert_eq!(taken, Taken::Whole);
    assert!(readers.is_held_here() && !writers.is_held_here());
    assert!(matches!(readers.acquire(), Err(LockError::WouldDeadlock)));
    assert!(matches!(writers.release(), Err(LockError::NotHeld)));
    std::thread::scope(|scope| {
        scope.spawn(|| {
            assert!(!readers.is_held_here());
            let (other, _) = readers.try_acquire().unwrap();
            assert_ne!(other, mine);
            assert!(matches!(typed.route.try_write(), Err(LockError::WouldDeadlock)));
            readers.release(other).unwrap();
            assert!(matches!(readers.release(other), Err(LockError::NotHeld)));
            assert!(matches!(writers.try_acquire(), Err(LockError::Busy)));
            let typed_reader = typed.route.read().unwrap();
            assert_eq!(typed_reader[0].get(), 0);
        });
    });
    assert!(matches!(region.set("route[0]", 1), Err(DynError::NotLocked { .. })));
    readers.release(mine).unwrap();
    assert!(matches!(readers.release(mine), Err(LockError::NotHeld)));
    assert_eq!(writers.acquire().unwrap(), Taken::Whole);
    assert!(writers.is_held_here() && !readers.is_held_here());
    assert!(matches!(readers.try_acquire(), Err(LockError::WouldDeadlock)));
    writers.release().unwrap();
    assert!(matches!(region.read_lock_of("alone"), Err(DynError::NotA { .. })));
    assert!(matches!(region.read_lock_of("runs"), Err(DynError::NotWritable { .. })));
}

#[test]
fn a_reader_does_not_count_as_the_writer_that_another_thread_waits_to_become() {
    let folder = Folder::new("calls-waiting-writer");
    let (_typed, region) = plant(&folder);
    let (readers, writers) =
        (region.read_lock_of("route").unwrap(), region.lock_of("route").unwrap());
    let (seat, _) = readers.acquire().unwrap();
    std::thread::scope(|scope| {
        let writing = scope.spawn(|| {
            assert_eq!(writers.acquire().unwrap(), Taken::Whole);
            writers.release().unwrap();
        });
        wait_until("the writer waits, which keeps other readers out", || {
            let look = || readers.try_acquire().map(|(seat, _)| readers.release(seat).unwrap());
            std::thread::scope(|scope| scope.spawn(look).join().unwrap().is_err())
        });
        assert!(readers.is_held_here() && !writers.is_held_here());
        assert!(matches!(writers.release(), Err(LockError::NotHeld)));
        readers.release(seat).unwrap();
        writing.join().unwrap();
    });
}

#[test]
fn readers_by_name_are_told_of_a_killed_writer_and_killed_readers_leave_nothing() {
    let folder = Folder::new("calls-killed-writer");
    let (typed, region) = plant(&folder);
    let (readers, writers) =
        (region.read_lock_of("route").unwrap(), region.lock_of("route").unwrap());
    for _ in 0..4 {
        kill_when_ready("by calls: reads", &folder, &typed);
    }
    assert_eq!(writers.acquire().unwrap(), Taken::Whole, "the seats of the dead are taken over");
    writers.release().unwrap();

    kill_when_ready("by calls: writes", &folder, &typed);
    let (seat, taken) = readers.acquire_timeout(Duration::ZERO).unwrap();
    assert_eq!((taken, readers.owner_died()), (Taken::OwnerDied, true));
    readers.release(seat).unwrap();
    assert_eq!(writers.acquire().unwrap(), Taken::OwnerDied);
    region.set("route[0]", 0).unwrap();
    writers.mark_consistent().unwrap();
    writers.release().unwrap();
    let (seat, taken) = readers.acquire().unwrap();
    assert_eq!((taken, readers.owner_died()), (Taken::Whole, false));
    readers.release(seat).unwrap();
}

#[test]
fn a_permit_by_name_is_one_of_the_semaphores_and_is_inherited_from_the_dead() {
    let folder = Folder::new("calls-permits");
    let (typed, region) = plant(&folder);
    let users = region.semaphore_of("users").unwrap();
    assert_eq!((users.permits(), users.available()), (2, 2));
    let (first, second) = (users.try_acquire().unwrap(), users.acquire().unwrap());
    assert!(!first.inherited() && typed.users.available() == 0);
    assert!(matches!(users.try_acquire(), Err(LockError::Busy)));
    let soon = Duration::from_millis(1);
    assert!(matches!(users.acquire_timeout(soon), Err(LockError::Busy)));
    std::thread::spawn(move || drop(first)).join().unwrap();
    drop(second);
    assert_eq!(users.available(), 2);

    kill_when_ready("by calls: has both permits", &folder, &typed);
    assert!(matches!(users.try_acquire(), Err(LockError::Busy)), "nothing is looked up here");
    let permits = (users.acquire().unwrap(), users.acquire_timeout(Duration::ZERO).unwrap());
    assert!(permits.0.inherited() && permits.1.inherited());
    assert!(matches!(region.semaphore_of("step"), Err(DynError::NotA { .. })));
}

#[test]
fn a_member_by_name_meets_typed_ones_and_is_told_of_a_killed_one() {
    let folder = Folder::new("calls-members");
    let (typed, region) = plant(&folder);
    let step = region.barrier_of("step").unwrap();
    let (mut mine, mut other) = (step.join().unwrap(), typed.step.join().unwrap());
    assert!(matches!(step.join(), Err(LockError::Busy)));
    std::thread::scope(|scope| {
        let completed = scope.spawn(|| u32::from(other.wait().unwrap()));
        let here = u32::from(mine.wait().unwrap());
        assert_eq!(here + completed.join().unwrap(), 1);
    });
    drop(other);
    assert_eq!((step.seats(), step.members(), step.arrived()), (2, 1, 0));

    kill_when_ready("by calls: is a member", &folder, &typed);
    assert!(matches!(mine.wait(), Err(LockError::Broken)), "the other one died");
    assert!(step.is_broken());
    step.reset().unwrap();
    let mut other = step.join().unwrap();
    assert!(matches!(mine.wait_timeout(Duration::ZERO), Err(LockError::Busy)));
    assert!(matches!(other.wait(), Err(LockError::Broken)), "the other one gave up");
    step.reset().unwrap();
    step.abort();
    assert!(step.is_broken());
    drop((mine, other));
    assert_eq!(step.members(), 0);
}

#[test]
fn rows_by_name_add_up_as_typed_ones_and_keep_the_counts_of_the_dead() {
    let folder = Folder::new("calls-rows");
    let (typed, region) = plant(&folder);
    let workers = region.rows_of("workers").unwrap();
    assert_eq!(workers.capacity(), 2);
    let (mine, other) = (workers.claim().unwrap(), typed.workers.claim().unwrap());
    assert!(matches!(workers.claim(), Err(LockError::Busy)));
    assert_ne!(mine.index(), other.index());
    mine.set("small", 200).unwrap();
    assert_eq!(mine.fetch_add("many[0]", 3).unwrap().to_string(), "0");
    mine.set("seconds", 0.5).unwrap();
    other.small.set(100);
    other.many[0].set(4);
    assert_eq!(mine.get("many").unwrap().to_string(), "[3, 0]");
    let total = typed.workers.totals().unwrap();
    assert_eq!(total, Counts { small: 44, many: [7, 0], seconds: 0.5 });
    let shown = "{ small: 44, many: [7, 0], seconds: 0.5 }";
    assert_eq!(workers.totals().unwrap().to_string(), shown);
    let rows = workers.rows().unwrap();
    assert_eq!(rows.len(), 2);
    assert!(rows.iter().all(|row| row.process.as_ref().unwrap().pid == std::process::id()));
    assert_eq!(rows[mine.index()].value.to_string(), "{ small: 200, many: [3, 0], seconds: 0.5 }");
    drop((mine, other));
    assert_eq!(workers.totals().unwrap().to_string(), shown);
    assert_eq!(typed.workers.totals().unwrap(), total);

    for round in 1..=3 {
        kill_when_ready("by calls: counts", &folder, &typed);
        let total = typed.workers.totals().unwrap();
        assert_eq!((total.many[1], total.seconds), (5 * round, 0.5 + 1.5 * round as f64));
    }
    // The second row of a dead process went to the third one.
    let rows = (workers.claim().unwrap(), workers.claim().unwrap());
    assert_eq!(rows.0.get("many[1]").unwrap().to_string(), "0");
    let reader = DynRegion::open_read_only(folder.file("plant")).unwrap();
    let total = reader.rows_of("workers").unwrap().totals().unwrap();
    assert_eq!(total.to_string(), "{ small: 44, many: [7, 15], seconds: 5.0 }");
    drop(rows);
    assert_eq!(workers.fold_dead().unwrap(), 0);
    assert!(matches!(region.rows_of("foreign"), Err(DynError::Unreadable { .. })));
}

#[test]
fn rows_that_only_their_programs_fold_are_read_by_name_and_never_added_up() {
    let folder = Folder::new("calls-own-fold");
    let (typed, region) = plant(&folder);
    for amperes in [4.0, 7.0, 5.0] {
        typed.peaks.claim().unwrap()[0].amperes.set(amperes);
    }
    let mine = typed.peaks.claim().unwrap();
    mine[0].amperes.set(6.0);
    assert_eq!(typed.peaks.totals().unwrap(), [Peak { amperes: 7.0 }]);

    let peaks = region.rows_of("peaks").unwrap();
    let refused = peaks.totals().unwrap_err();
    assert!(matches!(&refused, DynError::OwnFold { field } if field == "peaks"), "{refused}");
    assert!(refused.help().is_some_and(|help| help.contains("snapshot")));
    assert!(matches!(peaks.claim(), Err(LockError::OwnFold)));
    assert!(matches!(peaks.fold_dead(), Err(LockError::OwnFold)));
    let (retired, rows) = peaks.snapshot().unwrap();
    assert_eq!(retired.to_string(), "[{ amperes: 7.0 }]");
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].to_string(), "[{ amperes: 6.0 }]");
    assert_eq!(peaks.rows().unwrap()[0].value, rows[0]);

    // As a copy is made of a region: the sum of a maximum and a row would be none.
    let layout = DynLayout::from_schema(Schema::of(Plant::LAYOUT).unwrap()).unwrap();
    let copy = || {
        let contents = region.contents("").unwrap();
        DynRegion::options().memfd_with("copy", &layout, |new| new.fill(&contents))
    };
    let refused = copy().unwrap_err();
    assert!(format!("{refused:?}").contains("code of their type folds"), "{refused:?}");
    drop(mine);
    let copied = copy().unwrap().get("peaks").unwrap().to_string();
    assert_eq!(copied, "{ retired: [{ amperes: 7.0 }], rows: [] }");
}

#[test]
fn a_region_says_whether_its_rows_add_up_to_those_that_have_its_description_alone() {
    let folder = Folder::new("calls-folds");
    let (_typed, region) = plant(&folder);
    let own = |region: &DynRegion, field: &str| {
        let field = region.schema().root().field(field).unwrap();
        field.ty().live().unwrap().rows().unwrap().own_fold
    };
    let found = ["workers", "foreign", "peaks"].map(|field| own(&region, field));
    assert_eq!(found, [false, true, true]);
    // A row of sums is one only if all its parts are.
    #[derive(SharedLayout, Clone, Copy)]
    #[repr(C)]
    #[shm(fold = "sum")]
    struct Both {
        count: u64,
        peak: Peak,
    }
    const { assert!(!<Both as Fold>::IS_SUM && <Counts as Fold>::IS_SUM) };
    // Described as text.
    let text = "struct Sums { n: u8 } #[shm(fold = \"sum\")] struct More { n: u16, sums: Sums }
        #[shm(fold = \"own\")] struct Peak { amperes: f64 } struct Both { peaks: [Peak; 2], n: u64 }
        struct Plant { workers: PerProcess<More, 2>, foreign: PerProcess<Both, 2>, peaks: PerProcess<[Peak; 3], 3> }";
    let layout = DynLayout::defined(text, "Plant").unwrap();
    let described = DynRegion::options().memfd("plant", &layout).unwrap();
    assert_eq!(["workers", "foreign", "peaks"].map(|field| own(&described, field)), found);
}

#[test]
fn work_that_fails_or_dies_is_done_by_the_next_caller() {
    let folder = Folder::new("calls-once");
    let (typed, region) = plant(&folder);
    let filled = region.once_of("filled").unwrap();
    let failed = filled.call_once_with(Duration::MAX, || Err(DynError::from(LockError::Broken)));
    assert!(matches!(failed, Err(DynError::Lock(LockError::Broken))));
    assert!(!typed.filled.is_done());

    let mut worker = second("by calls: fills", &folder).spawn().unwrap();
    wait_until("the other process is at work", || typed.ready.get() == 1);
    let never = || -> Result<(), LockError> { panic!("another process is at work") };
    assert!(matches!(filled.call_once_with(Duration::ZERO, never), Err(LockError::Busy)));
    worker.kill().unwrap();
    worker.wait().unwrap();
    let work = || {
        typed.runs.fetch_add(1);
        Ok::<(), LockError>(())
    };
    filled.call_once_with(Duration::MAX, work).unwrap();
    assert!(filled.is_done() && typed.runs.get() == 2);
    filled.call_once_with(Duration::MAX, never).unwrap();
    let reader = DynRegion::open_read_only(folder.file("plant")).unwrap();
    assert!(reader.once_of("filled").unwrap().is_done());
    assert!(matches!(region.once_of("runs"), Err(DynError::NotA { .. })));
}

#[test]
fn of_processes_that_ask_for_a_named_object_by_its_layout_at_once_one_makes_it() {
    let folder = Folder::new("calls-named");
    let (typed, region) = plant(&folder);
    let children = (0..4).map(|_| second("by calls: constructs", &folder).spawn().unwrap());
    let mut children: Vec<_> = children.collect();
    typed.go.set(1);
    for child in &mut children {
        assert!(support::finish(child).success());
    }
    assert_eq!(typed.ready.get(), 1, "one of them made it");
    let list = typed.heap().unwrap().find::<[u64]>("list").unwrap().unwrap();
    assert_eq!((list.len(), list[0].get(), list[1].get()), (4, 7, 4));
    let layout = DynLayout::of("[u64]").unwrap();
    let found = region.object_as("list", &layout).unwrap().unwrap();
    assert!(!found.created() && found.len() == Some(4));
    let other_length = region.named_object("list", &layout, 5, |_| {});
    assert!(matches!(other_length, Err(Error::LengthDiffers { found: 4, expected: 5, .. })));
    let other_type = region.named_object("list", &DynLayout::of("[f64]").unwrap(), 4, |_| {});
    assert!(matches!(other_type, Err(Error::Format { .. })));
    assert!(region.object_as("nothing", &layout).unwrap().is_none());
    assert!(typed.heap().unwrap().remove("list").unwrap());
    assert!(!found.is_current());
    let again = region.named_object("list", &layout, 5, |_| {}).unwrap();
    assert!(again.created() && again.len() == Some(5));
}

#[test]
fn a_named_object_is_read_under_the_names_of_the_layout_that_it_is_asked_for_by() {
    let folder = Folder::new("calls-aliases");
    let (typed, region) = plant(&folder);
    let old = DynLayout::builder("Counter").field("hits", "u64").field("last", "f64").build();
    let old = region.named_object("requests", &old.unwrap(), 0, |new| new.set("hits", 3)).unwrap();
    let new = DynLayout::builder("Counter").field("count", "u64").alias("hits").build().unwrap();
    let new = region.object_as("requests", &new).unwrap().unwrap();
    assert_eq!(new.get("").unwrap().to_string(), "{ count: 3 }");
    old.set("hits", 4).unwrap();
    assert_eq!(new.get("count").unwrap().to_string(), "4");
    assert_eq!(typed.heap().unwrap().objects().len(), 1);
}
