//! [`CText`]: text up to a NUL, as in C and Python's `ctypes`.

use std::borrow::Cow;
use std::fmt;
use std::str::{FromStr, Utf8Error};

use super::Field;
use super::bytes::{load_bytes, store_bytes};
use super::counted::compared_by;
use crate::access::{Access, CanWrite, ReadWrite};
use crate::error::{DoesNotFit, InvalidValue};
use crate::layout::{Kind, Layout};
use crate::placeable::Placeable;
use crate::shared_layout::{Plain, PlainView, SharedLayout, ValidZeroed};

/// Text in `N` bytes that ends at the first NUL, or at the last byte if there is no NUL: a C
/// `char name[N]`, `struct`'s `'Ns'`, CPython's `Array('c', N)`.
///
/// Text created by this type is followed by zeros up to the end; bytes that a foreign writer left after
/// its NUL are kept but are not part of the text. Two texts are equal if their bytes up to the NUL are.
///
/// ```
/// use shm_core::CText;
///
/// let name = CText::<8>::new("foo")?;
/// assert_eq!(name.to_str()?, "foo");
/// assert_eq!(name.as_array(), b"foo\0\0\0\0\0");
/// assert_eq!(CText::<3>::new("foo")?.as_array(), b"foo"); // fits without a NUL
/// assert!(CText::<2>::new("foo").is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy)]
#[repr(transparent)]
pub struct CText<const N: usize>([u8; N]);

impl<const N: usize> CText<N> {
    /// Copies `text`.
    ///
    /// # Errors
    /// If `text` is longer than `N` bytes, or contains a NUL.
    pub fn new(text: &str) -> Result<Self, DoesNotFit> {
        Self::from_bytes(text.as_bytes())
    }

    /// Copies text in any encoding that its readers expect.
    ///
    /// # Errors
    /// If there are more than `N` bytes, or a NUL among them.
    pub fn from_bytes(text: &[u8]) -> Result<Self, DoesNotFit> {
        if let Some(position) = text.iter().position(|&byte| byte == 0) {
            return Err(DoesNotFit::Nul { position });
        }
        let mut bytes = [0; N];
        match bytes.get_mut(..text.len()) {
            Some(start) => start.copy_from_slice(text),
            None => return Err(DoesNotFit::TooLong { len: text.len(), capacity: N }),
        }
        Ok(Self(bytes))
    }

    /// Takes the bytes as they are in memory.
    #[must_use]
    pub const fn from_array(bytes: [u8; N]) -> Self {
        Self(bytes)
    }

    /// The bytes as they are in memory: the text, its NUL if there is room for one, and the rest.
    #[must_use]
    pub const fn as_array(&self) -> &[u8; N] {
        &self.0
    }

    /// The text's bytes, without the NUL.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        let end = self.0.iter().position(|&byte| byte == 0).unwrap_or(N);
        &self.0[..end]
    }

    /// The text.
    ///
    /// # Errors
    /// If it is not UTF-8.
    pub fn to_str(&self) -> Result<&str, Utf8Error> {
        std::str::from_utf8(self.as_bytes())
    }

    /// The text, with `U+FFFD` in place of bytes that are not UTF-8.
    #[must_use]
    pub fn to_string_lossy(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(self.as_bytes())
    }
}

/// The empty text.
impl<const N: usize> Default for CText<N> {
    fn default() -> Self {
        Self([0; N])
    }
}

impl<const N: usize> FromStr for CText<N> {
    type Err = DoesNotFit;

    fn from_str(text: &str) -> Result<Self, DoesNotFit> {
        Self::new(text)
    }
}

impl<const N: usize> TryFrom<&str> for CText<N> {
    type Error = DoesNotFit;

    fn try_from(text: &str) -> Result<Self, DoesNotFit> {
        Self::new(text)
    }
}

impl<const N: usize> TryFrom<&[u8]> for CText<N> {
    type Error = DoesNotFit;

