//! The bytes of a layout: where each field is, what lies unused between them, and what that costs.
//!
//! ```text
//! Subject -> rows, totals, orders, shared lines -> Picture -> text, JSON or SVG
//! ```

mod file_map;
mod gaps;
mod order;
mod picture;
mod ruler;
mod runs;
mod sharing;
pub(crate) mod svg;
pub(crate) mod text;
mod walk;

pub(crate) use picture::Picture;

/// Bytes in a cache line of every processor that this is likely to run on. The data of a region
/// starts at a multiple of it.
pub(crate) const LINE: u64 = 64;
