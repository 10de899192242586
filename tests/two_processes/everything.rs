//! A struct with a field of every type, two values for each, and functions that write and check them.

use std::num::{
    NonZeroI8, NonZeroI16, NonZeroI32, NonZeroI64, NonZeroU8, NonZeroU16, NonZeroU32, NonZeroU64,
};

use shm_core::field::byteorder::{BE, F32, F64, I16, I32, I64, I128, LE, U16, U32, U64, U128};
use shm_core::{
    Bulk, CText, SharedLayout, View,
    field::{Be, Le},
    traits::Access,
};

macro_rules! enums {
    ($($name:ident $repr:ident)*) => {$(
        #[derive(SharedLayout, Clone, Copy, Debug, PartialEq)]
        #[repr($repr)]
        pub(crate) enum $name {
            Idle = 0,
            Last = $repr::MAX,
        }
    )*};
}

enums! { OfU8 u8 OfU16 u16 OfU32 u32 OfU64 u64 OfI8 i8 OfI16 i16 OfI32 i32 OfI64 i64 }

#[derive(SharedLayout, Clone, Copy, Debug, PartialEq)]
#[repr(C)]
pub(crate) struct Pose {
    pub(crate) x: f64,
    pub(crate) mode: OfI16,
    pub(crate) path: [[u16; 2]; 3],
}

#[derive(SharedLayout, Clone, Copy, Debug, PartialEq)]
#[repr(C, align(32))]
pub(crate) struct Pair(u8, Be<u64>);

/// Two values of each type, one of them with its highest bit set.
macro_rules! everything {
    (
        read { $($read:ident: $read_type:ty = $read_0:expr, $read_1:expr;)* }
        checked { $($checked:ident: $checked_type:ty = $checked_0:expr, $checked_1:expr;)* }
        texts { $($text:ident: $text_type:ty = $text_0:expr, $text_1:expr;)* }
        slices { $($slice:ident: $slice_type:ty = $slice_0:expr, $slice_1:expr;)* }
        whole { $($whole:ident: $whole_type:ty = $whole_0:expr, $whole_1:expr;)* }
    ) => {
        /// A field of every type.
        #[derive(SharedLayout)]
        #[repr(C)]
        pub(crate) struct Everything {
            /// The current turn: even turns are the first process's.
            pub(crate) turn: u32,
            /// The sums to which both processes add.
            pub(crate) sums: Sums,
            $(pub(crate) $read: $read_type,)*
            $(pub(crate) $checked: $checked_type,)*
            $(pub(crate) $text: $text_type,)*
            $(pub(crate) $slice: $slice_type,)*
            $(pub(crate) $whole: $whole_type,)*
        }

        /// Writes the first (0) or second (1) value of every field.
        pub(crate) fn write(view: &View<Everything>, which: usize) {
            $(view.$read.set([$read_0, $read_1][which]);)*
            $(view.$checked.set([$checked_0, $checked_1][which]);)*
            $(view.$text.set([$text_0, $text_1][which]).unwrap();)*
            $(view.$slice.store_from(&[$slice_0, $slice_1][which]).unwrap();)*
            $(view.$whole.store(&[$whole_0, $whole_1][which]);)*
        }

        /// Checks that every field has its first (0) or second (1) value.
        pub(crate) fn check(view: &View<Everything, impl Access>, which: usize) {
            $(assert_eq!(view.$read.get(), [$read_0, $read_1][which], stringify!($read));)*
            $(assert_eq!(
                view.$checked.get().unwrap(), [$checked_0, $checked_1][which], stringify!($checked)
            );)*
            $(assert_eq!(
                view.$text.get().to_str(), Ok([$text_0, $text_1][which]), stringify!($text)
            );)*
            $(assert_eq!(
                view.$slice.load_vec().unwrap(), [$slice_0, $slice_1][which], stringify!($slice)
            );)*
            $(assert_eq!(
                view.$whole.load().unwrap(), [$whole_0, $whole_1][which], stringify!($whole)
            );)*
        }
    };
}

/// The sums to which two processes add at the same time.
#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct Sums {
    pub(crate) u8: u8,
    pub(crate) u16: u16,
    pub(crate) u32: u32,
    pub(crate) u64: u64,
    pub(crate) i8: i8,
    pub(crate) i16: i16,
    pub(crate) i32: i32,
    pub(crate) i64: i64,
    pub(crate) f64: f64,
    pub(crate) be: Be<u32>,
}

const fn pose(x: f64, mode: OfI16) -> Pose {
    Pose { x, mode, path: [[1, 2], [3, 4], [5, x as u16]] }
}

