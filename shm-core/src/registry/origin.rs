//! The file that a region is mapped from.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicU32;

use super::{address, around};
use crate::sys::descriptor::Descriptor;
use crate::sys::file::FileId;

/// The file that a value is mapped from.
#[derive(Debug)]
pub(crate) struct Origin {
    pub(crate) file: FileId,
    /// The offset of the value in the file.
    pub(crate) start: u64,
    /// The file, if it stays open.
    pub(crate) descriptor: Option<Arc<Descriptor>>,
    /// Raises the sleepers' flag in a word of the file without using this mapping, as [`raise_flag`] does.
    pub(crate) raise_flag: fn(&Origin, &Path, u64, u32) -> Option<bool>,
}

/// Raises the sleepers' flag in a word that lies in a read-only mapping, unless the word has changed;
/// `None` if this process may not write to the region's file.
#[cold]
pub(crate) fn raise_flag(word: &AtomicU32, seen: u32) -> Option<bool> {
    let site = around(word)?;
    let origin = site.origin.as_ref()?;
    let within = address(word) - site.data.start;
    (origin.raise_flag)(origin, Path::new(&site.label), origin.start + within as u64, seen)
}
