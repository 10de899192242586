//! Scalars: the values a processor loads and stores in one instruction.

use std::fmt::Debug;
use std::sync::atomic::Ordering;

use crate::layout::ScalarKind;

/// A value that lives in shared memory as one atomic of exactly its own width: `u8`..`u64`,
/// `i8`..`i64`, `f32`, `f64` and `bool`. Sealed.
///
/// Every byte pattern is a value: a `bool` is `true` for any non-zero byte.
pub trait Scalar: sealed::Word + Copy + Debug + PartialEq + Send + Sync + 'static {
    /// The name of this type in a schema.
    const KIND: ScalarKind;
}

/// An integer [`Scalar`], with `fetch_add` and its kin. Sealed.
pub trait Integer: Scalar + sealed::Arithmetic {}

/// A [`Scalar`] of several bytes, and so with a byte order, for [`Be`](crate::field::Be) and [`Le`](crate::field::Le).
/// Sealed.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no byte order",
    note = "`Be` and `Le` wrap `u16`..`u64`, `i16`..`i64`, `f32` and `f64`; a single byte needs neither"
)]
pub trait ByteOrdered: Scalar {
    /// The name of `Be<Self>` in a layout.
    #[doc(hidden)]
    const BE_NAME: &'static str;
    /// The name of `Le<Self>` in a layout.
    #[doc(hidden)]
    const LE_NAME: &'static str;
}

macro_rules! byte_ordered {
    ($($scalar:ident)*) => {$(
        impl ByteOrdered for $scalar {
            const BE_NAME: &'static str = concat!("Be<", stringify!($scalar), ">");
            const LE_NAME: &'static str = concat!("Le<", stringify!($scalar), ">");
        }
    )*};
}

byte_ordered! { u16 u32 u64 i16 i32 i64 f32 f64 }

pub(crate) mod sealed {
    use super::Ordering;

    /// The atomic that stores a scalar. `Cell` has the size and alignment of an integer of that width.
    pub trait Word: Sized {
        type Cell: Send + Sync;

        fn load(cell: &Self::Cell, order: Ordering) -> Self;
        fn store(cell: &Self::Cell, value: Self, order: Ordering);
        fn swap(cell: &Self::Cell, value: Self, order: Ordering) -> Self;
        fn compare_exchange(
            cell: &Self::Cell,
            current: Self,
            new: Self,
            success: Ordering,
            failure: Ordering,
        ) -> Result<Self, Self>;
        /// Returns the bits, widened, as an error message shows them.
        fn to_bits_u64(self) -> u64;
        /// Returns the value with these low bits; the inverse of [`Word::to_bits_u64`].
        fn from_bits_u64(bits: u64) -> Self;
        /// Returns the value with its bytes in the opposite order.
        fn swap_bytes(self) -> Self;
    }

    pub trait Arithmetic: Word {
        fn add(cell: &Self::Cell, value: Self, order: Ordering) -> Self;
        fn sub(cell: &Self::Cell, value: Self, order: Ordering) -> Self;
        fn and(cell: &Self::Cell, value: Self, order: Ordering) -> Self;
        fn or(cell: &Self::Cell, value: Self, order: Ordering) -> Self;
        fn xor(cell: &Self::Cell, value: Self, order: Ordering) -> Self;
        fn max(cell: &Self::Cell, value: Self, order: Ordering) -> Self;
        fn min(cell: &Self::Cell, value: Self, order: Ordering) -> Self;
    }
}

macro_rules! integers {
    ($($int:ident $unsigned:ident $atomic:ident $kind:ident),* $(,)?) => {$(
        impl Scalar for $int {
            const KIND: ScalarKind = ScalarKind::$kind;
        }
        impl Integer for $int {}

        impl sealed::Word for $int {
            type Cell = std::sync::atomic::$atomic;

            #[inline]
            fn load(cell: &Self::Cell, order: Ordering) -> Self {
                cell.load(order)
            }
            #[inline]
            fn store(cell: &Self::Cell, value: Self, order: Ordering) {
                cell.store(value, order);
            }
            #[inline]
            fn swap(cell: &Self::Cell, value: Self, order: Ordering) -> Self {
                cell.swap(value, order)
            }
            #[inline]
            fn compare_exchange(
                cell: &Self::Cell,
                current: Self,
                new: Self,
                success: Ordering,
                failure: Ordering,
            ) -> Result<Self, Self> {
                cell.compare_exchange(current, new, success, failure)
            }
            #[inline]
            fn to_bits_u64(self) -> u64 {
                u64::from(self.cast_unsigned_bits())
            }
            #[inline]
            fn from_bits_u64(bits: u64) -> Self {
                bits as $int
            }
            #[inline]
            fn swap_bytes(self) -> Self {
                <$int>::swap_bytes(self)
            }
        }

        impl CastUnsigned for $int {
            type Unsigned = $unsigned;
            #[inline]
            fn cast_unsigned_bits(self) -> $unsigned {
                self as $unsigned
            }
        }

        impl sealed::Arithmetic for $int {
            #[inline]
            fn add(cell: &Self::Cell, value: Self, order: Ordering) -> Self {
                cell.fetch_add(value, order)
            }
            #[inline]
            fn sub(cell: &Self::Cell, value: Self, order: Ordering) -> Self {
                cell.fetch_sub(value, order)
            }
            #[inline]
            fn and(cell: &Self::Cell, value: Self, order: Ordering) -> Self {
                cell.fetch_and(value, order)
            }
            #[inline]
            fn or(cell: &Self::Cell, value: Self, order: Ordering) -> Self {
                cell.fetch_or(value, order)
            }
            #[inline]
            fn xor(cell: &Self::Cell, value: Self, order: Ordering) -> Self {
                cell.fetch_xor(value, order)
            }
            #[inline]
            fn max(cell: &Self::Cell, value: Self, order: Ordering) -> Self {
                cell.fetch_max(value, order)
            }
            #[inline]
            fn min(cell: &Self::Cell, value: Self, order: Ordering) -> Self {
                cell.fetch_min(value, order)
            }
        }
    )*};
}

