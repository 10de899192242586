//! The processors that processes run on.

use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

use crate::job::Job;
use crate::outcome::Failure;

/// The first two processors that this process may use: one for the process that is measured, one for its
/// partner. `None` if there is only one.
pub(crate) fn two() -> Option<(usize, usize)> {
    let allowed = sched_getaffinity(None).ok()?;
    let mut cpus = (0..CpuSet::MAX_CPU).filter(|cpu| allowed.is_set(*cpu));
    Some((cpus.next()?, cpus.next()?))
}

/// Pins the calling thread, and the threads that it starts, to the lead's processor.
pub(crate) fn pin_lead(job: &Job) -> Result<(), Failure> {
    job.cpus.map_or(Ok(()), |(lead, _)| allow(&[lead]))
}

/// Pins the calling thread to the partner's processor.
pub(crate) fn pin_partner(job: &Job) -> Result<(), Failure> {
    job.cpus.map_or(Ok(()), |(_, partner)| allow(&[partner]))
}

/// Lets the calling thread, and the processes that it starts, use both processors.
pub(crate) fn unpin(job: &Job) -> Result<(), Failure> {
    job.cpus.map_or(Ok(()), |(lead, partner)| allow(&[lead, partner]))
}

fn allow(cpus: &[usize]) -> Result<(), Failure> {
    let mut set = CpuSet::new();
    cpus.iter().for_each(|cpu| set.set(*cpu));
    Ok(sched_setaffinity(None, &set)?)
}
