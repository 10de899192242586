//! A C header: structs whose layout the compiler proves, checks for opening, and inline functions that
//! read and write in place.
//!
//! ```text
//! catalog -> naming -> records -> definitions, accessors
//! ```
//! What does not depend on a layout is in `templates/`.

mod access;
mod enums;
mod leaf;
mod naming;
mod record;
mod reserved;
mod sections;
mod size;
mod storage;
mod templates;
mod walk;
mod write;

use super::catalog::Catalog;
use super::root_name;
use crate::failure::Failure;
use crate::noted::Noted;
use crate::subject::Subject;
use naming::Naming;

/// A header for C11 and C++17. All names in it start with the name of the whole: `name`, or that of the
/// root's type, or the file's, in small letters.
///
/// # Errors
/// If the layout has types of a kind that only a later version of the format knows, or a live type that
/// is not made as `docs/format.md` says; if the header would have more than 24 MiB.
///
/// ```
/// use shm_cli::{export::c, subject::Subject};
/// use shm_core::Region;
///
/// let name = format!("shm-doc-export-c-{}", std::process::id());
/// let speed = Region::<f64>::create(&name)?;
/// let header = c::header(&Subject::read(name.as_ref())?, Some("Speed"))?;
/// assert!(header.contains("double speed_get_value(const speed *self)"));
/// # speed.unlink()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn header(subject: &Subject, name: Option<&str>) -> Result<String, Failure> {
    let fingerprint = super::known_fingerprint(&subject.schema)?;
    let root = Noted::root(&subject.schema, subject.annotations.as_ref());
    let catalog = Catalog::of(root)?;
    size::check(&catalog)?;
    let mut naming = Naming::of(&root_name(subject, name), root, &catalog);
    let mut types = enums::definitions(&catalog, &mut naming);
    let mut functions = String::new();
    let mut records = record::all(root, &catalog, &mut naming);
    let mut next = 0;
    // Reading may need further structs, for what is copied out.
    while next < records.len() {
        types.push_str(&records[next].definition(&naming)?);
        let (text, more) = access::functions(&records[next], &mut naming, &catalog.names)?;
        functions.push_str(&text);
        records.extend(more);
        next += 1;
    }
    let parts = [
        sections::opening(&naming, &catalog.names.text(root)),
        naming.fill(templates::PRELUDE),
        naming.fill(templates::ERRORS),
        types,
        naming.fill(&sections::check(&subject.schema, fingerprint)),
        naming.fill(templates::OPEN),
        sections::used(&naming, &functions),
        functions,
        "#endif\n".to_owned(),
    ];
    let mut text = String::with_capacity(parts.iter().map(|part| part.len() + 1).sum());
    for part in parts.into_iter().filter(|part| !part.is_empty()) {
        let between = if text.is_empty() { "" } else { "\n" };
        text.push_str(between);
        text.push_str(&part);
    }
    Ok(text)
}
