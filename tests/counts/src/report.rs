//! The table, as text and as JSON.

use std::fmt;
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::baseline::{Baseline, Verdict, judge, tolerance};
use crate::callgrind::Counted;
use crate::key::Key;

/// The counts, next to the baseline.
#[derive(Serialize)]
pub(crate) struct Report {
    key: Key,
    baseline: PathBuf,
    /// Whether this key has a baseline.
    known: bool,
    counts: Vec<Row>,
    /// Names in the baseline that no longer have a case.
    gone: Vec<String>,
}

#[derive(Serialize)]
struct Row {
    name: String,
    instructions: u64,
    baseline: Option<u64>,
    verdict: Verdict,
}

impl Row {
    fn new(name: &str, instructions: u64, baseline: Option<u64>) -> Self {
        let verdict = judge(name, baseline, instructions);
        Self { name: name.to_owned(), instructions, baseline, verdict }
    }

    /// "+2.4 %", or nothing where nothing changed.
    fn change(&self) -> String {
        match self.baseline {
            Some(before) if before != self.instructions => {
                let change = self.instructions as f64 - before as f64;
                format!("{:+.1} %", 100.0 * change / before.max(1) as f64)
            }
            _ => String::new(),
        }
    }
}

impl Report {
    pub(crate) fn new(
        key: Key,
        file: &Path,
        counts: &[Counted<'_>],
        baseline: Option<&Baseline>,
    ) -> Self {
        let row = |counted: &Counted<'_>| {
            let (case, now) = (counted.case, counted.instructions);
            let before = baseline.and_then(|baseline| baseline.count(case.name));
            Row::new(case.name, now, before)
        };
        let counts = counts.iter().map(row).collect();
        let (baseline, known) = (file.to_owned(), baseline.is_some());
        Self { key, baseline, known, counts, gone: Vec::new() }
    }

    /// Notes what the baseline has and this report, of all cases, has not.
    pub(crate) fn note_gone(&mut self, baseline: Option<&Baseline>) {
        let names = baseline.into_iter().flat_map(Baseline::names);
        let gone = names.filter(|name| !self.counts.iter().any(|row| row.name == **name));
        self.gone = gone.map(str::to_owned).collect();
    }

    /// Returns whether any case takes more instructions than allowed.
    pub(crate) fn failed(&self) -> bool {
        self.with(Verdict::Dearer).next().is_some()
    }

    pub(crate) fn json(&self) -> String {
        serde_json::to_string_pretty(self).expect("strings and numbers are JSON")
    }

    fn with(&self, verdict: Verdict) -> impl Iterator<Item = &Row> {
        self.counts.iter().filter(move |row| row.verdict == verdict)
    }

    fn fmt_table(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.counts.iter().map(|row| row.name.len()).max().unwrap_or(0);
        writeln!(f, "| {:width$} | instructions | baseline | change   |", "what")?;
        writeln!(f, "| {:-<width$} | -----------: | -------: | -------: |", "")?;
        for row in &self.counts {
            let before = row.baseline.map(|before| before.to_string()).unwrap_or_default();
            let (name, now, change) = (&row.name, row.instructions, row.change());
            writeln!(f, "| {name:width$} | {now:12} | {before:>8} | {change:>8} |")?;
        }
        Ok(())
    }

    /// Returns the required action.
    fn fmt_verdicts(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for row in self.with(Verdict::Dearer) {
            let Row { name, instructions, .. } = row;
            let (before, change) = (row.baseline.unwrap_or_default(), row.change());
            writeln!(
                f,
                "{name:?} takes {instructions} instructions; it took {before} ({change}, and \
                 {} % are allowed)",
                tolerance(name)
            )?;
        }
        if self.failed() {
            writeln!(
                f,
                "make it as cheap as before, or `bless` and explain in the commit why it is not"
            )?;
        }
        for row in self.with(Verdict::Cheaper) {
            let Row { name, instructions, .. } = row;
            let before = row.baseline.unwrap_or_default();
            writeln!(f, "{name:?} takes {instructions} instructions instead of {before}: `bless`")?;
        }
        for name in &self.gone {
            writeln!(f, "{name:?} has a baseline, but the case no longer exists: `bless`")?;
        }
        let new = self.with(Verdict::New).count();
        if self.known && new > 0 {
            writeln!(f, "{new} cases have no baseline: `bless`")?;
        }
        Ok(())
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.fmt_table(f)?;
        writeln!(f, "\n{}", self.key)?;
        if self.known {
            self.fmt_verdicts(f)
        } else {
            writeln!(
                f,
                "there is no baseline for this, and so nothing to check: `cargo run --release -p \
                 shm-counts -- bless` writes {}",
                self.baseline.display()
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(known: bool, rows: &[(&str, u64, Option<u64>)]) -> Report {
        let text = String::new;
        let key = Key {
            rustc: "rustc 1.95.0".to_owned(),
            target: text(),
            target_features: text(),
            run_time: text(),
            valgrind: text(),
        };
        let row = |(name, now, before): &(&str, u64, Option<u64>)| Row::new(name, *now, *before);
        let counts = rows.iter().map(row).collect();
        Report { key, baseline: "somewhere.json".into(), known, counts, gone: Vec::new() }
    }

    #[test]
    fn a_failure_names_the_case_and_both_counts() {
        let report = report(true, &[("field: get", 3, Some(2)), ("field: set", 3, Some(3))]);
        assert!(report.failed());
        let text = report.to_string();
        let line = text.lines().find(|line| line.starts_with("\"field: get\"")).unwrap();
        assert!(line.contains("takes 3 instructions") && line.contains("it took 2"), "{line}");
        assert!(line.contains("+50.0 %"), "{line}");
        assert!(!text.contains("\"field: set\""), "{text}");
    }

    #[test]
    fn a_cheaper_case_passes_and_asks_to_be_blessed() {
        let report = report(true, &[("copy", 900, Some(1000))]);
        assert!(!report.failed());
        let text = report.to_string();
        assert!(
            text.contains("\"copy\" takes 900 instructions instead of 1000: `bless`"),
            "{text}"
        );
    }

    #[test]
    fn an_unknown_key_does_not_fail_and_says_how_to_bless() {
        let report = report(false, &[("copy", 900, None)]);
        assert!(!report.failed());
        let text = report.to_string();
        assert!(text.contains("| copy |") && text.contains("900"), "{text}");
        assert!(text.contains("-- bless` writes somewhere.json"), "{text}");
    }

    #[test]
    fn a_case_that_is_gone_and_one_that_is_new_are_reported() {
        let mut report = report(true, &[("new", 1, None)]);
        report.gone.push("old".to_owned());
        let text = report.to_string();
        assert!(text.contains("\"old\" has a baseline, but the case no longer exists"), "{text}");
        assert!(text.contains("1 cases have no baseline"), "{text}");
        assert!(!report.failed());
    }

    #[test]
    fn json_has_the_verdict_beside_the_numbers() {
        let report = report(true, &[("copy", 1100, Some(1000))]);
        let json: serde_json::Value = serde_json::from_str(&report.json()).unwrap();
        let row = &json["counts"][0];
        assert_eq!(row["verdict"], "dearer");
        assert_eq!(
            (row["instructions"].as_u64(), row["baseline"].as_u64()),
            (Some(1100), Some(1000))
        );
    }
}
