//! From a field of a struct to the values in it, through arrays and live types.

use shm_schema::schema::{Held, Live, LiveValue, Ring, Seats, Type, TypeKind};

use super::naming::Naming;
use super::storage::declare;
use crate::kinds;
use crate::part::Part;

/// The number of elements that an index chooses from.
#[derive(Clone, Copy)]
pub(super) enum Bound {
    Known(u64),
    /// As many as the region has: a parameter `len`.
    AtRunTime,
}

/// The lock around a value.
#[derive(Clone)]
pub(super) enum Lock {
    /// The expression of its word.
    Mutex(String),
    /// The expression of the whole lock.
    RwLock(String, Seats),
}

/// A place inside a struct, and the path to it.
#[derive(Clone)]
pub(super) struct Spot<'a> {
    /// The expression; `@c@` stands for `const ` in readers.
    pub(super) expression: String,
    pub(super) bounds: Vec<Bound>,
    pub(super) guarded: bool,
    pub(super) writable: bool,
    /// Whether the functions are for a thread that holds the lock around it.
    pub(super) locked: bool,
    /// The innermost lock around it in this struct.
    pub(super) lock: Option<Lock>,
    /// The word that counts its changes, if it is watched.
    pub(super) changed: Option<String>,
    pub(super) value: Type<'a>,
}

/// The kind of value at a place.
pub(super) enum Stop<'a> {
    /// A value without parts.
    Leaf(Spot<'a>),
    /// A struct with functions of its own.
    Record(Spot<'a>),
    /// An element of a run-time length without a name in C, which gets one.
    Unnamed(Spot<'a>, Type<'a>),
    Latest(Spot<'a>, Ring, Type<'a>),
    /// A text or a slice in a value with contents.
    Tail(Spot<'a>, Live<'a>),
    /// A `Mutex` or an `RwLock`, before its value.
    Lock(Spot<'a>, Lock),
    /// A place that owns a value in the heap.
    Kept(Spot<'a>, Live<'a>),
    /// The number that counts the changes of a `Watched`, on the way to its value.
    Changes(Spot<'a>),
}

/// The names of index parameters.
pub(super) fn index(depth: usize) -> String {
    ["i", "j", "k"].get(depth).map_or_else(|| format!("i{depth}"), |name| (*name).to_owned())
}

impl<'a> Spot<'a> {
    /// A field of the struct that `self` points to.
    pub(super) fn field(member: &str, part: &Part<'a>, guarded: bool, writable: bool) -> Self {
        Self {
            expression: format!("self->{member}"),
            bounds: Vec::new(),
            guarded: guarded || part.is_guarded(),
            writable: writable && !part.is_guarded(),
            locked: false,
            lock: None,
            changed: None,
            value: part.ty,
        }
    }

    /// The same place for a thread that holds the lock around it; the place itself if there is none.
    pub(super) fn operated(&self) -> Self {
        let guarded = self.guarded;
        Self { locked: guarded, writable: self.writable || guarded, ..self.clone() }
    }

    fn into(mut self, member: &str, value: Type<'a>) -> Self {
        self.expression.push_str(&format!(".{member}"));
        self.value = value;
        self
    }

    fn element(mut self, bound: Bound, value: Type<'a>) -> Self {
        self.expression.push_str(&format!("[{}]", index(self.bounds.len())));
        self.bounds.push(bound);
        self.value = value;
        self
    }
}

/// Returns every place from here inwards where there is something to read.
pub(super) fn stops<'a>(naming: &Naming<'_>, spot: Spot<'a>, offset: u64) -> Vec<Stop<'a>> {
    if let Some(value) = spot.value.live().and_then(Live::value) {
        return held(naming, spot, value, offset);
    }
    if let Some(rows) = spot.value.live().and_then(Live::rows) {
        // A row is written by the process that has it.
        let row = spot.into("rows", rows.row).element(Bound::Known(rows.count), rows.row);
        return stops(naming, Spot { writable: false, ..row.into("value", rows.row) }, offset);
    }
    if let Some(live) = spot.value.live().filter(|live| live.role().needs_heap()) {
        return vec![Stop::Kept(spot, live)];
    }
    if let Some(live) = spot.value.live().filter(|live| live.contents().is_some()) {
        return vec![Stop::Tail(spot, live)];
    }
    match kinds::of(spot.value) {
        None => Vec::new(),
        Some(TypeKind::Array { element, len }) => {
            stops(naming, spot.element(Bound::Known(len), element), offset)
        }
        Some(TypeKind::Slice { element }) if element.size() == 0 => Vec::new(),
        Some(TypeKind::Slice { element }) => slice(naming, spot, element, offset),
        Some(TypeKind::Struct { .. }) => vec![Stop::Record(spot)],
        Some(_) => vec![Stop::Leaf(spot)],
    }
}

/// The places to read in the value of a live type.
fn held<'a>(
    naming: &Naming<'_>,
    spot: Spot<'a>,
    value: LiveValue<'a>,
    offset: u64,
) -> Vec<Stop<'a>> {
    match value.held {
        Held::Guarded { .. } | Held::Shared(_) => {
            let lock = match value.held {
                Held::Shared(seats) => Lock::RwLock(spot.expression.clone(), seats),
                _ => Lock::Mutex(format!("{}.lock", spot.expression)),
            };
            let mut found = vec![Stop::Lock(spot.clone(), lock.clone())];
            let inside = spot.into("value", value.ty);
            let lock = Some(lock);
            let inside = Spot { guarded: true, writable: false, lock, changed: None, ..inside };
            found.extend(stops(naming, inside, offset));
            found
        }
        Held::Watched { .. } => {
            let mut found = vec![Stop::Changes(spot.clone())];
            let changed = Some(format!("{}.changed.count", spot.expression));
            let inside = spot.into("value", value.ty);
            found.extend(stops(naming, Spot { writable: false, changed, ..inside }, offset));
            found
        }
        Held::Copied(ring) => vec![Stop::Latest(spot, ring, value.ty)],
    }
}

/// A slice is not a member: C++ has no flexible arrays. Its elements are after the struct, or in its last
/// padding.
fn slice<'a>(
    naming: &Naming<'_>,
    mut spot: Spot<'a>,
    element: Type<'a>,
    offset: u64,
) -> Vec<Stop<'a>> {
    let declaration = declare(naming, element, spot.guarded, 0);
    let at =
        |name: &str| format!("((@c@{name} *)(@c@void *)((@c@unsigned char *)self + {offset}))");
    match declaration.name() {
        Some(name) => {
            spot.expression = at(name);
            stops(naming, spot.element(Bound::AtRunTime, element), offset)
        }
        None => {
            spot.expression = at("@element@");
            vec![Stop::Unnamed(spot.element(Bound::AtRunTime, element), element)]
        }
    }
}
