//! File space: reserving it, and explaining why it ran out.

use std::io;
use std::os::fd::BorrowedFd;
use std::path::Path;

use rustix::fs::{self, FallocateFlags};
use rustix::io::Errno;

use super::{file, process};

/// The first step of a reservation. A step that a signal interrupts is undone by some file systems,
/// tmpfs among them, and then costs all of its time without a page of progress.
const LARGEST_STEP: u64 = 64 << 20;

/// Smaller steps are not worth a system call each.
const SMALLEST_STEP: u64 = 64 << 10;

/// Fails if `end` exceeds the largest file size that this process is allowed (`RLIMIT_FSIZE`). Call it
/// before anything that writes to a file or extends it: the kernel's own response is SIGXFSZ, which
/// kills.
pub(super) fn expect_within_limit(end: u64) -> io::Result<()> {
    match process::file_size_limit() {
        Some(limit) if limit < end => Err(Errno::FBIG.into()),
        _ => Ok(()),
    }
}

/// Sets the size of a new file without reserving space.
pub(crate) fn set_size(fd: BorrowedFd<'_>, size: u64) -> io::Result<()> {
    expect_within_limit(size)?;
    Ok(fs::ftruncate(fd, size)?)
}

/// Sets the size of a new file and reserves the space, so that no later access can run out of it
/// (`posix_fallocate(3)`). Where the file system cannot reserve, zeros are written.
///
/// Signals, however frequent, cannot stop this: an interrupted step is retried at half its size, and the
/// smallest step is written instead, which a signal does not undo.
pub(crate) fn reserve(fd: BorrowedFd<'_>, size: u64) -> io::Result<()> {
    expect_within_limit(size)?;
    expect_room(fd, size)?;
    reserve_in_steps(
        0,
        size,
        &mut |at, len| Ok(fs::fallocate(fd, FallocateFlags::empty(), at, len)?),
        &mut |at, len| write_zeros(fd, at, len),
    )
}

/// Reserves the space of a part of a file that has its size already, and that no process has written to:
/// like [`reserve`], for the bytes from `start` up to `end`. If it fails, some of them may have space.
pub(crate) fn reserve_part(fd: BorrowedFd<'_>, start: u64, end: u64) -> io::Result<()> {
    reserve_in_steps(
        start,
        end,
        // Inside the file's size, which `RLIMIT_FSIZE` is not about.
        &mut |at, len| Ok(fs::fallocate(fd, FallocateFlags::empty(), at, len)?),
        &mut |at, len| {
            expect_within_limit(at + len)?;
            write_zeros(fd, at, len)
        },
    )
}

/// The steps of [`reserve`] from `start` up to `size`, with one function that reserves `(at, len)` and one that writes zeros
/// there.
fn reserve_in_steps(
    start: u64,
    size: u64,
    allocate: &mut dyn FnMut(u64, u64) -> io::Result<()>,
    write: &mut dyn FnMut(u64, u64) -> io::Result<()>,
) -> io::Result<()> {
    let (mut at, mut step) = (start, LARGEST_STEP);
    while at < size {
        let len = step.min(size - at);
        match allocate(at, len) {
            Ok(()) => {
                at += len;
                step = (step * 2).min(LARGEST_STEP);
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {
                if step > SMALLEST_STEP {
                    step /= 2;
                // hugetlbfs does not support writes, but it keeps the pages that an interrupted call
                // allocated.
                } else if write(at, len).is_ok() {
                    at += len;
                }
            }
            Err(error) if error.raw_os_error() == Some(Errno::OPNOTSUPP.raw_os_error()) => {
                return write(at, size - at);
            }
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

fn write_zeros(fd: BorrowedFd<'_>, start: u64, len: u64) -> io::Result<()> {
    static ZEROS: [u8; 65_536] = [0; 65_536];
    let (mut at, end) = (start, start + len);
    while at < end {
        let len = usize::try_from(end - at).map_or(ZEROS.len(), |rest| rest.min(ZEROS.len()));
        file::write_at(fd, at, &ZEROS[..len])?;
        at += len as u64;
    }
    Ok(())
}

/// Fails if there certainly is not that much space, before the machine is driven out of memory step by
/// step.
fn expect_room(fd: BorrowedFd<'_>, size: u64) -> io::Result<()> {
    let facts = fs::fstatvfs(fd)?;
    // On a disk, space may turn up that is not counted as free; in memory the count is exact. A file
    // system without a limit of its own reports no blocks.
    let in_memory = file::lies_in_memory(fd);
    let blocks = if in_memory { facts.f_bfree } else { facts.f_blocks };
    if facts.f_blocks != 0 && size > blocks.saturating_mul(facts.f_frsize) {
        return Err(Errno::NOSPC.into());
    }
    if in_memory && facts.f_blocks == 0 && size > memory() {
        return Err(Errno::NOMEM.into());
    }
    Ok(())
}

/// The machine's memory and swap space, in bytes.
fn memory() -> u64 {
    let facts = rustix::system::sysinfo();
    (facts.totalram as u64).saturating_add(facts.totalswap as u64)
        * u64::from(facts.mem_unit.max(1))
}

/// Returns whether a directory's file system has run out of inodes, even if it has space.
pub(crate) fn is_out_of_inodes(directory: &Path) -> bool {
    // Some file systems create inodes on demand and report none.
    fs::statvfs(directory).is_ok_and(|facts| facts.f_files != 0 && facts.f_favail == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const INTERRUPTED: io::ErrorKind = io::ErrorKind::Interrupted;
    const SIZE: u64 = (1 << 30) + 12_345;

    /// Reserves while each call longer than `patience` bytes is interrupted. Returns what was reserved
    /// and what was written, in order.
    fn reserved(patience: u64) -> Vec<(u64, u64)> {
        let done = std::cell::RefCell::new(Vec::new());
        let mut calls = 0_u64;
        let mut allocate = |at: u64, len: u64| {
            calls += 1;
            assert!(calls < 1_000_000, "no progress at {at}");
            if len > patience {
                return Err(INTERRUPTED.into());
            }
            done.borrow_mut().push((at, len));
            Ok(())
        };
        let mut write = |at: u64, len: u64| {
            done.borrow_mut().push((at, len));
            Ok(())
        };
        reserve_in_steps(0, SIZE, &mut allocate, &mut write).unwrap();
        done.into_inner()
    }

    #[test]
    fn space_is_reserved_once_and_without_holes_however_frequent_signals_are() {
        for patience in [u64::MAX, 5 << 20, 4096, 0] {
            let mut end = 0;
            for (at, len) in reserved(patience) {
                assert_eq!(at, end, "with {patience}");
                end += len;
            }
            assert_eq!(end, SIZE, "with {patience}");
        }
    }

    #[test]
    fn space_is_reserved_in_few_calls_without_signals() {
        assert_eq!(reserved(u64::MAX).len(), 17);
    }

    #[test]
    fn zeros_are_written_where_space_cannot_be_reserved() {
        let mut written = Vec::new();
        let mut refuse = |_, _| Err(Errno::OPNOTSUPP.into());
        let mut write = |at, len| {
            written.push((at, len));
            Ok(())
        };
        reserve_in_steps(0, SIZE, &mut refuse, &mut write).unwrap();
        assert_eq!(written, [(0, SIZE)]);
    }

    #[test]
    fn a_refusal_for_another_reason_is_an_error() {
        let mut refuse = |_, _| Err(Errno::NOSPC.into());
        let error = reserve_in_steps(0, SIZE, &mut refuse, &mut |_, _| unreachable!()).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::StorageFull);
    }
}
