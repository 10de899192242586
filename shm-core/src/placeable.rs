//! [`Placeable`]: what may stand in a region by itself.

use std::marker::PhantomData;

use zerocopy::byteorder::{BE, F32, F64, I16, I32, I64, I128, LE, U16, U32, U64, U128};

use crate::field::{Be, CText, Le};
use crate::scalar::ByteOrdered;
use crate::shared_layout::SharedLayout;
use crate::sync::{Event, Latest, Mutex, Once, Value, Watched};

/// A type that may stand in a region by itself, and not only inside of something that keeps its parts
/// together. Regions are created with such types only.
///
/// Holds for a struct exactly when it holds for every field; for a [`Latest`] and a [`Mutex`],
/// whatever is inside. [`Text`](crate::Text) and [`Bytes`](crate::Bytes) are the ones for which it
/// does not hold: another process could see a new length with the old content.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot stand in a region by itself",
    label = "another process could see a part of it changed and a part not",
    note = "put `Text` and `Bytes` into a `Latest` or a `Mutex`, alone or in a struct: `Latest<Text<32>>`",
    note = "an `Overlay` can have neither: use `CText` there, or `[u8; N]`"
)]
pub trait Placeable {}

macro_rules! placeable {
    ($($type:ty)*) => {$(impl Placeable for $type {})*};
}

placeable! { () u8 u16 u32 u64 i8 i16 i32 i64 f32 f64 bool Event Once }
placeable! { U16<BE> U32<BE> U64<BE> U128<BE> I16<BE> I32<BE> I64<BE> I128<BE> F32<BE> F64<BE> }
placeable! { U16<LE> U32<LE> U64<LE> U128<LE> I16<LE> I32<LE> I64<LE> I128<LE> F32<LE> F64<LE> }

impl<T: ByteOrdered> Placeable for Be<T> {}
impl<T: ByteOrdered> Placeable for Le<T> {}
impl<const N: usize> Placeable for CText<N> {}
impl<T> Placeable for PhantomData<T> {}
impl<T: Placeable, const N: usize> Placeable for [T; N] {}
impl<T: Placeable> Placeable for [T] {}
impl<T: SharedLayout> Placeable for Mutex<T> {}
impl<T: Value, const N: usize> Placeable for Latest<T, N> {}
// Its value is read and written field by field.
impl<T: Placeable> Placeable for Watched<T> {}
