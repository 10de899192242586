//! From text to literals.

/// The deepest nesting of lists and structs: no value is deeper.
const DEPTH: usize = 128;

/// A value as written, before its type is known.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Literal {
    Word(String),
    Quoted(String),
    Character(char),
    Bytes(Vec<u8>),
    List(Vec<Self>),
    Struct(Vec<(String, Self)>),
}

/// Parses one value; the error is a sentence.
pub(super) fn parse(text: &str) -> Result<Literal, String> {
    let mut parser = Parser { rest: text, whole: text };
    let literal = parser.value(DEPTH)?;
    parser.skip_blanks();
    if parser.rest.is_empty() { Ok(literal) } else { Err(parser.fault("expected the end")) }
}

struct Parser<'a> {
    rest: &'a str,
    whole: &'a str,
}

impl Parser<'_> {
    fn value(&mut self, depth: usize) -> Result<Literal, String> {
        let Some(depth) = depth.checked_sub(1) else {
            return Err(self.fault("nested too deep for any type"));
        };
        self.skip_blanks();
        if self.take("[") {
            return self.sequence(']', |parser| parser.value(depth)).map(Literal::List);
        }
        if self.take("{") {
            return self.sequence('}', |parser| parser.field(depth)).map(Literal::Struct);
        }
        if self.take("b\"") {
            return self.bytes().map(Literal::Bytes);
        }
        if self.take("\"") {
            return self.quoted().map(Literal::Quoted);
        }
        if self.take("'") {
            return self.character();
        }
        self.word().map(Literal::Word)
    }

    /// Items between brackets, separated by commas.
    fn sequence<T>(
        &mut self,
        end: char,
        mut item: impl FnMut(&mut Self) -> Result<T, String>,
    ) -> Result<Vec<T>, String> {
        let mut items = Vec::new();
        loop {
            self.skip_blanks();
            if self.take(end.encode_utf8(&mut [0; 4])) {
                return Ok(items);
            }
            items.push(item(self)?);
            self.skip_blanks();
            if !self.take(",") && !self.rest.starts_with(end) {
                return Err(self.fault(&format!("expected `,` or `{end}`")));
            }
        }
    }

    fn field(&mut self, depth: usize) -> Result<(String, Literal), String> {
        let name = if self.take("\"") { self.quoted()? } else { self.word()? };
        self.skip_blanks();
        if !self.take(":") {
            return Err(self.fault("expected `:` after the name of a field"));
        }
        Ok((name, self.value(depth)?))
    }

    fn word(&mut self) -> Result<String, String> {
        let ends = |c: char| c.is_whitespace() || "[]{},:\"'".contains(c);
        let end = self.rest.find(ends).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        if word.is_empty() {
            return Err(self.fault("expected a value"));
        }
        self.rest = rest;
        Ok(word.to_owned())
    }

    /// The text before the closing quotation mark.
    fn quoted(&mut self) -> Result<String, String> {
        let bytes = self.bytes()?;
        String::from_utf8(bytes).map_err(|_| self.fault("this text is not UTF-8"))
    }

    /// The bytes of the text before the closing quotation mark.
    fn bytes(&mut self) -> Result<Vec<u8>, String> {
        let mut bytes = Vec::new();
        loop {
            match self.next() {
                None => return Err(self.fault("the closing `\"` is missing")),
                Some('"') => return Ok(bytes),
                Some('\\') => self.escape(&mut bytes)?,
                Some(c) => bytes.extend(c.encode_utf8(&mut [0; 4]).as_bytes()),
            }
        }
    }

    fn character(&mut self) -> Result<Literal, String> {
        let mut bytes = Vec::new();
        match self.next() {
            Some('\\') => self.escape(&mut bytes)?,
            Some(c) => bytes.extend(c.encode_utf8(&mut [0; 4]).as_bytes()),
            None => {}
        }
        let text = String::from_utf8(bytes).unwrap_or_default();
        let mut characters = text.chars();
        match (characters.next(), characters.next(), self.take("'")) {
            (Some(character), None, true) => Ok(Literal::Character(character)),
            _ => Err(self.fault("expected one character between two `'`")),
        }
    }

    /// An escape for a character or a byte.
    fn escape(&mut self, bytes: &mut Vec<u8>) -> Result<(), String> {
        let plain = match self.next() {
            Some('n') => b'\n',
            Some('r') => b'\r',
            Some('t') => b'\t',
            Some('b') => 8,
            Some('f') => 12,
            Some('0') => 0,
            Some(c @ ('\\' | '"' | '\'' | '/')) => c as u8,
            Some('x') => self.hexadecimal(2, "").ok_or_else(|| self.fault(ESCAPES))? as u8,
            Some('u') if self.take("{") => {
                let end = self.rest.find('}').unwrap_or(0);
                let found = self.hexadecimal(end, "}").and_then(char::from_u32);
                let found = found.ok_or_else(|| self.fault(ESCAPES))?;
                bytes.extend(found.encode_utf8(&mut [0; 4]).as_bytes());
                return Ok(());
            }
            Some('u') => {
                let found = self.utf16().ok_or_else(|| self.fault(ESCAPES))?;
                bytes.extend(found.encode_utf8(&mut [0; 4]).as_bytes());
                return Ok(());
            }
            _ => return Err(self.fault(ESCAPES)),
        };
        bytes.push(plain);
        Ok(())
    }

    /// A character in four hexadecimal digits or, as JSON writes those above U+FFFF, in two times four: `\ud83d\ude00`.
    fn utf16(&mut self) -> Option<char> {
        let first = self.hexadecimal(4, "")? as u16;
        let is_first_of_two = (0xd800..0xdc00).contains(&first);
        let second = if is_first_of_two && self.take("\\u") {
            Some(self.hexadecimal(4, "")? as u16)
        } else {
            None
        };
        char::decode_utf16(std::iter::once(first).chain(second)).next()?.ok()
    }

    fn hexadecimal(&mut self, digits: usize, end: &str) -> Option<u32> {
        let text = self.rest.get(..digits)?;
        if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        let number = u32::from_str_radix(text, 16).ok()?;
        self.rest = self.rest[digits..].strip_prefix(end)?;
        Some(number)
    }

    fn next(&mut self) -> Option<char> {
        let next = self.rest.chars().next()?;
        self.rest = &self.rest[next.len_utf8()..];
        Some(next)
    }

    fn take(&mut self, start: &str) -> bool {
        let rest = self.rest.strip_prefix(start);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn skip_blanks(&mut self) {
        self.rest = self.rest.trim_start();
    }

    fn fault(&self, expected: &str) -> String {
        format!("{expected}, at byte {}", self.whole.len() - self.rest.len())
    }
}

