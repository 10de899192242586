//! A struct with a field of every kind, and two values for each.
#![allow(dead_code, reason = "each test file uses a part of this")]

use std::marker::PhantomData;
use std::num::{NonZeroI32, NonZeroI64, NonZeroU16};

use shm_core::field::byteorder::{BE, F32, F64, I32, I128, LE, U16, U64, U128};
use shm_core::{
    Bulk, Bytes, CText, Event, Latest, Map, Mutex, Once, Owned, Queue, Ring, SharedLayout, Text,
    View, Watched,
    field::{Be, Le},
};

use crate::support::{Account, Mode};

#[derive(SharedLayout, Clone, Copy, Debug, PartialEq)]
#[repr(i64)]
pub(crate) enum Signed {
    Low = i64::MIN,
    None = 0,
    High = i64::MAX,
}

#[derive(SharedLayout, Clone, Copy, Debug, PartialEq)]
#[repr(u64)]
pub(crate) enum Unsigned {
    Low = 0,
    High = u64::MAX,
}

#[derive(SharedLayout, Clone, Copy, Debug, PartialEq)]
#[repr(C)]
pub(crate) struct Point {
    pub(crate) x: f64,
    pub(crate) y: i16,
    pub(crate) path: [[u16; 2]; 3],
}

#[derive(SharedLayout, Clone, Copy, Debug, PartialEq)]
#[repr(C, align(32))]
pub(crate) struct Pair(pub(crate) u8, pub(crate) Be<u64>);

/// The value of a `Latest`, copied whole.
#[derive(SharedLayout, Clone, Copy, Debug, PartialEq)]
#[repr(C)]
pub(crate) struct Snapshot {
    pub(crate) point: Point,
    pub(crate) modes: [Mode; 2],
    pub(crate) name: Text<8>,
    pub(crate) data: Bytes<4>,
    pub(crate) wide: U128<LE>,
    pub(crate) negative: I128<BE>,
    pub(crate) small: u8,
}

