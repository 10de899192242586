//! `PerProcess`: each count is in the total once, wherever the process dies that claims the row of a dead one,
//! counts and gives its row up.

use std::path::Path;

use shm_core::{Mutex, PerProcess, Region, SharedLayout};

use super::raw::Raw;
use crate::scenario::{Case, Flaw, Operation, Part, Scenario};

#[derive(SharedLayout)]
#[repr(C)]
struct Shared {
    /// The row is that of a dead process at first.
    counts: PerProcess<[u64; 2], 1>,
    /// For attaching before the operation.
    gate: Mutex<()>,
}

/// The offsets of the parts.
const STATE: u64 = 8;
const SEAT: u64 = 16;
const RETIRED: u64 = 64;
const ROW: u64 = 192;
/// One fold; and the same while the row is pending.
const FOLDED: u64 = 1 << 24;
const PENDING: u64 = FOLDED | 1;

type Opened = &'static Region<Shared>;

fn open(at: &Path) -> Opened {
    Box::leak(Box::new(Region::open(at).unwrap()))
}

fn attached(at: &Path) -> Opened {
    let shared = open(at);
    drop(shared.gate.lock().unwrap());
    shared
}

struct OnRow;

impl Scenario for OnRow {
    fn set_up(&self, at: &Path) {
        drop(Region::<Shared>::options().participants(4).create(at).unwrap());
        let row = open(at).counts.claim().unwrap();
        row[0].set(5);
        row[1].set(50);
        std::mem::forget(row);
    }

    fn victim(&self, at: &Path) -> Operation {
        let shared = attached(at);
        Box::new(move || {
            let row = shared.counts.claim().unwrap();
            row[0].fetch_add(1);
        })
    }

    /// Counts nothing.
    fn heir(&self, at: &Path) -> Operation {
        let shared = attached(at);
        Box::new(move || drop(shared.counts.claim().unwrap()))
    }

    fn audit(&self, at: &Path) -> String {
        let counts = &open(at).counts;
        let before = counts.totals().unwrap();
        let row = counts.claim().unwrap();
        assert_eq!([row[0].get(), row[1].get()], [0, 0], "a row with counts of another process");
        assert_eq!(counts.totals().unwrap(), before, "as a row was folded and taken");
        assert_eq!(counts.retired().unwrap(), before);
        row[1].fetch_add(1);
        drop(row);
        assert_eq!(counts.totals().unwrap(), [before[0], before[1] + 1]);
        assert_eq!(counts.rows().count(), 0);
        format!("{} and {} counted", before[0], before[1])
    }

    fn course(&self) -> &'static [&'static str] {
        &["5 and 50 counted", "6 and 50 counted"]
    }

    fn heir_done(&self) -> &'static [&'static str] {
        self.course()
    }

    /// A check whether a process is alive reads numbers that the kernel prints.
    fn is_steady(&self) -> bool {
        false
    }
}

/// A victim that folds with writes in this order, and then counts, in one step.
fn folding(at: &Path, writes: [fn(&Raw); 5]) -> Operation {
    let raw = Raw::open(at);
    Box::new(move || {
        writes.iter().for_each(|write| write(&raw));
        raw.set(RETIRED + 64, &6_u64.to_ne_bytes());
    })
}

fn write_the_sum(raw: &Raw) {
    raw.set(RETIRED + 64, &raw.get::<16>(ROW));
}

fn commit(raw: &Raw) {
    raw.set(STATE, &PENDING.to_ne_bytes());
}

fn clear(raw: &Raw) {
    raw.set(ROW, &[0; 16]);
}

fn free(raw: &Raw) {
    raw.set(SEAT, &[0; 4]);
}

fn finish(raw: &Raw) {
    raw.set(STATE, &FOLDED.to_ne_bytes());
}

pub(crate) const FOLDS: Case = Case {
    name: "PerProcess: claim the row of a dead process, count, and give it up",
    scenario: &OnRow,
    flaws: &[
        Flaw {
            name: "commits before the sum is written",
            part: Part::Victim,
            operation: |at| folding(at, [commit, write_the_sum, clear, free, finish]),
            caught: "the deaths leave",
        },
        Flaw {
            name: "clears the row before the commit",
            part: Part::Victim,
            operation: |at| folding(at, [write_the_sum, clear, commit, free, finish]),
            caught: "the deaths leave",
        },
    ],
};
