//! The memory of a region, and of the first one in a process: a row for each peer.

use std::fmt::Write;

use super::number::three_digits;
use super::results::{Row, Table};
use crate::contestant::PeerInfo;
use crate::scenarios::memory;

/// Whether a table is about memory.
pub(crate) fn is_one(table: &Table) -> bool {
    table.scenario == memory::MEMORY
}

pub(crate) fn table(table: &Table, peers: &[PeerInfo], absent: &str) -> String {
    let mut text = format!("## {}\n\n", table.title);
    text.push_str(
        "| peer | a region: in `/dev/shm` | PSS | private | descriptors | mappings | the first one: PSS | \
         private | descriptors | mappings |\n\
         | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n",
    );
    for row in &table.rows {
        let name = peers.iter().find(|peer| peer.key == row.peer);
        let name = name.map_or(row.peer.as_str(), |peer| peer.title.as_str());
        let _ = writeln!(text, "| {name} | {} |", cells(row));
    }
    text.push_str(
        "\nIn KiB. A region has one number, or one lock, and was written once. The average of a hundred, after the \
         first one in its process, which pays for what all of them use.\n\n",
    );
    text + absent
}

fn cells(row: &Row) -> String {
    if let Some(reason) = row.failures.first() {
        return format!("failed: {} |{}", reason.replace('|', "\\|"), " - |".repeat(7) + " -");
    }
    let number = |what: &str| row.counts.get(what).copied().unwrap_or(0) as f64;
    let each = |of: &'static str, prefix: &'static str| {
        move |what: &str, unit: f64| {
            three_digits(number(&format!("{prefix}{what}")) / number(of) / unit)
        }
    };
    let (region, first) = (each("regions", ""), each("processes", "first "));
    [
        region("files", 1024.0),
        region("pss", 1024.0),
        region("private", 1024.0),
        region("descriptors", 1.0),
        region("mappings", 1.0),
        first("pss", 1024.0),
        first("private", 1024.0),
        first("descriptors", 1.0),
        first("mappings", 1.0),
    ]
    .join(" | ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::Outcome;
    use crate::runner::Sample;

    #[test]
    fn memory_is_shown_for_one_region_and_for_the_first_however_many_rounds_there_were() {
        let case = crate::cases::all().into_iter().find(|case| case.key == memory::MEMORY);
        let mut of_ours = Row::new("ours");
        for _ in 0..2 {
            let counts = [
                ("regions", 100),
                ("processes", 1),
                ("files", 819_200),
                ("pss", 409_600),
                ("descriptors", 100),
                ("first pss", 20_480),
                ("first mappings", 3),
            ];
            let outcome = counts
                .into_iter()
                .fold(Outcome::default(), |outcome, (what, count)| outcome.and_count(what, count));
            of_ours.add(Sample::Took(outcome));
        }
        let found = Table { rows: vec![of_ours], ..Table::new(&case.unwrap()) };
        let text = table(&found, &[], "");
        let expected = "| ours | 8.00 | 4.00 | 0.00 | 1.00 | 0.00 | 20.0 | 0.00 | 0.00 | 3.00 |";
        assert!(text.contains(expected), "{text}");
    }
}
