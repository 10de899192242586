//! A line for each change: for logs, pipes and programs.

use std::io::{self, Write};
use std::time::{Instant, SystemTime};

use super::history::Moment;
use super::reading::Reading;
use super::rows::Row;
use super::source::{Change, Source};
use super::table::Table;
use super::{Watching, json, pause};
use crate::failure::{Answer, Failure};
use crate::output::Output;
use crate::style;

/// Prints a line for each value, and then for each change, until there were enough samples or nobody
/// reads the output any more.
///
/// # Errors
/// If the output cannot be written.
pub(crate) fn run(mut watching: Watching, output: &Output) -> Result<Answer, Failure> {
    let print = if output.is_json() { json::sample } else { sample };
    let say = if output.is_json() { json::change } else { change };
    let (start, mut out) = (Instant::now(), output.stdout());
    let mut next = start;
    for number in 1.. {
        let changed = watching.look()?;
        let moment = Moment { number, at: start.elapsed() };
        watching.table.sample(0..watching.table.rows.len(), moment);
        let now = SystemTime::now();
        let said = changed.map_or(Ok(()), |changed| say(&mut out, &watching.source, changed, now));
        let written = said.and_then(|()| print(&mut out, &watching.table, moment, now));
        match written.and_then(|()| out.flush()) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => break,
            Err(error) => return Err(Failure::io("writing to standard output", error)),
            Ok(()) => {}
        }
        if watching.count.is_some_and(|count| number >= count.get()) {
            break;
        }
        // Samples that were missed, while the machine slept, say, are not made up for.
        next = (next + watching.interval).max(Instant::now());
        if pause::until_read_by_nobody(next.saturating_duration_since(Instant::now())) {
            break;
        }
    }
    Ok(Answer::Done)
}

/// When a line was written, as RFC 3339 has it.
pub(crate) fn timestamp(now: SystemTime) -> String {
    humantime::format_rfc3339_millis(now).to_string()
}

fn sample(out: &mut dyn Write, table: &Table, moment: Moment, now: SystemTime) -> io::Result<()> {
    let news = table.rows.iter().filter(|row| row.history.is_news(moment.number));
    for row in news {
        writeln!(out, "{}", Line { row, now })?;
        // Whoever reads the line sees it at once.
        out.flush()?;
    }
    Ok(())
}

struct Line<'a> {
    row: &'a Row,
    now: SystemTime,
}

impl std::fmt::Display for Line<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (faint, error, row) = (style::DIM, style::ERROR, self.row);
        let (time, path, text) = (timestamp(self.now), row.label(), row.history.text());
        write!(f, "{faint}{time}{faint:#} {path} = ")?;
        match row.history.reading() {
            Some(Reading::Value(_)) => f.write_str(text)?,
            _ => write!(f, "{error}<{text}>{error:#}")?,
        }
        if row.is_unlocked() {
            write!(f, " {faint}(unlocked){faint:#}")?;
        }
        Ok(())
    }
}

fn change(out: &mut dyn Write, source: &Source, change: Change, now: SystemTime) -> io::Result<()> {
    let (faint, notice, time, name) = (style::DIM, style::NOTICE, timestamp(now), source.name());
    let text = match change {
        Change::Lost => source.notice().unwrap_or_default(),
        Change::Restored => format!("{name} means this region again"),
        Change::Followed => format!("{name} is a new region: what follows is from there"),
    };
    writeln!(out, "{faint}{time}{faint:#} {notice}# {text}{notice:#}")
}
