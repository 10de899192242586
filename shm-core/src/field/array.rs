//! Arrays: `[T; N]` in a struct is `[View; N]` in its view, a real array.

use std::mem::MaybeUninit;

use crate::access::{Access, CanWrite};
use crate::error::InvalidValue;
use crate::layout::{Kind, Layout};
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

// SAFETY: no element is live.
unsafe impl<T: Plain, const N: usize> Plain for [T; N] {
    fn load_from<A: Access>(view: &[T::View<A>; N]) -> Result<Self, InvalidValue> {
        let mut out =
            PartialArray::<T, N> { elements: [const { MaybeUninit::uninit() }; N], len: 0 };
        for view in view {
            out.elements[out.len].write(T::load_from(view)?);
            out.len += 1;
        }
        Ok(out.finish())
    }

    #[inline]
    fn load_into<A: Access>(view: &[T::View<A>; N], out: &mut Self) -> Result<(), InvalidValue> {
        T::load_slice(view, out)
    }

    #[inline]
    fn store_to<A: CanWrite>(view: &[T::View<A>; N], value: &Self) {
        T::store_slice(view, value);
    }
}

impl<V: PlainView, const N: usize> PlainView for [V; N] {
    type Value = [V::Value; N];
    type Mode = V::Mode;
}

impl<T: ValidZeroed, const N: usize> ValidZeroed for [T; N] {}

/// The first `len` elements are initialised, and dropped unless all are handed out.
struct PartialArray<T, const N: usize> {
    elements: [MaybeUninit<T>; N],
    len: usize,
}

impl<T, const N: usize> PartialArray<T, N> {
    fn finish(mut self) -> [T; N] {
        assert_eq!(self.len, N);
        self.len = 0;
        // SAFETY: all N elements were initialised, and `len` is 0, so that they are not dropped here.
        unsafe { std::ptr::from_ref(&self.elements).cast::<[T; N]>().read() }
    }
}

impl<T, const N: usize> Drop for PartialArray<T, N> {
    fn drop(&mut self) {
        for element in &mut self.elements[..self.len] {
            // SAFETY: the first `len` elements are initialised.
            unsafe { element.assume_init_drop() };
        }
    }
}
