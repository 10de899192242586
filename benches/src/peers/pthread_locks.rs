//! The readers-writer lock, the barrier and the recursive mutex of POSIX, shared between processes.

use std::mem::MaybeUninit;
use std::sync::atomic::AtomicU64;

use super::Peer;
use super::mapped::Mapped;
use super::pthread::{Plain, done};
use crate::job::Job;
use crate::outcome::Failure;
use crate::scenarios::Entry;
use crate::scenarios::barrier::{self, Meeting};
use crate::scenarios::death::{self, Told};
use crate::scenarios::killed::{self, Awaited, Mortal, Reader, Writer};
use crate::scenarios::recursion::{self, Recursive};
use crate::scenarios::rwlock::{self, Shared};
use crate::scenarios::{crowd, lock, memory, sixteen, sleep, snapshot, watchers};

pub(super) const PLAIN: Peer = Peer {
    key: "pthread",
    title: "pthread",
    package: None,
    entries: || {
        let mut entries = vec![death::entry::<Plain>(), sleep::entry::<Plain>(sleep::SLEEP)];
        entries.extend([sixteen::lock::<Plain>(), memory::of_locks::<Plain>()]);
        entries.extend(crowd::living::<Plain>());
        entries.extend(watchers::entries::<Plain>());
        entries.extend(lock::entries::<Plain>());
        entries.extend(snapshot::entries::<Plain, 8>());
        entries.extend(snapshot::entries::<Plain, 512>());
        entries.extend(locks());
        entries
    },
    absent: &[
        ("lock-semaphore", "see `sem_t`"),
        ("crowd-death", "its waiters hang; see pthread, robust"),
        ("*", "scenarios with a lock"),
    ],
};

fn locks() -> Vec<Entry> {
    let mut entries = vec![
        recursion::entry::<Nested>(),
        sleep::entry::<Plain>(sleep::CONDITION),
        barrier::entry::<Gate>(),
        killed::holder::<Plain>(killed::HOLDER),
        killed::waiter::<Plain>(killed::WAITER),
        killed::holder::<Reader<Many>>(killed::RW_READER),
        killed::holder::<Writer<Many>>(killed::RW_WRITER),
        killed::waiter::<Writer<Many>>(killed::RW_WAITER),
        killed::waiter::<Awaited<Plain>>(killed::CONDITION_WAITER),
        killed::holder::<Gate>(killed::BARRIER_MEMBER),
        killed::waiter::<Gate>(killed::BARRIER_WAITER),
    ];
    entries.extend(rwlock::entries::<Many>());
    entries
}

#[repr(C)]
struct Layout {
    lock: libc::pthread_rwlock_t,
    number: u64,
}

/// A readers-writer lock.
struct Many(Mapped<Layout>);

impl Many {
    #[inline]
    fn lock(&self) -> *mut libc::pthread_rwlock_t {
        // SAFETY: inside the mapping.
        unsafe { &raw mut (*self.0.as_ptr()).lock }
    }

    #[inline]
    fn number(&self) -> *mut u64 {
        // SAFETY: inside the mapping.
        unsafe { &raw mut (*self.0.as_ptr()).number }
    }

    #[inline]
    fn unlock(&self) {
        // SAFETY: this thread locked it.
        let _ = unsafe { libc::pthread_rwlock_unlock(self.lock()) };
    }
}

impl Shared for Many {
    fn create(job: &Job) -> Result<Self, Failure> {
        let made = Self(Mapped::create(&job.file("pthread"))?);
        let mut attributes = MaybeUninit::uninit();
        let attributes = attributes.as_mut_ptr();
        // SAFETY: memory for attributes.
        done(unsafe { libc::pthread_rwlockattr_init(attributes) })?;
        let shared = libc::PTHREAD_PROCESS_SHARED;
        // SAFETY: they were initialised.
        done(unsafe { libc::pthread_rwlockattr_setpshared(attributes, shared) })?;
        // SAFETY: memory for a lock that no other process has yet, and attributes.
        done(unsafe { libc::pthread_rwlock_init(made.lock(), attributes) })?;
        Ok(made)
    }

    fn open(job: &Job) -> Result<Self, Failure> {
        Ok(Self(Mapped::open(&job.file("pthread"))?))
    }

