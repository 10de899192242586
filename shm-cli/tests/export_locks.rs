//! Exported C takes the locks of a region, together with Rust processes; each is killed while the other waits.

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
#[path = "export/meeting_work.rs"]
mod work;

use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use companion::Companion;
use compilers::{Program, STANDARDS, Standard};
use meeting::{Meeting, Version};
use regions::{Fixture, unique};
use shm_core::{DynRegion, LockError, Region};

const SOURCE: &str = include_str!("export/meeting.c");

fn region(what: &str) -> Fixture<Meeting> {
    let name = unique(what);
    let region = Region::create(&name).expect("making a region");
    Fixture::of(name, region)
}

/// The program, which tests that run at the same time share: all their regions have one layout.
fn program(standard: Standard, fixture: &Fixture<Meeting>) -> Arc<Program> {
    static COMPILED: Mutex<Vec<(String, Weak<Program>)>> = Mutex::new(Vec::new());
    let mut compiled = COMPILED.lock().unwrap_or_else(PoisonError::into_inner);
    let key = format!("{standard:?}");
    let known = compiled.iter().filter(|(of, _)| *of == key);
    if let Some(program) = known.filter_map(|(_, program)| program.upgrade()).next() {
        return program;
    }
    let program = Arc::new(Program::of(standard, &fixture.name, "meeting", SOURCE));
    compiled.push((key, Arc::downgrade(&program)));
    program
}

/// A program in C that obeys commands.
fn companion(fixture: &Fixture<Meeting>) -> (Arc<Program>, Companion) {
    let program = program(STANDARDS[0], fixture);
    let companion = Companion::start(program.command(&[&fixture.name]));
    (program, companion)
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
            region.ready.notify_all();
        } else {
            region.ready.notify_one();
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
fn a_program_in_c_that_closed_all_its_descriptors_keeps_its_lock_and_one_that_called_exec_does_not()
{
    let name = unique("lock-exec");
    let region =
        Region::<Meeting>::options().participants(2).create(&name).expect("making a region");
    let fixture = Fixture::of(name, region);
    let (region, (_program, mut c)) = (&fixture.region, companion(&fixture));
    assert_eq!((c.ask("lock"), c.ask("close files")), ("OK".to_owned(), "OK".to_owned()));
    let busy = region.counter.lock_timeout(Duration::from_millis(200));
    assert!(matches!(busy, Err(LockError::Busy)));
    assert_eq!((c.ask("set 5"), c.ask("unlock")), ("OK".to_owned(), "OK".to_owned()));
    assert_eq!(region.counter.lock().unwrap().get(), 5);
    assert_eq!((c.ask("lock"), c.ask("exec")), ("OK".to_owned(), "OK".to_owned()));
    // Its former slot is free again: there is no third one.
    assert_eq!(c.ask("lock"), "OWNER_DIED");
    assert!(matches!(region.counter.lock(), Err(LockError::OwnerDied)));
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

#[test]
fn a_header_compiles_whatever_its_root_is_called_and_without_the_system() {
    let fixture = region("lock-names");
    for name in ["Directory", "Value", "Region", "Held", "Uint32"] {
        let arguments = ["export", &fixture.name, "--lang", "c", "--name", name];
        let source = "#include \"named.h\"\nint main(void) { return 0; }\n";
        let header = regions::printed(&arguments);
        Program::with_header(STANDARDS[0], name, "named", &header, source).run(&[]);
    }
    let source = "#define MEETING_NO_OPEN\n#include \"meeting.h\"\nint main(void) { return 0; }\n";
    for standard in STANDARDS {
        Program::of(standard, &fixture.name, "meeting", source).run(&[]);
    }
}

#[test]
fn the_example_in_the_documentation_does_what_it_says() {
    let station = regions::station("lock-example");
    let document = include_str!("../../docs/other-languages.md");
    let section = document.split_once("\n### Locks\n").expect("the section").1;
    let example = section.split("```c\n").nth(1).and_then(|rest| rest.split("```").next());
    let source =
        example.expect("an example").replace("\"station\"", &format!("{:?}", station.name));
    for standard in STANDARDS {
        Program::of(standard, &station.name, "station", &source).run(&[]);
    }
    let account = station.region.account.lock().unwrap();
    assert_eq!((account.balance.get(), account.bookings.get()), (200, 2));
    assert_eq!(station.region.pose.load().unwrap().x, 1.5);
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
