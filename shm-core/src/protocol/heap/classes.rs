//! The size classes: how blocks tile a span. Normative: every process of a region computes the same.
//!
//! A span of kind `k` is [`CLASSES`]`[k]`. It begins with the heads of its blocks, 16 bytes each, padded to
//! 64 bytes; then come the blocks. Each size has two kinds: a short span, for small heaps, and a long one
//! that wastes less.

/// The bytes of a page.
pub const PAGE: usize = 1024;
/// The number of block sizes.
pub const SIZE_COUNT: usize = 26;
/// The block sizes.
pub const SIZES: [u32; SIZE_COUNT] = [
    16, 32, 48, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 448, 512, 640, 768, 896, 1024,
    1280, 1536, 1792, 2560, 3072, 3584,
];
/// The largest size of a block that shares a span.
pub const SMALL_MAX: usize = SIZES[SIZE_COUNT - 1] as usize;
/// The number of kinds, with kind 0, which is no class.
pub const KIND_COUNT: usize = 2 * SIZE_COUNT + 1;

/// How blocks tile a span.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Class {
    /// The bytes of a block.
    pub size: u32,
    /// The pages of a span.
    pub pages: u32,
    /// The blocks of a span.
    pub blocks: u32,
    /// The offset of the first block in the span.
    pub data: u32,
}

const HEAD: u32 = 16;
const LONGEST: u32 = 16;
const MOST_BLOCKS: u32 = 64;

const fn fit(size: u32, pages: u32) -> Class {
    let span = pages * PAGE as u32;
    let mut blocks = span / (size + HEAD);
    if blocks > MOST_BLOCKS {
        blocks = MOST_BLOCKS;
    }
    while blocks > 0 && (HEAD * blocks).next_multiple_of(64) + blocks * size > span {
        blocks -= 1;
    }
    Class { size, pages, blocks, data: (HEAD * blocks).next_multiple_of(64) }
}

/// The shortest span that wastes at most an eighth at its end.
const fn short(size: u32) -> Class {
    let mut pages = 1;
    loop {
        let class = fit(size, pages);
        let span = pages * PAGE as u32;
        let tail = span - class.data - class.blocks * size;
        if (class.blocks > 0 && tail * 8 <= span) || pages == LONGEST {
            return class;
        }
        pages += 1;
    }
}

/// The span that wastes least, or has more blocks and wastes hardly more.
const fn long(size: u32) -> Class {
    let mut best = short(size);
    let mut pages = 1;
    while pages <= LONGEST {
        let class = fit(size, pages);
        let (ours, theirs) = (class.blocks * best.pages * 100, best.blocks * class.pages);
        if ours > theirs * 101 || (class.blocks > best.blocks && ours >= theirs * 98) {
            best = class;
        }
        pages += 1;
    }
    best
}

/// The class of each kind: 0 is no class; then each size in a short span; then each in a long one.
pub static CLASSES: [Class; KIND_COUNT] = {
    let mut all = [Class { size: 0, pages: 0, blocks: 0, data: 0 }; KIND_COUNT];
    let mut at = 0;
    while at < SIZE_COUNT {
        all[1 + at] = short(SIZES[at]);
        all[1 + SIZE_COUNT + at] = long(SIZES[at]);
        at += 1;
    }
    all
};

/// The index in [`SIZES`] for sizes in steps of 16 bytes.
static SIZE_OF: [u8; SMALL_MAX / 16 + 1] = {
    let mut all = [0; SMALL_MAX / 16 + 1];
    let (mut at, mut size) = (0, 0);
    while at < all.len() {
        while (SIZES[size] as usize) < at * 16 {
            size += 1;
        }
        all[at] = size as u8;
        at += 1;
    }
    all
};

/// The class of a kind; `None` if it is not a kind of small spans.
#[inline]
#[must_use]
pub fn class(kind: u8) -> Option<&'static Class> {
    if kind == 0 { None } else { CLASSES.get(usize::from(kind)) }
}

/// The index of the smallest size that holds `bytes`; `None` if none does.
#[inline]
#[must_use]
pub fn size_index(bytes: usize) -> Option<usize> {
    SIZE_OF.get(bytes.div_ceil(16)).map(|&size| usize::from(size))
}

/// The index of the size of a kind of small spans.
#[inline]
#[must_use]
pub(super) fn size_index_of(kind: u8) -> Option<usize> {
    let kind = usize::from(kind);
    (1..KIND_COUNT).contains(&kind).then(|| (kind - 1) % SIZE_COUNT)
}

/// The kind of the short span of a size.
pub(super) fn short_kind(size: usize) -> u8 {
    (1 + size) as u8
}

/// The kind of the long span of a size.
pub(super) fn long_kind(size: usize) -> u8 {
    (1 + SIZE_COUNT + size) as u8
}
