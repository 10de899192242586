//! The roles of live types, and the table of their parts.

/// The role of a live struct. The value is its code on disk; 0 is a plain struct.
///
/// A new role is a variant and its row in `Role::row`. [`docs/format.md`](https://docs.rs/crate/shm-core/latest/source/docs/format.md) has the table for readers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Role {
    /// A robust lock (`lock: u32`) and the `value` that it guards.
    Mutex = 1,
    /// A ring of versions of a value.
    Latest = 2,
    /// Something to wait for.
    Event = 3,
    /// A value whose changes wake the waiting processes.
    Watched = 4,
    /// Something that is done once.
    Once = 5,
    /// UTF-8 text: its length (`len: u32`), and `bytes`.
    Text = 6,
    /// The first `len: u32` of `bytes`.
    Bytes = 7,
    /// Values in the order in which they were pushed, until they are popped.
    Queue = 8,
    /// A stream of items that each reader follows by itself: a ring of versions, and an event.
    Ring = 9,
    /// A value in the region's heap, or none.
    Owned = 10,
    /// Any number of values in the region's heap.
    OwnedSlice = 11,
    /// UTF-8 text of any length in the region's heap.
    OwnedText = 12,
    /// A map from keys to values, in the region's heap.
    Map = 13,
    /// A lock with seats, of which a reader takes one and a writer all, and the `value` that it guards.
    RwLock = 14,
    /// Permits, each with a seat.
    Semaphore = 15,
    /// A meeting point: seats, and for each the phase in which its member has arrived.
    Barrier = 16,
    /// UTF-8 text of any length in a value in the heap, whose bytes come after the value's fixed part.
    TailText = 17,
    /// Any number of elements in a value in the heap, which come after the value's fixed part.
    TailSlice = 18,
    /// A row for each process that takes part, and the sum of the rows that were given up.
    PerProcess = 19,
}

/// A row of the table of roles.
struct Row {
    /// The name, as in Rust.
    name: &'static str,
    /// The parts, in the order of their offsets.
    parts: &'static [(&'static str, PartKind)],
}

/// The kind of a part of a live type, which decides its type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PartKind {
    /// A word of four bytes.
    Word,
    /// The word of a robust lock, which names its owner.
    Lock,
    /// The word of a robust lock through which processes pass on the way to a seat.
    Turnstile,
    /// Words of robust locks: an array, one for each process that can be inside.
    Seats,
    /// Words: an array, one for each seat.
    Arrivals,
    /// The number of the newest version, or of values that were pushed or popped.
    Sequence,
    /// An [`Role::Event`].
    Event,
    /// The value.
    Value,
    /// An array of structs with the one field `value`, aligned to cache lines.
    Slots,
    /// Two structs with the one field `value`, aligned to cache lines: two copies of a value, one of which
    /// counts.
    Copies,
    /// An array of structs with the one field `value`, aligned to cache lines, one for each seat.
    Rows,
    /// An array of structs with the one field `value`, in whole words of eight bytes.
    Items,
    /// The number of bytes in use: a word, at the start.
    Len,
    /// An array of bytes.
    Bytes,
    /// The handle of a block of the heap: a word of eight bytes.
    Handle,
    /// An array of no elements, whose type is that of what is kept in the heap.
    Kept,
    /// The handle of a table of a map: a word of eight bytes.
    Table,
    /// An array of no elements, whose type is that of the keys of a map.
    Key,
    /// An array of no elements, whose type is that of the values of a map.
    Mapped,
    /// Where contents begin, in bytes from the start of the value: a word of eight bytes.
    Start,
    /// How long contents are: a word of eight bytes.
    Count,
    /// An array of no elements, whose type is that of the elements of the contents.
    Element,
}

impl PartKind {
    /// Whether it is a word that owns a block of the heap.
    pub(crate) const fn is_place(self) -> bool {
        matches!(self, Self::Handle | Self::Table)
    }
}

impl Role {
    /// Every role, in the order of the codes.
    pub const ALL: [Self; 19] = [
        Self::Mutex,
        Self::Latest,
        Self::Event,
        Self::Watched,
        Self::Once,
        Self::Text,
        Self::Bytes,
        Self::Queue,
        Self::Ring,
        Self::Owned,
        Self::OwnedSlice,
        Self::OwnedText,
        Self::Map,
        Self::RwLock,
        Self::Semaphore,
        Self::Barrier,
        Self::TailText,
        Self::TailSlice,
        Self::PerProcess,
    ];

