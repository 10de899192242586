//! `Semaphore`: no permit is lost, and the next process to have it is told of a death.

use std::path::Path;
use std::time::Duration;

use shm_core::{LockError, Mutex, Region, Semaphore, SharedLayout};

use super::raw::Raw;
use crate::process::{end, stop};
use crate::scenario::{Bound, Case, Companion, Flaw, HANGS, Operation, Part, Scenario};

const PERMITS: usize = 2;

#[derive(SharedLayout)]
#[repr(C)]
struct Shared {
    permits: Semaphore<PERMITS>,
    /// For attaching before the operation.
    gate: Mutex<()>,
}

/// The offset of the seats, and the flag in one of them.
const SEATS: u64 = 4;
const SLEEPERS: u32 = 1 << 31;

type Opened = &'static Region<Shared>;

fn open(at: &Path) -> Opened {
    Box::leak(Box::new(Region::open(at).unwrap()))
}

fn attached(at: &Path) -> Opened {
    let shared = open(at);
    drop(shared.gate.lock().unwrap());
    shared
}

struct OnSemaphore {
    /// Goes on after that.
    set_up: fn(&Path),
    victim: fn(&Path) -> Operation,
    course: &'static [&'static str],
    companion: Option<&'static dyn Companion>,
    bound: Bound,
    is_steady: bool,
}

const FREE: OnSemaphore = OnSemaphore {
    set_up: |_| {},
    victim: |_| Box::new(|| {}),
    course: &["none inherited"],
    companion: None,
    bound: Bound::None,
    is_steady: true,
};

impl Scenario for OnSemaphore {
    fn set_up(&self, at: &Path) {
        drop(Region::<Shared>::options().participants(4).create(at).unwrap());
        (self.set_up)(at);
    }

    fn victim(&self, at: &Path) -> Operation {
        (self.victim)(at)
    }

    /// Takes all permits, and gives them back.
    fn heir(&self, at: &Path) -> Operation {
        let shared = attached(at);
        Box::new(move || {
            let first = shared.permits.acquire().unwrap();
            let second = shared.permits.acquire().unwrap();
            first.release().unwrap();
            second.release().unwrap();
        })
    }

    fn audit(&self, at: &Path) -> String {
        let permits = &open(at).permits;
        let inherited = {
            let all = [permits.acquire().unwrap(), permits.acquire().unwrap()];
            assert_eq!(permits.available(), 0);
            assert!(matches!(permits.try_acquire(), Err(LockError::Busy)), "one too many");
            all.iter().filter(|permit| permit.inherited()).count()
        };
        assert_eq!(permits.available(), PERMITS, "lost");
        ["none", "one", "both"][inherited].to_owned() + " inherited"
    }

    fn course(&self) -> &'static [&'static str] {
        self.course
    }

    fn may_follow(&self, found: &str) -> bool {
        found.ends_with("inherited")
    }

    fn heir_done(&self) -> &'static [&'static str] {
        &["none inherited"]
    }

    fn companion(&self) -> Option<&dyn Companion> {
        self.companion
    }

    fn bound(&self) -> Bound {
        self.bound
    }

    fn is_steady(&self) -> bool {
        self.is_steady
    }
}

pub(crate) const ACQUIRE: Case = Case {
    name: "Semaphore: acquire and release",
    scenario: &OnSemaphore {
        victim: |at| {
            let shared = attached(at);
            Box::new(move || shared.permits.acquire().unwrap().release().unwrap())
        },
        course: &["none inherited", "one inherited", "none inherited"],
        ..FREE
    },
    flaws: &[Flaw {
        name: "a release is two stores",
        part: Part::Victim,
        operation: |at| {
            let (shared, raw) = (attached(at), Raw::open(at));
            Box::new(move || {
                std::mem::forget(shared.permits.acquire().unwrap());
                let seat = if raw.get(SEATS) == [0; 4] { SEATS + 4 } else { SEATS };
                raw.set(seat + 2, &[0; 2]);
                raw.set(seat, &[0; 2]);
            })
        },
        caught: HANGS,
    }],
};

