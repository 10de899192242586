//! A change that the other party sees by polling: half the time of a round trip of two numbers.

use super::Entry;
use crate::job::Job;
use crate::measure::nanoseconds_each;
use crate::outcome::{Failure, Outcome};
use crate::party::{Cue, Partner, Party};

pub(crate) const SPIN: &str = "hand-off-spin";

/// Looks at the other's number between two checks of the cue.
const PATIENCE: u32 = 1 << 16;

/// Two numbers, each written by one party and read by the other.
pub(crate) trait PingPong: Sized {
    const PARTY: Party = Party::Process;
    /// Creates both; this side writes the first.
    fn create(job: &Job) -> Result<Self, Failure>;
    /// Opens both; this side writes the second.
    fn open(job: &Job) -> Result<Self, Failure>;
    /// Writes this side's number.
    fn send(&mut self, value: u64);
    /// Reads the other side's number.
    fn look(&mut self) -> u64;
}

pub(crate) const fn entry<P: PingPong>() -> Entry {
    Entry::duo(SPIN, lead::<P>, partner::<P>)
}

fn lead<P: PingPong>(job: &Job) -> Result<Outcome, Failure> {
    let mut end = P::create(job)?;
    end.send(0);
    let mut partner = Partner::start(job, P::PARTY, partner::<P>)?;
    partner.go();
    let mut sent = 0;
    let round_trip = nanoseconds_each(job, |times| {
        for _ in 0..times {
            sent += 1;
            end.send(sent);
            while end.look() != sent {
                std::hint::spin_loop();
            }
        }
    });
    let answered = partner.stop()?;
    if answered != sent {
        return Err(format!("sent {sent}, the other party saw {answered}").into());
    }
    Ok(Outcome::timed(round_trip / 2.0))
}

/// Sends back every number that arrives.
fn partner<P: PingPong>(job: &Job, cue: &Cue) -> Result<(), Failure> {
    let mut end = P::open(job)?;
    end.send(0);
    cue.ready()?;
    let mut seen = 0;
    'changes: loop {
        let mut looks = 0;
        let came = loop {
            let came = end.look();
            if came != seen {
                break came;
            }
            looks += 1;
            if looks % PATIENCE == 0 && cue.is_stopped() {
                break 'changes;
            }
            std::hint::spin_loop();
        };
        seen = came;
        end.send(seen);
    }
    cue.count(seen);
    Ok(())
}
