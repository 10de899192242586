//! `shm set`.

use std::io::{self, Write};
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use serde::Serialize;

use shm_core::DynRegion;
use shm_core::path::Path;

use crate::assignment::Assignment;
use crate::changes::{Changes, Left};
use crate::document::{Document, value_in};
use crate::elsewhere::{Call, Elsewhere, Protection};
use crate::failure::{Answer, Failure};
use crate::input;
use crate::opening::Trust;
use crate::output::{Output, Report};
use crate::writing::{Writing, WrittenValue};

/// Writes fields by their paths
///
/// Every value is checked, and every lock that guards one is taken, before the first is written.
/// Numbers can be written as -3, 1_000, 0xff, 0b101, 1e-3, nan, inf; lists as [1, 2], structs, or some of
/// their fields, as {x: 1.5, y: 2}; text plain or, with escapes, in quotation marks. JSON is understood as well, and
/// PATH=@FILE takes the value from a file, PATH=@- from standard input.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    /// The region: a name in /dev/shm, or a path; an object in its heap, `region@object`; or a region of another host,
    /// tls/HOST:PORT/REGION
    file: PathBuf,
    /// Values to write; PATH+=NUMBER and PATH-=NUMBER add and subtract atomically
    #[arg(value_name = "PATH=VALUE", required_unless_present = "from")]
    assignments: Vec<Assignment>,
    /// Write the values of a document of `dump`, or of a JSON object; - is standard input
    #[arg(long, value_name = "FILE")]
    from: Option<PathBuf>,
    /// The time to wait for a lock that a living process holds
    #[arg(long, value_name = "TIME", default_value = "1s", value_parser = humantime::parse_duration)]
    wait: Duration,
    /// Write even if the holder of a lock died: these values repair the state that it left
    #[arg(long)]
    repair: bool,
    #[command(flatten)]
    trust: Trust,
    #[command(flatten)]
    protection: Protection,
}

/// The values that were written.
#[derive(Debug, Serialize)]
struct Written {
    written: Vec<WrittenValue>,
    /// The given parts that are as they were.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    left: Vec<Left>,
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
  shm set station label=@label.txt samples=@-
  shm set station --from station.json
  shm set station account.balance=100 --repair
  shm set tls/alpha:7447/station hits+=1 --authority ca.pem --certificate me.pem --key me.key";

/// Runs the command.
///
/// # Errors
/// If a value does not fit or a lock cannot be taken; then nothing is written. For a value behind a second
/// lock, or in a `Latest` that another process writes, the error can come late: then the assignments before
/// it are written.
pub fn run(arguments: &Arguments, output: &mut Output) -> Result<Answer, Failure> {
    if let Some(region) = arguments.protection.elsewhere(&arguments.file)? {
        return Err(set_elsewhere(arguments, &region, output));
    }
    let region = arguments.trust.write(&arguments.file)?;
    let writing = Writing { wait: arguments.wait, repair: arguments.repair };
    let changes = changes(arguments, &region)?;
    let written = writing.write(&region, &changes.steps)?;
    let left = changes.left;
    for Left { path, type_name } in &left {
        output.note(&format!("`{path}` is as it was: `set` does not change a `{type_name}`"));
    }
    output.print(&Written { written, left })?;
    Ok(Answer::Done)
}

/// The same for a region of another host.
fn set_elsewhere(arguments: &Arguments, region: &Elsewhere, output: &Output) -> Failure {
    let Arguments { file: _, assignments, from, wait, repair, trust, protection } = arguments;
    let words = || {
        let call = Call::new("set", protection, output).without(&trust.given())?;
        let call = call.without(&[("--from", from.is_some()), ("--repair", *repair)])?;
        let words: Result<Vec<_>, _> = assignments.iter().map(Assignment::word).collect();
        Ok((call.with("--wait", Some(wait.as_secs_f64().to_string())), words?))
    };
    match words() {
        Ok((call, words)) => call.run(region, words),
        Err(failure) => failure,
    }
}

/// What the arguments say, all of it checked.
fn changes(arguments: &Arguments, region: &DynRegion) -> Result<Changes, Failure> {
    let mut changes = Changes::default();
    let from_input = arguments.assignments.iter().filter(|one| one.reads_standard_input()).count();
    let is_input = arguments.from.as_ref().is_some_and(|file| file.as_os_str() == "-");
    if from_input + usize::from(is_input) > 1 {
        return Err(Failure::Usage("standard input is only one value".to_owned()));
    }
    if let Some(file) = &arguments.from {
        let text = input::document(file)?;
        let document = Document::parse(&text)?;
        let text = document.as_ref().map_or(&*text, |document| document.value.get());
        changes.write(region, &Path::new(), value_in(region, text)?)?;
        for object in document.iter().flat_map(|document| &document.objects) {
            let path = format!("@{}", object.name);
            changes.left.push(Left { path, type_name: "named object" });
        }
    }
    for assignment in &arguments.assignments {
        assignment.plan(region, &mut changes)?;
    }
    Ok(changes)
}
