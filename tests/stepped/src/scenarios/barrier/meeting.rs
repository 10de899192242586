//! Members that wait for each other, and one that resets the barrier.

use std::path::Path;
use std::time::Duration;

use shm_core::LockError;

use super::{ARRIVED, FREE, OnBarrier, PHASE, SEATS, STATE, attached, joined};
use crate::process::end;
use crate::scenario::{Bound, Case, Companion, Flaw, Part};
use crate::scenarios::raw::Raw;

fn word(raw: &Raw, offset: u64) -> u32 {
    u32::from_ne_bytes(raw.get(offset))
}

/// Sleeps until the victim has arrived as well, has died, or has reset the barrier; and then leaves.
struct Sleeper {
    patience: Duration,
    /// Whether it waits for all of that time after some deaths.
    naps: bool,
    expected: fn(&str) -> (&'static str, &'static str),
}

impl Companion for Sleeper {
    fn live(&self, at: &Path) -> String {
        match joined(at).wait_timeout(self.patience) {
            Ok(_) => "complete".to_owned(),
            Err(LockError::Broken) => "broken".to_owned(),
            Err(LockError::Busy) => "gave up".to_owned(),
            Err(error) => panic!("{error}"),
        }
    }

    fn is_asleep(&self, at: &Path) -> bool {
        let raw = Raw::open(at);
        let arrivals: [u8; 8] = raw.get(ARRIVED);
        word(&raw, PHASE) & 1 == 1 && arrivals != [0; 8]
    }

    fn naps(&self) -> bool {
        self.naps
    }

    fn expected(&self, found: &str) -> Option<(String, String)> {
        let (says, then) = (self.expected)(found);
        Some((says.to_owned(), then.to_owned()))
    }
}

pub(in crate::scenarios) const COMPLETES: Case = Case {
    name: "Barrier: arrive last, while another member sleeps",
    scenario: &OnBarrier {
        victim: |at| {
            let mut member = joined(at);
            Box::new(move || assert!(member.wait().unwrap()))
        },
        course: &["1 of 2 arrived, missed", "2 of 2 arrived, whole", "0 of 2 arrived, missed"],
        companion: Some(&Sleeper {
            patience: Duration::from_secs(50),
            naps: false,
            expected: |found| match found {
                // It breaks the phase that the victim missed.
                "1 of 2 arrived, missed" => ("broken", "1 of 1 arrived, broken"),
                // It completes the phase, in the next one of which the victim is missed.
                _ => ("complete", "0 of 1 arrived, missed"),
            },
        }),
        is_steady: false,
        ..FREE
    },
    flaws: &[
        Flaw {
            name: "a phase is complete before the last member arrives",
            part: Part::Victim,
            operation: |at| {
                let (member, raw) = (joined(at), Raw::open(at));
                Box::new(move || {
                    let _member = &member;
                    raw.set(STATE, &2_u32.to_ne_bytes());
                })
            },
            caught: "the deaths leave",
        },
        Flaw {
            name: "a phase ends by two stores",
            part: Part::Victim,
            operation: |at| {
                let (member, raw) = (joined(at), Raw::open(at));
                Box::new(move || {
                    let _member = &member;
                    raw.set(ARRIVED, &[1_u32.to_ne_bytes(); 2].concat());
                    raw.set(STATE, &1_u32.to_ne_bytes());
                    raw.set(STATE, &2_u32.to_ne_bytes());
                })
            },
            caught: "the deaths leave",
        },
    ],
};

