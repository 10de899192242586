//! `shm push`.

use std::io::{self, Write};
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use serde::Serialize;
use shm_core::dynamic::DynValue;
use shm_core::path::Path;
use shm_core::schema::Live;

use crate::failure::{Answer, Failure};
use crate::opening::Trust;
use crate::output::{Output, Report};

/// Pushes a value to a queue or a ring
///
/// Values are written as for `set`; a struct needs all its fields. If a queue is full, the command waits for room.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    /// The region: a name in /dev/shm, or a path; or an object in its heap, `region@object`
    file: PathBuf,
    /// The path of the queue or ring; "" if it is the whole region
    path: String,
    /// The value
    #[arg(allow_hyphen_values = true)]
    value: String,
    /// The time to wait for room, and while another process pushes
    #[arg(long, value_name = "TIME", default_value = "1s", value_parser = humantime::parse_duration)]
    timeout: Duration,
    #[command(flatten)]
    trust: Trust,
}

/// The value that was pushed.
#[derive(Debug, Serialize)]
struct Pushed {
    #[serde(serialize_with = "crate::value_json::path")]
    path: Path,
    #[serde(serialize_with = "crate::value_json::serialize")]
    pushed: DynValue,
}

/// Prints nothing: silence means success.
impl Report for Pushed {
    fn text(&self, _out: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }
}

const EXAMPLES: &str = "\
Examples:
  shm push board jobs '{id: 7, priority: 1}'
  shm push board jobs '{id: 8, priority: 0}' --timeout 10s
  shm push numbers '' 42         a region that is one queue";

/// Runs the command.
///
/// # Errors
/// If there is no such queue or ring, the value does not fit, or there was no room in time.
pub fn run(arguments: &Arguments, output: &mut Output) -> Result<Answer, Failure> {
    let region = arguments.trust.write(&arguments.file)?;
    let path: Path = arguments.path.parse()?;
    let place = region.resolve(&path)?;
    let queue = place.ty().live().and_then(Live::queue);
    // A ring's path is that of its newest item. If it is something else, the library says so.
    let ty = queue.map_or(place.ty(), |queue| queue.value);
    let pushed = DynValue::of_text(&arguments.value, ty)?;
    region.push_timeout(&path, pushed.clone(), arguments.timeout)?;
    output.print(&Pushed { path, pushed })?;
    Ok(Answer::Done)
}
