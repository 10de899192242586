//! The sizes and limits of the format, each defined here and nowhere else; [`docs/format.md`](https://docs.rs/crate/shm-core/latest/source/docs/format.md) gives the
//! reasons.
//!
//! A region that exceeds one of them cannot be made, and is refused when it is opened.

/// Bytes of a cache line: data starts at a multiple of it, and so does each slot of a `Latest`.
pub const CACHE_LINE: u32 = 64;
/// Bytes of the smallest page of any machine. A mapping is aligned to a page, not more.
pub const PAGE: u32 = 4096;
/// The largest alignment of a type.
pub const MAX_ALIGN: u32 = PAGE;
/// The largest number of processes that can use a region's locks: a lock word has ten bits for a slot's
/// number plus one.
pub const MAX_PARTICIPANTS: u32 = 1023;
/// The largest number of sections of a header.
pub const MAX_SECTIONS: u32 = 64;
/// The longest schema section in bytes, and the longest annotation section.
pub const MAX_SCHEMA_LEN: u64 = 4 << 20;
/// The longest growth section in bytes: two slots, each with a head and a schema and annotations.
pub const MAX_GROWTH_LEN: u64 = 2 * (GROWTH_HEAD_LEN + 2 * MAX_SCHEMA_LEN);
/// Bytes of the head of a slot of a growth section.
pub(crate) const GROWTH_HEAD_LEN: u64 = 32;
/// The largest number of different types in a schema.
pub const MAX_TYPES: u32 = 65_536;
/// The largest number of fields and variants in a schema, counted over all of its types.
pub const MAX_PARTS: u32 = 32_768;
/// The longest name of a field or a variant in bytes, and the longest name of a type.
pub const MAX_NAME_LEN: usize = 255;
/// The longest doc comment in bytes that is kept.
pub const MAX_DOC_LEN: usize = 16 << 10;
/// The longest path in a value in bytes, such as `poses[3].mode`. Each name counts with the point before
/// it, each array with the brackets and digits of its last index, each slice with 22 bytes.
pub const MAX_PATH_LEN: u32 = 1024;
/// The deepest nesting of types: a scalar has depth 1.
pub const MAX_DEPTH: u32 = 64;
/// The largest number of pages of a heap: a page word has 24 bits for a number of pages.
pub const MAX_HEAP_PAGES: u64 = (1 << 24) - 1;
/// The shortest heap section in bytes: three pages.
pub const MIN_HEAP_LEN: u64 = 2 * PAGE as u64;
/// The longest heap section in bytes: a header of 4 KiB, and for each page 1 KiB and 32 bytes in a table.
pub const MAX_HEAP_LEN: u64 =
    (4096 + (MAX_HEAP_PAGES * 32).next_multiple_of(1024) + MAX_HEAP_PAGES * 1024)
        .next_multiple_of(PAGE as u64);
/// The length of the heap section of a new region whose type needs a heap, if none is given.
pub const DEFAULT_HEAP_LEN: u64 = 64 << 20;
