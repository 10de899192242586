//! [`Field`]: a scalar in a region.

use std::fmt;
use std::marker::PhantomData;
use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release, SeqCst};
use std::sync::atomic::{Ordering, fence};

use crate::access::{Access, CanWrite, ReadWrite};
use crate::error::InvalidValue;
use crate::layout::{Kind, Layout};
use crate::scalar::{Integer, Scalar};
use crate::shared_layout::{Plain, PlainView, SharedLayout, ValidZeroed};

/// A scalar that other processes may read and write at any time.
///
/// `get` and `set` are one instruction each on x86-64. `get` is an Acquire load and `set` a Release
/// store: what a process wrote before its `set` is seen by whoever `get`s that value. There is no
/// order between different fields beyond that, no snapshot of several fields (see `Latest` for
/// that), and a protocol in which two processes each set a flag and then look at the other's needs
/// `store(.., SeqCst)` and `load(SeqCst)`.
///
/// ```
/// use shm_core::Region;
///
/// let hits = Region::<u64>::private()?;
/// hits.set(41);
/// assert_eq!(hits.fetch_add(1), 41);
/// assert_eq!(hits.get(), 42);
/// # Ok::<(), shm_core::Error>(())
/// ```
#[repr(transparent)]
pub struct Field<T: Scalar, A: Access = ReadWrite> {
    cell: T::Cell,
    access: PhantomData<A>,
}

impl<T: Scalar, A: Access> Field<T, A> {
    /// Reads the value: an Acquire load.
    #[inline]
    pub fn get(&self) -> T {
        self.load(Acquire)
    }

    /// Reads the value without ordering anything else.
    #[inline]
    pub fn get_relaxed(&self) -> T {
        T::load(&self.cell, Relaxed)
    }

    /// Reads the value with an explicit ordering.
    ///
    /// On a read-only view the load is Relaxed, followed by a fence of the ordering asked for: that
    /// is what [`std::sync::atomic`] guarantees to work on read-only memory.
    ///
    /// # Panics
    /// If `order` is `Release` or `AcqRel`, as [`std::sync::atomic::AtomicU64::load`] does.
    #[inline]
    #[track_caller]
    pub fn load(&self, order: Ordering) -> T {
        if A::WRITABLE {
            return T::load(&self.cell, order);
        }
        match order {
            Relaxed => T::load(&self.cell, Relaxed),
            Acquire => {
                let value = T::load(&self.cell, Relaxed);
                fence(Acquire);
                value
            }
            SeqCst => {
                fence(SeqCst);
                let value = T::load(&self.cell, Relaxed);
                fence(SeqCst);
                value
            }
            other => panic!("a load cannot be {other:?}"),
        }
    }

    /// Writes the value: a Release store.
    #[inline]
    pub fn set(&self, value: T)
    where
        A: CanWrite,
    {
        T::store(&self.cell, value, Release);
    }

    /// Writes the value without ordering anything else.
    #[inline]
    pub fn set_relaxed(&self, value: T)
    where
        A: CanWrite,
    {
        T::store(&self.cell, value, Relaxed);
    }

    /// Writes the value with an explicit ordering.
    ///
    /// # Panics
    /// If `order` is `Acquire` or `AcqRel`, as [`std::sync::atomic::AtomicU64::store`] does.
    #[inline]
    #[track_caller]
    pub fn store(&self, value: T, order: Ordering)
    where
        A: CanWrite,
    {
        T::store(&self.cell, value, order);
    }

    /// Writes the value and returns the one before it, in one step (`AcqRel`).
    #[inline]
    pub fn swap(&self, value: T) -> T
    where
        A: CanWrite,
    {
        T::swap(&self.cell, value, AcqRel)
    }

    /// Writes `new` if the value is `current`, in one step (`AcqRel`, on failure `Acquire`). Floats
    /// are compared by their bits.
    ///
    /// # Errors
    /// The value that was found instead of `current`.
    #[inline]
    pub fn compare_exchange(&self, current: T, new: T) -> Result<T, T>
    where
        A: CanWrite,
    {
        T::compare_exchange(&self.cell, current, new, AcqRel, Acquire)
    }

    /// Replaces the value by `update(value)`, again and again until nobody else wrote in between;
    /// returns the value before. `None` from `update` leaves the field alone.
    ///
    /// # Errors
    /// The value for which `update` said `None`.
    ///
    /// ```
    /// # let stock = shm_core::Region::<u32>::private()?;
    /// stock.set(1);
    /// assert_eq!(stock.fetch_update(|left| left.checked_sub(1)), Ok(1));
    /// assert_eq!(stock.fetch_update(|left| left.checked_sub(1)), Err(0));
    /// # Ok::<(), shm_core::Error>(())
    /// ```
    #[inline]
    pub fn fetch_update(&self, mut update: impl FnMut(T) -> Option<T>) -> Result<T, T>
    where
        A: CanWrite,
    {
        let mut current = self.get();
        while let Some(new) = update(current) {
            match self.compare_exchange(current, new) {
                Ok(before) => return Ok(before),
                Err(found) => current = found,
            }
        }
        Err(current)
    }
}

macro_rules! read_modify_writes {
    ($($(#[$doc:meta])* $name:ident $step:ident;)*) => {
        impl<T: Integer, A: Access> Field<T, A> {$(
            $(#[$doc])*
            /// One step that no other process can interrupt (`AcqRel`).
            #[inline]
            pub fn $name(&self, value: T) -> T
            where
                A: CanWrite,
            {
                T::$step(&self.cell, value, AcqRel)
            }
        )*}
    };
}

read_modify_writes! {
    /// Adds, wrapping around at the type's limit; returns the value before.
    fetch_add add;
    /// Subtracts, wrapping around at the type's limit; returns the value before.
    fetch_sub sub;
    /// Bitwise and; returns the value before.
    fetch_and and;
    /// Bitwise or; returns the value before.
    fetch_or or;
    /// Bitwise exclusive or; returns the value before.
    fetch_xor xor;
    /// Keeps the greater of the two; returns the value before.
    fetch_max max;
    /// Keeps the lesser of the two; returns the value before.
    fetch_min min;
}

impl<T: Scalar, A: Access> fmt::Debug for Field<T, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.get().fmt(f)
    }
}

impl<T: Scalar + Plain, A: Access> PlainView for Field<T, A>
where
    T: SharedLayout<View<A> = Self>,
{
    type Value = T;
    type Mode = A;
}

macro_rules! scalars {
    ($($scalar:ident)*) => {$(
        // SAFETY: `Field` is one atomic of the scalar's size, at whose alignment `prove_cell` looks;
        // every byte pattern is a value, and nothing else accesses the cell.
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
        }

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
