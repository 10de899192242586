//! `Queue`: values are there or not, in order and whole, and each is taken once.

use std::path::Path;
use std::time::Duration;

use shm_core::errors::PushError;
use shm_core::{Mutex, Queue, Region, SharedLayout};

use super::raw::{Order, Raw, word_by_word};
use crate::scenario::{Case, Companion, Flaw, Operation, Part, Scenario};

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

pub(crate) const PUSH_FIRST: Case = Case {
    name: "Queue: push to an empty one",
    scenario: &Handed { victim: |at| pushes(at, 1), course: &["-", "1"], ..EMPTY },
    flaws: &[Flaw {
        name: "a value counts before it is written",
        part: Part::Victim,
        operation: |at| publishes_first(at, 1),
        caught: "torn",
    }],
};

pub(crate) const PUSH: Case = Case {
    name: "Queue: push",
    scenario: &Handed { pushed: 2, victim: |at| pushes(at, 3), course: &["1 2", "1 2 3"], ..EMPTY },
    flaws: &[Flaw {
        name: "a value after others counts before it is written",
        part: Part::Victim,
        operation: |at| publishes_first(at, 3),
        caught: "torn",
    }],
};

pub(crate) const PUSH_ROUND: Case = Case {
    name: "Queue: push to a slot that was used before",
    scenario: &Handed {
        pushed: 6,
        popped: 4,
        victim: |at| pushes(at, 7),
        course: &["5 6", "5 6 7"],
        ..EMPTY
    },
    flaws: &[Flaw {
        name: "a value counts while the one before is in its slot",
        part: Part::Victim,
        operation: |at| publishes_first(at, 7),
        caught: "torn",
    }],
};

pub(crate) const PUSH_FULL: Case = Case {
    name: "Queue: push to a full one",
    scenario: &Handed {
        pushed: 4,
        victim: |at| {
            let shared = attached(at);
            Box::new(move || {
                assert!(matches!(shared.queue.push([5; 3]), Err(PushError::Full(_))));
            })
        },
        course: &["1 2 3 4"],
        ..EMPTY
    },
    flaws: &[Flaw {
        name: "writes before it looks for room",
        part: Part::Victim,
        operation: |at| {
            let raw = Raw::open(at);
            Box::new(move || raw.set(SLOTS, &5_u64.to_ne_bytes()))
        },
        caught: "torn",
    }],
};

pub(crate) const PRODUCER: Case = Case {
    name: "Queue: a producer's pushes",
    scenario: &Handed {
        pushed: 1,
        victim: |at| {
            let mut producer = attached(at).queue.producer().unwrap();
            Box::new(move || {
                producer.push([2; 3]).unwrap();
                producer.push([3; 3]).unwrap();
            })
        },
        course: &["1", "1 2", "1 2 3"],
        ..EMPTY
    },
    flaws: &[Flaw {
        name: "both count at once, before the second is written",
        part: Part::Victim,
        operation: |at| {
            let raw = Raw::open(at);
            Box::new(move || {
                for word in 0..3 {
                    raw.set(SLOTS + 24 + 8 * word, &2_u64.to_ne_bytes());
                }
                raw.set(TAIL, &3_u64.to_ne_bytes());
                for word in 0..3 {
                    raw.set(SLOTS + 48 + 8 * word, &3_u64.to_ne_bytes());
                }
            })
        },
        caught: "torn or out of order",
    }],
};

/// A flawed consumer, which writes over a value before it has taken it.
fn wipes(at: &Path, slot: u64) -> Operation {
    let (shared, raw) = (attached(at), Raw::open(at));
    Box::new(move || {
        raw.set(SLOTS + 24 * slot, &[0; 8]);
        shared.queue.pop().unwrap();
    })
}

pub(crate) const POP_LAST: Case = Case {
    name: "Queue: pop the only value",
    scenario: &Handed { pushed: 1, victim: |at| pops(at, 1), course: &["1", "-"], ..EMPTY },
    flaws: &[Flaw {
        name: "the only value is wiped before it is taken",
        part: Part::Victim,
        operation: |at| wipes(at, 0),
        caught: "torn",
    }],
};

