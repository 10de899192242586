//! Exported C takes the locks of a region, together with Rust processes; each is killed while the other waits.

#[allow(dead_code, reason = "each test file uses a part of this")]
#[path = "export/companion.rs"]
mod companion;
#[path = "export/compilers.rs"]
mod compilers;
#[path = "export/meeting_kills.rs"]
mod kills;
#[path = "export/meeting.rs"]
mod meeting;
#[allow(unreachable_pub, reason = "the tests of the library use it as well")]
#[path = "../../tests/support/mod.rs"]
mod processes;
#[path = "export/regions.rs"]
mod regions;
mod support;

use std::process::{Child, Command};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use companion::Companion;
use compilers::{Program, STANDARDS, Standard};
use meeting::{Meeting, PERMITS, Version};
use regions::{Fixture, unique};
use shm_core::{DynRegion, LockError, Region};

const SOURCE: &str = include_str!("export/meeting.c");

fn region(what: &str) -> Fixture<Meeting> {
    let name = unique(what);
    let region = Region::create(&name).expect("making a region");
    Fixture::of(name, region)
}

fn program(standard: Standard, fixture: &Fixture<Meeting>) -> Program {
    Program::of(standard, &fixture.name, "meeting", SOURCE)
}

/// A program in C that obeys commands.
fn companion(fixture: &Fixture<Meeting>) -> (Program, Companion) {
    let program = program(STANDARDS[0], fixture);
    let companion = Companion::start(program.command(&[&fixture.name]));
    (program, companion)
}

/// Two processes in C, of two threads each, that do so many turns, while this process does `here`.
fn work(fixture: &Fixture<Meeting>, kind: &str, turns: u32, mut here: impl FnMut()) {
    for standard in STANDARDS {
        let program = program(standard, fixture);
        let count = turns.to_string();
        let command = || program.command(&[&fixture.name, kind, &count]);
        let start = |mut command: Command| command.spawn().expect("starting a program");
        let mut others: Vec<Child> = (0..2).map(|_| start(command())).collect();
        for _ in 0..turns {
            here();
        }
        for other in &mut others {
            assert!(processes::finish(other).success(), "{standard:?} {kind}");
        }
    }
}

#[test]
fn c_and_rust_count_behind_one_mutex_and_lose_no_addition() {
    let fixture = region("lock-add");
    work(&fixture, "add", 5_000, || {
        let counter = fixture.region.counter.lock().unwrap();
        counter.set(counter.get() + 1);
    });
    assert_eq!(fixture.region.counter.lock().unwrap().get(), 2 * (4 + 1) * 5_000);
}

#[test]
fn c_and_rust_read_no_torn_pair_behind_one_rwlock() {
    let fixture = region("lock-pair");
    let mut turn = 0_u32;
    work(&fixture, "pair", 2_000, || {
        if turn.is_multiple_of(4) {
            let pair = fixture.region.pair.write().unwrap();
            assert_eq!(pair.left.get(), pair.right.get());
            pair.left.fetch_add(1);
            pair.right.fetch_add(1);
        } else {
            let pair = fixture.region.pair.read().unwrap();
            assert_eq!(pair.left.get(), pair.right.get());
        }
        turn += 1;
    });
    assert_eq!(fixture.region.pair.read().unwrap().left.get(), 2 * (4 + 1) * 500);
}

#[test]
fn no_more_processes_have_a_permit_than_there_are_permits() {
    let fixture = region("lock-slots");
    let region = &fixture.region;
    work(&fixture, "slots", 2_000, || {
        let _permit = region.slots.acquire().unwrap();
        let inside = region.inside.fetch_add(1) + 1;
        region.most.set(region.most.get().max(inside));
        region.turns.fetch_add(1);
        region.inside.fetch_sub(1);
    });
    assert_eq!(region.turns.get(), 2 * (4 + 1) * 2_000);
    assert!((1..=PERMITS as u32).contains(&region.most.get()), "{}", region.most.get());
    assert_eq!(region.slots.available(), PERMITS);
}

#[test]
fn rust_reads_no_torn_version_that_c_stores_and_misses_none_that_it_announces() {
    let fixture = region("lock-store");
    let region = &fixture.region;
    let is_done = AtomicBool::new(false);
    let check = |version: Version| assert_eq!(version, Version::of(version.number));
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !is_done.load(Ordering::Relaxed) {
                if region.version.version() > 0 {
                    check(region.version.load().expect("a whole version"));
                    check(region.news.view().load().expect("a whole version"));
                }
            }
        });
        work(&fixture, "store", 300, || {
            let version = Version::of(region.turns.fetch_add(1));
            region.version.store(&version).unwrap();
            region.trail.push(&version).unwrap();
            region.news.change(|news| news.store(&version)).unwrap();
        });
        is_done.store(true, Ordering::Relaxed);
    });
    let stored = 2 * (4 + 1) * 300;
    assert_eq!((region.version.version(), region.turns.get()), (stored, stored));
    assert_eq!(region.news.view().version(), stored);
    check_padding(&fixture);
}

