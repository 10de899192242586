//! The file of a region in the making: without a name where the file system can do that, under a
//! temporary one elsewhere.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use super::{RegionOptions, failure, name};
use crate::error::Error;
use crate::fault;
use crate::sys;
use crate::sys::process::Life;

/// What to do when the name is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Taken {
    Refuse,
    Replace,
}

/// A name that goes when this is dropped, unless it has been renamed by then.
pub(super) struct TemporaryName(PathBuf);

impl Drop for TemporaryName {
    fn drop(&mut self) {
        // Nothing can be done about a failure, and nothing depends on success.
        let _ = sys::file::unlink(&self.0);
    }
}

/// Makes the file, in the directory where it will get its name.
pub(super) fn make(
    path: &Path,
    options: &RegionOptions,
) -> Result<(OwnedFd, Option<TemporaryName>), Error> {
    make_file(path, options).map_err(|error| failure::creating(path, "creating its file", 0, error))
}

fn make_file(path: &Path, options: &RegionOptions) -> io::Result<(OwnedFd, Option<TemporaryName>)> {
    let unnamed = match options.named_temporary {
        true => None,
        false => sys::file::unnamed(name::directory(path))?,
    };
    let (file, temporary) = match unnamed {
        Some(file) => (file, None),
        None => {
            let temporary = unused_name(path);
            (sys::file::create_new(&temporary)?, Some(TemporaryName(temporary)))
        }
    };
    sys::file::set_mode(file.as_fd(), options.mode)?;
    Ok((file, temporary))
}

/// Gives the file the name it was made for: the step by which the region comes to exist.
pub(super) fn publish(
    file: BorrowedFd<'_>,
    temporary: Option<TemporaryName>,
    path: &Path,
    taken: Taken,
) -> Result<(), Error> {
    give_name(file, temporary, path, taken)
        .map_err(|error| failure::creating(path, "giving it its name", 0, error))
}

fn give_name(
    file: BorrowedFd<'_>,
    temporary: Option<TemporaryName>,
    path: &Path,
    taken: Taken,
) -> io::Result<()> {
    match (taken, temporary) {
        (Taken::Refuse, None) => sys::file::link(file, path),
        (Taken::Refuse, Some(temporary)) => sys::file::rename_new(&temporary.0, path),
        (Taken::Replace, Some(temporary)) => sys::file::rename_over(&temporary.0, path),
        (Taken::Replace, None) => {
            // A link cannot replace; a rename can, and needs a name to start from.
            let temporary = TemporaryName(unused_name(path));
            sys::file::link(file, &temporary.0)?;
            fault::point("before replacing");
            sys::file::rename_over(&temporary.0, path)
        }
    }
}

/// How every temporary name starts.
const PREFIX: &str = ".shm-new.";

/// A name beside `path` that nobody else has: hidden, with this process's identity and a counter.
/// What creators left there who died before they could rename it is removed first.
fn unused_name(path: &Path) -> PathBuf {
    static COUNTER: AtomicU32 = AtomicU32::new(0);
    let directory = name::directory(path);
    let place = namespaces();
    remove_leftovers(directory, &place);
    let pid = std::process::id();
    // Nobody judges a process by a start time of 0.
    let start = sys::process::own_start_time().unwrap_or(0);
    let count = COUNTER.fetch_add(1, Ordering::Relaxed);
    // The region's own name is left out: with it the whole could be longer than a name may be.
    directory.join(format!("{PREFIX}{place}.{pid}.{start}.{count}"))
}

/// Where process numbers and start times mean the same as here: elsewhere they say nothing.
fn namespaces() -> String {
    let pids = sys::process::pid_namespace().unwrap_or(0);
    format!("{pids}.{}", sys::process::time_namespace())
}

/// Removes the temporary names of processes that are gone for sure. Nothing depends on success.
fn remove_leftovers(directory: &Path, place: &str) {
    let Ok(entries) = std::fs::read_dir(directory) else { return };
    for entry in entries.flatten() {
        if entry.file_name().to_str().is_some_and(|name| is_leftover(name, place)) {
            let _ = sys::file::unlink(&entry.path());
        }
    }
}

/// Whether this is the temporary name of a process that was here and is gone.
fn is_leftover(name: &str, place: &str) -> bool {
    let ours = name.strip_prefix(PREFIX).and_then(|rest| rest.strip_prefix(place));
    let Some(identity) = ours.and_then(|rest| rest.strip_prefix('.')) else { return false };
    let mut numbers = identity.split('.').map(str::parse::<u64>);
    let (Some(Ok(pid)), Some(Ok(start)), Some(Ok(_)), None) =
        (numbers.next(), numbers.next(), numbers.next(), numbers.next())
    else {
        return false;
    };
    let Ok(pid) = u32::try_from(pid) else { return false };
    start != 0 && !place.starts_with("0.") && sys::process::life(pid, start) == Life::Gone
}
