//! Printing: text for people, JSON for programs.

use std::error::Error;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::process::ExitCode;

use anstream::{AutoStream, ColorChoice};
use clap::{Args, ValueEnum};
use serde::Serialize;

use crate::failure::Failure;
use crate::printable::{PrintableJson, printable, printable_json};
use crate::style;

/// How much of an answer is put together before it is written, in bytes.
const PIECE: usize = 1 << 16;

const FOR_EVERY_COMMAND: &str = "For every command";

/// What holds for every command.
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

/// When to use colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum When {
    /// If standard output is a terminal, and NO_COLOR and TERM do not speak against it
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// The answer to a question: serialised where programs ask, else a text.
pub trait Report: Serialize {
    /// Writes the text. Styles are written as they are: who prints takes them out where no terminal
    /// shows them.
    ///
    /// # Errors
    /// That of the writer.
    fn text(&self, out: &mut dyn Write) -> io::Result<()>;
}

/// Where answers go.
pub struct Output {
    json: bool,
    color: ColorChoice,
}

impl Output {
    /// An output as the arguments want it.
    #[must_use]
    pub fn new(global: &Global) -> Self {
        let color = match global.color {
            When::Auto => ColorChoice::Auto,
            When::Always => ColorChoice::Always,
            When::Never => ColorChoice::Never,
        };
        Self { json: global.json, color }
    }

    /// Whether programs read this.
    #[must_use]
    pub fn is_json(&self) -> bool {
        self.json
    }

    /// Prints an answer.
    ///
    /// # Errors
    /// If standard output cannot be written to. A reader who went away is none: it has seen enough.
    pub fn print(&self, report: &impl Report) -> Result<(), Failure> {
        if !self.json {
            return self.print_text(report);
        }
        // Nothing in it is a style.
        let mut out = BufWriter::with_capacity(PIECE, PrintableJson::new(io::stdout().lock()));
        let written = serde_json::to_writer_pretty(&mut out, report).map_err(io::Error::from);
        seen(written.and_then(|()| writeln!(out)).and_then(|()| out.flush()))
    }

    /// Prints an answer as text, whoever reads this.
    fn print_text(&self, report: &impl Report) -> Result<(), Failure> {
        let mut out = BufWriter::new(self.stdout());
        seen(report.text(&mut out).and_then(|()| out.flush()))
    }

    /// Standard output, which shows styles if a terminal does.
    #[must_use]
    pub fn stdout(&self) -> AutoStream<io::Stdout> {
        AutoStream::new(io::stdout(), self.color)
    }

    /// Says why a command could not be carried out, on standard error; returns the exit code.
    pub fn fail(&self, failure: &Failure) -> ExitCode {
        let mut err = AutoStream::new(io::stderr(), self.color);
        // Nobody is left to be told if this fails.
        let _ = if self.json {
            let (kind, code, message) = (failure.kind(), failure.code(), told(failure));
            let mut error = serde_json::json!({ "kind": kind, "code": code, "message": message });
            if let Some(help) = failure.help() {
                error["help"] = help.into();
            }
            let error = serde_json::json!({ "error": error });
            writeln!(err, "{}", printable_json(&format!("{error:#}")))
        } else {
            let style = style::ERROR;
            writeln!(err, "{style}error{style:#}: {}", in_lines(&told(failure))).and_then(|()| {
                failure.help().map_or(Ok(()), |help| writeln!(err, "help: {}", in_lines(&help)))
            })
        };
        ExitCode::from(failure.code())
    }
}

/// Text of several lines, each made safe for a terminal.
fn in_lines(text: &str) -> String {
    text.lines().map(printable).collect::<Vec<_>>().join("\n")
}

/// What went wrong, and what that came from, as far as the message does not say it itself.
fn told(failure: &Failure) -> String {
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

/// A reader who went away is no failure: it has seen enough.
fn seen(written: io::Result<()>) -> Result<(), Failure> {
    match written {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::io("writing to standard output", error))
        }
        _ => Ok(()),
    }
}

/// A text in some language that was asked for.
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
}

/// Writes a text in some language to a file, or to standard output. To programs a text is given as part
/// of an object, unless it is JSON itself.
///
/// # Errors
/// If it cannot be written. A reader of standard output who went away is none: it has seen enough.
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
