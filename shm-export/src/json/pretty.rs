//! JSON for people: a value that fits into one line is written in one.

use serde_json::Value;

const WIDTH: usize = 110;
const STEP: usize = 2;

/// Returns the value as a text that ends in a line feed.
pub(super) fn text(value: &Value) -> String {
    let mut out = String::new();
    write(value, 0, 0, &mut out);
    out.push('\n');
    out
}

/// Writes a value at an indentation, after `taken` characters of its line.
fn write(value: &Value, indent: usize, taken: usize, out: &mut String) {
    let line = one_line(value);
    let is_top = indent == 0;
    if !is_top && indent + taken + line.chars().count() < WIDTH {
        out.push_str(&line);
        return;
    }
    match value {
        Value::Object(map) if !map.is_empty() => {
            let entries = map.iter().map(|(key, value)| (format!("{}: ", quoted(key)), value));
            block('{', entries.collect(), '}', indent, out);
        }
        Value::Array(items) if !items.is_empty() => {
            block('[', items.iter().map(|item| (String::new(), item)).collect(), ']', indent, out);
        }
        _ => out.push_str(&line),
    }
}

fn block(open: char, entries: Vec<(String, &Value)>, close: char, indent: usize, out: &mut String) {
    out.push(open);
    let inner = indent + STEP;
    let last = entries.len() - 1;
    for (index, (key, value)) in entries.into_iter().enumerate() {
        out.push('\n');
        out.extend(std::iter::repeat_n(' ', inner));
        out.push_str(&key);
        write(value, inner, key.chars().count(), out);
        if index < last {
            out.push(',');
        }
    }
    out.push('\n');
    out.extend(std::iter::repeat_n(' ', indent));
    out.push(close);
}

/// The value with a space after each colon and comma, and within braces.
fn one_line(value: &Value) -> String {
    match value {
        Value::Object(map) if !map.is_empty() => {
            let entries =
                map.iter().map(|(key, value)| format!("{}: {}", quoted(key), one_line(value)));
            format!("{{ {} }}", entries.collect::<Vec<_>>().join(", "))
        }
        Value::Array(items) => {
            format!("[{}]", items.iter().map(one_line).collect::<Vec<_>>().join(", "))
        }
        Value::String(text) => quoted(text),
        value => value.to_string(),
    }
}

fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    #[test]
    fn a_value_that_fits_into_a_line_is_written_in_one() {
        let value = json!({ "a": [1, 2, { "b": null }], "c": "x".repeat(120), "d": {}, "e": [] });
        let long = "x".repeat(120);
        let text = format!(
            "{{\n  \"a\": [1, 2, {{ \"b\": null }}],\n  \"c\": \"{long}\",\n  \"d\": {{}},\n  \"e\": []\n}}\n"
        );
        assert_eq!(super::text(&value), text);
        assert_eq!(serde_json::from_str::<serde_json::Value>(&text).unwrap(), value);
    }
}
