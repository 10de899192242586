//! `shm record`.

use std::io::{self, Write};
use std::num::NonZeroU64;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use serde::Serialize;

use crate::failure::{Answer, Failure};
use crate::opening::Trust;
use crate::output::{Output, Report};
use crate::printable::printable;
use crate::quantity::{grouped, size};
use crate::recording::destination::{Destination, Format};
use crate::recording::sampler::{Sampler, Schedule};
use crate::recording::stop::Stop;
use crate::recording::summary::{Missed, Summary};
use crate::watch::source::{Source, Wanted};
use crate::watch::truncated;

/// Records the values of a region in a file
///
/// A recording follows the name: while there is no such region it waits, and it goes on with a new one. It ends after
/// --duration, --count or --max-size, or by Ctrl-C; then it says what it missed. If it is killed, the file can be read
/// up to the last second.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    /// The region: a name in /dev/shm, or a path; or an object in its heap, `region@object`
    file: PathBuf,
    /// Paths to record, such as pose.x, samples[..8]; everything, if none is given
    #[arg(value_name = "PATH")]
    paths: Vec<String>,
    /// The time between looks [default: 100ms; with --on-change: 10ms where it polls]
    #[arg(long, value_name = "TIME", value_parser = every)]
    every: Option<Duration>,
    /// Write only values that differ from the last ones
    ///
    /// What is in a Watched, an Event or a Ring is waited for, so that a look follows each change, --every at least after
    /// the one before. All else is polled: what comes and goes between two looks is not seen. The report names both.
    #[arg(long)]
    on_change: bool,
    /// The file; text goes to standard output, if none is given
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// The form of the file, if its name does not say that: mcap, csv or jsonl
    #[arg(long, value_enum, value_name = "FORMAT", hide_possible_values = true)]
    format: Option<Format>,
    /// Stop before the file is larger than this, such as 64M
    #[arg(long, value_name = "BYTES", value_parser = super::new::bytes)]
    max_size: Option<u64>,
    /// Stop after this time, such as 10s or 1h
    #[arg(long, value_name = "TIME", value_parser = humantime::parse_duration)]
    duration: Option<Duration>,
    /// Stop after this many samples
    #[arg(long, short = 'n', value_name = "N")]
    count: Option<NonZeroU64>,
    /// Replace an existing file of that name
    #[arg(long)]
    replace: bool,
    /// Wait for the region if it does not exist yet
    #[arg(long)]
    wait: bool,
    #[command(flatten)]
    trust: Trust,
}

/// The number of fields that the report names.
const NAMED: usize = 8;

const SHORTEST: Duration = Duration::from_micros(100);
const LONGEST: Duration = Duration::from_secs(3600);

pub(super) fn every(text: &str) -> Result<Duration, String> {
    let every = humantime::parse_duration(text).map_err(|error| error.to_string())?;
    if (SHORTEST..=LONGEST).contains(&every) {
        return Ok(every);
    }
    Err("expected a time between looks from 100us to 1h".to_owned())
}

const EXAMPLES: &str = "\
Examples:
  shm record station --every 10ms -o run.mcap
  shm record station pose temperature --on-change -o run.mcap --duration 1h
  shm record station --count 100 --format csv > station.csv
  shm record station -o run.jsonl --max-size 64M --wait";

/// The result, with the file.
#[derive(Debug, Serialize)]
struct Recorded {
    file: Option<String>,
    #[serde(flatten)]
    summary: Summary,
}

