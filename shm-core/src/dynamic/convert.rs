//! [`Unsuitable`]: values that do not fit.

use super::value::DynValue;

/// The longest value that a message shows in full.
const SHOWN: usize = 60;

/// A value is not one of those that are wanted. The message says what was given and what fits:
/// "300 does not fit a `u8`, which holds 0 to 255".
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{given} {fault}")]
pub struct Unsuitable {
    given: String,
    fault: String,
}

impl Unsuitable {
    /// `fault` goes on after the value: "is no text".
    pub(super) fn new(given: &DynValue, fault: impl Into<String>) -> Self {
        let mut shown = String::new();
        let mut whole = Bounded { text: &mut shown, cut: false };
        // What fails is what is longer than anybody wants to read.
        let _ = std::fmt::Write::write_fmt(&mut whole, format_args!("{given}"));
        if whole.cut {
            shown.push_str("..");
        }
        Self { given: shown, fault: fault.into() }
    }
}

/// Text that stops growing: a value can have millions of elements.
struct Bounded<'a> {
    text: &'a mut String,
    cut: bool,
}

impl std::fmt::Write for Bounded<'_> {
    fn write_str(&mut self, more: &str) -> std::fmt::Result {
        for character in more.chars() {
            if self.text.len() >= SHOWN {
                self.cut = true;
                return Err(std::fmt::Error);
            }
            self.text.push(character);
        }
        Ok(())
    }
}
