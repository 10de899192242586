//! The types of the golden files. They are as much for ever as these: a type that is changed here says
//! nothing about regions that exist.

use std::marker::PhantomData;
use std::num::{NonZeroI64, NonZeroU8, NonZeroU16, NonZeroU32};

use shm_core::field::byteorder::{BE, F32, I64, LE, U16, U128};
use shm_core::{
    Bytes, CText, Event, Latest, Map, Mutex, Once, Owned, PerProcess, SharedLayout, Text, Watched,
    field::{Be, Le},
};

/// What a machine does.
#[derive(SharedLayout, Clone, Copy, Debug, PartialEq)]
#[repr(i16)]
pub enum Mode {
    Lost = -1,
    Idle,
    Busy = 300,
}

/// Where something is.
#[derive(SharedLayout, Clone, Copy, Debug, PartialEq)]
#[repr(C)]
pub struct Pose {
    /// East of the tower.
    #[shm(unit = "m")]
    pub x: f64,
    pub mode: Mode,
    pub path: [[u16; 2]; 3],
}

#[derive(SharedLayout, Clone, Copy, Debug, PartialEq)]
#[repr(C, align(32))]
pub struct Pair(pub u8, pub Be<u64>);

/// A field of every kind.
///
/// And a comment of two paragraphs, with "quotes" and a °.
#[derive(SharedLayout)]
#[repr(C)]
pub struct Kinds {
    pub u8: u8,
    pub u16: u16,
    pub u32: u32,
    pub u64: u64,
    pub i8: i8,
    pub i16: i16,
    pub i32: i32,
    pub i64: i64,
    pub f32: f32,
    /// In the shade.
    #[shm(unit = "°C")]
    pub température: f64,
    pub on: bool,
    pub off: bool,
    pub letter: char,
    pub id: NonZeroU16,
    pub nobody: Option<NonZeroU8>,
    pub somebody: Option<NonZeroI64>,
    pub big: Be<u32>,
    pub little: Le<f64>,
    pub packed_big: U16<BE>,
    pub packed_little: I64<LE>,
    pub packed_float: F32<BE>,
    pub packed_wide: U128<LE>,
    pub label: CText<10>,
    pub r#type: Mode,
    pub marker: PhantomData<f64>,
    pub samples: [u32; 5],
    pub switches: [[bool; 2]; 2],
    pub poses: [Pose; 2],
    pub pair: Pair,
}

/// Two numbers that change together.
#[derive(SharedLayout)]
#[repr(C)]
pub struct Span {
    #[shm(guarded_by = "lock")]
    pub low: i32,
    pub lock: Mutex<()>,
    /// Above `low`.
    #[shm(guarded_by = "lock", unit = "mm")]
    pub high: i32,
    pub looks: u32,
}

/// What a clerk keeps.
#[derive(SharedLayout)]
#[repr(C)]
pub struct Account {
    #[shm(unit = "cent")]
    pub balance: i64,
    pub owner: Text<12>,
    pub changes: Latest<u32>,
}

/// A field of every type that is more than its fields.
#[derive(SharedLayout)]
#[repr(C)]
pub struct Live {
    /// Three versions old.
    pub pose: Latest<Pose>,
    pub name: Latest<Text<21>>,
    pub packet: Latest<Bytes<100>, 2>,
    pub wide: Latest<[u128; 2]>,
    pub account: Mutex<Account>,
    pub tills: [Mutex<u8>; 2],
    pub mode: Watched<Mode>,
    pub bell: Event,
    pub started: Once,
    pub stopped: Once,
}

/// A board on which notes of any length are put up.
#[derive(SharedLayout)]
#[repr(C)]
pub struct Board {
    /// In large letters.
    pub title: Owned<str>,
    #[shm(unit = "m")]
    pub heights: Owned<[f32]>,
    pub pose: Owned<Pose>,
    pub notes: [Owned<str>; 3],
}

/// A directory of what comes and goes.
#[derive(SharedLayout)]
#[repr(C)]
pub struct Directory {
    /// Grown, with keys that were removed.
    pub ages: Map<str, u32>,
    pub by_id: Map<u64, Pose>,
    pub by_mode: Map<Mode, str>,
    pub lists: Map<Text<5>, [i16]>,
    pub empty: Map<u8, u8>,
}

/// A picture.
#[derive(SharedLayout)]
#[repr(C)]
pub struct Image {
    pub width: u64,
    pub height: u16,
    /// Row by row.
    pub pixels: [u8],
}

/// A lamp, when it was new.
pub mod first {
    /// A lamp.
    #[derive(shm_core::SharedLayout)]
    #[repr(C)]
    #[shm(capacity = 256)]
    pub struct Lamp {
        pub bright: f32,
        pub hours: u32,
    }
}

/// The lamp with one more field, and a better name for another one.
pub mod second {
    /// A lamp.
    #[derive(shm_core::SharedLayout)]
    #[repr(C)]
    pub struct Lamp {
        #[shm(unit = "lm", alias = "bright")]
        pub brightness: f32,
        pub hours: u32,
        pub colour: [u8; 8],
    }
}

/// The lamp with a lock.
pub mod third {
    use shm_core::Mutex;

    /// A lamp that several can switch.
    #[derive(shm_core::SharedLayout)]
    #[repr(C)]
    pub struct Lamp {
        #[shm(unit = "lm", alias = "bright", alias = "lumen")]
        pub brightness: f32,
        pub hours: u32,
        pub colour: [u8; 8],
        /// Who switches it, and how often.
        pub switch: Mutex<Switch>,
    }

    #[derive(shm_core::SharedLayout)]
    #[repr(C)]
    pub struct Switch {
        pub user: u32,
        #[shm(alias = "count")]
        pub times: u32,
    }
}

/// One more than any golden file has: regions of long ago can still grow.
pub mod fourth {
    use super::third::Switch;
    use shm_core::Mutex;

    #[derive(shm_core::SharedLayout)]
    #[repr(C)]
    pub struct Lamp {
        #[shm(alias = "bright")]
        pub brightness: f32,
        pub hours: u32,
        pub colour: [u8; 8],
        pub switch: Mutex<Switch>,
        pub warranty: Option<std::num::NonZeroU32>,
    }
}

/// What a worker counts.
#[derive(SharedLayout, Clone, Copy, Debug, PartialEq)]
#[repr(C)]
#[shm(fold = "sum")]
pub struct Tally {
    pub hits: u64,
    pub seconds: f32,
}

/// Rows for each process.
#[derive(SharedLayout)]
#[repr(C)]
pub struct Workers {
    /// Two were given up, and one of them was folded.
    pub tallies: PerProcess<Tally, 2>,
}

/// For the region without annotations.
#[derive(SharedLayout)]
#[repr(C)]
pub struct Bare {
    pub number: NonZeroU32,
    pub letters: [char; 2],
}
