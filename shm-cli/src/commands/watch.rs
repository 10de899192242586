//! `shm watch`.

use std::io::IsTerminal;
use std::num::NonZeroU64;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use crate::elsewhere::{Call, Elsewhere, Protection};
use crate::failure::{Answer, Failure};
use crate::opening::Trust;
use crate::output::Output;
use crate::watch::rows::Ranges;
use crate::watch::source::{Source, Wanted};
use crate::watch::table::LiveTable;
use crate::watch::{Watching, lines, screen, truncated};

/// Shows values while they change
///
/// In a terminal this is a live table: changes stand out, numbers have a chart of their last values.
/// Elsewhere, and with --plain, it prints a line for each change: the time, and `path = value`. With
/// --json it prints an object for each sample with changes.
///
/// The fields of a Latest come from one version. The value of a Mutex is read without the lock, and marked.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    /// The region: a name in /dev/shm, or a path; an object in its heap, `region@object`; or a region of another host,
    /// tls/HOST:PORT/REGION
    file: PathBuf,
    /// Paths to watch, such as pose.x, samples[3], samples[2..8]; everything, if none is given
    #[arg(value_name = "PATH")]
    paths: Vec<String>,
    /// The time between samples, such as 200ms or 2s [default: 200ms]
    #[arg(long, short, value_parser = interval, value_name = "TIME")]
    interval: Option<Duration>,
    /// Stop after this many samples
    #[arg(long, short = 'n', value_name = "N")]
    count: Option<NonZeroU64>,
    /// Print everything once, one line each
    #[arg(long, conflicts_with = "count")]
    once: bool,
    /// Print lines even to a terminal
    #[arg(long)]
    plain: bool,
    /// Follow the name when it is given to another region
    #[arg(long)]
    follow: bool,
    /// Wait for the region if it does not exist yet
    #[arg(long)]
    wait: bool,
    #[command(flatten)]
    trust: Trust,
    #[command(flatten)]
    protection: Protection,
}

const SHORTEST: Duration = Duration::from_millis(1);
/// Unless another is given.
const USUAL: Duration = Duration::from_millis(200);
const LONGEST: Duration = Duration::from_secs(3600);

fn interval(text: &str) -> Result<Duration, String> {
    let interval = humantime::parse_duration(text).map_err(|error| error.to_string())?;
    if (SHORTEST..=LONGEST).contains(&interval) {
        return Ok(interval);
    }
    Err("expected a time between samples from 1ms to 1h".to_owned())
}

const EXAMPLES: &str = "\
Examples:
  shm watch station
  shm watch station temperature 'samples[..4]' --interval 1s
  shm watch station temperature --plain > log
  shm watch station --json --count 10
  shm watch station --wait --follow
  shm watch tls/alpha:7447/station mode --authority ca.pem --certificate me.pem --key me.key";

/// Runs the command.
///
/// # Errors
/// If the region cannot be opened, a path names nothing, or the output cannot be written.
pub fn run(arguments: &Arguments, output: &Output) -> Result<Answer, Failure> {
    if let Some(region) = arguments.protection.elsewhere(&arguments.file)? {
        return Err(watch_elsewhere(arguments, &region, output));
    }
    let Arguments { file, interval, .. } = arguments;
    let paths = arguments.paths.iter().map(|path| path.parse());
    let paths = paths.collect::<Result<Vec<shm_core::path::Path>, _>>()?;
    let wanted = Wanted { trust: arguments.trust, follow: arguments.follow };
    let source = if arguments.wait {
        Source::wait_for(file, wanted)?
    } else {
        Some(Source::open(file, wanted)?)
    };
    let Some(source) = source else { return Ok(Answer::Done) };
    let count = if arguments.once { Some(NonZeroU64::MIN) } else { arguments.count };
    let as_lines = arguments.once || arguments.plain || output.is_json();
    let on_screen = !as_lines && std::io::stdout().is_terminal();
    let ranges = if on_screen { Ranges::Tables } else { Ranges::Apart };
    let mut table = LiveTable::of(source.region(), &paths, ranges)?;
    if count != Some(NonZeroU64::MIN) {
        table = table.tracking(source.inspection());
    }
    let interval = interval.unwrap_or(USUAL);
    let watching = Watching { source, table, paths, ranges, interval, count };
    truncated::report(on_screen).map_err(|error| Failure::io("preparing to watch", error))?;
    if on_screen { screen::run(watching, output) } else { lines::run(watching, output) }
}

/// The same for a region of another host, whose changes arrive as they happen.
fn watch_elsewhere(arguments: &Arguments, region: &Elsewhere, output: &Output) -> Failure {
    let Arguments {
        file: _,
        paths,
        interval,
        count,
        once,
        plain: _,
        follow,
        wait,
        trust,
        protection,
    } = arguments;
    let call = || {
        let call = Call::new("watch", protection, output).without(&trust.given())?;
        let call = call.without(&[
            ("--interval", interval.is_some()),
            ("--follow", *follow),
            ("--wait", *wait),
        ])?;
        let count = if *once { Some(NonZeroU64::MIN) } else { *count };
        Ok(match count {
            Some(count) => call.with("--count", Some(count.to_string())),
            None => call,
        })
    };
    match call() {
        Ok(call) => call.run(region, paths),
        Err(failure) => failure,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interval_is_a_number_with_a_unit() {
        assert_eq!(interval("200ms"), Ok(Duration::from_millis(200)));
        assert_eq!(interval("1h"), Ok(LONGEST));
        for wrong in ["200", "0s", "999us", "2h", "", "-1s", "x"] {
            assert!(interval(wrong).is_err(), "{wrong}");
        }
    }
}
