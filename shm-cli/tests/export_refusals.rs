//! What exported code refuses to open: what this library refuses, for the same reasons. These tests need
//! gcc, g++ and python3.

#[path = "export/regions.rs"]
mod regions;
mod support;

#[path = "export/compilers.rs"]
mod compilers;
#[path = "export/scripts.rs"]
mod scripts;

use std::path::{Path, PathBuf};

use compilers::{Directory, Program, STANDARDS, compile};
use regions::{Fixture, station};
use scripts::Script;
use shm_core::{Error, Region};
use support::Station;

const C: &str = include_str!("export/refusals.c");
const PYTHON: &str = include_str!("export/refusals.py");

fn fnv1a(bytes: &[u8]) -> u64 {
    let step = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3);
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, step)
}

/// Where the header of a region has what.
struct Header {
    directory: std::ops::Range<usize>,
    /// Of each section: its kind, and where it is.
    sections: Vec<(u32, std::ops::Range<usize>)>,
}

impl Header {
    fn of(image: &[u8]) -> Self {
        let count = image[16] as usize;
        let number = |at: usize| u64::from_le_bytes(image[at..at + 8].try_into().unwrap()) as usize;
        let entry = |entry: usize| {
            let at = 128 + 32 * entry;
            let kind = u32::from_le_bytes(image[at..at + 4].try_into().unwrap());
            (kind, number(at + 8)..number(at + 8) + number(at + 16))
        };
        Self { directory: 128..128 + 32 * count, sections: (0..count).map(entry).collect() }
    }

    fn section(&self, kind: u32) -> std::ops::Range<usize> {
        self.sections.iter().find(|(found, _)| *found == kind).expect("a section").1.clone()
    }

    /// Makes all checksums right again, as somebody with bad intent would.
    fn forge(&self, image: &mut [u8]) {
        let schema = fnv1a(&image[self.section(1)]);
        let entry = self.sections.iter().position(|(kind, _)| *kind == 1).expect("a schema");
        let at = 128 + 32 * entry + 24;
        image[at..at + 8].copy_from_slice(&schema.to_le_bytes());
        let directory = fnv1a(&image[self.directory.clone()]);
        image[32..40].copy_from_slice(&directory.to_le_bytes());
        let mut preamble = image[..128].to_vec();
        preamble[24..32].fill(0);
        preamble[120..128].fill(0);
        image[24..32].copy_from_slice(&fnv1a(&preamble).to_le_bytes());
    }
}

/// Images of a region with one byte of the header changed, as it is and with the checksums made right.
fn altered(image: &[u8]) -> Vec<(usize, Vec<u8>)> {
    let header = Header::of(image);
    let mut images = vec![(usize::MAX, image.to_vec())];
    for at in (0..header.directory.end).chain(header.section(1)) {
        let with = |mask: u8| {
            let mut image = image.to_vec();
            image[at] ^= mask;
            image
        };
        images.push((at, with(0x10)));
        for mask in [0x01, 0xff] {
            let mut image = with(mask);
            header.forge(&mut image);
            images.push((at, image));
        }
    }
    images
}

/// What shm-core says to a file.
fn verdict(path: &Path) -> String {
    match Region::<Station>::open(path) {
        Ok(_) => "ok".to_owned(),
        Err(Error::Format { source, .. }) => word(&format!("{source:?}")),
        Err(error) => word(&format!("{error:?}")),
    }
}

fn word(debug: &str) -> String {
    let word = debug.split([' ', '(', '{']).next().unwrap_or_default();
    match word {
        // Who has no types cannot tell what another layout is.
        "Schema" => "LayoutDiffers",
        "UnknownSectionToWrite" => "FeatureToWrite",
        word => word,
    }
    .to_owned()
}

#[test]
fn one_changed_byte_of_a_header_is_refused_for_the_same_reason_in_every_language() {
    let fixture = station("refused-bytes");
    let image = std::fs::read(fixture.path()).unwrap();
    let schema = Header::of(&image).section(1);
    let directory = Directory::new("refused-bytes");
    let (path, all) = (directory.path().join("one"), directory.path().join("all"));
    let (mut expected, mut all_bytes) = (Vec::new(), Vec::new());
    for (at, image) in altered(&image) {
        std::fs::write(&path, &image).unwrap();
        let verdict = verdict(&path);
        // Of a schema that is another one, the fingerprint is wrong as well.
        let is_other = schema.contains(&at) && verdict == "Fingerprint";
        expected.push((at, if is_other { "LayoutDiffers".to_owned() } else { verdict }));
        all_bytes.extend(image);
    }
    let kinds: std::collections::HashSet<&str> =
        expected.iter().map(|(_, verdict)| verdict.as_str()).collect();
    assert!(kinds.len() >= 13, "only {kinds:?} were tried");
    std::fs::write(&all, all_bytes).unwrap();
    let size = image.len().to_string();
    let arguments = ["check", all.to_str().unwrap(), &size];
    for standard in STANDARDS {
        let found = Program::of(standard, &fixture.name, "station", C).run(&arguments);
        // A look at memory alone cannot tell when the machine was started.
        let in_c = |verdict: &str| if verdict == "Rebooted" { "ok" } else { verdict }.to_owned();
        compare(&found, expected.iter().map(|(at, verdict)| (*at, in_c(verdict))));
    }
    let found = Script::of(&fixture.name, "station", PYTHON).run(&arguments);
    compare(&found, expected.into_iter());
}

