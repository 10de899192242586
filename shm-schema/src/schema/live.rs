//! Live types: structs with a role, which is checked once, when a schema is made.
//!
//! A schema can give a role to any struct, and any process may have written the schema. So each live
//! type is checked against the table of roles (`kind/role.rs`); one without the parts of its role becomes
//! a type of an unknown kind, of which only size and alignment are used. A [`Live`] need not be checked
//! again.

use super::model::{Member, Node, NodeKind, Unusable};
use super::types::{Field, Type, TypeKind};
use crate::kind::{Kind, PartKind, Role, ScalarKind};
use crate::limits::CACHE_LINE;
use crate::path::{Path, Segment};

/// Changes each live type without the parts of its role to an unknown kind. The types were found
/// well-formed before.
pub(super) fn distrust(nodes: &mut [Node]) {
    for index in 0..nodes.len() {
        let (before, rest) = nodes.split_at_mut(index);
        let node = &mut rest[0];
        if let Kind::Live { role, fields } = &mut node.kind {
            if !is_made(*role, fields, before) {
                let (role, fields) = (*role, std::mem::take(fields));
                node.kind = Kind::Unknown(Unusable::Malformed { role, fields });
            }
        }
    }
}

/// Whether fields are the parts of a role; `types` are the types before it.
fn is_made(role: Role, fields: &[Member], types: &[Node]) -> bool {
    let parts = role.parts();
    let at_start = fields.first().is_some_and(|first| first.offset == 0);
    let is = |(field, (name, part)): (&Member, &(&str, PartKind))| {
        field.name == *name && is_part(*part, &types[field.ty as usize], types)
    };
    // All these arrays have one element for each seat.
    let lengths = fields.iter().zip(parts).filter_map(|(field, (_, part))| {
        let is_for_seats = matches!(part, PartKind::Seats | PartKind::Arrivals | PartKind::Rows);
        is_for_seats.then(|| &types[field.ty as usize].kind)
    });
    let mut lengths = lengths.map(|kind| match kind {
        Kind::Array { len, .. } => *len,
        _ => 0,
    });
    let first = lengths.next();
    at_start
        && fields.len() == parts.len()
        && fields.iter().zip(parts).all(is)
        && lengths.all(|len| Some(len) == first)
}

fn is_part(part: PartKind, ty: &Node, types: &[Node]) -> bool {
    let is = |scalar| matches!(ty.kind, Kind::Scalar(found) if found == scalar);
    match part {
        PartKind::Word | PartKind::Lock | PartKind::Turnstile | PartKind::Len => {
            is(ScalarKind::U32)
        }
        PartKind::Sequence | PartKind::Start | PartKind::Count => is(ScalarKind::U64),
        // An event without its parts is already of an unknown kind.
        PartKind::Event => matches!(ty.kind, Kind::Live { role: Role::Event, .. }),
        PartKind::Value => !matches!(ty.kind, Kind::Slice { .. }),
        PartKind::Handle | PartKind::Table => is(ScalarKind::U64),
        PartKind::Kept | PartKind::Key | PartKind::Mapped => {
            matches!(ty.kind, Kind::Array { len: 0, .. })
        }
        // Elements without bytes could be any number in a block.
        PartKind::Element => match ty.kind {
            Kind::Array { element, len: 0 } => types[element as usize].size > 0,
            _ => false,
        },
        PartKind::Bytes => match ty.kind {
            Kind::Array { element, .. } => {
                matches!(types[element as usize].kind, Kind::Scalar(ScalarKind::U8))
            }
            _ => false,
        },
        PartKind::Seats | PartKind::Arrivals => match ty.kind {
            Kind::Array { element, len } => {
                len >= 1 && matches!(types[element as usize].kind, Kind::Scalar(ScalarKind::U32))
            }
            _ => false,
        },
        PartKind::Slots => match ty.kind {
            Kind::Array { element, len } => {
                len >= 2 && is_slot(&types[element as usize], CACHE_LINE)
            }
            _ => false,
        },
        PartKind::Copies => match ty.kind {
            Kind::Array { element, len: 2 } => is_slot(&types[element as usize], CACHE_LINE),
            _ => false,
        },
        PartKind::Rows => match ty.kind {
            Kind::Array { element, len } => {
                len >= 1 && is_slot(&types[element as usize], CACHE_LINE)
            }
            _ => false,
        },
        PartKind::Items => match ty.kind {
            Kind::Array { element, len } => len >= 1 && is_slot(&types[element as usize], WORD),
            _ => false,
        },
    }
}

