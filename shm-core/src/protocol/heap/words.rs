//! The words of the heap: what their bits mean.
//!
//! | word | 63..32 | 31..0 |
//! | --- | --- | --- |
//! | [`PageWord`] | floor: the lowest generation not yet issued by the span that starts here | count (24 bits), kind (8 bits) |
//! | [`State`] of a block | generation | tag: 0 free; [`LINKED`]; else the participant that owns it |
//! | place of a block | the byte offset in the region of the word that owns it | |
//! | [`Handle`] | generation | page (26 bits), block (6 bits) |

use std::num::NonZeroU64;

/// No span starts here.
pub const FREE: u8 = 0;
/// Part of the span that starts `count` pages before.
pub const CONT: u8 = 254;
/// A block of `count` whole pages.
pub const LARGE: u8 = 255;

/// The tag of a free block.
pub const UNOWNED: u32 = 0;
/// The tag of a block that its place owns.
pub const LINKED: u32 = 1 << 31;
/// The generation that is never issued: a block that reaches it is worn out.
pub const WORN: u32 = u32::MAX;

/// The number of bits of a page's index in a handle.
pub const PAGE_BITS: u32 = 26;
/// The number of bits of a block's index in a handle.
pub const BLOCK_BITS: u32 = 6;
/// The largest count of a page word.
pub const MAX_COUNT: usize = (1 << 24) - 1;

/// The word of a page: the truth about a run of pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageWord(pub u64);

impl PageWord {
    /// Packs a page word.
    #[inline]
    #[must_use]
    pub const fn new(floor: u32, count: usize, kind: u8) -> Self {
        Self(((floor as u64) << 32) | (((count & MAX_COUNT) as u64) << 8) | kind as u64)
    }

    /// The lowest generation that was not yet issued by a span that started here.
    #[inline]
    #[must_use]
    pub const fn floor(self) -> u32 {
        (self.0 >> 32) as u32
    }

    /// The number of pages of a span that starts here, or the distance back to the start of it.
    #[inline]
    #[must_use]
    pub const fn count(self) -> usize {
        (self.0 >> 8) as usize & MAX_COUNT
    }

    /// [`FREE`], [`CONT`], [`LARGE`], or the number of a class.
    #[inline]
    #[must_use]
    pub const fn kind(self) -> u8 {
        self.0 as u8
    }
}

impl PageWord {
    /// Whether this is a continuation at this distance from its start.
    #[inline]
    pub(super) const fn continues(self, distance: usize) -> bool {
        self.0 as u32 == Self::new(0, distance, CONT).0 as u32
    }
}

/// The state of a block: the truth about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct State(pub u64);

impl State {
    /// Packs a state.
    #[inline]
    #[must_use]
    pub const fn new(generation: u32, tag: u32) -> Self {
        Self(((generation as u64) << 32) | tag as u64)
    }

    /// The generation of the block: it was freed that many times, at least.
    #[inline]
    #[must_use]
    pub const fn generation(self) -> u32 {
        (self.0 >> 32) as u32
    }

    /// [`UNOWNED`], [`LINKED`], or the owner bits of a participant.
    #[inline]
    #[must_use]
    pub const fn tag(self) -> u32 {
        self.0 as u32
    }

    /// The owner bits of the participant that owns the block, if one does.
    #[inline]
    #[must_use]
    pub const fn participant(self) -> Option<u32> {
        match self.tag() {
            UNOWNED => None,
            tag if tag & LINKED != 0 => None,
            tag => Some(tag),
        }
    }
}

/// The name of a block at one time of its life: once the block is freed, its handle is stale for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Handle(NonZeroU64);

impl Handle {
    /// Packs a handle; `None` if all parts are zero.
    #[inline]
    #[must_use]
    pub const fn new(generation: u32, page: usize, block: usize) -> Option<Self> {
        let low = (page << BLOCK_BITS) as u32 | (block as u32 & ((1 << BLOCK_BITS) - 1));
        Self::from_word(((generation as u64) << 32) | low as u64)
    }

    /// The handle in a word; `None` if the word is zero.
    #[inline]
    #[must_use]
    pub const fn from_word(word: u64) -> Option<Self> {
        match NonZeroU64::new(word) {
            Some(word) => Some(Self(word)),
            None => None,
        }
    }

    /// The word that says this handle.
    #[inline]
    #[must_use]
    pub const fn word(self) -> u64 {
        self.0.get()
    }

    /// The generation of the block that this names.
    #[inline]
    #[must_use]
    pub const fn generation(self) -> u32 {
        (self.word() >> 32) as u32
    }

    /// The first page of the block's span.
    #[inline]
    #[must_use]
    pub const fn page(self) -> usize {
        (self.word() as u32 >> BLOCK_BITS) as usize
    }

    /// The block's index in its span.
    #[inline]
    #[must_use]
    pub const fn block(self) -> usize {
        self.word() as usize & ((1 << BLOCK_BITS) - 1)
    }
}
