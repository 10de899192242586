//! Anonymous memory that can be passed as a descriptor, sealed against changes of its size.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use rustix::fs::{self, MemfdFlags, SealFlags};

/// The seals without which a peer could shrink the memory under a mapping.
const SEALS: SealFlags = SealFlags::SHRINK.union(SealFlags::GROW);

/// Creates a memfd that can still grow and be sealed. `name` shows up in `/proc/self/maps`.
pub(crate) fn create(name: &str) -> io::Result<OwnedFd> {
    let flags = MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING;
    // Kernels before 6.3 do not have the no-exec flag.
    match fs::memfd_create(name, flags | MemfdFlags::NOEXEC_SEAL) {
        Ok(fd) => Ok(fd),
        Err(rustix::io::Errno::INVAL) => Ok(fs::memfd_create(name, flags)?),
        Err(error) => Err(error.into()),
    }
}

/// Fixes the size permanently, for every process.
pub(crate) fn seal(fd: BorrowedFd<'_>) -> io::Result<()> {
    Ok(fs::fcntl_add_seals(fd, SEALS | SealFlags::SEAL)?)
}

/// Returns whether the size is permanently fixed. A file that does not support seals is not sealed.
pub(crate) fn is_sealed(fd: impl AsFd) -> bool {
    fs::fcntl_get_seals(fd).is_ok_and(|seals| seals.contains(SEALS))
}
