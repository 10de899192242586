//! A copy on another host is what its origin is, for each type of field, while the origin is written all the time.

mod hosts;

use std::num::NonZero;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use hosts::{Hosts, PATIENCE, wait_until};
use shm_core::{
    Bytes, DynRegion, Event, Latest, Mutex, Once, ReadOnly, Region, RwLock, SharedLayout, Text,
    Watched,
};

/// Eight words that are all the same number, when they are whole.
#[derive(SharedLayout, Clone, Copy, Debug, PartialEq)]
#[repr(C)]
struct Whole([u64; 8]);

impl Whole {
    fn of(n: u64) -> Self {
        Self([n; 8])
    }

    fn number(&self) -> u64 {
        assert!(self.0.iter().all(|word| *word == self.0[0]), "torn: {self:?}");
        self.0[0]
    }
}

#[derive(SharedLayout, Clone, Copy, Debug, PartialEq)]
#[repr(u8)]
enum Mode {
    Off,
    On,
    Broken,
}

#[derive(SharedLayout, Clone, Copy)]
#[repr(C)]
struct Small {
    a: u8,
    b: i16,
    c: f32,
}

/// A field of each type that is mirrored.
#[derive(SharedLayout)]
#[repr(C)]
struct Everything {
    byte: u8,
    flag: bool,
    mode: Mode,
    word: u16,
    signed: i32,
    single: f32,
    double: f64,
    id: NonZero<u32>,
    /// Both halves the same.
    halves: u64,
    small: [Small; 5],
    samples: [u32; 700],
    text: Latest<Text<24>>,
    bytes: Mutex<Bytes<16>>,
    latest: Latest<Whole>,
    mutex: Mutex<Whole>,
    rwlock: RwLock<Whole>,
    watched: Watched<u64>,
    event: Event,
    once: Once,
}

/// The paths whose values are compared.
const PATHS: [&str; 18] = [
    "byte", "flag", "mode", "word", "signed", "single", "double", "id", "halves", "small",
    "samples", "text", "bytes", "latest", "mutex", "rwlock", "watched", "once",
];

fn make(hosts: &Hosts) -> Region<Everything> {
    let options = Region::<Everything>::options();
    let id = NonZero::new(1).unwrap();
    options.create_with(hosts.file("everything"), |new| new.id.set(id)).unwrap()
}

fn halves(n: u64) -> u64 {
    let half = n & 0xffff_ffff;
    half << 32 | half
}

fn write(origin: &Region<Everything>, n: u64) {
    origin.byte.set(n as u8);
    origin.flag.set(n.is_multiple_of(2));
    origin.mode.set([Mode::Off, Mode::On, Mode::Broken][n as usize % 3]);
    origin.word.set(n as u16);
    origin.signed.set(-(n as i32));
    origin.single.set(n as f32 * 0.5);
    origin.double.set(n as f64 * 0.25);
    origin.id.set(NonZero::new(n as u32 | 1).unwrap());
    origin.halves.set(halves(n));
    origin.small[n as usize % 5].a.set(n as u8);
    origin.small[n as usize % 5].b.set(n as i16);
    origin.small[n as usize % 5].c.set(n as f32);
    origin.samples[n as usize % 700].set(n as u32);
    origin.text.store(&Text::try_from(format!("number {n}").as_str()).unwrap()).unwrap();
    origin.bytes.lock().unwrap().set(&n.to_be_bytes()).unwrap();
    origin.latest.store(&Whole::of(n)).unwrap();
    origin.mutex.lock().unwrap().store(&Whole::of(n));
    origin.rwlock.write().unwrap().store(&Whole::of(n));
    origin.watched.set(n);
    origin.event.notify_all();
}

