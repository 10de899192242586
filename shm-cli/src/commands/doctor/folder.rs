//! What the file system of a folder allows.

use std::io;
use std::path::Path;

use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;

use super::report::Check;
use crate::quantity::{grouped, size};

/// With less room than this, no region of any use can be created.
const LITTLE_ROOM: u64 = 1 << 20;

/// A folder in memory that is not larger than this was given little on purpose: containers get 64 MiB.
const SMALL: u64 = 128 << 20;

/// Examines the file system of a folder.
pub(super) fn checks(folder: &Path) -> Vec<Check> {
    [file_system(folder), room(folder), files(folder), unnamed(folder)]
        .into_iter()
        .flatten()
        .collect()
}

/// The names of file systems by their numbers in statfs(2), and whether they are in memory, or reach other machines.
const FILE_SYSTEMS: [(i64, &str, Reach); 16] = [
    (0x0102_1994, "tmpfs", Reach::Memory),
    (0x8584_58f6, "ramfs", Reach::Memory),
    (0x9584_58f6, "hugetlbfs", Reach::Memory),
    (0xef53, "ext4", Reach::Disk),
    (0x5846_5342, "xfs", Reach::Disk),
    (0x9123_683e, "btrfs", Reach::Disk),
    (0xf2f5_2010, "f2fs", Reach::Disk),
    (0x2fc1_2fc1, "zfs", Reach::Disk),
    (0x794c_7630, "overlayfs", Reach::Disk),
    (0x4d44, "vfat", Reach::Disk),
    (0x6969, "nfs", Reach::Network),
    (0xff53_4d42, "cifs", Reach::Network),
    (0xfe53_4d42, "smb", Reach::Network),
    (0x0102_1997, "9p", Reach::Network),
    (0x6573_5546, "fuse", Reach::Network),
    (0x1cd1, "devpts", Reach::Disk),
];

/// Where the bytes of a file are.
#[derive(Clone, Copy)]
enum Reach {
    Memory,
    Disk,
    Network,
}

fn file_system(folder: &Path) -> Option<Check> {
    let number = rustix::fs::statfs(folder).ok()?.f_type as i64;
    // The type of the field differs between processors, and some sign-extend it.
    let number = number & 0xffff_ffff;
    let known = FILE_SYSTEMS.iter().find(|(known, ..)| *known == number);
    Some(match known {
        Some((_, name, Reach::Memory)) => {
            Check::ok("file system", format!("{name}, in memory: nothing survives a boot"))
        }
        Some((_, name, Reach::Network)) => Check::note(
            "file system",
            format!("{name}, which may be shared with other machines"),
            "a region is shared by the processes of one machine: others see neither its locks nor, at once, its bytes",
        ),
        Some((_, name, Reach::Disk)) => Check::note(
            "file system",
            format!("{name}, on a disk"),
            "regions here outlive a boot, and their changes are written back: /dev/shm is in memory",
        ),
        None => Check::note(
            "file system",
            format!("of the unknown type {number:#x}"),
            "whether it keeps files in memory is unknown",
        ),
    })
}

fn room(folder: &Path) -> Option<Check> {
    let facts = rustix::fs::statvfs(folder).ok()?;
    // A file system without a limit of its own reports no blocks.
    if facts.f_blocks == 0 {
        return Some(Check::ok("room", "no limit of its own"));
    }
    let bytes = |blocks: u64| blocks.saturating_mul(facts.f_frsize);
    let (all, free) = (bytes(facts.f_blocks), bytes(facts.f_bavail));
    let found = format!("{} free of {}", size(free), size(all));
    let enlarge = format!(
        "`mount -o remount,size=2G {}` enlarges it, for a container `docker run --shm-size=1g`",
        folder.display()
    );
    Some(if free < LITTLE_ROOM {
        let advice =
            format!("`shm rm --dead {}` removes what is left over; {enlarge}", folder.display());
        Check::todo("room", found, advice)
    } else if all <= SMALL {
        Check::note("room", found, enlarge)
    } else {
        Check::ok("room", found)
    })
}

fn files(folder: &Path) -> Option<Check> {
    let facts = rustix::fs::statvfs(folder).ok()?;
    // Some file systems create inodes on demand and report none.
    if facts.f_files == 0 {
        return None;
    }
    let found = format!("{} more can be created", grouped(facts.f_favail));
    Some(if facts.f_favail == 0 {
        let advice = "the file system has no inodes left: remove files, or remount it with a larger `nr_inodes`";
        Check::todo("files", found, advice)
    } else {
        Check::ok("files", found)
    })
}

/// Creates a file that has no name, and so vanishes by itself.
fn unnamed(folder: &Path) -> Option<Check> {
    let flags = OFlags::TMPFILE | OFlags::RDWR | OFlags::CLOEXEC;
    let made = rustix::fs::open(folder, flags, Mode::RUSR | Mode::WUSR);
    Some(match made {
        Ok(_) => Check::ok("O_TMPFILE", "yes: a killed process leaves no half-made region"),
        // Older kernels take the flags for those of a folder.
        Err(Errno::OPNOTSUPP | Errno::ISDIR | Errno::INVAL | Errno::NOENT) => Check::note(
            "O_TMPFILE",
            "not on this file system",
            "a region has a temporary name until it is whole: one whose process is killed meanwhile stays under that name \
             until the next one is created in the folder",
        ),
        Err(error) => Check::todo(
            "O_TMPFILE",
            format!("no file can be created here: {}", io::Error::from(error)),
            "this user can open regions in the folder, if they allow it, but not create any",
        ),
    })
}
