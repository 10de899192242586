//! [`Follower`]: what a follower does with messages.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::time::Duration;

use shm_core::region::mirror::State;
use shm_core::{DynRegion, fault};

use crate::message::{Head, Kind, Malformed, Message};
use crate::replica::{Place, Replica, ReplicaError};
use crate::served::Since;
use crate::transit::Transit;

/// The time between the first two queries for the same; each is twice as long as the one before.
const FIRST_PAUSE: Duration = Duration::from_millis(20);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// The most deltas that wait for an answer, and the most bytes of them. What is dropped is asked for again.
const MOST_HELD: usize = 1024;
const MOST_HELD_BYTES: usize = 16 << 20;

/// A message that was on its way for longer than usual makes the follower ask what the origin has now; so many beats later
/// it may do so again.
const BEATS_BETWEEN: u32 = 8;

/// A message was not used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FollowError {
    /// The bytes are not a message.
    #[error(transparent)]
    Malformed(#[from] Malformed),
    /// The mirror cannot be made or changed.
    #[error(transparent)]
    Replica(#[from] ReplicaError),
}

/// A question to the origin: what has changed since a message, or everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Query {
    /// The last message that the follower has; `None` for everything.
    pub since: Option<Since>,
}

/// What a follower has met.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Deltas that were applied.
    pub deltas: u64,
    /// Answers that were applied.
    pub answers: u64,
    /// Deltas that were missed, or other instances, after which everything else waits for an answer.
    pub gaps: u64,
    /// Messages that were here before.
    pub repeated: u64,
    /// Messages that were on their way for more than a beat longer than the quickest one, after which the origin was asked.
    pub late: u64,
}

/// Follows one region: applies deltas in the order of their numbers, and asks when one is missing.
///
/// It has no clock and no network. `now` is the time of any clock that goes on, and is the same for all calls.
#[derive(Debug)]
pub struct Follower {
    place: Place,
    replica: Option<Replica>,
    /// What the replica has.
    at: Option<Since>,
    /// Deltas that came while an answer was awaited, in the order in which they came, and when.
    held: VecDeque<(Duration, Vec<u8>)>,
    held_bytes: usize,
    asking: Option<Asking>,
    heard: Option<Duration>,
    transit: Transit,
    /// When a late message may make a question again.
    next_doubt: Duration,
    beat: Duration,
    counts: Counts,
}

/// The state of a question.
#[derive(Clone, Copy, Debug)]
struct Asking {
    /// When to ask next.
    next: Duration,
    pause: Duration,
    /// Whether only everything will do.
    whole: bool,
}

impl Asking {
    fn at(now: Duration, whole: bool) -> Self {
        Self { next: now, pause: FIRST_PAUSE, whole }
    }
}

impl Follower {
    /// Follows an origin, `HOST:NAME`, by a mirror of that name, which may take so many bytes. The mirror is made when
    /// the first answer is there.
    #[must_use]
    pub fn new(name: impl Into<PathBuf>, origin: &str, most: u64) -> Self {
        Self {
            place: Place { name: name.into(), origin: origin.to_owned(), most },
            replica: None,
            at: None,
            held: VecDeque::new(),
            held_bytes: 0,
            asking: Some(Asking::at(Duration::ZERO, true)),
            heard: None,
            transit: Transit::default(),
            next_doubt: Duration::ZERO,
            beat: Duration::MAX,
            counts: Counts::default(),
        }
    }

    /// The mirror, once it is there.
    #[must_use]
    pub fn region(&self) -> Option<&DynRegion> {
        self.replica.as_ref().map(Replica::region)
    }

    /// Whether the mirror has everything that was heard of.
    #[must_use]
    pub fn is_following(&self) -> bool {
        self.replica.is_some() && self.asking.is_none()
    }

    /// The last message that was applied.
    #[must_use]
    pub fn at(&self) -> Option<Since> {
        self.at
    }

