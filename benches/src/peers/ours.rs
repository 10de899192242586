//! shm-core.

use std::path::{Path, PathBuf};

use shm_core::{
    Bulk, Error, Latest, Mutex, Queue, ReadOnly, Region, SharedLayout, View, Watched,
    region::OwnedGuard,
    sync::{LatestView, Publisher, QueueView},
};

use super::{Peer, ours_heap, ours_locks};
use crate::job::Job;
use crate::outcome::Failure;
use crate::scenarios::array::{self, Doubles};
use crate::scenarios::attach::{self, Attach, MARK};
use crate::scenarios::counter::{self, Counter};
use crate::scenarios::crowd::{self, Crowded};
use crate::scenarios::death::{self, Holdable, Told};
use crate::scenarios::field::{self, Number};
use crate::scenarios::layout::{self, Mismatch, NUMBER, Opened};
use crate::scenarios::lock::{self, Lock};
use crate::scenarios::queue::{self, ROOM};
use crate::scenarios::sleep::{self, Wake};
use crate::scenarios::snapshot::{self, Snapshot};
use crate::scenarios::spin::{self, PingPong};
use crate::scenarios::twenty::{self, Twenty, for_twenty};
use crate::scenarios::{memory, sixteen, watchers};
use crate::wide::Wide;

pub(super) const PEER: Peer = Peer {
    key: "ours",
    title: "shm-core",
    package: Some("shm-core"),
    entries: || {
        let mut entries = vec![
            counter::entry::<Station>(),
            array::entry::<Samples>(),
            attach::entry::<Station>(),
            death::entry::<Region<Mutex<u64>>>(),
            layout::entry::<Station>(),
            sleep::entry::<Region<Watched<u64>>>(sleep::SLEEP),
            spin::entry::<End>(),
            queue::entry::<AnyProcess>(queue::QUEUE),
            queue::entry::<OneProducer>(queue::PRODUCER),
            twenty::entry::<Region<Wide>>(),
            sixteen::get::<Station>(),
            sixteen::lock::<Region<Mutex<u64>>>(),
            memory::of_numbers::<Station>(),
        ];
        entries.extend(watchers::entries::<Region<Watched<u64>>>());
        entries.extend(crowd::entries::<Region<Mutex<u64>>>());
        entries.extend(field::entries::<Station>());
        entries.extend(lock::entries::<Region<Mutex<u64>>>());
        entries.extend(snapshot::entries::<Newest<4>, 8>());
        entries.extend(snapshot::entries::<Newest<4>, 512>());
        entries.extend(ours_heap::entries());
        entries.extend(ours_locks::entries());
        entries
    },
    absent: &[],
};

/// A reader has as long as the writer takes for all versions but one: with 64 of them, which are 4 KiB
/// for a value of 64 B, that is longer than a line takes from one processor to the other.
pub(super) const WITH_MANY_VERSIONS: Peer = Peer {
    key: "ours-64",
    title: "shm-core, `Latest<_, 64>`",
    package: Some("shm-core"),
    entries: || snapshot::entries::<Newest<64>, 8>().into_iter().collect(),
    absent: &[("*", "small values that are written all the time")],
};

/// `Latest` publishes whole versions; a `Mutex` keeps readers and writers apart, at the price of a lock.
pub(super) const WITH_LOCK: Peer = Peer {
    key: "ours-mutex",
    title: "shm-core, `Mutex`",
    package: Some("shm-core"),
    entries: || {
        let mut entries = vec![memory::of_locks::<Region<Mutex<u64>>>()];
        entries.extend(snapshot::entries::<Guarded, 8>());
        entries.extend(snapshot::entries::<Guarded, 512>());
        entries
    },
    absent: &[("*", "snapshots, copied under the lock, and memory")],
};

#[derive(SharedLayout)]
#[repr(C)]
struct Fields {
    temperature: f64,
    hits: u64,
    samples: [u32; 16],
}

/// The same after the order of its fields was changed.
#[derive(SharedLayout)]
#[repr(C)]
struct Pair {
    number: u64,
    ratio: f64,
}

#[derive(SharedLayout)]
#[repr(C)]
struct Swapped {
    ratio: f64,
    number: u64,
}

struct Station(Region<Fields>);

fn path(job: &Job) -> PathBuf {
    job.file("ours")
}

impl Number for Station {
    fn create(job: &Job) -> Result<Self, Failure> {
        Ok(Self(Region::create(path(job))?))
    }

    #[inline]
    fn get(&mut self) -> u64 {
        self.0.hits.get()
    }

