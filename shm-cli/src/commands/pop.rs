//! `shm pop`.

use std::io::{self, Write};
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use serde::Serialize;
use shm_core::dynamic::DynValue;
use shm_core::path::Path;

use crate::failure::{Answer, Failure};
use crate::opening::Trust;
use crate::output::{Output, Report};
use crate::printable::Printable;

/// Takes the oldest value of a queue
///
/// No other process gets the value. If the queue is empty, nothing is printed, and the exit code is 1.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    /// The region: a name in /dev/shm, or a path; or an object in its heap, `region@object`
    file: PathBuf,
    /// The path of the queue; "" if it is the whole region
    #[arg(default_value = "")]
    path: String,
    /// The time to wait for a value
    #[arg(long, value_name = "TIME", default_value = "0s", value_parser = humantime::parse_duration)]
    timeout: Duration,
    #[command(flatten)]
    trust: Trust,
}

/// The value that was taken, if there was one.
#[derive(Debug, Serialize)]
struct Popped {
    #[serde(serialize_with = "crate::value_json::path")]
    path: Path,
    /// Whether there was a value.
    popped: bool,
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "optional")]
    value: Option<DynValue>,
}

fn optional<S: serde::Serializer>(
    value: &Option<DynValue>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    crate::value_json::serialize(value.as_ref().unwrap_or(&DynValue::None), serializer)
}

impl Report for Popped {
    fn text(&self, out: &mut dyn Write) -> io::Result<()> {
        let Some(value) = &self.value else { return Ok(()) };
        Printable::write(out, value)?;
        writeln!(out)
    }

    fn wraps(&self) -> bool {
        false
    }
}

const EXAMPLES: &str = "\
Examples:
  shm pop board jobs
  shm pop board jobs --timeout 10s --json
  shm pop numbers                a region that is one queue";

/// Runs the command.
///
/// # Errors
/// If there is no such queue, or the bytes taken are not a valid value.
pub fn run(arguments: &Arguments, output: &mut Output) -> Result<Answer, Failure> {
    let region = arguments.trust.write(&arguments.file)?;
    let path: Path = arguments.path.parse()?;
    let value = region.pop_timeout(&path, arguments.timeout)?;
    let popped = value.is_some();
    output.print(&Popped { path, popped, value })?;
    Ok(if popped { Answer::Done } else { Answer::No })
}
