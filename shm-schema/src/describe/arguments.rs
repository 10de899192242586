//! The arguments of types, such as `<u32>` in `NonZero<u32>`.

use super::error::Fault;
use super::names;
use super::parse::{Known, Parser};
use super::rules::{self, Facts};
use super::token::Token;
use crate::layout::{Endian, ScalarKind};
use crate::schema::TypeId;

const OPEN: &str = "`<`";
const CLOSE: &str = "`>`";
const AN_INTEGER: &str = "an integer: `u8` to `u64` or `i8` to `i64`";

impl Parser<'_, '_> {
    /// `<u32>`, after `NonZero`
    pub(super) fn non_zero(&mut self, start: usize, optional: bool) -> Result<Known, Fault> {
        self.expect_sign('<', OPEN)?;
        let scalar = self.integer()?;
        self.expect_sign('>', CLOSE)?;
        let id = self.types.schema.non_zero(scalar, optional);
        self.added(start, id, Facts::LEAF)
    }

    /// An integer that a processor reads in one step.
    pub(super) fn integer(&mut self) -> Result<ScalarKind, Fault> {
        let integer = match self.word.token {
            Token::Name(name) => names::scalar(name).filter(|scalar| names::is_integer(*scalar)),
            _ => None,
        };
        let Some(integer) = integer else { return Err(self.unexpected(AN_INTEGER)) };
        self.take()?;
        Ok(integer)
    }

    /// `<NonZero<u32>>`, `<NonZeroU32>`, `<String>` or `<Vec<T>>`, after `Option`
    pub(super) fn option(&mut self, start: usize) -> Result<Known, Fault> {
        const EXPECTED: &str = "`NonZero<..>`, `String` or `Vec<..>`: an `Option` of any other type \
            has no known layout";
        self.expect_sign('<', OPEN)?;
        let Token::Name(name) = self.word.token else { return Err(self.unexpected(EXPECTED)) };
        let known = match names::non_zero(name) {
            Some(scalar) => {
                self.take()?;
                let id = self.types.schema.non_zero(scalar, true);
                self.added(start, id, Facts::LEAF)?
            }
            None if name == "NonZero" => {
                self.take()?;
                self.non_zero(start, true)?
            }
            // It may be absent anyway.
            None if matches!(name, "String" | "Vec") => self.ty()?,
            None => return Err(self.unexpected(EXPECTED)),
        };
        self.expect_sign('>', CLOSE)?;
        Ok(known)
    }

    /// `<u32>`, after `Be` and `Le`
    pub(super) fn ordered(&mut self, start: usize, order: Endian) -> Result<Known, Fault> {
        const EXPECTED: &str = "`u16` to `u64`, `i16` to `i64`, `f32` or `f64`: others have no byte \
            order; a single byte needs none";
        self.expect_sign('<', OPEN)?;
        let scalar = match self.word.token {
            Token::Name(name) => names::scalar(name).filter(|scalar| names::has_order(*scalar)),
            _ => None,
        };
        let Some(scalar) = scalar else { return Err(self.unexpected(EXPECTED)) };
        self.take()?;
        self.expect_sign('>', CLOSE)?;
        let id = self.types.schema.ordered(scalar, order, false);
        self.added(start, id, Facts::LEAF)
    }

    /// `<BE>` or `<LE>`, after `U32`
    pub(super) fn packed(&mut self, start: usize, scalar: ScalarKind) -> Result<Known, Fault> {
        self.expect_sign('<', OPEN)?;
        let order = match self.word.token {
            Token::Name("BE" | "BigEndian") => Endian::Big,
            Token::Name("LE" | "LittleEndian") => Endian::Little,
            _ => return Err(self.unexpected("`BE` or `LE`")),
        };
        self.take()?;
        self.expect_sign('>', CLOSE)?;
        let id = self.types.schema.ordered(scalar, order, true);
        self.added(start, id, Facts::LEAF)
    }

    /// `<32>`, after `CText`, `Text` and `Bytes`
    pub(super) fn bounded(&mut self, start: usize, name: &str) -> Result<Known, Fault> {
        const EXPECTED: &str = "a capacity in bytes, at least 1";
        const COUNTED: &str = "a capacity in bytes, 1 to 4294967295";
        self.expect_sign('<', OPEN)?;
        if self.word.token == Token::Number(0) {
            return Err(self.unexpected(EXPECTED));
        }
        let (id, facts) = match name {
            "CText" => {
                let capacity = self.number(EXPECTED)?;
                (self.types.schema.c_text(capacity), Facts::LEAF)
            }
            "Text" => {
                let capacity = self.number(COUNTED)?;
                (self.types.schema.text(capacity), Facts::COUNTED)
            }
            _ => {
                let capacity = self.number(COUNTED)?;
                (self.types.schema.bytes(capacity), Facts::COUNTED)
            }
        };
        self.expect_sign('>', CLOSE)?;
        self.added(start, id, facts)
    }

