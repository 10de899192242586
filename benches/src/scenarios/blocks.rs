//! Blocks of memory: one that is allocated and freed at once, and a thousand of random sizes, of which
//! one after the other is replaced.

use super::Entry;
use crate::job::Job;
use crate::measure::{consume, nanoseconds_each};
use crate::outcome::{Failure, Outcome};

pub(crate) const BLOCK: &str = "heap-block";
pub(crate) const RANDOM: &str = "heap-random";

/// The blocks of which one is replaced.
pub(crate) const LIVE: usize = 1000;
/// The sizes of these: from the first, as many as the second says.
const SIZES: (usize, u64) = (8, 2000);

/// An allocator.
pub(crate) trait Blocks: Sized {
    /// A block, or the place that owns it.
    type Block;

    fn create(job: &Job) -> Result<Self, Failure>;
    /// Allocates a block of so many bytes, for which there is memory.
    fn alloc(&mut self, len: usize) -> Self::Block;
    /// A number for the compiler to believe that the block is used.
    fn number(block: &Self::Block) -> u64;
    fn free(&mut self, block: Self::Block);
}

pub(crate) const fn entries<P: Blocks>() -> [Entry; 2] {
    [Entry::solo(BLOCK, lead_block::<P>), Entry::solo(RANDOM, lead_random::<P>)]
}

fn lead_block<P: Blocks>(job: &Job) -> Result<Outcome, Failure> {
    let mut blocks = P::create(job)?;
    let ns = nanoseconds_each(job, |times| {
        for _ in 0..times {
            let block = blocks.alloc(8 * job.words);
            consume(P::number(&block));
            blocks.free(block);
        }
    });
    Ok(Outcome::timed(ns))
}

fn lead_random<P: Blocks>(job: &Job) -> Result<Outcome, Failure> {
    let mut blocks = P::create(job)?;
    let mut numbers = Numbers::new();
    let mut live: Vec<Option<P::Block>> = Vec::new();
    live.resize_with(LIVE, || Some(blocks.alloc(size(numbers.next()))));
    let ns = nanoseconds_each(job, |times| {
        for _ in 0..times {
            let number = numbers.next();
            let place = &mut live[number as usize % LIVE];
            if let Some(block) = place.take() {
                blocks.free(block);
            }
            let block = blocks.alloc(size(number >> 32));
            consume(P::number(&block));
            *place = Some(block);
        }
    });
    live.into_iter().flatten().for_each(|block| blocks.free(block));
    Ok(Outcome::timed(ns))
}

fn size(number: u64) -> usize {
    let (least, count) = SIZES;
    least + (number % count) as usize
}

/// Random numbers, the same in every run and for every peer: Marsaglia's xorshift.
pub(crate) struct Numbers(u64);

impl Numbers {
    pub(crate) const fn new() -> Self {
        Self(88_172_645_463_325_252)
    }

    #[inline]
    pub(crate) fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }
}
