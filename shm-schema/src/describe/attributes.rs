//! The attributes before items and fields: doc comments and attributes, as in Rust.

use super::error::Fault;
use super::parse::Parser;
use super::token::{Token, unescaped};
use crate::layout::ScalarKind;
use crate::limits::MAX_ALIGN;
use crate::schema::is_name;

const FOLD: &str = "`fold = \"sum\"` or `fold = \"own\"`";

/// The attributes before an item or a field.
#[derive(Default)]
pub(super) struct Attributes {
    pub(super) doc: String,
    pub(super) unit: String,
    /// Former names of the field.
    pub(super) aliases: Vec<String>,
    /// The field that guards the field.
    pub(super) guard: String,
    /// Whether the numbers of the field only grow.
    pub(super) counter: bool,
    /// Whether code of the struct folds rows of it.
    pub(super) own_fold: bool,
    pub(super) align: Option<u32>,
    pub(super) repr: Option<ScalarKind>,
}

impl Parser<'_, '_> {
    /// Reads doc comments, and attributes with these names.
    pub(super) fn attributes(&mut self, allowed: &[&str]) -> Result<Attributes, Fault> {
        let (mut attributes, mut lines) = (Attributes::default(), Vec::new());
        loop {
            match self.word.token {
                Token::Doc(line) => {
                    lines.push(line);
                    self.take()?;
                }
                Token::Sign('#') => {
                    self.take()?;
                    self.expect_sign('[', "`[`")?;
                    self.attribute(allowed, &mut attributes)?;
                    self.expect_sign(']', "`]`")?;
                }
                _ => break,
            }
        }
        attributes.doc = lines.join("\n").trim().to_owned();
        Ok(attributes)
    }

    fn attribute(&mut self, allowed: &[&str], attributes: &mut Attributes) -> Result<(), Fault> {
        match self.word.token {
            Token::Name("repr") if allowed.contains(&"repr") => {
                self.take()?;
                self.expect_sign('(', "`(`")?;
                while !self.take_sign(')')? {
                    self.repr(attributes)?;
                    self.take_sign(',')?;
                }
                Ok(())
            }
            Token::Name("shm") if allowed.contains(&"shm") => {
                self.take()?;
                self.expect_sign('(', "`(`")?;
                while !self.take_sign(')')? {
                    self.field_option(attributes)?;
                    self.take_sign(',')?;
                }
                Ok(())
            }
            Token::Name("shm") if allowed.contains(&"fold") => {
                self.take()?;
                self.expect_sign('(', FOLD)?;
                self.fold(attributes)?;
                self.take_sign(',')?;
                self.expect_sign(')', "`)`")
            }
            // Derives matter to Rust only.
            Token::Name("derive") if allowed.contains(&"derive") => {
                self.take()?;
                self.skip_parentheses()
            }
            _ => Err(self.unexpected(if allowed.contains(&"repr") {
                "`repr(C)`, `repr(C, align(..))`, an enum's `repr(u8)`, `shm(fold = \"sum\")` or `shm(fold = \"own\")`"
            } else if allowed.contains(&"shm") {
                "`shm(unit = \"..\")`, `shm(alias = \"..\")`, `shm(guarded_by = \"..\")` or `shm(counter)`"
            } else {
                "a variant, which has no attributes"
            })),
        }
    }

    /// `C`, `align(64)` or `u8`
    fn repr(&mut self, attributes: &mut Attributes) -> Result<(), Fault> {
        const ALIGN: &str = "a power of two, at most 4096";
        const _: () = assert!(MAX_ALIGN == 4096);
        match self.word.token {
            Token::Name("C") => self.take().map(drop),
            Token::Name("align") => {
                self.take()?;
                self.expect_sign('(', "`(`")?;
                let wrong = self.unexpected(ALIGN);
                let align: u32 = self.number(ALIGN)?;
                if !align.is_power_of_two() || align > MAX_ALIGN {
                    return Err(wrong);
                }
                attributes.align = Some(align);
                self.expect_sign(')', "`)`")
            }
            _ => {
                attributes.repr = Some(self.integer()?);
                Ok(())
            }
        }
    }

    /// `fold = "sum"`, as in Rust; or `fold = "own"`, if programs have code for it, an `impl Fold` in Rust
    fn fold(&mut self, attributes: &mut Attributes) -> Result<(), Fault> {
        if self.word.token != Token::Name("fold") {
            return Err(self.unexpected(FOLD));
        }
        self.take()?;
        self.expect_sign('=', "`=`")?;
        attributes.own_fold = match self.word.token {
            Token::Text("sum") => false,
            Token::Text("own") => true,
            _ => {
                return Err(
                    self.unexpected("`\"sum\"`, or `\"own\"` for what only its programs can do")
                );
            }
        };
        self.take().map(drop)
    }

    /// `unit = "°C"`, `alias = "temp"`, `guarded_by = "lock"` or `counter`
    fn field_option(&mut self, attributes: &mut Attributes) -> Result<(), Fault> {
        let option = match self.word.token {
            Token::Name(option @ ("unit" | "alias" | "guarded_by")) => option,
            Token::Name("counter") => {
                attributes.counter = true;
                return self.take().map(drop);
            }
            _ => {
                let expected =
                    "`unit = \"..\"`, `alias = \"..\"`, `guarded_by = \"..\"` or `counter`";
                return Err(self.unexpected(expected));
            }
        };
        self.take()?;
        self.expect_sign('=', "`=`")?;
        let Token::Text(text) = self.word.token else {
            return Err(self.unexpected("text in quotation marks"));
        };
        if option == "alias" && !is_name(text) {
            return Err(self.unexpected("the field's former name, in quotation marks"));
        }
        match option {
            "alias" => attributes.aliases.push(text.to_owned()),
            "guarded_by" => attributes.guard = text.to_owned(),
            _ => attributes.unit = unescaped(text),
        }
        self.take().map(drop)
    }

    /// `pub` or `pub(crate)`, which matters to Rust only.
    pub(super) fn skip_visibility(&mut self) -> Result<(), Fault> {
        if self.word.token == Token::Name("pub") {
            self.take()?;
            self.skip_parentheses()?;
        }
        Ok(())
    }

    /// `(..)`, if that is next.
    pub(super) fn skip_parentheses(&mut self) -> Result<(), Fault> {
        if self.take_sign('(')? {
            while !self.take_sign(')')? {
                if self.word.token == Token::End {
                    return Err(self.unexpected("`)`"));
                }
                self.take()?;
            }
        }
        Ok(())
    }
}
