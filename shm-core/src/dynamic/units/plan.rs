//! [`Plan`]: the units of a schema.

use super::{UnitKind, UnitsError};
use crate::dynamic::budget::MAX_VALUE;
use crate::dynamic::locking::LockWords;
use crate::dynamic::spans::{Span, Spans, has_wide_words, not_plain};
use crate::layout::Role;
use crate::schema::{Field, Held, Live, LiveValue, Ring, Schema, Type, TypeKind};

/// Leaves are compared in blocks of this many bytes, at multiples of it.
pub const BLOCK: u64 = 512;

/// The most units, and the most groups of words, that a region may have.
pub(super) const MOST: usize = 1 << 20;

/// The most bytes that a value may have: each is looked at, and has a copy.
pub(super) const MOST_BYTES: u64 = 1 << 30;

/// What a unit is, with the places of its parts from the start of the data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    Leaves { spans: Part },
    Latest { ring: Ring },
    Guarded { lock: LockWords, spans: Part },
    Notified,
    Done,
    NotMirrored { role: Option<Role>, reason: &'static str },
}

impl What {
    pub(super) fn kind(self) -> UnitKind {
        match self {
            Self::Leaves { .. } => UnitKind::Leaves,
            Self::Latest { .. } => UnitKind::Latest,
            Self::Guarded { .. } => UnitKind::Guarded,
            Self::Notified => UnitKind::Notified,
            Self::Done => UnitKind::Done,
            Self::NotMirrored { role, .. } => UnitKind::NotMirrored(role),
        }
    }
}

/// A unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Item {
    pub(super) what: What,
    pub(super) offset: usize,
    pub(super) len: usize,
}

/// Some of a plan's spans.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Part {
    first: u32,
    end: u32,
}

/// The units of a region.
#[derive(Debug)]
pub(super) struct Plan {
    /// Values in the order of their offsets, then announcements in the order of theirs.
    pub(super) items: Vec<Item>,
    /// The number of values.
    pub(super) values: usize,
    spans: Vec<Span>,
}

impl Plan {
    pub(super) fn of(schema: &Schema, tail_len: u64, size: usize) -> Result<Self, UnitsError> {
        if size as u64 > MOST_BYTES {
            return Err(UnitsError::TooLong { found: size as u64 });
        }
        let (values, spans, announced) = (Vec::new(), Vec::new(), Vec::new());
        let mut walk =
            Walk { values, spans, announced, tail_len, lock: None, is_cut: false, is_full: false };
        walk.ty(schema.root(), 0);
        let Walk { values: mut items, spans, announced, is_full, .. } = walk;
        if is_full || spans.len() > MOST || items.len() + announced.len() > MOST {
            return Err(UnitsError::TooMany);
        }
        let values = items.len();
        items.extend(announced);
        Ok(Self { items, values, spans })
    }

    pub(super) fn spans(&self, part: Part) -> &[Span] {
        &self.spans[part.first as usize..part.end as usize]
    }

    /// The position of the unit of a kind that has, or is at, an offset.
    pub(super) fn find(&self, kind: UnitKind, offset: usize) -> Option<usize> {
        let is_announced = matches!(kind, UnitKind::Notified | UnitKind::Done);
        let range = if is_announced { self.values..self.items.len() } else { 0..self.values };
        let after = self.items[range.clone()].partition_point(|item| item.offset <= offset);
        let found = range.start + after.checked_sub(1)?;
        (self.items[found].what.kind() == kind).then_some(found)
    }
}

/// A walk over a schema.
struct Walk {
    values: Vec<Item>,
    spans: Vec<Span>,
    announced: Vec<Item>,
    /// Elements of the part whose length is known at run time.
    tail_len: u64,
    /// The lock around the part that is walked over, if that also has live types.
    lock: Option<LockWords>,
    /// Whether an announcement lies between the last leaves and the next.
    is_cut: bool,
    is_full: bool,
}

impl Walk {
    fn ty(&mut self, ty: Type<'_>, offset: usize) {
        self.is_full |= self.values.len().max(self.spans.len()).max(self.announced.len()) > MOST;
        if self.is_full {
            return;
        }
        match ty.kind() {
            TypeKind::Array { element, len } => self.elements(element, offset, len),
            TypeKind::Slice { element } => self.elements(element, offset, self.tail_len),
            TypeKind::Struct { .. } => {
                ty.fields().for_each(|field| self.field(ty, field, offset));
            }
            TypeKind::Unknown(unknown) => {
                self.not_mirrored(ty, offset, unknown.role, "this version does not know its kind");
            }
            _ => match ty.live().filter(|live| live.counted().is_none()) {
                Some(live) => self.live(ty, live, offset),
                None if has_wide_words(ty) => {
                    self.not_mirrored(ty, offset, None, "no processor reads it in one step");
                }
                None => self.leaves(ty, offset, 1),
            },
        }
    }

    fn elements(&mut self, element: Type<'_>, offset: usize, count: u64) {
        let size = element.size() as usize;
        if size == 0 {
            return;
        }
        if not_plain(element).is_none() && !has_wide_words(element) && !has_guards(element) {
            return self.leaves(element, offset, count);
        }
        for index in 0..count as usize {
            self.ty(element, offset + index * size);
            if self.is_full {
                return;
            }
        }
    }

    fn field(&mut self, of: Type<'_>, field: Field<'_>, start: usize) {
        let (ty, offset) = (field.ty(), start + field.offset() as usize);
        let lock = of.lock_of(field).and_then(|lock| Some((lock.offset(), lock.ty().live()?)));
        match lock.and_then(|(at, live)| Some(at + live.lock()?)) {
            Some(word) => self.guarded(ty, offset, LockWords::Mutex(start + word as usize)),
            None => self.ty(ty, offset),
        }
    }