/// The alignment of the words that slots are read and written in.
const WORD: u32 = 8;

/// Whether this is a slot. Aligned to a word or more, it consists of whole words. If it could be empty,
/// memory would not bound the number of slots.
fn is_slot(ty: &Node, align: u32) -> bool {
    let NodeKind::Struct { fields } = &ty.kind else { return false };
    let [Member { offset: 0, name, .. }] = &fields[..] else { return false };
    name == "value" && ty.align >= align && ty.size > 0
}

/// A struct with a role, and with the parts of that role. Offsets are from its start.
///
/// ```
/// use shm_core::{Mutex, SharedLayout};
/// use shm_core::layout::Role;
/// use shm_core::schema::{Held, Schema};
///
/// let schema = Schema::of(Mutex::<f64>::LAYOUT)?;
/// let live = schema.root().live().unwrap();
/// assert_eq!((live.role(), live.lock()), (Role::Mutex, Some(0)));
/// let value = live.value().unwrap();
/// assert_eq!((value.offset, value.ty.to_string().as_str()), (8, "f64"));
/// assert!(matches!(value.held, Held::Guarded { lock: 0 }));
/// # Ok::<(), shm_core::schema::SchemaError>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Live<'a> {
    ty: Type<'a>,
    role: Role,
}

/// The value in a live type.
#[derive(Clone, Copy, Debug)]
pub struct LiveValue<'a> {
    /// The way in which it is held.
    pub held: Held,
    /// Its type.
    pub ty: Type<'a>,
    /// Where it starts; if it is copied, in the first slot.
    pub offset: u64,
}

impl LiveValue<'_> {
    /// Returns the path to it from the live type.
    #[must_use]
    pub fn way(&self) -> Path {
        let mut way = Path::new();
        if let Held::Copied(_) = self.held {
            way.extend([Segment::Name("slots"), Segment::ALL]);
        }
        way.push(Segment::Name("value"));
        way
    }
}

/// The ways in which a live type holds a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Held {
    /// In place, by one process at a time.
    Guarded {
        /// The word of the lock.
        lock: u64,
    },
    /// In place, by one writer or by several readers at a time.
    Shared(Seats),
    /// In place; each change wakes the waiting processes.
    Watched {
        /// The event that tells of changes.
        changed: u64,
    },
    /// In versions, which readers copy.
    Copied(Ring),
}

/// The versions of a `Latest`, or the items of a `Ring`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ring {
    /// The number of the newest version.
    pub sequence: u64,
    /// The lock of the writer.
    pub lock: u64,
    /// Where the slots start.
    pub slots: u64,
    /// The distance between slots in bytes: a multiple of a cache line.
    pub stride: u64,
    /// The number of slots, at least two.
    pub count: u64,
    /// The size of the value in bytes.
    pub size: u64,
}

/// The words of an `RwLock`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seats {
    /// The word of the lock that writers hold.
    pub turnstile: u64,
    /// The word that says whether the value is whole.
    pub dirty: u64,
    /// Where the words of the seats start.
    pub seats: u64,
    /// How many seats there are, one at least.
    pub count: u64,
}

impl Seats {
    /// The same words, of an `RwLock` that starts at an offset.
    #[must_use]
    pub fn from(self, start: u64) -> Self {
        Self {
            turnstile: start + self.turnstile,
            dirty: start + self.dirty,
            seats: start + self.seats,
            count: self.count,
        }
    }
}

/// The parts of a `Queue`.
#[derive(Clone, Copy, Debug)]
pub struct Queue<'a> {
    /// The lock of the producer.
    pub lock: u64,
    /// The number of values that were ever pushed.
    pub tail: u64,
    /// The event that tells consumers of pushed values.
    pub pushed: u64,
    /// The number of values that were ever popped.
    pub head: u64,
    /// The event that tells producers of popped values.
    pub popped: u64,
    /// Where the slots start.
    pub slots: u64,
    /// From one slot to the next, in bytes: a multiple of 8.
    pub stride: u64,
    /// How many values there is room for, one at least.
    pub capacity: u64,
    /// The type of the values.
    pub value: Type<'a>,
}