    /// `<Pose>` or `<Pose, 8>`, after `Latest`
    pub(super) fn latest(&mut self, start: usize) -> Result<Known, Fault> {
        let (value, facts) = self.versioned()?;
        let slots = if self.take_sign(',')? { self.slots()? } else { 4 };
        self.expect_sign('>', "`>`, or `,` and the number of slots")?;
        let id = self.types.schema.latest(value, slots);
        self.added(start, id, facts)
    }

    /// `<Event, 1024>`, after `Ring`
    pub(super) fn ring(&mut self, start: usize) -> Result<Known, Fault> {
        let (item, facts) = self.versioned()?;
        self.expect_sign(',', "`,` and the number of slots")?;
        let slots = self.slots()?;
        self.expect_sign('>', CLOSE)?;
        let id = self.types.schema.ring(item, slots);
        self.added(start, id, facts)
    }

    /// `<Pose`, a type of which versions are kept
    fn versioned(&mut self) -> Result<(TypeId, Facts), Fault> {
        self.expect_sign('<', OPEN)?;
        let start = self.word.start;
        let value = self.ty()?;
        let facts = value.facts.versioned().map_err(|fault| self.refused(start, fault))?;
        if self.types.schema.size_of(value.id) == 0 {
            return Err(self.refused(start, rules::EMPTY));
        }
        Ok((value.id, facts))
    }

    fn slots(&mut self) -> Result<u64, Fault> {
        const EXPECTED: &str = "the number of slots, at least 2: one to read, one to write";
        if matches!(self.word.token, Token::Number(0 | 1)) {
            return Err(self.unexpected(EXPECTED));
        }
        self.number(EXPECTED)
    }

    /// `<Job, 256>`, after `Queue`
    pub(super) fn queue(&mut self, start: usize) -> Result<Known, Fault> {
        const EXPECTED: &str = "how many values there is room for, at least 1";
        self.expect_sign('<', OPEN)?;
        let value_start = self.word.start;
        let value = self.ty()?;
        let facts = value.facts.queue().map_err(|fault| self.refused(value_start, fault))?;
        if self.types.schema.size_of(value.id) == 0 {
            return Err(self.refused(value_start, rules::NOTHING));
        }
        self.expect_sign(',', "`,` and how many values there is room for")?;
        if self.word.token == Token::Number(0) {
            return Err(self.unexpected(EXPECTED));
        }
        let capacity = self.number(EXPECTED)?;
        self.expect_sign('>', CLOSE)?;
        let id = self.types.schema.queue(value.id, capacity);
        self.added(start, id, facts)
    }

    /// `<Account>`, after `Mutex` and `Watched`
    pub(super) fn around(&mut self, start: usize, name: &str) -> Result<Known, Fault> {
        self.expect_sign('<', OPEN)?;
        let value_start = self.word.start;
        let Known { id, facts } = self.ty()?;
        let facts = if name == "Mutex" { facts.mutex() } else { facts.watched() };
        let facts = facts.map_err(|fault| self.refused(value_start, fault))?;
        self.expect_sign('>', CLOSE)?;
        let schema = &mut self.types.schema;
        let id = if name == "Mutex" { schema.mutex(id) } else { schema.watched(id) };
        self.added(start, id, facts)
    }

    /// `<str>`, `<[Pose]>` or `<Pose>`, after `Owned`
    pub(super) fn owned(&mut self, start: usize) -> Result<Known, Fault> {
        self.expect_sign('<', OPEN)?;
        let id = match self.kept()? {
            Some(value) => self.types.schema.owned(value),
            None => self.types.schema.owned_text(),
        };
        self.expect_sign('>', CLOSE)?;
        self.added(start, id, Facts::LIVE)
    }

