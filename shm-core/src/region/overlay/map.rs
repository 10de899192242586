//! Mapping a part of a file for an overlay, or finding it in memory.

use std::io;
use std::os::fd::BorrowedFd;
use std::sync::Arc;

use memmap2::MmapRaw;

use super::extent::Room;
use super::kept::Kept;
use super::memory::{Backing, Mapped, Memory, Object, Part};
use crate::region::mapping::{MapSettings, map_copy, map_file};
use crate::sys;
use crate::sys::file::Facts;

/// The amount of a file that is mapped at once, if the file is long enough: enough for many overlays,
/// but not so much that it hurts a process that has all of its memory locked (`mlockall(2)`). Also, some
/// files that the kernel generates can only be mapped from their start.
const WINDOW: u64 = 64 << 20;

// Linux's numbers for errors of mmap(2) that mean this mapping is refused, not that memory is short.
const REFUSALS: [i32; 5] = [EPERM, EACCES, ENODEV, EINVAL, EOPNOTSUPP];
const EPERM: i32 = 1;
const EACCES: i32 = 13;
pub(super) const ENODEV: i32 = 19;
const EINVAL: i32 = 22;
const EOPNOTSUPP: i32 = 95;

/// The part to map.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanted {
    pub(super) offset: u64,
    pub(super) size: usize,
    pub(super) writable: bool,
}

impl Wanted {
    /// The end, exclusive. At least one byte is mapped. Offsets inside a file cannot overflow; a device
    /// rejects offsets that do.
    fn end(self) -> u64 {
        self.offset.saturating_add(self.size.max(1) as u64)
    }

    pub(super) fn part_of(self, object: Object) -> Part {
        Part { object, start: self.offset, end: self.end(), writable: self.writable }
    }
}

/// The number of bytes of a file from `offset` on, if its size is meaningful.
pub(super) fn room(fd: BorrowedFd<'_>, facts: &Facts, offset: u64) -> Result<Room, String> {
    if !has_size(fd, facts) {
        return Ok(Room::Unknown);
    }
    room_in(facts.size, offset)
}

/// The rest of `size` bytes from `offset` on.
pub(super) fn room_in(size: u64, offset: u64) -> Result<Room, String> {
    let found = size.checked_sub(offset).map(Room::InPages);
    found.ok_or_else(|| format!("there are only {size} bytes"))
}

/// Returns whether the size tells how much can be mapped: not for a device, nor for a file in `/proc` or
/// `/sys` whose size is unknown.
fn has_size(fd: BorrowedFd<'_>, facts: &Facts) -> bool {
    facts.size > 0 || (facts.is_regular && !sys::volume::is_pseudo(fd))
}

/// Returns whether every mapping of a file shows the same bytes, so that overlays can share one. Each
/// mapping of a device, or of a file that the kernel generates, can show something else.
pub(super) fn is_one_thing(fd: BorrowedFd<'_>, facts: &Facts) -> bool {
    facts.is_regular && has_size(fd, facts)
}

/// Maps a part of the file of a descriptor.
pub(super) fn part(
    table: &mut Mapped,
    fd: BorrowedFd<'_>,
    facts: &Facts,
    wanted: Wanted,
    kept: Option<Arc<Kept>>,
) -> io::Result<Arc<Memory>> {
    let page = sys::volume::page_size(fd);
    let exact = Range::exact(wanted, page);
    if !is_one_thing(fd, facts) {
        let (memory, range, is_shared) = map_one(fd, &[exact], wanted.writable)?;
        return Ok(Memory::alone(Backing::Mapped(memory), range.start, is_shared));
    }
    let is_paged_as_usual = page == sys::process::page_size() as u64;
    let wide = if is_paged_as_usual { exact.widened(facts.size, page) } else { exact };
    let (memory, range, is_shared) = map_one(fd, &[wide, exact], wanted.writable)?;
    let Range { start, end } = range;
    let part = Part { object: Object::of(fd, facts), start, end, writable: wanted.writable };
    Ok(table.enter(Backing::Mapped(memory), is_shared, part, kept))
}

