//! [`Descriptor`]: a file that stays open, whatever the program around does to its number.

use std::io;
use std::mem::ManuallyDrop;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::Path;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use super::file::{self, FileId};

/// A file that is kept open. The program may close its number (`closefrom(3)`, which daemons call) and
/// open something else under it, so that it is believed only after a look, also when it is to be
/// closed (I10).
///
/// It knows which process its open file description belongs to. Byte locks belong to the description,
/// which a forked child, or whoever sent a descriptor, has a share in: whoever locks bytes calls
/// [`Descriptor::make_own`] before.
#[derive(Debug)]
pub(crate) struct Descriptor {
    file: ManuallyDrop<OwnedFd>,
    /// Opened when `file` was found closed.
    instead: OnceLock<ManuallyDrop<OwnedFd>>,
    id: FileId,
    /// The mark of the process whose description it is; 0 if that is not known.
    process: AtomicU64,
}

impl Descriptor {
    /// Takes a descriptor whose open file description belongs to the process with that mark alone, or,
    /// if it is 0, perhaps to others, too.
    pub(crate) fn new(file: OwnedFd, process: u64) -> io::Result<Self> {
        let id = file::facts(&file)?.id;
        let (file, instead) = (ManuallyDrop::new(file), OnceLock::new());
        Ok(Self { file, instead, id, process: AtomicU64::new(process) })
    }

    /// Which file it is.
    pub(crate) fn id(&self) -> FileId {
        self.id
    }

    /// The descriptor, if it still means the file that it was opened for.
    pub(crate) fn trusted(&self) -> Option<BorrowedFd<'_>> {
        let candidates = [self.instead.get(), Some(&self.file)];
        candidates.into_iter().flatten().map(|fd| fd.as_fd()).find(|fd| self.is_ours(*fd))
    }

    fn is_ours(&self, fd: BorrowedFd<'_>) -> bool {
        file::facts(fd).is_ok_and(|facts| facts.id == self.id)
    }

    /// Sees to it that the open file description is that of the process with this mark alone, and that
    /// the number means it. `path` is where the file may be found if the number is lost. One thread
    /// at a time calls this.
    ///
    /// # Errors
    /// If the file cannot be opened for writing once more, as by another user than opened it first.
    pub(crate) fn make_own(&self, process: u64, path: &Path) -> io::Result<()> {
        let known = self.trusted();
        if known.is_some() && self.process.load(Ordering::Relaxed) == process {
            return Ok(());
        }
        let fresh = file::reopen(known, path, self.id, true)?;
        match known {
            // The number stays: it may have been lent out.
            Some(known) => file::put_in_place_of(&fresh, known)?,
            None => {
                let twice_lost =
                    "its descriptor was closed, and so was the one opened in its place";
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
        if let Some(mut instead) = self.instead.take()
            && is_ours(&instead)
        {
            // SAFETY: as above.
            unsafe { ManuallyDrop::drop(&mut instead) };
        }
    }
}
