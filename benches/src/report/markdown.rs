//! The report for people to read.

use std::fmt::Write;

use super::number::{count, ratio, size, three_digits, time};
use super::results::{Point, Results, Row, Series, Table};
use super::{killed, memory};
use crate::contestant::PeerInfo;
use crate::machine::Machine;
use crate::peers::OURS;
use crate::scenarios::{counter, death, layout, lock, snapshot};

/// The mark of a row that is too noisy to quote.
const NOISY: &str = "~";
/// Below a table or series with such a row.
const FOOTNOTE: &str = "`~`: too noisy to trust, and nothing is claimed from it.\n\n";

/// The whole report.
pub(crate) fn report(results: &Results) -> String {
    let mut text = "# Results\n\n".to_owned();
    let _ =
        writeln!(text, "Made by `{}`; nothing here was typed by hand.\n", results.settings.command);
    text.push_str(&machine(&results.machine));
    text.push_str(&rules(results));
    text.push_str(&peers(&results.peers));
    text.push_str(&correctness(results));
    for table in results.tables.iter().filter(|table| !killed::is_one(table)) {
        text.push_str(&comparison(table, &results.peers));
    }
    text.push_str(&killed::table(results).unwrap_or_default());
    for series in &results.series {
        text.push_str(&growth(series));
    }
    text
}

pub(crate) fn machine(machine: &Machine) -> String {
    let mut text = "## Machine\n\n| | |\n| --- | --- |\n".to_owned();
    for (what, is) in machine.facts() {
        let _ = writeln!(text, "| {what} | {is} |");
    }
    text + "\n"
}

/// What distinguishes the tables of a partial run from those around them.
pub(crate) fn apart(results: &Results) -> String {
    if !results.is_partial() {
        return String::new();
    }
    let Machine { date, processor, processors, caches, load_before, load_after, .. } =
        &results.machine;
    format!(
        "Measured apart from the rest of this page, on {date}, by {processors} processors: {processor}, {caches}; \
         {load_before:.2} processes wanted one before, {load_after:.2} after.\n\n"
    )
}

fn rules(results: &Results) -> String {
    let settings = &results.settings;
    format!(
        "Each figure is the median of {} rounds (of a series: as many as samples.json has), with the smallest and the largest; a round \
         is the median of {} batches of {} ms, in a process of its own. In each round all peers take \
         their turn, and ratios are medians of the ratios within rounds. `{NOISY}` marks what is too \
         noisy to be quoted: the middle half of its rounds spreads over more than {} % of the median \
         (with fewer than four rounds: all of them).\n\n",
        settings.rounds,
        settings.batches,
        settings.batch_ms,
        settings.noisy_above * 100.0,
    )
}

fn peers(peers: &[PeerInfo]) -> String {
    let mut text =
        "## Peers\n\n| peer | version | takes part with |\n| --- | --- | --- |\n".to_owned();
    for peer in peers {
        let version = match (&peer.version, &peer.missing) {
            (Some(version), _) => version.clone(),
            (None, reason) => format!("*missing: {}*", reason.as_deref().unwrap_or("unknown")),
        };
        let _ = writeln!(
            text,
            "| {} | {version} | {} |",
            peer.title,
            peer.note.as_deref().unwrap_or("")
        );
    }
    text + "\n"
}

/// The errors of every peer, over all tables.
pub(crate) fn correctness(results: &Results) -> String {
    let mut text = "## Failures\n\n".to_owned();
    text.push_str(
        "| peer | updates lost | torn reads | backwards reads | reads given up | holder of the lock \
         killed: the survivor | two fields swapped |\n\
         | --- | ---: | ---: | ---: | ---: | --- | --- |\n",
    );
    let here = results.peers.iter().filter(|peer| peer.version.is_some());
    for peer in here {
        let cells = [
            sum(results, &peer.key, &[counter::COUNTER, lock::CONTENDED], "lost", "updates"),
            sum(results, &peer.key, &[snapshot::READ], "torn", "reads"),
            sum(results, &peer.key, &[snapshot::READ], "backwards", "reads"),
            sum(results, &peer.key, &[snapshot::READ], "gave up", "reads"),
            verdict(results, &peer.key, death::DEATH),
            verdict(results, &peer.key, layout::LAYOUT),
        ];
        let _ = writeln!(text, "| {} | {} |", peer.title, cells.join(" | "));
    }
    text + "\nLost updates of all updates; torn, backwards and given-up reads of all reads that were checked word by word. \
            `-`: not applicable; the tables below say why.\n\n"
}

