//! `Latest` between processes: readers that may not write, and writers that are killed.
//!
//! `SHM_KILLS=10000 cargo test --test latest -- --nocapture` kills more of them.

#[path = "support/forked.rs"]
mod forked;
#[path = "support/killed_writers.rs"]
mod killed_writers;
mod support;

use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::ExitStatusExt;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use forked::{holds_in_a_forked_child, panics};
use killed_writers::{Victims, become_a_victim, kills};
use rustix::process::Signal;
use shm_core::fault::LATEST_POINTS;
use shm_core::{Latest, ReadOnly, Region, SharedLayout, Text};
use support::{Folder, argument, finish, role, run, wait_until};

#[derive(SharedLayout)]
#[repr(C)]
struct Board {
    label: Latest<Text<32>>,
    block: Latest<[u64; 512]>,
}

/// The result of a reader.
#[derive(SharedLayout)]
#[repr(C)]
struct Findings {
    reads: u64,
    torn: u64,
    backwards: u64,
    older_than_its_version: u64,
    contended: u64,
}

/// The number of reads of each value that the read-only reader does while the writer writes.
const READS: u64 = 20_000;

#[test]
fn a_reader_that_may_not_write_sees_whole_versions_while_a_writer_writes() {
    let folder = Folder::new("latest-reader");
    // The writer has the file already; only root could open it for writing now.
    std::fs::set_permissions(folder.path(), PermissionsExt::from_mode(0o755)).unwrap();
    let options = Region::<Board>::options().mode(0o444);
    let board = options.create(folder.file("board")).unwrap();
    let findings = Region::<Findings>::create(folder.file("findings")).unwrap();
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut version = 0;
            while !done.load(Relaxed) {
                version += 1;
                assert_eq!(board.label.store(&label(version)).unwrap(), version);
                assert_eq!(board.block.store(&[version; 512]).unwrap(), version);
            }
        });
        run(support::second_process("reader")
            .env("SHM_BOARD", folder.file("board"))
            .env("SHM_FINDINGS", folder.file("findings")));
        done.store(true, Relaxed);
    });
    println!("the reader found {:?}", *findings);
    assert!(board.block.version() > 100, "the writer wrote meanwhile");
    assert_eq!(findings.reads.get(), 2 * READS);
    assert_eq!((findings.torn.get(), findings.backwards.get()), (0, 0));
    assert_eq!((findings.older_than_its_version.get(), findings.contended.get()), (0, 0));
}

fn label(version: u64) -> Text<32> {
    // Of changing length, with characters of several bytes.
    Text::truncated(&format!("{version}+我是峰云{}", "é".repeat(version as usize % 4)))
}

/// The reader: a user who may not write to the file.
fn read_as_another_user() {
    let findings = Region::<Findings>::open(argument("SHM_FINDINGS")).unwrap();
    let owner = rustix::process::geteuid();
    if owner.is_root() {
        let nobody = rustix::process::Uid::from_raw(65_534);
        rustix::thread::set_thread_res_uid(nobody, nobody, nobody).unwrap();
    }
    let options = Region::<Board>::options().allow_owner(owner.as_raw());
    assert!(options.open(argument("SHM_BOARD")).is_err(), "it may not be written");
    let board = options.read_only().open(argument("SHM_BOARD")).unwrap();
    wait_until("the writer writes", || board.block.version() > 0);
    let (mut newest_label, mut newest_block) = (0, 0);
    for _ in 0..READS {
        let whole = |version, text: &Text<32>| *text == label(version);
        look(&findings, &board.label, &mut newest_label, whole);
        let whole = |version, block: &[u64; 512]| *block == [version; 512];
        look(&findings, &board.block, &mut newest_block, whole);
    }
}

/// Loads a value once, and compares all of it with the value that its version's number determines.
fn look<T: shm_core::sync::Value>(
    findings: &shm_core::View<Findings>,
    latest: &shm_core::sync::LatestView<T, 4, ReadOnly>,
    newest: &mut u64,
    is_whole: impl Fn(u64, &T) -> bool,
) {
    let promised = latest.version();
    let Ok(Some((version, value))) = latest.load_if_newer(0) else {
        findings.contended.fetch_add(1);
        return;
    };
    findings.reads.fetch_add(1);
    findings.torn.fetch_add(u64::from(!is_whole(version, &value)));
    findings.backwards.fetch_add(u64::from(version < *newest));
    findings.older_than_its_version.fetch_add(u64::from(version < promised));
    *newest = version;
}

/// From this point on the version counts as published.
const AFTER_PUBLISHING: usize = LATEST_POINTS.len() - 1;

/// The orders to writers: continue, or continue when the test is about to wait for the lock.
const GO_ON: u32 = 1;
const GO_ON_SOON: u32 = 2;

/// Two writers would tear what readers accept.
#[test]
fn a_forked_child_cannot_store_through_its_copy_of_a_publisher() {
    run(&mut support::second_process("forks a publisher"));
}

