//! Forged or damaged growth sections: an error, or as if nothing had been written; never a panic.

use std::path::Path;

use shm_core::format::{self, CheckedHeader, FormatError, ReadAt, SectionFault, SectionKind};
use shm_core::schema::Schema;
use shm_core::{DynRegion, Mutex, Region, SharedLayout};

use crate::forge::{ANNOTATIONS_LEN, Forged, GROWTH, SCHEMA_LEN, SLOT_CHECKSUM, SLOT_HEAD};
use crate::layouts::{first, fourth, second, third, wide};
use crate::support::Folder;
use crate::{bytes, format_error, open};

const LEN: usize = 16;
const LIMIT: u64 = 16_777_280;

fn made(folder: &Folder) -> Forged {
    let path = folder.file("made");
    drop(Region::<first::Station>::create(&path).unwrap());
    bytes(&path)
}

/// A region with both slots written.
fn grown(folder: &Folder) -> Forged {
    let path = folder.file("grown");
    drop(Region::<first::Station>::create(&path).unwrap());
    open::<second::Station>(&path);
    open::<third::Station>(&path);
    bytes(&path)
}

/// Writes a slot as a program with this description would.
fn put(file: &mut Forged, slot: usize, sequence: u64, schema: &[u8], annotations: &[u8]) {
    let at = file.slots()[slot].start;
    file.set(at, &sequence.to_le_bytes());
    file.set(at + SCHEMA_LEN, &(schema.len() as u64).to_le_bytes());
    file.set(at + ANNOTATIONS_LEN, &(annotations.len() as u64).to_le_bytes());
    file.set(at + SLOT_HEAD, schema);
    file.set(at + SLOT_HEAD + schema.len(), annotations);
    file.seal();
}

fn schema_of<T: SharedLayout>() -> Vec<u8> {
    Schema::of(T::LAYOUT).unwrap().to_bytes()
}

fn check(file: &Forged) -> Result<CheckedHeader, FormatError> {
    format::check(&file.0[..], file.0.len() as u64)
}

/// The description that every reader sees.
fn decode(file: &Forged) -> Result<Schema, FormatError> {
    check(file)?.decode_schema()
}

/// Opens the bytes as programs of three ages, and without types, and tries all operations.
fn try_everything(folder: &Folder, file: &Forged) {
    let path = folder.file("tried");
    let whole = |path: &Path| std::fs::write(path, &file.0).unwrap();
    whole(&path);
    let _ = Region::<first::Station>::open(&path).map(|station| station.hits.fetch_add(1));
    if let Ok(region) = DynRegion::open(&path) {
        let paths: Vec<_> = region.fields().take(50).map(|field| field.path().to_owned()).collect();
        for field in paths {
            if let Ok(value) = region.get(&field) {
                let _ = region.set(&field, value);
            }
        }
    }
    let _ = Region::<fourth::Station>::open_read_only(&path).map(|station| station.rain.get());
    let _ = Region::<fourth::Station>::open(&path).map(|station| station.account.lock().is_ok());
    let _ = Region::<second::Station>::open(&path).map(|station| station.humidity.set(1.0));
    std::fs::remove_file(&path).unwrap();
}

fn not_later(error: &FormatError) -> bool {
    let later = SectionFault::NotLater;
    matches!(error, FormatError::Section { kind: SectionKind::Growth, fault } if *fault == later)
}

#[test]
fn a_section_of_any_other_length_is_refused_or_has_no_valid_slot() {
    let folder = Folder::new("growth-lengths");
    let whole = grown(&folder);
    let (entry, found) = (whole.entry(GROWTH), whole.section(GROWTH).len() as u64);
    let mut opened = 0;
    for len in 0..found {
        let mut forged = whole.clone();
        forged.set(entry + LEN, &len.to_le_bytes());
        forged.seal();
        let can_be = len % 16 == 0 && len >= 64;
        match check(&forged) {
            Ok(checked) => {
                assert!(can_be, "{len}");
                let _ = checked.decode_schema();
                opened += 1;
            }
            Err(FormatError::Section { kind: SectionKind::Growth, fault }) => {
                assert_eq!((fault, can_be), (SectionFault::Length { len }, false));
            }
            Err(other) => panic!("{len}: {other}"),
        }
    }
    assert!(opened > 100, "{opened}");
}

