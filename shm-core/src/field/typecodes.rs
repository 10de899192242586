//! CPython's typecodes, for users of `multiprocessing.Value('d')` and `Array('i', 10)`.
//!
//! | code | C type | Python's `ctypes` | bytes | Rust | |
//! | --- | --- | --- | --- | --- | --- |
//! | `c` | `char` | `c_char` | 1 | `u8` | `Array('c', n)` is [`CText<N>`](crate::CText) |
//! | `u` | `wchar_t` | `c_wchar` | 4 | `char` | read checked; `u32` if it may hold other values than Unicode scalar values |
//! | `b` | `signed char` | `c_byte` | 1 | `i8` | |
//! | `B` | `unsigned char` | `c_ubyte` | 1 | `u8` | |
//! | `h` | `short` | `c_short` | 2 | `i16` | |
//! | `H` | `unsigned short` | `c_ushort` | 2 | `u16` | |
//! | `i` | `int` | `c_int` | 4 | `i32` | |
//! | `I` | `unsigned int` | `c_uint` | 4 | `u32` | |
//! | `l` | `long` | `c_long` | 8 | `i64` | `i32` on 32-bit systems, 4 bytes |
//! | `L` | `unsigned long` | `c_ulong` | 8 | `u64` | `u32` on 32-bit systems, 4 bytes |
//! | `q` | `long long` | `c_longlong` | 8 | `i64` | |
//! | `Q` | `unsigned long long` | `c_ulonglong` | 8 | `u64` | |
//! | `f` | `float` | `c_float` | 4 | `f32` | |
//! | `d` | `double` | `c_double` | 8 | `f64` | |
//!
//! So `RawValue('d')` is `Region<f64>`, `RawArray('i', 10)` is `Region<[i32; 10]>`, and one whose
//! length is known at run time is `Region<[i32]>`. `Value('d')` and `Array('i', 10)`, which carry a
//! lock, are these in a `Mutex`.
//!
//! A [`DynLayout`](crate::dynamic::DynLayout) takes the codes and the names as types: `"[i; 10]"`, `"c_int"`. It
//! also takes the names in `ctypes` with a width, and `c_bool`:
//!
//! | Python's `ctypes` | Rust |
//! | --- | --- |
//! | `c_int8`, `c_int16`, `c_int32`, `c_int64` | `i8`, `i16`, `i32`, `i64` |
//! | `c_uint8`, `c_uint16`, `c_uint32`, `c_uint64` | `u8`, `u16`, `u32`, `u64` |
//! | `c_bool` | `bool` |
//!
//! Source: `typecode_to_type` in CPython's `multiprocessing/sharedctypes.py`.

use std::ffi::{c_long, c_ulong};

use crate::layout::Layout;
use crate::shared_layout::SharedLayout;

pub use shm_schema::describe::typecodes::{ALL, C_TYPES};

/// Returns the layout of the Rust type for a typecode; `None` if it is not a typecode.
///
/// ```
/// use shm_core::{field::typecodes, SharedLayout};
///
/// assert_eq!(typecodes::layout('d').unwrap().name(), "f64");
/// assert_eq!(typecodes::layout('i').unwrap().fingerprint(), i32::LAYOUT.fingerprint());
/// assert!(typecodes::layout('?').is_none());
/// ```
#[must_use]
pub const fn layout(typecode: char) -> Option<&'static Layout> {
    Some(match typecode {
        'c' | 'B' => u8::LAYOUT,
        'u' => char::LAYOUT,
        'b' => i8::LAYOUT,
        'h' => i16::LAYOUT,
        'H' => u16::LAYOUT,
        'i' => i32::LAYOUT,
        'I' => u32::LAYOUT,
        'l' => c_long::LAYOUT,
        'L' => c_ulong::LAYOUT,
        'q' => i64::LAYOUT,
        'Q' => u64::LAYOUT,
        'f' => f32::LAYOUT,
        'd' => f64::LAYOUT,
        _ => return None,
    })
}

/// The layouts of the names of [`C_TYPES`] that have no typecode.
const SIZED: [&Layout; 9] = [
    i8::LAYOUT,
    i16::LAYOUT,
    i32::LAYOUT,
    i64::LAYOUT,
    u8::LAYOUT,
    u16::LAYOUT,
    u32::LAYOUT,
    u64::LAYOUT,
    bool::LAYOUT,
];

/// Returns the layout of the Rust type for a typecode or a name of `ctypes`; `None` if it is neither.
///
/// ```
/// use shm_core::{field::typecodes, SharedLayout};
///
/// for name in ["i", "c_int", "c_int32"] {
///     assert_eq!(typecodes::named(name).unwrap().fingerprint(), i32::LAYOUT.fingerprint());
/// }
/// assert!(typecodes::named("c_void_p").is_none());
/// ```
#[must_use]
pub fn named(name: &str) -> Option<&'static Layout> {
    let mut chars = name.chars();
    if let (Some(code), None) = (chars.next(), chars.next()) {
        return layout(code);
    }
    let index = C_TYPES.iter().position(|c_type| *c_type == name)?;
    match ALL.get(index) {
        Some(code) => layout(*code),
        None => Some(SIZED[index - ALL.len()]),
    }
}
