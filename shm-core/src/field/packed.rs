//! The types of [`zerocopy::byteorder`]: numbers in a fixed byte order at any address.

use std::fmt;

use zerocopy::byteorder::{
    BigEndian, F32, F64, I16, I32, I64, I128, LittleEndian, U16, U32, U64, U128,
};

use super::bytes::{load_bytes, store_bytes};
use super::{Field, sealed};
use crate::access::{Access, CanWrite, ReadWrite};
use crate::error::InvalidValue;
use crate::layout::{Endian, Kind, Layout, ScalarKind};
use crate::placeable::Placeable;
use crate::shared_layout::{Plain, PlainView, SharedLayout, ValidZeroed};

/// A number of [`crate::field::byteorder`], such as `U32<BE>`. Sealed.
pub trait Packed: sealed::Sealed + Plain + Copy + fmt::Debug + Send + Sync {
    /// The number in the processor's own byte order and alignment.
    type Native: Copy + fmt::Debug;

    /// The shared form of its bytes.
    #[doc(hidden)]
    type Bytes<A: Access>: Send + Sync;

    #[doc(hidden)]
    fn load_bytes<A: Access>(bytes: &Self::Bytes<A>) -> Self;

    #[doc(hidden)]
    fn store_bytes<A: CanWrite>(bytes: &Self::Bytes<A>, value: Self);

    #[doc(hidden)]
    fn native(self) -> Self::Native;

    #[doc(hidden)]
    fn from_native(native: Self::Native) -> Self;
}

/// The shared form of a number of [`crate::field::byteorder`]: bytes of alignment 1, for records packed by
/// another program.
///
/// **May tear**: each byte is read and written on its own, so that a reader may see some bytes of one
/// value and some of another. For values that two processes share, prefer an aligned [`Be`](crate::field::Be)
/// or [`Le`](crate::field::Le), which never tears.
///
/// ```
/// use shm_core::Region;
/// use shm_core::field::byteorder::{BE, U32};
///
/// let offset = Region::<U32<BE>>::options().private()?;
/// offset.set(0x0102_0304);
/// assert_eq!(offset.get(), 0x0102_0304);
/// # Ok::<(), shm_core::Error>(())
/// ```
#[repr(transparent)]
pub struct PackedField<V: Packed, A: Access = ReadWrite> {
    bytes: V::Bytes<A>,
}

impl<V: Packed, A: Access> PackedField<V, A> {
    /// Reads the number, byte by byte, ordered as one Acquire load. May tear.
    #[inline]
    pub fn get(&self) -> V::Native {
        V::load_bytes(&self.bytes).native()
    }

    /// Writes the number, byte by byte, ordered as one Release store. May tear.
    #[inline]
    pub fn set(&self, value: V::Native)
    where
        A: CanWrite,
    {
        V::store_bytes(&self.bytes, V::from_native(value));
    }
}

impl<V: Packed<Native: fmt::Display>, A: Access> fmt::Display for PackedField<V, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.get(), f)
    }
}

impl<V: Packed, A: Access> fmt::Debug for PackedField<V, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.get(), f)
    }
}

impl<V: Packed, A: Access> PlainView for PackedField<V, A>
where
    V: SharedLayout<View<A> = Self>,
{
    type Value = V;
    type Mode = A;
}

macro_rules! packed {
    ($($name:ident $native:ident $kind:ident)*) => {$(
        packed!(@order $name BigEndian "BE" Big $native $kind);
        packed!(@order $name LittleEndian "LE" Little $native $kind);
    )*};
    (@order $name:ident $marker:ident $short:literal $order:ident $native:ident $kind:ident) => {
        impl sealed::Sealed for $name<$marker> {}

        impl Packed for $name<$marker> {
            type Native = $native;
            type Bytes<A: Access> = [Field<u8, A>; size_of::<$native>()];

            #[inline]
            fn load_bytes<A: Access>(bytes: &Self::Bytes<A>) -> Self {
                Self::from_bytes(load_bytes(bytes))
            }

            #[inline]
            fn store_bytes<A: CanWrite>(bytes: &Self::Bytes<A>, value: Self) {
                store_bytes(bytes, value.to_bytes());
            }

            #[inline]
            fn native(self) -> $native {
                self.get()
            }

            #[inline]
            fn from_native(native: $native) -> Self {
                Self::new(native)
            }
        }

        // SAFETY: both sides are the same number of bytes of alignment 1, each accessed on its own; any
        // bytes are valid.
        #[diagnostic::do_not_recommend]
        unsafe impl SharedLayout for $name<$marker> {
            type View<A: Access> = PackedField<Self, A>;
            const LAYOUT: &'static Layout = &Layout::new(
                concat!(stringify!($name), "<", $short, ">"),
                size_of::<Self>(),
                align_of::<Self>(),
                Kind::Ordered { scalar: ScalarKind::$kind, order: Endian::$order, packed: true },
            );
        }

        // SAFETY: bare atomics need nothing around them; any bytes are a valid number.
        #[diagnostic::do_not_recommend]
        unsafe impl Plain for $name<$marker> {
            const ANY_BYTES: bool = true;
            const NO_PADDING: bool = true;

            #[inline]
            fn load_from<A: Access>(view: &PackedField<Self, A>) -> Result<Self, InvalidValue> {
                Ok(Self::load_bytes(&view.bytes))
            }

            #[inline]
            fn store_to<A: CanWrite>(view: &PackedField<Self, A>, value: &Self) {
                Self::store_bytes(&view.bytes, *value);
            }
        }

        #[diagnostic::do_not_recommend]
        impl ValidZeroed for $name<$marker> {}

        impl Placeable for $name<$marker> {}
    };
}

packed! {
    U16 u16 U16  U32 u32 U32  U64 u64 U64  U128 u128 U128
    I16 i16 I16  I32 i32 I32  I64 i64 I64  I128 i128 I128
    F32 f32 F32  F64 f64 F64
}
