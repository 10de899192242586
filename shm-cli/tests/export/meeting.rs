//! A region in which processes in several languages meet: each kind of lock, and of what wakes a waiter.
#![allow(dead_code, reason = "each test file uses a part of this")]

use shm_core::{
    Barrier, Event, Latest, Mutex, Ring, RwLock, Semaphore, SharedLayout, Text, Watched,
};

/// Two numbers that change together.
#[derive(SharedLayout, Clone, Copy, Debug)]
#[repr(C)]
pub(crate) struct Pair {
    pub(crate) left: u64,
    pub(crate) right: u64,
}

#[derive(SharedLayout, Clone, Copy, Debug, PartialEq)]
#[repr(u8)]
pub(crate) enum Mode {
    Idle,
    Measuring = 3,
}

/// A version all parts of which derive from its number, with padding, and with parts that have to be valid.
#[derive(SharedLayout, Clone, Copy, Debug, PartialEq)]
#[repr(C)]
pub(crate) struct Version {
    pub(crate) number: u64,
    pub(crate) is_odd: bool,
    pub(crate) copies: [u64; 6],
    pub(crate) modes: [Mode; 3],
    pub(crate) last: char,
    pub(crate) name: Text<12>,
    pub(crate) parts: [Part; 2],
}

#[derive(SharedLayout, Clone, Copy, Debug, PartialEq)]
#[repr(C)]
pub(crate) struct Part {
    pub(crate) small: u8,
    pub(crate) large: u32,
}

/// The permits of `slots`.
pub(crate) const PERMITS: usize = 2;
/// The members of `step`.
pub(crate) const MEMBERS: usize = 2;

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct Meeting {
    pub(crate) counter: Mutex<u64>,
    pub(crate) account: Mutex<Pair>,
    pub(crate) lanes: [Mutex<u32>; 3],
    pub(crate) pair: RwLock<Pair, 3>,
    pub(crate) level: RwLock<u32, 2>,
    pub(crate) slots: Semaphore<PERMITS>,
    /// The processes that have a permit.
    pub(crate) inside: u32,
    pub(crate) ready: Event,
    pub(crate) asked: Event,
    pub(crate) step: Barrier<MEMBERS>,
    pub(crate) version: Latest<Version>,
    pub(crate) speed: Latest<f64>,
    pub(crate) trail: Ring<Version, 8>,
    pub(crate) mode: Watched<u32>,
    pub(crate) news: Watched<Latest<Version>>,
    /// What a test needs besides.
    pub(crate) turns: u64,
    pub(crate) stop: u32,
}

impl Version {
    pub(crate) fn of(number: u64) -> Self {
        let name = Text::truncated(&format!("v{}", number % 1000));
        let mode = if number.is_multiple_of(2) { Mode::Idle } else { Mode::Measuring };
        Self {
            number,
            is_odd: !number.is_multiple_of(2),
            copies: [number; 6],
            modes: [mode; 3],
            last: 'ä',
            name,
            parts: [Part { small: number as u8, large: number as u32 }; 2],
        }
    }
}
