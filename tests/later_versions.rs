//! Additions of later versions of the format, as seen by today's programs.

#[path = "format/forge.rs"]
#[allow(dead_code, reason = "each test file uses a part of this")]
mod forge;
mod support;

use std::path::PathBuf;

use forge::Forged;
use shm_core::format::{FormatError, SectionKind};
use shm_core::{Error, Region, SharedLayout, format};
use support::Folder;

#[derive(SharedLayout)]
#[repr(C)]
struct Station {
    temperature: f64,
    samples: [u32; 4],
}

/// The bytes of a region with one directory entry more, and room for it.
fn with_section(kind: u32, flags: u32, bytes: &[u8]) -> Forged {
    let mut file = region();
    let end = file.directory().end;
    // A multiple of 64, so that the data stays aligned.
    file.0.splice(end..end, [0; 64]);
    for at in file.directory().step_by(32) {
        let moved = file.u64(at + 8) + 64;
        file.set(at + 8, &moved.to_le_bytes());
    }
    let offset = file.0.len() as u64;
    file.0.extend_from_slice(bytes);
    file.set(end, &kind.to_le_bytes());
    file.set(end + 4, &flags.to_le_bytes());
    file.set(end + 8, &offset.to_le_bytes());
    file.set(end + 16, &(bytes.len() as u64).to_le_bytes());
    file.0[forge::SECTION_COUNT] += 1;
    let total = file.0.len() as u64;
    file.set(forge::TOTAL_SIZE, &total.to_le_bytes());
    file.seal();
    file
}

fn region() -> Forged {
    let folder = Folder::new("later-original");
    let path = folder.file("region");
    let station = Region::<Station>::create(&path).unwrap();
    station.temperature.set(21.5);
    drop(station);
    Forged(std::fs::read(path).unwrap())
}

fn file(folder: &Folder, bytes: &Forged) -> PathBuf {
    let path = folder.file("region");
    std::fs::write(&path, &bytes.0).unwrap();
    path
}

fn refusal<T>(result: Result<T, Error>) -> FormatError {
    match result.err().expect("a refusal") {
        Error::Format { source, .. } => source,
        other => panic!("{other}"),
    }
}

#[test]
fn a_section_that_is_not_needed_is_skipped() {
    let folder = Folder::new("later-skipped");
    let path = file(&folder, &with_section(77, 0, b"news"));
    let station = Region::<Station>::open(&path).unwrap();
    assert_eq!(station.temperature.get(), 21.5);
    let bytes = std::fs::read(&path).unwrap();
    let checked = format::check(&bytes[..], bytes.len() as u64).unwrap();
    let kinds: Vec<_> = checked.sections().iter().map(|section| section.kind()).collect();
    let known = [SectionKind::Schema, SectionKind::Annotations, SectionKind::Data];
    assert_eq!(kinds, [&known[..], &[SectionKind::Unknown(77)]].concat());
}

#[test]
fn a_section_that_writers_need_leaves_the_region_readable() {
    let folder = Folder::new("later-writers");
    let path = file(&folder, &with_section(77, 2, b"news"));
    let station = Region::<Station>::open_read_only(&path).unwrap();
    assert_eq!(station.temperature.get(), 21.5);
    let error = refusal(Region::<Station>::open(&path));
    assert!(matches!(error, FormatError::UnknownSectionToWrite { kind: 77 }), "{error}");
}

#[test]
fn a_section_that_every_reader_needs_is_named_in_the_refusal() {
    let folder = Folder::new("later-every-reader");
    let path = file(&folder, &with_section(77, 1, b"news"));
    let error = refusal(Region::<Station>::open_read_only(&path));
    assert!(matches!(error, FormatError::UnknownSection { kind: 77 }), "{error}");
}

#[test]
fn feature_bits_refuse_no_process_writers_or_all() {
    let folder = Folder::new("later-features");
    let with_bit = |word: usize| {
        let mut bytes = region();
        bytes.set(word, &4_u64.to_le_bytes());
        bytes.seal();
        file(&folder, &bytes)
    };
    const COMPATIBLE: usize = 40;
    drop(Region::<Station>::open(with_bit(COMPATIBLE)).unwrap());

    let path = with_bit(forge::READ_COMPATIBLE);
    drop(Region::<Station>::open_read_only(&path).unwrap());
    let error = refusal(Region::<Station>::open(&path));
    assert!(matches!(error, FormatError::FeatureToWrite { bits: 4 }), "{error}");

    let error = refusal(Region::<Station>::open_read_only(with_bit(forge::INCOMPATIBLE)));
    assert!(matches!(error, FormatError::Feature { bits: 4 }), "{error}");

    let mut both = region();
    both.set(COMPATIBLE, &5_u64.to_le_bytes());
    both.set(forge::READ_COMPATIBLE, &6_u64.to_le_bytes());
    both.seal();
    let features = format::check(&both.0[..], both.0.len() as u64).unwrap().features();
    assert_eq!((features.compatible, features.read_compatible, features.incompatible), (5, 6, 0));
}

#[test]
fn directory_entries_may_have_grown() {
    let mut bytes = region();
    let directory = bytes.directory();
    let entries = bytes.0[directory.clone()].to_vec();
    // 32 more bytes for each entry, and room for them that keeps the data aligned.
    let moved = (entries.len() as u64).next_multiple_of(64);
    let grown: Vec<u8> = entries
        .chunks(32)
        .flat_map(|entry| {
            let offset = u64::from_le_bytes(entry[8..16].try_into().unwrap()) + moved;
            [&entry[..8], &offset.to_le_bytes(), &entry[16..], &[0xee; 32]].concat()
        })
        .collect();
    let padding = vec![0; moved as usize - entries.len()];
    bytes.0.splice(directory, [grown, padding].concat());
    bytes.0[forge::ENTRY_SIZE] = 64;
    let total = bytes.0.len() as u64;
    bytes.set(forge::TOTAL_SIZE, &total.to_le_bytes());
    bytes.seal();
    let checked = format::check(&bytes.0[..], bytes.0.len() as u64).unwrap();
    assert_eq!(checked.directory_len(), 64 * u64::from(bytes.0[forge::SECTION_COUNT]));
    let folder = Folder::new("later-entries");
    let station = Region::<Station>::open(file(&folder, &bytes)).unwrap();
    assert_eq!(station.temperature.get(), 21.5);
}

#[test]
fn another_version_of_the_format_is_named() {
    let mut bytes = region();
    bytes.set(8, &2_u32.to_le_bytes());
    bytes.seal();
    let folder = Folder::new("later-version");
    let error = refusal(Region::<Station>::open(file(&folder, &bytes)));
    assert!(matches!(error, FormatError::FormatVersion { found: 2, expected: 1 }), "{error}");
}

#[test]
fn data_in_the_other_byte_order_is_refused_by_programs_and_described_to_tools() {
    let mut bytes = region();
    bytes.0[12] = 3 - bytes.0[12];
    bytes.seal();
    let folder = Folder::new("later-order");
    let error = refusal(Region::<Station>::open(file(&folder, &bytes)));
    assert!(matches!(error, FormatError::ByteOrder { .. }), "{error}");
    let checked = format::check(&bytes.0[..], bytes.0.len() as u64).unwrap();
    assert_eq!(checked.decode_schema().unwrap().root().fields().len(), 2);
}
