//! shm-core: its readers-writer lock, semaphore, condition, recursion and barrier.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};

use shm_core::region::OwnedGuard;
use shm_core::sync::{BarrierView, Permit};
use shm_core::{Barrier, Event, LockError, Mutex, Region, RwLock, Semaphore, SharedLayout};

use crate::job::Job;
use crate::outcome::Failure;
use crate::scenarios::Entry;
use crate::scenarios::barrier::{self, Meeting};
use crate::scenarios::death::Told;
use crate::scenarios::killed::{self, Awaited, Mortal, Reader, Writer};
use crate::scenarios::recursion::{self, Recursive};
use crate::scenarios::rwlock::{self, Shared};
use crate::scenarios::semaphore::{self, PERMITS, Permits};
use crate::scenarios::sleep::{self, Wake};

pub(super) fn entries() -> Vec<Entry> {
    let mut entries = vec![
        recursion::entry::<Region<Mutex<u64>>>(),
        sleep::entry::<Condition>(sleep::CONDITION),
        barrier::entry::<Member>(),
        killed::holder::<Region<Mutex<u64>>>(killed::HOLDER),
        killed::waiter::<Region<Mutex<u64>>>(killed::WAITER),
        killed::holder::<Reader<Region<RwLock<u64>>>>(killed::RW_READER),
        killed::holder::<Writer<Region<RwLock<u64>>>>(killed::RW_WRITER),
        killed::waiter::<Writer<Region<RwLock<u64>>>>(killed::RW_WAITER),
        killed::holder::<Region<Slots>>(killed::SEMAPHORE_HOLDER),
        killed::waiter::<Region<Slots>>(killed::SEMAPHORE_WAITER),
        killed::waiter::<Awaited<Condition>>(killed::CONDITION_WAITER),
        killed::holder::<Member>(killed::BARRIER_MEMBER),
        killed::waiter::<Member>(killed::BARRIER_WAITER),
    ];
    entries.extend(rwlock::entries::<Region<RwLock<u64>>>());
    entries.extend(semaphore::entries::<Region<Slots>>());
    entries
}

fn path(job: &Job) -> PathBuf {
    job.file("ours")
}

impl Shared for Region<RwLock<u64>> {
    fn create(job: &Job) -> Result<Self, Failure> {
        Ok(Self::create(path(job))?)
    }

    fn open(job: &Job) -> Result<Self, Failure> {
        Ok(Self::open(path(job))?)
    }

    #[inline]
    fn read(&mut self, work: impl FnOnce(u64)) -> Told {
        let (guard, told) = match (**self).read() {
            Ok(guard) => (guard, Told::No),
            Err(LockError::OwnerDied) => (self.read_as_found().expect("a seat"), Told::Yes),
            Err(error) => panic!("{error}"),
        };
        work(guard.get_relaxed());
        told
    }

    #[inline]
    fn write(&mut self, work: impl FnOnce()) -> Told {
        let mut told = Told::No;
        let guard = self.write_or_repair(|_| told = Told::Yes).expect("the seats");
        work();
        guard.set_relaxed(guard.get_relaxed() + 1);
        told
    }
}

impl Recursive for Region<Mutex<u64>> {
    fn create(job: &Job) -> Result<Self, Failure> {
        Ok(Self::create(path(job))?)
    }

    fn locked(&self, work: impl FnOnce()) {
        let _guard = self.lock().expect("no owner dies");
        work();
    }

    #[inline]
    fn again(&self) {
        drop(self.lock_again().expect("no owner dies"));
    }
}

impl Mortal for Region<Mutex<u64>> {
    fn create(job: &Job) -> Result<Self, Failure> {
        Ok(Self::create(path(job))?)
    }

    fn open(job: &Job) -> Result<Self, Failure> {
        Ok(Self::open(path(job))?)
    }

    fn hold(&mut self, work: impl FnOnce()) {
        let _guard = self.lock().expect("no owner has died yet");
        work();
    }

    fn survive(&mut self, _: &AtomicU64) -> Told {
        let mut told = Told::No;
        drop(self.lock_or_repair(|_| told = Told::Yes).expect("the lock"));
        told
    }
}

/// A value that is waited for with its lock.
#[derive(SharedLayout)]
#[repr(C)]
struct Guarded {
    value: Mutex<u64>,
    changed: Event,
}

struct Condition(Region<Guarded>);

