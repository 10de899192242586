//! What a run has found.

use std::fmt::{self, Display};
use std::path::PathBuf;
use std::time::Duration;

/// One part's row.
pub(crate) struct Row {
    pub(crate) part: &'static str,
    pub(crate) processes: usize,
    pub(crate) rounds: u64,
    pub(crate) kills: u64,
    pub(crate) stops: u64,
    /// Errors that are a part of the game.
    pub(crate) met: u64,
    /// What the audit said; the reason why there is none.
    pub(crate) audit: String,
}

pub(crate) struct Report {
    pub(crate) seed: u64,
    pub(crate) took: Duration,
    /// Moments without kills, in each of which every process made progress.
    pub(crate) calms: u64,
    pub(crate) rows: Vec<Row>,
    pub(crate) faults: Vec<String>,
    /// Where the evidence is, if there are faults.
    pub(crate) out: PathBuf,
    /// What was left out.
    pub(crate) left_out: Vec<String>,
}

impl Report {
    pub(crate) fn is_good(&self) -> bool {
        self.faults.is_empty()
    }
}

impl Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kills: u64 = self.rows.iter().map(|row| row.kills).sum();
        let took = self.took.as_secs();
        writeln!(f, "soak: {took} s, {kills} kills, {} calms, seed {}", self.calms, self.seed)?;
        writeln!(
            f,
            "{:<10} {:>9} {:>12} {:>7} {:>6} {:>8}  audit",
            "part", "processes", "rounds", "kills", "stops", "met"
        )?;
        for row in &self.rows {
            let Row { part, processes, rounds, kills, stops, met, audit } = row;
            writeln!(
                f,
                "{part:<10} {processes:>9} {rounds:>12} {kills:>7} {stops:>6} {met:>8}  {audit}"
            )?;
        }
        for what in &self.left_out {
            writeln!(f, "left out: {what}")?;
        }
        for fault in &self.faults {
            writeln!(f, "FAULT: {fault}")?;
        }
        if self.is_good() {
            write!(f, "no fault")
        } else {
            write!(f, "evidence: {}", self.out.display())
        }
    }
}
