//! Arrays: `[T; N]` in a struct is `[View; N]` in its view, a real array.

use crate::access::{Access, CanWrite};
use crate::error::InvalidValue;
use crate::layout::{Kind, Layout};
use crate::placeable::Placeable;
use crate::shared_layout::{Plain, PlainView, SharedLayout, ValidZeroed};

// SAFETY: an array of views has the layout of an array of values, element by element.
unsafe impl<T: SharedLayout, const N: usize> SharedLayout for [T; N] {
    type View<A: Access> = [T::View<A>; N];
    const LAYOUT: &'static Layout = &Layout::new(
        "array",
        size_of::<[T; N]>(),
        align_of::<[T; N]>(),
        Kind::Array { element: T::LAYOUT, len: N },
    );
}

// SAFETY: no element is live; an array has no bytes other than its elements'.
unsafe impl<T: Plain, const N: usize> Plain for [T; N] {
    const ANY_BYTES: bool = T::ANY_BYTES;
    const NO_PADDING: bool = T::NO_PADDING;

    #[inline]
    fn load_from<A: Access>(view: &[T::View<A>; N]) -> Result<Self, InvalidValue> {
        T::load_array(view)
    }

    #[inline]
    fn load_into<A: Access>(view: &[T::View<A>; N], out: &mut Self) -> Result<(), InvalidValue> {
        T::load_slice(view, out)
    }

    #[inline]
    fn store_to<A: CanWrite>(view: &[T::View<A>; N], value: &Self) {
        T::store_slice(view, value);
    }

    // Arrays of arrays are one run of elements, and are copied as one.

    #[inline]
    fn load_slice<A: Access>(
        views: &[[T::View<A>; N]],
        out: &mut [Self],
    ) -> Result<(), InvalidValue> {
        T::load_slice(views.as_flattened(), out.as_flattened_mut())
    }

    #[inline]
    fn store_slice<A: CanWrite>(views: &[[T::View<A>; N]], values: &[Self]) {
        T::store_slice(views.as_flattened(), values.as_flattened());
    }
}

impl<V: PlainView, const N: usize> PlainView for [V; N] {
    type Value = [V::Value; N];
    type Mode = V::Mode;
}

impl<T: ValidZeroed, const N: usize> ValidZeroed for [T; N] {}
impl<T: ValidZeroed> ValidZeroed for [T] {}

impl<T: Placeable, const N: usize> Placeable for [T; N] {}
impl<T: Placeable> Placeable for [T] {}
