//! Roots: the types that a region can hold.

use std::fmt::Debug;

use crate::access::{Access, CanWrite, ReadWrite};
use crate::layout::{Kind, Layout};
use crate::shared_layout::{Plain, SharedLayout};

/// A type that a [`Region`](crate::Region) can hold: every [`SharedLayout`] type, a slice of one, and a
/// struct whose last field is a slice (by `#[derive(SharedLayout)]`).
///
/// # Safety
/// As for [`SharedLayout`]; `view_ptr` gives a pointer to exactly `size_for(len)` bytes at `base`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the root of a region",
    note = "a root is a type with `#[derive(SharedLayout)]`, a scalar, an array, or a slice of these"
)]
pub unsafe trait Root: 'static {
    /// The type that a region derefs to.
    type RootView<A: Access>: ?Sized + Debug + Send + Sync;

    /// The layout, known at compile time.
    const ROOT_LAYOUT: &'static Layout;

    /// The part whose length is known at run time, if there is one.
    const TAIL: Option<Tail>;

    /// Returns a pointer to the view at `base` with a tail of `len` elements; without a tail, `len` is
    /// ignored.
    #[doc(hidden)]
    fn view_ptr<A: Access>(base: *const u8, len: usize) -> *const Self::RootView<A>;
}

/// The view of a root: a function that works on a station takes a `&View<Station>`.
pub type View<T, A = ReadWrite> = <T as Root>::RootView<A>;

/// The run-time part of a root.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tail {
    /// The offset of the elements in bytes.
    pub offset: usize,
    /// The size of an element in bytes.
    pub stride: usize,
    /// The alignment of the whole.
    pub align: usize,
}

impl Tail {
    /// Returns the size in bytes of the whole with `len` elements; `None` if that overflows `isize`.
    #[must_use]
    pub const fn size_for(&self, len: usize) -> Option<usize> {
        let Some(elements) = len.checked_mul(self.stride) else { return None };
        let Some(end) = self.offset.checked_add(elements) else { return None };
        let Some(size) = end.checked_next_multiple_of(self.align) else { return None };
        if size > isize::MAX as usize { None } else { Some(size) }
    }
}

/// A root whose length is known at run time.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no run-time length",
    note = "only `[T]` and structs whose last field is a slice have one"
)]
pub trait TailRoot: Root {}

/// A value that a region can be created from: a plain value, or a slice of them.
pub trait RootValue: Root {
    /// Returns the run-time length that this value needs; 0 for a type without one.
    #[doc(hidden)]
    fn tail_len(&self) -> usize;

    /// Writes the value into a view of that length.
    #[doc(hidden)]
    fn store_root<A: CanWrite>(view: &Self::RootView<A>, value: &Self);
}

/// A type that an [`Overlay`](crate::Overlay) can have: every [`Plain`] type, a slice of one, and a
/// struct of such fields whose last one is a slice (by `#[derive(SharedLayout)]`).
///
/// # Safety
/// No part of the view is live: any memory of the right size and alignment may hold it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be laid over foreign bytes",
    label = "not plain data",
    note = "an overlay is of a scalar, an array, a struct or enum with `#[derive(SharedLayout)]`, a slice \
            `[T]` of these, or a struct whose last field is such a slice",
    note = "`Mutex`, `Latest` and the other live types, as a field too, need a `Region`"
)]
pub unsafe trait PlainRoot: Root {}

// SAFETY: no part of a plain type's view is live.
#[diagnostic::do_not_recommend]
unsafe impl<T: Plain> PlainRoot for T {}

// SAFETY: as above, for each element.
#[diagnostic::do_not_recommend]
unsafe impl<T: Plain> PlainRoot for [T] {}

// SAFETY: the view is `T`'s own, whose contract covers it.
unsafe impl<T: SharedLayout> Root for T {
    type RootView<A: Access> = T::View<A>;
    const ROOT_LAYOUT: &'static Layout = T::LAYOUT;
    const TAIL: Option<Tail> = None;

    #[inline]
    fn view_ptr<A: Access>(base: *const u8, _len: usize) -> *const Self::RootView<A> {
        base.cast()
    }
}

impl<T: Plain> RootValue for T {
    fn tail_len(&self) -> usize {
        0
    }

    fn store_root<A: CanWrite>(view: &Self::RootView<A>, value: &Self) {
        T::store_to(view, value);
    }
}

// SAFETY: a slice of `T`'s own views, whose contract covers each.
unsafe impl<T: SharedLayout> Root for [T] {
    type RootView<A: Access> = [T::View<A>];
    const ROOT_LAYOUT: &'static Layout =
        &Layout::new("slice", 0, align_of::<T>(), Kind::Slice { element: T::LAYOUT });
    const TAIL: Option<Tail> =
        Some(Tail { offset: 0, stride: size_of::<T>(), align: align_of::<T>() });

    #[inline]
    fn view_ptr<A: Access>(base: *const u8, len: usize) -> *const Self::RootView<A> {
        std::ptr::slice_from_raw_parts(base.cast(), len)
    }
}

impl<T: SharedLayout> TailRoot for [T] {}

impl<T: Plain> RootValue for [T] {
    fn tail_len(&self) -> usize {
        self.len()
    }

    fn store_root<A: CanWrite>(view: &Self::RootView<A>, value: &Self) {
        T::store_slice(view, value);
    }
}
