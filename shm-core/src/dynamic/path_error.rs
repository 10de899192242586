//! [`PathError`]: paths that lead nowhere.

use crate::layout::Role;
use crate::path::InvalidPath;
pub(super) use crate::path::shown;
use crate::schema::Type;

/// How many names an error lists.
const LISTED: usize = 20;

/// Why a path names nothing in a region.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PathError {
    /// The text is not a path.
    #[error(transparent)]
    Syntax(#[from] InvalidPath),
    /// The struct has no field of this name.
    #[error("{} has no field `{}`{}", shown(.at), .name.escape_debug(), listed(.fields, *.more))]
    NoField {
        /// The path up to the struct.
        at: String,
        /// The name.
        name: String,
        /// The fields that there are, or the first twenty.
        fields: Vec<String>,
        /// How many more there are.
        more: usize,
    },
    /// Only structs have fields.
    #[error("{} is `{found}`, not a struct: it has no field `{}`", shown(.at), .name.escape_debug())]
    NotAStruct {
        /// The path up to there.
        at: String,
        /// The name.
        name: String,
        /// The type.
        found: String,
    },
    /// Only arrays and slices have elements.
    #[error("{} is `{found}`, not an array: it has no elements", shown(.at))]
    NotAnArray {
        /// The path up to there.
        at: String,
        /// The type.
        found: String,
    },
    /// The array is shorter.
    #[error("{} has {len} elements: there is no [{index}]", shown(.at))]
    OutOfBounds {
        /// The path of the array.
        at: String,
        /// The index, or the bound of a range, as it was written.
        index: String,
        /// How many elements there are.
        len: u64,
    },
    /// The slots of a `Latest` hold versions that come and go.
    #[error(
        "the slots of {} are its versions, which cannot be named one by one: leave them out, or \
         write `slots[..].value`, to mean the newest", shown(.at)
    )]
    Slots {
        /// The path of the `Latest`.
        at: String,
    },
    /// The schema calls something by the name of a type of this library whose parts it does not have,
    /// or that cannot be where it is.
    #[error(
        "{} is not made as a `{role}` is: the program that wrote this schema has a bug", shown(.at)
    )]
    Malformed {
        /// The path of it.
        at: String,
        /// What it is called.
        role: &'static str,
    },
}

impl PathError {
    /// What is at a path is not made as its role must be, or is where that cannot be.
    #[cold]
    pub(super) fn malformed(at: &str, role: Role) -> Self {
        Self::Malformed { at: at.to_owned(), role: role.name() }
    }

    /// Refuses a type that has a role by its record, and does not have the parts of it.
    pub(super) fn expect_made(ty: Type<'_>, at: &str) -> Result<(), Self> {
        match ty.unknown().and_then(|unknown| unknown.role) {
            Some(role) => Err(Self::malformed(at, role)),
            None => Ok(()),
        }
    }

    /// The struct at a path has no field of this name.
    #[cold]
    pub(super) fn no_field(at: &str, name: &str, ty: Type<'_>) -> Self {
        let fields = ty.fields().take(LISTED).map(|field| field.name().to_owned()).collect();
        let more = ty.fields().len().saturating_sub(LISTED);
        Self::NoField { at: at.to_owned(), name: name.to_owned(), fields, more }
    }
}

fn listed(names: &[String], more: usize) -> String {
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let names: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
    if names.is_empty() {
        ", nor any other".to_owned()
    } else {
        format!("; it has {}{more}", names.join(", "))
    }
}
