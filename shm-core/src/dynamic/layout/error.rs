//! [`DynLayoutError`]: descriptions of no layout.

use super::rules;
use crate::schema::SchemaError;

/// How much of a text a message shows, in bytes.
const SHOWN: usize = 80;

/// Why a description is none of a layout that a region can have.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DynLayoutError {
    /// The text of a type or a definition goes wrong somewhere.
    #[error("{place}, in `{}` at byte {position}: {fault}", excerpt(.text, *.position))]
    Text {
        /// What the text is about: ``field `pose` ``.
        place: String,
        /// The text.
        text: String,
        /// Where it goes wrong, in bytes.
        position: usize,
        /// What is wrong there.
        fault: TypeTextFault,
    },
    /// A field or a struct cannot be called so.
    #[error("`{}` is no name: a name is a Rust identifier, such as `samples` or `größe`", .name.escape_debug())]
    BadName {
        /// The name.
        name: String,
    },
    /// Two fields have the same name.
    #[error("there are two fields `{name}`: each needs a name of its own")]
    FieldTwice {
        /// The name.
        name: String,
    },
    /// A struct without fields was described.
    #[error(
        "`{name}` has no fields: give it one with `field`, such as `.field(\"hits\", \"u64\")`"
    )]
    NoFields {
        /// The struct.
        name: String,
    },
    /// A field stands behind one whose length is known at run time.
    #[error(
        "field `{name}` is a slice, but not the last field: only that can have a run-time length"
    )]
    SliceNotLast {
        /// The field that is a slice.
        name: String,
    },
    /// An alias was given before there was a field.
    #[error("the alias `{}` belongs to no field: give it behind one", .alias.escape_debug())]
    AliasOfNothing {
        /// The alias.
        alias: String,
    },
    /// A unit was given before there was a field.
    #[error("the unit \"{}\" belongs to no field: give it behind one", .unit.escape_debug())]
    UnitOfNothing {
        /// The unit.
        unit: String,
    },
    /// A region cannot be aligned so.
    #[error("the alignment {found} was asked for: that is a power of two, at most 4096")]
    Align {
        /// The alignment.
        found: u32,
    },
    /// A schema is that of no region that could be created.
    #[error("{} is `{found}`, which {fault}", super::super::path_error::shown(.path))]
    Unsuitable {
        /// The path of the part.
        path: String,
        /// Its type.
        found: String,
        /// Why it cannot be there, and what to do.
        fault: &'static str,
    },
    /// The annotations belong to another schema.
    #[error("the annotations do not fit the schema: give those that came with it, or none")]
    Annotations,
    /// The layout exceeds a limit of the format.
    #[error(transparent)]
    Schema(#[from] SchemaError),
}

/// What is wrong at one place of a type's text.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TypeTextFault {
    /// Something else should stand there.
    #[error("found {found}, expected {expected}")]
    Unexpected {
        /// What stands there.
        found: String,
        /// What could.
        expected: &'static str,
    },
    /// The digits are no number.
    #[error("`{}` is no whole number that could stand here", excerpt(.found, 0))]
    Number {
        /// The digits.
        found: String,
    },
    /// Nothing has this name.
    #[error("there is no type `{}`: {help}", excerpt(.name, 0))]
    UnknownType {
        /// The name.
        name: String,
        /// What to use instead.
        help: String,
    },
    /// The type exists, and cannot be there.
    #[error("`{}` {fault}", excerpt(.found, 0))]
    Refused {
        /// The type, as it was written.
        found: String,
        /// Why it cannot be there, and what to do.
        fault: &'static str,
    },
    /// Types are nested deeper than a schema can have it.
    #[error("types are nested more than {limit} deep here")]
    TooDeep {
        /// The depth allowed.
        limit: u32,
    },
    /// The type is larger than memory can be.
    #[error("`{}` is larger than memory can be", excerpt(.found, 0))]
    TooLarge {
        /// The type, as it was written.
        found: String,
    },
    /// The name of a new type has a meaning already.
    #[error("`{}` is a type already: choose another name", excerpt(.name, 0))]
    NameTaken {
        /// The name.
        name: String,
    },
    /// Two fields of a struct, or two variants of an enum, have the same name or value.
    #[error("{} occurs twice", excerpt(.what, 0))]
    Twice {
        /// Which: `` field `x` ``, `` variant `Idle` ``, ``value 3``.
        what: String,
    },
    /// A variant's value does not fit the enum's integer.
    #[error("{value} does not fit a `{repr}`")]
    Discriminant {
        /// The value.
        value: i128,
        /// The integer.
        repr: &'static str,
    },
}

/// What is wrong with a text, before it is known what the text is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) position: usize,
    pub(super) fault: TypeTextFault,
}

impl Fault {
    pub(super) fn new(position: usize, fault: TypeTextFault) -> Self {
        Self { position, fault }
    }

    pub(super) fn unexpected(position: usize, found: &str, expected: &'static str) -> Self {
        Self::new(position, TypeTextFault::Unexpected { found: found.to_owned(), expected })
    }

    /// The fault of a whole text.
    pub(super) fn whole(text: &str, fault: rules::Fault) -> Self {
        Self::new(0, TypeTextFault::Refused { found: text.to_owned(), fault })
    }

    pub(super) fn in_text(self, place: &str, text: &str) -> DynLayoutError {
        let Self { position, fault } = self;
        DynLayoutError::Text { place: place.to_owned(), text: text.to_owned(), position, fault }
    }
}

/// The text, or what is around the position if it is long; safe to print.
pub(super) fn excerpt(text: &str, position: usize) -> String {
    if text.len() <= SHOWN {
        return text.escape_debug().to_string();
    }
    let start = boundary(text, position.saturating_sub(SHOWN / 2));
    let end = boundary(text, start.saturating_add(SHOWN));
    let before = if start > 0 { ".." } else { "" };
    let behind = if end < text.len() { ".." } else { "" };
    format!("{before}{}{behind}", text[start..end].escape_debug())
}

/// The last place up to `at` where a character starts, or the end.
fn boundary(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

crate::report::debug_as_displayed!(DynLayoutError, TypeTextFault);
