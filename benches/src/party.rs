//! The second party of a measurement: another process, or another thread for peers that work within one
//! process only. Both follow the same cues, through a region of this very library.

use std::process::{Child, Command};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use shm_core::{Region, SharedLayout, Watched};

use crate::cpu;
use crate::death_with_parent::die_with_parent;
use crate::job::Job;
use crate::outcome::Failure;

/// The kind of a peer's second party.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Party {
    Process,
    Thread,
}

/// The role of the second party: prepares, calls [`Cue::ready`], and continues from there.
pub(crate) type Role = fn(&Job, &Cue) -> Result<(), Failure>;

/// The time limit for one party to wait for the other.
const PATIENCE: Duration = Duration::from_secs(20);

const GO: u32 = 1;
const STOP: u32 = 2;

/// The messages between the parties.
#[derive(SharedLayout)]
#[repr(C)]
struct Cues {
    /// Set by the partner when it is prepared.
    ready: bool,
    /// Set by the lead: the order to begin, or to end.
    order: Watched<u32>,
    /// The count of the partner.
    operations: u64,
    /// The time of an event, on the clock that both share.
    instant: u64,
}

/// The partner's end.
pub(crate) struct Cue(Region<Cues>);

impl Cue {
    pub(crate) fn open(job: &Job) -> Result<Self, Failure> {
        Ok(Self(Region::open(job.file("cues"))?))
    }

    /// Tells the lead that the partner is prepared, and waits for the order to begin.
    pub(crate) fn ready(&self) -> Result<(), Failure> {
        self.0.ready.set(true);
        self.wait_for(GO)
    }

    #[inline]
    pub(crate) fn is_stopped(&self) -> bool {
        self.0.order.get() == Ok(STOP)
    }

    pub(crate) fn wait_for_stop(&self) -> Result<(), Failure> {
        self.wait_for(STOP)
    }

    /// Spins at first, for a start without delay, then sleeps.
    fn wait_for(&self, order: u32) -> Result<(), Failure> {
        let start = Instant::now();
        while start.elapsed() < Duration::from_millis(1) {
            if self.0.order.get()? >= order {
                return Ok(());
            }
            std::hint::spin_loop();
        }
        self.0.order.wait_until(|given| given >= order)?;
        Ok(())
    }

    /// Leaves the number of completed operations.
    pub(crate) fn count(&self, operations: u64) {
        self.0.operations.set(operations);
    }

    /// Adds one to the number of completed operations.
    pub(crate) fn count_one(&self) {
        self.0.operations.fetch_add(1);
    }

    /// Leaves the time of an event, or another number.
    pub(crate) fn note(&self, instant: u64) {
        self.0.instant.set(instant);
    }
}

enum Runner {
    Process(Child),
    Thread(Option<JoinHandle<Result<(), Failure>>>),
}

/// The lead's end: a second party that has been started.
pub(crate) struct Partner {
    cues: Region<Cues>,
    runner: Runner,
}

impl Partner {
    /// Starts the second party and waits until it is prepared.
    pub(crate) fn start(job: &Job, party: Party, role: Role) -> Result<Self, Failure> {
        let cues = Region::options().create_or_replace(job.file("cues"))?;
        let runner = match party {
            Party::Process => Runner::Process(process(job)?),
            Party::Thread => Runner::Thread(Some(thread(job.clone(), role))),
        };
        let mut partner = Self { cues, runner };
        wait_until(|| Ok(partner.cues.ready.get() || partner.has_ended()?))?;
        if !partner.cues.ready.get() {
            return Err("the second party ended before it was prepared".into());
        }
        Ok(partner)
    }

    /// Orders the second party to begin.
    pub(crate) fn go(&self) {
        self.cues.order.set(GO);
    }

    /// Orders the second party to end, without waiting for it.
    pub(crate) fn order_to_stop(&self) {
        self.cues.order.set(STOP);
    }

    /// Ends the second party and returns its count of operations.
    pub(crate) fn stop(&mut self) -> Result<u64, Failure> {
        self.order_to_stop();
        wait_until(|| self.has_ended())?;
        Ok(self.cues.operations.get())
    }

    /// The count that the second party has left so far.
    pub(crate) fn counted(&self) -> u64 {
        self.cues.operations.get()
    }

