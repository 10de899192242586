//! [`SchemaBuilder`]: makes a schema at run time, laid out as by a C compiler.

use super::canonical;
use super::error::SchemaError;
use super::model::{Member, Node, NodeKind, Schema, Text, Variant};
use super::notes::PartNotes;
use super::parts::{EnumType, StructField, StructType};
use super::text::{long, short};
use super::verify::children;
use crate::kind::{Endian, Role, ScalarKind};
use crate::limits::CACHE_LINE;

/// Makes a [`Schema`], with its notes, without a Rust type.
///
/// Parts are added before the types that contain them, by their [`TypeId`]. Sizes, alignments and
/// offsets are those of a `#[repr(C)]` struct unless they are given. [`finish`](Self::finish) checks that
/// everything fits together, as for a schema from a file.
///
/// ```
/// use shm_core::SharedLayout;
/// use shm_core::layout::ScalarKind;
/// use shm_core::schema::{Schema, SchemaBuilder, StructField, StructType};
///
/// #[derive(SharedLayout)]
/// #[repr(C)]
/// struct Station { on: bool, temperature: f64, samples: [u32; 16] }
///
/// let mut types = SchemaBuilder::new();
/// let (on, temperature) = (types.scalar(ScalarKind::Bool), types.scalar(ScalarKind::F64));
/// let number = types.scalar(ScalarKind::U32);
/// let samples = types.array(number, 16);
/// let station = StructType::new("Station")
///     .field(StructField::new("on", on))
///     .field(StructField::new("temperature", temperature).with_notes("In the shade.", "°C"))
///     .field(StructField::new("samples", samples));
/// let station = types.structure(station);
/// let schema = types.finish(station)?;
///
/// assert_eq!(schema, Schema::of(Station::LAYOUT)?);
/// assert_eq!(schema.root().field("temperature").unwrap().unit(), "°C");
/// # Ok::<(), shm_core::schema::SchemaError>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct SchemaBuilder {
    drafts: Vec<Draft>,
}

/// A type of a [`SchemaBuilder`], a part for others. It is meaningless to any other builder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TypeId(pub(super) u32);

/// A type as it was added; children are indexes of drafts.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    pub(super) node: Node,
    pub(super) depth: u32,
    pub(super) name: Text,
    pub(super) doc: Text,
    /// The notes about each part.
    pub(super) notes: Vec<PartNotes>,
}

impl SchemaBuilder {
    /// Returns a builder without types.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a scalar: `f64`, `bool`, `char`.
    pub fn scalar(&mut self, scalar: ScalarKind) -> TypeId {
        let align = match scalar {
            ScalarKind::U128 | ScalarKind::I128 => align_of::<u128>(),
            _ => scalar.size(),
        };
        self.leaf(scalar.name(), scalar.size(), align, NodeKind::Scalar(scalar))
    }

    /// Adds `NonZero<T>` or, if `optional`, `Option<NonZero<T>>`.
    pub fn non_zero(&mut self, scalar: ScalarKind, optional: bool) -> TypeId {
        let name = format!("NonZero{}", scalar.name().to_uppercase());
        let name = if optional { format!("Option<{name}>") } else { name };
        self.leaf(&name, scalar.size(), scalar.size(), NodeKind::NonZero { scalar, optional })
    }

    /// Adds a number in a fixed byte order: `Be<T>` or `Le<T>` or, if `packed`, one of the types of
    /// `zerocopy::byteorder`, whose alignment is 1.
    pub fn ordered(&mut self, scalar: ScalarKind, order: Endian, packed: bool) -> TypeId {
        let (name, align) = match (order, packed) {
            (Endian::Big, false) => (format!("Be<{}>", scalar.name()), scalar.size()),
            (Endian::Little, false) => (format!("Le<{}>", scalar.name()), scalar.size()),
            (Endian::Big, true) => (format!("{}<BE>", scalar.name().to_uppercase()), 1),
            (Endian::Little, true) => (format!("{}<LE>", scalar.name().to_uppercase()), 1),
        };
        self.leaf(&name, scalar.size(), align, NodeKind::Ordered { scalar, order, packed })
    }

    /// Adds `CText<N>`.
    pub fn c_text(&mut self, capacity: u64) -> TypeId {
        self.sized_leaf("CText", capacity, 1, NodeKind::CText { capacity })
    }

    /// Adds `PhantomData<T>`, which has no bytes.
    pub fn marker(&mut self) -> TypeId {
        self.leaf("PhantomData", 0, 1, NodeKind::Marker)
    }

