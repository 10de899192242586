//! Anonymous memory that can be passed as a descriptor, sealed against changes of its size.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use rustix::fs::{self, MemfdFlags, SealFlags};
use rustix::io::Errno;

/// The seals without which a peer could shrink the memory under a mapping.
const SEALS: SealFlags = SealFlags::SHRINK.union(SealFlags::GROW);

/// Creates a memfd that can still grow and be sealed. `name` shows up in `/proc/self/maps`.
pub(crate) fn create(name: &str) -> io::Result<OwnedFd> {
    let flags = MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING;
    // Kernels before 6.3 do not have the no-exec flag.
    let made = match fs::memfd_create(name, flags | MemfdFlags::NOEXEC_SEAL) {
        Err(Errno::INVAL) => fs::memfd_create(name, flags),
        other => other,
    };
    made.map_err(|error| match error {
        Errno::NOSYS | Errno::PERM | Errno::ACCESS => refused(error),
        _ => error.into(),
    })
}

/// Nobody's permissions are at fault, though some filters answer so.
fn refused(error: Errno) -> io::Error {
    let why = io::Error::from(error);
    let text = format!(
        "memfd_create(2) is refused ({why}): it needs Linux 3.17 or later, and a sandbox that allows it; \
         regions in files and private regions do without"
    );
    io::Error::new(io::ErrorKind::Unsupported, text)
}

/// Fixes the size permanently, for every process.
pub(crate) fn seal(fd: BorrowedFd<'_>) -> io::Result<()> {
    Ok(fs::fcntl_add_seals(fd, SEALS | SealFlags::SEAL)?)
}

/// Returns whether the size is permanently fixed. A file that does not support seals is not sealed.
pub(crate) fn is_sealed(fd: impl AsFd) -> bool {
    fs::fcntl_get_seals(fd).is_ok_and(|seals| seals.contains(SEALS))
}
