//! Writing bytes of a region's header.

use std::io;
use std::os::fd::BorrowedFd;
use std::sync::atomic::{AtomicU8, Ordering};

use super::mapping::{MapSettings, map_file};
use crate::sys;

/// Writes all of `bytes` at a position of a file: with `pwrite(2)` or, on hugetlbfs, which does not
/// support writing, through a short-lived mapping.
pub(super) fn write(fd: BorrowedFd<'_>, offset: u64, bytes: &[u8]) -> io::Result<()> {
    match sys::volume::huge_page_size(fd) {
        None => sys::file::write_at(fd, offset, bytes),
        Some(page) => write_mapped(fd, offset, bytes, page),
    }
}

fn write_mapped(fd: BorrowedFd<'_>, offset: u64, bytes: &[u8], page: u64) -> io::Result<()> {
    if bytes.is_empty() {
        return Ok(());
    }
    let (start, skip) = (offset - offset % page, (offset % page) as usize);
    let end = (skip + bytes.len()) as u64;
    let len = usize::try_from(end.next_multiple_of(page)).map_err(io::Error::other)?;
    let map_settings = MapSettings { writable: true, populate: 0, start, len };
    let memory = map_file(fd, map_settings)?;
    for (at, byte) in bytes.iter().enumerate() {
        let place = memory.as_mut_ptr().wrapping_add(skip + at);
        // SAFETY: the byte lies inside the mapping, which is writable; other processes read the parts of
        // the header that change as copies that the kernel makes (I4).
        unsafe { AtomicU8::from_ptr(place) }.store(*byte, Ordering::Relaxed);
    }
    Ok(())
}
