//! Opening: what is refused, for what reason; for reading only; and again, when the region was replaced.

use std::path::Path;

use shm_core::Region;

use super::{everything_region, image};
use crate::images::Header;
use crate::regions::{Fixture, unique};
use crate::stations::{moved, own::Station};
use crate::support::Folder;
use crate::way::{Driver, Layout, Way, word};
use crate::words::NOT_WRITABLE;

/// A station that its own struct opens.
fn station(what: &str) -> Fixture<Station> {
    let name = unique(&format!("conformance-{what}"));
    let region = Region::<Station>::create(&name).expect("making a station");
    Fixture::of(name, region)
}

pub(crate) fn a_read_only_opening_reads_and_refuses_to_write<W: Way>() {
    let fixture = everything_region("read-only");
    fixture.region.u64.set(77);
    let mut driver = W::driver(Layout::Everything);
    driver.done(&format!("read {}", fixture.path().display()));
    let before = image(&fixture);
    assert_eq!(driver.get("u64").as_deref(), Ok("77"));
    for path in ["u64", "numbers[0]", "point.x", "latest_f64", "guarded", "watched"] {
        let value = if path == "watched" { "Idle" } else { "1" };
        assert_eq!(driver.set(path, value), Err(NOT_WRITABLE.to_owned()), "{path}");
    }
    assert!(image(&fixture) == before, "it was refused, and written");
    if let Some(pid) = driver.pid() {
        let permissions = mapped(pid, &fixture.path());
        assert!(!permissions.is_empty(), "the region is not mapped");
        assert!(permissions.iter().all(|found| found.starts_with("r--")), "{permissions:?}");
    }
}

/// The permissions with which a process has a file mapped.
fn mapped(pid: u32, file: &Path) -> Vec<String> {
    let maps = std::fs::read_to_string(format!("/proc/{pid}/maps")).expect("the driver's mappings");
    let lines = maps.lines().filter(|line| line.ends_with(file.to_str().expect("a plain path")));
    lines.map(|line| line.split(' ').nth(1).expect("permissions").to_owned()).collect()
}

/// A faulty file of a region, and the words for it when it is opened for writing and for reading.
struct Case {
    what: &'static str,
    bytes: Vec<u8>,
    to_write: &'static str,
    to_read: &'static str,
}

fn cases(image: &[u8], header: &Header) -> Vec<Case> {
    let case = |what, bytes: &[u8], word| Case {
        what,
        bytes: bytes.to_vec(),
        to_write: word,
        to_read: word,
    };
    let with = |at: usize, byte: u8| {
        let mut image = image.to_vec();
        image[at] = byte;
        image
    };
    let forged = |at: usize, byte: u8| {
        let mut image = with(at, byte);
        header.forge(&mut image);
        image
    };
    let mut unready = image.to_vec();
    unready[120..128].fill(0);
    let schema = header.section(1).start + 4;
    vec![
        case("the unchanged region", image, "ok"),
        case("nothing", b"", "NotARegion"),
        case("text", b"#!/bin/sh\n", "NotARegion"),
        case("long text", &[b'x'; 5000], "NotARegion"),
        case("another magic", &with(0, 0x88), "NotARegion"),
        case("the magic alone", &image[..8], "Truncated"),
        case("a half", &image[..image.len() / 2], "Truncated"),
        case("all but one byte", &image[..image.len() - 1], "Truncated"),
        case("one whose creator has not finished", &unready, "NotReady"),
        case("the next format", &forged(8, 2), "FormatVersion"),
        case("another byte order", &forged(12, 2), "ByteOrder"),
        case("a wrong header checksum", &with(24, !image[24]), "Damaged"),
        case("a wrong directory checksum", &with(32, !image[32]), "Damaged"),
        case("a wrong schema checksum", &with(schema, !image[schema]), "Damaged"),
        case("a wrong fingerprint", &forged(72, !image[72]), "Fingerprint"),
        case("an unknown feature", &forged(56, 1), "Feature"),
        Case { to_read: "ok", ..case("a feature to write", &forged(48, 1), "FeatureToWrite") },
    ]
}

pub(crate) fn an_unusable_region_is_refused_with_the_same_word<W: Way>() {
    let fixture = station("refused");
    let image = image(&fixture);
    let folder = Folder::new("conformance-refused");
    let mut driver = W::driver(Layout::Station);
    let mut open = |what: &str, file: &Path, to_write: &str, to_read: &str| {
        for (verb, expected) in [("open", to_write), ("read", to_read)] {
            // The command's first step is always to open for reading.
            let expected = if W::CAN.stays_open { expected } else { to_read };
            let found = driver.ask(&format!("{verb} {}", file.display()));
            let found = found.unwrap_or_else(|word| word);
            assert_eq!(found, word::<W>(expected), "{verb}: {what}");
        }
    };
    for case in cases(&image, &Header::of(&image)) {
        let file = folder.file("region");
        std::fs::write(&file, &case.bytes).expect("writing a file");
        open(case.what, &file, case.to_write, case.to_read);
    }
    open("a missing file", &folder.file("missing"), "System", "System");
    let other = folder.file("other");
    drop(Region::<moved::Station>::create(&other).expect("making a region"));
    let expected = if W::CAN.has_layout { "LayoutDiffers" } else { "ok" };
    open("another layout", &other, expected, expected);
}

pub(crate) fn a_region_that_was_replaced_is_not_current_and_its_successor_is_opened<W: Way>() {
    let old = station("replaced");
    old.region.hits.set(1);
    let mut driver = W::driver(Layout::Station);
    driver.open(&old.path());
    let current = |driver: &mut dyn Driver| W::CAN.stays_open.then(|| driver.done("current"));
    let answer = |text: &str| W::CAN.stays_open.then(|| text.to_owned());
    assert_eq!(current(&mut *driver), answer("yes"));
    let options = Region::<Station>::options();
    let new = options.create_or_replace(&old.name).expect("replacing the region");
    new.hits.set(2);
    assert_eq!(current(&mut *driver), answer("no"));
    // A program that keeps a region open keeps the old one, and its writes go there.
    let (now, written) = if W::CAN.stays_open { ("1", [9, 2]) } else { ("2", [1, 9]) };
    assert_eq!(driver.get("hits").as_deref(), Ok(now));
    driver.done("set hits 9");
    assert_eq!([old.region.hits.get(), new.hits.get()], written);
    new.hits.set(3);
    driver.open(&old.path());
    assert_eq!(driver.get("hits").as_deref(), Ok("3"));
    assert_eq!(current(&mut *driver), answer("yes"));
    new.unlink().expect("removing the region");
    assert_eq!(current(&mut *driver), answer("no"));
    let found = driver.ask(&format!("open {}", old.path().display()));
    assert_eq!(found, Err(word::<W>("System")));
}
