//! The copies that a reader accepts, and how often it tries.

use std::cell::Cell;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use super::*;
use crate::protocol::Hardware;

struct Memory(Vec<[AtomicU64; 3]>);

impl Memory {
    fn of(count: usize) -> Self {
        Self((0..count).map(|_| [const { AtomicU64::new(0) }; 3]).collect())
    }
}

impl Slots<Hardware> for Memory {
    fn count(&self) -> u64 {
        self.0.len() as u64
    }

    fn words(&self, slot: u64) -> &[AtomicU64] {
        &self.0[slot as usize]
    }
}

#[test]
fn a_copy_is_accepted_unless_the_writer_may_have_come_round_to_it() {
    for count in 2..=6_u64 {
        let slots = Memory::of(count as usize);
        for writes in 0..=2 * count {
            let sequence = AtomicU64::new(40);
            let mut copy = |_: &[AtomicU64]| sequence.store(40 + writes, Relaxed);
            let accepted = attempt::<Hardware>(&sequence, &slots, &mut copy);
            // The writer may be at the slot after the published one.
            let expected = if writes + 1 < count { Ok(40) } else { Err(Lapped) };
            assert_eq!(accepted, expected, "{count} slots, {writes} writes");
        }
    }
}

/// As after a wipe, or with a peer that writes nonsense.
#[test]
fn a_copy_during_which_the_version_went_back_is_refused_and_one_across_the_last_number_is_not() {
    let slots = Memory::of(4);
    for (before, after, is_accepted) in [
        (40, 39, false),
        (40, 0, false),
        (u64::MAX, 0, true),
        (u64::MAX, 1, true),
        (u64::MAX, 2, false),
    ] {
        let sequence = AtomicU64::new(before);
        let mut copy = |_: &[AtomicU64]| sequence.store(after, Relaxed);
        let accepted = attempt::<Hardware>(&sequence, &slots, &mut copy);
        assert_eq!(accepted.is_ok(), is_accepted, "{before} {after}");
    }
}

#[test]
fn a_reader_tries_a_thousand_times() {
    let (slots, sequence, tries) = (Memory::of(2), AtomicU64::new(0), Cell::new(0));
    let lapped = read::<Hardware>(&sequence, &slots, |_| {
        tries.set(tries.get() + 1);
        sequence.fetch_add(1, Relaxed);
    });
    assert_eq!((lapped, tries.get()), (Err(Lapped), 1_000));
    tries.set(0);
    let read = read::<Hardware>(&sequence, &slots, |_| {
        tries.set(tries.get() + 1);
        if tries.get() < 1_000 {
            sequence.fetch_add(1, Relaxed);
        }
    });
    assert_eq!((read, tries.get()), (Ok(1_999), 1_000));
}

/// A machine that notes what it is asked for in advance.
enum Asking {}

thread_local! {
    static ASKED_FOR: Cell<u64> = const { Cell::new(0) };
}

impl Machine for Asking {
    type U32 = AtomicU32;
    type U64 = AtomicU64;

    fn fence(_: Ordering) {}

    fn spin() {}

    fn prefetch(words: &[AtomicU64]) {
        ASKED_FOR.set(ASKED_FOR.get() | 1 << words[0].load(Relaxed));
    }
}

/// Slots of one word each, which is their number.
struct Numbered(Vec<AtomicU64>);

impl Slots<Asking> for Numbered {
    fn count(&self) -> u64 {
        self.0.len() as u64
    }

    fn words(&self, slot: u64) -> &[AtomicU64] {
        std::slice::from_ref(&self.0[slot as usize])
    }
}

#[test]
fn a_reader_that_was_lapped_asks_for_every_slot_before_it_tries_again_and_another_for_none() {
    for (count, expected) in [(2, 0b11), (4, 0b1111), (8, 0xff), (20, 0xff)] {
        let (slots, sequence) =
            (Numbered((0..count).map(AtomicU64::new).collect()), AtomicU64::new(0));
        let mut asked_for = Vec::new();
        ASKED_FOR.set(0);
        let read = read::<Asking>(&sequence, &slots, |_| {
            asked_for.push(ASKED_FOR.get());
            if asked_for.len() == 1 {
                sequence.fetch_add(count, Relaxed);
            }
        });
        assert_eq!((read, asked_for), (Ok(count), vec![0, expected]), "{count} slots");
    }
}

