//! [`Kept`]: the descriptor of a file that overlays are of.

use std::io;
use std::os::fd::{BorrowedFd, OwnedFd};

use super::memory::Thing;
use crate::sys::descriptor::Descriptor;

/// A descriptor that stays open for as long as its file is mapped. To close any descriptor of a file is
/// to give up all POSIX locks that this process has on it (`fcntl(2)`, `F_SETLK`), those that another
/// library took as well; so the first that was opened is used for every further overlay.
#[derive(Debug)]
pub(super) struct Kept {
    descriptor: Descriptor,
    pub(super) thing: Thing,
    pub(super) writable: bool,
}

impl Kept {
    pub(super) fn new(file: OwnedFd, thing: Thing, writable: bool) -> io::Result<Self> {
        // No byte is ever locked by it, so that it does not matter whose description it is.
        Ok(Self { descriptor: Descriptor::new(file, 0)?, thing, writable })
    }

    /// The descriptor, unless it was closed by other code and its number means another file now.
    pub(super) fn trusted(&self) -> Option<BorrowedFd<'_>> {
        self.descriptor.trusted()
    }
}
