//! Identifiers of other languages, made from names in a region.
//!
//! One rule for all languages, so that a name can be predicted: a character that is not an ASCII letter,
//! digit or `_` becomes `_u` and its code in hexadecimal (`größe`: `gr_u00f6_u00dfe`); a name that
//! starts with a digit, as in a tuple struct, gets a `_` before it; a word that the language
//! reserves gets a `_` after it; a name that is taken gets the first number that is free: `_2`, `_3`, ..

use std::collections::HashSet;

/// A name as an identifier; of generic types, `<`, `,` and the like separate words.
pub(crate) fn identifier(name: &str) -> String {
    let mut text = String::new();
    for c in name.chars() {
        match c {
            'a'..='z' | 'A'..='Z' | '0'..='9' | '_' => text.push(c),
            // Not part of any Rust identifier.
            '\0'..='\x7f' => {
                if !text.ends_with('_') {
                    text.push('_');
                }
            }
            _ => text.push_str(&format!("_u{:04x}", u32::from(c))),
        }
    }
    let text = text.trim_end_matches(|c| c == '_' && !name.ends_with('_'));
    match text.chars().next() {
        None => "_".to_owned(),
        Some('0'..='9') => format!("_{text}"),
        Some(_) => text.to_owned(),
    }
}

/// An identifier in lower case with `_` between words: `weather_station`.
pub(crate) fn snake(name: &str) -> String {
    let chars: Vec<char> = identifier(name).chars().collect();
    let mut text = String::new();
    for (index, &c) in chars.iter().enumerate() {
        let before = index.checked_sub(1).map(|index| chars[index]);
        let after = chars.get(index + 1);
        // A word starts after a small letter or digit, and with the last capital of an acronym.
        let starts = before.is_some_and(|before| {
            let ends = before.is_ascii_lowercase() || before.is_ascii_digit();
            let acronym =
                before.is_ascii_uppercase() && after.is_some_and(char::is_ascii_lowercase);
            ends || acronym
        });
        if c.is_ascii_uppercase() && starts {
            text.push('_');
        }
        text.push(c.to_ascii_lowercase());
    }
    text
}

/// As [`snake`], in capitals.
pub(crate) fn capitals(name: &str) -> String {
    snake(name).to_ascii_uppercase()
}

/// An identifier in which each word starts with a capital: `WeatherStation`.
pub(crate) fn camel(name: &str) -> String {
    let mut text = String::new();
    for word in identifier(name).split('_').filter(|word| !word.is_empty()) {
        let (first, rest) = word.split_at(1);
        text.push_str(&first.to_ascii_uppercase());
        text.push_str(rest);
    }
    match text.chars().next() {
        None | Some('0'..='9') => format!("_{text}"),
        Some(_) => text,
    }
}

/// The names that are taken.
#[derive(Default)]
pub(crate) struct UsedNames(HashSet<String>);

impl UsedNames {
    /// Starts with these names taken.
    pub(crate) fn by(names: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self(names.into_iter().map(Into::into).collect())
    }

    /// Takes a name, or the first numbered one that is free.
    pub(crate) fn take(&mut self, name: &str) -> String {
        let numbered = (2..).map(|number| format!("{name}_{number}"));
        let mut candidates = std::iter::once(name.to_owned()).chain(numbered);
        let free = candidates.find(|candidate| !self.0.contains(candidate));
        // There are more numbers than names.
        let free = free.unwrap_or_else(|| name.to_owned());
        self.0.insert(free.clone());
        free
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_separated() {
        for (name, expected) in [
            ("Station", "station"),
            ("WeatherStation", "weather_station"),
            ("HTTPServer", "http_server"),
            ("Pair<u8, Be<u32>>", "pair_u8_be_u32"),
            ("already_snake", "already_snake"),
            ("Größe", "gr_u00f6_u00dfe"),
            ("0", "_0"),
            ("", "_"),
        ] {
            assert_eq!(snake(name), expected, "{name}");
        }
        assert_eq!(camel("weather-station"), "WeatherStation");
        assert_eq!(camel("3d"), "_3d");
        assert_eq!(capitals("InMotion"), "IN_MOTION");
    }

    #[test]
    fn a_name_that_is_taken_gets_a_number() {
        let mut taken = UsedNames::by(["open"]);
        let names = ["open", "x", "x", "x"].map(|name| taken.take(name));
        assert_eq!(names, ["open_2", "x", "x_2", "x_3"]);
    }

    #[test]
    fn nothing_but_identifiers_comes_out() {
        for hostile in ["*/ system(\"x\") /*", "\"\"\"\nimport os", "a\u{202e}b", "\\", "-"] {
            for made in [identifier(hostile), snake(hostile), camel(hostile)] {
                let fine = made.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
                assert!(fine && !made.is_empty(), "{hostile:?} became {made:?}");
                assert!(!made.starts_with(|c: char| c.is_ascii_digit()), "{made:?}");
            }
        }
    }
}
