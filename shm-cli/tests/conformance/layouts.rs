//! Paths into `Everything`, one or more for every kind of field, with two values for each.

use crate::canon::{bytes, float, text};

/// A field, and two values that it can have.
pub(crate) struct Row {
    pub(crate) path: &'static str,
    pub(crate) values: [String; 2],
    /// It has a lock, or waiters to wake.
    pub(crate) is_live: bool,
}

pub(crate) fn rows() -> Vec<Row> {
    let row = |is_live| {
        move |(path, one, other): (&'static str, String, String)| Row {
            path,
            values: [one, other],
            is_live,
        }
    };
    let plain = [integers(), checked(), ordered(), arrays()].concat();
    plain.into_iter().map(row(false)).chain(live().into_iter().map(row(true))).collect()
}

type Values = Vec<(&'static str, String, String)>;

fn number(
    path: &'static str,
    one: impl ToString + Copy,
    other: impl ToString + Copy,
) -> (&'static str, String, String) {
    (path, one.to_string(), other.to_string())
}

fn real(path: &'static str, one: f64, other: f64) -> (&'static str, String, String) {
    (path, float(one), float(other))
}

fn words(path: &'static str, one: &str, other: &str) -> (&'static str, String, String) {
    (path, text(one), text(other))
}

fn integers() -> Values {
    vec![
        number("u8", u8::MAX, 1),
        number("u16", u16::MAX - 1, 2),
        number("u32", u32::MAX - 2, 3),
        number("u64", u64::MAX - 3, 4),
        number("i8", i8::MIN, -1),
        number("i16", i16::MIN + 1, i16::MAX),
        number("i32", i32::MIN + 2, 3),
        number("i64", i64::MIN, i64::MAX),
        real("f32", 0.5, f64::NEG_INFINITY),
        real("f64", -0.25, 1e-300),
        number("bool", true, false),
        number("class", 11, 21),
    ]
}

fn checked() -> Values {
    vec![
        words("char", "ä", "\u{10ffff}"),
        number("non_zero", 0x1234, u16::MAX),
        number("non_zero_i64", -5, i64::MAX),
        number("maybe", -7, "none"),
        number("mode", "Measuring", "Failed"),
        number("signed", "Low", "High"),
        number("unsigned", "High", "Low"),
    ]
}

fn ordered() -> Values {
    vec![
        number("be_u16", 0x0102, 0x0304),
        number("be_i32", -3, i32::MIN),
        number("be_u64", 0x0102_0304_0506_0708_u64, u64::MAX - 1),
        real("be_f32", 0.5, -8.0),
        real("be_f64", -0.25, 1e-10),
        number("le_u32", 0x0102_0304, 5),
        number("le_i64", i64::MIN, -6),
        real("le_f64", 1e300, 7.5),
        number("packed_u16", 0x0102, 0x0506),
        number("packed_i32", -4, i32::MIN),
        number("packed_u64", u64::MAX - 1, 0x1122_3344_5566_7788_u64),
        real("packed_f32", -2.0, 0.125),
        real("packed_f64", 1e-300, -1e10),
        number("packed_u128", u128::MAX - 5, (1_u128 << 100) + 3),
        number("packed_i128", -6, i128::MIN),
        words("text", "north gate", "exactly 12 b"),
    ]
}

fn arrays() -> Values {
    vec![
        number("numbers[3]", u32::MAX, 9),
        real("rows[1][2]", 6.0, -1.5),
        number("bools[2]", true, false),
        number("modes[0]", "Failed", "Idle"),
        words("chars[1]", "€", "z"),
        number("ordered[1]", 258, i16::MIN),
        words("names[1]", "cdef", "x"),
        real("point.x", 1.0, -10.5),
        number("point.path[2][1]", 6, 77),
        number("points[1].y", -3, -33),
        number("pair.0", 7, 8),
        number("pair.1", 0x0102, 0x1122_3344),
    ]
}

fn live() -> Values {
    vec![
        real("latest_f64", 2.5, -2.5),
        number("latest_bool", true, false),
        number("latest_mode", "Failed", "Measuring"),
        words("latest_char", "€", "z"),
        number("latest_be", 0x0102_0304, 7),
        number("latest_u128", u128::MAX - 9, 1),
        number("latest_wide[1]", i128::MIN, i128::MAX),
        words("latest_text", "grüße", ""),
        ("latest_bytes", bytes(&[1, 0, 2]), bytes(&[0, 255, 254, 1, 2])),
        real("latest_array[2]", 3.0, -1.0),
        number("latest_points[1].y", -5, 5),
        real("latest_snapshot.point.x", -1.5, 1e300),
        number("latest_snapshot.modes[1]", "Measuring", "Idle"),
        words("latest_snapshot.name", "größe", "12345678"),
        ("latest_snapshot.data", bytes(&[0, 255, 7]), bytes(&[])),
        number("latest_snapshot.wide", u128::MAX - 1, 2),
        number("latest_snapshot.negative", -2, i128::MIN),
        real("tracks[1].x", 6.0, 0.5),
        number("account.balance", -100, i64::MIN),
        number("guarded", 44, u32::MAX),
        words("guarded_text", "inside", "grüß"),
        real("guarded_point.x", 7.0, -7.0),
        number("beside", 66, 67),
        number("beside_points[1].y", -88, 88),
        number("watched", "Measuring", "Failed"),
        number("watched_point.y", -8, 8),
        number("watched_array[1]", 22, 23),
    ]
}
