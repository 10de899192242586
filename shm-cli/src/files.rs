//! Files in folders of regions: which are regions, and their names.

use std::fs;
use std::path::{Path, PathBuf};

use shm_core::Error;
use shm_core::format::FormatError;

use crate::failure::Failure;
use crate::printable::printable;

/// The folder of plain names.
pub(crate) const SHARED_MEMORY: &str = "/dev/shm";

/// The files in a folder, by name.
///
/// # Errors
/// If it cannot be read.
pub(crate) fn files(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let fail =
        |error| Failure::io(format!("listing {}", printable(&folder.to_string_lossy())), error);
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(fail)? {
        let path = entry.map_err(fail)?.path();
        // A name in the root directory cannot have a single slash: `/./station`.
        files.push(match path.strip_prefix("/") {
            Ok(name) if name.components().count() == 1 => Path::new("/./").join(name),
            _ => path,
        });
    }
    files.sort();
    Ok(files)
}

/// Returns whether the file starts like a region.
pub(crate) fn is_of_a_region(error: &Error) -> bool {
    matches!(error, Error::Format { source, .. }
        if !matches!(source, FormatError::NotARegion { .. } | FormatError::Read(_)))
}

/// The reason why a file is damaged, without its name.
pub(crate) fn reason(error: &Error) -> String {
    let text = match error {
        Error::Format { source: FormatError::NotARegion { .. }, .. } => "not a region".to_owned(),
        Error::Format { source, .. } => source.to_string(),
        Error::NotRegularFile { found, .. } => (*found).to_owned(),
        Error::PermissionDenied { .. } => "permission denied".to_owned(),
        Error::Io { source, .. } => source.to_string(),
        other => other.to_string(),
    };
    printable(&text).into_owned()
}

/// The name by which other commands find it.
pub(crate) fn name(path: &Path) -> String {
    let plain = path.parent() == Some(Path::new(SHARED_MEMORY));
    let name = path.file_name().filter(|_| plain).unwrap_or(path.as_os_str());
    name.to_string_lossy().into_owned()
}
