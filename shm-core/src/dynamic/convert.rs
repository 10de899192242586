//! Values that do not fit, as errors show them.

use std::fmt;

use super::value::DynValue;
use crate::error::DoesNotFit;

/// The longest value that a message shows in full.
const SHOWN: usize = 60;

/// The error for a value; `fault` goes on after it: "is no text".
pub(super) fn unsuitable(given: &DynValue, fault: impl Into<Box<str>>) -> DoesNotFit {
    let (mut shown, is_cut) = bounded(format_args!("{given}"), SHOWN);
    if is_cut {
        shown.push_str("..");
    }
    DoesNotFit::Value { given: shown.into(), fault: fault.into() }
}

/// The start of a text, and whether there is more: a value can have millions of elements.
pub(super) fn bounded(text: fmt::Arguments<'_>, limit: usize) -> (String, bool) {
    let mut start = Bounded { text: String::new(), limit, is_cut: false };
    // What fails is what is longer than anybody wants to read.
    let _ = fmt::Write::write_fmt(&mut start, text);
    (start.text, start.is_cut)
}

/// Text that stops growing.
struct Bounded {
    text: String,
    limit: usize,
    is_cut: bool,
}

impl fmt::Write for Bounded {
    fn write_str(&mut self, more: &str) -> fmt::Result {
        let room = self.limit.saturating_sub(self.text.len());
        if more.len() <= room {
            self.text.push_str(more);
            return Ok(());
        }
        self.is_cut = true;
        let end = (0..=room).rev().find(|&end| more.is_char_boundary(end));
        self.text.push_str(&more[..end.unwrap_or(0)]);
        Err(fmt::Error)
    }
}
