//! [`SchemaError`]: the faults in schemas and their descriptions.

use super::text_fault::{TypeTextFault, excerpt};

/// The reason why bytes, or a description, are not a valid schema of a region.
///
/// For bytes, the region is damaged or forged; for a type, it exceeds a limit of the format; for a
/// `DynLayout` of shm-core, the description has a mistake.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SchemaError {
    /// The section is longer than the format allows.
    #[error("the schema has {found} bytes, expected at most {limit}")]
    TooLong {
        /// Bytes in the section.
        found: u64,
        /// Bytes allowed.
        limit: u64,
    },
    /// The number of types is zero or more than the format allows.
    #[error("the schema claims {found} types, expected 1 to {limit}")]
    TypeCount {
        /// Types announced, or counted.
        found: u64,
        /// Types allowed.
        limit: u64,
    },
    /// The types have more fields and variants than the format allows.
    #[error("the types of the schema have {found} fields and variants, expected at most {limit}")]
    PartCount {
        /// Fields and variants of all types.
        found: u64,
        /// Fields and variants allowed.
        limit: u64,
    },
    /// The section has bytes after the last type, or too few for the count of types.
    #[error("the schema has {found} bytes, its types need {expected}")]
    Length {
        /// Bytes in the section.
        found: u64,
        /// Bytes that the types take.
        expected: u64,
    },
    /// Two types have the same structure; the canonical form has each once.
    #[error("types {first} and {second} of the schema are the same: it is not in canonical form")]
    SameTwice {
        /// The first of the two.
        first: u32,
        /// The second of the two.
        second: u32,
    },
    /// The types are not in the order in which a depth-first walk from the root completes them.
    #[error("type {index} of the schema is not at its place in the canonical form")]
    Order {
        /// The first type out of order, or that the root does not reach.
        index: u32,
    },
    /// One type is wrong.
    #[error("type {index} of the schema {fault}")]
    Type {
        /// Its index.
        index: u32,
        /// The fault.
        fault: TypeFault,
    },
    /// The text of a type or a definition has a mistake.
    #[error("{place}, in `{}` at byte {position}: {fault}", excerpt(.text, *.position))]
    Text {
        /// The subject of the text: ``field `pose` ``.
        place: Box<str>,
        /// The text.
        text: Box<str>,
        /// Where the mistake is, in bytes.
        position: usize,
        /// The fault.
        fault: TypeTextFault,
    },
    /// The name of a field or a struct is not an identifier.
    #[error("`{}` is not a valid name", .name.escape_debug())]
    BadName {
        /// The name.
        name: String,
    },
    /// Two fields have the same name.
    #[error("there are two fields `{name}`")]
    FieldTwice {
        /// The name.
        name: String,
    },
    /// A struct without fields was described.
    #[error("`{name}` has no fields")]
    NoFields {
        /// The struct.
        name: String,
    },
    /// A field comes after one whose length is known at run time.
    #[error("field `{name}` is a slice, but not the last field")]
    SliceNotLast {
        /// The field that is a slice.
        name: String,
    },
    /// An alias was given before there was a field.
    #[error("the alias `{}` belongs to no field", .alias.escape_debug())]
    AliasOfNothing {
        /// The alias.
        alias: String,
    },
    /// The lock of a field was given before there was a field.
    #[error("the lock `{}` guards no field", .lock.escape_debug())]
    GuardOfNothing {
        /// The lock.
        lock: String,
    },
    /// A unit was given before there was a field.
    #[error("the unit \"{}\" belongs to no field", .unit.escape_debug())]
    UnitOfNothing {
        /// The unit.
        unit: String,
    },
    /// A mark as a counter was given before there was a field.
    #[error("no field is marked as a counter")]
    CounterOfNothing,
    /// The numbers of a field that is marked as a counter cannot only grow.
    #[error("field `{}` cannot be a counter: its type has no number that only grows", .field.escape_debug())]
    NotACounter {
        /// The field.
        field: String,
    },
    /// Something else than the rows of a `PerProcess` is marked as folded by code of its type.
    #[error("field `{}` is marked as folded by code of its type, but is not the rows of a `PerProcess`", .field.escape_debug())]
    FoldOfNothing {
        /// The field.
        field: String,
    },
    /// The lock that is said to guard a field cannot guard it.
    #[error("field `{}` cannot be guarded by `{}`: {fault}", .field.escape_debug(), .lock.escape_debug())]
    Guard {
        /// The field.
        field: String,
        /// The field that should guard it.
        lock: String,
        /// The reason.
        fault: &'static str,
    },
    /// A region cannot have this alignment.
    #[error("found the alignment {found}, expected a power of two, at most 4096")]
    Align {
        /// The alignment.
        found: u32,
    },
    /// No region can be created with this schema.
    #[error("{} is `{found}`, which {fault}", part(.path))]
    Unsuitable {
        /// The path of the part.
        path: String,
        /// Its type.
        found: String,
        /// The reason why it cannot be there.
        fault: &'static str,
        /// The advice.
        help: &'static str,
    },
}

