//! Values: every way in reads the values that any other writes, and refuses invalid ones.

use std::os::unix::fs::FileExt;

use shm_core::{Bytes, Text};

use super::{board_region, everything_region, image};
use crate::canon::{bytes, float, text};
use crate::everything::Everything;
use crate::layouts::rows;
use crate::regions::Fixture;
use crate::way::{Driver, Layout, Way, word};
use crate::words::{
    DOES_NOT_FIT, INVALID_VALUE, NO_ENTRY, NOT_WRITABLE, OUT_OF_BOUNDS, UNKNOWN_FIELD,
};
use crate::{Entry, WAYS};

pub(crate) fn a_value_that_any_way_wrote_is_read<W: Way>() {
    let mut reader = W::driver(Layout::Everything);
    for writer in WAYS {
        let fixture = everything_region("values");
        reader.open(&fixture.path());
        let wrong = misread(writer, &mut *reader, &fixture);
        assert!(wrong.is_empty(), "{} wrote, {} read:\n{}", writer.name, W::NAME, wrong.join("\n"));
    }
}

/// The fields that are not read as the writer wrote them.
fn misread(writer: &Entry, reader: &mut dyn Driver, fixture: &Fixture<Everything>) -> Vec<String> {
    let mut writing = (writer.driver)(Layout::Everything);
    writing.open(&fixture.path());
    let rows: Vec<_> =
        rows().into_iter().filter(|row| writer.can.write_live || !row.is_live).collect();
    let mut wrong = Vec::new();
    for turn in 0..2 {
        for row in &rows {
            let request = format!("set {} {}", row.path, row.values[turn]);
            writing.done(&request);
        }
        for row in &rows {
            let found = reader.get(row.path);
            if found.as_ref() != Ok(&row.values[turn]) {
                wrong.push(format!("{}: {found:?} for {}", row.path, row.values[turn]));
            }
        }
    }
    wrong
}

pub(crate) fn fields_with_locks_and_waiters_are_written_or_refused_as_declared<W: Way>() {
    let fixture = everything_region("live");
    let mut driver = W::driver(Layout::Everything);
    driver.open(&fixture.path());
    let before = image(&fixture);
    for row in rows().iter().filter(|row| row.is_live) {
        let expected = if W::CAN.write_live { Ok("ok") } else { Err(NOT_WRITABLE) };
        let found = driver.set(row.path, &row.values[0]);
        assert_eq!(found, expected.map(str::to_owned).map_err(str::to_owned), "{}", row.path);
    }
    assert_eq!(before != image(&fixture), W::CAN.write_live);
}

pub(crate) fn text_in_the_heap_that_any_way_stored_is_read_or_refused_as_declared<W: Way>() {
    let mut reader = W::driver(Layout::Board);
    for writer in WAYS {
        let fixture = board_region("heap");
        reader.open(&fixture.path());
        assert_eq!(reader.get("title"), Ok(text("")), "nothing was stored yet");
        let mut writing = (writer.driver)(Layout::Board);
        writing.open(&fixture.path());
        for value in ["north gate", &"grüße, ".repeat(200), "", "short"].map(text) {
            let before = image(&fixture);
            if writer.can.write_kept {
                assert_eq!(writing.set("title", &value).as_deref(), Ok("ok"), "{}", writer.name);
                assert_eq!(reader.get("title"), Ok(value), "{} wrote", writer.name);
                continue;
            }
            let refused = writing.set("title", &value);
            assert_eq!(refused, Err(NOT_WRITABLE.to_owned()), "{}", writer.name);
            assert!(image(&fixture) == before, "{} was refused, and wrote", writer.name);
        }
    }
}

pub(crate) fn entries_of_a_map_that_any_way_stored_are_read_or_refused_as_declared<W: Way>() {
    let mut reader = W::driver(Layout::Board);
    for writer in WAYS {
        let fixture = board_region("map");
        reader.open(&fixture.path());
        assert_eq!(reader.get("notes[7]"), Err(word::<W>(NO_ENTRY)), "nothing was stored yet");
        // Enough for a table that has grown, with tombstones.
        for key in 0..100 {
            fixture.region.notes.insert(&(1000 + key), &key.to_string()).unwrap();
        }
        for key in 0..50 {
            fixture.region.notes.remove(&(1000 + key)).unwrap();
        }
        let mut writing = (writer.driver)(Layout::Board);
        writing.open(&fixture.path());
        let values = ["north gate", &"grüße, ".repeat(200), "", "short"].map(text);
        let before = image(&fixture);
        for value in &values {
            let answer = writing.set("notes[7]", value);
            if writer.can.write_kept {
                assert_eq!(answer.as_deref(), Ok("ok"), "{}", writer.name);
                assert_eq!(reader.get("notes[7]").as_ref(), Ok(value), "{} wrote", writer.name);
            } else {
                assert_eq!(answer, Err(NOT_WRITABLE.to_owned()), "{}", writer.name);
            }
        }
        let answer = writing.remove("notes[1099]");
        let removed = writer.can.write_kept;
        let expected = if removed { Ok("ok".to_owned()) } else { Err(NOT_WRITABLE.to_owned()) };
        assert_eq!(answer, expected, "{}", writer.name);
        assert!(removed || image(&fixture) == before, "{} was refused, and wrote", writer.name);
        let last = if removed { Err(word::<W>(NO_ENTRY)) } else { Ok(text("99")) };
        assert_eq!(reader.get("notes[1099]"), last, "{}", writer.name);
        assert_eq!(reader.get("notes[1098]"), Ok(text("98")), "{}", writer.name);
        assert_eq!(reader.get("notes[1000]"), Err(word::<W>(NO_ENTRY)), "{}", writer.name);
    }
}

