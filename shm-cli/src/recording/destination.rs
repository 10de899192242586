//! The file of a recording, and its form.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use clap::ValueEnum;

use super::bounded::{Bounded, To};
use super::lines::Lines;
use super::mcap_sink::McapSink;
use super::sink::Sink;
use super::table::Table;
use crate::failure::Failure;
use crate::printable::printable;

/// The form of a recording.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// MCAP, with a JSON schema: for Foxglove, PlotJuggler, the `mcap` command, `replay` and `plot`
    Mcap,
    /// A table: a line for each sample, a column for each number or text
    Csv,
    /// A JSON object for each sample
    Jsonl,
}

impl Format {
    /// The form that the name of a file means.
    pub(crate) fn of(file: &Path) -> Option<Self> {
        match file.extension()?.to_str()? {
            "mcap" => Some(Self::Mcap),
            "csv" => Some(Self::Csv),
            "jsonl" | "ndjson" => Some(Self::Jsonl),
            _ => None,
        }
    }
}

/// The destination of a recording.
#[derive(Clone, Debug)]
pub(crate) struct Destination {
    /// The file; `None` for standard output.
    pub(crate) file: Option<PathBuf>,
    pub(crate) format: Format,
    /// Whether to replace a file of that name.
    pub(crate) replace: bool,
    /// The most bytes.
    pub(crate) max_size: u64,
}

impl Destination {
    /// Creates the file.
    ///
    /// # Errors
    /// If it cannot be created, or exists.
    pub(crate) fn open(&self) -> Result<Box<dyn Sink>, Failure> {
        let out = match &self.file {
            None => Out { to: To::Stdout(io::stdout()), name: "standard output".to_owned() },
            Some(file) => Out { to: To::File(self.create(file)?), name: shown(file) },
        };
        Ok(match (self.format, out.to) {
            (Format::Mcap, To::File(file)) => {
                Box::new(McapSink::new(file, out.name, self.max_size)?)
            }
            (Format::Mcap, To::Stdout(_)) => {
                let cause = "a recording of the form mcap goes to a file: -o run.mcap";
                return Err(Failure::Usage(cause.to_owned()));
            }
            (Format::Csv, to) => Box::new(Table::new(Bounded::new(to, out.name, self.max_size))),
            (Format::Jsonl, to) => Box::new(Lines::new(Bounded::new(to, out.name, self.max_size))),
        })
    }

    fn create(&self, file: &Path) -> Result<File, Failure> {
        let mut options = OpenOptions::new();
        options.write(true);
        if self.replace {
            options.create(true).truncate(true);
        } else {
            options.create_new(true);
        }
        options.open(file).map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => Failure::Custom {
                code: 9,
                cause: format!("{} exists", shown(file)),
                help: Some("--replace overwrites it".to_owned()),
            },
            _ => Failure::io(format!("creating {}", shown(file)), error),
        })
    }
}

fn shown(file: &Path) -> String {
    printable(&file.display().to_string()).into_owned()
}

struct Out {
    to: To,
    name: String,
}
