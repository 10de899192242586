//! `Barrier`: a phase is complete or broken, for all members, and every seat can be had again.

mod meeting;

use std::path::Path;
use std::time::Duration;

use shm_core::sync::{BarrierView, Member};
use shm_core::{Barrier, LockError, Mutex, Region, SharedLayout};

use super::raw::Raw;
use crate::process::end;
use crate::scenario::{Bound, Case, Companion, Flaw, Operation, Part, Scenario};

pub(super) use meeting::{COMPLETES, GIVES_UP, RESETS, RESETS_A_SLEEPER, WAITS};

const MEMBERS: usize = 2;

#[derive(SharedLayout)]
#[repr(C)]
struct Shared {
    step: Barrier<MEMBERS>,
    /// For attaching before the operation.
    gate: Mutex<()>,
}

/// The offsets of the state, of the event, of the seats, and of the phases in which their members arrived.
const STATE: u64 = 0;
const PHASE: u64 = 4;
const SEATS: u64 = 8;
const ARRIVED: u64 = 16;

type Opened = &'static Region<Shared>;

fn open(at: &Path) -> Opened {
    Box::leak(Box::new(Region::open(at).unwrap()))
}

fn attached(at: &Path) -> Opened {
    let shared = open(at);
    drop(shared.gate.lock().unwrap());
    shared
}

/// A member for as long as this process lives.
fn joined(at: &Path) -> Member<'static, MEMBERS> {
    open(at).step.join().unwrap()
}

/// An operation of a member, or of a process that becomes one.
struct OnBarrier {
    /// Goes on after that.
    set_up: fn(&Path),
    victim: fn(&Path) -> Operation,
    course: &'static [&'static str],
    companion: Option<&'static dyn Companion>,
    bound: Bound,
    is_steady: bool,
}

const FREE: OnBarrier = OnBarrier {
    set_up: |_| {},
    victim: |_| Box::new(|| {}),
    course: &[],
    companion: None,
    bound: Bound::None,
    is_steady: true,
};

impl Scenario for OnBarrier {
    fn set_up(&self, at: &Path) {
        drop(Region::<Shared>::options().participants(4).create(at).unwrap());
        (self.set_up)(at);
    }

    fn victim(&self, at: &Path) -> Operation {
        (self.victim)(at)
    }

    /// Resets, joins, arrives alone and gives up, resets, and leaves.
    fn heir(&self, at: &Path) -> Operation {
        let shared = attached(at);
        Box::new(move || {
            shared.step.reset().unwrap();
            let mut member = shared.step.join().unwrap();
            let alone = member.wait_timeout(Duration::ZERO);
            assert!(matches!(alone, Err(LockError::Busy)), "{alone:?}");
            shared.step.reset().unwrap();
            drop(member);
        })
    }

    fn audit(&self, at: &Path) -> String {
        let step = &open(at).step;
        let found = (step.members(), step.arrived(), step.is_broken());
        let broken = join_all(step);
        format!(
            "{} of {} arrived, {}",
            found.1,
            found.0,
            match (found.2, broken) {
                (true, _) => "broken",
                (false, true) => "missed",
                (false, false) => "whole",
            }
        )
    }

    fn course(&self) -> &'static [&'static str] {
        self.course
    }

    fn may_follow(&self, found: &str) -> bool {
        let ends = ["broken", "missed", "whole"];
        ends.iter().any(|end| found.ends_with(end))
    }

    fn heir_done(&self) -> &'static [&'static str] {
        &["0 of 0 arrived, whole"]
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

/// Takes all seats, of which some are those of dead members, and meets. Returns whether the phase was broken
/// by then, which it is exactly if it was before, or a dead member missed it.
fn join_all(step: &BarrierView<MEMBERS>) -> bool {
    let is_missed = step.is_broken() || step.members() > step.arrived();
    let mut all = [(); MEMBERS].map(|()| step.join().expect("a seat is lost"));
    assert!(matches!(step.join(), Err(LockError::Busy)), "one seat too many");
    assert_eq!(step.is_broken(), is_missed, "broken, and by a dead member");
    let [first, second] = &mut all;
    if is_missed {
        assert!(matches!(first.wait(), Err(LockError::Broken)));
        step.reset().unwrap();
    }
    for _ in 0..3 {
        std::thread::scope(|scope| {
            let there = scope.spawn(|| first.wait().unwrap());
            let here = second.wait().unwrap();
            assert!(here != there.join().unwrap(), "one of them completes it");
        });
    }
    drop(all);
    assert_eq!((step.members(), step.is_broken()), (0, false));
    is_missed
}

pub(crate) const JOINS: Case = Case {
    name: "Barrier: join",
    scenario: &OnBarrier {
        victim: |at| {
            let shared = attached(at);
            Box::new(move || std::mem::forget(shared.step.join().unwrap()))
        },
        course: &["0 of 0 arrived, whole", "0 of 1 arrived, missed"],
        is_steady: false,
        ..FREE
    },
    flaws: &[Flaw {
        name: "joins both seats",
        part: Part::Victim,
        operation: |at| {
            let shared = attached(at);
            Box::new(move || {
                std::mem::forget([shared.step.join().unwrap(), shared.step.join().unwrap()]);
            })
        },
        caught: "the deaths leave",
    }],
};

/// Both members died before they arrived.
fn leave_two_dead(at: &Path) {
    let _members = [joined(at), joined(at)];
    end();
}

pub(crate) const JOINS_FOR_THE_DEAD: Case = Case {
    name: "Barrier: join for a dead member, and break the phase",
    scenario: &OnBarrier {
        set_up: leave_two_dead,
        victim: |at| {
            let shared = attached(at);
            Box::new(move || std::mem::forget(shared.step.join().unwrap()))
        },
        course: &["0 of 2 arrived, missed", "0 of 2 arrived, broken"],
        is_steady: false,
        ..FREE
    },
    flaws: &[Flaw {
        name: "takes a dead member's seat, and the phase stays whole",
        part: Part::Victim,
        operation: |at| {
            let (shared, raw) = (attached(at), Raw::open(at));
            Box::new(move || {
                raw.set(SEATS, &[0; 8]);
                std::mem::forget(shared.step.join().unwrap());
            })
        },
        caught: "the deaths leave",
    }],
};

pub(crate) const LEAVES: Case = Case {
    name: "Barrier: leave",
    scenario: &OnBarrier {
        victim: |at| {
            let mut member = Some(joined(at));
            Box::new(move || drop(member.take()))
        },
        course: &["0 of 1 arrived, missed", "0 of 0 arrived, whole"],
        ..FREE
    },
    flaws: &[Flaw {
        name: "a member that leaves says that it has arrived",
        part: Part::Victim,
        operation: |at| {
            let (mut member, raw) = (Some(joined(at)), Raw::open(at));
            Box::new(move || {
                raw.set(ARRIVED, &1_u32.to_ne_bytes());
                drop(member.take());
            })
        },
        caught: "the deaths leave",
    }],
};
