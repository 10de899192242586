//! Descriptions of fields on the command line: `samples:[u32; 16]`, `mode:enum u8 { Off, On }=On`.

use std::str::FromStr;

use crate::assignment::Assignment;

/// The description of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FieldText {
    pub(crate) name: String,
    pub(crate) type_text: String,
    /// Its initial value.
    value: Option<String>,
}

impl FromStr for FieldText {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let expected = "expected NAME:TYPE or NAME:TYPE=VALUE";
        let (name, rest) = text.split_once(':').ok_or(expected)?;
        let (type_text, value) = match end_of_type(rest) {
            Some(at) => (&rest[..at], Some(rest[at + 1..].to_owned())),
            None => (rest, None),
        };
        let (name, type_text) = (name.trim().to_owned(), type_text.trim().to_owned());
        if type_text.is_empty() { Err(expected) } else { Ok(Self { name, type_text, value }) }
    }
}

impl FieldText {
    /// The field's initial value, if there is one.
    pub(crate) fn assignment(&self) -> Option<Assignment> {
        self.value.as_ref().map(|value| Assignment::of(&self.name, value))
    }
}

/// Advice on a type that is written as in C or Java, `u16[64]`.
pub(crate) fn advice_on(type_text: &str) -> Option<String> {
    let (element, rest) = type_text.trim().split_once('[')?;
    let count = rest.strip_suffix(']')?.trim();
    let is_name = !element.is_empty() && element.chars().all(|c| c.is_alphanumeric() || c == '_');
    let is_count = count.chars().all(|c| c.is_ascii_digit());
    let array =
        if count.is_empty() { format!("[{element}]") } else { format!("[{element}; {count}]") };
    (is_name && is_count).then(|| format!("write `{array}`"))
}

/// The structs and enums in a Rust source, without everything else in it.
pub(crate) fn definitions_in(source: &str) -> String {
    let mut found = String::new();
    for item in items(source) {
        let mut rest = item;
        let mut kept = String::new();
        loop {
            rest = rest.trim_start();
            let end = if rest.starts_with("///") {
                rest.find('\n').map_or(rest.len(), |at| at + 1)
            } else if rest.starts_with("//") {
                rest = &rest[rest.find('\n').unwrap_or(rest.len())..];
                continue;
            } else if rest.starts_with("/*") {
                rest = &rest[rest.find("*/").map_or(rest.len(), |at| at + 2)..];
                continue;
            } else if rest.starts_with('#') {
                rest.find(']').map_or(rest.len(), |at| at + 1)
            } else {
                break;
            };
            let (start, after) = rest.split_at(end);
            if start.starts_with("///")
                || start.starts_with("#[repr")
                || start.starts_with("#[derive")
            {
                kept.push_str(start);
            }
            rest = after;
        }
        let bare = match rest.strip_prefix("pub") {
            Some(rest) if rest.starts_with('(') => &rest[rest.find(')').map_or(0, |at| at + 1)..],
            Some(rest) if rest.starts_with(char::is_whitespace) => rest,
            _ => rest,
        };
        let mut words = bare.split_whitespace();
        let is_type = matches!(words.next(), Some("struct" | "enum"));
        // One with parameters is not one type.
        let is_one = words.next().is_some_and(|name| !name.contains('<'));
        if is_type && is_one {
            found.push_str(&kept);
            found.push_str(rest);
            found.push('\n');
        }
    }
    found
}

/// The items of a Rust source: each ends in a `;` or in a `}` that no brace is around.
fn items(source: &str) -> Vec<&str> {
    let (mut items, mut start, mut depth, mut at) = (Vec::new(), 0, 0_i32, 0);
    let bytes = source.as_bytes();
    while at < bytes.len() {
        let rest = &source[at..];
        let skipped = match bytes[at] {
            b'/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            b'/' if rest.starts_with("/*") => rest.find("*/").map_or(rest.len(), |end| end + 2),
            b'"' => quoted(rest),
            b'\'' => character(rest),
            _ => 1,
        };
        match bytes[at] {
            b'{' | b'(' | b'[' => depth += 1,
            b'}' | b')' | b']' => depth -= 1,
            _ => {}
        }
        let ends = matches!(bytes[at], b';' | b'}') && depth == 0;
        at += skipped;
        while !source.is_char_boundary(at) {
            at += 1;
        }
        if ends {
            items.push(&source[start..at]);
            start = at;
        }
    }
    items
}

