//! Exports of layouts of shared memory: a C header, a Python module, classes for the Python package, a JSON
//! schema, a picture.
//!
//! ```text
//! T::LAYOUT | Schema | JSON -> Description -> parts -> kinds -> catalog -> C | Python
//!                                                         -> JSON
//!                                                         -> rows -> text | SVG
//! ```
//! A [`Description`] is the input. It needs no region, so that a `build.rs` can write a header for
//! the C part of a program, and a test can compare one that is committed.
//!
//! `kinds` classifies types, `catalog` lists the types that need a name,
//! parts before wholes, and `names` makes identifiers of any text in a region. The input of [`c`] and
//! [`python`] may come from an untrusted region: its text gets into the output only as an identifier or
//! escaped.

#![forbid(unsafe_code)]

pub mod c;
pub mod json;
pub mod picture;
pub mod printable;
pub mod python;

mod catalog;
mod description;
mod error;
mod heap;
mod kinds;
mod limits;
mod names;
mod part;
mod path;
mod tail;
mod type_names;

pub use description::Description;
pub use error::Error;
