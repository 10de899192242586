//! [`Report`]: the tables and pictures of one run.

use std::fmt::Write;
use std::path::Path;
use std::time::Duration;

use crate::idle::Idle;
use crate::latency::Fields;
use crate::plot::{self, Line};

const DOCS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs");

/// Between these lines, the document has what a run has written.
const MARKS: [&str; 2] = [
    "<!-- cost: written by `cargo run --release --example cost -- --write` -->\n",
    "<!-- end of cost -->",
];

/// How times are distributed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spread {
    half: Duration,
    most: Duration,
    nearly: Duration,
}

impl Spread {
    pub(crate) fn of(mut times: Vec<Duration>) -> Self {
        times.sort();
        let [half, most, nearly] =
            [50, 90, 99].map(|percent| times[(times.len() - 1) * percent / 100]);
        Self { half, most, nearly }
    }
}

pub(crate) struct Report {
    /// The share of the processors that was busy just before.
    busy: f64,
    changes: Vec<(&'static str, Spread)>,
    pub(crate) followers: Vec<(usize, Spread, Duration)>,
    pub(crate) fields: Vec<(usize, Fields)>,
    pub(crate) regions: Vec<Idle>,
}

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

impl Report {
    pub(crate) fn begin() -> Result<Self> {
        let busy = busy_share()?;
        let (changes, followers, fields, regions) =
            (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        Ok(Self { busy, changes, followers, fields, regions })
    }

    pub(crate) fn change(&mut self, what: &'static str, spread: &Spread) {
        self.changes.push((what, *spread));
    }

    /// The tables, as Markdown.
    pub(crate) fn finish(&self) -> Result<String> {
        let mut text = String::new();
        let cores = std::thread::available_parallelism()?;
        let note = match self.busy > 0.05 {
            true => ", **busy with other work**: times are too long by some factor",
            false => "",
        };
        let busy = self.busy * 100.0;
        writeln!(text, "{cores} cores, {busy:.0} % busy in the two seconds before{note}.\n")?;
        writeln!(
            text,
            "| a change, from the origin to a copy | p50 | p90 | p99 |\n| --- | ---: | ---: | ---: |"
        )?;
        for (what, Spread { half, most, nearly }) in &self.changes {
            writeln!(text, "| {what} | {} | {} | {} |", time(*half), time(*most), time(*nearly))?;
        }
        writeln!(
            text,
            "\n| followers | `Watched` p50 | p90 | p99 | all started after |\n| ---: | ---: | ---: | ---: | ---: |"
        )?;
        for (count, Spread { half, most, nearly }, ready) in &self.followers {
            writeln!(
                text,
                "| {count} | {} | {} | {} | {} |",
                time(*half),
                time(*most),
                time(*nearly),
                time(*ready)
            )?;
        }
        writeln!(
            text,
            "\n| fields | a change, 1,000 looks a second: p50 | p90 | p99 | the origin, idle | followed after |\n| ---: | ---: | ---: | ---: | ---: | ---: |"
        )?;
        for (count, Fields { spread: Spread { half, most, nearly }, ready, idle }) in &self.fields {
            writeln!(
                text,
                "| {count} | {} | {} | {} | {} | {} |",
                time(*half),
                time(*most),
                time(*nearly),
                share(*idle),
                time(*ready)
            )?;
        }
        writeln!(
            text,
            "\n| regions, idle, 10 looks a second | the origin | the follower | bytes a second, both ways | followed after |\n| ---: | ---: | ---: | ---: | ---: |"
        )?;
        for Idle { regions, ready, origin, follower, bytes } in &self.regions {
            let bytes = bytes.map_or("not measured".to_owned(), |bytes| format!("{bytes:.0}"));
            writeln!(
                text,
                "| {regions} | {} | {} | {bytes} | {} |",
                share(*origin),
                share(*follower),
                time(*ready)
            )?;
        }
        Ok(text)
    }

    /// Writes the tables into the document, and the pictures beside it.
    pub(crate) fn write(&self, text: &str) -> Result<()> {
        let path = Path::new(DOCS).join("beyond-one-machine.md");
        let old = std::fs::read_to_string(&path)?;
        let (before, rest) = old.split_once(MARKS[0]).ok_or("the document has no place for it")?;
        let (_, after) = rest.split_once(MARKS[1]).ok_or("the place has no end")?;
        std::fs::write(path, format!("{before}{}\n{text}\n{}{after}", MARKS[0], MARKS[1]))?;
        for (name, picture) in self.pictures() {
            let picture = picture.ok_or("nothing to draw")?;
            std::fs::write(Path::new(DOCS).join("beyond-one-machine").join(name), picture)?;
        }
        Ok(())
    }

    fn pictures(&self) -> [(&'static str, Option<String>); 3] {
        let seconds = |value: f64| time(Duration::from_secs_f64(value));
        let line = |name, points: Vec<(usize, f64)>| {
            let points = points.into_iter().map(|(x, y)| (x as f64, y)).collect();
            Line { name, points }
        };
        let followers = |of: fn(&Spread) -> Duration| {
            self.followers.iter().map(|(x, spread, _)| (*x, of(spread).as_secs_f64())).collect()
        };
        let by_followers = [
            line("p50", followers(|spread| spread.half)),
            line("p90", followers(|spread| spread.most)),
        ];
        let fields = |of: fn(&Fields) -> f64| {
            self.fields.iter().map(|(x, fields)| (*x, of(fields))).collect()
        };
        let by_fields = [
            line("a change, p50", fields(|fields| fields.spread.half.as_secs_f64())),
            line("a change, p90", fields(|fields| fields.spread.most.as_secs_f64())),
        ];
        let regions = |of: fn(&Idle) -> f64| {
            self.regions.iter().map(|idle| (idle.regions, of(idle))).collect()
        };
        let by_regions = [
            line("the origin", regions(|idle| idle.origin)),
            line("the follower", regions(|idle| idle.follower)),
        ];
        [
            (
                "followers.svg",
                plot::lines(
                    "A change of a Watched, by followers",
                    ("followers", "time until a waiter has it"),
                    &by_followers,
                    seconds,
                ),
            ),
            (
                "fields.svg",
                plot::lines(
                    "A change of a number, by fields of its region",
                    ("fields", "time at 1,000 looks a second"),
                    &by_fields,
                    seconds,
                ),
            ),
            (
                "regions.svg",
                plot::lines(
                    "Idle mirrors, by regions",
                    ("regions", "share of a core at 10 looks a second"),
                    &by_regions,
                    share,
                ),
            ),
        ]
    }
}

/// A time with three digits.
fn time(time: Duration) -> String {
    let micros = time.as_secs_f64() * 1e6;
    match micros {
        _ if micros < 1e3 => format!("{micros:.0} µs"),
        _ if micros < 1e6 => format!("{:.1$} ms", micros / 1e3, digits(micros / 1e3)),
        _ => format!("{:.1$} s", micros / 1e6, digits(micros / 1e6)),
    }
}

/// Decimals so that there are about three digits.
fn digits(value: f64) -> usize {
    match value {
        _ if value < 10.0 => 2,
        _ if value < 100.0 => 1,
        _ => 0,
    }
}

/// A share of a core.
fn share(share: f64) -> String {
    let percent = share * 100.0;
    if percent < 1.0 { format!("{percent:.2} %") } else { format!("{percent:.1} %") }
}

/// The share of this machine's processors that is busy during two seconds.
fn busy_share() -> Result<f64> {
    let before = ticks()?;
    std::thread::sleep(Duration::from_secs(2));
    let after = ticks()?;
    Ok(1.0 - (after.0 - before.0) / (after.1 - before.1).max(1.0))
}

/// What all processors have idled, waiting for disks included, and all of their time: `proc_stat(5)`.
fn ticks() -> Result<(f64, f64)> {
    let text = std::fs::read_to_string("/proc/stat")?;
    let first = text.lines().next().unwrap_or_default();
    let ticks: Vec<f64> = first.split_whitespace().skip(1).take(8).flat_map(str::parse).collect();
    let [_user, _nice, _system, idle, waiting, ..] = ticks[..] else {
        return Err("/proc/stat has no times".into());
    };
    Ok((idle + waiting, ticks.iter().sum()))
}
