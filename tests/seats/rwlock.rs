//! Many readers or one writer.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use rustix::process::{Pid, Signal, WaitOptions, kill_process, waitpid};
use shm_core::sync::RwLockView;
use shm_core::{DynRegion, LockError, ReadOnly, Region, RwLock, SharedLayout, region::OwnedGuard};

use crate::support::{self, Folder, PATIENCE, argument, wait_until};

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct Pair {
    pub(crate) left: u64,
    pub(crate) right: u64,
}

#[derive(SharedLayout)]
#[repr(C)]
struct Shelf {
    pair: RwLock<Pair, 3>,
    one: RwLock<u64, 1>,
    ready: u32,
    go: u32,
}

fn shelf() -> Region<Shelf> {
    Region::<Shelf>::options().anonymous().unwrap()
}

const SHORT: Duration = Duration::from_millis(10);

/// Runs in a thread of its own.
fn elsewhere<R: Send>(work: impl FnOnce() -> R + Send) -> R {
    std::thread::scope(|scope| scope.spawn(work).join().unwrap())
}

#[test]
fn readers_share_and_a_writer_is_alone() {
    let shelf = shelf();
    let reading = shelf.pair.read().unwrap();
    elsewhere(|| {
        assert_eq!(shelf.pair.try_read().unwrap().left.get(), 0);
        assert!(matches!(shelf.pair.try_write(), Err(LockError::Busy)));
        assert!(matches!(shelf.pair.write_timeout(SHORT), Err(LockError::Busy)));
        assert!(shelf.pair.read().is_ok(), "a writer that gave up keeps no reader out");
    });
    reading.unlock().unwrap();
    let writing = shelf.pair.write().unwrap();
    writing.left.set(1);
    elsewhere(|| {
        assert!(matches!(shelf.pair.try_read(), Err(LockError::Busy)));
        assert!(matches!(shelf.pair.read_timeout(SHORT), Err(LockError::Busy)));
        assert!(matches!(shelf.pair.try_write(), Err(LockError::Busy)));
        assert_eq!(shelf.pair.unlocked().left.get(), 1);
    });
    writing.unlock().unwrap();
    assert_eq!(shelf.pair.read().unwrap().left.get(), 1);
}

#[test]
fn a_thread_that_reads_or_writes_and_locks_again_gets_an_error() {
    let folder = Folder::new("rwlock-again");
    let shelf = Region::<Shelf>::create(folder.file("shelf")).unwrap();
    // A mapping of its own, at other addresses.
    let by_name = DynRegion::open(folder.file("shelf")).unwrap();
    let refused = |outcome: Result<(), LockError>| {
        assert!(matches!(outcome, Err(LockError::WouldDeadlock)), "{outcome:?}");
    };
    let asked = || {
        refused(shelf.pair.read().map(drop));
        refused(shelf.pair.try_read().map(drop));
        refused(shelf.pair.read_timeout(PATIENCE).map(drop));
        refused(shelf.pair.write().map(drop));
        refused(shelf.pair.try_write().map(drop));
        assert!(by_name.lock("pair").is_err(), "by another mapping");
        assert!(shelf.one.read().is_ok(), "another lock is another lock");
    };
    let reading = shelf.pair.read().unwrap();
    asked();
    drop(reading);
    let writing = shelf.pair.write().unwrap();
    asked();
    drop(writing);
    assert!(shelf.pair.read().is_ok() && shelf.pair.write().is_ok());
}