/// Maps a part of the file of a descriptor for one user alone; returns as well where the memory starts in the file, and
/// whether it is shared.
pub(super) fn separately(fd: BorrowedFd<'_>, wanted: Wanted) -> io::Result<(MmapRaw, u64, bool)> {
    let exact = Range::exact(wanted, sys::volume::page_size(fd));
    let (memory, range, is_shared) = map_one(fd, &[exact], wanted.writable)?;
    Ok((memory, range.start, is_shared))
}

/// Bytes of a file; both ends are multiples of its page size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Range {
    start: u64,
    end: u64,
}

impl Range {
    /// The pages that contain the overlay.
    fn exact(wanted: Wanted, page: u64) -> Self {
        let end = wanted.end();
        Self {
            start: wanted.offset - wanted.offset % page,
            end: end.checked_next_multiple_of(page).unwrap_or(end),
        }
    }

    /// The whole window that the range starts in, up to the end of the file.
    fn widened(self, size: u64, page: u64) -> Self {
        let start = self.start - self.start % WINDOW;
        let file_end = size.checked_next_multiple_of(page).unwrap_or(size);
        Self { start, end: start.saturating_add(WINDOW).min(file_end).max(self.end) }
    }

    fn len(self) -> io::Result<usize> {
        usize::try_from(self.end - self.start)
            .map_err(|_| io::Error::from(io::ErrorKind::OutOfMemory))
    }
}

/// Maps the first of the ranges that the system allows: shared or, for reading, privately if necessary.
/// The error is that of the first range.
fn map_one(
    fd: BorrowedFd<'_>,
    ranges: &[Range],
    writable: bool,
) -> io::Result<(MmapRaw, Range, bool)> {
    let mut failure = None;
    for is_shared in [true, false] {
        for &range in ranges {
            let (start, len) = (range.start, range.len()?);
            let memory = match is_shared {
                true => map_file(fd, MapSettings { writable, populate: 0, start, len }),
                false => map_copy(fd, start, len),
            };
            match memory {
                Ok(memory) => return Ok((memory, range, is_shared)),
                Err(error) => _ = failure.get_or_insert(error),
            }
        }
        if writable || !failure.as_ref().is_some_and(is_refusal) {
            break;
        }
    }
    Err(failure.unwrap_or_else(|| io::ErrorKind::InvalidInput.into()))
}

fn is_refusal(error: &io::Error) -> bool {
    error.raw_os_error().is_some_and(|code| REFUSALS.contains(&code))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HUGE: u64 = 2 << 20;

    fn at(offset: u64, size: usize) -> Wanted {
        Wanted { offset, size, writable: false }
    }

    #[test]
    fn starts_and_ends_are_whole_pages_of_the_file_system() {
        for page in [4096, HUGE, 1 << 30] {
            for (offset, size) in [(0, 1), (0, 4096), (8, 4096), (page - 8, 16), (3 * page, 0)] {
                let range = Range::exact(at(offset, size), page);
                assert!(range.start % page == 0 && range.end % page == 0);
                assert!(range.start <= offset && offset + size as u64 <= range.end);
                assert!(range.end - range.start <= 2 * page, "{range:?}");
                assert!(range.end > range.start);
            }
        }
    }

    #[test]
    fn a_window_ends_with_the_file_but_not_before_the_overlay() {
        let exact = Range::exact(at(8192, 16), 4096);
        assert_eq!(exact.widened(9000, 4096), Range { start: 0, end: 12288 });
        assert_eq!(exact.widened(u64::MAX, 4096), Range { start: 0, end: WINDOW });
        let across = Range::exact(at(WINDOW - 4096, 8192), 4096);
        assert_eq!(across.widened(u64::MAX, 4096), Range { start: 0, end: WINDOW + 4096 });
        let second = Range::exact(at(WINDOW + 4096, 1), 4096);
        assert_eq!(second.widened(u64::MAX, 4096).start, WINDOW);
    }

    #[test]
    fn an_offset_that_no_device_can_have_does_not_overflow() {
        let range = Range::exact(at(u64::MAX - 7, 100), 4096);
        assert!(range.len().is_ok() && range.start < range.end);
    }
}
