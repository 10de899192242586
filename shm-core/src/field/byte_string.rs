//! [`Bytes`]: bytes of bounded number, as a value.

use std::cmp::Ordering as Comparison;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Deref;

use super::counted::{Counted, CountedView};
use crate::access::{Access, CanWrite, ReadWrite};
use crate::error::{DoesNotFit, InvalidValue};
use crate::layout::{Layout, Role};
use crate::shared_layout::{Plain, PlainView, SharedLayout, ValidZeroed};

/// At most `N` bytes, of which a `u32` says how many.
///
/// A value, like [`Text`](crate::Text), and with the same places to live in: a
/// [`Latest<Bytes<64>>`](crate::Latest) or a `Mutex`, alone or in a struct. Where the number never
/// changes, `[u8; N]` is simpler.
///
/// ```
/// use shm_core::{Bytes, Latest, Region};
///
/// let packet = Region::<Latest<Bytes<8>>>::private()?;
/// packet.store(&Bytes::new(b"\0\x01")?)?;
/// assert_eq!(packet.load()?, b"\0\x01");
/// assert!(Bytes::<8>::new(b"nine byte").is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy)]
#[repr(transparent)]
pub struct Bytes<const N: usize>(Counted<N>);

impl<const N: usize> Bytes<N> {
    /// These bytes.
    ///
    /// # Errors
    /// If there are more than `N`.
    pub fn new(bytes: &[u8]) -> Result<Self, DoesNotFit> {
        Counted::new(bytes).map(Self)
    }

    /// The bytes.
    #[must_use]
    #[inline]
    pub const fn as_slice(&self) -> &[u8] {
        self.0.as_slice()
    }

    /// How many bytes fit.
    #[must_use]
    pub const fn capacity(&self) -> usize {
        N
    }

    /// Appends `bytes`.
    ///
    /// # Errors
    /// If there are more than `N` with them; nothing is appended then.
    pub fn extend_from_slice(&mut self, bytes: &[u8]) -> Result<(), DoesNotFit> {
        self.0.push(bytes)
    }

    /// Removes everything.
    pub fn clear(&mut self) {
        self.0 = Counted::EMPTY;
    }
}

/// No bytes.
impl<const N: usize> Default for Bytes<N> {
    fn default() -> Self {
        Self(Counted::EMPTY)
    }
}

impl<const N: usize> Deref for Bytes<N> {
    type Target = [u8];

    #[inline]
    fn deref(&self) -> &[u8] {
        self.as_slice()
    }
}

impl<const N: usize> AsRef<[u8]> for Bytes<N> {
    fn as_ref(&self) -> &[u8] {
        self
    }
}

/// A quoted byte string: bytes that are no ASCII are escaped.
impl<const N: usize> fmt::Debug for Bytes<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "b\"{}\"", self.escape_ascii())
    }
}

/// Bytes of any two capacities are equal if they are the same bytes.
impl<const N: usize, const M: usize> PartialEq<Bytes<M>> for Bytes<N> {
    fn eq(&self, other: &Bytes<M>) -> bool {
        self.as_slice() == other.as_slice()
    }
}

impl<const N: usize> Eq for Bytes<N> {}

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

impl<const N: usize> PartialOrd for Bytes<N> {
    fn partial_cmp(&self, other: &Self) -> Option<Comparison> {
        Some(self.cmp(other))
    }
}

impl<const N: usize> Ord for Bytes<N> {
    fn cmp(&self, other: &Self) -> Comparison {
        self.as_slice().cmp(other.as_slice())
    }
}

impl<const N: usize> Hash for Bytes<N> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_slice().hash(state);
    }
}

/// The shared form of [`Bytes`], reached through what keeps its parts together: the guard of a
/// `Mutex`, say.
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

    /// Writes `bytes`, and zeros behind them.
    ///
    /// # Errors
    /// If there are more than `N`; nothing is written then.
    pub fn set(&self, bytes: &[u8]) -> Result<(), DoesNotFit>
    where
        A: CanWrite,
    {
        self.0.set(&Bytes::<N>::new(bytes)?.0);
        Ok(())
    }
}

impl<const N: usize, A: Access> fmt::Debug for BytesView<N, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.get() {
            Ok(bytes) => bytes.fmt(f),
            Err(_) => f.write_str("<invalid>"),
        }
    }
}

// SAFETY: both sides are a u32 and N bytes, `repr(C)`, each accessed on its own; any bytes are valid
// in the view.
unsafe impl<const N: usize> SharedLayout for Bytes<N> {
    type View<A: Access> = BytesView<N, A>;
    const LAYOUT: &'static Layout = &Counted::<N>::layout("Bytes", Role::Bytes);
}

// SAFETY: bare atomics need nothing around them.
unsafe impl<const N: usize> Plain for Bytes<N> {
    #[inline]
    fn load_from<A: Access>(view: &BytesView<N, A>) -> Result<Self, InvalidValue> {
        view.get()
    }

    #[inline]
    fn store_to<A: CanWrite>(view: &BytesView<N, A>, value: &Self) {
        view.0.set(&value.0);
    }
}

impl<const N: usize, A: Access> PlainView for BytesView<N, A> {
    type Value = Bytes<N>;
    type Mode = A;
}

impl<const N: usize> ValidZeroed for Bytes<N> {}
