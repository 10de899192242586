//! `shm export`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::export;
use crate::failure::{Answer, Failure};
use crate::output::{Output, write_to};
use crate::subject::Subject;

/// Writes a layout for another language
#[derive(Debug, Args)]
pub struct Arguments {
    /// A region, or a schema as JSON
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The language to write it for
    #[arg(short, long, value_enum)]
    lang: Lang,
    /// Where to write it, if not to standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// A language that layouts can be exported to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Lang {
    /// The documented schema, with the numpy dtype
    Json,
}

/// Carries the command out.
///
/// # Errors
/// What went wrong.
pub fn run(arguments: &Arguments, output: &mut Output) -> Result<Answer, Failure> {
    let subject = Subject::read(&arguments.file)?;
    let text = match arguments.lang {
        Lang::Json => export::json(&subject)?,
    };
    write_to(&text, arguments.output.as_deref(), output)?;
    Ok(Answer::Done)
}
