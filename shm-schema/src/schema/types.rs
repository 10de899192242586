//! [`Type`]: the types of a schema, for callers.

mod field;
mod text;

use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;

use super::live::Live;
use super::model::{Member, Node, Schema, Unusable, Variant};
use super::notes::{Entry, Part};
use crate::kind::{Kind, Role, STRUCT, ScalarKind, Stage};
pub use field::{Field, Fields};

/// The largest number of parts that are searched one by one; more are found by an [index](super::index).
const FEW: usize = 16;

/// One type of a [`Schema`], with the notes about it at the place where it was found.
///
/// Two types of a schema are equal if they have the same structure and the same notes; types of two
/// different schemas are never equal.
#[derive(Clone, Copy)]
pub struct Type<'a> {
    schema: &'a Schema,
    index: u32,
    /// The notes about it, if they are known.
    entry: Option<u32>,
}

/// A type of a schema, with the notes at the place where it was found, to be kept without the schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TypeRef {
    index: u32,
    /// `u32::MAX`, which is more than there can be, if the notes are not known.
    entry: u32,
}

impl TypeRef {
    /// Returns the type's index in the schema.
    #[must_use]
    #[inline]
    pub fn index(self) -> u32 {
        self.index
    }
}

impl PartialEq for Type<'_> {
    fn eq(&self, other: &Self) -> bool {
        let same_schema = std::ptr::eq(self.schema, other.schema);
        same_schema && (self.index, self.entry) == (other.index, other.entry)
    }
}

impl Eq for Type<'_> {}

impl Hash for Type<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.index, self.entry).hash(state);
    }
}

/// The type as it is displayed, and its index, without the rest of the schema.
impl fmt::Debug for Type<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Type({}: {self})", self.index)
    }
}

/// The form of a type of a schema that callers use.
#[derive(Clone, Copy, Debug)]
pub struct In<'a>(PhantomData<&'a Schema>);

impl<'a> Stage for In<'a> {
    type Size = u64;
    type Type = Type<'a>;
    type Variants = &'a [Variant];
    type Fields = Fields<'a>;
    type Unknown = Unknown;
}

/// The kind of a type of a schema, with its parts.
pub type TypeKind<'a> = Kind<In<'a>>;

/// The known facts about a type that this version cannot use, besides its size and its alignment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unknown {
    /// The tag of its record.
    pub tag: u8,
    /// The role in its record, whose parts it does not have; `None` for a kind that a later version of the
    /// format defines.
    pub role: Option<Role>,
}

impl Unknown {
    fn of(unusable: &Unusable) -> Self {
        match *unusable {
            Unusable::Later { tag, .. } => Self { tag, role: None },
            Unusable::Malformed { role, .. } => Self { tag: STRUCT, role: Some(role) },
        }
    }
}

