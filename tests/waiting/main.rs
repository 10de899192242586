//! Waiting between processes: changes are noticed, by name and by fork, by processes that may not write,
//! and after deaths.
//!
//! `SHM_KILLS=10000 cargo test --test waiting -- --nocapture` kills more often.

mod again_kills;
mod condition;
mod condition_kills;
mod event_kills;
#[allow(dead_code, reason = "a part of it is used here")]
mod kills;
mod once;
mod once_kills;
#[path = "../support/mod.rs"]
mod support;

use std::os::unix::fs::{FileExt, PermissionsExt};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use rustix::process::{Pid, WaitOptions, waitpid};
use shm_core::{Event, Region, sync::EventView, traits::Access};
use shm_core::{SharedLayout, View, Watched};
use support::{Folder, PATIENCE, argument, role};

#[derive(SharedLayout, Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
enum Mode {
    Idle = 0,
    Busy = 1,
    Done = 2,
}

/// The values that two processes pass back and forth.
#[derive(SharedLayout)]
#[repr(C)]
struct Table {
    served: u32,
    returned: u32,
    serve: Event,
    back: Event,
    mode: Watched<Mode>,
    level: Watched<u64>,
}

/// Fewer rounds than [`ROUNDS`].
const FEW: u32 = 10;

const NOT_LONG: Duration = Duration::from_millis(1);

/// Enough rounds that a second each, the nap of a sleeper that was not woken, would take far too long.
const ROUNDS: u32 = 500;

/// A single deadline for all rounds.
#[derive(Clone, Copy)]
struct Watchdog(Instant);

impl Watchdog {
    fn new() -> Self {
        Self(Instant::now())
    }

    /// The time left: too little for naps that run to their end.
    fn left(self) -> Duration {
        PATIENCE.saturating_sub(self.0.elapsed())
    }
}

fn table(folder: &Folder) -> Region<Table> {
    Region::create(folder.file("table")).unwrap()
}

fn at_table(role: &str, folder: &Folder) -> std::process::Command {
    let mut command = support::second_process(role);
    command.env("SHM_TABLE", folder.file("table"));
    command
}

#[test]
fn nothing_is_missed_between_the_ticket_and_the_wait() {
    let table = Region::<Table>::options().private().unwrap();
    let notify: [fn(&EventView); 2] = [EventView::notify_one, EventView::notify_all];
    for notify in notify {
        let ticket = table.serve.ticket();
        notify(&table.serve);
        assert!(table.serve.wait_timeout(ticket, PATIENCE));
        table.serve.wait(ticket);
        assert!(!table.serve.wait_timeout(table.serve.ticket(), NOT_LONG), "notified of nothing");
    }
}

#[test]
fn a_wait_ends_when_its_time_is_up_and_zero_time_does_not_wait() {
    let table = Region::<Table>::options().private().unwrap();
    for timeout in [Duration::ZERO, NOT_LONG] {
        assert!(!table.serve.wait_timeout(table.serve.ticket(), timeout));
        assert!(!table.serve.wait_until_timeout(timeout, || false));
        assert!(table.serve.wait_until_timeout(timeout, || true));
        assert!(!table.level.wait_timeout(table.level.ticket(), timeout));
        assert_eq!(table.level.wait_until_timeout(timeout, |level| level > 0).unwrap(), None);
    }
}

#[test]
fn a_condition_that_comes_true_on_the_last_look_is_found() {
    let table = Region::<Table>::options().private().unwrap();
    let mut looks = 0;
    let mut on_the_second_look = || {
        looks += 1;
        looks == 2
    };
    assert!(table.serve.wait_until_timeout(NOT_LONG, &mut on_the_second_look));
}

/// Two sleepers each round, one notification to each.
#[test]
fn each_notify_one_wakes_a_different_sleeper() {
    let table = Region::<Table>::options().anonymous().unwrap();
    let (waiting, awake) = (AtomicU32::new(0), AtomicU32::new(0));
    let dog = Watchdog::new();
    for round in 1..=ROUNDS {
        std::thread::scope(|scope| {
            let ticket = table.serve.ticket();
            for _ in 0..2 {
                let (table, waiting, awake) = (&table, &waiting, &awake);
                scope.spawn(move || {
                    waiting.fetch_add(1, Ordering::Relaxed);
                    assert!(table.serve.wait_timeout(ticket, dog.left()));
                    awake.fetch_add(1, Ordering::Relaxed);
                });
            }
            support::wait_until("both wait", || waiting.load(Ordering::Relaxed) == 2 * round);
            scope.spawn(|| table.serve.notify_one());
            table.serve.notify_one();
        });
        assert_eq!(awake.load(Ordering::Relaxed), 2 * round);
    }
}

