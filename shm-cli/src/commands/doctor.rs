//! `shm doctor`.

mod around;
mod folder;
mod machine;
mod report;

use std::path::PathBuf;

use clap::Args;

use crate::failure::{Answer, Failure};
use crate::output::Output;
use report::{Diagnosis, Place};

/// Says what this machine allows, what lies around, and what to do about it
///
/// Each line begins with `ok`, with `note` for something worth knowing, or with `todo` for something that needs
/// doing, which the line below it names. The exit code is 1 if there is such a line. Nothing is removed or changed.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    /// The folders with regions
    #[arg(value_name = "DIR", default_value = crate::files::SHARED_MEMORY)]
    folders: Vec<PathBuf>,
}

const EXAMPLES: &str = "\
Examples:
  shm doctor
  shm doctor /dev/shm /var/cache   regions in these folders
  shm doctor --json";

/// Runs the command.
///
/// # Errors
/// If a folder cannot be read.
pub fn run(arguments: &Arguments, output: &mut Output) -> Result<Answer, Failure> {
    let machine = machine::checks();
    let folders = arguments.folders.iter().map(|path| {
        let found = around::found(path)?;
        Ok(Place { path: path.display().to_string(), checks: folder::checks(path), found })
    });
    let diagnosis = Diagnosis::of(machine, folders.collect::<Result<_, Failure>>()?);
    output.print(&diagnosis)?;
    Ok(if diagnosis.todo == 0 { Answer::Done } else { Answer::No })
}
