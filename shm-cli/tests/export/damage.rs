//! Damage to the heap of a region, which exported code must survive.

use std::fs::File;
use std::os::unix::fs::FileExt;

use shm_core::format::SectionKind;
use shm_core::inspect::Inspection;
use shm_core::traits::Root;

use crate::regions::Fixture;

/// Numbers that are the same in every run (xorshift).
fn dice(state: &mut u64) -> u64 {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    *state
}

/// Damages handles and lengths of places, the heap's table, and heads, contents and tables of maps in its pages;
/// lets `read` look at everything now and then.
pub(crate) fn damage<T: Root>(fixture: &Fixture<T>, rounds: u64, mut read: impl FnMut()) {
    let file = File::options().read(true).write(true).open(fixture.path()).unwrap();
    let inspection = Inspection::of(fixture.path()).unwrap();
    let section = |kind| {
        let mut sections = inspection.header().sections().iter();
        let found = sections.find(|section| section.kind() == kind).unwrap();
        (found.offset(), found.len())
    };
    let ((data, data_len), (heap, heap_len)) =
        (section(SectionKind::Data), section(SectionKind::Heap));
    let pages = heap + 4096 + (heap_len / 1056 * 32).next_multiple_of(1024);
    let used = fixture.region.heap().unwrap().stats().frontier as u64;
    let mut state = 0x9e37_79b9_7f4a_7c15;
    for round in 0..rounds {
        let (first, words) = match round % 4 {
            0 => (data, data_len / 8),
            1 => (heap + 4096, used * 4),
            _ => (pages, used * 128),
        };
        let at = first + dice(&mut state) % words * 8;
        let mut old = [0; 8];
        file.read_exact_at(&mut old, at).unwrap();
        let word = match dice(&mut state) % 6 {
            0 => u64::MAX,
            1 => dice(&mut state),
            2 => 255 | ((dice(&mut state) % (1 << 25)) << 8),
            // The buckets of a table, or the lengths of an entry.
            3 => (1 << (dice(&mut state) % 33)) - 1,
            _ => u64::from_ne_bytes(old) ^ 1 << (dice(&mut state) % 64),
        };
        file.write_all_at(&word.to_ne_bytes(), at).unwrap();
        if round % 8 == 7 {
            read();
        }
        // Half of the damage stays.
        if round % 2 == 0 {
            file.write_all_at(&old, at).unwrap();
        }
    }
}