#[test]
fn notify_all_wakes_every_sleeper() {
    let table = Region::<Table>::options().anonymous().unwrap();
    let dog = Watchdog::new();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for round in 1..=ROUNDS {
                    assert!(
                        table.serve.wait_until_timeout(dog.left(), || table.served.get() >= round)
                    );
                    table.returned.fetch_add(1);
                    table.back.notify_one();
                }
            });
        }
        for round in 1..=ROUNDS {
            table.served.set(round);
            table.serve.notify_all();
            assert!(
                table.back.wait_until_timeout(dog.left(), || table.returned.get() == 4 * round)
            );
        }
    });
}

#[test]
fn two_processes_wake_each_other_thousands_of_times() {
    let folder = Folder::new("waiting-two");
    let table = table(&folder);
    let mut child = at_table("returns", &folder).spawn().unwrap();
    serve(&table, 4 * ROUNDS);
    assert!(support::finish(&mut child).success());
}

fn serve(table: &View<Table>, rounds: u32) {
    let dog = Watchdog::new();
    for round in 1..=rounds {
        table.served.set(round);
        table.serve.notify_one();
        assert!(table.back.wait_until_timeout(dog.left(), || table.returned.get() == round));
    }
}

fn send_back(table: &View<Table>, rounds: u32) {
    let dog = Watchdog::new();
    for round in 1..=rounds {
        assert!(table.serve.wait_until_timeout(dog.left(), || table.served.get() == round));
        table.returned.set(round);
        table.back.notify_all();
    }
}

#[test]
fn a_forked_child_waits_and_wakes_like_any_other_process() {
    // Forked by a process of one thread.
    support::run(&mut support::second_process("forks"));
}

unsafe extern "C" {
    /// fork(2).
    fn fork() -> i32;
    /// _exit(2).
    fn _exit(status: i32) -> !;
}

/// Runs `there` in a forked child, and `here` in this process, which has one thread.
fn with_a_fork(there: impl Fn(), here: impl Fn()) {
    // SAFETY: this process has one thread, so that the child finds no lock held by another.
    let child = match unsafe { fork() } {
        0 => {
            let fine = catch_unwind(AssertUnwindSafe(there)).is_ok();
            // SAFETY: the call does not come back; nothing of the parent's is dropped twice.
            unsafe { _exit(i32::from(!fine)) }
        }
        child => Pid::from_raw(child),
    };
    here();
    let (_, status) = waitpid(child, WaitOptions::empty()).unwrap().unwrap();
    assert_eq!(status.exit_status(), Some(0), "the forked child failed");
}

/// The waiter may not write to the file, and so cannot announce that it sleeps.
#[test]
fn a_waiter_that_may_not_write_also_notices() {
    let folder = Folder::new("waiting-reader");
    std::fs::set_permissions(folder.path(), PermissionsExt::from_mode(0o755)).unwrap();
    let options = Region::<Table>::options().mode(0o444);
    let table = options.create(folder.file("table")).unwrap();
    let seen = Region::<Table>::create(folder.file("seen")).unwrap();
    let mut reader =
        at_table("reads", &folder).env("SHM_SEEN", folder.file("seen")).spawn().unwrap();
    let dog = Watchdog::new();
    // A second each, the nap of waiters that may write, would take far too long here as well.
    for round in 1..=200 {
        table.served.set(round);
        table.serve.notify_all();
        table.level.set(u64::from(round));
        assert!(seen.back.wait_until_timeout(dog.left(), || seen.returned.get() == round));
    }
    assert!(support::finish(&mut reader).success());
}

