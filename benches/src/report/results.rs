//! The results of a run: printed as JSON, and the source of the tables and plots.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::cases::Case;
use crate::contestant::PeerInfo;
use crate::machine::Machine;
use crate::outcome::Outcome;
use crate::runner::Sample;
use crate::series::{Better, Measured, Plan};
use crate::statistics::{Summary, paired_ratio};

/// The results of a run.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Results {
    pub(crate) machine: Machine,
    pub(crate) settings: Settings,
    pub(crate) peers: Vec<PeerInfo>,
    pub(crate) tables: Vec<Table>,
    pub(crate) series: Vec<Series>,
}

impl Results {
    /// The same without samples, as the tables and plots need it.
    pub(crate) fn summed_up(&self) -> Self {
        let mut results = self.clone();
        for row in results.tables.iter_mut().flat_map(|table| &mut table.rows) {
            row.samples.clear();
            row.p99s.clear();
        }
        let lines = results.series.iter_mut().flat_map(|series| &mut series.lines);
        for point in lines.flat_map(|line| &mut line.points) {
            point.samples.clear();
        }
        results
    }

    /// Whether some tables, series or peers were left out.
    pub(crate) fn is_partial(&self) -> bool {
        self.settings.is_partial
    }

    /// Whether there is any sample.
    pub(crate) fn has_samples(&self) -> bool {
        let mut rows = self.tables.iter().flat_map(|table| &table.rows);
        let points = self.series.iter().flat_map(|series| &series.lines);
        rows.any(|row| !row.samples.is_empty())
            || points.flat_map(|line| &line.points).any(|point| !point.samples.is_empty())
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Settings {
    /// The arguments of the command.
    pub(crate) command: String,
    pub(crate) rounds: usize,
    pub(crate) batch_ms: f64,
    pub(crate) batches: u32,
    /// A row is marked if the middle half of its samples spreads over more than this part of the median.
    pub(crate) noisy_above: f64,
    /// Whether some tables, series or peers were left out.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) is_partial: bool,
}

/// One case, with a row for each peer.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Table {
    pub(crate) key: String,
    pub(crate) scenario: String,
    pub(crate) title: String,
    pub(crate) operation: String,
    pub(crate) floor: String,
    pub(crate) rows: Vec<Row>,
    /// Peers that do not take part, and the reason.
    pub(crate) absent: BTreeMap<String, String>,
}

/// One peer in one case.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Row {
    pub(crate) peer: String,
    /// Nanoseconds per operation, round by round.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) samples: Vec<Option<f64>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) summary: Option<Summary>,
    pub(crate) noisy: bool,
    /// The time that one operation in a hundred exceeds: round by round, and the median of that.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) p99s: Vec<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) p99: Option<f64>,
    /// The ratios to the floor and to shm-core.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) to_floor: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) to_ours: Option<f64>,
    /// Sums over all rounds.
    #[serde(default)]
    pub(crate) counts: BTreeMap<String, u64>,
    #[serde(default)]
    pub(crate) verdicts: BTreeSet<String>,
    /// The message of the peer.
    #[serde(default)]
    pub(crate) said: BTreeSet<String>,
    #[serde(default)]
    pub(crate) failures: BTreeSet<String>,
}

impl Row {
    pub(crate) fn new(peer: &str) -> Self {
        Self { peer: peer.to_owned(), ..Self::default() }
    }

    /// Adds a round.
    pub(crate) fn add(&mut self, sample: Sample<Outcome>) {
        let outcome = match sample {
            Sample::Took(outcome) => outcome,
            Sample::Hung(_) => Outcome::judged("hung"),
            Sample::Failed(reason) => {
                self.failures.insert(reason);
                Outcome::default()
            }
        };
        self.samples.push(outcome.ns);
        self.p99s.extend(outcome.p99);
        for (what, count) in outcome.counts {
            *self.counts.entry(what).or_default() += count;
        }
        self.verdicts.extend(outcome.verdict);
        self.said.extend(outcome.said);
    }

    pub(crate) fn has_hung(&self) -> bool {
        self.verdicts.contains("hung")
    }
}

impl Table {
    pub(crate) fn new(case: &Case) -> Self {
        Self {
            key: case.key.clone(),
            scenario: case.scenario.to_owned(),
            title: case.title.clone(),
            operation: case.operation.to_owned(),
            floor: case.floor.to_owned(),
            rows: Vec::new(),
            absent: BTreeMap::new(),
        }
    }

    pub(crate) fn row(&self, peer: &str) -> Option<&Row> {
        self.rows.iter().find(|row| row.peer == peer)
    }

    /// Summarises every row, and compares it with the floor and with shm-core.
    pub(crate) fn finish(&mut self, ours: &str) {
        let of = |peer: &str| self.row(peer).map(|row| row.samples.clone()).unwrap_or_default();
        let (floor, ours) = (of(&self.floor), of(ours));
        for row in &mut self.rows {
            row.summary = summary(&row.samples);
            row.p99 = Summary::of(&row.p99s).map(|summary| summary.median);
            row.noisy = row.summary.is_some_and(|summary| summary.is_noisy());
            row.to_floor = paired_ratio(&row.samples, &floor);
            row.to_ours = paired_ratio(&row.samples, &ours);
        }
    }
}

