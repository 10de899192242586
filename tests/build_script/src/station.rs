//! The layout: read by this crate, and by its build script.

use shm_core::{Latest, Mutex, SharedLayout, Text};

/// One weather station.
#[derive(SharedLayout)]
#[repr(C)]
pub struct Station {
    /// Outside, in the shade.
    #[shm(unit = "°C")]
    pub temperature: f64,
    /// How often it was read.
    pub hits: u64,
    /// Where it stands.
    pub name: Mutex<Text<16>>,
    /// What it does.
    pub state: State,
    /// Samples of one hour, whole.
    pub hour: Latest<[u32; 4]>,
    /// What it was paid.
    pub account: Mutex<u64>,
}

/// What a station does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, SharedLayout)]
#[repr(u8)]
pub enum State {
    /// Nothing.
    Idle = 0,
    /// It measures.
    Measuring = 1,
}
