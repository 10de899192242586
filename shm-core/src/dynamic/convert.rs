//! Values that do not fit, as errors show them.

use std::fmt;

use super::value::DynValue;
use crate::error::DynError;

/// The longest value that a message shows in full.
const SHOWN: usize = 60;

/// A value that does not fit, before it is known which field it was for.
pub(super) struct Unfit {
    given: Box<str>,
    fault: Box<str>,
}

impl Unfit {
    /// The error for the field with this path.
    pub(super) fn at(self, field: String) -> DynError {
        DynError::DoesNotFit { field: Some(field), given: self.given, fault: self.fault }
    }
}

/// The error of a conversion, which is not for a field.
impl From<Unfit> for DynError {
    fn from(unfit: Unfit) -> Self {
        Self::DoesNotFit { field: None, given: unfit.given, fault: unfit.fault }
    }
}

/// The error for a value; `fault` follows it in a sentence: "is not text".
pub(super) fn unsuitable(given: &DynValue, fault: impl Into<Box<str>>) -> Unfit {
    let (mut shown, is_cut) = bounded(format_args!("{given}"), SHOWN);
    if is_cut {
        shown.push_str("..");
    }
    Unfit { given: shown.into(), fault: fault.into() }
}

/// The start of a text, and whether there is more: a value can have millions of elements.
pub(super) fn bounded(text: fmt::Arguments<'_>, limit: usize) -> (String, bool) {
    let mut start = Bounded { text: String::new(), limit, is_cut: false };
    // Fails only on text that is longer than the limit.
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
