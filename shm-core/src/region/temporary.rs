//! The file of a region in the making: without a name where the system supports that, and under a
//! temporary one elsewhere, or for the moment in which it replaces another file.
//!
//! The maker of a file with a temporary name keeps a byte of it write-locked. The kernel releases the
//! lock when the maker dies, and it is visible in every namespace; [`leftover`] judges by it.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::{Path, PathBuf};

use super::settings::Settings;
use super::{failure, leftover, name};
use crate::error::Error;
use crate::fault;
use crate::sys;

/// The behaviour if the name is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum IfTaken {
    Refuse,
    Replace,
}

/// A name that is removed on drop, unless the file has been renamed by then.
pub(super) struct TemporaryName(PathBuf);

impl Drop for TemporaryName {
    fn drop(&mut self) {
        // A failure cannot be handled, and correctness does not depend on success.
        let _ = sys::file::unlink(&self.0);
    }
}

/// Makes the file in the directory where it will get its name.
pub(super) fn make(
    path: &Path,
    settings: &Settings,
) -> Result<(OwnedFd, Option<TemporaryName>), Error> {
    make_file(path, settings)
        .map_err(|error| failure::creating(path, "creating its file", 0, error))
}

fn make_file(path: &Path, settings: &Settings) -> io::Result<(OwnedFd, Option<TemporaryName>)> {
    let directory = name::directory(path);
    leftover::sweep(directory);
    let unnamed = match settings.named_temporary {
        true => None,
        false => sys::file::unnamed(directory)?,
    };
    let (file, temporary) = match unnamed {
        Some(file) if sys::file::can_be_linked(file.as_fd()) => (file, None),
        _ => make_named(directory)?,
    };
    sys::file::set_mode(file.as_fd(), settings.mode)?;
    Ok((file, temporary))
}

/// Makes the file under a temporary name.
fn make_named(directory: &Path) -> io::Result<(OwnedFd, Option<TemporaryName>)> {
    loop {
        let temporary = directory.join(leftover::new_name());
        let file = match sys::file::create_new(&temporary) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => continue,
            other => other?,
        };
        let temporary = TemporaryName(temporary);
        fault::point("temporary: not locked");
        // Until it is locked, another process may consider the file a leftover and remove it.
        if leftover::claim(file.as_fd()) && still_means(&temporary.0, file.as_fd()) {
            fault::point("temporary: locked");
            return Ok((file, Some(temporary)));
        }
    }
}

fn still_means(path: &Path, file: BorrowedFd<'_>) -> bool {
    let ours = sys::file::facts(file).map(|facts| facts.id);
    matches!((ours, sys::file::id_at(path)), (Ok(ours), Ok(there)) if ours == there)
}

/// Gives the file its final name, which publishes the region.
pub(super) fn publish(
    file: BorrowedFd<'_>,
    temporary: Option<&TemporaryName>,
    path: &Path,
    if_taken: IfTaken,
) -> Result<(), Error> {
    give_name(file, temporary, path, if_taken)
        .map_err(|error| failure::creating(path, "giving it its name", 0, error))
}

fn give_name(
    file: BorrowedFd<'_>,
    temporary: Option<&TemporaryName>,
    path: &Path,
    if_taken: IfTaken,
) -> io::Result<()> {
    let for_a_moment;
    let temporary = match (if_taken, temporary) {
        (IfTaken::Refuse, None) => return sys::file::link(file, path),
        (_, Some(temporary)) => temporary,
        // A link cannot replace a file; a rename can, but needs an old name.
        (IfTaken::Replace, None) => {
            for_a_moment = name_temporarily(file, name::directory(path))?;
            &for_a_moment
        }
    };
    fault::point("before replacing");
    match if_taken {
        IfTaken::Refuse => sys::file::rename_new(&temporary.0, path)?,
        IfTaken::Replace => sys::file::rename_over(&temporary.0, path)?,
    }
    leftover::release(file);
    Ok(())
}

/// Gives a file without a name a temporary one. It is claimed before it is visible.
fn name_temporarily(file: BorrowedFd<'_>, directory: &Path) -> io::Result<TemporaryName> {
    leftover::claim(file);
    loop {
        let temporary = directory.join(leftover::new_name());
        match sys::file::link(file, &temporary) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            other => return other.map(|()| TemporaryName(temporary)),
        }
    }
}
