//! The locks of crates that work within one process only, between two of its threads.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::job::Job;
use crate::outcome::Failure;
use crate::party::Party;
use crate::scenarios::death::Told;
use crate::scenarios::lock::Lock;
use crate::scenarios::rwlock::Shared;
use crate::scenarios::sleep::Wake;

/// The locks of one crate, each with a number in it.
pub(super) trait Locks: Sized + 'static {
    type Mutex: Default + Send + Sync;
    type Condvar: Default + Send + Sync;
    type RwLock: Default + Send + Sync;

    fn locked<R>(mutex: &Self::Mutex, work: impl FnOnce(&mut u64) -> R) -> R;
    /// Sleeps while the number is `seen`, and returns it.
    fn wait_while(condvar: &Self::Condvar, mutex: &Self::Mutex, seen: u64) -> u64;
    fn notify_one(condvar: &Self::Condvar);
    fn notify_all(condvar: &Self::Condvar);
    fn read(lock: &Self::RwLock, work: impl FnOnce(u64));
    fn write(lock: &Self::RwLock, work: impl FnOnce(&mut u64));
}

type Erased = Arc<dyn Any + Send + Sync>;

/// The one `T` that the threads of this process share; created on the first call.
pub(super) fn shared<T: Any + Send + Sync>(make: impl FnOnce() -> T) -> Arc<T> {
    static ALL: Mutex<Option<HashMap<TypeId, Erased>>> = Mutex::new(None);
    let mut all = ALL.lock().unwrap_or_else(PoisonError::into_inner);
    let all = all.get_or_insert_default();
    let shared = all.entry(TypeId::of::<T>()).or_insert_with(|| Arc::new(make()));
    Arc::clone(shared).downcast().expect("the key is the type")
}

/// A number in a mutex.
pub(super) struct Number<L: Locks>(Arc<L::Mutex>);

impl<L: Locks> Lock for Number<L> {
    const PARTY: Party = Party::Thread;

    fn create(_: &Job) -> Result<Self, Failure> {
        Ok(Self(shared(L::Mutex::default)))
    }

    fn open(job: &Job) -> Result<Self, Failure> {
        Self::create(job)
    }

    #[inline]
    fn increment(&mut self) {
        L::locked(&self.0, |number| *number += 1);
    }

    fn value(&mut self) -> u64 {
        L::locked(&self.0, |number| *number)
    }
}

/// A number in a readers-writer lock.
pub(super) struct Many<L: Locks>(Arc<L::RwLock>);

impl<L: Locks> Shared for Many<L> {
    const PARTY: Party = Party::Thread;

    fn create(_: &Job) -> Result<Self, Failure> {
        Ok(Self(shared(L::RwLock::default)))
    }

    fn open(job: &Job) -> Result<Self, Failure> {
        Self::create(job)
    }

    #[inline]
    fn read(&mut self, work: impl FnOnce(u64)) -> Told {
        L::read(&self.0, work);
        Told::No
    }

    #[inline]
    fn write(&mut self, work: impl FnOnce()) -> Told {
        L::write(&self.0, |number| {
            work();
            *number += 1;
        });
        Told::No
    }
}

/// A number in a mutex, with a condition variable for its changes.
pub(super) struct Watched<L: Locks>(Arc<(L::Mutex, L::Condvar)>);

impl<L: Locks> Wake for Watched<L> {
    const PARTY: Party = Party::Thread;

    fn create(_: &Job) -> Result<Self, Failure> {
        Ok(Self(shared(Default::default)))
    }

    fn open(job: &Job) -> Result<Self, Failure> {
        Self::create(job)
    }

    fn change(&mut self, value: u64) {
        L::locked(&self.0.0, |number| *number = value);
        L::notify_one(&self.0.1);
    }

    fn change_for_all(&mut self, value: u64) {
        L::locked(&self.0.0, |number| *number = value);
        L::notify_all(&self.0.1);
    }

    fn wait(&mut self, seen: u64) -> u64 {
        L::wait_while(&self.0.1, &self.0.0, seen)
    }
}