/// Bytes that are not a value, in one field of each kind that has such bytes.
fn spoil(fixture: &Fixture<Everything>) {
    let all = &fixture.region;
    all.mode.repr().set(9);
    all.signed.repr().set(1);
    all.char.repr().set(0xd800);
    all.non_zero.repr().set(0);
    all.chars[1].repr().set(0x11_0000);
    all.modes[0].repr().set(3);
    all.latest_text.store(&Text::new("not UTF-8").unwrap()).unwrap();
    all.latest_bytes.store(&Bytes::new(LONG).unwrap()).unwrap();
    poke(fixture, b"not UTF-8", 0, &[0xff]);
    // The length comes before the bytes.
    poke(fixture, LONG, -4, &200_u32.to_ne_bytes());
}

/// As many bytes as fit.
const LONG: &[u8] = &[0xa5, 0x5a, 0xc3, 0x3c, 0x99];

/// Writes bytes into a region at a distance from some others, as a process with a bug might.
fn poke(fixture: &Fixture<Everything>, found: &[u8], distance: isize, bytes: &[u8]) {
    let image = image(fixture);
    let at = image.windows(found.len()).position(|window| window == found).expect("it was stored");
    let file = std::fs::OpenOptions::new().write(true).open(fixture.path()).expect("opening it");
    let at = at.checked_add_signed(distance).expect("inside the region");
    file.write_all_at(bytes, at as u64).expect("writing to it");
}

pub(crate) fn invalid_bytes_are_reported_and_other_fields_still_work<W: Way>() {
    let fixture = everything_region("invalid");
    fixture.region.u8.set(7);
    fixture.region.modes[1].set(crate::support::Mode::Failed);
    spoil(&fixture);
    let mut driver = W::driver(Layout::Everything);
    driver.open(&fixture.path());
    let invalid = Err(word::<W>(INVALID_VALUE));
    for path in ["mode", "signed", "char", "non_zero", "chars[1]", "modes[0]"] {
        assert_eq!(driver.get(path), invalid, "{path}");
    }
    let unchecked = !W::CAN.checks_text;
    // The caller has to check the text; no more than fits into the field is returned.
    let raw = |value: String| if unchecked { Ok(value) } else { invalid.clone() };
    assert_eq!(driver.get("latest_text"), raw("text:ff6f74205554462d38".to_owned()));
    assert_eq!(driver.get("latest_bytes"), raw(bytes(LONG)));
    for (path, value) in
        [("u8", "7"), ("modes[1]", "Failed"), ("non_zero_i64", "-9223372036854775808")]
    {
        assert_eq!(driver.get(path).as_deref(), Ok(value), "{path}");
    }
    // Writing a value makes the field valid again.
    assert_eq!(driver.set("mode", "Measuring").as_deref(), Ok("ok"));
    assert_eq!(driver.get("mode").as_deref(), Ok("Measuring"));
}

pub(crate) fn a_value_that_does_not_fit_is_refused_and_changes_nothing<W: Way>() {
    let fixture = everything_region("refused");
    let mut driver = W::driver(Layout::Everything);
    driver.open(&fixture.path());
    let before = image(&fixture);
    for (path, expected) in [
        ("nothing", UNKNOWN_FIELD),
        ("point.z", UNKNOWN_FIELD),
        ("numbers[4]", OUT_OF_BOUNDS),
        ("rows[1][3]", OUT_OF_BOUNDS),
        ("points[2].y", OUT_OF_BOUNDS),
    ] {
        assert_eq!(driver.get(path), Err(word::<W>(expected)), "{path}");
    }
    for (path, value, expected) in unsuitable() {
        assert_eq!(driver.set(path, &value), Err(word::<W>(expected)), "{path} {value}");
        assert!(image(&fixture) == before, "{path} {value} was refused, and written");
    }
}

/// Fields, values that they cannot hold, and why.
fn unsuitable() -> Vec<(&'static str, String, &'static str)> {
    let out_of_range = [
        ("u8", "256"),
        ("u8", "-1"),
        ("i8", "-129"),
        ("u64", "18446744073709551616"),
        ("i64", "9223372036854775808"),
        ("be_u16", "65536"),
        ("packed_i32", "2147483648"),
        ("packed_u128", "340282366920938463463374607431768211456"),
        ("non_zero", "0"),
        ("maybe", "0"),
        ("mode", "3"),
        ("mode", "Nonsense"),
        ("bool", "2"),
        ("numbers[0]", "-1"),
    ];
    let of_another_kind = [
        ("u8", float(1.5)),
        ("u8", text("abc")),
        ("f64", text("abc")),
        ("bool", text("abc")),
        ("char", text("ab")),
        // Half of a surrogate pair, encoded like UTF-8.
        ("char", "text:eda080".to_owned()),
        ("text", text("longer than 12")),
        ("names[1]", text("abcde")),
    ];
    let nowhere =
        [("nothing", UNKNOWN_FIELD), ("point.z", UNKNOWN_FIELD), ("numbers[4]", OUT_OF_BOUNDS)];
    out_of_range
        .map(|(path, value)| (path, value.to_owned(), DOES_NOT_FIT))
        .into_iter()
        .chain(of_another_kind.map(|(path, value)| (path, value, DOES_NOT_FIT)))
        .chain(nowhere.map(|(path, word)| (path, "1".to_owned(), word)))
        .collect()
}
