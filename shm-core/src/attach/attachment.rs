//! The slot of one process among the participants of one region.

use std::cell::OnceCell;
use std::io;
use std::os::fd::BorrowedFd;
use std::path::Path;
use std::ptr::NonNull;
use std::sync::Arc;

use super::epoch;
use super::liveness::{self, Care, Liveness};
use super::participants::{Entry, Identity};
use super::{LOCKING_A_SLOT, REOPENING};
use crate::error::LockError;
use crate::protocol::lock;
use crate::sys;
use crate::sys::descriptor::Descriptor;
use crate::sys::maps::MappedFile;

/// The region that an attachment is for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Site<'a> {
    /// The region's file.
    pub(super) descriptor: &'a Arc<Descriptor>,
    /// The name that it was opened by.
    pub(super) name: &'a str,
    /// The participants, inside a mapping.
    pub(super) table: Table,
}

/// The participants of a mapped region.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Table {
    first: NonNull<Entry>,
    count: u32,
}

// SAFETY: entries are atomics, which any thread may use.
unsafe impl Send for Table {}
// SAFETY: as above.
unsafe impl Sync for Table {}

impl Table {
    /// # Safety
    /// `count` entries, at most [`lock::MAX_SLOTS`], lie at `first`, inside a mapping that outlives
    /// every use of this table (I2).
    pub(crate) unsafe fn new(first: NonNull<Entry>, count: u32) -> Self {
        debug_assert!(count <= lock::MAX_SLOTS);
        Self { first, count }
    }

    /// The region's file, as it appears in the mappings of processes.
    pub(crate) fn mapped_file(&self) -> Option<MappedFile> {
        sys::maps::file_at(self.first.as_ptr().addr())
    }

    /// The entry of a slot, if there is such a slot.
    pub(crate) fn entry(&self, slot: u32) -> Option<&Entry> {
        if slot >= self.count {
            return None;
        }
        let entry = self.first.as_ptr().wrapping_add(slot as usize);
        // SAFETY: see `new`; the entry is made of atomics (I1).
        Some(unsafe { &*entry })
    }
}

/// This process's slot in one region, held by a byte lock that the kernel releases when the process
/// dies.
#[derive(Debug)]
pub(super) struct Attachment {
    /// The region's file; `None` for private memory.
    descriptor: Option<Arc<Descriptor>>,
    /// The name that it was opened by.
    path: Box<Path>,
    identity: Identity,
    slot: u32,
    generation: u32,
    /// The mark of the process that attached.
    mark: u64,
}

/// The number of slots that are tried whatever their entries say, so that those of dead processes do not pile up.
const ALWAYS_TRIED: u32 = 4;

/// A slot to try.
struct Turn {
    slot: u32,
    /// Whether its entry says that it is vacant, which is only a hint: it has another turn.
    is_hinted: bool,
}

/// The turns of all slots: the first few, those whose entries are vacant, then every one. Where living processes
/// have most slots, that costs a load for each, not a system call for each.
fn likely_first(table: Table) -> impl Iterator<Item = Turn> {
    let is_vacant = move |slot| table.entry(slot).is_some_and(|entry| entry.occupant().is_none());
    let turn = |is_hinted| move |slot| Turn { slot, is_hinted };
    let first = ALWAYS_TRIED.min(table.count);
    let hinted = (first..table.count).filter(move |slot| is_vacant(*slot));
    (0..first)
        .map(turn(false))
        .chain(hinted.map(turn(true)))
        .chain((first..table.count).map(turn(false)))
}

