//! The Mutex and Condvar of Rust's std, between two threads: they work within one process only.

use std::sync::{Arc, Condvar, Mutex, MutexGuard};

use super::Peer;
use super::threads::shared;
use crate::job::Job;
use crate::outcome::Failure;
use crate::party::Party;
use crate::scenarios::lock::{self, Lock};
use crate::scenarios::sleep::{self, Wake};
use crate::scenarios::snapshot::{self, Snapshot};

pub(super) const PEER: Peer = Peer {
    key: "std",
    title: "std `Mutex` (threads)",
    package: None,
    entries: || {
        let mut entries = vec![sleep::entry::<Watched>()];
        entries.extend(lock::entries::<Number>());
        entries.extend(snapshot::entries::<Words, 8>());
        entries.extend(snapshot::entries::<Words, 512>());
        entries
    },
    absent: &[
        ("death", "its threads die together"),
        ("layout", "one program, one compiler"),
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
