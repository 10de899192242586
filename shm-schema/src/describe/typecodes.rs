//! The typecodes of CPython and the names of `ctypes`, as scalars.

use std::ffi::{c_long, c_ulong};

use crate::layout::ScalarKind;

/// All typecodes, in the order in which `shm_core::field::typecodes` lists them.
pub const ALL: [char; 14] = ['c', 'u', 'b', 'B', 'h', 'H', 'i', 'I', 'l', 'L', 'q', 'Q', 'f', 'd'];

/// The names in `ctypes` of types of a fixed size: those of the typecodes, in the order of [`ALL`], then
/// those with the width in their name.
pub const C_TYPES: [&str; 23] = [
    "c_char",
    "c_wchar",
    "c_byte",
    "c_ubyte",
    "c_short",
    "c_ushort",
    "c_int",
    "c_uint",
    "c_long",
    "c_ulong",
    "c_longlong",
    "c_ulonglong",
    "c_float",
    "c_double",
    "c_int8",
    "c_int16",
    "c_int32",
    "c_int64",
    "c_uint8",
    "c_uint16",
    "c_uint32",
    "c_uint64",
    "c_bool",
];

/// The scalars of [`C_TYPES`]; the first ones are those of [`ALL`].
const SCALARS: [ScalarKind; 23] = {
    use ScalarKind::{Bool, Char, F32, F64, I8, I16, I32, I64, U8, U16, U32, U64};
    let long = if size_of::<c_long>() == 8 { I64 } else { I32 };
    let ulong = if size_of::<c_ulong>() == 8 { U64 } else { U32 };
    [
        U8, Char, I8, U8, I16, U16, I32, U32, long, ulong, I64, U64, F32, F64, I8, I16, I32, I64,
        U8, U16, U32, U64, Bool,
    ]
};

/// The scalar of a typecode or a name of `ctypes`.
#[must_use]
pub fn scalar(name: &str) -> Option<ScalarKind> {
    let mut chars = name.chars();
    let index = match (chars.next(), chars.next()) {
        (Some(letter), None) => ALL.iter().position(|code| *code == letter),
        _ => C_TYPES.iter().position(|c_type| *c_type == name),
    };
    Some(SCALARS[index?])
}