impl Wake for Condition {
    fn create(job: &Job) -> Result<Self, Failure> {
        Ok(Self(Region::create(path(job))?))
    }

    fn open(job: &Job) -> Result<Self, Failure> {
        Ok(Self(Region::open(path(job))?))
    }

    fn change(&mut self, value: u64) {
        self.0.value.lock().expect("no owner dies").set(value);
        self.0.changed.notify_one();
    }

    fn change_for_all(&mut self, value: u64) {
        self.0.value.lock().expect("no owner dies").set(value);
        self.0.changed.notify_all();
    }

    fn wait(&mut self, seen: u64) -> u64 {
        let guard = self.0.value.lock().expect("no owner dies");
        let guard = guard.wait_while(&self.0.changed, |value| value.get() == seen);
        guard.expect("no owner dies").get()
    }
}

#[derive(SharedLayout)]
#[repr(C)]
struct Slots {
    several: Semaphore<{ PERMITS as usize }>,
    single: Semaphore<1>,
    number: u64,
}

impl Permits for Region<Slots> {
    fn create(job: &Job) -> Result<Self, Failure> {
        Ok(Self::create(path(job))?)
    }

    fn open(job: &Job) -> Result<Self, Failure> {
        Ok(Self::open(path(job))?)
    }

    #[inline]
    fn pass(&mut self) {
        drop(self.several.acquire().expect("this process takes part"));
    }

    #[inline]
    fn increment(&mut self) {
        let _permit = self.single.acquire().expect("this process takes part");
        self.number.set_relaxed(self.number.get_relaxed() + 1);
    }

    fn value(&mut self) -> u64 {
        self.number.get()
    }
}

impl Mortal for Region<Slots> {
    const PERMITS: u64 = PERMITS as u64;

    fn create(job: &Job) -> Result<Self, Failure> {
        Ok(Self::create(path(job))?)
    }

    fn open(job: &Job) -> Result<Self, Failure> {
        Ok(Self::open(path(job))?)
    }

    fn hold(&mut self, work: impl FnOnce()) {
        let _permit = self.several.acquire().expect("this process takes part");
        work();
    }

    fn occupy(&mut self, work: impl FnOnce()) {
        let _all = [(); PERMITS as usize].map(|()| self.several.acquire().expect("a permit"));
        work();
    }

    fn survive(&mut self, got: &AtomicU64) -> Told {
        let permits = [(); PERMITS as usize].map(|()| {
            let permit = self.several.acquire().expect("a permit");
            got.fetch_add(1, Ordering::Relaxed);
            permit
        });
        if permits.iter().any(Permit::inherited) { Told::Yes } else { Told::No }
    }
}

/// A barrier for two; this party joins when it first waits.
struct Member {
    barrier: Region<Barrier<2>>,
    seat: Option<OwnedGuard<BarrierView<2>>>,
}

impl Member {
    fn join(&mut self) -> &mut OwnedGuard<BarrierView<2>> {
        let barrier = &self.barrier;
        self.seat.get_or_insert_with(|| barrier.own(BarrierView::join).expect("a seat"))
    }
}

impl Meeting for Member {
    fn create(job: &Job) -> Result<Self, Failure> {
        Ok(Self { barrier: Region::create(path(job))?, seat: None })
    }

    fn open(job: &Job) -> Result<Self, Failure> {
        Ok(Self { barrier: Region::open(path(job))?, seat: None })
    }

    #[inline]
    fn meet(&mut self) {
        self.join().wait().expect("the other party lives");
    }
}

impl Mortal for Member {
    fn create(job: &Job) -> Result<Self, Failure> {
        <Self as Meeting>::create(job)
    }

    fn open(job: &Job) -> Result<Self, Failure> {
        <Self as Meeting>::open(job)
    }

    fn hold(&mut self, work: impl FnOnce()) {
        self.join();
        work();
    }

    fn occupy(&mut self, work: impl FnOnce()) {
        work();
    }

    fn queue_up(&mut self) {
        self.meet();
    }

    fn survive(&mut self, _: &AtomicU64) -> Told {
        // The phase that the other one had arrived in is complete, the next one broken.
        let phases = [self.join().wait(), self.join().wait()];
        let is_broken = |phase: &Result<bool, LockError>| matches!(phase, Err(LockError::Broken));
        if phases.iter().any(is_broken) { Told::Yes } else { Told::No }
    }
}
