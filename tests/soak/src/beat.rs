//! How processes say that they make progress, and are told to end.

use std::path::Path;

use shm_core::{Region, SharedLayout};

use crate::Fault;

/// The most processes of a part.
pub(crate) const MOST: usize = 8;

/// Plain fields alone, so that the soak does not rely on what it tests.
#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct Progress {
    /// 1 when all are to end
    pub(crate) over: u32,
    /// of each place of a process, whichever process has it: the rounds that were completed
    pub(crate) rounds: [u64; MOST],
    /// errors that are a part of the game: an owner that died, say
    pub(crate) met: u64,
}

/// The progress of one process.
pub(crate) struct Beat {
    progress: Region<Progress>,
    place: usize,
}

impl Beat {
    pub(crate) fn open(path: &Path, place: usize) -> Result<Self, Fault> {
        Ok(Self { progress: Region::open(path)?, place })
    }

    pub(crate) fn place(&self) -> usize {
        self.place
    }

    pub(crate) fn is_over(&self) -> bool {
        self.progress.over.get() != 0
    }

    /// Notes a completed round; `false` if it was the last.
    pub(crate) fn again(&self) -> bool {
        self.progress.rounds[self.place].fetch_add(1);
        !self.is_over()
    }

    /// Notes an error that is a part of the game.
    pub(crate) fn meet(&self) {
        self.progress.met.fetch_add(1);
    }
}
