//! The claims: ratios to a peer that must not be exceeded, with margins wide enough for any machine.

use std::fmt;

use crate::scenarios::{
    array, attach, blocks, counter, field, lock, map, owned, queue, rwlock, semaphore, sixteen,
    sleep, snapshot, spin, twenty, watchers,
};
use crate::series::generated::Derive;

/// The measurement that a claim is about.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Subject {
    /// A table, by its key; the two sides are peers.
    Table(String),
    /// A `cargo check` of [`STRUCTS`] structs; the two sides are derives.
    Derives(Derive, Derive),
}

/// The structs whose derives are compared: their number and that of their fields.
pub(crate) const STRUCTS: (usize, usize) = (100, 10);

/// A ratio that is not exceeded.
#[derive(Clone, Debug)]
pub(crate) struct Claim {
    pub(crate) subject: Subject,
    pub(crate) ours: &'static str,
    pub(crate) peer: &'static str,
    /// The largest ratio of our time to the peer's.
    pub(crate) most: f64,
}

fn claim(table: &str, ours: &'static str, peer: &'static str, most: f64) -> Claim {
    Claim { subject: Subject::Table(table.to_owned()), ours, peer, most }
}

fn derives(peer: Derive, most: f64) -> Claim {
    let ours = Derive::SharedLayout;
    Claim { subject: Subject::Derives(ours, peer), ours: ours.title(), peer: peer.title(), most }
}

/// Every claim.
pub(crate) fn all() -> Vec<Claim> {
    let read = |rest: &str| format!("{}-{rest}", snapshot::READ);
    let mut all = vec![
        claim(field::GET, "ours", "c", 1.5),
        claim(field::SET, "ours", "c", 1.5),
        claim(twenty::TWENTY, "ours", "c", 1.5),
        claim(sixteen::GET, "ours", "c", 1.5),
        claim(counter::COUNTER, "ours", "c-atomic", 2.0),
        claim(&read("64-idle"), "ours", "pthread", 0.8),
        claim(&read("4096-idle"), "ours", "c", 1.4),
        claim(&read("4096-flat-out"), "ours", "pthread-robust", 0.5),
        claim(&format!("{}-64", snapshot::WRITE), "ours", "pthread", 0.6),
        claim(array::ARRAY, "ours", "c", 1.4),
        claim(attach::ATTACH, "ours", "c", 3.0),
        claim(attach::ATTACH, "ours", "iceoryx2", 0.25),
        claim(spin::SPIN, "ours", "c", 2.0),
        claim(sleep::SLEEP, "ours", "pthread", 1.5),
        claim(watchers::ALL, "ours", "pthread", 1.5),
    ];
    all.extend(of_locks());
    all.extend(of_the_heap());
    all.extend([derives(Derive::Serde, 1.5), derives(Derive::Zerocopy, 0.8)]);
    all
}

fn of_locks() -> [Claim; 7] {
    [
        claim(lock::ALONE, "ours", "pthread", 1.3),
        claim(lock::ALONE, "ours", "pthread-robust", 1.0),
        claim(lock::CONTENDED, "ours", "pthread-robust", 1.5),
        claim(sixteen::LOCK, "ours", "pthread-robust", 3.0),
        claim(rwlock::READ, "ours", "std", 1.4),
        claim(rwlock::READERS, "ours", "std", 1.5),
        claim(semaphore::ALONE, "ours", "sem", 1.5),
    ]
}

/// The first three differ most between processors: Zen 4 has 0.9, 1.2 and 0.09, Zen 5 has 1.6, 2.9 and 0.30.
fn of_the_heap() -> [Claim; 6] {
    [
        claim(queue::QUEUE, "ours", "array-queue", 2.0),
        claim(queue::PRODUCER, "ours", "rtrb", 3.5),
        claim(&format!("{}-64", blocks::BLOCK), "ours-blocks", "boost", 0.4),
        claim(blocks::RANDOM, "ours-blocks", "malloc", 1.5),
        claim(&format!("{}-64", owned::SET), "ours", "boost", 0.8),
        claim(map::GET, "ours", "boost", 3.0),
    ]
}

impl fmt::Display for Claim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { subject, ours, peer, .. } = self;
        match subject {
            Subject::Table(table) => write!(f, "{table}: {ours} to {peer}"),
            Subject::Derives(..) => write!(f, "cargo check: {ours} to {peer}"),
        }
    }
}

impl Claim {
    /// The table or series that it is about.
    pub(crate) fn key(&self) -> &str {
        match &self.subject {
            Subject::Table(table) => table,
            Subject::Derives(..) => "check-structs",
        }
    }
}
