//! The goals that shm-core's heap, queues, maps and locks have, held against what was measured.

use std::fmt::Write;

use super::number::{ratio, time};
use super::results::{Results, Row};
use crate::claims::{self, Claim, Subject};
use crate::contestant::PeerInfo;
use crate::scenarios::{blocks, map, owned, queue, rwlock, semaphore};

/// What a row should not exceed.
enum Limit {
    /// Nanoseconds for each operation.
    Time(f64),
    /// The part of the floor's time.
    ToFloor(f64),
    /// The part of another peer's time.
    To(&'static str, f64),
    /// The part of the time that `cargo check` takes with another derive.
    OfCheck(&'static str, f64),
    /// Nanoseconds that one operation in a hundred exceeds.
    P99(f64),
}

/// The limit of a peer in a table.
pub(crate) struct Goal {
    table: String,
    peer: &'static str,
    limit: Limit,
}

fn goal(table: &str, peer: &'static str, limit: Limit) -> Goal {
    Goal { table: table.to_owned(), peer, limit }
}

pub(crate) fn of_locks() -> Vec<Goal> {
    vec![
        goal(rwlock::READ, "ours", Limit::ToFloor(1.15)),
        goal(semaphore::ALONE, "ours", Limit::ToFloor(1.3)),
        goal(rwlock::WRITER, "ours", Limit::P99(1e6)),
    ]
}

pub(crate) fn of_the_heap() -> Vec<Goal> {
    let block = |bytes: u32| format!("{}-{bytes}", blocks::BLOCK);
    vec![
        goal(queue::QUEUE, "ours", Limit::Time(14.0)),
        goal(queue::PRODUCER, "ours", Limit::Time(8.0)),
        goal(&block(64), "ours-blocks", Limit::Time(20.0)),
        goal(&block(64), "ours-blocks", Limit::ToFloor(1.0 / 6.0)),
        goal(blocks::RANDOM, "ours-blocks", Limit::ToFloor(1.2)),
        goal(&block(65_536), "ours-blocks", Limit::ToFloor(1.0)),
        goal(&format!("{}-64", owned::LOAD), "ours", Limit::Time(22.0)),
        goal(map::GET, "ours", Limit::Time(45.0)),
    ]
}

/// The goals of the tables that were measured; `None` if there is none.
pub(crate) fn table(results: &Results, goals: Vec<Goal>) -> Option<String> {
    let mut text = "| table | peer | goal | measured | |\n\
                    | --- | --- | ---: | ---: | --- |\n"
        .to_owned();
    let mut any = false;
    for goal in goals {
        let Some(line) = line(&goal, results) else { continue };
        text.push_str(&line);
        any = true;
    }
    any.then_some(text + "\n")
}

/// The claims, as goals.
pub(crate) fn claims() -> Vec<Goal> {
    let of = |claim: Claim| match claim.subject {
        Subject::Table(_) => goal(claim.key(), claim.ours, Limit::To(claim.peer, claim.most)),
        Subject::Derives(..) => {
            goal(claim.key(), claim.ours, Limit::OfCheck(claim.peer, claim.most))
        }
    };
    claims::all().into_iter().map(of).collect()
}

/// A goal held against the results.
struct Held {
    title: String,
    wanted: String,
    measured: String,
    /// Measured by wanted: met up to 1.
    part: f64,
    /// The factor that the noise of the rows may account for: 1 if they are quiet.
    noise: f64,
}

impl Held {
    /// A noisy row proves only what its whole noise could not undo.
    fn verdict(&self) -> &'static str {
        if self.part * self.noise <= 1.0 {
            "met"
        } else if self.part / self.noise > 1.0 {
            "**not met**"
        } else {
            "too noisy to tell"
        }
    }
}

fn line(goal: &Goal, results: &Results) -> Option<String> {
    let held = match goal.limit {
        Limit::OfCheck(to, most) => of_series(goal, results, to, most)?,
        _ => of_table(goal, results)?,
    };
    let verdict = held.verdict();
    let Held { title: about, wanted, measured, .. } = held;
    let peer = title(&results.peers, goal.peer);
    let mut text = String::new();
    let _ = writeln!(text, "| {about} | {peer} | {wanted} | {measured} | {verdict} |");
    Some(text)
}

fn of_table(goal: &Goal, results: &Results) -> Option<Held> {
    let table = results.tables.iter().find(|table| table.key == goal.table)?;
    let row = table.row(goal.peer)?;
    let noise_of = |peer: &str| table.row(peer).map_or(1.0, noise);
    let against = |to: &str, most: f64, is: f64| {
        let (wanted, measured, part) = shown(most, is, ratio);
        (format!("{wanted} {}", title(&results.peers, to)), measured, part, noise_of(to))
    };
    let (wanted, measured, part, beside) = match goal.limit {
        Limit::Time(most) => {
            let (wanted, measured, part) = shown(most, median(row)?, time);
            (wanted, measured, part, 1.0)
        }
        Limit::P99(most) => {
            let (wanted, measured, part) = shown(most, row.p99?, time);
            (format!("{wanted} for 99 of 100 waits"), measured, part, 1.0)
        }
        Limit::ToFloor(most) => against(&table.floor, most, row.to_floor?),
        Limit::To(to, most) => against(to, most, row.to_ours? / table.row(to)?.to_ours?),
        Limit::OfCheck(..) => return None,
    };
    let noise = beside * noise(row);
    Some(Held { title: table.title.clone(), wanted, measured, part, noise })
}

fn of_series(goal: &Goal, results: &Results, to: &str, most: f64) -> Option<Held> {
    let series = results.series.iter().find(|series| series.key == goal.table)?;
    let point = |name: &str| {
        let line = series.lines.iter().find(|line| line.name == name)?;
        line.points.iter().find(|point| point.x == claims::STRUCTS.0 as f64)
    };
    let (ours, other) = (point(goal.peer)?, point(to)?);
    let (wanted, measured, part) = shown(most, ours.to_base? / other.to_base?, ratio);
    Some(Held {
        title: series.title.clone(),
        wanted: format!("{wanted} {to}"),
        measured,
        part,
        // A point has no rounds to take a spread from.
        noise: if ours.noisy || other.noisy { f64::INFINITY } else { 1.0 },
    })
}

fn shown(most: f64, is: f64, format: fn(f64) -> String) -> (String, String, f64) {
    (format!("≤ {}", format(most)), format(is), is / most)
}

/// The longest round by the shortest, of a row that is too noisy to trust.
fn noise(row: &Row) -> f64 {
    match row.summary {
        Some(summary) if row.noisy => summary.max / summary.min,
        _ => 1.0,
    }
}

fn median(row: &Row) -> Option<f64> {
    row.summary.map(|summary| summary.median)
}

fn title<'a>(peers: &'a [PeerInfo], key: &'a str) -> &'a str {
    peers.iter().find(|peer| peer.key == key).map_or(key, |peer| peer.title.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::results::Table;
    use crate::runner::Sample;

    /// The row of a goal's table in which our blocks take so long, and the floor 60 ns.
    fn measured(ns: f64) -> Results {
        let case = crate::cases::all().into_iter().find(|case| case.key == "heap-block-64");
        let mut table = Table::new(&case.unwrap());
        for (peer, ns) in [("ours-blocks", ns), ("boost", 60.0)] {
            let mut row = Row::new(peer);
            row.add(Sample::Took(crate::outcome::Outcome::timed(ns)));
            table.rows.push(row);
        }
        table.finish("ours");
        Results { tables: vec![table], ..Results::default() }
    }

    #[test]
    fn a_goal_is_met_by_what_was_measured_or_is_said_not_to_be() {
        let text = table(&measured(10.0), of_the_heap()).unwrap();
        assert!(text.contains("| ≤ 20.0 ns | 10.0 ns | met |"), "{text}");
        assert!(text.contains("| ≤ 0.17× boost | 0.17× | met |"), "{text}");
        let text = table(&measured(20.5), of_the_heap()).unwrap();
        assert!(text.contains("| 20.5 ns | **not met** |"), "{text}");
        assert!(text.contains("| 0.34× | **not met** |"), "{text}");
    }

    /// Makes a row too noisy to trust: its longest round took so many times its median.
    fn disturb(row: &mut Row, times: f64) {
        let summary = row.summary.as_mut().unwrap();
        summary.max = summary.median * times;
        row.noisy = true;
    }

    #[test]
    fn nothing_is_claimed_from_a_row_whose_noise_could_undo_it() {
        let mut results = measured(8.0);
        disturb(&mut results.tables[0].rows[1], 2.0);
        let text = table(&results, of_the_heap()).unwrap();
        // The time is ours alone; the ratio is also the noisy peer's.
        assert!(text.contains("| ≤ 20.0 ns | 8.00 ns | met |"), "{text}");
        assert!(text.contains("| ≤ 0.17× boost | 0.13× | too noisy to tell |"), "{text}");
        disturb(&mut results.tables[0].rows[0], 3.0);
        let text = table(&results, of_the_heap()).unwrap();
        assert!(text.contains("| ≤ 20.0 ns | 8.00 ns | too noisy to tell |"), "{text}");
    }

    #[test]
    fn a_goal_is_met_or_missed_by_more_than_the_noise_whatever_the_noise() {
        let mut results = measured(8.0);
        disturb(&mut results.tables[0].rows[0], 2.0);
        let text = table(&results, of_the_heap()).unwrap();
        assert!(text.contains("| ≤ 20.0 ns | 8.00 ns | met |"), "{text}");
        let mut results = measured(50.0);
        disturb(&mut results.tables[0].rows[0], 2.0);
        let text = table(&results, of_the_heap()).unwrap();
        assert!(text.contains("| ≤ 20.0 ns | 50.0 ns | **not met** |"), "{text}");
    }

    #[test]
    fn every_goal_is_about_a_table_and_a_peer() {
        for goal in of_the_heap().into_iter().chain(of_locks()) {
            let case = crate::cases::all().into_iter().find(|case| case.key == goal.table);
            let peer = crate::peers::find(goal.peer).map(crate::contestant::Contestant::Built);
            assert_eq!(peer.unwrap().does(&case.unwrap()), Ok(()), "{}", goal.table);
        }
    }
}
