//! Space for files: reserving it, and why there is none.

use std::io;
use std::os::fd::BorrowedFd;
use std::path::Path;

use rustix::fs::{self, FallocateFlags};
use rustix::io::Errno;

use super::{file, process};

/// How much is reserved in one step, at first. A step that a signal interrupts is undone by some file
/// systems, tmpfs among them, and then costs all of its time without a page of progress.
const LARGEST_STEP: u64 = 64 << 20;

/// Smaller steps are not worth a system call each.
const SMALLEST_STEP: u64 = 64 << 10;

/// An error if `end` is behind the largest size that this process may give to a file (`RLIMIT_FSIZE`).
/// To be asked before anything that writes to a file or extends it: the kernel's own answer is a
/// signal that kills, SIGXFSZ.
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

/// Sets the size of a new file and reserves the space, so that no later access can fail for want of it
/// (`posix_fallocate(3)`). Where the file system cannot reserve, zeros are written.
///
/// However often signals come, this goes on: a step that is interrupted is tried again at half its
/// size, and the smallest one is written instead, which no signal undoes.
pub(crate) fn reserve(fd: BorrowedFd<'_>, size: u64) -> io::Result<()> {
    expect_within_limit(size)?;
    expect_room(fd, size)?;
    reserve_in_steps(
        size,
        &mut |at, len| Ok(fs::fallocate(fd, FallocateFlags::empty(), at, len)?),
        &mut |at, len| write_zeros(fd, at, len),
    )
}

/// The steps of [`reserve`], by a call that reserves `(at, len)` and one that writes zeros there.
fn reserve_in_steps(
    size: u64,
    allocate: &mut dyn FnMut(u64, u64) -> io::Result<()>,
    write: &mut dyn FnMut(u64, u64) -> io::Result<()>,
) -> io::Result<()> {
    let (mut at, mut step) = (0, LARGEST_STEP);
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
                // hugetlbfs cannot be written; but it keeps the pages that an interrupted call made.
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

/// An error if there cannot be as much space, for sure: before a machine is driven out of memory step
/// by step.
fn expect_room(fd: BorrowedFd<'_>, size: u64) -> io::Result<()> {
    let facts = fs::fstatvfs(fd)?;
    // On a disk, space may turn up that is not counted as free; in memory the count is exact. A file
    // system without a limit of its own counts no blocks.
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

/// The machine's memory with its swap space, in bytes.
fn memory() -> u64 {
    let facts = rustix::system::sysinfo();
    (facts.totalram as u64).saturating_add(facts.totalswap as u64)
        * u64::from(facts.mem_unit.max(1))
}

/// Whether a directory's file system can have no more files, though it may have space (an inode each).
pub(crate) fn is_out_of_inodes(directory: &Path) -> bool {
    // Some file systems make inodes as they need them, and count none.
    fs::statvfs(directory).is_ok_and(|facts| facts.f_files != 0 && facts.f_favail == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const INTERRUPTED: io::ErrorKind = io::ErrorKind::Interrupted;
    const SIZE: u64 = (1 << 30) + 12_345;

    /// Reserves while each call that is longer than `patience` bytes is interrupted. What was
    /// reserved and what was written, in order.
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
        reserve_in_steps(SIZE, &mut allocate, &mut write).unwrap();
        done.into_inner()
    }

    #[test]
    fn space_is_reserved_once_and_without_holes_however_often_signals_come() {
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
    fn space_is_reserved_in_few_calls_where_no_signal_comes() {
        assert_eq!(reserved(u64::MAX).len(), 17);
    }

    #[test]
    fn where_space_cannot_be_reserved_zeros_are_written() {
        let mut written = Vec::new();
        let mut refuse = |_, _| Err(Errno::OPNOTSUPP.into());
        let mut write = |at, len| {
            written.push((at, len));
            Ok(())
        };
        reserve_in_steps(SIZE, &mut refuse, &mut write).unwrap();
        assert_eq!(written, [(0, SIZE)]);
    }

    #[test]
    fn what_refuses_for_another_reason_is_an_error() {
        let mut refuse = |_, _| Err(Errno::NOSPC.into());
        let error = reserve_in_steps(SIZE, &mut refuse, &mut |_, _| unreachable!()).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::StorageFull);
    }
}
