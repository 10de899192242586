//! The grammar: reads a path's text step by step, also in constants.

use super::Segment;
use super::error::{Fault, InvalidPath};
use super::key::{self, End};

/// The steps of a text that may be a path, for callers that follow it while reading it.
///
/// ```
/// use shm_core::path::{Segment, Steps};
///
/// let mut steps = Steps::of("samples[2");
/// assert_eq!(steps.next()?, Some(Segment::Name("samples")));
/// assert_eq!(steps.walked(), "samples");
/// assert_eq!(steps.next().unwrap_err().position(), 9);
/// # Ok::<(), shm_core::path::InvalidPath>(())
/// ```
#[derive(Clone, Debug)]
pub struct Steps<'p> {
    cursor: Cursor<'p>,
}

impl<'p> Steps<'p> {
    /// Returns the steps of a text.
    #[inline]
    #[must_use]
    pub const fn of(text: &'p str) -> Self {
        Self { cursor: Cursor::of(text) }
    }

    /// Returns the text of the steps so far.
    #[inline]
    #[must_use]
    pub fn walked(&self) -> &'p str {
        &self.cursor.text[..self.cursor.at]
    }

    /// Returns the next step; `None` at the end.
    ///
    /// # Errors
    /// The position of the mistake in the text, what was found there and what was expected.
    #[allow(clippy::should_implement_trait, reason = "an iterator has no error of its own")]
    #[inline]
    pub fn next(&mut self) -> Result<Option<Segment<'p>>, InvalidPath> {
        match self.cursor.following() {
            Step::End => Ok(None),
            Step::Segment(segment, rest) => {
                self.cursor = rest;
                Ok(Some(segment))
            }
            Step::Wrong(position, fault) => {
                Err(InvalidPath::new(self.cursor.text, position, fault))
            }
        }
    }
}

/// A place in a text, between two steps.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cursor<'p> {
    text: &'p str,
    at: usize,
}

/// The token at a [`Cursor`].
pub(crate) enum Step<'p> {
    End,
    /// A step, and the place after it.
    Segment(Segment<'p>, Cursor<'p>),
    /// Something else, at this byte.
    Wrong(usize, Fault),
}

/// A token of which the text is not cut out yet: where that starts and ends.
enum Token<'p> {
    Name(usize, usize),
    /// The key in a bracket, which ends at its `]`.
    Key(usize, usize),
    Other(Step<'p>),
}

/// A number, or the mistake in it.
enum Number {
    /// Its value, and the place after it.
    There(u64, usize),
    Absent,
    Wrong(Fault),
}

impl<'p> Cursor<'p> {
    #[inline]
    pub(crate) const fn of(text: &'p str) -> Self {
        Self { text, at: 0 }
    }

    /// Returns the number of bytes before it.
    pub(crate) const fn position(self) -> usize {
        self.at
    }