    /// Waits until the second party, a process, has left a count and then fallen asleep.
    pub(crate) fn wait_until_asleep(&self) -> Result<(), Failure> {
        let Runner::Process(child) = &self.runner else {
            return Err("a thread is not watched".into());
        };
        let stat = format!("/proc/{}/stat", child.id());
        let is_asleep = || std::fs::read_to_string(&stat).map(|stat| stat.contains(") S "));
        wait_until(|| Ok(self.counted() > 0 && is_asleep()?))
    }

    /// Kills the second party, a process, and waits until it is gone.
    pub(crate) fn kill(mut self) -> Result<(), Failure> {
        if self.has_ended()? {
            return Err("the second party ended before it was killed".into());
        }
        if let Runner::Process(child) = &mut self.runner {
            child.kill()?;
            child.wait()?;
        }
        Ok(())
    }

    /// The time that the second party noted, if it did.
    pub(crate) fn noted(&self) -> u64 {
        self.cues.instant.get()
    }

    /// Returns whether the second party has ended.
    ///
    /// # Errors
    /// If it failed.
    fn has_ended(&mut self) -> Result<bool, Failure> {
        match &mut self.runner {
            Runner::Process(child) => match child.try_wait()? {
                None => Ok(false),
                Some(status) if status.success() => Ok(true),
                Some(status) => Err(format!("the second process failed: {status}").into()),
            },
            Runner::Thread(handle) => match handle.take_if(|handle| handle.is_finished()) {
                Some(ended) => {
                    ended.join().map_err(|_| "the second thread panicked")?.map(|()| true)
                }
                None => Ok(handle.is_none()),
            },
        }
    }
}

/// A second process that still runs when the lead is done has nothing more to report.
impl Drop for Partner {
    fn drop(&mut self) {
        self.order_to_stop();
        if let Runner::Process(child) = &mut self.runner {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

fn process(job: &Job) -> Result<Child, Failure> {
    let mut command = Command::new(std::env::current_exe()?);
    command.arg("partner").args(job.to_arguments());
    Ok(die_with_parent(&mut command).spawn()?)
}

fn thread(job: Job, role: Role) -> JoinHandle<Result<(), Failure>> {
    std::thread::spawn(move || play(&job, role))
}

/// The second party itself, as a process or a thread.
pub(crate) fn play(job: &Job, role: Role) -> Result<(), Failure> {
    cpu::pin_partner(job)?;
    role(job, &Cue::open(job)?)
}

/// Spins at first, then checks every 50 µs, for the other party to do something.
///
/// # Errors
/// If that takes too long; those of the condition.
pub(crate) fn wait_until(
    mut condition: impl FnMut() -> Result<bool, Failure>,
) -> Result<(), Failure> {
    let start = Instant::now();
    while !condition()? {
        match start.elapsed() {
            passed if passed > PATIENCE => return Err("the other party does not answer".into()),
            passed if passed > Duration::from_millis(1) => {
                std::thread::sleep(Duration::from_micros(50));
            }
            _ => std::hint::spin_loop(),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::folder::Folder;
    use crate::job::Pace;

    fn job(folder: &Folder) -> Job {
        Job {
            peer: "ours".to_owned(),
            scenario: "counter".to_owned(),
            folder: folder.path().to_owned(),
            name: "test".to_owned(),
            batch: Duration::from_millis(1),
            words: 8,
            pace: Pace::Idle,
            cpus: None,
        }
    }

    #[test]
    fn the_count_of_the_second_party_arrives() {
        let folder = Folder::new().unwrap();
        let partner = Partner::start(&job(&folder), Party::Thread, |_, cue| {
            cue.ready()?;
            cue.wait_for_stop()?;
            cue.count(7);
            Ok(())
        });
        let mut partner = partner.unwrap();
        partner.go();
        assert_eq!(partner.stop().unwrap(), 7);
    }

    #[test]
    fn a_second_party_that_fails_during_preparation_is_reported() {
        let folder = Folder::new().unwrap();
        let outcome =
            Partner::start(&job(&folder), Party::Thread, |_, _| Err("no such thing".into()));
        assert_eq!(outcome.err().unwrap().to_string(), "no such thing");
    }
}
