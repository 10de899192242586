//! Processes in C and in Rust are killed, and the others go on.

use std::process::Child;
use std::time::Duration;

use shm_core::{DynRegion, LockError, Region, View};

use crate::compilers::STANDARDS;
use crate::meeting::{MEMBERS, Meeting, PERMITS, Version};
use crate::processes::{self, PATIENCE, argument};
use crate::regions::Fixture;
use crate::{companion, program, region, wait_for_a_sleeper, wait_until_it_sleeps};

#[test]
fn rust_is_told_that_a_program_in_c_died_with_a_lock_zombie_or_not() {
    for is_reaped in [false, true] {
        let fixture = region("killed-c");
        let (region, (_program, mut c)) = (&fixture.region, companion(&fixture));
        for command in ["lock", "write", "tear", "acquire", "join"] {
            assert_eq!(c.ask(command), "OK", "{command}");
        }
        std::thread::scope(|scope| {
            // One waits since before the death.
            let waiter = scope.spawn(|| region.counter.lock().map(drop));
            wait_for_a_sleeper(&fixture, "counter");
            c.kill();
            if is_reaped {
                c.reap();
            }
            assert!(matches!(waiter.join().unwrap(), Err(LockError::OwnerDied)));
        });
        assert!(matches!(region.counter.lock(), Err(LockError::OwnerDied)));
        assert!(matches!(region.pair.read(), Err(LockError::OwnerDied)));
        let pair = region.pair.write_as_found().unwrap();
        assert_eq!((pair.left.get(), pair.right.get()), (1, 0));
        pair.mark_consistent();
        drop(pair);
        let permits: Vec<_> = (0..PERMITS).map(|_| region.slots.acquire().unwrap()).collect();
        assert_eq!(permits.iter().filter(|permit| permit.inherited()).count(), 1);
        let members: Vec<_> = (0..MEMBERS).map(|_| region.step.join().unwrap()).collect();
        assert_eq!((members.len(), region.step.is_broken()), (MEMBERS, true));
        c.reap();
    }
}

#[test]
fn a_program_in_c_is_told_that_a_rust_process_died_with_a_lock_zombie_or_not() {
    for is_reaped in [false, true] {
        let fixture = region("killed-rust");
        let (_program, mut c) = companion(&fixture);
        let mut holder = start("holds", &fixture);
        processes::wait_until("it holds the locks", || fixture.region.turns.get() == 1);
        assert_eq!(c.ask("try"), "BUSY");
        c.send("lock");
        wait_for_a_sleeper(&fixture, "counter");
        holder.kill().expect("killing the holder");
        if is_reaped {
            holder.wait().expect("waiting for the holder");
        }
        assert_eq!(c.answer(), "OWNER_DIED");
        for (command, answer) in [
            ("try", "OWNER_DIED"),
            ("found", "OK, its owner died"),
            ("unlock", "OK"),
            ("found", "OK, its owner died"),
            ("consistent", "OK"),
            ("unlock", "OK"),
            ("lock", "OK"),
            ("read", "OWNER_DIED"),
            ("write", "OWNER_DIED"),
            ("read found", "OK, its owner died"),
            ("leave", "OK"),
            ("write found", "OK, its owner died"),
            ("pair consistent", "OK"),
            ("leave", "OK"),
            ("read", "OK"),
            ("acquire", "OK, inherited"),
        ] {
            assert_eq!(c.ask(command), answer, "{command}");
        }
        holder.wait().expect("waiting for the holder");
        c.end();
    }
}

#[test]
fn a_program_in_c_that_waits_at_a_barrier_is_told_of_a_dead_member() {
    let fixture = region("killed-member");
    let (_program, mut c) = companion(&fixture);
    assert_eq!(c.ask("join"), "OK");
    let mut member = start("joins", &fixture);
    processes::wait_until("it has joined", || fixture.region.turns.get() == 1);
    c.send("arrive");
    wait_until_it_sleeps(c.id());
    member.kill().expect("killing the member");
    assert_eq!(c.answer(), "BROKEN");
    assert_eq!((c.ask("arrive"), c.ask("reset")), ("BROKEN".to_owned(), "OK".to_owned()));
    assert_eq!(fixture.region.step.members(), 1, "the seat of the dead is free");
    assert_eq!(c.ask("arrive soon"), "BUSY");
    member.wait().expect("waiting for the member");
    c.end();
}

#[test]
fn a_forked_child_that_is_killed_leaves_its_own_locks_and_not_those_of_its_parent() {
    let fixture = region("killed-child");
    let (region, (_program, mut c)) = (&fixture.region, companion(&fixture));
    for (command, answer) in [
        ("write", "OK"),
        ("killed child lock", "OK"),
        ("lock", "OWNER_DIED"),
        ("tear", "OK"),
        ("leave", "OK"),
    ] {
        assert_eq!(c.ask(command), answer, "{command}");
    }
    assert!(matches!(region.counter.lock(), Err(LockError::OwnerDied)));
    assert_eq!(region.pair.read().unwrap().left.get(), 1);
    c.end();
}

