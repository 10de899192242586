//! One process's place among the participants of one region.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, IntoRawFd, OwnedFd};
use std::path::Path;
use std::ptr::NonNull;

use super::liveness::{self, Liveness};
use super::participants::{Entry, Identity};
use super::{AttachError, epoch};
use crate::protocol::lock;
use crate::sys;
use crate::sys::file::FileId;
use crate::sys::process::Life;

/// What an attachment needs to know of the region it is for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Site<'a> {
    /// The descriptor the region was mapped from, if it is still that.
    pub(crate) file: Option<BorrowedFd<'a>>,
    /// The name it was opened by.
    pub(crate) name: &'a str,
    /// Which file it is.
    pub(crate) id: FileId,
    /// The participants, inside the mapping.
    pub(crate) table: Table,
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
    /// `count` entries, [`lock::MAX_SLOTS`] at most, lie at `first`, inside a mapping that outlives every
    /// use of this table (I2).
    pub(crate) unsafe fn new(first: NonNull<Entry>, count: u32) -> Self {
        debug_assert!(count <= lock::MAX_SLOTS);
        Self { first, count }
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

/// This process's slot in one region, held by a byte lock that the kernel drops when it dies.
#[derive(Debug)]
pub(crate) struct Attachment {
    /// A file description of this process's own. A child that is forked shares it, and closes it
    /// when it notices.
    file: Option<OwnedFd>,
    /// Which file that is; `None` for private memory.
    id: Option<FileId>,
    identity: Identity,
    table: Table,
    slot: u32,
    generation: u32,
    /// The mark of the process that attached.
    mark: u64,
}

impl Attachment {
    /// Takes a slot that no living process has, for the process with this mark.
    pub(crate) fn new(site: &Site<'_>, mark: u64) -> Result<Self, AttachError> {
        let io = |source| AttachError::Io { region: site.name.to_owned(), source };
        // A forked child or another attachment must not share our locks.
        let file = sys::file::reopen(site.file, Path::new(site.name), site.id).map_err(io)?;
        let identity = Identity::of_this_process().map_err(io)?;
        let mut obstructed = 0;
        for slot in 0..site.table.count {
            match try_slot(file.as_fd(), site.table, slot, &identity).map_err(io)? {
                Attempt::Taken { generation } => {
                    let (file, id, table) = (Some(file), Some(site.id), site.table);
                    return Ok(Self { file, id, identity, table, slot, generation, mark });
                }
                Attempt::Occupied => {}
                Attempt::Obstructed => obstructed += 1,
            }
        }
        let region = site.name.to_owned();
        Err(match obstructed {
            0 => AttachError::Full { region, slots: site.table.count },
            slots => AttachError::Obstructed { region, slots },
        })
    }

    /// The attachment to memory that no other process has: nobody to tell apart but this process and
    /// those it forks.
    pub(crate) fn private(mark: u64) -> Self {
        let table = Table { first: NonNull::dangling(), count: 0 };
        // A child's mark is a later number than its parent's.
        let generation = (mark & u64::from(lock::GENERATION)) as u32;
        let identity = Identity::NOBODY;
        Self { file: None, id: None, identity, table, slot: 0, generation, mark }
    }

    /// The bits that name this process in the words of locks.
    pub(crate) fn owner(&self) -> u32 {
        lock::owner(self.slot, self.generation)
    }

    /// Whether this is the process that attached, and not a child it forked.
    pub(crate) fn is_ours(&self) -> bool {
        self.mark == epoch::mark()
    }

    /// Whether the process that these owner bits name is gone for sure.
    pub(crate) fn is_dead(&self, owner: u32) -> bool {
        let Some((slot, generation)) = lock::slot_of(owner) else { return false };
        if slot == self.slot && generation == self.generation {
            return false;
        }
        // Slots are reused after a death only, and no process has a slot behind the last.
        let Some((occupant, now)) = self.table.entry(slot).and_then(Entry::occupant) else {
            return true;
        };
        if now != generation {
            return true;
        }
        let fate = liveness::of(&occupant, slot, &self.identity, || self.trusted_file());
        fate == Liveness::Dead
    }

    /// The descriptor, if it is still the one that was opened: somebody may have closed it and the
    /// number may mean another file by now.
    fn trusted_file(&self) -> Option<BorrowedFd<'_>> {
        let file = self.file.as_ref()?;
        sys::file::facts(file).is_ok_and(|facts| Some(facts.id) == self.id).then(|| file.as_fd())
    }

    /// Closes the descriptor if it is still ours to close.
    fn close(&mut self) {
        let trusted = self.trusted_file().is_some();
        if let Some(file) = self.file.take()
            && !trusted
        {
            let _ = file.into_raw_fd();
        }
    }
}

/// In the process that attached: gives the slot back. In a forked child: closes what it inherited.
impl Drop for Attachment {
    fn drop(&mut self) {
        if self.file.is_some() && self.is_ours() {
            crate::fault::point("detach: before the slot is vacated");
            if let Some(entry) = self.table.entry(self.slot) {
                entry.vacate();
            }
            crate::fault::point("detach: slot vacated");
        }
        self.close();
    }
}

/// What became of an attempt to take a slot.
enum Attempt {
    Taken {
        generation: u32,
    },
    /// A process that lives has it, or is just taking it.
    Occupied,
    /// A lock that is no participant's lies on it.
    Obstructed,
}

/// Takes a slot by its byte, unless a living process has it.
fn try_slot(file: BorrowedFd<'_>, table: Table, slot: u32, us: &Identity) -> io::Result<Attempt> {
    let (byte, entry) = (liveness::byte(slot), table.entry(slot));
    let Some(entry) = entry else { return Ok(Attempt::Occupied) };
    crate::fault::point("attach: before the byte lock");
    if !sys::byte_lock::try_lock(file, byte)? {
        // A read lock is in our way, but is no participant's.
        let is_participant = sys::byte_lock::is_locked_elsewhere(file, byte)?;
        return Ok(if is_participant { Attempt::Occupied } else { Attempt::Obstructed });
    }
    crate::fault::point("attach: byte locked");
    if entry.occupant().is_some_and(|(occupant, _)| lives_unlocked(&occupant, us)) {
        sys::byte_lock::unlock(file, byte)?;
        return Ok(Attempt::Occupied);
    }
    Ok(Attempt::Taken { generation: entry.occupy(us) })
}

/// Whether an occupant whose byte is free lives all the same, having closed all its descriptors.
fn lives_unlocked(occupant: &Identity, us: &Identity) -> bool {
    occupant.is_comparable(us)
        && sys::process::life(occupant.pid, occupant.start_time) == Life::Alive
}
