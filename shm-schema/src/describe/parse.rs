//! Parses the text of a type.

use std::collections::BTreeMap;

use super::error::Fault;
use super::names::{self, LARGEST};
use super::rules::{self, Facts};
use super::token::{Token, Word, Words};
use crate::layout::Endian;
use crate::limits::MAX_DEPTH;
use crate::schema::{SchemaBuilder, TypeId, TypeTextFault};

/// The types so far: all of them, and those that have a name.
#[derive(Clone, Debug, Default)]
pub(super) struct Types {
    pub(super) schema: SchemaBuilder,
    pub(super) named: BTreeMap<String, Known>,
}

/// A type, and where it can be used.
#[derive(Clone, Copy, Debug)]
pub(super) struct Known {
    pub(super) id: TypeId,
    pub(super) facts: Facts,
}

/// Reads one text.
pub(super) struct Parser<'t, 'd> {
    pub(super) types: &'d mut Types,
    text: &'t str,
    words: Words<'t>,
    /// The word that is read next.
    pub(super) word: Word<'t>,
    /// Where the last word ended.
    last_end: usize,
    depth: u32,
}

/// Reads the text of one type.
pub(super) fn whole_type(text: &str, types: &mut Types) -> Result<Known, Fault> {
    let mut parser = Parser::of(text, types)?;
    let known = parser.ty()?;
    match parser.word.token {
        Token::End => Ok(known),
        _ => Err(parser.unexpected("the end")),
    }
}

/// Words.
impl<'t, 'd> Parser<'t, 'd> {
    pub(super) fn of(text: &'t str, types: &'d mut Types) -> Result<Self, Fault> {
        let mut words = Words::of(text);
        let word = words.next()?;
        Ok(Self { types, text, words, word, last_end: 0, depth: 0 })
    }

    /// Takes the next word.
    pub(super) fn take(&mut self) -> Result<Word<'t>, Fault> {
        let next = self.words.next()?;
        self.last_end = self.word.end;
        Ok(std::mem::replace(&mut self.word, next))
    }

    /// Takes a sign, if that is next.
    pub(super) fn take_sign(&mut self, sign: char) -> Result<bool, Fault> {
        let there = self.word.token == Token::Sign(sign);
        if there {
            self.take()?;
        }
        Ok(there)
    }

    pub(super) fn expect_sign(&mut self, sign: char, expected: &'static str) -> Result<(), Fault> {
        if self.take_sign(sign)? { Ok(()) } else { Err(self.unexpected(expected)) }
    }

    pub(super) fn name(&mut self, expected: &'static str) -> Result<&'t str, Fault> {
        let Token::Name(name) = self.word.token else { return Err(self.unexpected(expected)) };
        self.take()?;
        Ok(name)
    }

    pub(super) fn number<N: TryFrom<u128>>(&mut self, expected: &'static str) -> Result<N, Fault> {
        let Token::Number(number) = self.word.token else { return Err(self.unexpected(expected)) };
        let number = N::try_from(number).map_err(|_| self.unexpected(expected))?;
        self.take()?;
        Ok(number)
    }

    pub(super) fn unexpected(&self, expected: &'static str) -> Fault {
        Fault::unexpected(self.word.start, &self.word.token.shown(), expected)
    }

    /// A fault of the type whose text is from `start` up to the last word taken.
    pub(super) fn refused(&self, start: usize, fault: rules::Fault) -> Fault {
        Fault::new(start, fault.refused(self.since(start)))
    }

    fn since(&self, start: usize) -> String {
        self.text[start..self.last_end].to_owned()
    }

    /// Checks that a type that was just added is within the limits of a schema.
    pub(super) fn added(&self, start: usize, id: TypeId, facts: Facts) -> Result<Known, Fault> {
        if self.types.schema.depth_of(id) > MAX_DEPTH {
            return Err(Fault::new(start, TypeTextFault::TooDeep { limit: MAX_DEPTH }));
        }
        if self.types.schema.size_of(id) > LARGEST {
            let found = self.since(start);
            return Err(Fault::new(start, TypeTextFault::TooLarge { found }));
        }
        Ok(Known { id, facts })
    }
}

