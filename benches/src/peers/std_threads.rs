//! The locks of Rust's std, between two threads: they work within one process only.

use std::sync::{Arc, Barrier, Condvar, Mutex, MutexGuard, RwLock};

use super::Peer;
use super::threads::{Locks, Many, Number, Watched, shared};
use crate::job::Job;
use crate::outcome::Failure;
use crate::party::Party;
use crate::scenarios::barrier::{self, Meeting};
use crate::scenarios::snapshot::{self, Snapshot};
use crate::scenarios::{lock, rwlock, sleep, watchers};

pub(super) const PEER: Peer = Peer {
    key: "std",
    title: "std (threads)",
    package: None,
    entries: || {
        let mut entries = vec![
            sleep::entry::<Watched<Std>>(sleep::SLEEP),
            sleep::entry::<Watched<Std>>(sleep::CONDITION),
            barrier::entry::<Arc<Gate>>(),
        ];
        entries.extend(rwlock::entries::<Many<Std>>());
        entries.extend(lock::entries::<Number<Std>>());
        entries.extend(watchers::entries::<Watched<Std>>());
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

/// Its locks.
enum Std {}

impl Locks for Std {
    type Mutex = Mutex<u64>;
    type Condvar = Condvar;
    type RwLock = RwLock<u64>;

    #[inline]
    fn locked<R>(mutex: &Mutex<u64>, work: impl FnOnce(&mut u64) -> R) -> R {
        work(&mut held(mutex))
    }

    fn wait_while(condvar: &Condvar, mutex: &Mutex<u64>, seen: u64) -> u64 {
        let same = |number: &mut u64| *number == seen;
        *condvar.wait_while(held(mutex), same).expect("no thread panics")
    }

    fn notify_one(condvar: &Condvar) {
        condvar.notify_one();
    }

    fn notify_all(condvar: &Condvar) {
        condvar.notify_all();
    }

    #[inline]
    fn read(lock: &RwLock<u64>, work: impl FnOnce(u64)) {
        work(*lock.read().expect("no thread panics"));
    }

    #[inline]
    fn write(lock: &RwLock<u64>, work: impl FnOnce(&mut u64)) {
        work(&mut lock.write().expect("no thread panics"));
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
