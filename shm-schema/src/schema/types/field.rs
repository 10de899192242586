//! [`Field`]: one field of a struct.

use std::fmt;

use super::Type;
use crate::schema::model::{Member, Text};
use crate::schema::notes::Part;

/// The fields of a struct in declaration order, which is the order of their offsets.
#[derive(Clone, Copy)]
pub struct Fields<'a>(pub(super) Type<'a>);

impl fmt::Debug for Fields<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.fields()).finish()
    }
}

impl<'a> Fields<'a> {
    /// Iterates over the fields.
    pub fn iter(self) -> impl ExactSizeIterator<Item = Field<'a>> + DoubleEndedIterator {
        self.0.fields()
    }
}

/// One field of a struct in a [`Schema`](crate::schema::Schema).
#[derive(Clone, Copy)]
pub struct Field<'a> {
    member: &'a Member,
    /// The notes about it, if they are known.
    part: Option<&'a Part>,
    ty: Type<'a>,
}

/// Name, offset and type.
impl fmt::Debug for Field<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Field({} at {}: {})", self.name(), self.offset(), self.ty)
    }
}

impl<'a> Field<'a> {
    #[inline]
    pub(super) fn new(member: &'a Member, part: Option<&'a Part>, ty: Type<'a>) -> Self {
        Self { member, part, ty }
    }

    /// Returns the field's name; in a tuple struct the index, such as `0`.
    #[must_use]
    pub fn name(self) -> &'a str {
        &self.member.name
    }

    /// Returns the distance in bytes from the start of the struct.
    #[must_use]
    #[inline]
    pub fn offset(self) -> u64 {
        self.member.offset
    }

    /// Returns the field's type.
    #[must_use]
    #[inline]
    pub fn ty(self) -> Type<'a> {
        self.ty
    }

    /// Returns the field's doc comment, or `""`.
    #[must_use]
    pub fn doc(self) -> &'a str {
        self.part.map_or("", |part| &part.notes.doc)
    }

    /// Returns the field's unit, or `""`.
    #[must_use]
    pub fn unit(self) -> &'a str {
        self.part.map_or("", |part| &part.notes.unit)
    }

    /// Returns the name of the field beside it whose `Mutex` guards it, from `#[shm(guarded_by = "..")]`, or
    /// `""`.
    #[must_use]
    #[inline]
    pub fn guarded_by(self) -> &'a str {
        self.part.map_or("", |part| &part.notes.guard)
    }

    /// Whether its numbers only grow, from `#[shm(counter)]`.
    #[must_use]
    pub fn is_counter(self) -> bool {
        self.part.is_some_and(|part| part.notes.counter)
    }

    /// Whether these are the rows of a `PerProcess`, and are folded by code of their type: see [`Rows`](crate::schema::Rows).
    #[must_use]
    pub fn has_own_fold(self) -> bool {
        self.part.is_some_and(|part| part.notes.own_fold)
    }

    /// Returns the field's former names, from `#[shm(alias = "..")]`.
    pub fn aliases(self) -> impl ExactSizeIterator<Item = &'a str> {
        let aliases: &'a [Text] = self.part.map_or(&[], |part| &part.notes.aliases);
        aliases.iter().map(|alias| &**alias)
    }
}
