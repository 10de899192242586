//! Processes in C and in Rust do the same work at the same time.

use std::process::{Child, Command};
use std::sync::atomic::{AtomicBool, Ordering};

use shm_core::errors::LoadError;

use crate::compilers::{STANDARDS, sanitized};
use crate::meeting::{Meeting, PERMITS, Version};
use crate::regions::Fixture;
use crate::{companion, processes, program, region};

/// Two processes in C, of two threads each, that do so many turns, while this process does `here`; then the same
/// in other standards, and with sanitizers. Returns the number of all turns.
fn work(fixture: &Fixture<Meeting>, kind: &str, turns: u32, mut here: impl FnMut()) -> u64 {
    let mut all = 0;
    for standard in STANDARDS.into_iter().chain(sanitized()) {
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
        all += u64::from(turns) * (2 * 2 + 1);
    }
    all
}

#[test]
fn c_and_rust_count_behind_one_mutex_and_lose_no_addition() {
    let fixture = region("lock-add");
    let all = work(&fixture, "add", 2_000, || {
        let counter = fixture.region.counter.lock().unwrap();
        counter.set(counter.get() + 1);
    });
    assert_eq!(fixture.region.counter.lock().unwrap().get(), all);
}

#[test]
fn c_and_rust_read_no_torn_pair_behind_one_rwlock() {
    let fixture = region("lock-pair");
    let mut turn = 0_u32;
    let all = work(&fixture, "pair", 400, || {
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
    assert_eq!(fixture.region.pair.read().unwrap().left.get(), all / 4);
}

#[test]
fn no_more_processes_have_a_permit_than_there_are_permits() {
    let fixture = region("lock-slots");
    let region = &fixture.region;
    let all = work(&fixture, "slots", 400, || {
        let _permit = region.slots.acquire().unwrap();
        assert!(region.inside.fetch_add(1) < PERMITS as u32);
        region.turns.fetch_add(1);
        region.inside.fetch_sub(1);
    });
    assert_eq!(region.turns.get(), all);
    assert_eq!(region.slots.available(), PERMITS);
}

#[test]
fn rust_reads_no_torn_version_that_c_stores_and_none_is_lost() {
    let fixture = region("lock-store");
    let region = &fixture.region;
    let is_done = AtomicBool::new(false);
    let stored = std::thread::scope(|scope| {
        scope.spawn(|| {
            while !is_done.load(Ordering::Relaxed) {
                check(region.version.version(), region.version.load());
                let news = region.news.view();
                check(news.version(), news.load());
                std::thread::yield_now();
            }
        });
        let _done = Done(&is_done);
        work(&fixture, "store", 100, || {
            let version = Version::of(region.turns.fetch_add(1));
            region.version.store(&version).unwrap();
            region.trail.push(&version).unwrap();
            region.news.change(|news| news.store(&version)).unwrap();
        })
    });
    assert_eq!((region.version.version(), region.turns.get()), (stored, stored));
    assert_eq!(region.news.view().version(), stored);
    check_padding(&fixture);
}

/// Ends another thread, also if this one panics.
struct Done<'d>(&'d AtomicBool);

impl Drop for Done<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

fn check(stored: u64, found: Result<Version, LoadError>) {
    match found {
        Ok(version) if stored > 0 => assert_eq!(version, Version::of(version.number)),
        Ok(_) | Err(LoadError::Contended) => {}
        Err(error) => panic!("not whole: {error}"),
    }
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
