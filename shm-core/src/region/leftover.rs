//! The files under temporary names that killed processes left in a directory.
//!
//! | name | meaning |
//! | --- | --- |
//! | `.shm-new.PID.RANDOM` | a region in the making; its maker keeps [`MAKERS_BYTE`] locked |
//! | `.shm-new.PIDS.TIMES.PID.START.COUNT` | the same, by older versions of this library, without a lock |
//! | `.shm-old.INODE.RANDOM` | a name that was being removed ([`super::aside`]), with the inode of the file that it meant |

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::SystemTime;

use crate::sys;
use crate::sys::file::Links;
use crate::sys::process::Life;

/// The start of the temporary name of a region in the making.
const NEW: &str = ".shm-new.";
/// The start of the name of a file whose own name is being removed.
const OLD: &str = ".shm-old.";

/// The byte that the maker of a region keeps locked while the file has a temporary name;
/// `docs/format.md`. It comes after the bytes of the participants and of growth.
const MAKERS_BYTE: u64 = (1 << 62) + 1026;

/// One region is made without a search for leftovers for each of this many entries in its directory:
/// the cost of a creation must not depend on the number of files.
const ENTRIES_PER_SKIP: usize = 64;

/// More directories than this are not remembered.
const DIRECTORIES: usize = 1024;

/// A file with a temporary name: of a region that a process is making right now, or left by one that was
/// killed.
///
/// Creating regions removes the leftovers in their directory sooner or later; so does [`Leftover::remove`].
///
/// ```
/// use shm_core::region::Leftover;
///
/// for entry in std::fs::read_dir("/dev/shm")? {
///     let path = entry?.path();
///     if let Some(Leftover::Abandoned) = Leftover::at(&path) {
///         Leftover::remove(&path);
///     }
/// }
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Leftover {
    /// A process is making a region.
    BeingMade,
    /// The process that used the name is gone, and no process needs the file.
    Abandoned,
    /// A region that lost its name by mistake, because it got the name just as the name of its
    /// predecessor was being removed. The file is whole: rename it, or remove it.
    Displaced,
    /// Unknown: the file belongs to another user, or an older version of this library made it in another
    /// pid namespace.
    Unknown,
}

impl Leftover {
    /// Returns the state of the file at a path, if it has a temporary name. Locks and changes nothing.
    #[must_use]
    pub fn at(path: &Path) -> Option<Self> {
        let name = Name::of(path)?;
        // Opening a device can have side effects.
        if !sys::file::facts_at(path).is_ok_and(|facts| facts.is_regular) {
            return None;
        }
        Some(match name {
            Name::New => look(path),
            Name::Unlocked { pid, start } => match sys::process::life(pid, start) {
                Life::Gone => Self::Abandoned,
                Life::Alive => Self::BeingMade,
                Life::Unknown => Self::Unknown,
            },
            Name::Foreign => Self::Unknown,
            Name::Old { inode } if is_inode(path, inode) => Self::Abandoned,
            Name::Old { .. } => Self::Displaced,
        })
    }

    /// Removes the file at a path if it has a temporary name and was abandoned; returns whether it did.
    pub fn remove(path: &Path) -> bool {
        if Self::at(path) != Some(Self::Abandoned) {
            return false;
        }
        // The lock also excludes a maker that is only about to lock the file, which then makes a new one.
        let claimed = match Name::of(path) {
            Some(Name::New) => match claimed(path) {
                Some(file) => Some(file),
                None => return false,
            },
            _ => None,
        };
        let is_removed = sys::file::unlink(path).is_ok();
        drop(claimed);
        is_removed
    }
}

/// The facts in a temporary name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Name {
    New,
    /// Made by an older version, in these namespaces.
    Unlocked {
        pid: u32,
        start: u64,
    },
    /// Made by an older version, in other namespaces.
    Foreign,
    Old {
        inode: u64,
    },
}

impl Name {
    fn of(path: &Path) -> Option<Self> {
        let name = path.file_name()?.to_str()?;
        if let Some(rest) = name.strip_prefix(OLD) {
            let (inode, random) = rest.split_once('.')?;
            return is_random(random).then_some(Self::Old { inode: inode.parse().ok()? });
        }
        let rest = name.strip_prefix(NEW)?;
        if let Some((pid, random)) = rest.split_once('.') {
            if pid.parse::<u32>().is_ok() && is_random(random) {
                return Some(Self::New);
            }
        }
        let numbers: Option<Vec<u64>> = rest.split('.').map(|part| part.parse().ok()).collect();
        let &[pids, times, pid, start, _] = numbers?.as_slice() else { return None };
        let here = sys::process::pid_namespace().ok().zip(Some(sys::process::time_namespace()));
        let is_here = here == u32::try_from(times).ok().map(|times| (pids, times)) && start != 0;
        let pid = u32::try_from(pid).ok()?;
        Some(if is_here { Self::Unlocked { pid, start } } else { Self::Foreign })
    }
}

