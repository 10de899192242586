//! [`Follow`]: the follower's side.

mod work;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use shm_mirror_core::{Counts, FollowError, Follower};
use zenoh::Wait;
use zenoh::sample::Sample;

use self::work::{Event, Work};
use crate::config::Mode;
use crate::{Error, Security, config, keys};

/// The most bytes that a mirror may take, unless it is told otherwise.
const MOST: u64 = 64 << 20;

/// Regions of another host, to be kept here as mirrors.
#[derive(Clone, Debug)]
pub struct Follow {
    endpoint: String,
    security: Security,
    mode: Mode,
    regions: BTreeMap<String, PathBuf>,
    most: u64,
}

impl Follow {
    /// Regions that are served at an endpoint, such as `tcp/127.0.0.1:7447`.
    #[must_use]
    pub fn new(endpoint: &str) -> Self {
        let (security, mode) = (Security::default(), Mode::Peer);
        let regions = BTreeMap::new();
        Self { endpoint: endpoint.to_owned(), security, mode, regions, most: MOST }
    }

    /// How connections are protected.
    #[must_use]
    pub fn security(mut self, security: Security) -> Self {
        self.security = security;
        self
    }

    /// The endpoint is a router, to which the origin [connects](crate::Serve::connect) as well. [`start`](Self::start) then waits
    /// until the router is there.
    #[must_use]
    pub fn through_router(mut self) -> Self {
        self.mode = Mode::Client;
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
        let session = config::connect(&self.endpoint, self.mode, &self.security)?;
        let (sender, events) = channel();
        // Subscribed before the first question, so that nothing is missed between.
        let deltas = session
            .declare_subscriber(keys::DELTAS)
            .callback(queue(&sender, Event::Delta))
            .wait()?;
        let alive = session.liveliness().declare_subscriber(keys::ALIVE).history(true);
        let alive = alive.callback(queue(&sender, Event::Alive)).wait()?;
        let status = Arc::new(Status::default());
        status.lock().extend(self.regions.keys().map(|name| (name.clone(), State::default())));
        let (stop, shared) = (sender.clone(), Arc::clone(&status));
        let follows = Work::new(session, self.regions, self.most, sender, shared);
        let thread = std::thread::Builder::new()
            .name("shm-mirror follow".to_owned())
            .spawn(move || follows.run(&events, [deltas, alive]))?;
        Ok(Following { endpoint: self.endpoint, stop, thread: Some(thread), status })
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

    /// Notes what became of a message, and tells those who wait.
    fn note(&self, region: &str, follower: &Follower, error: Option<FollowError>) {
        let mut states = self.lock();
        let Some(state) = states.get_mut(region) else { return };
        (state.is_ready, state.counts) = (follower.is_following(), follower.counts());
        state.error = match error {
            None if state.is_ready => None,
            error => error.or(state.error.take()),
        };
        drop(states);
        self.changed.notify_all();
    }
}

/// What is known of one region.
#[derive(Debug, Default)]
struct State {
    is_ready: bool,
    counts: Counts,
    error: Option<FollowError>,
}
