//! [`Remote`]: commands to regions of another host.

mod sending;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use shm_core::SharedLayout;
use shm_core::dynamic::DynValue;
use shm_mirror_core::commands::{Answer, Command, Step};
use zenoh::session::ZenohId;
use zenoh::{Session, Wait};

use crate::{Error, Security, config};

/// How long a call tries to get an answer, unless it is told otherwise.
const PATIENCE: Duration = Duration::from_secs(5);

/// How long the origin waits for locks, unless it is told otherwise.
const WAIT: Duration = Duration::from_secs(1);

/// A connection to another host, whose regions are read and written there, by commands.
///
/// A command is a message and its answer: some 100 µs on one host, more on a network. A program that reads often
/// [follows](crate::Follow) the region: then a read is a load from memory.
///
/// A call that gets no answer tries again, until its patience ends: a server that is started again is found by itself.
///
/// ```no_run
/// use shm_mirror::{Remote, Security};
///
/// let station = Remote::connect("tcp/127.0.0.1:7447", &Security::Loopback)?.region("station")?;
/// let hits = u64::try_from(station.get("hits")?)?;
/// station.set([("target.x", 1.5), ("target.y", 2.0)])?; // both, or none
/// station.fetch_add("hits", 1)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Remote {
    session: Session,
    endpoint: String,
    patience: Duration,
    wait: Duration,
}

impl Remote {
    /// Connects to an endpoint, such as `tcp/127.0.0.1:7447`. It need not be there yet: each call looks for it.
    ///
    /// # Errors
    /// [`Error::Insecure`]; errors of Zenoh.
    pub fn connect(endpoint: &str, security: &Security) -> Result<Self, Error> {
        let session = config::connect(endpoint, config::Mode::Peer, security)?;
        Ok(Self { session, endpoint: endpoint.to_owned(), patience: PATIENCE, wait: WAIT })
    }

    /// How long a call tries to get an answer; 5 s if not given.
    #[must_use]
    pub fn patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// How long a command waits for locks at most; 1 s if not given. The origin waits 5 s at most.
    #[must_use]
    pub fn wait(mut self, wait: Duration) -> Self {
        self.wait = wait;
        self
    }

    /// A region there.
    ///
    /// # Errors
    /// [`Error::Unreachable`] if no answer comes.
    pub fn region(&self, name: &str) -> Result<RemoteRegion, Error> {
        let region = RemoteRegion {
            remote: self.clone(),
            name: name.to_owned(),
            expected: None,
            origin: Arc::default(),
        };
        region.run_raw(Vec::new())?;
        Ok(region)
    }

    /// Those to which there is a connection at the moment. A server that is started again is another one.
    fn connection(&self) -> Vec<ZenohId> {
        let info = self.session.info();
        info.peers_zid().wait().chain(info.routers_zid().wait()).collect()
    }

    pub(crate) fn session(&self) -> &Session {
        &self.session
    }
}

/// A region of another host.
#[derive(Clone, Debug)]
pub struct RemoteRegion {
    remote: Remote,
    name: String,
    expected: Option<u64>,
    origin: Arc<Mutex<Origin>>,
}

/// What is known of the origin.
#[derive(Debug, Default)]
struct Origin {
    host: Option<String>,
    /// That commands go to.
    instance: u64,
    fingerprint: u64,
    /// Over which the last command was answered: as long as it stands, commands arrive.
    connection: Vec<ZenohId>,
}

impl RemoteRegion {
    /// The name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The name of its host.
    #[must_use]
    pub fn host(&self) -> Option<String> {
        self.origin().host.clone()
    }

    /// The fingerprint of its layout, as the last answer had it.
    #[must_use]
    pub fn fingerprint(&self) -> u64 {
        self.origin().fingerprint
    }

    /// The same with another [patience](Remote::patience) and another [wait](Remote::wait), if they are given.
    #[must_use]
    pub fn with(mut self, patience: Option<Duration>, wait: Option<Duration>) -> Self {
        self.remote.patience = patience.unwrap_or(self.remote.patience);
        self.remote.wait = wait.unwrap_or(self.remote.wait);
        self
    }

