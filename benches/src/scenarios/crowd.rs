//! A lock that as many processes take part in as a region has room for: 1,023. What do they cost the one
//! that locks, the one that opens it, and the one that finds its holder dead?

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::panic::{AssertUnwindSafe, catch_unwind};

use rustix::process::{
    Pid, Signal, WaitOptions, kill_process, set_parent_process_death_signal, waitpid,
};

use super::Entry;
use super::death::{Holdable, Told};
use super::lock::Lock;
use crate::job::Job;
use crate::measure::{nanoseconds_each, now};
use crate::outcome::{Failure, Outcome};
use crate::statistics::median;

/// The beginning of the name of each.
pub(crate) const FAMILY: &str = "crowd";
pub(crate) const LOCK: &str = "crowd-lock";
pub(crate) const OPEN: &str = "crowd-open";
pub(crate) const DEATH: &str = "crowd-death";

/// The processes, with the one that measures.
pub(crate) const PROCESSES: usize = 1023;
/// Those that are killed with the lock, one after the other.
const DEATHS: usize = 20;

/// A lock for many processes.
pub(crate) trait Crowded: Lock + Holdable {
    /// Creates it, with room for [`PROCESSES`].
    fn create_for_many(job: &Job) -> Result<Self, Failure> {
        <Self as Lock>::create(job)
    }

    /// Takes the lock of a dead holder, and gives it back.
    fn take_over(&mut self) -> Result<Told, Failure>;
}

/// For a peer whose waiters survive a death.
pub(crate) const fn entries<P: Crowded>() -> [Entry; 3] {
    let [lock, open] = living::<P>();
    [lock, open, Entry::solo(DEATH, lead_death::<P>)]
}

pub(crate) const fn living<P: Crowded>() -> [Entry; 2] {
    [Entry::solo(LOCK, lead_lock::<P>), Entry::solo(OPEN, lead_open::<P>)]
}

fn lead_lock<P: Crowded>(job: &Job) -> Result<Outcome, Failure> {
    let _crowd = Crowd::gather::<P>(job)?;
    let mut lock = <P as Lock>::open(job)?;
    // The first time, a process takes part, which is not what is measured here.
    lock.increment();
    let ns = nanoseconds_each(job, |times| (0..times).for_each(|_| lock.increment()));
    Ok(Outcome::timed(ns))
}

/// Opens it, locks, which makes this process take part, and closes it.
fn lead_open<P: Crowded>(job: &Job) -> Result<Outcome, Failure> {
    let _crowd = Crowd::gather::<P>(job)?;
    <P as Lock>::open(job)?.increment();
    let ns = nanoseconds_each(job, |times| {
        for _ in 0..times {
            <P as Lock>::open(job).expect("it was opened before").increment();
        }
    });
    Ok(Outcome::timed(ns))
}

/// From the lock's request until it is had, of a lock whose holder is dead already.
fn lead_death<P: Crowded>(job: &Job) -> Result<Outcome, Failure> {
    let mut crowd = Crowd::gather::<P>(job)?;
    let mut lock = <P as Lock>::open(job)?;
    lock.increment();
    let mut times = Vec::new();
    for _ in 0..DEATHS {
        crowd.kill_with_the_lock()?;
        let start = now();
        if lock.take_over()? != Told::Yes {
            return Err("the survivor was not told of the death".into());
        }
        times.push((now() - start) as f64);
    }
    Ok(Outcome::timed(median(&times)))
}

/// All processes but the one that measures, which forked them; each has taken the lock once.
struct Crowd(Vec<Member>);

/// A process, and the stream of orders to it and of its reports: a byte for each.
struct Member {
    process: Pid,
    stream: UnixStream,
}

impl Crowd {
    /// Creates the lock, which this process does not open, and the processes that take part.
    fn gather<P: Crowded>(job: &Job) -> Result<Self, Failure> {
        drop(P::create_for_many(job)?);
        let mut crowd = Self(Vec::new());
        for _ in 1..PROCESSES {
            crowd.0.push(Member::fork::<P>(job)?);
        }
        crowd.0.iter_mut().try_for_each(Member::expect_report)?;
        Ok(crowd)
    }

    /// Has one of them take the lock, and kills it.
    fn kill_with_the_lock(&mut self) -> Result<(), Failure> {
        let mut holder = self.0.pop().ok_or("there are more deaths than processes")?;
        holder.stream.write_all(&[1])?;
        holder.expect_report()
    }
}

impl Member {
    fn fork<P: Crowded>(job: &Job) -> Result<Self, Failure> {
        let (stream, own) = UnixStream::pair()?;
        // SAFETY: this process has one thread, so that the child has all of them.
        match unsafe { libc::fork() } {
            -1 => Err(std::io::Error::last_os_error().into()),
            0 => take_part_and_exit::<P>(job, own),
            pid => {
                Ok(Self { process: Pid::from_raw(pid).ok_or("a process has a number")?, stream })
            }
        }
    }

    fn expect_report(&mut self) -> Result<(), Failure> {
        let report = self.stream.read_exact(&mut [0]);
        Ok(report.map_err(|_| "a process of the crowd ended")?)
    }
}

impl Drop for Member {
    fn drop(&mut self) {
        let _ = kill_process(self.process, Signal::KILL);
        let _ = waitpid(Some(self.process), WaitOptions::empty());
    }
}

/// The life of a forked process.
fn take_part_and_exit<P: Crowded>(job: &Job, own: UnixStream) -> ! {
    let played = catch_unwind(AssertUnwindSafe(|| take_part::<P>(job, own)));
    if let Ok(Err(failure)) = played {
        let _ = writeln!(std::io::stderr(), "{failure}");
    }
    // SAFETY: it runs nothing of this program, whose destructors are the parent's.
    unsafe { libc::_exit(1) }
}

/// Takes part, reports that, and with the next order takes the lock for good.
fn take_part<P: Crowded>(job: &Job, mut own: UnixStream) -> Result<(), Failure> {
    set_parent_process_death_signal(Some(Signal::KILL))?;
    let mut lock = <P as Lock>::open(job)?;
    lock.increment();
    own.write_all(&[1])?;
    own.read_exact(&mut [0])?;
    lock.hold()?;
    own.write_all(&[1])?;
    own.read_exact(&mut [0])?;
    Err("it was ordered to do more than it can".into())
}
