//! Composing and checking, together.

use super::{
    CheckedHeader, Composed, Creator, Description, FormatError, HeaderPart, READY, READY_OFFSET,
    check, compose,
};
use crate::layout::Layout;
use crate::schema::samples::{FRAME, POSE, POSE_RENAMED, STATION, WORDS};

const CREATOR: Creator =
    Creator { pid: 7, start_time: 8, boot_id: *b"0123456789abcdef", created_at: 9 };

fn file(layout: &'static Layout, tail_len: u64, data_len: u64) -> Vec<u8> {
    let Composed { mut header, total_size, .. } =
        compose(&Description::of(layout).unwrap(), tail_len, data_len, 0, 0, &CREATOR).unwrap();
    header[READY_OFFSET..][..8].copy_from_slice(&READY.to_le_bytes());
    header.resize(total_size as usize, 0);
    header
}

fn open(file: &[u8]) -> Result<CheckedHeader, FormatError> {
    check(file, file.len() as u64)
}

#[test]
fn a_composed_header_is_read_as_it_was_composed() {
    let file = file(&STATION, 0, 216);
    let checked = open(&file).unwrap();
    assert!(checked.expect(&file[..], &STATION).unwrap().is_same());
    checked.expect_writable().unwrap();
    checked.expect_ready().unwrap();
    assert_eq!((checked.data_offset() % 64, checked.data_len(), checked.tail_len()), (0, 216, 0));
    assert_eq!(checked.total_size(), file.len() as u64);
    assert_eq!((checked.creator(), checked.boot_id()), (CREATOR, CREATOR.boot_id));
    assert_eq!(checked.fingerprint(), STATION.fingerprint());
    assert_eq!(checked.decode_schema().unwrap().root().name(), "");
    assert_eq!(checked.read_schema(&file[..]).unwrap().root().name(), "Station");
}

#[test]
fn a_run_time_length_is_read_and_fits_the_data() {
    checked_len(&WORDS, 3, 24);
    checked_len(&FRAME, 5, 16);
    let file = file(&WORDS, 3, 16);
    let error = open(&file).unwrap().decode_schema().unwrap_err();
    assert!(matches!(error, FormatError::DataLength { found: 16, tail_len: 3 }), "{error}");
}

fn checked_len(layout: &'static Layout, tail_len: u64, data_len: u64) {
    let file = file(layout, tail_len, data_len);
    let checked = open(&file).unwrap();
    assert_eq!((checked.tail_len(), checked.data_len()), (tail_len, data_len));
    checked.decode_schema().unwrap();
}

#[test]
fn a_region_that_is_not_ready_says_so() {
    let mut file = file(&POSE, 0, 24);
    file[READY_OFFSET] = 0;
    let checked = open(&file).unwrap();
    assert!(matches!(checked.expect_ready(), Err(FormatError::NotReady)));
}

#[test]
fn a_different_layout_is_refused_and_a_different_name_is_not() {
    let file = file(&POSE, 0, 24);
    let checked = open(&file).unwrap();
    checked.expect(&file[..], &POSE_RENAMED).unwrap();
    let error = checked.expect(&file[..], &STATION).unwrap_err();
    assert!(
        matches!(&error, FormatError::LayoutDiffers { type_name, .. } if type_name == "Station"),
        "{error}"
    );
}

#[test]
fn damage_is_reported_with_the_damaged_part() {
    let whole = file(&POSE, 0, 24);
    let damaged = |at: usize| {
        let mut file = whole.clone();
        file[at] ^= 0x10;
        open(&file).unwrap_err()
    };
    assert!(matches!(damaged(0), FormatError::NotARegion { .. }));
    assert!(matches!(damaged(8), FormatError::FormatVersion { .. }));
    assert!(matches!(damaged(64), FormatError::Damaged { part: HeaderPart::Preamble, .. }));
    assert!(matches!(damaged(130), FormatError::Damaged { part: HeaderPart::Directory, .. }));
    assert!(matches!(damaged(230), FormatError::Damaged { part: HeaderPart::Schema, .. }));
}
