//! [`Schema`]: the layout of a region in memory, without the user's types.

use std::borrow::Cow;
use std::fmt;

use super::error::SchemaError;
use super::index::Index;
use super::lower;
use super::notes::Notes;
use super::types::{Type, TypeRef};
use super::{flags, guards, live, verify};
use crate::kind::{Kind, Role, Stage};
use crate::layout::Layout;

/// The layout of a region's value as its schema gives it: every type that occurs, checked, with its
/// notes if they are known.
///
/// It comes from [`Schema::decode`] or a [`SchemaBuilder`](super::SchemaBuilder), so these hold: fields
/// are inside their struct, aligned, and do not overlap; sizes agree with the parts; no type contains
/// itself; names are identifiers; a live type has the parts of its role. [`docs/format.md`](https://docs.rs/crate/shm-core/latest/source/docs/format.md) lists the
/// checks.
///
/// Names of types, doc comments, units and former names of fields are not part of the layout: two schemas
/// are equal, and have the same bytes and the same fingerprint, if their layouts are.
///
/// ```
/// use shm_core::schema::{Schema, TypeKind};
/// use shm_core::layout::{FieldLayout, Kind, Layout, ScalarKind};
///
/// static F64: Layout = Layout::new("f64", 8, 8, Kind::Scalar(ScalarKind::F64));
/// static POINT: Layout = Layout::new("Point", 16, 8, Kind::Struct {
///     fields: &[
///         FieldLayout::new("x", 0, &F64).with_notes("East of the tower.", "m"),
///         FieldLayout::new("y", 8, &F64),
///     ],
/// });
///
/// let schema = Schema::of(&POINT)?;
/// let y = schema.root().field("y").unwrap();
/// assert_eq!(y.offset(), 8);
/// assert!(matches!(y.ty().kind(), TypeKind::Scalar(ScalarKind::F64)));
/// assert_eq!(schema.fingerprint(), Some(POINT.fingerprint()));
///
/// let x = schema.root().field("x").unwrap();
/// assert_eq!((schema.root().name(), x.doc(), x.unit()), ("Point", "East of the tower.", "m"));
/// # Ok::<(), shm_core::schema::SchemaError>(())
/// ```
pub struct Schema {
    /// Each structure once, children before parents, the root last; never empty.
    pub(super) nodes: Vec<Node>,
    /// The notes: one entry for each Rust type.
    pub(super) notes: Notes,
    pub(super) index: Index,
}

impl Clone for Schema {
    fn clone(&self) -> Self {
        let (nodes, notes) = (self.nodes.clone(), self.notes.clone());
        Self { nodes, notes, index: Index::default() }
    }
}

/// Compares the layouts, not the notes about them.
impl PartialEq for Schema {
    fn eq(&self, other: &Self) -> bool {
        self.nodes == other.nodes
    }
}

impl Eq for Schema {}

/// The number of types that `Debug` lists.
const LISTED: usize = 32;

/// The types as they are displayed; if there are many, the last ones, as the root is the last.
impl fmt::Debug for Schema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hidden = self.nodes.len().saturating_sub(LISTED);
        let mut list = f.debug_list();
        if hidden > 0 {
            list.entry(&format_args!(".. {hidden} types before"));
        }
        list.entries(self.types().skip(hidden)).finish()
    }
}

/// A text that was compiled into the program, or one that was read.
pub(super) type Text = Cow<'static, str>;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Node {
    pub(super) align: u32,
    pub(super) size: u64,
    pub(super) kind: NodeKind,
}

/// A type of a schema, which refers to others by their indexes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Indexed {}

impl Stage for Indexed {
    type Size = u64;
    type Type = u32;
    type Variants = Vec<Variant>;
    type Fields = Vec<Member>;
    type Unknown = Unusable;
}

pub(super) type NodeKind = Kind<Indexed>;

/// A type that this version cannot use.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Unusable {
    /// A kind that a later version defines.
    Later {
        tag: u8,
        /// The bytes of its record after the tag.
        rest: Vec<u8>,
    },
    /// A struct without the parts of its role. They are kept for its bytes.
    Malformed { role: Role, fields: Vec<Member> },
}

impl NodeKind {
    /// Returns the fields of a struct, usable or not; none for every other kind.
    pub(super) fn fields(&self) -> &[Member] {
        match self {
            Self::Struct { fields }
            | Self::Live { fields, .. }
            | Self::Unknown(Unusable::Malformed { fields, .. }) => fields,
            _ => &[],
        }
    }

    pub(super) fn fields_mut(&mut self) -> &mut [Member] {
        match self {
            Self::Struct { fields }
            | Self::Live { fields, .. }
            | Self::Unknown(Unusable::Malformed { fields, .. }) => fields,
            _ => &mut [],
        }
    }
}

/// A field of a struct, by index.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Member {
    pub(super) offset: u64,
    pub(super) ty: u32,
    pub(super) name: Text,
}

/// A variant of a fieldless enum.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Variant {
    pub(super) discriminant: i128,
    pub(super) name: Text,
}

impl Variant {
    /// Returns the variant's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the value of the variant.
    #[must_use]
    pub fn discriminant(&self) -> i128 {
        self.discriminant
    }
}

impl Schema {
    /// Makes a schema of types and their notes, after checking them.
    pub(super) fn checked(mut nodes: Vec<Node>, notes: Notes) -> Result<Self, SchemaError> {
        verify::all(&nodes)?;
        live::distrust(&mut nodes);
        guards::check(&nodes, notes.entries())?;
        flags::check(&nodes, notes.entries())?;
        Ok(Self { nodes, notes, index: Index::default() })
    }

    /// Returns the schema of the layout of a Rust type.
    ///
    /// # Errors
    /// If the layout exceeds a limit of the format, such as a depth of [`MAX_DEPTH`](crate::limits::MAX_DEPTH).
    pub fn of(layout: &'static Layout) -> Result<Self, SchemaError> {
        let (nodes, notes) = lower::lower(layout)?;
        Self::checked(nodes, notes)
    }

    /// Returns the type of the whole value.
    #[must_use]
    pub fn root(&self) -> Type<'_> {
        // A schema has at least one type.
        let root = Type::at(self, self.nodes.len() as u32 - 1);
        root.noted(self.notes.root())
    }

    /// Whether there is a lock anywhere inside: a region with locks keeps a list of its participants.
    #[must_use]
    pub fn has_locks(&self) -> bool {
        self.types().any(|ty| ty.role().is_some_and(Role::has_lock))
    }

    /// Whether something inside keeps a value in a heap: then a region has one.
    #[must_use]
    pub fn needs_heap(&self) -> bool {
        self.types().any(|ty| ty.role().is_some_and(Role::needs_heap))
    }

    /// Returns the type with this index, without notes.
    ///
    /// # Panics
    /// If the schema has no type with this index.
    #[must_use]
    #[inline]
    pub fn get(&self, index: u32) -> Type<'_> {
        assert!((index as usize) < self.nodes.len(), "the schema has no type {index}");
        Type::at(self, index)
    }

    /// Returns a type of this schema, with its notes.
    ///
    /// # Panics
    /// If it is one of another schema, with more types or notes.
    #[must_use]
    #[inline]
    pub fn at(&self, ty: TypeRef) -> Type<'_> {
        self.get(ty.index()).with_notes_of(ty)
    }

    /// Returns every structure, children before parents, the root last; without notes.
    pub fn types(&self) -> impl ExactSizeIterator<Item = Type<'_>> {
        (0..self.nodes.len()).map(|index| Type::at(self, index as u32))
    }
}
