//! A process is killed while it holds a lock, or while it waits for one. Can the others go on? They have a
//! second; those that still wait then have hung.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use super::Entry;
use super::death::Told;
use super::rwlock::Shared;
use super::sleep::Wake;
use crate::job::Job;
use crate::outcome::{Failure, Outcome};
use crate::party::{Cue, Partner, Party};

/// The beginning of the name of each.
pub(crate) const FAMILY: &str = "lock-killed";
pub(crate) const HOLDER: &str = "lock-killed-holder";
pub(crate) const WAITER: &str = "lock-killed-waiter";
pub(crate) const RW_READER: &str = "lock-killed-rw-reader";
pub(crate) const RW_WRITER: &str = "lock-killed-rw-writer";
pub(crate) const RW_WAITER: &str = "lock-killed-rw-waiter";
pub(crate) const SEMAPHORE_HOLDER: &str = "lock-killed-semaphore-holder";
pub(crate) const SEMAPHORE_WAITER: &str = "lock-killed-semaphore-waiter";
pub(crate) const CONDITION_WAITER: &str = "lock-killed-condition-waiter";
pub(crate) const BARRIER_MEMBER: &str = "lock-killed-barrier-member";
pub(crate) const BARRIER_WAITER: &str = "lock-killed-barrier-waiter";

/// The processes that are killed for one sample, all at the same time, each with a lock of its own.
pub(crate) const KILLS: usize = 25;
/// The time for which a waiter sleeps before it is killed.
const SETTLE: Duration = Duration::from_millis(30);
/// The time after which a survivor has hung.
const PATIENCE: Duration = Duration::from_secs(1);
/// The changes that a survivor waits for with a condition variable.
const CHANGES: u64 = 5;

/// Something that processes are killed with.
pub(crate) trait Mortal: Sized {
    /// The permits that can be had, if that is what it is about.
    const PERMITS: u64 = 0;
    fn create(job: &Job) -> Result<Self, Failure>;
    fn open(job: &Job) -> Result<Self, Failure>;
    /// Takes it, and has it while it works.
    fn hold(&mut self, work: impl FnOnce());
    /// Works while others that want it have to wait.
    fn occupy(&mut self, work: impl FnOnce()) {
        self.hold(work);
    }
    /// Waits for it, as long as others occupy it.
    fn queue_up(&mut self) {
        self.hold(|| ());
    }
    /// Uses it as if no process had died, and counts the permits it gets.
    fn survive(&mut self, got: &AtomicU64) -> Told;
}

/// A process is killed that has it.
pub(crate) const fn holder<P: Mortal>(scenario: &'static str) -> Entry {
    Entry::duo(scenario, |job| all(job, holder_killed::<P>), hold::<P>)
}

/// A process is killed that waits for it.
pub(crate) const fn waiter<P: Mortal>(scenario: &'static str) -> Entry {
    Entry::duo(scenario, |job| all(job, waiter_killed::<P>), queue_up::<P>)
}

/// The fate of a survivor.
struct Fate {
    told: Told,
    lost: u64,
}

fn all(job: &Job, one: fn(&Job) -> Result<Fate, Failure>) -> Result<Outcome, Failure> {
    let jobs = (0..KILLS).map(|number| job.numbered(number)).collect::<Result<Vec<_>, _>>()?;
    let fates = thread::scope(|scope| {
        let threads = jobs.iter().map(|job| scope.spawn(move || one(job)));
        let threads: Vec<_> = threads.collect();
        let fates =
            threads.into_iter().map(|thread| thread.join().map_err(|_| "a thread panicked")?);
        fates.collect::<Result<Vec<_>, Failure>>()
    })?;
    let count = |told| fates.iter().filter(|fate| fate.told == told).count() as u64;
    let lost = fates.iter().map(|fate| fate.lost).sum();
    Ok(Outcome::default()
        .and_count("killed", KILLS as u64)
        .and_count("hung", count(Told::Hung))
        .and_count("told", count(Told::Yes))
        .and_count("permits lost", lost))
}

fn holder_killed<P: Mortal>(job: &Job) -> Result<Fate, Failure> {
    let _made = P::create(job)?;
    Partner::start(job, Party::Process, hold::<P>)?.kill()?;
    outlive::<P>(job)
}

fn hold<P: Mortal>(job: &Job, cue: &Cue) -> Result<(), Failure> {
    let mut held = P::open(job)?;
    let mut told = Ok(());
    held.hold(|| {
        told = cue.ready();
        thread::sleep(PATIENCE * 60);
    });
    told?;
    Err("the holder was not killed".into())
}

