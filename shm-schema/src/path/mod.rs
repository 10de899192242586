//! Paths: `pose.x`, `samples[3]`, `samples[2..8]`, `poses[..].x`.
//!
//! One grammar serves constants ([`Layout::find`](crate::layout::Layout::find)), access by name and the
//! command:
//!
//! ```text
//! path    = "" | first { step }         "" is the whole value
//! first   = name | bracket
//! step    = "." name | bracket
//! bracket = "[" number "]"              an element
//!         | "[" [number] ".." [number] "]"   elements, from the first number up to the second
//! name    = one or more letters, digits, "_" or characters outside of ASCII
//! number  = "0" | a decimal number without leading zeros, of at most 64 bits
//! ```
//!
//! Each path has exactly one text, without white space, so two paths are equal if their texts are.

mod error;
mod steps;

pub use error::InvalidPath;
pub use steps::Steps;

pub(crate) use steps::{Cursor, Step};

use std::fmt;
use std::str::FromStr;

/// A path from a value to one or several parts of it.
///
/// ```
/// use shm_core::path::{Path, Segment};
///
/// let path: Path = "robots[2].pose.x".parse()?;
/// assert_eq!(path.last(), Some(Segment::Name("x")));
/// assert_eq!(path.parent().unwrap(), "robots[2].pose");
/// assert_eq!(path.strip_prefix(&"robots[2]".parse()?).unwrap(), "pose.x");
///
/// let mut all: Path = "robots".parse()?;
/// all.push(Segment::ALL);
/// assert_eq!(all.join(&"pose.x".parse()?), "robots[..].pose.x");
///
/// let error = "samples[-1]".parse::<Path>().unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "`samples[-1]` is not a path: found `-` at byte 8, expected an index or a range"
/// );
/// assert_eq!(error.help().as_deref(), Some("an index counts from the start, beginning with 0"));
/// # Ok::<(), shm_core::path::InvalidPath>(())
/// ```
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Path {
    /// Follows the grammar.
    text: String,
}

/// One step of a [`Path`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Segment<'p> {
    /// To the field of this name.
    Name(&'p str),
    /// To the element of this index.
    Index(u64),
    /// To the elements from `start`, or the first, up to but not including `end`, or the last.
    Range {
        /// The first index.
        start: Option<u64>,
        /// The index after the last.
        end: Option<u64>,
    },
}

impl Segment<'_> {
    /// `[..]`: to all elements.
    pub const ALL: Self = Self::Range { start: None, end: None };
}

impl Path {
    /// Returns the path of the whole value, `""`.
    #[must_use]
    pub const fn new() -> Self {
        Self { text: String::new() }
    }

