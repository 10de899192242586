//! [`Remembered`]: what became of the last commands.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use serde_json::value::RawValue;

use super::answer::Refusal;

/// The most commands that are remembered, and the most bytes of their results.
const MOST: usize = 4096;
const MOST_BYTES: usize = 16 << 20;

/// The results of the steps of a command that wrote; `None` for values that were read, which are read again.
pub(super) type Outcome = Result<Vec<Option<Box<RawValue>>>, Refusal>;

/// The outcomes of the last commands, by their ids.
#[derive(Debug, Default)]
pub(super) struct Remembered {
    outcomes: HashMap<u128, Outcome>,
    /// The ids, with the time when each command was executed and the bytes of its outcome, in that order.
    order: VecDeque<(u128, Duration, usize)>,
    bytes: usize,
    /// When the last one was executed that is forgotten.
    forgotten: Option<Duration>,
}

/// What is known of a command.
pub(super) enum Known<'a> {
    /// It was executed.
    Executed(&'a Outcome),
    /// It was not.
    New,
    /// It may have been.
    Unsure,
}

impl Remembered {
    /// What is known of a command that was sent for the first time so long ago.
    pub(super) fn find(&self, id: u128, now: Duration, age: Duration) -> Known<'_> {
        if let Some(outcome) = self.outcomes.get(&id) {
            return Known::Executed(outcome);
        }
        // It cannot have been executed before it was sent. Its sender's clock may go a little slower than this one.
        let sent = now.saturating_sub(age + age / 8 + Duration::from_millis(1));
        match self.forgotten {
            Some(forgotten) if !age.is_zero() && sent <= forgotten => Known::Unsure,
            _ => Known::New,
        }
    }

    pub(super) fn remember(&mut self, id: u128, now: Duration, outcome: Outcome) {
        let bytes = size(&outcome);
        self.order.push_back((id, now, bytes));
        self.outcomes.insert(id, outcome);
        self.bytes += bytes;
        while self.order.len() > MOST || (self.bytes > MOST_BYTES && self.order.len() > 1) {
            let Some((id, when, bytes)) = self.order.pop_front() else { break };
            self.outcomes.remove(&id);
            self.bytes -= bytes;
            self.forgotten = Some(when);
        }
    }
}

fn size(outcome: &Outcome) -> usize {
    match outcome {
        Ok(results) => {
            results.iter().map(|raw| 16 + raw.as_ref().map_or(0, |raw| raw.get().len())).sum()
        }
        Err(refusal) => refusal.message.len() + refusal.help.as_ref().map_or(0, String::len),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn second(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn the_last_commands_are_known_and_older_ones_are_not_executed_again() {
        let mut remembered = Remembered::default();
        for id in 0..MOST as u64 + 2 {
            remembered.remember(id.into(), second(id), Ok(Vec::new()));
        }
        let now = second(MOST as u64 + 2);
        let known = |id, age| remembered.find(id, now, age);
        assert!(matches!(known(1, now), Known::Unsure), "it was forgotten");
        assert!(matches!(known(2, now), Known::Executed(Ok(_))));
        assert!(matches!(known(99_999, second(0)), Known::New), "sent for the first time");
        assert!(
            matches!(known(99_999, second(100)), Known::New),
            "sent after all that are forgotten"
        );
        assert!(matches!(known(99_999, now), Known::Unsure));
    }

    #[test]
    fn large_outcomes_are_forgotten_earlier() {
        let mut remembered = Remembered::default();
        let large =
            || Some(RawValue::from_string(format!("\"{}\"", "x".repeat(MOST_BYTES / 3))).unwrap());
        for id in 0..4 {
            remembered.remember(id, second(id as u64), Ok(vec![large()]));
        }
        assert!(matches!(remembered.find(1, second(9), second(9)), Known::Unsure));
        assert!(matches!(remembered.find(3, second(9), second(9)), Known::Executed(_)));
    }
}