/// Bytes followed by many zeros.
struct Sparse<'a>(&'a [u8]);

impl ReadAt for Sparse<'_> {
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> std::io::Result<usize> {
        let start = self.0.len().min(offset as usize);
        let len = buffer.len().min(self.0.len() - start);
        buffer[..len].copy_from_slice(&self.0[start..start + len]);
        buffer[len..].fill(0);
        Ok(buffer.len())
    }
}

#[test]
fn a_section_above_the_limit_is_refused_before_it_is_read() {
    const OFFSET: usize = 8;
    let folder = Folder::new("growth-limit");
    let mut forged = made(&folder);
    let (entry, end) = (forged.entry(GROWTH), forged.0.len() as u64);
    forged.set(entry + OFFSET, &end.to_le_bytes());
    let mut with = |len: u64| {
        forged.set(entry + LEN, &len.to_le_bytes());
        forged.set(crate::forge::TOTAL_SIZE, &(end + len).to_le_bytes());
        forged.seal();
        format::check(&Sparse(&forged.0), end + len).map(|checked| checked.has_grown())
    };
    assert!(matches!(with(LIMIT), Ok(false)));
    for len in [LIMIT + 16, 1 << 40, (i64::MAX as u64 - end) & !15] {
        let error = with(len).unwrap_err();
        let fault = SectionFault::Length { len };
        assert!(matches!(error, FormatError::Section { fault: f, .. } if f == fault), "{error}");
    }
}

#[test]
fn a_slot_with_any_byte_changed_no_longer_counts() {
    let folder = Folder::new("growth-torn");
    let whole = grown(&folder);
    let [first_slot, second_slot] = whole.slots();
    let lens = [SCHEMA_LEN, ANNOTATIONS_LEN].map(|at| whole.u64(second_slot.start + at) as usize);
    let used = SLOT_HEAD + lens[0] + lens[1];
    let before = Schema::of(second::Station::LAYOUT).unwrap();
    for at in second_slot.start..second_slot.start + used {
        for change in [1, 0x80, 0xff] {
            let mut damaged = whole.clone();
            damaged.0[at] ^= change;
            assert_eq!(decode(&damaged).unwrap(), before, "byte {at}");
            damaged.0[first_slot.start + SLOT_CHECKSUM] ^= 1;
            assert!(!check(&damaged).unwrap().has_grown(), "byte {at}");
        }
    }
    let mut padded = whole.clone();
    padded.0[second_slot.start + used..second_slot.end].fill(0xee);
    assert_eq!(decode(&padded).unwrap(), Schema::of(third::Station::LAYOUT).unwrap());
}

/// A writer can be killed at any byte.
#[test]
fn a_slot_that_was_written_only_in_part_does_not_count() {
    let folder = Folder::new("growth-parts");
    let (before, after) = (made(&folder), {
        let path = folder.file("after");
        drop(Region::<first::Station>::create(&path).unwrap());
        open::<second::Station>(&path);
        bytes(&path)
    });
    let slot = after.slots()[0].clone();
    let lens = [SCHEMA_LEN, ANNOTATIONS_LEN].map(|at| after.u64(slot.start + at) as usize);
    let end = slot.start + SLOT_HEAD + lens[0] + lens[1];
    for cut in slot.start..end {
        for written in [slot.start..cut, cut + 1..end] {
            let mut torn = before.clone();
            torn.set(written.start, &after.0[written]);
            // Bytes that are not written yet may be zeros.
            let is_whole = torn.0[slot.clone()] == after.0[slot.clone()];
            assert_eq!(check(&torn).unwrap().has_grown(), is_whole, "cut at {cut}");
        }
    }
}

