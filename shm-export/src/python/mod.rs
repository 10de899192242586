//! Two kinds of Python modules: [`module`] opens a region, and reads and writes its fields as attributes, in
//! one file without dependencies; [`classes`] declares the layout for the package `shm`.
//!
//! ```text
//! catalog -> naming -> enums, classes
//! types   -> declared
//! ```
//! The code that does not depend on a layout is in `runtime/`, with the reasons for what it does.

mod classes;
mod declared;
mod kind;
mod naming;
mod quote;
mod types;

use shm_schema::schema::Schema;

use crate::catalog::Catalog;
use crate::description::Description;
use crate::error::Error;
use crate::{heap, limits, tail};
pub use declared::classes;
use naming::Naming;

/// Returns a module for CPython 3.8 and later. Its class for the region has the name of the description.
///
/// # Errors
/// If the layout has types of a kind that only a later version of the format knows, or a live type whose
/// parts are not those that [`docs/format.md`](https://docs.rs/crate/shm-core/latest/source/docs/format.md) gives.
///
/// ```
/// use shm_core::SharedLayout;
/// use shm_export::{Description, python};
///
/// let module = python::module(&Description::of(f64::LAYOUT)?.with_name("Speed"))?;
/// assert!(module.contains("class Speed(_Region):"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn module(description: &Description) -> Result<String, Error> {
    let fingerprint = description.fingerprint()?;
    let root = description.root();
    let catalog = Catalog::of(root)?;
    let naming = Naming::of(description.root_name(), root, &catalog);
    let start = include_str!("runtime/start.py")
        .replace("@TYPE@", &quote::prose(&catalog.names.text(root)))
        .replace("@NAME@", naming.root())
        .replace("@FINGERPRINT@", &format!("{fingerprint:#018x}"))
        .replace("@SCHEMA@", &hexadecimal(&description.schema.to_bytes()));
    let parts = [
        facts(&start, &description.schema),
        limits::fill(include_str!("runtime/opening.py")),
        limits::fill(include_str!("runtime/schemas.py")),
        include_str!("runtime/files.py").to_owned(),
        include_str!("runtime/memory.py").to_owned(),
        include_str!("runtime/words.py").to_owned(),
        include_str!("runtime/kinds.py").to_owned(),
        include_str!("runtime/compounds.py").to_owned(),
        heap::fill(include_str!("runtime/heap.py"), ('(', ')')),
        limits::fill(include_str!("runtime/objects.py")),
        include_str!("runtime/contents.py").to_owned(),
        include_str!("runtime/records.py").to_owned(),
        include_str!("runtime/arrays.py").to_owned(),
        include_str!("runtime/maps.py").to_owned(),
        classes::definitions(root, &catalog, &naming),
    ];
    Ok(parts.join("\n\n"))
}

/// Fills in the facts that the checks compare with.
fn facts(start: &str, schema: &Schema) -> String {
    let root = schema.root();
    let tail = tail::of(root).map_or_else(
        || "None".to_owned(),
        |(offset, element)| format!("({offset}, {})", element.size()),
    );
    start
        .replace("@SIZE@", &root.size().to_string())
        .replace("@ALIGN@", &root.align().to_string())
        .replace("@TAIL@", &tail)
        .replace("@HAS_LOCKS@", if schema.has_locks() { "True" } else { "False" })
        .replace("@HAS_HEAP@", if schema.needs_heap() { "True" } else { "False" })
}

fn hexadecimal(bytes: &[u8]) -> String {
    let row = |row: &[u8]| {
        let digits: String = row.iter().map(|byte| format!("{byte:02x}")).collect();
        format!("    \"{digits}\"")
    };
    bytes.chunks(40).map(row).collect::<Vec<_>>().join("\n")
}
