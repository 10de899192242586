//! Paths: `pose.x`, `samples[3]`, `samples[2..8]`, `poses[..].x`, `by_id[7].state`, `ages["Ada"]`.
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
//!         | "[" key "]"                 the entry of a map; a number is a key, too
//! name    = one or more letters, digits, "_" or characters outside of ASCII
//! number  = "0" | a decimal number without leading zeros, of at most 64 bits
//! key     = word | text | struct | list
//! word    = [ "-" ] one or more characters of a name, "-" and single "." inside, and not a number
//! text    = characters between two `"` or two `'`, or after `b"`; "\" escapes the one after it
//! struct  = "{" .. "}"                  as values are written: `{ x: 1, y: 2 }`
//! list    = "[" .. "]"                  likewise: `[1, 2]`
//! ```
//!
//! A path without keys has exactly one text, without white space. A key is kept as it is written: `[ann]` and
//! `["ann"]` are the same key of a map from texts, and two paths. Paths are equal if their texts are.

mod error;
mod key;
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
/// let path: Path = r#"ages["Ada"]"#.parse()?;
/// assert_eq!(path.last(), Some(Segment::Key(r#""Ada""#)));
///
/// let error = "samples[+1]".parse::<Path>().unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "`samples[+1]` is not a path: found `+` at byte 8, expected an index, a range or a key"
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
    /// To the entry of a map with this key, as it is written between the brackets: `-1`, `ann`,
    /// `"north gate"`. A whole number without a sign, which fits, is an [`Index`](Self::Index).
    Key(&'p str),
}

impl Segment<'_> {
    /// `[..]`: to all elements.
    pub const ALL: Self = Self::Range { start: None, end: None };
}

impl<'p> Segment<'p> {
    /// Returns the step to the entry of a map with a key, given its text, as values are displayed.
    ///
    /// ```
    /// use shm_core::path::Segment;
    ///
    /// assert_eq!(Segment::of_key("7"), Segment::Index(7));
    /// assert_eq!(Segment::of_key("-7"), Segment::Key("-7"));
    /// ```
    #[must_use]
    pub fn of_key(text: &'p str) -> Self {
        match text.parse() {
            Ok(index) if text.starts_with(|first: char| first.is_ascii_digit()) => {
                Self::Index(index)
            }
            _ => Self::Key(text),
        }
    }
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
            let Step::Segment(segment, rest) = cursor.following() else { return None };
            cursor = rest;
            Some(segment)
        })
    }

    /// Adds a step.
    ///
    /// # Panics
    /// If a name is empty or has a character that is invalid in the names of a path; or if a key is not one.
    pub fn push(&mut self, segment: Segment<'_>) {
        use fmt::Write;

        if let Segment::Name(name) = segment {
            let is_name = !name.is_empty() && name.bytes().all(steps::is_name_byte);
            assert!(is_name, "`{}` cannot be a name in a path", name.escape_debug());
            if !self.text.is_empty() {
                self.text.push('.');
            }
        }
        let start = self.text.len();
        // Writing to a string does not fail.
        let _ = write!(self.text, "{segment}");
        if let Segment::Key(key) = segment {
            let whole = Cursor::of(&self.text[start..]).following();
            let is_key = matches!(whole, Step::Segment(Segment::Key(found), _) if found == key);
            assert!(is_key, "`{}` cannot be a key in a path", key.escape_debug());
        }
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
        while let Step::Segment(_, rest) = cursor.following() {
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
            Self::Key(key) => write!(f, "[{key}]"),
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