/// Rows of one peer in the tables of some scenarios.
fn rows<'a>(
    results: &'a Results,
    peer: &'a str,
    scenarios: &'a [&'a str],
) -> impl Iterator<Item = &'a Row> {
    let tables = results.tables.iter().filter(|table| scenarios.contains(&table.scenario.as_str()));
    tables.filter_map(move |table| table.row(peer))
}

fn sum(results: &Results, peer: &str, scenarios: &[&str], what: &str, of: &str) -> String {
    let total = |what: &str| {
        rows(results, peer, scenarios).filter_map(|row| row.counts.get(what)).sum::<u64>()
    };
    match total(of) {
        0 => "-".to_owned(),
        all if total(what) == 0 => format!("0 of {}", count(all)),
        all => format!("**{}** of {}", count(total(what)), count(all)),
    }
}

fn verdict(results: &Results, peer: &str, scenario: &str) -> String {
    let all: Vec<_> = rows(results, peer, &[scenario])
        .flat_map(|row| &row.verdicts)
        .map(|word| bold(word))
        .collect();
    if all.is_empty() { "-".to_owned() } else { all.join(", ") }
}

/// Emphasises bad news.
fn bold(verdict: &str) -> String {
    match verdict {
        "hung" | "accepted" => format!("**{verdict}**"),
        _ => verdict.to_owned(),
    }
}

fn title<'a>(peers: &'a [PeerInfo], key: &'a str) -> &'a str {
    peers.iter().find(|peer| peer.key == key).map_or(key, |peer| peer.title.as_str())
}

/// One table of the comparison.
pub(crate) fn comparison(table: &Table, peers: &[PeerInfo]) -> String {
    if memory::is_one(table) {
        return memory::table(table, peers, &absent(table, peers));
    }
    let timed = table.rows.iter().any(|row| row.summary.is_some());
    let mut text = format!("## {}\n\n", table.title);
    if timed {
        let _ = writeln!(
            text,
            "Per {}. The floor is {}.\n",
            table.operation,
            title(peers, &table.floor)
        );
        text.push_str(
            "| peer | median | min | max | to the floor | to ours | |\n\
             | --- | ---: | ---: | ---: | ---: | ---: | --- |\n",
        );
    } else {
        text.push_str("| peer | |\n| --- | --- |\n");
    }
    for row in &table.rows {
        let remarks = remarks(row);
        let name = title(peers, &row.peer);
        let _ = match timed {
            true => writeln!(text, "| {name} | {} | {remarks} |", figures(row, table)),
            false => writeln!(text, "| {name} | {remarks} |"),
        };
    }
    text.push('\n');
    if table.rows.iter().any(|row| row.noisy) {
        text.push_str(FOOTNOTE);
    }
    text.push_str(&absent(table, peers));
    if timed {
        let _ = writeln!(text, "![{}]({}.svg)\n", table.title, table.key);
    }
    text
}

/// A ratio is as noisy as the noisier of its two sides.
fn figures(row: &Row, table: &Table) -> String {
    let Some(summary) = row.summary else { return "- | - | - | - | -".to_owned() };
    let mark = |noisy: bool| if noisy { NOISY } else { "" };
    let shown = |value: Option<f64>, to: &str| {
        let noisy = row.noisy || table.row(to).is_some_and(|to| to.noisy);
        value.map_or("-".to_owned(), |value| format!("{}{}", mark(noisy), ratio(value)))
    };
    [
        format!("{}{}", mark(row.noisy), time(summary.median)),
        time(summary.min),
        time(summary.max),
        shown(row.to_floor, &table.floor),
        shown(row.to_ours, OURS),
    ]
    .join(" | ")
}

/// The remarks on a row next to its figures.
fn remarks(row: &Row) -> String {
    let mut all: Vec<String> = row.verdicts.iter().map(|word| bold(word)).collect();
    all.extend(row.said.iter().map(|text| format!("“{}”", text.replace('|', "\\|"))));
    for what in ["lost", "early", "torn", "backwards", "gave up"] {
        if let Some(number @ 1..) = row.counts.get(what) {
            all.push(format!("**{} {what}**", count(*number)));
        }
    }
    if let Some(writes) = row.counts.get("written") {
        all.push(format!("{} writes", count(*writes)));
    }
    if let Some(p99) = row.p99 {
        all.push(format!("one wait in a hundred longer than {}", time(p99)));
    }
    if let (Some(woken), Some(seen @ 1..)) = (row.counts.get("woken"), row.counts.get("seen")) {
        let each = *woken as f64 / *seen as f64;
        all.push(format!("{each:.2} wake-ups for each watcher and change"));
    }
    if let Some(writes @ 1..) = row.counts.get("writes") {
        all.push(format!("{} writes meanwhile", count(*writes)));
    }
    all.extend(row.failures.iter().map(|reason| format!("failed: {}", reason.replace('|', "\\|"))));
    all.join(", ")
}

