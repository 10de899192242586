//! A process takes the lock and is killed while it holds it. How long until a waiter can continue, and
//! is it told? A waiter that waits for ever is ended by its parent, and counts as hung.

use std::time::Duration;

use rustix::process::{Signal, getpid, kill_process};

use super::Entry;
use crate::job::Job;
use crate::measure::now;
use crate::outcome::{Failure, Outcome};
use crate::party::{Cue, Partner, Party};

pub(crate) const DEATH: &str = "death";

/// The time that the holder lives on with the lock, so that the survivor is asleep by then.
const LAST_BREATH: Duration = Duration::from_millis(60);

/// The information that a survivor gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Told {
    /// It learns that the holder died, and can repair a half-done change.
    Yes,
    /// It learns nothing, and continues as if all were well.
    No,
    /// It gave up: it still cannot continue.
    Hung,
}

impl Told {
    /// `Yes` if either is.
    #[inline]
    pub(crate) fn or(self, other: Self) -> Self {
        if self == Self::Yes { self } else { other }
    }
}

/// Something that one process can hold while others wait for it.
pub(crate) trait Holdable: Sized {
    /// Creates it; this side survives.
    fn create(job: &Job) -> Result<Self, Failure>;
    /// Opens it; this side will die holding it.
    fn open(job: &Job) -> Result<Self, Failure>;
    /// Takes it, for good.
    fn hold(&mut self) -> Result<(), Failure>;
    /// Waits until it can be taken.
    fn wait(&mut self) -> Result<Told, Failure>;
}

pub(crate) const fn entry<P: Holdable>() -> Entry {
    Entry::duo(DEATH, survive::<P>, die::<P>)
}

fn survive<P: Holdable>(job: &Job) -> Result<Outcome, Failure> {
    let mut held = P::create(job)?;
    let holder = Partner::start(job, Party::Process, die::<P>)?;
    holder.go();
    let told = held.wait()?;
    let recovered = now();
    let outcome = match told {
        Told::Hung => return Ok(Outcome::judged("hung")),
        Told::Yes => Outcome::judged("told of it"),
        Told::No => Outcome::judged("not told"),
    };
    match holder.noted() {
        0 => Err("the lock was taken while its holder lived".into()),
        killed => Ok(Outcome { ns: Some(recovered.saturating_sub(killed) as f64), ..outcome }),
    }
}

fn die<P: Holdable>(job: &Job, cue: &Cue) -> Result<(), Failure> {
    let mut held = P::open(job)?;
    held.hold()?;
    cue.ready()?;
    std::thread::sleep(LAST_BREATH);
    cue.note(now());
    kill_process(getpid(), Signal::KILL)?;
    Err("the holder survived SIGKILL".into())
}
