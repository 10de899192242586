//! The traits that tie a type to its shared form.

mod partial_array;

use std::fmt::Debug;
use std::mem::MaybeUninit;
use std::sync::atomic::Ordering::{Acquire, Release};
use std::sync::atomic::fence;

pub(crate) use partial_array::PartialArray;

use crate::access::{Access, CanWrite, ReadOnly, ReadWrite};
use crate::copy;
use crate::error::InvalidValue;
use crate::layout::Layout;

/// A type that can live in shared memory; implement it with `#[derive(SharedLayout)]`.
///
/// # Safety
/// For every `A`, `View<A>`
/// - has the size and alignment of `Self`, and the same bytes for every `A`;
/// - is made of atomics alone, so that it may be referenced while other processes write (zero-sized
///   parts and padding excepted);
/// - is valid for every byte pattern;
/// - accesses each byte at one width only, the width that `LAYOUT` gives.
///
/// `LAYOUT` describes these bytes.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot live in shared memory",
    label = "has no shared form",
    note = "scalars, `Option<NonZeroU32>` and its kin, arrays, `Be`/`Le`, `CText`, and structs and enums of your own with `#[derive(SharedLayout)]` and a `#[repr(..)]` can",
    note = "instead of std's atomics and locks use plain integers, which are atomic here, and `shm_core::Mutex`; instead of times, network addresses and pointers the integers and bytes that they stand for"
)]
pub unsafe trait SharedLayout: Sized + 'static {
    /// The shared form of this type, which a region of it derefs to.
    type View<A: Access>: Debug + Send + Sync;

    /// The layout, known at compile time.
    const LAYOUT: &'static Layout;
}

/// The shared form of `T` inside a view, used for the fields of a view.
pub type Shared<T, A = ReadWrite> = <T as SharedLayout>::View<A>;

/// The same memory, for reading only.
#[doc(hidden)]
#[inline]
pub fn read_only<T: SharedLayout, A: Access>(view: &T::View<A>) -> &T::View<ReadOnly> {
    // SAFETY: `View` is the same bytes for every access mode, and atomics alone, so that a second kind
    // of reference to it makes no further claims.
    unsafe { &*std::ptr::from_ref(view).cast() }
}

/// A type of plain data: it can be copied out of a region and into it as a value.
///
/// Holds for a struct exactly when it holds for every field. The opposite is a live type, such as a
/// lock, which means something only inside a region.
///
/// # Safety
/// No part of the view is live: any memory of the right size and alignment may hold it. If `ANY_BYTES`
/// is true, any initialised bytes are a valid value, the one that `load_from` returns; if `NO_PADDING`
/// is true, no byte of a value is padding, and `store_to` writes exactly these bytes.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be read or written as one plain value",
    label = "not plain data",
    note = "read or write its fields one by one, through the view",
    note = "locks and other live types work only inside a `Region`, not in an `Overlay` or in a value"
)]
pub unsafe trait Plain: SharedLayout {
    /// Whether copying the bytes out loads the value.
    #[doc(hidden)]
    const ANY_BYTES: bool = false;

    /// Whether copying the bytes in stores the value.
    #[doc(hidden)]
    const NO_PADDING: bool = false;

    /// Copies a value out of a view, field by field; see [`Field::get`](crate::Field::get).
    ///
    /// # Errors
    /// If the bytes of a checked field are not a value of its type.
    fn load_from<A: Access>(view: &Self::View<A>) -> Result<Self, InvalidValue>;

    /// Copies a value out of a view into `out`, without a second copy on the stack.
    ///
    /// # Errors
    /// As [`Plain::load_from`]; `out` then holds new values before the bad field, and old ones after it.
    #[inline]
    fn load_into<A: Access>(view: &Self::View<A>, out: &mut Self) -> Result<(), InvalidValue> {
        *out = Self::load_from(view)?;
        Ok(())
    }

    /// Copies a value into a view, field by field. Padding is not written.
    fn store_to<A: CanWrite>(view: &Self::View<A>, value: &Self);

    /// Copies as many values as both slices have. Callers have checked that the lengths agree.
    ///
    /// # Errors
    /// As [`Plain::load_into`].
    #[doc(hidden)]
    #[inline]
    fn load_slice<A: Access>(
        views: &[Self::View<A>],
        out: &mut [Self],
    ) -> Result<(), InvalidValue> {
        if load_whole::<Self, A>(views, out.as_mut_ptr(), out.len()) {
            return Ok(());
        }
        views.iter().zip(out).try_for_each(|(view, out)| Self::load_into(view, out))
    }

    /// Copies as many values as both slices have. Callers have checked that the lengths agree.
    #[doc(hidden)]
    #[inline]
    fn store_slice<A: CanWrite>(views: &[Self::View<A>], values: &[Self]) {
        if store_whole::<Self, A>(views, values) {
            return;
        }
        for (view, value) in views.iter().zip(values) {
            Self::store_to(view, value);
        }
    }

