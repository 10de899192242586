//! [`Value`]: the types that a [`Latest`](crate::Latest) or a [`Queue`](crate::Queue) can hold.

use crate::shared_layout::{Plain, ValidZeroed};

/// A value that a [`Latest`](crate::Latest) or a [`Queue`](crate::Queue) can hold: plain data of any kind, [`Text`](crate::Text),
/// and `u128` and `i128`, which no processor reads in one step otherwise. Sealed.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be copied in and out as one value",
    label = "not plain data",
    note = "`Latest` and `Queue` hold plain data: scalars, text, arrays and structs of these"
)]
pub trait Value: codec::Codec {}

impl<T: Plain> Value for T {}

pub(crate) mod codec {
    use std::fmt;

    use super::super::slot::Image;
    use crate::access::{ReadOnly, ReadWrite};
    use crate::error::InvalidValue;
    use crate::layout::Layout;
    use crate::shared_layout::Plain;

    /// A value as words. An image is zeroed before it is written to, so padding is zero.
    pub trait Codec: Sized + 'static {
        const VALUE_LAYOUT: &'static Layout;

        /// Set if any bytes are a value.
        const LOADS_AS_BYTES: bool;

        /// Set if no byte of a value is padding.
        const STORES_AS_BYTES: bool;

        /// Set if the value consists of whole, aligned words, any of which are valid: it is then copied
        /// out directly.
        const LOADS_AS_WORDS: bool;

        /// Set if the value consists of whole, aligned words, without padding: it is then copied in
        /// directly.
        const STORES_AS_WORDS: bool;

        fn encode(&self, image: &mut Image<'_, Self>);
        fn decode(image: &Image<'_, Self>) -> Result<Self, InvalidValue>;
        fn decode_into(image: &Image<'_, Self>, out: &mut Self) -> Result<(), InvalidValue>;
        fn debug(image: &Image<'_, Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result;
    }

    /// Returns whether a `T` consists of whole, aligned words: its size is a multiple of its alignment.
    pub(super) const fn whole_words<T>() -> bool {
        align_of::<T>() >= 8
    }

    impl<T: Plain> Codec for T {
        const VALUE_LAYOUT: &'static Layout = T::LAYOUT;
        const LOADS_AS_BYTES: bool = T::ANY_BYTES;
        const STORES_AS_BYTES: bool = T::NO_PADDING;
        const LOADS_AS_WORDS: bool = T::ANY_BYTES && whole_words::<T>();
        const STORES_AS_WORDS: bool = T::NO_PADDING && whole_words::<T>();

        #[inline]
        fn encode(&self, image: &mut Image<'_, Self>) {
            T::store_to(image.view::<ReadWrite>(), self);
        }

        #[inline]
        fn decode(image: &Image<'_, Self>) -> Result<Self, InvalidValue> {
            T::load_from(image.view::<ReadOnly>())
        }

        #[inline]
        fn decode_into(image: &Image<'_, Self>, out: &mut Self) -> Result<(), InvalidValue> {
            T::load_into(image.view::<ReadOnly>(), out)
        }

        fn debug(image: &Image<'_, Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            fmt::Debug::fmt(image.view::<ReadOnly>(), f)
        }
    }
}

macro_rules! wide {
    ($($type:ty, [$($param:tt)*], $layout:expr;)*) => {$(
        impl<$($param)*> Value for $type {}

        impl<$($param)*> codec::Codec for $type {
            const VALUE_LAYOUT: &'static Layout = $layout;
            const LOADS_AS_BYTES: bool = true;
            const STORES_AS_BYTES: bool = true;
            const LOADS_AS_WORDS: bool = codec::whole_words::<Self>();
            const STORES_AS_WORDS: bool = codec::whole_words::<Self>();

            #[inline]
            fn encode(&self, image: &mut Image<'_, Self>) {
                // SAFETY: integers, alone and in arrays, have no padding.
                unsafe { image.write(*self) };
            }

            #[inline]
            fn decode(image: &Image<'_, Self>) -> Result<Self, InvalidValue> {
                // SAFETY: any bytes are a valid integer.
                Ok(unsafe { image.read() })
            }

            #[inline]
            fn decode_into(image: &Image<'_, Self>, out: &mut Self) -> Result<(), InvalidValue> {
                *out = Self::decode(image)?;
                Ok(())
            }

            fn debug(image: &Image<'_, Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                // SAFETY: any bytes are a valid integer.
                fmt::Debug::fmt(&unsafe { image.read() }, f)
            }
        }
    )*};
}

use std::fmt;

use super::slot::Image;
use crate::error::InvalidValue;
use crate::layout::{Kind, Layout, ScalarKind};

const U128: &Layout = &Layout::new("u128", 16, align_of::<u128>(), Kind::Scalar(ScalarKind::U128));
const I128: &Layout = &Layout::new("i128", 16, align_of::<i128>(), Kind::Scalar(ScalarKind::I128));

/// Returns the layout of `[T; N]` for elements with this layout.
const fn array<T, const N: usize>(element: &'static Layout) -> Layout {
    let kind = Kind::Array { element, len: N };
    Layout::new("array", size_of::<[T; N]>(), align_of::<T>(), kind)
}

wide! {
    u128, [], U128;
    i128, [], I128;
    [u128; N], [const N: usize], &array::<u128, N>(U128);
    [i128; N], [const N: usize], &array::<i128, N>(I128);
}

impl ValidZeroed for u128 {}
impl ValidZeroed for i128 {}
