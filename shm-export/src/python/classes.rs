//! The enums and classes of a layout.

use shm_schema::schema::Variant;

use super::kind;
use super::naming::{Naming, attributes, members};
use super::quote::{docstring, literal};
use crate::catalog::{Catalog, Item};
use crate::error::Error;
use crate::noted::{Noted, NotedField};
use crate::shape::Shape;

/// All definitions, parts before wholes, the root last: if not a struct, it is wrapped in one, as `value`.
pub(super) fn definitions(
    root: Noted<'_>,
    catalog: &Catalog<'_>,
    naming: &Naming,
) -> Result<String, Error> {
    let mut texts = vec!["# ---- the layout ----\n".to_owned()];
    for item in &catalog.items {
        texts.push(match item.shape {
            Shape::Enum { variants, .. } => enumeration(item.noted, variants, naming),
            _ => structure(item, root, catalog, naming)?,
        });
    }
    if !root.is_plain_struct() {
        let doc = format!("The contents of the region: {}", catalog.names.text(root));
        texts.push(class(naming.root(), &doc, &[root.as_field("value")], None, catalog, naming)?);
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

fn structure(
    item: &Item<'_>,
    root: Noted<'_>,
    catalog: &Catalog<'_>,
    naming: &Naming,
) -> Result<String, Error> {
    let noted = item.noted;
    let is_root = noted.identity() == root.identity();
    let fields: Vec<_> = noted.fields().collect();
    let size = (!is_root).then_some(noted.ty.size());
    class(naming.ty(noted), noted.doc(), &fields, size, catalog, naming)
}

/// The class of a struct of this size; without a size, that of the region.
fn class(
    name: &str,
    doc: &str,
    parts: &[NotedField<'_>],
    size: Option<u64>,
    catalog: &Catalog<'_>,
    naming: &Naming,
) -> Result<String, Error> {
    let is_root = size.is_none();
    let base = if is_root { "_Region" } else { "_Record" };
    let mut text = format!("class {name}({base}):\n");
    if !doc.is_empty() {
        text.push_str(&docstring(4, doc));
        text.push('\n');
    }
    text.push_str("    __slots__ = ()\n");
    if let Some(size) = size {
        text.push_str(&format!("    _size = {size}\n"));
    }
    let names = attributes(parts.iter().map(|part| part.name), is_root);
    for (name, part) in names.iter().zip(parts) {
        // A field of no bytes has nothing to read.
        if let Some(kind) = kind::expression(naming, part.ty)? {
            let (field, about) = (literal(part.name), literal(&catalog.names.about(part)));
            text.push_str(&format!(
                "    {name} = _Field({field}, {}, {kind}, {about})\n",
                part.offset
            ));
        }
    }
    Ok(text)
}