#[test]
fn a_reader_waits_for_a_seat_and_gets_the_first_that_is_free() {
    let shelf = shelf();
    std::thread::scope(|scope| {
        let (leave, told) = std::sync::mpsc::channel::<()>();
        let told = std::sync::Arc::new(std::sync::Mutex::new(told));
        for _ in 0..3 {
            let (shelf, told) = (&shelf, std::sync::Arc::clone(&told));
            scope.spawn(move || {
                let reading = shelf.pair.read().unwrap();
                shelf.ready.fetch_add(1);
                let _ = told.lock().unwrap().recv();
                drop(reading);
            });
        }
        wait_until("all sit", || shelf.ready.get() == 3);
        assert!(matches!(shelf.pair.try_read(), Err(LockError::Busy)));
        assert!(matches!(shelf.pair.read_timeout(SHORT), Err(LockError::Busy)));
        let waiting = scope.spawn(|| shelf.pair.read_timeout(PATIENCE).map(drop));
        std::thread::sleep(SHORT);
        leave.send(()).unwrap(); // whichever it is, the others stay
        waiting.join().unwrap().unwrap();
        drop(leave);
    });
}

/// The index of the seat at which one process reads.
fn only_seat(region: &DynRegion) -> Option<usize> {
    let seats = region.lock_state("pair").unwrap().seats;
    let mut taken = (0..).zip(seats).filter_map(|(index, seat)| seat.map(|_| index));
    taken.next().filter(|_| taken.next().is_none())
}

#[test]
fn a_thread_that_found_its_first_seat_taken_begins_with_another_from_then_on() {
    let folder = Folder::new("rwlock-seats");
    let shelf = Region::<Shelf>::create(folder.file("shelf")).unwrap();
    let region = DynRegion::open(folder.file("shelf")).unwrap();
    let reading = shelf.pair.read().unwrap();
    let first = only_seat(&region).expect("one reads");
    std::thread::scope(|scope| {
        let other = scope.spawn(|| {
            drop(shelf.pair.read().unwrap());
            shelf.ready.set(1);
            wait_until("the first one has left", || shelf.go.get() == 1);
            let _reading = shelf.pair.read().unwrap();
            only_seat(&region).expect("one reads")
        });
        wait_until("the other one has read", || shelf.ready.get() == 1);
        drop(reading);
        shelf.go.set(1);
        assert_ne!(other.join().unwrap(), first);
    });
    assert_eq!(only_seat(&region), None);
}

#[test]
fn a_panic_while_writing_is_reported_to_readers_and_writers_until_a_writer_repairs() {
    let shelf = shelf();
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        let writing = shelf.pair.write().unwrap();
        writing.left.set(1);
        panic!("on purpose");
    }));
    assert!(panicked.is_err());
    for _ in 0..2 {
        assert!(matches!(shelf.pair.read(), Err(LockError::OwnerDied)));
        assert!(matches!(shelf.pair.try_read(), Err(LockError::OwnerDied)));
        assert!(matches!(shelf.pair.write(), Err(LockError::OwnerDied)));
        assert!(matches!(shelf.pair.try_write(), Err(LockError::OwnerDied)));
    }
    let found = shelf.pair.read_as_found().unwrap();
    assert!(found.owner_died() && found.left.get() == 1);
    drop(found);
    let found = shelf.pair.write_as_found().unwrap();
    assert!(found.owner_died());
    drop(found);
    assert!(matches!(shelf.pair.read(), Err(LockError::OwnerDied)), "it was not repaired");
    let repaired = shelf.pair.write_or_repair(|pair| pair.right.set(pair.left.get())).unwrap();
    assert!(!repaired.owner_died());
    drop(repaired);
    assert_eq!(shelf.pair.read().unwrap().right.get(), 1);
    assert!(!shelf.pair.write_as_found().unwrap().owner_died());
}

#[test]
fn a_panic_while_reading_or_before_the_lock_marks_nothing() {
    struct WritesWhenDropped<'a>(&'a Shelf_);
    type Shelf_ = shm_core::View<Shelf>;
    impl Drop for WritesWhenDropped<'_> {
        fn drop(&mut self) {
            self.0.pair.write().unwrap().left.set(7);
        }
    }
    let shelf = shelf();
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        let _last = WritesWhenDropped(&shelf);
        let _reading = shelf.pair.read().unwrap();
        panic!("on purpose");
    }));
    assert!(panicked.is_err());
    assert_eq!(shelf.pair.read().unwrap().left.get(), 7);
}

