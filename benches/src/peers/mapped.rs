//! A struct in a mapped file, by its address, for the peers that leave everything else to their users.

use std::fs::{File, OpenOptions};
use std::path::Path;

use memmap2::{MmapOptions, MmapRaw};

use crate::outcome::Failure;

/// The address of a `T` in a mapped file.
pub(super) struct Mapped<T> {
    address: *mut T,
    _mapping: MmapRaw,
}

// SAFETY: an address and a mapping do not belong to a thread.
unsafe impl<T> Send for Mapped<T> {}

impl<T> Mapped<T> {
    /// A new file, full of zeros.
    pub(super) fn create(path: &Path) -> Result<Self, Failure> {
        let file = OpenOptions::new().read(true).write(true).create_new(true).open(path)?;
        file.set_len(size_of::<T>() as u64)?;
        Self::map(&file)
    }

    pub(super) fn open(path: &Path) -> Result<Self, Failure> {
        let file = OpenOptions::new().read(true).write(true).open(path)?;
        if file.metadata()?.len() < size_of::<T>() as u64 {
            return Err("the file is too small".into());
        }
        Self::map(&file)
    }

    fn map(file: &File) -> Result<Self, Failure> {
        let mapping = MmapOptions::new().len(size_of::<T>()).map_raw(file)?;
        Ok(Self { address: mapping.as_mut_ptr().cast(), _mapping: mapping })
    }

    #[inline]
    pub(super) fn as_ptr(&self) -> *mut T {
        self.address
    }
}