fn summary(samples: &[Option<f64>]) -> Option<Summary> {
    Summary::of(&samples.iter().copied().flatten().collect::<Vec<_>>())
}

/// The growth of a cost.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Series {
    pub(crate) key: String,
    pub(crate) title: String,
    pub(crate) x: String,
    pub(crate) y: String,
    pub(crate) better: Better,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) base: Option<String>,
    pub(crate) note: String,
    pub(crate) lines: Vec<Line>,
    #[serde(default)]
    pub(crate) failures: BTreeSet<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Line {
    pub(crate) name: String,
    pub(crate) points: Vec<Point>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Point {
    pub(crate) x: f64,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) samples: Vec<Option<f64>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) summary: Option<Summary>,
    pub(crate) noisy: bool,
    /// The ratio to the base.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) to_base: Option<f64>,
}

impl Line {
    fn new(name: &str) -> Self {
        Self { name: name.to_owned(), points: Vec::new() }
    }
}

impl Point {
    fn new(x: f64) -> Self {
        Self { x, samples: Vec::new(), summary: None, noisy: false, to_base: None }
    }
}

impl Series {
    pub(crate) fn new(plan: &Plan) -> Self {
        Self {
            key: plan.key.to_owned(),
            title: plan.title.to_owned(),
            x: plan.x.to_owned(),
            y: plan.y.to_owned(),
            better: plan.better,
            base: plan.base.map(str::to_owned),
            note: plan.note.to_owned(),
            lines: Vec::new(),
            failures: BTreeSet::new(),
        }
    }

    /// Adds the measurements of a round.
    pub(crate) fn add(&mut self, round: usize, measured: Vec<Measured>) {
        for Measured { line, x, y } in measured {
            let samples = &mut self.point(&line, x).samples;
            samples.resize(round, None);
            samples.push(Some(y));
        }
    }

    /// The point of a line at an x; added if it does not exist.
    fn point(&mut self, name: &str, x: f64) -> &mut Point {
        let at = position(&mut self.lines, |line| line.name == name, || Line::new(name));
        let points = &mut self.lines[at].points;
        let at = position(points, |point| point.x == x, || Point::new(x));
        &mut points[at]
    }

    /// The points of the line that the others are compared with.
    fn base_points(&self) -> Vec<Point> {
        let base = self.lines.iter().find(|line| Some(&line.name) == self.base.as_ref());
        base.map(|line| line.points.clone()).unwrap_or_default()
    }

    pub(crate) fn finish(&mut self) {
        let base = self.base_points();
        for point in self.lines.iter_mut().flat_map(|line| &mut line.points) {
            let beside = base.iter().find(|base| base.x == point.x);
            point.summary = summary(&point.samples);
            point.noisy = point.summary.is_some_and(|summary| summary.is_noisy());
            point.to_base = beside.and_then(|base| paired_ratio(&point.samples, &base.samples));
        }
    }
}

/// The position of an item, which is added if it does not exist.
fn position<T>(items: &mut Vec<T>, is: impl Fn(&T) -> bool, make: impl FnOnce() -> T) -> usize {
    items.iter().position(is).unwrap_or_else(|| {
        items.push(make());
        items.len() - 1
    })
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn table(rows: &[(&str, &[f64])]) -> Table {
        let case = crate::cases::all().into_iter().next().unwrap();
        let mut table = Table::new(&case);
        for (peer, samples) in rows {
            let mut row = Row::new(peer);
            samples.iter().for_each(|ns| row.add(Sample::Took(Outcome::timed(*ns))));
            table.rows.push(row);
        }
        table.finish("ours");
        table
    }

    #[test]
    fn ratios_are_to_the_floor_and_to_ours() {
        let table = table(&[("c", &[1.0, 1.0]), ("ours", &[2.0, 2.0]), ("other", &[6.0, 6.0])]);
        let other = table.row("other").unwrap();
        assert_eq!((other.to_floor, other.to_ours), (Some(6.0), Some(3.0)));
    }

    #[test]
    fn counts_are_added_up_over_the_rounds() {
        let mut row = Row::new("c");
        row.add(Sample::Took(Outcome::timed(1.0).and_count("torn", 2)));
        row.add(Sample::Took(Outcome::timed(1.0).and_count("torn", 3)));
        assert_eq!(row.counts["torn"], 5);
    }

    #[test]
    fn a_sample_that_had_to_be_ended_counts_as_hung() {
        let mut row = Row::new("c");
        row.add(Sample::Hung(std::time::Duration::from_secs(1)));
        assert!(row.has_hung());
        assert_eq!(row.samples, [None]);
    }

    #[test]
    fn points_are_compared_with_the_base_at_the_same_place() {
        let mut series = Series::new(&crate::series::bulk::LOAD);
        let point = |line: &str, x: f64, y: f64| Measured::new(line, x, y);
        series.add(0, vec![point("memcpy", 64.0, 10.0), point("u8", 64.0, 5.0)]);
        series.add(1, vec![point("memcpy", 64.0, 20.0), point("u8", 64.0, 10.0)]);
        series.finish();
        let line = series.lines.iter().find(|line| line.name == "u8").unwrap();
        assert_eq!(line.points[0].to_base, Some(0.5));
        assert_eq!(line.points[0].samples, [Some(5.0), Some(10.0)]);
    }
}
