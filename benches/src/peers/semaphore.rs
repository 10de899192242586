//! The semaphore of POSIX, shared between processes.

use std::sync::atomic::{AtomicU64, Ordering};

use super::Peer;
use super::mapped::Mapped;
use crate::job::Job;
use crate::outcome::Failure;
use crate::scenarios::death::Told;
use crate::scenarios::killed::{self, Mortal};
use crate::scenarios::semaphore::{self, PERMITS, Permits};

pub(super) const PEER: Peer = Peer {
    key: "sem",
    title: "`sem_t`",
    package: None,
    entries: || {
        let mut entries = vec![
            killed::holder::<Slots>(killed::SEMAPHORE_HOLDER),
            killed::waiter::<Slots>(killed::SEMAPHORE_WAITER),
        ];
        entries.extend(semaphore::entries::<Slots>());
        entries
    },
    absent: &[("*", "semaphores")],
};

#[repr(C)]
struct Layout {
    several: libc::sem_t,
    single: libc::sem_t,
    number: u64,
}

struct Slots(Mapped<Layout>);

impl Slots {
    #[inline]
    fn several(&self) -> *mut libc::sem_t {
        // SAFETY: inside the mapping.
        unsafe { &raw mut (*self.0.as_ptr()).several }
    }

    #[inline]
    fn single(&self) -> *mut libc::sem_t {
        // SAFETY: inside the mapping.
        unsafe { &raw mut (*self.0.as_ptr()).single }
    }

    #[inline]
    fn number(&self) -> *mut u64 {
        // SAFETY: inside the mapping.
        unsafe { &raw mut (*self.0.as_ptr()).number }
    }
}

#[inline]
fn acquire(semaphore: *mut libc::sem_t) {
    // SAFETY: an initialised semaphore.
    let code = unsafe { libc::sem_wait(semaphore) };
    assert_eq!(code, 0, "sem_wait");
}

#[inline]
fn release(semaphore: *mut libc::sem_t) {
    // SAFETY: an initialised semaphore.
    let code = unsafe { libc::sem_post(semaphore) };
    assert_eq!(code, 0, "sem_post");
}

fn create(semaphore: *mut libc::sem_t, permits: u32) -> Result<(), Failure> {
    // SAFETY: memory for a semaphore that no other process has yet.
    let code = unsafe { libc::sem_init(semaphore, 1, permits) };
    if code == 0 { Ok(()) } else { Err(std::io::Error::last_os_error().into()) }
}

impl Permits for Slots {
    fn create(job: &Job) -> Result<Self, Failure> {
        let made = Self(Mapped::create(&job.file("sem"))?);
        create(made.several(), PERMITS)?;
        create(made.single(), 1)?;
        Ok(made)
    }

    fn open(job: &Job) -> Result<Self, Failure> {
        Ok(Self(Mapped::open(&job.file("sem"))?))
    }

    #[inline]
    fn pass(&mut self) {
        acquire(self.several());
        release(self.several());
    }

    #[inline]
    fn increment(&mut self) {
        acquire(self.single());
        // SAFETY: inside the mapping; with the one permit, no other process reads or writes.
        let number = unsafe { self.number().read_volatile() };
        // SAFETY: as above.
        unsafe { self.number().write_volatile(number + 1) };
        release(self.single());
    }

    fn value(&mut self) -> u64 {
        // SAFETY: inside the mapping; the other process is done.
        unsafe { self.number().read_volatile() }
    }
}

impl Mortal for Slots {
    const PERMITS: u64 = PERMITS as u64;

    fn create(job: &Job) -> Result<Self, Failure> {
        <Self as Permits>::create(job)
    }

    fn open(job: &Job) -> Result<Self, Failure> {
        <Self as Permits>::open(job)
    }

    fn hold(&mut self, work: impl FnOnce()) {
        acquire(self.several());
        work();
        release(self.several());
    }

    fn occupy(&mut self, work: impl FnOnce()) {
        (0..PERMITS).for_each(|_| acquire(self.several()));
        work();
        (0..PERMITS).for_each(|_| release(self.several()));
    }

    fn survive(&mut self, got: &AtomicU64) -> Told {
        for _ in 0..PERMITS {
            acquire(self.several());
            got.fetch_add(1, Ordering::Relaxed);
        }
        Told::No
    }
}
