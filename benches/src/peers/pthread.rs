//! The mutexes and condition variables of POSIX, shared between processes: plain and robust.

use std::mem::MaybeUninit;
use std::sync::atomic::AtomicU64;

use super::Peer;
use super::mapped::Mapped;
use crate::job::Job;
use crate::outcome::Failure;
use crate::scenarios::crowd::{self, Crowded};
use crate::scenarios::death::{self, Holdable, Told};
use crate::scenarios::killed::{self, Mortal};
use crate::scenarios::lock::{self, Lock};
use crate::scenarios::sleep::Wake;
use crate::scenarios::snapshot::{self, Snapshot};
use crate::scenarios::{memory, sixteen};

pub(super) const ROBUST: Peer = Peer {
    key: "pthread-robust",
    title: "pthread, robust",
    package: None,
    entries: || {
        let mut entries = vec![
            death::entry::<Robust>(),
            killed::holder::<Robust>(killed::HOLDER),
            killed::waiter::<Robust>(killed::WAITER),
            sixteen::lock::<Robust>(),
            memory::of_locks::<Robust>(),
        ];
        entries.extend(crowd::entries::<Robust>());
        entries.extend(lock::entries::<Robust>());
        entries.extend(snapshot::entries::<Robust, 8>());
        entries.extend(snapshot::entries::<Robust, 512>());
        entries
    },
    absent: &[("*", "scenarios with a mutex")],
};

/// Whether a lock reports that its holder died.
pub(super) trait Robustness {
    const ROBUST: bool;
}

pub(super) struct IsPlain;
struct IsRobust;

impl Robustness for IsPlain {
    const ROBUST: bool = false;
}

impl Robustness for IsRobust {
    const ROBUST: bool = true;
}

pub(super) type Plain = Guarded<IsPlain>;
type Robust = Guarded<IsRobust>;

#[repr(C)]
struct Layout {
    mutex: libc::pthread_mutex_t,
    changed: libc::pthread_cond_t,
    words: [u64; 512],
}

/// Words under a mutex.
pub(super) struct Guarded<R> {
    memory: Mapped<Layout>,
    robustness: std::marker::PhantomData<R>,
}

/// The result of locking.
#[derive(PartialEq, Eq)]
enum Found {
    Whole,
    OwnerDied,
}

impl<R: Robustness> Guarded<R> {
    fn make(job: &Job) -> Result<Self, Failure> {
        let memory = Mapped::<Layout>::create(&job.file("pthread"))?;
        let made = Self { memory, robustness: std::marker::PhantomData };
        made.init_mutex()?;
        made.init_condition()?;
        Ok(made)
    }

    fn attach(job: &Job) -> Result<Self, Failure> {
        let memory = Mapped::<Layout>::open(&job.file("pthread"))?;
        Ok(Self { memory, robustness: std::marker::PhantomData })
    }

    fn init_mutex(&self) -> Result<(), Failure> {
        let mut attributes = MaybeUninit::uninit();
        let attributes = attributes.as_mut_ptr();
        // SAFETY: memory for attributes.
        done(unsafe { libc::pthread_mutexattr_init(attributes) })?;
        let shared = libc::PTHREAD_PROCESS_SHARED;
        // SAFETY: they were initialised.
        done(unsafe { libc::pthread_mutexattr_setpshared(attributes, shared) })?;
        if R::ROBUST {
            let robust = libc::PTHREAD_MUTEX_ROBUST;
            // SAFETY: as above.
            done(unsafe { libc::pthread_mutexattr_setrobust(attributes, robust) })?;
        }
        // SAFETY: memory for a mutex that no other process has yet, and attributes.
        done(unsafe { libc::pthread_mutex_init(self.mutex(), attributes) })
    }

    fn init_condition(&self) -> Result<(), Failure> {
        let mut attributes = MaybeUninit::uninit();
        let attributes = attributes.as_mut_ptr();
        // SAFETY: memory for attributes.
        done(unsafe { libc::pthread_condattr_init(attributes) })?;
        let shared = libc::PTHREAD_PROCESS_SHARED;
        // SAFETY: they were initialised.
        done(unsafe { libc::pthread_condattr_setpshared(attributes, shared) })?;
        // SAFETY: memory for a condition variable that no other process has yet, and attributes.
        done(unsafe { libc::pthread_cond_init(self.changed(), attributes) })
    }

    #[inline]
    fn mutex(&self) -> *mut libc::pthread_mutex_t {
        // SAFETY: inside the mapping.
        unsafe { &raw mut (*self.memory.as_ptr()).mutex }
    }

    #[inline]
    fn changed(&self) -> *mut libc::pthread_cond_t {
        // SAFETY: inside the mapping.
        unsafe { &raw mut (*self.memory.as_ptr()).changed }
    }

    #[inline]
    fn words(&self) -> *mut u64 {
        // SAFETY: inside the mapping.
        unsafe { &raw mut (*self.memory.as_ptr()).words }.cast()
    }

