//! [`Executors`]: the threads that execute commands, one for each region that gets any.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Instant;

use shm_mirror_core::commands::{Allowed, Answer, Commands, RefusalKind, Right};
use zenoh::Wait;
use zenoh::query::Query;

use crate::{Error, keys};

/// The most commands to one region that wait for those before them.
const MOST_WAITING: usize = 256;

/// The regions of a host that execute commands. One that waits for a lock holds up those for the same region, and nothing
/// else: neither followers nor other regions.
pub(crate) struct Executors {
    host: String,
    regions: BTreeMap<String, Region>,
    threads: Mutex<HashMap<String, Thread>>,
    began: Instant,
}

pub(crate) struct Region {
    path: PathBuf,
    allowed: Allowed,
}

struct Thread {
    queue: SyncSender<(Query, Right)>,
    handle: JoinHandle<()>,
}

impl Executors {
    /// Checks what is allowed, and starts no thread yet.
    pub(crate) fn new(
        host: &str,
        regions: &BTreeMap<String, PathBuf>,
        mut allowed: BTreeMap<String, Allowed>,
    ) -> Result<Self, Error> {
        let mut all = BTreeMap::new();
        for (name, path) in regions {
            let allowed = allowed.remove(name).unwrap_or_default();
            if !allowed.is_empty() {
                Commands::open(path, allowed.clone())?;
            }
            all.insert(name.clone(), Region { path: path.clone(), allowed });
        }
        match allowed.pop_first() {
            Some((region, _)) => Err(Error::NotServed { region }),
            None => Ok(Self {
                host: host.to_owned(),
                regions: all,
                threads: Mutex::default(),
                began: Instant::now(),
            }),
        }
    }

    /// Queues a command. Does not wait.
    pub(crate) fn take(&self, query: Query, right: Right) {
        let Some(name) = keys::commanded(query.key_expr().as_str()) else { return };
        let Some(region) = self.regions.get(&name) else { return };
        let mut threads = self.threads.lock().unwrap_or_else(PoisonError::into_inner);
        let thread = match threads.get(&name) {
            Some(thread) => thread,
            None => match self.spawn(&name, region) {
                Ok(thread) => threads.entry(name).or_insert(thread),
                Err(error) => {
                    return self.refuse(&query, right, RefusalKind::Failed, &error.to_string());
                }
            },
        };
        if let Err(full) = thread.queue.try_send((query, right)) {
            let (query, right) = match full {
                std::sync::mpsc::TrySendError::Full(query) => query,
                std::sync::mpsc::TrySendError::Disconnected(query) => query,
            };
            let message = format!("{MOST_WAITING} commands to this region wait already");
            self.refuse(&query, right, RefusalKind::Busy, &message);
        }
    }

    /// Ends all threads, after the commands that they have.
    pub(crate) fn stop(&self) {
        let threads =
            std::mem::take(&mut *self.threads.lock().unwrap_or_else(PoisonError::into_inner));
        for (_, Thread { queue, handle }) in threads {
            drop(queue);
            let _ = handle.join();
        }
    }

    fn spawn(&self, name: &str, region: &Region) -> Result<Thread, Error> {
        let commands = Commands::open(&region.path, region.allowed.clone())?;
        let (queue, queries) = sync_channel(MOST_WAITING);
        let (host, name, began) = (self.host.clone(), name.to_owned(), self.began);
        let handle = std::thread::Builder::new()
            .name("shm-mirror do".to_owned())
            .spawn(move || run(commands, &queries, &host, &name, began))?;
        Ok(Thread { queue, handle })
    }

    fn refuse(&self, query: &Query, right: Right, kind: RefusalKind, message: &str) {
        let Some(region) = keys::commanded(query.key_expr().as_str()) else { return };
        let key = keys::command(Some(&self.host), &region, right);
        reply(query, key, Answer::refusing(kind, message).encode());
    }
}

fn run(
    mut commands: Commands,
    queries: &Receiver<(Query, Right)>,
    host: &str,
    region: &str,
    began: Instant,
) {
    for (query, right) in queries {
        let command = query.payload().map(|payload| payload.to_bytes()).unwrap_or_default();
        let answer = commands.answer(began.elapsed(), &command, right);
        reply(&query, keys::command(Some(host), region, right), answer);
    }
}

fn reply(query: &Query, key: String, answer: Vec<u8>) {
    // One that has gone away asks again, or does not want to know.
    let _ = query.reply(key, answer).express(true).wait();
}
