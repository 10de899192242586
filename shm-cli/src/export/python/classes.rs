//! The enums and classes of a layout.

use shm_core::schema::Variant;

use super::kind;
use super::naming::{Naming, attributes, members};
use super::quote::{docstring, literal};
use crate::export::catalog::{Catalog, Item};
use crate::export::noted::{Noted, Part, describe};
use crate::export::shape::Shape;
use crate::failure::Failure;

/// All of them, parts before wholes, the root last: what is no struct becomes one, with the field `value`.
pub(super) fn definitions(
    root: Noted<'_>,
    catalog: &Catalog<'_>,
    naming: &Naming,
) -> Result<String, Failure> {
    let mut texts = vec!["# ---- the layout ----\n".to_owned()];
    for item in &catalog.items {
        texts.push(match item.shape {
            Shape::Enum { variants, .. } => enumeration(item.noted, variants, naming),
            _ => structure(item, root, naming)?,
        });
    }
    if !root.is_plain_struct() {
        let doc = format!("What is in the region: {}", describe(root));
        texts.push(class(naming.root(), &doc, &[root.as_value()], true, naming)?);
    }
    Ok(texts.join("\n\n"))
}

fn enumeration(noted: Noted<'_>, variants: &[Variant], naming: &Naming) -> String {
    let mut text = format!("class {}(enum.IntEnum):\n", naming.ty(noted));
    if !noted.doc().is_empty() {
        text.push_str(&docstring(4, noted.doc()));
        text.push('\n');
    }
    let names = members(variants.iter().map(Variant::name));
    for (name, variant) in names.iter().zip(variants) {
        text.push_str(&format!("    {name} = {}\n", variant.discriminant()));
    }
    text
}

fn structure(item: &Item<'_>, root: Noted<'_>, naming: &Naming) -> Result<String, Failure> {
    let noted = item.noted;
    let is_root = noted.key() == root.key();
    class(naming.ty(noted), noted.doc(), &noted.parts(), is_root, naming)
}

fn class(
    name: &str,
    doc: &str,
    parts: &[Part<'_>],
    is_root: bool,
    naming: &Naming,
) -> Result<String, Failure> {
    let base = if is_root { "_Region" } else { "_Record" };
    let mut text = format!("class {name}({base}):\n");
    if !doc.is_empty() {
        text.push_str(&docstring(4, doc));
        text.push('\n');
    }
    text.push_str("    __slots__ = ()\n");
    let names = attributes(parts.iter().map(|part| part.name), is_root);
    for (name, part) in names.iter().zip(parts) {
        // What takes no room holds nothing that could be read.
        if let Some(kind) = kind::expression(naming, part.value)? {
            let (field, about) = (literal(part.name), literal(&about(part)));
            text.push_str(&format!(
                "    {name} = _Field({field}, {}, {kind}, {about})\n",
                part.offset
            ));
        }
    }
    Ok(text)
}

/// What is known about a field: its type, unit, and what people wrote.
fn about(part: &Part<'_>) -> String {
    let unit = if part.unit.is_empty() { String::new() } else { format!(", {}", part.unit) };
    let doc = if part.doc.is_empty() { String::new() } else { format!(": {}", part.doc) };
    format!("{}{unit}{doc}", describe(part.value))
}