    /// Adds a fieldless enum.
    pub fn enumeration(&mut self, ty: EnumType) -> TypeId {
        let EnumType { name, doc, repr, variants } = ty;
        let variants = variants
            .into_iter()
            .map(|(name, discriminant)| Variant { discriminant, name: name.into() });
        let kind = NodeKind::Enum { repr, variants: variants.collect() };
        let node = Node { align: repr.size() as u32, size: repr.size() as u64, kind };
        self.add(node, name, doc, Vec::new())
    }

    /// Adds `[T; N]`.
    pub fn array(&mut self, element: TypeId, len: u64) -> TypeId {
        let (size, align) = (self.size_of(element).saturating_mul(len), self.align_of(element));
        let node = Node { align, size, kind: NodeKind::Array { element: element.0, len } };
        self.add(node, "array".to_owned(), String::new(), vec![Default::default()])
    }

    /// Adds `[T]`, whose length is known at run time: the root, or its last field.
    pub fn slice(&mut self, element: TypeId) -> TypeId {
        let kind = NodeKind::Slice { element: element.0 };
        let node = Node { align: self.align_of(element), size: 0, kind };
        self.add(node, "slice".to_owned(), String::new(), vec![Default::default()])
    }

    /// Adds a struct. Parts of its layout that are not given are as in C.
    pub fn structure(&mut self, ty: StructType) -> TypeId {
        let StructType { name, doc, role, align, size, fields } = ty;
        let natural = fields.iter().map(|field| self.align_of(field.ty)).max().unwrap_or(1);
        let align = align.unwrap_or(natural);
        let (mut end, mut members, mut notes) = (0, Vec::new(), Vec::new());
        for field in fields {
            let (part, name) = (field.ty, field.name);
            let offset = field.offset.unwrap_or_else(|| aligned(end, self.align_of(part)));
            end = offset.saturating_add(self.size_of(part));
            members.push(Member { offset, ty: part.0, name: name.into() });
            notes.push(field.notes);
        }
        let size = size.unwrap_or_else(|| aligned(end, align));
        let kind = match role {
            None => NodeKind::Struct { fields: members },
            Some(role) => NodeKind::Live { role, fields: members },
        };
        self.add(Node { align, size, kind }, name, doc, notes)
    }

    /// Returns the schema of the type `root`, in its canonical form. Types that `root` does not contain are
    /// left out; as in [`Schema::decode`], a struct without the parts of its role is of an unknown kind.
    ///
    /// # Errors
    /// The first fault that [`Schema::decode`] would also refuse.
    pub fn finish(self, root: TypeId) -> Result<Schema, SchemaError> {
        canonical::arrange(&self.drafts, root)
    }

    /// Returns the size in bytes of a type that was added; with a slice inside, the size at length zero.
    #[must_use]
    pub fn size_of(&self, ty: TypeId) -> u64 {
        self.drafts.get(ty.0 as usize).map_or(0, |draft| draft.node.size)
    }

    /// Returns the alignment in bytes of a type that was added.
    #[must_use]
    pub fn align_of(&self, ty: TypeId) -> u32 {
        self.drafts.get(ty.0 as usize).map_or(1, |draft| draft.node.align)
    }

    /// Returns the depth of a type: one without parts has depth 1.
    pub fn depth_of(&self, ty: TypeId) -> u32 {
        self.drafts.get(ty.0 as usize).map_or(0, |draft| draft.depth)
    }

    fn leaf(&mut self, name: &str, size: usize, align: usize, kind: NodeKind) -> TypeId {
        self.sized_leaf(name, size as u64, align as u32, kind)
    }

    fn sized_leaf(&mut self, name: &str, size: u64, align: u32, kind: NodeKind) -> TypeId {
        self.add(Node { align, size, kind }, name.to_owned(), String::new(), Vec::new())
    }

    fn add(&mut self, node: Node, name: String, doc: String, notes: Vec<PartNotes>) -> TypeId {
        let deepest = children(&node).map(|child| self.depth_of(TypeId(child))).max().unwrap_or(0);
        let depth = deepest.saturating_add(1);
        let index = u32::try_from(self.drafts.len()).unwrap_or(u32::MAX);
        let (name, doc) = (short(name), long(doc));
        self.drafts.push(Draft { node, depth, name, doc, notes });
        TypeId(index)
    }
}

/// The types that are more than their fields.
impl SchemaBuilder {
    /// Adds `Text<N>`.
    pub fn text(&mut self, capacity: u32) -> TypeId {
        self.counted(Role::Text, capacity)
    }

