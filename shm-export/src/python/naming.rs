//! The names in a module.

use std::collections::HashMap;

use shm_schema::schema::Type;

use crate::catalog::Catalog;
use crate::kinds;
use crate::names::{UsedNames, camel, identifier};

/// Keywords of Python, and names that its enums reserve.
pub(super) const WORDS: &[&str] = &[
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "case", "class",
    "continue", "def", "del", "elif", "else", "except", "finally", "for", "from", "global", "if",
    "import", "in", "is", "lambda", "match", "mro", "name", "nonlocal", "not", "or", "pass",
    "print", "raise", "return", "try", "type", "value", "while", "with", "yield",
];

/// Names that a record reserves; the root reserves a few more.
const RECORD: &[&str] = &[
    "_at", "_copied", "_field", "_fields", "_is_same", "_look", "_look_at", "_memory", "_name",
    "_parent", "_size",
];
const REGION: &[&str] =
    &["_mapping", "_open", "_place", "close", "is_current", "open", "open_read_only"];

/// Names that a member of an enum cannot have, because integers have them.
const INTEGER: &[&str] = &[
    "as_integer_ratio",
    "bit_count",
    "bit_length",
    "conjugate",
    "denominator",
    "from_bytes",
    "imag",
    "is_integer",
    "numerator",
    "real",
    "to_bytes",
];

/// Names that the module uses, and that classes therefore cannot have.
const MODULE: &[&str] = &[
    "AttributeError",
    "BaseException",
    "BufferError",
    "Contended",
    "Exception",
    "FINGERPRINT",
    "FileNotFoundError",
    "Guarded",
    "ImportError",
    "IndexError",
    "InvalidValue",
    "KeyError",
    "NotImplemented",
    "NotImplementedError",
    "NotWritable",
    "OSError",
    "OverflowError",
    "RegionError",
    "RuntimeError",
    "RuntimeWarning",
    "TypeError",
    "UnicodeDecodeError",
    "UnicodeEncodeError",
    "ValueError",
    "abs",
    "all",
    "any",
    "array",
    "bool",
    "bytearray",
    "bytes",
    "chr",
    "classmethod",
    "collections",
    "complex",
    "ctypes",
    "dict",
    "enum",
    "float",
    "frozenset",
    "hasattr",
    "hash",
    "hex",
    "int",
    "isinstance",
    "iter",
    "itertools",
    "len",
    "list",
    "map",
    "math",
    "max",
    "memoryview",
    "min",
    "mmap",
    "next",
    "object",
    "open",
    "operator",
    "ord",
    "os",
    "platform",
    "property",
    "range",
    "repr",
    "set",
    "slice",
    "sorted",
    "stat",
    "str",
    "struct",
    "sum",
    "super",
    "sys",
    "tuple",
    "typing",
    "vars",
    "warnings",
    "zip",
];

/// The names of a module's classes.
pub(super) struct Naming<'a> {
    types: HashMap<Type<'a>, String>,
    root: String,
}

impl<'a> Naming<'a> {
    /// Chooses names for the structs and enums of a catalog.
    pub(super) fn of(name: &str, root: Type<'a>, catalog: &Catalog<'a>) -> Self {
        let mut taken = UsedNames::by(MODULE.iter().copied());
        let root_name = taken.take(&not_reserved(&camel(name), &[WORDS]));
        let mut types = HashMap::new();
        for item in &catalog.items {
            let name = if root.is_plain_struct() && item.ty == root {
                root_name.clone()
            } else {
                let name = kinds::name(item.ty).unwrap_or("Unnamed");
                taken.take(&not_reserved(identifier(name).trim_start_matches('_'), &[WORDS]))
            };
            types.insert(item.ty, name);
        }
        Self { types, root: root_name }
    }

    /// The class of the whole.
    pub(super) fn root(&self) -> &str {
        &self.root
    }

    /// The class of a struct or an enum.
    pub(super) fn ty(&self, ty: Type<'a>) -> &str {
        &self.types[&ty]
    }
}

/// Returns the attributes of a class for the names of its fields, in order.
pub(super) fn attributes<'a>(fields: impl Iterator<Item = &'a str>, is_root: bool) -> Vec<String> {
    let more = if is_root { REGION } else { &[] };
    // `value`, `name` and the like are special only in enums.
    let words: Vec<&str> = WORDS.iter().copied().filter(|word| !ENUM.contains(word)).collect();
    unique(fields, &[&words, RECORD, more])
}

/// Returns the attributes of a class whose own names are its fields' alone; these others are taken.
pub(super) fn attributes_beside<'a>(
    fields: impl Iterator<Item = &'a str>,
    taken: &[&str],
) -> Vec<String> {
    let words: Vec<&str> = WORDS.iter().copied().filter(|word| !ENUM.contains(word)).collect();
    unique(fields, &[&words, taken])
}

/// Words that a field may have as its name.
const ENUM: &[&str] = &["case", "match", "mro", "name", "print", "type", "value"];

/// Returns the members of an enum for the names of its variants, in order.
pub(super) fn members<'a>(variants: impl Iterator<Item = &'a str>) -> Vec<String> {
    unique(variants, &[WORDS, INTEGER])
}

fn unique<'a>(names: impl Iterator<Item = &'a str>, reserved: &[&[&str]]) -> Vec<String> {
    let mut taken = UsedNames::default();
    let mut take = |name: &str| {
        let name = identifier(name);
        // Python mangles `__x` in classes, and enums reserve `_x_`.
        let special = name.starts_with("__") || (name.starts_with('_') && name.ends_with('_'));
        let name = if special { format!("x{name}") } else { name };
        taken.take(&not_reserved(&name, reserved))
    };
    names.map(&mut take).collect()
}

pub(super) fn not_reserved(name: &str, reserved: &[&[&str]]) -> String {
    if reserved.iter().any(|words| words.contains(&name)) {
        return format!("{name}_");
    }
    if name.is_empty() { "Unnamed".to_owned() } else { name.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_not_keywords_and_hide_nothing() {
        let fields = ["from", "open", "value", "0", "__x", "_at", "größe", "self"];
        let expected = ["from_", "open", "value", "_0", "x__x", "_at_", "gr_u00f6_u00dfe", "self"];
        assert_eq!(attributes(fields.into_iter(), false), expected);
        assert_eq!(attributes(["open", "close"].into_iter(), true), ["open_", "close_"]);
    }

    #[test]
    fn members_of_an_enum_are_names_that_python_accepts() {
        let variants = ["None", "Idle", "real", "_x_", "name", "Idle_2"];
        let expected = ["None_", "Idle", "real_", "x_x_", "name_", "Idle_2"];
        assert_eq!(members(variants.into_iter()), expected);
    }
}
