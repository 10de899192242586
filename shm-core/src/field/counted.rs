//! A length and that many bytes, with room for `N`: the representation of [`Text`](super::Text) and
//! [`Bytes`](super::Bytes), and the impls that both share.

use std::sync::atomic::Ordering::{Acquire, Release};
use std::sync::atomic::fence;

use super::Field;
use crate::access::{Access, CanWrite};
use crate::error::{DoesNotFit, InvalidValue};
use crate::layout::{FieldLayout, Kind, Layout, Role};
use crate::registry;
use crate::shared_layout::SharedLayout;

/// The bytes. `len <= N`, and the bytes from `len` on are zero, so equal values have equal bytes.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(C)]
pub(super) struct Counted<const N: usize> {
    len: u32,
    bytes: [u8; N],
}

impl<const N: usize> Counted<N> {
    pub(super) const EMPTY: Self = {
        assert!(N > 0, "the capacity is 0; give it at least one byte");
        assert!(N <= u32::MAX as usize, "the length is a `u32`");
        Self { len: 0, bytes: [0; N] }
    };

    pub(super) fn new(content: &[u8]) -> Result<Self, DoesNotFit> {
        let mut counted = Self::EMPTY;
        counted.push(content)?;
        Ok(counted)
    }

    /// The first bytes of `content`, as many as fit.
    pub(super) fn prefix(content: &[u8]) -> Self {
        let (mut counted, len) = (Self::EMPTY, content.len().min(N));
        counted.bytes[..len].copy_from_slice(&content[..len]);
        counted.len = len as u32;
        counted
    }

    #[inline]
    pub(super) const fn as_slice(&self) -> &[u8] {
        self.bytes.split_at(self.len as usize).0
    }

    /// Appends all of `more`, or nothing.
    pub(super) fn push(&mut self, more: &[u8]) -> Result<(), DoesNotFit> {
        let start = self.len as usize;
        let len = start.saturating_add(more.len());
        let Some(room) = self.bytes.get_mut(start..len) else {
            return Err(DoesNotFit::TooLong { len, capacity: N });
        };
        room.copy_from_slice(more);
        // At most N, which `EMPTY` proves to fit a `u32`.
        self.len = len as u32;
        Ok(())
    }

    /// The layout: a struct of `len` and `bytes`, with this role.
    pub(super) const fn layout(name: &'static str, role: Role) -> Layout {
        let fields = const {
            &[
                FieldLayout::new("len", 0, u32::LAYOUT),
                FieldLayout::new("bytes", std::mem::offset_of!(Self, bytes), <[u8; N]>::LAYOUT),
            ]
        };
        let _ = Self::EMPTY;
        Layout::new(name, size_of::<Self>(), align_of::<Self>(), Kind::Live { role, fields })
    }
}

/// The shared form: a length and `N` bytes, each an atomic.
#[repr(C)]
pub(super) struct CountedView<const N: usize, A: Access> {
    len: Field<u32, A>,
    bytes: [Field<u8, A>; N],
}

impl<const N: usize, A: Access> CountedView<N, A> {
    /// Copies the bytes out, ordered as one Acquire load.
    pub(super) fn get(&self, type_name: &'static str) -> Result<Counted<N>, InvalidValue> {
        let mut copy = Counted::EMPTY;
        let len = self.len.get_relaxed();
        let Some(room) = copy.bytes.get_mut(..len as usize) else {
            return Err(self.bad_len(type_name, len));
        };
        for (byte, copy) in self.bytes.iter().zip(room) {
            *copy = byte.get_relaxed();
        }
        copy.len = len;
        // Pairs with the Release fence of `set`.
        fence(Acquire);
        Ok(copy)
    }

    /// Writes the length and all bytes, ordered as one Release store.
    pub(super) fn set(&self, value: &Counted<N>)
    where
        A: CanWrite,
    {
        // Pairs with the Acquire fence of `get`.
        fence(Release);
        self.len.set_relaxed(value.len);
        for (byte, value) in self.bytes.iter().zip(value.bytes) {
            byte.set_relaxed(value);
        }
    }