    /// What this has met.
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// Takes a message that the origin sent to all: a delta, a beat, a bye.
    ///
    /// # Errors
    /// If the bytes are not a message, or a delta cannot be applied; everything is asked for then.
    pub fn receive(&mut self, now: Duration, bytes: &[u8]) -> Result<(), FollowError> {
        self.receive_since(now, now, bytes)
    }

    /// As [`receive`](Self::receive), of a message that has been here since a time.
    fn receive_since(
        &mut self,
        now: Duration,
        came: Duration,
        bytes: &[u8],
    ) -> Result<(), FollowError> {
        let message = Message::decode(bytes)?;
        let head = message.head;
        let Some(at) = self.at.filter(|at| at.instance == head.instance) else {
            // The first one, or another instance: of it, everything is needed.
            if head.kind == Kind::Delta {
                self.hold(came, bytes);
            }
            if self.at.is_some() && head.kind != Kind::Bye {
                self.ask(now, true);
            }
            return Ok(());
        };
        match head.kind {
            Kind::Bye => self.set_state(State::Ended),
            Kind::Beat if head.sequence > at.sequence => self.ask(now, false),
            Kind::Beat if head.sequence == at.sequence => self.heard_by(&head, at, now, came),
            // From before the last delta.
            Kind::Beat => self.counts.repeated += 1,
            Kind::Delta if self.asking.is_some() => self.hold(came, bytes),
            Kind::Delta if head.sequence <= at.sequence => self.counts.repeated += 1,
            Kind::Delta if head.sequence > at.sequence + 1 => {
                self.hold(came, bytes);
                self.ask(now, false);
            }
            Kind::Delta => self.take(now, came, &message)?,
            // Only an answer is one.
            Kind::Snapshot => {}
        }
        Ok(())
    }

