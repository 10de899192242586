//! `eventfd(2)`: a counter as a descriptor, readable while it is not zero.

use std::io;
use std::os::fd::{BorrowedFd, OwnedFd};

use rustix::event::{EventfdFlags, eventfd};

/// Creates a counter that stands at zero, and that no program which this process starts inherits. Neither
/// reading nor writing waits.
pub(crate) fn new() -> io::Result<OwnedFd> {
    Ok(eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK)?)
}

/// Adds one. A counter at its limit, 2^64 - 2, stays there, and is readable as it was.
pub(crate) fn add_one(counter: BorrowedFd<'_>) {
    let _ = rustix::io::write(counter, &1_u64.to_ne_bytes());
}

/// Sets the counter to zero, and returns what it was.
pub(crate) fn take(counter: BorrowedFd<'_>) -> u64 {
    let mut count = [0; 8];
    match rustix::io::read(counter, &mut count) {
        Ok(8) => u64::from_ne_bytes(count),
        _ => 0,
    }
}
