//! The command: `shm get` and `shm set`, a process for each request.

use crate::canon;
use crate::regions;
use crate::way::{ALL, Answer, Can, Driver, Layout, Way};
use crate::words;

pub(crate) struct Command;

impl Way for Command {
    const NAME: &'static str = "command";
    const CAN: Can = Can { has_layout: false, stays_open: false, has_words: false, ..ALL };

    fn driver(_: Layout) -> Box<dyn Driver> {
        Box::new(CommandDriver { region: String::new(), to_write: false })
    }
}

/// The region that was named last.
struct CommandDriver {
    region: String,
    to_write: bool,
}

impl Driver for CommandDriver {
    fn ask(&mut self, request: &str) -> Answer {
        let words: Vec<&str> = request.split(' ').collect();
        match words[..] {
            [verb @ ("open" | "read"), region] => {
                region.clone_into(&mut self.region);
                self.to_write = verb == "open";
                match self.run(&["get", region]) {
                    // It is open, and one of its fields holds an invalid value.
                    Err(word) if word == "no_such_value" => Ok("ok".to_owned()),
                    other => other.map(|_| "ok".to_owned()),
                }
            }
            ["get", path] => self.run(&["get", &self.region, path]).map(|text| canonical(&text)),
            ["whole", path] => {
                let text = self.run(&["get", &self.region, path])?;
                let elements = text.trim_matches(['[', ']']).split(", ").map(canonical);
                Ok(elements.collect::<Vec<_>>().join(" "))
            }
            ["len", path] => {
                let text = self.run(&["get", &self.region, path])?;
                Ok(text.split(", ").count().to_string())
            }
            // Only `get` opens for reading, and it has no words for writing.
            ["set", ..] if !self.to_write => Err(words::NOT_WRITABLE.to_owned()),
            ["set", path, value] => self.written(&format!("{path}={}", literal(value))),
            ["remove", path] => self.run(&["unset", &self.region, path]).map(|_| "ok".to_owned()),
            ["add", path, value, times] => {
                let times: u64 = times.parse().expect("how often");
                (0..times).try_for_each(|_| self.written(&format!("{path}+={value}")).map(drop))?;
                Ok("ok".to_owned())
            }
            _ => Err(words::UNSUPPORTED.to_owned()),
        }
    }
}

impl CommandDriver {
    fn written(&self, assignment: &str) -> Answer {
        self.run(&["set", &self.region, assignment]).map(|_| "ok".to_owned())
    }

    /// The output of the command, or the word for its exit code.
    fn run(&self, arguments: &[&str]) -> Answer {
        let output = regions::shm(arguments);
        let word = match output.status.code() {
            Some(0) => {
                let text = String::from_utf8(output.stdout).expect("shm prints UTF-8");
                return Ok(text.trim_end_matches('\n').to_owned());
            }
            Some(2) => "usage",
            Some(3) => "not_found",
            Some(4) => "not_usable",
            Some(5) => "not_permitted",
            Some(6) => "no_such_value",
            Some(7) => "busy",
            code => panic!("{arguments:?}: {code:?}: {}", String::from_utf8_lossy(&output.stderr)),
        };
        Err(word.to_owned())
    }
}

/// The suite's form of a value as the command prints it.
fn canonical(text: &str) -> String {
    let quoted = |quote| text.strip_prefix(quote)?.strip_suffix(['"', '\'']).map(unescaped);
    if let Some(bytes) = quoted("b\"") {
        return canon::bytes(&bytes);
    }
    if let Some(bytes) = quoted("\"").or_else(|| quoted("'")) {
        return canon::raw_text(&bytes);
    }
    let is_float = text.contains(['.', 'e']) || matches!(text, "NaN" | "inf" | "-inf");
    match text.parse() {
        Ok(value) if is_float => canon::float(value),
        _ if text == "None" => "none".to_owned(),
        _ => text.to_owned(),
    }
}

/// The bytes between quotation marks, with the escapes that the suite's values need.
fn unescaped(text: &str) -> Vec<u8> {
    let (mut bytes, mut rest) = (Vec::new(), text);
    while let Some(character) = rest.chars().next() {
        let (value, len) = match rest.as_bytes() {
            [b'\\', b'x', ..] => (vec![number(&rest[2..4]) as u8], 4),
            [b'\\', b'0', ..] => (vec![0], 2),
            [b'\\', b't', ..] => (vec![b'\t'], 2),
            [b'\\', b'n', ..] => (vec![b'\n'], 2),
            [b'\\', b'r', ..] => (vec![b'\r'], 2),
            [b'\\', b'u', ..] => {
                let end = rest.find('}').expect("an escape ends");
                let character = char::from_u32(number(&rest[3..end])).expect("a character");
                (character.to_string().into_bytes(), end + 1)
            }
            [b'\\', other, ..] => (vec![*other], 2),
            _ => (character.to_string().into_bytes(), character.len_utf8()),
        };
        bytes.extend(value);
        rest = &rest[len..];
    }
    bytes
}

fn number(digits: &str) -> u32 {
    u32::from_str_radix(digits, 16).expect("hexadecimal digits")
}

/// A value of the suite as people write it on the command line.
fn literal(value: &str) -> String {
    if let Some(value) = canon::read_float(value) {
        return format!("{value:?}");
    }
    if let Some(text) = canon::read_hex(value, "text:") {
        // Arguments are UTF-8.
        return String::from_utf8_lossy(&text).into_owned();
    }
    match canon::read_hex(value, "bytes:") {
        Some(bytes) => format!("b\"{}\"", bytes.escape_ascii()),
        None if value == "none" => "None".to_owned(),
        None => value.to_owned(),
    }
}
