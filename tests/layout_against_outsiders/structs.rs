// Made by `generator.rs`; `cargo test --test layout_against_outsiders -- --ignored` writes it anew.

use std::marker::PhantomData;
use std::num::*;

use shm_core::byteorder::*;
use shm_core::{Be, CText, Le, SharedLayout};

use crate::Case;

#[derive(SharedLayout, Clone, Copy, Debug)]
#[repr(u8)]
pub(crate) enum EnumU8 { Least = 0, Seven = 7, Eight, Greatest = u8::MAX }

#[derive(SharedLayout, Clone, Copy, Debug)]
#[repr(u16)]
pub(crate) enum EnumU16 { Least = 0, Seven = 7, Eight, Greatest = u16::MAX }

#[derive(SharedLayout, Clone, Copy, Debug)]
#[repr(u32)]
pub(crate) enum EnumU32 { Least = 0, Seven = 7, Eight, Greatest = u32::MAX }

#[derive(SharedLayout, Clone, Copy, Debug)]
#[repr(u64)]
pub(crate) enum EnumU64 { Least = 0, Seven = 7, Eight, Greatest = u64::MAX }

#[derive(SharedLayout, Clone, Copy, Debug)]
#[repr(i8)]
pub(crate) enum EnumI8 { Least = i8::MIN, Seven = 7, Eight, Greatest = i8::MAX }

#[derive(SharedLayout, Clone, Copy, Debug)]
#[repr(i16)]
pub(crate) enum EnumI16 { Least = i16::MIN, Seven = 7, Eight, Greatest = i16::MAX }

#[derive(SharedLayout, Clone, Copy, Debug)]
#[repr(i32)]
pub(crate) enum EnumI32 { Least = i32::MIN, Seven = 7, Eight, Greatest = i32::MAX }

