//! The names of types, and suggestions for unknown names.

use super::typecodes;
use crate::layout::ScalarKind;
use crate::schema::closest;

/// The largest size of a type, in bytes.
pub(super) const LARGEST: u64 = i64::MAX as u64;

/// Names of types other than scalars.
const OTHERS: [&str; 22] = [
    "NonZero",
    "Option",
    "Be",
    "Le",
    "CText",
    "Text",
    "Bytes",
    "Latest",
    "Queue",
    "Ring",
    "Mutex",
    "RwLock",
    "Semaphore",
    "Barrier",
    "PerProcess",
    "Watched",
    "Event",
    "Once",
    "Owned",
    "Map",
    "String",
    "Vec",
];

/// The names of `NonZero` integers, and the integers.
const NON_ZERO: [(&str, ScalarKind); 8] = [
    ("NonZeroU8", ScalarKind::U8),
    ("NonZeroU16", ScalarKind::U16),
    ("NonZeroU32", ScalarKind::U32),
    ("NonZeroU64", ScalarKind::U64),
    ("NonZeroI8", ScalarKind::I8),
    ("NonZeroI16", ScalarKind::I16),
    ("NonZeroI32", ScalarKind::I32),
    ("NonZeroI64", ScalarKind::I64),
];

/// The types of `zerocopy::byteorder`.
const PACKED: [(&str, ScalarKind); 10] = [
    ("U16", ScalarKind::U16),
    ("U32", ScalarKind::U32),
    ("U64", ScalarKind::U64),
    ("U128", ScalarKind::U128),
    ("I16", ScalarKind::I16),
    ("I32", ScalarKind::I32),
    ("I64", ScalarKind::I64),
    ("I128", ScalarKind::I128),
    ("F32", ScalarKind::F32),
    ("F64", ScalarKind::F64),
];

/// Type names from other languages and libraries, and what to use instead.
const ELSEWHERE: [(&str, &str); 20] = [
    ("usize", "its size depends on the machine; use `u64` or `u32`"),
    ("isize", "its size depends on the machine; use `i64` or `i32`"),
    ("c_size_t", "its size depends on the machine; use `u64` or `u32`"),
    ("c_ssize_t", "its size depends on the machine; use `i64` or `i32`"),
    ("str", "it has no fixed length; use `Owned<str>`, `Latest<Text<32>>` or `CText<32>`"),
    ("string", "use `Owned<str>`, `Latest<Text<32>>` or `CText<32>`"),
    ("Box", "its content would be stored outside the region; use the type itself"),
    ("c_char_p", "an address means nothing in another process; use `CText<32>`"),
    ("c_void_p", "an address means nothing in another process; use an index, `u64`"),
    ("int", "use `i32`, `i64` or `c_int`"),
    ("long", "use `i64` or `c_long`"),
    ("short", "use `i16` or `c_short`"),
    ("uint", "use `u32` or `c_uint`"),
    ("unsigned", "use `u32` or `c_uint`"),
    ("float", "use `f32` for C's `float`, `f64` for Python's"),
    ("double", "use `f64` or `c_double`"),
    ("byte", "use `u8`"),
    ("boolean", "use `bool`"),
    ("AtomicU64", "every field is an atomic; use `u64`"),
    ("struct", "an inline struct is `{ x: f64, y: f64 }`; define a named one first"),
];

/// The scalar with this name: Rust's, a typecode of CPython, or a type of `ctypes`.
pub(super) fn scalar(name: &str) -> Option<ScalarKind> {
    scalars().find(|scalar| scalar.name() == name).or_else(|| typecodes::scalar(name))
}

/// `NonZeroU32` and the like.
pub(super) fn non_zero(name: &str) -> Option<ScalarKind> {
    find(&NON_ZERO, name)
}

/// `U32` and the like, which `<BE>` or `<LE>` follows.
pub(super) fn packed(name: &str) -> Option<ScalarKind> {
    find(&PACKED, name)
}

/// Whether a name means something without being defined.
pub(super) fn is_taken(name: &str) -> bool {
    let known = scalar(name).or_else(|| non_zero(name)).or_else(|| packed(name));
    known.is_some() || OTHERS.contains(&name) || matches!(name, "PhantomData" | "enum" | "struct")
}

/// Whether a processor reads this integer in one step.
pub(super) fn is_integer(scalar: ScalarKind) -> bool {
    NON_ZERO.iter().any(|(_, integer)| *integer == scalar)
}

/// Whether `Be` and `Le` can wrap it.
pub(super) fn has_order(scalar: ScalarKind) -> bool {
    (2..=8).contains(&scalar.size()) && !matches!(scalar, ScalarKind::Char)
}

/// Advice on an unknown name; `defined` are the names that the text defines.
pub(super) fn help<'a>(name: &str, defined: impl Iterator<Item = &'a str>) -> String {
    if let Some(instead) = find(&ELSEWHERE, name) {
        return instead.to_owned();
    }
    let mut known: Vec<&str> = defined.chain(OTHERS).chain(typecodes::C_TYPES).collect();
    known.extend(scalars().map(|scalar| -> &str { scalar.name() }));
    known.extend(NON_ZERO.iter().chain(&PACKED).map(|(name, _)| *name));
    match closest(name, known.into_iter()) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => {
            "define it first, or use one such as `f64`, `u32`, `bool` or `CText<32>`".to_owned()
        }
    }
}

fn scalars() -> impl Iterator<Item = ScalarKind> {
    (1..=u8::MAX).map_while(ScalarKind::from_code)
}

fn find<T: Copy>(table: &[(&str, T)], name: &str) -> Option<T> {
    table.iter().find(|(known, _)| *known == name).map(|(_, value)| *value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_nearly_one_is_suggested() {
        for (name, meant) in [
            ("f46", "`f64`"),
            ("F64x", "`f64`"),
            ("latest", "`Latest`"),
            ("NonZeroU23", "`NonZeroU32`"),
            ("Psoe", "`Pose`"),
            ("c_unit8", "`c_uint8`"),
        ] {
            let help = help(name, ["Pose"].into_iter());
            assert!(help.contains(meant), "{name}: {help}");
        }
        assert!(help("Quaternion", std::iter::empty()).contains("define it first"));
        assert!(help("usize", std::iter::empty()).contains("`u64`"));
    }
}
