//! parking_lot's locks, between two threads: they work within one process only.

use std::sync::Arc;

use parking_lot::{Condvar, Mutex, ReentrantMutex, RwLock};

use super::Peer;
use super::threads::{Locks, Many, Number, Watched, shared};
use crate::job::Job;
use crate::outcome::Failure;
use crate::scenarios::recursion::{self, Recursive};
use crate::scenarios::{lock, rwlock, sleep, watchers};

pub(super) const PEER: Peer = Peer {
    key: "parking-lot",
    title: "parking_lot (threads)",
    package: Some("parking_lot"),
    entries: || {
        let mut entries = vec![
            sleep::entry::<Watched<ParkingLot>>(sleep::CONDITION),
            recursion::entry::<Arc<ReentrantMutex<()>>>(),
        ];
        entries.extend(lock::entries::<Number<ParkingLot>>());
        entries.extend(watchers::entries::<Watched<ParkingLot>>());
        entries.extend(rwlock::entries::<Many<ParkingLot>>());
        entries
    },
    absent: &[
        ("lock-barrier", "it has none"),
        ("lock-semaphore", "it has none"),
        ("lock-killed", "its threads die together"),
        ("*", "locks and waking, between threads"),
    ],
};

/// Its locks.
enum ParkingLot {}

impl Locks for ParkingLot {
    type Mutex = Mutex<u64>;
    type Condvar = Condvar;
    type RwLock = RwLock<u64>;

    #[inline]
    fn locked<R>(mutex: &Mutex<u64>, work: impl FnOnce(&mut u64) -> R) -> R {
        work(&mut mutex.lock())
    }

    fn wait_while(condvar: &Condvar, mutex: &Mutex<u64>, seen: u64) -> u64 {
        let mut number = mutex.lock();
        condvar.wait_while(&mut number, |number| *number == seen);
        *number
    }

    fn notify_one(condvar: &Condvar) {
        condvar.notify_one();
    }

    fn notify_all(condvar: &Condvar) {
        condvar.notify_all();
    }

    #[inline]
    fn read(lock: &RwLock<u64>, work: impl FnOnce(u64)) {
        work(*lock.read());
    }

    #[inline]
    fn write(lock: &RwLock<u64>, work: impl FnOnce(&mut u64)) {
        work(&mut lock.write());
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
