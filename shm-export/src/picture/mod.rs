//! The bytes of a layout: where each field is, which bytes between them are unused, and what that costs.
//!
//! ```text
//! Description -> rows, totals, orders, shared lines -> Picture -> text, JSON or SVG
//! ```

mod file_map;
mod gaps;
mod model;
mod options;
mod order;
mod ruler;
mod runs;
mod sharing;
mod svg;
mod text;
mod walk;

pub use model::Picture;
pub use options::TextOptions;
pub use svg::{HeapPicture, HeapPictureObject, HeapPictureSpan, heap_svg, svg};
pub use text::{text, write_text};

use shm_schema::limits::CACHE_LINE;

/// Bytes in a cache line of every processor that this is likely to run on. The data of a region
/// starts at a multiple of it.
pub(crate) const LINE: u64 = CACHE_LINE as u64;
