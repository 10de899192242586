//! The names of the classes, and of their attributes.

use std::collections::HashMap;

use shm_schema::describe::TypeTexts;
use shm_schema::schema::Type;

use crate::kinds;
use crate::names::{UsedNames, camel, identifier};
use crate::python::naming::{WORDS, attributes_beside, not_reserved};

/// Names that the module uses, and that classes and fields therefore cannot have: a type checker would look
/// for them in the class.
const MODULE: &[&str] = &[
    "Annotated",
    "FINGERPRINT",
    "Literal",
    "bool",
    "bytes",
    "dict",
    "enum",
    "float",
    "int",
    "list",
    "object",
    "shm",
    "str",
    "tuple",
    "type",
];

/// The names of a module's classes.
pub(super) struct Naming<'a> {
    types: HashMap<Type<'a>, String>,
    root: String,
}

impl<'a> Naming<'a> {
    /// Chooses names for these structs and enums.
    pub(super) fn of(name: &str, root: Type<'a>, named: &[Type<'a>]) -> Self {
        let mut taken = UsedNames::by(MODULE.iter().copied());
        let root_name = taken.take(&free(&camel(name)));
        let mut types = HashMap::new();
        for &ty in named {
            let name = if root.is_plain_struct() && ty == root {
                root_name.clone()
            } else {
                let name = identifier(kinds::name(ty).unwrap_or("Unnamed"));
                taken.take(&free(name.trim_start_matches('_')))
            };
            types.insert(ty, name);
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

    /// The attributes of a class for the names of its fields, in order.
    pub(super) fn attributes<'n>(&self, fields: impl Iterator<Item = &'n str>) -> Vec<String> {
        let classes = self.types.values().map(String::as_str).chain([self.root()]);
        let taken: Vec<&str> = MODULE.iter().copied().chain(classes).collect();
        attributes_beside(fields, &taken)
    }
}

/// A name that means nothing else, to Python or in the text of a type.
fn free(name: &str) -> String {
    let name = not_reserved(name, &[WORDS]);
    if TypeTexts::is_taken(&name) { format!("{name}_") } else { name }
}
