//! Structs and enums in a text: named ones, as in Rust, and inline ones.

use std::collections::HashSet;

use super::attributes::Attributes;
use super::error::Fault;
use super::names;
use super::parse::{Known, Parser, Types};
use super::rules::Facts;
use super::token::Token;
use crate::layout::ScalarKind;
use crate::schema::{EnumType, StructField, StructType, TypeTextFault, fits};

/// Reads the definitions in a text, at least one.
pub(super) fn define(text: &str, types: &mut Types) -> Result<(), Fault> {
    let mut parser = Parser::of(text, types)?;
    loop {
        parser.item()?;
        if parser.word.token == Token::End {
            return Ok(());
        }
    }
}

/// The fields of a struct.
struct Parts {
    fields: Vec<StructField>,
    facts: Facts,
    /// The largest alignment.
    align: u32,
    /// Their names, to detect duplicates.
    names: HashSet<String>,
}

/// Items.
impl<'t> Parser<'t, '_> {
    /// `struct Pose { x: f64, y: f64 }` or `enum Mode: u8 { Idle, Busy }`
    fn item(&mut self) -> Result<(), Fault> {
        let attributes = self.attributes(&["repr", "derive", "fold"])?;
        self.skip_visibility()?;
        let is_struct = match self.word.token {
            Token::Name("struct") => true,
            Token::Name("enum") => false,
            _ => return Err(self.unexpected("`struct` or `enum`")),
        };
        self.take()?;
        let at = self.word.start;
        let name = self.name("the name of the new type")?;
        if names::is_taken(name) || self.types.named.contains_key(name) {
            return Err(Fault::new(at, TypeTextFault::NameTaken { name: name.to_owned() }));
        }
        let known = match is_struct {
            true => self.structure(at, name, &attributes)?,
            false => {
                let repr = self.repr_of(&attributes)?;
                self.variants(at, name, &attributes.doc, repr)?
            }
        };
        self.types.named.insert(name.to_owned(), known);
        Ok(())
    }

    fn structure(
        &mut self,
        at: usize,
        name: &str,
        attributes: &Attributes,
    ) -> Result<Known, Fault> {
        let mut parts = if self.take_sign('(')? {
            self.tuple_fields()?
        } else {
            self.expect_sign('{', "`{` and the fields")?;
            self.fields()?
        };
        parts.facts.own_fold |= attributes.own_fold;
        self.take_sign(';')?;
        let align = parts.align.max(attributes.align.unwrap_or(1));
        self.add_struct(at, StructType::new(name).with_doc(&*attributes.doc).align(align), parts)
    }

    /// `{ x: f64, y: f64 }`
    pub(super) fn inline_struct(&mut self) -> Result<Known, Fault> {
        let at = self.take()?.start;
        let parts = self.fields()?;
        self.add_struct(at, StructType::new("struct"), parts)
    }

    fn add_struct(&mut self, at: usize, ty: StructType, parts: Parts) -> Result<Known, Fault> {
        let ty = parts.fields.into_iter().fold(ty, StructType::field);
        let id = self.types.schema.structure(ty);
        self.added(at, id, parts.facts)
    }

    /// Reads the fields, and the closing brace after them.
    fn fields(&mut self) -> Result<Parts, Fault> {
        let mut parts = Parts::new();
        loop {
            let attributes = self.attributes(&["shm"])?;
            let (at, name) = self.field_name()?;
            self.expect_sign(':', "`:` and the field's type")?;
            self.field(&mut parts, at, name.to_owned(), &attributes)?;
            if self.ends_list('}')? {
                return Ok(parts);
            }
        }
    }

    /// Reads the fields of a tuple struct, and the closing parenthesis after them.
    fn tuple_fields(&mut self) -> Result<Parts, Fault> {
        let mut parts = Parts::new();
        loop {
            let attributes = self.attributes(&["shm"])?;
            self.skip_visibility()?;
            let name = parts.fields.len().to_string();
            self.field(&mut parts, self.word.start, name, &attributes)?;
            if self.ends_list(')')? {
                return Ok(parts);
            }
        }
    }

    /// Reads a field's name, and returns it with its position. `pub` is a name if a colon follows.
    fn field_name(&mut self) -> Result<(usize, &'t str), Fault> {
        const EXPECTED: &str = "a field, such as `x: f64`";
        let at = self.word.start;
        let name = self.name(EXPECTED)?;
        if name != "pub" || self.word.token == Token::Sign(':') {
            return Ok((at, name));
        }
        self.skip_parentheses()?;
        let at = self.word.start;
        Ok((at, self.name(EXPECTED)?))
    }

    fn field(
        &mut self,
        parts: &mut Parts,
        at: usize,
        name: String,
        attributes: &Attributes,
    ) -> Result<(), Fault> {
        if !parts.names.insert(name.clone()) {
            let what = format!("field `{name}`");
            return Err(Fault::new(at, TypeTextFault::Twice { what }));
        }
        let start = self.word.start;
        let Known { id, facts } = self.ty()?;
        parts.facts = parts.facts.with_field(facts).map_err(|fault| self.refused(start, fault))?;
        parts.align = parts.align.max(self.types.schema.align_of(id));
        let field = StructField::new(name, id);
        let field = field.with_notes(&*attributes.doc, &*attributes.unit);
        let field = field.with_guard(&*attributes.guard).with_counter(attributes.counter);
        parts.fields.push(attributes.aliases.iter().fold(field, StructField::with_alias));
        Ok(())
    }

    /// Reads what separates the elements of a list, and returns whether the list ends there.
    fn ends_list(&mut self, close: char) -> Result<bool, Fault> {
        let comma = self.take_sign(',')?;
        let ends = self.take_sign(close)?;
        if comma || ends {
            return Ok(ends);
        }
        Err(self.unexpected(if close == ')' { "`,` or `)`" } else { "`,` or `}`" }))
    }
}