    /// The error for a length that exceeds the capacity.
    #[cold]
    fn bad_len(&self, type_name: &'static str, len: u32) -> InvalidValue {
        let address = std::ptr::from_ref(&self.len).addr();
        let allowed = "a length of at most the capacity";
        registry::invalid_value(address, type_name, len.into(), size_of::<u32>(), allowed)
    }

    /// The error for the byte at `index`.
    #[cold]
    pub(super) fn bad_byte(&self, type_name: &'static str, index: usize, byte: u8) -> InvalidValue {
        let address = std::ptr::from_ref(&self.bytes[index]).addr();
        registry::invalid_value(address, type_name, byte.into(), 1, "UTF-8")
    }
}

/// Implements comparisons of a value by its contents alone, ignoring the bytes after them.
macro_rules! compared_by {
    ($content:ident, $value:ident) => {
        impl<const N: usize> Eq for $value<N> {}

        impl<const N: usize> PartialOrd for $value<N> {
            fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
                Some(self.cmp(other))
            }
        }

        impl<const N: usize> Ord for $value<N> {
            fn cmp(&self, other: &Self) -> std::cmp::Ordering {
                self.$content().cmp(other.$content())
            }
        }

        impl<const N: usize> std::hash::Hash for $value<N> {
            fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
                self.$content().hash(state);
            }
        }
    };
}
pub(super) use compared_by;

/// Implements everything that the values over [`Counted`] and their views have in common; they differ in
/// the type of their contents, and in the checks of a view's `get`.
macro_rules! counted_value {
    ($value:ident: $content:ident $type:ty; $view:ident) => {
        impl<const N: usize> $value<N> {
            /// The number of bytes that fit.
            #[must_use]
            pub const fn capacity(&self) -> usize {
                N
            }

            /// Removes all contents.
            pub fn clear(&mut self) {
                *self = Self::default();
            }
        }

        /// Empty.
        impl<const N: usize> Default for $value<N> {
            fn default() -> Self {
                Self(Counted::EMPTY)
            }
        }

        impl<const N: usize> std::ops::Deref for $value<N> {
            type Target = $type;

            #[inline]
            fn deref(&self) -> &$type {
                self.$content()
            }
        }

        impl<const N: usize> AsRef<$type> for $value<N> {
            fn as_ref(&self) -> &$type {
                self
            }
        }

        /// Values of different capacities are equal if their contents are.
        impl<const N: usize, const M: usize> PartialEq<$value<M>> for $value<N> {
            fn eq(&self, other: &$value<M>) -> bool {
                self.$content() == other.$content()
            }
        }

        super::counted::compared_by!($content, $value);

        /// The value's `Debug`, or `<invalid>`.
        impl<const N: usize, A: Access> fmt::Debug for $view<N, A> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self.get() {
                    Ok(value) => fmt::Debug::fmt(&value, f),
                    Err(_) => f.write_str("<invalid>"),
                }
            }
        }

        // SAFETY: both sides are a u32 and N bytes, `repr(C)`, each accessed on its own; any bytes
        // are valid in the view.
        unsafe impl<const N: usize> SharedLayout for $value<N> {
            type View<A: Access> = $view<N, A>;
            const LAYOUT: &'static Layout = &Counted::<N>::layout(stringify!($value), Role::$value);
        }

        // SAFETY: bare atomics need nothing around them.
        unsafe impl<const N: usize> Plain for $value<N> {
            #[inline]
            fn load_from<A: Access>(view: &$view<N, A>) -> Result<Self, InvalidValue> {
                view.get()
            }

            #[inline]
            fn store_to<A: CanWrite>(view: &$view<N, A>, value: &Self) {
                view.0.set(&value.0);
            }
        }

        impl<const N: usize, A: Access> PlainView for $view<N, A> {
            type Value = $value<N>;
            type Mode = A;
        }

        impl<const N: usize> ValidZeroed for $value<N> {}
    };
}
pub(super) use counted_value;