impl Attachment {
    /// Takes a slot that no living process has, for this process, which has that mark.
    pub(super) fn new(site: &Site<'_>, identity: Identity, mark: u64) -> Result<Self, LockError> {
        let io =
            |doing| move |source| LockError::Io { region: site.name.to_owned(), doing, source };
        site.descriptor.make_own(mark, site.path()).map_err(io(REOPENING))?;
        let lost = || io::Error::other("its descriptor was closed in the meantime");
        let mut obstructed = 0;
        for Turn { slot, is_hinted } in likely_first(site.table) {
            let file = site.descriptor.trusted().ok_or_else(lost).map_err(io(LOCKING_A_SLOT))?;
            match try_slot(file, site.table, slot, &identity).map_err(io(LOCKING_A_SLOT))? {
                Attempt::Taken { generation } => {
                    let descriptor = Some(Arc::clone(site.descriptor));
                    let path = site.path().into();
                    return Ok(Self { descriptor, path, identity, slot, generation, mark });
                }
                Attempt::Occupied => {}
                Attempt::Obstructed => obstructed += u32::from(!is_hinted),
            }
        }
        let region = site.name.to_owned();
        Err(match obstructed {
            0 => LockError::TooManyParticipants { region, slots: site.table.count },
            slots => LockError::Obstructed { region, slots },
        })
    }

    /// The attachment to memory that no other process has: it only distinguishes this process from the
    /// ones that it forks.
    pub(super) fn private(mark: u64) -> Self {
        // A child's mark is a later number than its parent's.
        let generation = (mark & u64::from(lock::GENERATION)) as u32;
        let (path, identity) = (Path::new("").into(), Identity::UNKNOWN);
        Self { descriptor: None, path, identity, slot: 0, generation, mark }
    }

    /// The owner bits of this process in the words of locks.
    pub(super) fn owner(&self) -> u32 {
        lock::owner(self.slot, self.generation)
    }

    /// Returns whether this is the process that attached, and not a child that it forked.
    pub(super) fn is_ours(&self) -> bool {
        self.mark == epoch::mark()
    }

    /// Returns whether the process with these owner bits is certainly dead.
    pub(super) fn is_dead(&self, table: Table, owner: u32, care: Care) -> bool {
        let Some((slot, generation)) = lock::slot_of(owner) else { return false };
        if slot == self.slot && generation == self.generation {
            return false;
        }
        // Slots are reused only after a death, and no process has a slot past the last.
        let Some((occupant, now)) = table.entry(slot).and_then(Entry::occupant) else {
            return true;
        };
        if now != generation {
            return true;
        }
        let reopened = OnceCell::new();
        let (us, file) = (&self.identity, || self.file_to_ask(&reopened));
        if occupant.is_same_process(us) {
            // This process before an exec, or as a participant of the original of a copied file.
            return liveness::by_byte(slot, file()) == Liveness::Dead;
        }
        let region = || table.mapped_file();
        liveness::of(&occupant, slot, us, care, file, region) == Liveness::Dead
    }

    fn trusted_file(&self) -> Option<BorrowedFd<'_>> {
        self.descriptor.as_ref()?.trusted()
    }

    /// The file, to ask which bytes of it are locked. In a process that has closed its descriptors, it is opened
    /// by its name for this one question.
    fn file_to_ask<'a>(&'a self, reopened: &'a OnceCell<Descriptor>) -> Option<BorrowedFd<'a>> {
        self.trusted_file().or_else(|| {
            let id = self.descriptor.as_ref()?.id();
            let file = sys::file::reopen(None, &self.path, id, false).ok()?;
            let file = Descriptor::new(file, 0).ok()?;
            reopened.get_or_init(|| file).trusted()
        })
    }

    /// Releases the slot in the process that attached; does nothing in a forked child, which inherited
    /// this.
    pub(super) fn leave(self, table: Table) {
        if !self.is_ours() {
            return;
        }
        crate::fault::point("detach: before the slot is vacated");
        self.release(table);
    }

    /// Empties the slot if it is still ours, which only holding its byte guarantees: without a
    /// descriptor the byte is free, and a process that cannot see us may have the slot by now. A slot
    /// that is left over is freed by the next process that looks for one, once we no longer map the region.
    fn release(&self, table: Table) {
        let (Some(file), Some(entry)) = (self.trusted_file(), table.entry(self.slot)) else {
            return;
        };
        let byte = liveness::byte(self.slot);
        // The byte is ours, unless the number was closed and reopened; then another process may have it.
        if !sys::byte_lock::try_lock(file, byte).unwrap_or(false) {
            return;
        }
        let is_ours = |(occupant, generation): (Identity, u32)| {
            generation == self.generation && occupant.is_same_process(&self.identity)
        };
        if entry.occupant().is_some_and(is_ours) {
            entry.vacate();
        }
        crate::fault::point("detach: slot vacated");
        // Explicitly: a forked child shares the file description, and would keep the lock.
        let _ = sys::byte_lock::unlock(file, byte);
    }
}

