//! Locks on single bytes of a file that belong to an open file description (`F_OFD_SETLK`,
//! fcntl(2)): the kernel drops them when the last descriptor of it goes, however its process ends.
//!
//! rustix has no OFD locks; this is what the libc crate is here for.

use std::io;
use std::os::fd::{AsRawFd, BorrowedFd};

/// Write-locks a byte. `false` if somebody else holds it.
pub(crate) fn try_lock(fd: BorrowedFd<'_>, byte: u64) -> io::Result<bool> {
    let mut lock = describe(libc::F_WRLCK, byte);
    match control(fd, libc::F_OFD_SETLK, &mut lock) {
        Ok(()) => Ok(true),
        Err(error) if is_conflict(&error) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Gives a byte back.
pub(crate) fn unlock(fd: BorrowedFd<'_>, byte: u64) -> io::Result<()> {
    control(fd, libc::F_OFD_SETLK, &mut describe(libc::F_UNLCK, byte))
}

/// Whether another open file description has the byte write-locked. The question is put as a read
/// lock, so that somebody who may only read the file cannot answer it by read-locking everything.
pub(crate) fn is_locked_elsewhere(fd: BorrowedFd<'_>, byte: u64) -> io::Result<bool> {
    let mut lock = describe(libc::F_RDLCK, byte);
    control(fd, libc::F_OFD_GETLK, &mut lock)?;
    Ok(lock.l_type != libc::F_UNLCK as i16)
}

fn describe(kind: libc::c_int, byte: u64) -> libc::flock64 {
    libc::flock64 {
        l_type: kind as i16,
        l_whence: libc::SEEK_SET as i16,
        l_start: byte.cast_signed(),
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
