//! Whether a participant lives. Whoever waits for a lock asks this, and whoever inspects a region:
//! both get the same answer, and asking takes no lock.

use std::os::fd::BorrowedFd;

use super::participants::Identity;
use crate::sys;
use crate::sys::maps::MappedFile;
use crate::sys::process::Life;

/// Whether a process lives that takes part in a region's locks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Liveness {
    /// It does, for all that is known. What it holds is waited for.
    Alive,
    /// It is gone for sure. What it held can be taken over.
    Dead,
    /// It cannot be told: its number means nothing in this pid namespace, and the operating system
    /// does not say whether its byte of the file is locked.
    Unknown,
}

/// The byte that stands for slot 0. Far behind any data, where only locks are.
const FIRST_BYTE: u64 = 1 << 62;

/// The byte of the file that a slot's process keeps locked.
pub(super) fn byte(slot: u32) -> u64 {
    FIRST_BYTE + u64::from(slot)
}

/// How closely to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Care {
    /// A few system calls: whoever holds its byte and runs is alive. Before the first nap.
    Glance,
    /// The mappings of a process are looked at, too, whatever its byte says.
    Closely,
}

/// Whether the process in a slot lives. Three witnesses are asked: the process table, where it is the
/// same for both of us; the byte lock in `file`; and the mappings of a process that runs, among which
/// the `region` is for as long as the process takes part.
pub(crate) fn of<'f>(
    occupant: &Identity,
    slot: u32,
    us: &Identity,
    care: Care,
    file: impl FnOnce() -> Option<BorrowedFd<'f>>,
    region: impl FnOnce() -> Option<MappedFile>,
) -> Liveness {
    if !occupant.is_comparable(us) {
        return by_byte(slot, file());
    }
    match sys::process::life(occupant.pid, occupant.start_time) {
        Life::Alive => {
            // Its byte is free if it has closed all its descriptors, or called exec. After an exec it
            // may also be held, by a child from before.
            let holds_byte = by_byte(slot, file()) == Liveness::Alive;
            if care == Care::Glance && holds_byte {
                return Liveness::Alive;
            }
            match region() {
                Some(region) if sys::maps::is_without(occupant.pid, &region) => Liveness::Dead,
                _ => Liveness::Alive,
            }
        }
        // A child that it forked may still hold the byte.
        Life::Gone => Liveness::Dead,
        Life::Unknown => by_byte(slot, file()),
    }
}

/// What the byte lock alone says. It is all there is to be asked in another pid namespace.
pub(super) fn by_byte(slot: u32, file: Option<BorrowedFd<'_>>) -> Liveness {
    let held = file.map(|file| sys::byte_lock::is_locked_elsewhere(file, byte(slot)));
    match held {
        Some(Ok(true)) => Liveness::Alive,
        Some(Ok(false)) => Liveness::Dead,
        Some(Err(_)) | None => Liveness::Unknown,
    }
}
