//! From the operating system's errors to ours: one place that knows what each means for a region.

use std::io;
use std::path::Path;

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
        (io::ErrorKind::NotFound, _) => Error::NotFound { region },
        (_, Some(ELOOP)) => Error::NotRegularFile { region, found: "a symbolic link" },
        (_, Some(ENXIO)) => Error::NotRegularFile { region, found: "a socket or a device" },
        (io::ErrorKind::IsADirectory, _) => Error::NotRegularFile { region, found: "a directory" },
        _ => other(region, doing, error),
    }
}

/// What an error means while a new file of `needed` bytes is made.
pub(super) fn creating(path: &Path, doing: &'static str, needed: u64, error: io::Error) -> Error {
    let region = path.display().to_string();
    if let Some(limit) = exhausted(doing, &error) {
        return Error::Exhausted { region, doing, limit };
    }
    let cause = match error.kind() {
        io::ErrorKind::NotFound => return Error::NoDirectory { region },
        io::ErrorKind::AlreadyExists => return Error::AlreadyExists { region },
        io::ErrorKind::StorageFull => "the file system is full",
        io::ErrorKind::QuotaExceeded => "the user's quota is used up",
        io::ErrorKind::FileTooLarge => "that is more than a file may have here",
        io::ErrorKind::OutOfMemory => "there is not enough memory",
        _ => return other(region, doing, error),
    };
    Error::NotEnoughSpace { region, needed, cause: cause.to_owned() }
}

fn other(region: String, doing: &'static str, source: io::Error) -> Error {
    if source.kind() == io::ErrorKind::PermissionDenied {
        return Error::PermissionDenied { region, doing };
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
