//! [`Part`]: the types that can be a part of a value with contents, in and out of the bytes of that value.

use std::fmt;

use super::decoder::{Decoded, Decoder};
use super::encoder::Encoder;
use crate::layout::Layout;
use crate::shared_layout::PartialArray;

/// A type that a field of a [`HeapValue`](super::HeapValue) can have.
///
/// | field | |
/// | --- | --- |
/// | any plain value: a number, an enum or a struct with `#[derive(SharedLayout)]`, [`Text<N>`](crate::Text), `u128` | as in a [`Latest`](crate::Latest) |
/// | `String`, `Option<String>` | text of any length |
/// | `Vec<T>`, `Option<Vec<T>>` | any number of parts, which have any length themselves |
/// | `[T; N]` | an array of parts, written as such |
/// | a struct with `#[derive(HeapValue)]` | its parts |
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a part of a value in a heap",
    label = "cannot be stored in a block",
    note = "parts are plain values, `String`, `Vec<T>`, an `Option` of these two, arrays written as `[T; N]`, and structs with `#[derive(HeapValue)]`",
    note = "a struct or an enum of plain data derives `SharedLayout`; instead of `usize` use `u64`"
)]
pub trait Part: 'static {
    /// The value, which is `Self` except where that stands for an array.
    #[doc(hidden)]
    type Value: 'static;

    /// A type of the size and the alignment that it has in the fixed part of a value.
    #[doc(hidden)]
    type Head: 'static;

    /// The layout there.
    #[doc(hidden)]
    const LAYOUT: &'static Layout;

    /// Whether it has contents outside of the fixed part.
    #[doc(hidden)]
    const HAS_CONTENTS: bool;

    /// Where the contents end, if those before them end at `end`.
    #[doc(hidden)]
    fn end(value: &Self::Value, end: usize) -> usize;

    /// Writes it at an offset, and its contents after those that are there already.
    #[doc(hidden)]
    fn write(value: &Self::Value, at: usize, out: &mut Encoder<'_>);

    /// Reads it at an offset, where there are enough bytes.
    #[doc(hidden)]
    fn read(at: usize, from: &mut Decoder<'_>) -> Decoded<Self::Value>;

    #[doc(hidden)]
    fn show(value: &Self::Value, f: &mut fmt::Formatter<'_>) -> fmt::Result;

    /// Writes several, side by side.
    #[doc(hidden)]
    #[inline]
    fn write_all(values: &[Self::Value], at: usize, out: &mut Encoder<'_>) {
        for (index, value) in values.iter().enumerate() {
            Self::write(value, at + index * size_of::<Self::Head>(), out);
        }
    }

    /// Reads several, side by side.
    #[doc(hidden)]
    fn read_all(at: usize, count: usize, from: &mut Decoder<'_>) -> Decoded<Vec<Self::Value>> {
        let mut all = Vec::with_capacity(count);
        for index in 0..count {
            all.push(from.element::<Self>(at, index)?);
        }
        Ok(all)
    }

    /// Reads several, side by side.
    #[doc(hidden)]
    fn read_array<const N: usize>(at: usize, from: &mut Decoder<'_>) -> Decoded<[Self::Value; N]> {
        let mut all = PartialArray::new();
        for index in 0..N {
            all.push(from.element::<Self>(at, index)?);
        }
        Ok(all.finish())
    }
}

/// A part, for `Debug`.
#[doc(hidden)]
pub struct Shown<'a, P: Part + ?Sized>(pub &'a P::Value);

impl<P: Part + ?Sized> fmt::Debug for Shown<'_, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        P::show(self.0, f)
    }
}
