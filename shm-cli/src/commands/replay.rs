//! `shm replay`.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use clap::Args;
use serde::Serialize;
use serde_json::value::RawValue;
use shm_core::{DynRegion, Error};

use super::restore;
use crate::assignment::Assignment;
use crate::changes::Changes;
use crate::document::value_in;
use crate::failure::{Answer, Failure};
use crate::opening::Trust;
use crate::output::{Output, Report};
use crate::printable::printable;
use crate::quantity::grouped;
use crate::recording::origin::Origin;
use crate::recording::reader::{Message, Reader};
use crate::recording::stop::Stop;
use crate::writing::Writing;

/// Writes the values of a recording back to a region, at the times at which they were recorded
///
/// Values are written as `set` writes them, under the locks that guard them. What is in queues and rings, and the state of
/// events and the like, is not written. --create makes the region if there is none, with the types of the recording.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    /// The recording, an MCAP file that `record` wrote
    #[arg(value_name = "RECORDING")]
    recording: PathBuf,
    /// The region, unless it is the one that was recorded
    #[arg(value_name = "NAME")]
    file: Option<PathBuf>,
    /// How many times faster than it was recorded; or `max`
    #[arg(long, value_name = "FACTOR", default_value = "1", value_parser = speed)]
    speed: Speed,
    /// Create the region if it does not exist
    #[arg(long)]
    create: bool,
    /// The time to wait for a lock that a living process holds
    #[arg(long, value_name = "TIME", default_value = "1s", value_parser = humantime::parse_duration)]
    wait: Duration,
    #[command(flatten)]
    trust: Trust,
}

/// The speed of a replay.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Speed {
    Times(f64),
    Max,
}

fn speed(text: &str) -> Result<Speed, String> {
    if text == "max" {
        return Ok(Speed::Max);
    }
    let number = text.parse::<f64>().ok().filter(|number| (1e-6..=1e6).contains(number));
    number.map(Speed::Times).ok_or_else(|| {
        "expected a number from 0.000001 to 1000000, such as 2 or 0.5, or `max`".to_owned()
    })
}

const EXAMPLES: &str = "\
Examples:
  shm replay run.mcap
  shm replay run.mcap copy --create --speed 2
  shm replay run.mcap --speed max";

/// The result.
#[derive(Debug, Default, Serialize)]
struct Replayed {
    path: String,
    /// Samples that were written.
    written: u64,
    /// Samples that were not, because a lock was held, say.
    missed: u64,
    /// The first reason for that.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// Values that are never written, and why.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    left: BTreeMap<String, String>,
    /// Whether the recording ends before its end.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    cut: bool,
    /// Whether a signal ended the replay.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    stopped: bool,
}

impl Replayed {
    /// The values that are never written: said when they are met, since the end of a replay can be hours away.
    fn never(&self) -> String {
        let line = |(path, why): (&String, &String)| match why.contains(&format!("`{path}`")) {
            true => printable(why).into_owned(),
            false => format!("`{}`: {}", printable(path), printable(why)),
        };
        let left = self.left.iter().map(line);
        format!("some values are not written back\n{}", left.collect::<Vec<_>>().join("\n"))
    }
}

impl Report for Replayed {
    fn text(&self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "{} samples written", grouped(self.written))?;
        if self.missed > 0 {
            let reason = printable(self.reason.as_deref().unwrap_or_default());
            writeln!(out, "{} samples were not: {reason}", grouped(self.missed))?;
        }
        if self.cut {
            writeln!(
                out,
                "the recording ends before its end: its writer was killed, or is still at work"
            )?;
        }
        Ok(())
    }
}

/// Runs the command.
///
/// # Errors
/// If the recording cannot be read, or the region cannot be opened or has none of the values.
pub fn run(arguments: &Arguments, output: &mut Output) -> Result<Answer, Failure> {
    let mut reader = Reader::open(&arguments.recording)?;
    let Some(first) = next(&mut reader)? else {
        return Err(Failure::Custom {
            code: 4,
            cause: "the recording has no sample of the form JSON".to_owned(),
            help: None,
        });
    };
    let region = region(arguments, &first)?;
    let stop = Stop::on_signals().map_err(|error| Failure::io("preparing to replay", error))?;
    let path = region.path().map(|path| path.display().to_string()).unwrap_or_default();
    let writing = Writing { wait: arguments.wait, repair: false };
    let (start, beginning) = (Instant::now(), first.time);
    let mut replay = Replay { region, writing, report: Replayed { path, ..Replayed::default() } };
    let mut message = Some(first);
    while let Some(found) = message {
        let passed = Duration::from_nanos(found.time.saturating_sub(beginning));
        let due = match arguments.speed {
            Speed::Max => start,
            Speed::Times(times) => start + passed.div_f64(times),
        };
        if stop.wait_until(due) {
            replay.report.stopped = true;
            break;
        }
        let known = replay.report.left.len();
        replay.write(&found)?;
        if replay.report.left.len() > known {
            output.note(&replay.report.never());
        }
        message = next(&mut reader)?;
    }
    replay.report.cut = reader.is_cut;
    output.print(&replay.report)?;
    Ok(Answer::Done)
}

