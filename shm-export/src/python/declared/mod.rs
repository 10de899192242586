//! Classes for the Python package `shm`: structs and enums as a program declares them, of which the package
//! makes the schema that the layout came from.
//!
//! ```text
//! types -> naming -> hint -> structs, enums
//! ```

mod hint;
mod items;
mod naming;
mod types;

use shm_schema::schema::TypeKind;

use crate::description::Description;
use crate::error::Error;
use naming::Naming;
use types::Types;

/// Returns a module that declares the layout with the Python package `shm`: a class for each struct, an
/// `enum.IntEnum` for each enum. The class of the whole has the name of the description.
///
/// # Errors
/// If the layout has types of a kind that only a later version of the format knows, or a struct whose
/// fields are not where C would put them.
///
/// ```
/// use shm_core::SharedLayout;
/// use shm_export::{Description, python};
///
/// #[derive(SharedLayout)]
/// #[repr(C)]
/// struct Station {
///     #[shm(unit = "°C")]
///     temperature: f64,
///     hits: u64,
/// }
///
/// let module = python::classes(&Description::of(Station::LAYOUT)?)?;
/// assert!(module.contains("class Station(shm.Struct):\n"));
/// assert!(module.contains("    temperature: Annotated[shm.f64, shm.Unit(\"°C\")]\n    hits: shm.u64\n"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn classes(description: &Description) -> Result<String, Error> {
    let fingerprint = description.fingerprint()?;
    let root = description.root();
    let types = Types::of(root);
    let naming = Naming::of(description.root_name(), root, &types.named);
    let mut texts = Vec::new();
    for &ty in &types.named {
        texts.push(match ty.kind() {
            TypeKind::Enum { variants, .. } => items::enumeration(&naming, ty, variants),
            _ => items::structure(&naming, ty, types.own_fold.contains(&ty))?,
        });
    }
    if !root.is_plain_struct() {
        texts.push(format!("{} = {}\n", naming.root(), hint::of(&naming, root)?));
    }
    let body = texts.join("\n\n");
    let name = naming.root();
    let start = start(name, description.capacity, &body);
    let end =
        format!("# `shm.fingerprint({name})` is this number.\nFINGERPRINT = {fingerprint:#018x}\n");
    Ok(format!("{start}\n\n{body}\n\n{end}"))
}

/// The docstring of the module, and its imports: those that the body uses.
fn start(name: &str, capacity: Option<u64>, body: &str) -> String {
    let room = capacity.map_or_else(String::new, |capacity| {
        format!(
            "\n\nRegions are made with room for it to grow: `shm.create(.., capacity={capacity})`."
        )
    });
    let example = format!("    region = shm.open(file, {name})");
    let mut text = format!(
        "\"\"\"The layout `{name}`, declared for the Python package `shm`. \
         Written by `shm export --lang python-class`.\n\n{example}{room}\n\"\"\"\n\n"
    );
    if body.contains("(enum.IntEnum)") {
        text.push_str("import enum\n");
    }
    let names: Vec<&str> = ["Annotated", "Literal"]
        .into_iter()
        .filter(|name| body.contains(&format!("{name}[")))
        .collect();
    if !names.is_empty() {
        text.push_str(&format!("from typing import {}\n", names.join(", ")));
    }
    let gap = if text.ends_with("\"\"\"\n\n") { "" } else { "\n" };
    text.push_str(gap);
    text.push_str("import shm\n");
    text
}