#[test]
fn a_waiter_sleeps_instead_of_polling() {
    let folder = Folder::new("waiting-naps");
    let table = table(&folder);
    let for_a_while = Duration::from_millis(100);
    let naps = kills::sleeps_during(|| {
        assert!(!table.serve.wait_timeout(table.serve.ticket(), for_a_while));
    });
    assert!(naps <= 2, "{naps} naps instead of one");
    let read_only = Region::<Table>::open_read_only(folder.file("table")).unwrap();
    let naps = || {
        kills::sleeps_during(|| {
            assert!(!read_only.serve.wait_timeout(read_only.serve.ticket(), for_a_while));
        })
    };
    let naps_of_a_reader = naps();
    assert!(naps_of_a_reader <= 2, "{naps_of_a_reader} naps instead of one");
    // Its flag is still up, which serves any waiter, until a notification takes it down.
    table.serve.notify_all();
    // 1, 2, 4, 8, and then 16 ms each.
    let naps_of_a_stranger = as_a_process_that_may_only_read(&folder.file("table"), naps);
    assert!((3..=12).contains(&naps_of_a_stranger), "{naps_of_a_stranger} naps");
}

/// Does something as a thread that may not open the file for writing.
fn as_a_process_that_may_only_read<R: Send>(path: &Path, act: impl FnOnce() -> R + Send) -> R {
    std::fs::set_permissions(path, PermissionsExt::from_mode(0o444)).unwrap();
    std::thread::scope(|scope| {
        let act = scope.spawn(|| {
            if rustix::process::geteuid().is_root() {
                let other = rustix::process::Uid::from_raw(65_534);
                rustix::thread::set_thread_res_uid(other, other, other).unwrap();
            }
            let file = std::fs::OpenOptions::new().write(true).open(path);
            assert!(file.is_err(), "this thread may write the file after all");
            act()
        });
        act.join().unwrap()
    })
}

/// A waiter that is not woken looks again when its nap is over, and would nap five times until each of these
/// notifications.
#[test]
fn a_reader_is_woken_by_each_notification_of_another_process() {
    let folder = Folder::new("waiting-woken");
    let table = table(&folder);
    let reader = Region::<Table>::open_read_only(folder.file("table")).unwrap();
    let mut late = support::second_process("returns late");
    let mut late = late.env("SHM_TABLE", folder.file("table")).spawn().unwrap();
    let dog = Watchdog::new();
    let naps = kills::sleeps_during(|| {
        for round in 1..=FEW {
            table.served.set(round);
            table.serve.notify_all();
            let has_returned = || reader.returned.get() == round;
            assert!(reader.back.wait_until_timeout(dog.left(), has_returned));
        }
    });
    assert!(support::finish(&mut late).success());
    assert!(naps <= 2 * FEW as usize, "{naps} naps until {FEW} notifications");
}

/// Returns what is served, but not soon.
fn return_late(table: &View<Table>) {
    let dog = Watchdog::new();
    for round in 1..=FEW {
        assert!(table.serve.wait_until_timeout(dog.left(), || table.served.get() == round));
        std::thread::sleep(Duration::from_millis(30));
        table.returned.set(round);
        table.back.notify_all();
    }
}

/// The peer was killed between its change and the notification: every waiter also looks at the condition
/// once a second.
#[test]
fn a_condition_that_comes_true_without_a_notification_is_noticed() {
    fn on_the_second_look() -> impl FnMut() -> bool {
        let mut looks = 0;
        move || {
            looks += 1;
            looks == 2
        }
    }
    let folder = Folder::new("waiting-silent");
    let writer = table(&folder);
    let reader = Region::<Table>::open_read_only(folder.file("table")).unwrap();
    let watcher = writer.clone();
    let waiters = [
        std::thread::spawn(move || writer.serve.wait_until(on_the_second_look())),
        std::thread::spawn(move || reader.serve.wait_until(on_the_second_look())),
        std::thread::spawn(move || {
            let mut is_second = on_the_second_look();
            watcher.level.wait_until(|_| is_second()).map(drop).unwrap();
        }),
    ];
    support::wait_until("all have looked twice", || waiters.iter().all(|it| it.is_finished()));
}

#[test]
fn a_notification_between_the_look_and_the_wait_is_not_slept_through() {
    let table = Region::<Table>::options().anonymous().unwrap();
    let naps = kills::sleeps_during(|| {
        for _ in 0..20 {
            let mut looks = 0;
            table.serve.wait_until(|| {
                looks += 1;
                table.serve.notify_all();
                looks == 2
            });
        }
    });
    assert_eq!(naps, 0);
}

#[test]
fn every_set_counts_and_every_change_in_place() {
    let table = Region::<Table>::options().private().unwrap();
    let ticket = table.level.ticket();
    table.level.set(0);
    assert!(table.level.wait_timeout(ticket, PATIENCE), "the same value again is a change");
    let ticket = table.level.ticket();
    assert_eq!(table.level.change(|level| level.fetch_add(3)), 0);
    assert!(table.level.wait_timeout(ticket, PATIENCE));
    assert_eq!((table.level.get().unwrap(), table.level.view().get()), (3, 3));
    assert_eq!(format!("{:?}", table.level), "3");
}

