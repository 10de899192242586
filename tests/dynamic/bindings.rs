//! Locks and events by name, as bindings to other languages use them: without scopes, with signals, and with sleeps of
//! their own.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant};

use shm_core::dynamic::Taken;
use shm_core::{
    DynRegion, Error, Event, Latest, LockError, Mutex, Queue, Region, Ring, RwLock, Semaphore,
    SharedLayout, Watched, errors::DynError, sync,
};

use crate::support::{self, Folder, wait_until};

#[derive(SharedLayout)]
#[repr(C)]
struct Account {
    balance: i64,
    bookings: u64,
}

#[derive(SharedLayout)]
#[repr(C)]
struct Bank {
    account: Mutex<Account>,
    shelf: RwLock<u32, 4>,
    lock: Mutex<()>,
    #[shm(guarded_by = "lock")]
    low: u32,
    boxes: [Mutex<u8>; 2],
    level: Watched<u32>,
    levels: [Watched<u32>; 2],
    news: Watched<Latest<[u64; 2]>>,
    bell: Event,
    log: Ring<u32, 8>,
    jobs: Queue<u32, 4>,
    permits: Semaphore<1>,
    ready: u32,
}

fn bank(folder: &Folder) -> (Region<Bank>, DynRegion) {
    let path = folder.file("bank");
    (Region::<Bank>::create(&path).unwrap(), DynRegion::open(&path).unwrap())
}

fn second(role: &str, folder: &Folder) -> std::process::Command {
    let mut command = support::second_process(role);
    command.env("SHM_PATH", folder.file("bank"));
    command
}

/// The parts of this file that run in a second process.
pub(crate) fn run(role: &str) {
    let path = support::argument("SHM_PATH");
    let (typed, region) = (Region::<Bank>::open(&path).unwrap(), DynRegion::open(&path).unwrap());
    match role {
        "keeps the locks" => {
            for path in ["account", "shelf"] {
                assert_eq!(region.lock_of(path).unwrap().acquire().unwrap(), Taken::Whole);
            }
            region.set("account.balance", 5).unwrap();
            typed.ready.set(1);
            std::thread::sleep(support::PATIENCE);
        }
        "sleeps on its own" => sleep_until_rung(&typed, &region),
        "sleeps without writing" => {
            let reader = DynRegion::open_read_only(&path).unwrap();
            sleep_until_rung(&typed, &reader);
        }
        "is interrupted" => be_interrupted(&typed, &region),
        other => panic!("there is no role {other}"),
    }
}

#[test]
fn a_lock_by_name_is_held_by_its_thread_until_that_releases_it() {
    let folder = Folder::new("binding-lock");
    let (typed, region) = bank(&folder);
    for path in ["account", "account.balance", "shelf", "lock", "low", "boxes[1]"] {
        let lock = region.lock_of(path).unwrap();
        assert!(!lock.is_held_here());
        assert_eq!(lock.acquire().unwrap(), Taken::Whole, "{path}");
        assert!(lock.is_held_here() && lock.clone().is_held_here());
        assert!(region.lock_of(path).unwrap().is_held_here(), "another handle of {path}");
        assert!(matches!(lock.acquire(), Err(LockError::WouldDeadlock)), "{path}");
        std::thread::scope(|scope| {
            scope.spawn(|| {
                assert!(!lock.is_held_here());
                assert!(matches!(lock.try_acquire(), Err(LockError::Busy)));
                let soon = Duration::from_millis(1);
                assert!(matches!(lock.acquire_timeout(soon), Err(LockError::Busy)));
                assert!(matches!(lock.release(), Err(LockError::NotHeld)));
                assert!(matches!(lock.mark_consistent(), Err(LockError::NotHeld)));
            });
        });
        lock.release().unwrap();
        assert!(!lock.is_held_here());
        assert!(matches!(lock.release(), Err(LockError::NotHeld)));
        assert_eq!(lock.try_acquire().unwrap(), Taken::Whole);
        lock.release().unwrap();
    }
    assert!(typed.account.try_lock().is_ok() && typed.shelf.try_write().is_ok());
    for path in ["level", "boxes", ""] {
        assert!(matches!(region.lock_of(path), Err(DynError::NotWritable { .. })), "{path}");
    }
}

