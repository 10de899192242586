//! Names: a plain name means a file in `/dev/shm`, anything with a slash is a path. `/station`, which
//! means `/dev/shm/station` to shm_open(3) and a file in the root directory to open(2), is refused.

use std::path::{Path, PathBuf};

use crate::error::Error;

/// The directory of plain names.
const SHARED_MEMORY: &str = "/dev/shm";

/// The longest name of a file on Linux, in bytes.
const NAME_MAX: usize = 255;

/// The fault of a name like `/station`.
const IN_ROOT: &str = "a name that starts with a slash and has no other can mean two things";
const WHICH: &str = "for the file in /dev/shm, as in shm_open(3), leave the slash out; for the file in the \
    root directory, write it with `/./` at its start";

/// Returns the path that a name means.
pub(crate) fn resolve(name: &Path) -> Result<PathBuf, Error> {
    let bytes = name.as_os_str().as_encoded_bytes();
    let file = bytes.rsplit(|byte| *byte == b'/').next().unwrap_or(bytes);
    let fault = match file {
        b"" if bytes.is_empty() => "it is empty",
        b"" => "it ends in a slash",
        b"." | b".." => "it names a directory",
        _ if bytes.contains(&0) => "it holds a NUL byte",
        _ if file.len() > NAME_MAX => "its last part is longer than 255 bytes",
        _ if bytes.starts_with(b"/") && bytes.len() == file.len() + 1 => IN_ROOT,
        _ if bytes.contains(&b'/') => return Ok(name.to_owned()),
        _ => return Ok(in_shared_memory(name)),
    };
    let help = (fault == IN_ROOT).then_some(WHICH);
    Err(Error::BadName { name: name.display().to_string(), fault, help })
}

fn in_shared_memory(name: &Path) -> PathBuf {
    let mut path = PathBuf::with_capacity(SHARED_MEMORY.len() + 1 + name.as_os_str().len());
    path.push(SHARED_MEMORY);
    path.push(name);
    path
}

/// Returns the name in a resolved path that can have been given without a slash.
pub(super) fn if_plain(path: &Path) -> Option<&Path> {
    path.strip_prefix(SHARED_MEMORY).ok().filter(|name| name.components().count() == 1)
}

/// Returns the directory of a resolved path.
pub(super) fn directory(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolved(name: &str) -> Option<String> {
        resolve(Path::new(name)).ok().map(|path| path.display().to_string())
    }

    #[test]
    fn a_plain_name_is_a_file_in_dev_shm() {
        assert_eq!(resolved("station").as_deref(), Some("/dev/shm/station"));
        assert_eq!(resolved("..station").as_deref(), Some("/dev/shm/..station"));
    }

    #[test]
    fn a_name_with_a_slash_is_a_path() {
        for path in ["./station", "/tmp/station", "a/../b", "/./station", "//station"] {
            assert_eq!(resolved(path).as_deref(), Some(path));
        }
    }

    #[test]
    fn names_that_cannot_be_a_file_are_refused() {
        let long = "x".repeat(256);
        for name in ["", ".", "..", "/", "/tmp/", "a/..", "a\0b", "/station", long.as_str()] {
            assert!(matches!(resolve(Path::new(name)), Err(Error::BadName { .. })), "{name:?}");
        }
    }
}