    fn try_from(text: &[u8]) -> Result<Self, DoesNotFit> {
        Self::from_bytes(text)
    }
}

impl<const N: usize> fmt::Display for CText<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.to_string_lossy().fmt(f)
    }
}

/// A quoted byte string: bytes that are not ASCII are escaped.
impl<const N: usize> fmt::Debug for CText<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.as_bytes().escape_ascii())
    }
}

impl<const N: usize> PartialEq for CText<N> {
    fn eq(&self, other: &Self) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

compared_by!(as_bytes, CText);

/// The shared form of [`CText`]: `N` bytes, each an atomic.
///
/// **May tear**: each byte is read and written on its own, so that a reader may see the start of one
/// text and the end of another. Text that must stay whole belongs in a `Latest<Text<N>>`.
///
/// ```
/// use shm_core::{CText, Region};
///
/// let label = Region::<CText<16>>::options().private()?;
/// label.set("north gate")?;
/// assert_eq!(label.get().to_string_lossy(), "north gate");
/// assert!(label.set("much too long a label").is_err());
/// assert_eq!(label.get().to_string_lossy(), "north gate");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[repr(transparent)]
pub struct CTextField<const N: usize, A: Access = ReadWrite> {
    bytes: [Field<u8, A>; N],
}

impl<const N: usize, A: Access> CTextField<N, A> {
    /// Reads all bytes, one by one, ordered as one Acquire load. May tear.
    #[inline]
    pub fn get(&self) -> CText<N> {
        CText(load_bytes(&self.bytes))
    }

    /// Writes `text` followed by zeros, byte by byte, ordered as one Release store. May tear.
    ///
    /// # Errors
    /// If `text` is longer than `N` bytes, or contains a NUL; nothing is written then.
    #[inline]
    pub fn set(&self, text: &str) -> Result<(), DoesNotFit>
    where
        A: CanWrite,
    {
        self.set_bytes(text.as_bytes())
    }

    /// Like [`CTextField::set`], for text in an encoding other than UTF-8.
    ///
    /// # Errors
    /// As [`CTextField::set`].
    pub fn set_bytes(&self, text: &[u8]) -> Result<(), DoesNotFit>
    where
        A: CanWrite,
    {
        store_bytes(&self.bytes, CText::<N>::from_bytes(text)?.0);
        Ok(())
    }

    /// The bytes themselves, including the NUL and the rest.
    #[inline]
    pub fn bytes(&self) -> &[Field<u8, A>; N] {
        &self.bytes
    }
}

impl<const N: usize, A: Access> fmt::Debug for CTextField<N, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.get(), f)
    }
}

impl<const N: usize, A: Access> fmt::Display for CTextField<N, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.get(), f)
    }
}

// SAFETY: both sides are N bytes of alignment 1, each accessed on its own; any bytes are valid.
#[diagnostic::do_not_recommend]
unsafe impl<const N: usize> SharedLayout for CText<N> {
    type View<A: Access> = CTextField<N, A>;
    const LAYOUT: &'static Layout = {
        assert!(N > 0, "`CText<0>` has room for nothing; give it at least one byte");
        &Layout::new("CText", N, 1, Kind::CText { capacity: N })
    };
}

// SAFETY: bare atomics need nothing around them.
#[diagnostic::do_not_recommend]
unsafe impl<const N: usize> Plain for CText<N> {
    #[inline]
    fn load_from<A: Access>(view: &CTextField<N, A>) -> Result<Self, InvalidValue> {
        Ok(view.get())
    }

    #[inline]
    fn store_to<A: CanWrite>(view: &CTextField<N, A>, value: &Self) {
        store_bytes(&view.bytes, value.0);
    }
}

impl<const N: usize, A: Access> PlainView for CTextField<N, A> {
    type Value = CText<N>;
    type Mode = A;
}

#[diagnostic::do_not_recommend]
impl<const N: usize> ValidZeroed for CText<N> {}

impl<const N: usize> Placeable for CText<N> {}