pub(crate) const INHERITS: Case = Case {
    name: "Semaphore: inherit a permit, and release it",
    scenario: &OnSemaphore {
        set_up: |at| {
            let permits = &open(at).permits;
            let _all = [permits.acquire().unwrap(), permits.acquire().unwrap()];
            end();
        },
        victim: |at| {
            let shared = attached(at);
            Box::new(move || {
                let permit = shared.permits.acquire().unwrap();
                assert!(permit.inherited());
                permit.release().unwrap();
            })
        },
        course: &["both inherited", "one inherited"],
        is_steady: false,
        ..FREE
    },
    flaws: &[Flaw {
        name: "gives back what it should inherit, and then takes it",
        part: Part::Victim,
        operation: |at| {
            let (shared, raw) = (attached(at), Raw::open(at));
            Box::new(move || {
                raw.set(SEATS, &[0; 4 * PERMITS]);
                std::mem::forget(shared.permits.acquire().unwrap());
            })
        },
        caught: "the deaths leave",
    }],
};

/// Waits for a permit.
struct Waiter;

impl Companion for Waiter {
    fn live(&self, at: &Path) -> String {
        let permit = open(at).permits.acquire().unwrap();
        let inherited = if permit.inherited() { "one inherited" } else { "none inherited" };
        permit.release().unwrap();
        inherited.to_owned()
    }

    fn is_asleep(&self, at: &Path) -> bool {
        let seats: [u8; 4 * PERMITS] = Raw::open(at).get(SEATS);
        let mut seats = seats.as_chunks::<4>().0.iter();
        seats.all(|seat| u32::from_ne_bytes(*seat) & SLEEPERS != 0)
    }

    /// It has one of the permits; the other one was given back, or an heir inherits it.
    fn expected(&self, found: &str) -> Option<(String, String)> {
        let (first, then) = match found {
            "both inherited" => ("one inherited", "one inherited"),
            _ => ("none inherited", "one inherited"),
        };
        Some((first.to_owned(), then.to_owned()))
    }
}

pub(crate) const RELEASE_WAKES: Case = Case {
    name: "Semaphore: release, while another process sleeps",
    scenario: &OnSemaphore {
        victim: |at| {
            let permits = &open(at).permits;
            let mut permit = Some(permits.acquire().unwrap());
            std::mem::forget(permits.acquire().unwrap());
            Box::new(move || permit.take().unwrap().release().unwrap())
        },
        course: &["both inherited", "one inherited"],
        companion: Some(&Waiter),
        is_steady: false,
        ..FREE
    },
    flaws: &[Flaw {
        name: "gives back what another permit stands for",
        part: Part::Victim,
        operation: |at| {
            let (permits, raw) = (&open(at).permits, Raw::open(at));
            std::mem::forget([permits.acquire().unwrap(), permits.acquire().unwrap()]);
            Box::new(move || raw.set(SEATS, &[0; 4 * PERMITS]))
        },
        caught: "the deaths leave",
    }],
};

/// Has both permits until the victim is dead, and longer than that waits.
struct Holder;

impl Companion for Holder {
    fn live(&self, at: &Path) -> String {
        let permits = &open(at).permits;
        let all = [permits.acquire().unwrap(), permits.acquire().unwrap()];
        stop();
        for permit in all {
            permit.release().unwrap();
        }
        "released".to_owned()
    }

    fn expected(&self, _: &str) -> Option<(String, String)> {
        Some(("released".to_owned(), "none inherited".to_owned()))
    }
}

pub(crate) const WAITING: Case = Case {
    name: "Semaphore: wait for living holders, sleep, and give up",
    scenario: &OnSemaphore {
        victim: |at| {
            let (shared, time) = (attached(at), Duration::from_secs(20));
            Box::new(move || {
                let refused = shared.permits.acquire_timeout(time);
                assert!(matches!(refused, Err(LockError::Busy)));
            })
        },
        course: &["both inherited"],
        companion: Some(&Holder),
        bound: Bound::First(12_000),
        is_steady: false,
        ..FREE
    },
    flaws: &[Flaw {
        name: "takes a permit from an owner that it did not check",
        part: Part::Victim,
        operation: |at| {
            let raw = Raw::open(at);
            Box::new(move || raw.set(SEATS, &[0; 4]))
        },
        caught: "the deaths leave",
    }],
};
