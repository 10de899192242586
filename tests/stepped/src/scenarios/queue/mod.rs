//! `Queue`: values are there or not, in order and whole, and each is taken once.

mod pop;
mod push;
mod waiting;

use std::path::Path;

use shm_core::errors::PushError;
use shm_core::{Mutex, Queue, Region, SharedLayout};

use super::raw::{Order, Raw, word_by_word};
use crate::scenario::{Companion, Operation, Scenario};

pub(super) use pop::{POP, POP_LAST, POP_NONE, POP_ROUND};
pub(super) use push::{PRODUCER, PUSH, PUSH_FIRST, PUSH_FULL, PUSH_ROUND};
pub(super) use waiting::{POP_WAITS, POP_WAKES, PUSH_WAKES};

/// Value `n` is `n` in every word.
type Value = [u64; 3];
const ROOMS: u64 = 4;

#[derive(SharedLayout)]
#[repr(C)]
struct Shared {
    queue: Queue<Value, { ROOMS as usize }>,
    /// For attaching before the operation.
    gate: Mutex<()>,
}

/// The offsets of the numbers of values pushed and popped, of the event after each, and of the first slot.
const TAIL: u64 = 64;
const PUSHED: u64 = 72;
const HEAD: u64 = 128;
const POPPED: u64 = 136;
const SLOTS: u64 = 192;

type Opened = &'static Region<Shared>;

fn open(at: &Path) -> Opened {
    Box::leak(Box::new(Region::open(at).unwrap()))
}

fn attached(at: &Path) -> Opened {
    let shared = open(at);
    drop(shared.gate.lock().unwrap());
    shared
}

/// An operation on a queue to which 1 to `pushed` were pushed and from which 1 to `popped` were popped.
struct Handed {
    pushed: u64,
    popped: u64,
    victim: fn(&Path) -> Operation,
    course: &'static [&'static str],
    companion: Option<&'static dyn Companion>,
    is_steady: bool,
}

const EMPTY: Handed = Handed {
    pushed: 0,
    popped: 0,
    victim: |_| Box::new(|| {}),
    course: &[],
    companion: None,
    is_steady: true,
};

/// The heir's value.
const LAST: u64 = 90;

impl Scenario for Handed {
    fn set_up(&self, at: &Path) {
        let shared = Region::<Shared>::options().participants(4).create(at).unwrap();
        for number in 1..=self.pushed {
            if number > ROOMS {
                shared.queue.pop().unwrap();
            }
            shared.queue.push([number; 3]).unwrap();
        }
        while u64::from_ne_bytes(Raw::open(at).get(HEAD)) < self.popped {
            shared.queue.pop().unwrap();
        }
    }

    fn victim(&self, at: &Path) -> Operation {
        (self.victim)(at)
    }

    /// Takes one value if there is one, and pushes one.
    fn heir(&self, at: &Path) -> Operation {
        let shared = attached(at);
        Box::new(move || {
            shared.queue.pop().unwrap();
            shared.queue.push([LAST; 3]).unwrap();
        })
    }

    fn audit(&self, at: &Path) -> String {
        let read_only = Region::<Shared>::open_read_only(at).unwrap();
        let (len, first) = (read_only.queue.len(), read_only.queue.peek().unwrap());
        let queue = &open(at).queue;
        let found = pop_all(queue);
        let seen = (found.len(), found.first().map(|number| [*number; 3]));
        assert_eq!((len, first), seen, "other values than a reader sees");
        for number in 1..=ROOMS {
            queue.push([number; 3]).unwrap();
        }
        assert!(matches!(queue.push([0; 3]), Err(PushError::Full(_))));
        assert_eq!(pop_all(queue), [1, 2, 3, 4], "lost");
        shown(&found)
    }

    fn course(&self) -> &'static [&'static str] {
        self.course
    }

    /// Without the first value, with the heir's, or both; in order, and without a gap.
    fn may_follow(&self, found: &str) -> bool {
        let (first, last) = (self.popped, self.pushed + 3);
        let ours = found.strip_suffix("90").unwrap_or(found).trim_end();
        let mut numbers = ours.split(' ').filter(|number| !["", "-"].contains(number));
        let Some(Ok(start)) = numbers.next().map(str::parse::<u64>) else { return true };
        let is_next = |(number, next): (&str, u64)| number.parse() == Ok(next);
        (first..=first + 3).contains(&start)
            && start <= last
            && numbers.zip(start + 1..).all(is_next)
    }

    fn heir_done(&self) -> &'static [&'static str] {
        &[]
    }

    fn is_heirs_end(&self, found: &str) -> bool {
        found.ends_with("90") && self.may_follow(found)
    }

    fn companion(&self) -> Option<&dyn Companion> {
        self.companion
    }

    fn is_steady(&self) -> bool {
        self.is_steady
    }
}

/// Takes all values, each of them whole; they rise.
fn pop_all(queue: &shm_core::sync::QueueView<Value, { ROOMS as usize }>) -> Vec<u64> {
    let mut found: Vec<u64> = Vec::new();
    while let Some(value) = queue.pop().unwrap() {
        assert_eq!(value, [value[0]; 3], "torn");
        assert!(found.last().is_none_or(|last| *last < value[0]), "torn or out of order");
        found.push(value[0]);
    }
    found
}

fn shown(numbers: &[u64]) -> String {
    if numbers.is_empty() {
        return "-".to_owned();
    }
    numbers.iter().map(u64::to_string).collect::<Vec<_>>().join(" ")
}

fn pushes(at: &Path, number: u64) -> Operation {
    let shared = attached(at);
    Box::new(move || shared.queue.push([number; 3]).unwrap())
}

fn pops(at: &Path, number: u64) -> Operation {
    let shared = attached(at);
    Box::new(move || assert_eq!(shared.queue.pop().unwrap(), Some([number; 3])))
}

fn publishes_first(at: &Path, number: u64) -> Operation {
    let shared = attached(at);
    word_by_word(at, Order::Rising, || shared.queue.push([number; 3]).unwrap())
}

/// A flawed consumer, which writes over a value before it has taken it.
fn wipes(at: &Path, slot: u64) -> Operation {
    let (shared, raw) = (attached(at), Raw::open(at));
    Box::new(move || {
        raw.set(SLOTS + 24 * slot, &[0; 8]);
        shared.queue.pop().unwrap();
    })
}
