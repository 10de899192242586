//! Raising the sleepers' flag in a region that is mapped for reading only, so that notifiers wake its
//! waiters as they do all others.

use std::os::fd::AsFd;
use std::path::Path;
use std::sync::atomic::AtomicU32;

use super::mapping::{MapSettings, map_file};
use crate::protocol::{Hardware, notify};
use crate::registry::Origin;
use crate::sys;
use crate::sys::descriptor::Descriptor;

/// Raises the flag in the word at `offset` of a file, if the word is still as it was seen. The page is
/// mapped for writing only meanwhile. `None` if that fails, because this process may not write to the file,
/// say.
pub(super) fn raise(origin: &Origin, path: &Path, offset: u64, seen: u32) -> Option<bool> {
    let known = origin.descriptor.as_deref().and_then(Descriptor::trusted);
    // There, opening a file for writing can make a copy of it, which readers do not see.
    if known.is_none() && sys::volume::is_layered(path) {
        return None;
    }
    let file = sys::file::reopen(known, path, origin.file, true).ok()?;
    let len = sys::process::page_size();
    let within = (offset % len as u64) as usize;
    let settings = MapSettings { writable: true, populate: 0, start: offset - within as u64, len };
    let page = map_file(file.as_fd(), settings).ok()?;
    let word = page.as_mut_ptr().wrapping_add(within).cast::<AtomicU32>();
    // SAFETY: the offset is that of a `u32` in a view, so this one lies in the page and is aligned (I2, I3);
    // it is an atomic of the same width (I5), and is not used after the page is unmapped.
    let word = unsafe { &*word };
    Some(notify::raise_flag::<Hardware>(word, seen))
}