/// Bytes between the fields of a version are zero, whatever the program in C had there.
fn check_padding(fixture: &Fixture<Meeting>) {
    let (_program, mut c) = companion(fixture);
    for number in 0..8 {
        assert_eq!(c.ask(&format!("version {number}")), "OK");
    }
    let bytes = std::fs::read(fixture.path()).expect("reading the file");
    let mut found = 0;
    for at in 0..bytes.len() - 32 {
        // The parts: a byte, three of padding, and a number of four bytes; twice.
        let part = [5, 0, 0, 0, 5, 0, 0, 0];
        found += u32::from(bytes[at..].starts_with(&[part, part].concat()));
    }
    assert!(found > 0, "version 5 is in its slot");
    assert!(!bytes.windows(3).any(|three| three == [0xa5; 3]), "the program's padding was stored");
    c.end();
}

#[test]
fn c_and_rust_meet_at_a_barrier() {
    let fixture = region("lock-step");
    for standard in STANDARDS {
        fixture.region.turns.set(0);
        let program = program(standard, &fixture);
        let mut other = program.command(&[&fixture.name, "step", "300"]).spawn().unwrap();
        let mut member = fixture.region.step.join().unwrap();
        for phase in 1..=300 {
            fixture.region.turns.fetch_add(1);
            member.wait().unwrap();
            assert!(fixture.region.turns.get() >= 2 * phase);
            member.wait().unwrap();
        }
        assert!(processes::finish(&mut other).success());
    }
    assert_eq!(fixture.region.step.members(), 0);
}

#[test]
fn a_lock_that_another_thread_or_process_holds_is_busy_and_only_its_holder_unlocks() {
    let fixture = region("lock-busy");
    let (_program, mut c) = companion(&fixture);
    for (command, answer) in [
        ("get", "NOT_HELD"),
        ("set 3", "NOT_HELD"),
        ("unlock", "NOT_HELD"),
        ("consistent", "NOT_HELD"),
        ("lock", "OK"),
        ("lock", "WOULD_DEADLOCK"),
        ("try", "WOULD_DEADLOCK"),
        ("thread try", "BUSY"),
        ("thread soon", "BUSY"),
        ("thread get", "NOT_HELD"),
        ("thread unlock", "NOT_HELD"),
        ("set 41", "OK"),
        ("get", "41"),
        ("lane 2", "OK"),
        ("lane 3", "OUT_OF_BOUNDS"),
    ] {
        assert_eq!(c.ask(command), answer, "{command}");
    }
    let region = &fixture.region;
    assert!(matches!(region.counter.try_lock(), Err(LockError::Busy)));
    assert!(matches!(region.lanes[2].lock_timeout(Duration::ZERO), Err(LockError::Busy)));
    assert_eq!(c.ask("unlock"), "OK");
    let counter = region.counter.lock().unwrap();
    assert_eq!(counter.get(), 41);
    assert_eq!((c.ask("try"), c.ask("soon")), ("BUSY".to_owned(), "BUSY".to_owned()));
    c.send("lock");
    wait_for_a_sleeper(&fixture, "counter");
    counter.set(42);
    drop(counter);
    assert_eq!((c.answer().as_str(), c.ask("get").as_str()), ("OK", "42"));
    c.end();
}

#[test]
fn readers_and_writers_in_c_keep_each_other_out_as_in_rust() {
    let fixture = region("lock-rw");
    let (region, (_program, mut c)) = (&fixture.region, companion(&fixture));
    let reading = region.pair.read().unwrap();
    for (command, answer) in [
        ("read", "OK"),
        ("read", "WOULD_DEADLOCK"),
        ("write", "WOULD_DEADLOCK"),
        ("tear", "NULL"),
        ("pair consistent", "NOT_HELD"),
        ("thread try read", "OK"),
        ("leave", "OK"),
        ("leave", "NOT_HELD"),
        ("try write", "BUSY"),
        ("write soon", "BUSY"),
    ] {
        assert_eq!(c.ask(command), answer, "{command}");
    }
    c.send("write");
    wait_for_a_sleeper(&fixture, "pair");
    drop(reading);
    // The other thread still reads, and has ended: its process lives.
    assert!(matches!(region.pair.try_write(), Err(LockError::Busy)));
    c.kill();
    c.reap();
    drop(region.pair.write().expect("the dead only read"));
}