    /// Returns the text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether this is the path of the whole value.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Returns the steps, outermost first.
    pub fn segments(&self) -> impl Iterator<Item = Segment<'_>> {
        let mut cursor = Cursor::of(&self.text);
        std::iter::from_fn(move || {
            let Step::Segment(segment, rest) = cursor.next() else { return None };
            cursor = rest;
            Some(segment)
        })
    }

    /// Adds a step.
    ///
    /// # Panics
    /// If a name is empty or has a character that is invalid in the names of a path.
    pub fn push(&mut self, segment: Segment<'_>) {
        use fmt::Write;

        if let Segment::Name(name) = segment {
            let is_name = !name.is_empty() && name.bytes().all(steps::is_name_byte);
            assert!(is_name, "`{}` cannot be a name in a path", name.escape_debug());
            if !self.text.is_empty() {
                self.text.push('.');
            }
        }
        // Writing to a string does not fail.
        let _ = write!(self.text, "{segment}");
    }

    /// Returns this path with one more step.
    ///
    /// # Panics
    /// As [`Path::push`].
    #[must_use]
    pub fn with(&self, segment: Segment<'_>) -> Self {
        let mut path = self.clone();
        path.push(segment);
        path
    }

    /// Returns the path that follows this path, then `inside`.
    #[must_use]
    pub fn join(&self, inside: &Self) -> Self {
        let point = !self.is_empty() && !inside.is_empty() && !inside.text.starts_with('[');
        Self { text: format!("{self}{}{inside}", if point { "." } else { "" }) }
    }

    /// Whether the first steps are those of `prefix`.
    #[must_use]
    pub fn starts_with(&self, prefix: &Self) -> bool {
        self.strip_prefix(prefix).is_some()
    }

    /// Returns the rest after the steps of `prefix`; `None` if this path does not begin with them.
    #[must_use]
    pub fn strip_prefix(&self, prefix: &Self) -> Option<Self> {
        let rest = self.text.strip_prefix(&prefix.text)?;
        let rest = match rest.as_bytes().first() {
            _ if prefix.is_empty() => rest,
            None | Some(b'[') => rest,
            Some(b'.') => &rest[1..],
            // `ab` does not begin with `a`.
            Some(_) => return None,
        };
        Some(Self { text: rest.to_owned() })
    }

    /// Returns the path without its last step; `None` for the whole value.
    #[must_use]
    pub fn parent(&self) -> Option<Self> {
        self.prefixes().nth(1)
    }

    /// Returns the last step; `None` for the whole value.
    #[must_use]
    pub fn last(&self) -> Option<Segment<'_>> {
        self.segments().last()
    }

    /// Returns this path, its parent, and so on, up to the whole value.
    ///
    /// ```
    /// # use shm_core::path::Path;
    /// let path: Path = "poses[1].x".parse()?;
    /// let prefixes: Vec<_> = path.prefixes().map(|prefix| prefix.to_string()).collect();
    /// assert_eq!(prefixes, ["poses[1].x", "poses[1]", "poses", ""]);
    /// # Ok::<(), shm_core::path::InvalidPath>(())
    /// ```
    pub fn prefixes(&self) -> impl Iterator<Item = Self> {
        let mut ends = vec![0];
        let mut cursor = Cursor::of(&self.text);
        while let Step::Segment(_, rest) = cursor.next() {
            ends.push(rest.position());
            cursor = rest;
        }
        ends.into_iter().rev().map(|end| Self { text: self.text[..end].to_owned() })
    }
}

/// Returns a path, given as text, as messages name it.
#[must_use]
pub fn shown(path: &str) -> String {
    if path.is_empty() { "the whole value".to_owned() } else { format!("`{path}`") }
}

impl FromStr for Path {
    type Err = InvalidPath;

    fn from_str(text: &str) -> Result<Self, InvalidPath> {
        Self::try_from(text.to_owned())
    }
}

impl TryFrom<&str> for Path {
    type Error = InvalidPath;

    fn try_from(text: &str) -> Result<Self, InvalidPath> {
        text.parse()
    }
}

impl TryFrom<String> for Path {
    type Error = InvalidPath;

    fn try_from(text: String) -> Result<Self, InvalidPath> {
        let mut steps = Steps::of(&text);
        while steps.next()?.is_some() {}
        Ok(Self { text })
    }
}

impl<'p> FromIterator<Segment<'p>> for Path {
    fn from_iter<I: IntoIterator<Item = Segment<'p>>>(segments: I) -> Self {
        let mut path = Self::new();
        path.extend(segments);
        path
    }
}

impl<'p> Extend<Segment<'p>> for Path {
    fn extend<I: IntoIterator<Item = Segment<'p>>>(&mut self, segments: I) {
        segments.into_iter().for_each(|segment| self.push(segment));
    }
}

impl From<Path> for String {
    fn from(path: Path) -> Self {
        path.text
    }
}

impl AsRef<str> for Path {
    fn as_ref(&self) -> &str {
        &self.text
    }
}

impl PartialEq<str> for Path {
    fn eq(&self, other: &str) -> bool {
        self.text == other
    }
}

impl PartialEq<&str> for Path {
    fn eq(&self, other: &&str) -> bool {
        self.text == *other
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.text)
    }
}

/// A step as it is in a path: a name without its point.
impl fmt::Display for Segment<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => f.write_str(name),
            Self::Index(index) => write!(f, "[{index}]"),
            Self::Range { start, end } => {
                f.write_str("[")?;
                start.map_or(Ok(()), |start| write!(f, "{start}"))?;
                f.write_str("..")?;
                end.map_or(Ok(()), |end| write!(f, "{end}"))?;
                f.write_str("]")
            }
        }
    }
}

#[cfg(test)]
mod tests;