    #[inline]
    fn set(&mut self, value: u64) {
        self.0.hits.set(value);
    }
}

impl Counter for Station {
    fn create(job: &Job) -> Result<Self, Failure> {
        <Self as Number>::create(job)
    }

    fn open(job: &Job) -> Result<Self, Failure> {
        Ok(Self(Region::open(path(job))?))
    }

    fn add_many(&mut self, times: u64) {
        for _ in 0..times {
            self.0.hits.fetch_add(1);
        }
    }

    fn value(&mut self) -> u64 {
        self.0.hits.get()
    }
}

impl Attach for Station {
    type Made = Region<Fields>;
    type Prepared = PathBuf;

    fn create(job: &Job) -> Result<Self::Made, Failure> {
        let region = Region::<Fields>::create(path(job))?;
        region.hits.set(MARK);
        Ok(region)
    }

    fn prepare(job: &Job) -> Result<PathBuf, Failure> {
        Ok(path(job))
    }

    fn visit(path: &mut PathBuf) -> Result<u64, Failure> {
        Ok(Region::<Fields>::open(path)?.hits.get())
    }
}

impl Mismatch for Station {
    type Made = Region<Pair>;

    fn create(job: &Job) -> Result<Self::Made, Failure> {
        let region = Region::<Pair>::create(path(job))?;
        region.number.set(NUMBER);
        region.ratio.set(1.5);
        Ok(region)
    }

    fn open_swapped(job: &Job) -> Result<Opened, Failure> {
        match Region::<Swapped>::open(path(job)) {
            Ok(region) => Ok(Opened::Reads(region.number.get())),
            Err(error @ Error::Format { .. }) => Ok(Opened::Refused(error.to_string())),
            Err(error) => Err(error.into()),
        }
    }
}

impl Twenty for Region<Wide> {
    fn create(job: &Job) -> Result<Self, Failure> {
        create_wide(&path(job))
    }

    #[inline]
    fn each(&mut self, mut take: impl FnMut(u64)) {
        let wide = &**self;
        macro_rules! read {
            ($($field:ident)*) => { $(take(wide.$field.get());)* };
        }
        for_twenty!(read);
    }
}

/// A region with twenty fields: 1 to 20.
pub(super) fn create_wide(path: &Path) -> Result<Region<Wide>, Failure> {
    let wide = Region::<Wide>::create(path)?;
    let mut number = 0;
    macro_rules! write {
        ($($field:ident)*) => { $(number += 1; wide.$field.set(number);)* };
    }
    for_twenty!(write);
    Ok(wide)
}

struct Samples(Region<[f64; array::LEN]>);

impl Doubles for Samples {
    fn create(job: &Job, values: &[f64; array::LEN]) -> Result<Self, Failure> {
        Ok(Self(Region::create_from(path(job), values)?))
    }

    #[inline]
    fn read(&mut self, out: &mut [f64; array::LEN]) {
        self.0.load_into(out).expect("equal lengths");
    }
}

/// One end of two numbers.
struct End {
    region: Region<[u64; 16]>,
    /// On one cache line.
    own: usize,
    other: usize,
}

impl PingPong for End {
    fn create(job: &Job) -> Result<Self, Failure> {
        Ok(Self { region: Region::create(path(job))?, own: 0, other: 1 })
    }

    fn open(job: &Job) -> Result<Self, Failure> {
        Ok(Self { region: Region::open(path(job))?, own: 1, other: 0 })
    }

    #[inline]
    fn send(&mut self, value: u64) {
        self.region[self.own].set(value);
    }

    #[inline]
    fn look(&mut self) -> u64 {
        self.region[self.other].get()
    }
}

impl Wake for Region<Watched<u64>> {
    fn create(job: &Job) -> Result<Self, Failure> {
        Ok(Self::create(path(job))?)
    }

    fn open(job: &Job) -> Result<Self, Failure> {
        Ok(Self::open(path(job))?)
    }

    fn change(&mut self, value: u64) {
        self.set(value);
    }

    fn wait(&mut self, seen: u64) -> u64 {
        self.wait_until(|value| value != seen).expect("any bytes are a u64")
    }
}

impl Lock for Region<Mutex<u64>> {
    fn create(job: &Job) -> Result<Self, Failure> {
        Ok(Self::create(path(job))?)
    }

    fn open(job: &Job) -> Result<Self, Failure> {
        Ok(Self::open(path(job))?)
    }

    #[inline]
    fn increment(&mut self) {
        let guard = self.lock().expect("no owner dies");
        guard.set_relaxed(guard.get_relaxed() + 1);
    }

