//! A crate that shares a [`Station`] with programs in other languages, for which its build script writes a
//! [`HEADER`] and a [`MODULE`]. `shm-cli/tests/export_build_script.rs` compiles and runs them.

mod station;

pub use station::{State, Station};

/// The C header that the build script wrote.
pub const HEADER: &str = include_str!(concat!(env!("OUT_DIR"), "/station.h"));

/// The Python module that the build script wrote.
pub const MODULE: &str = include_str!(concat!(env!("OUT_DIR"), "/station.py"));