/// Returns whether any slot names this process.
pub(super) fn is_named(table: Table, us: &Identity) -> bool {
    (0..table.count).filter_map(|slot| table.entry(slot)).any(|entry| entry.names(us))
}

/// Empties the slots that name this process, which has no slot: its own from before an exec, and those
/// of the original of a copied file. Other processes cannot tell these from a process that closed all
/// its descriptors, since it has the file mapped. `file` is an open file description owned by this
/// process.
pub(super) fn clear_former_self(file: BorrowedFd<'_>, table: Table, us: &Identity) {
    for slot in 0..table.count {
        let Some(entry) = table.entry(slot) else { return };
        let byte = liveness::byte(slot);
        if entry.names(us) && sys::byte_lock::try_lock(file, byte).unwrap_or(false) {
            // Again under the lock: another process may have freed the slot and taken it.
            if entry.names(us) {
                entry.vacate();
            }
            let _ = sys::byte_lock::unlock(file, byte);
        }
    }
}

/// The result of an attempt to take a slot.
enum Attempt {
    Taken {
        generation: u32,
    },
    /// A living process has it, or is taking it.
    Occupied,
    /// A lock that belongs to no participant lies on it.
    Obstructed,
}

/// Takes a slot by its byte, unless a living process has it.
fn try_slot(file: BorrowedFd<'_>, table: Table, slot: u32, us: &Identity) -> io::Result<Attempt> {
    let (byte, entry) = (liveness::byte(slot), table.entry(slot));
    let Some(entry) = entry else { return Ok(Attempt::Occupied) };
    crate::fault::point("attach: before the byte lock");
    if !sys::byte_lock::try_lock(file, byte)? {
        // A read lock is in our way, but not a participant's.
        let is_participant = sys::byte_lock::is_locked_elsewhere(file, byte)?;
        return Ok(if is_participant { Attempt::Occupied } else { Attempt::Obstructed });
    }
    crate::fault::point("attach: byte locked");
    if entry.occupant().is_some_and(|(occupant, _)| lives_unlocked(&occupant, us, table)) {
        sys::byte_lock::unlock(file, byte)?;
        return Ok(Attempt::Occupied);
    }
    Ok(Attempt::Taken { generation: entry.occupy(us) })
}

/// Returns whether an occupant whose byte is free is nevertheless alive, having closed all its
/// descriptors.
fn lives_unlocked(occupant: &Identity, us: &Identity, table: Table) -> bool {
    let (no_file, region) = (|| None, || table.mapped_file());
    liveness::of(occupant, 0, us, Care::Closely, no_file, region) == Liveness::Alive
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn among_many_participants_the_first_few_slots_and_vacant_ones_are_tried_before_the_rest() {
        const COUNT: u32 = 8;
        let words = [const { std::sync::atomic::AtomicU64::new(0) }; 8 * COUNT as usize];
        // SAFETY: as many entries, which are made of atomics, as `words` has room for; it outlives them.
        let table = unsafe { Table::new(NonNull::from(&words).cast(), COUNT) };
        let turns = || likely_first(table).map(|turn| (turn.slot, turn.is_hinted));
        for slot in [0, 1, 4, 5, 7] {
            let _generation = table.entry(slot).unwrap().occupy(&Identity::UNKNOWN);
        }
        let once = [(0, false), (1, false), (2, false), (3, false), (6, true)];
        let again = [(4, false), (5, false), (6, false), (7, false)];
        assert_eq!(turns().collect::<Vec<_>>(), [&once[..], &again].concat());
        // An entry may be vacated, or filled in, between two looks: each slot has a turn that needs no hint.
        let mut slots: Vec<_> = turns().filter(|turn| !turn.1).map(|turn| turn.0).collect();
        slots.sort_unstable();
        assert_eq!(slots, (0..COUNT).collect::<Vec<_>>());
    }
}
