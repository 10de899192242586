//! [`Follow`]: the follower's side.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use shm_mirror_core::{Counts, FollowError, Follower, Since};
use zenoh::pubsub::Subscriber;
use zenoh::query::{ConsolidationMode, Reply};
use zenoh::sample::{Sample, SampleKind};
use zenoh::{Session, Wait};

use crate::{Error, Security, config, keys};

/// The most bytes that a mirror may take, unless it is told otherwise.
const MOST: u64 = 64 << 20;

/// How long an answer is waited for; until then the question is asked again.
const PATIENCE: Duration = Duration::from_secs(2);

/// How long the loop sleeps at most, between looks for silence.
const LONGEST_NAP: Duration = Duration::from_millis(100);

/// Regions of another host, to be kept here as mirrors.
#[derive(Clone, Debug)]
pub struct Follow {
    endpoint: String,
    security: Security,
    regions: BTreeMap<String, PathBuf>,
    most: u64,
}

impl Follow {
    /// Regions that are served at an endpoint, such as `tcp/127.0.0.1:7447`.
    #[must_use]
    pub fn new(endpoint: &str) -> Self {
        let security = Security::default();
        Self { endpoint: endpoint.to_owned(), security, regions: BTreeMap::new(), most: MOST }
    }

    /// How connections are protected.
    #[must_use]
    pub fn security(mut self, security: Security) -> Self {
        self.security = security;
        self
    }

    /// A region to follow, by a mirror of the same name.
    #[must_use]
    pub fn region(self, name: &str) -> Self {
        self.region_as(name, name)
    }

    /// A region to follow, by a mirror under a name or path of its own.
    #[must_use]
    pub fn region_as(mut self, name: &str, mirror: impl Into<PathBuf>) -> Self {
        self.regions.insert(name.to_owned(), mirror.into());
        self
    }

    /// The most bytes that the data and the heap of a mirror may take; 64 MiB if not given.
    #[must_use]
    pub fn max_size(mut self, bytes: u64) -> Self {
        self.most = bytes;
        self
    }

    /// Starts to follow, until the handle is dropped. The endpoint need not be there yet.
    ///
    /// # Errors
    /// [`Error::Insecure`]; errors of Zenoh.
    pub fn start(self) -> Result<Following, Error> {
        let session = config::connect(&self.endpoint, &self.security)?;
        let (sender, events) = channel();
        // Subscribed before the first question, so that nothing is missed between.
        let deltas = session
            .declare_subscriber(keys::DELTAS)
            .callback(queue(&sender, Event::Delta))
            .wait()?;
        let alive = session.liveliness().declare_subscriber(keys::ALIVE).history(true);
        let alive = alive.callback(queue(&sender, Event::Alive)).wait()?;
        let status = Arc::new(Status::default());
        let regions: Vec<_> = self
            .regions
            .into_iter()
            .map(|(name, mirror)| One {
                name,
                mirror,
                host: None,
                follower: None,
                next: Duration::ZERO,
            })
            .collect();
        let names = regions.iter().map(|one| (one.name.clone(), State::default()));
        status.lock().extend(names);
        let (most, began) = (self.most, Instant::now());
        let follows = Loop {
            session,
            regions,
            most,
            began,
            sender: sender.clone(),
            status: Arc::clone(&status),
        };
        let thread = std::thread::Builder::new()
            .name("shm-mirror follow".to_owned())
            .spawn(move || follows.run(&events, [deltas, alive]))?;
        Ok(Following { endpoint: self.endpoint, stop: sender, thread: Some(thread), status })
    }
}

/// A callback that only queues.
fn queue(
    sender: &Sender<Event>,
    of: fn(Sample) -> Event,
) -> impl Fn(Sample) + Send + Sync + 'static {
    let sender = sender.clone();
    move |sample| drop(sender.send(of(sample)))
}

/// Regions that are followed, until this is dropped. Their mirrors stay, and grow old.
#[derive(Debug)]
pub struct Following {
    endpoint: String,
    stop: Sender<Event>,
    thread: Option<JoinHandle<()>>,
    status: Arc<Status>,
}

