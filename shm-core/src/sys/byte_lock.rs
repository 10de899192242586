//! Locks on single bytes of a file, owned by an open file description (`F_OFD_SETLK`, fcntl(2)): the
//! kernel releases them when the last descriptor of it is closed, however the process ends.
//!
//! rustix has no OFD locks, hence the libc crate.

use std::io;
use std::os::fd::{AsRawFd, BorrowedFd};

/// Write-locks a byte. Returns `false` if another open file description holds it.
pub(crate) fn try_lock(fd: BorrowedFd<'_>, byte: u64) -> io::Result<bool> {
    let mut lock = describe(libc::F_WRLCK, byte);
    match control(fd, libc::F_OFD_SETLK, &mut lock) {
        Ok(()) => Ok(true),
        Err(error) if is_conflict(&error) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Unlocks a byte.
pub(crate) fn unlock(fd: BorrowedFd<'_>, byte: u64) -> io::Result<()> {
    control(fd, libc::F_OFD_SETLK, &mut describe(libc::F_UNLCK, byte))
}

/// Returns whether another open file description has the byte write-locked. The test is for a read lock,
/// so that a process that may only read the file cannot fake an answer by read-locking every byte.
pub(crate) fn is_locked_elsewhere(fd: BorrowedFd<'_>, byte: u64) -> io::Result<bool> {
    let mut lock = describe(libc::F_RDLCK, byte);
    control(fd, libc::F_OFD_GETLK, &mut lock)?;
    Ok(lock.l_type != libc::F_UNLCK as i16)
}

fn describe(kind: libc::c_int, byte: u64) -> libc::flock64 {
    libc::flock64 {
        l_type: kind as i16,
        l_whence: libc::SEEK_SET as i16,
        l_start: byte as i64,
        l_len: 1,
        l_pid: 0,
    }
}

fn control(fd: BorrowedFd<'_>, command: libc::c_int, lock: &mut libc::flock64) -> io::Result<()> {
    // SAFETY: the descriptor is open, and `lock` is the structure that these commands read and write.
    match unsafe { libc::fcntl(fd.as_raw_fd(), command, std::ptr::from_mut(lock)) } {
        -1 => Err(io::Error::last_os_error()),
        _ => Ok(()),
    }
}

fn is_conflict(error: &io::Error) -> bool {
    matches!(error.raw_os_error(), Some(libc::EAGAIN | libc::EACCES))
}