everything! {
    read {
        u8: u8 = 1, u8::MAX;
        u16: u16 = 2, u16::MAX;
        u32: u32 = 3, u32::MAX;
        u64: u64 = 4, u64::MAX;
        i8: i8 = 5, i8::MIN;
        i16: i16 = 6, i16::MIN;
        i32: i32 = 7, i32::MIN;
        i64: i64 = 8, i64::MIN;
        f32: f32 = 0.5, f32::MIN;
        f64: f64 = 0.25, f64::MIN;
        bool: bool = false, true;
        be_u16: Be<u16> = 0x0102, u16::MAX;
        be_u32: Be<u32> = 0x0102_0304, u32::MAX;
        be_u64: Be<u64> = 0x0102_0304_0506_0708, u64::MAX;
        be_i16: Be<i16> = 0x0102, i16::MIN;
        be_i32: Be<i32> = 0x0102_0304, i32::MIN;
        be_i64: Be<i64> = 0x0102_0304_0506_0708, i64::MIN;
        be_f32: Be<f32> = 0.5, f32::MIN;
        be_f64: Be<f64> = 0.25, f64::MIN;
        le_u16: Le<u16> = 0x0102, u16::MAX;
        le_u32: Le<u32> = 0x0102_0304, u32::MAX;
        le_u64: Le<u64> = 0x0102_0304_0506_0708, u64::MAX;
        le_i16: Le<i16> = 0x0102, i16::MIN;
        le_i32: Le<i32> = 0x0102_0304, i32::MIN;
        le_i64: Le<i64> = 0x0102_0304_0506_0708, i64::MIN;
        le_f32: Le<f32> = 0.5, f32::MIN;
        le_f64: Le<f64> = 0.25, f64::MIN;
        packed_u16: U16<BE> = 0x0102, u16::MAX;
        packed_u32: U32<BE> = 0x0102_0304, u32::MAX;
        packed_u64: U64<BE> = 0x0102_0304_0506_0708, u64::MAX;
        packed_u128: U128<BE> = 9, u128::MAX;
        packed_i16: I16<LE> = 0x0102, i16::MIN;
        packed_i32: I32<LE> = 0x0102_0304, i32::MIN;
        packed_i64: I64<LE> = 0x0102_0304_0506_0708, i64::MIN;
        packed_i128: I128<LE> = 9, i128::MIN;
        packed_f32: F32<LE> = 0.5, f32::MIN;
        packed_f64: F64<BE> = 0.25, f64::MIN;
    }
    checked {
        char: char = 'a', char::MAX;
        non_zero_u8: NonZeroU8 = NonZeroU8::MIN, NonZeroU8::MAX;
        non_zero_u16: NonZeroU16 = NonZeroU16::MIN, NonZeroU16::MAX;
        non_zero_u32: NonZeroU32 = NonZeroU32::MIN, NonZeroU32::MAX;
        non_zero_u64: NonZeroU64 = NonZeroU64::MIN, NonZeroU64::MAX;
        non_zero_i8: NonZeroI8 = NonZeroI8::MIN, NonZeroI8::MAX;
        non_zero_i16: NonZeroI16 = NonZeroI16::MIN, NonZeroI16::MAX;
        non_zero_i32: NonZeroI32 = NonZeroI32::MIN, NonZeroI32::MAX;
        non_zero_i64: NonZeroI64 = NonZeroI64::MIN, NonZeroI64::MAX;
        maybe_u8: Option<NonZeroU8> = NonZeroU8::new(7), None;
        maybe_u16: Option<NonZeroU16> = NonZeroU16::new(7), None;
        maybe_u32: Option<NonZeroU32> = NonZeroU32::new(7), None;
        maybe_u64: Option<NonZeroU64> = NonZeroU64::new(7), None;
        maybe_i8: Option<NonZeroI8> = NonZeroI8::new(-7), None;
        maybe_i16: Option<NonZeroI16> = NonZeroI16::new(-7), None;
        maybe_i32: Option<NonZeroI32> = NonZeroI32::new(-7), None;
        maybe_i64: Option<NonZeroI64> = NonZeroI64::new(-7), None;
        of_u8: OfU8 = OfU8::Idle, OfU8::Last;
        of_u16: OfU16 = OfU16::Idle, OfU16::Last;
        of_u32: OfU32 = OfU32::Idle, OfU32::Last;
        of_u64: OfU64 = OfU64::Idle, OfU64::Last;
        of_i8: OfI8 = OfI8::Idle, OfI8::Last;
        of_i16: OfI16 = OfI16::Idle, OfI16::Last;
        of_i32: OfI32 = OfI32::Idle, OfI32::Last;
        of_i64: OfI64 = OfI64::Idle, OfI64::Last;
    }
    texts {
        text: CText<12> = "north gate", "";
        exact: CText<3> = "foo", "bar";
    }
    slices {
        numbers: [u32; 4] = [1, 2, 3, 4], [u32::MAX; 4];
        bools: [bool; 3] = [true, false, true], [false; 3];
        rows: [[f32; 3]; 2] = [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], [[-0.5; 3]; 2];
        chars: [char; 2] = ['ä', 'ö'], ['\0', char::MAX];
        ordered: [Be<i16>; 2] = [1, 2].map(Be::new), [-1, i16::MIN].map(Be::new);
        names: [CText<4>; 2] = [*b"ab\0\0", *b"cdef"].map(CText::from_array),
            [[0; 4]; 2].map(CText::from_array);
        poses: [Pose; 2] = [pose(1.0, OfI16::Idle), pose(2.0, OfI16::Last)],
            [pose(-1.0, OfI16::Last); 2];
    }
    whole {
        pose: Pose = pose(3.0, OfI16::Last), pose(4.0, OfI16::Idle);
        pair: Pair = Pair(1, Be::new(2)), Pair(u8::MAX, Be::new(u64::MAX));
    }
}
