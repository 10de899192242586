//! From the operating system's errors to ours: one place that knows what each means for a region.

use std::io;
use std::path::Path;

use super::name;
use crate::error::Error;
use crate::sys;

/// What is done when a file is mapped.
pub(super) const MAPPING: &str = "mapping";

/// Linux's `ELOOP`: what opening a symbolic link with `O_NOFOLLOW` says.
const ELOOP: i32 = 40;
/// Linux's `ENXIO`: what opening a socket, or a device that is not there, says.
const ENXIO: i32 = 6;

/// What an error means while an existing file is opened or looked at.
pub(crate) fn opening(path: &Path, doing: &'static str, error: io::Error) -> Error {
    let region = path.display().to_string();
    match (error.kind(), error.raw_os_error()) {
        (io::ErrorKind::NotFound, _) => Error::NotFound { region, advice: absent(path) },
        (_, Some(ELOOP)) => no_file(region, "a symbolic link"),
        (_, Some(ENXIO)) => no_file(region, "a socket or a device"),
        (io::ErrorKind::IsADirectory, _) => no_file(region, "a directory"),
        _ => other(region, doing, error, permissions(doing)),
    }
}

/// What is done when a region is opened with [`ReadWrite`](crate::ReadWrite).
pub(super) const WRITING: &str = "opening it for writing";

/// The error for what is no regular file, where a region was looked for.
pub(crate) fn no_file(region: String, found: &'static str) -> Error {
    Error::NotRegularFile { region, found, advice: "no region can be there" }
}

fn absent(path: &Path) -> String {
    let advice = "start the process that creates it first, or use `open_wait` or `open_or_create`"
        .to_owned();
    match in_the_current_directory(path) {
        Some(hint) => format!("{advice}. {hint}"),
        None => advice,
    }
}

/// What to say of a file in `/dev/shm` that does not exist, if the current directory has one of that
/// name.
pub(super) fn in_the_current_directory(path: &Path) -> Option<String> {
    let name = name::if_plain(path)?;
    let here = Path::new(".").join(name);
    // As `symlink_metadata`: a dangling link is there as well.
    here.symlink_metadata().ok()?;
    Some(format!(
        "There is a {0} in the current directory; a name without a slash means a file in /dev/shm: for \
         the other one, write `{0}`",
        here.display()
    ))
}

fn permissions(doing: &'static str) -> &'static str {
    match doing {
        WRITING => "check the file's owner and mode, or open it with `open_read_only`",
        _ => "check the owner and mode of the file and of the directories that lead to it",
    }
}

const TAKEN: &str = "use `open`, `open_or_create` or `create_or_replace`";
const DIRECTORY: &str = "check the owner and mode of the directory that it is to be in";

/// What an error means while a new file of `needed` bytes is made.
pub(super) fn creating(path: &Path, doing: &'static str, needed: u64, error: io::Error) -> Error {
    let region = path.display().to_string();
    if let Some(limit) = exhausted(doing, &error) {
        return Error::Exhausted { region, doing, limit };
    }
    let cause = match error.kind() {
        io::ErrorKind::NotFound => return Error::NoDirectory { region },
        io::ErrorKind::AlreadyExists => return Error::AlreadyExists { region, advice: TAKEN },
        io::ErrorKind::StorageFull => "the file system is full",
        io::ErrorKind::QuotaExceeded => "the user's quota is used up",
        io::ErrorKind::FileTooLarge => "that is more than a file may have here",
        io::ErrorKind::OutOfMemory => "there is not enough memory",
        _ => return other(region, doing, error, DIRECTORY),
    };
    Error::NotEnoughSpace { region, needed, cause: cause.to_owned() }
}

fn other(region: String, doing: &'static str, source: io::Error, advice: &'static str) -> Error {
    if source.kind() == io::ErrorKind::PermissionDenied {
        return Error::PermissionDenied { region, doing, advice };
    }
    match exhausted(doing, &source) {
        Some(limit) => Error::Exhausted { region, doing, limit },
        None => Error::Io { region, doing, source },
    }
}

/// Linux's `ENOMEM`: what mapping says where there are too many mappings, or too little address space.
const ENOMEM: i32 = 12;

fn exhausted(doing: &str, error: &io::Error) -> Option<String> {
    if doing == MAPPING && error.raw_os_error() == Some(ENOMEM) {
        return Some(sys::process::mappings_exhausted());
    }
    sys::process::exhausted(error)
}