/// No other process joins.
pub(in crate::scenarios) const GIVES_UP: Case = Case {
    name: "Barrier: arrive, sleep, and give up",
    scenario: &OnBarrier {
        victim: |at| {
            let (mut member, time) = (joined(at), Duration::from_millis(1));
            Box::new(move || assert!(matches!(member.wait_timeout(time), Err(LockError::Busy))))
        },
        course: &["0 of 1 arrived, missed", "1 of 1 arrived, whole", "1 of 1 arrived, broken"],
        is_steady: false,
        ..FREE
    },
    flaws: &[Flaw {
        name: "gives up its arrival, and not the phase",
        part: Part::Victim,
        operation: |at| {
            let (member, raw) = (joined(at), Raw::open(at));
            Box::new(move || {
                let _member = &member;
                raw.set(ARRIVED, &1_u32.to_ne_bytes());
                raw.set(ARRIVED, &[0; 4]);
            })
        },
        caught: "the deaths leave",
    }],
};

/// A member that has not arrived, and is dead.
fn leave_one_dead(at: &Path) {
    let _member = joined(at);
    end();
}

pub(in crate::scenarios) const WAITS: Case = Case {
    name: "Barrier: arrive, and find another member dead",
    scenario: &OnBarrier {
        set_up: leave_one_dead,
        victim: |at| {
            let mut member = joined(at);
            Box::new(move || assert!(matches!(member.wait(), Err(LockError::Broken))))
        },
        course: &["0 of 2 arrived, missed", "1 of 2 arrived, missed", "1 of 2 arrived, broken"],
        is_steady: false,
        ..FREE
    },
    flaws: &[Flaw {
        name: "a dead member counts as one that has arrived",
        part: Part::Victim,
        operation: |at| {
            let (member, raw) = (joined(at), Raw::open(at));
            Box::new(move || {
                let _member = &member;
                raw.set(ARRIVED, &[1_u32.to_ne_bytes(); 2].concat());
                raw.set(STATE, &2_u32.to_ne_bytes());
            })
        },
        caught: "the deaths leave",
    }],
};

/// The phase is broken, and one of its members dead, as another is that had arrived.
fn leave_a_broken_phase(at: &Path) {
    let (_dead, mut member) = (joined(at), joined(at));
    let alone = member.wait_timeout(Duration::ZERO);
    assert!(matches!(alone, Err(LockError::Busy)));
    end();
}

pub(in crate::scenarios) const RESETS: Case = Case {
    name: "Barrier: reset a broken one, with dead members",
    scenario: &OnBarrier {
        set_up: leave_a_broken_phase,
        victim: |at| {
            let shared = attached(at);
            Box::new(move || shared.step.reset().unwrap())
        },
        course: &[
            "1 of 2 arrived, broken",
            "1 of 1 arrived, broken",
            "1 of 0 arrived, broken",
            "0 of 0 arrived, whole",
        ],
        is_steady: false,
        ..FREE
    },
    flaws: &[Flaw {
        name: "a new phase begins before the seats of the dead are free",
        part: Part::Victim,
        operation: |at| {
            let raw = Raw::open(at);
            Box::new(move || {
                raw.set(STATE, &4_u32.to_ne_bytes());
                raw.set(SEATS, &[0; 8]);
            })
        },
        caught: "the deaths leave",
    }],
};

pub(in crate::scenarios) const RESETS_A_SLEEPER: Case = Case {
    name: "Barrier: reset, while a member sleeps",
    scenario: &OnBarrier {
        victim: |at| {
            let shared = attached(at);
            Box::new(move || shared.step.reset().unwrap())
        },
        course: &["1 of 1 arrived, whole", "0 of 1 arrived, missed"],
        companion: Some(&Sleeper {
            patience: Duration::from_millis(200),
            naps: true,
            expected: |found| match found {
                "1 of 1 arrived, whole" => ("gave up", "1 of 0 arrived, broken"),
                _ => ("broken", "0 of 0 arrived, whole"),
            },
        }),
        // It reads the mappings of the member that sleeps.
        bound: Bound::Calls,
        is_steady: false,
        ..FREE
    },
    flaws: &[Flaw {
        name: "a reset looks like the end of the phase",
        part: Part::Victim,
        operation: |at| {
            let raw = Raw::open(at);
            Box::new(move || raw.set(STATE, &2_u32.to_ne_bytes()))
        },
        caught: "and the companion found",
    }],
};
