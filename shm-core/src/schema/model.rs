//! A schema in memory: what a region holds, known without the user's types.

use crate::layout::{Endian, Layout, Role, ScalarKind};

use super::encode::Encoded;
use super::error::SchemaError;

/// The layout of a region's value as its schema gives it: every type that occurs, checked.
///
/// It comes from [`Schema::decode`], so these hold: fields lie inside their struct, do not overlap
/// and are aligned; sizes agree with what they are made of; no type contains itself; names are
/// identifiers. [`docs/format.md`] lists the checks.
///
/// ```
/// use shm_core::schema::{Schema, TypeKind};
/// use shm_core::layout::{FieldLayout, Kind, Layout, ScalarKind};
///
/// static F64: Layout = Layout::new("f64", 8, 8, Kind::Scalar(ScalarKind::F64));
/// static POINT: Layout = Layout::new("Point", 16, 8, Kind::Struct {
///     fields: &[FieldLayout::new("x", 0, &F64), FieldLayout::new("y", 8, &F64)],
/// });
///
/// let schema = Schema::of(&POINT)?;
/// let y = schema.root().field("y").unwrap();
/// assert_eq!(y.offset(), 8);
/// assert!(matches!(y.ty().kind(), TypeKind::Scalar(ScalarKind::F64)));
/// assert_eq!(schema.fingerprint(), Some(POINT.fingerprint()));
/// # Ok::<(), shm_core::schema::SchemaError>(())
/// ```
///
/// [`docs/format.md`]: https://docs.rs/shm-core
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schema {
    /// Children before parents, the root last; never empty.
    pub(super) nodes: Vec<Node>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Node {
    pub(super) align: u32,
    pub(super) size: u64,
    pub(super) kind: NodeKind,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum NodeKind {
    Scalar(ScalarKind),
    NonZero {
        scalar: ScalarKind,
        optional: bool,
    },
    Enum {
        repr: ScalarKind,
        variants: Vec<Variant>,
    },
    Ordered {
        scalar: ScalarKind,
        order: Endian,
        packed: bool,
    },
    CText {
        capacity: u64,
    },
    Array {
        element: u32,
        len: u64,
    },
    Slice {
        element: u32,
    },
    Struct {
        role: Option<Role>,
        fields: Vec<Member>,
    },
    Marker,
    /// A kind that a later version defines; the bytes of its record behind the size.
    Unknown {
        tag: u8,
        rest: Vec<u8>,
    },
}

/// A field of a struct, by index.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Member {
    pub(super) offset: u64,
    pub(super) ty: u32,
    pub(super) name: String,
}

/// A variant of a fieldless enum.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Variant {
    pub(super) bits: u64,
    pub(super) discriminant: i128,
    pub(super) name: String,
}

impl Variant {
    /// The variant's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The value that stands for it.
    #[must_use]
    pub fn discriminant(&self) -> i128 {
        self.discriminant
    }
}

impl Schema {
    /// The schema of a layout that this program was compiled with.
    ///
    /// # Errors
    /// If the layout exceeds a limit of the format, such as a depth of [`MAX_DEPTH`](super::MAX_DEPTH).
    pub fn of(layout: &'static Layout) -> Result<Self, SchemaError> {
        Self::decode(&Encoded::of(layout)?.bytes)
    }

    /// The type of the whole.
    #[must_use]
    pub fn root(&self) -> Type<'_> {
        // `decode` refuses a schema without types.
        Type { schema: self, index: self.nodes.len() as u32 - 1 }
    }

    /// The type of this index, if there is one.
    #[must_use]
    pub fn get(&self, index: u32) -> Option<Type<'_>> {
        ((index as usize) < self.nodes.len()).then_some(Type { schema: self, index })
    }

    /// Every type, children before parents, the root last.
    pub fn types(&self) -> impl ExactSizeIterator<Item = Type<'_>> {
        (0..self.nodes.len()).map(|index| Type { schema: self, index: index as u32 })
    }
}

/// One type of a [`Schema`].
#[derive(Clone, Copy, Debug)]
pub struct Type<'a> {
    schema: &'a Schema,
    index: u32,
}

/// What kind of type this is, with its parts.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum TypeKind<'a> {
    /// One machine word of its own width.
    Scalar(ScalarKind),
    /// An integer that is never zero or, if `optional`, for which zero means `None`.
    NonZero {
        /// The integer.
        scalar: ScalarKind,
        /// Whether zero means `None`.
        optional: bool,
    },
    /// A fieldless enum.
    Enum {
        /// The integer that holds it.
        repr: ScalarKind,
        /// The variants in declaration order.
        variants: &'a [Variant],
    },
    /// A scalar in a fixed byte order.
    Ordered {
        /// The scalar.
        scalar: ScalarKind,
        /// Its byte order.
        order: Endian,
        /// Whether it is a run of bytes of alignment 1.
        packed: bool,
    },
    /// Bytes up to a NUL or the end.
    CText {
        /// The size in bytes.
        capacity: u64,
    },
    /// `[T; N]`.
    Array {
        /// The element.
        element: Type<'a>,
        /// The number of elements.
        len: u64,
    },
    /// `[T]`: the root, or its last field.
    Slice {
        /// The element.
        element: Type<'a>,
    },
    /// A struct; see [`Type::fields`].
    Struct,
    /// Nothing at all.
    Marker,
    /// A kind that a later version of the format defines. Its size and alignment are known.
    Unknown {
        /// Its tag.
        tag: u8,
    },
}

