//! A reader and a writer, of which one waits for the other.

use std::path::Path;
use std::time::Duration;

use shm_core::LockError;

use super::{DIRTY, FIRST_SEAT, OnLock, SEATS, SLEEPERS, TURNSTILE, WHOLE, attached, change, open};
use crate::process::stop;
use crate::scenario::{Bound, Case, Companion, Flaw, Part};
use crate::scenarios::raw::Raw;

/// Sleeps until the reader that is the victim has left its seat.
struct Writer;

impl Companion for Writer {
    fn live(&self, at: &Path) -> String {
        let pair = open(at).pair.write().unwrap();
        change(&pair, 3);
        "written".to_owned()
    }

    fn is_asleep(&self, at: &Path) -> bool {
        let raw = Raw::open(at);
        let seats: [u8; 4 * SEATS] = raw.get(FIRST_SEAT);
        let mut seats = seats.as_chunks::<4>().0.iter();
        seats.any(|seat| u32::from_ne_bytes(*seat) & SLEEPERS != 0)
    }

    fn expected(&self, _: &str) -> Option<(String, String)> {
        Some(("written".to_owned(), "whole: 3, 3".to_owned()))
    }
}

pub(in crate::scenarios) const WOKEN: Case = Case {
    name: "RwLock: stop reading, while a writer sleeps",
    scenario: &OnLock {
        victim: |at| {
            let mut pair = Some(open(at).pair.read().unwrap());
            Box::new(move || drop(pair.take()))
        },
        companion: Some(&Writer),
        ..WHOLE
    },
    flaws: &[Flaw {
        name: "a reader takes the turnstile from the writer, and marks its work",
        part: Part::Victim,
        operation: |at| {
            let (pair, raw) = (open(at).pair.read().unwrap(), Raw::open(at));
            Box::new(move || {
                let _reader = &pair;
                raw.set(TURNSTILE, &[0; 4]);
                raw.set(DIRTY, &2_u32.to_ne_bytes());
            })
        },
        caught: "the deaths leave",
    }],
};

/// Reads until the victim is dead, and longer than that waits.
struct Reader;

impl Companion for Reader {
    fn live(&self, at: &Path) -> String {
        let pair = open(at).pair.read().unwrap();
        stop();
        let read = format!("{}, {}", pair.left.get(), pair.right.get());
        drop(pair);
        read
    }

    fn expected(&self, found: &str) -> Option<(String, String)> {
        Some(("1, 1".to_owned(), found.to_owned()))
    }
}

pub(in crate::scenarios) const WAITING: Case = Case {
    name: "RwLock: wait to write for a living reader, sleep, and give up",
    scenario: &OnLock {
        victim: |at| {
            let (shared, time) = (attached(at), Duration::from_secs(20));
            Box::new(move || {
                assert!(matches!(shared.pair.write_timeout(time), Err(LockError::Busy)));
            })
        },
        companion: Some(&Reader),
        bound: Bound::First(12_000),
        is_steady: false,
        ..WHOLE
    },
    flaws: &[Flaw {
        name: "a writer that gives up says that it is at work",
        part: Part::Victim,
        operation: |at| {
            let raw = Raw::open(at);
            Box::new(move || raw.set(DIRTY, &1_u32.to_ne_bytes()))
        },
        caught: "the deaths leave",
    }],
};
