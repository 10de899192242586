//! Progress messages: on a terminal one line that changes, elsewhere a line for each table.

use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

/// Shows the progress of a run.
pub(crate) struct Progress {
    start: Instant,
    terminal: bool,
    done: usize,
    all: usize,
}

impl Progress {
    pub(crate) fn new(all: usize) -> Self {
        Self { start: Instant::now(), terminal: std::io::stderr().is_terminal(), done: 0, all }
    }

    /// A table or a series begins.
    pub(crate) fn begin(&self, title: &str) {
        if !self.terminal {
            self.say(&format!("{} {title}\n", self.clock()));
        }
    }

    /// A step begins.
    pub(crate) fn step(&self, what: &str) {
        if self.terminal {
            self.say(&format!("\r\x1b[K{} {what}", self.clock()));
        }
    }

    /// Counts completed steps.
    pub(crate) fn advance(&mut self, steps: usize) {
        self.done += steps;
    }

    /// A message that stays on the screen.
    pub(crate) fn remark(&self, what: &str) {
        let clear = if self.terminal { "\r\x1b[K" } else { "" };
        self.say(&format!("{clear}{what}\n"));
    }

    pub(crate) fn finish(&self) {
        self.remark(&format!("{} done", self.clock()));
    }

    /// `[ 12/340, 1 min 3 s, about 8 min left]`
    fn clock(&self) -> String {
        let passed = self.start.elapsed();
        let width = self.all.to_string().len();
        let left =
            self.left(passed).map_or(String::new(), |left| format!(", about {} left", words(left)));
        format!("[{:width$}/{}, {}{left}]", self.done, self.all, words(passed))
    }

    /// The estimated remaining time; nothing is shown before a twentieth is done.
    fn left(&self, passed: Duration) -> Option<Duration> {
        let rest = self.all.saturating_sub(self.done);
        let known = self.done * 20 >= self.all && self.done > 0 && rest > 0;
        known.then(|| passed.mul_f64(rest as f64 / self.done as f64))
    }

    fn say(&self, text: &str) {
        // A failure to show progress is not a reason to stop.
        let _ = std::io::stderr().write_all(text.as_bytes());
    }
}

fn words(duration: Duration) -> String {
    match duration.as_secs() {
        seconds @ ..60 => format!("{seconds} s"),
        seconds => format!("{} min {} s", seconds / 60, seconds % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_remaining_time_is_estimated_from_the_completed_steps() {
        let progress = Progress { start: Instant::now(), terminal: false, done: 25, all: 100 };
        assert_eq!(progress.left(Duration::from_secs(10)), Some(Duration::from_secs(30)));
    }

    #[test]
    fn there_is_no_estimate_at_the_beginning() {
        let progress = Progress { start: Instant::now(), terminal: false, done: 1, all: 100 };
        assert_eq!(progress.left(Duration::from_secs(10)), None);
    }
}