#[test]
fn a_version_is_written_whole_to_its_slot_alone_and_then_published() {
    let (slots, sequence) = (Memory::of(4), AtomicU64::new(0));
    for version in 1..=9_u64 {
        assert_eq!(
            write::<Hardware>(&sequence, &slots, &[version, version * 2, version * 3]),
            version
        );
        assert_eq!(super::version::<Hardware>(&sequence), version);
        let oldest = version.saturating_sub(3);
        for kept in oldest.max(1)..=version {
            let words = slots.words(kept % 4).iter().map(|word| word.load(Relaxed));
            assert_eq!(words.collect::<Vec<_>>(), [kept, kept * 2, kept * 3]);
        }
    }
}

/// Follows `versions` that are written one by one, and compares what it gets with what must be left.
#[test]
fn a_reader_that_keeps_up_gets_each_version_once_and_one_that_does_not_is_told_how_many_it_missed()
{
    for count in 2..=6_u64 {
        for lead in 0..=3 * count {
            let (slots, sequence) = (Memory::of(count as usize), AtomicU64::new(0));
            for version in 1..=lead {
                write::<Hardware>(&sequence, &slots, &[version; 3]);
            }
            let (mut position, mut got, mut missed) = (0, Vec::new(), Vec::new());
            while let Some(next) = copied(&sequence, &slots, &mut position) {
                match next {
                    Ok(version) => got.push(version),
                    Err(Missed(count)) => missed.push(count),
                }
            }
            let left = lead.min(count - 1);
            let gone = lead - left;
            assert_eq!(got, (gone + 1..=lead).collect::<Vec<_>>(), "{count} slots, {lead}");
            let expected = if gone == 0 { vec![] } else { vec![gone] };
            assert_eq!((missed, position), (expected, lead), "{count} slots, {lead}");
            assert_eq!(before_oldest(lead, count), gone);
        }
    }
}

/// The next version, if all words of the copy are its number.
fn copied(sequence: &AtomicU64, slots: &Memory, position: &mut u64) -> Option<Result<u64, Missed>> {
    let mut copy = [0; 3];
    let next = next::<Hardware>(sequence, slots, position, |words| {
        copy = std::array::from_fn(|at| words[at].load(Relaxed));
    })?;
    Some(next.map(|()| {
        assert_eq!(copy, [*position; 3]);
        *position
    }))
}

#[test]
fn a_version_that_is_overwritten_during_the_copy_counts_as_missed() {
    for count in 2..=6_u64 {
        for writes in 0..=2 * count {
            let (slots, sequence) = (Memory::of(count as usize), AtomicU64::new(40));
            let mut position = 39;
            let next = next::<Hardware>(&sequence, &slots, &mut position, |_| {
                sequence.store(40 + writes, Relaxed);
            });
            // The oldest that is left is `count - 2` before the newest.
            let oldest = (40 + writes + 2).saturating_sub(count).max(40);
            let expected =
                if oldest == 40 { (Ok(()), 40) } else { (Err(Missed(oldest - 40)), oldest - 1) };
            assert_eq!((next, position), (Some(expected.0), expected.1), "{count}, {writes}");
        }
    }
}

/// With a peer that writes nonsense, a reader makes one step for each call, whatever it finds.
#[test]
fn a_sequence_that_jumps_is_followed_in_bounded_steps() {
    let slots = Memory::of(4);
    for (at, to) in [
        (1_000, 0),
        (1_000, 3),
        (1_000, 999),
        (5, u64::MAX),
        (0, 1 << 63),
        (u64::MAX, 2),
        (u64::MAX - 1, 1),
        (u64::MAX - 100, 50),
    ] {
        let (sequence, mut position) = (AtomicU64::new(to), at);
        let mut steps = 0;
        while next::<Hardware>(&sequence, &slots, &mut position, |_| ()).is_some() {
            steps += 1;
            assert!(steps <= 4, "from {at} to {to}");
        }
        assert_eq!(position, to, "it is at the end of what the sequence says");
    }
    // Back by more than the slots: all that lies in between, the long way round.
    let (sequence, mut position) = (AtomicU64::new(500), 1_000);
    let missed = next::<Hardware>(&sequence, &slots, &mut position, |_| ());
    assert_eq!((missed, position), (Some(Err(Missed(497_u64.wrapping_sub(1_000)))), 497));
}
