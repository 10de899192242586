//! Damaged and forged regions: refused with the error that names the place, and never a panic.
//!
//! `cargo test --test corruption -- --nocapture` prints how many cases were tried.

#[path = "format/forge.rs"]
#[allow(dead_code, reason = "each test file uses a part of this")]
mod forge;
mod support;

use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::os::unix::fs::FileExt;

use forge::Forged;
use shm_core::format::{self, FormatError, HeaderPart, SectionFault, SectionKind};
use shm_core::schema::Schema;
use shm_core::{Error, Mutex, Region, SharedLayout};
use support::Folder;

#[derive(SharedLayout, Clone, Copy)]
#[repr(C)]
struct Pose {
    x: f64,
    heading: f32,
}

#[derive(SharedLayout, Clone, Copy, Debug)]
#[repr(u8)]
enum Mode {
    Idle,
    Busy,
}

/// One weather station.
#[derive(SharedLayout)]
#[repr(C)]
struct Station {
    /// In the shade.
    temperature: f64,
    poses: [Pose; 2],
    mode: Mode,
}

#[derive(SharedLayout)]
#[repr(C)]
struct Bank {
    balance: Mutex<i64>,
}

/// The outcome of opening a region.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Outcome {
    Opened,
    NotARegion,
    FormatVersion,
    NotReady,
    Truncated,
    Preamble,
    Directory,
    Schema,
    Other,
}

impl Outcome {
    fn of<T>(result: Result<T, Error>) -> Self {
        match result {
            Ok(_) => Self::Opened,
            Err(Error::Format { source, .. }) => Self::of_format(&source),
            Err(_) => Self::Other,
        }
    }

    fn of_format(error: &FormatError) -> Self {
        match error {
            FormatError::NotARegion { .. } => Self::NotARegion,
            FormatError::FormatVersion { .. } => Self::FormatVersion,
            FormatError::NotReady => Self::NotReady,
            FormatError::Truncated { .. } => Self::Truncated,
            FormatError::Damaged { part: HeaderPart::Preamble, .. } => Self::Preamble,
            FormatError::Damaged { part: HeaderPart::Directory, .. } => Self::Directory,
            FormatError::Damaged { part: HeaderPart::Schema, .. } => Self::Schema,
            _ => Self::Other,
        }
    }

    /// Returns the outcome of changing the byte at `at`, by the list in docs/format.md.
    fn expected(whole: &Forged, at: usize) -> Self {
        match at {
            0..8 => Self::NotARegion,
            8..12 => Self::FormatVersion,
            120..128 => Self::NotReady,
            12..120 => Self::Preamble,
            _ if whole.directory().contains(&at) => Self::Directory,
            _ if whole.section(1).contains(&at) => Self::Schema,
            // The annotations, the bytes between sections, and the data.
            _ => Self::Opened,
        }
    }
}

/// A region in a file, and its bytes.
fn region(folder: &Folder) -> (std::path::PathBuf, Forged) {
    let path = folder.file("region");
    let station = Region::<Station>::create(&path).unwrap();
    station.temperature.set(21.5);
    drop(station);
    let bytes = std::fs::read(&path).unwrap();
    (path, Forged(bytes))
}

/// Checks bytes as `Region::open` would check a file of them.
fn open(bytes: &[u8]) -> Result<format::CheckedHeader, FormatError> {
    let checked = format::check(bytes, bytes.len() as u64)?;
    checked.expect(bytes, Station::LAYOUT)?;
    checked.expect_writable()?;
    checked.expect_ready()?;
    Ok(checked)
}

/// A small seeded generator: SplitMix64.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }
}

#[test]
fn every_value_of_every_byte_of_the_header_gives_the_error_of_its_place() {
    let (_, whole) = region(&Folder::new("corruption-bytes"));
    let mut tried = BTreeMap::new();
    for at in 0..whole.0.len() {
        for change in 1..=255_u8 {
            let mut bytes = whole.0.clone();
            bytes[at] ^= change;
            let found =
                open(&bytes).map_or_else(|error| Outcome::of_format(&error), |_| Outcome::Opened);
            assert_eq!(found, Outcome::expected(&whole, at), "byte {at} changed by {change:#04x}");
            *tried.entry(found).or_insert(0_u32) += 1;
        }
    }
    println!("single-byte changes of a region of {} bytes: {tried:?}", whole.0.len());
}

