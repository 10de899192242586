//! Layouts: the shape of a type in memory, known at compile time.
//!
//! `T::LAYOUT` is a `&'static` [`Layout`]: the compiler's own `size_of`, `align_of` and `offset_of!`,
//! gathered by the derive. From it come the schema that a region carries, the fingerprint, and the
//! text of every "layout differs" error.

mod fingerprint;
mod kind;
mod path;
mod prove;

pub use crate::kind::{Endian, FNV_OFFSET, FNV_PRIME, Role, ScalarKind, fnv1a};
pub use kind::{Compiled, Kind, Unknown, Variant};
pub use prove::same;

/// The layout of a type: its name, size, alignment and parts.
///
/// ```
/// use shm_core::SharedLayout;
///
/// #[derive(SharedLayout)]
/// #[repr(C)]
/// struct Station {
///     /// degrees Celsius
///     temperature: f64,
///     samples: [u32; 16],
/// }
///
/// const SAMPLES: usize = Station::LAYOUT.offset_of("samples");
/// assert_eq!(SAMPLES, 8);
/// assert_eq!(Station::LAYOUT.size(), 72);
/// let field = Station::LAYOUT.field("temperature").unwrap();
/// assert_eq!((field.offset(), field.layout().name(), field.doc()), (0, "f64", "degrees Celsius"));
/// ```
#[derive(Debug)]
pub struct Layout {
    name: &'static str,
    doc: &'static str,
    size: usize,
    align: usize,
    capacity: usize,
    kind: Kind,
    fingerprint: u64,
    has_locks: bool,
    needs_heap: bool,
    is_plain: bool,
}

/// One field of a struct's [`Layout`].
#[derive(Debug)]
pub struct FieldLayout {
    name: &'static str,
    doc: &'static str,
    unit: &'static str,
    aliases: &'static [&'static str],
    guarded_by: &'static str,
    counter: bool,
    own_fold: bool,
    offset: usize,
    layout: &'static Layout,
}

impl Layout {
    /// Describes a type. `name` and `doc` are for people: they are not part of a layout's identity.
    #[must_use]
    pub const fn new(name: &'static str, size: usize, align: usize, kind: Kind) -> Self {
        let fingerprint = fingerprint::of(size, align, &kind);
        let (has_locks, needs_heap) = (kind.has_locks(), kind.needs_heap());
        let (doc, capacity, is_plain) = ("", 0, kind.is_plain());
        Self {
            name,
            doc,
            size,
            align,
            capacity,
            kind,
            fingerprint,
            has_locks,
            needs_heap,
            is_plain,
        }
    }

    /// Returns the layout with a doc comment.
    #[must_use]
    pub const fn with_doc(mut self, doc: &'static str) -> Self {
        self.doc = doc;
        self
    }

    /// Returns the layout with room to grow: regions of this type reserve `capacity` bytes for it.
    ///
    /// # Panics
    /// If the type is larger than that.
    #[must_use]
    #[track_caller]
    pub const fn with_capacity(mut self, capacity: usize) -> Self {
        assert!(
            capacity >= self.size,
            "the struct is larger than its capacity\nhelp: regions made with this capacity have no room for it: give a larger one, and create them anew"
        );
        self.capacity = capacity;
        self
    }

    /// Returns the type's name as its author wrote it, without a path.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Returns the type's doc comment, or `""`.
    #[must_use]
    pub const fn doc(&self) -> &'static str {
        self.doc
    }

    /// Returns the size in bytes; of a type whose last part has a run-time length, the size at length zero.
    #[must_use]
    pub const fn size(&self) -> usize {
        self.size
    }

    /// Returns the alignment in bytes, a power of two.
    #[must_use]
    pub const fn align(&self) -> usize {
        self.align
    }

    /// Returns the bytes that a region reserves for a value of this type, from `#[shm(capacity = N)]`; 0 if
    /// not given. Not part of the layout's identity.
    #[must_use]
    pub const fn capacity(&self) -> usize {
        self.capacity
    }

    /// Returns the kind of this type, and its parts.
    #[must_use]
    pub const fn kind(&self) -> &Kind {
        &self.kind
    }

    /// Returns the fields of a struct, in declaration order; empty for every other kind.
    #[must_use]
    pub const fn fields(&self) -> &'static [FieldLayout] {
        match self.kind {
            Kind::Struct { fields } | Kind::Live { fields, .. } => fields,
            _ => &[],
        }
    }

    /// Whether this is, or ends in, a slice, whose length is known only at run time.
    #[must_use]
    pub const fn has_tail(&self) -> bool {
        let kind = match self.fields() {
            [.., last] => &last.layout.kind,
            [] => &self.kind,
        };
        matches!(kind, Kind::Slice { .. })
    }

    /// Returns the number of elements: the length of an array, 1 for everything else.
    #[must_use]
    pub const fn count(&self) -> usize {
        match self.kind {
            Kind::Array { len, .. } => len,
            _ => 1,
        }
    }

    /// Whether there is a lock anywhere inside: a region with locks keeps a list of its participants.
    #[must_use]
    pub const fn has_locks(&self) -> bool {
        self.has_locks
    }

    /// Whether something inside keeps a value in a heap: then a region has one.
    #[must_use]
    pub const fn needs_heap(&self) -> bool {
        self.needs_heap
    }

    /// Whether nothing inside is live: values are plain data.
    #[must_use]
    pub const fn is_plain(&self) -> bool {
        self.is_plain
    }

    /// Returns the 64-bit FNV-1a hash of the structure, children included: equal layouts have equal
    /// fingerprints. It is an identifier and a fast path; whether two layouts agree is decided by their
    /// schemas. [`docs/format.md`](https://docs.rs/crate/shm-core/latest/source/docs/format.md) specifies the computation.
    #[must_use]
    pub const fn fingerprint(&self) -> u64 {
        self.fingerprint
    }
}

