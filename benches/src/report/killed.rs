//! Who goes on after a process was killed: a row for each thing that it had or waited for, a column for each
//! peer that has such a thing.

use std::fmt::Write;

use super::number::count;
use super::results::{Results, Row, Table};
use crate::scenarios::killed;

/// The table; `None` if no process was killed.
pub(crate) fn table(results: &Results) -> Option<String> {
    let tables: Vec<_> = results.tables.iter().filter(|table| is_one(table)).collect();
    let has_rows = |key: &str| tables.iter().any(|table| table.row(key).is_some());
    let peers: Vec<_> = results.peers.iter().filter(|peer| has_rows(&peer.key)).collect();
    if peers.is_empty() {
        return None;
    }
    let titles: Vec<_> = peers.iter().map(|peer| peer.title.as_str()).collect();
    let mut text = "## Survivors that hung\n\n".to_owned();
    let _ = writeln!(text, "| killed | {} |", titles.join(" | "));
    let _ = writeln!(text, "| --- |{}", " ---: |".repeat(peers.len()));
    for table in tables {
        let cells = peers.iter().map(|peer| table.row(&peer.key).map_or("-".to_owned(), cell));
        let _ = writeln!(text, "| {} | {} |", table.title, cells.collect::<Vec<_>>().join(" | "));
    }
    text.push_str(
        "\nOf all for which a process was killed, those that still waited a second later. *told*: the survivor learns of the \
         death, and can repair what it left. Lost permits are those that no process can get any more. `-`: the peer has no \
         such thing.\n\n",
    );
    Some(text)
}

/// Whether a table is about survivors.
pub(crate) fn is_one(table: &Table) -> bool {
    is_about(&table.scenario)
}

/// Whether a scenario is about survivors.
pub(crate) fn is_about(scenario: &str) -> bool {
    scenario.starts_with(killed::FAMILY)
}

fn cell(row: &Row) -> String {
    let number = |what: &str| row.counts.get(what).copied().unwrap_or(0);
    if let Some(reason) = row.failures.first() {
        return format!("failed: {}", reason.replace('|', "\\|"));
    }
    let bad = |number: u64, of: &str| match number {
        0 => format!("0{of}"),
        _ => format!("**{}**{of}", count(number)),
    };
    let mut text = bad(number("hung"), &format!(" of {}", count(number("killed"))));
    if number("permits lost") > 0 {
        text.push_str(&format!(", {}", bad(number("permits lost"), " permits lost")));
    }
    if number("told") > 0 {
        text.push_str(", told");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contestant::PeerInfo;
    use crate::outcome::Outcome;
    use crate::runner::Sample;

    fn row(peer: &str, counts: &[(&str, u64)]) -> Row {
        let mut row = Row::new(peer);
        let outcome = counts
            .iter()
            .fold(Outcome::default(), |outcome, (what, number)| outcome.and_count(what, *number));
        row.add(Sample::Took(outcome));
        row
    }

    fn results(rows: Vec<Row>) -> Results {
        let mut cases = crate::cases::all().into_iter();
        let case = cases.find(|case| case.scenario == killed::SEMAPHORE_HOLDER).unwrap();
        let table = Table { rows, ..Table::new(&case) };
        let peer = |key: &str| PeerInfo::here(key, key, "1".to_owned());
        let peers = vec![peer("ours"), peer("sem"), peer("std")];
        Results { tables: vec![table], peers, ..Results::default() }
    }

    #[test]
    fn survivors_that_hung_and_permits_that_were_lost_are_in_bold() {
        let ours = row("ours", &[("killed", 50), ("hung", 0), ("told", 50), ("permits lost", 0)]);
        let sem = row("sem", &[("killed", 50), ("hung", 50), ("told", 0), ("permits lost", 50)]);
        let text = table(&results(vec![ours, sem])).unwrap();
        assert!(text.contains("| killed | ours | sem |\n"), "{text}");
        let expected =
            "| Semaphore: holder of a permit | 0 of 50, told | **50** of 50, **50** permits lost |";
        assert!(text.contains(expected), "{text}");
    }

    #[test]
    fn a_run_without_killing_has_no_such_table() {
        assert_eq!(table(&results(Vec::new())), None);
    }
}
