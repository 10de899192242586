//! `shm export`.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use crate::export;
use crate::failure::{Answer, Failure};
use crate::output::Output;
use crate::printable::printable;
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
    write(&text, arguments.output.as_deref(), output)?;
    Ok(Answer::Done)
}

/// Writes a text to a file, or to standard output.
///
/// # Errors
/// If it cannot be written. A reader of standard output who went away is none: it has seen enough.
pub(crate) fn write(text: &str, file: Option<&Path>, output: &Output) -> Result<(), Failure> {
    let Some(file) = file else {
        let mut out = output.stdout();
        return match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                Err(Failure::io("writing to standard output", error))
            }
            _ => Ok(()),
        };
    };
    let name = file.display().to_string();
    std::fs::write(file, text)
        .map_err(|error| Failure::io(format!("writing {}", printable(&name)), error))
}
