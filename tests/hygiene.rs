//! Generated code in hostile surroundings: no prelude, names that are taken, lints that forbid.
//!
//! Compiling this file without a warning is most of the test.
#![no_implicit_prelude]
#![forbid(unsafe_code)]
#![deny(
    warnings,
    missing_docs,
    dead_code,
    unreachable_pub,
    unused_qualifications,
    missing_debug_implementations,
    non_local_definitions,
    elided_lifetimes_in_paths,
    single_use_lifetimes,
    trivial_casts,
    unused_results,
    deprecated,
    clippy::all
)]

#[path = "hygiene/names.rs"]
mod names;
#[path = "hygiene/places.rs"]
mod places;
#[path = "hygiene/shadows.rs"]
mod shadows;
