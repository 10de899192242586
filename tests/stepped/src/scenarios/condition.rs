//! `MutexGuard::wait`: the lock is free meanwhile, and held again afterwards.

use std::path::Path;
use std::time::Duration;

use shm_core::{Event, LockError, Mutex, Region, SharedLayout};

use super::raw::Raw;
use crate::scenario::{Case, Companion, Flaw, Operation, Part, Scenario};

#[derive(SharedLayout)]
#[repr(C)]
struct Shared {
    count: Mutex<u64>,
    added: Event,
    /// For attaching before the operation.
    gate: Mutex<()>,
}

/// The offsets of the count's lock, of the count, and of the event.
const WORD: u64 = 0;
const COUNT: u64 = 8;
const ADDED: u64 = 16;

type Opened = &'static Region<Shared>;

fn open(at: &Path) -> Opened {
    Box::leak(Box::new(Region::open(at).unwrap()))
}

fn attached(at: &Path) -> Opened {
    let shared = open(at);
    drop(shared.gate.lock().unwrap());
    shared
}

struct Jobs {
    victim: fn(&Path) -> Operation,
    course: &'static [&'static str],
    companion: Option<&'static dyn Companion>,
    is_steady: bool,
}

impl Scenario for Jobs {
    fn set_up(&self, at: &Path) {
        let shared = Region::<Shared>::options().participants(4).create(at).unwrap();
        shared.count.lock().unwrap().set(1);
    }

    fn victim(&self, at: &Path) -> Operation {
        (self.victim)(at)
    }

    fn heir(&self, at: &Path) -> Operation {
        let shared = attached(at);
        Box::new(move || {
            shared.count.lock_or_repair(|_| {}).unwrap().set(9);
            shared.added.notify_all();
        })
    }

    fn audit(&self, at: &Path) -> String {
        let shared = open(at);
        let count = shared.count.lock_as_found().unwrap();
        let found = (count.get(), if count.owner_died() { "died" } else { "whole" });
        count.mark_consistent();
        // A wait for what is there already, and one for what comes.
        let count = count.wait_while(&shared.added, |count| count.get() == 0).unwrap();
        count.set(5);
        drop(count);
        let ticket = shared.added.ticket();
        shared.added.notify_one();
        shared.added.wait(ticket);
        format!("{}: {}", found.1, found.0)
    }

    fn course(&self) -> &'static [&'static str] {
        self.course
    }

    fn may_follow(&self, found: &str) -> bool {
        ["1", "2", "9"].iter().any(|count| found.strip_suffix(count).is_some())
    }

    fn heir_done(&self) -> &'static [&'static str] {
        &["whole: 9"]
    }

    fn companion(&self) -> Option<&dyn Companion> {
        self.companion
    }

    fn is_steady(&self) -> bool {
        self.is_steady
    }
}

/// No notification comes: it naps for a second.
pub(crate) const WAITS: Case = Case {
    name: "MutexGuard::wait: unlock, sleep, lock again, change",
    scenario: &Jobs {
        victim: |at| {
            let shared = attached(at);
            Box::new(move || {
                let count = shared.count.lock().unwrap();
                count.wait(&shared.added).unwrap().set(2);
            })
        },
        course: &["whole: 1", "died: 1", "whole: 1", "died: 1", "died: 2", "whole: 2"],
        companion: None,
        is_steady: false,
    },
    flaws: &[Flaw {
        name: "sleeps with the lock",
        part: Part::Victim,
        operation: |at| {
            let shared = attached(at);
            Box::new(move || {
                let count = shared.count.lock().unwrap();
                shared.added.wait_timeout(shared.added.ticket(), Duration::from_secs(1));
                count.set(2);
            })
        },
        caught: "the deaths leave",
    }],
};

/// Sleeps until the count is another one.
struct Waiter;

impl Companion for Waiter {
    fn live(&self, at: &Path) -> String {
        let shared = open(at);
        let count = shared.count.lock().unwrap();
        match count.wait_while(&shared.added, |count| count.get() == 1) {
            Ok(count) => format!("whole: {}", count.get()),
            Err(LockError::OwnerDied) => "died".to_owned(),
            Err(error) => panic!("{error}"),
        }
    }

    fn is_asleep(&self, at: &Path) -> bool {
        let (word, added) = (Raw::open(at).get(WORD), Raw::open(at).get(ADDED));
        u32::from_ne_bytes(word) == 0 && u32::from_ne_bytes(added) & 1 == 1
    }

    fn naps(&self) -> bool {
        true
    }

    /// It is told of the death, once, and leaves it to an heir to repair.
    fn expected(&self, found: &str) -> Option<(String, String)> {
        match found {
            "whole: 1" => None,
            "whole: 2" => Some((found.to_owned(), found.to_owned())),
            died => Some(("died".to_owned(), died.to_owned())),
        }
    }
}

pub(crate) const NOTIFIES: Case = Case {
    name: "MutexGuard::wait: change, unlock and notify, while another process waits",
    scenario: &Jobs {
        victim: |at| {
            let shared = attached(at);
            Box::new(move || {
                shared.count.lock().unwrap().set(2);
                shared.added.notify_one();
            })
        },
        course: &["whole: 1", "died: 1", "died: 2", "whole: 2"],
        companion: Some(&Waiter),
        is_steady: true,
    },
    flaws: &[Flaw {
        name: "changes the count after the lock is free",
        part: Part::Victim,
        operation: |at| {
            let (shared, raw) = (attached(at), Raw::open(at));
            Box::new(move || {
                drop(shared.count.lock().unwrap());
                shared.added.notify_one();
                raw.set(COUNT, &2_u64.to_ne_bytes());
            })
        },
        caught: "the deaths leave",
    }],
};
