//! Checks whether a participant is alive. Waiters for a lock and inspectors of a region get the same
//! answer, and the check takes no lock.

use std::os::fd::BorrowedFd;

use super::participants::Identity;
use crate::sys;
use crate::sys::maps::MappedFile;
use crate::sys::process::Life;

/// Whether a process that takes part in a region's locks is alive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Liveness {
    /// It is alive as far as is known. Others wait for the locks that it holds.
    Alive,
    /// It is certainly dead. The locks that it held can be taken over.
    Dead,
    /// Unknown: its number means nothing in this pid namespace, and the operating system does not tell
    /// whether its byte of the file is locked.
    Unknown,
}

/// The byte of slot 0, far beyond any data, where only locks are.
const FIRST_BYTE: u64 = 1 << 62;

/// The byte of the file that a slot's process keeps locked.
pub(super) fn byte(slot: u32) -> u64 {
    FIRST_BYTE + u64::from(slot)
}

/// The thoroughness of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Care {
    /// A few microseconds: a process that holds its byte and is in the process table takes part.
    Glance,
    /// Asks all witnesses, whatever the byte says: its mappings, too, of which it can have thousands.
    Closely,
}

/// Checks whether the process in a slot is alive. There are three witnesses: the process table, if both
/// processes share it; the byte lock in `file`; and the mappings of a running process, which include the
/// `region` for as long as the process takes part.
pub(crate) fn of<'f>(
    occupant: &Identity,
    slot: u32,
    us: &Identity,
    care: Care,
    file: impl FnOnce() -> Option<BorrowedFd<'f>>,
    region: impl FnOnce() -> Option<MappedFile>,
) -> Liveness {
    let byte = by_byte(slot, file());
    if !occupant.is_comparable(us) {
        return byte;
    }
    match sys::process::life(occupant.pid, occupant.start_time) {
        Life::Alive if care == Care::Glance && byte == Liveness::Alive => Liveness::Alive,
        // Its byte is free if it has closed all its descriptors, or called exec. After an exec an older
        // child may also hold it.
        Life::Alive => match region() {
            Some(region) if sys::maps::is_without(occupant.pid, &region) => Liveness::Dead,
            _ => Liveness::Alive,
        },
        // A child that it forked may still hold the byte.
        Life::Gone => Liveness::Dead,
        Life::Unknown => byte,
    }
}

/// The answer of the byte lock alone, the only witness in another pid namespace.
pub(super) fn by_byte(slot: u32, file: Option<BorrowedFd<'_>>) -> Liveness {
    let held = file.map(|file| sys::byte_lock::is_locked_elsewhere(file, byte(slot)));
    match held {
        Some(Ok(true)) => Liveness::Alive,
        Some(Ok(false)) => Liveness::Dead,
        Some(Err(_)) | None => Liveness::Unknown,
    }
}