#[test]
fn sequences_count_from_one_to_the_largest_number() {
    let folder = Folder::new("growth-sequences");
    let (second, third) = (schema_of::<second::Station>(), schema_of::<third::Station>());
    let sizes = |left: u64, right: u64| {
        let mut forged = made(&folder);
        std::fs::remove_file(folder.file("made")).unwrap();
        put(&mut forged, 0, left, &second, &[]);
        put(&mut forged, 1, right, &third, &[]);
        let size = decode(&forged).unwrap().root().size() as usize;
        (size, forged)
    };
    let [old, new, newest] =
        [size_of::<first::Station>(), size_of::<second::Station>(), size_of::<third::Station>()];
    assert_eq!(sizes(0, 0).0, old);
    assert_eq!((sizes(1, 0).0, sizes(0, 1).0), (new, newest));
    assert_eq!((sizes(2, 1).0, sizes(1, 2).0, sizes(5, 5).0), (new, newest, newest));
    let (size, forged) = sizes(1, u64::MAX);
    assert_eq!(size, newest);
    let path = folder.file("last");
    std::fs::write(&path, &forged.0).unwrap();
    let error = format_error(Region::<fourth::Station>::open(&path));
    assert!(matches!(error, FormatError::NotDescribable { .. }), "{error}");
    assert!(bytes(&path).0 == forged.0);
}

#[test]
fn a_layout_that_is_not_later_is_refused_by_every_reader() {
    #[derive(SharedLayout)]
    #[repr(C)]
    struct Shorter {
        temperature: f64,
    }
    #[derive(SharedLayout)]
    #[repr(C)]
    struct Moved {
        hits: u64,
        temperature: f64,
        humidity: f64,
    }
    #[derive(SharedLayout)]
    #[repr(C)]
    struct OtherWidth {
        temperature: f64,
        hits: [u32; 2],
        humidity: f64,
    }
    let folder = Folder::new("growth-not-later");
    let path = folder.file("station");
    let whole = made(&folder);
    let made_up = [
        ("shorter", schema_of::<Shorter>()),
        ("moved", schema_of::<Moved>()),
        ("other width", schema_of::<OtherWidth>()),
        ("no struct", schema_of::<f64>()),
        ("an array", schema_of::<[u64; 2]>()),
    ];
    for (what, schema) in made_up {
        let mut forged = whole.clone();
        put(&mut forged, 1, 1, &schema, &[]);
        let error = decode(&forged).unwrap_err();
        assert!(not_later(&error), "{what}: {error}");
        std::fs::write(&path, &forged.0).unwrap();
        assert!(not_later(&format_error(Region::<first::Station>::open(&path))), "{what}");
        assert!(not_later(&format_error(Region::<second::Station>::open(&path))), "{what}");
        assert!(not_later(&format_error(DynRegion::open_read_only(&path))), "{what}");
        assert!(bytes(&path).0 == forged.0, "{what}: nothing was changed");
    }
}

#[test]
fn a_layout_that_has_no_room_or_no_participants_is_refused() {
    #[derive(SharedLayout)]
    #[repr(C)]
    struct Large {
        temperature: f64,
        hits: u64,
        more: [u64; 1000],
    }
    let folder = Folder::new("growth-unfit");
    let path = folder.file("station");
    let mut large = made(&folder);
    put(&mut large, 0, 1, &schema_of::<Large>(), &[]);
    let error = decode(&large).unwrap_err();
    assert!(matches!(error, FormatError::DataLength { found: 512, .. }), "{error}");

    let mut locked = grown(&folder);
    let participants = locked.entry(4);
    locked.set(participants, &[99, 0, 0, 0, 0, 0, 0, 0]);
    locked.seal();
    std::fs::write(&path, &locked.0).unwrap();
    let fault = SectionFault::Missing;
    let missing =
        |error: &FormatError| matches!(error, FormatError::Section { fault: f, .. } if *f == fault);
    assert!(missing(&format_error(DynRegion::open(&path))));
    assert!(missing(&format_error(Region::<third::Station>::open(&path))));
    let error = format_error(Region::<fourth::Station>::open(&path)).to_string();
    assert!(error.contains("has locks in the program"), "{error}");
    drop(Region::<first::Station>::open(&path).unwrap());
}