/// A field of every kind. */ A comment that tries to end, """ and one for Python \
#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct Everything {
    pub(crate) u8: u8,
    pub(crate) u16: u16,
    pub(crate) u32: u32,
    pub(crate) u64: u64,
    pub(crate) i8: i8,
    pub(crate) i16: i16,
    pub(crate) i32: i32,
    pub(crate) i64: i64,
    pub(crate) f32: f32,
    pub(crate) f64: f64,
    pub(crate) bool: bool,
    pub(crate) char: char,
    /// The name is a keyword of C++ and of Python.
    pub(crate) class: u16,
    /// This name is one only in Python.
    pub(crate) from: u16,
    pub(crate) open: u16,
    pub(crate) non_zero: NonZeroU16,
    pub(crate) non_zero_i64: NonZeroI64,
    pub(crate) maybe: Option<NonZeroI32>,
    pub(crate) mode: Mode,
    pub(crate) signed: Signed,
    pub(crate) unsigned: Unsigned,
    pub(crate) be_u16: Be<u16>,
    pub(crate) be_i32: Be<i32>,
    pub(crate) be_u64: Be<u64>,
    pub(crate) be_f32: Be<f32>,
    pub(crate) be_f64: Be<f64>,
    pub(crate) le_u32: Le<u32>,
    pub(crate) le_i64: Le<i64>,
    pub(crate) le_f64: Le<f64>,
    pub(crate) packed_u16: U16<BE>,
    pub(crate) packed_i32: I32<LE>,
    pub(crate) packed_u64: U64<BE>,
    pub(crate) packed_f32: F32<LE>,
    pub(crate) packed_f64: F64<BE>,
    pub(crate) packed_u128: U128<BE>,
    pub(crate) packed_i128: I128<LE>,
    pub(crate) text: CText<12>,
    pub(crate) numbers: [u32; 4],
    pub(crate) rows: [[f32; 3]; 2],
    pub(crate) bools: [bool; 3],
    pub(crate) modes: [Mode; 2],
    pub(crate) chars: [char; 2],
    pub(crate) ordered: [Be<i16>; 2],
    pub(crate) names: [CText<4>; 2],
    pub(crate) point: Point,
    pub(crate) points: [Point; 2],
    pub(crate) pair: Pair,
    pub(crate) marker: PhantomData<u32>,
    pub(crate) latest_f64: Latest<f64>,
    pub(crate) latest_bool: Latest<bool>,
    pub(crate) latest_mode: Latest<Mode>,
    pub(crate) latest_char: Latest<char>,
    pub(crate) latest_be: Latest<Be<u32>>,
    pub(crate) latest_u128: Latest<u128, 2>,
    pub(crate) latest_wide: Latest<[i128; 2]>,
    pub(crate) latest_text: Latest<Text<32>>,
    pub(crate) latest_bytes: Latest<Bytes<5>>,
    pub(crate) latest_array: Latest<[f64; 3]>,
    pub(crate) latest_points: Latest<[Point; 2]>,
    pub(crate) latest_snapshot: Latest<Snapshot>,
    pub(crate) tracks: [Latest<Point>; 2],
    pub(crate) ring_point: Ring<Point, 4>,
    pub(crate) ring_f64: Ring<f64, 3>,
    pub(crate) account: Mutex<Account>,
    pub(crate) guarded: Mutex<u32>,
    pub(crate) guarded_text: Mutex<Text<8>>,
    pub(crate) guarded_point: Mutex<Point>,
    pub(crate) guarded_latest: Mutex<Latest<u16>>,
    pub(crate) lock: Mutex<()>,
    #[shm(guarded_by = "lock")]
    pub(crate) beside: u32,
    #[shm(guarded_by = "lock")]
    pub(crate) beside_points: [Point; 2],
    pub(crate) event: Event,
    pub(crate) watched: Watched<Mode>,
    pub(crate) watched_point: Watched<Point>,
    pub(crate) watched_array: Watched<[u16; 2]>,
    pub(crate) once: Once,
    pub(crate) queue: Queue<Point, 5>,
    pub(crate) queues: [Queue<u8, 3>; 2],
}

/// A struct whose slice starts in its final padding.
#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct Frame {
    pub(crate) stamp: u64,
    pub(crate) width: u32,
    pub(crate) pixels: [u8],
}

/// A struct with places in the heap.
#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct Board {
    pub(crate) number: u32,
    pub(crate) title: Owned<str>,
    pub(crate) notes: Map<u32, str>,
}

/// Elements without a name in C.
#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct Log {
    pub(crate) lines: [CText<12>],
}

/// Elements that are structs.
#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct Tour {
    pub(crate) stops: [Point],
}

pub(crate) const fn point(x: f64, y: i16) -> Point {
    Point { x, y, path: [[1, 2], [3, 4], [5, 6]] }
}

pub(crate) fn snapshot(mode: Mode) -> Snapshot {
    Snapshot {
        point: point(-1.5, -2),
        modes: [mode, Mode::Idle],
        name: Text::new("größe").unwrap(),
        data: Bytes::new(&[0, 255, 7]).unwrap(),
        wide: U128::new(u128::MAX - 1),
        negative: I128::new(-2),
        small: 9,
    }
}

/// Writes the fields for which zero is invalid.
pub(crate) fn initialise(all: &View<Everything>) {
    all.non_zero.set(NonZeroU16::MAX);
    all.non_zero_i64.set(NonZeroI64::MIN);
    all.latest_snapshot.store(&snapshot(Mode::Idle)).unwrap();
}

/// Writes the values that the programs in other languages expect.
pub(crate) fn write(all: &View<Everything>) {
    integers(all);
    checked(all);
    ordered(all);
    arrays(all);
    latest(all);
    others(all);
}