    /// Adds `Bytes<N>`.
    pub fn bytes(&mut self, capacity: u32) -> TypeId {
        self.counted(Role::Bytes, capacity)
    }

    /// Adds `Latest<T, N>`: a ring of N `slots`, four in a `Latest<T>`.
    pub fn latest(&mut self, value: TypeId, slots: u64) -> TypeId {
        let slot = self.slot(value);
        let (sequence, lock) = (self.scalar(ScalarKind::U64), self.scalar(ScalarKind::U32));
        let slots = self.array(slot, slots);
        self.live(Role::Latest, [("sequence", sequence), ("lock", lock), ("slots", slots)])
    }

    /// Adds `Queue<T, N>`, with room for so many values.
    pub fn queue(&mut self, value: TypeId, capacity: u64) -> TypeId {
        let word = align_of::<u64>() as u32;
        let slot = StructType::new("Slot").align(self.align_of(value).max(word));
        let slot = self.structure(slot.field(("value", value).into()));
        let (lock, count) = (self.scalar(ScalarKind::U32), self.scalar(ScalarKind::U64));
        let (event, slots) = (self.event(), self.array(slot, capacity));
        let align = self.align_of(slot).max(CACHE_LINE);
        let line = u64::from(CACHE_LINE);
        let ty = StructType::new(Role::Queue.name()).role(Role::Queue).align(align);
        // Producers, consumers and the values, each on cache lines of their own.
        self.structure(
            ty.field(("lock", lock).into())
                .field(StructField::new("tail", count).at(line))
                .field(("pushed", event).into())
                .field(StructField::new("head", count).at(2 * line))
                .field(("popped", event).into())
                .field(StructField::new("slots", slots).at(aligned(3 * line, align))),
        )
    }

    /// Adds `Ring<T, N>`: a stream in N `slots`.
    pub fn ring(&mut self, value: TypeId, slots: u64) -> TypeId {
        let slot = self.slot(value);
        let (sequence, lock) = (self.scalar(ScalarKind::U64), self.scalar(ScalarKind::U32));
        let (pushed, slots) = (self.event(), self.array(slot, slots));
        let parts = [("sequence", sequence), ("lock", lock), ("pushed", pushed), ("slots", slots)];
        self.live(Role::Ring, parts)
    }

    /// Returns the type of the elements, if this is a slice.
    pub(crate) fn element_of_slice(&self, ty: TypeId) -> Option<TypeId> {
        match self.drafts.get(ty.0 as usize)?.node.kind {
            NodeKind::Slice { element } => Some(TypeId(element)),
            _ => None,
        }
    }

    /// Adds `Owned<T>`, or `Owned<[T]>` if `value` is a slice.
    pub fn owned(&mut self, value: TypeId) -> TypeId {
        let slice = self.element_of_slice(value);
        let role = if slice.is_some() { Role::OwnedSlice } else { Role::Owned };
        let (lock, handle) = (self.scalar(ScalarKind::U32), self.scalar(ScalarKind::U64));
        let none = self.array(slice.unwrap_or(value), 0);
        self.live_named("Owned", role, [("lock", lock), ("handle", handle), ("value", none)])
    }

    /// Adds `Owned<str>`.
    pub fn owned_text(&mut self) -> TypeId {
        let (lock, handle) = (self.scalar(ScalarKind::U32), self.scalar(ScalarKind::U64));
        self.live_named("Owned", Role::OwnedText, [("lock", lock), ("handle", handle)])
    }

    /// Adds `Map<K, V>`; `None` is `str`, and a slice is any number of values.
    pub fn map(&mut self, key: Option<TypeId>, value: Option<TypeId>) -> TypeId {
        let (lock, place) = (self.scalar(ScalarKind::U32), self.scalar(ScalarKind::U64));
        let [key, value] = [key, value].map(|part| {
            // They have no layout of their own.
            let part = match part {
                None => self.owned_text(),
                Some(part) if self.element_of_slice(part).is_some() => self.owned(part),
                Some(part) => part,
            };
            self.array(part, 0)
        });
        let parts =
            [("lock", lock), ("table", place), ("next", place), ("key", key), ("value", value)];
        self.live(Role::Map, parts)
    }

    /// Adds text of any length, as a part of a value in the heap: a `String`.
    pub fn tail_text(&mut self) -> TypeId {
        let word = self.scalar(ScalarKind::U64);
        self.live_named("String", Role::TailText, [("offset", word), ("len", word)])
    }

    /// Adds any number of elements, as a part of a value in the heap: a `Vec<T>`.
    pub fn tail_slice(&mut self, element: TypeId) -> TypeId {
        let (word, none) = (self.scalar(ScalarKind::U64), self.array(element, 0));
        let parts = [("offset", word), ("len", word), ("element", none)];
        self.live_named("Vec", Role::TailSlice, parts)
    }