    /// Takes the answer to a query that was sent at a time: what the origin had then, or later.
    ///
    /// # Errors
    /// As [`Follower::receive`].
    pub fn receive_answer(
        &mut self,
        now: Duration,
        asked: Duration,
        bytes: &[u8],
    ) -> Result<(), FollowError> {
        let message = Message::decode(bytes)?;
        let head = message.head;
        let Some(asking) = self.asking else {
            self.counts.repeated += 1;
            return Ok(());
        };
        self.transit.answered(now, head.time, now.saturating_sub(asked));
        let came = Since { instance: head.instance, sequence: head.sequence };
        let is_old =
            self.at.is_some_and(|at| at.instance == came.instance && came.sequence < at.sequence);
        match (head.kind, message.facts) {
            // An answer to a question of long ago.
            _ if is_old => self.counts.repeated += 1,
            (Kind::Snapshot, Some(facts)) => {
                let before = self.replica.take();
                let filled = Replica::fill(before, &self.place, &head, &facts, &message.changes);
                self.replica = Some(filled.inspect_err(|_| self.at = None)?);
                self.beat = Duration::from_millis(facts.beat_ms.into());
                self.answered(now, asked, came)?;
            }
            (Kind::Delta, _) if head.flags.is_answer() && !asking.whole => {
                let is_same = self.at.is_some_and(|at| at.instance == came.instance);
                if is_same {
                    if let Some(replica) = &self.replica {
                        let applied = replica.apply(&message.changes, head.time);
                        applied.map_err(ReplicaError::from).inspect_err(|_| self.ask(now, true))?;
                        self.answered(now, asked, came)?;
                    }
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// The question to send now, if there is one. Until an answer is here, it is asked again after 20 ms, and then after
    /// twice the time each time, up to a second.
    pub fn query(&mut self, now: Duration) -> Option<Query> {
        let asking = self.asking.as_mut().filter(|asking| asking.next <= now)?;
        asking.next = now + asking.pause;
        asking.pause = (asking.pause * 2).min(LONGEST_PAUSE);
        let since = self.at.filter(|_| !asking.whole && self.replica.is_some());
        Some(Query { since })
    }

    /// When to call [`Follower::query`] again, if an answer is awaited.
    #[must_use]
    pub fn next_query(&self) -> Option<Duration> {
        self.asking.map(|asking| asking.next)
    }

    /// Notes in the mirror if the origin was not heard for two beats. Call it about once a beat.
    pub fn check_silence(&mut self, now: Duration) {
        let patience = self.beat.saturating_mul(2);
        if self.heard.is_some_and(|heard| now.saturating_sub(heard) > patience) {
            self.heard = None;
            self.set_state(State::Silent);
        }
    }

    /// Notes that the connection to the origin is gone: when it is there again, messages may be missing.
    pub fn lost(&mut self) {
        self.set_state(State::Lost);
    }

    /// Asks the origin: it can be reached again, or has begun anew.
    pub fn found(&mut self, now: Duration) {
        self.ask(now, false);
    }

    fn set_state(&self, state: State) {
        if let Some(replica) = &self.replica {
            replica.set_state(state);
        }
    }

    /// Notes that the origin had nothing newer when it sent a message. If that was on its way for long, the origin is asked
    /// whether it still has not.
    fn heard_by(&mut self, head: &Head, at: Since, now: Duration, came: Duration) {
        let late = self.transit.late(came, head.time);
        self.note_heard(now, at, late.saturating_add(now.saturating_sub(came)));
        if late > self.beat && self.asking.is_none() && now >= self.next_doubt {
            self.next_doubt = now + self.beat * BEATS_BETWEEN;
            self.counts.late += 1;
            self.asking = Some(Asking::at(now, false));
        }
    }

    /// Notes that the origin had nothing newer so long ago.
    fn note_heard(&mut self, now: Duration, at: Since, ago: Duration) {
        // While an answer is awaited, something newer is known of.
        if let (Some(replica), None) = (&self.replica, self.asking) {
            self.heard = Some(now);
            replica.heard(at.sequence, ago);
        }
    }

    /// Applies the next delta.
    fn take(
        &mut self,
        now: Duration,
        came: Duration,
        message: &Message<'_>,
    ) -> Result<(), FollowError> {
        let Some(replica) = &self.replica else { return Ok(()) };
        let applied = replica.apply(&message.changes, message.head.time);
        applied.map_err(ReplicaError::from).inspect_err(|_| self.ask(now, true))?;
        let head = message.head;
        let at = Since { instance: head.instance, sequence: head.sequence };
        self.at = Some(at);
        self.counts.deltas += 1;
        fault::point("follow: changed, not heard");
        self.heard_by(&head, at, now, came);
        Ok(())
    }

    /// Goes on after an answer: with the deltas that came since, as far as they follow each other.
    fn answered(&mut self, now: Duration, asked: Duration, came: Since) -> Result<(), FollowError> {
        (self.at, self.asking) = (Some(came), None);
        self.counts.answers += 1;
        self.note_heard(now, came, now.saturating_sub(asked));
        self.held_bytes = 0;
        for (since, held) in std::mem::take(&mut self.held) {
            // One of another instance is from before it; or a later message of that instance makes another question.
            if Message::decode(&held)?.head.instance == came.instance {
                self.receive_since(now, since, &held)?;
            }
        }
        Ok(())
    }

    fn hold(&mut self, came: Duration, bytes: &[u8]) {
        self.held.push_back((came, bytes.to_vec()));
        self.held_bytes += bytes.len();
        while self.held.len() > MOST_HELD || self.held_bytes > MOST_HELD_BYTES {
            let Some((_, dropped)) = self.held.pop_front() else { break };
            self.held_bytes -= dropped.len();
        }
    }

    fn ask(&mut self, now: Duration, whole: bool) {
        match &mut self.asking {
            Some(asking) => asking.whole |= whole,
            None => {
                self.counts.gaps += 1;
                self.asking = Some(Asking::at(now, whole));
            }
        }
    }
}