const A_TYPE: &str = "a type, such as `f64`, `[u32; 16]` or `Latest<Pose>`";

/// Types.
impl Parser<'_, '_> {
    pub(super) fn ty(&mut self) -> Result<Known, Fault> {
        // Recursion is bounded: nesting in the text is nesting in the schema, whose depth is limited.
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(Fault::new(self.word.start, TypeTextFault::TooDeep { limit: MAX_DEPTH }));
        }
        let known = match self.word.token {
            Token::Sign('[') => self.array(),
            Token::Sign('{') => self.inline_struct(),
            Token::Sign('(') => self.nothing(),
            Token::Name("enum") => self.inline_enum(),
            Token::Name(_) => self.named(),
            _ => Err(self.unexpected(A_TYPE)),
        };
        self.depth -= 1;
        known
    }

    /// `[T; N]` or `[T]`
    fn array(&mut self) -> Result<Known, Fault> {
        let start = self.take()?.start;
        let element_start = self.word.start;
        let element = self.ty()?;
        let is_array = self.word.token == Token::Sign(';');
        let facts = if is_array { element.facts.array() } else { element.facts.slice() };
        let facts = facts.map_err(|fault| self.refused(element_start, fault))?;
        if self.take_sign(';')? {
            let len = self.number("the number of elements")?;
            self.expect_sign(']', "`]`")?;
            let id = self.types.schema.array(element.id, len);
            return self.added(start, id, facts);
        }
        self.expect_sign(']', "`]`, or `;` and the number of elements")?;
        let id = self.types.schema.slice(element.id);
        self.added(start, id, facts)
    }

    /// `()`
    fn nothing(&mut self) -> Result<Known, Fault> {
        let start = self.take()?.start;
        self.expect_sign(
            ')',
            "`)`; tuples are not supported, use a struct, such as `{ x: f64, y: f64 }`",
        )?;
        let id = self.types.schema.marker();
        self.added(start, id, Facts::LEAF)
    }

    fn named(&mut self) -> Result<Known, Fault> {
        let start = self.word.start;
        let name = self.name(A_TYPE)?;
        match name {
            "NonZero" => self.non_zero(start, false),
            "Option" => self.option(start),
            "Be" => self.ordered(start, Endian::Big),
            "Le" => self.ordered(start, Endian::Little),
            "CText" | "Text" | "Bytes" => self.bounded(start, name),
            "Latest" => self.latest(start),
            "Queue" => self.queue(start),
            "Ring" => self.ring(start),
            "Owned" => self.owned(start),
            "Map" => self.map(start),
            "Mutex" | "Watched" => self.around(start, name),
            "RwLock" => self.rwlock(start),
            "Semaphore" => self.semaphore(start),
            "Barrier" => self.barrier(start),
            "PerProcess" => self.per_process(start),
            "Event" => {
                let id = self.types.schema.event();
                self.added(start, id, Facts::LIVE)
            }
            "Once" => {
                let id = self.types.schema.once();
                self.added(start, id, Facts::LIVE)
            }
            "String" => {
                let id = self.types.schema.tail_text();
                self.added(start, id, Facts::CONTENTS)
            }
            "Vec" => self.vector(start),
            "PhantomData" => self.phantom(start),
            _ => self.word_of_its_own(start, name),
        }
    }

    fn word_of_its_own(&mut self, start: usize, name: &str) -> Result<Known, Fault> {
        if let Some(scalar) = names::scalar(name) {
            let id = self.types.schema.scalar(scalar);
            let facts = if scalar.size() > 8 { Facts::WIDE } else { Facts::LEAF };
            return self.added(start, id, facts);
        }
        if let Some(scalar) = names::non_zero(name) {
            let id = self.types.schema.non_zero(scalar, false);
            return self.added(start, id, Facts::LEAF);
        }
        if let Some(scalar) = names::packed(name) {
            return self.packed(start, scalar);
        }
        self.types.named.get(name).copied().ok_or_else(|| {
            let help = names::help(name, self.types.named.keys().map(String::as_str));
            Fault::new(start, TypeTextFault::UnknownType { name: name.to_owned(), help })
        })
    }
}
