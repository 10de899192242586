//! The format of a region's file: what stands before the data, made and checked.
//!
//! ```text
//! &'static Layout -> Description -> compose -> header bytes -> (file) -> check -> Checked -> expect
//! ```
//! A program that has the user's types uses `shm_core::Region` and needs nothing from here. A
//! tool that has not can [`check`] any file, print its [`Schema`](crate::schema::Schema) with the
//! doc comments, and say why a program refuses it. The bytes are specified in `docs/format.md`.

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

pub use check::check;
pub use checked::Checked;
pub use compose::{Composed, compose, heap_len_for};
pub use directory::{Section, SectionFault, SectionKind};
pub use error::{FormatError, Place};
pub use preamble::{Creator, FORMAT_VERSION, Features, MAGIC, PREAMBLE_LEN, READY, READY_OFFSET};
pub use source::ReadAt;
pub use source::fill;

pub use description::Description;
pub use preamble::UNKNOWN_BOOT;

#[cfg(test)]
mod tests;
