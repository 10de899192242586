//! The arithmetic of the header, for all small numbers and for those around each limit, against a twin that says the
//! same in numbers of 128 bits, which cannot overflow.

use std::ops::RangeInclusive;

use zerocopy::{FromZeros, IntoBytes};

use super::compose::{DATA_ALIGN, HEAP_ALIGN, heap_len_for};
use super::directory::{ENTRY_LEN, Entry, SectionKind, extent, sections};
use super::preamble::{PREAMBLE_LEN, Preamble};
use super::{Creator, Description, check, compose, growth};
use crate::layout::fnv1a;
use crate::limits::{
    GROWTH_HEAD_LEN, MAX_GROWTH_LEN, MAX_HEAP_LEN, MAX_SECTIONS, MIN_HEAP_LEN, PAGE,
};

const CREATOR: Creator = Creator { pid: 1, start_time: 2, boot_id: [3; 16], created_at: 4 };

/// The directory of sections that have these offsets and lengths, in a region of so many bytes.
fn directory(extents: &[(u64, u64)], total_size: u64) -> (Vec<u8>, Preamble) {
    let mut bytes = Vec::new();
    for (number, (offset, len)) in extents.iter().enumerate() {
        let entry = Entry {
            // Of kinds that this version does not know, which may occur more than once.
            kind: (1000 + number as u32).into(),
            flags: 0.into(),
            offset: (*offset).into(),
            len: (*len).into(),
            checksum: 0.into(),
        };
        bytes.extend_from_slice(entry.as_bytes());
    }
    let mut preamble = Preamble::new_zeroed();
    preamble.section_entry_size = (ENTRY_LEN as u16).into();
    preamble.section_count = (extents.len() as u32).into();
    preamble.total_size = total_size.into();
    preamble.directory_checksum = fnv1a(&bytes).into();
    (bytes, preamble)
}

/// Whether each section is inside the region and after the directory, and no two share a byte, nor does one begin
/// inside another.
fn may_stand(extents: &[(u64, u64)], total_size: u64) -> bool {
    let header_end = (PREAMBLE_LEN + extents.len() * ENTRY_LEN) as u128;
    let mut spans: Vec<(u128, u128)> = extents
        .iter()
        .map(|(offset, len)| (u128::from(*offset), u128::from(*offset) + u128::from(*len)))
        .collect();
    spans.sort_unstable();
    spans.iter().all(|(start, end)| *start >= header_end && *end <= u128::from(total_size))
        && spans.windows(2).all(|pair| pair[0].1 <= pair[1].0)
}

/// The numbers around each of these, and the largest.
fn around(middles: &[u64]) -> Vec<u64> {
    let mut all: Vec<u64> = middles
        .iter()
        .flat_map(|middle| [middle.wrapping_sub(1), *middle, middle.wrapping_add(1)])
        .chain([u64::MAX - 1, u64::MAX])
        .collect();
    all.sort_unstable();
    all.dedup();
    all
}

#[test]
fn two_sections_stand_exactly_where_neither_leaves_the_region_nor_meets_the_other() {
    let header_end = (PREAMBLE_LEN + 2 * ENTRY_LEN) as u64;
    let total_size = header_end + 24;
    let numbers = around(&[0, 8, 16, 24, header_end, header_end + 8, total_size, 1 << 63]);
    let (mut accepted, mut refused) = (0, 0);
    for first in pairs(&numbers) {
        for second in pairs(&numbers) {
            let (bytes, preamble) = directory(&[first, second], total_size);
            let is_valid = sections(&bytes, &preamble).is_ok();
            let expected = may_stand(&[first, second], total_size);
            assert_eq!(is_valid, expected, "{first:?} and {second:?} of {total_size}");
            *if is_valid { &mut accepted } else { &mut refused } += 1;
        }
    }
    assert!(accepted > 100 && refused > 100_000, "{accepted} accepted, {refused} refused");
}