    /// Copies one value into every element.
    #[doc(hidden)]
    #[inline]
    fn fill_slice<A: CanWrite>(views: &[Self::View<A>], value: &Self) {
        for view in views {
            Self::store_to(view, value);
        }
    }

    /// Copies a whole array.
    ///
    /// # Errors
    /// As [`Plain::load_from`].
    #[doc(hidden)]
    #[inline]
    fn load_array<A: Access, const N: usize>(
        views: &[Self::View<A>; N],
    ) -> Result<[Self; N], InvalidValue> {
        let mut whole = MaybeUninit::<[Self; N]>::uninit();
        if load_whole::<Self, A>(views, whole.as_mut_ptr().cast(), N) {
            // SAFETY: all elements were copied, and any bytes are a value of theirs.
            return Ok(unsafe { whole.assume_init() });
        }
        let mut out = PartialArray::new();
        for view in views {
            out.push(Self::load_from(view)?);
        }
        Ok(out.finish())
    }

    /// Copies all values into a new vector.
    ///
    /// # Errors
    /// As [`Plain::load_from`].
    #[doc(hidden)]
    fn load_vec<A: Access>(views: &[Self::View<A>]) -> Result<Vec<Self>, InvalidValue> {
        let mut out = Vec::with_capacity(views.len());
        if load_whole::<Self, A>(views, out.as_mut_ptr(), views.len()) {
            // SAFETY: that many were copied, and any bytes are a value of theirs.
            unsafe { out.set_len(views.len()) };
            return Ok(out);
        }
        for view in views {
            out.push(Self::load_from(view)?);
        }
        Ok(out)
    }
}

/// Copies as many structs as both slices have, all fields in one go, if any bytes are a value of theirs
/// and there is a faster way than field by field. Returns whether it did.
#[inline]
fn load_whole<T: Plain, A: Access>(views: &[T::View<A>], out: *mut T, len: usize) -> bool {
    if !T::ANY_BYTES {
        return false;
    }
    let len = size_of::<T>() * views.len().min(len);
    let shared = views.as_ptr().cast();
    // SAFETY: views are as large and as aligned as values, and made of atomics of the widths that every
    // process uses (I1, I5), each aligned to its width; `out` has room for that many.
    let copied = unsafe { copy::load_structs(shared, out.cast(), len, align_of::<T>()) };
    // Pairs with the Release of the process that published these fields.
    fence(Acquire);
    copied
}

/// Like [`load_whole`], in the other direction, if there is no padding.
#[inline]
fn store_whole<T: Plain, A: CanWrite>(views: &[T::View<A>], values: &[T]) -> bool {
    if !T::NO_PADDING {
        return false;
    }
    let len = size_of::<T>() * views.len().min(values.len());
    let (shared, private) = (views.as_ptr().cast_mut().cast(), values.as_ptr().cast());
    // Pairs with the Acquire of a process that reads these fields.
    fence(Release);
    // SAFETY: as in `load_whole`; a value's bytes are the ones that storing its fields would write, and
    // the views may write (I3).
    unsafe { copy::store_structs(shared, private, len, align_of::<T>()) }
}

/// The view of a [`Plain`] type: names the value's type, and has `load` and `store` for views without
/// their own. Views of structs have their own; for arrays, bring this trait into scope.
///
/// ```
/// use shm_core::{traits::PlainView, Region, SharedLayout};
///
/// #[derive(SharedLayout)]
/// #[repr(C)]
/// struct Station {
///     samples: [u32; 4],
/// }
///
/// let station = Region::<Station>::options().private()?;
/// station.samples.store(&[1, 2, 3, 4]);
/// let [first, .., last] = station.samples.load()?;
/// assert_eq!((first, last), (1, 4));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait PlainView: Sized {
    /// The value.
    type Value: Plain<View<Self::Mode> = Self>;
    /// The view's access mode.
    type Mode: Access;

    /// Copies the whole value out, each field and element whole, but not a snapshot of several. For a
    /// slice, whose length the type does not know, see [`Bulk`](crate::Bulk).
    ///
    /// # Errors
    /// If the bytes of a checked field are not a value of its type.
    #[inline]
    fn load(&self) -> Result<Self::Value, InvalidValue> {
        Plain::load_from::<Self::Mode>(self)
    }

    /// Writes the whole value, each field and element whole: other processes may see some new and some old.
    #[inline]
    fn store(&self, value: &Self::Value)
    where
        Self::Mode: CanWrite,
    {
        Plain::store_to::<Self::Mode>(self, value);
    }
}

/// A type for which memory full of zeros, as from [`Region::create`], is a valid value.
///
/// [`Region::create`]: crate::Region::create
#[diagnostic::on_unimplemented(
    message = "zero is not a valid `{Self}`",
    label = "a new region is full of zeros, which is not a valid value here: an enum needs a variant with the value 0",
    note = "give the enum a variant with the value 0, or create the region with an initial value: `Region::create_from(name, &value)` or `Region::options().create_with(name, |view| ..)`"
)]
pub trait ValidZeroed {}
