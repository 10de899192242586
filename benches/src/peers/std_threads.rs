//! The locks of Rust's std, between two threads: they work within one process only.

use std::sync::{Arc, Barrier, Condvar, Mutex, MutexGuard, RwLock};

use super::Peer;
use super::threads::shared;
use crate::job::Job;
use crate::outcome::Failure;
use crate::party::Party;
use crate::scenarios::barrier::{self, Meeting};
use crate::scenarios::death::Told;
use crate::scenarios::lock::{self, Lock};
use crate::scenarios::rwlock::{self, Shared};
use crate::scenarios::sleep::{self, Wake};
use crate::scenarios::snapshot::{self, Snapshot};

pub(super) const PEER: Peer = Peer {
    key: "std",
    title: "std (threads)",
    package: None,
    entries: || {
        let mut entries = vec![
            sleep::entry::<Watched>(sleep::SLEEP),
            sleep::entry::<Watched>(sleep::CONDITION),
            barrier::entry::<Arc<Gate>>(),
        ];
        entries.extend(rwlock::entries::<Arc<RwLock<u64>>>());
        entries.extend(lock::entries::<Number>());
        entries.extend(snapshot::entries::<Words, 8>());
        entries.extend(snapshot::entries::<Words, 512>());
        entries
    },
    absent: &[
        ("death", "its threads die together"),
        ("layout", "one program, one compiler"),
        ("lock-again", "its recursive lock is not stable"),
        ("lock-semaphore", "it has none"),
        ("lock-killed", "its threads die together"),
        ("*", "locks, snapshots and waking, between threads"),
    ],
};

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().expect("no thread panics")
}

struct Number(Arc<Mutex<u64>>);

impl Lock for Number {
    const PARTY: Party = Party::Thread;

    fn create(_: &Job) -> Result<Self, Failure> {
        Ok(Self(shared(Mutex::default)))
    }

    fn open(job: &Job) -> Result<Self, Failure> {
        Self::create(job)
    }

    #[inline]
    fn increment(&mut self) {
        *held(&self.0) += 1;
    }

    fn value(&mut self) -> u64 {
        *held(&self.0)
    }
}

impl Shared for Arc<RwLock<u64>> {
    const PARTY: Party = Party::Thread;

    fn create(_: &Job) -> Result<Self, Failure> {
        Ok(shared(RwLock::default))
    }

    fn open(job: &Job) -> Result<Self, Failure> {
        Self::create(job)
    }

    #[inline]
    fn read(&mut self, work: impl FnOnce(u64)) -> Told {
        work(*RwLock::read(self).expect("no thread panics"));
        Told::No
    }

    #[inline]
    fn write(&mut self, work: impl FnOnce()) -> Told {
        let mut number = RwLock::write(self).expect("no thread panics");
        work();
        *number += 1;
        Told::No
    }
}

/// A barrier for two.
struct Gate(Barrier);

impl Meeting for Arc<Gate> {
    const PARTY: Party = Party::Thread;

    fn create(_: &Job) -> Result<Self, Failure> {
        Ok(shared(|| Gate(Barrier::new(2))))
    }

    fn open(job: &Job) -> Result<Self, Failure> {
        Self::create(job)
    }

    fn meet(&mut self) {
        self.0.wait();
    }
}

#[derive(Default)]
struct Changing {
    value: Mutex<u64>,
    changed: Condvar,
}

struct Watched(Arc<Changing>);

impl Wake for Watched {
    const PARTY: Party = Party::Thread;

    fn create(_: &Job) -> Result<Self, Failure> {
        Ok(Self(shared(Changing::default)))
    }

    fn open(job: &Job) -> Result<Self, Failure> {
        Self::create(job)
    }

    fn change(&mut self, value: u64) {
        *held(&self.0.value) = value;
        self.0.changed.notify_one();
    }

    fn wait(&mut self, seen: u64) -> u64 {
        let same = |value: &mut u64| *value == seen;
        *self.0.changed.wait_while(held(&self.0.value), same).expect("no thread panics")
    }
}

enum Words {}

impl<const WORDS: usize> Snapshot<WORDS> for Words {
    const PARTY: Party = Party::Thread;
    type Reader = Arc<Mutex<[u64; WORDS]>>;
    type Writer = Arc<Mutex<[u64; WORDS]>>;

    fn reader(_: &Job) -> Result<Self::Reader, Failure> {
        Ok(shared(|| Mutex::new([0; WORDS])))
    }

    fn writer(_: &Job) -> Result<Self::Writer, Failure> {
        Ok(shared(|| Mutex::new([0; WORDS])))
    }

    #[inline]
    fn read(reader: &mut Self::Reader, out: &mut [u64; WORDS]) -> bool {
        *out = *held(reader);
        true
    }

    #[inline]
    fn write(writer: &mut Self::Writer, value: &[u64; WORDS]) {
        *held(writer) = *value;
    }
}
