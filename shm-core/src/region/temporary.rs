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

/// A name beside `path` that nobody else has: hidden, with this process's id and a counter.
fn unused_name(path: &Path) -> PathBuf {
    static COUNTER: AtomicU32 = AtomicU32::new(0);
    let pid = std::process::id();
    let start = sys::process::start_time(pid).unwrap_or(0);
    let count = COUNTER.fetch_add(1, Ordering::Relaxed);
    // The region's own name is left out: with it the whole could be longer than a name may be.
    name::directory(path).join(format!(".shm-new.{pid}.{start}.{count}"))
}