#[test]
fn a_guarded_value_is_written_by_name_while_this_thread_has_acquired_its_lock() {
    let folder = Folder::new("binding-guarded");
    let (typed, region) = bank(&folder);
    let (lock, balance) =
        (region.lock_of("account").unwrap(), region.resolve("account.balance").unwrap());
    assert!(matches!(balance.set(1), Err(DynError::NotLocked { .. })));
    let _taken = lock.acquire().unwrap();
    balance.set(1).unwrap();
    region.fetch_add("account.bookings", 1).unwrap();
    lock.release().unwrap();
    assert!(matches!(balance.set(2), Err(DynError::NotLocked { .. })));
    let account = typed.account.lock().unwrap();
    assert_eq!((account.balance.get(), account.bookings.get()), (1, 1));
}

#[test]
fn the_locks_of_a_killed_process_are_taken_over_and_marked_until_repaired() {
    let folder = Folder::new("binding-killed");
    let (typed, region) = bank(&folder);
    let mut holder = second("keeps the locks", &folder).spawn().unwrap();
    wait_until("the other process has the locks", || typed.ready.get() == 1);
    for path in ["account", "shelf"] {
        assert!(matches!(region.lock_of(path).unwrap().try_acquire(), Err(LockError::Busy)));
    }
    holder.kill().unwrap();
    holder.wait().unwrap();
    for path in ["account", "shelf"] {
        let lock = region.lock_of(path).unwrap();
        assert_eq!(lock.acquire().unwrap(), Taken::OwnerDied, "{path}");
        lock.release().unwrap();
        assert!(lock.owner_died(), "{path} stays marked");
        assert_eq!(lock.acquire().unwrap(), Taken::OwnerDied, "{path}");
        lock.mark_consistent().unwrap();
        lock.release().unwrap();
        assert_eq!(lock.acquire().unwrap(), Taken::Whole, "{path}");
        lock.release().unwrap();
    }
}

#[test]
fn a_forked_child_does_not_hold_the_locks_of_its_parent() {
    let folder = Folder::new("binding-forked");
    let (_typed, region) = bank(&folder);
    for path in ["account", "shelf"] {
        let lock = region.lock_of(path).unwrap();
        let _taken = lock.acquire().unwrap();
        crate::forked::holds_in_a_forked_child(|| {
            !lock.is_held_here()
                && matches!(lock.release(), Err(LockError::NotHeld))
                && matches!(lock.try_acquire(), Err(LockError::Busy))
        });
        lock.release().unwrap();
    }
}

#[test]
fn each_change_of_a_value_counts_at_the_event_of_its_path() {
    let folder = Folder::new("binding-events");
    let (typed, region) = bank(&folder);
    let changes: [(&str, &dyn Fn()); 6] = [
        ("bell", &|| typed.bell.notify_one()),
        ("level", &|| typed.level.set(1)),
        ("levels[1]", &|| typed.levels[1].set(1)),
        ("news[1]", &|| region.set("news[1]", 4).unwrap()),
        ("log", &|| assert!(typed.log.push(&1).is_ok())),
        ("level.changed", &|| region.spot("level").unwrap().store(2).unwrap()),
    ];
    for (path, change) in changes {
        let (event, reader) =
            (region.event_of(path).unwrap(), region.read_only().event_of(path).unwrap());
        let tickets = (event.ticket(), reader.ticket());
        assert!(!event.wait_timeout(tickets.0, Duration::ZERO), "{path}");
        change();
        assert!(event.wait_timeout(tickets.0, Duration::ZERO), "{path}");
        assert!(reader.wait_timeout(tickets.1, Duration::ZERO), "{path}");
    }
    for path in ["", "ready", "levels", "levels[..]", "account", "jobs"] {
        let error = region.event_of(path).unwrap_err();
        assert!(matches!(&error, DynError::Unreadable { .. }), "{path}: {error}");
    }
    let ticket = typed.bell.ticket();
    region.event_of("bell").unwrap().notify_all();
    assert!(typed.bell.wait_timeout(ticket, Duration::ZERO));
}

