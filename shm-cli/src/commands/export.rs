//! `shm export`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use shm_export::{Description, c, json, python};

use crate::failure::{Answer, Failure};
use crate::output::{Output, write_to};
use crate::subject::Subject;

/// Writes a layout for another language: C, Python or JSON
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    /// A region, or an object in its heap (board@hits); or a schema, in a file whose name ends in .json
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The language
    #[arg(short, long, value_enum)]
    lang: Lang,
    /// The name in that language, instead of that of the type or the file
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// Write to this file instead of standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// A language that layouts can be exported to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Lang {
    /// A header for C11 and C++17
    C,
    /// A module for Python 3.8 and later
    Python,
    /// The declared classes, for the Python package shm
    PythonClass,
    /// The documented schema, with the numpy dtype
    Json,
}

const EXAMPLES: &str = "\
Examples:
  shm export station --lang c -o station.h
  shm export station --lang python -o station.py
  shm export station --lang python-class -o station.py
  shm export station --lang json -o station.json
  shm export board@hits --lang c -o hits.h";

/// Runs the command.
///
/// # Errors
/// If the region cannot be opened, or its layout cannot be written for that language.
pub fn run(arguments: &Arguments, output: &mut Output) -> Result<Answer, Failure> {
    let subject = Subject::read(&arguments.file)?;
    let description = named(subject, arguments.name.as_deref());
    let (language, text) = match arguments.lang {
        Lang::C => ("c", c::header(&description)?),
        Lang::Python => ("python", python::module(&description)?),
        Lang::PythonClass => ("python-class", python::classes(&description)?),
        Lang::Json => ("json", json::schema(&description)),
    };
    write_to(language, &text, arguments.output.as_deref(), output)?;
    Ok(Answer::Done)
}

/// The layout with the requested name or, if its type has none, the file's.
fn named(subject: Subject, asked: Option<&str>) -> Description {
    let Subject { name, description, .. } = subject;
    match asked {
        Some(asked) => description.with_name(asked),
        None if description.type_name().is_none() => description.with_name(file_stem(&name)),
        None => description,
    }
}

/// The last part of a path, after an `@` if there is one, up to its first dot.
fn file_stem(path: &str) -> &str {
    let file = path.rsplit(['/', '@']).next().unwrap_or(path);
    file.split('.').find(|part| !part.is_empty()).unwrap_or(file)
}
