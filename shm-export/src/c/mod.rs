//! A C header: structs whose layout the compiler proves, checks for opening, and inline functions that
//! read and write in place.
//!
//! ```text
//! catalog -> naming -> records -> definitions, accessors
//! ```
//! The code that does not depend on a layout is in `templates/`.

mod access;
mod contents;
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

use crate::catalog::Catalog;
use crate::description::Description;
use crate::error::Error;
use contents::Contents;
use naming::Naming;

/// Returns a header for C11 and C++17. All names in it start with the name of the description, in lower case.
///
/// # Errors
/// If the layout has types of a kind that only a later version of the format knows, or a live type whose
/// parts are not those that [`docs/format.md`](https://docs.rs/crate/shm-core/latest/source/docs/format.md) gives; if the header would have more than 24 MiB.
///
/// ```
/// use shm_core::SharedLayout;
/// use shm_export::{Description, c};
///
/// let header = c::header(&Description::of(f64::LAYOUT)?.with_name("Speed"))?;
/// assert!(header.contains("double speed_get_value(const speed *self)"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn header(description: &Description) -> Result<String, Error> {
    let fingerprint = description.fingerprint()?;
    let root = description.root();
    let catalog = Catalog::of(root)?;
    size::check(&catalog)?;
    let mut naming = Naming::of(description.root_name(), root, &catalog);
    let mut types = enums::definitions(&catalog, &mut naming);
    let (mut functions, mut contents) = (String::new(), Contents::default());
    let mut records = record::all(root, &catalog, &mut naming);
    let mut next = 0;
    // Reading may need further structs, for values that are copied out.
    while next < records.len() {
        types.push_str(&records[next].definition(&naming));
        let (text, more) =
            access::functions(&records[next], &mut naming, &catalog.names, &mut contents);
        functions.push_str(&text);
        records.extend(more);
        next += 1;
    }
    let parts = [
        sections::opening(&naming, &catalog.names.text(root)),
        naming.fill(templates::PRELUDE),
        naming.fill(templates::ERRORS),
        types,
        naming.fill(&sections::check(&description.schema, fingerprint)),
        sections::used(&naming, &functions, &contents, &templates::CALLED),
    ];
    let opening = sections::opening_and_locking(&naming, &functions);
    let parts: Vec<String> =
        parts.into_iter().chain(opening).chain([functions, "#endif\n".to_owned()]).collect();
    let mut text = String::with_capacity(parts.iter().map(|part| part.len() + 1).sum());
    for part in parts.into_iter().filter(|part| !part.is_empty()) {
        let between = if text.is_empty() { "" } else { "\n" };
        text.push_str(between);
        text.push_str(&part);
    }
    Ok(text)
}
