//! `PhantomData`: a type parameter without bytes.

use std::fmt;
use std::marker::PhantomData;

use crate::access::{Access, CanWrite};
use crate::error::InvalidValue;
use crate::layout::{Kind, Layout};
use crate::placeable::Placeable;
use crate::shared_layout::{Plain, PlainView, SharedLayout, ValidZeroed};

/// The shared form of `PhantomData<T>`: no bytes.
pub struct MarkerView<T, A>(PhantomData<fn() -> (T, A)>);

impl<T, A> fmt::Debug for MarkerView<T, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PhantomData")
    }
}

// SAFETY: both sides have no bytes and alignment 1.
unsafe impl<T: 'static> SharedLayout for PhantomData<T> {
    type View<A: Access> = MarkerView<T, A>;
    const LAYOUT: &'static Layout = &Layout::new("PhantomData", 0, 1, Kind::Marker);
}

// SAFETY: a type without bytes has no live parts.
unsafe impl<T: 'static> Plain for PhantomData<T> {
    const ANY_BYTES: bool = true;
    const NO_PADDING: bool = true;

    #[inline]
    fn load_from<A: Access>(_: &MarkerView<T, A>) -> Result<Self, InvalidValue> {
        Ok(PhantomData)
    }

    #[inline]
    fn store_to<A: CanWrite>(_: &MarkerView<T, A>, _: &Self) {}
}

impl<T: 'static, A: Access> PlainView for MarkerView<T, A> {
    type Value = PhantomData<T>;
    type Mode = A;
}

impl<T> ValidZeroed for PhantomData<T> {}

impl<T> Placeable for PhantomData<T> {}

// SAFETY: both sides have no bytes and alignment 1.
#[diagnostic::do_not_recommend]
unsafe impl SharedLayout for () {
    type View<A: Access> = MarkerView<(), A>;
    const LAYOUT: &'static Layout = &Layout::new("()", 0, 1, Kind::Marker);
}

#[diagnostic::do_not_recommend]
impl ValidZeroed for () {}

impl Placeable for () {}
