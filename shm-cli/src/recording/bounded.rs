//! Lines of text in a file, up to a size.

use std::fs::File;
use std::io::{self, Write};

use super::sink::Wrote;
use crate::failure::Failure;

/// A file, or standard output.
pub(super) enum To {
    File(File),
    Stdout(io::Stdout),
}

/// Whole lines, up to a size.
pub(super) struct Bounded {
    to: To,
    name: String,
    written: u64,
    max: u64,
}

impl Bounded {
    pub(super) fn new(to: To, name: String, max: u64) -> Self {
        Self { to, name, written: 0, max }
    }

    /// Writes a line, at once, unless it is too long for the file.
    pub(super) fn line(&mut self, line: &str) -> Result<Wrote, Failure> {
        let len = line.len() as u64;
        if self.written + len > self.max {
            return Ok(Wrote::Full);
        }
        let written = match &mut self.to {
            To::File(file) => file.write_all(line.as_bytes()),
            To::Stdout(out) => out.write_all(line.as_bytes()).and_then(|()| out.flush()),
        };
        written.map_err(|error| Failure::io(format!("writing {}", self.name), error))?;
        self.written += len;
        Ok(Wrote::Done)
    }

    pub(super) fn written(&self) -> u64 {
        self.written
    }
}
