//! [`Be`] and [`Le`]: scalars in a fixed byte order, naturally aligned.

use std::cmp::Ordering as Comparison;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;

use super::{Field, sealed};
use crate::access::{Access, CanWrite, ReadWrite};
use crate::error::InvalidValue;
use crate::layout::{Endian, Kind, Layout};
use crate::placeable::Placeable;
use crate::scalar::ByteOrdered;
use crate::shared_layout::{Plain, PlainView, SharedLayout, ValidZeroed};

/// [`Be<T>`] or [`Le<T>`]. Sealed.
pub trait Ordered: sealed::Sealed + Plain + Copy + fmt::Debug + Send + Sync {
    /// The scalar in the processor's own byte order.
    type Native: ByteOrdered;

    /// Converts native bits to the stored ones, or back: the step is its own inverse.
    #[doc(hidden)]
    fn reorder(bits: Self::Native) -> Self::Native;
}

/// The shared form of [`Be<T>`] and [`Le<T>`]: one atomic, read and written in native values.
///
/// Each operation is that of a [`Field`] plus, where the orders differ, one `bswap`. There is no
/// `fetch_add` or similar, as no processor adds in a foreign byte order; `update` is the loop that does
/// it.
///
/// ```
/// use shm_core::{field::Be, Region};
///
/// let port = Region::<Be<u16>>::options().private()?;
/// port.set(8080);
/// assert_eq!(port.get(), 8080);
/// assert_eq!(port.swap(443), 8080);
/// # Ok::<(), shm_core::Error>(())
/// ```
#[repr(transparent)]
pub struct OrderedField<V: Ordered, A: Access = ReadWrite> {
    field: Field<V::Native, A>,
    order: PhantomData<V>,
}

impl<V: Ordered, A: Access> OrderedField<V, A> {
    /// Reads the value: an Acquire load.
    #[inline]
    pub fn get(&self) -> V::Native {
        V::reorder(self.field.get())
    }

    /// Reads the value without ordering anything else.
    #[inline]
    pub fn get_relaxed(&self) -> V::Native {
        V::reorder(self.field.get_relaxed())
    }

    /// Writes the value: a Release store.
    #[inline]
    pub fn set(&self, value: V::Native)
    where
        A: CanWrite,
    {
        self.field.set(V::reorder(value));
    }

    /// Writes the value without ordering anything else.
    #[inline]
    pub fn set_relaxed(&self, value: V::Native)
    where
        A: CanWrite,
    {
        self.field.set_relaxed(V::reorder(value));
    }

    /// Writes the value and returns the previous one, in one step (`AcqRel`).
    #[inline]
    pub fn swap(&self, value: V::Native) -> V::Native
    where
        A: CanWrite,
    {
        V::reorder(self.field.swap(V::reorder(value)))
    }

    /// Writes `new` if the value is `current`, in one step (`AcqRel`, on failure `Acquire`). Floats
    /// are compared by their bits.
    ///
    /// # Errors
    /// The value that was found instead of `current`.
    #[inline]
    pub fn compare_exchange(
        &self,
        current: V::Native,
        new: V::Native,
    ) -> Result<V::Native, V::Native>
    where
        A: CanWrite,
    {
        self.field
            .compare_exchange(V::reorder(current), V::reorder(new))
            .map(V::reorder)
            .map_err(V::reorder)
    }

    /// Replaces the value by `update(value)`, retrying if another process or thread wrote in between;
    /// returns the previous value. If `update` returns `None`, the field is left unchanged.
    ///
    /// # Errors
    /// The value for which `update` returned `None`.
    #[inline]
    pub fn fetch_update(
        &self,
        mut update: impl FnMut(V::Native) -> Option<V::Native>,
    ) -> Result<V::Native, V::Native>
    where
        A: CanWrite,
    {
        self.field
            .fetch_update(|stored| update(V::reorder(stored)).map(V::reorder))
            .map(V::reorder)
            .map_err(V::reorder)
    }

    /// Replaces the value by `update(value)`, retrying if another process or thread wrote in between;
    /// returns the previous value.
    #[inline]
    pub fn update(&self, mut update: impl FnMut(V::Native) -> V::Native) -> V::Native
    where
        A: CanWrite,
    {
        V::reorder(self.field.update(|stored| V::reorder(update(V::reorder(stored)))))
    }
}

impl<V: Ordered<Native: fmt::Display>, A: Access> fmt::Display for OrderedField<V, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.get(), f)
    }
}

impl<V: Ordered, A: Access> fmt::Debug for OrderedField<V, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.get(), f)
    }
}

impl<V: Ordered, A: Access> PlainView for OrderedField<V, A>
where
    V: SharedLayout<View<A> = Self>,
{
    type Value = V;
    type Mode = A;
}

