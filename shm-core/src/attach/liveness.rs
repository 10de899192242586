//! Whether a participant lives. Who waits for a lock asks this, and who only looks at a region: both
//! get the same answer, and asking takes nothing.

use std::os::fd::BorrowedFd;

use super::participants::Identity;
use crate::sys;
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

/// Whether the process in a slot lives. Two witnesses are asked: the process table, where it is the
/// same for both of us, and the byte lock in `file`.
pub(crate) fn of<'f>(
    occupant: &Identity,
    slot: u32,
    us: &Identity,
    file: impl FnOnce() -> Option<BorrowedFd<'f>>,
) -> Liveness {
    if !occupant.is_comparable(us) {
        return by_byte(slot, file());
    }
    match sys::process::life(occupant.pid, occupant.start_time) {
        // It may have closed all its descriptors, and the byte be free.
        Life::Alive => Liveness::Alive,
        // A child that it forked may still hold the byte.
        Life::Gone => Liveness::Dead,
        Life::Unknown => by_byte(slot, file()),
    }
}

fn by_byte(slot: u32, file: Option<BorrowedFd<'_>>) -> Liveness {
    let held = file.map(|file| sys::byte_lock::is_locked_elsewhere(file, byte(slot)));
    match held {
        Some(Ok(true)) => Liveness::Alive,
        Some(Ok(false)) => Liveness::Dead,
        Some(Err(_)) | None => Liveness::Unknown,
    }
}
