//! [`Text`]: text of bounded length, as a value.

use std::fmt;
use std::str::FromStr;

use super::counted::{Counted, CountedView, counted_value};
use crate::access::{Access, CanWrite, ReadWrite};
use crate::error::{DoesNotFit, InvalidValue};
use crate::layout::{Layout, Role};
use crate::shared_layout::{Plain, PlainView, SharedLayout, ValidZeroed};

/// UTF-8 text of at most `N` bytes.
///
/// A value, like a `u64`: its length and its bytes must agree, so it cannot be in a region on its own,
/// where another process could see one without the other. Put it into a
/// [`Latest<Text<32>>`](crate::Latest) or a `Mutex`, alone or in a struct. For text shared with a C
/// program there is [`CText`](crate::CText).
///
/// The capacity counts bytes. Text that does not fit is refused: no character is ever cut.
///
/// ```
/// use shm_core::{Latest, Region, Text};
///
/// let label = Region::<Latest<Text<16>>>::options().private()?;
/// label.store(&Text::new("521+我是峰云")?)?; // 16 bytes: fits exactly
/// assert_eq!(label.load()?, "521+我是峰云");
///
/// let error = Text::<16>::new("521+我是峰云!").unwrap_err();
/// assert_eq!(error.to_string(), "the text has 17 bytes, the field has room for 16");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy)]
#[repr(transparent)]
pub struct Text<const N: usize>(Counted<N>);

impl<const N: usize> Text<N> {
    /// Copies `text`.
    ///
    /// # Errors
    /// If it is longer than `N` bytes.
    pub fn new(text: &str) -> Result<Self, DoesNotFit> {
        Counted::new(text.as_bytes()).map(Self)
    }

    /// The longest prefix of `text` that fits, in whole characters.
    ///
    /// ```
    /// use shm_core::Text;
    ///
    /// assert_eq!(Text::<5>::truncated("我是"), "我"); // two characters of three bytes each
    /// ```
    #[must_use]
    pub fn truncated(text: &str) -> Self {
        let mut end = text.len().min(N);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        Self(Counted::prefix(&text.as_bytes()[..end]))
    }

    /// The text.
    #[must_use]
    #[inline]
    pub const fn as_str(&self) -> &str {
        // SAFETY: only whole `str`s are ever appended, and text read from a region is validated.
        unsafe { std::str::from_utf8_unchecked(self.0.as_slice()) }
    }

    /// Appends `text`.
    ///
    /// # Errors
    /// If both together are longer than `N` bytes; nothing is appended then.
    pub fn push_str(&mut self, text: &str) -> Result<(), DoesNotFit> {
        self.0.push(text.as_bytes())
    }
}

counted_value!(Text: as_str str; TextView);

impl<const N: usize> FromStr for Text<N> {
    type Err = DoesNotFit;

    fn from_str(text: &str) -> Result<Self, DoesNotFit> {
        Self::new(text)
    }
}

impl<const N: usize> TryFrom<&str> for Text<N> {
    type Error = DoesNotFit;

    fn try_from(text: &str) -> Result<Self, DoesNotFit> {
        Self::new(text)
    }
}

/// `write!(text, "..")` appends; it fails if a piece does not fit.
impl<const N: usize> fmt::Write for Text<N> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.push_str(text).map_err(|_| fmt::Error)
    }
}

impl<const N: usize> fmt::Display for Text<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_str().fmt(f)
    }
}

impl<const N: usize> fmt::Debug for Text<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl<const N: usize> PartialEq<str> for Text<N> {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl<const N: usize> PartialEq<&str> for Text<N> {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}

/// The shared form of [`Text`], reached through a type that keeps its parts consistent, such as the
/// guard of a `Mutex`.
#[repr(transparent)]
pub struct TextView<const N: usize, A: Access = ReadWrite>(CountedView<N, A>);

impl<const N: usize, A: Access> TextView<N, A> {
    /// Copies the text out and validates the copy.
    ///
    /// # Errors
    /// If the length exceeds the capacity, or the bytes are not UTF-8.
    pub fn get(&self) -> Result<Text<N>, InvalidValue> {
        let copy = self.0.get("Text")?;
        match std::str::from_utf8(copy.as_slice()) {
            Ok(_) => Ok(Text(copy)),
            Err(error) => {
                let index = error.valid_up_to();
                Err(self.0.bad_byte("Text", index, copy.as_slice()[index]))
            }
        }
    }

    /// Writes `text`, followed by zeros.
    ///
    /// # Errors
    /// If `text` is longer than `N` bytes; nothing is written then.
    pub fn set(&self, text: &str) -> Result<(), DoesNotFit>
    where
        A: CanWrite,
    {
        self.0.set(&Text::<N>::new(text)?.0);
        Ok(())
    }
}

/// The text, or `<invalid>`.
impl<const N: usize, A: Access> fmt::Display for TextView<N, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.get() {
            Ok(text) => fmt::Display::fmt(&text, f),
            Err(_) => f.pad("<invalid>"),
        }
    }
}
