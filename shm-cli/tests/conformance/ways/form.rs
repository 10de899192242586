//! Values of Rust in the suite's text form, and plain views that hold them.

use std::num::{NonZeroI32, NonZeroI64, NonZeroU16};

use shm_core::field::byteorder::{BE, F32, F64, I32, I128, LE, U16, U64, U128};
use shm_core::traits::PlainView;
use shm_core::{
    Bytes, CText, Text,
    field::{Be, Le},
    traits::CanWrite,
};

use crate::canon;
use crate::everything::{Signed, Unsigned};
use crate::stations::{appended, parts::Mode as OwnMode};
use crate::support::Mode;
use crate::way::Answer;
use crate::words::{DOES_NOT_FIT, INVALID_VALUE, Word};

/// A value with a text form.
pub(super) trait Form: Sized {
    fn show(&self) -> String;

    /// The value of a text, if the type has it.
    fn read(text: &str) -> Option<Self>;
}

macro_rules! printed {
    ($($type:ty)*) => {$(
        impl Form for $type {
            fn show(&self) -> String {
                self.to_string()
            }

            fn read(text: &str) -> Option<Self> {
                text.parse().ok()
            }
        }
    )*};
}
printed! { u8 u16 u32 u64 u128 i8 i16 i32 i64 i128 bool NonZeroU16 NonZeroI64 }

macro_rules! forms {
    ($([$($generics:tt)*] $type:ty: $value:ident => $show:expr, $text:ident => $read:expr;)*) => {$(
        impl<$($generics)*> Form for $type {
            fn show(&self) -> String {
                let $value = self;
                $show
            }

            fn read($text: &str) -> Option<Self> {
                $read
            }
        }
    )*};
}
forms! {
    [] f32: value => canon::float(f64::from(*value)), text => Some(canon::read_float(text)? as Self);
    [] f64: value => canon::float(*value), text => canon::read_float(text);
    [] char: value => canon::text(&value.to_string()), text => canon::read_text(text)?.parse().ok();
    [] Option<NonZeroI32>: value => value.map_or("none".to_owned(), |value| value.to_string()),
        text => if text == "none" { Some(None) } else { text.parse().ok().map(Some) };
    [const N: usize] CText<N>: value => canon::raw_text(value.as_bytes()),
        text => Self::from_bytes(&canon::read_hex(text, "text:")?).ok();
    [const N: usize] Text<N>: value => canon::text(value), text => canon::read_text(text)?.parse().ok();
    [const N: usize] Bytes<N>: value => canon::bytes(value),
        text => Self::new(&canon::read_hex(text, "bytes:")?).ok();
}

macro_rules! variants {
    ($($type:ty: $($variant:ident)*;)*) => {$(
        impl Form for $type {
            fn show(&self) -> String {
                format!("{self:?}")
            }

            fn read(text: &str) -> Option<Self> {
                match text {
                    $(stringify!($variant) => Some(Self::$variant),)*
                    _ => None,
                }
            }
        }
    )*};
}
variants! {
    Mode: Idle Measuring Failed;
    Signed: Low None High;
    Unsigned: Low High;
    OwnMode: Idle Measuring;
    appended::Mode: Idle Measuring Failed;
}

/// Numbers in a fixed byte order, by their values.
macro_rules! ordered {
    ($($type:ty)*) => {$(
        impl Form for $type {
            fn show(&self) -> String {
                self.get().show()
            }

            fn read(text: &str) -> Option<Self> {
                Form::read(text).map(Self::new)
            }
        }
    )*};
}
ordered! {
    Be<u16> Be<i16> Be<u32> Be<i32> Be<u64> Be<f32> Be<f64> Le<u32> Le<i64> Le<f64>
    U16<BE> I32<LE> U64<BE> F32<LE> F64<BE> U128<BE> U128<LE> I128<LE> I128<BE>
}

/// A field that is a plain view.
pub(super) fn get<V: PlainView<Value: Form>>(field: &V) -> Answer {
    Ok(field.load().map_err(|_| INVALID_VALUE)?.show())
}

/// Stores the value of a text, if the field's type has it.
pub(super) fn set<V: PlainView<Value: Form, Mode: CanWrite>>(field: &V, text: &str) -> Answer {
    field.store(&read(text)?);
    Ok("ok".to_owned())
}

/// The value of a text.
pub(super) fn read<T: Form>(text: &str) -> Result<T, Word> {
    T::read(text).ok_or(DOES_NOT_FIT)
}

/// Changes a part of a value to that of a text.
pub(super) fn assign<T: Form>(part: &mut T, text: &str) -> Result<(), Word> {
    *part = read(text)?;
    Ok(())
}