    fn value(&mut self) -> u64 {
        self.unlocked().get()
    }
}

impl Crowded for Region<Mutex<u64>> {
    fn create_for_many(job: &Job) -> Result<Self, Failure> {
        let participants = u32::try_from(crowd::PROCESSES)?;
        Ok(Self::options().participants(participants).create(path(job))?)
    }

    fn take_over(&mut self) -> Result<Told, Failure> {
        self.wait()
    }
}

impl Holdable for Region<Mutex<u64>> {
    fn create(job: &Job) -> Result<Self, Failure> {
        Ok(Self::create(path(job))?)
    }

    fn open(job: &Job) -> Result<Self, Failure> {
        Ok(Self::open(path(job))?)
    }

    fn hold(&mut self) -> Result<(), Failure> {
        std::mem::forget(self.lock()?);
        Ok(())
    }

    fn wait(&mut self) -> Result<Told, Failure> {
        let mut told = Told::No;
        drop(self.lock_or_repair(|_| told = Told::Yes)?);
        Ok(told)
    }
}

/// A `Latest` with this number of versions, with a publisher: the one writer of a value.
enum Newest<const VERSIONS: usize> {}

impl<const VERSIONS: usize, const WORDS: usize> Snapshot<WORDS> for Newest<VERSIONS> {
    type Reader = Region<Latest<[u64; WORDS], VERSIONS>, ReadOnly>;
    type Writer = Publisher<'static, LatestView<[u64; WORDS], VERSIONS>>;

    fn reader(job: &Job) -> Result<Self::Reader, Failure> {
        Region::<Latest<[u64; WORDS], VERSIONS>>::create(path(job))?;
        Ok(Region::open_read_only(path(job))?)
    }

    fn writer(job: &Job) -> Result<Self::Writer, Failure> {
        // A publisher borrows its region, and this one lives as long as the process.
        let region = Box::leak(Box::new(Region::<Latest<_, VERSIONS>>::open(path(job))?));
        Ok(region.publisher()?)
    }

    #[inline]
    fn read(reader: &mut Self::Reader, out: &mut [u64; WORDS]) -> bool {
        reader.load_into(out).is_ok()
    }

    #[inline]
    fn write(writer: &mut Self::Writer, value: &[u64; WORDS]) {
        writer.store(value);
    }
}

/// A value in a `Mutex`, copied under the lock.
enum Guarded {}

fn under_the_lock<const WORDS: usize>(
    region: &Region<Mutex<[u64; WORDS]>>,
    work: impl FnOnce(&View<[u64; WORDS]>),
) {
    work(&region.lock().expect("no owner dies"));
}

impl<const WORDS: usize> Snapshot<WORDS> for Guarded {
    type Reader = Region<Mutex<[u64; WORDS]>>;
    type Writer = Region<Mutex<[u64; WORDS]>>;

    fn reader(job: &Job) -> Result<Self::Reader, Failure> {
        Ok(Region::create(path(job))?)
    }

    fn writer(job: &Job) -> Result<Self::Writer, Failure> {
        Ok(Region::open(path(job))?)
    }

    #[inline]
    fn read(reader: &mut Self::Reader, out: &mut [u64; WORDS]) -> bool {
        under_the_lock(reader, |words| words.load_into(out).expect("equal lengths"));
        true
    }

    #[inline]
    fn write(writer: &mut Self::Writer, value: &[u64; WORDS]) {
        under_the_lock(writer, |words| words.store_from(value).expect("equal lengths"));
    }
}

/// A queue that any process pushes to.
struct AnyProcess(Region<Queue<u64, ROOM>>);

impl queue::Queue for AnyProcess {
    fn create(job: &Job) -> Result<Self, Failure> {
        Ok(Self(Region::create(path(job))?))
    }

    #[inline]
    fn push(&mut self, value: u64) {
        self.0.push(value).expect("there is room");
    }

    #[inline]
    fn pop(&mut self) -> u64 {
        self.0.pop().expect("a number").expect("there is a value")
    }
}

/// The same, of which this party is the producer.
struct OneProducer(OwnedGuard<QueueView<u64, ROOM>>);

impl queue::Queue for OneProducer {
    fn create(job: &Job) -> Result<Self, Failure> {
        let queue = Region::<Queue<u64, ROOM>>::create(path(job))?;
        Ok(Self(queue.own(QueueView::producer)?))
    }

    #[inline]
    fn push(&mut self, value: u64) {
        self.0.push(value).expect("there is room");
    }

    #[inline]
    fn pop(&mut self) -> u64 {
        self.0.queue().pop().expect("a number").expect("there is a value")
    }
}