pub(crate) const POP: Case = Case {
    name: "Queue: pop from a full one",
    scenario: &Handed {
        pushed: 4,
        victim: |at| pops(at, 1),
        course: &["1 2 3 4", "2 3 4"],
        ..EMPTY
    },
    flaws: &[Flaw {
        name: "takes two",
        part: Part::Victim,
        operation: |at| {
            let raw = Raw::open(at);
            Box::new(move || raw.set(HEAD, &2_u64.to_ne_bytes()))
        },
        caught: "the deaths leave",
    }],
};

pub(crate) const POP_ROUND: Case = Case {
    name: "Queue: pop from a slot that was used before",
    scenario: &Handed {
        pushed: 6,
        popped: 4,
        victim: |at| pops(at, 5),
        course: &["5 6", "6"],
        ..EMPTY
    },
    flaws: &[Flaw {
        name: "a value is wiped before it is taken",
        part: Part::Victim,
        operation: |at| wipes(at, 0),
        caught: "torn",
    }],
};

pub(crate) const POP_NONE: Case = Case {
    name: "Queue: pop from an empty one",
    scenario: &Handed {
        victim: |at| {
            let shared = attached(at);
            Box::new(move || assert_eq!(shared.queue.pop().unwrap(), None))
        },
        course: &["-"],
        ..EMPTY
    },
    flaws: &[Flaw {
        name: "takes what is not there",
        part: Part::Victim,
        operation: |at| {
            let raw = Raw::open(at);
            Box::new(move || raw.set(HEAD, &1_u64.to_ne_bytes()))
        },
        caught: "other values than a reader sees",
    }],
};

/// Sleeps until there is a value, and takes it.
struct Consumer;

impl Companion for Consumer {
    fn live(&self, at: &Path) -> String {
        shown(&open(at).queue.pop_wait().unwrap()[..1])
    }

    fn is_asleep(&self, at: &Path) -> bool {
        u32::from_ne_bytes(Raw::open(at).get(PUSHED)) & 1 == 1
    }

    fn expected(&self, found: &str) -> Option<(String, String)> {
        (found == "1").then(|| ("1".to_owned(), "-".to_owned()))
    }
}

/// Sleeps until there is room, and pushes a value.
struct Pusher;

impl Companion for Pusher {
    fn live(&self, at: &Path) -> String {
        open(at).queue.push_wait([LAST; 3]).unwrap();
        "pushed".to_owned()
    }

    fn is_asleep(&self, at: &Path) -> bool {
        u32::from_ne_bytes(Raw::open(at).get(POPPED)) & 1 == 1
    }

    fn expected(&self, found: &str) -> Option<(String, String)> {
        (found == "2 3 4").then(|| ("pushed".to_owned(), "2 3 4 90".to_owned()))
    }
}

pub(crate) const PUSH_WAKES: Case = Case {
    name: "Queue: push, while a consumer sleeps",
    scenario: &Handed {
        victim: |at| pushes(at, 1),
        course: &["-", "1"],
        companion: Some(&Consumer),
        ..EMPTY
    },
    flaws: &[Flaw {
        name: "the consumer is woken for a value that is not written",
        part: Part::Victim,
        operation: |at| publishes_first(at, 1),
        caught: "torn",
    }],
};

pub(crate) const POP_WAKES: Case = Case {
    name: "Queue: pop, while a producer sleeps",
    scenario: &Handed {
        pushed: 4,
        victim: |at| pops(at, 1),
        course: &["1 2 3 4", "2 3 4"],
        companion: Some(&Pusher),
        ..EMPTY
    },
    flaws: &[Flaw {
        name: "makes room by a value that it has not taken",
        part: Part::Victim,
        operation: |at| wipes(at, 0),
        caught: "torn",
    }],
};

pub(crate) const POP_WAITS: Case = Case {
    name: "Queue: wait for a value, sleep, and give up",
    scenario: &Handed {
        victim: |at| {
            let shared = attached(at);
            let time = Duration::from_secs(1);
            Box::new(move || assert_eq!(shared.queue.pop_timeout(time).unwrap(), None))
        },
        course: &["-"],
        is_steady: false,
        ..EMPTY
    },
    flaws: &[Flaw {
        name: "gives up and takes what comes next",
        part: Part::Victim,
        operation: |at| {
            let raw = Raw::open(at);
            Box::new(move || raw.set(HEAD, &1_u64.to_ne_bytes()))
        },
        caught: "other values than a reader sees",
    }],
};
