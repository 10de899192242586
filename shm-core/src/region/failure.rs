//! Translates the operating system's errors to ours: the one place that knows what each means for a region.

use std::io;
use std::path::Path;

use super::name;
use crate::error::Error;
use crate::sys;
use crate::sys::process::Exhausted;

/// The operation of mapping a file, in error messages.
pub(super) const MAPPING: &str = "mapping";

/// Linux's `ELOOP`: the error of opening a symbolic link with `O_NOFOLLOW`.
const ELOOP: i32 = 40;
/// Linux's `ENXIO`: the error of opening a socket, or a device that does not exist.
const ENXIO: i32 = 6;

/// Translates an error from opening or examining an existing file.
pub(crate) fn opening(path: &Path, doing: &'static str, error: io::Error) -> Error {
    let region = path.display().to_string();
    match (error.kind(), error.raw_os_error()) {
        (io::ErrorKind::NotFound, _) => Error::NotFound { region, help: absent(path) },
        (_, Some(ELOOP)) => no_file(region, "a symbolic link"),
        (_, Some(ENXIO)) => no_file(region, "a socket or a device"),
        (io::ErrorKind::IsADirectory, _) => no_file(region, "a directory"),
        _ => other(region, doing, error, permissions(doing)),
    }
}

/// The operation of opening a region with [`ReadWrite`](crate::ReadWrite), in error messages.
pub(super) const WRITING: &str = "opening it for writing";

/// Returns the error for a file that is not a regular file, where a region was expected.
pub(crate) fn no_file(region: String, found: &'static str) -> Error {
    Error::NotRegularFile { region, found, help: "a region is always a regular file" }
}

fn absent(path: &Path) -> String {
    let help =
        "start the process that creates it first, or wait for it with `options().wait(..)`, or \
        use `open_or_create`"
            .to_owned();
    match in_the_current_directory(path) {
        Some(hint) => format!("{help}. {hint}"),
        None => help,
    }
}

/// Returns the advice for a missing file in `/dev/shm` if the current directory has a file of that name.
pub(super) fn in_the_current_directory(path: &Path) -> Option<String> {
    let name = name::if_plain(path)?;
    let here = Path::new(".").join(name);
    // With `symlink_metadata`, which also finds a dangling link.
    here.symlink_metadata().ok()?;
    Some(format!(
        "There is a {0} in the current directory; a name without a slash means a file in /dev/shm: to \
         open that file, write `{0}`",
        here.display()
    ))
}

fn permissions(doing: &'static str) -> &'static str {
    match doing {
        WRITING => "check the file's owner and mode, or open it with `open_read_only`",
        _ => "check the owner and mode of the file and of the directories that lead to it",
    }
}

/// Translates an error from passing a region to another process.
pub(super) fn passing(region: String, doing: &'static str, error: io::Error) -> Error {
    other(region, doing, error, permissions(doing))
}

const TAKEN: &str = "use `open`, `open_or_create` or `create_or_replace`";
const DIRECTORY: &str = "check the owner and mode of the directory";

/// Translates an error from making a new file of `needed` bytes; 0 while it has no bytes yet.
pub(super) fn creating(path: &Path, doing: &'static str, needed: u64, error: io::Error) -> Error {
    let region = path.display().to_string();
    if let Some(Exhausted { limit, help }) = exhausted(doing, &error) {
        return Error::Exhausted { region, doing, limit, help };
    }
    match error.kind() {
        // Other files can be missing as well, for example in /proc.
        io::ErrorKind::NotFound if !name::directory(path).is_dir() => Error::NoDirectory { region },
        io::ErrorKind::AlreadyExists => Error::AlreadyExists { region, help: TAKEN },
        kind => match shortage(kind, path, needed) {
            Some((cause, help)) => Error::NotEnoughSpace { region, needed, cause, help },
            None => other(region, doing, error, DIRECTORY),
        },
    }
}

/// Translates an error from writing an existing file up to byte `end`.
pub(super) fn writing(path: &Path, doing: &'static str, end: u64, error: io::Error) -> Error {
    let region = path.display().to_string();
    match shortage(error.kind(), path, end) {
        Some((cause, help)) => Error::NotEnoughSpace { region, needed: end, cause, help },
        None => other(region, doing, error, permissions(WRITING)),
    }
}

/// Returns which resource is short and what to do, if the error is about a lack of space for `needed` bytes.
fn shortage(kind: io::ErrorKind, path: &Path, needed: u64) -> Option<(String, &'static str)> {
    let (cause, help) = match (kind, sys::process::file_size_limit()) {
        (io::ErrorKind::StorageFull, _) if sys::space::is_out_of_inodes(name::directory(path)) => (
            "the file system has no free inodes, and each file needs one",
            "remove some files, or mount it with more (on tmpfs, `-o remount,nr_inodes=N`)",
        ),
        (io::ErrorKind::StorageFull, _) => {
            ("the file system is full", "free some space, or ask for a smaller region")
        }
        (io::ErrorKind::QuotaExceeded, _) => (
            "the user's quota of files or space is used up",
            "remove some files, or raise the quota",
        ),
        (io::ErrorKind::FileTooLarge, Some(limit)) if limit < needed => {
            let cause =
                format!("this process may not write past byte {limit} of a file (RLIMIT_FSIZE)");
            return Some((cause, "raise the limit (`ulimit -f`), or ask for a smaller region"));
        }
        (io::ErrorKind::FileTooLarge, _) => (
            "that is more than a file may have on this file system",
            "ask for a smaller region, or use another file system",
        ),
        (io::ErrorKind::OutOfMemory, _) => {
            ("there is not enough memory", "free some, or ask for a smaller region")
        }
        _ => return None,
    };
    Some((cause.to_owned(), help))
}

fn other(region: String, doing: &'static str, source: io::Error, help: &'static str) -> Error {
    if source.kind() == io::ErrorKind::PermissionDenied {
        return Error::PermissionDenied { region, doing, help };
    }
    match exhausted(doing, &source) {
        Some(Exhausted { limit, help }) => Error::Exhausted { region, doing, limit, help },
        None => Error::Io { region, doing, source },
    }
}

/// Linux's `ENOMEM`: the error of mapping with too many mappings, or too little address space.
const ENOMEM: i32 = 12;

fn exhausted(doing: &str, error: &io::Error) -> Option<Exhausted> {
    if doing == MAPPING && error.raw_os_error() == Some(ENOMEM) {
        return Some(sys::process::mappings_exhausted());
    }
    sys::process::exhausted(error)
}
