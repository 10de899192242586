//! Only its follower writes a mirror: every other process gets an error that names the origin.

use std::fs::{File, Permissions};
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use super::Mirror;
use super::words::LEN;
use crate::error::Error;
use crate::format;
use crate::sys;
use crate::sys::file::Links;

/// The permission of the owner to write a file.
const OWNER_WRITES: u32 = 0o200;

/// The error for a process that opens a mirror for writing and is not its follower. Its section is at that offset.
#[cold]
pub(crate) fn refusal(file: BorrowedFd<'_>, offset: u64, label: &str) -> Error {
    let mut bytes = [0; LEN];
    // A part that is missing reads as zeros: an origin without a name.
    let _ = sys::file::read_at(file, offset, &mut bytes);
    let origin = Mirror::from_bytes(&bytes).origin().to_owned();
    Error::IsMirror { region: label.to_owned(), origin }
}

/// Opens a file for writing that may only be read, if it is a mirror and the process its follower, whose user then is the
/// owner. Otherwise returns the error.
#[cold]
pub(crate) fn open_denied(
    path: &Path,
    is_follower: bool,
    error: io::Error,
) -> Result<OwnedFd, Denied> {
    if error.kind() != io::ErrorKind::PermissionDenied {
        return Err(Denied::System(error));
    }
    let Some((file, offset)) = mirror_at(path) else { return Err(Denied::System(error)) };
    if is_follower {
        let open = || sys::file::open(path, true, Links::Refuse);
        return as_writable(&file, open).map_err(Denied::System);
    }
    let label = path.display().to_string();
    Err(Denied::Mirror(refusal(file.as_fd(), offset, &label)))
}

/// Opens a file again that this process has open for writing, if it is a mirror and that was denied. Otherwise returns the
/// error.
#[cold]
pub(crate) fn reopen_denied(
    file: &OwnedFd,
    error: io::Error,
    open: impl FnOnce() -> io::Result<OwnedFd>,
) -> io::Result<OwnedFd> {
    let file = File::from(file.try_clone()?);
    match error.kind() {
        io::ErrorKind::PermissionDenied if section_in(&file).is_some() => as_writable(&file, open),
        _ => Err(error),
    }
}

/// Opens a file of this user for writing, which has to be allowed for that moment.
fn as_writable(file: &File, open: impl FnOnce() -> io::Result<OwnedFd>) -> io::Result<OwnedFd> {
    let usual = file.metadata()?.permissions();
    file.set_permissions(Permissions::from_mode(usual.mode() | OWNER_WRITES))?;
    let opened = open();
    file.set_permissions(usual)?;
    opened
}

/// The reason why a file was not opened.
pub(crate) enum Denied {
    System(io::Error),
    Mirror(Error),
}

/// The file of this name and where its section is, if it is a mirror.
fn mirror_at(path: &Path) -> Option<(File, u64)> {
    let file = File::from(sys::file::open(path, false, Links::Refuse).ok()?);
    let offset = section_in(&file)?;
    Some((file, offset))
}

/// Where the section is in a file, if it is a mirror.
fn section_in(file: &File) -> Option<u64> {
    let header = format::check(file, file.metadata().ok()?.len()).ok()?;
    header.mirror().ok()?
}
