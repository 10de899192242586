//! The types of a schema, as their users see them.

use std::fmt;

use super::model::{Member, Node, NodeKind, Schema, Variant};
use crate::layout::{Endian, Role, ScalarKind};

/// As many parts are looked through one by one; of more there is an [index](super::index).
const FEW: usize = 16;

/// One type of a [`Schema`].
#[derive(Clone, Copy)]
pub struct Type<'a> {
    schema: &'a Schema,
    index: u32,
}

/// The type as it is displayed, and its index; not all of the schema.
impl fmt::Debug for Type<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Type({}: {self})", self.index)
    }
}

/// What kind of type this is, with its parts.
#[derive(Clone, Copy, Debug)]
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

    /// The type of an index that the schema has.
    pub(super) fn at(schema: &'a Schema, index: u32) -> Self {
        Self { schema, index }
    }

    fn sibling(self, index: u32) -> Self {
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
            NodeKind::Array { element, len } => {
                TypeKind::Array { element: self.sibling(element), len }
            }
            NodeKind::Slice { element } => TypeKind::Slice { element: self.sibling(element) },
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
        members.iter().map(move |member| Field { member, ty: self.sibling(member.ty) })
    }

    /// The field of this name, if there is one.
    #[must_use]
    pub fn field(self, name: &str) -> Option<Field<'a>> {
        self.field_at(self.position(name)?)
    }

    /// The field with this position, in constant time.
    pub fn field_at(self, position: usize) -> Option<Field<'a>> {
        let NodeKind::Struct { fields, .. } = &self.node().kind else { return None };
        fields.get(position).map(|member| Field { member, ty: self.sibling(member.ty) })
    }

    /// Which of the fields has this name.
    pub fn position(self, name: &str) -> Option<usize> {
        let NodeKind::Struct { fields, .. } = &self.node().kind else { return None };
        if fields.len() <= FEW {
            return fields.iter().position(|field| field.name == name);
        }
        let order = self.schema.index.order(&self.schema.nodes, self.index);
        let of = |position: &u32| fields[*position as usize].name.as_str();
        let found = order.binary_search_by(|position| of(position).cmp(name)).ok()?;
        Some(order[found] as usize)
    }

    /// The variant with this discriminant, if this is an enum that has one.
    pub fn variant(self, discriminant: i128) -> Option<&'a Variant> {
        let NodeKind::Enum { variants, .. } = &self.node().kind else { return None };
        if variants.len() <= FEW {
            return variants.iter().find(|variant| variant.discriminant == discriminant);
        }
        let order = self.schema.index.order(&self.schema.nodes, self.index);
        let of = |position: &u32| variants[*position as usize].discriminant;
        let found = order.binary_search_by(|position| of(position).cmp(&discriminant)).ok()?;
        Some(&variants[order[found] as usize])
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

    /// Whether this is, or ends in, a slice: whether there is a part whose length is known at run
    /// time.
    #[must_use]
    pub fn has_tail(self) -> bool {
        let last = self.fields().next_back().map_or(self, |last| last.ty());
        matches!(last.kind(), TypeKind::Slice { .. })
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

/// The type as a person would write it: `f64`, `[u32; 16]`, `struct`.
impl fmt::Display for Type<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind() {
            TypeKind::Scalar(scalar) if self.size() > u64::from(self.align()) => {
                write!(f, "{} (align {})", scalar.name(), self.align())
            }
            TypeKind::Scalar(scalar) => f.write_str(scalar.name()),
            TypeKind::NonZero { scalar, optional: false } => {
                write!(f, "NonZero<{}>", scalar.name())
            }
            TypeKind::NonZero { scalar, optional: true } => {
                write!(f, "Option<NonZero<{}>>", scalar.name())
            }
            TypeKind::Enum { repr, .. } => write!(f, "enum {}", repr.name()),
            TypeKind::Ordered { scalar, order, packed } => {
                let order = if order == Endian::Big { "Be" } else { "Le" };
                write!(f, "{order}<{}>{}", scalar.name(), if packed { " (packed)" } else { "" })
            }
            TypeKind::CText { capacity } => write!(f, "CText<{capacity}>"),
            TypeKind::Array { element, len } => write!(f, "[{element}; {len}]"),
            TypeKind::Slice { element } => write!(f, "[{element}]"),
            TypeKind::Struct => f.write_str(self.role().map_or("struct", Role::name)),
            TypeKind::Marker => f.write_str("PhantomData"),
            TypeKind::Unknown { tag } => {
                write!(f, "{} bytes of unknown kind {tag}", self.size())
            }
        }
    }
}