/// The parts of a `PerProcess`.
#[derive(Clone, Copy, Debug)]
pub struct Rows<'a> {
    /// The word of the lock that a process has while it takes or gives up a row.
    pub folding: u64,
    /// The word that says which of the two retired values counts, and which row does not.
    pub state: u64,
    /// Where the words of the seats start.
    pub seats: u64,
    /// Where the two retired values start.
    pub retired: u64,
    /// Where the rows start.
    pub rows: u64,
    /// From one row to the next, and from one retired value to the other, in bytes: a multiple of a cache line.
    pub stride: u64,
    /// How many seats and rows there are, one at least.
    pub count: u64,
    /// The type of a row.
    pub row: Type<'a>,
    /// Whether rows are folded by code of their type, which only its programs have: an `impl Fold` in Rust. Otherwise
    /// they are added up, number by number.
    pub own_fold: bool,
}

/// The bytes of a `Text` or `Bytes`, the number of which is a `u32` at the start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counted {
    /// Where the bytes start.
    pub bytes: u64,
    /// The largest number of bytes.
    pub capacity: u64,
}

/// The parts of a `TailText` or `TailSlice`: the words that say where in the value its contents are.
#[derive(Clone, Copy, Debug)]
pub struct Contents<'a> {
    /// The word with the distance in bytes from the start of the value; 0 if there are no contents.
    pub offset: u64,
    /// The word with the number of elements; of text, of bytes.
    pub len: u64,
    /// The type of the elements; `None` for text.
    pub element: Option<Type<'a>>,
}

impl<'a> Live<'a> {
    /// Returns the type as a live one, if it is one.
    #[inline]
    pub(super) fn of(ty: Type<'a>) -> Option<Self> {
        ty.role().map(|role| Self { ty, role })
    }

    /// Returns the role.
    #[must_use]
    pub fn role(self) -> Role {
        self.role
    }

    /// Returns the offset of its lock word, if it has one.
    #[must_use]
    pub fn lock(self) -> Option<u64> {
        self.find(PartKind::Lock).map(Field::offset)
    }

