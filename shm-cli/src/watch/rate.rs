//! Rates of change, from counts of changes at several times.

use std::collections::VecDeque;
use std::fmt;
use std::time::Duration;

/// The time window of a rate.
const WINDOW: Duration = Duration::from_secs(5);

/// Changes per second.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Rate {
    per_second: f64,
    /// Whether every look saw a change, so that there may have been more between looks.
    at_least: bool,
}

impl Rate {
    /// Changes per second.
    pub(crate) fn per_second(self) -> f64 {
        self.per_second
    }

    /// Returns whether there are no changes.
    pub(crate) fn is_zero(self) -> bool {
        self.per_second == 0.0
    }
}

/// Counts of changes at several times.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    /// Oldest first. The first is as old as the window, or older.
    counts: VecDeque<(Duration, u64)>,
}

impl Counts {
    /// Adds the count at a time, which is later than all before.
    pub(crate) fn push(&mut self, at: Duration, count: u64) {
        self.counts.push_back((at, count));
        while self.counts.len() > 2 && at.saturating_sub(self.counts[1].0) >= WINDOW {
            self.counts.pop_front();
        }
    }

    /// The newest count.
    pub(crate) fn last(&self) -> Option<u64> {
        self.counts.back().map(|(_, count)| *count)
    }

    /// The rate within the window; `None` while there is nothing to compare, and if the count went
    /// backwards. `looks` says that the changes were counted by looking.
    pub(crate) fn rate(&self, looks: bool) -> Option<Rate> {
        let ((from, before), (to, after)) = (*self.counts.front()?, *self.counts.back()?);
        let (time, changes) = (to.checked_sub(from)?, after.checked_sub(before)?);
        let all = changes == self.counts.len() as u64 - 1;
        let per_second = changes as f64 / time.as_secs_f64();
        per_second.is_finite().then_some(Rate { per_second, at_least: looks && all })
    }
}

/// `2.5/s`, `48/s`, `1.2k/s`, `≥5.0/s`.
impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.at_least {
            f.write_str("≥")?;
        }
        let (mut number, mut unit) = (self.per_second, "");
        for larger in ["k", "M", "G"] {
            if number < 999.5 {
                break;
            }
            (number, unit) = (number / 1000.0, larger);
        }
        // 9.96 would become 10.0.
        let digits = if number < 9.95 && number > 0.0 { 1 } else { 0 };
        write!(f, "{number:.digits$}{unit}/s")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(of: &[(u64, u64)]) -> Counts {
        let mut counts = Counts::default();
        for (millis, count) in of {
            counts.push(Duration::from_millis(*millis), *count);
        }
        counts
    }

    fn rate(of: &[(u64, u64)]) -> Option<String> {
        counts(of).rate(false).map(|rate| rate.to_string())
    }

    #[test]
    fn a_rate_is_a_count_divided_by_its_time() {
        assert_eq!(rate(&[(0, 100), (500, 100), (2000, 105)]).as_deref(), Some("2.5/s"));
        assert_eq!(rate(&[(0, 7), (1000, 7)]).as_deref(), Some("0/s"));
    }

    #[test]
    fn a_single_count_and_one_that_went_backwards_give_no_rate() {
        assert_eq!(rate(&[]), None);
        assert_eq!(rate(&[(0, 5)]), None);
        assert_eq!(rate(&[(0, 5), (1000, 4)]), None);
        assert_eq!(rate(&[(1000, 5), (1000, 6)]), None);
    }

    #[test]
    fn counts_older_than_the_window_are_forgotten() {
        let mut all: Vec<_> = (0..=20).map(|second| (second * 1000, second * 100)).collect();
        all.extend([(21_000, 2000), (22_000, 2000), (25_000, 2000)]);
        assert_eq!(rate(&all).as_deref(), Some("0/s"));
        assert!(counts(&all).counts.len() <= 7);
    }

    #[test]
    fn a_long_pause_still_leaves_two_counts() {
        assert_eq!(rate(&[(0, 0), (60_000, 60)]).as_deref(), Some("1.0/s"));
    }

    #[test]
    fn a_change_at_every_look_may_have_been_more() {
        let every = counts(&[(0, 0), (200, 1), (400, 2)]).rate(true).unwrap();
        assert_eq!(every.to_string(), "≥5.0/s");
        let most = counts(&[(0, 0), (200, 1), (400, 1)]).rate(true).unwrap();
        assert_eq!(most.to_string(), "2.5/s");
    }

    #[test]
    fn large_rates_have_larger_units() {
        let shown = |per_second| Rate { per_second, at_least: false }.to_string();
        let numbers = [0.04, 9.94, 9.96, 999.4, 999.6, 1234.0, 56_789.0, 3.4e6, 2e12];
        let expected =
            ["0.0/s", "9.9/s", "10/s", "999/s", "1.0k/s", "1.2k/s", "57k/s", "3.4M/s", "2000G/s"];
        assert_eq!(numbers.map(shown), expected);
    }
}