impl Parts {
    fn new() -> Self {
        Self { fields: Vec::new(), facts: Facts::LEAF, align: 1, names: HashSet::new() }
    }
}

/// Enums.
impl Parser<'_, '_> {
    /// `enum u8 { Idle = 0, Busy }`
    pub(super) fn inline_enum(&mut self) -> Result<Known, Fault> {
        let at = self.take()?.start;
        let repr = self.integer()?;
        self.variants(at, "enum", "", repr)
    }

    /// `: u8`, unless there was a `#[repr(u8)]` above.
    fn repr_of(&mut self, attributes: &Attributes) -> Result<ScalarKind, Fault> {
        if let Some(repr) = attributes.repr {
            return Ok(repr);
        }
        self.expect_sign(':', "`:` and the integer that holds it, as in `enum Mode: u8 { .. }`")?;
        self.integer()
    }

    /// `{ Idle = 0, Busy }`
    fn variants(
        &mut self,
        at: usize,
        name: &str,
        doc: &str,
        repr: ScalarKind,
    ) -> Result<Known, Fault> {
        self.expect_sign('{', "`{` and the variants")?;
        let mut ty = EnumType::new(name, repr).with_doc(doc);
        let (mut variants, mut values, mut next) = (HashSet::new(), HashSet::new(), 0);
        loop {
            self.attributes(&[])?;
            let at = self.word.start;
            let variant = self.name("a variant, such as `Idle = 0`")?;
            let value = if self.take_sign('=')? { self.discriminant()? } else { next };
            let twice = |what| Err(Fault::new(at, TypeTextFault::Twice { what }));
            if !fits(value, repr) {
                let fault = TypeTextFault::Discriminant { value, repr: repr.name() };
                return Err(Fault::new(at, fault));
            }
            if !variants.insert(variant) {
                return twice(format!("variant `{variant}`"));
            }
            if !values.insert(value) {
                return twice(format!("value {value}"));
            }
            ty = ty.variant(variant, value);
            next = value + 1;
            if self.ends_list('}')? {
                break;
            }
        }
        let id = self.types.schema.enumeration(ty);
        self.added(at, id, Facts::LEAF)
    }

    fn discriminant(&mut self) -> Result<i128, Fault> {
        let negative = self.take_sign('-')?;
        let number: i128 = self.number("the variant's value")?;
        Ok(if negative { -number } else { number })
    }
}