    /// The table. Zero is a valid value of every part except `Value`, `Slots`, `Copies` and `Rows`, where that
    /// depends on the type of the value.
    const fn row(self) -> Row {
        use PartKind::{
            Arrivals, Bytes, Copies, Count, Element, Event, Handle, Items, Kept, Key, Len, Lock,
            Mapped, Rows, Seats, Sequence, Slots, Start, Table, Turnstile, Value, Word,
        };
        let (name, parts): (_, &[(&str, PartKind)]) = match self {
            Self::Mutex => ("Mutex", &[("lock", Lock), ("value", Value)]),
            Self::Latest => ("Latest", &[("sequence", Sequence), ("lock", Lock), ("slots", Slots)]),
            Self::Event => ("Event", &[("count", Word)]),
            Self::Watched => ("Watched", &[("changed", Event), ("value", Value)]),
            Self::Once => ("Once", &[("lock", Lock), ("done", Word)]),
            Self::Text => ("Text", &[("len", Len), ("bytes", Bytes)]),
            Self::Bytes => ("Bytes", &[("len", Len), ("bytes", Bytes)]),
            Self::Queue => (
                "Queue",
                &[
                    ("lock", Lock),
                    ("tail", Sequence),
                    ("pushed", Event),
                    ("head", Sequence),
                    ("popped", Event),
                    ("slots", Items),
                ],
            ),
            Self::Ring => (
                "Ring",
                &[("sequence", Sequence), ("lock", Lock), ("pushed", Event), ("slots", Slots)],
            ),
            Self::Owned => ("Owned", &[("lock", Lock), ("handle", Handle), ("value", Kept)]),
            Self::OwnedSlice => {
                ("OwnedSlice", &[("lock", Lock), ("handle", Handle), ("value", Kept)])
            }
            Self::OwnedText => ("OwnedText", &[("lock", Lock), ("handle", Handle)]),
            Self::Map => (
                "Map",
                &[
                    ("lock", Lock),
                    ("table", Table),
                    ("next", Table),
                    ("key", Key),
                    ("value", Mapped),
                ],
            ),
            Self::RwLock => (
                "RwLock",
                &[("turnstile", Turnstile), ("dirty", Word), ("seats", Seats), ("value", Value)],
            ),
            Self::Semaphore => ("Semaphore", &[("freed", Word), ("seats", Seats)]),
            Self::Barrier => (
                "Barrier",
                &[("state", Word), ("phase", Word), ("seats", Seats), ("arrived", Arrivals)],
            ),
            Self::TailText => ("TailText", &[("offset", Start), ("len", Count)]),
            Self::TailSlice => {
                ("TailSlice", &[("offset", Start), ("len", Count), ("element", Element)])
            }
            Self::PerProcess => (
                "PerProcess",
                &[
                    ("folding", Lock),
                    ("state", Sequence),
                    ("seats", Seats),
                    ("retired", Copies),
                    ("rows", Rows),
                ],
            ),
        };
        Row { name, parts }
    }

    /// Returns the code on disk.
    #[must_use]
    pub const fn code(self) -> u8 {
        self as u8
    }

    /// Returns the role with this code on disk, if there is one.
    #[must_use]
    pub const fn from_code(code: u8) -> Option<Self> {
        let mut i = 0;
        while i < Self::ALL.len() {
            if Self::ALL[i].code() == code {
                return Some(Self::ALL[i]);
            }
            i += 1;
        }
        None
    }

    /// Returns the name, as in Rust.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.row().name
    }

    /// Returns the names and kinds of the parts.
    pub(crate) const fn parts(self) -> &'static [(&'static str, PartKind)] {
        self.row().parts
    }

    /// Whether it has a lock, so that its users need identities.
    #[must_use]
    pub const fn has_lock(self) -> bool {
        let parts = self.parts();
        let mut i = 0;
        while i < parts.len() {
            if matches!(parts[i].1, PartKind::Lock | PartKind::Seats) {
                return true;
            }
            i += 1;
        }
        false
    }

    /// Whether it keeps something in the region's heap.
    #[must_use]
    pub const fn needs_heap(self) -> bool {
        let parts = self.parts();
        let mut i = 0;
        while i < parts.len() {
            if parts[i].1.is_place() {
                return true;
            }
            i += 1;
        }
        false
    }
}

// No role is missing from the list, and none is in it twice.
const _: () = {
    let mut i = 0;
    while i < Role::ALL.len() {
        assert!(
            Role::ALL[i].code() as usize == i + 1,
            "the roles stand in the order of their codes"
        );
        i += 1;
    }
};