    /// `<Step>`, after `Vec`
    pub(super) fn vector(&mut self, start: usize) -> Result<Known, Fault> {
        self.expect_sign('<', OPEN)?;
        let element_start = self.word.start;
        let element = self.ty()?;
        let facts = element.facts.vector().map_err(|fault| self.refused(element_start, fault))?;
        if self.types.schema.size_of(element.id) == 0 {
            return Err(self.refused(element_start, rules::UNCOUNTED));
        }
        self.expect_sign('>', CLOSE)?;
        let id = self.types.schema.tail_slice(element.id);
        self.added(start, id, facts)
    }

    /// `<Account>` or `<Account, 4>`, after `RwLock`
    pub(super) fn rwlock(&mut self, start: usize) -> Result<Known, Fault> {
        const EXPECTED: &str = "the number of seats, at least 1: one for each reader";
        self.expect_sign('<', OPEN)?;
        let value_start = self.word.start;
        let Known { id, facts } = self.ty()?;
        let facts = facts.mutex().map_err(|fault| self.refused(value_start, fault))?;
        let mut seats = 8;
        if self.take_sign(',')? {
            seats = self.at_least_one(EXPECTED)?;
        }
        self.expect_sign('>', "`>`, or `,` and the number of seats")?;
        let id = self.types.schema.rwlock(id, seats);
        self.added(start, id, facts)
    }

    /// `<3>`, after `Semaphore`
    pub(super) fn semaphore(&mut self, start: usize) -> Result<Known, Fault> {
        self.expect_sign('<', OPEN)?;
        let permits = self.at_least_one("the number of permits, at least 1")?;
        self.expect_sign('>', CLOSE)?;
        let id = self.types.schema.semaphore(permits);
        self.added(start, id, Facts::LIVE)
    }

    /// `<3>`, after `Barrier`
    pub(super) fn barrier(&mut self, start: usize) -> Result<Known, Fault> {
        self.expect_sign('<', OPEN)?;
        let members = self.at_least_one("the number of members, at least 1")?;
        self.expect_sign('>', CLOSE)?;
        let id = self.types.schema.barrier(members);
        self.added(start, id, Facts::LIVE)
    }

    /// `<Counters, 64>`, after `PerProcess`
    pub(super) fn per_process(&mut self, start: usize) -> Result<Known, Fault> {
        self.expect_sign('<', OPEN)?;
        let row_start = self.word.start;
        let row = self.ty()?;
        let facts = row.facts.rows().map_err(|fault| self.refused(row_start, fault))?;
        if self.types.schema.size_of(row.id) == 0 {
            return Err(self.refused(row_start, rules::NO_ROW));
        }
        self.expect_sign(',', "`,` and the number of rows")?;
        let rows = self.at_least_one("the number of rows, at least 1: one for each process")?;
        self.expect_sign('>', CLOSE)?;
        let schema = &mut self.types.schema;
        let id = match row.facts.own_fold {
            true => schema.per_process_with_own_fold(row.id, rows),
            false => schema.per_process(row.id, rows),
        };
        self.added(start, id, facts)
    }

    fn at_least_one(&mut self, expected: &'static str) -> Result<u64, Fault> {
        if self.word.token == Token::Number(0) {
            return Err(self.unexpected(expected));
        }
        self.number(expected)
    }

    /// `<u64, Pose>`, after `Map`; `str` and `[Pose]` may be either
    pub(super) fn map(&mut self, start: usize) -> Result<Known, Fault> {
        self.expect_sign('<', OPEN)?;
        let key = self.kept()?;
        self.expect_sign(',', "`,` and the type of the values")?;
        let value = self.kept()?;
        self.expect_sign('>', CLOSE)?;
        let id = self.types.schema.map(key, value);
        self.added(start, id, Facts::LIVE)
    }

    /// `str`, which is `None`, or a type of what is kept in the heap.
    fn kept(&mut self) -> Result<Option<TypeId>, Fault> {
        if self.word.token == Token::Name("str") {
            self.take()?;
            return Ok(None);
        }
        let start = self.word.start;
        let value = self.ty()?;
        value.facts.owned().map_err(|fault| self.refused(start, fault))?;
        let element = self.types.schema.element_of_slice(value.id).unwrap_or(value.id);
        if self.types.schema.size_of(element) == 0 {
            return Err(self.refused(start, rules::NO_VALUE));
        }
        Ok(Some(value.id))
    }

    /// Nothing, or `<T>`, after `PhantomData`
    pub(super) fn phantom(&mut self, start: usize) -> Result<Known, Fault> {
        if self.take_sign('<')? {
            self.ty()?;
            self.expect_sign('>', CLOSE)?;
        }
        let id = self.types.schema.marker();
        self.added(start, id, Facts::LEAF)
    }
}
