//! From an untrusted document to a schema.

use shm_schema::layout::Endian;
use shm_schema::schema::Schema;

use super::model::{Document, VERSION};
use super::types::{self, given};
use crate::description::Description;
use crate::error::Error;
use crate::printable::printable;

/// Reads a layout from its document.
///
/// # Errors
/// If the document is invalid: where in it, and what was found and expected there.
///
/// ```
/// use shm_export::json;
///
/// let description = json::read(r#"{ "shm_schema": 1, "root": "[u32; 4]" }"#)?;
/// assert_eq!(description.schema.root().size(), 16);
///
/// let fault = json::read(r#"{ "shm_schema": 1, "root": "Station" }"#).unwrap_err();
/// assert!(fault.to_string().contains("`Station`"), "{fault}");
/// # Ok::<(), shm_export::Error>(())
/// ```
pub fn read(text: &str) -> Result<Description, Error> {
    description(text).map_err(|fault| Error::Document { fault })
}

fn description(text: &str) -> Result<Description, String> {
    let document = parse(text)?;
    let schema = types::build(&document)?;
    check_whole(&document, &schema)?;
    let mut description = Description::new(schema);
    description.byte_order = document.byte_order.map_or(description.byte_order, Endian::from);
    description.capacity = document.capacity;
    Ok(description)
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

/// Checks what the document says of the whole.
fn check_whole(document: &Document, schema: &Schema) -> Result<(), String> {
    let root = schema.root();
    given("size", document.size, root.size())?;
    given("align", document.align, root.align())?;
    if let Some(capacity) = document.capacity.filter(|capacity| *capacity < root.size()) {
        let size = root.size();
        return Err(format!(
            "capacity: found {capacity}, expected at least the {size} bytes of the value"
        ));
    }
    let Some(found) = &document.fingerprint else { return Ok(()) };
    let expected = schema.fingerprint().map(|bits| format!("{bits:#018x}")).unwrap_or_default();
    if *found == expected {
        return Ok(());
    }
    Err(format!(
        "fingerprint: found {}, but that of this layout is {expected}: if the layout was changed \
         on purpose, remove the old fingerprint",
        printable(found)
    ))
}
