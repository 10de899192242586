//! Text and bytes that the command reads: from a file, or from standard input.
//!
//! Files can be devices and pipes without an end, so that each kind of input is known by its start, or has a limit.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use crate::failure::Failure;
use crate::printable::printable;
use crate::quantity::size;

/// The most bytes of a value: it is a text, which can be longer than the value.
const VALUE: u64 = 128 << 20;

/// The number of bytes of a document that are read before they are checked.
const PIECE: u64 = 1 << 20;

/// The bytes of a file with a value, or of standard input if its name is `-`.
///
/// # Errors
/// If it cannot be read, or has more bytes than any value.
pub(crate) fn bytes(file: &Path) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    read(file, |source| source.take(VALUE + 1).read_to_end(&mut bytes).map(drop))?;
    if bytes.len() as u64 > VALUE {
        return Err(Failure::Custom {
            code: 6,
            cause: format!("{} has more than {}, as no value has", name(file), size(VALUE)),
            help: None,
        });
    }
    Ok(bytes)
}

/// The same, as text.
///
/// # Errors
/// As [`bytes`]; if it is not UTF-8.
pub(crate) fn text(file: &Path) -> Result<String, Failure> {
    String::from_utf8(bytes(file)?).map_err(|_| not_text(file))
}

/// A document of any size.
///
/// # Errors
/// If it cannot be read; as soon as it is seen not to be a text.
pub(crate) fn document(file: &Path) -> Result<String, Failure> {
    let (mut bytes, mut is_text) = (Vec::new(), true);
    read(file, |source| {
        let mut start = 0;
        while is_text && (&mut *source).take(PIECE).read_to_end(&mut bytes)? > 0 {
            // Neither a device without end nor a program is read further.
            is_text = !bytes[start..].contains(&0);
            start = bytes.len();
        }
        Ok(())
    })?;
    let text = String::from_utf8(bytes).ok().filter(|_| is_text);
    text.ok_or_else(|| not_text(file))
}

fn read(file: &Path, work: impl FnOnce(&mut dyn Read) -> io::Result<()>) -> Result<(), Failure> {
    let outcome = match file.as_os_str() == "-" {
        true => work(&mut io::stdin().lock()),
        false => File::open(file).and_then(|mut file| work(&mut file)),
    };
    outcome.map_err(|error| Failure::io(format!("reading {}", name(file)), error))
}

fn name(file: &Path) -> String {
    match file.as_os_str() == "-" {
        true => "standard input".to_owned(),
        false => printable(&file.display().to_string()).into_owned(),
    }
}

fn not_text(file: &Path) -> Failure {
    Failure::Usage(format!("{} is not text in UTF-8", name(file)))
}
