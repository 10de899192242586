//! `shm plot`.

use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use clap::Args;
use serde::Serialize;
use shm_core::schema::Schema;
use shm_export::json;

use crate::failure::{Answer, Failure};
use crate::opening::Trust;
use crate::output::{Output, Report, write_to};
use crate::plot::collector::Collector;
use crate::plot::panel::Chart;
use crate::plot::series::Series;
use crate::plot::{svg, text};
use crate::printable::printable;
use crate::recording::reader::{Channel, Message, Reader};
use crate::recording::selection::Selection;
use crate::recording::stop::Stop;
use crate::value_json::ValueJson;
use crate::watch::source::{Change, Source, Standing, Wanted};
use crate::watch::truncated;

/// Draws the course of numbers: of a region for some time from now on, or of a recording
///
/// The chart goes to the terminal or, with -o, to an SVG file. Numbers of one unit share an axis. An array, or a range
/// such as samples[..4], is a line for each element.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    /// The region: a name in /dev/shm, or a path; or a recording, an MCAP file
    file: PathBuf,
    /// Paths of numbers, such as pose.x, samples[..4]
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<String>,
    /// Write an SVG picture to this file
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// The time for which a region is read
    #[arg(long, value_name = "TIME", default_value = "10s", value_parser = humantime::parse_duration)]
    duration: Duration,
    /// The time between two looks at a region
    #[arg(long, value_name = "TIME", default_value = "50ms", value_parser = super::record::every)]
    every: Duration,
    /// Draw numbers that hold until the next one, not lines between them
    #[arg(long)]
    steps: bool,
    /// The title
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,
    /// The size of the picture in pixels
    #[arg(long, value_name = "WIDTHxHEIGHT", default_value = "800x420", value_parser = picture_size)]
    size: (u32, u32),
    #[command(flatten)]
    trust: Trust,
}

fn picture_size(text: &str) -> Result<(u32, u32), String> {
    let sides = text.split_once('x');
    let sides = sides.and_then(|(width, height)| width.parse().ok().zip(height.parse().ok()));
    let range = 200..=10_000;
    let fits = sides.filter(|(width, height)| range.contains(width) && range.contains(height));
    fits.ok_or_else(|| "expected two numbers from 200 to 10000, such as 800x420".to_owned())
}

const EXAMPLES: &str = "\
Examples:
  shm plot station temperature
  shm plot station temperature pose.x --duration 1min -o station.svg
  shm plot run.mcap 'samples[..4]' -o samples.svg --title 'Distances in the hall'";

/// The width of a chart elsewhere than in a terminal.
const WIDTH: usize = 80;

/// The numbers, and what the chart says about them.
#[derive(Serialize)]
struct Plotted {
    title: String,
    /// The time that is 0.
    start: String,
    series: Vec<Series>,
    /// Whether there were more series than a chart can have.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    more_series: bool,
    #[serde(skip)]
    steps: bool,
}

impl Plotted {
    fn chart(&self) -> Chart<'_> {
        Chart::new(self.title.clone(), self.start.clone(), &self.series, self.steps)
    }
}

impl Report for Plotted {
    fn text(&self, out: &mut dyn Write) -> io::Result<()> {
        let terminal = terminal_size::terminal_size();
        let width = terminal.map_or(WIDTH, |(width, _)| usize::from(width.0));
        text::write(&self.chart(), width, out)
    }
}

/// Runs the command.
///
/// # Errors
/// If the region or the recording cannot be read, or a path is not that of a number.
pub fn run(arguments: &Arguments, output: &mut Output) -> Result<Answer, Failure> {
    let paths = arguments.paths.iter().map(|path| path.parse());
    let paths = paths.collect::<Result<Vec<shm_core::path::Path>, _>>()?;
    let mut collector = Collector::new(paths.clone());
    let file = &arguments.file;
    let start = if is_recording(file) {
        recorded(file, &mut collector, output)?
    } else {
        live(arguments, &paths, &mut collector)?
    };
    if let Some(path) = collector.without_numbers().first() {
        let cause = format!("`{}` is not a number, or has no value", printable(path.as_str()));
        return Err(Failure::Custom { code: 6, cause, help: None });
    }
    let name = file.file_name().unwrap_or(file.as_os_str()).to_string_lossy().into_owned();
    let plotted = Plotted {
        title: arguments.title.clone().unwrap_or(name),
        start: humantime::format_rfc3339_seconds(start)
            .to_string()
            .replace('T', " ")
            .replace('Z', " UTC"),
        more_series: collector.is_cut,
        series: collector.series,
        steps: arguments.steps,
    };
    if plotted.more_series {
        output.note("there are more lines than a chart can have: only the first ones are drawn");
    }
    if arguments.output.is_some() {
        let (width, height) = arguments.size;
        let picture = svg::draw(&plotted.chart(), (f64::from(width), f64::from(height)));
        write_to("svg", &picture, arguments.output.as_deref(), output)?;
    } else {
        output.print(&plotted)?;
    }
    Ok(Answer::Done)
}