const ESCAPES: &str =
    r#"expected one of n, r, t, b, f, 0, \, /, ", ', x7f, u{1f600}, u00e9 after `\`"#;

#[cfg(test)]
mod tests {
    use super::Literal::{Bytes, Character, List, Quoted, Struct, Word};
    use super::*;

    fn word(text: &str) -> Literal {
        Word(text.to_owned())
    }

    #[test]
    fn lists_and_structs_are_written_as_they_are_displayed() {
        assert_eq!(parse(" [1, -2,3 ] "), Ok(List(vec![word("1"), word("-2"), word("3")])));
        assert_eq!(parse("[]"), Ok(List(vec![])));
        assert_eq!(parse("[1,]"), Ok(List(vec![word("1")])));
        let pose = parse("{ x: 1.5, on: [true], m: Idle }").unwrap();
        let fields = vec![
            ("x".to_owned(), word("1.5")),
            ("on".to_owned(), List(vec![word("true")])),
            ("m".to_owned(), word("Idle")),
        ];
        assert_eq!(pose, Struct(fields));
        assert_eq!(parse("{}"), Ok(Struct(vec![])));
    }

    #[test]
    fn quoted_text_has_escapes() {
        let text = r#""a, \"b\" \\ \n \x7f \u{e9} é""#;
        assert_eq!(parse(text), Ok(Quoted("a, \"b\" \\ \n \x7f é é".to_owned())));
        assert_eq!(parse(r#"b"\x00\xffa""#), Ok(Bytes(vec![0, 255, b'a'])));
        assert_eq!(parse(r"'\''"), Ok(Character('\'')));
        assert_eq!(parse("'é'"), Ok(Character('é')));
    }

    #[test]
    fn json_is_read_as_well() {
        let text = r#" {"x": 1.5e+3, "a b": [true, null], "t": "\/\b\f\u00e9\ud83d\ude00\u0000"} "#;
        let fields = vec![
            ("x".to_owned(), word("1.5e+3")),
            ("a b".to_owned(), List(vec![word("true"), word("null")])),
            ("t".to_owned(), Quoted("/\u{8}\u{c}é\u{1f600}\0".to_owned())),
        ];
        assert_eq!(parse(text), Ok(Struct(fields)));
    }

    #[test]
    fn an_invalid_value_is_refused_with_its_position() {
        for text in [
            "",
            " ",
            "[",
            "[1",
            "[1 2]",
            "[1,,2]",
            "]",
            "{",
            "{x}",
            "{x:}",
            "{x: 1",
            "{: 1}",
            "1 2",
            "\"",
            "\"a",
            "\"\\",
            "\"\\q\"",
            "\"\\x4\"",
            "\"\\xé\"",
            "\"\\u{}\"",
            "\"\\u{110000}\"",
            "\"\\u41\"",
            "\"\\ud83d\"",
            "\"\\ude00\"",
            "\"\\ud83d\\u0041\"",
            "{\"x\" 1}",
            "{\"x: 1}",
            "\"\\xff\"",
            "'",
            "''",
            "'ab'",
            "b\"",
            "a\"b\"",
            "[1]]",
        ] {
            let fault = parse(text).unwrap_err();
            assert!(fault.contains("at byte"), "{text}: {fault}");
        }
        assert!(parse(&"[".repeat(100_000)).unwrap_err().contains("deep"));
    }
}
