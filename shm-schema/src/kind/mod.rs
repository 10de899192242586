//! Kinds of types: one definition for every form of a type.
//!
//! ```text
//! Kind<Compiled>  layout::Kind       children are `&'static Layout`, lists are slices: constants
//! Kind<Indexed>   inside a Schema    children are indexes, names are owned or borrowed
//! Kind<In<'a>>    schema::TypeKind   children are types of a schema, with their names and comments
//! ```
//! A [`Stage`] has the differences between them. This module is the ground floor: the scalars and roles
//! with their codes, the head of a record, the hash. It depends on neither layouts nor schemas.

mod fnv;
mod role;
mod scalar;
mod tag;

pub use fnv::{FNV_OFFSET, FNV_PRIME, fnv1a};
pub use role::Role;
pub use scalar::{Endian, ScalarKind};

pub(crate) use fnv::Fnv;
pub(crate) use role::PartKind;
pub(crate) use tag::{
    ARRAY, C_TEXT, C_TEXT_DETAIL, ENUM, FLAG_BIG, FLAG_OPTIONAL, FLAG_PACKED, Head, MARKER,
    NON_ZERO, ORDERED, SCALAR, SLICE, STRUCT,
};

/// The differences between the forms of a type.
pub trait Stage {
    /// A size or a length.
    type Size;
    /// A reference to another type.
    type Type;
    /// The variants of an enum.
    type Variants;
    /// The fields of a struct.
    type Fields;
    /// The facts about a type of an unknown kind; uninhabited if there is no such type.
    type Unknown;
}

/// The kind of a type, with its parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind<S: Stage> {
    /// One machine word of its own width, including `char`, which is validated when it is read.
    Scalar(ScalarKind),
    /// An integer that is never zero or, if `optional`, for which zero means `None`.
    NonZero {
        /// The integer.
        scalar: ScalarKind,
        /// Whether this is `Option<NonZero<_>>`.
        optional: bool,
    },
    /// A fieldless enum.
    Enum {
        /// The integer that `#[repr(..)]` named.
        repr: ScalarKind,
        /// The variants in declaration order.
        variants: S::Variants,
    },
    /// A scalar in a fixed byte order: naturally aligned (`Be<T>`, `Le<T>`), or of alignment 1 (the
    /// types of `zerocopy::byteorder`).
    Ordered {
        /// The scalar.
        scalar: ScalarKind,
        /// Its byte order.
        order: Endian,
        /// Whether it is a run of bytes of alignment 1, which may tear.
        packed: bool,
    },
    /// Bytes up to a NUL or the end: a C `char name[N]`.
    CText {
        /// The size in bytes, the NUL (where there is one) included.
        capacity: S::Size,
    },
    /// `[T; N]`.
    Array {
        /// The element.
        element: S::Type,
        /// The number of elements.
        len: S::Size,
    },
    /// `[T]`, whose length is known at run time: a root, or the last field of one.
    Slice {
        /// The element.
        element: S::Type,
    },
    /// A `repr(C)` struct.
    Struct {
        /// The fields in declaration order.
        fields: S::Fields,
    },
    /// Nothing at all: `PhantomData<T>`.
    Marker,
    /// A struct that is more than its fields: a lock, say. The fields give the places of its parts.
    Live {
        /// The kind of thing.
        role: Role,
        /// The parts, in the order of their offsets.
        fields: S::Fields,
    },
    /// A type of a schema that this version cannot use: only its size and its alignment are known. Rust
    /// types are never of this kind.
    Unknown(S::Unknown),
}