/// The next message that is JSON.
fn next(reader: &mut Reader) -> Result<Option<Message>, Failure> {
    while let Some(message) = reader.next()? {
        if message.channel.is_json {
            return Ok(Some(message));
        }
    }
    Ok(None)
}

/// The region to write to.
fn region(arguments: &Arguments, first: &Message) -> Result<DynRegion, Failure> {
    let origin = first.channel.origin.as_ref();
    let recorded = origin.map(|origin| Path::new(&origin.name));
    let name = arguments.file.as_deref().or(recorded).ok_or_else(|| {
        let cause = "`shm record` did not write the recording: name the region to write to";
        Failure::Usage(cause.to_owned())
    })?;
    match (arguments.trust.write(name), origin) {
        (Err(Failure::Region(Error::NotFound { .. })), Some(origin)) if arguments.create => {
            create(name, origin, first)
        }
        (Err(Failure::Region(error @ Error::NotFound { .. })), Some(_)) => Err(Failure::Custom {
            code: 3,
            cause: error.to_string(),
            help: Some("--create makes it, with the types of the recording".to_owned()),
        }),
        (outcome, _) => outcome,
    }
}

/// Makes the region again, with the values of the first sample if it has all of them.
fn create(name: &Path, origin: &Origin, first: &Message) -> Result<DynRegion, Failure> {
    let (layout, options) = (restore::layout(&origin.schema)?, restore::options(&origin.options)?);
    let values = if origin.is_whole { text(first)? } else { "" };
    let fill = |region: &DynRegion| -> Result<(), Failure> {
        if values.is_empty() {
            return Ok(());
        }
        if !origin.is_value {
            return Ok(region.fill(&value_in(region, values)?)?);
        }
        let values: BTreeMap<String, Box<RawValue>> = parsed(values)?;
        values.values().try_for_each(|value| Ok(region.fill(&value_in(region, value.get())?)?))
    };
    options.create_with(name, &layout, fill)
}

fn text(message: &Message) -> Result<&str, Failure> {
    std::str::from_utf8(&message.data)
        .map_err(|_| Failure::Description("a sample of the recording is not UTF-8".to_owned()))
}

fn parsed(text: &str) -> Result<BTreeMap<String, Box<RawValue>>, Failure> {
    serde_json::from_str(text).map_err(|error| {
        Failure::Description(format!("a sample of the recording is not an object: {error}"))
    })
}

/// A region that is written, and the result so far.
struct Replay {
    region: DynRegion,
    writing: Writing,
    report: Replayed,
}

impl Replay {
    /// Writes a sample.
    fn write(&mut self, message: &Message) -> Result<(), Failure> {
        let (values, mut changes) = (parsed(text(message)?)?, Changes::default());
        for (key, value) in &values {
            if self.report.left.contains_key(key) {
                continue;
            }
            let origin = message.channel.origin.as_ref();
            let path = origin.map_or(&**key, |origin| origin.path_of(key));
            let mut one = Changes::default();
            match Assignment::of(path, value.get()).plan(&self.region, &mut one) {
                Ok(()) => {
                    changes.steps.append(&mut one.steps);
                    for left in one.left {
                        let reason = format!("`set` does not change a `{}`", left.type_name);
                        self.report.left.insert(left.path, reason);
                    }
                }
                Err(failure) => {
                    self.report.left.insert(key.clone(), failure.to_string());
                }
            }
        }
        if changes.steps.is_empty() && self.report.written == 0 {
            return Err(self.nothing());
        }
        match self.writing.write(&self.region, &changes.steps) {
            Ok(_) => self.report.written += 1,
            Err(failure) => {
                self.report.missed += 1;
                self.report.reason.get_or_insert_with(|| failure.to_string());
            }
        }
        Ok(())
    }

    /// The error if no value of the recording can be written.
    fn nothing(&self) -> Failure {
        let first = self.report.left.iter().next();
        let first = first.map(|(path, reason)| format!(": `{}`: {reason}", printable(path)));
        Failure::Custom {
            code: 6,
            cause: format!(
                "no value of the recording can be written to the region{}",
                first.unwrap_or_default()
            ),
            help: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_speed_is_a_factor_or_max() {
        assert_eq!(speed("2"), Ok(Speed::Times(2.0)));
        assert_eq!(speed("max"), Ok(Speed::Max));
        for wrong in ["0", "-1", "nan", "inf", "", "fast"] {
            assert!(speed(wrong).is_err(), "{wrong}");
        }
    }
}
