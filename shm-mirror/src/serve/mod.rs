//! [`Serve`]: the origin's side.

mod work;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};
use std::thread::JoinHandle;

use shm_core::dynamic::units::Bell;
use shm_mirror_core::commands::{Allowed, CommandsError, InvalidPattern, Right};
use shm_mirror_core::{Served, Settings, encoded};
use zenoh::Wait;

use self::work::{Declared, Event, One, Work};
use crate::access::Access;
use crate::execute::Executors;
use crate::{Error, Security, config, keys};

/// Regions of this host, to be followed by others.
#[derive(Clone, Debug)]
pub struct Serve {
    host: String,
    endpoints: Vec<String>,
    routers: Vec<String>,
    security: Security,
    settings: Settings,
    regions: BTreeMap<String, PathBuf>,
    /// Of each region, what others may write.
    allowed: BTreeMap<String, Vec<String>>,
    access: Access,
}

impl Serve {
    /// Regions of a host of this name, which followers show.
    #[must_use]
    pub fn new(host: &str) -> Self {
        Self {
            host: host.to_owned(),
            endpoints: Vec::new(),
            routers: Vec::new(),
            security: Security::default(),
            settings: Settings::default(),
            regions: BTreeMap::new(),
            allowed: BTreeMap::new(),
            access: Access::default(),
        }
    }

    /// An endpoint to listen to, such as `tcp/127.0.0.1:7447`. It listens to no other.
    #[must_use]
    pub fn listen(mut self, endpoint: &str) -> Self {
        self.endpoints.push(endpoint.to_owned());
        self
    }

    /// A router to connect to instead of listening, such as `tcp/127.0.0.1:7447`: its followers get what is sent to it once.
    /// [`start`](Self::start) waits until it is there; afterwards it may be ended and started again. A host that also listens is no
    /// client of the router, which then forwards nothing between it and others.
    #[must_use]
    pub fn connect(mut self, router: &str) -> Self {
        self.routers.push(router.to_owned());
        self
    }

    /// How connections are protected.
    #[must_use]
    pub fn security(mut self, security: Security) -> Self {
        self.security = security;
        self
    }

    /// How often it looks for changes, and is heard.
    #[must_use]
    pub fn settings(mut self, settings: Settings) -> Self {
        self.settings = settings;
        self
    }

    /// A region to serve, under its own name.
    #[must_use]
    pub fn region(self, name: &str) -> Self {
        self.region_at(name, name)
    }

    /// A region to serve under a name.
    #[must_use]
    pub fn region_at(mut self, name: &str, path: impl Into<PathBuf>) -> Self {
        self.regions.insert(name.to_owned(), path.into());
        self
    }

    /// What others may write in a region by commands: nothing, if not given. See [`Allowed`] for patterns such as
    /// `target.*`.
    ///
    /// Without certificates, whoever can reach the endpoint may: on loopback, every user of this host.
    #[must_use]
    pub fn allow_set<P: Into<String>>(
        mut self,
        region: &str,
        patterns: impl IntoIterator<Item = P>,
    ) -> Self {
        let patterns = patterns.into_iter().map(Into::into);
        self.allowed.entry(region.to_owned()).or_default().extend(patterns);
        self
    }

    /// With certificates: the common name of one that may follow and read, or `*` for every certificate of the authority.
    #[must_use]
    pub fn reader(mut self, common_name: &str) -> Self {
        self.access.readers.insert(common_name.to_owned());
        self
    }

    /// With certificates: the common name of one that may also send commands that write what is
    /// [allowed](Self::allow_set).
    #[must_use]
    pub fn writer(mut self, common_name: &str) -> Self {
        self.access.writers.insert(common_name.to_owned());
        self
    }

    /// Starts to serve, until the handle is dropped.
    ///
    /// # Errors
    /// If a region cannot be opened, or an endpoint cannot be listened to; if a pattern allows nothing; with
    /// certificates, if no one may follow.
    pub fn start(self) -> Result<Serving, Error> {
        let mut regions = Vec::new();
        for (name, path) in &self.regions {
            let served = Served::open(path, self.settings)?;
            regions.push(One {
                key: keys::deltas(&self.host, name),
                name: name.clone(),
                path: path.clone(),
                served,
            });
        }
        let allowed = self.allowed()?;
        let access = self.access.setting(&self.security)?;
        let rules = self.access.rules(&self.security, &self.endpoints, &allowed);
        let executors = Arc::new(Executors::new(&self.host, &self.regions, allowed)?);
        let session = config::listen(&self.endpoints, &self.routers, &self.security, &access)?;
        let (sender, events) = channel();
        let bell = Arc::new(Bell::default());
        let (queries, ring) = (sender.clone(), Arc::clone(&bell));
        let states = session
            .declare_queryable(keys::states(&self.host))
            .callback(move |query| {
                let _ = queries.send(Event::Query(query));
                ring.ring();
            })
            .wait()?;
        let execute = |right| {
            let executors = Arc::clone(&executors);
            let declared = session.declare_queryable(keys::commands(&self.host, right));
            declared.callback(move |query| executors.take(query, right)).wait()
        };
        let commands = [execute(Right::Write)?, execute(Right::Read)?];
        let names: Vec<_> = self.regions.keys().map(|name| encoded(name)).collect();
        let (names, own) = (names.join("\n"), keys::regions(&self.host));
        let list = session
            .declare_queryable(own.clone())
            .callback(move |query| drop(query.reply(own.clone(), names.clone()).wait()))
            .wait()?;
        let instance = regions.first().map_or(0, |one| one.served.instance());
        let alive = session.liveliness().declare_token(keys::alive(&self.host, instance)).wait()?;
        let declared =
            Declared { _states: states, _commands: commands, _list: list, _alive: alive };
        let work = Work {
            session,
            regions,
            settings: self.settings,
            host: self.host,
            turn: 0,
            bell: Arc::clone(&bell),
            executors,
        };
        let thread = std::thread::Builder::new()
            .name("shm-mirror serve".to_owned())
            .spawn(move || work.run(&events, declared))?;
        Ok(Serving { stop: sender, bell, thread: Some(thread), rules })
    }

    fn allowed(&self) -> Result<BTreeMap<String, Allowed>, Error> {
        let of = |(region, patterns): (&String, &Vec<String>)| {
            let wrong =
                |source: InvalidPattern| CommandsError::Pattern { region: region.clone(), source };
            Ok((region.clone(), Allowed::of(patterns).map_err(wrong)?))
        };
        self.allowed.iter().map(of).collect()
    }
}

/// Regions that are served, until this is dropped.
#[derive(Debug)]
pub struct Serving {
    stop: Sender<Event>,
    bell: Arc<Bell>,
    thread: Option<JoinHandle<()>>,
    rules: Vec<String>,
}

impl Serving {
    /// Who may do what, one rule a line: what is not in it is refused.
    #[must_use]
    pub fn rules(&self) -> &[String] {
        &self.rules
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.stop.send(Event::Stop);
        self.bell.ring();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