fn fork_a_publisher() {
    let latest = Region::<Latest<u64>>::options().anonymous().unwrap();
    let mut publisher = latest.publisher().unwrap();
    publisher.store(&1);
    holds_in_a_forked_child(|| panics(|| publisher.store(&2)) && latest.version() == 1);
    assert_eq!(publisher.store(&3), 2);
}

#[test]
fn writers_of_64_bytes_may_be_killed_anywhere() {
    kill_writers::<8>("latest-64");
}

#[test]
fn writers_of_4_kib_may_be_killed_anywhere() {
    kill_writers::<512>("latest-4096");
}

/// Kills a writer a round, while a reader compares every word that it reads.
fn kill_writers<const WORDS: usize>(purpose: &str) {
    let folder = Folder::new(purpose);
    let path = folder.file("value");
    let latest = Region::<Latest<[u64; WORDS]>>::create(&path).unwrap();
    let victims = Victims::new(&folder, &LATEST_POINTS);
    let (reads, done) = (AtomicU64::new(0), AtomicBool::new(false));
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let reader = Region::<Latest<[u64; WORDS]>>::open_read_only(&path).unwrap();
            let mut newest = 0;
            while !done.load(Relaxed) {
                newest = read_whole(&reader, newest);
                reads.fetch_add(1, Relaxed);
            }
        });
        let finished = Finished(&done);
        for round in 0..kills(200) {
            kill_one(round, &folder, &latest, &victims);
        }
        drop(finished);
    });
    println!("{WORDS} words, {} reads of whole versions, writers killed:", reads.load(Relaxed));
    victims.expect_each_place();
}

/// Stops the reader, even if the test fails.
struct Finished<'a>(&'a AtomicBool);

impl Drop for Finished<'_> {
    fn drop(&mut self) {
        self.0.store(true, Relaxed);
    }
}

/// Loads once: a whole version, not older than `newest`. It must never be refused, since a dead
/// writer is in no reader's way.
fn read_whole<const WORDS: usize, A: shm_core::traits::Access>(
    latest: &shm_core::sync::LatestView<[u64; WORDS], 4, A>,
    newest: u64,
) -> u64 {
    let mut words = [u64::MAX; WORDS];
    let version = latest.load_into(&mut words).expect("a reader is never blocked");
    assert!(words.iter().all(|word| *word == version), "torn in version {version}: {words:?}");
    assert!(version >= newest, "version {version} after {newest}");
    version
}

/// One round: a writer that becomes the publisher and dies, and this process as its successor, which
/// in every other round is waiting already.
fn kill_one<const WORDS: usize>(
    round: usize,
    folder: &Folder,
    latest: &Region<Latest<[u64; WORDS]>>,
    victims: &Victims<'_>,
) {
    let (place, waiting) = (round / 2 % victims.places(), round.is_multiple_of(2));
    let stores = 1 + round as u64 % 7;
    let before = latest.version();
    let mut command = support::second_process(&format!("writer of {WORDS} words"));
    let go_on = if waiting { GO_ON_SOON } else { GO_ON };
    let mut writer =
        victims.start(command.env("SHM_VALUE", folder.file("value")), place, stores, go_on);
    if victims.is_anywhere(place) {
        // The writer may be asleep, for up to three milliseconds.
        victims.kill(&mut writer, Duration::from_micros(37 * round as u64 % 5000));
    }
    let death = (!waiting).then(|| finish(&mut writer));
    read_whole(latest, before);
    let mut publisher = latest.publisher().expect("a dead writer is succeeded");
    let left = read_whole(latest, before);
    if !victims.is_anywhere(place) {
        let unfinished = u64::from(place != AFTER_PUBLISHING);
        assert_eq!(
            left,
            before + stores - unfinished,
            "published by the writer that died at place {place}"
        );
    }
    assert_eq!(publisher.store(&[left + 1; WORDS]), left + 1);
    assert_eq!(read_whole(latest, left), left + 1);
    let death = death.unwrap_or_else(|| finish(&mut writer));
    assert_eq!(death.signal(), Some(Signal::KILL.as_raw()));
}

fn write_until_killed<const WORDS: usize>() {
    let latest = Region::<Latest<[u64; WORDS]>>::open(argument("SHM_VALUE")).unwrap();
    let (mut publisher, told) = become_a_victim(&LATEST_POINTS, || latest.publisher().unwrap());
    if told == GO_ON_SOON {
        std::thread::sleep(Duration::from_millis(3));
    }
    loop {
        let next = latest.version() + 1;
        publisher.store(&[next; WORDS]);
    }
}

#[test]
#[ignore = "run by the tests above, as a process of its own"]
fn second_process() {
    match role().as_deref() {
        None => {}
        Some("reader") => read_as_another_user(),
        Some("forks a publisher") => fork_a_publisher(),
        Some("writer of 8 words") => write_until_killed::<8>(),
        Some("writer of 512 words") => write_until_killed::<512>(),
        Some(other) => panic!("{other} is not a role"),
    }
}