#[test]
fn a_repair_that_panics_leaves_the_value_marked() {
    let shelf = shelf();
    let write_and_panic = || {
        let _writing = shelf.pair.write_as_found().unwrap();
        panic!("on purpose");
    };
    assert!(catch_unwind(AssertUnwindSafe(write_and_panic)).is_err());
    let repair = || {
        let _ = shelf.pair.write_or_repair(|_| panic!("on purpose"));
    };
    assert!(catch_unwind(AssertUnwindSafe(repair)).is_err());
    assert!(matches!(shelf.pair.write(), Err(LockError::OwnerDied)));
    assert!(shelf.pair.write_timeout_or_repair(PATIENCE, |_| ()).is_ok());
    assert!(shelf.pair.write().is_ok());
}

#[test]
fn a_forked_child_has_no_part_in_its_parents_guards() {
    let folder = Folder::new("rwlock-fork");
    let shelf = Region::<Shelf>::create(folder.file("shelf")).unwrap();
    let (reading, writing) = (shelf.pair.read().unwrap(), shelf.one.write().unwrap());
    // SAFETY: the child drops two guards, which does nothing, and leaves.
    match unsafe { support_fork() } {
        None => {
            writing.mark_consistent();
            drop((reading, writing));
            std::process::abort();
        }
        Some(child) => {
            waitpid(Some(child), WaitOptions::empty()).unwrap();
            elsewhere(|| {
                assert!(matches!(shelf.pair.try_write(), Err(LockError::Busy)));
                assert!(matches!(shelf.one.try_read(), Err(LockError::Busy)));
            });
            reading.unlock().unwrap();
            writing.unlock().unwrap();
        }
    }
}

/// Forks; `None` in the child.
///
/// # Safety
/// In the child, only what is async-signal-safe may happen.
unsafe fn support_fork() -> Option<Pid> {
    // SAFETY: guaranteed by the caller.
    Pid::from_raw(unsafe { libc::fork() })
}

#[test]
fn owned_guards_outlive_the_handle_and_leave_their_seats() {
    let folder = Folder::new("rwlock-owned");
    let shelf = Region::<Shelf>::create(folder.file("shelf")).unwrap();
    let reading: OwnedGuard<RwLockView<Pair, 3, ReadOnly>> =
        shelf.own(|shelf| shelf.pair.read()).unwrap();
    let writing: OwnedGuard<RwLockView<u64, 1>> = shelf.own(|shelf| shelf.one.write()).unwrap();
    drop(shelf);
    writing.set(5);
    assert_eq!((reading.left.get(), writing.get(), writing.owner_died()), (0, 5, false));
    let again = Region::<Shelf>::open(folder.file("shelf")).unwrap();
    elsewhere(|| {
        assert!(matches!(again.pair.try_write(), Err(LockError::Busy)));
        assert!(matches!(again.one.try_read(), Err(LockError::Busy)));
    });
    reading.unlock().unwrap();
    drop(writing);
    assert!(again.pair.try_write().is_ok());
    assert_eq!(again.one.try_read().unwrap().get(), 5);
}

#[test]
fn by_name_the_lock_is_taken_for_writing_and_its_seats_are_shown() {
    let folder = Folder::new("rwlock-by-name");
    let shelf = Region::<Shelf>::create(folder.file("shelf")).unwrap();
    let region = DynRegion::open(folder.file("shelf")).unwrap();
    assert!(region.set("pair.left", 3).unwrap_err().to_string().contains("`RwLock`"));
    let guard = region.lock("pair").unwrap();
    guard.set("left", 3).unwrap();
    elsewhere(|| assert!(matches!(shelf.pair.try_read(), Err(LockError::Busy))));
    let state = region.lock_state("pair").unwrap();
    let me = Some(std::process::id());
    let pid = |holder: &Option<shm_core::inspect::Holder>| {
        holder.as_ref().and_then(|holder| holder.process.as_ref()).map(|process| process.pid)
    };
    assert_eq!(pid(&state.holder), me);
    assert_eq!(state.seats.iter().map(pid).collect::<Vec<_>>(), [me; 3]);
    drop(guard);
    let reading = shelf.pair.read().unwrap();
    let state = region.lock_state("pair").unwrap();
    assert!(state.holder.is_none() && !state.is_poisoned);
    assert_eq!(state.seats.iter().filter(|seat| pid(seat) == me).count(), 1);
    assert_eq!(state.seats.iter().flatten().count(), 1);
    assert_eq!(reading.left.get(), 3);
    assert_eq!(region.get("pair.left").unwrap().to_string(), "3");
}

