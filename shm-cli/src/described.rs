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