impl<'a> Type<'a> {
    pub(super) fn node(self) -> &'a Node {
        &self.schema.nodes[self.index as usize]
    }

    fn at(self, index: u32) -> Self {
        Self { index, ..self }
    }

    /// The type's index in the schema; children have lower indexes than their parents.
    #[must_use]
    pub fn index(self) -> u32 {
        self.index
    }

    /// Size in bytes; with a slice inside, the size at length zero.
    #[must_use]
    pub fn size(self) -> u64 {
        self.node().size
    }

    /// Alignment in bytes, a power of two.
    #[must_use]
    pub fn align(self) -> u32 {
        self.node().align
    }

    /// What kind of type this is.
    #[must_use]
    pub fn kind(self) -> TypeKind<'a> {
        match self.node().kind {
            NodeKind::Scalar(scalar) => TypeKind::Scalar(scalar),
            NodeKind::NonZero { scalar, optional } => TypeKind::NonZero { scalar, optional },
            NodeKind::Enum { repr, ref variants } => TypeKind::Enum { repr, variants },
            NodeKind::Ordered { scalar, order, packed } => {
                TypeKind::Ordered { scalar, order, packed }
            }
            NodeKind::CText { capacity } => TypeKind::CText { capacity },
            NodeKind::Array { element, len } => TypeKind::Array { element: self.at(element), len },
            NodeKind::Slice { element } => TypeKind::Slice { element: self.at(element) },
            NodeKind::Struct { .. } => TypeKind::Struct,
            NodeKind::Marker => TypeKind::Marker,
            NodeKind::Unknown { tag, .. } => TypeKind::Unknown { tag },
        }
    }

    /// What a struct is beyond its fields: a lock, say; `None` for a plain struct and for every other
    /// kind.
    #[must_use]
    pub fn role(self) -> Option<Role> {
        match self.node().kind {
            NodeKind::Struct { role, .. } => role,
            _ => None,
        }
    }

    /// The fields of a struct in declaration order, which is the order of their offsets; none for
    /// every other kind.
    pub fn fields(self) -> impl ExactSizeIterator<Item = Field<'a>> + DoubleEndedIterator {
        let members: &[Member] = match &self.node().kind {
            NodeKind::Struct { fields, .. } => fields,
            _ => &[],
        };
        members.iter().map(move |member| Field { member, ty: self.at(member.ty) })
    }

    /// The field of this name, if there is one.
    #[must_use]
    pub fn field(self, name: &str) -> Option<Field<'a>> {
        self.fields().find(|field| field.name() == name)
    }

    /// How many types this one is made of, counted as often as they occur.
    pub(super) fn part_count(self) -> usize {
        match self.kind() {
            TypeKind::Array { .. } | TypeKind::Slice { .. } => 1,
            _ => self.fields().len(),
        }
    }

    /// The types that this one is made of: of its fields, or its element.
    pub(super) fn parts(self) -> impl Iterator<Item = Type<'a>> {
        let element = match self.kind() {
            TypeKind::Array { element, .. } | TypeKind::Slice { element } => Some(element),
            _ => None,
        };
        element.into_iter().chain(self.fields().map(|field| field.ty()))
    }

    /// The size in bytes with a run-time length of `len`; without a slice inside, the size.
    /// `None` if that is more than a program can address.
    #[must_use]
    pub fn size_with(self, len: u64) -> Option<u64> {
        let (offset, slice) = match self.kind() {
            TypeKind::Slice { .. } => (0, self),
            TypeKind::Struct => match self.fields().next_back() {
                Some(last) => (last.offset(), last.ty()),
                None => return Some(self.size()),
            },
            _ => return Some(self.size()),
        };
        let TypeKind::Slice { element } = slice.kind() else { return Some(self.size()) };
        let end = offset.checked_add(element.size().checked_mul(len)?)?;
        let size = end.checked_next_multiple_of(u64::from(self.align()))?;
        i64::try_from(size).is_ok().then_some(size)
    }
}

/// One field of a struct in a [`Schema`].
#[derive(Clone, Copy, Debug)]
pub struct Field<'a> {
    member: &'a Member,
    ty: Type<'a>,
}

impl<'a> Field<'a> {
    /// The field's name; the index, such as `0`, in a tuple struct.
    #[must_use]
    pub fn name(&self) -> &'a str {
        &self.member.name
    }

    /// Distance in bytes from the start of the struct.
    #[must_use]
    pub fn offset(&self) -> u64 {
        self.member.offset
    }

    /// The field's type.
    #[must_use]
    pub fn ty(&self) -> Type<'a> {
        self.ty
    }
}
