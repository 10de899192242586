//! What a layout is made of.

use super::{FieldLayout, Layout};

/// The kind of a type, with its parts.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// One machine word of its own width. `char` is one too: validated when it is read.
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
        variants: &'static [Variant],
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
        capacity: usize,
    },
    /// `[T; N]`.
    Array {
        /// The element.
        element: &'static Layout,
        /// The number of elements.
        len: usize,
    },
    /// `[T]`, whose length is known at run time: a root, or the last field of one.
    Slice {
        /// The element.
        element: &'static Layout,
    },
    /// A `repr(C)` struct.
    Struct {
        /// The fields in declaration order.
        fields: &'static [FieldLayout],
    },
    /// Nothing at all: `PhantomData<T>`.
    Marker,
    /// A struct that is more than its fields: a lock, say. The fields say where its parts are.
    Live {
        /// What it is.
        role: Role,
        /// The parts, in the order of their offsets.
        fields: &'static [FieldLayout],
    },
}

impl Kind {
    /// Whether this is, or is made of, something with a lock. Asks each part for what it knows.
    pub(super) const fn has_locks(&self) -> bool {
        let fields = match *self {
            Self::Array { element, .. } | Self::Slice { element } => return element.has_locks(),
            Self::Live { role, .. } if role.has_lock() => return true,
            Self::Live { fields, .. } | Self::Struct { fields } => fields,
            _ => return false,
        };
        let mut i = 0;
        while i < fields.len() {
            if fields[i].layout().has_locks() {
                return true;
            }
            i += 1;
        }
        false
    }
}

/// What a live struct is. The value is its code on disk; 0 is a plain struct.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Role {
    /// A robust lock (`lock: u32`) and the `value` that it guards.
    Mutex = 1,
    /// A ring of versions of a value.
    Latest = 2,
    /// Something to wait for.
    Event = 3,
    /// A value whose changes wake those who wait.
    Watched = 4,
    /// Something that is done once.
    Once = 5,
    /// UTF-8 text: how long it is (`len: u32`), and `bytes`.
    Text = 6,
    /// As many bytes as `len: u32` says, of `bytes`.
    Bytes = 7,
}

impl Role {
    /// The code on disk.
    #[must_use]
    pub const fn code(self) -> u8 {
        self as u8
    }

    /// The role with this code on disk, if there is one.
    #[must_use]
    pub const fn from_code(code: u8) -> Option<Self> {
        Some(match code {
            1 => Self::Mutex,
            2 => Self::Latest,
            3 => Self::Event,
            4 => Self::Watched,
            5 => Self::Once,
            6 => Self::Text,
            7 => Self::Bytes,
            _ => return None,
        })
    }

    /// The name, as in Rust.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Mutex => "Mutex",
            Self::Latest => "Latest",
            Self::Event => "Event",
            Self::Watched => "Watched",
            Self::Once => "Once",
            Self::Text => "Text",
            Self::Bytes => "Bytes",
        }
    }

    /// Whether processes that use it must be told apart: whether it has a lock.
    #[must_use]
    pub const fn has_lock(self) -> bool {
        matches!(self, Self::Mutex | Self::Latest | Self::Once)
    }
}

/// A variant of a fieldless enum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Variant {
    /// The variant's name, without `r#`.
    pub name: &'static str,
    /// The discriminant's value.
    pub discriminant: i128,
}

/// The order in which the bytes of a scalar stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Endian {
    /// Least significant byte first.
    Little,
    /// Most significant byte first.
    Big,
}

/// The scalars a schema knows. The value is the scalar's code on disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
#[allow(missing_docs, reason = "each variant is the Rust type of that name")]
pub enum ScalarKind {
    U8 = 1,
    U16 = 2,
    U32 = 3,
    U64 = 4,
    U128 = 5,
    I8 = 6,
    I16 = 7,
    I32 = 8,
    I64 = 9,
    I128 = 10,
    F32 = 11,
    F64 = 12,
    Bool = 13,
    Char = 14,
}

impl ScalarKind {
    /// The code on disk.
    #[must_use]
    pub const fn code(self) -> u8 {
        self as u8
    }

    /// The scalar with this code on disk, if there is one.
    #[must_use]
    pub const fn from_code(code: u8) -> Option<Self> {
        Some(match code {
            1 => Self::U8,
            2 => Self::U16,
            3 => Self::U32,
            4 => Self::U64,
            5 => Self::U128,
            6 => Self::I8,
            7 => Self::I16,
            8 => Self::I32,
            9 => Self::I64,
            10 => Self::I128,
            11 => Self::F32,
            12 => Self::F64,
            13 => Self::Bool,
            14 => Self::Char,
            _ => return None,
        })
    }

    /// The Rust name: `u8`, `f64`, `char`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::U8 => "u8",
            Self::U16 => "u16",
            Self::U32 => "u32",
            Self::U64 => "u64",
            Self::U128 => "u128",
            Self::I8 => "i8",
            Self::I16 => "i16",
            Self::I32 => "i32",
            Self::I64 => "i64",
            Self::I128 => "i128",
            Self::F32 => "f32",
            Self::F64 => "f64",
            Self::Bool => "bool",
            Self::Char => "char",
        }
    }

    /// Size in bytes.
    #[must_use]
    pub const fn size(self) -> usize {
        match self {
            Self::U8 | Self::I8 | Self::Bool => 1,
            Self::U16 | Self::I16 => 2,
            Self::U32 | Self::I32 | Self::F32 | Self::Char => 4,
            Self::U64 | Self::I64 | Self::F64 => 8,
            Self::U128 | Self::I128 => 16,
        }
    }

    /// Whether this is a signed integer.
    #[must_use]
    pub const fn is_signed(self) -> bool {
        matches!(self, Self::I8 | Self::I16 | Self::I32 | Self::I64 | Self::I128)
    }
}