#[test]
fn region_open_gives_the_same_errors_for_changes_of_the_file() {
    let folder = Folder::new("corruption-open");
    let (path, whole) = region(&folder);
    let file = File::options().write(true).open(&path).unwrap();
    let mut tried = BTreeMap::new();
    for at in 0..whole.0.len() {
        for change in [0x01, 0x80, 0xff] {
            file.write_all_at(&[whole.0[at] ^ change], at as u64).unwrap();
            let found = Outcome::of(Region::<Station>::open(&path));
            assert_eq!(found, Outcome::expected(&whole, at), "byte {at} changed by {change:#04x}");
            assert_eq!(Outcome::of(Region::<Station>::open_read_only(&path)), found);
            *tried.entry(found).or_insert(0_u32) += 2;
        }
        file.write_all_at(&whole.0[at..=at], at as u64).unwrap();
    }
    assert_eq!(Outcome::of(Region::<Station>::open(&path)), Outcome::Opened);
    println!("changed files opened, read-write and read-only: {tried:?}");
}

#[test]
fn damaged_annotations_are_absent_and_change_nothing_else() {
    let (_, whole) = region(&Folder::new("corruption-annotations"));
    let checked = open(&whole.0).unwrap();
    let schema = checked.decode_schema().unwrap();
    let noted = checked.read_schema(&whole.0[..]).unwrap();
    assert_eq!(noted.root().field_at(0).unwrap().doc(), "In the shade.");
    for at in whole.section(2) {
        let mut bytes = whole.0.clone();
        bytes[at] ^= 0x20;
        let checked = open(&bytes).unwrap();
        let found = checked.read_schema(&bytes[..]).unwrap();
        assert_eq!((&found, found.annotations()), (&schema, None), "byte {at}");
    }
}

/// They change at any time, so no checksum covers them.
#[test]
fn damaged_participants_do_not_prevent_opening_or_locking_a_free_lock() {
    let folder = Folder::new("corruption-participants");
    let path = folder.file("bank");
    let options = Region::<Bank>::options().participants(2);
    drop(options.create_with(&path, |_| ()).unwrap());
    let whole = Forged(std::fs::read(&path).unwrap());
    let section = whole.section(4);
    assert_eq!(section.len(), 2 * 64);
    let file = File::options().write(true).open(&path).unwrap();
    for at in section {
        for value in [0x01, 0x80, 0xff] {
            file.write_all_at(&whole.0, 0).unwrap();
            file.write_all_at(&[value], at as u64).unwrap();
            let bank = Region::<Bank>::open(&path).unwrap();
            bank.balance.try_lock().unwrap().set(1);
        }
    }
}

#[test]
fn a_file_of_every_shorter_length_is_refused() {
    let folder = Folder::new("corruption-truncated");
    let (path, whole) = region(&folder);
    let file = File::options().write(true).open(&path).unwrap();
    for len in (0..whole.0.len()).rev() {
        file.set_len(len as u64).unwrap();
        let expected = if len < 8 { Outcome::NotARegion } else { Outcome::Truncated };
        assert_eq!(Outcome::of(Region::<Station>::open(&path)), expected, "{len} bytes");
    }
    println!("truncations: {}", whole.0.len());
}

#[test]
fn a_transfer_in_text_mode_is_seen_at_once() {
    let (_, whole) = region(&Folder::new("corruption-text"));
    let mut unix = whole.0.clone();
    let at = unix.windows(2).position(|pair| pair == b"\r\n").unwrap();
    unix.remove(at);
    let error = open(&unix).unwrap_err();
    assert!(matches!(error, FormatError::NotARegion { .. }), "{error}");
    let mut seven_bits = whole.0;
    seven_bits.iter_mut().for_each(|byte| *byte &= 0x7f);
    let error = open(&seven_bits).unwrap_err();
    assert!(matches!(error, FormatError::NotARegion { .. }), "{error}");
}

#[test]
fn an_impossible_directory_is_refused_for_what_is_impossible() {
    let (_, whole) = region(&Folder::new("corruption-directory"));
    let (schema, annotations, data) = (whole.entry(1), whole.entry(2), whole.entry(3));
    const OFFSET: usize = 8;
    const LEN: usize = 16;
    let fault = |change: &dyn Fn(&mut Forged)| {
        let mut forged = whole.clone();
        change(&mut forged);
        forged.seal();
        match open(&forged.0).unwrap_err() {
            FormatError::Section { kind, fault } => (kind, fault),
            other => panic!("{other}"),
        }
    };
    let number =
        |at: usize, value: u64| move |forged: &mut Forged| forged.set(at, &value.to_le_bytes());
    let total = whole.0.len() as u64;

    let (kind, found) = fault(&number(data + LEN, u64::MAX));
    assert!(matches!(found, SectionFault::Outside { len: u64::MAX, .. }), "{kind} {found}");
    let (kind, found) = fault(&number(data + OFFSET, u64::MAX - 63));
    assert!(matches!(found, SectionFault::Outside { .. }), "{kind} {found}");
    let (kind, found) = fault(&number(annotations + OFFSET, 127));
    assert!(matches!(found, SectionFault::Overlap { offset: 127, .. }), "{kind} {found}");
    let (kind, found) = fault(&number(annotations + OFFSET, whole.u64(schema + OFFSET)));
    assert!(matches!(found, SectionFault::Overlap { .. }), "{kind} {found}");
    let (kind, found) = fault(&|forged| {
        forged.set(data + OFFSET, &(total - 8).to_le_bytes());
        forged.set(data + LEN, &8_u64.to_le_bytes());
    });
    assert!(matches!(found, SectionFault::Misaligned { align: 64, .. }), "{kind} {found}");
    let rename = |at: usize, code: u32| {
        move |forged: &mut Forged| {
            forged.set(at, &code.to_le_bytes());
            forged.0[at + 4] &= !1;
        }
    };
    assert_eq!(fault(&rename(data, 99)), (SectionKind::Data, SectionFault::Missing));
    assert_eq!(fault(&rename(schema, 99)), (SectionKind::Schema, SectionFault::Missing));
    assert_eq!(fault(&rename(annotations, 3)), (SectionKind::Data, SectionFault::Twice));
    let unchecked = |forged: &mut Forged| forged.0[schema + 4] &= !4;
    assert_eq!(fault(&unchecked), (SectionKind::Schema, SectionFault::NoChecksum));
}

