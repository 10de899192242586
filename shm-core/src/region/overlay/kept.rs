//! [`Kept`]: the descriptor of a file that overlays are of.

use std::os::fd::{AsFd, BorrowedFd, IntoRawFd, OwnedFd};

use crate::sys;
use crate::sys::file::FileId;

/// A descriptor that stays open for as long as its file is mapped. To close any descriptor of a file is
/// to give up all POSIX locks that this process has on it (`fcntl(2)`, `F_SETLK`), those that another
/// library took as well; so the first that was opened is used for every further overlay.
#[derive(Debug)]
pub(super) struct Kept {
    /// `None` once it is gone.
    file: Option<OwnedFd>,
    pub(super) id: FileId,
    pub(super) writable: bool,
}

impl Kept {
    pub(super) fn new(file: OwnedFd, id: FileId, writable: bool) -> Self {
        Self { file: Some(file), id, writable }
    }

    /// The descriptor, unless it was closed by other code and its number means another file now.
    pub(super) fn trusted(&self) -> Option<BorrowedFd<'_>> {
        self.file.as_ref().map(AsFd::as_fd).filter(|file| self.is_ours(*file))
    }

    fn is_ours(&self, file: BorrowedFd<'_>) -> bool {
        sys::file::facts(file).is_ok_and(|facts| facts.id.has_number_of(self.id))
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        let is_ours = self.trusted().is_some();
        if let Some(file) = self.file.take()
            && !is_ours
        {
            // Closed already; the number is nobody's, or another file's now (I10).
            let _ = file.into_raw_fd();
        }
    }
}