impl<'a> Type<'a> {
    #[inline]
    fn node(self) -> &'a Node {
        &self.schema.nodes[self.index as usize]
    }

    #[inline]
    fn entry(self) -> Option<&'a Entry> {
        self.entry.map(|entry| self.schema.notes.entry(entry))
    }

    /// Returns the type with a valid index.
    #[inline]
    pub(super) fn at(schema: &'a Schema, index: u32) -> Self {
        Self { schema, index, entry: None }
    }

    /// Returns the type with the notes of a reference to it.
    #[inline]
    pub(super) fn with_notes_of(self, ty: TypeRef) -> Self {
        self.noted((ty.entry != u32::MAX).then_some(ty.entry))
    }

    /// Returns the type with the notes of an entry.
    #[inline]
    pub(super) fn noted(self, entry: Option<u32>) -> Self {
        Self { entry, ..self }
    }

    /// Returns the type without the schema; see [`Schema::at`].
    #[must_use]
    #[inline]
    pub fn to_ref(self) -> TypeRef {
        TypeRef { index: self.index, entry: self.entry.unwrap_or(u32::MAX) }
    }

    /// Returns the type without the notes about it.
    #[must_use]
    #[inline]
    pub fn without_notes(self) -> Self {
        self.noted(None)
    }

    /// Whether the notes about it are known.
    #[must_use]
    #[inline]
    pub fn is_noted(self) -> bool {
        self.entry.is_some()
    }

    /// Whether a lock in this struct guards another field of it.
    #[must_use]
    #[inline]
    pub fn has_guards(self) -> bool {
        self.entry.is_some() && self.entry().is_some_and(Entry::has_guards)
    }

    /// Returns the field whose lock guards a field of this struct, if there is one.
    #[must_use]
    pub fn lock_of(self, field: Field<'a>) -> Option<Field<'a>> {
        let lock = field.guarded_by();
        if lock.is_empty() { None } else { self.field(lock) }
    }

    /// Returns the type of a part.
    #[inline]
    fn part(self, index: u32, part: Option<&Part>) -> Self {
        Self { index, entry: part.map(|part| part.entry), ..self }
    }

    /// Returns the type of the element of an array or slice.
    #[inline]
    fn element(self, index: u32) -> Self {
        self.part(index, self.entry().and_then(|entry| entry.parts.first()))
    }

    /// Returns the type's index in the schema; children have lower indexes than their parents.
    #[must_use]
    #[inline]
    pub fn index(self) -> u32 {
        self.index
    }

    /// Whether this is the type of the whole value.
    #[must_use]
    pub fn is_root(self) -> bool {
        self.index as usize + 1 == self.schema.nodes.len()
    }

    /// Returns the name that its author gave it, or `""` if that is not known. Types without a name are
    /// called `array` and `slice`.
    #[must_use]
    pub fn name(self) -> &'a str {
        self.entry().map_or("", |entry| &entry.name)
    }

    /// Returns the doc comment, or `""`.
    #[must_use]
    pub fn doc(self) -> &'a str {
        self.entry().map_or("", |entry| &entry.doc)
    }

    /// Returns the size in bytes; with a slice inside, the size at length zero.
    #[must_use]
    #[inline]
    pub fn size(self) -> u64 {
        self.node().size
    }

    /// Returns the alignment in bytes, a power of two.
    #[must_use]
    pub fn align(self) -> u32 {
        self.node().align
    }

    /// Returns the kind of this type.
    #[must_use]
    #[inline]
    pub fn kind(self) -> TypeKind<'a> {
        match self.node().kind {
            Kind::Scalar(scalar) => Kind::Scalar(scalar),
            Kind::NonZero { scalar, optional } => Kind::NonZero { scalar, optional },
            Kind::Enum { repr, ref variants } => Kind::Enum { repr, variants },
            Kind::Ordered { scalar, order, packed } => Kind::Ordered { scalar, order, packed },
            Kind::CText { capacity } => Kind::CText { capacity },
            Kind::Array { element, len } => Kind::Array { element: self.element(element), len },
            Kind::Slice { element } => Kind::Slice { element: self.element(element) },
            Kind::Struct { .. } => Kind::Struct { fields: Fields(self) },
            Kind::Live { role, .. } => Kind::Live { role, fields: Fields(self) },
            Kind::Marker => Kind::Marker,
            Kind::Unknown(ref unusable) => Kind::Unknown(Unknown::of(unusable)),
        }
    }

    /// Returns the scalar, if this is one.
    #[must_use]
    #[inline]
    pub fn scalar(self) -> Option<ScalarKind> {
        match self.node().kind {
            Kind::Scalar(scalar) => Some(scalar),
            _ => None,
        }
    }

    /// Returns the known facts about it, if this version cannot use it.
    #[must_use]
    #[inline]
    pub fn unknown(self) -> Option<Unknown> {
        match &self.node().kind {
            Kind::Unknown(unusable) => Some(Unknown::of(unusable)),
            _ => None,
        }
    }

    /// Returns the role of a live struct: a lock, say; `None` for a plain struct and for every other kind.
    #[must_use]
    #[inline]
    pub fn role(self) -> Option<Role> {
        match self.node().kind {
            Kind::Live { role, .. } => Some(role),
            _ => None,
        }
    }

    /// Returns the parts of a live type; `None` for every other kind. A live type has the parts of its
    /// role; one without them is of an unknown kind.
    #[must_use]
    #[inline]
    pub fn live(self) -> Option<Live<'a>> {
        Live::of(self)
    }

    /// Whether this is a struct without a role.
    #[must_use]
    #[inline]
    pub fn is_plain_struct(self) -> bool {
        matches!(self.node().kind, Kind::Struct { .. })
    }

    /// Returns the fields of a struct, live or not, in declaration order, which is the order of their
    /// offsets; none for every other kind.
    pub fn fields(self) -> impl ExactSizeIterator<Item = Field<'a>> + DoubleEndedIterator {
        let members = self.members();
        (0..members.len()).map(move |position| self.nth(members, position))
    }

    #[inline]
    fn members(self) -> &'a [Member] {
        match &self.node().kind {
            Kind::Struct { fields } | Kind::Live { fields, .. } => fields,
            _ => &[],
        }
    }

    /// Returns the field at a valid position.
    #[inline]
    fn nth(self, members: &'a [Member], position: usize) -> Field<'a> {
        let member = &members[position];
        // The entry about a type has as many parts as the type.
        let part = self.entry().map(|entry| &entry.parts[position]);
        Field::new(member, part, self.part(member.ty, part))
    }

    /// Returns the field with this name, if there is one.
    #[must_use]
    pub fn field(self, name: &str) -> Option<Field<'a>> {
        self.field_at(self.position(name)?)
    }

    /// Returns the field at this position, in constant time.
    #[must_use]
    #[inline]
    pub fn field_at(self, position: usize) -> Option<Field<'a>> {
        let members = self.members();
        (position < members.len()).then(|| self.nth(members, position))
    }

    /// Returns the position of the field with this name.
    #[must_use]
    pub fn position(self, name: &str) -> Option<usize> {
        let fields = self.members();
        if fields.len() <= FEW {
            return fields.iter().position(|field| field.name == name);
        }
        let order = self.schema.index.order(&self.schema.nodes, self.index);
        let of = |position: &u32| &*fields[*position as usize].name;
        let found = order.binary_search_by(|position| of(position).cmp(name)).ok()?;
        Some(order[found] as usize)
    }

    /// Returns the variant with this discriminant, if this is an enum that has one.
    #[must_use]
    pub fn variant(self, discriminant: i128) -> Option<&'a Variant> {
        let Kind::Enum { variants, .. } = &self.node().kind else { return None };
        if variants.len() <= FEW {
            return variants.iter().find(|variant| variant.discriminant == discriminant);
        }
        let order = self.schema.index.order(&self.schema.nodes, self.index);
        let of = |position: &u32| variants[*position as usize].discriminant;
        let found = order.binary_search_by(|position| of(position).cmp(&discriminant)).ok()?;
        Some(&variants[order[found] as usize])
    }

    /// Whether the word at `offset` is a handle, by which something in a value of this type owns a block of
    /// the heap.
    #[must_use]
    pub fn has_handle_at(self, offset: u64) -> bool {
        let (mut ty, mut rest) = (self, offset);
        loop {
            if let Some(live) = ty.live().filter(|live| live.role().needs_heap()) {
                return live.has_handle_at(rest);
            }
            (ty, rest) = match ty.kind() {
                TypeKind::Array { .. } if rest >= ty.size() => return false,
                TypeKind::Array { element, .. } | TypeKind::Slice { element } => {
                    let Some(within) = rest.checked_rem(element.size()) else { return false };
                    (element, within)
                }
                _ => {
                    let Some(field) = ty.fields().rev().find(|field| field.offset() <= rest) else {
                        return false;
                    };
                    (field.ty(), rest - field.offset())
                }
            };
        }
    }

    /// Whether a text or a slice of any length is a part of it, or it is one: then it is a type of values in
    /// a heap, whose size is only that of their fixed part.
    #[must_use]
    pub fn has_contents(self) -> bool {
        self.schema.index.has_contents(&self.schema.nodes, self.index)
    }

    /// Whether this is, or ends in, a slice, whose length is known only at run time.
    #[must_use]
    pub fn has_tail(self) -> bool {
        let last = self.fields().next_back().map_or(self, Field::ty);
        matches!(last.kind(), TypeKind::Slice { .. })
    }

    /// Returns the size in bytes with a run-time length of `len`; without a slice inside, the size.
    /// `None` if that is more than a program can address.
    #[must_use]
    pub fn size_with(self, len: u64) -> Option<u64> {
        let (offset, slice) = match self.kind() {
            TypeKind::Slice { .. } => (0, self),
            _ => match self.fields().next_back() {
                Some(last) => (last.offset(), last.ty()),
                None => return Some(self.size()),
            },
        };
        let TypeKind::Slice { element } = slice.kind() else { return Some(self.size()) };
        let end = offset.checked_add(element.size().checked_mul(len)?)?;
        let size = end.checked_next_multiple_of(u64::from(self.align()))?;
        i64::try_from(size).is_ok().then_some(size)
    }
}