    #[inline]
    fn lock(&self) -> Found {
        // SAFETY: an initialised mutex.
        match unsafe { libc::pthread_mutex_lock(self.mutex()) } {
            0 => Found::Whole,
            libc::EOWNERDEAD => Found::OwnerDied,
            error => panic!("pthread_mutex_lock: {}", std::io::Error::from_raw_os_error(error)),
        }
    }

    #[inline]
    fn unlock(&self) {
        // SAFETY: this thread locked it.
        let _ = unsafe { libc::pthread_mutex_unlock(self.mutex()) };
    }

    /// The first word; the lock is held.
    #[inline]
    fn first(&self) -> u64 {
        // SAFETY: inside the mapping; under the lock, no other process writes.
        unsafe { self.words().read_volatile() }
    }

    #[inline]
    fn set_first(&self, value: u64) {
        // SAFETY: inside the mapping; under the lock, no other process reads or writes.
        unsafe { self.words().write_volatile(value) };
    }
}

pub(super) fn done(code: i32) -> Result<(), Failure> {
    if code == 0 { Ok(()) } else { Err(std::io::Error::from_raw_os_error(code).into()) }
}

impl<R: Robustness> Lock for Guarded<R> {
    fn create(job: &Job) -> Result<Self, Failure> {
        Self::make(job)
    }

    fn open(job: &Job) -> Result<Self, Failure> {
        Self::attach(job)
    }

    #[inline]
    fn increment(&mut self) {
        self.lock();
        self.set_first(self.first() + 1);
        self.unlock();
    }

    fn value(&mut self) -> u64 {
        self.lock();
        let value = self.first();
        self.unlock();
        value
    }
}

impl<R: Robustness> Holdable for Guarded<R> {
    fn create(job: &Job) -> Result<Self, Failure> {
        Self::make(job)
    }

    fn open(job: &Job) -> Result<Self, Failure> {
        Self::attach(job)
    }

    fn hold(&mut self) -> Result<(), Failure> {
        self.lock();
        Ok(())
    }

    fn wait(&mut self) -> Result<Told, Failure> {
        Ok(if self.lock() == Found::OwnerDied { Told::Yes } else { Told::No })
    }
}

impl<R: Robustness> Mortal for Guarded<R> {
    fn create(job: &Job) -> Result<Self, Failure> {
        Self::make(job)
    }

    fn open(job: &Job) -> Result<Self, Failure> {
        Self::attach(job)
    }

    fn hold(&mut self, work: impl FnOnce()) {
        self.lock();
        work();
        self.unlock();
    }

    fn survive(&mut self, _: &AtomicU64) -> Told {
        let told = if self.lock() == Found::OwnerDied { Told::Yes } else { Told::No };
        self.unlock();
        told
    }
}

impl<R: Robustness> Crowded for Guarded<R> {
    fn take_over(&mut self) -> Result<Told, Failure> {
        let told = self.wait()?;
        if told == Told::Yes {
            // SAFETY: a robust mutex, which this thread has locked.
            done(unsafe { libc::pthread_mutex_consistent(self.mutex()) })?;
        }
        self.unlock();
        Ok(told)
    }
}

impl Wake for Plain {
    fn create(job: &Job) -> Result<Self, Failure> {
        Self::make(job)
    }

    fn open(job: &Job) -> Result<Self, Failure> {
        Self::attach(job)
    }

    fn change(&mut self, value: u64) {
        self.lock();
        self.set_first(value);
        self.unlock();
        // SAFETY: an initialised condition variable.
        let _ = unsafe { libc::pthread_cond_signal(self.changed()) };
    }

    fn change_for_all(&mut self, value: u64) {
        self.lock();
        self.set_first(value);
        self.unlock();
        // SAFETY: an initialised condition variable.
        let _ = unsafe { libc::pthread_cond_broadcast(self.changed()) };
    }

    fn wait(&mut self, seen: u64) -> u64 {
        self.lock();
        while self.first() == seen {
            // SAFETY: an initialised condition variable, and a mutex that this thread locked.
            let _ = unsafe { libc::pthread_cond_wait(self.changed(), self.mutex()) };
        }
        let value = self.first();
        self.unlock();
        value
    }
}

impl<R: Robustness, const WORDS: usize> Snapshot<WORDS> for Guarded<R> {
    type Reader = Self;
    type Writer = Self;

    fn reader(job: &Job) -> Result<Self, Failure> {
        Self::make(job)
    }

    fn writer(job: &Job) -> Result<Self, Failure> {
        Self::attach(job)
    }

    #[inline]
    fn read(reader: &mut Self, out: &mut [u64; WORDS]) -> bool {
        reader.lock();
        // SAFETY: the words are in the mapping, `out` outside it; under the lock, no other process
        // writes.
        unsafe { reader.words().copy_to_nonoverlapping(out.as_mut_ptr(), WORDS) };
        reader.unlock();
        true
    }

    #[inline]
    fn write(writer: &mut Self, value: &[u64; WORDS]) {
        writer.lock();
        // SAFETY: as above; under the lock, no other process reads or writes.
        unsafe { writer.words().copy_from_nonoverlapping(value.as_ptr(), WORDS) };
        writer.unlock();
    }
}
