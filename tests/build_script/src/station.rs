//! The layout: read by this crate, and by its build script.

use shm_core::{Latest, Mutex, SharedLayout, Text};

/// One weather station.
#[derive(SharedLayout)]
#[repr(C)]
pub struct Station {
    /// Outside, in the shade.
    #[shm(unit = "°C")]
    pub temperature: f64,
    /// The number of readings.
    pub hits: u64,
    /// The position.
    pub name: Mutex<Text<16>>,
    /// The current mode.
    pub state: State,
    /// Samples of one hour, whole.
    pub hour: Latest<[u32; 4]>,
    /// The payments received.
    pub account: Mutex<u64>,
}

/// The mode of a station.
#[derive(Clone, Copy, Debug, PartialEq, Eq, SharedLayout)]
#[repr(u8)]
pub enum State {
    /// Nothing.
    Idle = 0,
    /// It measures.
    Measuring = 1,
}