    #[inline]
    fn read(&mut self, work: impl FnOnce(u64)) -> Told {
        // SAFETY: an initialised lock.
        done(unsafe { libc::pthread_rwlock_rdlock(self.lock()) }).expect("it can be locked");
        // SAFETY: inside the mapping; under the lock, no other process writes.
        work(unsafe { self.number().read_volatile() });
        self.unlock();
        Told::No
    }

    #[inline]
    fn write(&mut self, work: impl FnOnce()) -> Told {
        // SAFETY: an initialised lock.
        done(unsafe { libc::pthread_rwlock_wrlock(self.lock()) }).expect("it can be locked");
        work();
        // SAFETY: inside the mapping; under the lock, no other process reads or writes.
        let number = unsafe { self.number().read_volatile() };
        // SAFETY: as above.
        unsafe { self.number().write_volatile(number + 1) };
        self.unlock();
        Told::No
    }
}

/// A recursive mutex.
struct Nested(Mapped<libc::pthread_mutex_t>);

impl Nested {
    #[inline]
    fn lock(&self) {
        // SAFETY: an initialised mutex.
        done(unsafe { libc::pthread_mutex_lock(self.0.as_ptr()) }).expect("it can be locked");
    }

    #[inline]
    fn unlock(&self) {
        // SAFETY: this thread locked it.
        let _ = unsafe { libc::pthread_mutex_unlock(self.0.as_ptr()) };
    }
}

impl Recursive for Nested {
    fn create(job: &Job) -> Result<Self, Failure> {
        let made = Self(Mapped::create(&job.file("pthread"))?);
        let mut attributes = MaybeUninit::uninit();
        let attributes = attributes.as_mut_ptr();
        // SAFETY: memory for attributes.
        done(unsafe { libc::pthread_mutexattr_init(attributes) })?;
        let shared = libc::PTHREAD_PROCESS_SHARED;
        // SAFETY: they were initialised.
        done(unsafe { libc::pthread_mutexattr_setpshared(attributes, shared) })?;
        let recursive = libc::PTHREAD_MUTEX_RECURSIVE;
        // SAFETY: as above.
        done(unsafe { libc::pthread_mutexattr_settype(attributes, recursive) })?;
        // SAFETY: memory for a mutex that no other process has yet, and attributes.
        done(unsafe { libc::pthread_mutex_init(made.0.as_ptr(), attributes) })?;
        Ok(made)
    }

    fn locked(&self, work: impl FnOnce()) {
        self.lock();
        work();
        self.unlock();
    }

    #[inline]
    fn again(&self) {
        self.lock();
        self.unlock();
    }
}

/// A barrier for two.
struct Gate(Mapped<libc::pthread_barrier_t>);

impl Meeting for Gate {
    fn create(job: &Job) -> Result<Self, Failure> {
        let made = Self(Mapped::create(&job.file("pthread"))?);
        let mut attributes = MaybeUninit::uninit();
        let attributes = attributes.as_mut_ptr();
        // SAFETY: memory for attributes.
        done(unsafe { libc::pthread_barrierattr_init(attributes) })?;
        let shared = libc::PTHREAD_PROCESS_SHARED;
        // SAFETY: they were initialised.
        done(unsafe { libc::pthread_barrierattr_setpshared(attributes, shared) })?;
        // SAFETY: memory for a barrier that no other process has yet, and attributes.
        done(unsafe { libc::pthread_barrier_init(made.0.as_ptr(), attributes, 2) })?;
        Ok(made)
    }

    fn open(job: &Job) -> Result<Self, Failure> {
        Ok(Self(Mapped::open(&job.file("pthread"))?))
    }

    #[inline]
    fn meet(&mut self) {
        // SAFETY: an initialised barrier.
        let code = unsafe { libc::pthread_barrier_wait(self.0.as_ptr()) };
        assert!(code == 0 || code == libc::PTHREAD_BARRIER_SERIAL_THREAD, "{code}");
    }
}

impl Mortal for Gate {
    fn create(job: &Job) -> Result<Self, Failure> {
        <Self as Meeting>::create(job)
    }

    fn open(job: &Job) -> Result<Self, Failure> {
        <Self as Meeting>::open(job)
    }

    /// It has no members: a process that does not wait is not known to it.
    fn hold(&mut self, work: impl FnOnce()) {
        work();
    }

    fn queue_up(&mut self) {
        self.meet();
    }

    fn survive(&mut self, _: &AtomicU64) -> Told {
        self.meet();
        self.meet();
        Told::No
    }
}