#[test]
fn bytes_after_the_region_are_not_part_of_it() {
    let folder = Folder::new("corruption-longer");
    let (path, whole) = region(&folder);
    let longer = [&whole.0[..], &[0xaa; 100]].concat();
    std::fs::write(&path, longer).unwrap();
    assert_eq!(Region::<Station>::open(&path).unwrap().temperature.get(), 21.5);
}

#[test]
fn random_files_are_refused() {
    let folder = Folder::new("corruption-random");
    let path = folder.file("random");
    let mut random = Random(1);
    for round in 0..2_000_usize {
        let mut bytes: Vec<u8> = (0..random.below(2_000)).map(|_| random.next() as u8).collect();
        // Every other file starts with a region's magic.
        if round % 2 == 0 && bytes.len() >= 12 {
            bytes[..8].copy_from_slice(&format::MAGIC);
            bytes[8..12].copy_from_slice(&format::FORMAT_VERSION.to_le_bytes());
        }
        std::fs::write(&path, bytes).unwrap();
        assert_ne!(Outcome::of(Region::<Station>::open(&path)), Outcome::Opened);
    }
    println!("random files: 2000");
}

/// An attacker can make checksums that fit. Then either another check fails, or the accepted sections
/// are inside the file and agree with each other.
#[test]
fn forged_headers_are_refused_or_stay_inside_the_file() {
    let (_, whole) = region(&Folder::new("corruption-forged"));
    let header = whole.section(3).start;
    let mut random = Random(2);
    let (mut refused, mut accepted) = (HashMap::new(), 0);
    for _ in 0..60_000 {
        let mut forged = whole.clone();
        for _ in 0..1 + random.below(3) {
            let at = 12 + random.below(header - 12);
            let interesting = [0, 1, 2, 0x7f, 0x80, 0xff, random.next() as u8];
            forged.0[at] = interesting[random.below(interesting.len())];
        }
        forged.seal();
        match format::check(&forged.0[..], forged.0.len() as u64) {
            Ok(checked) => {
                stays_inside(&checked, &forged);
                accepted += 1;
            }
            Err(error) => {
                *refused.entry(std::mem::discriminant(&error)).or_insert(0_u32) += 1;
            }
        }
    }
    let kinds = refused.len();
    assert!(accepted > 1_000 && kinds > 4, "{accepted} accepted, {kinds} kinds of errors");
    let refused: u32 = refused.values().sum();
    println!(
        "forged headers: {accepted} accepted by `check`, {refused} refused for {kinds} reasons"
    );
}

fn stays_inside(checked: &format::CheckedHeader, file: &Forged) {
    let size = file.0.len() as u64;
    assert!(checked.data_offset().checked_add(checked.data_len()).is_some_and(|end| end <= size));
    let sections = checked.sections();
    assert!(
        sections.iter().all(|s| s.offset().checked_add(s.len()).is_some_and(|end| end <= size))
    );
    let Ok(schema) = checked.decode_schema() else { return };
    assert_eq!(schema.to_bytes(), checked.schema_bytes());
    assert_eq!(schema.root().size_with(checked.tail_len()), Some(checked.data_len()));
    assert_eq!(checked.read_schema(&file.0[..]).unwrap(), schema);
    // A program opens a region that has at least the fields it expects.
    let own = Schema::of(Station::LAYOUT).unwrap();
    if let Ok(verdict) = checked.expect(&file.0[..], Station::LAYOUT) {
        assert!(schema == own || schema.root().size() >= own.root().size(), "{verdict:?}");
        assert!(checked.data_len() >= own.root().size(), "{verdict:?}");
    }
}
