//! The format of a region's file: composes and checks the header before the data.
//!
//! ```text
//! &'static Layout -> Description -> compose -> header bytes -> (file) -> check -> CheckedHeader -> expect
//! ```
//! A program that has the user's types uses `shm_core::Region` and needs nothing from here. A
//! tool without them can [`check`] any file, print its [`Schema`](crate::schema::Schema) with the
//! doc comments, and explain why a program refuses it. The bytes are specified in [`docs/format.md`](https://docs.rs/crate/shm-core/latest/source/docs/format.md).

mod check;
mod checked;
mod compose;
mod description;
mod directory;
mod error;
mod growth;
mod preamble;
mod source;
mod verdict;

pub use check::{check, check_for};
pub use checked::CheckedHeader;
pub use compose::{Composed, compose, heap_len_for};
pub use directory::{Section, SectionFault, SectionKind};
pub use error::{FormatError, HeaderPart};
pub use preamble::{Creator, FORMAT_VERSION, Features, MAGIC, PREAMBLE_LEN, READY, READY_OFFSET};
pub use source::ReadAt;
pub use source::fill;
pub use verdict::{expect, expect_schema};

pub use description::Description;
pub use preamble::UNKNOWN_BOOT;

#[cfg(test)]
mod boundaries;
#[cfg(test)]
mod exhaustive;
#[cfg(test)]
mod tests;
