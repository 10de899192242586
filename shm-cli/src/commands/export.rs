//! `shm export`.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use serde::Serialize;

use crate::export::{c, python};
use crate::failure::{Answer, Failure};
use crate::output::{Output, Report};
use crate::subject::Subject;

/// Writes a layout for another language: C, Python or JSON
#[derive(Debug, Args)]
pub struct Arguments {
    /// The region: a plain name means a file in /dev/shm
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// For which language
    #[arg(long, value_enum, value_name = "LANGUAGE")]
    pub lang: Language,
    /// What the whole is called there; else as its type, or as the file
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
}

/// A language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// A header for C11 and C++17
    C,
    /// A module for Python 3.8 and later
    Python,
}

/// A layout, written for a language.
#[derive(Debug, Serialize)]
struct Exported {
    /// `c` or `python`.
    language: Language,
    /// The source text.
    text: String,
}

impl Report for Exported {
    fn text(&self, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(self.text.as_bytes())
    }
}

/// Carries the command out.
///
/// # Errors
/// If the region cannot be opened, or its layout cannot be written for that language.
pub fn run(arguments: &Arguments, output: &mut Output) -> Result<Answer, Failure> {
    let subject = Subject::read(&arguments.file)?;
    let name = arguments.name.as_deref();
    let text = match arguments.lang {
        Language::C => c::header(&subject, name)?,
        Language::Python => python::module(&subject, name)?,
    };
    output.print(&Exported { language: arguments.lang, text })?;
    Ok(Answer::Done)
}
