//! Forged regions: an error or escaped text, never a crash or a command to the terminal.
//!
//! With `SHM_OUTRAGE_LONG=1` every byte is changed, otherwise one of several.

#[allow(dead_code, unreachable_pub, reason = "the tests of the library use it as well")]
#[path = "../../tests/format/forge.rs"]
mod forge;
mod support;

use std::fs;
use std::os::unix::process::ExitStatusExt;

use forge::Forged;
use shm_core::schema::Schema;
use shm_core::{Latest, Mutex, Region, SharedLayout, Text, Watched};
use support::{Folder, shm};

/// One weather station.
#[derive(SharedLayout)]
#[repr(C)]
struct Victim {
    /// In the shade.
    #[shm(unit = "°C")]
    temperature: f64,
    pose: Latest<[f32; 3]>,
    lock: Mutex<Text<8>>,
    mode: Watched<u16>,
    rows: [[char; 2]; 3],
    tail: [u64],
}

const SCHEMA: u8 = 1;
const ANNOTATIONS: u8 = 2;
const FINGERPRINT: usize = 72;

fn victim(folder: &Folder) -> Vec<u8> {
    let path = folder.file("victim");
    let _ = Region::<Victim>::options().len(2).participants(1).create(&path).unwrap();
    let bytes = fs::read(&path).unwrap();
    fs::remove_file(&path).unwrap();
    bytes
}

/// Runs every command that reads a region; each must end by itself, and print nothing that a terminal
/// would obey.
fn look_at(folder: &Folder, what: &str) -> [Option<i32>; 4] {
    let commands = [
        vec!["show", "./forged"],
        vec!["get", "./forged", "--json"],
        vec!["set", "./forged", "mode=1", "rows=[[a, b], [c, d], [e, f]]", "--wait", "0s"],
        vec!["ls", "."],
    ];
    commands.map(|command| {
        let output = shm(folder, command.iter().copied());
        assert_eq!(output.status.signal(), None, "{command:?} of {what} was killed");
        for text in [output.stdout, output.stderr] {
            let text = String::from_utf8(text).expect("UTF-8");
            assert!(!text.contains("panicked"), "{command:?} of {what}: {text}");
            let obeyed =
                |c: char| c.is_control() && c != '\n' || ('\u{202a}'..='\u{202e}').contains(&c);
            assert!(!text.contains(obeyed), "{command:?} of {what}: {text:?}");
        }
        output.status.code()
    })
}

/// From one byte to the next.
fn step(usual: usize) -> usize {
    if std::env::var_os("SHM_OUTRAGE_LONG").is_some() { 1 } else { usual }
}

/// Writes a region whose checksums and fingerprint agree with its contents.
fn write(folder: &Folder, mut forged: Forged) {
    let section = forged.section(SCHEMA);
    if let Ok(schema) = Schema::decode(&forged.0[section])
        && let Some(fingerprint) = schema.fingerprint()
    {
        forged.set(FINGERPRINT, &fingerprint.to_le_bytes());
    }
    forged.seal();
    fs::write(folder.file("forged"), &forged.0).unwrap();
}

#[test]
fn a_schema_with_any_byte_changed_is_an_error_or_shown_literally() {
    let folder = Folder::new("hostile-schema");
    let bytes = victim(&folder);
    let section = Forged(bytes.clone()).section(SCHEMA);
    let (mut shown, mut refused) = (0, 0);
    for (turn, at) in section.step_by(step(11)).enumerate() {
        let mut forged = Forged(bytes.clone());
        forged.0[at] ^= [1, 0x80, 0xff, 7][turn % 4];
        write(&folder, forged);
        match look_at(&folder, &format!("schema byte {at}"))[0] {
            Some(0) => shown += 1,
            Some(4) => refused += 1,
            code => panic!("byte {at}: exit code {code:?}"),
        }
    }
    assert!(shown > 10 && refused > 10, "{shown} shown, {refused} refused: both are tried");
}

#[test]
fn annotations_with_any_byte_changed_cost_at_most_the_annotations() {
    let folder = Folder::new("hostile-notes");
    let bytes = victim(&folder);
    for at in Forged(bytes.clone()).section(ANNOTATIONS).step_by(step(23)) {
        for change in [0x1b, 0x80] {
            let mut forged = Forged(bytes.clone());
            forged.0[at] = change;
            write(&folder, forged);
            assert_eq!(look_at(&folder, &format!("annotation byte {at}"))[0], Some(0));
        }
    }
}

#[test]
fn a_header_with_any_byte_changed_is_an_error_or_makes_no_difference() {
    let folder = Folder::new("hostile-header");
    let bytes = victim(&folder);
    for at in (0..256).step_by(step(4)) {
        for sealed in [true, false] {
            let mut forged = Forged(bytes.clone());
            forged.0[at] ^= 0xff;
            if sealed {
                forged.seal();
            }
            fs::write(folder.file("forged"), &forged.0).unwrap();
            look_at(&folder, &format!("header byte {at}"));
        }
    }
}

#[test]
fn data_and_participants_full_of_nonsense_are_shown_as_nonsense() {
    let folder = Folder::new("hostile-data");
    let bytes = victim(&folder);
    let start = Forged(bytes.clone()).section(4).start;
    for byte in [0xff, 0x1b, 0x9b, 0x01] {
        let mut forged = Forged(bytes.clone());
        forged.0[start..].fill(byte);
        fs::write(folder.file("forged"), &forged.0).unwrap();
        assert_eq!(look_at(&folder, &format!("data of {byte:#x}"))[0], Some(0));
    }
}

#[test]
fn a_region_that_is_cut_off_anywhere_is_an_error() {
    let folder = Folder::new("hostile-cut");
    let bytes = victim(&folder);
    for len in (0..bytes.len()).step_by(step(211)) {
        fs::write(folder.file("forged"), &bytes[..len]).unwrap();
        let [show, get, set, ls] = look_at(&folder, &format!("{len} bytes"));
        assert_eq!((show, get, set, ls), (Some(4), Some(4), Some(4), Some(0)), "{len} bytes");
    }
}