    /// Returns the value that it holds, if it holds one of a type of the user's choice. A
    /// `Queue` holds as many as were pushed: see [`Live::queue`].
    #[must_use]
    pub fn value(self) -> Option<LiveValue<'a>> {
        self.versions().or_else(|| self.in_place())
    }

    fn in_place(self) -> Option<LiveValue<'a>> {
        let value = self.find(PartKind::Value)?;
        let held = match (self.lock(), self.find(PartKind::Turnstile)) {
            (Some(lock), _) => Held::Guarded { lock },
            (None, Some(turnstile)) => {
                let (seats, count) = self.seats()?;
                let (turnstile, dirty) = (turnstile.offset(), self.part("dirty").offset());
                Held::Shared(Seats { turnstile, dirty, seats, count })
            }
            (None, None) => Held::Watched { changed: self.find(PartKind::Event)?.offset() },
        };
        Some(LiveValue { held, ty: value.ty(), offset: value.offset() })
    }

    fn versions(self) -> Option<LiveValue<'a>> {
        let (slots, sequence) = (self.find(PartKind::Slots)?, self.find(PartKind::Sequence)?);
        let (slot, count) = array(slots);
        let value = slot.field_at(0)?.ty();
        let ring = Ring {
            sequence: sequence.offset(),
            lock: self.lock()?,
            slots: slots.offset(),
            stride: slot.size(),
            count,
            size: value.size(),
        };
        Some(LiveValue { held: Held::Copied(ring), ty: value, offset: ring.slots })
    }

    /// Returns where its seats start and how many there are, if it has any: each is the word of a lock.
    #[must_use]
    pub fn seats(self) -> Option<(u64, u64)> {
        let seats = self.find(PartKind::Seats)?;
        Some((seats.offset(), array(seats).1))
    }

    /// Returns its parts, if it is a `Queue`.
    #[must_use]
    pub fn queue(self) -> Option<Queue<'a>> {
        let slots = self.find(PartKind::Items)?;
        let (slot, capacity) = array(slots);
        Some(Queue {
            lock: self.lock()?,
            tail: self.part("tail").offset(),
            pushed: self.part("pushed").offset(),
            head: self.part("head").offset(),
            popped: self.part("popped").offset(),
            slots: slots.offset(),
            stride: slot.size(),
            capacity,
            value: slot.field_at(0)?.ty(),
        })
    }

    /// Returns its parts, if it is a `PerProcess`.
    #[must_use]
    pub fn rows(self) -> Option<Rows<'a>> {
        let rows = self.find(PartKind::Rows)?;
        let ((slot, count), seats) = (array(rows), self.seats()?.0);
        Some(Rows {
            folding: self.lock()?,
            state: self.part("state").offset(),
            seats,
            retired: self.find(PartKind::Copies)?.offset(),
            rows: rows.offset(),
            stride: slot.size(),
            count,
            row: slot.field_at(0)?.ty(),
            own_fold: rows.has_own_fold(),
        })
    }

    /// Returns its bytes, if it is a `Text` or `Bytes`.
    #[must_use]
    pub fn counted(self) -> Option<Counted> {
        let bytes = self.find(PartKind::Bytes)?;
        let (_, capacity) = array(bytes);
        Some(Counted { bytes: bytes.offset(), capacity })
    }

    /// The word that says which block of the heap it owns, if it keeps something there.
    #[must_use]
    pub fn handle(self) -> Option<u64> {
        self.find(PartKind::Handle).map(Field::offset)
    }

    /// Whether the word at an offset is one that says which block of the heap it owns.
    pub(super) fn has_handle_at(self, offset: u64) -> bool {
        let mut parts = self.role.parts().iter().zip(self.ty.fields());
        parts.any(|((_, part), field)| part.is_place() && field.offset() == offset)
    }

    /// The types of the keys and of the values, if it is a map: those of `Owned<str>` for text, and of
    /// `Owned<[T]>` for slices.
    #[must_use]
    pub fn entry(self) -> Option<(Type<'a>, Type<'a>)> {
        let element = |part| self.find(part).map(|part| array(part).0);
        Some((element(PartKind::Key)?, element(PartKind::Mapped)?))
    }

    /// The type of what it keeps in the heap: of the value, or of each of them; `None` for text, and if it
    /// keeps nothing there.
    #[must_use]
    pub fn kept(self) -> Option<Type<'a>> {
        self.find(PartKind::Kept).map(|part| array(part).0)
    }

    /// Returns where its contents are, if it is a text or a slice in a value of the heap.
    #[must_use]
    pub fn contents(self) -> Option<Contents<'a>> {
        let (offset, len) = (self.find(PartKind::Start)?, self.find(PartKind::Count)?);
        let element = self.find(PartKind::Element).map(|part| array(part).0);
        Some(Contents { offset: offset.offset(), len: len.offset(), element })
    }

    /// Whether it is shared state, so that a copy would be something else. A `Text` or `Bytes` is a value
    /// like any other, and a `TailText` or `TailSlice` is a part of one.
    #[must_use]
    pub fn is_meeting_place(self) -> bool {
        self.counted().is_none() && self.contents().is_none()
    }

    /// Returns a part by its name.
    ///
    /// # Panics
    /// If the role has no part of this name.
    #[must_use]
    pub fn part(self, name: &str) -> Field<'a> {
        self.ty.field(name).unwrap_or_else(|| panic!("a `{}` has no `{name}`", self.role.name()))
    }

    /// Returns the part of this kind, if the role has one.
    fn find(self, kind: PartKind) -> Option<Field<'a>> {
        let position = self.role.parts().iter().position(|(_, part)| *part == kind)?;
        self.ty.field_at(position)
    }
}

/// Returns the element of a part that is an array, and the array's length.
fn array(part: Field<'_>) -> (Type<'_>, u64) {
    match part.ty().kind() {
        TypeKind::Array { element, len } => (element, len),
        _ => unreachable!("the parts of a live type were checked when the schema was made"),
    }
}