#[derive(SharedLayout, Clone, Copy, Debug)]
#[repr(i64)]
pub(crate) enum EnumI64 { Least = i64::MIN, Seven = 7, Eight, Greatest = i64::MAX }

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S000 {
    pub(crate) f0: F64<BE>,
    pub(crate) f1: Le<f64>,
    pub(crate) f2: Option<NonZeroU16>,
    pub(crate) f3: U32<LE>,
    pub(crate) f4: U16<BE>,
    pub(crate) f5: [EnumI64; 5],
    pub(crate) self_: Le<u64>,
    pub(crate) f7: I32<BE>,
    pub(crate) new: NonZeroU16,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S001 {
    pub(crate) f0: [[NonZeroU64; 1]; 2],
    pub(crate) new: NonZeroI16,
    pub(crate) f2: u64,
    pub(crate) f3: S000,
    pub(crate) f4: [S000; 1],
    pub(crate) f5: Be<i16>,
    pub(crate) f6: bool,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S002 {
    pub(crate) f0: [[U16<LE>; 4]; 2],
    pub(crate) f1: EnumU16,
    pub(crate) f2: Be<u32>,
    pub(crate) f3: u32,
    pub(crate) f4: [NonZeroU8; 4],
    pub(crate) f5: I32<LE>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S003 {
    pub(crate) f0: EnumI8,
    pub(crate) f1: CText<25>,
    pub(crate) f2: Option<NonZeroU16>,
    pub(crate) view: EnumU64,
    pub(crate) f4: [U32<LE>; 7],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S004 {
    pub(crate) new: F32<LE>,
    pub(crate) f1: S003,
    pub(crate) load: [f32; 6],
    pub(crate) f3: [EnumU16; 3],
    pub(crate) f4: [S001; 7],
}

#[derive(SharedLayout)]
#[repr(C, align(2))]
pub(crate) struct S005 {
    pub(crate) f0: [Option<NonZeroI64>; 7],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S006(pub(crate) CText<11>, pub(crate) CText<25>, pub(crate) CText<40>, pub(crate) Le<f32>, pub(crate) EnumU16);

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S007 {
    pub(crate) f0: U32<LE>,
    pub(crate) f1: Be<u64>,
    pub(crate) f2: f64,
    pub(crate) x: [f64; 6],
    pub(crate) set: S003,
    pub(crate) f5: S006,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S008 {
    pub(crate) f0: [[CText<6>; 3]; 3],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S009 {
    pub(crate) f0: i16,
    pub(crate) f1: Le<i64>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S010 {
    pub(crate) f0: Be<i64>,
    pub(crate) f1: [S000; 1],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S011 {
    pub(crate) f0: u16,
    pub(crate) f1: [i32; 7],
    pub(crate) f2: Le<i16>,
    pub(crate) new: [[CText<10>; 4]; 1],
    pub(crate) view: Le<u16>,
    pub(crate) f5: [U128<BE>; 2],
    pub(crate) f6: EnumU16,
    pub(crate) f7: Le<u16>,
    pub(crate) f8: [[Be<i32>; 2]; 3],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S012 {
    pub(crate) r#type: NonZeroU32,
    pub(crate) f1: [[CText<4>; 2]; 4],
    pub(crate) get: I16<BE>,
    pub(crate) f3: [[NonZeroU64; 2]; 3],
    pub(crate) store: [[Be<f32>; 1]; 3],
    pub(crate) again5: S008,
    pub(crate) f6: [S008; 2],
    pub(crate) f7: [[Option<NonZeroU32>; 1]; 2],
    pub(crate) lock: f64,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S013(pub(crate) [[Option<NonZeroU32>; 4]; 5], pub(crate) [[U64<LE>; 4]; 5], pub(crate) [Be<f64>; 4], pub(crate) [[i8; 3]; 3], pub(crate) [[Option<NonZeroU64>; 4]; 1], pub(crate) EnumI8, pub(crate) [[U16<LE>; 2]; 4], pub(crate) EnumI16, pub(crate) [Le<i32>; 2]);

#[derive(SharedLayout)]
#[repr(C, align(128))]
pub(crate) struct S014 {
    pub(crate) f0: F32<LE>,
    pub(crate) f1: F64<BE>,
    pub(crate) f2: [NonZeroI64; 1],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S015(pub(crate) S003, pub(crate) CText<19>, pub(crate) i32, pub(crate) f64, pub(crate) [Be<i16>; 1], pub(crate) PhantomData<u64>);

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S016 {
    pub(crate) f0: S015,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S017 {
    pub(crate) f0: U16<BE>,
    pub(crate) f1: [Le<u16>; 1],
    pub(crate) f2: [f32; 4],
    pub(crate) get: EnumU64,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S018 {
    pub(crate) f0: [U128<LE>; 4],
    pub(crate) f1: Le<i16>,
    pub(crate) f2: NonZeroI16,
    pub(crate) f3: U32<LE>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S019 {
    pub(crate) f0: i64,
    pub(crate) r#type: S000,
    pub(crate) f2: EnumI8,
    pub(crate) load: S012,
    pub(crate) f4: I16<LE>,
    pub(crate) f5: EnumU64,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S020 {
    pub(crate) f0: [EnumU32; 3],
    pub(crate) f1: [[NonZeroU16; 2]; 3],
    pub(crate) f2: U16<BE>,
    pub(crate) f3: [Le<u64>; 1],
    pub(crate) get: [char; 4],
    pub(crate) f5: NonZeroU64,
    pub(crate) f6: F64<LE>,
    pub(crate) f7: [[EnumI64; 2]; 1],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S021(pub(crate) CText<26>, pub(crate) [F64<BE>; 3], pub(crate) [[CText<30>; 2]; 3], pub(crate) i32, pub(crate) [Be<f32>; 4], pub(crate) [[I16<LE>; 3]; 5]);

#[derive(SharedLayout)]
#[repr(C, align(2))]
pub(crate) struct S022 {
    pub(crate) f0: S013,
    pub(crate) f1: u8,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S023 {
    pub(crate) store: U64<BE>,
    pub(crate) f1: [[CText<34>; 3]; 2],
    pub(crate) f2: [NonZeroU64; 9],
    pub(crate) f3: [EnumU16; 8],
    pub(crate) f4: i64,
    pub(crate) f5: u64,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S024 {
    pub(crate) f0: [[i16; 4]; 4],
    pub(crate) self_: I64<LE>,
    pub(crate) f2: I32<LE>,
    pub(crate) f3: [U16<LE>; 8],
    pub(crate) f4: i64,
    pub(crate) again5: Le<i32>,
    pub(crate) f6: bool,
    pub(crate) f7: [I16<BE>; 7],
    pub(crate) f8: [S005; 8],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S025 {
    pub(crate) f0: CText<9>,
    pub(crate) self_: [EnumI32; 7],
    pub(crate) f2: Option<NonZeroI64>,
    pub(crate) get: S014,
    pub(crate) f4: [S019; 8],
    pub(crate) f5: bool,
    pub(crate) again6: CText<37>,
    pub(crate) load: [CText<34>; 2],
    pub(crate) f8: [i64; 8],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S026(pub(crate) Be<f64>, pub(crate) CText<33>, pub(crate) S022, pub(crate) S022, pub(crate) S007, pub(crate) EnumU16);

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S027 {
    pub(crate) f0: [[NonZeroU16; 4]; 3],
    pub(crate) new: Be<i32>,
    pub(crate) f2: [NonZeroI8; 2],
    pub(crate) set: U16<BE>,
    pub(crate) store: [Option<NonZeroI16>; 4],
    pub(crate) view: [[Option<NonZeroU32>; 4]; 3],
    pub(crate) f6: Option<NonZeroI16>,
    pub(crate) f7: i32,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S028 {
    pub(crate) lock: [[Le<f64>; 1]; 3],
    pub(crate) f1: NonZeroI16,
    pub(crate) f2: i64,
    pub(crate) new: Option<NonZeroI16>,
    pub(crate) f4: [[Be<f64>; 1]; 3],
    pub(crate) f5: [[Le<u64>; 3]; 4],
    pub(crate) load: Le<i32>,
    pub(crate) set: [[u64; 4]; 3],
    pub(crate) self_: [U32<BE>; 4],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S029 {
    pub(crate) f0: [[Le<u16>; 1]; 2],
    pub(crate) f1: u64,
    pub(crate) f2: Option<NonZeroU8>,
    pub(crate) f3: Option<NonZeroI16>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S030 {
    pub(crate) f0: [[I128<BE>; 3]; 4],
    pub(crate) f1: I64<BE>,
    pub(crate) f2: [I32<LE>; 4],
    pub(crate) f3: [S000; 6],
    pub(crate) f4: S009,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S031 {
    pub(crate) f0: NonZeroU64,
    pub(crate) f1: F64<BE>,
    pub(crate) f2: [[Le<i32>; 3]; 2],
    pub(crate) f3: EnumI8,
    pub(crate) marker: PhantomData<u64>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S032(pub(crate) bool, pub(crate) f32, pub(crate) bool, pub(crate) S031, pub(crate) S012);

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S033 {
    pub(crate) f0: Le<u32>,
    pub(crate) f1: Be<i32>,
    pub(crate) f2: U16<LE>,
    pub(crate) f3: Le<u64>,
    pub(crate) f4: Le<f32>,
    pub(crate) f5: S029,
    pub(crate) f6: S010,
    pub(crate) f7: EnumI8,
    pub(crate) f8: [i8; 5],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S034(pub(crate) I16<BE>, pub(crate) S002, pub(crate) u32, pub(crate) S005, pub(crate) Be<f64>);

#[derive(SharedLayout)]
#[repr(C, align(1))]
pub(crate) struct S035 {
    pub(crate) self_: f64,
    pub(crate) f1: S010,
    pub(crate) f2: [S020; 5],
    pub(crate) f3: [[f64; 1]; 3],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S036 {
    pub(crate) f0: Be<f32>,
    pub(crate) f1: S022,
    pub(crate) load: I128<BE>,
    pub(crate) f3: f64,
    pub(crate) f4: CText<11>,
    pub(crate) f5: [EnumI8; 6],
    pub(crate) f6: Be<u64>,
    pub(crate) f7: Option<NonZeroU64>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S037 {
    pub(crate) f0: [[Be<f32>; 1]; 3],
    pub(crate) r#type: S012,
    pub(crate) f2: [[U32<BE>; 1]; 4],
    pub(crate) f3: [[CText<23>; 2]; 1],
    pub(crate) f4: F64<BE>,
    pub(crate) f5: EnumI8,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S038 {
    pub(crate) f0: CText<30>,
    pub(crate) f1: [NonZeroU32; 1],
    pub(crate) f2: [[Option<NonZeroI16>; 1]; 2],
    pub(crate) f3: [S018; 4],
    pub(crate) f4: [[I128<LE>; 3]; 2],
    pub(crate) store: [[I32<BE>; 2]; 1],
    pub(crate) f6: CText<3>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S039 {
    pub(crate) f0: Le<i64>,
    pub(crate) f1: [u32; 9],
    pub(crate) f2: [EnumU8; 2],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S040 {
    pub(crate) set: [NonZeroI8; 1],
    pub(crate) f1: S030,
    pub(crate) f2: [CText<7>; 7],
    pub(crate) f3: S005,
    pub(crate) f4: U32<LE>,
    pub(crate) f5: EnumI16,
    pub(crate) f6: Le<i64>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S041 {
    pub(crate) x: I16<LE>,
    pub(crate) f1: [i16; 2],
    pub(crate) f2: i64,
    pub(crate) self_: U64<BE>,
    pub(crate) get: Option<NonZeroU8>,
}

#[derive(SharedLayout)]
#[repr(C, align(128))]
pub(crate) struct S042 {
    pub(crate) f0: S001,
    pub(crate) f1: EnumI16,
    pub(crate) f2: I64<BE>,
    pub(crate) f3: [Be<f32>; 8],
    pub(crate) f4: S018,
    pub(crate) f5: [[u64; 4]; 4],
    pub(crate) f6: [Option<NonZeroU32>; 6],
    pub(crate) x: F32<BE>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S043 {
    pub(crate) f0: NonZeroI64,
}

#[derive(SharedLayout)]
#[repr(C, align(8))]
pub(crate) struct S044(pub(crate) I32<LE>, pub(crate) S016, pub(crate) S015, pub(crate) NonZeroU16, pub(crate) S008, pub(crate) U64<LE>, pub(crate) S034, pub(crate) [Be<f32>; 3], pub(crate) [Le<f64>; 1]);

#[derive(SharedLayout)]
#[repr(C, align(1))]
pub(crate) struct S045 {
    pub(crate) view: [[Option<NonZeroI64>; 1]; 5],
    pub(crate) f1: [[Option<NonZeroI32>; 1]; 2],
    pub(crate) f2: S024,
    pub(crate) f3: [EnumI8; 4],
    pub(crate) set: Le<u16>,
    pub(crate) f5: NonZeroU16,
    pub(crate) f6: [[CText<24>; 1]; 4],
    pub(crate) again7: CText<34>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S046 {
    pub(crate) f0: S045,
    pub(crate) f1: [[CText<35>; 1]; 4],
    pub(crate) f2: [CText<22>; 6],
    pub(crate) f3: [NonZeroU64; 3],
    pub(crate) f4: [[Be<f64>; 4]; 1],
    pub(crate) f5: [EnumU32; 6],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S047 {
    pub(crate) f0: u32,
    pub(crate) f1: [[Be<i32>; 2]; 3],
    pub(crate) f2: Be<u32>,
    pub(crate) f3: S037,
    pub(crate) f4: EnumU8,
    pub(crate) marker: PhantomData<u64>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S048 {
    pub(crate) f0: S019,
    pub(crate) f1: [[I128<BE>; 4]; 2],
    pub(crate) f2: [[I16<BE>; 3]; 3],
    pub(crate) f3: S018,
    pub(crate) store: Option<NonZeroI32>,
    pub(crate) f5: NonZeroU64,
    pub(crate) f6: F32<BE>,
}

#[derive(SharedLayout)]
#[repr(C, align(4))]
pub(crate) struct S049 {
    pub(crate) f0: CText<36>,
    pub(crate) load: U128<LE>,
    pub(crate) f2: f64,
    pub(crate) f3: [S028; 8],
    pub(crate) f4: NonZeroU8,
    pub(crate) new: [[i64; 2]; 5],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S050 {
    pub(crate) f0: [i16; 6],
    pub(crate) x: [[S043; 3]; 3],
    pub(crate) f2: [NonZeroI16; 3],
    pub(crate) f3: I16<LE>,
}

#[derive(SharedLayout)]
#[repr(C, align(64))]
pub(crate) struct S051(pub(crate) Option<NonZeroI16>, pub(crate) U32<BE>, pub(crate) U16<LE>, pub(crate) NonZeroU64);

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S052 {
    pub(crate) f0: Le<u32>,
    pub(crate) x: Option<NonZeroU32>,
    pub(crate) f2: U128<BE>,
    pub(crate) get: S038,
    pub(crate) f4: S011,
    pub(crate) f5: EnumI32,
    pub(crate) f6: [[Be<i16>; 4]; 1],
    pub(crate) f7: [CText<6>; 6],
    pub(crate) f8: U64<BE>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S053 {
    pub(crate) f0: I128<BE>,
    pub(crate) f1: Be<u16>,
    pub(crate) f2: Option<NonZeroU32>,
    pub(crate) f3: NonZeroU16,
    pub(crate) load: Be<u64>,
    pub(crate) set: Le<u64>,
    pub(crate) f6: [[EnumU8; 2]; 3],
    pub(crate) self_: CText<33>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S054 {
    pub(crate) x: [[EnumU32; 3]; 3],
    pub(crate) self_: CText<13>,
}

#[derive(SharedLayout)]
#[repr(C, align(32))]
pub(crate) struct S055(pub(crate) [S020; 7], pub(crate) [[Option<NonZeroI64>; 3]; 5], pub(crate) [[Be<f64>; 3]; 4], pub(crate) EnumI8, pub(crate) i16);

#[derive(SharedLayout)]
#[repr(C, align(64))]
pub(crate) struct S056 {
    pub(crate) f0: Be<u32>,
    pub(crate) f1: [S028; 2],
    pub(crate) f2: I32<LE>,
    pub(crate) f3: I16<LE>,
    pub(crate) load: NonZeroI32,
    pub(crate) get: [[Le<i16>; 4]; 2],
    pub(crate) f6: EnumU8,
}

#[derive(SharedLayout)]
#[repr(C, align(64))]
pub(crate) struct S057 {
    pub(crate) lock: [S000; 3],
    pub(crate) f1: Be<f32>,
    pub(crate) store: [[Be<f32>; 4]; 2],
    pub(crate) f3: [[I128<BE>; 4]; 3],
    pub(crate) view: S028,
    pub(crate) f5: u64,
    pub(crate) f6: CText<28>,
    pub(crate) new: Be<u32>,
    pub(crate) r#type: Be<u32>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S058 {
    pub(crate) f0: S051,
    pub(crate) f1: S002,
    pub(crate) view: [i16; 2],
    pub(crate) f3: U16<BE>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S059 {
    pub(crate) f0: I128<BE>,
    pub(crate) f1: F64<BE>,
    pub(crate) x: Option<NonZeroU64>,
    pub(crate) f3: S016,
    pub(crate) set: F64<LE>,
    pub(crate) f5: [CText<37>; 4],
    pub(crate) r#type: [[CText<6>; 3]; 4],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S060 {
    pub(crate) f0: I128<BE>,
    pub(crate) f1: [Le<i64>; 3],
    pub(crate) f2: [F32<LE>; 2],
    pub(crate) f3: [EnumU16; 6],
    pub(crate) f4: EnumI16,
    pub(crate) f5: S034,
    pub(crate) f6: [U64<LE>; 7],
    pub(crate) f7: [F32<LE>; 5],
    pub(crate) f8: I128<LE>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S061 {
    pub(crate) f0: I64<BE>,
}

#[derive(SharedLayout)]
#[repr(C, align(1))]
pub(crate) struct S062 {
    pub(crate) f0: I16<BE>,
    pub(crate) f1: [[Be<i64>; 1]; 3],
    pub(crate) store: S007,
    pub(crate) f3: Le<i32>,
    pub(crate) r#type: Le<i64>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S063 {
    pub(crate) f0: [S023; 7],
    pub(crate) marker: PhantomData<u64>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S064(pub(crate) [NonZeroI16; 7], pub(crate) S060, pub(crate) CText<14>, pub(crate) [I128<BE>; 8]);

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S065(pub(crate) [[Option<NonZeroU8>; 4]; 1], pub(crate) I64<LE>, pub(crate) F64<LE>, pub(crate) U16<BE>, pub(crate) [char; 1], pub(crate) [[F64<LE>; 1]; 5], pub(crate) CText<5>, pub(crate) S000);

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S066 {
    pub(crate) f0: CText<2>,
    pub(crate) f1: [Be<i32>; 2],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S067 {
    pub(crate) f0: Option<NonZeroU64>,
    pub(crate) r#type: U32<BE>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S068 {
    pub(crate) f0: [I16<LE>; 3],
    pub(crate) f1: S065,
    pub(crate) set: F32<LE>,
    pub(crate) f3: [S056; 3],
    pub(crate) f4: S007,
    pub(crate) f5: Option<NonZeroI32>,
    pub(crate) f6: U16<BE>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S069 {
    pub(crate) r#type: Be<i16>,
    pub(crate) f1: u32,
    pub(crate) f2: u16,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S070 {
    pub(crate) self_: i64,
    pub(crate) f1: Option<NonZeroI8>,
    pub(crate) lock: [S010; 4],
    pub(crate) f3: S057,
    pub(crate) r#type: EnumU64,
    pub(crate) f5: Be<i32>,
    pub(crate) f6: [[CText<2>; 1]; 1],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S071(pub(crate) U64<LE>, pub(crate) [I32<BE>; 7], pub(crate) [[Be<i32>; 3]; 3], pub(crate) CText<38>, pub(crate) S056, pub(crate) i8, pub(crate) i16, pub(crate) f64, pub(crate) u16);

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S072 {
    pub(crate) store: NonZeroU16,
    pub(crate) r#type: [[f32; 2]; 2],
    pub(crate) f2: Option<NonZeroI32>,
    pub(crate) f3: Option<NonZeroU8>,
    pub(crate) f4: [[Be<i64>; 4]; 3],
    pub(crate) f5: bool,
    pub(crate) f6: [[F64<LE>; 3]; 1],
    pub(crate) x: [f64; 6],
    pub(crate) load: f64,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S073 {
    pub(crate) f0: S041,
    pub(crate) f1: [[I64<LE>; 4]; 1],
    pub(crate) f2: NonZeroI32,
    pub(crate) self_: [S031; 4],
    pub(crate) store: Le<f64>,
    pub(crate) f5: NonZeroI8,
    pub(crate) f6: S029,
    pub(crate) f7: [[S067; 1]; 1],
    pub(crate) f8: NonZeroI8,
}

#[derive(SharedLayout)]
#[repr(C, align(16))]
pub(crate) struct S074 {
    pub(crate) load: F64<BE>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S075 {
    pub(crate) load: Option<NonZeroI64>,
    pub(crate) f1: [[EnumU8; 1]; 3],
    pub(crate) f2: EnumU64,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S076(pub(crate) EnumU32);

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S077 {
    pub(crate) get: NonZeroU16,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S078(pub(crate) u8);

#[derive(SharedLayout)]
#[repr(C, align(32))]
pub(crate) struct S079 {
    pub(crate) f0: Be<i32>,
    pub(crate) r#type: [[U128<LE>; 2]; 3],
    pub(crate) marker: PhantomData<u64>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S080 {
    pub(crate) r#type: [EnumI8; 6],
    pub(crate) f1: [[i8; 4]; 5],
    pub(crate) f2: [CText<5>; 7],
    pub(crate) lock: U128<LE>,
    pub(crate) f4: i8,
    pub(crate) f5: S056,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S081 {
    pub(crate) f0: [i32; 6],
    pub(crate) new: CText<40>,
    pub(crate) f2: [[U32<LE>; 4]; 4],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S082 {
    pub(crate) f0: [[Le<u64>; 4]; 4],
    pub(crate) f1: Option<NonZeroU16>,
    pub(crate) f2: U16<BE>,
    pub(crate) f3: [NonZeroI8; 9],
    pub(crate) set: S081,
    pub(crate) f5: I64<LE>,
    pub(crate) f6: Option<NonZeroU64>,
    pub(crate) f7: S078,
    pub(crate) f8: Be<i16>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S083(pub(crate) NonZeroI64, pub(crate) U16<LE>);

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S084 {
    pub(crate) f0: f64,
}

#[derive(SharedLayout)]
#[repr(C, align(8))]
pub(crate) struct S085 {
    pub(crate) f0: [U16<BE>; 7],
    pub(crate) f1: EnumI8,
    pub(crate) f2: NonZeroU8,
    pub(crate) f3: [EnumU64; 4],
    pub(crate) f4: S000,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S086 {
    pub(crate) r#type: [Option<NonZeroU8>; 4],
    pub(crate) f1: Option<NonZeroI16>,
    pub(crate) f2: NonZeroI64,
    pub(crate) f3: [[I128<LE>; 2]; 4],
    pub(crate) get: EnumU16,
    pub(crate) f5: Be<u64>,
    pub(crate) again6: [i32; 9],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S087 {
    pub(crate) get: [S022; 5],
    pub(crate) view: [U32<LE>; 5],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S088 {
    pub(crate) f0: Le<u16>,
    pub(crate) f1: [CText<26>; 6],
    pub(crate) f2: [CText<11>; 6],
    pub(crate) f3: CText<30>,
    pub(crate) f4: [u64; 1],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S089 {
    pub(crate) f0: [Be<i16>; 8],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S090 {
    pub(crate) f0: NonZeroU16,
    pub(crate) f1: EnumU32,
    pub(crate) f2: [[U16<BE>; 2]; 1],
    pub(crate) f3: S038,
    pub(crate) f4: char,
}

#[derive(SharedLayout)]
#[repr(C, align(8))]
pub(crate) struct S091 {
    pub(crate) f0: U64<LE>,
    pub(crate) f1: Option<NonZeroI8>,
    pub(crate) self_: [EnumU64; 5],
    pub(crate) f3: [[EnumU64; 4]; 1],
    pub(crate) get: U128<LE>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S092 {
    pub(crate) f0: NonZeroI8,
}

#[derive(SharedLayout)]
#[repr(C, align(128))]
pub(crate) struct S093 {
    pub(crate) load: NonZeroI32,
    pub(crate) new: CText<27>,
    pub(crate) f2: i16,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S094 {
    pub(crate) f0: S042,
    pub(crate) f1: [[U64<BE>; 4]; 3],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S095 {
    pub(crate) f0: NonZeroU16,
    pub(crate) store: [NonZeroU32; 6],
    pub(crate) f2: [S001; 3],
    pub(crate) f3: S090,
    pub(crate) f4: i32,
    pub(crate) f5: S079,
    pub(crate) f6: [[U64<LE>; 3]; 2],
    pub(crate) f7: [[EnumU16; 1]; 5],
    pub(crate) marker: PhantomData<u64>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S096(pub(crate) [[CText<20>; 1]; 4], pub(crate) U32<BE>, pub(crate) [EnumI16; 3], pub(crate) I64<LE>, pub(crate) [[CText<12>; 1]; 4]);

#[derive(SharedLayout)]
#[repr(C, align(1))]
pub(crate) struct S097 {
    pub(crate) f0: EnumU32,
    pub(crate) f1: [U128<BE>; 7],
    pub(crate) f2: [U32<LE>; 3],
    pub(crate) get: Be<i32>,
    pub(crate) lock: S015,
    pub(crate) f5: NonZeroI8,
    pub(crate) f6: Be<f32>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S098 {
    pub(crate) f0: [Be<i32>; 8],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S099 {
    pub(crate) f0: Le<f64>,
    pub(crate) f1: [NonZeroI8; 6],
    pub(crate) f2: [bool; 6],
    pub(crate) f3: CText<39>,
    pub(crate) f4: [[NonZeroU8; 1]; 4],
    pub(crate) set: [[Le<i32>; 2]; 4],
    pub(crate) new: u8,
    pub(crate) f7: I128<BE>,
}

#[derive(SharedLayout)]
#[repr(C, align(4))]
pub(crate) struct S100 {
    pub(crate) x: S002,
}

#[derive(SharedLayout)]
#[repr(C, align(4))]
pub(crate) struct S101 {
    pub(crate) f0: Be<u16>,
    pub(crate) f1: F32<LE>,
    pub(crate) f2: [[NonZeroI16; 1]; 1],
    pub(crate) f3: F64<LE>,
    pub(crate) store: [[i64; 1]; 1],
    pub(crate) x: S000,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S102 {
    pub(crate) set: CText<34>,
    pub(crate) f1: I32<BE>,
    pub(crate) f2: [[U32<LE>; 4]; 3],
    pub(crate) f3: CText<39>,
    pub(crate) f4: EnumU16,
    pub(crate) x: Option<NonZeroU16>,
    pub(crate) f6: [u8; 1],
    pub(crate) again7: [[CText<9>; 3]; 3],
    pub(crate) r#type: [EnumU32; 5],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S103(pub(crate) [U32<BE>; 1], pub(crate) S066, pub(crate) Option<NonZeroI32>, pub(crate) [[EnumI16; 4]; 1], pub(crate) [[Be<f32>; 2]; 1], pub(crate) f32, pub(crate) Le<i16>, pub(crate) [[EnumI64; 3]; 3], pub(crate) EnumU32);

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S104 {
    pub(crate) f0: Option<NonZeroI16>,
    pub(crate) f1: Option<NonZeroU64>,
    pub(crate) f2: u8,
    pub(crate) f3: U16<BE>,
    pub(crate) f4: [[NonZeroI16; 2]; 4],
    pub(crate) f5: EnumI16,
    pub(crate) f6: [U16<LE>; 9],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S105 {
    pub(crate) f0: [[Le<u64>; 2]; 2],
    pub(crate) f1: i32,
    pub(crate) f2: [[EnumI64; 2]; 5],
    pub(crate) f3: [[F64<LE>; 3]; 1],
    pub(crate) set: i8,
    pub(crate) f5: S031,
    pub(crate) f6: Option<NonZeroI8>,
    pub(crate) f7: NonZeroI16,
    pub(crate) f8: Be<f32>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S106(pub(crate) Option<NonZeroU8>, pub(crate) CText<24>);

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S107 {
    pub(crate) f0: [CText<20>; 1],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S108 {
    pub(crate) f0: S032,
    pub(crate) f1: Be<u16>,
    pub(crate) f2: Be<f64>,
    pub(crate) lock: S016,
    pub(crate) new: [CText<39>; 9],
    pub(crate) f5: [[I128<LE>; 3]; 4],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S109 {
    pub(crate) f0: [Be<i32>; 1],
    pub(crate) f1: S013,
    pub(crate) f2: [i64; 1],
    pub(crate) f3: S023,
    pub(crate) f4: [[Le<f32>; 2]; 3],
    pub(crate) f5: [Option<NonZeroI8>; 7],
    pub(crate) f6: S012,
    pub(crate) load: [Option<NonZeroI64>; 6],
    pub(crate) f8: S096,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S110 {
    pub(crate) f0: [[EnumU16; 2]; 2],
    pub(crate) f1: [[CText<25>; 1]; 2],
    pub(crate) f2: [S002; 1],
    pub(crate) set: NonZeroU64,
    pub(crate) new: U32<LE>,
    pub(crate) f5: S072,
    pub(crate) f6: NonZeroI16,
    pub(crate) f7: Be<i16>,
    pub(crate) f8: NonZeroI64,
}

#[derive(SharedLayout)]
#[repr(C, align(2))]
pub(crate) struct S111 {
    pub(crate) get: S028,
    pub(crate) store: [[CText<26>; 1]; 1],
    pub(crate) f2: F64<LE>,
    pub(crate) f3: U32<LE>,
    pub(crate) view: [[U16<BE>; 1]; 2],
    pub(crate) f5: [i16; 3],
    pub(crate) again6: [[EnumI16; 1]; 5],
    pub(crate) f7: S006,
    pub(crate) marker: PhantomData<u64>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S112 {
    pub(crate) r#type: CText<3>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S113 {
    pub(crate) f0: [f32; 9],
    pub(crate) f1: i8,
    pub(crate) f2: CText<32>,
    pub(crate) f3: i64,
    pub(crate) f4: EnumU16,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S114(pub(crate) CText<9>);

#[derive(SharedLayout)]
#[repr(C, align(16))]
pub(crate) struct S115 {
    pub(crate) store: EnumU8,
    pub(crate) f1: [u16; 1],
    pub(crate) f2: Be<i32>,
    pub(crate) f3: f64,
    pub(crate) again4: S023,
    pub(crate) again5: [S096; 1],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S116 {
    pub(crate) set: [[I128<LE>; 4]; 2],
    pub(crate) f1: S012,
    pub(crate) f2: I64<BE>,
    pub(crate) f3: S085,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S117 {
    pub(crate) f0: CText<13>,
    pub(crate) f1: [[f64; 2]; 2],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S118 {
    pub(crate) f0: Le<i16>,
    pub(crate) f1: U64<LE>,
    pub(crate) f2: U16<LE>,
    pub(crate) r#type: U128<BE>,
}

#[derive(SharedLayout)]
#[repr(C, align(1))]
pub(crate) struct S119 {
    pub(crate) f0: S101,
    pub(crate) f1: [Le<f32>; 1],
    pub(crate) f2: [U128<LE>; 9],
    pub(crate) f3: i16,
}

#[derive(SharedLayout)]
#[repr(C, align(8))]
pub(crate) struct S120 {
    pub(crate) f0: S020,
    pub(crate) r#type: [Be<u32>; 5],
    pub(crate) f2: I16<LE>,
    pub(crate) f3: [[EnumI8; 4]; 5],
    pub(crate) view: S090,
    pub(crate) f5: EnumI8,
    pub(crate) f6: [S091; 4],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S121 {
    pub(crate) f0: U128<BE>,
    pub(crate) f1: [S060; 9],
    pub(crate) f2: S043,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S122 {
    pub(crate) f0: u32,
    pub(crate) f1: [[EnumU32; 3]; 3],
    pub(crate) f2: S050,
    pub(crate) f3: [[Be<f64>; 1]; 4],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S123 {
    pub(crate) f0: [EnumI16; 5],
    pub(crate) f1: [[U16<BE>; 4]; 3],
    pub(crate) f2: i16,
    pub(crate) f3: [Option<NonZeroI32>; 5],
    pub(crate) f4: S053,
    pub(crate) f5: CText<14>,
    pub(crate) lock: [[Le<i16>; 1]; 3],
    pub(crate) load: S000,
    pub(crate) f8: [Le<u16>; 6],
}

#[derive(SharedLayout)]
#[repr(C, align(2))]
pub(crate) struct S124(pub(crate) [[Option<NonZeroI32>; 1]; 1], pub(crate) CText<1>, pub(crate) S023, pub(crate) [char; 9], pub(crate) EnumU32, pub(crate) Be<i16>);

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S125 {
    pub(crate) f0: [[CText<4>; 2]; 3],
    pub(crate) f1: I128<LE>,
    pub(crate) load: Option<NonZeroU8>,
    pub(crate) store: f64,
    pub(crate) f4: [Option<NonZeroI64>; 8],
    pub(crate) f5: [[Le<i16>; 4]; 4],
    pub(crate) f6: U128<BE>,
    pub(crate) f7: NonZeroU16,
    pub(crate) f8: i64,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S126 {
    pub(crate) f0: S050,
    pub(crate) f1: I16<LE>,
    pub(crate) f2: U32<BE>,
    pub(crate) f3: S006,
    pub(crate) lock: I64<BE>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S127 {
    pub(crate) f0: S110,
    pub(crate) new: I64<LE>,
    pub(crate) f2: [S057; 6],
    pub(crate) f3: Le<i16>,
    pub(crate) f4: S041,
    pub(crate) f5: [[Le<i64>; 4]; 1],
    pub(crate) f6: [[Le<f32>; 3]; 2],
    pub(crate) set: [[U64<BE>; 1]; 4],
    pub(crate) f8: S042,
    pub(crate) marker: PhantomData<u64>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S128 {
    pub(crate) set: EnumU16,
    pub(crate) self_: [[Option<NonZeroU16>; 3]; 1],
    pub(crate) f2: S044,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S129 {
    pub(crate) f0: EnumU64,
    pub(crate) f1: [Le<f32>; 2],
    pub(crate) x: [Le<u32>; 8],
    pub(crate) f3: Le<u32>,
    pub(crate) get: U64<BE>,
    pub(crate) f5: [CText<24>; 2],
    pub(crate) f6: S062,
    pub(crate) f7: [[U64<LE>; 1]; 2],
    pub(crate) f8: [[Be<i32>; 2]; 4],
}

#[derive(SharedLayout)]
#[repr(C, align(128))]
pub(crate) struct S130 {
    pub(crate) set: S008,
    pub(crate) view: u32,
    pub(crate) f2: [Le<i16>; 5],
    pub(crate) f3: [I16<BE>; 4],
    pub(crate) f4: CText<5>,
    pub(crate) f5: u64,
    pub(crate) f6: EnumU16,
    pub(crate) f7: [[U32<LE>; 2]; 3],
    pub(crate) f8: EnumI16,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S131 {
    pub(crate) load: S117,
    pub(crate) x: [[Be<i64>; 2]; 3],
    pub(crate) lock: [CText<10>; 7],
    pub(crate) f3: i64,
    pub(crate) again4: U128<BE>,
    pub(crate) again5: [EnumU16; 4],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S132 {
    pub(crate) f0: S048,
    pub(crate) f1: S083,
    pub(crate) f2: Be<i32>,
    pub(crate) f3: Le<i32>,
    pub(crate) set: [[I64<BE>; 1]; 5],
    pub(crate) f5: [CText<31>; 4],
    pub(crate) f6: CText<26>,
}

#[derive(SharedLayout)]
#[repr(C, align(32))]
pub(crate) struct S133 {
    pub(crate) f0: CText<27>,
    pub(crate) new: [[f64; 1]; 4],
    pub(crate) f2: [[CText<5>; 2]; 4],
    pub(crate) set: [[Le<u64>; 1]; 2],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S134 {
    pub(crate) f0: [Le<u32>; 8],
    pub(crate) set: Option<NonZeroI32>,
    pub(crate) f2: u16,
    pub(crate) self_: S033,
    pub(crate) f4: [Be<u64>; 8],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S135 {
    pub(crate) f0: EnumI8,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S136 {
    pub(crate) r#type: [[Be<u32>; 1]; 4],
    pub(crate) f1: S135,
    pub(crate) f2: [[I64<BE>; 2]; 3],
    pub(crate) f3: [i16; 6],
    pub(crate) f4: S092,
    pub(crate) f5: [NonZeroI64; 8],
    pub(crate) f6: [S133; 8],
    pub(crate) f7: NonZeroI64,
    pub(crate) load: [Le<u16>; 7],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S137(pub(crate) EnumU8, pub(crate) [Option<NonZeroI16>; 4]);

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S138(pub(crate) Le<u32>);

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S139(pub(crate) U128<BE>, pub(crate) S000, pub(crate) CText<14>);

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S140 {
    pub(crate) store: [[u32; 2]; 2],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S141 {
    pub(crate) f0: I64<BE>,
    pub(crate) f1: I64<BE>,
    pub(crate) f2: I64<LE>,
    pub(crate) x: I64<BE>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S142 {
    pub(crate) set: EnumI8,
    pub(crate) f1: CText<27>,
    pub(crate) f2: Option<NonZeroU64>,
    pub(crate) f3: Option<NonZeroI64>,
    pub(crate) f4: [F64<BE>; 8],
    pub(crate) f5: [[bool; 2]; 2],
    pub(crate) new: [S072; 1],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S143 {
    pub(crate) lock: NonZeroU16,
    pub(crate) f1: [Be<u64>; 3],
    pub(crate) f2: [[Option<NonZeroI16>; 3]; 2],
    pub(crate) f3: i16,
    pub(crate) f4: f64,
    pub(crate) view: [[Le<f64>; 1]; 2],
    pub(crate) f6: U16<BE>,
    pub(crate) f7: CText<3>,
    pub(crate) marker: PhantomData<u64>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S144 {
    pub(crate) f0: [[u8; 1]; 4],
    pub(crate) get: I32<LE>,
    pub(crate) f2: i16,
    pub(crate) f3: Be<i32>,
    pub(crate) f4: u32,
    pub(crate) f5: Be<i16>,
    pub(crate) f6: [NonZeroI32; 6],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S145(pub(crate) [F64<BE>; 1]);

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S146 {
    pub(crate) f0: Le<f32>,
    pub(crate) f1: I64<LE>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S147 {
    pub(crate) f0: EnumU32,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S148 {
    pub(crate) f0: u16,
    pub(crate) f1: [NonZeroI32; 7],
    pub(crate) f2: f64,
    pub(crate) f3: NonZeroU64,
    pub(crate) f4: CText<27>,
    pub(crate) f5: [[U64<BE>; 4]; 4],
    pub(crate) f6: CText<30>,
    pub(crate) f7: S067,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S149 {
    pub(crate) f0: [i16; 8],
    pub(crate) f1: [[U128<BE>; 2]; 1],
    pub(crate) load: U64<LE>,
    pub(crate) f3: I64<BE>,
    pub(crate) f4: U16<BE>,
    pub(crate) f5: NonZeroI32,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S150 {
    pub(crate) f0: S101,
    pub(crate) f1: S105,
    pub(crate) f2: S067,
    pub(crate) f3: U32<BE>,
    pub(crate) get: Option<NonZeroI8>,
    pub(crate) f5: [[U128<BE>; 4]; 5],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S151 {
    pub(crate) f0: EnumI8,
    pub(crate) f1: S089,
    pub(crate) f2: [[Option<NonZeroU8>; 3]; 5],
    pub(crate) f3: S099,
    pub(crate) store: [f32; 9],
    pub(crate) new: [I64<BE>; 8],
    pub(crate) f6: S073,
    pub(crate) f7: S138,
    pub(crate) f8: I32<BE>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S152 {
    pub(crate) view: [Be<f32>; 6],
    pub(crate) f1: i8,
    pub(crate) store: [Option<NonZeroI32>; 2],
    pub(crate) f3: S065,
    pub(crate) f4: I32<BE>,
    pub(crate) f5: Option<NonZeroI8>,
    pub(crate) set: [[U16<LE>; 2]; 3],
    pub(crate) f7: [f32; 8],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S153 {
    pub(crate) f0: Option<NonZeroI16>,
    pub(crate) lock: F32<BE>,
    pub(crate) f2: [[CText<34>; 1]; 4],
    pub(crate) set: [Le<u32>; 8],
    pub(crate) f4: S113,
    pub(crate) f5: Le<f32>,
    pub(crate) f6: [Option<NonZeroI16>; 4],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S154 {
    pub(crate) f0: u64,
    pub(crate) f1: [S096; 6],
    pub(crate) f2: Option<NonZeroI64>,
    pub(crate) f3: [[NonZeroI8; 3]; 1],
    pub(crate) self_: Le<i16>,
    pub(crate) f5: [[CText<8>; 3]; 5],
    pub(crate) f6: [Be<f64>; 8],
    pub(crate) store: U32<LE>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S155 {
    pub(crate) f0: CText<16>,
    pub(crate) f1: NonZeroU8,
    pub(crate) f2: EnumU16,
    pub(crate) store: S038,
    pub(crate) f4: [[Be<i16>; 2]; 2],
    pub(crate) r#type: bool,
    pub(crate) f6: NonZeroU32,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S156 {
    pub(crate) f0: CText<33>,
    pub(crate) f1: Option<NonZeroU32>,
    pub(crate) f2: u64,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S157 {
    pub(crate) f0: [f64; 2],
    pub(crate) f1: [Le<f32>; 6],
    pub(crate) f2: S124,
    pub(crate) get: f64,
}

#[derive(SharedLayout)]
#[repr(C, align(2))]
pub(crate) struct S158 {
    pub(crate) f0: EnumI8,
    pub(crate) f1: [S019; 5],
    pub(crate) f2: S013,
    pub(crate) f3: I16<BE>,
    pub(crate) f4: [u8; 4],
    pub(crate) f5: NonZeroU8,
    pub(crate) f6: S061,
    pub(crate) f7: S156,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S159 {
    pub(crate) f0: [S084; 9],
    pub(crate) f1: [S051; 2],
    pub(crate) f2: [[Option<NonZeroU8>; 3]; 3],
    pub(crate) load: EnumI64,
    pub(crate) f4: EnumU64,
    pub(crate) marker: PhantomData<u64>,
}

#[derive(SharedLayout)]
#[repr(C, align(16))]
pub(crate) struct S160 {
    pub(crate) f0: I64<LE>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S161 {
    pub(crate) f0: [Option<NonZeroU8>; 1],
    pub(crate) x: S116,
    pub(crate) f2: S134,
    pub(crate) f3: Option<NonZeroU64>,
    pub(crate) f4: [[NonZeroU32; 4]; 1],
    pub(crate) f5: I64<BE>,
    pub(crate) f6: EnumI16,
    pub(crate) f7: [NonZeroI16; 9],
    pub(crate) f8: Option<NonZeroU8>,
}

#[derive(SharedLayout)]
#[repr(C, align(128))]
pub(crate) struct S162 {
    pub(crate) f0: [Le<u16>; 4],
    pub(crate) f1: CText<36>,
    pub(crate) view: [I16<LE>; 8],
    pub(crate) f3: [[I128<LE>; 2]; 5],
    pub(crate) f4: [f64; 4],
    pub(crate) f5: [[NonZeroU32; 4]; 5],
    pub(crate) f6: [S088; 2],
    pub(crate) f7: [I64<BE>; 2],
    pub(crate) get: char,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S163 {
    pub(crate) f0: [EnumU64; 4],
    pub(crate) get: U32<BE>,
}

#[derive(SharedLayout)]
#[repr(C, align(128))]
pub(crate) struct S164 {
    pub(crate) f0: U128<BE>,
    pub(crate) f1: EnumI16,
}

#[derive(SharedLayout)]
#[repr(C, align(4))]
pub(crate) struct S165 {
    pub(crate) f0: S162,
    pub(crate) f1: [[Le<u16>; 2]; 3],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S166(pub(crate) [CText<35>; 9], pub(crate) [u32; 7], pub(crate) Be<u32>, pub(crate) U64<BE>, pub(crate) U64<LE>, pub(crate) f64, pub(crate) [[Le<u32>; 3]; 4], pub(crate) [[Be<f32>; 3]; 5], pub(crate) Be<f64>);

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S167 {
    pub(crate) f0: EnumU64,
    pub(crate) f1: u64,
    pub(crate) f2: U16<BE>,
    pub(crate) lock: [Be<i16>; 1],
    pub(crate) f4: CText<2>,
    pub(crate) f5: I32<LE>,
    pub(crate) f6: [[bool; 1]; 3],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S168 {
    pub(crate) f0: [[EnumI64; 3]; 2],
    pub(crate) f1: f32,
    pub(crate) load: [CText<26>; 9],
    pub(crate) f3: [EnumI8; 3],
}

#[derive(SharedLayout)]
#[repr(C, align(4))]
pub(crate) struct S169(pub(crate) I128<BE>, pub(crate) [Le<u16>; 5], pub(crate) Option<NonZeroU64>, pub(crate) S039, pub(crate) [S039; 6], pub(crate) S021);

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S170 {
    pub(crate) f0: S115,
    pub(crate) f1: U16<LE>,
    pub(crate) f2: Be<i64>,
    pub(crate) f3: [NonZeroI16; 9],
    pub(crate) r#type: [CText<18>; 8],
    pub(crate) store: [EnumU32; 2],
    pub(crate) f6: S021,
    pub(crate) x: U64<BE>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S171 {
    pub(crate) get: [[Be<u32>; 2]; 4],
    pub(crate) f1: [[Option<NonZeroI64>; 1]; 4],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S172 {
    pub(crate) f0: [S076; 7],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S173 {
    pub(crate) f0: NonZeroI16,
    pub(crate) r#type: [[F32<LE>; 2]; 5],
    pub(crate) f2: [I32<BE>; 2],
    pub(crate) f3: S153,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S174 {
    pub(crate) f0: [i64; 5],
    pub(crate) lock: S111,
    pub(crate) f2: S042,
    pub(crate) f3: CText<39>,
    pub(crate) f4: I128<BE>,
    pub(crate) set: [[i16; 2]; 4],
    pub(crate) store: [I64<BE>; 5],
    pub(crate) r#type: U128<LE>,
    pub(crate) f8: S155,
}

#[derive(SharedLayout)]
#[repr(C, align(16))]
pub(crate) struct S175 {
    pub(crate) f0: Option<NonZeroI64>,
    pub(crate) f1: [bool; 4],
    pub(crate) f2: [S015; 8],
    pub(crate) f3: EnumI16,
    pub(crate) x: NonZeroI32,
    pub(crate) f5: [[Le<u32>; 2]; 1],
    pub(crate) f6: [[I16<LE>; 1]; 3],
    pub(crate) f7: U128<LE>,
    pub(crate) marker: PhantomData<u64>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S176 {
    pub(crate) x: [NonZeroI16; 7],
    pub(crate) load: S170,
    pub(crate) f2: NonZeroI32,
    pub(crate) store: [[NonZeroI32; 1]; 1],
    pub(crate) r#type: Be<u16>,
    pub(crate) f5: CText<4>,
    pub(crate) f6: u64,
    pub(crate) again7: f64,
}

#[derive(SharedLayout)]
#[repr(C, align(4))]
pub(crate) struct S177(pub(crate) [NonZeroU8; 5], pub(crate) S012, pub(crate) [[U128<LE>; 3]; 1]);

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S178 {
    pub(crate) f0: F32<BE>,
    pub(crate) f1: [[f64; 1]; 2],
    pub(crate) f2: Le<u32>,
    pub(crate) f3: u64,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S179 {
    pub(crate) f0: [S079; 2],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S180 {
    pub(crate) f0: NonZeroU16,
    pub(crate) f1: [[Be<f64>; 3]; 2],
    pub(crate) f2: S149,
    pub(crate) f3: S098,
    pub(crate) f4: S165,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S181 {
    pub(crate) f0: CText<13>,
    pub(crate) f1: CText<12>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S182 {
    pub(crate) f0: NonZeroI8,
    pub(crate) f1: EnumU64,
    pub(crate) f2: i64,
    pub(crate) f3: [i16; 9],
    pub(crate) f4: U64<BE>,
    pub(crate) f5: Be<u64>,
    pub(crate) f6: [[I32<BE>; 2]; 1],
    pub(crate) f7: CText<12>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S183 {
    pub(crate) lock: NonZeroI32,
    pub(crate) load: [CText<30>; 5],
    pub(crate) f2: S141,
    pub(crate) f3: EnumI32,
    pub(crate) f4: [f64; 5],
    pub(crate) f5: Option<NonZeroI32>,
    pub(crate) f6: EnumU32,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S184 {
    pub(crate) f0: S134,
    pub(crate) f1: CText<2>,
    pub(crate) store: CText<28>,
    pub(crate) f3: [f64; 1],
    pub(crate) f4: I16<BE>,
    pub(crate) load: [EnumI32; 3],
    pub(crate) f6: [F64<BE>; 4],
    pub(crate) f7: Be<u16>,
    pub(crate) f8: [[Option<NonZeroU64>; 1]; 3],
}

#[derive(SharedLayout)]
#[repr(C, align(32))]
pub(crate) struct S185 {
    pub(crate) f0: Le<f64>,
    pub(crate) f1: I16<LE>,
    pub(crate) new: bool,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S186(pub(crate) S000, pub(crate) Be<u32>, pub(crate) EnumU16);

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S187 {
    pub(crate) f0: [[i16; 4]; 1],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S188 {
    pub(crate) lock: CText<26>,
    pub(crate) r#type: Option<NonZeroI8>,
    pub(crate) f2: S029,
    pub(crate) f3: u32,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S189 {
    pub(crate) f0: f64,
    pub(crate) f1: [[Le<u16>; 3]; 2],
    pub(crate) f2: F32<BE>,
    pub(crate) f3: [CText<9>; 3],
    pub(crate) f4: [I16<LE>; 1],
    pub(crate) f5: I16<LE>,
    pub(crate) f6: S159,
    pub(crate) f7: S033,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S190 {
    pub(crate) f0: S064,
}

#[derive(SharedLayout)]
#[repr(C, align(1))]
pub(crate) struct S191(pub(crate) [S045; 8], pub(crate) NonZeroU32, pub(crate) [Option<NonZeroI8>; 2], pub(crate) [EnumU8; 8], pub(crate) U64<LE>, pub(crate) CText<1>, pub(crate) PhantomData<u64>);

#[derive(SharedLayout)]
#[repr(C, align(8))]
pub(crate) struct S192 {
    pub(crate) f0: u16,
    pub(crate) f1: [[EnumI64; 3]; 2],
    pub(crate) self_: NonZeroI32,
    pub(crate) f3: NonZeroI64,
    pub(crate) f4: S051,
    pub(crate) get: S130,
    pub(crate) f6: [[i8; 3]; 1],
    pub(crate) x: I16<BE>,
}

#[derive(SharedLayout)]
#[repr(C, align(8))]
pub(crate) struct S193 {
    pub(crate) f0: [[Be<f32>; 2]; 3],
    pub(crate) r#type: CText<38>,
    pub(crate) f2: [Le<f32>; 3],
    pub(crate) f3: [[Le<u16>; 1]; 1],
    pub(crate) self_: [i64; 3],
    pub(crate) f5: [CText<22>; 3],
    pub(crate) new: [[EnumU32; 3]; 5],
}

#[derive(SharedLayout)]
#[repr(C, align(128))]
pub(crate) struct S194 {
    pub(crate) f0: U128<BE>,
    pub(crate) f1: [S152; 3],
    pub(crate) get: S115,
    pub(crate) f3: EnumU32,
    pub(crate) f4: S019,
    pub(crate) load: [u64; 7],
    pub(crate) x: [[Le<f64>; 1]; 2],
    pub(crate) f7: EnumI8,
}

#[derive(SharedLayout)]
#[repr(C, align(64))]
pub(crate) struct S195 {
    pub(crate) f0: f64,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S196(pub(crate) [[F64<BE>; 4]; 5], pub(crate) F32<LE>, pub(crate) [S143; 7]);

#[derive(SharedLayout)]
#[repr(C, align(2))]
pub(crate) struct S197 {
    pub(crate) f0: [Option<NonZeroU8>; 1],
    pub(crate) f1: f32,
    pub(crate) f2: CText<1>,
    pub(crate) f3: Be<u32>,
    pub(crate) f4: [[Option<NonZeroI32>; 3]; 3],
    pub(crate) f5: Le<f64>,
    pub(crate) f6: [S114; 3],
    pub(crate) f7: CText<9>,
    pub(crate) store: f32,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S198 {
    pub(crate) f0: S171,
    pub(crate) f1: NonZeroU64,
    pub(crate) f2: NonZeroU64,
    pub(crate) f3: I16<LE>,
    pub(crate) f4: [[Be<f32>; 1]; 1],
    pub(crate) f5: S098,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S199(pub(crate) Le<i32>, pub(crate) S000, pub(crate) [Option<NonZeroI8>; 8], pub(crate) [Le<u64>; 2]);

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S200 {
    pub(crate) f0: f64,
    pub(crate) f1: S131,
    pub(crate) f2: U16<BE>,
    pub(crate) f3: Be<i16>,
    pub(crate) f4: [[U16<BE>; 3]; 4],
    pub(crate) f5: [[F32<LE>; 2]; 3],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S201 {
    pub(crate) f0: CText<19>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S202 {
    pub(crate) set: U128<LE>,
    pub(crate) again1: S015,
    pub(crate) self_: F64<BE>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S203 {
    pub(crate) view: NonZeroI32,
    pub(crate) f1: Option<NonZeroU32>,
    pub(crate) f2: S015,
    pub(crate) f3: Be<i16>,
    pub(crate) f4: Le<u32>,
    pub(crate) f5: [[U16<LE>; 3]; 2],
    pub(crate) f6: i16,
    pub(crate) x: [NonZeroI16; 4],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S204 {
    pub(crate) f0: [Be<f32>; 2],
    pub(crate) lock: U128<BE>,
    pub(crate) f2: f64,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S205 {
    pub(crate) load: [NonZeroU64; 4],
    pub(crate) f1: f64,
    pub(crate) lock: U64<BE>,
    pub(crate) set: EnumU8,
    pub(crate) again4: Be<f32>,
    pub(crate) f5: [[Option<NonZeroU16>; 2]; 4],
    pub(crate) f6: Option<NonZeroU64>,
}

#[derive(SharedLayout)]
#[repr(C, align(16))]
pub(crate) struct S206 {
    pub(crate) load: Le<u64>,
    pub(crate) r#type: NonZeroU16,
    pub(crate) x: f64,
    pub(crate) f3: [[CText<34>; 2]; 1],
    pub(crate) store: [S177; 3],
    pub(crate) f5: S171,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S207 {
    pub(crate) f0: EnumI64,
    pub(crate) f1: EnumU16,
    pub(crate) marker: PhantomData<u64>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S208(pub(crate) [[CText<18>; 1]; 1], pub(crate) i16, pub(crate) [F64<BE>; 1], pub(crate) S066, pub(crate) S167);

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S209(pub(crate) f64, pub(crate) [[F64<LE>; 2]; 5], pub(crate) Be<i32>, pub(crate) Be<u64>);

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S210 {
    pub(crate) view: S082,
}

#[derive(SharedLayout)]
#[repr(C, align(2))]
pub(crate) struct S211 {
    pub(crate) f0: [[Be<u16>; 3]; 2],
    pub(crate) x: CText<24>,
    pub(crate) f2: [CText<33>; 4],
    pub(crate) r#type: [CText<23>; 7],
    pub(crate) f4: I128<LE>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S212 {
    pub(crate) f0: Le<f64>,
    pub(crate) f1: U64<BE>,
    pub(crate) r#type: i64,
}

#[derive(SharedLayout)]
#[repr(C, align(128))]
pub(crate) struct S213 {
    pub(crate) f0: [S181; 7],
}

#[derive(SharedLayout)]
#[repr(C, align(8))]
pub(crate) struct S214(pub(crate) Option<NonZeroU64>, pub(crate) [[Le<i16>; 3]; 2], pub(crate) S113, pub(crate) U16<BE>, pub(crate) [[Le<i64>; 1]; 5], pub(crate) U32<LE>, pub(crate) Le<f32>, pub(crate) Option<NonZeroI64>);

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S215 {
    pub(crate) f0: [S079; 8],
    pub(crate) f1: [I64<LE>; 3],
    pub(crate) f2: [[S084; 3]; 1],
    pub(crate) f3: EnumU32,
    pub(crate) f4: [CText<6>; 1],
    pub(crate) f5: f64,
    pub(crate) f6: S213,
    pub(crate) f7: [CText<12>; 6],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S216 {
    pub(crate) f0: [[U128<LE>; 1]; 1],
    pub(crate) f1: [[F32<LE>; 4]; 2],
    pub(crate) f2: NonZeroI32,
    pub(crate) f3: Be<u64>,
    pub(crate) f4: S098,
    pub(crate) f5: S101,
    pub(crate) f6: S164,
    pub(crate) f7: u8,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S217 {
    pub(crate) new: NonZeroU32,
    pub(crate) f1: S048,
    pub(crate) f2: NonZeroI16,
}

#[derive(SharedLayout)]
#[repr(C, align(32))]
pub(crate) struct S218 {
    pub(crate) self_: S044,
    pub(crate) f1: [U128<LE>; 5],
    pub(crate) f2: Option<NonZeroU32>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S219 {
    pub(crate) f0: [EnumU16; 8],
    pub(crate) new: f64,
    pub(crate) f2: [[CText<2>; 1]; 5],
    pub(crate) f3: S164,
    pub(crate) f4: S059,
}

#[derive(SharedLayout)]
#[repr(C, align(128))]
pub(crate) struct S220 {
    pub(crate) f0: [U128<LE>; 4],
    pub(crate) x: [I16<LE>; 4],
    pub(crate) f2: Be<u64>,
    pub(crate) f3: [[Le<f64>; 4]; 2],
    pub(crate) new: U32<BE>,
    pub(crate) f5: u8,
    pub(crate) f6: [[u64; 3]; 1],
    pub(crate) f7: [[Le<f64>; 3]; 3],
    pub(crate) f8: U128<BE>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S221 {
    pub(crate) f0: [F64<BE>; 9],
    pub(crate) load: U64<LE>,
    pub(crate) lock: S115,
    pub(crate) f3: I128<LE>,
    pub(crate) f4: u8,
    pub(crate) f5: [[Option<NonZeroU64>; 3]; 1],
    pub(crate) again6: S116,
    pub(crate) f7: [NonZeroU64; 6],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S222 {
    pub(crate) f0: F64<BE>,
    pub(crate) f1: Option<NonZeroU8>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S223 {
    pub(crate) f0: [NonZeroI32; 8],
    pub(crate) f1: f64,
    pub(crate) get: [CText<24>; 8],
    pub(crate) f3: NonZeroU64,
    pub(crate) r#type: NonZeroI16,
    pub(crate) f5: I32<LE>,
    pub(crate) f6: [[u32; 2]; 5],
    pub(crate) view: U32<LE>,
    pub(crate) marker: PhantomData<u64>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S224 {
    pub(crate) f0: S215,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S225 {
    pub(crate) lock: Option<NonZeroU64>,
    pub(crate) load: u64,
    pub(crate) store: Option<NonZeroU8>,
    pub(crate) r#type: S185,
    pub(crate) f4: [[I128<BE>; 4]; 4],
    pub(crate) f5: [I32<LE>; 1],
    pub(crate) f6: [Le<u32>; 2],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S226 {
    pub(crate) self_: Be<i64>,
    pub(crate) view: [[bool; 2]; 2],
    pub(crate) f2: S203,
    pub(crate) f3: EnumI32,
    pub(crate) f4: [S002; 5],
}

#[derive(SharedLayout)]
#[repr(C, align(128))]
pub(crate) struct S227 {
    pub(crate) view: EnumI32,
    pub(crate) f1: F32<BE>,
    pub(crate) f2: [Be<f32>; 1],
    pub(crate) f3: CText<23>,
    pub(crate) f4: [[NonZeroU16; 2]; 3],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S228 {
    pub(crate) f0: F32<BE>,
    pub(crate) f1: [[i8; 2]; 2],
}

#[derive(SharedLayout)]
#[repr(C, align(32))]
pub(crate) struct S229 {
    pub(crate) f0: [[Le<u16>; 4]; 4],
    pub(crate) f1: S153,
    pub(crate) set: Option<NonZeroU16>,
    pub(crate) f3: S056,
    pub(crate) f4: NonZeroI32,
    pub(crate) f5: NonZeroI8,
    pub(crate) f6: [[Be<f32>; 1]; 2],
    pub(crate) f7: [[Le<u32>; 2]; 2],
    pub(crate) view: I32<BE>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S230 {
    pub(crate) f0: Be<u32>,
    pub(crate) f1: [S126; 5],
    pub(crate) f2: NonZeroU32,
    pub(crate) f3: [CText<4>; 3],
    pub(crate) r#type: [[U16<BE>; 4]; 4],
    pub(crate) again5: CText<17>,
    pub(crate) f6: S134,
    pub(crate) f7: char,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S231 {
    pub(crate) view: i16,
    pub(crate) f1: NonZeroI32,
    pub(crate) f2: CText<27>,
    pub(crate) f3: [[u8; 2]; 5],
    pub(crate) f4: [[Be<u64>; 3]; 3],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S232 {
    pub(crate) f0: [[CText<11>; 4]; 5],
    pub(crate) f1: [[I64<BE>; 3]; 3],
    pub(crate) f2: I128<LE>,
    pub(crate) f3: [NonZeroI32; 9],
    pub(crate) f4: U16<LE>,
    pub(crate) f5: I16<LE>,
    pub(crate) f6: S008,
    pub(crate) f7: Be<i64>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S233 {
    pub(crate) f0: u8,
    pub(crate) f1: [[CText<5>; 1]; 4],
    pub(crate) view: I16<BE>,
    pub(crate) f3: [S089; 2],
    pub(crate) lock: [NonZeroU32; 1],
    pub(crate) f5: I64<BE>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S234 {
    pub(crate) lock: [EnumI32; 9],
    pub(crate) f1: u16,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S235 {
    pub(crate) store: [[CText<37>; 4]; 2],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S236 {
    pub(crate) f0: S022,
    pub(crate) f1: [CText<12>; 9],
    pub(crate) f2: F32<LE>,
    pub(crate) f3: [S139; 7],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S237 {
    pub(crate) store: S024,
    pub(crate) load: NonZeroI8,
    pub(crate) f2: Le<f64>,
    pub(crate) f3: Option<NonZeroI64>,
    pub(crate) f4: Be<i32>,
    pub(crate) f5: CText<19>,
    pub(crate) f6: [u64; 6],
    pub(crate) again7: [[f64; 4]; 5],
}

#[derive(SharedLayout)]
#[repr(C, align(32))]
pub(crate) struct S238 {
    pub(crate) f0: CText<8>,
    pub(crate) self_: CText<8>,
    pub(crate) get: U64<BE>,
    pub(crate) f3: NonZeroI16,
    pub(crate) set: Be<u32>,
    pub(crate) f5: Be<u32>,
    pub(crate) f6: Be<i16>,
    pub(crate) again7: [[NonZeroI8; 1]; 3],
    pub(crate) f8: S237,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S239 {
    pub(crate) f0: [[EnumU32; 1]; 2],
    pub(crate) f1: [I16<LE>; 2],
    pub(crate) view: Be<u64>,
    pub(crate) f3: Le<u64>,
    pub(crate) f4: u8,
    pub(crate) f5: [I64<BE>; 5],
    pub(crate) f6: [[I32<BE>; 2]; 1],
    pub(crate) f7: S028,
    pub(crate) f8: u32,
    pub(crate) marker: PhantomData<u64>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S240 {
    pub(crate) f0: I64<LE>,
    pub(crate) lock: [EnumU8; 1],
    pub(crate) f2: CText<31>,
    pub(crate) f3: Option<NonZeroU32>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S241 {
    pub(crate) f0: [[char; 1]; 3],
    pub(crate) f1: [[NonZeroI8; 4]; 1],
    pub(crate) r#type: U128<BE>,
    pub(crate) f3: [[u8; 4]; 4],
    pub(crate) store: CText<26>,
    pub(crate) again5: S074,
    pub(crate) load: EnumI32,
    pub(crate) f7: S185,
    pub(crate) f8: i16,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S242 {
    pub(crate) load: S029,
    pub(crate) f1: [[EnumU16; 3]; 5],
    pub(crate) f2: U64<BE>,
    pub(crate) f3: [F32<LE>; 5],
    pub(crate) f4: [[CText<28>; 2]; 3],
    pub(crate) f5: CText<39>,
    pub(crate) view: I32<BE>,
    pub(crate) f7: Le<i16>,
    pub(crate) f8: S100,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S243(pub(crate) I16<LE>, pub(crate) [[u64; 3]; 2], pub(crate) S170, pub(crate) [S197; 8]);

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S244 {
    pub(crate) f0: S039,
    pub(crate) f1: f64,
    pub(crate) f2: [[EnumU8; 3]; 1],
    pub(crate) f3: EnumU64,
    pub(crate) set: [U128<BE>; 4],
    pub(crate) f5: S153,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S245 {
    pub(crate) f0: [[NonZeroU64; 2]; 4],
    pub(crate) r#type: [I32<LE>; 2],
    pub(crate) f2: [NonZeroU64; 3],
    pub(crate) lock: f64,
    pub(crate) f4: F64<BE>,
    pub(crate) f5: [[CText<25>; 2]; 1],
    pub(crate) f6: NonZeroI32,
    pub(crate) f7: f64,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S246 {
    pub(crate) f0: [[NonZeroU32; 3]; 2],
    pub(crate) f1: [U128<LE>; 7],
    pub(crate) self_: U64<LE>,
    pub(crate) f3: u16,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S247(pub(crate) [I128<BE>; 6], pub(crate) Be<i16>, pub(crate) EnumI32, pub(crate) [[I16<BE>; 1]; 3], pub(crate) [I16<BE>; 6], pub(crate) S008, pub(crate) [U32<LE>; 1]);

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S248 {
    pub(crate) f0: [i16; 9],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S249 {
    pub(crate) get: [[Be<u32>; 4]; 3],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S250 {
    pub(crate) f0: EnumU32,
    pub(crate) get: Le<i32>,
    pub(crate) f2: EnumU8,
    pub(crate) f3: [[U64<LE>; 2]; 5],
    pub(crate) f4: [[CText<27>; 1]; 2],
    pub(crate) f5: [[i64; 3]; 1],
    pub(crate) f6: [Be<u32>; 1],
    pub(crate) again7: Option<NonZeroU16>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S251 {
    pub(crate) f0: CText<19>,
    pub(crate) f1: EnumI8,
    pub(crate) f2: [[Be<i32>; 2]; 5],
    pub(crate) f3: [[I32<LE>; 4]; 5],
    pub(crate) f4: [char; 7],
    pub(crate) f5: [bool; 4],
    pub(crate) f6: Be<u64>,
    pub(crate) f7: F32<LE>,
    pub(crate) view: u16,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S252(pub(crate) Be<i32>, pub(crate) CText<2>, pub(crate) [[u8; 1]; 5], pub(crate) [[CText<37>; 1]; 5], pub(crate) Option<NonZeroU32>, pub(crate) EnumU16, pub(crate) NonZeroI8, pub(crate) Le<f32>, pub(crate) [[Be<u64>; 1]; 1]);

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S253 {
    pub(crate) f0: Be<f32>,
    pub(crate) f1: EnumU32,
    pub(crate) f2: [[CText<28>; 2]; 3],
    pub(crate) set: [i32; 4],
    pub(crate) again4: EnumI8,
    pub(crate) f5: [NonZeroU16; 7],
    pub(crate) new: [[Option<NonZeroU64>; 2]; 3],
    pub(crate) view: F64<LE>,
    pub(crate) f8: [Le<i32>; 1],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S254 {
    pub(crate) f0: S141,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S255 {
    pub(crate) r#type: [i16; 9],
    pub(crate) f1: S096,
    pub(crate) marker: PhantomData<u64>,
}

pub(crate) const ALL: &[Case] = &[
    Case { layout: S000::LAYOUT, align_attribute: 0, fields: "f0: F64<BE>, f1: Le<f64>, f2: Option<NonZeroU16>, f3: U32<LE>, f4: U16<BE>, f5: [EnumI64; 5], self_: Le<u64>, f7: I32<BE>, new: NonZeroU16" },
    Case { layout: S001::LAYOUT, align_attribute: 0, fields: "f0: [[NonZeroU64; 1]; 2], new: NonZeroI16, f2: u64, f3: S000, f4: [S000; 1], f5: Be<i16>, f6: bool" },
    Case { layout: S002::LAYOUT, align_attribute: 0, fields: "f0: [[U16<LE>; 4]; 2], f1: EnumU16, f2: Be<u32>, f3: u32, f4: [NonZeroU8; 4], f5: I32<LE>" },
    Case { layout: S003::LAYOUT, align_attribute: 0, fields: "f0: EnumI8, f1: CText<25>, f2: Option<NonZeroU16>, view: EnumU64, f4: [U32<LE>; 7]" },
    Case { layout: S004::LAYOUT, align_attribute: 0, fields: "new: F32<LE>, f1: S003, load: [f32; 6], f3: [EnumU16; 3], f4: [S001; 7]" },
    Case { layout: S005::LAYOUT, align_attribute: 2, fields: "f0: [Option<NonZeroI64>; 7]" },
    Case { layout: S006::LAYOUT, align_attribute: 0, fields: "0: CText<11>, 1: CText<25>, 2: CText<40>, 3: Le<f32>, 4: EnumU16" },
    Case { layout: S007::LAYOUT, align_attribute: 0, fields: "f0: U32<LE>, f1: Be<u64>, f2: f64, x: [f64; 6], set: S003, f5: S006" },
    Case { layout: S008::LAYOUT, align_attribute: 0, fields: "f0: [[CText<6>; 3]; 3]" },
    Case { layout: S009::LAYOUT, align_attribute: 0, fields: "f0: i16, f1: Le<i64>" },
    Case { layout: S010::LAYOUT, align_attribute: 0, fields: "f0: Be<i64>, f1: [S000; 1]" },
    Case { layout: S011::LAYOUT, align_attribute: 0, fields: "f0: u16, f1: [i32; 7], f2: Le<i16>, new: [[CText<10>; 4]; 1], view: Le<u16>, f5: [U128<BE>; 2], f6: EnumU16, f7: Le<u16>, f8: [[Be<i32>; 2]; 3]" },
    Case { layout: S012::LAYOUT, align_attribute: 0, fields: "type: NonZeroU32, f1: [[CText<4>; 2]; 4], get: I16<BE>, f3: [[NonZeroU64; 2]; 3], store: [[Be<f32>; 1]; 3], again5: S008, f6: [S008; 2], f7: [[Option<NonZeroU32>; 1]; 2], lock: f64" },
    Case { layout: S013::LAYOUT, align_attribute: 0, fields: "0: [[Option<NonZeroU32>; 4]; 5], 1: [[U64<LE>; 4]; 5], 2: [Be<f64>; 4], 3: [[i8; 3]; 3], 4: [[Option<NonZeroU64>; 4]; 1], 5: EnumI8, 6: [[U16<LE>; 2]; 4], 7: EnumI16, 8: [Le<i32>; 2]" },
    Case { layout: S014::LAYOUT, align_attribute: 128, fields: "f0: F32<LE>, f1: F64<BE>, f2: [NonZeroI64; 1]" },
    Case { layout: S015::LAYOUT, align_attribute: 0, fields: "0: S003, 1: CText<19>, 2: i32, 3: f64, 4: [Be<i16>; 1], 5: PhantomData" },
    Case { layout: S016::LAYOUT, align_attribute: 0, fields: "f0: S015" },
    Case { layout: S017::LAYOUT, align_attribute: 0, fields: "f0: U16<BE>, f1: [Le<u16>; 1], f2: [f32; 4], get: EnumU64" },
    Case { layout: S018::LAYOUT, align_attribute: 0, fields: "f0: [U128<LE>; 4], f1: Le<i16>, f2: NonZeroI16, f3: U32<LE>" },
    Case { layout: S019::LAYOUT, align_attribute: 0, fields: "f0: i64, type: S000, f2: EnumI8, load: S012, f4: I16<LE>, f5: EnumU64" },
    Case { layout: S020::LAYOUT, align_attribute: 0, fields: "f0: [EnumU32; 3], f1: [[NonZeroU16; 2]; 3], f2: U16<BE>, f3: [Le<u64>; 1], get: [char; 4], f5: NonZeroU64, f6: F64<LE>, f7: [[EnumI64; 2]; 1]" },
    Case { layout: S021::LAYOUT, align_attribute: 0, fields: "0: CText<26>, 1: [F64<BE>; 3], 2: [[CText<30>; 2]; 3], 3: i32, 4: [Be<f32>; 4], 5: [[I16<LE>; 3]; 5]" },
    Case { layout: S022::LAYOUT, align_attribute: 2, fields: "f0: S013, f1: u8" },
    Case { layout: S023::LAYOUT, align_attribute: 0, fields: "store: U64<BE>, f1: [[CText<34>; 3]; 2], f2: [NonZeroU64; 9], f3: [EnumU16; 8], f4: i64, f5: u64" },
    Case { layout: S024::LAYOUT, align_attribute: 0, fields: "f0: [[i16; 4]; 4], self_: I64<LE>, f2: I32<LE>, f3: [U16<LE>; 8], f4: i64, again5: Le<i32>, f6: bool, f7: [I16<BE>; 7], f8: [S005; 8]" },
    Case { layout: S025::LAYOUT, align_attribute: 0, fields: "f0: CText<9>, self_: [EnumI32; 7], f2: Option<NonZeroI64>, get: S014, f4: [S019; 8], f5: bool, again6: CText<37>, load: [CText<34>; 2], f8: [i64; 8]" },
    Case { layout: S026::LAYOUT, align_attribute: 0, fields: "0: Be<f64>, 1: CText<33>, 2: S022, 3: S022, 4: S007, 5: EnumU16" },
    Case { layout: S027::LAYOUT, align_attribute: 0, fields: "f0: [[NonZeroU16; 4]; 3], new: Be<i32>, f2: [NonZeroI8; 2], set: U16<BE>, store: [Option<NonZeroI16>; 4], view: [[Option<NonZeroU32>; 4]; 3], f6: Option<NonZeroI16>, f7: i32" },
    Case { layout: S028::LAYOUT, align_attribute: 0, fields: "lock: [[Le<f64>; 1]; 3], f1: NonZeroI16, f2: i64, new: Option<NonZeroI16>, f4: [[Be<f64>; 1]; 3], f5: [[Le<u64>; 3]; 4], load: Le<i32>, set: [[u64; 4]; 3], self_: [U32<BE>; 4]" },
    Case { layout: S029::LAYOUT, align_attribute: 0, fields: "f0: [[Le<u16>; 1]; 2], f1: u64, f2: Option<NonZeroU8>, f3: Option<NonZeroI16>" },
    Case { layout: S030::LAYOUT, align_attribute: 0, fields: "f0: [[I128<BE>; 3]; 4], f1: I64<BE>, f2: [I32<LE>; 4], f3: [S000; 6], f4: S009" },
    Case { layout: S031::LAYOUT, align_attribute: 0, fields: "f0: NonZeroU64, f1: F64<BE>, f2: [[Le<i32>; 3]; 2], f3: EnumI8, marker: PhantomData" },
    Case { layout: S032::LAYOUT, align_attribute: 0, fields: "0: bool, 1: f32, 2: bool, 3: S031, 4: S012" },
    Case { layout: S033::LAYOUT, align_attribute: 0, fields: "f0: Le<u32>, f1: Be<i32>, f2: U16<LE>, f3: Le<u64>, f4: Le<f32>, f5: S029, f6: S010, f7: EnumI8, f8: [i8; 5]" },
    Case { layout: S034::LAYOUT, align_attribute: 0, fields: "0: I16<BE>, 1: S002, 2: u32, 3: S005, 4: Be<f64>" },
    Case { layout: S035::LAYOUT, align_attribute: 1, fields: "self_: f64, f1: S010, f2: [S020; 5], f3: [[f64; 1]; 3]" },
    Case { layout: S036::LAYOUT, align_attribute: 0, fields: "f0: Be<f32>, f1: S022, load: I128<BE>, f3: f64, f4: CText<11>, f5: [EnumI8; 6], f6: Be<u64>, f7: Option<NonZeroU64>" },
    Case { layout: S037::LAYOUT, align_attribute: 0, fields: "f0: [[Be<f32>; 1]; 3], type: S012, f2: [[U32<BE>; 1]; 4], f3: [[CText<23>; 2]; 1], f4: F64<BE>, f5: EnumI8" },
    Case { layout: S038::LAYOUT, align_attribute: 0, fields: "f0: CText<30>, f1: [NonZeroU32; 1], f2: [[Option<NonZeroI16>; 1]; 2], f3: [S018; 4], f4: [[I128<LE>; 3]; 2], store: [[I32<BE>; 2]; 1], f6: CText<3>" },
    Case { layout: S039::LAYOUT, align_attribute: 0, fields: "f0: Le<i64>, f1: [u32; 9], f2: [EnumU8; 2]" },
    Case { layout: S040::LAYOUT, align_attribute: 0, fields: "set: [NonZeroI8; 1], f1: S030, f2: [CText<7>; 7], f3: S005, f4: U32<LE>, f5: EnumI16, f6: Le<i64>" },
    Case { layout: S041::LAYOUT, align_attribute: 0, fields: "x: I16<LE>, f1: [i16; 2], f2: i64, self_: U64<BE>, get: Option<NonZeroU8>" },
    Case { layout: S042::LAYOUT, align_attribute: 128, fields: "f0: S001, f1: EnumI16, f2: I64<BE>, f3: [Be<f32>; 8], f4: S018, f5: [[u64; 4]; 4], f6: [Option<NonZeroU32>; 6], x: F32<BE>" },
    Case { layout: S043::LAYOUT, align_attribute: 0, fields: "f0: NonZeroI64" },
    Case { layout: S044::LAYOUT, align_attribute: 8, fields: "0: I32<LE>, 1: S016, 2: S015, 3: NonZeroU16, 4: S008, 5: U64<LE>, 6: S034, 7: [Be<f32>; 3], 8: [Le<f64>; 1]" },
    Case { layout: S045::LAYOUT, align_attribute: 1, fields: "view: [[Option<NonZeroI64>; 1]; 5], f1: [[Option<NonZeroI32>; 1]; 2], f2: S024, f3: [EnumI8; 4], set: Le<u16>, f5: NonZeroU16, f6: [[CText<24>; 1]; 4], again7: CText<34>" },
    Case { layout: S046::LAYOUT, align_attribute: 0, fields: "f0: S045, f1: [[CText<35>; 1]; 4], f2: [CText<22>; 6], f3: [NonZeroU64; 3], f4: [[Be<f64>; 4]; 1], f5: [EnumU32; 6]" },
    Case { layout: S047::LAYOUT, align_attribute: 0, fields: "f0: u32, f1: [[Be<i32>; 2]; 3], f2: Be<u32>, f3: S037, f4: EnumU8, marker: PhantomData" },
    Case { layout: S048::LAYOUT, align_attribute: 0, fields: "f0: S019, f1: [[I128<BE>; 4]; 2], f2: [[I16<BE>; 3]; 3], f3: S018, store: Option<NonZeroI32>, f5: NonZeroU64, f6: F32<BE>" },
    Case { layout: S049::LAYOUT, align_attribute: 4, fields: "f0: CText<36>, load: U128<LE>, f2: f64, f3: [S028; 8], f4: NonZeroU8, new: [[i64; 2]; 5]" },
    Case { layout: S050::LAYOUT, align_attribute: 0, fields: "f0: [i16; 6], x: [[S043; 3]; 3], f2: [NonZeroI16; 3], f3: I16<LE>" },
    Case { layout: S051::LAYOUT, align_attribute: 64, fields: "0: Option<NonZeroI16>, 1: U32<BE>, 2: U16<LE>, 3: NonZeroU64" },
    Case { layout: S052::LAYOUT, align_attribute: 0, fields: "f0: Le<u32>, x: Option<NonZeroU32>, f2: U128<BE>, get: S038, f4: S011, f5: EnumI32, f6: [[Be<i16>; 4]; 1], f7: [CText<6>; 6], f8: U64<BE>" },
    Case { layout: S053::LAYOUT, align_attribute: 0, fields: "f0: I128<BE>, f1: Be<u16>, f2: Option<NonZeroU32>, f3: NonZeroU16, load: Be<u64>, set: Le<u64>, f6: [[EnumU8; 2]; 3], self_: CText<33>" },
    Case { layout: S054::LAYOUT, align_attribute: 0, fields: "x: [[EnumU32; 3]; 3], self_: CText<13>" },
    Case { layout: S055::LAYOUT, align_attribute: 32, fields: "0: [S020; 7], 1: [[Option<NonZeroI64>; 3]; 5], 2: [[Be<f64>; 3]; 4], 3: EnumI8, 4: i16" },
    Case { layout: S056::LAYOUT, align_attribute: 64, fields: "f0: Be<u32>, f1: [S028; 2], f2: I32<LE>, f3: I16<LE>, load: NonZeroI32, get: [[Le<i16>; 4]; 2], f6: EnumU8" },
    Case { layout: S057::LAYOUT, align_attribute: 64, fields: "lock: [S000; 3], f1: Be<f32>, store: [[Be<f32>; 4]; 2], f3: [[I128<BE>; 4]; 3], view: S028, f5: u64, f6: CText<28>, new: Be<u32>, type: Be<u32>" },
    Case { layout: S058::LAYOUT, align_attribute: 0, fields: "f0: S051, f1: S002, view: [i16; 2], f3: U16<BE>" },
    Case { layout: S059::LAYOUT, align_attribute: 0, fields: "f0: I128<BE>, f1: F64<BE>, x: Option<NonZeroU64>, f3: S016, set: F64<LE>, f5: [CText<37>; 4], type: [[CText<6>; 3]; 4]" },
    Case { layout: S060::LAYOUT, align_attribute: 0, fields: "f0: I128<BE>, f1: [Le<i64>; 3], f2: [F32<LE>; 2], f3: [EnumU16; 6], f4: EnumI16, f5: S034, f6: [U64<LE>; 7], f7: [F32<LE>; 5], f8: I128<LE>" },
    Case { layout: S061::LAYOUT, align_attribute: 0, fields: "f0: I64<BE>" },
    Case { layout: S062::LAYOUT, align_attribute: 1, fields: "f0: I16<BE>, f1: [[Be<i64>; 1]; 3], store: S007, f3: Le<i32>, type: Le<i64>" },
    Case { layout: S063::LAYOUT, align_attribute: 0, fields: "f0: [S023; 7], marker: PhantomData" },
    Case { layout: S064::LAYOUT, align_attribute: 0, fields: "0: [NonZeroI16; 7], 1: S060, 2: CText<14>, 3: [I128<BE>; 8]" },
    Case { layout: S065::LAYOUT, align_attribute: 0, fields: "0: [[Option<NonZeroU8>; 4]; 1], 1: I64<LE>, 2: F64<LE>, 3: U16<BE>, 4: [char; 1], 5: [[F64<LE>; 1]; 5], 6: CText<5>, 7: S000" },
    Case { layout: S066::LAYOUT, align_attribute: 0, fields: "f0: CText<2>, f1: [Be<i32>; 2]" },
    Case { layout: S067::LAYOUT, align_attribute: 0, fields: "f0: Option<NonZeroU64>, type: U32<BE>" },
    Case { layout: S068::LAYOUT, align_attribute: 0, fields: "f0: [I16<LE>; 3], f1: S065, set: F32<LE>, f3: [S056; 3], f4: S007, f5: Option<NonZeroI32>, f6: U16<BE>" },
    Case { layout: S069::LAYOUT, align_attribute: 0, fields: "type: Be<i16>, f1: u32, f2: u16" },
    Case { layout: S070::LAYOUT, align_attribute: 0, fields: "self_: i64, f1: Option<NonZeroI8>, lock: [S010; 4], f3: S057, type: EnumU64, f5: Be<i32>, f6: [[CText<2>; 1]; 1]" },
    Case { layout: S071::LAYOUT, align_attribute: 0, fields: "0: U64<LE>, 1: [I32<BE>; 7], 2: [[Be<i32>; 3]; 3], 3: CText<38>, 4: S056, 5: i8, 6: i16, 7: f64, 8: u16" },
    Case { layout: S072::LAYOUT, align_attribute: 0, fields: "store: NonZeroU16, type: [[f32; 2]; 2], f2: Option<NonZeroI32>, f3: Option<NonZeroU8>, f4: [[Be<i64>; 4]; 3], f5: bool, f6: [[F64<LE>; 3]; 1], x: [f64; 6], load: f64" },
    Case { layout: S073::LAYOUT, align_attribute: 0, fields: "f0: S041, f1: [[I64<LE>; 4]; 1], f2: NonZeroI32, self_: [S031; 4], store: Le<f64>, f5: NonZeroI8, f6: S029, f7: [[S067; 1]; 1], f8: NonZeroI8" },
    Case { layout: S074::LAYOUT, align_attribute: 16, fields: "load: F64<BE>" },
    Case { layout: S075::LAYOUT, align_attribute: 0, fields: "load: Option<NonZeroI64>, f1: [[EnumU8; 1]; 3], f2: EnumU64" },
    Case { layout: S076::LAYOUT, align_attribute: 0, fields: "0: EnumU32" },
    Case { layout: S077::LAYOUT, align_attribute: 0, fields: "get: NonZeroU16" },
    Case { layout: S078::LAYOUT, align_attribute: 0, fields: "0: u8" },
    Case { layout: S079::LAYOUT, align_attribute: 32, fields: "f0: Be<i32>, type: [[U128<LE>; 2]; 3], marker: PhantomData" },
    Case { layout: S080::LAYOUT, align_attribute: 0, fields: "type: [EnumI8; 6], f1: [[i8; 4]; 5], f2: [CText<5>; 7], lock: U128<LE>, f4: i8, f5: S056" },
    Case { layout: S081::LAYOUT, align_attribute: 0, fields: "f0: [i32; 6], new: CText<40>, f2: [[U32<LE>; 4]; 4]" },
    Case { layout: S082::LAYOUT, align_attribute: 0, fields: "f0: [[Le<u64>; 4]; 4], f1: Option<NonZeroU16>, f2: U16<BE>, f3: [NonZeroI8; 9], set: S081, f5: I64<LE>, f6: Option<NonZeroU64>, f7: S078, f8: Be<i16>" },
    Case { layout: S083::LAYOUT, align_attribute: 0, fields: "0: NonZeroI64, 1: U16<LE>" },
    Case { layout: S084::LAYOUT, align_attribute: 0, fields: "f0: f64" },
    Case { layout: S085::LAYOUT, align_attribute: 8, fields: "f0: [U16<BE>; 7], f1: EnumI8, f2: NonZeroU8, f3: [EnumU64; 4], f4: S000" },
    Case { layout: S086::LAYOUT, align_attribute: 0, fields: "type: [Option<NonZeroU8>; 4], f1: Option<NonZeroI16>, f2: NonZeroI64, f3: [[I128<LE>; 2]; 4], get: EnumU16, f5: Be<u64>, again6: [i32; 9]" },
    Case { layout: S087::LAYOUT, align_attribute: 0, fields: "get: [S022; 5], view: [U32<LE>; 5]" },
    Case { layout: S088::LAYOUT, align_attribute: 0, fields: "f0: Le<u16>, f1: [CText<26>; 6], f2: [CText<11>; 6], f3: CText<30>, f4: [u64; 1]" },
    Case { layout: S089::LAYOUT, align_attribute: 0, fields: "f0: [Be<i16>; 8]" },
    Case { layout: S090::LAYOUT, align_attribute: 0, fields: "f0: NonZeroU16, f1: EnumU32, f2: [[U16<BE>; 2]; 1], f3: S038, f4: char" },
    Case { layout: S091::LAYOUT, align_attribute: 8, fields: "f0: U64<LE>, f1: Option<NonZeroI8>, self_: [EnumU64; 5], f3: [[EnumU64; 4]; 1], get: U128<LE>" },
    Case { layout: S092::LAYOUT, align_attribute: 0, fields: "f0: NonZeroI8" },
    Case { layout: S093::LAYOUT, align_attribute: 128, fields: "load: NonZeroI32, new: CText<27>, f2: i16" },
    Case { layout: S094::LAYOUT, align_attribute: 0, fields: "f0: S042, f1: [[U64<BE>; 4]; 3]" },
    Case { layout: S095::LAYOUT, align_attribute: 0, fields: "f0: NonZeroU16, store: [NonZeroU32; 6], f2: [S001; 3], f3: S090, f4: i32, f5: S079, f6: [[U64<LE>; 3]; 2], f7: [[EnumU16; 1]; 5], marker: PhantomData" },
    Case { layout: S096::LAYOUT, align_attribute: 0, fields: "0: [[CText<20>; 1]; 4], 1: U32<BE>, 2: [EnumI16; 3], 3: I64<LE>, 4: [[CText<12>; 1]; 4]" },
    Case { layout: S097::LAYOUT, align_attribute: 1, fields: "f0: EnumU32, f1: [U128<BE>; 7], f2: [U32<LE>; 3], get: Be<i32>, lock: S015, f5: NonZeroI8, f6: Be<f32>" },
    Case { layout: S098::LAYOUT, align_attribute: 0, fields: "f0: [Be<i32>; 8]" },
    Case { layout: S099::LAYOUT, align_attribute: 0, fields: "f0: Le<f64>, f1: [NonZeroI8; 6], f2: [bool; 6], f3: CText<39>, f4: [[NonZeroU8; 1]; 4], set: [[Le<i32>; 2]; 4], new: u8, f7: I128<BE>" },
    Case { layout: S100::LAYOUT, align_attribute: 4, fields: "x: S002" },
    Case { layout: S101::LAYOUT, align_attribute: 4, fields: "f0: Be<u16>, f1: F32<LE>, f2: [[NonZeroI16; 1]; 1], f3: F64<LE>, store: [[i64; 1]; 1], x: S000" },
    Case { layout: S102::LAYOUT, align_attribute: 0, fields: "set: CText<34>, f1: I32<BE>, f2: [[U32<LE>; 4]; 3], f3: CText<39>, f4: EnumU16, x: Option<NonZeroU16>, f6: [u8; 1], again7: [[CText<9>; 3]; 3], type: [EnumU32; 5]" },
    Case { layout: S103::LAYOUT, align_attribute: 0, fields: "0: [U32<BE>; 1], 1: S066, 2: Option<NonZeroI32>, 3: [[EnumI16; 4]; 1], 4: [[Be<f32>; 2]; 1], 5: f32, 6: Le<i16>, 7: [[EnumI64; 3]; 3], 8: EnumU32" },
    Case { layout: S104::LAYOUT, align_attribute: 0, fields: "f0: Option<NonZeroI16>, f1: Option<NonZeroU64>, f2: u8, f3: U16<BE>, f4: [[NonZeroI16; 2]; 4], f5: EnumI16, f6: [U16<LE>; 9]" },
    Case { layout: S105::LAYOUT, align_attribute: 0, fields: "f0: [[Le<u64>; 2]; 2], f1: i32, f2: [[EnumI64; 2]; 5], f3: [[F64<LE>; 3]; 1], set: i8, f5: S031, f6: Option<NonZeroI8>, f7: NonZeroI16, f8: Be<f32>" },
    Case { layout: S106::LAYOUT, align_attribute: 0, fields: "0: Option<NonZeroU8>, 1: CText<24>" },
    Case { layout: S107::LAYOUT, align_attribute: 0, fields: "f0: [CText<20>; 1]" },
    Case { layout: S108::LAYOUT, align_attribute: 0, fields: "f0: S032, f1: Be<u16>, f2: Be<f64>, lock: S016, new: [CText<39>; 9], f5: [[I128<LE>; 3]; 4]" },
    Case { layout: S109::LAYOUT, align_attribute: 0, fields: "f0: [Be<i32>; 1], f1: S013, f2: [i64; 1], f3: S023, f4: [[Le<f32>; 2]; 3], f5: [Option<NonZeroI8>; 7], f6: S012, load: [Option<NonZeroI64>; 6], f8: S096" },
    Case { layout: S110::LAYOUT, align_attribute: 0, fields: "f0: [[EnumU16; 2]; 2], f1: [[CText<25>; 1]; 2], f2: [S002; 1], set: NonZeroU64, new: U32<LE>, f5: S072, f6: NonZeroI16, f7: Be<i16>, f8: NonZeroI64" },
    Case { layout: S111::LAYOUT, align_attribute: 2, fields: "get: S028, store: [[CText<26>; 1]; 1], f2: F64<LE>, f3: U32<LE>, view: [[U16<BE>; 1]; 2], f5: [i16; 3], again6: [[EnumI16; 1]; 5], f7: S006, marker: PhantomData" },
    Case { layout: S112::LAYOUT, align_attribute: 0, fields: "type: CText<3>" },
    Case { layout: S113::LAYOUT, align_attribute: 0, fields: "f0: [f32; 9], f1: i8, f2: CText<32>, f3: i64, f4: EnumU16" },
    Case { layout: S114::LAYOUT, align_attribute: 0, fields: "0: CText<9>" },
    Case { layout: S115::LAYOUT, align_attribute: 16, fields: "store: EnumU8, f1: [u16; 1], f2: Be<i32>, f3: f64, again4: S023, again5: [S096; 1]" },
    Case { layout: S116::LAYOUT, align_attribute: 0, fields: "set: [[I128<LE>; 4]; 2], f1: S012, f2: I64<BE>, f3: S085" },
    Case { layout: S117::LAYOUT, align_attribute: 0, fields: "f0: CText<13>, f1: [[f64; 2]; 2]" },
    Case { layout: S118::LAYOUT, align_attribute: 0, fields: "f0: Le<i16>, f1: U64<LE>, f2: U16<LE>, type: U128<BE>" },
    Case { layout: S119::LAYOUT, align_attribute: 1, fields: "f0: S101, f1: [Le<f32>; 1], f2: [U128<LE>; 9], f3: i16" },
    Case { layout: S120::LAYOUT, align_attribute: 8, fields: "f0: S020, type: [Be<u32>; 5], f2: I16<LE>, f3: [[EnumI8; 4]; 5], view: S090, f5: EnumI8, f6: [S091; 4]" },
    Case { layout: S121::LAYOUT, align_attribute: 0, fields: "f0: U128<BE>, f1: [S060; 9], f2: S043" },
    Case { layout: S122::LAYOUT, align_attribute: 0, fields: "f0: u32, f1: [[EnumU32; 3]; 3], f2: S050, f3: [[Be<f64>; 1]; 4]" },
    Case { layout: S123::LAYOUT, align_attribute: 0, fields: "f0: [EnumI16; 5], f1: [[U16<BE>; 4]; 3], f2: i16, f3: [Option<NonZeroI32>; 5], f4: S053, f5: CText<14>, lock: [[Le<i16>; 1]; 3], load: S000, f8: [Le<u16>; 6]" },
    Case { layout: S124::LAYOUT, align_attribute: 2, fields: "0: [[Option<NonZeroI32>; 1]; 1], 1: CText<1>, 2: S023, 3: [char; 9], 4: EnumU32, 5: Be<i16>" },
    Case { layout: S125::LAYOUT, align_attribute: 0, fields: "f0: [[CText<4>; 2]; 3], f1: I128<LE>, load: Option<NonZeroU8>, store: f64, f4: [Option<NonZeroI64>; 8], f5: [[Le<i16>; 4]; 4], f6: U128<BE>, f7: NonZeroU16, f8: i64" },
    Case { layout: S126::LAYOUT, align_attribute: 0, fields: "f0: S050, f1: I16<LE>, f2: U32<BE>, f3: S006, lock: I64<BE>" },
    Case { layout: S127::LAYOUT, align_attribute: 0, fields: "f0: S110, new: I64<LE>, f2: [S057; 6], f3: Le<i16>, f4: S041, f5: [[Le<i64>; 4]; 1], f6: [[Le<f32>; 3]; 2], set: [[U64<BE>; 1]; 4], f8: S042, marker: PhantomData" },
    Case { layout: S128::LAYOUT, align_attribute: 0, fields: "set: EnumU16, self_: [[Option<NonZeroU16>; 3]; 1], f2: S044" },
    Case { layout: S129::LAYOUT, align_attribute: 0, fields: "f0: EnumU64, f1: [Le<f32>; 2], x: [Le<u32>; 8], f3: Le<u32>, get: U64<BE>, f5: [CText<24>; 2], f6: S062, f7: [[U64<LE>; 1]; 2], f8: [[Be<i32>; 2]; 4]" },
    Case { layout: S130::LAYOUT, align_attribute: 128, fields: "set: S008, view: u32, f2: [Le<i16>; 5], f3: [I16<BE>; 4], f4: CText<5>, f5: u64, f6: EnumU16, f7: [[U32<LE>; 2]; 3], f8: EnumI16" },
    Case { layout: S131::LAYOUT, align_attribute: 0, fields: "load: S117, x: [[Be<i64>; 2]; 3], lock: [CText<10>; 7], f3: i64, again4: U128<BE>, again5: [EnumU16; 4]" },
    Case { layout: S132::LAYOUT, align_attribute: 0, fields: "f0: S048, f1: S083, f2: Be<i32>, f3: Le<i32>, set: [[I64<BE>; 1]; 5], f5: [CText<31>; 4], f6: CText<26>" },
    Case { layout: S133::LAYOUT, align_attribute: 32, fields: "f0: CText<27>, new: [[f64; 1]; 4], f2: [[CText<5>; 2]; 4], set: [[Le<u64>; 1]; 2]" },
    Case { layout: S134::LAYOUT, align_attribute: 0, fields: "f0: [Le<u32>; 8], set: Option<NonZeroI32>, f2: u16, self_: S033, f4: [Be<u64>; 8]" },
    Case { layout: S135::LAYOUT, align_attribute: 0, fields: "f0: EnumI8" },
    Case { layout: S136::LAYOUT, align_attribute: 0, fields: "type: [[Be<u32>; 1]; 4], f1: S135, f2: [[I64<BE>; 2]; 3], f3: [i16; 6], f4: S092, f5: [NonZeroI64; 8], f6: [S133; 8], f7: NonZeroI64, load: [Le<u16>; 7]" },
    Case { layout: S137::LAYOUT, align_attribute: 0, fields: "0: EnumU8, 1: [Option<NonZeroI16>; 4]" },
    Case { layout: S138::LAYOUT, align_attribute: 0, fields: "0: Le<u32>" },
    Case { layout: S139::LAYOUT, align_attribute: 0, fields: "0: U128<BE>, 1: S000, 2: CText<14>" },
    Case { layout: S140::LAYOUT, align_attribute: 0, fields: "store: [[u32; 2]; 2]" },
    Case { layout: S141::LAYOUT, align_attribute: 0, fields: "f0: I64<BE>, f1: I64<BE>, f2: I64<LE>, x: I64<BE>" },
    Case { layout: S142::LAYOUT, align_attribute: 0, fields: "set: EnumI8, f1: CText<27>, f2: Option<NonZeroU64>, f3: Option<NonZeroI64>, f4: [F64<BE>; 8], f5: [[bool; 2]; 2], new: [S072; 1]" },
    Case { layout: S143::LAYOUT, align_attribute: 0, fields: "lock: NonZeroU16, f1: [Be<u64>; 3], f2: [[Option<NonZeroI16>; 3]; 2], f3: i16, f4: f64, view: [[Le<f64>; 1]; 2], f6: U16<BE>, f7: CText<3>, marker: PhantomData" },
    Case { layout: S144::LAYOUT, align_attribute: 0, fields: "f0: [[u8; 1]; 4], get: I32<LE>, f2: i16, f3: Be<i32>, f4: u32, f5: Be<i16>, f6: [NonZeroI32; 6]" },
    Case { layout: S145::LAYOUT, align_attribute: 0, fields: "0: [F64<BE>; 1]" },
    Case { layout: S146::LAYOUT, align_attribute: 0, fields: "f0: Le<f32>, f1: I64<LE>" },
    Case { layout: S147::LAYOUT, align_attribute: 0, fields: "f0: EnumU32" },
    Case { layout: S148::LAYOUT, align_attribute: 0, fields: "f0: u16, f1: [NonZeroI32; 7], f2: f64, f3: NonZeroU64, f4: CText<27>, f5: [[U64<BE>; 4]; 4], f6: CText<30>, f7: S067" },
    Case { layout: S149::LAYOUT, align_attribute: 0, fields: "f0: [i16; 8], f1: [[U128<BE>; 2]; 1], load: U64<LE>, f3: I64<BE>, f4: U16<BE>, f5: NonZeroI32" },
    Case { layout: S150::LAYOUT, align_attribute: 0, fields: "f0: S101, f1: S105, f2: S067, f3: U32<BE>, get: Option<NonZeroI8>, f5: [[U128<BE>; 4]; 5]" },
    Case { layout: S151::LAYOUT, align_attribute: 0, fields: "f0: EnumI8, f1: S089, f2: [[Option<NonZeroU8>; 3]; 5], f3: S099, store: [f32; 9], new: [I64<BE>; 8], f6: S073, f7: S138, f8: I32<BE>" },
    Case { layout: S152::LAYOUT, align_attribute: 0, fields: "view: [Be<f32>; 6], f1: i8, store: [Option<NonZeroI32>; 2], f3: S065, f4: I32<BE>, f5: Option<NonZeroI8>, set: [[U16<LE>; 2]; 3], f7: [f32; 8]" },
    Case { layout: S153::LAYOUT, align_attribute: 0, fields: "f0: Option<NonZeroI16>, lock: F32<BE>, f2: [[CText<34>; 1]; 4], set: [Le<u32>; 8], f4: S113, f5: Le<f32>, f6: [Option<NonZeroI16>; 4]" },
    Case { layout: S154::LAYOUT, align_attribute: 0, fields: "f0: u64, f1: [S096; 6], f2: Option<NonZeroI64>, f3: [[NonZeroI8; 3]; 1], self_: Le<i16>, f5: [[CText<8>; 3]; 5], f6: [Be<f64>; 8], store: U32<LE>" },
    Case { layout: S155::LAYOUT, align_attribute: 0, fields: "f0: CText<16>, f1: NonZeroU8, f2: EnumU16, store: S038, f4: [[Be<i16>; 2]; 2], type: bool, f6: NonZeroU32" },
    Case { layout: S156::LAYOUT, align_attribute: 0, fields: "f0: CText<33>, f1: Option<NonZeroU32>, f2: u64" },
    Case { layout: S157::LAYOUT, align_attribute: 0, fields: "f0: [f64; 2], f1: [Le<f32>; 6], f2: S124, get: f64" },
    Case { layout: S158::LAYOUT, align_attribute: 2, fields: "f0: EnumI8, f1: [S019; 5], f2: S013, f3: I16<BE>, f4: [u8; 4], f5: NonZeroU8, f6: S061, f7: S156" },
    Case { layout: S159::LAYOUT, align_attribute: 0, fields: "f0: [S084; 9], f1: [S051; 2], f2: [[Option<NonZeroU8>; 3]; 3], load: EnumI64, f4: EnumU64, marker: PhantomData" },
    Case { layout: S160::LAYOUT, align_attribute: 16, fields: "f0: I64<LE>" },
    Case { layout: S161::LAYOUT, align_attribute: 0, fields: "f0: [Option<NonZeroU8>; 1], x: S116, f2: S134, f3: Option<NonZeroU64>, f4: [[NonZeroU32; 4]; 1], f5: I64<BE>, f6: EnumI16, f7: [NonZeroI16; 9], f8: Option<NonZeroU8>" },
    Case { layout: S162::LAYOUT, align_attribute: 128, fields: "f0: [Le<u16>; 4], f1: CText<36>, view: [I16<LE>; 8], f3: [[I128<LE>; 2]; 5], f4: [f64; 4], f5: [[NonZeroU32; 4]; 5], f6: [S088; 2], f7: [I64<BE>; 2], get: char" },
    Case { layout: S163::LAYOUT, align_attribute: 0, fields: "f0: [EnumU64; 4], get: U32<BE>" },
    Case { layout: S164::LAYOUT, align_attribute: 128, fields: "f0: U128<BE>, f1: EnumI16" },
    Case { layout: S165::LAYOUT, align_attribute: 4, fields: "f0: S162, f1: [[Le<u16>; 2]; 3]" },
    Case { layout: S166::LAYOUT, align_attribute: 0, fields: "0: [CText<35>; 9], 1: [u32; 7], 2: Be<u32>, 3: U64<BE>, 4: U64<LE>, 5: f64, 6: [[Le<u32>; 3]; 4], 7: [[Be<f32>; 3]; 5], 8: Be<f64>" },
    Case { layout: S167::LAYOUT, align_attribute: 0, fields: "f0: EnumU64, f1: u64, f2: U16<BE>, lock: [Be<i16>; 1], f4: CText<2>, f5: I32<LE>, f6: [[bool; 1]; 3]" },
    Case { layout: S168::LAYOUT, align_attribute: 0, fields: "f0: [[EnumI64; 3]; 2], f1: f32, load: [CText<26>; 9], f3: [EnumI8; 3]" },
    Case { layout: S169::LAYOUT, align_attribute: 4, fields: "0: I128<BE>, 1: [Le<u16>; 5], 2: Option<NonZeroU64>, 3: S039, 4: [S039; 6], 5: S021" },
    Case { layout: S170::LAYOUT, align_attribute: 0, fields: "f0: S115, f1: U16<LE>, f2: Be<i64>, f3: [NonZeroI16; 9], type: [CText<18>; 8], store: [EnumU32; 2], f6: S021, x: U64<BE>" },
    Case { layout: S171::LAYOUT, align_attribute: 0, fields: "get: [[Be<u32>; 2]; 4], f1: [[Option<NonZeroI64>; 1]; 4]" },
    Case { layout: S172::LAYOUT, align_attribute: 0, fields: "f0: [S076; 7]" },
    Case { layout: S173::LAYOUT, align_attribute: 0, fields: "f0: NonZeroI16, type: [[F32<LE>; 2]; 5], f2: [I32<BE>; 2], f3: S153" },
    Case { layout: S174::LAYOUT, align_attribute: 0, fields: "f0: [i64; 5], lock: S111, f2: S042, f3: CText<39>, f4: I128<BE>, set: [[i16; 2]; 4], store: [I64<BE>; 5], type: U128<LE>, f8: S155" },
    Case { layout: S175::LAYOUT, align_attribute: 16, fields: "f0: Option<NonZeroI64>, f1: [bool; 4], f2: [S015; 8], f3: EnumI16, x: NonZeroI32, f5: [[Le<u32>; 2]; 1], f6: [[I16<LE>; 1]; 3], f7: U128<LE>, marker: PhantomData" },
    Case { layout: S176::LAYOUT, align_attribute: 0, fields: "x: [NonZeroI16; 7], load: S170, f2: NonZeroI32, store: [[NonZeroI32; 1]; 1], type: Be<u16>, f5: CText<4>, f6: u64, again7: f64" },
    Case { layout: S177::LAYOUT, align_attribute: 4, fields: "0: [NonZeroU8; 5], 1: S012, 2: [[U128<LE>; 3]; 1]" },
    Case { layout: S178::LAYOUT, align_attribute: 0, fields: "f0: F32<BE>, f1: [[f64; 1]; 2], f2: Le<u32>, f3: u64" },
    Case { layout: S179::LAYOUT, align_attribute: 0, fields: "f0: [S079; 2]" },
    Case { layout: S180::LAYOUT, align_attribute: 0, fields: "f0: NonZeroU16, f1: [[Be<f64>; 3]; 2], f2: S149, f3: S098, f4: S165" },
    Case { layout: S181::LAYOUT, align_attribute: 0, fields: "f0: CText<13>, f1: CText<12>" },
    Case { layout: S182::LAYOUT, align_attribute: 0, fields: "f0: NonZeroI8, f1: EnumU64, f2: i64, f3: [i16; 9], f4: U64<BE>, f5: Be<u64>, f6: [[I32<BE>; 2]; 1], f7: CText<12>" },
    Case { layout: S183::LAYOUT, align_attribute: 0, fields: "lock: NonZeroI32, load: [CText<30>; 5], f2: S141, f3: EnumI32, f4: [f64; 5], f5: Option<NonZeroI32>, f6: EnumU32" },
    Case { layout: S184::LAYOUT, align_attribute: 0, fields: "f0: S134, f1: CText<2>, store: CText<28>, f3: [f64; 1], f4: I16<BE>, load: [EnumI32; 3], f6: [F64<BE>; 4], f7: Be<u16>, f8: [[Option<NonZeroU64>; 1]; 3]" },
    Case { layout: S185::LAYOUT, align_attribute: 32, fields: "f0: Le<f64>, f1: I16<LE>, new: bool" },
    Case { layout: S186::LAYOUT, align_attribute: 0, fields: "0: S000, 1: Be<u32>, 2: EnumU16" },
    Case { layout: S187::LAYOUT, align_attribute: 0, fields: "f0: [[i16; 4]; 1]" },
    Case { layout: S188::LAYOUT, align_attribute: 0, fields: "lock: CText<26>, type: Option<NonZeroI8>, f2: S029, f3: u32" },
    Case { layout: S189::LAYOUT, align_attribute: 0, fields: "f0: f64, f1: [[Le<u16>; 3]; 2], f2: F32<BE>, f3: [CText<9>; 3], f4: [I16<LE>; 1], f5: I16<LE>, f6: S159, f7: S033" },
    Case { layout: S190::LAYOUT, align_attribute: 0, fields: "f0: S064" },
    Case { layout: S191::LAYOUT, align_attribute: 1, fields: "0: [S045; 8], 1: NonZeroU32, 2: [Option<NonZeroI8>; 2], 3: [EnumU8; 8], 4: U64<LE>, 5: CText<1>, 6: PhantomData" },
    Case { layout: S192::LAYOUT, align_attribute: 8, fields: "f0: u16, f1: [[EnumI64; 3]; 2], self_: NonZeroI32, f3: NonZeroI64, f4: S051, get: S130, f6: [[i8; 3]; 1], x: I16<BE>" },
    Case { layout: S193::LAYOUT, align_attribute: 8, fields: "f0: [[Be<f32>; 2]; 3], type: CText<38>, f2: [Le<f32>; 3], f3: [[Le<u16>; 1]; 1], self_: [i64; 3], f5: [CText<22>; 3], new: [[EnumU32; 3]; 5]" },
    Case { layout: S194::LAYOUT, align_attribute: 128, fields: "f0: U128<BE>, f1: [S152; 3], get: S115, f3: EnumU32, f4: S019, load: [u64; 7], x: [[Le<f64>; 1]; 2], f7: EnumI8" },
    Case { layout: S195::LAYOUT, align_attribute: 64, fields: "f0: f64" },
    Case { layout: S196::LAYOUT, align_attribute: 0, fields: "0: [[F64<BE>; 4]; 5], 1: F32<LE>, 2: [S143; 7]" },
    Case { layout: S197::LAYOUT, align_attribute: 2, fields: "f0: [Option<NonZeroU8>; 1], f1: f32, f2: CText<1>, f3: Be<u32>, f4: [[Option<NonZeroI32>; 3]; 3], f5: Le<f64>, f6: [S114; 3], f7: CText<9>, store: f32" },
    Case { layout: S198::LAYOUT, align_attribute: 0, fields: "f0: S171, f1: NonZeroU64, f2: NonZeroU64, f3: I16<LE>, f4: [[Be<f32>; 1]; 1], f5: S098" },
    Case { layout: S199::LAYOUT, align_attribute: 0, fields: "0: Le<i32>, 1: S000, 2: [Option<NonZeroI8>; 8], 3: [Le<u64>; 2]" },
    Case { layout: S200::LAYOUT, align_attribute: 0, fields: "f0: f64, f1: S131, f2: U16<BE>, f3: Be<i16>, f4: [[U16<BE>; 3]; 4], f5: [[F32<LE>; 2]; 3]" },
    Case { layout: S201::LAYOUT, align_attribute: 0, fields: "f0: CText<19>" },
    Case { layout: S202::LAYOUT, align_attribute: 0, fields: "set: U128<LE>, again1: S015, self_: F64<BE>" },
    Case { layout: S203::LAYOUT, align_attribute: 0, fields: "view: NonZeroI32, f1: Option<NonZeroU32>, f2: S015, f3: Be<i16>, f4: Le<u32>, f5: [[U16<LE>; 3]; 2], f6: i16, x: [NonZeroI16; 4]" },
    Case { layout: S204::LAYOUT, align_attribute: 0, fields: "f0: [Be<f32>; 2], lock: U128<BE>, f2: f64" },
    Case { layout: S205::LAYOUT, align_attribute: 0, fields: "load: [NonZeroU64; 4], f1: f64, lock: U64<BE>, set: EnumU8, again4: Be<f32>, f5: [[Option<NonZeroU16>; 2]; 4], f6: Option<NonZeroU64>" },
    Case { layout: S206::LAYOUT, align_attribute: 16, fields: "load: Le<u64>, type: NonZeroU16, x: f64, f3: [[CText<34>; 2]; 1], store: [S177; 3], f5: S171" },
    Case { layout: S207::LAYOUT, align_attribute: 0, fields: "f0: EnumI64, f1: EnumU16, marker: PhantomData" },
    Case { layout: S208::LAYOUT, align_attribute: 0, fields: "0: [[CText<18>; 1]; 1], 1: i16, 2: [F64<BE>; 1], 3: S066, 4: S167" },
    Case { layout: S209::LAYOUT, align_attribute: 0, fields: "0: f64, 1: [[F64<LE>; 2]; 5], 2: Be<i32>, 3: Be<u64>" },
    Case { layout: S210::LAYOUT, align_attribute: 0, fields: "view: S082" },
    Case { layout: S211::LAYOUT, align_attribute: 2, fields: "f0: [[Be<u16>; 3]; 2], x: CText<24>, f2: [CText<33>; 4], type: [CText<23>; 7], f4: I128<LE>" },
    Case { layout: S212::LAYOUT, align_attribute: 0, fields: "f0: Le<f64>, f1: U64<BE>, type: i64" },
    Case { layout: S213::LAYOUT, align_attribute: 128, fields: "f0: [S181; 7]" },
    Case { layout: S214::LAYOUT, align_attribute: 8, fields: "0: Option<NonZeroU64>, 1: [[Le<i16>; 3]; 2], 2: S113, 3: U16<BE>, 4: [[Le<i64>; 1]; 5], 5: U32<LE>, 6: Le<f32>, 7: Option<NonZeroI64>" },
    Case { layout: S215::LAYOUT, align_attribute: 0, fields: "f0: [S079; 8], f1: [I64<LE>; 3], f2: [[S084; 3]; 1], f3: EnumU32, f4: [CText<6>; 1], f5: f64, f6: S213, f7: [CText<12>; 6]" },
    Case { layout: S216::LAYOUT, align_attribute: 0, fields: "f0: [[U128<LE>; 1]; 1], f1: [[F32<LE>; 4]; 2], f2: NonZeroI32, f3: Be<u64>, f4: S098, f5: S101, f6: S164, f7: u8" },
    Case { layout: S217::LAYOUT, align_attribute: 0, fields: "new: NonZeroU32, f1: S048, f2: NonZeroI16" },
    Case { layout: S218::LAYOUT, align_attribute: 32, fields: "self_: S044, f1: [U128<LE>; 5], f2: Option<NonZeroU32>" },
    Case { layout: S219::LAYOUT, align_attribute: 0, fields: "f0: [EnumU16; 8], new: f64, f2: [[CText<2>; 1]; 5], f3: S164, f4: S059" },
    Case { layout: S220::LAYOUT, align_attribute: 128, fields: "f0: [U128<LE>; 4], x: [I16<LE>; 4], f2: Be<u64>, f3: [[Le<f64>; 4]; 2], new: U32<BE>, f5: u8, f6: [[u64; 3]; 1], f7: [[Le<f64>; 3]; 3], f8: U128<BE>" },
    Case { layout: S221::LAYOUT, align_attribute: 0, fields: "f0: [F64<BE>; 9], load: U64<LE>, lock: S115, f3: I128<LE>, f4: u8, f5: [[Option<NonZeroU64>; 3]; 1], again6: S116, f7: [NonZeroU64; 6]" },
    Case { layout: S222::LAYOUT, align_attribute: 0, fields: "f0: F64<BE>, f1: Option<NonZeroU8>" },
    Case { layout: S223::LAYOUT, align_attribute: 0, fields: "f0: [NonZeroI32; 8], f1: f64, get: [CText<24>; 8], f3: NonZeroU64, type: NonZeroI16, f5: I32<LE>, f6: [[u32; 2]; 5], view: U32<LE>, marker: PhantomData" },
    Case { layout: S224::LAYOUT, align_attribute: 0, fields: "f0: S215" },
    Case { layout: S225::LAYOUT, align_attribute: 0, fields: "lock: Option<NonZeroU64>, load: u64, store: Option<NonZeroU8>, type: S185, f4: [[I128<BE>; 4]; 4], f5: [I32<LE>; 1], f6: [Le<u32>; 2]" },
    Case { layout: S226::LAYOUT, align_attribute: 0, fields: "self_: Be<i64>, view: [[bool; 2]; 2], f2: S203, f3: EnumI32, f4: [S002; 5]" },
    Case { layout: S227::LAYOUT, align_attribute: 128, fields: "view: EnumI32, f1: F32<BE>, f2: [Be<f32>; 1], f3: CText<23>, f4: [[NonZeroU16; 2]; 3]" },
    Case { layout: S228::LAYOUT, align_attribute: 0, fields: "f0: F32<BE>, f1: [[i8; 2]; 2]" },
    Case { layout: S229::LAYOUT, align_attribute: 32, fields: "f0: [[Le<u16>; 4]; 4], f1: S153, set: Option<NonZeroU16>, f3: S056, f4: NonZeroI32, f5: NonZeroI8, f6: [[Be<f32>; 1]; 2], f7: [[Le<u32>; 2]; 2], view: I32<BE>" },
    Case { layout: S230::LAYOUT, align_attribute: 0, fields: "f0: Be<u32>, f1: [S126; 5], f2: NonZeroU32, f3: [CText<4>; 3], type: [[U16<BE>; 4]; 4], again5: CText<17>, f6: S134, f7: char" },
    Case { layout: S231::LAYOUT, align_attribute: 0, fields: "view: i16, f1: NonZeroI32, f2: CText<27>, f3: [[u8; 2]; 5], f4: [[Be<u64>; 3]; 3]" },
    Case { layout: S232::LAYOUT, align_attribute: 0, fields: "f0: [[CText<11>; 4]; 5], f1: [[I64<BE>; 3]; 3], f2: I128<LE>, f3: [NonZeroI32; 9], f4: U16<LE>, f5: I16<LE>, f6: S008, f7: Be<i64>" },
    Case { layout: S233::LAYOUT, align_attribute: 0, fields: "f0: u8, f1: [[CText<5>; 1]; 4], view: I16<BE>, f3: [S089; 2], lock: [NonZeroU32; 1], f5: I64<BE>" },
    Case { layout: S234::LAYOUT, align_attribute: 0, fields: "lock: [EnumI32; 9], f1: u16" },
    Case { layout: S235::LAYOUT, align_attribute: 0, fields: "store: [[CText<37>; 4]; 2]" },
    Case { layout: S236::LAYOUT, align_attribute: 0, fields: "f0: S022, f1: [CText<12>; 9], f2: F32<LE>, f3: [S139; 7]" },
    Case { layout: S237::LAYOUT, align_attribute: 0, fields: "store: S024, load: NonZeroI8, f2: Le<f64>, f3: Option<NonZeroI64>, f4: Be<i32>, f5: CText<19>, f6: [u64; 6], again7: [[f64; 4]; 5]" },
    Case { layout: S238::LAYOUT, align_attribute: 32, fields: "f0: CText<8>, self_: CText<8>, get: U64<BE>, f3: NonZeroI16, set: Be<u32>, f5: Be<u32>, f6: Be<i16>, again7: [[NonZeroI8; 1]; 3], f8: S237" },
    Case { layout: S239::LAYOUT, align_attribute: 0, fields: "f0: [[EnumU32; 1]; 2], f1: [I16<LE>; 2], view: Be<u64>, f3: Le<u64>, f4: u8, f5: [I64<BE>; 5], f6: [[I32<BE>; 2]; 1], f7: S028, f8: u32, marker: PhantomData" },
    Case { layout: S240::LAYOUT, align_attribute: 0, fields: "f0: I64<LE>, lock: [EnumU8; 1], f2: CText<31>, f3: Option<NonZeroU32>" },
    Case { layout: S241::LAYOUT, align_attribute: 0, fields: "f0: [[char; 1]; 3], f1: [[NonZeroI8; 4]; 1], type: U128<BE>, f3: [[u8; 4]; 4], store: CText<26>, again5: S074, load: EnumI32, f7: S185, f8: i16" },
    Case { layout: S242::LAYOUT, align_attribute: 0, fields: "load: S029, f1: [[EnumU16; 3]; 5], f2: U64<BE>, f3: [F32<LE>; 5], f4: [[CText<28>; 2]; 3], f5: CText<39>, view: I32<BE>, f7: Le<i16>, f8: S100" },
    Case { layout: S243::LAYOUT, align_attribute: 0, fields: "0: I16<LE>, 1: [[u64; 3]; 2], 2: S170, 3: [S197; 8]" },
    Case { layout: S244::LAYOUT, align_attribute: 0, fields: "f0: S039, f1: f64, f2: [[EnumU8; 3]; 1], f3: EnumU64, set: [U128<BE>; 4], f5: S153" },
    Case { layout: S245::LAYOUT, align_attribute: 0, fields: "f0: [[NonZeroU64; 2]; 4], type: [I32<LE>; 2], f2: [NonZeroU64; 3], lock: f64, f4: F64<BE>, f5: [[CText<25>; 2]; 1], f6: NonZeroI32, f7: f64" },
    Case { layout: S246::LAYOUT, align_attribute: 0, fields: "f0: [[NonZeroU32; 3]; 2], f1: [U128<LE>; 7], self_: U64<LE>, f3: u16" },
    Case { layout: S247::LAYOUT, align_attribute: 0, fields: "0: [I128<BE>; 6], 1: Be<i16>, 2: EnumI32, 3: [[I16<BE>; 1]; 3], 4: [I16<BE>; 6], 5: S008, 6: [U32<LE>; 1]" },
    Case { layout: S248::LAYOUT, align_attribute: 0, fields: "f0: [i16; 9]" },
    Case { layout: S249::LAYOUT, align_attribute: 0, fields: "get: [[Be<u32>; 4]; 3]" },
    Case { layout: S250::LAYOUT, align_attribute: 0, fields: "f0: EnumU32, get: Le<i32>, f2: EnumU8, f3: [[U64<LE>; 2]; 5], f4: [[CText<27>; 1]; 2], f5: [[i64; 3]; 1], f6: [Be<u32>; 1], again7: Option<NonZeroU16>" },
    Case { layout: S251::LAYOUT, align_attribute: 0, fields: "f0: CText<19>, f1: EnumI8, f2: [[Be<i32>; 2]; 5], f3: [[I32<LE>; 4]; 5], f4: [char; 7], f5: [bool; 4], f6: Be<u64>, f7: F32<LE>, view: u16" },
    Case { layout: S252::LAYOUT, align_attribute: 0, fields: "0: Be<i32>, 1: CText<2>, 2: [[u8; 1]; 5], 3: [[CText<37>; 1]; 5], 4: Option<NonZeroU32>, 5: EnumU16, 6: NonZeroI8, 7: Le<f32>, 8: [[Be<u64>; 1]; 1]" },
    Case { layout: S253::LAYOUT, align_attribute: 0, fields: "f0: Be<f32>, f1: EnumU32, f2: [[CText<28>; 2]; 3], set: [i32; 4], again4: EnumI8, f5: [NonZeroU16; 7], new: [[Option<NonZeroU64>; 2]; 3], view: F64<LE>, f8: [Le<i32>; 1]" },
    Case { layout: S254::LAYOUT, align_attribute: 0, fields: "f0: S141" },
    Case { layout: S255::LAYOUT, align_attribute: 0, fields: "type: [i16; 9], f1: S096, marker: PhantomData" },
];
