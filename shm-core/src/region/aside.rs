//! Removing a name only if it means a certain file.
//!
//! unlink(2) cannot be told which file to remove, and between a look and the removal another process
//! may replace it. So the name is first moved aside, to one that no other process uses; the file that
//! was moved is checked there, and moved back if it is a different one.

use std::io;
use std::path::Path;

use super::{failure, leftover, name};
use crate::error::Error;
use crate::fault;
use crate::sys;

/// Removes the name `path` if it means the file that `is_it` knows by its path.
pub(crate) fn unlink(path: &Path, is_it: &dyn Fn(&Path) -> bool) -> Result<(), Error> {
    let region = || path.display().to_string();
    let not_current = || Error::NotCurrent { region: region() };
    let fail = |error| failure::opening(path, "removing the name", error);
    let inode = match sys::file::id_at(path) {
        Ok(id) if is_it(path) => id.inode(),
        _ => return Err(not_current()),
    };
    fault::point("unlink: looked");
    let aside = name::directory(path).join(leftover::old_name(inode));
    match sys::file::rename_over(path, &aside) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(not_current()),
        other => other.map_err(fail)?,
    }
    fault::point("unlink: moved aside");
    if is_it(&aside) {
        return match sys::file::unlink(&aside) {
            // Another process may have removed it as a leftover.
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(fail(error)),
            _ => Ok(()),
        };
    }
    match sys::file::rename_new(&aside, path) {
        Ok(()) => Err(not_current()),
        // Another process has removed it as a leftover, which happens only to the file that the hidden
        // name records: the one that was checked.
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(source) => {
            let aside = aside.display().to_string();
            Err(Error::Displaced { region: region(), aside, source })
        }
    }
}
