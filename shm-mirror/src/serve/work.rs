//! [`Work`]: the thread of a server, which looks at its regions and answers, so that no lock is needed. Zenoh's callbacks only
//! queue.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, TryRecvError};
use std::time::Instant;

use shm_core::dynamic::units::Bell;
use shm_core::fault;
use shm_mirror_core::{Served, Settings, Since};
use zenoh::liveliness::LivelinessToken;
use zenoh::qos::{CongestionControl, Priority};
use zenoh::query::{Query, Queryable};
use zenoh::{Session, Wait};

use crate::execute::Executors;
use crate::keys;

/// The most regions that are examined at one beat: each costs some system calls. Of more, each has its turn after so many
/// beats as there are times this number.
const MOST_EXAMINED: usize = 64;

#[derive(Debug)]
pub(super) enum Event {
    Query(Query),
    Stop,
}

/// What others can ask for, until it is dropped.
pub(super) struct Declared {
    pub(super) _states: Queryable<()>,
    pub(super) _commands: [Queryable<()>; 2],
    pub(super) _list: Queryable<()>,
    pub(super) _alive: LivelinessToken,
}

/// A region.
pub(super) struct One {
    pub(super) name: String,
    pub(super) path: PathBuf,
    pub(super) key: String,
    pub(super) served: Served,
}

/// The regions of a server, and where they are sent.
pub(super) struct Work {
    pub(super) session: Session,
    pub(super) regions: Vec<One>,
    pub(super) settings: Settings,
    pub(super) host: String,
    /// The region that was examined last.
    pub(super) turn: usize,
    /// Rung when there is an event.
    pub(super) bell: Arc<Bell>,
    pub(super) executors: Arc<Executors>,
}

impl Work {
    /// Serves until it is told to stop.
    pub(super) fn run(mut self, events: &Receiver<Event>, declared: Declared) {
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