macro_rules! byte_order {
    ($(#[$doc:meta])* $name:ident $order:ident $layout_name:ident $native:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy)]
        #[repr(transparent)]
        pub struct $name<T: ByteOrdered>(
            /// The stored bits, which differ from the native value if the orders differ.
            T,
        );

        impl<T: ByteOrdered> $name<T> {
            /// Wraps a native value.
            #[inline]
            #[must_use]
            pub fn new(value: T) -> Self {
                Self(Self::reorder(value))
            }

            /// The native value.
            #[inline]
            #[must_use]
            pub fn get(self) -> T {
                Self::reorder(self.0)
            }
        }

        impl<T: ByteOrdered> sealed::Sealed for $name<T> {}

        impl<T: ByteOrdered> Ordered for $name<T> {
            type Native = T;

            #[inline]
            fn reorder(bits: T) -> T {
                if cfg!(target_endian = $native) { bits } else { bits.swap_bytes() }
            }
        }

        impl<T: ByteOrdered> From<T> for $name<T> {
            #[inline]
            fn from(value: T) -> Self {
                Self::new(value)
            }
        }

        impl<T: ByteOrdered + Default> Default for $name<T> {
            #[inline]
            fn default() -> Self {
                Self::new(T::default())
            }
        }

        impl<T: ByteOrdered> fmt::Debug for $name<T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_tuple(stringify!($name)).field(&self.get()).finish()
            }
        }

        impl<T: ByteOrdered + fmt::Display> fmt::Display for $name<T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.get(), f)
            }
        }

        /// Compares native values: as floats, `0.0` equals `-0.0`, and a NaN equals nothing.
        impl<T: ByteOrdered> PartialEq for $name<T> {
            #[inline]
            fn eq(&self, other: &Self) -> bool {
                self.get() == other.get()
            }
        }

        impl<T: ByteOrdered + Eq> Eq for $name<T> {}

        impl<T: ByteOrdered + PartialOrd> PartialOrd for $name<T> {
            #[inline]
            fn partial_cmp(&self, other: &Self) -> Option<Comparison> {
                self.get().partial_cmp(&other.get())
            }
        }

        impl<T: ByteOrdered + Ord> Ord for $name<T> {
            #[inline]
            fn cmp(&self, other: &Self) -> Comparison {
                self.get().cmp(&other.get())
            }
        }

        impl<T: ByteOrdered + Hash> Hash for $name<T> {
            fn hash<H: Hasher>(&self, state: &mut H) {
                self.get().hash(state);
            }
        }

        // SAFETY: the view is a transparent wrapper of `Field<T, A>`, whose safety `T`'s own
        // implementation proves; the value has `T`'s size and alignment, and any bits are valid.
        unsafe impl<T: ByteOrdered> SharedLayout for $name<T> {
            type View<A: Access> = OrderedField<Self, A>;
            const LAYOUT: &'static Layout = &Layout::new(
                T::$layout_name,
                size_of::<Self>(),
                align_of::<Self>(),
                Kind::Ordered { scalar: T::KIND, order: Endian::$order, packed: false },
            );
        }

        // SAFETY: a bare atomic needs nothing around it; any bytes are a valid number in either order.
        unsafe impl<T: ByteOrdered> Plain for $name<T> {
            const ANY_BYTES: bool = true;
            const NO_PADDING: bool = true;

            #[inline]
            fn load_from<A: Access>(view: &OrderedField<Self, A>) -> Result<Self, InvalidValue> {
                Ok(Self(view.field.get()))
            }

            #[inline]
            fn store_to<A: CanWrite>(view: &OrderedField<Self, A>, value: &Self) {
                view.field.set(value.0);
            }
        }

        impl<T: ByteOrdered> ValidZeroed for $name<T> {}

        impl<T: ByteOrdered> Placeable for $name<T> {}
    };
}

byte_order! {
    /// A scalar stored most significant byte first, as in network protocols and many file formats;
    /// naturally aligned. For an unaligned one use [`crate::field::byteorder`].
    ///
    /// ```
    /// use shm_core::{field::Be, Region};
    ///
    /// let magic = Region::<Be<u32>>::options().private()?;
    /// magic.set(0x7f45_4c46);
    /// assert_eq!(magic.get(), 0x7f45_4c46);
    /// # Ok::<(), shm_core::Error>(())
    /// ```
    Be Big BE_NAME "big"
}

byte_order! {
    /// A scalar stored least significant byte first, whatever the processor's order; naturally aligned.
    /// For an unaligned one use [`crate::field::byteorder`].
    ///
    /// ```
    /// use shm_core::{field::Le, Region};
    ///
    /// let length = Region::<Le<u32>>::options().private()?;
    /// length.set(7);
    /// assert_eq!(length.fetch_update(|n| n.checked_add(1)), Ok(7));
    /// assert_eq!(length.get(), 8);
    /// # Ok::<(), shm_core::Error>(())
    /// ```
    Le Little LE_NAME "little"
}
