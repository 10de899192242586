//! The description of a region of shared memory, without touching memory: its types, names and
//! notes, the bytes of its header, and whether two descriptions agree.
//!
//! Programs use [`shm-core`](https://docs.rs/shm-core), which re-exports this crate's modules. Tools
//! that only read or write descriptions (an exporter, a `build.rs`, a mirror on another host) can use
//! it alone: it maps nothing, opens nothing and has no `unsafe`.
//!
//! ```text
//! kind     the kinds of types: one definition for everything below
//! path     paths to parts of a value: `pose.x`, `samples[2..8]`
//! layout   Rust types, in constants: `T::LAYOUT`
//! schema   the same as bytes that travel with a region, and back; comparison and evolution
//! format   the header of a region's file: composed, and checked
//! describe layouts described in words, for regions that are created without a struct
//! fields   every field of a schema, with its path and its notes
//! limits   the sizes and limits of all of these
//! ```

#![forbid(unsafe_code)]

pub mod describe;
pub mod fields;
pub mod format;
pub mod kind;
pub mod layout;
pub mod limits;
pub mod path;
#[doc(hidden)]
pub mod report;
pub mod schema;