fn waiter_killed<P: Mortal>(job: &Job) -> Result<Fate, Failure> {
    let mut killed = Ok(());
    P::create(job)?.occupy(|| {
        killed = Partner::start(job, Party::Process, queue_up::<P>).and_then(|waiter| {
            waiter.go();
            waiter.wait_until_asleep()?;
            thread::sleep(SETTLE);
            waiter.kill()
        });
    });
    killed?;
    outlive::<P>(job)
}

fn queue_up<P: Mortal>(job: &Job, cue: &Cue) -> Result<(), Failure> {
    let mut wanted = P::open(job)?;
    cue.ready()?;
    cue.count(1);
    wanted.queue_up();
    Err("it did not have to wait".into())
}

/// Has a thread survive, in this process. One that hangs is left behind; it ends with the process.
fn outlive<P: Mortal>(job: &Job) -> Result<Fate, Failure> {
    let (job, got, (sender, receiver)) = (job.clone(), Arc::new(AtomicU64::new(0)), channel());
    let counter = Arc::clone(&got);
    thread::spawn(move || {
        let told = P::open(&job).map(|mut end| end.survive(&counter));
        let _ = sender.send(told.map_err(|failure| failure.to_string()));
    });
    let told = receiver.recv_timeout(PATIENCE).unwrap_or(Ok(Told::Hung))?;
    Ok(Fate { told, lost: P::PERMITS.saturating_sub(got.load(Ordering::Relaxed)) })
}

/// A readers-writer lock whose readers are killed.
pub(crate) struct Reader<P>(P);

impl<P: Shared> Mortal for Reader<P> {
    fn create(job: &Job) -> Result<Self, Failure> {
        P::create(job).map(Self)
    }

    fn open(job: &Job) -> Result<Self, Failure> {
        P::open(job).map(Self)
    }

    fn hold(&mut self, work: impl FnOnce()) {
        self.0.read(|_| work());
    }

    fn survive(&mut self, _: &AtomicU64) -> Told {
        self.0.write(|| ()).or(self.0.read(|_| ()))
    }
}

/// A readers-writer lock whose writers are killed.
pub(crate) struct Writer<P>(P);

impl<P: Shared> Mortal for Writer<P> {
    fn create(job: &Job) -> Result<Self, Failure> {
        P::create(job).map(Self)
    }

    fn open(job: &Job) -> Result<Self, Failure> {
        P::open(job).map(Self)
    }

    fn hold(&mut self, work: impl FnOnce()) {
        self.0.write(work);
    }

    fn survive(&mut self, _: &AtomicU64) -> Told {
        self.0.read(|_| ()).or(self.0.write(|| ()))
    }
}

/// A condition variable on which one process waits and is killed, and then another one waits.
pub(crate) struct Awaited<P> {
    end: P,
    job: Job,
}

impl<P: Wake + 'static> Mortal for Awaited<P> {
    fn create(job: &Job) -> Result<Self, Failure> {
        Ok(Self { end: P::create(job)?, job: job.clone() })
    }

    fn open(job: &Job) -> Result<Self, Failure> {
        Ok(Self { end: P::open(job)?, job: job.clone() })
    }

    fn hold(&mut self, work: impl FnOnce()) {
        work();
    }

    fn queue_up(&mut self) {
        self.end.wait(0);
    }

    /// Makes a change that no living process waits for. Then waits for each of a few more, which a second
    /// thread makes when the one before was seen.
    fn survive(&mut self, _: &AtomicU64) -> Told {
        self.end.change(1);
        let (job, seen) = (self.job.clone(), Arc::new(AtomicU64::new(1)));
        let last_seen = Arc::clone(&seen);
        let changer = thread::spawn(move || {
            let mut end = P::open(&job).map_err(|failure| failure.to_string())?;
            for change in 2..=CHANGES {
                while last_seen.load(Ordering::Acquire) < change - 1 {
                    thread::sleep(SETTLE / 30);
                }
                // The other one is asleep by then.
                thread::sleep(SETTLE / 10);
                end.change(change);
            }
            Ok::<(), String>(())
        });
        while seen.load(Ordering::Relaxed) < CHANGES {
            let value = self.end.wait(seen.load(Ordering::Relaxed));
            seen.store(value, Ordering::Release);
        }
        changer.join().expect("the changer does not panic").expect("it can be opened");
        Told::No
    }
}