/// Three busy processes in C and one in Rust, of which one is killed at a time, and sometimes all; half of the
/// dead are zombies while the others go on.
#[test]
fn of_busy_processes_in_c_and_rust_killed_at_random_none_hangs_and_no_torn_value_is_untold() {
    let wanted: u32 = std::env::var("SHM_KILLS").map_or(200, |n| n.parse().expect("a number"));
    let fixture = region("killed-busy");
    let program = program(STANDARDS[0], &fixture);
    let start_one = |index: usize| match index {
        0 => start("busy", &fixture),
        _ => program.command(&[&fixture.name, "busy"]).spawn().expect("starting a program"),
    };
    let mut busy: Vec<Child> = (0..4).map(start_one).collect();
    let mut kills = 0;
    while kills < wanted {
        std::thread::sleep(Duration::from_micros(u64::from(2_000 + kills * 7919 % 5000)));
        let all = kills % 12 == 11;
        let first = kills as usize % busy.len();
        let dying = if all { 0..busy.len() } else { first..first + 1 };
        for process in &mut busy[dying.clone()] {
            // One that found a value torn has ended by itself.
            let ended = process.try_wait().expect("looking at a process");
            assert!(ended.is_none(), "a process failed: {ended:?}");
            process.kill().expect("killing a process");
            kills += 1;
            if kills.is_multiple_of(2) {
                process.wait().expect("waiting for a process");
            }
        }
        turn(&fixture.region);
        if all {
            nothing_is_left(&fixture);
        }
        for (index, process) in dying.clone().zip(&mut busy[dying]) {
            process.wait().expect("waiting for a process");
            *process = start_one(index);
        }
    }
    for process in &mut busy {
        process.kill().expect("killing a process");
        process.wait().expect("waiting for a process");
    }
    turn(&fixture.region);
    nothing_is_left(&fixture);
}

/// Takes each lock once, repairs what was reported, and finds every value whole.
fn turn(region: &View<Meeting>) {
    let account =
        region.account.lock_timeout_or_repair(PATIENCE, |pair| pair.right.set(pair.left.get()));
    let account = account.expect("the lock of the dead can be taken");
    assert_eq!(account.left.get(), account.right.get(), "torn, and not reported");
    drop(account);
    let pair =
        region.pair.write_timeout_or_repair(PATIENCE, |pair| pair.right.set(pair.left.get()));
    let pair = pair.expect("the seats of the dead can be taken");
    assert_eq!(pair.left.get(), pair.right.get(), "torn, and not reported");
    drop(pair);
    drop(region.slots.acquire_timeout(PATIENCE).expect("a permit of the dead can be taken"));
    let version = Version::of(region.turns.fetch_add(1));
    region.version.store_timeout(&version, PATIENCE).expect("a dead writer is replaced");
    region.trail.push_timeout(&version, PATIENCE).expect("a dead writer is replaced");
    let stored = region.version.load().expect("a whole version");
    assert_eq!(stored, Version::of(stored.number));
}

/// No process is alive: every permit and every seat can be had, and every lock is free afterwards.
fn nothing_is_left(fixture: &Fixture<Meeting>) {
    let region = &fixture.region;
    let permits: Vec<_> = (0..PERMITS)
        .map(|_| region.slots.acquire_timeout(PATIENCE).expect("a permit is lost"))
        .collect();
    drop(permits);
    assert_eq!(region.slots.available(), PERMITS);
    let view = DynRegion::open_read_only(&fixture.name).expect("opening the region");
    for path in ["account", "pair", "slots", "version", "trail"] {
        let state = view.lock_state(path).expect("a lock");
        assert!(state.holder.is_none() && !state.is_poisoned, "{path}: {state:?}");
        assert!(state.seats.iter().all(Option::is_none), "{path}: {state:?}");
    }
}

fn start(role: &str, fixture: &Fixture<Meeting>) -> Child {
    let mut command = processes::second_process(role);
    command.env("SHM_REGION", &fixture.name).spawn().expect("starting a second process")
}

pub(crate) fn second_process(role: &str) {
    let region = Region::<Meeting>::open(argument("SHM_REGION")).expect("opening the region");
    match role {
        "holds" => {
            let _counter = region.counter.lock().unwrap();
            let _pair = region.pair.write().unwrap();
            let _permits = (region.slots.acquire().unwrap(), region.slots.acquire().unwrap());
            region.turns.set(1);
            std::thread::sleep(PATIENCE);
        }
        "joins" => {
            let _member = region.step.join().unwrap();
            region.turns.set(1);
            std::thread::sleep(PATIENCE);
        }
        "busy" => loop {
            be_busy(&region);
        },
        other => panic!("no such role: {other}"),
    }
}

/// As the program in C.
fn be_busy(region: &View<Meeting>) {
    let repaired = region.account.lock_or_repair(|pair| pair.right.set(pair.left.get())).unwrap();
    change(&repaired);
    drop(repaired);
    let repaired = region.pair.write_or_repair(|pair| pair.right.set(pair.left.get())).unwrap();
    change(&repaired);
    drop(repaired);
    if let Ok(pair) = region.pair.read() {
        assert_eq!(pair.left.get(), pair.right.get(), "torn, and not reported");
    }
    drop(region.slots.acquire().unwrap());
    let version = Version::of(region.turns.fetch_add(1));
    region.version.store(&version).unwrap();
    region.trail.push(&version).unwrap();
    region.ready.notify_all();
}

fn change(pair: &View<crate::meeting::Pair>) {
    assert_eq!(pair.left.get(), pair.right.get(), "torn, and not reported");
    pair.left.fetch_add(1);
    pair.right.fetch_add(1);
}