fn compare(found: &str, expected: impl Iterator<Item = (usize, String)>) {
    let mut found = found.lines();
    for (at, expected) in expected {
        assert_eq!(found.next(), Some(expected.as_str()), "with another byte at {at}");
    }
    assert_eq!(found.next(), None);
}

/// Files that are no usable station, and the word for what is wrong.
fn bad_files(directory: &Directory, fixture: &Fixture<Station>) -> Vec<(PathBuf, &'static str)> {
    let image = std::fs::read(fixture.path()).unwrap();
    let file = |name: &str, bytes: &[u8]| {
        let path = directory.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    };
    let mut unready = image.clone();
    unready[120..128].fill(0);
    let link = directory.path().join("link");
    std::os::unix::fs::symlink(fixture.path(), &link).unwrap();
    let fifo = directory.path().join("fifo");
    let status = std::process::Command::new("mkfifo").arg(&fifo).status().unwrap();
    assert!(status.success());
    let other = directory.path().join("other");
    drop(Region::<[u64; 4]>::create(&other).unwrap());
    vec![
        (file("whole", &image), "ok"),
        (file("empty", b""), "NotARegion"),
        (file("text", b"#!/bin/sh\n"), "NotARegion"),
        (file("long-text", &[b'x'; 5000]), "NotARegion"),
        (file("magic", &image[..8]), "Truncated"),
        (file("half", &image[..image.len() / 2]), "Truncated"),
        (file("all-but-one", &image[..image.len() - 1]), "Truncated"),
        (file("unready", &unready), "NotReady"),
        (other, "LayoutDiffers"),
        (fifo, "NotRegularFile"),
        (directory.path().to_owned(), "System"),
        (link, "System"),
        (directory.path().join("missing"), "System"),
        (PathBuf::from(".."), "BadName"),
        (directory.path().join(""), "BadName"),
    ]
}

#[test]
fn what_is_no_usable_region_is_refused_without_a_hang() {
    let fixture = station("refused-files");
    let directory = Directory::new("refused-files");
    let files = bad_files(&directory, &fixture);
    let paths = files.iter().map(|(path, _)| path.to_str().unwrap());
    let arguments: Vec<&str> = std::iter::once("open").chain(paths).collect();
    let check = |language: &str, found: String| {
        for (found, (path, expected)) in found.lines().zip(&files) {
            // A directory may be opened for reading, and is then no regular file.
            let of_directory = path.is_dir() && found == "differs";
            assert!(found == *expected || of_directory, "{language}, {path:?}: {found}");
        }
        assert_eq!(found.lines().count(), files.len());
    };
    for standard in STANDARDS {
        check("C", Program::of(standard, &fixture.name, "station", C).run(&arguments));
    }
    check("Python", Script::of(&fixture.name, "station", PYTHON).run(&arguments));
}

#[test]
fn a_header_that_was_altered_does_not_compile() {
    let fixture = station("refused-header");
    let header = regions::printed(&["export", &fixture.name, "--lang", "c"]);
    for (from, to) in [
        ("    uint64_t hits;\n", "    uint32_t hits;\n"),
        ("    double temperature;\n", ""),
        ("samples[16]", "samples[15]"),
        ("alignas(64) struct", "alignas(128) struct"),
        ("typedef uint8_t station_mode;", "typedef uint64_t station_mode;"),
    ] {
        assert!(header.contains(from), "{from:?}");
        let directory = Directory::new("refused-header");
        directory.write("station.h", &header.replacen(from, to, 1));
        directory.write("main.c", "#include \"station.h\"\n");
        for standard in STANDARDS {
            let output = compile(standard, &directory, &["-fsyntax-only"]);
            let errors = String::from_utf8_lossy(&output.stderr);
            assert!(!output.status.success(), "{to:?} compiles");
            assert!(errors.contains("layout"), "{to:?}: {errors}");
        }
    }
}
