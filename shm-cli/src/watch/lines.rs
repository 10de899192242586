//! A line for each change: for logs, pipes and programs.

use std::io::{self, Write};
use std::time::{Instant, SystemTime};

use super::changes::Change;
use super::history::Moment;
use super::notice::{timestamp, too_many};
use super::reading::Reading;
use super::rows::Row;
use super::source::{self, Source};
use super::table::LiveTable;
use super::{Watching, json, pause};
use crate::failure::{Answer, Failure};
use crate::output::Output;
use crate::quantity::grouped;
use crate::style;

/// Prints a line for each value, and then for each change, until there were enough samples or the
/// reader of the output is gone.
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
        let noted = changed.map_or(Ok(()), |changed| say(&mut out, &watching.source, changed, now));
        let written = noted.and_then(|()| print(&mut out, &watching.table, moment, now));
        match written.and_then(|()| out.flush()) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => break,
            Err(error) => return Err(Failure::io("writing to standard output", error)),
            Ok(()) => {}
        }
        if watching.count.is_some_and(|count| number >= count.get()) {
            break;
        }
        // Missed samples, say while the machine slept, are skipped.
        next = (next + watching.interval).max(Instant::now());
        if pause::until_reader_left(next.saturating_duration_since(Instant::now())) {
            break;
        }
    }
    Ok(Answer::Done)
}

fn sample(
    out: &mut dyn Write,
    table: &LiveTable,
    moment: Moment,
    now: SystemTime,
) -> io::Result<()> {
    let news = table.rows.iter().filter(|row| row.history.is_news(moment.number));
    for row in news {
        if row.tells_reading(moment.number) {
            writeln!(out, "{}", Line::of(row, now))?;
        }
        for Change { path, reading, unlocked } in &row.changes.values {
            let (text, unlocked) = (&reading.text(None), *unlocked);
            writeln!(out, "{}", Line { path: path.as_str(), reading, text, unlocked, now })?;
        }
        if row.changes.more > 0 {
            let (faint, time, more) = (style::DIM, timestamp(now), row.changes.more);
            writeln!(
                out,
                "{faint}{time}{faint:#} {}: and {} changed",
                row.label(),
                elements(more)
            )?;
        }
        // The reader gets the line at once.
        out.flush()?;
    }
    if table.begins_cut(moment.number) {
        let (faint, notice, time) = (style::DIM, style::NOTICE, timestamp(now));
        writeln!(out, "{faint}{time}{faint:#} {notice}# {}{notice:#}", too_many())?;
    }
    Ok(())
}

/// `1 more element`, `3,211 more elements`.
pub(crate) fn elements(more: u64) -> String {
    format!("{} more element{}", grouped(more), if more == 1 { "" } else { "s" })
}

struct Line<'a> {
    path: &'a str,
    reading: &'a Reading,
    text: &'a str,
    unlocked: bool,
    now: SystemTime,
}

impl<'a> Line<'a> {
    /// The reading of a row.
    fn of(row: &'a Row, now: SystemTime) -> Self {
        static NOTHING: Reading = Reading::Unread(String::new());
        let reading = row.history.reading().unwrap_or(&NOTHING);
        let (path, text) = (row.label(), row.history.text());
        Self { path, reading, text, unlocked: row.is_unlocked(), now }
    }
}

impl std::fmt::Display for Line<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (faint, error) = (style::DIM, style::ERROR);
        let Self { path, text, .. } = self;
        write!(f, "{faint}{}{faint:#} {path} = ", timestamp(self.now))?;
        match self.reading {
            Reading::Value(_) => f.write_str(text)?,
            _ => write!(f, "{error}<{text}>{error:#}")?,
        }
        if self.unlocked {
            write!(f, " {faint}(unlocked){faint:#}")?;
        }
        Ok(())
    }
}

fn change(
    out: &mut dyn Write,
    source: &Source,
    change: source::Change,
    now: SystemTime,
) -> io::Result<()> {
    let (faint, notice, time, name) = (style::DIM, style::NOTICE, timestamp(now), source.name());
    let text = match change {
        source::Change::Lost => source.notice().unwrap_or_default(),
        source::Change::Restored => format!("{name} means this region again"),
        source::Change::Followed => {
            format!("{name} is a new region: the following values are its own")
        }
    };
    writeln!(out, "{faint}{time}{faint:#} {notice}# {text}{notice:#}")
}