fn is_random(text: &str) -> bool {
    text.len() == 16 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Returns a unique name for a region in the making: hidden, with this process's id for human readers.
/// The region's own name is left out, because the result could exceed the maximum length of a name.
pub(super) fn new_name() -> String {
    format!("{NEW}{}.{:016x}", std::process::id(), random())
}

/// Returns a name to which a file is moved before its own name is removed.
pub(super) fn old_name(inode: u64) -> String {
    format!("{OLD}{inode}.{:016x}", random())
}

fn random() -> u64 {
    // Each state has different keys, seeded by the kernel's random numbers.
    RandomState::new().hash_one((std::process::id(), SystemTime::now()))
}

/// Marks the file as being made by this process. Returns `false` if another process has claimed it as a
/// leftover.
pub(super) fn claim(file: BorrowedFd<'_>) -> bool {
    // Where files cannot be locked, no process judges a leftover by its lock.
    sys::byte_lock::try_lock(file, MAKERS_BYTE).unwrap_or(true)
}

/// Ends the claim on a finished region.
pub(super) fn release(file: BorrowedFd<'_>) {
    // A failure cannot be handled; the file no longer has a temporary name.
    let _ = sys::byte_lock::unlock(file, MAKERS_BYTE);
}

/// Returns whether a file's maker still holds its lock.
fn look(path: &Path) -> Leftover {
    let Ok(file) = sys::file::open(path, false, Links::Refuse) else { return Leftover::Unknown };
    match sys::byte_lock::is_locked_elsewhere(file.as_fd(), MAKERS_BYTE) {
        Ok(true) => Leftover::BeingMade,
        Ok(false) => Leftover::Abandoned,
        Err(_) => Leftover::Unknown,
    }
}

/// Returns the file at a path, if it can be locked against its maker and still has that path afterwards.
fn claimed(path: &Path) -> Option<OwnedFd> {
    let file = sys::file::open(path, true, Links::Refuse).ok()?;
    let is_ours = sys::byte_lock::try_lock(file.as_fd(), MAKERS_BYTE).ok()?;
    let id = sys::file::facts(&file).ok()?.id;
    (is_ours && sys::file::id_at(path).ok()? == id).then_some(file)
}

fn is_inode(path: &Path, inode: u64) -> bool {
    sys::file::id_at(path).is_ok_and(|id| id.inode() == inode)
}

/// Removes the leftovers in a directory, unless it was searched a moment ago. Correctness does not
/// depend on success.
pub(super) fn sweep(directory: &Path) {
    if !is_due(directory) {
        return;
    }
    let Ok(entries) = std::fs::read_dir(directory) else { return };
    let mut count = 0;
    for entry in entries.flatten() {
        count += 1;
        if entry.file_name().as_encoded_bytes().starts_with(b".shm-") {
            Leftover::remove(&entry.path());
        }
    }
    looked_through(directory, count);
}

/// The number of regions to make in each directory before the next search. Never waited for: in a child
/// forked at a bad moment it is locked for ever, and that child searches each time.
static SKIPS: Mutex<Option<HashMap<PathBuf, usize>>> = Mutex::new(None);

fn is_due(directory: &Path) -> bool {
    let Ok(mut skips) = SKIPS.try_lock() else { return true };
    match skips.as_mut().and_then(|skips| skips.get_mut(directory)) {
        Some(left) if *left > 0 => {
            *left -= 1;
            false
        }
        _ => true,
    }
}

fn looked_through(directory: &Path, entries: usize) {
    let Ok(mut skips) = SKIPS.try_lock() else { return };
    let skips = skips.get_or_insert_default();
    if skips.len() >= DIRECTORIES {
        skips.clear();
    }
    if entries >= ENTRIES_PER_SKIP {
        skips.insert(directory.to_owned(), entries / ENTRIES_PER_SKIP);
    } else {
        skips.remove(directory);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name_of(name: &str) -> Option<Name> {
        Name::of(Path::new(name))
    }

    #[test]
    fn only_names_made_by_this_library_are_temporary() {
        assert_eq!(name_of(&new_name()), Some(Name::New));
        assert_eq!(name_of(&old_name(7)), Some(Name::Old { inode: 7 }));
        assert_eq!(name_of(".shm-new.1.2.7.815.0"), Some(Name::Foreign));
        for name in [
            "station",
            ".shm-new.",
            ".shm-new.not-ours",
            ".shm-new.7.0123456789abcde",
            ".shm-new.7.0123456789abcdefg",
            ".shm-new.x.0123456789abcdef",
            ".shm-new.1.2.3.4",
            ".shm-old.0123456789abcdef",
            ".shm-old.7.x",
        ] {
            assert_eq!(name_of(name), None, "{name}");
        }
    }

    #[test]
    fn a_name_made_by_an_older_version_is_judged_by_its_process_if_possible() {
        let place = format!(
            "{}.{}",
            sys::process::pid_namespace().unwrap(),
            sys::process::time_namespace()
        );
        let name = format!("{NEW}{place}.7.815.0");
        assert_eq!(name_of(&name), Some(Name::Unlocked { pid: 7, start: 815 }));
        // A start time of 0 identifies no process.
        assert_eq!(name_of(&format!("{NEW}{place}.7.0.0")), Some(Name::Foreign));
    }

    #[test]
    fn a_directory_with_more_entries_is_searched_less_often() {
        let directory = Path::new("/shm-test-leftover-skips");
        assert!(is_due(directory) && is_due(directory));
        looked_through(directory, 3 * ENTRIES_PER_SKIP);
        assert_eq!([0; 4].map(|_| is_due(directory)), [false, false, false, true]);
        looked_through(directory, ENTRIES_PER_SKIP - 1);
        assert!(is_due(directory));
    }
}
