//! Enums: an integer type, constants of it, and the check for valid values.

use shm_schema::layout::ScalarKind;
use shm_schema::schema::{Type, TypeKind, Variant};

use super::naming::Naming;
use super::storage::scalar;
use super::write::comment;
use crate::catalog::Catalog;

/// The definitions of all enums of a catalog.
pub(super) fn definitions(catalog: &Catalog<'_>, naming: &mut Naming<'_>) -> String {
    let mut text = String::new();
    for item in &catalog.items {
        if let TypeKind::Enum { repr, variants } = item.ty.kind() {
            text.push_str(&definition(item.ty, repr, variants, catalog, naming));
        }
    }
    text
}

fn definition(
    ty: Type<'_>,
    repr: ScalarKind,
    variants: &[Variant],
    catalog: &Catalog<'_>,
    naming: &mut Naming<'_>,
) -> String {
    let name = naming.ty(ty, false).to_owned();
    let doc = if ty.doc().is_empty() { catalog.names.text(ty) } else { ty.doc().to_owned() };
    let mut text = comment(
        0,
        &format!("{doc}\nA region can contain any value: see `{}`.", naming.name_of(ty)),
    );
    let assert = format!("@P@_ASSERT_(sizeof({name}) == {}, \"layout\");\n", repr.size());
    text.push_str(&format!("typedef {} {name};\n{}", scalar(repr), naming.fill(&assert)));
    let mut cases = String::new();
    for variant in variants {
        let constant = naming.constant(&name, variant.name());
        let value = literal(repr, variant.discriminant());
        text.push_str(&format!("#define {constant} (({name}){value})\n"));
        // A Rust identifier, which needs no escapes in a string literal.
        cases.push_str(&format!("    case {constant}: return \"{}\";\n", variant.name()));
    }
    let function = naming.name_of(ty);
    text.push_str(&format!(
        "\n/** Returns the name of a variant; NULL for any other number. */\n\
         static inline const char *{function}({name} value)\n{{\n    switch (value) {{\n{cases}    \
         default: return NULL;\n    }}\n}}\n\n"
    ));
    text
}

/// An integer constant of at least the width of `repr`.
fn literal(repr: ScalarKind, value: i128) -> String {
    match i64::try_from(value) {
        Err(_) => format!("UINT64_C({value})"),
        // There is no literal for it: in `-x`, the minus is an operator on the literal `x`.
        Ok(i64::MIN) => "INT64_MIN".to_owned(),
        Ok(value) if repr.size() == 8 && !repr.is_signed() => format!("UINT64_C({value})"),
        Ok(value) if repr.size() == 8 => format!("INT64_C({value})"),
        Ok(value) => value.to_string(),
    }
}