impl FieldLayout {
    /// Describes a field.
    #[must_use]
    pub const fn new(name: &'static str, offset: usize, layout: &'static Layout) -> Self {
        Self {
            name,
            doc: "",
            unit: "",
            aliases: &[],
            guarded_by: "",
            counter: false,
            own_fold: false,
            offset,
            layout,
        }
    }

    /// Returns the field with a doc comment and a unit, either of which may be `""`.
    #[must_use]
    pub const fn with_notes(mut self, doc: &'static str, unit: &'static str) -> Self {
        self.doc = doc;
        self.unit = unit;
        self
    }

    /// Returns the field with its former names.
    #[must_use]
    pub const fn with_aliases(mut self, aliases: &'static [&'static str]) -> Self {
        self.aliases = aliases;
        self
    }

    /// Returns the field with the name of the field beside it whose `Mutex<()>` guards it, and that field's
    /// layout.
    ///
    /// # Panics
    /// If that is the layout of another type, or the field has a part that is shared state already.
    #[must_use]
    #[track_caller]
    pub const fn with_guard(mut self, lock: &'static str, layout: &'static Layout) -> Self {
        assert!(
            layout.kind.is_mutex_of_nothing(),
            "this field cannot guard others: it is not a `Mutex<()>`\nhelp: make it a `Mutex<()>`, or put the guarded fields into a struct in a `Mutex` or an `RwLock`"
        );
        assert!(
            self.layout.is_plain,
            "a lock beside it cannot guard this field: it is, or has, a lock or other shared state of its own\nhelp: remove `guarded_by`: such a type is shared by its own rules; plain data can be guarded"
        );
        self.guarded_by = lock;
        self
    }

    /// Returns the field marked as one whose numbers only grow.
    ///
    /// # Panics
    /// If its type has no numbers that can only grow.
    #[must_use]
    #[track_caller]
    pub const fn with_counter(mut self) -> Self {
        assert!(
            self.layout.kind.can_count(),
            "this field cannot be a counter: its type has no number that only grows\nhelp: a counter is an unsigned integer or a float, or an array, a struct, a lock or a `PerProcess` of such numbers"
        );
        self.counter = true;
        self
    }

    /// Returns the field, the rows of a `PerProcess`, with the note whether they are folded by code of their type and
    /// not number by number.
    #[must_use]
    pub const fn with_own_fold(mut self, own_fold: bool) -> Self {
        self.own_fold = own_fold;
        self
    }

    /// Returns the field's name; in a tuple struct the index, such as `0`; never with `r#`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Returns the field's doc comment, or `""`.
    #[must_use]
    pub const fn doc(&self) -> &'static str {
        self.doc
    }

    /// Returns the field's unit, from `#[shm(unit = "..")]`, or `""`.
    #[must_use]
    pub const fn unit(&self) -> &'static str {
        self.unit
    }

    /// Returns the field's former names, from `#[shm(alias = "..")]`: regions and programs that use one
    /// of these keep working.
    #[must_use]
    pub const fn aliases(&self) -> &'static [&'static str] {
        self.aliases
    }

    /// Returns the name of the field beside it whose `Mutex<()>` guards it, from
    /// `#[shm(guarded_by = "..")]`, or `""`.
    #[must_use]
    pub const fn guarded_by(&self) -> &'static str {
        self.guarded_by
    }

    /// Whether its numbers only grow, from `#[shm(counter)]`.
    #[must_use]
    pub const fn is_counter(&self) -> bool {
        self.counter
    }

    /// Whether these are rows that are folded by code of their type, and not number by number.
    #[must_use]
    pub const fn has_own_fold(&self) -> bool {
        self.own_fold
    }

    /// Returns the distance in bytes from the start of the struct.
    #[must_use]
    pub const fn offset(&self) -> usize {
        self.offset
    }

    /// Returns the layout of the field's type: its name, size, alignment, count and nested fields.
    #[must_use]
    pub const fn layout(&self) -> &'static Layout {
        self.layout
    }
}