/// A schema of nested arrays, by docs/format.md.
fn nested(depth: u32) -> Vec<u8> {
    let mut bytes = depth.to_le_bytes().to_vec();
    let head = |len: u32, tag: u8, detail: u8| {
        let mut head =
            [&len.to_le_bytes()[..], &1_u32.to_le_bytes(), &1_u64.to_le_bytes()].concat();
        head.extend_from_slice(&[tag, detail, 0, 0, 0, 0, 0, 0]);
        head
    };
    bytes.extend(head(24, 1, 1));
    for element in 0..depth - 1 {
        bytes.extend(head(36, 6, 0));
        bytes.extend_from_slice(&element.to_le_bytes());
        bytes.extend_from_slice(&1_u64.to_le_bytes());
    }
    bytes
}

#[test]
fn a_slot_without_a_schema_is_an_error_but_not_one_without_annotations() {
    let folder = Folder::new("growth-schema");
    let whole = made(&folder);
    assert!(Schema::decode(&nested(64)).is_ok() && Schema::decode(&nested(65)).is_err());
    for schema in [&b""[..], b"no schema", &nested(65), &[0xff; 100]] {
        let mut forged = whole.clone();
        put(&mut forged, 0, 1, schema, &[]);
        let error = decode(&forged).unwrap_err();
        assert!(matches!(error, FormatError::Schema(_)), "{error}");
    }
    let mut forged = whole.clone();
    put(&mut forged, 0, 1, &schema_of::<second::Station>(), b"no annotations");
    let schema = decode(&forged).unwrap();
    assert_eq!(schema, Schema::of(second::Station::LAYOUT).unwrap());
    assert_eq!(check(&forged).unwrap().read_schema(&forged.0[..]).unwrap().annotations(), None);
}

#[test]
fn lengths_that_lead_out_of_a_slot_make_it_invalid() {
    let folder = Folder::new("growth-overflow");
    let whole = grown(&folder);
    let [_, slot] = whole.slots();
    let len = slot.len() as u64;
    for at in [SCHEMA_LEN, ANNOTATIONS_LEN] {
        for value in [len, len - 31, u64::MAX, u64::MAX - 31, 1 << 63, 1 << 32] {
            let mut forged = whole.clone();
            forged.set(slot.start + at, &value.to_le_bytes());
            forged.seal();
            assert_eq!(decode(&forged).unwrap(), Schema::of(second::Station::LAYOUT).unwrap());
        }
    }
}

/// Aliases decide which field is which, so that made-up ones must not lead anywhere.
#[test]
fn made_up_former_names_do_not_make_a_field_another_one() {
    #[derive(SharedLayout)]
    #[repr(C)]
    struct Swapped {
        #[shm(alias = "hits")]
        temperature_: u64,
        #[shm(alias = "temperature")]
        hits_: f64,
        humidity: f64,
    }
    let folder = Folder::new("growth-aliases");
    let mut forged = made(&folder);
    let notes = Schema::of(Swapped::LAYOUT).unwrap().annotations().unwrap();
    put(&mut forged, 0, 1, &schema_of::<Swapped>(), &notes);
    assert!(not_later(&decode(&forged).unwrap_err()));
}

