//! Printing: text for people, JSON for programs.

use std::error::Error;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::process::ExitCode;

use anstream::{AutoStream, ColorChoice};
use clap::{Args, ValueEnum};
use serde::Serialize;

use crate::failure::Failure;
use crate::fitting::Fitting;
use crate::printable::{PrintableJson, printable, printable_json};
use crate::style;
use crate::table;

/// The size of the buffer for output, in bytes.
const PIECE: usize = 1 << 16;

const FOR_EVERY_COMMAND: &str = "For every command";

/// Options of every command.
#[derive(Clone, Copy, Debug, Args)]
pub struct Global {
    /// Print JSON, for programs
    #[arg(long, global = true, help_heading = FOR_EVERY_COMMAND)]
    pub json: bool,
    /// When to use colours: auto (in a terminal, unless NO_COLOR is set), always or never
    #[arg(
        long,
        global = true,
        help_heading = FOR_EVERY_COMMAND,
        hide_possible_values = true,
        value_enum,
        default_value_t = When::Auto,
        value_name = "WHEN"
    )]
    pub color: When,
}

impl Global {
    /// Output for programs.
    #[must_use]
    pub const fn json() -> Self {
        Self { json: true, color: When::Never }
    }
}

/// When to use colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum When {
    /// If standard output is a terminal, unless NO_COLOR or TERM forbid it
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// The result of a command: serialised for programs, text for people.
pub trait Report: Serialize {
    /// Writes the text with styles, which the printer removes if they are not shown on a
    /// terminal.
    ///
    /// # Errors
    /// The error of the writer.
    fn text(&self, out: &mut dyn Write) -> io::Result<()>;

    /// Whether lines that are too long for a terminal are wrapped: not those of a value or a document.
    fn wraps(&self) -> bool {
        true
    }
}

/// The destination of reports.
pub struct Output {
    json: bool,
    color: ColorChoice,
}

impl Output {
    /// Creates an output with these arguments.
    #[must_use]
    pub fn new(global: &Global) -> Self {
        let color = match global.color {
            When::Auto => ColorChoice::Auto,
            When::Always => ColorChoice::Always,
            When::Never => ColorChoice::Never,
        };
        Self { json: global.json, color }
    }

    /// Returns whether the output is for programs.
    #[must_use]
    pub fn is_json(&self) -> bool {
        self.json
    }

    /// Prints a report.
    ///
    /// # Errors
    /// If standard output cannot be written to. A closed pipe is not an error: its reader has seen enough.
    pub fn print(&self, report: &impl Report) -> Result<(), Failure> {
        if !self.json {
            return self.print_text(report);
        }
        // Nothing in it is a style.
        let mut out = BufWriter::with_capacity(PIECE, PrintableJson::new(io::stdout().lock()));
        let written = serde_json::to_writer_pretty(&mut out, report).map_err(io::Error::from);
        seen(written.and_then(|()| writeln!(out)).and_then(|()| out.flush()))
    }

    /// Prints a report as text, even for programs.
    fn print_text(&self, report: &impl Report) -> Result<(), Failure> {
        let room = table::room().filter(|_| report.wraps());
        let mut out = Fitting::new(BufWriter::new(self.stdout()), room);
        seen(report.text(&mut out).and_then(|()| out.flush()))
    }

    /// Prints bytes as they are.
    ///
    /// # Errors
    /// As [`Output::print`].
    pub fn print_bytes(&self, bytes: &[u8]) -> Result<(), Failure> {
        let mut out = io::stdout().lock();
        seen(out.write_all(bytes).and_then(|()| out.flush()))
    }

    /// Standard output, with styles if they are shown.
    #[must_use]
    pub fn stdout(&self) -> AutoStream<io::Stdout> {
        AutoStream::new(io::stdout(), self.color)
    }

    /// Prints a remark to standard error, for people.
    pub fn note(&self, text: &str) {
        if !self.json {
            // If this fails, there is nowhere left to report it.
            let room = table::room_of(io::stderr());
            let mut err = Fitting::new(AutoStream::new(io::stderr(), self.color), room);
            let _ = writeln!(err, "note: {}", in_lines(text)).and_then(|()| err.flush());
        }
    }

    /// Prints an error to standard error; returns the exit code.
    pub fn fail(&self, failure: &Failure) -> ExitCode {
        let room = table::room_of(io::stderr()).filter(|_| !self.json);
        let mut err = Fitting::new(AutoStream::new(io::stderr(), self.color), room);
        // If this fails, there is nowhere left to report it.
        let _ = if self.json {
            let (kind, code, message) = (failure.kind(), failure.code(), with_sources(failure));
            let mut error = serde_json::json!({ "kind": kind, "code": code, "message": message });
            if let Some(help) = failure.help() {
                error["help"] = help.into();
            }
            let error = serde_json::json!({ "error": error });
            writeln!(err, "{}", printable_json(&format!("{error:#}")))
        } else {
            let style = style::ERROR;
            writeln!(err, "{style}error{style:#}: {}", in_lines(&with_sources(failure))).and_then(
                |()| {
                    failure.help().map_or(Ok(()), |help| writeln!(err, "help: {}", in_lines(&help)))
                },
            )
        };
        let _ = err.flush();
        ExitCode::from(failure.code())
    }
}

/// Prints the reason why a command line is invalid to standard error; returns the exit code.
#[must_use]
pub fn refuse(error: &clap::Error) -> ExitCode {
    let mut err = Fitting::new(AutoStream::auto(io::stderr()), table::room_of(io::stderr()));
    // If this fails, there is nowhere left to report it.
    let _ = write!(err, "{}", error.render().ansi()).and_then(|()| err.flush());
    ExitCode::from(2)
}

/// Text of several lines, each made safe for a terminal.
fn in_lines(text: &str) -> String {
    text.lines().map(printable).collect::<Vec<_>>().join("\n")
}

/// The error, and those of its sources that its message does not include.
fn with_sources(failure: &Failure) -> String {
    let mut message = failure.to_string();
    let mut cause = failure.source();
    while let Some(error) = cause {
        let text = error.to_string();
        if !message.contains(&text) {
            message = format!("{message}: {text}");
        }
        cause = error.source();
    }
    message
}

/// A closed pipe is not a failure: its reader has seen enough.
fn seen(written: io::Result<()>) -> Result<(), Failure> {
    match written {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::io("writing to standard output", error))
        }
        _ => Ok(()),
    }
}

/// An export as text.
#[derive(Debug, Serialize)]
struct Document<'a> {
    language: &'a str,
    /// The text, unless it went to a file.
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<&'a str>,
    /// The file that it was written to.
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<String>,
}

impl Report for Document<'_> {
    fn text(&self, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(self.text.unwrap_or_default().as_bytes())
    }

    fn wraps(&self) -> bool {
        false
    }
}

/// Writes an export to a file, or to standard output. Programs get a text as part of an object, unless it
/// is JSON itself.
///
/// # Errors
/// If it cannot be written. A closed pipe is not an error: its reader has seen enough.
pub(crate) fn write_to(
    language: &str,
    text: &str,
    file: Option<&Path>,
    output: &Output,
) -> Result<(), Failure> {
    let Some(file) = file else {
        let whole = Document { language, text: Some(text), file: None };
        return if language == "json" { output.print_text(&whole) } else { output.print(&whole) };
    };
    let name = file.display().to_string();
    std::fs::write(file, text)
        .map_err(|error| Failure::io(format!("writing {}", printable(&name)), error))?;
    output.print(&Document { language, text: None, file: Some(name) })
}
