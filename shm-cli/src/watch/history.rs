//! The readings of one place, from sample to sample.

use std::collections::VecDeque;
use std::time::Duration;

use super::rate::{Counts, Rate};
use super::reading::Reading;

/// The number of samples that a sparkline can show.
const SAMPLES: usize = 256;

/// The number of a sample, from 1; and its time since the start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Moment {
    pub(crate) number: u64,
    pub(crate) at: Duration,
}

/// The readings of one row.
#[derive(Debug, Default)]
pub(crate) struct History {
    last: Option<(Moment, Reading)>,
    text: String,
    /// The number of the last sample that was the first, or differed from the one before.
    news: Option<u64>,
    /// The same for the part that was read: changes elsewhere in the place are ignored.
    reading_news: Option<u64>,
    /// The number of the first sample.
    first: Option<u64>,
    /// The times of the last change and of the one before.
    changed: Option<Duration>,
    changed_before: Option<Duration>,
    changes: u64,
    numbers: VecDeque<Option<f64>>,
    counts: Counts,
    is_counted: bool,
}

impl History {
    /// Adds a reading. `elided` is the number of elements if only the first were read; `count` is the
    /// number of changes, if its writers count them; `elsewhere` says that a part changed that was not
    /// read.
    pub(crate) fn record(
        &mut self,
        moment: Moment,
        reading: Reading,
        elided: Option<u64>,
        count: Option<u64>,
        elsewhere: bool,
    ) {
        let reading_differs = self.reading().is_some_and(|last| reading.differs(last));
        let differs = reading_differs || elsewhere;
        if differs {
            self.changed_before = self.changed.replace(moment.at);
            self.changes += 1;
        }
        if differs || self.last.is_none() {
            self.news = Some(moment.number);
        }
        if reading_differs || self.last.is_none() {
            self.reading_news = Some(moment.number);
        }
        self.first.get_or_insert(moment.number);
        self.leave_gap(moment.number);
        self.numbers.push_back(reading.number());
        while self.numbers.len() > SAMPLES {
            self.numbers.pop_front();
        }
        self.is_counted = count.is_some();
        self.counts.push(moment.at, count.unwrap_or(self.changes));
        self.text = reading.text(elided);
        self.last = Some((moment, reading));
    }

    /// Adds samples in which the row was not visible.
    fn leave_gap(&mut self, number: u64) {
        let Some((last, _)) = &self.last else { return };
        let missed = number.saturating_sub(last.number + 1).min(SAMPLES as u64);
        self.numbers.extend((0..missed).map(|_| None));
    }

    /// The newest reading.
    pub(crate) fn reading(&self) -> Option<&Reading> {
        self.last.as_ref().map(|(_, reading)| reading)
    }

    /// Its text.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Whether the sample of that number was the first, or differed from the one before.
    pub(crate) fn is_news(&self, number: u64) -> bool {
        self.news == Some(number)
    }

    /// The same for the part that was read.
    pub(crate) fn reading_is_news(&self, number: u64) -> bool {
        self.reading_news == Some(number)
    }

    /// Whether the sample of that number was the first.
    pub(crate) fn is_first(&self, number: u64) -> bool {
        self.first == Some(number)
    }

    /// The time since the last change was seen.
    pub(crate) fn age(&self, now: Duration) -> Option<Duration> {
        self.changed.map(|changed| now.saturating_sub(changed))
    }

    /// The time between the last change and the one before; `None` without an earlier one.
    pub(crate) fn calm(&self) -> Option<Duration> {
        Some(self.changed?.saturating_sub(self.changed_before?))
    }

    /// The numbers of the last `width` samples, oldest first.
    pub(crate) fn numbers(&self, width: usize) -> impl Iterator<Item = Option<f64>> + Clone {
        let skipped = self.numbers.len().saturating_sub(width);
        self.numbers.iter().skip(skipped).copied()
    }

    /// The rate of changes.
    pub(crate) fn rate(&self) -> Option<Rate> {
        self.counts.rate(!self.is_counted)
    }

    /// The number of changes, if its writers count them.
    pub(crate) fn count(&self) -> Option<u64> {
        self.counts.last().filter(|_| self.is_counted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(number: u64) -> Moment {
        Moment { number, at: Duration::from_millis(number * 100) }
    }

    fn history(values: &[(u64, f64)]) -> History {
        let mut history = History::default();
        for (number, value) in values {
            let reading = Reading::Value((*value).into());
            history.record(moment(*number), reading, None, None, false);
        }
        history
    }

    #[test]
    fn the_first_reading_is_news_but_not_a_change() {
        let history = history(&[(1, 5.0)]);
        assert!(history.is_news(1));
        assert_eq!(history.age(moment(1).at), None);
    }

    #[test]
    fn only_a_different_value_is_news() {
        let same = history(&[(1, 5.0), (2, 5.0)]);
        assert!(!same.is_news(2) && same.age(moment(2).at).is_none());
        let other = history(&[(1, 5.0), (2, 6.0), (3, 6.0)]);
        assert!(!other.is_news(3));
        assert_eq!(other.age(moment(5).at), Some(Duration::from_millis(300)));
        assert!(history(&[(1, 5.0), (2, 6.0)]).is_news(2));
    }

    #[test]
    fn calm_is_the_time_between_the_last_two_changes() {
        assert_eq!(history(&[(1, 5.0), (2, 6.0)]).calm(), None);
        let twice = history(&[(1, 5.0), (2, 6.0), (3, 6.0), (5, 7.0), (6, 7.0)]);
        assert_eq!(twice.calm(), Some(Duration::from_millis(300)));
    }

    #[test]
    fn a_nan_that_stays_is_not_a_change() {
        assert_eq!(history(&[(1, f64::NAN), (2, f64::NAN)]).age(moment(2).at), None);
    }

    #[test]
    fn samples_out_of_sight_leave_a_gap() {
        let history = history(&[(1, 1.0), (2, 2.0), (5, 3.0)]);
        let numbers: Vec<_> = history.numbers(9).collect();
        assert_eq!(numbers, [Some(1.0), Some(2.0), None, None, Some(3.0)]);
        assert_eq!(history.numbers(2).collect::<Vec<_>>(), [None, Some(3.0)]);
    }

    #[test]
    fn memory_is_bounded_however_long_it_runs() {
        let mut history = history(&[(1, 1.0)]);
        for number in [2, 1_000_000_000, 1_000_000_001] {
            history.record(moment(number), Reading::Value(2.0.into()), None, None, false);
        }
        assert_eq!(history.numbers(usize::MAX).count(), SAMPLES);
    }

    #[test]
    fn a_count_by_the_writers_overrides_the_changes_seen() {
        let mut history = History::default();
        for (number, count) in [(0, 1000), (10, 1500)] {
            history.record(moment(number), Reading::Value(1.into()), None, Some(count), false);
        }
        assert_eq!(history.rate().map(|rate| rate.to_string()).as_deref(), Some("500/s"));
        assert_eq!(history.count(), Some(1500));
        assert_eq!(self::history(&[(1, 1.0)]).count(), None);
    }
}