    fn live(&mut self, ty: Type<'_>, live: Live<'_>, offset: usize) {
        let value = live.value();
        match (live.role(), value) {
            (_, Some(LiveValue { held: Held::Guarded { lock }, ty, offset: at })) => {
                let lock = LockWords::Mutex(offset + lock as usize);
                self.guarded(ty, offset + at as usize, lock);
            }
            (_, Some(LiveValue { held: Held::Shared(seats), ty, offset: at })) => {
                let lock = LockWords::RwLock(seats.from(offset as u64));
                self.guarded(ty, offset + at as usize, lock);
            }
            (_, Some(LiveValue { held: Held::Watched { changed }, ty, offset: at })) => {
                self.announced(What::Notified, offset + changed as usize, 0);
                self.ty(ty, offset + at as usize);
            }
            (Role::Latest, Some(LiveValue { held: Held::Copied(ring), .. })) => {
                if ring.size > MAX_VALUE {
                    return self.not_mirrored(
                        ty,
                        offset,
                        Some(Role::Latest),
                        "a version is too long",
                    );
                }
                self.value(What::Latest { ring }, offset, ring.size as usize);
            }
            (Role::Event, _) => self.announced(What::Notified, offset, 0),
            (Role::Once, _) => {
                let done = live.part("done").offset();
                self.announced(What::Done, offset + done as usize, 1);
            }
            (role, _) => self.not_mirrored(ty, offset, Some(role), reason(role)),
        }
    }

    /// A value under a lock; with live types in it, each of its parts.
    fn guarded(&mut self, ty: Type<'_>, offset: usize, lock: LockWords) {
        if not_plain(ty).is_some() || has_wide_words(ty) {
            let around = self.lock.replace(lock);
            self.ty(ty, offset);
            self.lock = around;
            return;
        }
        self.under(lock, ty, offset, 1);
    }

    fn under(&mut self, lock: LockWords, ty: Type<'_>, offset: usize, count: u64) {
        let first = self.spans.len();
        Spans::of(ty, offset, count, |span| push(&mut self.spans, span));
        // The value of a lock that only guards fields has no bytes.
        if let (Some(start), Some(last)) = (self.spans.get(first), self.spans.last()) {
            let (start, end) = (start.offset, last.offset + last.len);
            let spans = Part { first: first as u32, end: self.spans.len() as u32 };
            self.value(What::Guarded { lock, spans }, start, end - start);
        }
    }

    /// Plain values side by side.
    fn leaves(&mut self, ty: Type<'_>, offset: usize, count: u64) {
        if let Some(lock) = self.lock {
            return self.under(lock, ty, offset, count);
        }
        let Self { values, spans, is_cut, .. } = self;
        Spans::of(ty, offset, count, |span| {
            let (mut at, end) = (span.offset, span.offset + span.len);
            while at < end && spans.len() <= MOST {
                // No leaf lies across: each is at a multiple of its own width.
                let next = end.min((at / BLOCK as usize + 1) * BLOCK as usize);
                let part = Span { offset: at, len: next - at, ..span };
                add(values, spans, part, std::mem::take(is_cut));
                at = next;
            }
        });
    }

    fn value(&mut self, what: What, offset: usize, len: usize) {
        self.values.push(Item { what, offset, len });
    }

    fn announced(&mut self, what: What, offset: usize, len: usize) {
        self.announced.push(Item { what, offset, len });
        self.is_cut = true;
    }

    fn not_mirrored(
        &mut self,
        ty: Type<'_>,
        offset: usize,
        role: Option<Role>,
        reason: &'static str,
    ) {
        self.value(What::NotMirrored { role, reason }, offset, ty.size() as usize);
    }
}

/// Adds a span, unless there are too many.
fn push(spans: &mut Vec<Span>, span: Span) {
    if spans.len() <= MOST {
        spans.push(span);
    }
}

/// Adds a span to the last unit, if that has leaves of the same block, side by side or with padding between, or else to a new
/// one.
fn add(values: &mut Vec<Item>, spans: &mut Vec<Span>, span: Span, is_cut: bool) {
    let end = span.offset + span.len;
    if let Some(Item { what: What::Leaves { spans: part }, offset, len }) = values.last_mut() {
        if !is_cut && *offset as u64 / BLOCK == span.offset as u64 / BLOCK {
            if let Some(last) = spans.last_mut() {
                *len = end - *offset;
                if last.width == span.width && last.offset + last.len == span.offset {
                    last.len += span.len;
                } else {
                    part.end += 1;
                    push(spans, span);
                }
                return;
            }
        }
    }
    let first = spans.len() as u32;
    push(spans, span);
    let what = What::Leaves { spans: Part { first, end: first + 1 } };
    values.push(Item { what, offset: span.offset, len: span.len });
}

/// Whether a lock guards a field beside it, somewhere in a type.
fn has_guards(ty: Type<'_>) -> bool {
    match ty.kind() {
        TypeKind::Array { element, .. } => has_guards(element),
        TypeKind::Struct { .. } => {
            ty.has_guards() || ty.fields().any(|field| has_guards(field.ty()))
        }
        _ => false,
    }
}

fn reason(role: Role) -> &'static str {
    match role {
        Role::Queue => "each value in it is for one process",
        Role::Ring => "a copy could not tell its readers which items they missed",
        Role::Semaphore | Role::Barrier | Role::PerProcess => "it is about processes of one host",
        _ => "its value is in the heap of one region",
    }
}
