//! [`Content`]: the values that an [`Owned`](super::Owned) can keep, in and out of a block's words.

use std::borrow::Borrow;
use std::fmt;
use std::sync::atomic::AtomicU64;

use super::decoder::Misfit;
use super::elements::{Elements, load_bytes, store_bytes};
use super::heap_value::HeapValue;
use crate::access::{ReadOnly, ReadWrite};
use crate::error::InvalidValue;
use crate::layout::{Kind, Layout, Role};
use crate::registry;
use crate::shared_layout::Plain;

/// A value that an [`Owned`](super::Owned) or a [`Map`](super::Map) can keep, or a key: text, a slice of plain values, one as in a
/// [`Latest`](crate::Latest), or one whose parts have any length: [`HeapValue`]. Sealed.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be kept in a heap",
    label = "not plain data",
    note = "an `Owned` keeps `str`, `[T]` of plain values, one plain value, or one struct with `#[derive(HeapValue)]`, whose parts have any length",
    note = "locks, `Owned` and other live types cannot be inside it; put them beside it in the struct"
)]
pub trait Content: kept::Kept + 'static {
    /// The outcome of a load: the value, outside of the region.
    type Loaded: Default;

    /// The value, outside of the region: `String` for `str`, `Vec<T>` for `[T]`, else the type itself.
    type Copied: Borrow<Self>;

    /// No elements of what is kept.
    #[doc(hidden)]
    type Shape;

    #[doc(hidden)]
    const ROLE: Role;

    /// The layout of `Shape`; `None` for text.
    #[doc(hidden)]
    const SHAPE_LAYOUT: Option<&'static Layout>;

    /// The length in bytes.
    #[doc(hidden)]
    fn byte_len(&self) -> usize;

    /// Writes the bytes into words, which are enough; the rest of the last one is zero.
    #[doc(hidden)]
    fn store(&self, words: &[AtomicU64]);

    /// Calls `work` with the bytes of the value, as they are stored.
    #[doc(hidden)]
    fn with_bytes<R>(&self, work: impl FnOnce(&[u8]) -> R) -> R;

    /// Makes a value of the first `len` bytes of `words`, which has them. If they change meanwhile, the
    /// outcome is not used.
    #[doc(hidden)]
    fn load(words: &[AtomicU64], len: usize, out: &mut Self::Loaded) -> Result<(), Unfit>;

    /// The value that was loaded, if one was.
    #[doc(hidden)]
    fn copied(loaded: Self::Loaded) -> Option<Self::Copied>;

    /// The value to keep; `None` to keep nothing.
    #[doc(hidden)]
    fn kept(loaded: &Self::Loaded) -> Option<&Self>;

    /// Whether an empty place means this value.
    #[doc(hidden)]
    fn is_nothing(&self) -> bool;

    #[doc(hidden)]
    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result;
}

mod kept {
    use super::HeapValue;
    use crate::shared_layout::Plain;

    pub trait Kept {}
    impl Kept for str {}
    impl<T: Plain> Kept for [T] {}
    impl<T: HeapValue> Kept for T {}
}

/// The reason why bytes are not a value.
#[derive(Debug)]
pub enum Unfit {
    /// They have another length than a value can have.
    Length { type_name: &'static str, len: usize, allowed: &'static str },
    /// They are not UTF-8.
    Text { byte: u8 },
    /// A part of them is invalid.
    Part(InvalidValue),
    /// A part with contents, or in such a value, is.
    Inside(Box<Misfit>),
}

impl Unfit {
    // A pointer, so that a value that is valid is told apart by one register.
    #[cold]
    pub(super) fn boxed(self) -> Box<Self> {
        Box::new(self)
    }

    #[cold]
    pub(super) fn size(type_name: &'static str, len: usize) -> Self {
        Self::Length { type_name, len, allowed: "the size of the type" }
    }

    /// The error for the place at an address.
    #[cold]
    pub(super) fn at(self, address: usize) -> InvalidValue {
        match self {
            Self::Length { type_name, len, allowed } => {
                registry::invalid_value(address, type_name, len as u64, 8, allowed)
            }
            Self::Text { byte } => registry::invalid_value(address, "str", byte.into(), 1, "UTF-8"),
            Self::Part(error) => registry::moved(&error, error.found().address, address),
            Self::Inside(misfit) => {
                let (path, found) = misfit.into_parts();
                found.at(address).inside(path.as_str())
            }
        }
    }
}

impl Content for str {
    type Loaded = String;
    type Copied = String;
    type Shape = [u8; 0];
    const ROLE: Role = Role::OwnedText;
    const SHAPE_LAYOUT: Option<&'static Layout> = None;

    #[inline]
    fn byte_len(&self) -> usize {
        self.len()
    }

    #[inline]
    fn store(&self, words: &[AtomicU64]) {
        store_bytes(words, self.as_bytes());
    }

    #[inline]
    fn with_bytes<R>(&self, work: impl FnOnce(&[u8]) -> R) -> R {
        work(self.as_bytes())
    }