fn integers(all: &View<Everything>) {
    all.u8.set(u8::MAX);
    all.u16.set(u16::MAX - 1);
    all.u32.set(u32::MAX - 2);
    all.u64.set(u64::MAX - 3);
    all.i8.set(i8::MIN);
    all.i16.set(i16::MIN + 1);
    all.i32.set(i32::MIN + 2);
    all.i64.set(i64::MIN + 3);
    all.f32.set(0.5);
    all.f64.set(-0.25);
    all.bool.set(true);
    all.class.set(11);
    all.from.set(12);
    all.open.set(13);
}

fn checked(all: &View<Everything>) {
    all.char.set('ä');
    all.non_zero.set(NonZeroU16::new(0x1234).unwrap());
    all.non_zero_i64.set(NonZeroI64::new(-5).unwrap());
    all.maybe.set(NonZeroI32::new(-7));
    all.mode.set(Mode::Measuring);
    all.signed.set(Signed::Low);
    all.unsigned.set(Unsigned::High);
}

fn ordered(all: &View<Everything>) {
    all.be_u16.set(0x0102);
    all.be_i32.set(-3);
    all.be_u64.set(0x0102_0304_0506_0708);
    all.be_f32.set(0.5);
    all.be_f64.set(-0.25);
    all.le_u32.set(0x0102_0304);
    all.le_i64.set(i64::MIN);
    all.le_f64.set(1e300);
    all.packed_u16.set(0x0102);
    all.packed_i32.set(-4);
    all.packed_u64.set(u64::MAX - 1);
    all.packed_f32.set(-2.0);
    all.packed_f64.set(1e-300);
    all.packed_u128.set(u128::MAX - 5);
    all.packed_i128.set(-6);
    all.text.set("north gate").unwrap();
}

fn arrays(all: &View<Everything>) {
    all.numbers.store_from(&[1, 2, 3, u32::MAX]).unwrap();
    all.rows.store_from(&[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]).unwrap();
    all.bools.store_from(&[true, false, true]).unwrap();
    all.modes.store_from(&[Mode::Failed, Mode::Idle]).unwrap();
    all.chars.store_from(&['ö', '\u{10ffff}']).unwrap();
    all.ordered.store_from(&[-1, 258].map(Be::new)).unwrap();
    all.names.store_from(&[*b"ab\0\0", *b"cdef"].map(CText::from_array)).unwrap();
    all.point.store(&point(1.0, -1));
    all.points.store_from(&[point(2.0, -2), point(3.0, -3)]).unwrap();
    all.pair.store(&Pair(7, Be::new(0x0102)));
}

fn latest(all: &View<Everything>) {
    all.latest_f64.store(&2.5).unwrap();
    all.latest_bool.store(&true).unwrap();
    all.latest_mode.store(&Mode::Failed).unwrap();
    all.latest_char.store(&'€').unwrap();
    all.latest_be.store(&Be::new(0x0102_0304)).unwrap();
    all.latest_u128.store(&(u128::MAX - 9)).unwrap();
    all.latest_wide.store(&[-1, i128::MIN]).unwrap();
    all.latest_text.store(&Text::new("grüße").unwrap()).unwrap();
    all.latest_bytes.store(&Bytes::new(&[1, 0, 2]).unwrap()).unwrap();
    all.latest_array.store(&[1.0, 2.0, 3.0]).unwrap();
    all.latest_points.store(&[point(4.0, -4), point(5.0, -5)]).unwrap();
    all.latest_snapshot.store(&snapshot(Mode::Measuring)).unwrap();
    all.tracks[1].store(&point(6.0, -6)).unwrap();
    for x in 1..=9_u32 {
        assert_eq!(all.ring_point.push(&point(x.into(), -9)).unwrap(), u64::from(x));
    }
    all.ring_f64.push(&9.5).unwrap();
}

