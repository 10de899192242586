//! JSON in which what fits in a line is in one: a row of a table, a point of a series.

use serde::Serialize;
use serde_json::Value;

use crate::outcome::Failure;

/// The longest value that is written in one line, in bytes.
const LINE: usize = 400;

/// A value as JSON, with a line feed at its end.
pub(crate) fn text(value: &impl Serialize) -> Result<String, Failure> {
    let mut text = String::new();
    write(&serde_json::to_value(value)?, 0, &mut text);
    Ok(text + "\n")
}

/// Appends a value that is inside of so many others.
fn write(value: &Value, depth: usize, text: &mut String) {
    let whole = value.to_string();
    // The whole is never one line: its parts are what changes.
    if depth > 0 && whole.len() <= LINE {
        text.push_str(&whole);
        return;
    }
    match value {
        Value::Object(map) => {
            let parts = map.iter().map(|(key, part)| (Some(key), part));
            parts_of('{', '}', parts, depth, text);
        }
        Value::Array(items) => {
            parts_of('[', ']', items.iter().map(|part| (None, part)), depth, text);
        }
        _ => text.push_str(&whole),
    }
}

fn parts_of<'v>(
    open: char,
    close: char,
    parts: impl Iterator<Item = (Option<&'v String>, &'v Value)>,
    depth: usize,
    text: &mut String,
) {
    text.push(open);
    for (index, (key, part)) in parts.enumerate() {
        text.push_str(if index == 0 { "\n" } else { ",\n" });
        text.push_str(&"  ".repeat(depth + 1));
        if let Some(key) = key {
            text.push_str(&format!("{}: ", Value::from(key.as_str())));
        }
        write(part, depth + 1, text);
    }
    text.push_str(&format!("\n{}{close}", "  ".repeat(depth)));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_that_fits_in_a_line_is_in_one_and_the_text_means_the_same() {
        let rows: Vec<_> = (0..40).map(|ns| serde_json::json!({ "peer": "c", "ns": ns })).collect();
        let value = serde_json::json!({ "title": "\"a\"\n", "rows": rows, "none": [] });
        let text = text(&value).unwrap();
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), value);
        assert_eq!(text.lines().count(), 2 + 2 + 2 + 40, "{text}");
        assert!(text.contains("    {\"peer\":\"c\",\"ns\":7},\n"), "{text}");
    }
}