/// Reads everything of the copy that could be torn. The values under locks are read under the copy's own, which only its
/// follower takes otherwise.
fn read(copy: &Region<Everything, ReadOnly>, locks: &DynRegion) -> [u64; 5] {
    let found = copy.halves.get();
    assert_eq!(found, halves(found), "a torn number");
    let latest = copy.latest.load().unwrap().number();
    let locked = |path: &str| {
        let text = locks.lock(path).unwrap().get("").unwrap().to_string();
        let words = &text[text.find('[').expect("words")..];
        let mut numbers =
            words.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty());
        let first: u64 = numbers.next().expect("numbers").parse().unwrap();
        assert!(numbers.all(|number| number == first.to_string()), "torn: {text}");
        first
    };
    let watched = copy.watched.get().unwrap();
    [found & 0xffff_ffff, latest, locked("mutex"), locked("rwlock"), watched]
}

#[test]
#[allow(clippy::print_stdout, reason = "says what was seen")]
fn a_copy_is_whole_while_its_origin_is_written_and_equal_when_that_ends() {
    let hosts = Hosts::new_or_alone(1);
    let origin = make(&hosts);
    let _server = hosts.serve("everything", &["--rate", "1000"]);
    let _follower = hosts.follow(1, "everything", "copy");
    let copy = Region::<Everything>::open_read_only(hosts.file("copy")).unwrap();
    let locks = DynRegion::options().mirror(true).open(hosts.file("copy")).unwrap();

    let end = AtomicBool::new(false);
    let distinct = std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            let mut n = 0;
            while !end.load(Ordering::Relaxed) {
                n += 1;
                write(&origin, n);
            }
            n
        });
        let distinct = look(&copy, &locks);
        end.store(true, Ordering::Relaxed);
        println!("{} times written", writer.join().unwrap());
        distinct
    });
    println!("distinct values seen: {distinct:?}");

    origin.once.call_once(|| origin.byte.set(200)).unwrap();
    let seen = DynRegion::open_read_only(hosts.file("copy")).unwrap();
    let whole = DynRegion::open_read_only(hosts.file("everything")).unwrap();
    let value = |of: &DynRegion<ReadOnly>, path| of.get(path).unwrap().to_string();
    for path in PATHS {
        wait_until(path, || value(&seen, path) == value(&whole, path));
    }
    // Nothing has changed since, and so all are equal at once.
    assert!(PATHS.iter().all(|path| value(&seen, path) == value(&whole, path)));
    assert_eq!(copy.byte.get(), 200);
}

/// Looks until each field that could be torn has had many values.
fn look(copy: &Region<Everything, ReadOnly>, locks: &DynRegion) -> [u32; 5] {
    let (mut distinct, mut last) = ([0; 5], [0; 5]);
    let deadline = Instant::now() + PATIENCE;
    while distinct.iter().any(|count| *count < 100) {
        assert!(Instant::now() < deadline, "too few changes arrived: {distinct:?}");
        let found = read(copy, locks);
        for (field, count) in distinct.iter_mut().enumerate() {
            *count += u32::from(found[field] != last[field]);
        }
        last = found;
    }
    distinct
}

/// A waiter on the copy's host sleeps until the origin notifies, and finds the value that was announced.
#[test]
fn waiters_of_a_copy_are_woken_by_what_happens_at_the_origin() {
    let hosts = Hosts::new_or_alone(1);
    let origin = make(&hosts);
    let _server = hosts.serve("everything", &[]);
    let _follower = hosts.follow(1, "everything", "copy");
    let copy = Region::<Everything>::open_read_only(hosts.file("copy")).unwrap();
    for n in 1..=50 {
        std::thread::scope(|scope| {
            let waiter = scope.spawn(|| {
                let end = Duration::from_secs(60);
                copy.watched.wait_until_timeout(end, |value| value == n).unwrap()
            });
            origin.halves.set(halves(n));
            origin.watched.set(n);
            waiter.join().unwrap().expect("woken in time");
        });
        assert_eq!(copy.halves.get(), halves(n), "what was announced is there");
    }
}
