//! The memory that a heap takes for what lives in it: for each trace of allocations, the smallest heap that
//! passes it, compared with the most bytes that live at a time.
//!
//! `cargo test --release -p shm-core --lib overheads -- --ignored --nocapture` prints the figures.

use super::world::{Numbers, World};
use crate::protocol::heap::Cache;
use crate::protocol::heap::section::Section;

/// A step of a trace: a block's number, and its size or `None` if it is freed.
type Step = (usize, Option<usize>);

/// Steps that keep about `live` blocks, of sizes that `size` gives.
fn churn(
    numbers: &mut Numbers,
    (live, steps): (usize, usize),
    mut size: impl FnMut(&mut Numbers) -> usize,
) -> Vec<Step> {
    let (mut trace, mut alive) = (Vec::new(), Vec::new());
    for block in 0..steps {
        trace.push((block, Some(size(numbers))));
        alive.push(block);
        if alive.len() > live {
            let freed = numbers.below(alive.len());
            trace.push((alive.swap_remove(freed), None));
        }
    }
    trace
}

fn log_normal() -> Vec<Step> {
    churn(&mut Numbers::new(1), (50, 5000), |numbers| (numbers.log_normal() * 1000.0) as usize)
}

fn thousand() -> Vec<Step> {
    churn(&mut Numbers::new(2), (1000, 20_000), |numbers| 8 + numbers.below(2000))
}

fn many() -> Vec<Step> {
    churn(&mut Numbers::new(3), (20_000, 40_000), |numbers| 8 + numbers.below(1800))
}

fn messages() -> Vec<Step> {
    const SIZES: [usize; 7] = [24, 64, 120, 256, 520, 1100, 4000];
    churn(&mut Numbers::new(4), (500, 20_000), |numbers| SIZES[numbers.below(7)])
}

/// Small blocks, nine of ten are freed, then larger ones.
fn aged() -> Vec<Step> {
    let mut numbers = Numbers::new(5);
    let count = 40_000;
    let small = (0..count).map(|block| (block, Some(16 + numbers.below(112))));
    let mut trace: Vec<_> = small.collect();
    trace.extend((0..count).filter(|_| numbers.below(10) > 0).map(|block| (block, None)));
    trace.extend((count..count + 2000).map(|block| (block, Some(1024))));
    trace
}

/// The most bytes that live at a time.
fn peak(trace: &[Step]) -> usize {
    let (mut sizes, mut live, mut peak) = (std::collections::HashMap::new(), 0, 0);
    for (block, size) in trace {
        match size {
            Some(size) => {
                sizes.insert(block, *size);
                live += size;
            }
            None => live -= sizes.remove(block).unwrap(),
        }
        peak = peak.max(live);
    }
    peak
}

/// Whether a heap of so many pages passes a trace.
fn passes(trace: &[Step], pages: u64) -> bool {
    let world = World::with(pages, false);
    let (heap, mut cache) = (world.heap(1), Cache::new());
    let mut blocks = std::collections::HashMap::new();
    for (block, size) in trace {
        match size {
            Some(size) => match heap.alloc(&mut cache, *size) {
                Ok(found) => _ = blocks.insert(block, found),
                Err(_) => return false,
            },
            None => assert!(heap.free(&mut cache, blocks.remove(block).unwrap())),
        }
    }
    true
}

/// The bytes of the smallest heap that passes a trace, in hundredths of its peak.
fn overhead(trace: &[Step]) -> u64 {
    let peak = peak(trace) as u64;
    let (mut fails, mut passed) = (peak / 1200, 4 * peak / 1024 + 64);
    assert!(passes(trace, passed));
    while passed - fails > 1 {
        let pages = fails.midpoint(passed);
        if passes(trace, pages) {
            passed = pages;
        } else {
            fails = pages;
        }
    }
    100 * Section::len_for(passed) / peak
}

/// The traces, and the most hundredths of the peak that a heap needs for each.
fn traces() -> [(&'static str, Vec<Step>, u64); 5] {
    [
        ("log-normal sizes, 50 live", log_normal(), 190),
        ("8 to 2007 bytes, 1,000 live", thousand(), 145),
        ("8 to 1807 bytes, 20,000 live", many(), 125),
        ("messages of 7 sizes, 500 live", messages(), 125),
        ("40,000 small, 9 of 10 freed, then 1 KiB", aged(), 185),
    ]
}

#[test]
fn a_heap_takes_little_more_memory_than_what_lives_in_it() {
    for (name, trace, most) in traces() {
        let section = Section::new(0, peak(&trace) as u64 * most / 100).unwrap();
        assert!(passes(&trace, section.capacity() as u64), "{name}");
    }
}

#[test]
#[ignore = "prints the figures: `cargo test --release -p shm-core --lib overhead -- --ignored --nocapture`"]
#[allow(clippy::print_stdout, reason = "the figures")]
fn overheads() {
    for (name, trace, most) in traces() {
        let overhead = overhead(&trace);
        println!("{overhead:>6}  {name}, peak {}", peak(&trace));
        assert!(overhead <= most, "{name}: {overhead}");
    }
}
