//! Descriptors that Python gives by their numbers.

use std::io;
use std::os::fd::{BorrowedFd, OwnedFd, RawFd};

/// A copy of a descriptor, which Python keeps.
pub(crate) fn copy_of_descriptor(fd: RawFd) -> io::Result<OwnedFd> {
    if fd < 0 {
        return Err(io::Error::from_raw_os_error(9));
    }
    // SAFETY: it is only duplicated, which fails if it is not open.
    unsafe { BorrowedFd::borrow_raw(fd) }.try_clone_to_owned()
}