/// The length of a text in quotation marks.
fn quoted(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// The length of a character, or of the start of a lifetime.
fn character(text: &str) -> usize {
    let mut characters = text.char_indices().skip(1);
    match (characters.next(), characters.next(), characters.next()) {
        (Some((_, '\\')), _, Some((at, _))) => text[at..].find('\'').map_or(1, |end| at + end + 1),
        (Some(_), Some((at, '\'')), _) => at + 1,
        _ => 1,
    }
}

/// The offset of the `=` after a type: not one between braces, which belongs to a variant.
fn end_of_type(text: &str) -> Option<usize> {
    let mut depth = 0_i32;
    for (at, character) in text.char_indices() {
        match character {
            '{' | '[' | '(' | '<' => depth += 1,
            '}' | ']' | ')' | '>' => depth -= 1,
            '=' if depth <= 0 => return Some(at),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Option<(String, String, Option<String>)> {
        let FieldText { name, type_text, value } = text.parse().ok()?;
        Some((name, type_text, value))
    }

    fn expected(
        name: &str,
        type_text: &str,
        value: Option<&str>,
    ) -> Option<(String, String, Option<String>)> {
        Some((name.to_owned(), type_text.to_owned(), value.map(str::to_owned)))
    }

    #[test]
    fn an_array_that_is_written_as_in_c_is_answered_with_that_of_rust() {
        assert_eq!(advice_on("u16[64]").as_deref(), Some("write `[u16; 64]`"));
        assert_eq!(advice_on("u8[]").as_deref(), Some("write `[u8]`"));
        assert_eq!(advice_on("[u8]"), None);
        assert_eq!(advice_on("Map<u8[2], u8>"), None);
    }

    #[test]
    fn the_structs_and_enums_of_a_source_are_found_among_everything_else() {
        let source = r#"
            //! A file; with { a brace.
            use std::fmt;
            const BRACE: char = '{';
            const TEXT: &str = "struct No { x: u8 }";
            /// A pose.
            #[derive(SharedLayout)] #[must_use]
            #[repr(C)]
            pub(crate) struct Pose { /* metres { */ x: f64, y: f64 }
            impl<'a> fmt::Display for Pose { fn fmt(&self) -> u8 { struct No { x: u8 } 0 } }
            struct Wrapper<T> { value: T }
            #[repr(u8)] enum Mode { Idle, Busy }
            pub struct Pair(pub u8, u8);
            fn main() { let _ = "}"; }
        "#;
        let found = definitions_in(source);
        let words: Vec<_> = found.split_whitespace().collect();
        assert_eq!(
            words.join(" "),
            "/// A pose. #[derive(SharedLayout)]#[repr(C)]pub(crate) struct Pose { /* metres { */ x: f64, y: f64 } \
             #[repr(u8)]enum Mode { Idle, Busy } pub struct Pair(pub u8, u8);"
        );
    }

    #[test]
    fn name_type_and_value_are_told_apart() {
        assert_eq!(parsed("t:f64"), expected("t", "f64", None));
        assert_eq!(parsed("t: f64 =-3"), expected("t", "f64", Some("-3")));
        assert_eq!(parsed("s:[u32; 2]=[1, 2]"), expected("s", "[u32; 2]", Some("[1, 2]")));
        assert_eq!(parsed("l:Latest<Text<8>>=a=b"), expected("l", "Latest<Text<8>>", Some("a=b")));
        let mode = "enum u8 { Off = 0, On = 1 }";
        assert_eq!(parsed(&format!("m:{mode}")), expected("m", mode, None));
        assert_eq!(parsed(&format!("m:{mode}=On")), expected("m", mode, Some("On")));
        assert_eq!(parsed("p:{ x: f64 }={ x: 1 }"), expected("p", "{ x: f64 }", Some("{ x: 1 }")));
        assert_eq!(parsed("t"), None);
        assert_eq!(parsed("t:"), None);
        assert_eq!(parsed("t:=1"), None);
    }
}
