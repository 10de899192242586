//! The region that the workers share, and the life of one of them.

use std::path::PathBuf;

use shm_core::{Map, Owned, Queue, Region, SharedLayout};

use super::super::dice::Dice;
use super::{cells, items, shared};
use crate::support::Folder;

pub(super) const WORKERS: usize = 4;
/// The places that any worker changes.
pub(super) const PLACES: usize = 16;
/// The places and keys that one worker changes.
pub(super) const OWN: usize = 4;
/// As many as the test fills at the end.
const FILLERS: usize = 6000;
const HEAP: u64 = 4 << 20;
/// The items of a worker that are accounted for at a time.
pub(super) const LEDGER: usize = 1 << 15;

/// An item: its producer, its number, and a mix of both.
pub(super) type Item = [u64; 4];

/// Operations, as they are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Op {
    Set,
    Load,
    Clear,
    Take,
    Move,
    Insert,
    Update,
    Remove,
    Get,
    Push,
    Pop,
}

impl Op {
    pub(super) const ALL: [Self; 11] = [
        Self::Set,
        Self::Load,
        Self::Clear,
        Self::Take,
        Self::Move,
        Self::Insert,
        Self::Update,
        Self::Remove,
        Self::Get,
        Self::Push,
        Self::Pop,
    ];
}

/// A number before an operation begins, and after it is done: whoever looks at `done`, at the outcome and at
/// `begun`, in this order, knows between which numbers the outcome must be.
#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct Window {
    pub(super) begun: u64,
    pub(super) done: u64,
}

/// What belongs to one worker, and to its successor when it is killed.
#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct Desk {
    /// The number of operations.
    pub(super) acts: u64,
    /// The number of each operation.
    pub(super) counts: [u64; Op::ALL.len()],
    pub(super) texts: [Owned<str>; OWN],
    /// The versions of the texts, then those of the keys that come and go, then those of the others.
    pub(super) versions: [Window; 3 * OWN],
    /// How often this worker has added one to the shared counters.
    pub(super) added: Window,
    /// The numbers of the items that it has pushed.
    pub(super) sent: Window,
    /// The items up to this number are accounted for.
    pub(super) settled: u64,
    /// The worker is taking an item that is not yet in the ledger.
    pub(super) popping: u64,
    /// By number, modulo the length: the last number that was taken.
    pub(super) ledger: [u64; LEDGER],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct Stage {
    pub(super) desks: [Desk; WORKERS],
    /// A worker panicked: it may be killed before it says so.
    pub(super) failed: u64,
    pub(crate) texts: [Owned<str>; PLACES],
    pub(super) samples: [Owned<[u64]>; PLACES],
    pub(super) counter: Owned<u64>,
    /// Its keys come and go, so that it is made anew again and again.
    pub(super) directory: Map<u64, str>,
    pub(super) numbers: Map<str, [u64; 3]>,
    pub(super) untouched: Map<u64, u64>,
    pub(super) items: Queue<Item, 16>,
    pub(super) fillers: [Owned<[u8]>; FILLERS],
}

pub(crate) fn make(folder: &Folder, name: &str) -> (PathBuf, Region<Stage>) {
    let path = folder.file(name);
    let options = Region::<Stage>::options().heap_max(HEAP).participants(16);
    let stage = options.create(&path).unwrap();
    (path, stage)
}

/// Gives their values to the keys that are always there.
pub(crate) fn furnish(stage: &Region<Stage>) {
    shared::furnish(stage);
    for slot in 0..WORKERS {
        for cell in cells::of(stage, slot) {
            cell.furnish();
        }
    }
}

/// A worker, until it is killed.
pub(super) struct Life {
    slot: usize,
    /// The versions of its cells.
    versions: [u64; 3 * OWN],
    /// The last number that it has taken, by producer.
    taken: [u64; WORKERS],
}

impl Life {
    pub(super) fn begin(stage: &Region<Stage>, slot: usize) -> Self {
        shared::clean_up(stage, slot);
        let cells = cells::of(stage, slot).collect::<Vec<_>>();
        let versions = std::array::from_fn(|at| cells[at].inherit());
        Self { slot, versions, taken: [0; WORKERS] }
    }

    /// One operation, or a few.
    pub(super) fn act(&mut self, stage: &Region<Stage>, dice: &mut Dice) {
        let desk = &stage.desks[self.slot];
        let count = |op: Op| _ = desk.counts[op as usize].fetch_add(1);
        let own = dice.below(3 * OWN as u64) as usize;
        match dice.below(20) {
            0..5 => {
                let cell = cells::of(stage, self.slot).nth(own).unwrap();
                cell.advance(&mut self.versions[own], count);
            }
            5..8 => {
                let slot = dice.below(WORKERS as u64) as usize;
                cells::of(stage, slot).nth(own).unwrap().check(count);
            }
            8..11 => shared::act_on_places(stage, dice, count),
            11..13 => shared::act_on_numbers(stage, dice, count),
            13 => shared::add_one(stage, self.slot, count),
            14 if dice.below(4) == 0 => shared::come_and_go(stage, self.slot, count),
            14 | 15 => shared::check_untouched(stage, dice, count),
            16 | 17 => items::push(stage, self.slot, dice, count),
            _ => items::pop(stage, self.slot, &mut self.taken, dice, count),
        }
        desk.acts.fetch_add(1);
    }
}
