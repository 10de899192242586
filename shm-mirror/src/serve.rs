//! [`Serve`]: the origin's side.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};
use std::thread::JoinHandle;
use std::time::Instant;

use shm_core::dynamic::units::Bell;
use shm_core::fault;
use shm_mirror_core::commands::{Allowed, CommandsError, InvalidPattern, Right};
use shm_mirror_core::{Served, Settings, Since, encoded};
use zenoh::liveliness::LivelinessToken;
use zenoh::qos::{CongestionControl, Priority};
use zenoh::query::{Query, Queryable};
use zenoh::{Session, Wait};

use crate::access::Access;
use crate::execute::Executors;
use crate::{Error, Security, config, keys};

/// The most regions that are examined at one beat: each costs some system calls. Of more, each has its turn after so many
/// beats as there are times this number.
const MOST_EXAMINED: usize = 64;

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
        let serving = Loop {
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
            .spawn(move || serving.run(&events, declared))?;
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

#[derive(Debug)]
enum Event {
    Query(Query),
    Stop,
}

/// What others can ask for, until it is dropped.
struct Declared {
    _states: Queryable<()>,
    _commands: [Queryable<()>; 2],
    _list: Queryable<()>,
    _alive: LivelinessToken,
}

/// A region.
struct One {
    name: String,
    path: PathBuf,
    key: String,
    served: Served,
}

struct Loop {
    session: Session,
    regions: Vec<One>,
    settings: Settings,
    host: String,
    /// The region that was examined last.
    turn: usize,
    /// Rung when there is an event.
    bell: Arc<Bell>,
    executors: Arc<Executors>,
}

impl Loop {
    /// Zenoh's callbacks only queue: everything is done here, so that no lock is needed.
    fn run(mut self, events: &Receiver<Event>, declared: Declared) {
        let mut next_scan = Instant::now();
        let mut next_beat = next_scan;
        let mut is_announced = false;
        'serving: loop {
            let (rung, now) = (self.bell.rung(), Instant::now());
            loop {
                match events.try_recv() {
                    Ok(Event::Query(query)) => self.answer(&query),
                    Ok(Event::Stop) | Err(TryRecvError::Disconnected) => break 'serving,
                    Err(TryRecvError::Empty) => break,
                }
            }
            // Also when it was woken before the next look by a notification; a question alone needs no look at all regions. A
            // beat says that there is nothing new, and so comes after one.
            if now >= next_scan.min(next_beat) || is_announced {
                self.scan();
            }
            if now >= next_scan {
                next_scan = (next_scan + self.settings.scan_period).max(now);
            }
            if now >= next_beat {
                self.beat();
                next_beat = (next_beat + self.settings.beat).max(now);
            }
            let left = next_scan.min(next_beat).saturating_duration_since(Instant::now());
            let announcements = self.regions.iter().map(|one| one.served.announcements());
            is_announced = self.bell.wait(rung, announcements, left) && self.bell.rung() == rung;
        }
        for one in &self.regions {
            put(&self.session, &one.key, one.served.bye());
        }
        drop(declared);
        self.executors.stop();
        // So that the last messages are sent.
        let _ = self.session.close().wait();
    }

    fn scan(&mut self) {
        for one in &mut self.regions {
            if let Some(delta) = one.served.tick() {
                fault::point("serve: looked, not sent");
                put(&self.session, &one.key, delta.to_vec());
                fault::point("serve: sent");
            }
        }
    }

    /// Says that each region is there. Those that were replaced or have grown are opened again first: some are examined at
    /// each beat, in turns.
    fn beat(&mut self) {
        let count = self.regions.len();
        for _ in 0..count.min(MOST_EXAMINED) {
            self.turn = (self.turn + 1) % count;
            let one = &mut self.regions[self.turn];
            if !one.served.is_current()
                && let Ok(again) = Served::open(&one.path, self.settings)
            {
                one.served = again;
            }
        }
        for one in &self.regions {
            put(&self.session, &one.key, one.served.beat());
        }
    }

    fn answer(&self, query: &Query) {
        let parameters = query.parameters();
        let number = |name| u64::from_str_radix(parameters.get(name)?, 16).ok();
        let since = number("i").zip(number("since"));
        let since = since.map(|(instance, sequence)| Since { instance, sequence });
        // Followers ask for one region, of any host; whatever else an expression may mean is not answered.
        let Some(asked) = keys::asked(query.key_expr().as_str()) else { return };
        let Ok(at) = self.regions.binary_search_by(|one| one.name.as_str().cmp(&asked)) else {
            return;
        };
        let one = &self.regions[at];
        let key = keys::state(Some(&self.host), &one.name);
        fault::point("serve: asked, not answered");
        let _ = query.reply(key, one.served.answer(since)).wait();
        fault::point("serve: answered");
    }
}

/// Sends to all followers, and waits for none of them.
fn put(session: &Session, key: &str, message: Vec<u8>) {
    // What is lost is asked for again.
    let _ = session
        .put(key, message)
        .congestion_control(CongestionControl::Drop)
        .priority(Priority::DataHigh)
        .express(true)
        .wait();
}
