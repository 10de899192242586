//! Descriptors that the child of one command inherits, and no other process does.

use std::io;
use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd, RawFd};
use std::os::unix::process::CommandExt;
use std::process::Command;

use rustix::io::FdFlags;

use super::file::{self, FileId};

/// The lowest number of a descriptor that is not one of the child's standard streams.
const FIRST: RawFd = 3;

/// Lets the children of a command inherit a descriptor; returns its number there.
///
/// In this process it is closed on exec, so that children started by other threads do not get it. The
/// flag is cleared only in the child of this command, after the fork.
pub(crate) fn to_children_of(command: &mut Command, fd: BorrowedFd<'_>) -> io::Result<RawFd> {
    let copy = rustix::io::fcntl_dupfd_cloexec(fd, FIRST)?;
    let number = copy.as_raw_fd();
    let keep_open = move || Ok(rustix::io::fcntl_setfd(&copy, FdFlags::empty())?);
    // SAFETY: between the fork and the exec the closure makes one system call, `fcntl(2)`, which is
    // async-signal-safe; it takes no lock and allocates nothing.
    unsafe { command.pre_exec(keep_open) };
    Ok(number)
}

/// A new descriptor for the file that this process inherited under that number; `None` if the number is
/// closed or refers to another file.
pub(crate) fn inherited(number: RawFd, is_it: impl Fn(FileId) -> bool) -> Option<OwnedFd> {
    // SAFETY: the call takes no pointer, and fails if the number is not an open descriptor.
    let copy = unsafe { libc::fcntl(number, libc::F_DUPFD_CLOEXEC, FIRST) };
    if copy == -1 {
        return None;
    }
    // SAFETY: the descriptor was just created, and has no other owner.
    let copy = unsafe { OwnedFd::from_raw_fd(copy) };
    if !file::facts(&copy).is_ok_and(|facts| is_it(facts.id)) {
        return None;
    }
    // Processes that this one starts must not inherit it.
    // SAFETY: the call takes no pointer, and the number means the file that was passed (I10).
    unsafe { libc::fcntl(number, libc::F_SETFD, libc::FD_CLOEXEC) };
    Some(copy)
}
