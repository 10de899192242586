//! What a process of this program does that another one started: one part in one measurement.

use std::ffi::OsString;

use crate::cpu;
use crate::job::Job;
use crate::outcome::Failure;
use crate::party::{self, Role};
use crate::peers;
use crate::scenarios::Entry;
use crate::series::{self, Work};

/// Which part, and its arguments.
pub(crate) struct Part {
    word: String,
    arguments: Vec<String>,
}

impl Part {
    /// The part that a command line asks for, if it does.
    pub(crate) fn of(arguments: &[OsString]) -> Option<Self> {
        let words: Option<Vec<_>> =
            arguments.iter().map(|word| word.to_str().map(str::to_owned)).collect();
        let (word, arguments) =
            words?.split_first().map(|(word, rest)| (word.clone(), rest.to_vec()))?;
        ["lead", "partner", "series"].contains(&word.as_str()).then_some(Self { word, arguments })
    }

    /// Plays it, and prints what came out.
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
    let peer = peers::find(&job.peer).ok_or_else(|| format!("there is no peer `{}`", job.peer))?;
    let entry = (peer.entries)().into_iter().find(|entry| entry.fits(&job.scenario, job.words));
    Ok(entry.ok_or_else(|| format!("`{}` does not do `{}`", job.peer, job.scenario))?)
}

fn points(job: &Job) -> Result<Vec<series::Measured>, Failure> {
    match series::find(&job.scenario).map(|plan| plan.work) {
        Some(Work::Process { lead, .. }) => lead(job),
        _ => Err(format!("there is no series `{}` that a process measures", job.scenario).into()),
    }
}

fn role(job: &Job) -> Result<Role, Failure> {
    let of_series = || match series::find(&job.scenario)?.work {
        Work::Process { partner, .. } => partner,
        Work::Cargo(_) => None,
    };
    let of_peer = || entry(job).ok()?.partner;
    let role = of_series().or_else(of_peer);
    Ok(role.ok_or_else(|| format!("nobody takes part in `{}`", job.scenario))?)
}
