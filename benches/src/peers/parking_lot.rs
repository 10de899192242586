//! parking_lot's locks, between two threads: they work within one process only.

use std::sync::Arc;

use parking_lot::{Condvar, Mutex, ReentrantMutex, RwLock};

use super::Peer;
use super::threads::shared;
use crate::job::Job;
use crate::outcome::Failure;
use crate::party::Party;
use crate::scenarios::death::Told;
use crate::scenarios::lock::{self, Lock};
use crate::scenarios::recursion::{self, Recursive};
use crate::scenarios::rwlock::{self, Shared};
use crate::scenarios::sleep::{self, Wake};

pub(super) const PEER: Peer = Peer {
    key: "parking-lot",
    title: "parking_lot (threads)",
    package: Some("parking_lot"),
    entries: || {
        let mut entries = vec![
            sleep::entry::<Watched>(sleep::CONDITION),
            recursion::entry::<Arc<ReentrantMutex<()>>>(),
        ];
        entries.extend(lock::entries::<Number>());
        entries.extend(rwlock::entries::<Arc<RwLock<u64>>>());
        entries
    },
    absent: &[
        ("lock-barrier", "it has none"),
        ("lock-semaphore", "it has none"),
        ("lock-killed", "its threads die together"),
        ("*", "locks and waking, between threads"),
    ],
};

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
        *self.0.lock() += 1;
    }

    fn value(&mut self) -> u64 {
        *self.0.lock()
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
        work(*RwLock::read(self));
        Told::No
    }

    #[inline]
    fn write(&mut self, work: impl FnOnce()) -> Told {
        let mut number = RwLock::write(self);
        work();
        *number += 1;
        Told::No
    }
}

impl Recursive for Arc<ReentrantMutex<()>> {
    fn create(_: &Job) -> Result<Self, Failure> {
        Ok(shared(ReentrantMutex::default))
    }

    fn locked(&self, work: impl FnOnce()) {
        let _guard = self.lock();
        work();
    }

    #[inline]
    fn again(&self) {
        drop(self.lock());
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
        *self.0.value.lock() = value;
        self.0.changed.notify_one();
    }

    fn wait(&mut self, seen: u64) -> u64 {
        let mut value = self.0.value.lock();
        self.0.changed.wait_while(&mut value, |value| *value == seen);
        *value
    }
}
