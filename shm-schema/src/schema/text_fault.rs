//! [`TypeTextFault`]: faults in the text of a type.

/// The longest part of a text that a message shows, in bytes.
const SHOWN: usize = 80;

/// A fault at one place of a type's text.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum TypeTextFault {
    /// Something else was expected there.
    Unexpected {
        /// The text found there.
        found: String,
        /// The text expected there.
        expected: &'static str,
    },
    /// The digits are not a valid number.
    Number {
        /// The digits.
        found: String,
    },
    /// No type has this name.
    UnknownType {
        /// The name.
        name: String,
        /// The advice.
        help: String,
    },
    /// The type exists, but cannot be there.
    Refused {
        /// The type, as it was written.
        found: String,
        /// The reason why it cannot be there.
        fault: &'static str,
        /// The advice.
        help: &'static str,
    },
    /// Types are nested deeper than a schema allows.
    TooDeep {
        /// The depth allowed.
        limit: u32,
    },
    /// The type is larger than the address space.
    TooLarge {
        /// The type, as it was written.
        found: String,
    },
    /// The name of a new type is already in use.
    NameTaken {
        /// The name.
        name: String,
    },
    /// Two fields of a struct, or two variants of an enum, have the same name or value.
    Twice {
        /// The duplicate: `` field `x` ``, `` variant `Idle` ``, ``value 3``.
        what: String,
    },
    /// A variant's value does not fit the enum's integer.
    Discriminant {
        /// The value.
        value: i128,
        /// The integer.
        repr: &'static str,
    },
}

impl std::fmt::Display for TypeTextFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Unexpected { found, expected } => write!(f, "found {found}, expected {expected}"),
            Self::Number { found } => {
                write!(f, "`{}` is not a valid whole number here", excerpt(found, 0))
            }
            Self::UnknownType { name, .. } => {
                write!(f, "there is no type `{}`", excerpt(name, 0))
            }
            Self::Refused { found, fault, .. } => write!(f, "`{}` {fault}", excerpt(found, 0)),
            Self::TooDeep { limit } => write!(f, "types are nested more than {limit} deep here"),
            Self::TooLarge { found } => {
                write!(f, "`{}` is larger than memory can be", excerpt(found, 0))
            }
            Self::NameTaken { name } => {
                write!(f, "`{}` is a type already", excerpt(name, 0))
            }
            Self::Twice { what } => write!(f, "{} occurs twice", excerpt(what, 0)),
            Self::Discriminant { value, repr } => write!(f, "{value} does not fit a `{repr}`"),
        }
    }
}

impl TypeTextFault {
    /// Returns advice on the error, if there is any.
    #[must_use]
    pub fn help(&self) -> Option<&str> {
        match self {
            Self::UnknownType { help, .. } => Some(help),
            Self::Refused { help, .. } => Some(help),
            Self::NameTaken { .. } => Some("choose another name"),
            _ => None,
        }
    }
}

/// Returns the text or, if it is long, the part around the position; safe to print.
#[must_use]
pub fn excerpt(text: &str, position: usize) -> String {
    if text.len() <= SHOWN {
        return text.escape_debug().to_string();
    }
    let start = boundary(text, position.saturating_sub(SHOWN / 2));
    let end = boundary(text, start.saturating_add(SHOWN));
    let before = if start > 0 { ".." } else { "" };
    let after = if end < text.len() { ".." } else { "" };
    format!("{before}{}{after}", text[start..end].escape_debug())
}

/// Returns the last start of a character up to `at`, or the end.
fn boundary(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}
