//! Python text: strings that stay strings, whatever the source says.

/// Text for the inside of a string between three double quotes.
pub(super) fn prose(text: &str) -> String {
    let mut prose = String::new();
    for c in text.chars() {
        match c {
            '\\' | '"' => prose.extend(['\\', c]),
            '\t' => prose.push(' '),
            // Python's source has no NUL, and its lines end at a carriage return as well.
            c if c.is_control() && c != '\n' => prose.push_str(&format!("\\x{:02x}", u32::from(c))),
            c => prose.push(c),
        }
    }
    prose
}

/// Returns a string literal in one line.
pub(super) fn literal(text: &str) -> String {
    format!("\"{}\"", prose(text).replace('\n', "\\n"))
}

/// Returns a docstring at an indentation.
pub(super) fn docstring(indent: usize, text: &str) -> String {
    let space = " ".repeat(indent);
    let lines: Vec<String> =
        prose(text.trim()).lines().map(|line| line.trim_end().to_owned()).collect();
    match lines.as_slice() {
        [] => String::new(),
        [line] => format!("{space}\"\"\"{line}\"\"\"\n"),
        lines => {
            let text = lines.join(&format!("\n{space}"));
            let text: Vec<&str> = text.lines().map(str::trim_end).collect();
            format!("{space}\"\"\"{}\n{space}\"\"\"\n", text.join("\n"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_string_ends_where_it_is_meant_to() {
        for hostile in ["\"\"\"\nimport os", "\\", "\\\"", "a\\\"\"\"b", "\"", "x\n\\"] {
            let escaped = prose(hostile);
            let mut chars = escaped.chars();
            while let Some(c) = chars.next() {
                match c {
                    // Escapes the next one, which must be there.
                    '\\' => assert!(chars.next().is_some(), "{escaped}"),
                    c => assert_ne!(c, '"', "{escaped}"),
                }
            }
            assert!(!literal(hostile).contains('\n'));
        }
    }
}