    /// Adds `Mutex<T>`.
    pub fn mutex(&mut self, value: TypeId) -> TypeId {
        let lock = self.scalar(ScalarKind::U32);
        self.live(Role::Mutex, [("lock", lock), ("value", value)])
    }

    /// Adds `RwLock<T, N>`, with so many `seats`: eight in an `RwLock<T>`.
    pub fn rwlock(&mut self, value: TypeId, seats: u64) -> TypeId {
        let word = self.scalar(ScalarKind::U32);
        let seats = self.array(word, seats);
        let fields = [("turnstile", word), ("dirty", word), ("seats", seats), ("value", value)];
        self.live(Role::RwLock, fields)
    }

    /// Adds `Semaphore<N>`.
    pub fn semaphore(&mut self, permits: u64) -> TypeId {
        let word = self.scalar(ScalarKind::U32);
        let seats = self.array(word, permits);
        self.live(Role::Semaphore, [("freed", word), ("seats", seats)])
    }

    /// Adds `Barrier<N>`.
    pub fn barrier(&mut self, members: u64) -> TypeId {
        let word = self.scalar(ScalarKind::U32);
        let seats = self.array(word, members);
        let parts = [("state", word), ("phase", word), ("seats", seats), ("arrived", seats)];
        self.live(Role::Barrier, parts)
    }

    /// Adds `PerProcess<T, N>`, with so many `rows`, which are added up number by number.
    pub fn per_process(&mut self, row: TypeId, rows: u64) -> TypeId {
        self.rows(row, rows, false)
    }

    /// Adds `PerProcess<T, N>`, with so many `rows`, which are folded by code of their type.
    pub fn per_process_with_own_fold(&mut self, row: TypeId, rows: u64) -> TypeId {
        self.rows(row, rows, true)
    }

    fn rows(&mut self, row: TypeId, rows: u64, own_fold: bool) -> TypeId {
        let (word, state) = (self.scalar(ScalarKind::U32), self.scalar(ScalarKind::U64));
        let (seats, slot) = (self.array(word, rows), self.slot(row));
        let (retired, rows) = (self.array(slot, 2), self.array(slot, rows));
        let rows = StructField::new("rows", rows).with_own_fold(own_fold);
        let parts = [("folding", word), ("state", state), ("seats", seats), ("retired", retired)];
        let ty = StructType::new(Role::PerProcess.name()).role(Role::PerProcess);
        let ty = parts.into_iter().fold(ty, |ty, part| ty.field(part.into()));
        self.structure(ty.field(rows))
    }

    /// Adds `Watched<T>`.
    pub fn watched(&mut self, value: TypeId) -> TypeId {
        let changed = self.event();
        self.live(Role::Watched, [("changed", changed), ("value", value)])
    }

    /// Adds `Event`.
    pub fn event(&mut self) -> TypeId {
        let count = self.scalar(ScalarKind::U32);
        self.live(Role::Event, [("count", count)])
    }

    /// Adds `Once`.
    pub fn once(&mut self) -> TypeId {
        let word = self.scalar(ScalarKind::U32);
        self.live(Role::Once, [("lock", word), ("done", word)])
    }

    fn slot(&mut self, value: TypeId) -> TypeId {
        let align = self.align_of(value).max(CACHE_LINE);
        self.structure(StructType::new("Slot").align(align).field(("value", value).into()))
    }

    fn counted(&mut self, role: Role, capacity: u32) -> TypeId {
        let (len, byte) = (self.scalar(ScalarKind::U32), self.scalar(ScalarKind::U8));
        let bytes = self.array(byte, capacity.into());
        self.live(role, [("len", len), ("bytes", bytes)])
    }

    fn live<const N: usize>(&mut self, role: Role, fields: [(&str, TypeId); N]) -> TypeId {
        self.live_named(role.name(), role, fields)
    }

    fn live_named<const N: usize>(
        &mut self,
        name: &str,
        role: Role,
        fields: [(&str, TypeId); N],
    ) -> TypeId {
        let ty = StructType::new(name).role(role);
        self.structure(fields.into_iter().fold(ty, |ty, field| ty.field(field.into())))
    }
}

/// Returns the next multiple of an alignment; if that overflows, or the alignment is 0, a size that no
/// type can have.
fn aligned(end: u64, align: u32) -> u64 {
    end.checked_next_multiple_of(align.into()).unwrap_or(u64::MAX)
}