    /// Expects the layout of a type: each call fails if the region has another one.
    ///
    /// # Errors
    /// [`Error::LayoutDiffers`] if it has another one now.
    pub fn expect<T: SharedLayout>(mut self) -> Result<Self, Error> {
        self.expected = Some(T::LAYOUT.fingerprint());
        self.run_raw(Vec::new())?;
        Ok(self)
    }

    /// Reads the value at a path. It has the kinds that JSON has: a variant of an enum is its name, and bytes are a list of
    /// numbers. Numbers are taken out with `try_into()`.
    ///
    /// What a lock guards is read while the lock is held.
    ///
    /// # Errors
    /// [`Error::Unreachable`], [`Error::Refused`] if there is no such field, [`Error::Busy`].
    pub fn get(&self, path: &str) -> Result<DynValue, Error> {
        self.get_all([path])?.pop().ok_or_else(|| self.not_understood("it has no result"))
    }

    /// Reads the values at several paths, by one command. Two of them may be from different moments, unless one lock guards
    /// both.
    ///
    /// # Errors
    /// As [`RemoteRegion::get`].
    pub fn get_all<P: AsRef<str>>(
        &self,
        paths: impl IntoIterator<Item = P>,
    ) -> Result<Vec<DynValue>, Error> {
        self.run(paths.into_iter().map(|path| Step::get(path.as_ref())).collect())
    }

    /// Writes values to paths, by one command. All of them are checked before the first is written, and all locks are held
    /// before.
    ///
    /// # Errors
    /// [`Error::NotAllowed`]; [`Error::Refused`] if there is no such field, or it cannot have the value; [`Error::Busy`];
    /// nothing is written then. [`Error::OutcomeUnknown`]; [`Error::Unreachable`] if nothing was sent.
    pub fn set<P: AsRef<str>, V: Into<DynValue>>(
        &self,
        values: impl IntoIterator<Item = (P, V)>,
    ) -> Result<(), Error> {
        let step = |(path, value): (P, V)| Step::set(path.as_ref(), &value.into());
        self.run(values.into_iter().map(step).collect()).map(drop)
    }

    /// Adds to an integer, wrapping around at the type's limit; returns the value before. A command whose answer is lost
    /// counts once.
    ///
    /// # Errors
    /// As [`RemoteRegion::set`].
    pub fn fetch_add(&self, path: &str, value: impl Into<DynValue>) -> Result<DynValue, Error> {
        let mut results = self.run(vec![Step::add(path, &value.into())])?;
        results.pop().ok_or_else(|| self.not_understood("it has no result"))
    }

    /// Executes steps, in their order, by one command; returns a result for each.
    ///
    /// # Errors
    /// As [`RemoteRegion::set`].
    pub fn run(&self, steps: Vec<Step>) -> Result<Vec<DynValue>, Error> {
        let answer = self.run_raw(steps)?;
        answer.values().map_err(|refusal| self.not_understood(&refusal.message))
    }

    /// As [`RemoteRegion::run`], with the results as JSON.
    ///
    /// # Errors
    /// As [`RemoteRegion::set`].
    pub fn run_raw(&self, steps: Vec<Step>) -> Result<Answer, Error> {
        let command = Command::new(steps).waiting(self.remote.wait).expecting(self.expected);
        let deadline = Instant::now() + self.remote.patience;
        let answer = if command.is_read() {
            self.read(&command, deadline)?
        } else {
            self.write(command, deadline)?
        };
        match answer.results() {
            Ok(_) => Ok(answer),
            Err(refusal) => Err(Error::refused(&self.name, refusal)),
        }
    }

    fn origin(&self) -> MutexGuard<'_, Origin> {
        self.origin.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn unknown(&self) -> Error {
        Error::OutcomeUnknown { region: self.name.clone() }
    }

    fn not_understood(&self, message: &str) -> Error {
        Error::Answer { region: self.name.clone(), message: message.to_owned() }
    }

    pub(crate) fn remote(&self) -> &Remote {
        &self.remote
    }
}
