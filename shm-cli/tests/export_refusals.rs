//! Refusals of exported code: it refuses the files that this library refuses, for the same reasons. These tests need
//! gcc, g++ and python3.

#[path = "export/regions.rs"]
mod regions;
mod support;

#[path = "export/compilers.rs"]
mod compilers;
#[path = "export/images.rs"]
mod images;
#[path = "export/scripts.rs"]
mod scripts;

use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use compilers::{Directory, STANDARDS, compile};
use images::{Access, Header, Judges, agree, altered};
use regions::{Fixture, station};
use shm_core::{Region, SharedLayout};
use support::{Folder, Station, forge_before};

#[test]
fn one_changed_byte_of_a_header_is_refused_for_the_same_reason_in_every_language() {
    let fixture = station("refused-bytes");
    let image = std::fs::read(fixture.path()).unwrap();
    let header = Header::of(&image);
    let places = (0..header.directory.end).chain(header.section(1));
    let judges = Judges::of(&fixture.name);
    let verdicts = agree::<Station>(&judges, Access::Write, &altered(&image, places));
    let kinds: std::collections::HashSet<String> = verdicts.into_iter().collect();
    assert!(kinds.len() >= 14, "only {kinds:?} were tried");
}

/// Files that are not a usable station, and the word for the reason.
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
        (PathBuf::from("/station"), "BadName"),
        (directory.path().join(""), "BadName"),
    ]
}

#[test]
fn an_unusable_file_is_refused_without_a_hang() {
    let fixture = station("refused-files");
    let directory = Directory::new("refused-files");
    let files = bad_files(&directory, &fixture);
    let paths: Vec<&str> = files.iter().map(|(path, _)| path.to_str().unwrap()).collect();
    for (language, found) in Judges::of(&fixture.name).open(&paths) {
        assert_eq!(found.len(), files.len());
        for (found, (path, expected)) in found.iter().zip(&files) {
            // A directory can be opened for reading, but is not a regular file.
            let of_directory = path.is_dir() && found == "differs";
            assert!(found == expected || of_directory, "{language}, {path:?}: {found}");
        }
    }
}

#[test]
fn the_age_of_a_region_is_judged_the_same_in_every_language() {
    let fixture = station("refused-boots");
    let (memory, disk) = (Folder::new("boots"), Folder::on_disk("boots"));
    let mut regions = vec![];
    for (folder, of_other_boots) in [(&memory, "ok"), (&disk, "Rebooted")] {
        forge_before(folder, "other", Station::LAYOUT, [7; 16]);
        // Its creator could not read the boot id.
        forge_before(folder, "unknown", Station::LAYOUT, [0; 16]);
        let expected = if folder.is_in_memory() { "ok" } else { of_other_boots };
        regions.push((folder.file("other"), expected));
        regions.push((folder.file("unknown"), "ok"));
    }
    let paths: Vec<&str> = regions.iter().map(|(path, _)| path.to_str().unwrap()).collect();
    for (language, found) in Judges::of(&fixture.name).open(&paths) {
        for (found, (path, expected)) in found.iter().zip(&regions) {
            assert_eq!(found, expected, "{language}, {path:?}");
        }
    }
    for (path, expected) in &regions {
        assert_eq!(Region::<Station>::open(path).is_ok(), *expected == "ok", "{path:?}");
    }
}

/// In a user namespace that maps neither, a stranger's file looks like the caller's own.
#[test]
fn no_language_takes_an_unmapped_stranger_for_the_owner() {
    let fixture = station("refused-strangers");
    let (path, judges) = (fixture.path(), Judges::of(&fixture.name));
    if std::os::unix::fs::chown(&path, Some(12_345), None).is_err() {
        return;
    }
    std::fs::set_permissions(&path, PermissionsExt::from_mode(0o666)).unwrap();
    for (language, found) in judges.open_as_unmapped(path.to_str().unwrap()).unwrap_or_default() {
        assert_eq!(found, "ForeignOwner", "{language}");
    }
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
