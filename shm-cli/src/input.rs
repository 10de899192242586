//! Text and bytes that the command reads: from a file, or from standard input.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use crate::failure::Failure;
use crate::printable::printable;

/// The bytes of a file, or of standard input if its name is `-`.
///
/// # Errors
/// If it cannot be read.
pub(crate) fn bytes(file: &Path) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let (name, outcome) = if file.as_os_str() == "-" {
        ("standard input".to_owned(), io::stdin().lock().read_to_end(&mut bytes))
    } else {
        let opened = File::open(file);
        let name = printable(&file.display().to_string()).into_owned();
        (name, opened.and_then(|mut file| file.read_to_end(&mut bytes)))
    };
    outcome.map_err(|error| Failure::io(format!("reading {name}"), error))?;
    Ok(bytes)
}

/// The same, as text.
///
/// # Errors
/// If it cannot be read, or is not UTF-8.
pub(crate) fn text(file: &Path) -> Result<String, Failure> {
    String::from_utf8(bytes(file)?).map_err(|_| {
        let name = printable(&file.display().to_string()).into_owned();
        Failure::Usage(format!("{name} is not text: it is not UTF-8"))
    })
}