/// Reinterprets an integer as the unsigned one of its width, so that widening adds zeros.
trait CastUnsigned {
    type Unsigned;
    fn cast_unsigned_bits(self) -> Self::Unsigned;
}

integers! {
    u8 u8 AtomicU8 U8, u16 u16 AtomicU16 U16, u32 u32 AtomicU32 U32, u64 u64 AtomicU64 U64,
    i8 u8 AtomicI8 I8, i16 u16 AtomicI16 I16, i32 u32 AtomicI32 I32, i64 u64 AtomicI64 I64,
}

/// Floats are their bits in an integer atomic; `compare_exchange` compares bits, as `f64::to_bits`
/// gives them: `0.0` and `-0.0` differ, a NaN equals itself.
macro_rules! floats {
    ($($float:ident $bits:ident $atomic:ident $kind:ident),* $(,)?) => {$(
        impl Scalar for $float {
            const KIND: ScalarKind = ScalarKind::$kind;
        }

        impl sealed::Word for $float {
            type Cell = std::sync::atomic::$atomic;

            #[inline]
            fn load(cell: &Self::Cell, order: Ordering) -> Self {
                <$float>::from_bits(cell.load(order))
            }
            #[inline]
            fn store(cell: &Self::Cell, value: Self, order: Ordering) {
                cell.store(value.to_bits(), order);
            }
            #[inline]
            fn swap(cell: &Self::Cell, value: Self, order: Ordering) -> Self {
                <$float>::from_bits(cell.swap(value.to_bits(), order))
            }
            #[inline]
            fn compare_exchange(
                cell: &Self::Cell,
                current: Self,
                new: Self,
                success: Ordering,
                failure: Ordering,
            ) -> Result<Self, Self> {
                cell.compare_exchange(current.to_bits(), new.to_bits(), success, failure)
                    .map(<$float>::from_bits)
                    .map_err(<$float>::from_bits)
            }
            #[inline]
            fn to_bits_u64(self) -> u64 {
                u64::from(self.to_bits())
            }
            #[inline]
            fn from_bits_u64(bits: u64) -> Self {
                <$float>::from_bits(bits as $bits)
            }
            #[inline]
            fn swap_bytes(self) -> Self {
                <$float>::from_bits(self.to_bits().swap_bytes())
            }
        }
    )*};
}

floats! { f32 u32 AtomicU32 F32, f64 u64 AtomicU64 F64 }

impl Scalar for bool {
    const KIND: ScalarKind = ScalarKind::Bool;
}

/// A `bool` is a byte: zero is `false`, anything else `true`; `true` is written as 1.
impl sealed::Word for bool {
    type Cell = std::sync::atomic::AtomicU8;

    #[inline]
    fn load(cell: &Self::Cell, order: Ordering) -> Self {
        cell.load(order) != 0
    }
    #[inline]
    fn store(cell: &Self::Cell, value: Self, order: Ordering) {
        cell.store(u8::from(value), order);
    }
    #[inline]
    fn swap(cell: &Self::Cell, value: Self, order: Ordering) -> Self {
        cell.swap(u8::from(value), order) != 0
    }
    #[inline]
    fn compare_exchange(
        cell: &Self::Cell,
        current: Self,
        new: Self,
        success: Ordering,
        failure: Ordering,
    ) -> Result<Self, Self> {
        // Any non-zero byte is `true`, so expect the byte that is currently there.
        let mut byte = if current { 1 } else { 0 };
        loop {
            match cell.compare_exchange(byte, u8::from(new), success, failure) {
                Ok(_) => return Ok(current),
                Err(found) if (found != 0) == current => byte = found,
                Err(found) => return Err(found != 0),
            }
        }
    }
    #[inline]
    fn to_bits_u64(self) -> u64 {
        u64::from(self)
    }
    #[inline]
    fn from_bits_u64(bits: u64) -> Self {
        bits & 0xff != 0
    }
    #[inline]
    fn swap_bytes(self) -> Self {
        self
    }
}
