// Made by `generator.rs`; `cargo test --test layout_against_outsiders -- --ignored` writes it anew.

use std::marker::PhantomData;
use std::num::*;

use shm_core::byteorder::*;
use shm_core::{Be, CText, Le, Root, SharedLayout};

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
    pub(crate) f0: [[f64; 3]; 5],
    pub(crate) f1: Le<f64>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S001 {
    pub(crate) f0: CText<28>,
    pub(crate) new: U16<BE>,
    pub(crate) f2: [EnumI64; 5],
    pub(crate) self_: Le<u64>,
    pub(crate) f4: I32<BE>,
    pub(crate) again5: NonZeroU16,
    pub(crate) f6: S000,
    pub(crate) f7: u64,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S002 {
    pub(crate) store: Option<NonZeroU8>,
    pub(crate) f1: Be<i64>,
    pub(crate) self_: S000,
    pub(crate) f3: Le<i64>,
    pub(crate) f4: U128<BE>,
    pub(crate) f5: u64,
    pub(crate) f6: S000,
    pub(crate) f7: [[EnumU16; 2]; 4],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S003 {
    pub(crate) f0: I128<BE>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S004 {
    pub(crate) f0: Option<NonZeroU8>,
    pub(crate) f1: I32<LE>,
    pub(crate) f2: S000,
    pub(crate) f3: S002,
    pub(crate) load: [[Le<u32>; 1]; 4],
}

#[derive(SharedLayout)]
#[repr(C, align(128))]
pub(crate) struct S005 {
    pub(crate) f0: NonZeroI16,
}

#[derive(SharedLayout)]
#[repr(C, align(2))]
pub(crate) struct S006 {
    pub(crate) f0: U64<BE>,
    pub(crate) self_: S005,
    pub(crate) f2: S004,
    pub(crate) f3: [U128<LE>; 1],
    pub(crate) f4: Option<NonZeroU64>,
    pub(crate) f5: [S005; 7],
    pub(crate) f6: [[CText<26>; 2]; 2],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S007 {
    pub(crate) set: [S005; 6],
    pub(crate) f1: CText<25>,
    pub(crate) f2: CText<40>,
    pub(crate) f3: Le<f32>,
    pub(crate) f4: EnumU16,
    pub(crate) f5: i16,
    pub(crate) self_: EnumI64,
}

#[derive(SharedLayout)]
#[repr(C, align(128))]
pub(crate) struct S008 {
    pub(crate) r#type: Option<NonZeroU16>,
    pub(crate) f1: Le<f32>,
    pub(crate) set: S003,
    pub(crate) f3: S005,
    pub(crate) f4: S000,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S009 {
    pub(crate) f0: [Option<NonZeroU64>; 9],
    pub(crate) f1: U32<LE>,
    pub(crate) f2: f64,
    pub(crate) f3: [EnumI16; 2],
    pub(crate) f4: [u32; 8],
    pub(crate) f5: [Le<f64>; 5],
    pub(crate) f6: [[NonZeroI16; 4]; 3],
    pub(crate) f7: U16<LE>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S010(pub(crate) [[CText<10>; 4]; 1]);

#[derive(SharedLayout)]
#[repr(C, align(16))]
pub(crate) struct S011 {
    pub(crate) f0: [Le<i16>; 5],
    pub(crate) f1: Be<u32>,
    pub(crate) f2: I64<LE>,
    pub(crate) f3: [[NonZeroI16; 1]; 2],
    pub(crate) f4: S005,
    pub(crate) get: [U128<LE>; 7],
    pub(crate) f6: [[CText<4>; 2]; 4],
    pub(crate) again7: I16<BE>,
    pub(crate) f8: [[NonZeroU64; 2]; 3],
}

#[derive(SharedLayout)]
#[repr(C, align(4))]
pub(crate) struct S012 {
    pub(crate) r#type: [Option<NonZeroI16>; 8],
    pub(crate) self_: S005,
    pub(crate) f2: NonZeroI64,
    pub(crate) f3: [[Option<NonZeroI16>; 1]; 4],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S013 {
    pub(crate) set: S004,
}

#[derive(SharedLayout)]
#[repr(C, align(4))]
pub(crate) struct S014(pub(crate) [[U64<LE>; 4]; 5], pub(crate) [Be<f64>; 4], pub(crate) [[i8; 3]; 3], pub(crate) [[Option<NonZeroU64>; 4]; 1]);

#[derive(SharedLayout)]
#[repr(C, align(128))]
pub(crate) struct S015 {
    pub(crate) lock: [[U16<LE>; 2]; 4],
    pub(crate) view: EnumI16,
    pub(crate) f2: [Le<i32>; 2],
    pub(crate) marker: PhantomData<u64>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S016(pub(crate) F32<LE>, pub(crate) F64<BE>, pub(crate) [NonZeroI64; 1]);

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S017 {
    pub(crate) f0: S015,
    pub(crate) f1: CText<19>,
    pub(crate) f2: i32,
    pub(crate) f3: f64,
    pub(crate) f4: [Be<i16>; 1],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S018 {
    pub(crate) f0: S005,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S019 {
    pub(crate) f0: U16<BE>,
    pub(crate) f1: [Le<u16>; 1],
    pub(crate) f2: [f32; 4],
    pub(crate) get: EnumU64,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S020 {
    pub(crate) f0: [U128<LE>; 4],
    pub(crate) f1: Le<i16>,
    pub(crate) f2: NonZeroI16,
    pub(crate) f3: U32<LE>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S021 {
    pub(crate) f0: i64,
    pub(crate) r#type: S002,
    pub(crate) f2: EnumI8,
    pub(crate) load: S017,
    pub(crate) f4: I16<LE>,
    pub(crate) f5: EnumU64,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S022(pub(crate) [EnumU32; 3], pub(crate) [[NonZeroU16; 2]; 3], pub(crate) U16<BE>, pub(crate) [Le<u64>; 1], pub(crate) [char; 4], pub(crate) NonZeroU64, pub(crate) F64<LE>, pub(crate) [[EnumI64; 2]; 1]);

#[derive(SharedLayout)]
#[repr(C, align(2))]
pub(crate) struct S023 {
    pub(crate) f0: CText<26>,
    pub(crate) f1: [F64<BE>; 3],
    pub(crate) f2: [[CText<30>; 2]; 3],
    pub(crate) f3: i32,
    pub(crate) lock: [Be<f32>; 4],
    pub(crate) store: [[I16<LE>; 3]; 5],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S024 {
    pub(crate) f0: S017,
    pub(crate) f1: u8,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S025 {
    pub(crate) store: U64<BE>,
    pub(crate) f1: [[CText<34>; 3]; 2],
    pub(crate) f2: [NonZeroU64; 9],
    pub(crate) f3: [EnumU16; 8],
    pub(crate) f4: i64,
    pub(crate) f5: u64,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S026 {
    pub(crate) f0: [[i16; 4]; 4],
    pub(crate) self_: I64<LE>,
    pub(crate) f2: I32<LE>,
    pub(crate) f3: [U16<LE>; 8],
    pub(crate) f4: i64,
    pub(crate) again5: Le<i32>,
    pub(crate) f6: bool,
    pub(crate) f7: [I16<BE>; 7],
    pub(crate) f8: [S009; 8],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S027(pub(crate) CText<9>, pub(crate) [EnumI32; 7], pub(crate) Option<NonZeroI64>, pub(crate) S012, pub(crate) [S018; 8], pub(crate) bool, pub(crate) CText<37>, pub(crate) [CText<34>; 2], pub(crate) [i64; 8]);

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S028 {
    pub(crate) f0: Be<f64>,
    pub(crate) f1: CText<33>,
    pub(crate) f2: S012,
    pub(crate) f3: [[f64; 1]; 2],
    pub(crate) f4: [[NonZeroU64; 4]; 3],
    pub(crate) f5: [[U64<BE>; 4]; 5],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S029 {
    pub(crate) r#type: S007,
    pub(crate) f1: [[NonZeroU8; 1]; 2],
    pub(crate) set: U16<BE>,
    pub(crate) store: [Option<NonZeroI16>; 4],
    pub(crate) view: [[Option<NonZeroU32>; 4]; 3],
    pub(crate) f5: Option<NonZeroI16>,
    pub(crate) f6: i32,
    pub(crate) f7: I32<BE>,
    pub(crate) f8: [[Le<f64>; 1]; 3],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S030 {
    pub(crate) f0: S008,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S031 {
    pub(crate) f0: I32<BE>,
    pub(crate) f1: CText<12>,
    pub(crate) f2: U64<BE>,
    pub(crate) f3: EnumI64,
    pub(crate) f4: Le<i32>,
    pub(crate) set: [[u64; 4]; 3],
    pub(crate) self_: [U32<BE>; 4],
    pub(crate) marker: PhantomData<u64>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S032 {
    pub(crate) f0: [[Le<u16>; 1]; 2],
    pub(crate) f1: u64,
    pub(crate) f2: Option<NonZeroU8>,
    pub(crate) f3: Option<NonZeroI16>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S033 {
    pub(crate) f0: [[I128<BE>; 3]; 4],
    pub(crate) f1: I64<BE>,
    pub(crate) f2: [I32<LE>; 4],
    pub(crate) f3: [S012; 6],
    pub(crate) f4: S009,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S034(pub(crate) NonZeroU64, pub(crate) F64<BE>, pub(crate) [[Le<i32>; 3]; 2], pub(crate) EnumI8);

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S035 {
    pub(crate) r#type: bool,
    pub(crate) f1: f32,
    pub(crate) f2: bool,
    pub(crate) f3: S023,
    pub(crate) f4: S008,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S036(pub(crate) Le<u32>, pub(crate) Be<i32>, pub(crate) U16<LE>, pub(crate) Le<u64>, pub(crate) Le<f32>, pub(crate) S017, pub(crate) S004, pub(crate) EnumI8, pub(crate) [i8; 5]);

#[derive(SharedLayout)]
#[repr(C, align(1))]
pub(crate) struct S037 {
    pub(crate) f0: I16<BE>,
    pub(crate) f1: S007,
    pub(crate) f2: u32,
    pub(crate) f3: f64,
    pub(crate) f4: Be<f64>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S038 {
    pub(crate) self_: f64,
    pub(crate) f1: S007,
    pub(crate) f2: [S028; 5],
    pub(crate) f3: [[f64; 1]; 3],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S039 {
    pub(crate) f0: Be<f32>,
    pub(crate) f1: S001,
    pub(crate) load: I128<BE>,
    pub(crate) f3: f64,
    pub(crate) f4: CText<11>,
    pub(crate) f5: [EnumI8; 6],
    pub(crate) f6: Be<u64>,
    pub(crate) f7: Option<NonZeroU64>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S040 {
    pub(crate) f0: [[Be<f32>; 1]; 3],
    pub(crate) r#type: S035,
    pub(crate) f2: [[U32<BE>; 1]; 4],
    pub(crate) f3: [[CText<23>; 2]; 1],
    pub(crate) f4: F64<BE>,
    pub(crate) f5: EnumI8,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S041 {
    pub(crate) f0: CText<30>,
    pub(crate) f1: [NonZeroU32; 1],
    pub(crate) f2: [[Option<NonZeroI16>; 1]; 2],
    pub(crate) f3: [S022; 4],
    pub(crate) f4: [[I128<LE>; 3]; 2],
    pub(crate) store: [[I32<BE>; 2]; 1],
    pub(crate) f6: CText<3>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S042 {
    pub(crate) f0: Le<i64>,
    pub(crate) f1: [u32; 9],
    pub(crate) f2: [EnumU8; 2],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S043 {
    pub(crate) set: [NonZeroI8; 1],
    pub(crate) f1: S042,
    pub(crate) f2: [CText<7>; 7],
    pub(crate) f3: S004,
    pub(crate) f4: U32<LE>,
    pub(crate) f5: EnumI16,
    pub(crate) f6: Le<i64>,
}

#[derive(SharedLayout)]
#[repr(C, align(128))]
pub(crate) struct S044 {
    pub(crate) x: I16<LE>,
    pub(crate) f1: [i16; 2],
    pub(crate) f2: i64,
    pub(crate) self_: U64<BE>,
    pub(crate) get: Option<NonZeroU8>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S045 {
    pub(crate) f0: S037,
    pub(crate) f1: EnumI16,
    pub(crate) f2: I64<BE>,
    pub(crate) f3: [Be<f32>; 8],
    pub(crate) f4: S018,
    pub(crate) f5: [[u64; 4]; 4],
    pub(crate) f6: [Option<NonZeroU32>; 6],
    pub(crate) x: F32<BE>,
}

#[derive(SharedLayout)]
#[repr(C, align(8))]
pub(crate) struct S046(pub(crate) NonZeroI64);

#[derive(SharedLayout)]
#[repr(C, align(1))]
pub(crate) struct S047 {
    pub(crate) x: I32<LE>,
    pub(crate) f1: S010,
    pub(crate) f2: S021,
    pub(crate) f3: NonZeroU16,
    pub(crate) f4: S018,
    pub(crate) f5: U64<LE>,
    pub(crate) f6: S040,
    pub(crate) f7: [Be<f32>; 3],
    pub(crate) again8: [Le<f64>; 1],
    pub(crate) marker: PhantomData<u64>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S048 {
    pub(crate) view: [[Option<NonZeroI64>; 1]; 5],
    pub(crate) f1: [[Option<NonZeroI32>; 1]; 2],
    pub(crate) f2: S021,
    pub(crate) f3: [EnumI8; 4],
    pub(crate) set: Le<u16>,
    pub(crate) f5: NonZeroU16,
    pub(crate) f6: [[CText<24>; 1]; 4],
    pub(crate) again7: CText<34>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S049 {
    pub(crate) f0: S019,
    pub(crate) f1: [[CText<35>; 1]; 4],
    pub(crate) f2: [CText<22>; 6],
    pub(crate) f3: [NonZeroU64; 3],
    pub(crate) f4: [[Be<f64>; 4]; 1],
    pub(crate) f5: [EnumU32; 6],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S050 {
    pub(crate) f0: u32,
    pub(crate) f1: [[Be<i32>; 2]; 3],
    pub(crate) f2: Be<u32>,
    pub(crate) f3: f64,
    pub(crate) f4: EnumU8,
}

#[derive(SharedLayout)]
#[repr(C, align(4))]
pub(crate) struct S051 {
    pub(crate) f0: S028,
    pub(crate) f1: [[I128<BE>; 4]; 2],
    pub(crate) f2: [[I16<BE>; 3]; 3],
    pub(crate) f3: S021,
    pub(crate) store: Option<NonZeroI32>,
    pub(crate) f5: NonZeroU64,
    pub(crate) f6: F32<BE>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S052 {
    pub(crate) f0: CText<36>,
    pub(crate) load: U128<LE>,
    pub(crate) f2: S017,
    pub(crate) f3: [S007; 8],
    pub(crate) f4: NonZeroU8,
    pub(crate) new: [[i64; 2]; 5],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S053 {
    pub(crate) f0: [i16; 6],
    pub(crate) x: S050,
    pub(crate) f2: NonZeroI16,
    pub(crate) f3: [[CText<19>; 1]; 3],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S054 {
    pub(crate) f0: NonZeroI32,
    pub(crate) load: Be<u16>,
    pub(crate) f2: [i8; 9],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S055 {
    pub(crate) f0: Option<NonZeroI16>,
    pub(crate) f1: F64<LE>,
    pub(crate) f2: U16<BE>,
    pub(crate) f3: Option<NonZeroU32>,
    pub(crate) f4: CText<24>,
    pub(crate) f5: f64,
    pub(crate) f6: S028,
    pub(crate) f7: EnumI32,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S056 {
    pub(crate) f0: S028,
    pub(crate) f1: [F32<BE>; 3],
    pub(crate) f2: [Le<i64>; 2],
    pub(crate) f3: [[U16<LE>; 3]; 3],
    pub(crate) f4: [CText<13>; 2],
    pub(crate) f5: Le<u32>,
    pub(crate) f6: Option<NonZeroU16>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S057 {
    pub(crate) set: Le<u64>,
    pub(crate) f1: [[EnumU8; 2]; 3],
    pub(crate) self_: CText<33>,
    pub(crate) f3: [U32<LE>; 9],
    pub(crate) f4: u32,
    pub(crate) r#type: EnumU32,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S058 {
    pub(crate) f0: CText<34>,
    pub(crate) f1: [[NonZeroI64; 2]; 5],
    pub(crate) f2: [[NonZeroU64; 3]; 3],
}

#[derive(SharedLayout)]
#[repr(C, align(64))]
pub(crate) struct S059 {
    pub(crate) load: EnumI8,
    pub(crate) self_: i16,
}

#[derive(SharedLayout)]
#[repr(C, align(64))]
pub(crate) struct S060 {
    pub(crate) f0: Be<u32>,
    pub(crate) f1: [S024; 2],
    pub(crate) f2: I32<LE>,
    pub(crate) f3: I16<LE>,
    pub(crate) load: NonZeroI32,
    pub(crate) get: [[Le<i16>; 4]; 2],
    pub(crate) f6: EnumU8,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S061 {
    pub(crate) lock: [S008; 3],
    pub(crate) f1: Be<f32>,
    pub(crate) store: [[Be<f32>; 4]; 2],
    pub(crate) f3: [[I128<BE>; 4]; 3],
    pub(crate) view: S029,
    pub(crate) f5: u64,
    pub(crate) f6: CText<28>,
    pub(crate) new: Be<u32>,
    pub(crate) r#type: Be<u32>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S062 {
    pub(crate) f0: S003,
    pub(crate) f1: S040,
    pub(crate) view: [i16; 2],
    pub(crate) f3: U16<BE>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S063 {
    pub(crate) f0: I128<BE>,
    pub(crate) f1: F64<BE>,
    pub(crate) x: Option<NonZeroU64>,
    pub(crate) f3: S045,
    pub(crate) set: F64<LE>,
    pub(crate) f5: [CText<37>; 4],
    pub(crate) r#type: [[CText<6>; 3]; 4],
    pub(crate) marker: PhantomData<u64>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S064 {
    pub(crate) f0: I128<BE>,
    pub(crate) f1: [Le<i64>; 3],
    pub(crate) f2: [F32<LE>; 2],
    pub(crate) f3: [EnumU16; 6],
    pub(crate) f4: EnumI16,
    pub(crate) f5: S062,
    pub(crate) f6: [U64<LE>; 7],
    pub(crate) f7: [F32<LE>; 5],
    pub(crate) f8: I128<LE>,
}

#[derive(SharedLayout)]
#[repr(C, align(1))]
pub(crate) struct S065 {
    pub(crate) f0: I64<BE>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S066 {
    pub(crate) f0: I16<BE>,
    pub(crate) f1: [[Be<i64>; 1]; 3],
    pub(crate) store: S003,
    pub(crate) f3: Le<i32>,
    pub(crate) r#type: Le<i64>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S067(pub(crate) [S024; 7]);

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S068(pub(crate) [NonZeroI16; 7], pub(crate) S048, pub(crate) CText<14>, pub(crate) [I128<BE>; 8]);

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S069 {
    pub(crate) new: [[Option<NonZeroU8>; 4]; 1],
    pub(crate) f1: I64<LE>,
    pub(crate) lock: F64<LE>,
    pub(crate) again3: U16<BE>,
    pub(crate) f4: [char; 1],
    pub(crate) store: [[F64<LE>; 1]; 5],
    pub(crate) set: CText<5>,
    pub(crate) f7: [[f64; 4]; 4],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S070(pub(crate) [Option<NonZeroU32>; 9], pub(crate) [[EnumU16; 4]; 2], pub(crate) [CText<19>; 7], pub(crate) [[CText<40>; 3]; 5], pub(crate) [I16<LE>; 3], pub(crate) S021, pub(crate) F32<LE>);

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S071(pub(crate) S060, pub(crate) [[CText<34>; 2]; 1], pub(crate) [[CText<15>; 3]; 4], pub(crate) Be<i16>, pub(crate) u32, pub(crate) u16, pub(crate) [NonZeroI64; 2], pub(crate) [[Le<u16>; 4]; 1], pub(crate) [F64<LE>; 1]);

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S072 {
    pub(crate) f0: S004,
    pub(crate) f1: [char; 1],
    pub(crate) new: [[Be<f32>; 1]; 5],
    pub(crate) get: [[Be<i32>; 1]; 3],
    pub(crate) f4: Be<u16>,
    pub(crate) f5: [Le<u32>; 9],
    pub(crate) f6: [S042; 9],
    pub(crate) self_: [[I32<BE>; 4]; 3],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S073 {
    pub(crate) f0: [S015; 4],
    pub(crate) x: f64,
    pub(crate) f2: u16,
    pub(crate) f3: Be<i32>,
    pub(crate) f4: NonZeroU16,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S074(pub(crate) u16, pub(crate) Be<i16>);

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S075 {
    pub(crate) f0: [[Be<i64>; 4]; 3],
    pub(crate) f1: bool,
    pub(crate) f2: [[F64<LE>; 3]; 1],
    pub(crate) x: [S010; 6],
    pub(crate) load: f64,
    pub(crate) f5: EnumU16,
    pub(crate) again6: S071,
    pub(crate) f7: [S074; 6],
}

#[derive(SharedLayout)]
#[repr(C, align(64))]
pub(crate) struct S076 {
    pub(crate) self_: [S034; 4],
    pub(crate) store: Le<f64>,
    pub(crate) f2: NonZeroI8,
    pub(crate) f3: S073,
    pub(crate) f4: S011,
    pub(crate) get: f64,
    pub(crate) f6: [[Le<i64>; 2]; 5],
    pub(crate) again7: [[EnumI64; 1]; 3],
    pub(crate) load: Option<NonZeroI64>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S077 {
    pub(crate) self_: NonZeroI8,
    pub(crate) f1: [S004; 3],
    pub(crate) f2: i32,
    pub(crate) f3: [EnumU32; 1],
    pub(crate) f4: [[i32; 2]; 3],
    pub(crate) f5: I128<BE>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S078 {
    pub(crate) f0: Be<i32>,
    pub(crate) r#type: [[U128<LE>; 2]; 3],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S079 {
    pub(crate) r#type: [EnumI8; 6],
    pub(crate) f1: [[i8; 4]; 5],
    pub(crate) f2: [CText<5>; 7],
    pub(crate) lock: U128<LE>,
    pub(crate) f4: i8,
    pub(crate) f5: S064,
    pub(crate) marker: PhantomData<u64>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S080 {
    pub(crate) f0: [i32; 6],
    pub(crate) new: CText<40>,
    pub(crate) f2: [[U32<LE>; 4]; 4],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S081(pub(crate) [[Le<u64>; 4]; 4], pub(crate) Option<NonZeroU16>, pub(crate) U16<BE>, pub(crate) [NonZeroI8; 9], pub(crate) f64, pub(crate) I64<LE>, pub(crate) Option<NonZeroU64>, pub(crate) S032, pub(crate) Be<i16>);

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S082 {
    pub(crate) f0: NonZeroI64,
    pub(crate) f1: U16<LE>,
}

#[derive(SharedLayout)]
#[repr(C, align(8))]
pub(crate) struct S083 {
    pub(crate) f0: f64,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S084 {
    pub(crate) f0: [U16<BE>; 7],
    pub(crate) f1: EnumI8,
    pub(crate) f2: NonZeroU8,
    pub(crate) f3: [EnumU64; 4],
    pub(crate) f4: [[f64; 2]; 2],
}

#[derive(SharedLayout)]
#[repr(C, align(1))]
pub(crate) struct S085 {
    pub(crate) f0: [S000; 8],
    pub(crate) f1: S003,
    pub(crate) f2: [[Le<f64>; 2]; 1],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S086 {
    pub(crate) f0: EnumU16,
    pub(crate) f1: Be<u64>,
    pub(crate) r#type: [i32; 9],
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
    pub(crate) f3: [[f64; 4]; 5],
    pub(crate) f4: [S027; 3],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S091 {
    pub(crate) f0: S008,
    pub(crate) f1: S074,
    pub(crate) set: Le<f32>,
    pub(crate) f3: [[Le<u16>; 4]; 3],
    pub(crate) f4: U128<LE>,
    pub(crate) f5: f64,
    pub(crate) f6: [CText<4>; 4],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S092 {
    pub(crate) f0: NonZeroI32,
    pub(crate) new: CText<27>,
    pub(crate) f2: i16,
    pub(crate) f3: u16,
    pub(crate) f4: i32,
    pub(crate) view: I32<LE>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S093(pub(crate) NonZeroU16, pub(crate) [NonZeroU32; 6], pub(crate) [S035; 3], pub(crate) S059, pub(crate) i32, pub(crate) S045, pub(crate) [[U64<LE>; 3]; 2], pub(crate) [[EnumU16; 1]; 5]);

#[derive(SharedLayout)]
#[repr(C, align(1))]
pub(crate) struct S094 {
    pub(crate) f0: [[CText<20>; 1]; 4],
    pub(crate) f1: U32<BE>,
    pub(crate) view: [EnumI16; 3],
    pub(crate) self_: I64<LE>,
    pub(crate) f4: [[CText<12>; 1]; 4],
}

#[derive(SharedLayout)]
#[repr(C, align(16))]
pub(crate) struct S095 {
    pub(crate) f0: EnumU32,
    pub(crate) f1: [U128<BE>; 7],
    pub(crate) f2: [U32<LE>; 3],
    pub(crate) get: Be<i32>,
    pub(crate) lock: [[S082; 2]; 4],
    pub(crate) again5: S028,
    pub(crate) f6: [[CText<25>; 4]; 1],
    pub(crate) marker: PhantomData<u64>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S096 {
    pub(crate) r#type: I128<LE>,
    pub(crate) f1: S028,
    pub(crate) f2: Option<NonZeroU64>,
    pub(crate) f3: CText<28>,
    pub(crate) again4: U32<LE>,
    pub(crate) view: i32,
    pub(crate) f6: [[Le<i32>; 2]; 4],
    pub(crate) new: u8,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S097 {
    pub(crate) store: CText<27>,
    pub(crate) x: S092,
    pub(crate) f2: NonZeroU32,
    pub(crate) f3: Be<u16>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S098 {
    pub(crate) f0: U32<BE>,
    pub(crate) f1: CText<26>,
    pub(crate) f2: S048,
    pub(crate) f3: [[i64; 1]; 1],
    pub(crate) x: S087,
    pub(crate) f5: f32,
    pub(crate) f6: CText<34>,
}

#[derive(SharedLayout)]
#[repr(C, align(4))]
pub(crate) struct S099(pub(crate) Le<f32>, pub(crate) [Option<NonZeroI64>; 9], pub(crate) i64, pub(crate) u8, pub(crate) [[CText<15>; 1]; 2], pub(crate) U64<BE>, pub(crate) S019, pub(crate) [EnumU32; 5], pub(crate) [f32; 9]);

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S100 {
    pub(crate) f0: Le<i16>,
    pub(crate) store: [[Be<u32>; 1]; 5],
    pub(crate) f2: [S023; 8],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S101 {
    pub(crate) f0: EnumU64,
    pub(crate) r#type: [[U64<LE>; 4]; 4],
    pub(crate) f2: [[EnumI64; 3]; 3],
    pub(crate) f3: EnumU32,
    pub(crate) f4: [Be<i16>; 6],
    pub(crate) new: [[Be<f64>; 3]; 2],
    pub(crate) f6: EnumI32,
    pub(crate) load: Le<u32>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S102 {
    pub(crate) f0: U32<BE>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S103 {
    pub(crate) f0: CText<10>,
    pub(crate) f1: i16,
    pub(crate) f2: S040,
    pub(crate) f3: i32,
    pub(crate) f4: [[EnumI64; 2]; 5],
    pub(crate) f5: [[F64<LE>; 3]; 1],
    pub(crate) set: i8,
    pub(crate) f7: S043,
    pub(crate) f8: Option<NonZeroI8>,
}

#[derive(SharedLayout)]
#[repr(C, align(64))]
pub(crate) struct S104 {
    pub(crate) f0: [[Be<u64>; 2]; 5],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S105 {
    pub(crate) f0: [EnumU16; 9],
    pub(crate) f1: [[U64<BE>; 2]; 1],
    pub(crate) f2: [NonZeroU32; 4],
    pub(crate) f3: [[Le<u16>; 1]; 4],
    pub(crate) load: S053,
    pub(crate) f5: Be<u64>,
    pub(crate) f6: NonZeroI32,
    pub(crate) f7: [CText<39>; 9],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S106 {
    pub(crate) f0: [[i16; 1]; 5],
    pub(crate) f1: [Be<i32>; 1],
    pub(crate) f2: S083,
    pub(crate) f3: [i64; 1],
    pub(crate) f4: S073,
}

#[derive(SharedLayout)]
#[repr(C, align(128))]
pub(crate) struct S107 {
    pub(crate) store: S005,
    pub(crate) f1: [CText<39>; 4],
    pub(crate) f2: u8,
    pub(crate) f3: [CText<16>; 4],
    pub(crate) f4: S040,
}

#[derive(SharedLayout)]
#[repr(C, align(8))]
pub(crate) struct S108 {
    pub(crate) f0: [[Le<u64>; 3]; 1],
    pub(crate) set: [[u64; 2]; 3],
    pub(crate) f2: [[EnumU32; 4]; 5],
    pub(crate) load: S099,
    pub(crate) store: S088,
    pub(crate) f5: NonZeroI16,
    pub(crate) f6: Be<i16>,
    pub(crate) f7: NonZeroI64,
    pub(crate) f8: I64<LE>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S109 {
    pub(crate) f0: [Option<NonZeroI32>; 1],
    pub(crate) get: CText<18>,
    pub(crate) f2: Option<NonZeroU32>,
    pub(crate) f3: [[Be<u16>; 4]; 2],
    pub(crate) f4: U64<LE>,
    pub(crate) f5: Le<f32>,
    pub(crate) store: [[EnumI16; 1]; 5],
    pub(crate) f7: S023,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S110 {
    pub(crate) r#type: CText<3>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S111(pub(crate) [f32; 9], pub(crate) i8, pub(crate) CText<32>, pub(crate) i64, pub(crate) EnumU16, pub(crate) PhantomData<u64>);

#[derive(SharedLayout)]
#[repr(C, align(16))]
pub(crate) struct S112 {
    pub(crate) new: CText<9>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S113 {
    pub(crate) store: EnumU8,
    pub(crate) f1: [u16; 1],
    pub(crate) f2: Be<i32>,
    pub(crate) f3: f64,
    pub(crate) again4: S015,
    pub(crate) again5: [S014; 1],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S114 {
    pub(crate) set: [[I128<LE>; 4]; 2],
    pub(crate) f1: S028,
    pub(crate) f2: I64<BE>,
    pub(crate) f3: S049,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S115 {
    pub(crate) f0: CText<13>,
    pub(crate) f1: S059,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S116 {
    pub(crate) f0: Option<NonZeroU32>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S117 {
    pub(crate) f0: [[NonZeroI8; 4]; 2],
    pub(crate) f1: Option<NonZeroI64>,
    pub(crate) f2: [Option<NonZeroI16>; 2],
    pub(crate) view: S110,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S118 {
    pub(crate) f0: [I32<BE>; 6],
    pub(crate) f1: EnumI16,
    pub(crate) f2: [Option<NonZeroU32>; 2],
    pub(crate) f3: [U16<BE>; 8],
    pub(crate) r#type: [Be<u32>; 5],
}

#[derive(SharedLayout)]
#[repr(C, align(128))]
pub(crate) struct S119 {
    pub(crate) f0: S053,
    pub(crate) store: [[Be<u64>; 2]; 1],
    pub(crate) f2: f64,
    pub(crate) self_: [S049; 4],
    pub(crate) x: S110,
    pub(crate) f5: i32,
    pub(crate) f6: EnumU16,
    pub(crate) f7: i64,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S120 {
    pub(crate) f0: S065,
    pub(crate) set: [[Option<NonZeroI64>; 1]; 2],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S121(pub(crate) U64<BE>, pub(crate) EnumU16, pub(crate) [S099; 2], pub(crate) CText<12>);

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S122 {
    pub(crate) f0: S082,
    pub(crate) f1: Le<f32>,
    pub(crate) f2: i16,
    pub(crate) f3: Le<i32>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S123 {
    pub(crate) load: NonZeroI8,
    pub(crate) get: S008,
    pub(crate) f2: [EnumU8; 8],
    pub(crate) f3: S114,
    pub(crate) f4: S121,
    pub(crate) set: CText<1>,
    pub(crate) f6: S027,
    pub(crate) f7: [char; 9],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S124 {
    pub(crate) load: Be<i16>,
    pub(crate) f1: Be<i32>,
    pub(crate) lock: Option<NonZeroI8>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S125(pub(crate) [bool; 6], pub(crate) S004, pub(crate) [Option<NonZeroI64>; 8], pub(crate) [[Le<i16>; 4]; 4], pub(crate) U128<BE>);

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S126 {
    pub(crate) f0: [[U64<BE>; 4]; 2],
    pub(crate) f1: [[Le<u16>; 3]; 2],
    pub(crate) f2: I16<LE>,
    pub(crate) f3: U32<BE>,
    pub(crate) f4: [[f64; 1]; 4],
    pub(crate) new: S080,
    pub(crate) f6: [CText<23>; 4],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S127 {
    pub(crate) f0: u32,
    pub(crate) f1: U128<LE>,
    pub(crate) f2: NonZeroI8,
    pub(crate) store: Le<u16>,
    pub(crate) marker: PhantomData<u64>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S128 {
    pub(crate) f0: Le<f64>,
    pub(crate) f1: CText<22>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S129 {
    pub(crate) f0: [Option<NonZeroU64>; 8],
    pub(crate) lock: [i32; 1],
    pub(crate) f2: EnumU16,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S130 {
    pub(crate) set: u64,
    pub(crate) f1: CText<40>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S131 {
    pub(crate) f0: NonZeroI8,
    pub(crate) f1: [[Be<i16>; 1]; 5],
    pub(crate) x: Option<NonZeroU16>,
    pub(crate) self_: [i8; 4],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S132 {
    pub(crate) f0: [[NonZeroI64; 2]; 3],
    pub(crate) f1: F64<LE>,
    pub(crate) f2: S088,
    pub(crate) f3: [[Be<i32>; 2]; 4],
    pub(crate) f4: [NonZeroU16; 3],
    pub(crate) f5: S036,
    pub(crate) view: u32,
    pub(crate) f7: [Le<i16>; 5],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S133 {
    pub(crate) f0: [S008; 2],
    pub(crate) set: u64,
    pub(crate) f2: EnumU16,
    pub(crate) f3: [[U32<LE>; 2]; 3],
    pub(crate) f4: EnumI16,
    pub(crate) f5: EnumI32,
    pub(crate) f6: S001,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S134 {
    pub(crate) f0: S065,
    pub(crate) lock: [CText<10>; 7],
    pub(crate) f2: i64,
    pub(crate) again3: U128<BE>,
    pub(crate) load: [EnumU16; 4],
}

#[derive(SharedLayout)]
#[repr(C, align(32))]
pub(crate) struct S135 {
    pub(crate) f0: f64,
    pub(crate) f1: S101,
    pub(crate) f2: Be<i32>,
    pub(crate) f3: Le<i32>,
    pub(crate) set: [[I64<BE>; 1]; 5],
    pub(crate) f5: [CText<31>; 4],
    pub(crate) f6: CText<26>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S136 {
    pub(crate) f0: CText<27>,
    pub(crate) new: [[f64; 1]; 4],
    pub(crate) f2: [[CText<5>; 2]; 4],
    pub(crate) set: [[Le<u64>; 1]; 2],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S137 {
    pub(crate) f0: [Le<u32>; 8],
    pub(crate) set: Option<NonZeroI32>,
    pub(crate) f2: u16,
    pub(crate) self_: S096,
    pub(crate) f4: [Be<u64>; 8],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S138 {
    pub(crate) f0: EnumI8,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S139(pub(crate) [[Be<u32>; 1]; 4], pub(crate) S020, pub(crate) [[I64<BE>; 2]; 3], pub(crate) [i16; 6], pub(crate) S042, pub(crate) [NonZeroI64; 8], pub(crate) [S137; 8], pub(crate) NonZeroI64, pub(crate) [Le<u16>; 7]);

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S140(pub(crate) EnumU8, pub(crate) [Option<NonZeroI16>; 4]);

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S141(pub(crate) Le<u32>);

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S142 {
    pub(crate) f0: U128<BE>,
    pub(crate) f1: S112,
    pub(crate) f2: CText<14>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S143 {
    pub(crate) store: [[u32; 2]; 2],
    pub(crate) marker: PhantomData<u64>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S144 {
    pub(crate) f0: I64<BE>,
    pub(crate) f1: I64<BE>,
    pub(crate) f2: I64<LE>,
    pub(crate) x: I64<BE>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S145 {
    pub(crate) set: EnumI8,
    pub(crate) f1: CText<27>,
    pub(crate) f2: Option<NonZeroU64>,
    pub(crate) f3: Option<NonZeroI64>,
    pub(crate) f4: [F64<BE>; 8],
    pub(crate) f5: [[bool; 2]; 2],
    pub(crate) new: [f64; 1],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S146 {
    pub(crate) lock: NonZeroU16,
    pub(crate) f1: [Be<u64>; 3],
    pub(crate) f2: [[Option<NonZeroI16>; 3]; 2],
    pub(crate) f3: i16,
    pub(crate) f4: S055,
    pub(crate) view: [[Le<f64>; 1]; 2],
    pub(crate) f6: U16<BE>,
    pub(crate) f7: CText<3>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S147(pub(crate) [[u8; 1]; 4], pub(crate) I32<LE>, pub(crate) i16, pub(crate) Be<i32>, pub(crate) u32, pub(crate) Be<i16>, pub(crate) [NonZeroI32; 6]);

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S148 {
    pub(crate) lock: [F64<BE>; 1],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S149 {
    pub(crate) f0: Le<f32>,
    pub(crate) f1: I64<LE>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S150 {
    pub(crate) f0: EnumU32,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S151 {
    pub(crate) f0: u16,
    pub(crate) f1: [NonZeroI32; 7],
    pub(crate) f2: f64,
    pub(crate) f3: NonZeroU64,
    pub(crate) f4: CText<27>,
    pub(crate) f5: [[U64<BE>; 4]; 4],
    pub(crate) f6: CText<30>,
    pub(crate) f7: S117,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S152 {
    pub(crate) f0: [i16; 8],
    pub(crate) f1: [[U128<BE>; 2]; 1],
    pub(crate) load: U64<LE>,
    pub(crate) f3: I64<BE>,
    pub(crate) f4: U16<BE>,
    pub(crate) f5: NonZeroI32,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S153 {
    pub(crate) f0: S053,
    pub(crate) f1: f64,
    pub(crate) f2: S073,
    pub(crate) f3: U32<BE>,
    pub(crate) get: Option<NonZeroI8>,
    pub(crate) f5: [[U128<BE>; 4]; 5],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S154 {
    pub(crate) f0: EnumI8,
    pub(crate) f1: [[f64; 2]; 2],
    pub(crate) f2: I128<BE>,
    pub(crate) f3: f64,
    pub(crate) store: [f32; 9],
    pub(crate) new: [I64<BE>; 8],
    pub(crate) f6: f64,
    pub(crate) f7: S005,
    pub(crate) f8: I32<BE>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S155 {
    pub(crate) view: [Be<f32>; 6],
    pub(crate) f1: i8,
    pub(crate) store: [Option<NonZeroI32>; 2],
    pub(crate) f3: S036,
    pub(crate) f4: I32<BE>,
    pub(crate) f5: Option<NonZeroI8>,
    pub(crate) set: [[U16<LE>; 2]; 3],
    pub(crate) f7: [f32; 8],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S156 {
    pub(crate) f0: Option<NonZeroI16>,
    pub(crate) lock: F32<BE>,
    pub(crate) f2: [[CText<34>; 1]; 4],
    pub(crate) set: [Le<u32>; 8],
    pub(crate) f4: S056,
    pub(crate) f5: Le<f32>,
    pub(crate) f6: [Option<NonZeroI16>; 4],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S157 {
    pub(crate) f0: u64,
    pub(crate) f1: [S151; 6],
    pub(crate) f2: Option<NonZeroI64>,
    pub(crate) f3: [[NonZeroI8; 3]; 1],
    pub(crate) self_: Le<i16>,
    pub(crate) f5: [[CText<8>; 3]; 5],
    pub(crate) f6: [Be<f64>; 8],
    pub(crate) store: U32<LE>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S158 {
    pub(crate) f0: CText<16>,
    pub(crate) f1: NonZeroU8,
    pub(crate) f2: EnumU16,
    pub(crate) store: f64,
    pub(crate) f4: [[Be<i16>; 2]; 2],
    pub(crate) r#type: bool,
    pub(crate) f6: NonZeroU32,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S159 {
    pub(crate) f0: CText<33>,
    pub(crate) f1: Option<NonZeroU32>,
    pub(crate) f2: u64,
    pub(crate) marker: PhantomData<u64>,
}

#[derive(SharedLayout)]
#[repr(C, align(2))]
pub(crate) struct S160 {
    pub(crate) f0: [S048; 2],
    pub(crate) f1: [Le<f32>; 6],
    pub(crate) f2: S109,
    pub(crate) get: S043,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S161 {
    pub(crate) f0: EnumI8,
    pub(crate) f1: [S108; 5],
    pub(crate) f2: S105,
    pub(crate) f3: I16<BE>,
    pub(crate) f4: [u8; 4],
    pub(crate) f5: NonZeroU8,
    pub(crate) f6: S060,
    pub(crate) f7: S128,
}

#[derive(SharedLayout)]
#[repr(C, align(16))]
pub(crate) struct S162 {
    pub(crate) f0: [S009; 9],
    pub(crate) f1: [S042; 2],
    pub(crate) f2: [[Option<NonZeroU8>; 3]; 3],
    pub(crate) load: EnumI64,
    pub(crate) f4: EnumU64,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S163 {
    pub(crate) f0: I64<LE>,
}

#[derive(SharedLayout)]
#[repr(C, align(128))]
pub(crate) struct S164 {
    pub(crate) f0: [Option<NonZeroU8>; 1],
    pub(crate) x: S112,
    pub(crate) f2: S010,
    pub(crate) f3: Option<NonZeroU64>,
    pub(crate) f4: [[NonZeroU32; 4]; 1],
    pub(crate) f5: I64<BE>,
    pub(crate) f6: EnumI16,
    pub(crate) f7: [NonZeroI16; 9],
    pub(crate) f8: Option<NonZeroU8>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S165 {
    pub(crate) f0: [Le<u16>; 4],
    pub(crate) f1: CText<36>,
    pub(crate) view: [I16<LE>; 8],
    pub(crate) f3: [[I128<LE>; 2]; 5],
    pub(crate) f4: [S128; 4],
    pub(crate) f5: [[NonZeroU32; 4]; 5],
    pub(crate) f6: [S148; 2],
    pub(crate) f7: [I64<BE>; 2],
    pub(crate) get: char,
}

#[derive(SharedLayout)]
#[repr(C, align(128))]
pub(crate) struct S166 {
    pub(crate) f0: [EnumU64; 4],
    pub(crate) get: U32<BE>,
}

#[derive(SharedLayout)]
#[repr(C, align(4))]
pub(crate) struct S167 {
    pub(crate) f0: U128<BE>,
    pub(crate) f1: EnumI16,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S168(pub(crate) S096, pub(crate) [[Le<u16>; 2]; 3]);

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S169 {
    pub(crate) new: [CText<35>; 9],
    pub(crate) f1: [u32; 7],
    pub(crate) f2: Be<u32>,
    pub(crate) f3: U64<BE>,
    pub(crate) f4: U64<LE>,
    pub(crate) f5: S126,
    pub(crate) f6: [[Le<u32>; 3]; 4],
    pub(crate) f7: [[Be<f32>; 3]; 5],
    pub(crate) x: Be<f64>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S170 {
    pub(crate) f0: EnumU64,
    pub(crate) f1: u64,
    pub(crate) f2: U16<BE>,
    pub(crate) lock: [Be<i16>; 1],
    pub(crate) f4: CText<2>,
    pub(crate) f5: I32<LE>,
    pub(crate) f6: [[bool; 1]; 3],
}

#[derive(SharedLayout)]
#[repr(C, align(4))]
pub(crate) struct S171(pub(crate) [[EnumI64; 3]; 2], pub(crate) f32, pub(crate) [CText<26>; 9], pub(crate) [EnumI8; 3]);

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S172 {
    pub(crate) f0: I128<BE>,
    pub(crate) f1: [Le<u16>; 5],
    pub(crate) f2: Option<NonZeroU64>,
    pub(crate) f3: S049,
    pub(crate) f4: [S097; 6],
    pub(crate) f5: S154,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S173 {
    pub(crate) f0: S016,
    pub(crate) f1: U16<LE>,
    pub(crate) f2: Be<i64>,
    pub(crate) f3: [NonZeroI16; 9],
    pub(crate) r#type: [CText<18>; 8],
    pub(crate) store: [EnumU32; 2],
    pub(crate) f6: f64,
    pub(crate) x: U64<BE>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S174 {
    pub(crate) get: [[Be<u32>; 2]; 4],
    pub(crate) f1: [[Option<NonZeroI64>; 1]; 4],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S175 {
    pub(crate) f0: [f64; 7],
    pub(crate) marker: PhantomData<u64>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S176 {
    pub(crate) f0: NonZeroI16,
    pub(crate) r#type: [[F32<LE>; 2]; 5],
    pub(crate) f2: [I32<BE>; 2],
    pub(crate) f3: f64,
}

#[derive(SharedLayout)]
#[repr(C, align(16))]
pub(crate) struct S177 {
    pub(crate) f0: [i64; 5],
    pub(crate) lock: S174,
    pub(crate) f2: S066,
    pub(crate) f3: CText<39>,
    pub(crate) f4: I128<BE>,
    pub(crate) set: [[i16; 2]; 4],
    pub(crate) store: [I64<BE>; 5],
    pub(crate) r#type: U128<LE>,
    pub(crate) f8: S011,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S178 {
    pub(crate) f0: Option<NonZeroI64>,
    pub(crate) f1: [bool; 4],
    pub(crate) f2: [S137; 8],
    pub(crate) f3: EnumI16,
    pub(crate) x: NonZeroI32,
    pub(crate) f5: [[Le<u32>; 2]; 1],
    pub(crate) f6: [[I16<LE>; 1]; 3],
    pub(crate) f7: U128<LE>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S179 {
    pub(crate) x: [NonZeroI16; 7],
    pub(crate) load: [[f64; 4]; 4],
    pub(crate) f2: [Be<u64>; 9],
    pub(crate) f3: [u8; 6],
    pub(crate) store: [u8; 3],
    pub(crate) f5: S091,
    pub(crate) f6: I64<BE>,
    pub(crate) set: [NonZeroI32; 3],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S180 {
    pub(crate) get: Option<NonZeroU8>,
    pub(crate) f1: S040,
    pub(crate) store: [EnumU8; 3],
    pub(crate) f3: CText<16>,
}

#[derive(SharedLayout)]
#[repr(C, align(128))]
pub(crate) struct S181 {
    pub(crate) f0: [[I128<BE>; 4]; 3],
    pub(crate) f1: Le<u16>,
    pub(crate) f2: I128<BE>,
    pub(crate) f3: S014,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S182 {
    pub(crate) f0: [CText<32>; 7],
    pub(crate) r#type: [[Be<f64>; 3]; 2],
    pub(crate) f2: S127,
    pub(crate) f3: S080,
    pub(crate) f4: S127,
    pub(crate) set: [Le<u32>; 5],
    pub(crate) f6: [[Be<u16>; 3]; 4],
    pub(crate) f7: char,
    pub(crate) new: EnumI16,
}

#[derive(SharedLayout)]
#[repr(C, align(8))]
pub(crate) struct S183 {
    pub(crate) f0: EnumI16,
    pub(crate) f1: [[f32; 3]; 1],
    pub(crate) f2: CText<27>,
    pub(crate) view: [[I32<BE>; 2]; 1],
    pub(crate) f4: CText<12>,
    pub(crate) again5: F32<BE>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S184 {
    pub(crate) f0: [CText<30>; 5],
    pub(crate) f1: S117,
    pub(crate) f2: EnumI32,
    pub(crate) f3: [S149; 5],
    pub(crate) f4: Option<NonZeroI32>,
    pub(crate) f5: EnumU32,
}

#[derive(SharedLayout)]
#[repr(C, align(32))]
pub(crate) struct S185 {
    pub(crate) f0: S142,
    pub(crate) f1: CText<2>,
    pub(crate) store: CText<28>,
    pub(crate) f3: [S168; 1],
    pub(crate) f4: I16<BE>,
    pub(crate) load: [EnumI32; 3],
    pub(crate) f6: [F64<BE>; 4],
    pub(crate) f7: Be<u16>,
    pub(crate) f8: [[Option<NonZeroU64>; 1]; 3],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S186(pub(crate) Le<f64>, pub(crate) I16<LE>, pub(crate) bool);

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S187 {
    pub(crate) f0: S024,
    pub(crate) f1: Be<u32>,
    pub(crate) self_: EnumU16,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S188 {
    pub(crate) f0: [[i16; 4]; 1],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S189 {
    pub(crate) lock: CText<26>,
    pub(crate) r#type: Option<NonZeroI8>,
    pub(crate) f2: S037,
    pub(crate) f3: u32,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S190 {
    pub(crate) f0: S183,
    pub(crate) f1: [[Le<u16>; 3]; 2],
    pub(crate) f2: F32<BE>,
    pub(crate) f3: [CText<9>; 3],
    pub(crate) f4: [I16<LE>; 1],
    pub(crate) f5: I16<LE>,
    pub(crate) f6: S118,
    pub(crate) f7: S137,
}

#[derive(SharedLayout)]
#[repr(C, align(1))]
pub(crate) struct S191(pub(crate) S107, pub(crate) PhantomData<u64>);

#[derive(SharedLayout)]
#[repr(C, align(8))]
pub(crate) struct S192 {
    pub(crate) f0: [S056; 8],
    pub(crate) f1: NonZeroU32,
    pub(crate) f2: [Option<NonZeroI8>; 2],
    pub(crate) f3: [EnumU8; 8],
    pub(crate) f4: U64<LE>,
    pub(crate) self_: CText<1>,
}

#[derive(SharedLayout)]
#[repr(C, align(8))]
pub(crate) struct S193 {
    pub(crate) f0: u16,
    pub(crate) f1: [[EnumI64; 3]; 2],
    pub(crate) self_: NonZeroI32,
    pub(crate) f3: NonZeroI64,
    pub(crate) f4: S025,
    pub(crate) get: S175,
    pub(crate) f6: [[i8; 3]; 1],
    pub(crate) x: I16<BE>,
}

#[derive(SharedLayout)]
#[repr(C, align(128))]
pub(crate) struct S194 {
    pub(crate) f0: [[Be<f32>; 2]; 3],
    pub(crate) r#type: CText<38>,
    pub(crate) f2: [Le<f32>; 3],
    pub(crate) f3: [[Le<u16>; 1]; 1],
    pub(crate) self_: [i64; 3],
    pub(crate) f5: [CText<22>; 3],
    pub(crate) new: [[EnumU32; 3]; 5],
}

#[derive(SharedLayout)]
#[repr(C, align(64))]
pub(crate) struct S195 {
    pub(crate) f0: U128<BE>,
    pub(crate) f1: [S094; 3],
    pub(crate) get: S035,
    pub(crate) f3: EnumU32,
    pub(crate) f4: S155,
    pub(crate) load: [u64; 7],
    pub(crate) x: [[Le<f64>; 1]; 2],
    pub(crate) f7: EnumI8,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S196(pub(crate) S039);

#[derive(SharedLayout)]
#[repr(C, align(2))]
pub(crate) struct S197 {
    pub(crate) view: [[F64<BE>; 4]; 5],
    pub(crate) f1: F32<LE>,
    pub(crate) f2: [S028; 7],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S198 {
    pub(crate) f0: [Option<NonZeroU8>; 1],
    pub(crate) f1: f32,
    pub(crate) f2: CText<1>,
    pub(crate) f3: Be<u32>,
    pub(crate) f4: [[Option<NonZeroI32>; 3]; 3],
    pub(crate) f5: Le<f64>,
    pub(crate) f6: [S163; 3],
    pub(crate) f7: CText<9>,
    pub(crate) store: f32,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S199(pub(crate) S130, pub(crate) NonZeroU64, pub(crate) NonZeroU64, pub(crate) I16<LE>, pub(crate) [[Be<f32>; 1]; 1], pub(crate) S053);

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S200 {
    pub(crate) f0: Le<i32>,
    pub(crate) f1: f64,
    pub(crate) f2: [Option<NonZeroI8>; 8],
    pub(crate) f3: [Le<u64>; 2],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S201 {
    pub(crate) f0: S174,
    pub(crate) f1: S036,
    pub(crate) f2: U16<BE>,
    pub(crate) f3: Be<i16>,
    pub(crate) f4: [[U16<BE>; 3]; 4],
    pub(crate) f5: [[F32<LE>; 2]; 3],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S202 {
    pub(crate) f0: CText<19>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S203 {
    pub(crate) set: U128<LE>,
    pub(crate) again1: [[S128; 1]; 3],
    pub(crate) f2: Be<f64>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S204 {
    pub(crate) r#type: [Be<i64>; 8],
    pub(crate) f1: NonZeroU32,
    pub(crate) new: [Le<i64>; 7],
    pub(crate) f3: Le<u32>,
    pub(crate) f4: [[U16<LE>; 3]; 2],
    pub(crate) f5: i16,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S205(pub(crate) [[CText<16>; 1]; 1], pub(crate) [Be<f32>; 2], pub(crate) U128<BE>, pub(crate) S010, pub(crate) [[NonZeroI64; 3]; 5], pub(crate) NonZeroI32, pub(crate) u8, pub(crate) U64<BE>);

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S206 {
    pub(crate) f0: i8,
    pub(crate) f1: [[U16<BE>; 3]; 3],
    pub(crate) f2: U16<BE>,
    pub(crate) f3: [EnumI8; 6],
    pub(crate) get: I32<BE>,
    pub(crate) f5: Be<f32>,
    pub(crate) set: F32<BE>,
    pub(crate) f7: S149,
    pub(crate) f8: [[Be<i32>; 4]; 5],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S207 {
    pub(crate) f0: S122,
    pub(crate) marker: PhantomData<u64>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S208 {
    pub(crate) f0: [[Be<f64>; 4]; 5],
    pub(crate) f1: EnumU16,
    pub(crate) f2: S020,
    pub(crate) get: I32<LE>,
    pub(crate) f4: [Le<i64>; 3],
    pub(crate) f5: [F64<BE>; 1],
    pub(crate) f6: S066,
    pub(crate) store: S167,
    pub(crate) f8: [[NonZeroU8; 4]; 4],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S209 {
    pub(crate) set: S145,
    pub(crate) f1: Be<i32>,
    pub(crate) f2: Be<u64>,
    pub(crate) lock: [[CText<5>; 3]; 3],
    pub(crate) f4: [u16; 5],
    pub(crate) f5: [[Be<u16>; 3]; 2],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S210 {
    pub(crate) f0: [I16<LE>; 9],
    pub(crate) f1: S084,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S211 {
    pub(crate) set: I128<LE>,
    pub(crate) f1: S053,
    pub(crate) x: Option<NonZeroU8>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S212 {
    pub(crate) load: [[Option<NonZeroU8>; 3]; 2],
    pub(crate) f1: S092,
    pub(crate) f2: [NonZeroU32; 6],
    pub(crate) f3: u32,
    pub(crate) f4: Le<u32>,
    pub(crate) f5: Be<u32>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S213 {
    pub(crate) f0: U16<BE>,
    pub(crate) f1: [[Le<i64>; 1]; 5],
    pub(crate) f2: U32<LE>,
}

#[derive(SharedLayout)]
#[repr(C, align(8))]
pub(crate) struct S214 {
    pub(crate) f0: EnumI64,
    pub(crate) f1: U16<LE>,
    pub(crate) f2: Le<u16>,
    pub(crate) get: [I32<LE>; 2],
    pub(crate) f4: I32<LE>,
    pub(crate) f5: [[U128<BE>; 2]; 5],
    pub(crate) self_: [CText<6>; 1],
    pub(crate) f7: S059,
    pub(crate) f8: S027,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S215 {
    pub(crate) f0: f64,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S216 {
    pub(crate) f0: i16,
    pub(crate) f1: [[U128<BE>; 3]; 2],
    pub(crate) f2: Be<i32>,
    pub(crate) f3: I128<LE>,
    pub(crate) r#type: Le<u16>,
    pub(crate) f5: S175,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S217 {
    pub(crate) f0: i8,
    pub(crate) f1: f32,
    pub(crate) f2: [[U16<LE>; 2]; 4],
    pub(crate) f3: Le<i64>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S218(pub(crate) CText<9>, pub(crate) bool, pub(crate) U128<BE>, pub(crate) Option<NonZeroU32>, pub(crate) S066, pub(crate) [[f32; 1]; 3], pub(crate) [[Option<NonZeroI16>; 3]; 2]);

#[derive(SharedLayout)]
#[repr(C, align(8))]
pub(crate) struct S219(pub(crate) S164, pub(crate) S059, pub(crate) U32<LE>, pub(crate) [U128<LE>; 4], pub(crate) [I16<LE>; 4], pub(crate) Be<u64>);

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S220 {
    pub(crate) f0: S088,
    pub(crate) f1: Be<u64>,
    pub(crate) r#type: S213,
    pub(crate) f3: [S206; 6],
    pub(crate) f4: S186,
    pub(crate) f5: NonZeroU8,
    pub(crate) set: [[F64<BE>; 3]; 3],
    pub(crate) f7: u8,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S221 {
    pub(crate) lock: S115,
    pub(crate) f1: I128<LE>,
    pub(crate) f2: u8,
    pub(crate) f3: [[Option<NonZeroU64>; 3]; 1],
    pub(crate) load: S116,
    pub(crate) f5: [NonZeroU64; 6],
    pub(crate) f6: Be<i64>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S222 {
    pub(crate) f0: Option<NonZeroU8>,
    pub(crate) f1: Option<NonZeroI8>,
    pub(crate) f2: [S069; 5],
    pub(crate) f3: [[Be<u16>; 1]; 1],
    pub(crate) f4: I16<LE>,
    pub(crate) f5: [EnumI8; 3],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S223(pub(crate) I32<LE>, pub(crate) [[u32; 2]; 5], pub(crate) PhantomData<u64>);

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S224 {
    pub(crate) f0: U16<LE>,
    pub(crate) store: [[S215; 1]; 3],
    pub(crate) view: [Be<i16>; 9],
    pub(crate) load: u64,
    pub(crate) again4: Option<NonZeroU8>,
    pub(crate) r#type: S004,
    pub(crate) f6: [[I128<BE>; 4]; 4],
    pub(crate) f7: [I32<LE>; 1],
    pub(crate) f8: [Le<u32>; 2],
}

#[derive(SharedLayout)]
#[repr(C, align(128))]
pub(crate) struct S225 {
    pub(crate) self_: Be<i64>,
    pub(crate) view: [[bool; 2]; 2],
    pub(crate) f2: S045,
    pub(crate) f3: EnumI32,
    pub(crate) f4: [S034; 5],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S226 {
    pub(crate) view: EnumI32,
    pub(crate) f1: F32<BE>,
    pub(crate) f2: [Be<f32>; 1],
    pub(crate) f3: CText<23>,
    pub(crate) f4: [[NonZeroU16; 2]; 3],
}

#[derive(SharedLayout)]
#[repr(C, align(32))]
pub(crate) struct S227 {
    pub(crate) f0: F32<BE>,
    pub(crate) f1: [[i8; 2]; 2],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S228 {
    pub(crate) f0: [[Le<u16>; 4]; 4],
    pub(crate) f1: S187,
    pub(crate) set: Option<NonZeroU16>,
    pub(crate) f3: f64,
    pub(crate) f4: NonZeroI32,
    pub(crate) f5: NonZeroI8,
    pub(crate) f6: [[Be<f32>; 1]; 2],
    pub(crate) f7: [[Le<u32>; 2]; 2],
    pub(crate) view: I32<BE>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S229 {
    pub(crate) f0: Be<u32>,
    pub(crate) f1: [S068; 5],
    pub(crate) f2: NonZeroU32,
    pub(crate) f3: [CText<4>; 3],
    pub(crate) r#type: [[U16<BE>; 4]; 4],
    pub(crate) again5: CText<17>,
    pub(crate) f6: S055,
    pub(crate) f7: char,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S230 {
    pub(crate) view: i16,
    pub(crate) f1: NonZeroI32,
    pub(crate) f2: CText<27>,
    pub(crate) f3: [[u8; 2]; 5],
    pub(crate) f4: [[Be<u64>; 3]; 3],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S231 {
    pub(crate) f0: [[CText<11>; 4]; 5],
    pub(crate) f1: [[I64<BE>; 3]; 3],
    pub(crate) f2: I128<LE>,
    pub(crate) f3: [NonZeroI32; 9],
    pub(crate) f4: U16<LE>,
    pub(crate) f5: I16<LE>,
    pub(crate) f6: f64,
    pub(crate) f7: Be<i64>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S232 {
    pub(crate) f0: u8,
    pub(crate) f1: [[CText<5>; 1]; 4],
    pub(crate) view: I16<BE>,
    pub(crate) f3: [S062; 2],
    pub(crate) lock: [NonZeroU32; 1],
    pub(crate) f5: I64<BE>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S233 {
    pub(crate) lock: [EnumI32; 9],
    pub(crate) f1: u16,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S234 {
    pub(crate) store: [[CText<37>; 4]; 2],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S235 {
    pub(crate) f0: S089,
    pub(crate) f1: [CText<12>; 9],
    pub(crate) f2: F32<LE>,
    pub(crate) f3: [S023; 7],
}

#[derive(SharedLayout)]
#[repr(C, align(32))]
pub(crate) struct S236 {
    pub(crate) store: S185,
    pub(crate) load: NonZeroI8,
    pub(crate) f2: Le<f64>,
    pub(crate) f3: Option<NonZeroI64>,
    pub(crate) f4: Be<i32>,
    pub(crate) f5: CText<19>,
    pub(crate) f6: [u64; 6],
    pub(crate) again7: [[S141; 4]; 5],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S237 {
    pub(crate) f0: CText<8>,
    pub(crate) self_: CText<8>,
    pub(crate) get: U64<BE>,
    pub(crate) f3: NonZeroI16,
    pub(crate) set: Be<u32>,
    pub(crate) f5: Be<u32>,
    pub(crate) f6: Be<i16>,
    pub(crate) again7: [[NonZeroI8; 1]; 3],
    pub(crate) f8: S126,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S238 {
    pub(crate) f0: [[EnumU32; 1]; 2],
    pub(crate) f1: [I16<LE>; 2],
    pub(crate) view: Be<u64>,
    pub(crate) f3: Le<u64>,
    pub(crate) f4: u8,
    pub(crate) f5: [I64<BE>; 5],
    pub(crate) f6: [[I32<BE>; 2]; 1],
    pub(crate) f7: S206,
    pub(crate) f8: u32,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S239 {
    pub(crate) f0: I64<LE>,
    pub(crate) lock: [EnumU8; 1],
    pub(crate) f2: CText<31>,
    pub(crate) f3: Option<NonZeroU32>,
    pub(crate) marker: PhantomData<u64>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S240 {
    pub(crate) f0: [[char; 1]; 3],
    pub(crate) f1: [[NonZeroI8; 4]; 1],
    pub(crate) r#type: U128<BE>,
    pub(crate) f3: [[u8; 4]; 4],
    pub(crate) store: CText<26>,
    pub(crate) again5: f64,
    pub(crate) load: EnumI32,
    pub(crate) f7: S210,
    pub(crate) f8: i16,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S241(pub(crate) S136, pub(crate) [[EnumU16; 3]; 5], pub(crate) U64<BE>, pub(crate) [F32<LE>; 5], pub(crate) [[CText<28>; 2]; 3], pub(crate) CText<39>, pub(crate) I32<BE>, pub(crate) Le<i16>, pub(crate) S156);

#[derive(SharedLayout)]
#[repr(C, align(2))]
pub(crate) struct S242 {
    pub(crate) f0: I16<LE>,
    pub(crate) store: [[u64; 3]; 2],
    pub(crate) f2: [[f64; 3]; 3],
    pub(crate) f3: CText<19>,
}

#[derive(SharedLayout)]
#[repr(C, align(8))]
pub(crate) struct S243 {
    pub(crate) f0: EnumU64,
    pub(crate) f1: Be<i64>,
    pub(crate) f2: [S133; 3],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S244(pub(crate) [U128<BE>; 4], pub(crate) S153, pub(crate) Option<NonZeroI8>, pub(crate) S144, pub(crate) [[I16<LE>; 1]; 5], pub(crate) [NonZeroU64; 3]);

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S245 {
    pub(crate) f0: f64,
    pub(crate) f1: [f64; 1],
    pub(crate) f2: Option<NonZeroI64>,
    pub(crate) f3: F64<BE>,
    pub(crate) r#type: char,
    pub(crate) f5: [[Be<f32>; 4]; 2],
    pub(crate) set: [U128<LE>; 7],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S246 {
    pub(crate) f0: u64,
    pub(crate) f1: i32,
    pub(crate) x: [I128<BE>; 6],
    pub(crate) f3: Be<i16>,
    pub(crate) load: EnumI32,
    pub(crate) f5: [[I16<BE>; 1]; 3],
    pub(crate) f6: [I16<BE>; 6],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S247 {
    pub(crate) f0: Be<i64>,
    pub(crate) f1: [[F32<BE>; 2]; 3],
    pub(crate) f2: [NonZeroI8; 1],
    pub(crate) x: Option<NonZeroU16>,
    pub(crate) f4: f64,
    pub(crate) r#type: u32,
    pub(crate) again6: CText<21>,
    pub(crate) f7: Be<u32>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S248 {
    pub(crate) self_: NonZeroU64,
    pub(crate) f1: [[CText<27>; 1]; 2],
    pub(crate) f2: [[i64; 3]; 1],
    pub(crate) f3: [Be<u32>; 1],
    pub(crate) get: Option<NonZeroU16>,
    pub(crate) f5: [[f32; 1]; 4],
    pub(crate) f6: u8,
    pub(crate) f7: [CText<40>; 7],
    pub(crate) f8: I128<BE>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S249 {
    pub(crate) load: [char; 7],
    pub(crate) f1: [bool; 4],
    pub(crate) f2: Be<u64>,
    pub(crate) f3: F32<LE>,
    pub(crate) view: u16,
    pub(crate) f5: [EnumI64; 6],
}

#[derive(SharedLayout)]
#[repr(C, align(16))]
pub(crate) struct S250(pub(crate) [[u8; 4]; 1], pub(crate) f64);

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S251(pub(crate) [U16<LE>; 3], pub(crate) EnumU16, pub(crate) NonZeroI8, pub(crate) Le<f32>, pub(crate) [[Be<u64>; 1]; 1], pub(crate) Option<NonZeroI32>, pub(crate) [[U32<LE>; 4]; 3], pub(crate) [[Le<i64>; 4]; 5], pub(crate) [i32; 4]);

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S252 {
    pub(crate) f0: bool,
    pub(crate) f1: [[CText<26>; 1]; 5],
    pub(crate) f2: S201,
    pub(crate) view: F64<LE>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S253 {
    pub(crate) r#type: f64,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S254 {
    pub(crate) f0: [Be<i32>; 4],
    pub(crate) f1: [i16; 9],
    pub(crate) f2: S218,
    pub(crate) f3: S017,
    pub(crate) f4: Option<NonZeroI16>,
    pub(crate) load: Be<u64>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct S255 {
    pub(crate) f0: [u8; 6],
    pub(crate) r#type: [[S082; 4]; 4],
    pub(crate) f2: Option<NonZeroU16>,
    pub(crate) marker: PhantomData<u64>,
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct Frame00 {
    pub(crate) f0: Le<i32>,
    pub(crate) slice: [F64<BE>],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct Frame01 {
    pub(crate) store: [S183; 5],
    pub(crate) f1: [Le<i64>; 4],
    pub(crate) f2: [Be<u32>; 9],
    pub(crate) f3: S154,
    pub(crate) f4: Be<u16>,
    pub(crate) f5: [[I64<LE>; 2]; 2],
    pub(crate) f6: S153,
    pub(crate) f7: NonZeroU8,
    pub(crate) slice: [F32<LE>],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct Frame02 {
    pub(crate) load: f64,
    pub(crate) f1: [Le<u32>; 2],
    pub(crate) f2: S174,
    pub(crate) f3: [Option<NonZeroU16>; 6],
    pub(crate) f4: f64,
    pub(crate) set: [U64<BE>; 9],
    pub(crate) f6: NonZeroU16,
    pub(crate) f7: EnumI16,
    pub(crate) f8: S188,
    pub(crate) slice: [CText<3>],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct Frame03 {
    pub(crate) r#type: Option<NonZeroU16>,
    pub(crate) view: Option<NonZeroI32>,
    pub(crate) f2: [[CText<35>; 4]; 5],
    pub(crate) f3: NonZeroU8,
    pub(crate) store: [Option<NonZeroI32>; 8],
    pub(crate) f5: [Le<f64>; 4],
    pub(crate) f6: S208,
    pub(crate) f7: [Option<NonZeroI16>; 8],
    pub(crate) f8: CText<9>,
    pub(crate) slice: [EnumU8],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct Frame04 {
    pub(crate) f0: S247,
    pub(crate) slice: [S223],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct Frame05 {
    pub(crate) store: I32<LE>,
    pub(crate) f1: [Le<f32>; 5],
    pub(crate) slice: [EnumU64],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct Frame06 {
    pub(crate) view: I32<LE>,
    pub(crate) f1: NonZeroI8,
    pub(crate) f2: [EnumU32; 7],
    pub(crate) f3: [u64; 3],
    pub(crate) set: [I128<LE>; 8],
    pub(crate) f5: S059,
    pub(crate) x: CText<8>,
    pub(crate) slice: [NonZeroU16],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct Frame07 {
    pub(crate) set: [[CText<21>; 3]; 2],
    pub(crate) f1: [[Be<f64>; 2]; 2],
    pub(crate) f2: NonZeroU8,
    pub(crate) load: NonZeroI8,
    pub(crate) f4: f64,
    pub(crate) f5: [Be<u64>; 8],
    pub(crate) slice: [[Le<u16>; 5]],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct Frame08 {
    pub(crate) f0: CText<6>,
    pub(crate) f1: f32,
    pub(crate) f2: [Le<u64>; 4],
    pub(crate) f3: Be<u32>,
    pub(crate) slice: [[Le<i64>; 3]],
}

#[derive(SharedLayout)]
#[repr(C, align(8))]
pub(crate) struct Frame09 {
    pub(crate) f0: [CText<29>; 5],
    pub(crate) f1: [[U64<BE>; 4]; 1],
    pub(crate) f2: S228,
    pub(crate) store: S187,
    pub(crate) f4: char,
    pub(crate) load: [S058; 1],
    pub(crate) f6: [[U64<LE>; 2]; 2],
    pub(crate) set: [Le<u32>; 7],
    pub(crate) slice: [[CText<5>; 7]],
}

#[derive(SharedLayout)]
#[repr(C, align(64))]
pub(crate) struct Frame10 {
    pub(crate) f0: [[I16<BE>; 1]; 4],
    pub(crate) f1: bool,
    pub(crate) f2: Be<i16>,
    pub(crate) x: CText<21>,
    pub(crate) f4: I64<LE>,
    pub(crate) f5: I64<LE>,
    pub(crate) view: NonZeroU8,
    pub(crate) slice: [CText<14>],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct Frame11 {
    pub(crate) f0: I32<LE>,
    pub(crate) f1: [CText<26>; 4],
    pub(crate) f2: [EnumU8; 4],
    pub(crate) f3: [[CText<2>; 3]; 2],
    pub(crate) f4: NonZeroU8,
    pub(crate) f5: S154,
    pub(crate) f6: S041,
    pub(crate) f7: EnumU32,
    pub(crate) f8: [[EnumU16; 2]; 4],
    pub(crate) slice: [[[U128<LE>; 1]; 4]],
}

#[derive(SharedLayout)]
#[repr(C, align(16))]
pub(crate) struct Frame12 {
    pub(crate) lock: Be<u16>,
    pub(crate) f1: Be<f32>,
    pub(crate) new: [Option<NonZeroU16>; 5],
    pub(crate) f3: u32,
    pub(crate) slice: [[[U128<BE>; 3]; 3]],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct Frame13 {
    pub(crate) f0: I128<BE>,
    pub(crate) f1: [[f64; 4]; 5],
    pub(crate) r#type: CText<19>,
    pub(crate) f3: S111,
    pub(crate) f4: Be<i32>,
    pub(crate) slice: [NonZeroU64],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct Frame14 {
    pub(crate) f0: [f64; 9],
    pub(crate) f1: u64,
    pub(crate) f2: S035,
    pub(crate) f3: [[f32; 2]; 2],
    pub(crate) f4: [U128<LE>; 9],
    pub(crate) get: NonZeroU16,
    pub(crate) new: [[Le<i32>; 4]; 3],
    pub(crate) load: Be<i64>,
    pub(crate) f8: [S081; 4],
    pub(crate) slice: [Option<NonZeroU32>],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct Frame15(pub(crate) [[EnumI32; 3]; 2], pub(crate) [[f64; 3]; 4], pub(crate) F64<BE>, pub(crate) [NonZeroU32; 9], pub(crate) PhantomData<u64>, pub(crate) [[S210; 8]]);

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct Frame16 {
    pub(crate) f0: S174,
    pub(crate) f1: [bool; 5],
    pub(crate) f2: [Option<NonZeroI8>; 7],
    pub(crate) slice: [EnumU8],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct Frame17 {
    pub(crate) lock: CText<32>,
    pub(crate) f1: Option<NonZeroI8>,
    pub(crate) f2: EnumI8,
    pub(crate) slice: [[F64<LE>; 8]],
}

#[derive(SharedLayout)]
#[repr(C, align(128))]
pub(crate) struct Frame18 {
    pub(crate) f0: Be<f32>,
    pub(crate) store: [NonZeroU8; 4],
    pub(crate) f2: [S198; 2],
    pub(crate) f3: Be<u16>,
    pub(crate) f4: NonZeroI32,
    pub(crate) f5: I32<LE>,
    pub(crate) f6: Le<i64>,
    pub(crate) slice: [NonZeroU32],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct Frame19 {
    pub(crate) f0: [S041; 1],
    pub(crate) f1: [Be<u32>; 1],
    pub(crate) f2: [[Le<u64>; 3]; 4],
    pub(crate) slice: [EnumI64],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct Frame20 {
    pub(crate) f0: S210,
    pub(crate) slice: [[[S110; 1]; 1]],
}

#[derive(SharedLayout)]
#[repr(C, align(2))]
pub(crate) struct Frame21 {
    pub(crate) f0: u8,
    pub(crate) f1: NonZeroU32,
    pub(crate) f2: S209,
    pub(crate) load: NonZeroI16,
    pub(crate) f4: [[Le<i16>; 3]; 4],
    pub(crate) f5: NonZeroI8,
    pub(crate) f6: CText<27>,
    pub(crate) slice: [U64<BE>],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct Frame22 {
    pub(crate) f0: [S163; 4],
    pub(crate) f1: [[U32<BE>; 3]; 5],
    pub(crate) f2: F64<BE>,
    pub(crate) f3: [Option<NonZeroI16>; 9],
    pub(crate) r#type: [[Be<u32>; 1]; 1],
    pub(crate) slice: [Option<NonZeroU16>],
}

#[derive(SharedLayout)]
#[repr(C, align(4))]
pub(crate) struct Frame23 {
    pub(crate) self_: [U128<LE>; 8],
    pub(crate) f1: f64,
    pub(crate) f2: S104,
    pub(crate) f3: [[EnumI16; 1]; 4],
    pub(crate) store: [[Be<i64>; 3]; 1],
    pub(crate) f5: [[EnumI32; 4]; 1],
    pub(crate) x: I32<BE>,
    pub(crate) f7: u32,
    pub(crate) slice: [NonZeroI32],
}

#[derive(SharedLayout)]
#[repr(C, align(32))]
pub(crate) struct Frame24 {
    pub(crate) f0: [[Option<NonZeroI16>; 3]; 2],
    pub(crate) slice: [S120],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct Frame25 {
    pub(crate) f0: [CText<20>; 6],
    pub(crate) load: CText<19>,
    pub(crate) f2: I16<LE>,
    pub(crate) r#type: [S020; 5],
    pub(crate) f4: [[I16<LE>; 1]; 1],
    pub(crate) x: U32<LE>,
    pub(crate) set: CText<29>,
    pub(crate) f7: NonZeroU32,
    pub(crate) slice: [S143],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct Frame26 {
    pub(crate) f0: [[U16<LE>; 2]; 3],
    pub(crate) f1: f64,
    pub(crate) new: [[U32<BE>; 1]; 2],
    pub(crate) f3: f32,
    pub(crate) get: [[Le<u32>; 4]; 5],
    pub(crate) f5: CText<29>,
    pub(crate) load: S231,
    pub(crate) slice: [I16<BE>],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct Frame27 {
    pub(crate) f0: [NonZeroI64; 5],
    pub(crate) slice: [NonZeroI8],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct Frame28 {
    pub(crate) f0: S012,
    pub(crate) f1: [U64<LE>; 8],
    pub(crate) get: [S014; 7],
    pub(crate) self_: u32,
    pub(crate) f4: I64<BE>,
    pub(crate) f5: [[Le<u64>; 4]; 3],
    pub(crate) f6: [S146; 2],
    pub(crate) f7: Option<NonZeroU64>,
    pub(crate) f8: [EnumI16; 5],
    pub(crate) slice: [Be<f32>],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct Frame29 {
    pub(crate) f0: Be<i32>,
    pub(crate) f1: [I64<BE>; 1],
    pub(crate) f2: EnumU16,
    pub(crate) f3: [[Le<u32>; 1]; 1],
    pub(crate) f4: F64<LE>,
    pub(crate) f5: I128<BE>,
    pub(crate) f6: [[F64<LE>; 3]; 5],
    pub(crate) f7: S196,
    pub(crate) store: Le<i16>,
    pub(crate) slice: [S138],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct Frame30 {
    pub(crate) f0: [[Option<NonZeroU8>; 4]; 4],
    pub(crate) self_: Le<i64>,
    pub(crate) f2: [Be<f64>; 2],
    pub(crate) slice: [[[f64; 4]; 1]],
}

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct Frame31 {
    pub(crate) f0: [CText<26>; 4],
    pub(crate) r#type: [u8; 8],
    pub(crate) f2: [[U128<BE>; 2]; 3],
    pub(crate) f3: S237,
    pub(crate) f4: Le<u64>,
    pub(crate) marker: PhantomData<u64>,
    pub(crate) slice: [EnumU32],
}

pub(crate) const ALL: &[Case] = &[
    Case { layout: S000::ROOT_LAYOUT, align_attribute: 0, fields: "f0: [[f64; 3]; 5], f1: Le<f64>" },
    Case { layout: S001::ROOT_LAYOUT, align_attribute: 0, fields: "f0: CText<28>, new: U16<BE>, f2: [EnumI64; 5], self_: Le<u64>, f4: I32<BE>, again5: NonZeroU16, f6: S000, f7: u64" },
    Case { layout: S002::ROOT_LAYOUT, align_attribute: 0, fields: "store: Option<NonZeroU8>, f1: Be<i64>, self_: S000, f3: Le<i64>, f4: U128<BE>, f5: u64, f6: S000, f7: [[EnumU16; 2]; 4]" },
    Case { layout: S003::ROOT_LAYOUT, align_attribute: 0, fields: "f0: I128<BE>" },
    Case { layout: S004::ROOT_LAYOUT, align_attribute: 0, fields: "f0: Option<NonZeroU8>, f1: I32<LE>, f2: S000, f3: S002, load: [[Le<u32>; 1]; 4]" },
    Case { layout: S005::ROOT_LAYOUT, align_attribute: 128, fields: "f0: NonZeroI16" },
    Case { layout: S006::ROOT_LAYOUT, align_attribute: 2, fields: "f0: U64<BE>, self_: S005, f2: S004, f3: [U128<LE>; 1], f4: Option<NonZeroU64>, f5: [S005; 7], f6: [[CText<26>; 2]; 2]" },
    Case { layout: S007::ROOT_LAYOUT, align_attribute: 0, fields: "set: [S005; 6], f1: CText<25>, f2: CText<40>, f3: Le<f32>, f4: EnumU16, f5: i16, self_: EnumI64" },
    Case { layout: S008::ROOT_LAYOUT, align_attribute: 128, fields: "type: Option<NonZeroU16>, f1: Le<f32>, set: S003, f3: S005, f4: S000" },
    Case { layout: S009::ROOT_LAYOUT, align_attribute: 0, fields: "f0: [Option<NonZeroU64>; 9], f1: U32<LE>, f2: f64, f3: [EnumI16; 2], f4: [u32; 8], f5: [Le<f64>; 5], f6: [[NonZeroI16; 4]; 3], f7: U16<LE>" },
    Case { layout: S010::ROOT_LAYOUT, align_attribute: 0, fields: "0: [[CText<10>; 4]; 1]" },
    Case { layout: S011::ROOT_LAYOUT, align_attribute: 16, fields: "f0: [Le<i16>; 5], f1: Be<u32>, f2: I64<LE>, f3: [[NonZeroI16; 1]; 2], f4: S005, get: [U128<LE>; 7], f6: [[CText<4>; 2]; 4], again7: I16<BE>, f8: [[NonZeroU64; 2]; 3]" },
    Case { layout: S012::ROOT_LAYOUT, align_attribute: 4, fields: "type: [Option<NonZeroI16>; 8], self_: S005, f2: NonZeroI64, f3: [[Option<NonZeroI16>; 1]; 4]" },
    Case { layout: S013::ROOT_LAYOUT, align_attribute: 0, fields: "set: S004" },
    Case { layout: S014::ROOT_LAYOUT, align_attribute: 4, fields: "0: [[U64<LE>; 4]; 5], 1: [Be<f64>; 4], 2: [[i8; 3]; 3], 3: [[Option<NonZeroU64>; 4]; 1]" },
    Case { layout: S015::ROOT_LAYOUT, align_attribute: 128, fields: "lock: [[U16<LE>; 2]; 4], view: EnumI16, f2: [Le<i32>; 2], marker: PhantomData" },
    Case { layout: S016::ROOT_LAYOUT, align_attribute: 0, fields: "0: F32<LE>, 1: F64<BE>, 2: [NonZeroI64; 1]" },
    Case { layout: S017::ROOT_LAYOUT, align_attribute: 0, fields: "f0: S015, f1: CText<19>, f2: i32, f3: f64, f4: [Be<i16>; 1]" },
    Case { layout: S018::ROOT_LAYOUT, align_attribute: 0, fields: "f0: S005" },
    Case { layout: S019::ROOT_LAYOUT, align_attribute: 0, fields: "f0: U16<BE>, f1: [Le<u16>; 1], f2: [f32; 4], get: EnumU64" },
    Case { layout: S020::ROOT_LAYOUT, align_attribute: 0, fields: "f0: [U128<LE>; 4], f1: Le<i16>, f2: NonZeroI16, f3: U32<LE>" },
    Case { layout: S021::ROOT_LAYOUT, align_attribute: 0, fields: "f0: i64, type: S002, f2: EnumI8, load: S017, f4: I16<LE>, f5: EnumU64" },
    Case { layout: S022::ROOT_LAYOUT, align_attribute: 0, fields: "0: [EnumU32; 3], 1: [[NonZeroU16; 2]; 3], 2: U16<BE>, 3: [Le<u64>; 1], 4: [char; 4], 5: NonZeroU64, 6: F64<LE>, 7: [[EnumI64; 2]; 1]" },
    Case { layout: S023::ROOT_LAYOUT, align_attribute: 2, fields: "f0: CText<26>, f1: [F64<BE>; 3], f2: [[CText<30>; 2]; 3], f3: i32, lock: [Be<f32>; 4], store: [[I16<LE>; 3]; 5]" },
    Case { layout: S024::ROOT_LAYOUT, align_attribute: 0, fields: "f0: S017, f1: u8" },
    Case { layout: S025::ROOT_LAYOUT, align_attribute: 0, fields: "store: U64<BE>, f1: [[CText<34>; 3]; 2], f2: [NonZeroU64; 9], f3: [EnumU16; 8], f4: i64, f5: u64" },
    Case { layout: S026::ROOT_LAYOUT, align_attribute: 0, fields: "f0: [[i16; 4]; 4], self_: I64<LE>, f2: I32<LE>, f3: [U16<LE>; 8], f4: i64, again5: Le<i32>, f6: bool, f7: [I16<BE>; 7], f8: [S009; 8]" },
    Case { layout: S027::ROOT_LAYOUT, align_attribute: 0, fields: "0: CText<9>, 1: [EnumI32; 7], 2: Option<NonZeroI64>, 3: S012, 4: [S018; 8], 5: bool, 6: CText<37>, 7: [CText<34>; 2], 8: [i64; 8]" },
    Case { layout: S028::ROOT_LAYOUT, align_attribute: 0, fields: "f0: Be<f64>, f1: CText<33>, f2: S012, f3: [[f64; 1]; 2], f4: [[NonZeroU64; 4]; 3], f5: [[U64<BE>; 4]; 5]" },
    Case { layout: S029::ROOT_LAYOUT, align_attribute: 0, fields: "type: S007, f1: [[NonZeroU8; 1]; 2], set: U16<BE>, store: [Option<NonZeroI16>; 4], view: [[Option<NonZeroU32>; 4]; 3], f5: Option<NonZeroI16>, f6: i32, f7: I32<BE>, f8: [[Le<f64>; 1]; 3]" },
    Case { layout: S030::ROOT_LAYOUT, align_attribute: 0, fields: "f0: S008" },
    Case { layout: S031::ROOT_LAYOUT, align_attribute: 0, fields: "f0: I32<BE>, f1: CText<12>, f2: U64<BE>, f3: EnumI64, f4: Le<i32>, set: [[u64; 4]; 3], self_: [U32<BE>; 4], marker: PhantomData" },
    Case { layout: S032::ROOT_LAYOUT, align_attribute: 0, fields: "f0: [[Le<u16>; 1]; 2], f1: u64, f2: Option<NonZeroU8>, f3: Option<NonZeroI16>" },
    Case { layout: S033::ROOT_LAYOUT, align_attribute: 0, fields: "f0: [[I128<BE>; 3]; 4], f1: I64<BE>, f2: [I32<LE>; 4], f3: [S012; 6], f4: S009" },
    Case { layout: S034::ROOT_LAYOUT, align_attribute: 0, fields: "0: NonZeroU64, 1: F64<BE>, 2: [[Le<i32>; 3]; 2], 3: EnumI8" },
    Case { layout: S035::ROOT_LAYOUT, align_attribute: 0, fields: "type: bool, f1: f32, f2: bool, f3: S023, f4: S008" },
    Case { layout: S036::ROOT_LAYOUT, align_attribute: 0, fields: "0: Le<u32>, 1: Be<i32>, 2: U16<LE>, 3: Le<u64>, 4: Le<f32>, 5: S017, 6: S004, 7: EnumI8, 8: [i8; 5]" },
    Case { layout: S037::ROOT_LAYOUT, align_attribute: 1, fields: "f0: I16<BE>, f1: S007, f2: u32, f3: f64, f4: Be<f64>" },
    Case { layout: S038::ROOT_LAYOUT, align_attribute: 0, fields: "self_: f64, f1: S007, f2: [S028; 5], f3: [[f64; 1]; 3]" },
    Case { layout: S039::ROOT_LAYOUT, align_attribute: 0, fields: "f0: Be<f32>, f1: S001, load: I128<BE>, f3: f64, f4: CText<11>, f5: [EnumI8; 6], f6: Be<u64>, f7: Option<NonZeroU64>" },
    Case { layout: S040::ROOT_LAYOUT, align_attribute: 0, fields: "f0: [[Be<f32>; 1]; 3], type: S035, f2: [[U32<BE>; 1]; 4], f3: [[CText<23>; 2]; 1], f4: F64<BE>, f5: EnumI8" },
    Case { layout: S041::ROOT_LAYOUT, align_attribute: 0, fields: "f0: CText<30>, f1: [NonZeroU32; 1], f2: [[Option<NonZeroI16>; 1]; 2], f3: [S022; 4], f4: [[I128<LE>; 3]; 2], store: [[I32<BE>; 2]; 1], f6: CText<3>" },
    Case { layout: S042::ROOT_LAYOUT, align_attribute: 0, fields: "f0: Le<i64>, f1: [u32; 9], f2: [EnumU8; 2]" },
    Case { layout: S043::ROOT_LAYOUT, align_attribute: 0, fields: "set: [NonZeroI8; 1], f1: S042, f2: [CText<7>; 7], f3: S004, f4: U32<LE>, f5: EnumI16, f6: Le<i64>" },
    Case { layout: S044::ROOT_LAYOUT, align_attribute: 128, fields: "x: I16<LE>, f1: [i16; 2], f2: i64, self_: U64<BE>, get: Option<NonZeroU8>" },
    Case { layout: S045::ROOT_LAYOUT, align_attribute: 0, fields: "f0: S037, f1: EnumI16, f2: I64<BE>, f3: [Be<f32>; 8], f4: S018, f5: [[u64; 4]; 4], f6: [Option<NonZeroU32>; 6], x: F32<BE>" },
    Case { layout: S046::ROOT_LAYOUT, align_attribute: 8, fields: "0: NonZeroI64" },
    Case { layout: S047::ROOT_LAYOUT, align_attribute: 1, fields: "x: I32<LE>, f1: S010, f2: S021, f3: NonZeroU16, f4: S018, f5: U64<LE>, f6: S040, f7: [Be<f32>; 3], again8: [Le<f64>; 1], marker: PhantomData" },
    Case { layout: S048::ROOT_LAYOUT, align_attribute: 0, fields: "view: [[Option<NonZeroI64>; 1]; 5], f1: [[Option<NonZeroI32>; 1]; 2], f2: S021, f3: [EnumI8; 4], set: Le<u16>, f5: NonZeroU16, f6: [[CText<24>; 1]; 4], again7: CText<34>" },
    Case { layout: S049::ROOT_LAYOUT, align_attribute: 0, fields: "f0: S019, f1: [[CText<35>; 1]; 4], f2: [CText<22>; 6], f3: [NonZeroU64; 3], f4: [[Be<f64>; 4]; 1], f5: [EnumU32; 6]" },
    Case { layout: S050::ROOT_LAYOUT, align_attribute: 0, fields: "f0: u32, f1: [[Be<i32>; 2]; 3], f2: Be<u32>, f3: f64, f4: EnumU8" },
    Case { layout: S051::ROOT_LAYOUT, align_attribute: 4, fields: "f0: S028, f1: [[I128<BE>; 4]; 2], f2: [[I16<BE>; 3]; 3], f3: S021, store: Option<NonZeroI32>, f5: NonZeroU64, f6: F32<BE>" },
    Case { layout: S052::ROOT_LAYOUT, align_attribute: 0, fields: "f0: CText<36>, load: U128<LE>, f2: S017, f3: [S007; 8], f4: NonZeroU8, new: [[i64; 2]; 5]" },
    Case { layout: S053::ROOT_LAYOUT, align_attribute: 0, fields: "f0: [i16; 6], x: S050, f2: NonZeroI16, f3: [[CText<19>; 1]; 3]" },
    Case { layout: S054::ROOT_LAYOUT, align_attribute: 0, fields: "f0: NonZeroI32, load: Be<u16>, f2: [i8; 9]" },
    Case { layout: S055::ROOT_LAYOUT, align_attribute: 0, fields: "f0: Option<NonZeroI16>, f1: F64<LE>, f2: U16<BE>, f3: Option<NonZeroU32>, f4: CText<24>, f5: f64, f6: S028, f7: EnumI32" },
    Case { layout: S056::ROOT_LAYOUT, align_attribute: 0, fields: "f0: S028, f1: [F32<BE>; 3], f2: [Le<i64>; 2], f3: [[U16<LE>; 3]; 3], f4: [CText<13>; 2], f5: Le<u32>, f6: Option<NonZeroU16>" },
    Case { layout: S057::ROOT_LAYOUT, align_attribute: 0, fields: "set: Le<u64>, f1: [[EnumU8; 2]; 3], self_: CText<33>, f3: [U32<LE>; 9], f4: u32, type: EnumU32" },
    Case { layout: S058::ROOT_LAYOUT, align_attribute: 0, fields: "f0: CText<34>, f1: [[NonZeroI64; 2]; 5], f2: [[NonZeroU64; 3]; 3]" },
    Case { layout: S059::ROOT_LAYOUT, align_attribute: 64, fields: "load: EnumI8, self_: i16" },
    Case { layout: S060::ROOT_LAYOUT, align_attribute: 64, fields: "f0: Be<u32>, f1: [S024; 2], f2: I32<LE>, f3: I16<LE>, load: NonZeroI32, get: [[Le<i16>; 4]; 2], f6: EnumU8" },
    Case { layout: S061::ROOT_LAYOUT, align_attribute: 0, fields: "lock: [S008; 3], f1: Be<f32>, store: [[Be<f32>; 4]; 2], f3: [[I128<BE>; 4]; 3], view: S029, f5: u64, f6: CText<28>, new: Be<u32>, type: Be<u32>" },
    Case { layout: S062::ROOT_LAYOUT, align_attribute: 0, fields: "f0: S003, f1: S040, view: [i16; 2], f3: U16<BE>" },
    Case { layout: S063::ROOT_LAYOUT, align_attribute: 0, fields: "f0: I128<BE>, f1: F64<BE>, x: Option<NonZeroU64>, f3: S045, set: F64<LE>, f5: [CText<37>; 4], type: [[CText<6>; 3]; 4], marker: PhantomData" },
    Case { layout: S064::ROOT_LAYOUT, align_attribute: 0, fields: "f0: I128<BE>, f1: [Le<i64>; 3], f2: [F32<LE>; 2], f3: [EnumU16; 6], f4: EnumI16, f5: S062, f6: [U64<LE>; 7], f7: [F32<LE>; 5], f8: I128<LE>" },
    Case { layout: S065::ROOT_LAYOUT, align_attribute: 1, fields: "f0: I64<BE>" },
    Case { layout: S066::ROOT_LAYOUT, align_attribute: 0, fields: "f0: I16<BE>, f1: [[Be<i64>; 1]; 3], store: S003, f3: Le<i32>, type: Le<i64>" },
    Case { layout: S067::ROOT_LAYOUT, align_attribute: 0, fields: "0: [S024; 7]" },
    Case { layout: S068::ROOT_LAYOUT, align_attribute: 0, fields: "0: [NonZeroI16; 7], 1: S048, 2: CText<14>, 3: [I128<BE>; 8]" },
    Case { layout: S069::ROOT_LAYOUT, align_attribute: 0, fields: "new: [[Option<NonZeroU8>; 4]; 1], f1: I64<LE>, lock: F64<LE>, again3: U16<BE>, f4: [char; 1], store: [[F64<LE>; 1]; 5], set: CText<5>, f7: [[f64; 4]; 4]" },
    Case { layout: S070::ROOT_LAYOUT, align_attribute: 0, fields: "0: [Option<NonZeroU32>; 9], 1: [[EnumU16; 4]; 2], 2: [CText<19>; 7], 3: [[CText<40>; 3]; 5], 4: [I16<LE>; 3], 5: S021, 6: F32<LE>" },
    Case { layout: S071::ROOT_LAYOUT, align_attribute: 0, fields: "0: S060, 1: [[CText<34>; 2]; 1], 2: [[CText<15>; 3]; 4], 3: Be<i16>, 4: u32, 5: u16, 6: [NonZeroI64; 2], 7: [[Le<u16>; 4]; 1], 8: [F64<LE>; 1]" },
    Case { layout: S072::ROOT_LAYOUT, align_attribute: 0, fields: "f0: S004, f1: [char; 1], new: [[Be<f32>; 1]; 5], get: [[Be<i32>; 1]; 3], f4: Be<u16>, f5: [Le<u32>; 9], f6: [S042; 9], self_: [[I32<BE>; 4]; 3]" },
    Case { layout: S073::ROOT_LAYOUT, align_attribute: 0, fields: "f0: [S015; 4], x: f64, f2: u16, f3: Be<i32>, f4: NonZeroU16" },
    Case { layout: S074::ROOT_LAYOUT, align_attribute: 0, fields: "0: u16, 1: Be<i16>" },
    Case { layout: S075::ROOT_LAYOUT, align_attribute: 0, fields: "f0: [[Be<i64>; 4]; 3], f1: bool, f2: [[F64<LE>; 3]; 1], x: [S010; 6], load: f64, f5: EnumU16, again6: S071, f7: [S074; 6]" },
    Case { layout: S076::ROOT_LAYOUT, align_attribute: 64, fields: "self_: [S034; 4], store: Le<f64>, f2: NonZeroI8, f3: S073, f4: S011, get: f64, f6: [[Le<i64>; 2]; 5], again7: [[EnumI64; 1]; 3], load: Option<NonZeroI64>" },
    Case { layout: S077::ROOT_LAYOUT, align_attribute: 0, fields: "self_: NonZeroI8, f1: [S004; 3], f2: i32, f3: [EnumU32; 1], f4: [[i32; 2]; 3], f5: I128<BE>" },
    Case { layout: S078::ROOT_LAYOUT, align_attribute: 0, fields: "f0: Be<i32>, type: [[U128<LE>; 2]; 3]" },
    Case { layout: S079::ROOT_LAYOUT, align_attribute: 0, fields: "type: [EnumI8; 6], f1: [[i8; 4]; 5], f2: [CText<5>; 7], lock: U128<LE>, f4: i8, f5: S064, marker: PhantomData" },
    Case { layout: S080::ROOT_LAYOUT, align_attribute: 0, fields: "f0: [i32; 6], new: CText<40>, f2: [[U32<LE>; 4]; 4]" },
    Case { layout: S081::ROOT_LAYOUT, align_attribute: 0, fields: "0: [[Le<u64>; 4]; 4], 1: Option<NonZeroU16>, 2: U16<BE>, 3: [NonZeroI8; 9], 4: f64, 5: I64<LE>, 6: Option<NonZeroU64>, 7: S032, 8: Be<i16>" },
    Case { layout: S082::ROOT_LAYOUT, align_attribute: 0, fields: "f0: NonZeroI64, f1: U16<LE>" },
    Case { layout: S083::ROOT_LAYOUT, align_attribute: 8, fields: "f0: f64" },
    Case { layout: S084::ROOT_LAYOUT, align_attribute: 0, fields: "f0: [U16<BE>; 7], f1: EnumI8, f2: NonZeroU8, f3: [EnumU64; 4], f4: [[f64; 2]; 2]" },
    Case { layout: S085::ROOT_LAYOUT, align_attribute: 1, fields: "f0: [S000; 8], f1: S003, f2: [[Le<f64>; 2]; 1]" },
    Case { layout: S086::ROOT_LAYOUT, align_attribute: 0, fields: "f0: EnumU16, f1: Be<u64>, type: [i32; 9]" },
    Case { layout: S087::ROOT_LAYOUT, align_attribute: 0, fields: "get: [S022; 5], view: [U32<LE>; 5]" },
    Case { layout: S088::ROOT_LAYOUT, align_attribute: 0, fields: "f0: Le<u16>, f1: [CText<26>; 6], f2: [CText<11>; 6], f3: CText<30>, f4: [u64; 1]" },
    Case { layout: S089::ROOT_LAYOUT, align_attribute: 0, fields: "f0: [Be<i16>; 8]" },
    Case { layout: S090::ROOT_LAYOUT, align_attribute: 0, fields: "f0: NonZeroU16, f1: EnumU32, f2: [[U16<BE>; 2]; 1], f3: [[f64; 4]; 5], f4: [S027; 3]" },
    Case { layout: S091::ROOT_LAYOUT, align_attribute: 0, fields: "f0: S008, f1: S074, set: Le<f32>, f3: [[Le<u16>; 4]; 3], f4: U128<LE>, f5: f64, f6: [CText<4>; 4]" },
    Case { layout: S092::ROOT_LAYOUT, align_attribute: 0, fields: "f0: NonZeroI32, new: CText<27>, f2: i16, f3: u16, f4: i32, view: I32<LE>" },
    Case { layout: S093::ROOT_LAYOUT, align_attribute: 0, fields: "0: NonZeroU16, 1: [NonZeroU32; 6], 2: [S035; 3], 3: S059, 4: i32, 5: S045, 6: [[U64<LE>; 3]; 2], 7: [[EnumU16; 1]; 5]" },
    Case { layout: S094::ROOT_LAYOUT, align_attribute: 1, fields: "f0: [[CText<20>; 1]; 4], f1: U32<BE>, view: [EnumI16; 3], self_: I64<LE>, f4: [[CText<12>; 1]; 4]" },
    Case { layout: S095::ROOT_LAYOUT, align_attribute: 16, fields: "f0: EnumU32, f1: [U128<BE>; 7], f2: [U32<LE>; 3], get: Be<i32>, lock: [[S082; 2]; 4], again5: S028, f6: [[CText<25>; 4]; 1], marker: PhantomData" },
    Case { layout: S096::ROOT_LAYOUT, align_attribute: 0, fields: "type: I128<LE>, f1: S028, f2: Option<NonZeroU64>, f3: CText<28>, again4: U32<LE>, view: i32, f6: [[Le<i32>; 2]; 4], new: u8" },
    Case { layout: S097::ROOT_LAYOUT, align_attribute: 0, fields: "store: CText<27>, x: S092, f2: NonZeroU32, f3: Be<u16>" },
    Case { layout: S098::ROOT_LAYOUT, align_attribute: 0, fields: "f0: U32<BE>, f1: CText<26>, f2: S048, f3: [[i64; 1]; 1], x: S087, f5: f32, f6: CText<34>" },
    Case { layout: S099::ROOT_LAYOUT, align_attribute: 4, fields: "0: Le<f32>, 1: [Option<NonZeroI64>; 9], 2: i64, 3: u8, 4: [[CText<15>; 1]; 2], 5: U64<BE>, 6: S019, 7: [EnumU32; 5], 8: [f32; 9]" },
    Case { layout: S100::ROOT_LAYOUT, align_attribute: 0, fields: "f0: Le<i16>, store: [[Be<u32>; 1]; 5], f2: [S023; 8]" },
    Case { layout: S101::ROOT_LAYOUT, align_attribute: 0, fields: "f0: EnumU64, type: [[U64<LE>; 4]; 4], f2: [[EnumI64; 3]; 3], f3: EnumU32, f4: [Be<i16>; 6], new: [[Be<f64>; 3]; 2], f6: EnumI32, load: Le<u32>" },
    Case { layout: S102::ROOT_LAYOUT, align_attribute: 0, fields: "f0: U32<BE>" },
    Case { layout: S103::ROOT_LAYOUT, align_attribute: 0, fields: "f0: CText<10>, f1: i16, f2: S040, f3: i32, f4: [[EnumI64; 2]; 5], f5: [[F64<LE>; 3]; 1], set: i8, f7: S043, f8: Option<NonZeroI8>" },
    Case { layout: S104::ROOT_LAYOUT, align_attribute: 64, fields: "f0: [[Be<u64>; 2]; 5]" },
    Case { layout: S105::ROOT_LAYOUT, align_attribute: 0, fields: "f0: [EnumU16; 9], f1: [[U64<BE>; 2]; 1], f2: [NonZeroU32; 4], f3: [[Le<u16>; 1]; 4], load: S053, f5: Be<u64>, f6: NonZeroI32, f7: [CText<39>; 9]" },
    Case { layout: S106::ROOT_LAYOUT, align_attribute: 0, fields: "f0: [[i16; 1]; 5], f1: [Be<i32>; 1], f2: S083, f3: [i64; 1], f4: S073" },
    Case { layout: S107::ROOT_LAYOUT, align_attribute: 128, fields: "store: S005, f1: [CText<39>; 4], f2: u8, f3: [CText<16>; 4], f4: S040" },
    Case { layout: S108::ROOT_LAYOUT, align_attribute: 8, fields: "f0: [[Le<u64>; 3]; 1], set: [[u64; 2]; 3], f2: [[EnumU32; 4]; 5], load: S099, store: S088, f5: NonZeroI16, f6: Be<i16>, f7: NonZeroI64, f8: I64<LE>" },
    Case { layout: S109::ROOT_LAYOUT, align_attribute: 0, fields: "f0: [Option<NonZeroI32>; 1], get: CText<18>, f2: Option<NonZeroU32>, f3: [[Be<u16>; 4]; 2], f4: U64<LE>, f5: Le<f32>, store: [[EnumI16; 1]; 5], f7: S023" },
    Case { layout: S110::ROOT_LAYOUT, align_attribute: 0, fields: "type: CText<3>" },
    Case { layout: S111::ROOT_LAYOUT, align_attribute: 0, fields: "0: [f32; 9], 1: i8, 2: CText<32>, 3: i64, 4: EnumU16, 5: PhantomData" },
    Case { layout: S112::ROOT_LAYOUT, align_attribute: 16, fields: "new: CText<9>" },
    Case { layout: S113::ROOT_LAYOUT, align_attribute: 0, fields: "store: EnumU8, f1: [u16; 1], f2: Be<i32>, f3: f64, again4: S015, again5: [S014; 1]" },
    Case { layout: S114::ROOT_LAYOUT, align_attribute: 0, fields: "set: [[I128<LE>; 4]; 2], f1: S028, f2: I64<BE>, f3: S049" },
    Case { layout: S115::ROOT_LAYOUT, align_attribute: 0, fields: "f0: CText<13>, f1: S059" },
    Case { layout: S116::ROOT_LAYOUT, align_attribute: 0, fields: "f0: Option<NonZeroU32>" },
    Case { layout: S117::ROOT_LAYOUT, align_attribute: 0, fields: "f0: [[NonZeroI8; 4]; 2], f1: Option<NonZeroI64>, f2: [Option<NonZeroI16>; 2], view: S110" },
    Case { layout: S118::ROOT_LAYOUT, align_attribute: 0, fields: "f0: [I32<BE>; 6], f1: EnumI16, f2: [Option<NonZeroU32>; 2], f3: [U16<BE>; 8], type: [Be<u32>; 5]" },
    Case { layout: S119::ROOT_LAYOUT, align_attribute: 128, fields: "f0: S053, store: [[Be<u64>; 2]; 1], f2: f64, self_: [S049; 4], x: S110, f5: i32, f6: EnumU16, f7: i64" },
    Case { layout: S120::ROOT_LAYOUT, align_attribute: 0, fields: "f0: S065, set: [[Option<NonZeroI64>; 1]; 2]" },
    Case { layout: S121::ROOT_LAYOUT, align_attribute: 0, fields: "0: U64<BE>, 1: EnumU16, 2: [S099; 2], 3: CText<12>" },
    Case { layout: S122::ROOT_LAYOUT, align_attribute: 0, fields: "f0: S082, f1: Le<f32>, f2: i16, f3: Le<i32>" },
    Case { layout: S123::ROOT_LAYOUT, align_attribute: 0, fields: "load: NonZeroI8, get: S008, f2: [EnumU8; 8], f3: S114, f4: S121, set: CText<1>, f6: S027, f7: [char; 9]" },
    Case { layout: S124::ROOT_LAYOUT, align_attribute: 0, fields: "load: Be<i16>, f1: Be<i32>, lock: Option<NonZeroI8>" },
    Case { layout: S125::ROOT_LAYOUT, align_attribute: 0, fields: "0: [bool; 6], 1: S004, 2: [Option<NonZeroI64>; 8], 3: [[Le<i16>; 4]; 4], 4: U128<BE>" },
    Case { layout: S126::ROOT_LAYOUT, align_attribute: 0, fields: "f0: [[U64<BE>; 4]; 2], f1: [[Le<u16>; 3]; 2], f2: I16<LE>, f3: U32<BE>, f4: [[f64; 1]; 4], new: S080, f6: [CText<23>; 4]" },
    Case { layout: S127::ROOT_LAYOUT, align_attribute: 0, fields: "f0: u32, f1: U128<LE>, f2: NonZeroI8, store: Le<u16>, marker: PhantomData" },
    Case { layout: S128::ROOT_LAYOUT, align_attribute: 0, fields: "f0: Le<f64>, f1: CText<22>" },
    Case { layout: S129::ROOT_LAYOUT, align_attribute: 0, fields: "f0: [Option<NonZeroU64>; 8], lock: [i32; 1], f2: EnumU16" },
    Case { layout: S130::ROOT_LAYOUT, align_attribute: 0, fields: "set: u64, f1: CText<40>" },
    Case { layout: S131::ROOT_LAYOUT, align_attribute: 0, fields: "f0: NonZeroI8, f1: [[Be<i16>; 1]; 5], x: Option<NonZeroU16>, self_: [i8; 4]" },
    Case { layout: S132::ROOT_LAYOUT, align_attribute: 0, fields: "f0: [[NonZeroI64; 2]; 3], f1: F64<LE>, f2: S088, f3: [[Be<i32>; 2]; 4], f4: [NonZeroU16; 3], f5: S036, view: u32, f7: [Le<i16>; 5]" },
    Case { layout: S133::ROOT_LAYOUT, align_attribute: 0, fields: "f0: [S008; 2], set: u64, f2: EnumU16, f3: [[U32<LE>; 2]; 3], f4: EnumI16, f5: EnumI32, f6: S001" },
    Case { layout: S134::ROOT_LAYOUT, align_attribute: 0, fields: "f0: S065, lock: [CText<10>; 7], f2: i64, again3: U128<BE>, load: [EnumU16; 4]" },
    Case { layout: S135::ROOT_LAYOUT, align_attribute: 32, fields: "f0: f64, f1: S101, f2: Be<i32>, f3: Le<i32>, set: [[I64<BE>; 1]; 5], f5: [CText<31>; 4], f6: CText<26>" },
    Case { layout: S136::ROOT_LAYOUT, align_attribute: 0, fields: "f0: CText<27>, new: [[f64; 1]; 4], f2: [[CText<5>; 2]; 4], set: [[Le<u64>; 1]; 2]" },
    Case { layout: S137::ROOT_LAYOUT, align_attribute: 0, fields: "f0: [Le<u32>; 8], set: Option<NonZeroI32>, f2: u16, self_: S096, f4: [Be<u64>; 8]" },
    Case { layout: S138::ROOT_LAYOUT, align_attribute: 0, fields: "f0: EnumI8" },
    Case { layout: S139::ROOT_LAYOUT, align_attribute: 0, fields: "0: [[Be<u32>; 1]; 4], 1: S020, 2: [[I64<BE>; 2]; 3], 3: [i16; 6], 4: S042, 5: [NonZeroI64; 8], 6: [S137; 8], 7: NonZeroI64, 8: [Le<u16>; 7]" },
    Case { layout: S140::ROOT_LAYOUT, align_attribute: 0, fields: "0: EnumU8, 1: [Option<NonZeroI16>; 4]" },
    Case { layout: S141::ROOT_LAYOUT, align_attribute: 0, fields: "0: Le<u32>" },
    Case { layout: S142::ROOT_LAYOUT, align_attribute: 0, fields: "f0: U128<BE>, f1: S112, f2: CText<14>" },
    Case { layout: S143::ROOT_LAYOUT, align_attribute: 0, fields: "store: [[u32; 2]; 2], marker: PhantomData" },
    Case { layout: S144::ROOT_LAYOUT, align_attribute: 0, fields: "f0: I64<BE>, f1: I64<BE>, f2: I64<LE>, x: I64<BE>" },
    Case { layout: S145::ROOT_LAYOUT, align_attribute: 0, fields: "set: EnumI8, f1: CText<27>, f2: Option<NonZeroU64>, f3: Option<NonZeroI64>, f4: [F64<BE>; 8], f5: [[bool; 2]; 2], new: [f64; 1]" },
    Case { layout: S146::ROOT_LAYOUT, align_attribute: 0, fields: "lock: NonZeroU16, f1: [Be<u64>; 3], f2: [[Option<NonZeroI16>; 3]; 2], f3: i16, f4: S055, view: [[Le<f64>; 1]; 2], f6: U16<BE>, f7: CText<3>" },
    Case { layout: S147::ROOT_LAYOUT, align_attribute: 0, fields: "0: [[u8; 1]; 4], 1: I32<LE>, 2: i16, 3: Be<i32>, 4: u32, 5: Be<i16>, 6: [NonZeroI32; 6]" },
    Case { layout: S148::ROOT_LAYOUT, align_attribute: 0, fields: "lock: [F64<BE>; 1]" },
    Case { layout: S149::ROOT_LAYOUT, align_attribute: 0, fields: "f0: Le<f32>, f1: I64<LE>" },
    Case { layout: S150::ROOT_LAYOUT, align_attribute: 0, fields: "f0: EnumU32" },
    Case { layout: S151::ROOT_LAYOUT, align_attribute: 0, fields: "f0: u16, f1: [NonZeroI32; 7], f2: f64, f3: NonZeroU64, f4: CText<27>, f5: [[U64<BE>; 4]; 4], f6: CText<30>, f7: S117" },
    Case { layout: S152::ROOT_LAYOUT, align_attribute: 0, fields: "f0: [i16; 8], f1: [[U128<BE>; 2]; 1], load: U64<LE>, f3: I64<BE>, f4: U16<BE>, f5: NonZeroI32" },
    Case { layout: S153::ROOT_LAYOUT, align_attribute: 0, fields: "f0: S053, f1: f64, f2: S073, f3: U32<BE>, get: Option<NonZeroI8>, f5: [[U128<BE>; 4]; 5]" },
    Case { layout: S154::ROOT_LAYOUT, align_attribute: 0, fields: "f0: EnumI8, f1: [[f64; 2]; 2], f2: I128<BE>, f3: f64, store: [f32; 9], new: [I64<BE>; 8], f6: f64, f7: S005, f8: I32<BE>" },
    Case { layout: S155::ROOT_LAYOUT, align_attribute: 0, fields: "view: [Be<f32>; 6], f1: i8, store: [Option<NonZeroI32>; 2], f3: S036, f4: I32<BE>, f5: Option<NonZeroI8>, set: [[U16<LE>; 2]; 3], f7: [f32; 8]" },
    Case { layout: S156::ROOT_LAYOUT, align_attribute: 0, fields: "f0: Option<NonZeroI16>, lock: F32<BE>, f2: [[CText<34>; 1]; 4], set: [Le<u32>; 8], f4: S056, f5: Le<f32>, f6: [Option<NonZeroI16>; 4]" },
    Case { layout: S157::ROOT_LAYOUT, align_attribute: 0, fields: "f0: u64, f1: [S151; 6], f2: Option<NonZeroI64>, f3: [[NonZeroI8; 3]; 1], self_: Le<i16>, f5: [[CText<8>; 3]; 5], f6: [Be<f64>; 8], store: U32<LE>" },
    Case { layout: S158::ROOT_LAYOUT, align_attribute: 0, fields: "f0: CText<16>, f1: NonZeroU8, f2: EnumU16, store: f64, f4: [[Be<i16>; 2]; 2], type: bool, f6: NonZeroU32" },
    Case { layout: S159::ROOT_LAYOUT, align_attribute: 0, fields: "f0: CText<33>, f1: Option<NonZeroU32>, f2: u64, marker: PhantomData" },
    Case { layout: S160::ROOT_LAYOUT, align_attribute: 2, fields: "f0: [S048; 2], f1: [Le<f32>; 6], f2: S109, get: S043" },
    Case { layout: S161::ROOT_LAYOUT, align_attribute: 0, fields: "f0: EnumI8, f1: [S108; 5], f2: S105, f3: I16<BE>, f4: [u8; 4], f5: NonZeroU8, f6: S060, f7: S128" },
    Case { layout: S162::ROOT_LAYOUT, align_attribute: 16, fields: "f0: [S009; 9], f1: [S042; 2], f2: [[Option<NonZeroU8>; 3]; 3], load: EnumI64, f4: EnumU64" },
    Case { layout: S163::ROOT_LAYOUT, align_attribute: 0, fields: "f0: I64<LE>" },
    Case { layout: S164::ROOT_LAYOUT, align_attribute: 128, fields: "f0: [Option<NonZeroU8>; 1], x: S112, f2: S010, f3: Option<NonZeroU64>, f4: [[NonZeroU32; 4]; 1], f5: I64<BE>, f6: EnumI16, f7: [NonZeroI16; 9], f8: Option<NonZeroU8>" },
    Case { layout: S165::ROOT_LAYOUT, align_attribute: 0, fields: "f0: [Le<u16>; 4], f1: CText<36>, view: [I16<LE>; 8], f3: [[I128<LE>; 2]; 5], f4: [S128; 4], f5: [[NonZeroU32; 4]; 5], f6: [S148; 2], f7: [I64<BE>; 2], get: char" },
    Case { layout: S166::ROOT_LAYOUT, align_attribute: 128, fields: "f0: [EnumU64; 4], get: U32<BE>" },
    Case { layout: S167::ROOT_LAYOUT, align_attribute: 4, fields: "f0: U128<BE>, f1: EnumI16" },
    Case { layout: S168::ROOT_LAYOUT, align_attribute: 0, fields: "0: S096, 1: [[Le<u16>; 2]; 3]" },
    Case { layout: S169::ROOT_LAYOUT, align_attribute: 0, fields: "new: [CText<35>; 9], f1: [u32; 7], f2: Be<u32>, f3: U64<BE>, f4: U64<LE>, f5: S126, f6: [[Le<u32>; 3]; 4], f7: [[Be<f32>; 3]; 5], x: Be<f64>" },
    Case { layout: S170::ROOT_LAYOUT, align_attribute: 0, fields: "f0: EnumU64, f1: u64, f2: U16<BE>, lock: [Be<i16>; 1], f4: CText<2>, f5: I32<LE>, f6: [[bool; 1]; 3]" },
    Case { layout: S171::ROOT_LAYOUT, align_attribute: 4, fields: "0: [[EnumI64; 3]; 2], 1: f32, 2: [CText<26>; 9], 3: [EnumI8; 3]" },
    Case { layout: S172::ROOT_LAYOUT, align_attribute: 0, fields: "f0: I128<BE>, f1: [Le<u16>; 5], f2: Option<NonZeroU64>, f3: S049, f4: [S097; 6], f5: S154" },
    Case { layout: S173::ROOT_LAYOUT, align_attribute: 0, fields: "f0: S016, f1: U16<LE>, f2: Be<i64>, f3: [NonZeroI16; 9], type: [CText<18>; 8], store: [EnumU32; 2], f6: f64, x: U64<BE>" },
    Case { layout: S174::ROOT_LAYOUT, align_attribute: 0, fields: "get: [[Be<u32>; 2]; 4], f1: [[Option<NonZeroI64>; 1]; 4]" },
    Case { layout: S175::ROOT_LAYOUT, align_attribute: 0, fields: "f0: [f64; 7], marker: PhantomData" },
    Case { layout: S176::ROOT_LAYOUT, align_attribute: 0, fields: "f0: NonZeroI16, type: [[F32<LE>; 2]; 5], f2: [I32<BE>; 2], f3: f64" },
    Case { layout: S177::ROOT_LAYOUT, align_attribute: 16, fields: "f0: [i64; 5], lock: S174, f2: S066, f3: CText<39>, f4: I128<BE>, set: [[i16; 2]; 4], store: [I64<BE>; 5], type: U128<LE>, f8: S011" },
    Case { layout: S178::ROOT_LAYOUT, align_attribute: 0, fields: "f0: Option<NonZeroI64>, f1: [bool; 4], f2: [S137; 8], f3: EnumI16, x: NonZeroI32, f5: [[Le<u32>; 2]; 1], f6: [[I16<LE>; 1]; 3], f7: U128<LE>" },
    Case { layout: S179::ROOT_LAYOUT, align_attribute: 0, fields: "x: [NonZeroI16; 7], load: [[f64; 4]; 4], f2: [Be<u64>; 9], f3: [u8; 6], store: [u8; 3], f5: S091, f6: I64<BE>, set: [NonZeroI32; 3]" },
    Case { layout: S180::ROOT_LAYOUT, align_attribute: 0, fields: "get: Option<NonZeroU8>, f1: S040, store: [EnumU8; 3], f3: CText<16>" },
    Case { layout: S181::ROOT_LAYOUT, align_attribute: 128, fields: "f0: [[I128<BE>; 4]; 3], f1: Le<u16>, f2: I128<BE>, f3: S014" },
    Case { layout: S182::ROOT_LAYOUT, align_attribute: 0, fields: "f0: [CText<32>; 7], type: [[Be<f64>; 3]; 2], f2: S127, f3: S080, f4: S127, set: [Le<u32>; 5], f6: [[Be<u16>; 3]; 4], f7: char, new: EnumI16" },
    Case { layout: S183::ROOT_LAYOUT, align_attribute: 8, fields: "f0: EnumI16, f1: [[f32; 3]; 1], f2: CText<27>, view: [[I32<BE>; 2]; 1], f4: CText<12>, again5: F32<BE>" },
    Case { layout: S184::ROOT_LAYOUT, align_attribute: 0, fields: "f0: [CText<30>; 5], f1: S117, f2: EnumI32, f3: [S149; 5], f4: Option<NonZeroI32>, f5: EnumU32" },
    Case { layout: S185::ROOT_LAYOUT, align_attribute: 32, fields: "f0: S142, f1: CText<2>, store: CText<28>, f3: [S168; 1], f4: I16<BE>, load: [EnumI32; 3], f6: [F64<BE>; 4], f7: Be<u16>, f8: [[Option<NonZeroU64>; 1]; 3]" },
    Case { layout: S186::ROOT_LAYOUT, align_attribute: 0, fields: "0: Le<f64>, 1: I16<LE>, 2: bool" },
    Case { layout: S187::ROOT_LAYOUT, align_attribute: 0, fields: "f0: S024, f1: Be<u32>, self_: EnumU16" },
    Case { layout: S188::ROOT_LAYOUT, align_attribute: 0, fields: "f0: [[i16; 4]; 1]" },
    Case { layout: S189::ROOT_LAYOUT, align_attribute: 0, fields: "lock: CText<26>, type: Option<NonZeroI8>, f2: S037, f3: u32" },
    Case { layout: S190::ROOT_LAYOUT, align_attribute: 0, fields: "f0: S183, f1: [[Le<u16>; 3]; 2], f2: F32<BE>, f3: [CText<9>; 3], f4: [I16<LE>; 1], f5: I16<LE>, f6: S118, f7: S137" },
    Case { layout: S191::ROOT_LAYOUT, align_attribute: 1, fields: "0: S107, 1: PhantomData" },
    Case { layout: S192::ROOT_LAYOUT, align_attribute: 8, fields: "f0: [S056; 8], f1: NonZeroU32, f2: [Option<NonZeroI8>; 2], f3: [EnumU8; 8], f4: U64<LE>, self_: CText<1>" },
    Case { layout: S193::ROOT_LAYOUT, align_attribute: 8, fields: "f0: u16, f1: [[EnumI64; 3]; 2], self_: NonZeroI32, f3: NonZeroI64, f4: S025, get: S175, f6: [[i8; 3]; 1], x: I16<BE>" },
    Case { layout: S194::ROOT_LAYOUT, align_attribute: 128, fields: "f0: [[Be<f32>; 2]; 3], type: CText<38>, f2: [Le<f32>; 3], f3: [[Le<u16>; 1]; 1], self_: [i64; 3], f5: [CText<22>; 3], new: [[EnumU32; 3]; 5]" },
    Case { layout: S195::ROOT_LAYOUT, align_attribute: 64, fields: "f0: U128<BE>, f1: [S094; 3], get: S035, f3: EnumU32, f4: S155, load: [u64; 7], x: [[Le<f64>; 1]; 2], f7: EnumI8" },
    Case { layout: S196::ROOT_LAYOUT, align_attribute: 0, fields: "0: S039" },
    Case { layout: S197::ROOT_LAYOUT, align_attribute: 2, fields: "view: [[F64<BE>; 4]; 5], f1: F32<LE>, f2: [S028; 7]" },
    Case { layout: S198::ROOT_LAYOUT, align_attribute: 0, fields: "f0: [Option<NonZeroU8>; 1], f1: f32, f2: CText<1>, f3: Be<u32>, f4: [[Option<NonZeroI32>; 3]; 3], f5: Le<f64>, f6: [S163; 3], f7: CText<9>, store: f32" },
    Case { layout: S199::ROOT_LAYOUT, align_attribute: 0, fields: "0: S130, 1: NonZeroU64, 2: NonZeroU64, 3: I16<LE>, 4: [[Be<f32>; 1]; 1], 5: S053" },
    Case { layout: S200::ROOT_LAYOUT, align_attribute: 0, fields: "f0: Le<i32>, f1: f64, f2: [Option<NonZeroI8>; 8], f3: [Le<u64>; 2]" },
    Case { layout: S201::ROOT_LAYOUT, align_attribute: 0, fields: "f0: S174, f1: S036, f2: U16<BE>, f3: Be<i16>, f4: [[U16<BE>; 3]; 4], f5: [[F32<LE>; 2]; 3]" },
    Case { layout: S202::ROOT_LAYOUT, align_attribute: 0, fields: "f0: CText<19>" },
    Case { layout: S203::ROOT_LAYOUT, align_attribute: 0, fields: "set: U128<LE>, again1: [[S128; 1]; 3], f2: Be<f64>" },
    Case { layout: S204::ROOT_LAYOUT, align_attribute: 0, fields: "type: [Be<i64>; 8], f1: NonZeroU32, new: [Le<i64>; 7], f3: Le<u32>, f4: [[U16<LE>; 3]; 2], f5: i16" },
    Case { layout: S205::ROOT_LAYOUT, align_attribute: 0, fields: "0: [[CText<16>; 1]; 1], 1: [Be<f32>; 2], 2: U128<BE>, 3: S010, 4: [[NonZeroI64; 3]; 5], 5: NonZeroI32, 6: u8, 7: U64<BE>" },
    Case { layout: S206::ROOT_LAYOUT, align_attribute: 0, fields: "f0: i8, f1: [[U16<BE>; 3]; 3], f2: U16<BE>, f3: [EnumI8; 6], get: I32<BE>, f5: Be<f32>, set: F32<BE>, f7: S149, f8: [[Be<i32>; 4]; 5]" },
    Case { layout: S207::ROOT_LAYOUT, align_attribute: 0, fields: "f0: S122, marker: PhantomData" },
    Case { layout: S208::ROOT_LAYOUT, align_attribute: 0, fields: "f0: [[Be<f64>; 4]; 5], f1: EnumU16, f2: S020, get: I32<LE>, f4: [Le<i64>; 3], f5: [F64<BE>; 1], f6: S066, store: S167, f8: [[NonZeroU8; 4]; 4]" },
    Case { layout: S209::ROOT_LAYOUT, align_attribute: 0, fields: "set: S145, f1: Be<i32>, f2: Be<u64>, lock: [[CText<5>; 3]; 3], f4: [u16; 5], f5: [[Be<u16>; 3]; 2]" },
    Case { layout: S210::ROOT_LAYOUT, align_attribute: 0, fields: "f0: [I16<LE>; 9], f1: S084" },
    Case { layout: S211::ROOT_LAYOUT, align_attribute: 0, fields: "set: I128<LE>, f1: S053, x: Option<NonZeroU8>" },
    Case { layout: S212::ROOT_LAYOUT, align_attribute: 0, fields: "load: [[Option<NonZeroU8>; 3]; 2], f1: S092, f2: [NonZeroU32; 6], f3: u32, f4: Le<u32>, f5: Be<u32>" },
    Case { layout: S213::ROOT_LAYOUT, align_attribute: 0, fields: "f0: U16<BE>, f1: [[Le<i64>; 1]; 5], f2: U32<LE>" },
    Case { layout: S214::ROOT_LAYOUT, align_attribute: 8, fields: "f0: EnumI64, f1: U16<LE>, f2: Le<u16>, get: [I32<LE>; 2], f4: I32<LE>, f5: [[U128<BE>; 2]; 5], self_: [CText<6>; 1], f7: S059, f8: S027" },
    Case { layout: S215::ROOT_LAYOUT, align_attribute: 0, fields: "f0: f64" },
    Case { layout: S216::ROOT_LAYOUT, align_attribute: 0, fields: "f0: i16, f1: [[U128<BE>; 3]; 2], f2: Be<i32>, f3: I128<LE>, type: Le<u16>, f5: S175" },
    Case { layout: S217::ROOT_LAYOUT, align_attribute: 0, fields: "f0: i8, f1: f32, f2: [[U16<LE>; 2]; 4], f3: Le<i64>" },
    Case { layout: S218::ROOT_LAYOUT, align_attribute: 0, fields: "0: CText<9>, 1: bool, 2: U128<BE>, 3: Option<NonZeroU32>, 4: S066, 5: [[f32; 1]; 3], 6: [[Option<NonZeroI16>; 3]; 2]" },
    Case { layout: S219::ROOT_LAYOUT, align_attribute: 8, fields: "0: S164, 1: S059, 2: U32<LE>, 3: [U128<LE>; 4], 4: [I16<LE>; 4], 5: Be<u64>" },
    Case { layout: S220::ROOT_LAYOUT, align_attribute: 0, fields: "f0: S088, f1: Be<u64>, type: S213, f3: [S206; 6], f4: S186, f5: NonZeroU8, set: [[F64<BE>; 3]; 3], f7: u8" },
    Case { layout: S221::ROOT_LAYOUT, align_attribute: 0, fields: "lock: S115, f1: I128<LE>, f2: u8, f3: [[Option<NonZeroU64>; 3]; 1], load: S116, f5: [NonZeroU64; 6], f6: Be<i64>" },
    Case { layout: S222::ROOT_LAYOUT, align_attribute: 0, fields: "f0: Option<NonZeroU8>, f1: Option<NonZeroI8>, f2: [S069; 5], f3: [[Be<u16>; 1]; 1], f4: I16<LE>, f5: [EnumI8; 3]" },
    Case { layout: S223::ROOT_LAYOUT, align_attribute: 0, fields: "0: I32<LE>, 1: [[u32; 2]; 5], 2: PhantomData" },
    Case { layout: S224::ROOT_LAYOUT, align_attribute: 0, fields: "f0: U16<LE>, store: [[S215; 1]; 3], view: [Be<i16>; 9], load: u64, again4: Option<NonZeroU8>, type: S004, f6: [[I128<BE>; 4]; 4], f7: [I32<LE>; 1], f8: [Le<u32>; 2]" },
    Case { layout: S225::ROOT_LAYOUT, align_attribute: 128, fields: "self_: Be<i64>, view: [[bool; 2]; 2], f2: S045, f3: EnumI32, f4: [S034; 5]" },
    Case { layout: S226::ROOT_LAYOUT, align_attribute: 0, fields: "view: EnumI32, f1: F32<BE>, f2: [Be<f32>; 1], f3: CText<23>, f4: [[NonZeroU16; 2]; 3]" },
    Case { layout: S227::ROOT_LAYOUT, align_attribute: 32, fields: "f0: F32<BE>, f1: [[i8; 2]; 2]" },
    Case { layout: S228::ROOT_LAYOUT, align_attribute: 0, fields: "f0: [[Le<u16>; 4]; 4], f1: S187, set: Option<NonZeroU16>, f3: f64, f4: NonZeroI32, f5: NonZeroI8, f6: [[Be<f32>; 1]; 2], f7: [[Le<u32>; 2]; 2], view: I32<BE>" },
    Case { layout: S229::ROOT_LAYOUT, align_attribute: 0, fields: "f0: Be<u32>, f1: [S068; 5], f2: NonZeroU32, f3: [CText<4>; 3], type: [[U16<BE>; 4]; 4], again5: CText<17>, f6: S055, f7: char" },
    Case { layout: S230::ROOT_LAYOUT, align_attribute: 0, fields: "view: i16, f1: NonZeroI32, f2: CText<27>, f3: [[u8; 2]; 5], f4: [[Be<u64>; 3]; 3]" },
    Case { layout: S231::ROOT_LAYOUT, align_attribute: 0, fields: "f0: [[CText<11>; 4]; 5], f1: [[I64<BE>; 3]; 3], f2: I128<LE>, f3: [NonZeroI32; 9], f4: U16<LE>, f5: I16<LE>, f6: f64, f7: Be<i64>" },
    Case { layout: S232::ROOT_LAYOUT, align_attribute: 0, fields: "f0: u8, f1: [[CText<5>; 1]; 4], view: I16<BE>, f3: [S062; 2], lock: [NonZeroU32; 1], f5: I64<BE>" },
    Case { layout: S233::ROOT_LAYOUT, align_attribute: 0, fields: "lock: [EnumI32; 9], f1: u16" },
    Case { layout: S234::ROOT_LAYOUT, align_attribute: 0, fields: "store: [[CText<37>; 4]; 2]" },
    Case { layout: S235::ROOT_LAYOUT, align_attribute: 0, fields: "f0: S089, f1: [CText<12>; 9], f2: F32<LE>, f3: [S023; 7]" },
    Case { layout: S236::ROOT_LAYOUT, align_attribute: 32, fields: "store: S185, load: NonZeroI8, f2: Le<f64>, f3: Option<NonZeroI64>, f4: Be<i32>, f5: CText<19>, f6: [u64; 6], again7: [[S141; 4]; 5]" },
    Case { layout: S237::ROOT_LAYOUT, align_attribute: 0, fields: "f0: CText<8>, self_: CText<8>, get: U64<BE>, f3: NonZeroI16, set: Be<u32>, f5: Be<u32>, f6: Be<i16>, again7: [[NonZeroI8; 1]; 3], f8: S126" },
    Case { layout: S238::ROOT_LAYOUT, align_attribute: 0, fields: "f0: [[EnumU32; 1]; 2], f1: [I16<LE>; 2], view: Be<u64>, f3: Le<u64>, f4: u8, f5: [I64<BE>; 5], f6: [[I32<BE>; 2]; 1], f7: S206, f8: u32" },
    Case { layout: S239::ROOT_LAYOUT, align_attribute: 0, fields: "f0: I64<LE>, lock: [EnumU8; 1], f2: CText<31>, f3: Option<NonZeroU32>, marker: PhantomData" },
    Case { layout: S240::ROOT_LAYOUT, align_attribute: 0, fields: "f0: [[char; 1]; 3], f1: [[NonZeroI8; 4]; 1], type: U128<BE>, f3: [[u8; 4]; 4], store: CText<26>, again5: f64, load: EnumI32, f7: S210, f8: i16" },
    Case { layout: S241::ROOT_LAYOUT, align_attribute: 0, fields: "0: S136, 1: [[EnumU16; 3]; 5], 2: U64<BE>, 3: [F32<LE>; 5], 4: [[CText<28>; 2]; 3], 5: CText<39>, 6: I32<BE>, 7: Le<i16>, 8: S156" },
    Case { layout: S242::ROOT_LAYOUT, align_attribute: 2, fields: "f0: I16<LE>, store: [[u64; 3]; 2], f2: [[f64; 3]; 3], f3: CText<19>" },
    Case { layout: S243::ROOT_LAYOUT, align_attribute: 8, fields: "f0: EnumU64, f1: Be<i64>, f2: [S133; 3]" },
    Case { layout: S244::ROOT_LAYOUT, align_attribute: 0, fields: "0: [U128<BE>; 4], 1: S153, 2: Option<NonZeroI8>, 3: S144, 4: [[I16<LE>; 1]; 5], 5: [NonZeroU64; 3]" },
    Case { layout: S245::ROOT_LAYOUT, align_attribute: 0, fields: "f0: f64, f1: [f64; 1], f2: Option<NonZeroI64>, f3: F64<BE>, type: char, f5: [[Be<f32>; 4]; 2], set: [U128<LE>; 7]" },
    Case { layout: S246::ROOT_LAYOUT, align_attribute: 0, fields: "f0: u64, f1: i32, x: [I128<BE>; 6], f3: Be<i16>, load: EnumI32, f5: [[I16<BE>; 1]; 3], f6: [I16<BE>; 6]" },
    Case { layout: S247::ROOT_LAYOUT, align_attribute: 0, fields: "f0: Be<i64>, f1: [[F32<BE>; 2]; 3], f2: [NonZeroI8; 1], x: Option<NonZeroU16>, f4: f64, type: u32, again6: CText<21>, f7: Be<u32>" },
    Case { layout: S248::ROOT_LAYOUT, align_attribute: 0, fields: "self_: NonZeroU64, f1: [[CText<27>; 1]; 2], f2: [[i64; 3]; 1], f3: [Be<u32>; 1], get: Option<NonZeroU16>, f5: [[f32; 1]; 4], f6: u8, f7: [CText<40>; 7], f8: I128<BE>" },
    Case { layout: S249::ROOT_LAYOUT, align_attribute: 0, fields: "load: [char; 7], f1: [bool; 4], f2: Be<u64>, f3: F32<LE>, view: u16, f5: [EnumI64; 6]" },
    Case { layout: S250::ROOT_LAYOUT, align_attribute: 16, fields: "0: [[u8; 4]; 1], 1: f64" },
    Case { layout: S251::ROOT_LAYOUT, align_attribute: 0, fields: "0: [U16<LE>; 3], 1: EnumU16, 2: NonZeroI8, 3: Le<f32>, 4: [[Be<u64>; 1]; 1], 5: Option<NonZeroI32>, 6: [[U32<LE>; 4]; 3], 7: [[Le<i64>; 4]; 5], 8: [i32; 4]" },
    Case { layout: S252::ROOT_LAYOUT, align_attribute: 0, fields: "f0: bool, f1: [[CText<26>; 1]; 5], f2: S201, view: F64<LE>" },
    Case { layout: S253::ROOT_LAYOUT, align_attribute: 0, fields: "type: f64" },
    Case { layout: S254::ROOT_LAYOUT, align_attribute: 0, fields: "f0: [Be<i32>; 4], f1: [i16; 9], f2: S218, f3: S017, f4: Option<NonZeroI16>, load: Be<u64>" },
    Case { layout: S255::ROOT_LAYOUT, align_attribute: 0, fields: "f0: [u8; 6], type: [[S082; 4]; 4], f2: Option<NonZeroU16>, marker: PhantomData" },
    Case { layout: Frame00::ROOT_LAYOUT, align_attribute: 0, fields: "f0: Le<i32>, slice: [F64<BE>]" },
    Case { layout: Frame01::ROOT_LAYOUT, align_attribute: 0, fields: "store: [S183; 5], f1: [Le<i64>; 4], f2: [Be<u32>; 9], f3: S154, f4: Be<u16>, f5: [[I64<LE>; 2]; 2], f6: S153, f7: NonZeroU8, slice: [F32<LE>]" },
    Case { layout: Frame02::ROOT_LAYOUT, align_attribute: 0, fields: "load: f64, f1: [Le<u32>; 2], f2: S174, f3: [Option<NonZeroU16>; 6], f4: f64, set: [U64<BE>; 9], f6: NonZeroU16, f7: EnumI16, f8: S188, slice: [CText<3>]" },
    Case { layout: Frame03::ROOT_LAYOUT, align_attribute: 0, fields: "type: Option<NonZeroU16>, view: Option<NonZeroI32>, f2: [[CText<35>; 4]; 5], f3: NonZeroU8, store: [Option<NonZeroI32>; 8], f5: [Le<f64>; 4], f6: S208, f7: [Option<NonZeroI16>; 8], f8: CText<9>, slice: [EnumU8]" },
    Case { layout: Frame04::ROOT_LAYOUT, align_attribute: 0, fields: "f0: S247, slice: [S223]" },
    Case { layout: Frame05::ROOT_LAYOUT, align_attribute: 0, fields: "store: I32<LE>, f1: [Le<f32>; 5], slice: [EnumU64]" },
    Case { layout: Frame06::ROOT_LAYOUT, align_attribute: 0, fields: "view: I32<LE>, f1: NonZeroI8, f2: [EnumU32; 7], f3: [u64; 3], set: [I128<LE>; 8], f5: S059, x: CText<8>, slice: [NonZeroU16]" },
    Case { layout: Frame07::ROOT_LAYOUT, align_attribute: 0, fields: "set: [[CText<21>; 3]; 2], f1: [[Be<f64>; 2]; 2], f2: NonZeroU8, load: NonZeroI8, f4: f64, f5: [Be<u64>; 8], slice: [[Le<u16>; 5]]" },
    Case { layout: Frame08::ROOT_LAYOUT, align_attribute: 0, fields: "f0: CText<6>, f1: f32, f2: [Le<u64>; 4], f3: Be<u32>, slice: [[Le<i64>; 3]]" },
    Case { layout: Frame09::ROOT_LAYOUT, align_attribute: 8, fields: "f0: [CText<29>; 5], f1: [[U64<BE>; 4]; 1], f2: S228, store: S187, f4: char, load: [S058; 1], f6: [[U64<LE>; 2]; 2], set: [Le<u32>; 7], slice: [[CText<5>; 7]]" },
    Case { layout: Frame10::ROOT_LAYOUT, align_attribute: 64, fields: "f0: [[I16<BE>; 1]; 4], f1: bool, f2: Be<i16>, x: CText<21>, f4: I64<LE>, f5: I64<LE>, view: NonZeroU8, slice: [CText<14>]" },
    Case { layout: Frame11::ROOT_LAYOUT, align_attribute: 0, fields: "f0: I32<LE>, f1: [CText<26>; 4], f2: [EnumU8; 4], f3: [[CText<2>; 3]; 2], f4: NonZeroU8, f5: S154, f6: S041, f7: EnumU32, f8: [[EnumU16; 2]; 4], slice: [[[U128<LE>; 1]; 4]]" },
    Case { layout: Frame12::ROOT_LAYOUT, align_attribute: 16, fields: "lock: Be<u16>, f1: Be<f32>, new: [Option<NonZeroU16>; 5], f3: u32, slice: [[[U128<BE>; 3]; 3]]" },
    Case { layout: Frame13::ROOT_LAYOUT, align_attribute: 0, fields: "f0: I128<BE>, f1: [[f64; 4]; 5], type: CText<19>, f3: S111, f4: Be<i32>, slice: [NonZeroU64]" },
    Case { layout: Frame14::ROOT_LAYOUT, align_attribute: 0, fields: "f0: [f64; 9], f1: u64, f2: S035, f3: [[f32; 2]; 2], f4: [U128<LE>; 9], get: NonZeroU16, new: [[Le<i32>; 4]; 3], load: Be<i64>, f8: [S081; 4], slice: [Option<NonZeroU32>]" },
    Case { layout: Frame15::ROOT_LAYOUT, align_attribute: 0, fields: "0: [[EnumI32; 3]; 2], 1: [[f64; 3]; 4], 2: F64<BE>, 3: [NonZeroU32; 9], 4: PhantomData, 5: [[S210; 8]]" },
    Case { layout: Frame16::ROOT_LAYOUT, align_attribute: 0, fields: "f0: S174, f1: [bool; 5], f2: [Option<NonZeroI8>; 7], slice: [EnumU8]" },
    Case { layout: Frame17::ROOT_LAYOUT, align_attribute: 0, fields: "lock: CText<32>, f1: Option<NonZeroI8>, f2: EnumI8, slice: [[F64<LE>; 8]]" },
    Case { layout: Frame18::ROOT_LAYOUT, align_attribute: 128, fields: "f0: Be<f32>, store: [NonZeroU8; 4], f2: [S198; 2], f3: Be<u16>, f4: NonZeroI32, f5: I32<LE>, f6: Le<i64>, slice: [NonZeroU32]" },
    Case { layout: Frame19::ROOT_LAYOUT, align_attribute: 0, fields: "f0: [S041; 1], f1: [Be<u32>; 1], f2: [[Le<u64>; 3]; 4], slice: [EnumI64]" },
    Case { layout: Frame20::ROOT_LAYOUT, align_attribute: 0, fields: "f0: S210, slice: [[[S110; 1]; 1]]" },
    Case { layout: Frame21::ROOT_LAYOUT, align_attribute: 2, fields: "f0: u8, f1: NonZeroU32, f2: S209, load: NonZeroI16, f4: [[Le<i16>; 3]; 4], f5: NonZeroI8, f6: CText<27>, slice: [U64<BE>]" },
    Case { layout: Frame22::ROOT_LAYOUT, align_attribute: 0, fields: "f0: [S163; 4], f1: [[U32<BE>; 3]; 5], f2: F64<BE>, f3: [Option<NonZeroI16>; 9], type: [[Be<u32>; 1]; 1], slice: [Option<NonZeroU16>]" },
    Case { layout: Frame23::ROOT_LAYOUT, align_attribute: 4, fields: "self_: [U128<LE>; 8], f1: f64, f2: S104, f3: [[EnumI16; 1]; 4], store: [[Be<i64>; 3]; 1], f5: [[EnumI32; 4]; 1], x: I32<BE>, f7: u32, slice: [NonZeroI32]" },
    Case { layout: Frame24::ROOT_LAYOUT, align_attribute: 32, fields: "f0: [[Option<NonZeroI16>; 3]; 2], slice: [S120]" },
    Case { layout: Frame25::ROOT_LAYOUT, align_attribute: 0, fields: "f0: [CText<20>; 6], load: CText<19>, f2: I16<LE>, type: [S020; 5], f4: [[I16<LE>; 1]; 1], x: U32<LE>, set: CText<29>, f7: NonZeroU32, slice: [S143]" },
    Case { layout: Frame26::ROOT_LAYOUT, align_attribute: 0, fields: "f0: [[U16<LE>; 2]; 3], f1: f64, new: [[U32<BE>; 1]; 2], f3: f32, get: [[Le<u32>; 4]; 5], f5: CText<29>, load: S231, slice: [I16<BE>]" },
    Case { layout: Frame27::ROOT_LAYOUT, align_attribute: 0, fields: "f0: [NonZeroI64; 5], slice: [NonZeroI8]" },
    Case { layout: Frame28::ROOT_LAYOUT, align_attribute: 0, fields: "f0: S012, f1: [U64<LE>; 8], get: [S014; 7], self_: u32, f4: I64<BE>, f5: [[Le<u64>; 4]; 3], f6: [S146; 2], f7: Option<NonZeroU64>, f8: [EnumI16; 5], slice: [Be<f32>]" },
    Case { layout: Frame29::ROOT_LAYOUT, align_attribute: 0, fields: "f0: Be<i32>, f1: [I64<BE>; 1], f2: EnumU16, f3: [[Le<u32>; 1]; 1], f4: F64<LE>, f5: I128<BE>, f6: [[F64<LE>; 3]; 5], f7: S196, store: Le<i16>, slice: [S138]" },
    Case { layout: Frame30::ROOT_LAYOUT, align_attribute: 0, fields: "f0: [[Option<NonZeroU8>; 4]; 4], self_: Le<i64>, f2: [Be<f64>; 2], slice: [[[f64; 4]; 1]]" },
    Case { layout: Frame31::ROOT_LAYOUT, align_attribute: 0, fields: "f0: [CText<26>; 4], type: [u8; 8], f2: [[U128<BE>; 2]; 3], f3: S237, f4: Le<u64>, marker: PhantomData, slice: [EnumU32]" },
];
