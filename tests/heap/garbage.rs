//! A peer writes garbage anywhere in a region while two processes work on it: a writer, and a reader that
//! knows the type as well as the names in the region's schema.
//!
//! Wrong values and errors are right. A crash, a panic, a process that stops making progress, or one that
//! takes more memory than the region could fill fails the test.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::Child;
use std::time::{Duration, Instant};

use shm_core::{DynRegion, Map, Owned, Queue, Region, Ring, SharedLayout, format};

use super::dice::Dice;
use super::text;
use crate::support::{Folder, PATIENCE, argument, second_process, wait_until};

/// `SHM_GARBAGE_SECONDS`, or this.
const SECONDS: u64 = 3;
/// A fresh region for each.
const ROUND: Duration = Duration::from_millis(700);
const HEAP: u64 = 512 << 10;
/// In KiB. A sanitizer's own memory is part of it.
const MOST_MEMORY: u64 = if cfg!(debug_assertions) { 200 << 10 } else { 150 << 10 };
const BRIEFLY: Duration = Duration::from_micros(300);

#[derive(SharedLayout)]
#[repr(C)]
struct Yard {
    hits: u64,
    texts: [Owned<str>; 8],
    samples: Owned<[u64]>,
    names: Map<str, str>,
    numbers: Map<u64, [u64; 3]>,
    items: Queue<[u64; 4], 8>,
    events: Ring<[u64; 3], 8>,
}

/// What a worker says of itself, where no garbage is.
#[derive(SharedLayout)]
#[repr(C)]
struct Progress {
    operations: u64,
    refused: u64,
    /// It panicked.
    failed: u64,
}

fn progress() -> Region<Progress> {
    Region::open(argument("SHM_PROGRESS")).unwrap()
}

/// In a worker: repeats an operation, which is whether it succeeded, until it is killed.
fn repeat(mut operate: impl FnMut(&mut Dice) -> bool) -> ! {
    let (progress, noticed, say) = (progress(), progress(), std::panic::take_hook());
    std::panic::set_hook(Box::new(move |panic| {
        noticed.failed.set(1);
        say(panic);
    }));
    let mut dice = Dice(argument("SHM_SEED").parse().unwrap());
    loop {
        let succeeded = operate(&mut dice);
        progress.refused.fetch_add(u64::from(!succeeded));
        progress.operations.fetch_add(1);
    }
}

pub(crate) fn write() {
    let yard = Region::<Yard>::open(argument("SHM_PATH")).unwrap();
    let mut events = yard.events.follow();
    repeat(|dice| match dice.below(4) {
        0 => change_places(&yard, dice),
        1 => change_maps(&yard, dice),
        2 => {
            let value = [dice.next(); 4];
            match dice.below(4) {
                0 => yard.items.push_timeout(value, BRIEFLY).is_ok(),
                1 => yard.items.pop_timeout(BRIEFLY).is_ok(),
                2 => yard.events.push_timeout(&[dice.next(); 3], BRIEFLY).is_ok(),
                _ => events.next().is_some_and(|event| event.is_ok()),
            }
        }
        _ => look(&yard, dice) && (dice.below(20) > 0 || settle(&yard)),
    })
}

fn settle(yard: &Region<Yard>) -> bool {
    let heap = yard.heap().unwrap();
    heap.recover().is_ok() && heap.audit().faults.is_empty()
}

fn change_places(yard: &Region<Yard>, dice: &mut Dice) -> bool {
    let (one, other) = (&yard.texts[dice.below(8) as usize], &yard.texts[dice.below(8) as usize]);
    let most = [60, 600, 6000, 60_000][dice.below(4) as usize];
    let len = dice.below(most) as usize;
    match dice.below(8) {
        0..3 => one.set_timeout(&text(len, 1), BRIEFLY).is_ok(),
        3 => one.clear_timeout(BRIEFLY).is_ok(),
        4 => one.take_timeout(BRIEFLY).is_ok(),
        5 => one.move_to_timeout(other, BRIEFLY).is_ok(),
        6 => one.update_timeout(BRIEFLY, |text| text.push('x')).is_ok(),
        _ => yard.samples.set_timeout(&vec![7; len / 8], BRIEFLY).is_ok(),
    }
}

