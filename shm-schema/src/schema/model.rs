//! A schema in memory: what a region holds, known without the user's types.

use std::fmt;

use super::encode::Encoded;
use super::error::SchemaError;
use super::index::Index;
use super::types::Type;
use crate::layout::{Endian, Layout, Role, ScalarKind};

/// The layout of a region's value as its schema gives it: every type that occurs, checked.
///
/// It comes from [`Schema::decode`] or a [`SchemaBuilder`](super::SchemaBuilder), so these hold: fields
/// lie inside their struct, do not overlap and are aligned; sizes agree with what they are made of; no
/// type contains itself; names are identifiers. `docs/format.md` lists the checks.
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
pub struct Schema {
    /// Children before parents, the root last; never empty.
    pub(super) nodes: Vec<Node>,
    pub(super) index: Index,
}

impl Clone for Schema {
    fn clone(&self) -> Self {
        Self::new(self.nodes.clone())
    }
}

impl PartialEq for Schema {
    fn eq(&self, other: &Self) -> bool {
        self.nodes == other.nodes
    }
}

impl Eq for Schema {}

/// How many types `Debug` lists.
const LISTED: usize = 32;

/// The types as they are displayed, the last ones if there are many: the root is the last of all.
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
    /// Takes types that were checked.
    pub(super) fn new(nodes: Vec<Node>) -> Self {
        Self { nodes, index: Index::default() }
    }

    /// The schema of a layout that this program was compiled with.
    ///
    /// # Errors
    /// If the layout exceeds a limit of the format, such as a depth of [`MAX_DEPTH`](crate::limits::MAX_DEPTH).
    pub fn of(layout: &'static Layout) -> Result<Self, SchemaError> {
        Self::decode(&Encoded::of(layout)?.bytes)
    }

    /// The type of the whole.
    #[must_use]
    pub fn root(&self) -> Type<'_> {
        // `decode` refuses a schema without types.
        Type::at(self, self.nodes.len() as u32 - 1)
    }

    /// Whether there is a lock anywhere inside: then a region keeps a list of its participants.
    #[must_use]
    pub fn has_locks(&self) -> bool {
        self.types().any(|ty| ty.role().is_some_and(Role::has_lock))
    }

    /// The type of this index, if there is one.
    #[must_use]
    pub fn get(&self, index: u32) -> Option<Type<'_>> {
        ((index as usize) < self.nodes.len()).then(|| Type::at(self, index))
    }

    /// Every type, children before parents, the root last.
    pub fn types(&self) -> impl ExactSizeIterator<Item = Type<'_>> {
        (0..self.nodes.len()).map(|index| Type::at(self, index as u32))
    }
}
