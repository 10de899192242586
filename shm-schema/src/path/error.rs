//! [`InvalidPath`]: the error for texts that are not paths.

/// A text that does not follow the grammar of paths.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{}` is not a path: found {} at byte {position}, expected {}",
    .path.escape_debug(), self.found(), .fault.expected()
)]
pub struct InvalidPath {
    path: String,
    position: usize,
    fault: Fault,
}

/// The rule that a text breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It begins with neither a name nor a bracket.
    Start,
    /// A point without a name.
    Name,
    /// A name or a bracket is followed by something other than the next one.
    Between,
    /// A bracket without a number or `..`.
    Bracket,
    /// An index without its `]`.
    AfterIndex,
    /// `..` is followed by neither a number nor `]`.
    RangeEnd,
    /// A whole range without its `]`.
    AfterRange,
    /// A key in quotation marks or brackets that does not end.
    Key,
    /// A number begins with 0.
    Zero,
    /// A number of more than 64 bits.
    Large,
}

impl Fault {
    const fn expected(self) -> &'static str {
        match self {
            Self::Start => "a field's name or `[`",
            Self::Name => "a field's name",
            Self::Between => "`.`, `[` or the end",
            Self::Bracket => "an index, a range or a key",
            Self::AfterIndex => "`]` or `..`",
            Self::RangeEnd => "a number or `]`",
            Self::AfterRange => "`]`",
            Self::Key => "a key that ends before `]`",
            Self::Zero => "a number without leading zeros",
            Self::Large => "a number of at most 64 bits",
        }
    }
}

impl InvalidPath {
    #[cold]
    pub(super) fn new(path: &str, position: usize, fault: Fault) -> Self {
        Self { path: path.to_owned(), position, fault }
    }

    /// Returns the text.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Returns the position of the mistake, in bytes.
    #[must_use]
    pub fn position(&self) -> usize {
        self.position
    }

    /// Returns the text found there: a character, a number or the end.
    #[must_use]
    pub fn found(&self) -> String {
        let rest = &self.path[self.position..];
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        match (rest.chars().next(), self.fault) {
            (None, _) => "the end".to_owned(),
            (_, Fault::Zero | Fault::Large) => format!("`{}`", &rest[..digits.min(40)]),
            (Some(character), _) => format!("`{}`", character.escape_debug()),
        }
    }

    /// Returns what was expected there.
    #[must_use]
    pub fn expected(&self) -> &'static str {
        self.fault.expected()
    }

    /// Returns advice on the error.
    #[must_use]
    pub fn help(&self) -> Option<String> {
        let found = self.path[self.position..].chars().next();
        let help = match (self.fault, found) {
            (Fault::Key, _) => "close its quotation marks and brackets, as in `[\"north gate\"]`",
            (_, Some('-' | '+')) => "an index counts from the start, beginning with 0",
            (Fault::RangeEnd, Some('=')) => {
                "the end of a range is not part of it: `[2..8]` is 2 to 7"
            }
            (_, Some(found)) if found.is_whitespace() => "a path has no white space",
            (Fault::Bracket | Fault::AfterIndex | Fault::RangeEnd | Fault::AfterRange, _) => {
                "write an element as `[3]` and several as `[2..8]`, `[2..]` or `[..]`"
            }
            (Fault::Zero, _) => "write `[3]`, not `[03]`",
            (Fault::Large, _) => "no array has so many elements",
            _ => "a path looks like `pose.x`, `samples[3]`, `samples[2..8]` or `poses[..].x`",
        };
        Some(help.to_owned())
    }
}

crate::debug_as_displayed!(InvalidPath);