    fn load(words: &[AtomicU64], len: usize, out: &mut String) -> Result<(), Unfit> {
        let mut bytes = std::mem::take(out).into_bytes();
        <[u8]>::load(words, len, &mut bytes)?;
        *out = String::from_utf8(bytes).map_err(|error| {
            let at = error.utf8_error().valid_up_to();
            Unfit::Text { byte: error.as_bytes().get(at).copied().unwrap_or_default() }
        })?;
        Ok(())
    }

    fn copied(loaded: String) -> Option<String> {
        Some(loaded)
    }

    fn kept(loaded: &String) -> Option<&str> {
        (!loaded.is_empty()).then_some(loaded)
    }

    #[inline]
    fn is_nothing(&self) -> bool {
        self.is_empty()
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

impl<T: Plain> Content for [T] {
    type Loaded = Vec<T>;
    type Copied = Vec<T>;
    type Shape = [T; 0];
    const ROLE: Role = Role::OwnedSlice;
    const SHAPE_LAYOUT: Option<&'static Layout> = {
        assert!(size_of::<T>() > 0, "elements of no bytes cannot be counted by their bytes");
        Some(const { &none_of(T::LAYOUT) })
    };

    #[inline]
    fn byte_len(&self) -> usize {
        size_of_val(self)
    }

    fn store(&self, words: &[AtomicU64]) {
        self.with_bytes(|bytes| store_bytes(words, bytes));
    }

    #[inline]
    fn with_bytes<R>(&self, work: impl FnOnce(&[u8]) -> R) -> R {
        if T::NO_PADDING {
            let start = self.as_ptr().cast::<u8>();
            // SAFETY: the bytes of the slice, all of them initialised as none is padding.
            return work(unsafe { std::slice::from_raw_parts(start, size_of_val(self)) });
        }
        let mut image = Elements::<T>::zeroed(self.len());
        T::store_slice(image.views::<ReadWrite>(), self);
        work(image.bytes())
    }

    fn load(words: &[AtomicU64], len: usize, out: &mut Vec<T>) -> Result<(), Unfit> {
        out.clear();
        if len.checked_rem(size_of::<T>()) != Some(0) {
            return Err(Unfit::Length { type_name: "slice", len, allowed: "whole elements" });
        }
        let count = len / size_of::<T>();
        out.reserve_exact(count);
        if T::ANY_BYTES {
            // SAFETY: there is room for `count` elements, which have `len` bytes.
            unsafe { load_bytes(words, out.as_mut_ptr().cast(), len) };
            // SAFETY: that many were copied, and any bytes are a value of theirs.
            unsafe { out.set_len(count) };
            return Ok(());
        }
        let mut image = Elements::<T>::zeroed(count);
        image.fill(words);
        for view in image.views::<ReadOnly>() {
            out.push(T::load_from(view).map_err(Unfit::Part)?);
        }
        Ok(())
    }

    fn copied(loaded: Vec<T>) -> Option<Vec<T>> {
        Some(loaded)
    }

    fn kept(loaded: &Vec<T>) -> Option<&[T]> {
        (!loaded.is_empty()).then_some(loaded)
    }

    #[inline]
    fn is_nothing(&self) -> bool {
        self.is_empty()
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let image = Elements::<T>::zeroed(self.len());
        T::store_slice(image.views::<ReadWrite>(), self);
        f.debug_list().entries(image.views::<ReadOnly>()).finish()
    }
}

#[diagnostic::do_not_recommend]
impl<T: HeapValue> Content for T {
    type Loaded = Option<T>;
    type Copied = T;
    type Shape = [T::Head; 0];
    const ROLE: Role = Role::Owned;
    const SHAPE_LAYOUT: Option<&'static Layout> = {
        let (size, align) = (size_of::<T::Head>(), align_of::<T::Head>());
        assert!(
            size == T::LAYOUT.size() && align == T::LAYOUT.align(),
            "a layout of the fixed part"
        );
        Some(const { &none_of(T::LAYOUT) })
    };

    #[inline]
    fn byte_len(&self) -> usize {
        HeapValue::byte_len(self)
    }

    #[inline]
    fn store(&self, words: &[AtomicU64]) {
        HeapValue::store(self, words);
    }

    #[inline]
    fn with_bytes<R>(&self, work: impl FnOnce(&[u8]) -> R) -> R {
        HeapValue::with_bytes(self, work)
    }

    #[inline(always)]
    fn load(words: &[AtomicU64], len: usize, out: &mut Option<T>) -> Result<(), Unfit> {
        HeapValue::load(words, len, out)
    }

    #[inline]
    fn copied(loaded: Option<T>) -> Option<T> {
        loaded
    }

    fn kept(loaded: &Option<T>) -> Option<&T> {
        loaded.as_ref()
    }

    #[inline]
    fn is_nothing(&self) -> bool {
        false
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        T::show(self, f)
    }
}

/// The layout of an array without elements.
const fn none_of(element: &'static Layout) -> Layout {
    Layout::new("array", 0, element.align(), Kind::Array { element, len: 0 })
}