fn absent(table: &Table, peers: &[PeerInfo]) -> String {
    if table.absent.is_empty() {
        return String::new();
    }
    let all: Vec<_> = table
        .absent
        .iter()
        .map(|(key, reason)| format!("{} ({reason})", title(peers, key)))
        .collect();
    format!("Not in this table: {}.\n\n", all.join("; "))
}

/// One series: a row for each place, a column for each line.
pub(crate) fn growth(series: &Series) -> String {
    let mut text = format!("## {}\n\n", series.title);
    let names: Vec<_> = series.lines.iter().map(|line| line.name.as_str()).collect();
    if !names.is_empty() {
        let _ = writeln!(text, "In {}{}.\n", series.y, compared(series));
        let _ = writeln!(text, "| {} | {} |", series.x, names.join(" | "));
        let _ = writeln!(text, "| ---: |{}", " ---: |".repeat(names.len()));
        for x in places(series) {
            let cells: Vec<_> =
                series.lines.iter().map(|line| cell(&line.points, x, &series.y)).collect();
            let _ = writeln!(text, "| {} | {} |", size(x), cells.join(" | "));
        }
        text.push('\n');
        if series.lines.iter().flat_map(|line| &line.points).any(|point| point.noisy) {
            text.push_str(FOOTNOTE);
        }
        let _ = writeln!(text, "![{}]({}.svg)\n", series.title, series.key);
    }
    for failure in &series.failures {
        let _ = writeln!(text, "Failed: {failure}\n");
    }
    if !series.note.is_empty() {
        let _ = writeln!(text, "{}\n", series.note);
    }
    text
}

fn compared(series: &Series) -> String {
    series.base.as_ref().map_or(String::new(), |base| format!("; in brackets the ratio to {base}"))
}

/// Every x, in order.
pub(crate) fn places(series: &Series) -> Vec<f64> {
    let mut all: Vec<_> =
        series.lines.iter().flat_map(|line| &line.points).map(|point| point.x).collect();
    all.sort_by(f64::total_cmp);
    all.dedup();
    all
}

fn cell(points: &[Point], x: f64, unit: &str) -> String {
    let point = points.iter().find(|point| point.x == x);
    let Some((point, summary)) = point.and_then(|point| Some((point, point.summary?))) else {
        return "-".to_owned();
    };
    let mark = if point.noisy { NOISY } else { "" };
    let value = if unit == "ns" { time(summary.median) } else { three_digits(summary.median) };
    match point.to_base {
        Some(to_base) if to_base != 1.0 => format!("{mark}{value} ({})", ratio(to_base)),
        _ => format!("{mark}{value}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::results::tests::table;

    fn peer(key: &str, title: &str) -> PeerInfo {
        PeerInfo::here(key, title, "1".to_owned())
    }

    #[test]
    fn a_row_has_figures_ratios_and_errors() {
        let mut table = table(&[("c", &[1.0, 1.0]), ("ours", &[2.0, 2.0])]);
        table.rows[0].counts.insert("torn".to_owned(), 1234);
        let text = comparison(&table, &[peer("c", "C struct pointer"), peer("ours", "shm-core")]);
        let expected =
            "| C struct pointer | 1.00 ns | 1.00 ns | 1.00 ns | 1.00× | 0.50× | **1,234 torn** |";
        assert!(text.contains(expected), "{text}");
        assert!(
            text.contains("| shm-core | 2.00 ns | 2.00 ns | 2.00 ns | 2.00× | 1.00× |  |"),
            "{text}"
        );
    }

    #[test]
    fn a_noisy_row_is_marked_with_its_ratios() {
        let table = table(&[("c", &[1.0, 2.0, 4.0, 8.0, 16.0])]);
        let text = comparison(&table, &[]);
        assert!(text.contains("| c | ~4.00 ns | 1.00 ns | 16.0 ns | ~1.00× |"), "{text}");
    }

    #[test]
    fn a_peer_that_does_not_take_part_is_named_with_the_reason() {
        let mut table = table(&[("c", &[1.0])]);
        table.absent.insert("seqlock".to_owned(), "no files".to_owned());
        let text = comparison(&table, &[]);
        assert!(text.contains("Not in this table: seqlock (no files)."), "{text}");
    }

    #[test]
    fn a_failure_does_not_break_the_table() {
        let mut table = table(&[("c", &[1.0])]);
        table.rows[0].failures.insert("a | b".to_owned());
        assert!(comparison(&table, &[]).contains("failed: a \\| b |"));
    }
}
