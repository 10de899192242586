//! `shm set`.

use std::io::{self, Write};
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use serde::Serialize;

use crate::assignment::Assignment;
use crate::failure::{Answer, Failure};
use crate::opening::Trust;
use crate::output::{Output, Report};
use crate::writing::{Writing, WrittenValue};

/// Writes fields by their paths
///
/// Every value is checked, and every lock that guards one is taken, before the first is written.
/// Numbers can be written as -3, 1_000, 0xff, 0b101, 1e-3, nan, inf; lists as [1, 2], structs, or some of
/// their fields, as {x: 1.5, y: 2}; text plain or, with escapes, in quotation marks.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    /// The region: a name in /dev/shm, or a path; or an object in its heap, `region@object`
    file: PathBuf,
    /// Values to write; PATH+=NUMBER adds atomically
    #[arg(value_name = "PATH=VALUE", required = true)]
    assignments: Vec<Assignment>,
    /// The time to wait for a lock that a living process holds
    #[arg(long, value_name = "TIME", default_value = "1s", value_parser = humantime::parse_duration)]
    wait: Duration,
    /// Write even if the holder of a lock died: these values repair the state that it left
    #[arg(long)]
    repair: bool,
    #[command(flatten)]
    trust: Trust,
}

/// The values that were written.
#[derive(Debug, Serialize)]
struct Written {
    written: Vec<WrittenValue>,
}

/// Prints nothing: silence means success.
impl Report for Written {
    fn text(&self, _out: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }
}

const EXAMPLES: &str = "\
Examples:
  shm set station temperature=22.5 mode=Idle
  shm set station hits+=1
  shm set station 'samples[2..4]=[7, 8]' 'pose={x: 1.5, y: 2}' 'label=north gate'
  shm set total =2.5             a region that is one number
  shm set board@requests hits+=1
  shm set station account.balance=100 --repair";

/// Runs the command.
///
/// # Errors
/// If a value does not fit or a lock cannot be taken; then nothing is written. For a value behind a second
/// lock, or in a `Latest` that another process writes, the error can come late: then the assignments before
/// it are written.
pub fn run(arguments: &Arguments, output: &mut Output) -> Result<Answer, Failure> {
    let region = arguments.trust.write(&arguments.file)?;
    let writing = Writing { wait: arguments.wait, repair: arguments.repair };
    let written = writing.write(&region, &arguments.assignments)?;
    output.print(&Written { written })?;
    Ok(Answer::Done)
}