fn change_maps(yard: &Region<Yard>, dice: &mut Dice) -> bool {
    let (number, len) = (dice.below(60), dice.below(400) as usize);
    let name = text(number as usize % 40, number);
    match dice.below(12) {
        0..4 => yard.names.insert_timeout(&name, &text(len, 1), BRIEFLY).is_ok(),
        4..7 => yard.numbers.insert_timeout(&number, &[number; 3], BRIEFLY).is_ok(),
        7 => yard.names.remove_timeout(&name, BRIEFLY).is_ok(),
        8 => yard.numbers.take_timeout(&number, BRIEFLY).is_ok(),
        9 => yard.numbers.update_timeout(&number, BRIEFLY, |value| *value = None).is_ok(),
        10 if dice.below(20) == 0 => yard.names.clear_timeout(BRIEFLY).is_ok(),
        _ => yard.names.insert_timeout(&text(20, dice.next()), "x", BRIEFLY).is_ok(),
    }
}

/// Reads with the type. Waits for no process.
fn look<A: shm_core::traits::Access>(yard: &Region<Yard, A>, dice: &mut Dice) -> bool {
    let number = dice.below(60);
    match dice.below(9) {
        0 | 1 => yard.texts[number as usize % 8].load().is_ok(),
        2 => yard.texts[number as usize % 8].load_within(100).is_ok(),
        3 => yard.samples.load().is_ok(),
        4 => yard.names.get(&text(number as usize % 40, number)).is_ok(),
        5 => yard.numbers.get(&number).is_ok(),
        6 => yard.names.entries().is_ok() && yard.numbers.len().is_ok(),
        7 => yard.items.peek().is_ok() && yard.events.newest().is_ok(),
        _ => yard.heap().unwrap().stats().blocks > 0 && yard.items.len() <= 8,
    }
}

pub(crate) fn read() {
    let path = argument("SHM_PATH");
    let yard = Region::<Yard>::open_read_only(&path).unwrap();
    let by_name = DynRegion::open_read_only(&path).unwrap();
    let mut events = yard.events.follow_from_oldest();
    let fields =
        ["hits", "texts[3]", "texts", "samples", "names", "numbers", "items", "events", ""];
    repeat(|dice| match dice.below(6) {
        0 => by_name.get(fields[dice.below(fields.len() as u64) as usize]).is_ok(),
        1 => events.next().is_some_and(|event| event.is_ok()),
        2 if dice.below(20) == 0 => !format!("{:?}", *yard).is_empty(),
        // Opening it again may be refused.
        2 if dice.below(20) == 1 => {
            DynRegion::open_read_only(&path).is_ok_and(|again| again.get("").is_ok())
        }
        3 if dice.below(20) == 0 => yard.heap().unwrap().audit().faults.is_empty(),
        _ => look(&yard, dice),
    });
}

/// The peer that writes garbage, by the file.
struct Peer {
    file: File,
    /// Where garbage goes, and how often in eight times.
    spans: Vec<(std::ops::Range<u64>, u64)>,
    /// The heap's lock: no call would wait for its owner but for a time, except for `recover`.
    spared: u64,
}

impl Peer {
    fn new(path: &Path) -> Self {
        let file = File::options().read(true).write(true).open(path).unwrap();
        let len = file.metadata().unwrap().len();
        let header = format::check(&file, len).unwrap();
        let (heap, heap_len) = header.heap().unwrap().unwrap();
        let data = header.data_offset()..header.data_offset() + header.data_len();
        let table = heap + 4096;
        // The pages come after the table, which has a thirty-third of the section.
        let pages = table + (heap_len - 4096) / 33;
        let spans = vec![
            (data, 3),
            (table..table + (4 << 10), 1),
            (pages..pages + (64 << 10), 2),
            (heap + 8..heap + heap_len, 1),
            (0..len, 1),
        ];
        Self { file, spans, spared: heap }
    }

    fn word_at(&self, at: u64) -> u64 {
        let mut bytes = [0; 8];
        self.file.read_exact_at(&mut bytes, at).map_or(0, |()| u64::from_ne_bytes(bytes))
    }

    fn somewhere(&self, dice: &mut Dice) -> u64 {
        let mut turn = dice.below(8);
        for (span, share) in &self.spans {
            if turn < *share {
                return (span.start + dice.below((span.end - span.start) / 8) * 8) & !7;
            }
            turn -= share;
        }
        unreachable!("the shares are eight")
    }