/// A process without descriptors is alive, and keeps its seat until it dies.
#[test]
fn a_reader_that_closed_all_its_descriptors_keeps_its_seat() {
    let folder = Folder::new("rwlock-closefrom");
    let shelf = Region::<Shelf>::create(folder.file("shelf")).unwrap();
    let mut reader = support::second_process("rwlock: reads without descriptors");
    let mut reader = reader.env("SHM_FOLDER", folder.path()).spawn().unwrap();
    wait_until("it reads", || shelf.ready.get() == 1);
    let patience = Duration::from_millis(150);
    assert!(matches!(shelf.pair.write_timeout(patience), Err(LockError::Busy)));
    kill_process(Pid::from_child(&reader), Signal::KILL).unwrap();
    shelf.pair.write_timeout(PATIENCE).expect("a zombie has no seat").left.set(1);
    reader.wait().unwrap();
}

/// It opens the file again, by its name, to ask whether the reader's byte is locked.
#[test]
fn a_writer_that_closed_all_its_descriptors_notices_the_death_of_a_reader_in_another_pid_namespace()
{
    for own_proc in [true, false] {
        let folder = Folder::new("rwlock-elsewhere");
        let shelf = Region::<Shelf>::create(folder.file("shelf")).unwrap();
        let Some(mut reader) = support::namespaces::elsewhere("rwlock: reads", own_proc) else {
            return;
        };
        let mut reader = reader.env("SHM_FOLDER", folder.path()).spawn().unwrap();
        wait_until("it reads", || shelf.ready.get() == 1);
        let mut writer = support::second_process("rwlock: writes without descriptors");
        let mut writer = writer.env("SHM_FOLDER", folder.path()).spawn().unwrap();
        wait_until("it waits to write", || matches!(shelf.pair.try_read(), Err(LockError::Busy)));
        assert_eq!(shelf.pair.unlocked().left.get(), 0, "the reader lives");
        // `--kill-child`: the reader dies with it.
        reader.kill().unwrap();
        assert!(support::finish(&mut writer).success(), "it did not notice the death");
        assert_eq!(shelf.pair.unlocked().left.get(), 1);
        reader.wait().unwrap();
    }
}

pub(crate) fn second_process(role: &str) {
    let folder = std::path::PathBuf::from(argument("SHM_FOLDER"));
    let shelf = Region::<Shelf>::open(folder.join("shelf")).unwrap();
    match role {
        "reads without descriptors" => {
            let _reading = shelf.pair.read().unwrap();
            // SAFETY: nothing here uses a descriptor afterwards, apart from the library, which checks.
            unsafe { libc::syscall(libc::SYS_close_range, 3, u32::MAX, 0) };
            shelf.ready.set(1);
            loop {
                std::thread::sleep(PATIENCE);
            }
        }
        "reads" => {
            let _reading = shelf.pair.read().unwrap();
            shelf.ready.set(1);
            loop {
                std::thread::sleep(PATIENCE);
            }
        }
        "writes without descriptors" => {
            // From now on it takes part, and has its byte by a descriptor.
            drop(shelf.pair.read().unwrap());
            // SAFETY: as above.
            unsafe { libc::syscall(libc::SYS_close_range, 3, u32::MAX, 0) };
            shelf.pair.write_timeout(PATIENCE).expect("the reader is dead").left.set(1);
        }
        other => panic!("no such role: {other}"),
    }
}