    /// Reads the step at this position, also in constants.
    pub(crate) const fn next(self) -> Step<'p> {
        match self.token() {
            Token::Name(start, end) => self.named(Segment::Name(self.part(start, end)), end),
            Token::Key(start, end) => self.closed(end, Segment::Key(self.part(start, end))),
            Token::Other(step) => step,
        }
    }

    /// [`next`](Self::next) at run time, which need not prove again that a part of a text is text.
    #[inline]
    pub(crate) fn following(self) -> Step<'p> {
        match self.token() {
            Token::Name(start, end) => self.named(Segment::Name(&self.text[start..end]), end),
            Token::Key(start, end) => self.closed(end, Segment::Key(&self.text[start..end])),
            Token::Other(step) => step,
        }
    }

    #[inline(always)]
    const fn token(self) -> Token<'p> {
        let bytes = self.text.as_bytes();
        if self.at == bytes.len() {
            return Token::Other(Step::End);
        }
        match bytes[self.at] {
            b'[' => self.bracket(self.at + 1),
            b'.' if self.at > 0 => self.name(self.at + 1, Fault::Name),
            _ if self.at == 0 => self.name(0, Fault::Start),
            _ => Token::Other(Step::Wrong(self.at, Fault::Between)),
        }
    }

    /// Reads the name that starts at `start`.
    #[inline(always)]
    const fn name(self, start: usize, missing: Fault) -> Token<'p> {
        let bytes = self.text.as_bytes();
        let mut end = start;
        while end < bytes.len() && is_name_byte(bytes[end]) {
            end += 1;
        }
        if end == start {
            Token::Other(Step::Wrong(start, missing))
        } else {
            Token::Name(start, end)
        }
    }

    /// Returns a step that ends at `end`.
    #[inline]
    const fn named(self, segment: Segment<'p>, end: usize) -> Step<'p> {
        Step::Segment(segment, Self { text: self.text, at: end })
    }

    /// The text from `start` to `end`, which are at bytes of ASCII, and so between characters.
    /// (`str::split_at` is not yet `const` in Rust 1.85.)
    const fn part(self, start: usize, end: usize) -> &'p str {
        let (before, _) = self.text.as_bytes().split_at(end);
        let (_, part) = before.split_at(start);
        match std::str::from_utf8(part) {
            Ok(part) => part,
            Err(_) => unreachable!(),
        }
    }

    /// Reads the rest of a bracket, after its `[`: an index, a range or a key.
    const fn bracket(self, start: usize) -> Token<'p> {
        let numbers = self.numbers(start);
        let Step::Wrong(_, fault) = numbers else { return Token::Other(numbers) };
        match key::end(self.text.as_bytes(), start) {
            End::At(at) if self.is(at, b']') && !matches!(fault, Fault::Zero) => {
                Token::Key(start, at)
            }
            End::At(_) | End::NotAKey => Token::Other(numbers),
            End::Open => Token::Other(Step::Wrong(start, Fault::Key)),
        }
    }

    /// Reads the rest of a bracket with numbers: an index or a range.
    const fn numbers(self, start: usize) -> Step<'p> {
        let (first, at) = match self.number(start) {
            Number::There(number, at) => (Some(number), at),
            Number::Absent => (None, start),
            Number::Wrong(fault) => return Step::Wrong(start, fault),
        };
        if !self.is(at, b'.') || !self.is(at + 1, b'.') {
            return match first {
                Some(index) if self.is(at, b']') => self.closed(at, Segment::Index(index)),
                Some(_) => Step::Wrong(at, Fault::AfterIndex),
                None => Step::Wrong(at, Fault::Bracket),
            };
        }
        let from = at + 2;
        let (end, at) = match self.number(from) {
            Number::There(number, at) => (Some(number), at),
            Number::Absent => (None, from),
            Number::Wrong(fault) => return Step::Wrong(from, fault),
        };
        match end {
            _ if self.is(at, b']') => self.closed(at, Segment::Range { start: first, end }),
            Some(_) => Step::Wrong(at, Fault::AfterRange),
            None => Step::Wrong(at, Fault::RangeEnd),
        }
    }

    /// Returns a step whose `]` is at `bracket`.
    #[inline]
    const fn closed(self, bracket: usize, segment: Segment<'p>) -> Step<'p> {
        Step::Segment(segment, Self { text: self.text, at: bracket + 1 })
    }

    const fn is(self, at: usize, byte: u8) -> bool {
        let bytes = self.text.as_bytes();
        at < bytes.len() && bytes[at] == byte
    }

    const fn number(self, start: usize) -> Number {
        let bytes = self.text.as_bytes();
        let (mut at, mut value) = (start, 0_u64);
        while at < bytes.len() && bytes[at].is_ascii_digit() {
            let Some(shifted) = value.checked_mul(10) else { return Number::Wrong(Fault::Large) };
            let digit = (bytes[at] - b'0') as u64;
            let Some(sum) = shifted.checked_add(digit) else { return Number::Wrong(Fault::Large) };
            (value, at) = (sum, at + 1);
        }
        if at == start {
            Number::Absent
        } else if bytes[start] == b'0' && at > start + 1 {
            Number::Wrong(Fault::Zero)
        } else {
            Number::There(value, at)
        }
    }
}

/// Whether this byte is valid in a name.
pub(super) const fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || !byte.is_ascii()
}
