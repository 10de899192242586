//! Scalars as plain data: their shared form is a [`Field`], and slices of them are copied with one
//! fence for all.

use std::sync::atomic::Ordering::{Acquire, Release};
use std::sync::atomic::fence;

use super::Field;
use crate::access::{Access, CanWrite};
use crate::error::InvalidValue;
use crate::layout::{Kind, Layout};
use crate::scalar::Scalar;
use crate::shared_layout::{Plain, SharedLayout, ValidZeroed};

macro_rules! scalars {
    ($($scalar:ident)*) => {$(
        // SAFETY: `Field` is one atomic of the scalar's size, at whose alignment `prove_cell` looks;
        // every byte pattern is a value, and nothing else accesses the cell.
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

        // SAFETY: a bare atomic needs nothing around it.
        #[diagnostic::do_not_recommend]
        unsafe impl Plain for $scalar {
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
                for (view, out) in views.iter().zip(out) {
                    *out = view.get_relaxed();
                }
                // Pairs with the Release of whoever published these elements.
                fence(Acquire);
                Ok(())
            }

            #[inline]
            fn store_slice<A: CanWrite>(views: &[Field<$scalar, A>], values: &[Self]) {
                // Pairs with the Acquire of whoever reads these elements.
                fence(Release);
                for (view, value) in views.iter().zip(values) {
                    view.set_relaxed(*value);
                }
            }

            #[inline]
            fn fill_slice<A: CanWrite>(views: &[Field<$scalar, A>], value: &Self) {
                // As in `store_slice`.
                fence(Release);
                for view in views {
                    view.set_relaxed(*value);
                }
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
    )*};
}

scalars! { u8 u16 u32 u64 i8 i16 i32 i64 f32 f64 bool }

/// The premise of every view: a cell is as large and as aligned as the scalar itself. False for
/// `u64` and `f64` on some 32-bit targets, where it stops the build.
const fn prove_cell<T: Scalar>() {
    assert!(
        size_of::<T::Cell>() == size_of::<T>() && align_of::<T::Cell>() == align_of::<T>(),
        "this target's atomics are not laid out like its scalars"
    );
}
