//! The file system of a file, where it affects how the file is mapped.

use std::os::fd::BorrowedFd;
use std::path::Path;

use rustix::fs::{self, AtFlags, CWD, StatFs, StatxFlags};

use super::file::{Facts, FileId, Links};

// include/uapi/linux/magic.h
const HUGETLBFS: u64 = 0x9584_58f6;
const OVERLAYFS: u64 = 0x794c_7630;
/// proc, sysfs, debugfs, tracefs: their contents are generated when read or mapped.
const PSEUDO: [u64; 4] = [0x9fa0, 0x6265_6572, 0x6462_6720, 0x7472_6163];

/// `f_type`, which is signed and whose width differs between processors.
#[allow(
    clippy::unnecessary_cast,
    clippy::cast_sign_loss,
    reason = "the type of the field differs between processors"
)]
fn magic(facts: &StatFs) -> u64 {
    facts.f_type as u64 & 0xffff_ffff
}

/// The size of the pages in which a file is mapped: the processor's, except on hugetlbfs, where each
/// mount has its own.
pub(crate) fn page_size(fd: BorrowedFd<'_>) -> u64 {
    huge_page_size(fd).unwrap_or(super::process::page_size() as u64)
}

/// The size of the pages of a file on hugetlbfs; `None` for every other file.
pub(crate) fn huge_page_size(fd: BorrowedFd<'_>) -> Option<u64> {
    let facts = fs::fstatfs(fd).ok().filter(|facts| magic(facts) == HUGETLBFS)?;
    u64::try_from(facts.f_bsize).ok().filter(|size| size.is_power_of_two())
}

/// The file size needed to hold `size` bytes: on hugetlbfs, whole pages.
pub(crate) fn file_size_for(fd: BorrowedFd<'_>, size: u64) -> u64 {
    let rounded = huge_page_size(fd).and_then(|page| size.checked_next_multiple_of(page));
    rounded.unwrap_or(size)
}

/// The length to map, and later to unmap, for a file of which `len` bytes are needed: on hugetlbfs,
/// whole pages. The kernel rounds up the length of a new mapping, but refuses to unmap part of a huge
/// page.
pub(crate) fn len_to_map(fd: BorrowedFd<'_>, facts: &Facts, len: usize) -> usize {
    // No huge page is that small. This saves a system call for all other files.
    if facts.block <= 4096 {
        return len;
    }
    let page = huge_page_size(fd).and_then(|page| usize::try_from(page).ok());
    page.and_then(|page| len.checked_next_multiple_of(page)).unwrap_or(len)
}

/// The offset at which to begin a mapping of which the bytes from `first` on are needed: a multiple of the size of a page;
/// 0 for files whose pages may be larger than the processor's.
pub(crate) fn start_to_map(facts: &Facts, first: usize) -> usize {
    let page = super::process::page_size();
    if facts.block > page as u64 { 0 } else { first - first % page }
}

/// Returns whether the size of an empty file says nothing about how much of it can be mapped.
pub(crate) fn is_pseudo(fd: BorrowedFd<'_>) -> bool {
    fs::fstatfs(fd).is_ok_and(|facts| PSEUDO.contains(&magic(&facts)))
}

/// The birth time of the file that overlayfs shows at the moment, as a number; 0 on all other file
/// systems.
///
/// Until the first writer opens it, a file of a lower layer is shown itself; from then on, its copy in
/// the upper layer is. Device and inode stay the same, and earlier mappings show the old file for ever.
/// The two differ in their birth time, which overlayfs passes through.
pub(crate) fn layer_of(fd: BorrowedFd<'_>, id: FileId) -> u64 {
    if !may_be_layered(id) || !fs::fstatfs(fd).is_ok_and(|facts| magic(&facts) == OVERLAYFS) {
        return 0;
    }
    birth(fs::statx(fd, "", AtFlags::EMPTY_PATH, StatxFlags::BTIME))
}

/// Like [`layer_of`], for the file at a path.
pub(crate) fn layer_at(path: &Path, id: FileId, links: Links) -> u64 {
    if !may_be_layered(id) || !is_layered(path) {
        return 0;
    }
    let flags = match links {
        Links::Follow => AtFlags::empty(),
        Links::Refuse => AtFlags::SYMLINK_NOFOLLOW,
    };
    birth(fs::statx(CWD, path, flags, StatxFlags::BTIME))
}

/// Returns whether a path leads to overlayfs.
pub(crate) fn is_layered(path: &Path) -> bool {
    fs::statfs(path).is_ok_and(|facts| magic(&facts) == OVERLAYFS)
}

/// The device numbers of overlayfs are anonymous. This saves a system call for files on disks.
fn may_be_layered(id: FileId) -> bool {
    fs::major(id.device) == 0
}

fn birth(found: rustix::io::Result<fs::Statx>) -> u64 {
    let Ok(found) = found else { return 0 };
    if !StatxFlags::from_bits_retain(found.stx_mask).contains(StatxFlags::BTIME) {
        return 0;
    }
    let seconds = (found.stx_btime.tv_sec as u64).wrapping_mul(1_000_000_000);
    seconds.wrapping_add(u64::from(found.stx_btime.tv_nsec))
}