/// The change comes first, then the news of it.
#[test]
fn a_change_in_place_is_counted_when_it_is_made_and_not_before() {
    let table = Region::<Table>::options().private().unwrap();
    let before = table.level.change(|level| {
        level.set(1);
        table.level.ticket()
    });
    assert!(table.level.wait_timeout(before, NOT_LONG));
}

#[test]
fn an_event_shows_how_many_notifications_there_were() {
    let table = Region::<Table>::options().private().unwrap();
    table.serve.notify_one();
    table.serve.notify_all();
    assert_eq!(format!("{:?}", table.serve), "Event { notifications: 2 }");
}

#[test]
fn a_change_that_panics_half_way_counts() {
    let table = Region::<Table>::options().private().unwrap();
    let ticket = table.level.ticket();
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        table.level.change(|level| {
            level.set(1);
            panic!("on purpose");
        })
    }));
    assert!(panicked.is_err());
    assert!(table.level.wait_timeout(ticket, PATIENCE));
}

#[test]
fn an_enum_is_watched_from_another_process() {
    let folder = Folder::new("waiting-mode");
    let table = table(&folder);
    let mut child = at_table("works", &folder).spawn().unwrap();
    for mode in [Mode::Busy, Mode::Done] {
        assert_eq!(
            table.mode.wait_until_timeout(PATIENCE, |seen| seen == mode).unwrap(),
            Some(mode)
        );
        table.level.set(mode as u64);
    }
    assert!(support::finish(&mut child).success());
    assert_eq!(table.mode.wait_until(|mode| mode != Mode::Idle).unwrap(), Mode::Done);
}

fn work(table: &View<Table>) {
    for mode in [Mode::Busy, Mode::Done] {
        table.mode.set(mode);
        table.level.wait_until(|level| level == mode as u64).unwrap();
    }
}

#[test]
fn an_invalid_value_ends_the_wait() {
    let table = Region::<Table>::options().anonymous().unwrap();
    // Through the back door: no safe way in writes what is not a mode.
    let memory = std::fs::File::options().write(true).open("/proc/self/mem").unwrap();
    let address = std::ptr::from_ref(table.mode.view()).addr();
    std::thread::scope(|scope| {
        let waiter = scope.spawn(|| table.mode.wait_until(|mode| mode == Mode::Done));
        memory.write_all_at(&[77], address as u64).unwrap();
        table.mode.change(|_| ());
        let error = waiter.join().unwrap().unwrap_err();
        assert!(error.to_string().contains("mode"), "{error}");
    });
}

/// Waits for each round, and reports it in another region.
fn read<A: Access>(table: &View<Table, A>, seen: &View<Table>) {
    let dog = Watchdog::new();
    for round in 1..=200 {
        assert!(table.serve.wait_until_timeout(dog.left(), || table.served.get() == round));
        let level = table.level.wait_until_timeout(dog.left(), |level| level == u64::from(round));
        assert_eq!(level.unwrap(), Some(u64::from(round)));
        seen.returned.set(round);
        seen.back.notify_all();
    }
}

#[test]
#[ignore = "run by the tests above, as a process of its own"]
fn second_process() {
    let Some(role) = role() else { return };
    let table = || Region::<Table>::open(argument("SHM_TABLE")).unwrap();
    match role.as_str() {
        "returns" => send_back(&table(), 4 * ROUNDS),
        "returns late" => return_late(&table()),
        "works" => work(&table()),
        "forks" => {
            let table = Region::<Table>::options().anonymous().unwrap();
            with_a_fork(|| send_back(&table, ROUNDS), || serve(&table, ROUNDS));
        }
        "reads" => {
            let table = Region::<Table>::open_read_only(argument("SHM_TABLE")).unwrap();
            read(&table, &Region::<Table>::open(argument("SHM_SEEN")).unwrap());
        }
        "notifies" => event_kills::victim(),
        "does it once" => once_kills::victim(),
        "locks again" => again_kills::victim(),
        "waits with a lock" => condition_kills::victim(),
        role if role.starts_with("condition: ") => condition::second(&role["condition: ".len()..]),
        other => panic!("no such role: {other}"),
    }
}
