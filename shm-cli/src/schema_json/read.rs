//! From a file that anybody may have written to a schema.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use shm_core::layout::Endian;
use shm_core::schema::Schema;

use super::model::{Document, VERSION};
use super::types;
use crate::failure::Failure;
use crate::printable::printable;
use crate::subject::Subject;

/// The longest document.
const MAX_LEN: u64 = 64 << 20;

/// Reads a layout from its document.
///
/// # Errors
/// What is wrong with the document, and where in it.
pub(crate) fn read(file: &Path) -> Result<Subject, Failure> {
    let name = file.display().to_string();
    let shown = printable(&name);
    let text = text_of(file).map_err(|error| Failure::io(format!("reading {shown}"), error))?;
    subject(&name, &text).map_err(|fault| Failure::Description(format!("{shown}: {fault}")))
}

/// The text of a regular file, if that is not too long.
fn text_of(file: &Path) -> io::Result<String> {
    // Whoever opens a pipe by mistake would wait for ever.
    if !std::fs::metadata(file)?.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is no regular file"));
    }
    let mut text = String::new();
    let len = File::open(file)?.take(MAX_LEN + 1).read_to_string(&mut text)? as u64;
    if len > MAX_LEN {
        let message = format!("it has more than the {MAX_LEN} bytes that a schema can have");
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, message));
    }
    Ok(text)
}

fn subject(name: &str, text: &str) -> Result<Subject, String> {
    let document = parse(text)?;
    let native = if cfg!(target_endian = "big") { Endian::Big } else { Endian::Little };
    let byte_order = document.byte_order.map_or(native, Endian::from);
    let (schema, annotations) = types::build(&document)?;
    check_whole(&document, &schema)?;
    Ok(Subject {
        name: name.to_owned(),
        schema,
        annotations: Some(annotations),
        byte_order,
        capacity: document.capacity,
        region: None,
    })
}

fn parse(text: &str) -> Result<Document, String> {
    let mut json = serde_json::Deserializer::from_str(text);
    let document: Document = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let (path, fault) = (error.path().to_string(), error.inner().to_string());
        format!("{}: {}", printable(&path), printable(&fault))
    })?;
    json.end().map_err(|error| error.to_string())?;
    if document.shm_schema != VERSION {
        let found = document.shm_schema;
        return Err(format!(
            "shm_schema: found version {found} of this form, expected {VERSION}: use the `shm` that wrote it"
        ));
    }
    Ok(document)
}

/// Whether what the document says of the whole is so.
fn check_whole(document: &Document, schema: &Schema) -> Result<(), String> {
    let root = schema.root();
    given("size", document.size, root.size())?;
    given("align", document.align, root.align())?;
    if let Some(capacity) = document.capacity.filter(|capacity| *capacity < root.size()) {
        let size = root.size();
        return Err(format!("capacity: found {capacity}, but the value has {size} bytes already"));
    }
    let Some(found) = &document.fingerprint else { return Ok(()) };
    let expected = schema.fingerprint().map(|bits| format!("{bits:#018x}")).unwrap_or_default();
    if *found == expected {
        return Ok(());
    }
    Err(format!(
        "fingerprint: found {}, but that of this layout is {expected}: where the layout was changed \
         on purpose, take the old fingerprint out",
        printable(found)
    ))
}

/// Whether a number, where it is given, is the right one.
pub(super) fn given<N>(path: &str, found: Option<N>, expected: N) -> Result<(), String>
where
    N: Copy + PartialEq + std::fmt::Display,
{
    match found.filter(|found| *found != expected) {
        None => Ok(()),
        Some(found) => Err(format!("{path}: found {found}, but it is {expected}")),
    }
}
