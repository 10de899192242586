//! The words of a type's text.

use super::error::Fault;
use crate::schema::{TypeTextFault, excerpt, identifier_len};

/// A word, and where it starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Word<'t> {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) token: Token<'t>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token<'t> {
    /// A name, without `r#`.
    Name(&'t str),
    /// A whole number without a sign.
    Number(u128),
    /// The text between quotation marks, in which `\"` and `\\` are a quotation mark and a backslash:
    /// [`unescaped`] has it without those.
    Text(&'t str),
    /// A doc comment's line.
    Doc(&'t str),
    Sign(char),
    End,
}

/// Splits a text into words.
#[derive(Clone, Debug)]
pub(super) struct Words<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Words<'t> {
    pub(super) fn of(text: &'t str) -> Self {
        Self { text, at: 0 }
    }

    /// Returns the next word; at the end, `End` every time.
    pub(super) fn next(&mut self) -> Result<Word<'t>, Fault> {
        self.skip_blanks();
        let start = self.at;
        let rest = &self.text[start..];
        let Some(first) = rest.chars().next() else {
            return Ok(Word { start, end: start, token: Token::End });
        };
        let (len, token) = match first {
            '/' if rest.starts_with("///") => doc(rest),
            '"' => quoted(rest, start)?,
            '0'..='9' => number(rest, start)?,
            'r' if rest.starts_with("r#") && identifier_len(&rest[2..]) > 0 => {
                let len = 2 + identifier_len(&rest[2..]);
                (len, Token::Name(&rest[2..len]))
            }
            _ => match identifier_len(rest) {
                0 => (first.len_utf8(), Token::Sign(first)),
                len => (len, Token::Name(&rest[..len])),
            },
        };
        self.at = start + len;
        Ok(Word { start, end: self.at, token })
    }

    /// Skips white space and comments other than doc comments.
    fn skip_blanks(&mut self) {
        loop {
            let rest = self.text[self.at..].trim_start();
            self.at = self.text.len() - rest.len();
            if !rest.starts_with("//") || rest.starts_with("///") {
                return;
            }
            self.at += rest.find('\n').unwrap_or(rest.len());
        }
    }
}

fn doc(text: &str) -> (usize, Token<'_>) {
    let len = text.find('\n').unwrap_or(text.len());
    let line = text[3..len].trim_end();
    (len, Token::Doc(line.strip_prefix(' ').unwrap_or(line)))
}

fn quoted(text: &str, start: usize) -> Result<(usize, Token<'_>), Fault> {
    let content = &text[1..];
    let mut at = 0;
    while let Some(found) = content[at..].find(['"', '\\']) {
        at += found;
        if content[at..].starts_with('"') {
            return Ok((at + 2, Token::Text(&content[..at])));
        }
        if !content[at + 1..].starts_with(['"', '\\']) {
            let expected = "no escapes but `\\\"` and `\\\\`";
            return Err(Fault::unexpected(start + 1 + at, "`\\`", expected));
        }
        at += 2;
    }
    Err(Fault::unexpected(start + text.len(), "the end", "the closing `\"`"))
}

/// A text between quotation marks, without its escapes.
pub(super) fn unescaped(text: &str) -> String {
    let (mut plain, mut chars) = (String::new(), text.chars());
    while let Some(c) = chars.next() {
        plain.extend(if c == '\\' { chars.next() } else { Some(c) });
    }
    plain
}

/// Reads digits, with optional `_` between them and an optional `0x`, `0o` or `0b` before them.
fn number(text: &str, start: usize) -> Result<(usize, Token<'_>), Fault> {
    let len =
        text.find(|c: char| c != '_' && !unicode_ident::is_xid_continue(c)).unwrap_or(text.len());
    let (radix, digits) = match text.get(..2) {
        Some("0x") => (16, &text[2..len]),
        Some("0o") => (8, &text[2..len]),
        Some("0b") => (2, &text[2..len]),
        _ => (10, &text[..len]),
    };
    let number = u128::from_str_radix(&digits.replace('_', ""), radix);
    let fault = || TypeTextFault::Number { found: text[..len].to_owned() };
    number.map(|number| (len, Token::Number(number))).map_err(|_| Fault::new(start, fault()))
}

/// Tokens as messages name them.
impl Token<'_> {
    pub(super) fn shown(self) -> String {
        match self {
            Self::Name(name) => format!("`{}`", excerpt(name, 0)),
            Self::Number(number) => format!("`{number}`"),
            Self::Text(text) => format!("\"{}\"", excerpt(text, 0)),
            Self::Doc(_) => "a doc comment".to_owned(),
            Self::Sign(sign) => format!("`{}`", sign.escape_debug()),
            Self::End => "the end".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(text: &str) -> Vec<Token<'_>> {
        let mut words = Words::of(text);
        let mut tokens = Vec::new();
        loop {
            match words.next().unwrap().token {
                Token::End => return tokens,
                token => tokens.push(token),
            }
        }
    }

    #[test]
    fn a_text_is_names_numbers_texts_docs_and_signs() {
        use Token::{Doc, Name, Number, Sign, Text};
        assert_eq!(
            tokens("/// In m.\n// aside\nr#type:[größe;1_000],0xFf \"°C\"///x"),
            [
                Doc("In m."),
                Name("type"),
                Sign(':'),
                Sign('['),
                Name("größe"),
                Sign(';'),
                Number(1000),
                Sign(']'),
                Sign(','),
                Number(255),
                Text("°C"),
                Doc("x"),
            ]
        );
    }

    #[test]
    fn a_quotation_mark_in_a_text_is_escaped() {
        let tokens = tokens(r#""5\" \\" x"#);
        assert_eq!(tokens, [Token::Text(r#"5\" \\"#), Token::Name("x")]);
        assert_eq!(unescaped(r#"5\" \\"#), r#"5" \"#);
    }

    #[test]
    fn text_that_is_not_a_word_is_refused() {
        for text in ["1x", "0x", "\"a", "\"a\\n\"", "340282366920938463463374607431768211456"] {
            assert!(Words::of(text).next().is_err(), "{text}");
        }
    }
}
