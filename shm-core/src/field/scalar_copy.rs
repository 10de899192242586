//! Scalars as plain data: their shared form is a [`Field`], and slices of them are copied with a single
//! fence.

use std::sync::atomic::Ordering::{Acquire, Release};
use std::sync::atomic::fence;

use super::Field;
use crate::access::{Access, CanWrite};
use crate::copy;
use crate::error::InvalidValue;
use crate::layout::{Kind, Layout, ScalarKind};
use crate::placeable::Placeable;
use crate::scalar::Scalar;
use crate::shared_layout::{Plain, SharedLayout, ValidZeroed};

macro_rules! scalars {
    ($($scalar:ident)*) => {$(
        // SAFETY: `Field` is one atomic of the scalar's size, whose alignment `prove_cell` checks; every
        // byte pattern is valid, and nothing else accesses the cell.
        #[diagnostic::do_not_recommend]
        unsafe impl SharedLayout for $scalar {
            type View<A: Access> = Field<$scalar, A>;
            const LAYOUT: &'static Layout = {
                prove_cell::<$scalar>();
                &Layout::new(
                    stringify!($scalar),
                    size_of::<$scalar>(),
                    align_of::<$scalar>(),
                    Kind::Scalar(<$scalar as Scalar>::KIND),
                )
            };
        }

        // SAFETY: a bare atomic needs nothing around it; numbers have no padding, and any bytes are
        // valid. (For `bool`, any byte is valid in a region, but not in Rust.)
        #[diagnostic::do_not_recommend]
        unsafe impl Plain for $scalar {
            const ANY_BYTES: bool = !matches!(<$scalar as Scalar>::KIND, ScalarKind::Bool);
            const NO_PADDING: bool = true;

            #[inline]
            fn load_from<A: Access>(view: &Field<$scalar, A>) -> Result<Self, InvalidValue> {
                Ok(view.get())
            }

            #[inline]
            fn store_to<A: CanWrite>(view: &Field<$scalar, A>, value: &Self) {
                view.set(*value);
            }

            #[inline]
            fn load_slice<A: Access>(
                views: &[Field<$scalar, A>],
                out: &mut [Self],
            ) -> Result<(), InvalidValue> {
                load_elements(views, out);
                // Pairs with the Release of the process that published these elements.
                fence(Acquire);
                Ok(())
            }

            #[inline]
            fn store_slice<A: CanWrite>(views: &[Field<$scalar, A>], values: &[Self]) {
                // Pairs with the Acquire of any process that reads these elements.
                fence(Release);
                store_elements(views, values);
            }

            #[inline]
            fn fill_slice<A: CanWrite>(views: &[Field<$scalar, A>], value: &Self) {
                // As in `store_slice`.
                fence(Release);
                fill_elements(views, *value);
            }

            #[inline]
            fn load_array<A: Access, const N: usize>(
                views: &[Field<$scalar, A>; N],
            ) -> Result<[Self; N], InvalidValue> {
                let mut out = [<$scalar>::default(); N];
                Self::load_slice(views, &mut out)?;
                Ok(out)
            }

            fn load_vec<A: Access>(views: &[Field<$scalar, A>]) -> Result<Vec<Self>, InvalidValue> {
                let mut out = vec![<$scalar>::default(); views.len()];
                Self::load_slice(views, &mut out)?;
                Ok(out)
            }
        }

        #[diagnostic::do_not_recommend]
        impl ValidZeroed for $scalar {}

        impl Placeable for $scalar {}
    )*};
}

/// Reads as many elements as both slices have, each by a relaxed load.
#[inline]
fn load_elements<T: Scalar, A: Access>(views: &[Field<T, A>], out: &mut [T]) {
    if T::KIND as u8 == ScalarKind::Bool as u8 {
        // A byte in a region may hold anything, but a `bool` of this program must be valid.
        views.iter().zip(out).for_each(|(view, out)| *out = view.get_relaxed());
        return;
    }
    let len = size_of::<T>() * views.len().min(out.len());
    let (shared, private) = (views.as_ptr().cast(), out.as_mut_ptr().cast());
    // SAFETY: both slices have at least `len` bytes. A field is an atomic of `T`'s size and alignment
    // (`prove_cell`), which only atomics of that width access (I5), and holds the bytes of a `T`; any
    // bytes are valid, except for `bool`, which is excluded above.
    unsafe { copy::load::<T>(shared, private, len) };
}

/// Writes as many elements as both slices have, each by a relaxed store.
#[inline]
fn store_elements<T: Scalar, A: CanWrite>(views: &[Field<T, A>], values: &[T]) {
    let len = size_of::<T>() * views.len().min(values.len());
    let (shared, private) = (views.as_ptr().cast_mut().cast(), values.as_ptr().cast());
    // SAFETY: as in `load_elements`; a scalar has no padding, and the view may write (I3).
    unsafe { copy::store::<T>(shared, private, len) };
}

/// Writes `value` to every element, each by a relaxed store.
#[inline]
fn fill_elements<T: Scalar, A: CanWrite>(views: &[Field<T, A>], value: T) {
    let shared = views.as_ptr().cast_mut().cast();
    // SAFETY: as in `store_elements`.
    unsafe { copy::fill::<T>(shared, value, size_of_val(views)) };
}

scalars! { u8 u16 u32 u64 i8 i16 i32 i64 f32 f64 bool }

/// Proves the premise of every view: a cell has the size and alignment of the scalar itself. This is
/// false for `u64` and `f64` on some 32-bit targets, where it stops the build.
const fn prove_cell<T: Scalar>() {
    assert!(
        size_of::<T::Cell>() == size_of::<T>() && align_of::<T::Cell>() == align_of::<T>(),
        "this target's atomics are not laid out like its scalars"
    );
}
