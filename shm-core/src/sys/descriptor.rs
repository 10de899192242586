//! [`Descriptor`]: a file that stays open, even if the program closes its descriptor number.

use std::io;
use std::mem::ManuallyDrop;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::Path;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use super::file::{self, FileId};

/// A file that is kept open. The program may close its number (`closefrom(3)`, which daemons call) and
/// open something else under it, so the number is checked before each use, and also before it is closed
/// (I10).
///
/// It records which process its open file description belongs to. Byte locks belong to the description,
/// which a forked child or the sender of a descriptor shares, so call [`Descriptor::make_own`] before
/// locking bytes.
#[derive(Debug)]
pub(crate) struct Descriptor {
    file: ManuallyDrop<OwnedFd>,
    /// Opened when `file` was found closed.
    instead: OnceLock<ManuallyDrop<OwnedFd>>,
    id: FileId,
    /// The mark of the process that owns the description; 0 if unknown.
    process: AtomicU64,
}

impl Descriptor {
    /// Takes a descriptor whose open file description belongs only to the process with that mark or, if
    /// the mark is 0, may be shared with other processes.
    pub(crate) fn new(file: OwnedFd, process: u64) -> io::Result<Self> {
        let id = file::facts(&file)?.id;
        let (file, instead) = (ManuallyDrop::new(file), OnceLock::new());
        Ok(Self { file, instead, id, process: AtomicU64::new(process) })
    }

    /// The identity of the file.
    pub(crate) fn id(&self) -> FileId {
        self.id
    }

    /// The descriptor, if it still refers to the file that it was opened for.
    pub(crate) fn trusted(&self) -> Option<BorrowedFd<'_>> {
        let candidates = [self.instead.get(), Some(&self.file)];
        candidates.into_iter().flatten().map(|fd| fd.as_fd()).find(|fd| self.is_ours(*fd))
    }

    fn is_ours(&self, fd: BorrowedFd<'_>) -> bool {
        file::facts(fd).is_ok_and(|facts| facts.id == self.id)
    }

    /// Ensures that the open file description belongs to the process with this mark alone, and that the
    /// number refers to it. `path` is where to look for the file if the number is lost. Must be called
    /// by one thread at a time.
    ///
    /// # Errors
    /// If the file cannot be opened again for writing, for example by a different user.
    pub(crate) fn make_own(&self, process: u64, path: &Path) -> io::Result<()> {
        let known = self.trusted();
        if known.is_some() && self.process.load(Ordering::Relaxed) == process {
            return Ok(());
        }
        let fresh = file::reopen(known, path, self.id, true)?;
        match known {
            // Keep the number: it may have been lent out.
            Some(known) => file::put_in_place_of(&fresh, known)?,
            None => {
                let twice_lost = "its descriptor was closed, and so was the replacement";
                self.instead
                    .set(ManuallyDrop::new(fresh))
                    .map_err(|_| io::Error::other(twice_lost))?;
            }
        }
        self.process.store(process, Ordering::Relaxed);
        Ok(())
    }
}

impl Drop for Descriptor {
    fn drop(&mut self) {
        let id = self.id;
        let is_ours = |fd: &OwnedFd| file::facts(fd.as_fd()).is_ok_and(|facts| facts.id == id);
        if is_ours(&self.file) {
            // SAFETY: dropped once, here, and not used afterwards.
            unsafe { ManuallyDrop::drop(&mut self.file) };
        }
        if let Some(mut instead) = self.instead.take() {
            if is_ours(&instead) {
                // SAFETY: as above.
                unsafe { ManuallyDrop::drop(&mut instead) };
            }
        }
    }
}
