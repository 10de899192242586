//! [`Unsuitable`]: values that do not fit.

use std::fmt;

use super::value::DynValue;

/// The longest value that a message shows in full.
const SHOWN: usize = 60;

/// A value is not one of those that are wanted. The message says what was given and what fits:
/// "300 does not fit a `u8`, which holds 0 to 255".
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[error("{given} {fault}")]
pub struct Unsuitable {
    given: String,
    fault: String,
}

impl Unsuitable {
    /// `fault` goes on after the value: "is no text".
    pub(super) fn new(given: &DynValue, fault: impl Into<String>) -> Self {
        let (mut shown, is_cut) = bounded(format_args!("{given}"), SHOWN);
        if is_cut {
            shown.push_str("..");
        }
        Self { given: shown, fault: fault.into() }
    }
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

crate::report::debug_as_displayed!(Unsuitable);
