//! [`Kept`]: the open descriptor of a file with overlays.

use std::io;
use std::os::fd::{BorrowedFd, OwnedFd};

use super::memory::Object;
use crate::sys::descriptor::Descriptor;

/// A descriptor that stays open for as long as its file is mapped. Closing any descriptor of a file
/// releases all POSIX locks that this process has on it (`fcntl(2)`, `F_SETLK`), even those taken by
/// another library; so the first descriptor is used for every further overlay.
#[derive(Debug)]
pub(super) struct Kept {
    descriptor: Descriptor,
    pub(super) object: Object,
    pub(super) writable: bool,
}

impl Kept {
    pub(super) fn new(file: OwnedFd, object: Object, writable: bool) -> io::Result<Self> {
        // It never locks a byte, so it does not matter which process owns the description.
        Ok(Self { descriptor: Descriptor::new(file, 0)?, object, writable })
    }

    /// The descriptor, unless other code closed it and its number now refers to another file.
    pub(super) fn trusted(&self) -> Option<BorrowedFd<'_>> {
        self.descriptor.trusted()
    }
}