#[test]
fn an_event_of_a_region_or_of_an_object_keeps_it_mapped() {
    let region = Region::<Watched<u32>>::options().heap_max(1 << 20).memfd("kept").unwrap();
    let object = region.heap().unwrap().named::<Event>("bell").unwrap();
    object.notify_all();
    let fd = || region.as_fd().unwrap().try_clone_to_owned().unwrap();
    let dynamic = DynRegion::options().from_fd(fd()).unwrap();
    let whole = dynamic.event_of("").unwrap();
    let bell = dynamic.object("bell").unwrap().unwrap().event_of("").unwrap();
    drop((object, region, dynamic));
    for event in [whole, bell] {
        let ticket = event.ticket();
        event.notify_all();
        assert!(event.wait_timeout(ticket, Duration::ZERO));
    }
}

/// Sleeps as an event loop of another language does, by a system call of its own, until the bell was rung.
fn sleep_until_rung<A: shm_core::traits::Access>(typed: &Region<Bank>, region: &DynRegion<A>) {
    let bell = region.event_of("bell").unwrap();
    let first = bell.ticket();
    typed.ready.set(1);
    while let Some(armed) = bell.arm(first) {
        let nap = libc::timespec {
            tv_sec: armed.longest.as_secs() as libc::time_t,
            tv_nsec: libc::c_long::from(armed.longest.subsec_nanos() as i32),
        };
        // SAFETY: the kernel compares the word, which `bell` keeps mapped, and reads `nap`.
        unsafe {
            libc::syscall(
                libc::SYS_futex,
                armed.address as *const AtomicU32,
                libc::FUTEX_WAIT,
                armed.value,
                &raw const nap,
            )
        };
    }
}

#[test]
fn a_notification_ends_the_sleep_that_another_program_made_of_an_armed_event() {
    for role in ["sleeps on its own", "sleeps without writing"] {
        let folder = Folder::new("binding-armed");
        let (typed, _region) = bank(&folder);
        let mut sleeper = second(role, &folder).spawn().unwrap();
        wait_until("the other process has a ticket", || typed.ready.get() == 1);
        typed.bell.notify_all();
        assert!(support::finish(&mut sleeper).success(), "{role}");
    }
}

#[test]
fn an_armed_event_is_one_with_a_sleeper_and_is_not_armed_once_it_has_counted() {
    let folder = Folder::new("binding-flag");
    let (typed, region) = bank(&folder);
    let bell = region.event_of("bell").unwrap();
    let ticket = bell.ticket();
    let armed = bell.arm(ticket).unwrap();
    assert_eq!(bell.arm(ticket), Some(armed));
    // SAFETY: the word of the event, an atomic.
    let word = unsafe { AtomicU32::from_ptr(armed.address as *mut u32) };
    assert_eq!((word.load(Ordering::Relaxed), armed.value & 1), (armed.value, 1));
    typed.bell.notify_all();
    assert_ne!(word.load(Ordering::Relaxed), armed.value);
    assert_eq!(bell.arm(ticket), None);
    assert!(bell.arm(bell.ticket()).is_some());
}

/// A wait with a name; it returns whether it was interrupted.
type Wait<'a> = (&'static str, Box<dyn Fn() -> bool + 'a>);

