//! What can be wrong with a schema.

/// The bytes are no schema. Comes from a damaged or forged region, or from a type that no region
/// can hold because it exceeds a limit of the format.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SchemaError {
    /// The section is longer than the format allows.
    #[error("the schema has {found} bytes, at most {limit} are allowed")]
    TooLong {
        /// Bytes in the section.
        found: u64,
        /// Bytes allowed.
        limit: u64,
    },
    /// The number of types is zero or more than the format allows.
    #[error("the schema says that it has {found} types, 1 to {limit} are allowed")]
    TypeCount {
        /// Types announced, or counted.
        found: u64,
        /// Types allowed.
        limit: u64,
    },
    /// The types have more fields and variants than the format allows.
    #[error(
        "the types of the schema have {found} fields and variants, at most {limit} are allowed"
    )]
    PartCount {
        /// Fields and variants of all types.
        found: u64,
        /// How many are allowed.
        limit: u64,
    },
    /// The section has bytes behind the last type, or not enough for the count of types.
    #[error("the schema has {found} bytes where its types need {expected}")]
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
    /// The types do not stand in the order in which a depth-first walk from the root completes them.
    #[error("type {index} of the schema is not where its canonical form has it")]
    Order {
        /// The first type out of order, or that the root does not reach.
        index: u32,
    },
    /// One type is wrong.
    #[error("type {index} of the schema {fault}")]
    Type {
        /// Its index.
        index: u32,
        /// What is wrong with it.
        fault: TypeFault,
    },
}

impl SchemaError {
    pub(super) fn in_type(index: u32, fault: TypeFault) -> Self {
        Self::Type { index, fault }
    }
}

/// What is wrong with one type of a schema.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TypeFault {
    /// Its record ends too soon.
    #[error("is cut short")]
    CutShort,
    /// The record has another length than its parts.
    #[error("says that it has {found} bytes, its parts have {expected}")]
    RecordLength {
        /// The length in the record.
        found: u32,
        /// The length of the parts.
        expected: u32,
    },
    /// A small number in the head has a value that this kind of type cannot have.
    #[error("has {what} {found}, which its kind cannot have")]
    Head {
        /// Which number: `detail`, `flags` or `count`.
        what: &'static str,
        /// Its value.
        found: u32,
    },
    /// The alignment is no power of two, too large, or not the one that its parts give.
    #[error("has alignment {found}{}", expected_number(*.expected))]
    Align {
        /// The alignment in the record.
        found: u32,
        /// The alignment that the parts give; `None` if it is only known to be wrong.
        expected: Option<u32>,
    },
    /// The size is not the one that its parts give, or no multiple of the alignment.
    #[error("has size {found}{}", expected_number(*.expected))]
    Size {
        /// The size in the record.
        found: u64,
        /// The size that the parts give; `None` if it is only known to be wrong.
        expected: Option<u64>,
    },
    /// It is made of a type that does not stand before it.
    #[error("is made of type {found}, which does not stand before it")]
    Child {
        /// The index of that type.
        found: u32,
    },
    /// It is nested deeper than the format allows.
    #[error("is nested {found} deep, at most {limit} is allowed")]
    Depth {
        /// The depth found.
        found: u32,
        /// The depth allowed.
        limit: u32,
    },
    /// A slice stands where only a type of fixed size can be.
    #[error("holds a slice that is neither the root nor the root's last field")]
    SliceInside,
    /// A name is no identifier.
    #[error("has a part called {found}, which is no identifier")]
    Name {
        /// The name, escaped.
        found: String,
    },
    /// A name is longer than the format allows.
    #[error("has a part whose name has {found} bytes, at most {limit} are allowed")]
    NameLength {
        /// Bytes in the name.
        found: usize,
        /// Bytes allowed.
        limit: usize,
    },
    /// A path to something inside it is longer than the format allows.
    #[error(
        "has a part whose path has {found} bytes, at most {limit} are allowed: use shorter names"
    )]
    PathLength {
        /// Bytes in the longest path.
        found: u64,
        /// Bytes allowed.
        limit: u64,
    },
    /// Two parts have the same name.
    #[error("has two parts called `{name}`")]
    NameTwice {
        /// The name.
        name: String,
    },
    /// A field overlaps the one before it, is out of order, misaligned, or not inside the struct.
    #[error("has its field `{name}` at offset {offset}, where it cannot be: {why}")]
    FieldPlace {
        /// The field.
        name: String,
        /// Its offset.
        offset: u64,
        /// What is wrong with that.
        why: &'static str,
    },
    /// A discriminant does not fit the enum's integer.
    #[error("has its variant `{name}` at a value that its integer cannot hold")]
    Discriminant {
        /// The variant.
        name: String,
    },
    /// Two variants have the same value.
    #[error("has the value of its variant `{name}` twice")]
    DiscriminantTwice {
        /// The second of the two.
        name: String,
    },
}

fn expected_number<T: std::fmt::Display>(expected: Option<T>) -> String {
    expected.map_or_else(
        || ", which it cannot have".to_owned(),
        |expected| format!(", its parts give {expected}"),
    )
}

crate::report::debug_as_displayed!(SchemaError, TypeFault);