impl Following {
    /// Waits until the mirror of a region has everything, and returns its path.
    ///
    /// # Errors
    /// [`Error::Unreachable`] if it has not in time; [`Error::Follow`] if it cannot be made.
    pub fn wait_ready(&self, region: &str, timeout: Duration) -> Result<(), Error> {
        let deadline = Instant::now() + timeout;
        let mut states = self.status.lock();
        loop {
            let not_followed = || Error::NotFollowed { region: region.to_owned() };
            let state = states.get_mut(region).ok_or_else(not_followed)?;
            if state.is_ready {
                return Ok(());
            }
            if let Some(source) = state.error.take() {
                let source = Box::new(source);
                return Err(Error::Follow { region: region.to_owned(), source });
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(Error::Unreachable { endpoint: self.endpoint.clone() });
            }
            let woken = self.status.changed.wait_timeout(states, left);
            states = woken.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// What the follower of a region has met.
    #[must_use]
    pub fn counts(&self, region: &str) -> Option<Counts> {
        self.status.lock().get(region).map(|state| state.counts)
    }
}

impl Drop for Following {
    fn drop(&mut self) {
        let _ = self.stop.send(Event::Stop);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

#[derive(Debug, Default)]
struct Status {
    states: Mutex<BTreeMap<String, State>>,
    changed: Condvar,
}

impl Status {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, State>> {
        self.states.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is known of one region.
#[derive(Debug, Default)]
struct State {
    is_ready: bool,
    counts: Counts,
    error: Option<FollowError>,
}

#[derive(Debug)]
enum Event {
    Delta(Sample),
    Answer(Reply),
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

struct Loop {
    session: Session,
    regions: Vec<One>,
    most: u64,
    began: Instant,
    sender: Sender<Event>,
    status: Arc<Status>,
}

impl Loop {
    fn run(mut self, events: &Receiver<Event>, declared: [Subscriber<()>; 2]) {
        loop {
            self.ask();
            let now = self.now();
            let next = self.regions.iter().filter_map(One::next).min();
            let nap = next.map_or(LONGEST_NAP, |next| next.saturating_sub(now).min(LONGEST_NAP));
            match events.recv_timeout(nap) {
                Ok(Event::Stop) | Err(RecvTimeoutError::Disconnected) => break,
                Ok(event) => self.take(event),
                Err(RecvTimeoutError::Timeout) => {}
            }
            let now = self.now();
            self.followers().for_each(|follower| follower.check_silence(now));
            self.report();
        }
        drop(declared);
        let _ = self.session.close().wait();
    }

    fn now(&self) -> Duration {
        self.began.elapsed()
    }

    fn followers(&mut self) -> impl Iterator<Item = &mut Follower> {
        self.regions.iter_mut().filter_map(|one| one.follower.as_mut())
    }

    /// Sends the questions that are due; answers come as events.
    fn ask(&mut self) {
        let now = self.now();
        for one in &mut self.regions {
            let since = match &mut one.follower {
                Some(follower) => match follower.query(now) {
                    Some(query) => query.since,
                    None => continue,
                },
                None if one.next <= now => {
                    one.next = now + LONGEST_NAP;
                    None
                }
                None => continue,
            };
            let mut selector = keys::state(one.host.as_deref(), &one.name);
            if let Some(Since { instance, sequence }) = since {
                selector.push_str(&format!("?i={instance:x};since={sequence:x}"));
            }
            let sender = self.sender.clone();
            let _ = self
                .session
                .get(selector)
                .consolidation(ConsolidationMode::None)
                .timeout(PATIENCE)
                .callback(move |reply| drop(sender.send(Event::Answer(reply))))
                .wait();
        }
    }

    fn take(&mut self, event: Event) {
        let now = self.now();
        match event {
            Event::Alive(sample) if sample.kind() == SampleKind::Put => {
                self.followers().for_each(|follower| follower.found(now));
            }
            Event::Alive(_) => self.followers().for_each(Follower::lost),
            Event::Delta(sample) => self.message(&sample, now, false),
            Event::Answer(reply) => {
                if let Ok(sample) = reply.result() {
                    self.message(sample, now, true);
                }
            }
            Event::Stop => {}
        }
    }

    fn message(&mut self, sample: &Sample, now: Duration, is_answer: bool) {
        let Some((host, region)) = keys::parts(sample.key_expr().as_str()) else { return };
        let Some(one) = self.regions.iter_mut().find(|one| one.name == region) else { return };
        // The first host that answers is the origin.
        if one.host.as_ref().is_some_and(|known| *known != host)
            || (one.host.is_none() && !is_answer)
        {
            return;
        }
        let (mirror, most) = (&one.mirror, self.most);
        let make = || Follower::new(mirror, &format!("{host}:{region}"), most);
        let follower = one.follower.get_or_insert_with(make);
        one.host = Some(host);
        let bytes = sample.payload().to_bytes();
        let taken = match is_answer {
            true => follower.receive_answer(now, &bytes),
            false => follower.receive(now, &bytes),
        };
        if let Err(error) = taken
            && let Some(state) = self.status.lock().get_mut(&region)
        {
            state.error = Some(error);
        }
    }

    /// Tells those who wait.
    fn report(&self) {
        let mut states = self.status.lock();
        for one in &self.regions {
            let (Some(follower), Some(state)) = (&one.follower, states.get_mut(&one.name)) else {
                continue;
            };
            (state.is_ready, state.counts) = (follower.is_following(), follower.counts());
            if state.is_ready {
                state.error = None;
            }
        }
        drop(states);
        self.status.changed.notify_all();
    }
}

impl One {
    /// When to ask, if something is to be asked.
    fn next(&self) -> Option<Duration> {
        match &self.follower {
            Some(follower) => follower.next_query(),
            None => Some(self.next),
        }
    }
}
