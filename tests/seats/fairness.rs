//! A writer beside readers that never pause.
//!
//! `SHM_WRITES=20000 cargo test --release --test seats never_pause -- --nocapture` measures it.

use std::time::{Duration, Instant};

use shm_core::{Bulk, LockError, Region, RwLock, SharedLayout};

use crate::kills;
use crate::rwlock::Pair;
use crate::support::{self, Folder, PATIENCE, argument, finish, wait_until};

const READERS: usize = 2;

#[derive(SharedLayout)]
#[repr(C)]
struct Shelf {
    pair: RwLock<Pair>,
    /// The reads that each reader has begun.
    reads: [u64; READERS],
    ready: u32,
    go: u32,
}

impl ShelfView {
    fn all_reads(&self) -> u64 {
        self.reads.iter().map(|reads| reads.get()).sum()
    }
}

/// A writer's wait for the lock.
struct Wait {
    /// The reads that began meanwhile.
    overtaken: u64,
    took: Duration,
}

#[test]
fn no_reader_begins_while_a_writer_waits() {
    let lock = Region::<RwLock<Pair>>::options().anonymous().unwrap();
    let reading = lock.read().unwrap();
    std::thread::scope(|scope| {
        let writer = kills::spawn_until_asleep(scope, || lock.write_timeout(PATIENCE).map(drop));
        for _ in 0..1_000 {
            let attempt = scope.spawn(|| lock.try_read().map(drop)).join().unwrap();
            assert!(matches!(attempt, Err(LockError::Busy)), "the writer was overtaken");
        }
        drop(reading);
        writer.join().unwrap().expect("the last reader has gone");
    });
}

/// Readers in two processes, each of which locks again at once: nearly always, one of them reads.
#[test]
fn a_writer_gets_through_against_readers_that_never_pause() {
    let writes = std::env::var("SHM_WRITES").map_or(500, |n| n.parse().expect("a number"));
    let folder = Folder::new("rwlock-fair");
    let shelf = Region::<Shelf>::create(folder.file("shelf")).unwrap();
    let mut readers = [0, 1].map(|number| {
        let mut reader = support::second_process(&format!("fairness: {number}"));
        reader.env("SHM_FOLDER", folder.path()).spawn().unwrap()
    });
    wait_until("both read", || shelf.ready.get() == READERS as u32);
    let mut waits = Vec::new();
    for write in 1..=writes {
        // Both read again since the last write, so that each write has to wait for them.
        let reads = shelf.reads.load_vec().unwrap();
        wait_until("both read again", || {
            shelf.reads.iter().zip(&reads).all(|(now, then)| now.get() > *then + 3)
        });
        let (before, since) = (shelf.all_reads(), Instant::now());
        let pair = shelf.pair.write_timeout(PATIENCE).expect("a writer gets through");
        waits.push(Wait { overtaken: shelf.all_reads() - before, took: since.elapsed() });
        pair.left.set(write);
        pair.right.set(write);
    }
    shelf.go.set(1);
    assert!(readers.iter_mut().all(|reader| finish(reader).success()));
    let overtaken = report(waits, shelf.all_reads());
    // Those that were seated already, or saw no writer yet. A writer that is not scheduled waits for longer.
    assert!(
        overtaken <= 2 * READERS as u64,
        "half of the writes were overtaken by {overtaken} reads"
    );
}

/// Prints the waits. Returns the number of reads by which half of the writes were overtaken.
fn report(waits: Vec<Wait>, reads: u64) -> u64 {
    let (mut overtaken, mut took): (Vec<_>, Vec<_>) =
        waits.iter().map(|wait| (wait.overtaken, wait.took)).unzip();
    overtaken.sort_unstable();
    took.sort_unstable();
    let at = |percent: usize| (waits.len() - 1) * percent / 100;
    println!(
        "{} writes beside {reads} reads: waited p50 {:?}, p99 {:?}, longest {:?}; overtaken by p50 {}, p99 {}, at \
         most {} reads",
        waits.len(),
        took[at(50)],
        took[at(99)],
        took[at(100)],
        overtaken[at(50)],
        overtaken[at(99)],
        overtaken[at(100)]
    );
    overtaken[at(50)]
}

/// A reader.
pub(crate) fn second_process(number: &str) {
    let folder = std::path::PathBuf::from(argument("SHM_FOLDER"));
    let shelf = Region::<Shelf>::open(folder.join("shelf")).unwrap();
    let reads = &shelf.reads[number.parse::<usize>().unwrap()];
    drop(shelf.pair.read().unwrap());
    shelf.ready.fetch_add(1);
    while shelf.go.get() == 0 {
        let pair = shelf.pair.read().unwrap();
        reads.fetch_add(1);
        for _ in 0..1_000 {
            assert_eq!(pair.left.get(), pair.right.get(), "read beside a writer");
        }
    }
}