fn others(all: &View<Everything>) {
    all.account.lock().unwrap().store(&Account { balance: -100, bookings: 3 });
    all.guarded.lock().unwrap().set(44);
    all.guarded_text.lock().unwrap().set("inside").unwrap();
    all.guarded_point.lock().unwrap().store(&point(7.0, -7));
    let lock = all.lock.lock().unwrap();
    all.beside.set(66);
    all.beside_points[1].store(&point(8.0, -88));
    drop(lock);
    all.guarded_latest.lock().unwrap().store(&55).unwrap();
    all.event.notify_all();
    all.event.notify_all();
    all.watched.set(Mode::Measuring);
    all.watched_point.set(point(8.0, -8));
    all.watched_array.set([21, 22]);
    all.once.call_once(|| ()).unwrap();
    all.queue.push(point(1.0, 1)).unwrap();
    all.queue.push(point(2.0, 2)).unwrap();
    all.queue.pop().unwrap();
    (0..3).for_each(|value| all.queues[1].push(value).unwrap());
}

/// Checks the values that the programs in other languages write.
pub(crate) fn check_written(all: &View<Everything>) {
    assert_eq!((all.u8.get(), all.u16.get(), all.u32.get(), all.u64.get()), (1, 2, 3, 4));
    assert_eq!((all.i8.get(), all.i16.get(), all.i32.get(), all.i64.get()), (-1, -2, -3, -4));
    assert_eq!((all.f32.get(), all.f64.get(), all.bool.get()), (1.5, 2.5, false));
    assert_eq!((all.class.get(), all.from.get(), all.open.get()), (21, 22, 23));
    assert_eq!(all.char.get().unwrap(), '\u{10ffff}');
    assert_eq!(all.non_zero.get().unwrap().get(), 5);
    assert_eq!(all.non_zero_i64.get().unwrap().get(), 6);
    assert_eq!(all.maybe.get().unwrap(), None);
    assert_eq!(all.mode.get().unwrap(), Mode::Failed);
    assert_eq!(all.signed.get().unwrap(), Signed::High);
    assert_eq!(all.unsigned.get().unwrap(), Unsigned::Low);
    assert_eq!((all.be_u16.get(), all.be_i32.get()), (0x0304, i32::MIN));
    assert_eq!(all.be_u64.get(), 0x1122_3344_5566_7788);
    assert_eq!((all.be_f32.get(), all.be_f64.get()), (-8.0, 1e-10));
    assert_eq!((all.le_u32.get(), all.le_i64.get(), all.le_f64.get()), (5, -6, 7.5));
    assert_eq!((all.packed_u16.get(), all.packed_i32.get()), (0x0506, i32::MIN));
    assert_eq!(all.packed_u64.get(), 0x1122_3344_5566_7788);
    assert_eq!((all.packed_f32.get(), all.packed_f64.get()), (0.125, -1e10));
    assert_eq!(all.packed_u128.get(), (1 << 100) + 3);
    assert_eq!(all.packed_i128.get(), i128::MIN);
    assert_eq!(all.text.get().to_str(), Ok("exactly 12 b"));
    assert_eq!(all.numbers.load_vec().unwrap(), [9, 8, 7, 6]);
    assert_eq!(all.rows[1][2].get(), -1.5);
    assert_eq!(all.bools.load_vec().unwrap(), [false, true, true]);
    assert_eq!(all.modes[1].get().unwrap(), Mode::Measuring);
    assert_eq!(all.chars[0].get().unwrap(), 'z');
    assert_eq!(all.ordered[1].get(), i16::MIN);
    assert_eq!(all.names[1].get().to_str(), Ok("x"));
    assert_eq!((all.point.x.get(), all.point.path[2][1].get()), (10.0, 77));
    assert_eq!((all.points[1].y.get(), all.points[0].y.get()), (-33, -2));
    assert_eq!((all.pair.0.get(), all.pair.1.get()), (8, 0x1122_3344));
}
