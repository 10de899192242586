//! The part of a measurement that a process of this program plays for another one.

use std::ffi::OsString;

use crate::cpu;
use crate::job::Job;
use crate::outcome::Failure;
use crate::party::{self, Role};
use crate::peers;
use crate::scenarios::Entry;
use crate::series::{self, Work};

/// The name of the part, and its arguments.
pub(crate) struct Part {
    word: String,
    arguments: Vec<String>,
}

impl Part {
    /// The part in a command line, if it has one.
    pub(crate) fn of(arguments: &[OsString]) -> Option<Self> {
        let words: Option<Vec<_>> =
            arguments.iter().map(|word| word.to_str().map(str::to_owned)).collect();
        let (word, arguments) =
            words?.split_first().map(|(word, rest)| (word.clone(), rest.to_vec()))?;
        ["lead", "partner", "series"].contains(&word.as_str()).then_some(Self { word, arguments })
    }

    /// Plays it, and prints the result.
    pub(crate) fn play(&self) -> Result<(), Failure> {
        let job = Job::from_arguments(&self.arguments)?;
        match self.word.as_str() {
            "lead" => {
                cpu::pin_lead(&job)?;
                println!("{}", serde_json::to_string(&(entry(&job)?.lead)(&job)?)?);
                Ok(())
            }
            "series" => {
                cpu::pin_lead(&job)?;
                println!("{}", serde_json::to_string(&points(&job)?)?);
                Ok(())
            }
            _ => party::play(&job, role(&job)?),
        }
    }
}

fn entry(job: &Job) -> Result<Entry, Failure> {
    let peer = peers::find(&job.peer).ok_or_else(|| format!("unknown peer `{}`", job.peer))?;
    let entry = (peer.entries)().into_iter().find(|entry| entry.fits(&job.scenario, job.words));
    Ok(entry.ok_or_else(|| format!("`{}` does not do `{}`", job.peer, job.scenario))?)
}

fn points(job: &Job) -> Result<Vec<series::Measured>, Failure> {
    match series::find(&job.scenario).map(|plan| plan.work) {
        Some(Work::Process { lead, .. }) => lead(job),
        _ => {
            Err(format!("unknown series `{}`, or one that no process measures", job.scenario)
                .into())
        }
    }
}

fn role(job: &Job) -> Result<Role, Failure> {
    let of_series = || match series::find(&job.scenario)?.work {
        Work::Process { partner, .. } => partner,
        Work::Cargo(_) => None,
    };
    let of_peer = || entry(job).ok()?.partner;
    let role = of_series().or_else(of_peer);
    Ok(role.ok_or_else(|| format!("`{}` has no second party", job.scenario))?)
}
