//! The bytes of a place, from look to look: all of them or, if that is too much, a sum of each block.
//! They are read with read(2), so that pages that were never written take no memory.

use std::io;
use std::ops::Range;

use shm_core::{inspect::Inspection, limits};

/// The number of bytes in one read.
const PIECE: usize = 1 << 20;

/// The smallest block with a sum.
const PAGE: u64 = limits::PAGE as u64;

/// Some bytes of a region's data.
#[derive(Debug)]
pub(crate) struct Raw {
    /// Their offset in the data.
    start: u64,
    len: u64,
    seen: Seen,
}

/// The bytes at the last look.
#[derive(Debug)]
enum Seen {
    /// None yet; all will be kept.
    NoBytes,
    Bytes(Vec<u8>),
    /// A sum of each block of that size, 0 for one of zeros; empty before the first look.
    Sums(u64, Vec<u64>),
}

/// The differences from the look before.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Difference {
    Nothing,
    /// The bytes before, and the bytes now.
    Bytes(Vec<u8>),
    /// The parts that differ, as offsets from the start of the place.
    Blocks(Vec<Range<u64>>),
}

impl Raw {
    /// Bytes that are all kept.
    pub(crate) fn kept(start: u64, len: u64) -> Self {
        Self { start, len, seen: Seen::NoBytes }
    }

    /// Bytes with at most that many sums.
    pub(crate) fn summed(start: u64, len: u64, sums: u64) -> Self {
        let block = len.div_ceil(sums.max(1)).max(PAGE);
        let block = block.checked_next_power_of_two().unwrap_or(1 << 63);
        Self { start, len, seen: Seen::Sums(block, Vec::new()) }
    }

    /// The bytes at the last look, if they are kept.
    pub(crate) fn bytes(&self) -> &[u8] {
        match &self.seen {
            Seen::Bytes(bytes) => bytes,
            _ => &[],
        }
    }

    /// Reads all of them.
    ///
    /// # Errors
    /// The operating system's.
    pub(crate) fn look(&mut self, region: &Inspection) -> io::Result<Difference> {
        if let Seen::Sums(block, before) = &mut self.seen {
            let sums = sums(region, self.start, self.len, *block)?;
            let before = std::mem::replace(before, sums);
            return Ok(self.blocks(&before));
        }
        let mut bytes = vec![0; self.len as usize];
        let found = region.read_data(self.start, &mut bytes)?;
        bytes.truncate(found);
        match std::mem::replace(&mut self.seen, Seen::Bytes(bytes)) {
            Seen::Bytes(before) if before != self.bytes() => Ok(Difference::Bytes(before)),
            _ => Ok(Difference::Nothing),
        }
    }

    /// The blocks that differ; adjacent ones are merged.
    fn blocks(&self, before: &[u64]) -> Difference {
        let Seen::Sums(block, now) = &self.seen else { return Difference::Nothing };
        let mut found: Vec<Range<u64>> = Vec::new();
        for (index, _) in before.iter().zip(now).enumerate().filter(|(_, (old, new))| old != new) {
            let from = index as u64 * block;
            let to = (from + block).min(self.len);
            match found.last_mut() {
                Some(last) if last.end == from => last.end = to,
                _ => found.push(from..to),
            }
        }
        if found.is_empty() { Difference::Nothing } else { Difference::Blocks(found) }
    }
}

fn sums(region: &Inspection, start: u64, len: u64, block: u64) -> io::Result<Vec<u64>> {
    let mut sums = vec![0; len.div_ceil(block) as usize];
    let (mut buffer, mut at) = (vec![0; PIECE.min(block as usize)], 0);
    while at < len {
        let Some(kept) = region.kept_data(start + at..start + len)? else { break };
        let first = (kept.start.saturating_sub(start)) / block;
        let last = (kept.end - start).div_ceil(block);
        for index in first..last {
            let (from, to) = (index * block, ((index + 1) * block).min(len));
            sums[index as usize] = sum(region, start + from..start + to, &mut buffer)?;
        }
        at = last * block;
    }
    Ok(sums)
}

/// The sum of some bytes; 0 if all are 0.
fn sum(region: &Inspection, range: Range<u64>, buffer: &mut [u8]) -> io::Result<u64> {
    let (mut sum, mut at, mut any) = (0_u64, range.start, false);
    while at < range.end {
        let len =
            usize::try_from(range.end - at).map_or(buffer.len(), |rest| rest.min(buffer.len()));
        let found = region.read_data(at, &mut buffer[..len])?;
        if found == 0 {
            break;
        }
        for word in buffer[..found].chunks(8) {
            let mut bytes = [0; 8];
            bytes[..word.len()].copy_from_slice(word);
            let word = u64::from_le_bytes(bytes);
            any |= word != 0;
            sum = (sum.rotate_left(5) ^ word).wrapping_mul(0x517c_c1b7_2722_0a95);
        }
        at += found as u64;
    }
    Ok(if any { sum | 1 } else { 0 })
}