#[test]
fn a_section_may_end_where_the_largest_region_ends_and_nowhere_later() {
    let numbers = around(&[0, 160, 1 << 32, 1 << 63]);
    for extent in pairs(&numbers) {
        for total_size in &numbers {
            let (bytes, preamble) = directory(&[extent], *total_size);
            let is_valid = sections(&bytes, &preamble).is_ok();
            assert_eq!(is_valid, may_stand(&[extent], *total_size), "{extent:?} of {total_size}");
        }
    }
}

#[test]
fn three_small_sections_stand_exactly_where_none_meets_another() {
    let header_end = (PREAMBLE_LEN + 3 * ENTRY_LEN) as u64;
    let small: Vec<_> =
        (0..3).flat_map(|at| (0..3).map(move |len| (header_end + at, len))).collect();
    for first in &small {
        for second in &small {
            for third in &small {
                let extents = [*first, *second, *third];
                let (bytes, preamble) = directory(&extents, header_end + 4);
                let is_valid = sections(&bytes, &preamble).is_ok();
                assert_eq!(is_valid, may_stand(&extents, header_end + 4), "{extents:?}");
            }
        }
    }
}

fn pairs(numbers: &[u64]) -> impl Iterator<Item = (u64, u64)> {
    numbers.iter().flat_map(|first| numbers.iter().map(|second| (*first, *second)))
}

#[test]
fn every_size_of_an_entry_and_number_of_sections_gives_the_extent_or_an_error() {
    let most = u64::from(MAX_SECTIONS);
    for size in 0..=u16::MAX {
        for count in [0, 1, 2, 63, 64, 65, u32::MAX / 32, u32::MAX] {
            let mut preamble = Preamble::new_zeroed();
            preamble.section_entry_size = size.into();
            preamble.section_count = count.into();
            let is_valid = (32..=256).contains(&size) && size % 8 == 0 && u64::from(count) <= most;
            let end = PREAMBLE_LEN as u128 + u128::from(count) * u128::from(size);
            let found = extent(&preamble).ok().map(|extent| u128::from(extent.end));
            assert_eq!(found, is_valid.then_some(end), "{count} entries of {size} bytes");
        }
    }
}

fn described(schema_len: usize, align: u64, size: u64, is_mirror: bool) -> Description {
    Description {
        name: "Made up".to_owned(),
        schema: vec![7; schema_len],
        annotations: None,
        align,
        size: Some(size),
        fingerprint: 0,
        has_locks: false,
        needs_heap: false,
        needs_notes: false,
        is_mirror,
    }
}

/// Composes a region, and compares its geometry with the twin's; returns whether it is small enough for the format.
fn compose_and_compare(description: &Description, data_len: u64, heap_len: u64) -> bool {
    let composed = compose(description, 0, data_len, 5, heap_len, &CREATOR);
    let Ok(composed) = composed else { return false };
    let (align, data) = (DATA_ALIGN.max(description.align), composed.data_offset);
    assert_eq!(data % align, 0);
    assert!(composed.header.len() as u64 <= data, "nothing before the data reaches into it");
    let data_end = u128::from(data) + u128::from(data_len);
    let heap_at = data_end.next_multiple_of(u128::from(HEAP_ALIGN));
    let end = if heap_len > 0 { heap_at + u128::from(heap_len) } else { data_end };
    assert_eq!(u128::from(composed.total_size), end, "{data_len} and {heap_len}");
    let heap = composed.heap.map(|(at, len)| (u128::from(at), len));
    assert_eq!(heap, (heap_len > 0).then_some((heap_at, heap_len)));

    let checked = check(&composed.header[..], composed.total_size).expect("a header of our own");
    assert_eq!((checked.data_offset(), checked.data_len()), (data, data_len));
    true
}

#[test]
fn every_small_region_is_laid_out_as_the_twin_says() {
    const SMALL: RangeInclusive<u64> = 0..=130;
    for align in (0..=12).map(|power| 1 << power) {
        for data_len in SMALL {
            for (heap_len, is_mirror) in [(0, false), (MIN_HEAP_LEN, false), (0, true)] {
                // Half of them have room to grow.
                let size = if data_len % 2 == 0 { data_len } else { data_len / 2 };
                let description = described(1 + data_len as usize % 9, align, size, is_mirror);
                assert!(compose_and_compare(&description, data_len, heap_len));
            }
        }
    }
}

