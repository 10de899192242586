//! The report of `shm doctor`.

use std::io::{self, Write};

use anstyle::Style;
use serde::Serialize;
use unicode_width::UnicodeWidthStr;

use crate::output::Report;
use crate::printable::printable;
use crate::style;

/// The width of the text.
const WIDTH: usize = 80;
/// The start of a line of advice, below the text that it is about.
const INDENT: usize = 8;

/// Everything that was examined.
#[derive(Debug, Serialize)]
pub(super) struct Diagnosis {
    /// The number of things that need doing.
    pub(super) todo: usize,
    machine: Vec<Check>,
    folders: Vec<Place>,
}

/// A folder with regions.
#[derive(Debug, Serialize)]
pub(super) struct Place {
    pub(super) path: String,
    pub(super) checks: Vec<Check>,
    /// The regions and other files that there is something to say about.
    pub(super) found: Vec<Check>,
}

/// The result of one check.
#[derive(Debug, Serialize)]
pub(super) struct Check {
    /// The subject in a word: `memfd`, `dead_participants`.
    pub(super) check: &'static str,
    /// The file that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) path: Option<String>,
    pub(super) state: State,
    pub(super) found: String,
    /// What to do or, beside a note, what to know.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) advice: Option<String>,
}

/// Whether something needs doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum State {
    Ok,
    Note,
    Todo,
}

impl State {
    fn text(self) -> (&'static str, Style) {
        match self {
            Self::Ok => ("ok", style::GOOD),
            Self::Note => ("note", style::DIM),
            Self::Todo => ("todo", style::WARNING),
        }
    }
}

impl Check {
    pub(super) fn ok(check: &'static str, found: impl Into<String>) -> Self {
        Self { check, path: None, state: State::Ok, found: found.into(), advice: None }
    }

    pub(super) fn note(
        check: &'static str,
        found: impl Into<String>,
        advice: impl Into<String>,
    ) -> Self {
        Self { state: State::Note, advice: Some(advice.into()), ..Self::ok(check, found) }
    }

    pub(super) fn todo(
        check: &'static str,
        found: impl Into<String>,
        advice: impl Into<String>,
    ) -> Self {
        Self { state: State::Todo, ..Self::note(check, found, advice) }
    }

    /// The same, about a file.
    pub(super) fn of(self, path: &str) -> Self {
        Self { path: Some(path.to_owned()), ..self }
    }

    fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let (state, style) = self.state.text();
        let subject = self.path.as_deref().unwrap_or(self.check);
        let text = format!("{}: {}", printable(subject), printable(&self.found));
        for (at, line) in wrapped(&text).into_iter().enumerate() {
            if at == 0 {
                writeln!(out, "  {style}{state:<4}{style:#}  {line}")?;
            } else {
                writeln!(out, "{:INDENT$}{line}", "")?;
            }
        }
        for line in self.advice.iter().flat_map(|advice| wrapped(&printable(advice))) {
            let dim = style::DIM;
            writeln!(out, "{:INDENT$}{dim}{line}{dim:#}", "")?;
        }
        Ok(())
    }
}

impl Diagnosis {
    pub(super) fn of(machine: Vec<Check>, folders: Vec<Place>) -> Self {
        let places = folders.iter().flat_map(|place| place.checks.iter().chain(&place.found));
        let all = machine.iter().chain(places);
        let todo = all.filter(|check| check.state == State::Todo).count();
        Self { todo, machine, folders }
    }
}

impl Report for Diagnosis {
    fn text(&self, out: &mut dyn Write) -> io::Result<()> {
        let title = style::TITLE;
        writeln!(out, "{title}This machine{title:#}")?;
        self.machine.iter().try_for_each(|check| check.write(out))?;
        for Place { path, checks, found } in &self.folders {
            writeln!(out, "\n{title}{}{title:#}", printable(path))?;
            checks.iter().chain(found).try_for_each(|check| check.write(out))?;
        }
        match self.todo {
            0 => writeln!(out, "\nnothing needs doing"),
            1 => writeln!(out, "\n1 thing needs doing"),
            many => writeln!(out, "\n{many} things need doing"),
        }
    }
}

/// A text in lines that fit beside the state of a check. A word that is longer than a line is one.
fn wrapped(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if line.width() + 1 + word.width() <= WIDTH - INDENT => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_fit_eighty_columns_and_keep_every_word() {
        let text = "word ".repeat(40) + &"x".repeat(90);
        let lines = wrapped(&text);
        assert_eq!(lines.join(" "), text);
        assert!(lines[..lines.len() - 1].iter().all(|line| line.len() <= WIDTH - INDENT));
    }
}
