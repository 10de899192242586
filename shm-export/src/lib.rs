//! Layouts of shared memory, written for others: a C header, a Python module, a JSON schema, a picture.
//!
//! ```text
//! T::LAYOUT | Schema | JSON -> Description -> noted types -> shapes -> catalog -> C | Python
//!                                                         -> JSON
//!                                                         -> rows -> text | SVG
//! ```
//! A [`Description`] is what is exported. It needs no region, so that a `build.rs` can write a header for
//! the C part of a program, and a test can compare one that is committed.
//!
//! `shape` says what a type is and whether a live one is made as it must be, `catalog` lists what needs
//! a name, parts before wholes, and `names` makes identifiers of whatever stands in a region. What [`c`]
//! and [`python`] print comes from such a region: no text of it gets into the output but as an
//! identifier, or escaped.

#![forbid(unsafe_code)]

pub mod c;
pub mod json;
pub mod picture;
pub mod printable;
pub mod python;

mod catalog;
mod description;
mod error;
mod limits;
mod names;
mod noted;
mod path;
mod shape;
mod tail;
mod type_names;

pub use description::Description;
pub use error::Error;
