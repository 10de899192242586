//! What a process that was killed left in a directory: files under temporary names.
//!
//! | name | what it is |
//! | --- | --- |
//! | `.shm-new.PID.RANDOM` | a region in the making; its maker keeps [`MAKERS_BYTE`] locked |
//! | `.shm-new.PIDS.TIMES.PID.START.COUNT` | the same, by older versions of this library, without a lock |
//! | `.shm-old.INODE.RANDOM` | a name that was being removed ([`super::aside`]); the inode is that of the file that it meant |

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::SystemTime;

use crate::sys;
use crate::sys::file::Links;
use crate::sys::process::Life;

/// How the temporary name of a region in the making starts.
const NEW: &str = ".shm-new.";
/// How the name of a file starts whose name is being removed.
const OLD: &str = ".shm-old.";

/// The byte that the maker of a region keeps locked while the file has a temporary name;
/// `docs/format.md`. It comes after the bytes of the participants and of growth.
const MAKERS_BYTE: u64 = (1 << 62) + 1026;

/// For so many entries of a directory, one region is made there without a look for leftovers: what a
/// creation costs must not depend on how many there are.
const ENTRIES_PER_SKIP: usize = 64;

/// More directories than this are not remembered.
const DIRECTORIES: usize = 1024;

/// A file with a temporary name: of a region that a process is making right now, or left behind by
/// one that was killed.
///
/// Creating a region removes what was left behind in its directory, sooner or later; so does
/// [`Leftover::remove`].
///
/// ```
/// use shm_core::Leftover;
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
    /// The process that had the name is gone, and nothing needs the file.
    Abandoned,
    /// A region that had its name taken away by mistake, because it was given the name at the moment
    /// in which the region before it was to lose it. The file is whole: rename it, or remove it.
    Displaced,
    /// It cannot be told: the file belongs to another user, or an older version of this library made
    /// it in another pid namespace.
    Unknown,
}

impl Leftover {
    /// What the file at a path is, if it has a temporary name. Nothing is locked or changed.
    #[must_use]
    pub fn at(path: &Path) -> Option<Self> {
        let name = Name::of(path)?;
        // To open a device can have effects.
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

    /// Removes the file at a path, if it has a temporary name and was abandoned. Whether it did.
    pub fn remove(path: &Path) -> bool {
        if Self::at(path) != Some(Self::Abandoned) {
            return false;
        }
        // What the maker could still be about to lock is locked against it: it makes another one then.
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

/// What a temporary name says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Name {
    New,
    /// By an older version, in these namespaces.
    Unlocked {
        pid: u32,
        start: u64,
    },
    /// By an older version, in others.
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
        if let Some((pid, random)) = rest.split_once('.')
            && pid.parse::<u32>().is_ok()
            && is_random(random)
        {
            return Some(Self::New);
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

/// A name for a region in the making that no other file has: hidden, with this process's number, for
/// people. The region's own name is left out: with it the whole could be longer than a name may be.
pub(super) fn new_name() -> String {
    format!("{NEW}{}.{:016x}", std::process::id(), random())
}

/// A name to move a file to whose own name is to be removed.
pub(super) fn old_name(inode: u64) -> String {
    format!("{OLD}{inode}.{:016x}", random())
}

fn random() -> u64 {
    // Each state has other keys, which the kernel's random numbers begin.
    RandomState::new().hash_one((std::process::id(), SystemTime::now()))
}

/// Says that this process is making the region in a file. `false` if another process has taken the
/// file for a leftover.
pub(super) fn claim(file: BorrowedFd<'_>) -> bool {
    // Where files cannot be locked, no process judges by locks.
    sys::byte_lock::try_lock(file, MAKERS_BYTE).unwrap_or(true)
}

/// The region is made.
pub(super) fn release(file: BorrowedFd<'_>) {
    // Nothing can be done about a failure; the file has no temporary name any more.
    let _ = sys::byte_lock::unlock(file, MAKERS_BYTE);
}

/// Whether a file's maker still has it.
fn look(path: &Path) -> Leftover {
    let Ok(file) = sys::file::open(path, false, Links::Refuse) else { return Leftover::Unknown };
    match sys::byte_lock::is_locked_elsewhere(file.as_fd(), MAKERS_BYTE) {
        Ok(true) => Leftover::BeingMade,
        Ok(false) => Leftover::Abandoned,
        Err(_) => Leftover::Unknown,
    }
}

/// The file at a path, if it can be locked against its maker and still is there then.
fn claimed(path: &Path) -> Option<OwnedFd> {
    let file = sys::file::open(path, true, Links::Refuse).ok()?;
    let is_ours = sys::byte_lock::try_lock(file.as_fd(), MAKERS_BYTE).ok()?;
    let id = sys::file::facts(&file).ok()?.id;
    (is_ours && sys::file::id_at(path).ok()? == id).then_some(file)
}

fn is_inode(path: &Path, inode: u64) -> bool {
    sys::file::id_at(path).is_ok_and(|id| id.inode() == inode)
}

/// Removes what was left behind in a directory, unless that was looked for a moment ago. Nothing
/// depends on success.
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

/// How many regions will be made in which directory before the next look. It is never waited for: a
/// child that was forked at a bad moment has it locked for ever, and then looks each time.
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
    fn only_names_that_this_library_gives_are_temporary() {
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
    fn the_name_of_an_older_version_is_judged_by_process_where_it_can_be() {
        let place = format!(
            "{}.{}",
            sys::process::pid_namespace().unwrap(),
            sys::process::time_namespace()
        );
        let name = format!("{NEW}{place}.7.815.0");
        assert_eq!(name_of(&name), Some(Name::Unlocked { pid: 7, start: 815 }));
        // No process is judged by a start time of 0.
        assert_eq!(name_of(&format!("{NEW}{place}.7.0.0")), Some(Name::Foreign));
    }

    #[test]
    fn a_directory_is_looked_through_once_for_so_many_entries() {
        let directory = Path::new("/shm-test-leftover-skips");
        assert!(is_due(directory) && is_due(directory));
        looked_through(directory, 3 * ENTRIES_PER_SKIP);
        assert_eq!([0; 4].map(|_| is_due(directory)), [false, false, false, true]);
        looked_through(directory, ENTRIES_PER_SKIP - 1);
        assert!(is_due(directory));
    }
}
