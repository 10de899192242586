//! [`Transit`]: how long messages were on their way.

use std::time::Duration;

/// Two clocks may drift apart by one part in so many: 500 ppm, more than any that keeps time.
const DRIFT: i128 = 2000;

/// How much longer messages were on their way than the quickest one: a network that was cut delivers what it has kept, and
/// the state in it is as old as the cut.
///
/// The clocks of two hosts are not compared, but the times between messages are, by both clocks. That the origin's
/// clock was set is noticed by a question: its answer cannot have been on its way for longer than the question was open.
#[derive(Debug, Default)]
pub(crate) struct Transit {
    /// The smallest difference between the two clocks that a message has shown, in nanoseconds, and when.
    quickest: Option<(i128, Duration)>,
}

impl Transit {
    /// How much longer a message was on its way than the quickest one, which came now and was sent at that time of the
    /// origin's clock.
    pub(crate) fn late(&mut self, now: Duration, sent: u64) -> Duration {
        let difference = nanos(now) - i128::from(sent);
        let late = match self.quickest {
            Some((quickest, at)) => difference - quickest - nanos(now.saturating_sub(at)) / DRIFT,
            None => 0,
        };
        if late <= 0 {
            self.quickest = Some((difference, now));
        }
        u64::try_from(late.max(0)).map_or(Duration::MAX, Duration::from_nanos)
    }

    /// As [`late`](Self::late), of the answer to a question that was open for so long. If it is later than it can be, one of
    /// the clocks was set, and what came before counts no longer.
    pub(crate) fn answered(&mut self, now: Duration, sent: u64, open: Duration) {
        if self.late(now, sent) > open {
            self.quickest = Some((nanos(now) - i128::from(sent), now));
        }
    }
}

fn nanos(time: Duration) -> i128 {
    i128::try_from(time.as_nanos()).unwrap_or(i128::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    /// The origin's clock at a time of ours: it shows another time of day.
    fn theirs(now: Duration) -> u64 {
        u64::try_from((now + Duration::from_secs(1_000_000)).as_nanos()).unwrap()
    }

    #[test]
    fn a_message_is_as_late_as_it_is_slower_than_the_quickest() {
        let mut transit = Transit::default();
        assert_eq!(transit.late(105 * MS, theirs(100 * MS)), Duration::ZERO, "the first one");
        assert_eq!(transit.late(203 * MS, theirs(200 * MS)), Duration::ZERO, "a quicker one");
        let late = transit.late(320 * MS, theirs(300 * MS));
        assert!(late > 16 * MS && late <= 17 * MS, "{late:?}");
        let late = transit.late(8320 * MS, theirs(400 * MS));
        assert!(late > 7900 * MS && late <= 7917 * MS, "{late:?}");
    }

    #[test]
    fn clocks_that_drift_make_no_message_late() {
        let mut transit = Transit::default();
        for second in 0..100_000_u32 {
            let now = second * Duration::from_secs(1);
            let slow = now - now / 4000;
            assert_eq!(transit.late(now, theirs(slow)), Duration::ZERO, "after {second} s");
        }
    }

    #[test]
    fn a_clock_that_was_set_is_noticed_by_an_answer() {
        let mut transit = Transit::default();
        transit.late(100 * MS, theirs(100 * MS) + 60_000_000_000);
        assert!(transit.late(200 * MS, theirs(200 * MS)) > 59_000 * MS, "set back by a minute");
        // A network that is slow: the answer is late, and was asked for long ago.
        transit.answered(9_000 * MS, theirs(8_000 * MS), 90_000 * MS);
        assert!(transit.late(9_100 * MS, theirs(9_100 * MS)) > 50_000 * MS);
        transit.answered(9_200 * MS, theirs(9_200 * MS), 3 * MS);
        assert_eq!(transit.late(9_300 * MS, theirs(9_300 * MS)), Duration::ZERO);
    }

    #[test]
    fn no_time_that_an_origin_makes_up_is_out_of_range() {
        let mut transit = Transit::default();
        for sent in [0, u64::MAX, 1, u64::MAX / 2, 0] {
            transit.late(MS, sent);
            transit.answered(Duration::MAX, sent, Duration::ZERO);
        }
    }
}
