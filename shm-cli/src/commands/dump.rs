//! `shm dump`.

use std::path::PathBuf;

use clap::Args;
use shm_core::inspect::Inspection;

use crate::document::Document;
use crate::failure::{Answer, Failure};
use crate::opening::Trust;
use crate::output::{Output, write_to};
use crate::printable::printable_json;

/// Writes a whole region as one JSON document: its types, values and named objects
///
/// `restore` makes the region again from it, and `set --from` writes its values into another one. Values are read
/// without taking a lock: the document lists those that a lock guards, which may be half changed.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    /// The region: a name in /dev/shm, or a path
    file: PathBuf,
    /// Write to this file instead of standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    trust: Trust,
}

const EXAMPLES: &str = "\
Examples:
  shm dump station -o station.json
  shm dump station > station.json";

/// Runs the command.
///
/// # Errors
/// If the region cannot be opened, or a part of it cannot be read; then nothing is written.
pub fn run(arguments: &Arguments, output: &mut Output) -> Result<Answer, Failure> {
    let seen = Inspection::of(&arguments.file)?;
    let region = arguments.trust.read_seen(&seen)?;
    let document = Document::of(&arguments.file.display().to_string(), &seen, &region)?;
    let text = serde_json::to_string_pretty(&document);
    let text = text.map_err(|error| Failure::io("writing the document", error.into()))?;
    let text = format!("{}\n", printable_json(&text));
    write_to("json", &text, arguments.output.as_deref(), output)?;
    Ok(Answer::Done)
}