    fn spoil(&self, dice: &mut Dice) {
        let at = self.somewhere(dice);
        if at == self.spared {
            return;
        }
        let word = match dice.below(8) {
            0 => dice.next(),
            1 => 0,
            2 => u64::MAX,
            3 => self.word_at(at) ^ 1 << dice.below(64),
            4 | 5 => self.word_at(self.somewhere(dice)),
            6 => dice.next() >> dice.below(64),
            // Handles, page words and states of small numbers.
            _ => dice.below(6) << 32 | dice.below(0x2000) << (8 * dice.below(2)) | dice.below(256),
        };
        self.file.write_all_at(&word.to_ne_bytes(), at).unwrap();
    }
}

struct Worker {
    role: &'static str,
    process: Child,
    progress: Region<Progress>,
}

impl Worker {
    fn start(role: &'static str, folder: &Folder, path: &Path, seed: u64) -> Self {
        let at: PathBuf = folder.file(role);
        let progress = Region::<Progress>::options().create_or_replace(&at).unwrap();
        let mut command = second_process(role);
        command.env("SHM_PATH", path).env("SHM_PROGRESS", at).env("SHM_SEED", seed.to_string());
        let worker = Self { role, process: command.spawn().unwrap(), progress };
        wait_until("it has begun", || worker.progress.operations.get() > 100);
        worker
    }

    fn kill(mut self) -> (u64, u64) {
        let status = format!("/proc/{}/status", self.process.id());
        let status = std::fs::read_to_string(status).unwrap();
        let memory = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        self.process.kill().unwrap();
        let ended = self.process.wait().unwrap();
        assert_eq!(ended.signal(), Some(libc::SIGKILL), "what {} ended: {ended}", self.role);
        assert_eq!(self.progress.failed.get(), 0, "what {} panicked", self.role);
        let memory = memory.expect("it is a living process").trim().trim_end_matches(" kB");
        let memory: u64 = memory.parse().unwrap();
        assert!(memory < MOST_MEMORY, "what {} took {memory} KiB", self.role);
        (self.progress.operations.get(), self.progress.refused.get())
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // It has ended, or the test fails.
        let _ = self.process.kill();
    }
}

/// Fails unless all workers make progress.
struct Watch(Vec<(u64, Instant)>);

impl Watch {
    fn look(&mut self, workers: &mut [Worker]) {
        self.0.resize(workers.len(), (0, Instant::now()));
        for (worker, (seen, since)) in workers.iter_mut().zip(&mut self.0) {
            let now = worker.progress.operations.get();
            if now != *seen {
                (*seen, *since) = (now, Instant::now());
            }
            assert!(since.elapsed() < PATIENCE, "what {} is stuck after {now}", worker.role);
            if let Some(ended) = worker.process.try_wait().unwrap() {
                panic!("what {} ended after {now} operations: {ended}", worker.role);
            }
        }
    }
}

#[test]
fn garbage_written_anywhere_while_processes_work_crashes_and_stops_none_and_takes_no_memory() {
    let seconds = std::env::var("SHM_GARBAGE_SECONDS");
    let seconds = seconds.map_or(SECONDS, |n| n.parse().expect("a number"));
    let folder = Folder::new("heap-live-garbage");
    let (end, mut dice) = (Instant::now() + Duration::from_secs(seconds), Dice(0x0BAD_CAFE));
    let (mut rounds, mut words, mut done, mut refused) = (0, 0_u64, 0, 0);
    while Instant::now() < end {
        let path = folder.file("yard");
        let options = Region::<Yard>::options().heap_max(HEAP);
        drop(options.create_or_replace(&path).unwrap());
        let mut workers = ["writes among garbage", "reads garbage"]
            .map(|role| Worker::start(role, &folder, &path, dice.next()));
        let (peer, mut watch) = (Peer::new(&path), Watch(Vec::new()));
        let (burst, round) = ([1, 3, 20, 200][rounds % 4], Instant::now() + ROUND);
        while Instant::now() < round {
            (0..burst).for_each(|_| peer.spoil(&mut dice));
            words += burst;
            watch.look(&mut workers);
            std::thread::sleep(Duration::from_micros(dice.below(300)));
        }
        // All go on without further garbage.
        let counts = workers.each_ref().map(|worker| worker.progress.operations.get());
        let goes_on =
            |(worker, count): (&Worker, u64)| worker.progress.operations.get() > count + 10;
        wait_until("all go on", || {
            watch.look(&mut workers);
            workers.iter().zip(counts).all(goes_on)
        });
        for worker in workers {
            let (operations, errors) = worker.kill();
            (done, refused) = (done + operations, refused + errors);
        }
        rounds += 1;
    }
    println!(
        "{rounds} rounds, {words} words of garbage, {done} operations, {refused} of them refused"
    );
    assert!(refused > 0 && refused < done);
}
