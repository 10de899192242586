//! The roles of live types, and the table of what each is made of.

/// The role of a live struct. The value is its code on disk; 0 is a plain struct.
///
/// A new role is a variant and its row in `Role::row`. `docs/format.md` has the table for readers.
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
    /// A lock with seats, of which a reader takes one and a writer all, and the `value` that it guards.
    RwLock = 8,
    /// Permits, each with a seat.
    Semaphore = 9,
}

/// A row of the table of roles.
struct Row {
    /// The name, as in Rust.
    name: &'static str,
    /// The parts, in the order of their offsets.
    parts: &'static [(&'static str, PartKind)],
}

/// What a part of a live type is, and so what its type must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PartKind {
    /// A word of four bytes.
    Word,
    /// The word of a robust lock, by which processes are told apart.
    Lock,
    /// The word of a robust lock through which processes pass on the way to a seat.
    Turnstile,
    /// Words of robust locks: an array, one for each process that can be inside.
    Seats,
    /// The number of a version.
    Sequence,
    /// An [`Role::Event`].
    Event,
    /// The value.
    Value,
    /// An array of structs with the one field `value`, aligned to cache lines.
    Slots,
    /// How many of the bytes count: a word, at the start.
    Len,
    /// An array of bytes.
    Bytes,
}

impl Role {
    /// Every role, in the order of the codes.
    pub const ALL: [Self; 9] = [
        Self::Mutex,
        Self::Latest,
        Self::Event,
        Self::Watched,
        Self::Once,
        Self::Text,
        Self::Bytes,
        Self::RwLock,
        Self::Semaphore,
    ];

    /// The table. Zero is a valid value of every part but `Value` and `Slots`, for which it is valid
    /// if it is for the value.
    const fn row(self) -> Row {
        use PartKind::{Bytes, Event, Len, Lock, Seats, Sequence, Slots, Turnstile, Value, Word};
        let (name, parts): (_, &[(&str, PartKind)]) = match self {
            Self::Mutex => ("Mutex", &[("lock", Lock), ("value", Value)]),
            Self::Latest => ("Latest", &[("sequence", Sequence), ("lock", Lock), ("slots", Slots)]),
            Self::Event => ("Event", &[("count", Word)]),
            Self::Watched => ("Watched", &[("changed", Event), ("value", Value)]),
            Self::Once => ("Once", &[("lock", Lock), ("done", Word)]),
            Self::Text => ("Text", &[("len", Len), ("bytes", Bytes)]),
            Self::Bytes => ("Bytes", &[("len", Len), ("bytes", Bytes)]),
            Self::RwLock => (
                "RwLock",
                &[("turnstile", Turnstile), ("dirty", Word), ("seats", Seats), ("value", Value)],
            ),
            Self::Semaphore => ("Semaphore", &[("freed", Word), ("seats", Seats)]),
        };
        Row { name, parts }
    }

    /// The code on disk.
    #[must_use]
    pub const fn code(self) -> u8 {
        self as u8
    }

    /// The role with this code on disk, if there is one.
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

    /// The name, as in Rust.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.row().name
    }

    /// The names of the parts, and what each is.
    pub(crate) const fn parts(self) -> &'static [(&'static str, PartKind)] {
        self.row().parts
    }

    /// Whether processes that use it must be told apart: whether it has a lock.
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
