//! [`PathError`]: paths that lead nowhere.

use crate::schema::Type;

/// How many names an error lists.
const LISTED: usize = 20;

/// Why a path names nothing in a region.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PathError {
    /// The text is no path.
    #[error("`{}` is no path: {fault}, at byte {position}", .path.escape_debug())]
    Syntax {
        /// The path.
        path: String,
        /// Where it goes wrong, in bytes.
        position: usize,
        /// How a path goes on there.
        fault: &'static str,
    },
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
    /// A range ends a path.
    #[error("{} is several elements: nothing can follow; name one by its index", shown(.at))]
    BehindARange {
        /// The path up to the range.
        at: String,
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
    /// The schema calls something by the name of a type of this library that it does not look like.
    #[error("{} is not made as a `{role}` is: whoever wrote this schema has a bug", shown(.at))]
    Malformed {
        /// The path of it.
        at: String,
        /// What it is called.
        role: &'static str,
    },
}

impl PathError {
    /// The struct at a path has no field of this name.
    #[cold]
    pub(super) fn no_field(at: &str, name: &str, ty: Type<'_>) -> Self {
        let fields = ty.fields().take(LISTED).map(|field| field.name().to_owned()).collect();
        let more = ty.fields().len().saturating_sub(LISTED);
        Self::NoField { at: at.to_owned(), name: name.to_owned(), fields, more }
    }
}

/// A place as messages name it.
pub(super) fn shown(path: &str) -> String {
    if path.is_empty() { "the whole value".to_owned() } else { format!("`{path}`") }
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

crate::report::debug_as_displayed!(PathError);
