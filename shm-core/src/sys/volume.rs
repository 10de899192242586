//! The file system that a file is on, where it makes a difference to what a mapping of the file is.

use std::os::fd::BorrowedFd;
use std::path::Path;

use rustix::fs::{self, AtFlags, CWD, StatFs, StatxFlags};

use super::file::{Facts, FileId, Links};

// include/uapi/linux/magic.h
const HUGETLBFS: u64 = 0x9584_58f6;
const OVERLAYFS: u64 = 0x794c_7630;
/// proc, sysfs, debugfs, tracefs: what they show is made when it is read or mapped.
const PSEUDO: [u64; 4] = [0x9fa0, 0x6265_6572, 0x6462_6720, 0x7472_6163];

/// `f_type`, which is signed and has another width on some processors.
#[allow(
    clippy::unnecessary_cast,
    clippy::cast_sign_loss,
    reason = "the type of the field differs between processors"
)]
fn magic(facts: &StatFs) -> u64 {
    facts.f_type as u64 & 0xffff_ffff
}

/// The size of the pages in which a file is mapped: those of the processor, except on hugetlbfs, where
/// each mount has its own.
pub(crate) fn page_size(fd: BorrowedFd<'_>) -> u64 {
    huge_page_size(fd).unwrap_or(super::process::page_size() as u64)
}

/// The size of the pages of a file on hugetlbfs; `None` for every other file.
pub(crate) fn huge_page_size(fd: BorrowedFd<'_>) -> Option<u64> {
    let facts = fs::fstatfs(fd).ok().filter(|facts| magic(facts) == HUGETLBFS)?;
    u64::try_from(facts.f_bsize).ok().filter(|size| size.is_power_of_two())
}

/// The size that a file has to have to hold `size` bytes: on hugetlbfs, whole pages.
pub(crate) fn file_size_for(fd: BorrowedFd<'_>, size: u64) -> u64 {
    let rounded = huge_page_size(fd).and_then(|page| size.checked_next_multiple_of(page));
    rounded.unwrap_or(size)
}

/// How much to map, and later to unmap, of a file of which `len` bytes are needed: on hugetlbfs, whole
/// pages. The kernel rounds up what it maps by itself, but refuses to unmap a part of a huge page.
pub(crate) fn len_to_map(fd: BorrowedFd<'_>, facts: &Facts, len: usize) -> usize {
    // No huge page is that small. This spares all other files a system call.
    if facts.block <= 4096 {
        return len;
    }
    let page = huge_page_size(fd).and_then(|page| usize::try_from(page).ok());
    page.and_then(|page| len.checked_next_multiple_of(page)).unwrap_or(len)
}

/// Whether the size of an empty file says nothing about how much of it can be mapped.
pub(crate) fn is_pseudo(fd: BorrowedFd<'_>) -> bool {
    fs::fstatfs(fd).is_ok_and(|facts| PSEUDO.contains(&magic(&facts)))
}

/// When the file was born that overlayfs shows at the moment, as a number; 0 on all other file systems.
///
/// Before the first writer opens it, a file of a lower layer is shown itself; from then on, its copy in
/// the upper layer. Device and inode stay the same, and mappings made before show the old file for
/// ever. The two differ in their birth time, which overlayfs passes through.
pub(crate) fn layer_of(fd: BorrowedFd<'_>, id: FileId) -> u64 {
    if !may_be_layered(id) || !fs::fstatfs(fd).is_ok_and(|facts| magic(&facts) == OVERLAYFS) {
        return 0;
    }
    birth(fs::statx(fd, "", AtFlags::EMPTY_PATH, StatxFlags::BTIME))
}

/// As [`layer_of`], for the file at a path.
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

/// Whether a path leads to overlayfs.
pub(super) fn is_layered(path: &Path) -> bool {
    fs::statfs(path).is_ok_and(|facts| magic(&facts) == OVERLAYFS)
}

/// The device numbers of overlayfs are anonymous. This spares files on disks a system call.
fn may_be_layered(id: FileId) -> bool {
    fs::major(id.device) == 0
}

fn birth(found: rustix::io::Result<fs::Statx>) -> u64 {
    let Ok(found) = found else { return 0 };
    if !StatxFlags::from_bits_retain(found.stx_mask).contains(StatxFlags::BTIME) {
        return 0;
    }
    let seconds = found.stx_btime.tv_sec.cast_unsigned().wrapping_mul(1_000_000_000);
    seconds.wrapping_add(u64::from(found.stx_btime.tv_nsec))
}