/// Waits that end only because they are interrupted.
fn endless_waits<'a>(typed: &'a Region<Bank>, region: &'a DynRegion) -> Vec<Wait<'a>> {
    const EVER: Duration = Duration::MAX;
    let interrupted = |error: LockError| matches!(error, LockError::Interrupted);
    let dynamic = |error: DynError| matches!(error, DynError::Lock(LockError::Interrupted));
    vec![
        ("lock", Box::new(move || typed.account.lock().is_err_and(interrupted))),
        ("write", Box::new(move || typed.shelf.write().is_err_and(interrupted))),
        ("read", Box::new(move || typed.shelf.read().is_err_and(interrupted))),
        ("permit", Box::new(move || typed.permits.acquire().is_err_and(interrupted))),
        ("by name", Box::new(move || region.lock("account").is_err_and(dynamic))),
        (
            "acquire",
            Box::new(move || region.lock_of("account").unwrap().acquire().is_err_and(interrupted)),
        ),
        ("beside", Box::new(move || region.set("low", 1).is_err_and(dynamic))),
        ("event", Box::new(move || !typed.bell.wait_timeout(typed.bell.ticket(), EVER))),
        ("until", Box::new(move || !typed.bell.wait_until_timeout(EVER, || false))),
        (
            "watched",
            Box::new(move || {
                typed.level.wait_until_timeout(EVER, |level| level == 9).unwrap().is_none()
            }),
        ),
        ("pop", Box::new(move || typed.jobs.pop_timeout(EVER).unwrap().is_none())),
        ("pop by name", Box::new(move || region.pop_timeout("jobs", EVER).unwrap().is_none())),
        (
            "follow",
            Box::new(move || {
                region.resolve("log").unwrap().follow().unwrap().next_timeout(EVER).is_none()
            }),
        ),
        (
            "open",
            Box::new(move || {
                let options = DynRegion::options().wait(EVER);
                matches!(options.open("shm-no-such-region-at-all"), Err(Error::TimedOut { .. }))
            }),
        ),
    ]
}

#[test]
fn every_wait_ends_when_its_question_is_answered_so() {
    let folder = Folder::new("binding-interrupt");
    let (typed, region) = bank(&folder);
    let (locked, done) = (AtomicBool::new(false), AtomicBool::new(false));
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let _guards = (typed.account.lock().unwrap(), typed.shelf.write().unwrap());
            let _others = (typed.lock.lock().unwrap(), typed.permits.acquire().unwrap());
            locked.store(true, Ordering::Release);
            wait_until("the waits are over", || done.load(Ordering::Acquire));
        });
        wait_until("the locks are held", || locked.load(Ordering::Acquire));
        for (name, wait) in endless_waits(&typed, &region) {
            let mut asked = 0;
            let ended = sync::interruptible(
                || {
                    asked += 1;
                    asked == 3
                },
                &wait,
            );
            assert!(ended && asked >= 3, "{name}: asked {asked} times");
        }
        done.store(true, Ordering::Release);
    });
    assert!(region.lock("account").is_ok(), "an interrupted wait takes nothing");
}

static SIGNALS: AtomicU32 = AtomicU32::new(0);

/// Waits for ever, in each way, and stops when a signal arrived.
fn be_interrupted(typed: &Region<Bank>, region: &DynRegion) {
    extern "C" fn count(_: libc::c_int) {
        SIGNALS.fetch_add(1, Ordering::Relaxed);
    }
    let handler: extern "C" fn(libc::c_int) = count;
    // SAFETY: a handler that changes an atomic is safe whenever it runs.
    unsafe { libc::signal(libc::SIGINT, handler as libc::sighandler_t) };
    for (name, wait) in endless_waits(typed, region) {
        SIGNALS.store(0, Ordering::Relaxed);
        typed.ready.fetch_add(1);
        let is_signalled = || SIGNALS.load(Ordering::Relaxed) > 0;
        assert!(sync::interruptible(is_signalled, wait), "{name}");
    }
    typed.ready.set(u32::MAX);
}

#[test]
fn a_signal_ends_every_wait_of_another_process() {
    let folder = Folder::new("binding-signal");
    let (typed, _region) = bank(&folder);
    let _guards = (typed.account.lock().unwrap(), typed.shelf.write().unwrap());
    let _others = (typed.lock.lock().unwrap(), typed.permits.acquire().unwrap());
    let mut waiter = second("is interrupted", &folder).spawn().unwrap();
    let patience = Instant::now() + support::PATIENCE;
    while typed.ready.get() != u32::MAX && waiter.try_wait().unwrap().is_none() {
        if typed.ready.get() > 0 {
            // SAFETY: a child that was not waited for has this number.
            unsafe { libc::kill(waiter.id() as libc::pid_t, libc::SIGINT) };
        }
        assert!(Instant::now() < patience, "the other process hangs");
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(support::finish(&mut waiter).success());
}
