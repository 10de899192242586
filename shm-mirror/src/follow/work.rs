//! [`Work`]: the thread of a follower, which does everything, so that no lock is needed. Zenoh's callbacks only queue.
//!
//! What it does for one message does not depend on the number of regions.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};

use shm_core::fault;
use shm_mirror_core::{Follower, Since};
use zenoh::pubsub::Subscriber;
use zenoh::query::{ConsolidationMode, Reply};
use zenoh::sample::{Sample, SampleKind};
use zenoh::{Session, Wait};

use super::Status;
use crate::keys;

/// How long an answer is waited for; until then the question is asked again.
const PATIENCE: Duration = Duration::from_secs(2);

/// How long the thread sleeps at most, between looks for silence, and between questions to an origin that has never answered.
const LONGEST_NAP: Duration = Duration::from_millis(100);

/// The most questions without an answer: those of many regions take turns, so that no queue on the way overflows.
const MOST_ASKED: usize = 128;

#[derive(Debug)]
pub(super) enum Event {
    Delta(Sample),
    /// An answer, and when it was asked for.
    Answer(Reply, Duration),
    /// No more answers to a question will come.
    Over,
    Alive(Sample),
    Stop,
}

/// A region.
struct One {
    name: String,
    mirror: PathBuf,
    /// Known once an answer came.
    host: Option<String>,
    follower: Option<Follower>,
    /// When to ask again, without a follower.
    next: Duration,
}

pub(super) struct Work {
    session: Session,
    regions: Vec<One>,
    by_name: HashMap<String, usize>,
    most: u64,
    began: Instant,
    /// Of questions that are not over.
    asked: usize,
    /// The region to ask about first.
    turn: usize,
    /// When something is to be asked.
    next_question: Option<Duration>,
    next_look: Duration,
    sender: Sender<Event>,
    status: Arc<Status>,
}

impl Work {
    pub(super) fn new(
        session: Session,
        regions: BTreeMap<String, PathBuf>,
        most: u64,
        sender: Sender<Event>,
        status: Arc<Status>,
    ) -> Self {
        let one = |(name, mirror)| {
            let next = Duration::ZERO;
            One { name, mirror, host: None, follower: None, next }
        };
        let regions: Vec<_> = regions.into_iter().map(one).collect();
        let by_name = regions.iter().enumerate().map(|(at, one)| (one.name.clone(), at)).collect();
        let next_question = Some(Duration::ZERO);
        let (began, next_look) = (Instant::now(), Duration::ZERO);
        let (asked, turn) = (0, 0);
        Self {
            session,
            regions,
            by_name,
            most,
            began,
            asked,
            turn,
            next_question,
            next_look,
            sender,
            status,
        }
    }

    pub(super) fn run(mut self, events: &Receiver<Event>, declared: [Subscriber<()>; 2]) {
        loop {
            self.ask();
            let now = self.now();
            let may_ask = self.asked < MOST_ASKED;
            let next = self
                .next_question
                .filter(|_| may_ask)
                .map_or(self.next_look, |next| next.min(self.next_look));
            match events.recv_timeout(next.saturating_sub(now)) {
                Ok(Event::Stop) | Err(RecvTimeoutError::Disconnected) => break,
                Ok(event) => self.take(event),
                Err(RecvTimeoutError::Timeout) => {}
            }
            self.look_for_silence();
        }
        drop(declared);
        let _ = self.session.close().wait();
    }

    fn now(&self) -> Duration {
        self.began.elapsed()
    }

    fn look_for_silence(&mut self) {
        let now = self.now();
        if now < self.next_look {
            return;
        }
        self.next_look = now + LONGEST_NAP;
        self.followers().for_each(|follower| follower.check_silence(now));
    }

    fn followers(&mut self) -> impl Iterator<Item = &mut Follower> {
        self.regions.iter_mut().filter_map(|one| one.follower.as_mut())
    }

    /// Sends the questions that are due, as many as may be sent; answers come as events.
    fn ask(&mut self) {
        let now = self.now();
        if self.next_question.is_none_or(|next| next > now) || self.asked >= MOST_ASKED {
            return;
        }
        let count = self.regions.len();
        for step in 0..count {
            let at = (self.turn + step) % count;
            if self.asked >= MOST_ASKED {
                // The others when one of these is over.
                self.turn = at;
                return;
            }
            if let Some(selector) = self.regions[at].question(now) {
                self.send(&selector);
            }
        }
        self.next_question = self.regions.iter().filter_map(One::next).min();
    }

    fn send(&mut self, selector: &str) {
        let (sender, asked) = (Over(self.sender.clone()), self.now());
        self.asked += 1;
        let _ = self
            .session
            .get(selector)
            .consolidation(ConsolidationMode::None)
            .timeout(PATIENCE)
            .callback(move |reply| drop(sender.0.send(Event::Answer(reply, asked))))
            .wait();
    }

    fn take(&mut self, event: Event) {
        let now = self.now();
        match event {
            Event::Alive(sample) if sample.kind() == SampleKind::Put => {
                self.followers().for_each(|follower| follower.found(now));
                self.next_question = Some(now);
            }
            Event::Alive(_) => self.followers().for_each(Follower::lost),
            Event::Delta(sample) => self.message(&sample, now, None),
            Event::Answer(reply, asked) => {
                if let Ok(sample) = reply.result() {
                    self.message(sample, now, Some(asked));
                }
            }
            Event::Over => self.asked -= 1,
            Event::Stop => {}
        }
    }

    /// Takes a message: an answer to a question of some time, or one that was sent to all.
    fn message(&mut self, sample: &Sample, now: Duration, asked: Option<Duration>) {
        let Some((host, region)) = keys::parts(sample.key_expr().as_str()) else { return };
        let Some(at) = self.by_name.get(&region) else { return };
        let one = &mut self.regions[*at];
        // The first host that answers is the origin.
        if one.host.as_ref().is_some_and(|known| *known != host)
            || (one.host.is_none() && asked.is_none())
        {
            return;
        }
        let (mirror, most) = (&one.mirror, self.most);
        let make = || Follower::new(mirror, &format!("{host}:{region}"), most);
        let follower = one.follower.get_or_insert_with(make);
        one.host = Some(host);
        fault::point("follow: heard, not applied");
        let bytes = sample.payload().to_bytes();
        let taken = match asked {
            Some(asked) => follower.receive_answer(now, asked, &bytes),
            None => follower.receive(now, &bytes),
        };
        fault::point("follow: applied");
        self.status.note(&region, follower, taken.err());
        self.next_question = self.next_question.into_iter().chain(one.next()).min();
    }
}

/// Tells when it is dropped that no more answers will come.
struct Over(Sender<Event>);

impl Drop for Over {
    fn drop(&mut self) {
        let _ = self.0.send(Event::Over);
    }
}

impl One {
    /// What to ask now, if something is to be asked.
    fn question(&mut self, now: Duration) -> Option<String> {
        let since = match &mut self.follower {
            Some(follower) => follower.query(now)?.since,
            None if self.next <= now => {
                self.next = now + LONGEST_NAP;
                None
            }
            None => return None,
        };
        let mut selector = keys::state(self.host.as_deref(), &self.name);
        if let Some(Since { instance, sequence }) = since {
            selector.push_str(&format!("?i={instance:x};since={sequence:x}"));
        }
        Some(selector)
    }

    /// When to ask, if something is to be asked.
    fn next(&self) -> Option<Duration> {
        match &self.follower {
            Some(follower) => follower.next_query(),
            None => Some(self.next),
        }
    }
}