impl Recorded {
    fn lines(&self) -> String {
        let Summary { messages, milliseconds, bytes, ended, replaced, missed, .. } = &self.summary;
        let seconds = *milliseconds as f64 / 1000.0;
        let samples = if *messages == 1 { "sample" } else { "samples" };
        let mut text = format!(
            "{} {samples} in {seconds:.1} s, {}; {}",
            grouped(*messages),
            size(*bytes),
            ended.text()
        );
        if *replaced > 0 {
            text += &format!("\nthe region was replaced: {replaced}");
        }
        text += &self.ways();
        let Missed { late, absent, unreadable, versions } = *missed;
        let all = [
            (late, "looks left out, because this process was late"),
            (absent, "looks while there was no such region"),
            (unreadable, "values that could not be read"),
            (versions, "versions between two looks"),
        ];
        for (count, what) in all.into_iter().filter(|(count, _)| *count > 0) {
            text += &format!("\nmissed: {} {what}", grouped(count));
        }
        text
    }
}

impl Recorded {
    /// How changes were noticed, if only changes were recorded.
    fn ways(&self) -> String {
        let ways = [("waited for", &self.summary.waited_for), ("polled", &self.summary.polled)];
        let ways = ways.into_iter().filter(|(_, fields)| !fields.is_empty());
        ways.map(|(way, fields)| format!("\n{way}: {}", few(fields))).collect()
    }
}

/// The first of some names, and how many others there are.
fn few(names: &[String]) -> String {
    let first: Vec<_> = names.iter().take(NAMED).map(|name| printable(name)).collect();
    let more = names.len() - first.len();
    let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
    first.join(", ") + &rest
}

impl Report for Recorded {
    fn text(&self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "{}", self.lines())
    }
}

/// Runs the command.
///
/// # Errors
/// If the region cannot be opened, a path names nothing, or the file cannot be written.
pub fn run(arguments: &Arguments, output: &mut Output) -> Result<Answer, Failure> {
    let paths = arguments.paths.iter().map(|path| path.parse());
    let paths = paths.collect::<Result<Vec<shm_core::path::Path>, _>>()?;
    let system = |error| Failure::io("preparing to record", error);
    truncated::report(false).map_err(system)?;
    let wanted = Wanted { trust: arguments.trust, follow: true };
    let source = if arguments.wait {
        Source::wait_for(&arguments.file, wanted)?
    } else {
        Some(Source::open(&arguments.file, wanted)?)
    };
    let Some(source) = source else { return Ok(Answer::Done) };
    let mut sink = destination(arguments)?.open()?;
    let default = Duration::from_millis(if arguments.on_change { 10 } else { 100 });
    let schedule = Schedule {
        every: arguments.every.unwrap_or(default),
        on_change: arguments.on_change,
        least: arguments.every.unwrap_or_default(),
        duration: arguments.duration,
        count: arguments.count,
    };
    let stop = Stop::on_signals().map_err(system)?;
    let name = arguments.file.display().to_string();
    let summary = Sampler::new(name, source, paths, schedule, stop).run(&mut *sink)?;
    let file = arguments.output.as_ref().map(|file| file.display().to_string());
    let recorded = Recorded { file, summary };
    if recorded.file.is_some() {
        output.print(&recorded)?;
    } else {
        output.note(&recorded.lines());
    }
    Ok(Answer::Done)
}

fn destination(arguments: &Arguments) -> Result<Destination, Failure> {
    let file = arguments.output.clone();
    let named = file.as_deref().and_then(Format::of);
    let format = arguments.format.or(named).ok_or_else(|| {
        let cause = match &file {
            None => "give a file, such as -o run.mcap, or --format csv or jsonl for standard output",
            Some(_) => "the name of the file says no form: let it end in .mcap, .csv or .jsonl, or give --format",
        };
        Failure::Usage(cause.to_owned())
    })?;
    let max_size = arguments.max_size.unwrap_or(u64::MAX);
    Ok(Destination { file, format, replace: arguments.replace, max_size })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks_are_from_a_tenth_of_a_millisecond_to_an_hour_apart() {
        assert_eq!(every("10ms"), Ok(Duration::from_millis(10)));
        for wrong in ["10", "0s", "99us", "2h"] {
            assert!(every(wrong).is_err(), "{wrong}");
        }
    }
}
