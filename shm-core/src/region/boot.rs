//! [`Boot`]: whether a region is older than the last start of the machine.

use std::os::fd::BorrowedFd;

use crate::format::{CheckedHeader, UNKNOWN_BOOT};
use crate::sys;

/// Whether a region was made since the machine was last started. The data of an older one was written
/// back to the disk in no particular order, so it is refused unless
/// [`RegionOptions::after_reboot`](crate::region::RegionOptions::after_reboot) accepts it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Boot {
    /// It was made since: the machine still has the boot id that the region was made under, or the file
    /// is in memory (tmpfs, ramfs, hugetlbfs, a memfd) and cannot be older.
    This,
    /// It was made before: the machine has a different boot id now.
    Earlier,
    /// Unknown: this process cannot read the machine's boot id, for which `/proc/sys` must be visible,
    /// or the creator could not. Such a region is opened as if it were from this boot.
    Unknown,
}

/// Returns when the region with this header, in this file, was made.
pub(crate) fn of(header: &CheckedHeader, file: BorrowedFd<'_>) -> Boot {
    // First, because it takes no system call.
    if header.boot_id() != UNKNOWN_BOOT && sys::process::boot_id() == Some(header.boot_id()) {
        return Boot::This;
    }
    // Where files cannot outlive the machine's memory, a boot id means nothing: containers can have
    // boot ids of their own.
    if sys::file::lies_in_memory(file) {
        return Boot::This;
    }
    match (header.boot_id(), sys::process::boot_id()) {
        (UNKNOWN_BOOT, _) | (_, None) => Boot::Unknown,
        _ => Boot::Earlier,
    }
}
