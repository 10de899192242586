//! Errors of the operating system as they apply to an overlay, with advice that fits one.

use std::io;
use std::path::Path;

use super::map::ENODEV;
use crate::error::Error;
use crate::region::{failure, name};

/// The operation when a file is opened for an overlay that writes.
pub(super) const WRITING: &str = failure::WRITING;

/// The error of opening or examining an existing file.
pub(super) fn opening(path: &Path, doing: &'static str, error: io::Error) -> Error {
    let plain = name::if_plain(path);
    reworded(failure::opening(path, doing, error), |error| match error {
        Error::NotFound { help, .. } => *help = absent(path, plain),
        Error::PermissionDenied { help, .. } => *help = permissions(doing),
        Error::NotRegularFile { help, .. } => *help = NO_FILE,
        _ => {}
    })
}

/// The error of creating a file for an overlay.
pub(super) fn creating(error: Error) -> Error {
    reworded(error, |error| {
        if let Error::AlreadyExists { help, .. } = error {
            *help = "use `Overlay::open`, or remove it first";
        }
    })
}

/// The error for a file that is not a regular one.
pub(super) fn no_file(path: &Path, found: &'static str) -> Error {
    Error::NotRegularFile { region: path.display().to_string(), found, help: NO_FILE }
}

/// The error of a mapping.
pub(super) fn mapping(region: &str, writable: bool, error: io::Error) -> Error {
    if error.raw_os_error() == Some(ENODEV) {
        let found = "something that cannot be mapped (mmap(2) says ENODEV)";
        let help = "files can be, memfds, and devices that have memory";
        return Error::NotRegularFile { region: region.to_owned(), found, help };
    }
    if error.kind() == io::ErrorKind::PermissionDenied {
        return no_right(region, writable);
    }
    failure::opening(Path::new(region), failure::MAPPING, error)
}

/// The error for a descriptor without the necessary access mode.
pub(super) fn no_right(region: &str, writable: bool) -> Error {
    let help = if writable { UNWRITABLE } else { UNREADABLE };
    Error::PermissionDenied { region: region.to_owned(), doing: failure::MAPPING, help }
}

const NO_FILE: &str = "if it is a device that can be mapped, open it, and use `Overlay::from_fd`; nothing \
     else can be laid over";
const UNWRITABLE: &str = "a writable overlay needs a descriptor that was opened for reading and writing, \
     of something that may be written to (a memfd can be sealed against it): open it like that, or take a \
     read-only overlay";
const UNREADABLE: &str = "an overlay needs a descriptor that was opened for reading";

fn absent(path: &Path, plain: Option<&Path>) -> String {
    let help = "first start the program that creates it, or create it with `Overlay::create`";
    match (failure::in_the_current_directory(path), plain) {
        (Some(hint), _) => format!("{help}. {hint}"),
        (None, Some(name)) => format!(
            "{help}. A name without a slash means a file in /dev/shm: for one in the current \
             directory, write `./{}`",
            name.display()
        ),
        (None, None) => help.to_owned(),
    }
}

fn permissions(doing: &'static str) -> &'static str {
    match doing {
        WRITING => "check the file's owner and mode, or use `Overlay::open_read_only`",
        _ => "check the owner and mode of the file and of the directories that lead to it",
    }
}

fn reworded(mut error: Error, advise: impl FnOnce(&mut Error)) -> Error {
    advise(&mut error);
    error
}
