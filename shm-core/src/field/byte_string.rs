//! [`Bytes`]: a bounded number of bytes, as a value.

use std::fmt;

use super::counted::{Counted, CountedView, counted_value};
use crate::access::{Access, CanWrite, ReadWrite};
use crate::error::{DoesNotFit, InvalidValue};
use crate::layout::{Layout, Role};
use crate::shared_layout::{Plain, PlainView, SharedLayout, ValidZeroed};

/// At most `N` bytes, with their number in a `u32`.
///
/// A value, like [`Text`](crate::Text), and used in the same places: in a
/// [`Latest<Bytes<64>>`](crate::Latest) or a `Mutex`, alone or in a struct. If the number never changes,
/// `[u8; N]` is simpler.
///
/// ```
/// use shm_core::{Bytes, Latest, Region};
///
/// let packet = Region::<Latest<Bytes<8>>>::options().private()?;
/// packet.store(&Bytes::new(b"\0\x01")?)?;
/// assert_eq!(packet.load()?, b"\0\x01");
/// assert!(Bytes::<8>::new(b"nine byte").is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy)]
#[repr(transparent)]
pub struct Bytes<const N: usize>(Counted<N>);

impl<const N: usize> Bytes<N> {
    /// Copies these bytes.
    ///
    /// # Errors
    /// If there are more than `N` bytes.
    pub fn new(bytes: &[u8]) -> Result<Self, DoesNotFit> {
        Counted::new(bytes).map(Self)
    }

    /// The bytes.
    #[must_use]
    #[inline]
    pub const fn as_slice(&self) -> &[u8] {
        self.0.as_slice()
    }

    /// Appends `bytes`.
    ///
    /// # Errors
    /// If there would be more than `N` bytes; nothing is appended then.
    pub fn extend_from_slice(&mut self, bytes: &[u8]) -> Result<(), DoesNotFit> {
        self.0.push(bytes)
    }
}

counted_value!(Bytes: as_slice [u8]; BytesView);

impl<const N: usize> TryFrom<&[u8]> for Bytes<N> {
    type Error = DoesNotFit;

    fn try_from(bytes: &[u8]) -> Result<Self, DoesNotFit> {
        Self::new(bytes)
    }
}

/// A byte string literal, `b".."`.
impl<const N: usize, const M: usize> TryFrom<&[u8; M]> for Bytes<N> {
    type Error = DoesNotFit;

    fn try_from(bytes: &[u8; M]) -> Result<Self, DoesNotFit> {
        Self::new(bytes)
    }
}

/// The text's UTF-8.
impl<const N: usize> TryFrom<&str> for Bytes<N> {
    type Error = DoesNotFit;

    fn try_from(text: &str) -> Result<Self, DoesNotFit> {
        Self::new(text.as_bytes())
    }
}

/// A quoted byte string: bytes that are not printable ASCII are escaped.
impl<const N: usize> fmt::Debug for Bytes<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "b\"{}\"", self.escape_ascii())
    }
}

impl<const N: usize> PartialEq<[u8]> for Bytes<N> {
    fn eq(&self, other: &[u8]) -> bool {
        self.as_slice() == other
    }
}

impl<const N: usize, const M: usize> PartialEq<&[u8; M]> for Bytes<N> {
    fn eq(&self, other: &&[u8; M]) -> bool {
        self.as_slice() == other.as_slice()
    }
}

/// The shared form of [`Bytes`], reached through a type that keeps its parts consistent, such as the
/// guard of a `Mutex`.
#[repr(transparent)]
pub struct BytesView<const N: usize, A: Access = ReadWrite>(CountedView<N, A>);

impl<const N: usize, A: Access> BytesView<N, A> {
    /// Copies the bytes out.
    ///
    /// # Errors
    /// If the length exceeds the capacity.
    pub fn get(&self) -> Result<Bytes<N>, InvalidValue> {
        self.0.get("Bytes").map(Bytes)
    }

    /// Writes `bytes`, followed by zeros.
    ///
    /// # Errors
    /// If there are more than `N` bytes; nothing is written then.
    pub fn set(&self, bytes: &[u8]) -> Result<(), DoesNotFit>
    where
        A: CanWrite,
    {
        self.0.set(&Bytes::<N>::new(bytes)?.0);
        Ok(())
    }
}