/// Two layouts of one region have a mapping each, even if another process rewrites the slot meanwhile:
/// no mapping is ever accessed at two widths.
#[test]
fn a_slot_that_is_rewritten_does_not_mix_widths_in_a_process() {
    let folder = Folder::new("growth-rewritten");
    let path = folder.file("station");
    drop(Region::<first::Station>::create(&path).unwrap());
    let made = bytes(&path).0;
    let narrow = Region::<crate::layouts::narrow::Station>::open(&path).unwrap();
    let file = std::fs::File::options().write(true).open(&path).unwrap();
    std::os::unix::fs::FileExt::write_all_at(&file, &made, 0).unwrap();
    let wide = Region::<wide::Station>::open(&path).unwrap();
    let [left, both] = [(&raw const narrow.left).addr(), (&raw const wide.both).addr()];
    assert_ne!(left, both);
}

struct Random(u64);

impl Random {
    /// SplitMix64.
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % bound as u64) as usize
    }
}

#[test]
fn forged_slots_with_fitting_checksums_are_refused_or_agree_with_themselves() {
    let folder = Folder::new("growth-forged");
    let options = Region::<first::Station>::options().participants(1);
    let path = folder.file("small");
    drop(options.capacity(80).create(&path).unwrap());
    open::<second::Station>(&path);
    open::<third::Station>(&path);
    let whole = bytes(&path);
    let mut random = Random(3);
    let (mut refused, mut accepted) = (0, 0);
    for round in 0..20_000 {
        let mut forged = whole.clone();
        for _ in 0..1 + random.below(3) {
            let slot = forged.slots()[random.below(2)].clone();
            let lens = [SCHEMA_LEN, ANNOTATIONS_LEN].map(|at| whole.u64(slot.start + at) as usize);
            let at = slot.start + random.below(SLOT_HEAD + lens[0] + lens[1]);
            let interesting = [0, 1, 2, 0x7f, 0x80, 0xff, random.below(256) as u8];
            forged.0[at] = interesting[random.below(interesting.len())];
        }
        forged.seal();
        let checked = check(&forged).unwrap();
        match checked.decode_schema() {
            Ok(schema) => {
                let size = schema.root().size();
                assert!((16..=80).contains(&size), "{size}");
                assert!(checked.expect(&forged.0[..], first::Station::LAYOUT).is_ok());
                assert_eq!(checked.read_schema(&forged.0[..]).unwrap(), schema);
                accepted += 1;
            }
            Err(error) => {
                assert!(!error.to_string().is_empty());
                refused += 1;
            }
        }
        let _ = checked.expect(&forged.0[..], third::Station::LAYOUT);
        if round % 20 == 0 {
            try_everything(&folder, &forged);
        }
    }
    println!("forged slots: {accepted} accepted, {refused} refused");
    assert!(accepted > 1000 && refused > 1000, "{accepted} {refused}");
}

/// The library never makes such a region: a slice has no room after it.
#[test]
fn a_growth_section_beside_a_slice_changes_nothing_that_is_there() {
    #[derive(SharedLayout)]
    #[repr(C)]
    struct Frame {
        lock: Mutex<u8>,
        pixels: [u8],
    }
    let folder = Folder::new("growth-slice");
    let path = folder.file("frame");
    let options = Region::<Frame>::options().len(64).participants(64);
    drop(options.create(&path).unwrap());
    let mut forged = bytes(&path);
    // The participants have enough room and give up half of it.
    let (entry, end) = (forged.entry(2), forged.section(4).end as u64);
    let participants = forged.entry(4);
    forged.set(participants + LEN, &(32_u64 * 64).to_le_bytes());
    forged.set(entry, &5_u32.to_le_bytes());
    forged.set(entry + 4, &0_u32.to_le_bytes());
    forged.set(entry + 8, &(end - 32 * 64).to_le_bytes());
    forged.set(entry + LEN, &(32_u64 * 64).to_le_bytes());
    forged.seal();
    std::fs::write(&path, &forged.0).unwrap();
    let frame = Region::<Frame>::open(&path).unwrap();
    frame.pixels[63].set(7);
    frame.lock.lock().unwrap().set(1);
    assert_eq!(DynRegion::open(&path).unwrap().get("pixels[63]").unwrap().to_string(), "7");
}