#[test]
fn a_program_in_c_sleeps_until_rust_notifies_it_and_the_reverse() {
    let fixture = region("lock-notify");
    let (region, (_program, mut c)) = (&fixture.region, companion(&fixture));
    assert_eq!(c.ask("ticket"), "OK");
    assert_eq!(c.ask("wait soon"), "BUSY");
    for all in [true, false] {
        assert_eq!(c.ask("ticket"), "OK");
        c.send("wait");
        wait_until_it_sleeps(c.id());
        if all {
            region.ready.notify_all()
        } else {
            region.ready.notify_one()
        }
        assert_eq!(c.answer(), "OK");
    }
    c.send("mode");
    wait_until_it_sleeps(c.id());
    region.mode.set(7);
    assert_eq!(c.answer(), "7");
    for command in ["notify one", "notify all"] {
        std::thread::scope(|scope| {
            let waiter = scope.spawn(|| {
                let ticket = region.asked.ticket();
                region.stop.set(1);
                region.asked.wait(ticket);
            });
            processes::wait_until("it has a ticket", || region.stop.swap(0) == 1);
            std::thread::sleep(Duration::from_millis(5));
            assert_eq!(c.ask(command), "OK");
            waiter.join().unwrap();
        });
    }
    std::thread::scope(|scope| {
        let waiter = scope.spawn(|| region.mode.wait_until(|mode| mode == 9).unwrap());
        assert_eq!(c.ask("mode 9"), "OK");
        assert_eq!(waiter.join().unwrap(), 9);
    });
    assert_eq!(c.ask("speed 12"), "OK");
    assert_eq!(region.speed.load().unwrap(), 12.0);
    c.end();
}

#[test]
fn c_stores_no_value_that_is_invalid() {
    let fixture = region("lock-invalid");
    let (_program, mut c) = companion(&fixture);
    for command in ["bad mode", "bad char", "bad length", "bad text"] {
        assert_eq!(c.ask(command), "INVALID_VALUE", "{command}");
    }
    assert_eq!(fixture.region.version.version(), 0);
    assert_eq!(c.ask("version 17"), "OK");
    assert_eq!(fixture.region.version.load().unwrap(), Version::of(17));
    c.end();
}

#[test]
fn a_forked_child_has_no_lock_of_its_parent_and_takes_its_own() {
    let fixture = region("lock-fork");
    let (region, (_program, mut c)) = (&fixture.region, companion(&fixture));
    for (command, answer) in [
        ("lock", "OK"),
        ("acquire", "OK"),
        ("join", "OK"),
        ("child unlock", "NOT_HELD"),
        ("child get", "NOT_HELD"),
        ("child release", "NOT_HELD"),
        ("child arrive", "NOT_HELD"),
        ("child try", "BUSY"),
        ("child write", "OK"),
        ("get", "0"),
        ("unlock", "OK"),
        ("release", "OK"),
        ("quit", "OK"),
        ("child lock", "OK"),
        ("lock", "OWNER_DIED"),
    ] {
        assert_eq!(c.ask(command), answer, "{command}");
    }
    // The first child closed the region while it wrote.
    assert!(matches!(region.pair.write(), Err(LockError::OwnerDied)));
    c.end();
}

#[test]
fn a_program_in_c_gets_a_slot_or_is_told_that_there_is_none() {
    let name = unique("lock-full");
    let region =
        Region::<Meeting>::options().participants(1).create(&name).expect("making a region");
    let fixture = Fixture::of(name, region);
    let (_program, mut c) = companion(&fixture);
    assert_eq!(c.ask("lock"), "OK");
    assert!(matches!(fixture.region.counter.lock(), Err(LockError::TooManyParticipants { .. })));
    assert_eq!(c.ask("close"), "OK");
    let found = fixture.region.counter.lock();
    assert!(matches!(found, Err(LockError::OwnerDied)), "it closed the region with the lock held");
    let (_program, mut late) = companion(&fixture);
    assert_eq!(late.ask("lock"), "TOO_MANY_PARTICIPANTS");
    late.end();
    c.end();
}

#[test]
fn shm_shows_a_program_in_c_as_the_holder() {
    let fixture = region("lock-shown");
    let (_program, mut c) = companion(&fixture);
    assert_eq!(c.ask("lock"), "OK");
    let state = DynRegion::open_read_only(&fixture.name).unwrap().lock_state("counter").unwrap();
    let process = state.holder.unwrap().process.expect("it is in the table");
    assert_eq!((process.pid, process.name.as_str()), (c.id(), "program"));
    c.end();
}

/// Waits until a process sleeps on a lock.
fn wait_for_a_sleeper(fixture: &Fixture<Meeting>, path: &str) {
    let region = DynRegion::open_read_only(&fixture.name).expect("opening the region");
    processes::wait_until("it sleeps", || region.lock_state(path).unwrap().has_sleepers);
}

/// Waits until a process sleeps in the kernel, on a futex.
fn wait_until_it_sleeps(pid: u32) {
    let call = || std::fs::read_to_string(format!("/proc/{pid}/syscall")).unwrap_or_default();
    let futex = format!("{} ", libc::SYS_futex);
    processes::wait_until("it sleeps", || call().starts_with(&futex));
}

#[test]
#[ignore = "run by the tests of this binary as a separate process"]
fn second_process() {
    if let Some(role) = processes::role() {
        kills::second_process(&role);
    }
}
