//! The enums and classes of a layout.

use shm_schema::schema::{Type, TypeKind, Variant};

use super::kind;
use super::naming::{Naming, attributes, members};
use super::quote::{docstring, literal};
use super::types;
use crate::catalog::{Catalog, Item};
use crate::part::Part;

/// All definitions, parts before wholes, the root last: if not a struct, it is wrapped in one, as `value`.
pub(super) fn definitions(root: Type<'_>, catalog: &Catalog<'_>, naming: &Naming<'_>) -> String {
    let mut texts = vec!["# ---- the layout ----\n".to_owned()];
    for item in &catalog.items {
        texts.push(match item.ty.kind() {
            TypeKind::Enum { variants, .. } => enumeration(item.ty, variants, naming),
            _ => structure(item, root, catalog, naming),
        });
    }
    if !root.is_plain_struct() {
        let doc = format!("The contents of the region: {}", catalog.names.text(root));
        texts.push(class(
            naming.root(),
            &doc,
            &[Part::alone("value", root)],
            None,
            catalog,
            naming,
        ));
    }
    texts.join("\n\n")
}

fn enumeration(ty: Type<'_>, variants: &[Variant], naming: &Naming<'_>) -> String {
    let mut text = format!("class {}(enum.IntEnum):\n", naming.ty(ty));
    if !ty.doc().is_empty() {
        text.push_str(&docstring(4, ty.doc()));
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
    root: Type<'_>,
    catalog: &Catalog<'_>,
    naming: &Naming<'_>,
) -> String {
    let ty = item.ty;
    let fields: Vec<_> = Part::all(ty).collect();
    let size = (ty != root).then_some(ty.size());
    class(naming.ty(ty), ty.doc(), &fields, size, catalog, naming)
}

/// The class of a struct of this size; without a size, that of the region.
fn class(
    name: &str,
    doc: &str,
    parts: &[Part<'_>],
    size: Option<u64>,
    catalog: &Catalog<'_>,
    naming: &Naming<'_>,
) -> String {
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
        if let Some(kind) = kind::expression(naming, part.ty) {
            let kind = match part.guarded_by() {
                "" => kind,
                lock => format!("_Beside({}, {kind})", literal(lock)),
            };
            let (field, about) = (literal(part.name), literal(&catalog.names.about(part)));
            let annotation = types::annotation(naming, part.ty, part.is_guarded());
            text.push_str(&format!(
                "    {name}: {annotation} = _Field({field}, {}, {kind}, {about})\n",
                part.offset
            ));
        } else if part.ty.size() > 0 {
            text.push_str(&format!(
                "    # not read here: {name}, {}\n",
                literal(&catalog.names.about(part))
            ));
        }
    }
    text
}