#[test]
fn the_largest_regions_are_refused_exactly_where_a_file_cannot_be_larger() {
    let limit = i64::MAX as u64;
    let data = compose(&described(8, 64, u64::MAX, false), 0, 0, 0, 0, &CREATOR);
    let data_offset = data.expect("a small one").data_offset;
    let (mut accepted, mut refused) = (0, 0);
    for data_len in around(&[0, limit - data_offset, limit, 1 << 63, limit - MAX_HEAP_LEN]) {
        for heap_len in [0, MIN_HEAP_LEN, MAX_HEAP_LEN, MAX_HEAP_LEN + 1, u64::MAX] {
            // It cannot grow: a growth section would come before the data.
            let description = described(8, 64, u64::MAX, false);
            let is_accepted = compose_and_compare(&description, data_len, heap_len);
            let page = u128::from(PAGE);
            let end = u128::from(data_offset) + u128::from(data_len);
            // With a heap there are participants before the data, less than two pages of them.
            let (least, most) = match heap_len {
                0 => (end, end),
                _ => (end + u128::from(heap_len), end + 3 * page + u128::from(heap_len)),
            };
            let is_heap = heap_len <= MAX_HEAP_LEN;
            assert!(!is_accepted || (is_heap && least <= u128::from(limit)), "{data_len}");
            assert!(is_accepted || !is_heap || most > u128::from(limit), "{data_len}");
            *if is_accepted { &mut accepted } else { &mut refused } += 1;
        }
    }
    assert!(accepted > 5 && refused > 5, "{accepted} accepted, {refused} refused");
}

#[test]
fn the_length_of_a_heap_is_in_whole_pages_within_its_limits() {
    let numbers = around(&[0, 4096, MIN_HEAP_LEN, MAX_HEAP_LEN, MAX_HEAP_LEN - 4096, 1 << 63]);
    for bytes in numbers.into_iter().chain(0..20_000) {
        let pages = u128::from(bytes).next_multiple_of(u128::from(PAGE));
        let is_valid = (u128::from(MIN_HEAP_LEN)..=u128::from(MAX_HEAP_LEN)).contains(&pages);
        assert_eq!(heap_len_for(bytes).map(u128::from), is_valid.then_some(pages), "{bytes}");
    }
}

#[test]
fn a_growth_section_has_room_for_twice_the_description_in_two_equal_slots() {
    for schema_len in (0..3000).chain([1 << 16, (4 << 20) - 1, 4 << 20]) {
        let len = growth::len_for(&described(schema_len, 8, 8, false));
        assert!(len & 15 == 0 && len <= MAX_GROWTH_LEN, "{schema_len}: {len}");
        assert!(len / 2 >= GROWTH_HEAD_LEN + schema_len as u64, "{schema_len}: {len}");
        let wanted = GROWTH_HEAD_LEN + 2 * schema_len as u64 + u64::from(PAGE);
        let slot = (len / 2).min(MAX_GROWTH_LEN / 2);
        assert!((wanted..wanted + 8).contains(&slot) || len == MAX_GROWTH_LEN, "{schema_len}");
    }
}

#[test]
fn lengths_in_a_slot_that_lead_outside_of_it_are_no_layout() {
    const ROOM: u64 = 24;
    let numbers = around(&[0, 8, 16, ROOM, 1 << 32, 1 << 63]);
    for (schema_len, annotations_len) in pairs(&numbers) {
        let is_inside = u128::from(schema_len) + u128::from(annotations_len) <= u128::from(ROOM);
        let found = growth::slot_with(1, schema_len, annotations_len, ROOM as usize);
        assert_eq!(found, is_inside, "{schema_len} and {annotations_len}");
    }
}

#[test]
fn every_code_of_a_section_is_that_of_its_kind() {
    for code in (0..100).chain([u32::MAX]) {
        assert_eq!(SectionKind::from_code(code).code(), code);
    }
}