/// Whether a file begins as an MCAP file does, or is called so.
fn is_recording(file: &Path) -> bool {
    if file.extension().is_some_and(|extension| extension == "mcap") {
        return true;
    }
    let mut start = [0; 8];
    // Opening a pipe by mistake would wait for ever.
    std::fs::metadata(file).is_ok_and(|facts| facts.is_file())
        && std::fs::File::open(file).and_then(|mut file| file.read_exact(&mut start)).is_ok()
        && start == *mcap::MAGIC
}

/// The channel of the last message, and the types of its region.
type Known = (Rc<Channel>, Option<Schema>);

/// Takes the numbers out of a recording; returns the time of its start.
fn recorded(
    file: &Path,
    collector: &mut Collector,
    output: &Output,
) -> Result<SystemTime, Failure> {
    let mut reader = Reader::open(file)?;
    let (mut first, mut known): (Option<u64>, Option<Known>) = (None, None);
    while let Some(message) = reader.next()? {
        let Message { channel, time, data } = message;
        if !channel.is_json {
            continue;
        }
        let Ok(value) = serde_json::from_slice(&data) else { continue };
        if known.as_ref().is_none_or(|(known, _)| !Rc::ptr_eq(known, &channel)) {
            let origin = channel.origin.as_ref();
            let schema = origin.and_then(|origin| json::read(origin.schema.get()).ok());
            known = Some((Rc::clone(&channel), schema.map(|found| found.schema)));
        }
        let first = *first.get_or_insert(time);
        let seconds = time.saturating_sub(first) as f64 / 1e9;
        let schema = known.as_ref().and_then(|(_, schema)| schema.as_ref());
        collector.add(seconds, &value, schema);
    }
    if reader.is_cut {
        output
            .note("the recording ends before its end: its writer was killed, or is still at work");
    }
    Ok(UNIX_EPOCH + Duration::from_nanos(first.unwrap_or(0)))
}

/// Reads a region for some time; returns the time of the start.
fn live(
    arguments: &Arguments,
    paths: &[shm_core::path::Path],
    collector: &mut Collector,
) -> Result<SystemTime, Failure> {
    let system = |error| Failure::io("preparing to read", error);
    truncated::report(false).map_err(system)?;
    let wanted = Wanted { trust: arguments.trust, follow: true };
    let mut source = Source::open(&arguments.file, wanted)?;
    let mut selection = Selection::of(source.region(), paths)?;
    let (stop, time) = (Stop::on_signals().map_err(system)?, SystemTime::now());
    let (start, mut next) = (Instant::now(), Instant::now());
    loop {
        if source.look() == Some(Change::Followed) {
            selection = Selection::again(source.region(), paths);
        }
        let seconds = start.elapsed().as_secs_f64();
        if *source.standing() == Standing::Current {
            let message = message(&mut selection, &source);
            collector.add(seconds, &message, Some(source.region().schema()));
        } else {
            collector.gap(seconds);
        }
        next = (next + arguments.every).max(Instant::now());
        // Ctrl-C draws what there is.
        let is_over = next >= start + arguments.duration;
        if is_over || stop.wait_until(next) {
            return Ok(time);
        }
    }
}

/// The values of a region as a message.
fn message(selection: &mut Selection, source: &Source) -> serde_json::Value {
    let values = selection.fields.iter_mut().filter_map(|field| {
        let value = field.read(source.region()).value?;
        Some((field.key.clone(), serde_json::to_value(ValueJson(&value)).ok()?))
    });
    serde_json::Value::Object(values.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_size_of_a_picture_is_two_numbers() {
        assert_eq!(picture_size("800x420"), Ok((800, 420)));
        for wrong in ["800", "x", "0x0", "199x400", "800x10001", "axb"] {
            assert!(picture_size(wrong).is_err(), "{wrong}");
        }
    }
}