impl SchemaError {
    /// Returns advice on the error, if there is any.
    #[must_use]
    pub fn help(&self) -> Option<String> {
        let help = match self {
            Self::Type { fault: TypeFault::PathLength { .. }, .. } => "use shorter names",
            Self::Text { fault, .. } => return fault.help().map(str::to_owned),
            Self::BadName { .. } => "a name is a Rust identifier, such as `samples` or `größe`",
            Self::FieldTwice { .. } => "give each field a name of its own",
            Self::NoFields { .. } => {
                "give it one with `field`, such as `.field(\"hits\", \"u64\")`"
            }
            Self::SliceNotLast { .. } => "only the last field can have a run-time length",
            Self::AliasOfNothing { .. }
            | Self::UnitOfNothing { .. }
            | Self::CounterOfNothing
            | Self::GuardOfNothing { .. } => "give it after a field",
            Self::NotACounter { .. } => {
                "a counter is an unsigned integer or a float, or an array, a struct, a lock or a `PerProcess` of such \
                 numbers"
            }
            Self::FoldOfNothing { .. } => "remove the mark",
            Self::Guard { .. } => "name a field of the same struct that is a `Mutex<()>`",
            Self::Unsuitable { help, .. } => help,
            _ => return None,
        };
        Some(help.to_owned())
    }

    pub(super) fn in_type(index: u32, fault: TypeFault) -> Self {
        Self::Type { index, fault }
    }
}

/// The fault in one type of a schema.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum TypeFault {
    /// Its record ends too soon.
    CutShort,
    /// The length in the record is not that of its parts.
    RecordLength {
        /// The length in the record.
        found: u32,
        /// The length of the parts.
        expected: u32,
    },
    /// A number in the head has a value that is invalid for this kind of type.
    Head {
        /// The name of the number: `detail`, `flags` or `count`.
        what: &'static str,
        /// Its value.
        found: u32,
    },
    /// The alignment is not a power of two, is too large, or does not match the parts.
    Align {
        /// The alignment in the record.
        found: u32,
        /// The alignment that the parts give; `None` if it is only known to be wrong.
        expected: Option<u32>,
    },
    /// The size does not match the parts, or is not a multiple of the alignment.
    Size {
        /// The size in the record.
        found: u64,
        /// The size that the parts give; `None` if it is only known to be wrong.
        expected: Option<u64>,
    },
    /// It contains a type that does not precede it.
    Child {
        /// The index of that type.
        found: u32,
    },
    /// It is nested deeper than the format allows.
    Depth {
        /// The depth found.
        found: u32,
        /// The depth allowed.
        limit: u32,
    },
    /// There is a slice where only a type of fixed size can be.
    SliceInside,
    /// A name is not an identifier.
    Name {
        /// The name, escaped.
        found: String,
    },
    /// A name is longer than the format allows.
    NameLength {
        /// Bytes in the name.
        found: usize,
        /// Bytes allowed.
        limit: usize,
    },
    /// A path to something inside it is longer than the format allows.
    PathLength {
        /// Bytes in the longest path.
        found: u64,
        /// Bytes allowed.
        limit: u64,
    },
    /// Two parts have the same name.
    NameTwice {
        /// The name.
        name: String,
    },
    /// A field overlaps the one before it, is out of order, misaligned, or not inside the struct.
    FieldPlace {
        /// The field.
        name: String,
        /// Its offset.
        offset: u64,
        /// The fault.
        why: &'static str,
    },
    /// A discriminant does not fit the enum's integer.
    Discriminant {
        /// The variant.
        name: String,
    },
    /// Two variants have the same value.
    DiscriminantTwice {
        /// The second of the two.
        name: String,
    },
}

impl std::fmt::Display for TypeFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::CutShort => f.write_str("is cut short"),
            Self::RecordLength { found, expected } => {
                write!(f, "claims {found} bytes, its parts have {expected}")
            }
            Self::Head { what, found } => {
                write!(f, "has {what} {found}, which is invalid for its kind")
            }
            Self::Align { found, expected } => {
                write!(f, "has alignment {found}{}", expected_number(*expected))
            }
            Self::Size { found, expected } => {
                write!(f, "has size {found}{}", expected_number(*expected))
            }
            Self::Child { found } => {
                write!(f, "contains type {found}, which does not precede it")
            }
            Self::Depth { found, limit } => {
                write!(f, "is nested {found} deep, expected at most {limit}")
            }
            Self::SliceInside => {
                f.write_str("holds a slice that is neither the root nor the root's last field")
            }
            Self::Name { found } => {
                write!(f, "has a part called {found}, expected an identifier")
            }
            Self::NameLength { found, limit } => {
                write!(f, "has a part whose name has {found} bytes, expected at most {limit}")
            }
            Self::PathLength { found, limit } => {
                write!(f, "has a part whose path has {found} bytes, expected at most {limit}")
            }
            Self::NameTwice { name } => write!(f, "has two parts called `{name}`"),
            Self::FieldPlace { name, offset, why } => {
                write!(f, "has its field `{name}` at the invalid offset {offset}: {why}")
            }
            Self::Discriminant { name } => {
                write!(f, "has a value for its variant `{name}` that does not fit its integer")
            }
            Self::DiscriminantTwice { name } => {
                write!(f, "has two variants with the value of `{name}`")
            }
        }
    }
}

fn part(path: &str) -> String {
    if path.is_empty() { "the whole value".to_owned() } else { format!("`{path}`") }
}

fn expected_number<T: std::fmt::Display>(expected: Option<T>) -> String {
    expected.map_or_else(
        || ", which is invalid".to_owned(),
        |expected| format!(", its parts give {expected}"),
    )
}

crate::debug_as_displayed!(SchemaError);
