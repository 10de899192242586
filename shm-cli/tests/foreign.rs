//! Bytes that are not a region, read by a layout beside them.

mod support;

use std::fs;

use support::{Folder, printed, refused};

/// A folder with the start of a WAV file after 256 other bytes, and its layout.
fn clip() -> Folder {
    let folder = Folder::new("foreign");
    let layout = [
        "new",
        "./wave",
        "--type",
        "Wave",
        "--define",
        "struct Rate { wanted: u32, found: u32 } struct Wave { tag: [u8; 4], size: u32, \
         channels: u16, bits: u16, rate: Rate, samples: [u16] }",
        "--len",
        "0",
    ];
    printed(&folder, layout);
    printed(&folder, ["export", "./wave", "--lang", "json", "-o", "wave.json"]);
    let mut bytes = vec![0xff; 256];
    bytes.extend(b"RIFF\x24\0\0\0\x02\0\x10\0\x80\xbb\0\0\x44\xac\0\0\x01\0\x02\0\x03\0\x04");
    fs::write(folder.file("clip.wav"), bytes).unwrap();
    folder
}

/// The arguments to read something in the clip.
fn at<'a>(more: &[&'a str]) -> Vec<&'a str> {
    [&["get", "./clip.wav", "--layout", "wave.json"], more].concat()
}

#[test]
fn the_fields_of_a_file_are_read_by_an_exported_schema_at_an_offset() {
    let folder = clip();
    let get = |offset: &str, path: &str| printed(&folder, at(&["--offset", offset, path]));
    assert_eq!(get("256", "rate.wanted"), "48000\n");
    assert_eq!(get("0x100", "channels"), "2\n");
    assert_eq!(get("256", "tag[..2]"), "[82, 73]\n");
    // As many elements as there are, and not the byte after the last one.
    assert_eq!(get("256", "samples"), "[1, 2, 3]\n");
    assert_eq!(printed(&folder, at(&["--offset", "256", "--len", "2", "samples"])), "[1, 2]\n");
    // A region has a layout, too; and this one says nothing of the file that is read.
    let arguments =
        ["get", "./clip.wav", "--layout", "./wave", "--offset", "256", "rate", "--json"];
    let json: serde_json::Value = serde_json::from_str(&printed(&folder, arguments)).unwrap();
    assert_eq!(json["values"][0]["value"], serde_json::json!({ "wanted": 48000, "found": 44100 }));
}

#[test]
fn a_device_is_read_where_its_length_is_given() {
    let folder = clip();
    let zero = ["get", "/dev/zero", "--layout", "wave.json"];
    let found = printed(&folder, [&zero[..], &["--len", "3", "samples"]].concat());
    assert_eq!(found, "[0, 0, 0]\n");
    let error = refused(&folder, [&zero[..], &["samples"]].concat(), 4);
    assert!(
        error.starts_with("error: /dev/zero cannot be overlaid with `Wave` at offset 0"),
        "{error}"
    );
    assert!(error.contains("help: give the number of elements with `--len`"), "{error}");
}

#[test]
fn bytes_that_do_not_fit_are_an_error_with_the_numbers() {
    let folder = clip();
    let refuse = |more: &[&str], code| refused(&folder, at(more), code);
    let error = refuse(&["--offset", "258", "rate"], 4);
    assert!(
        error.contains("at offset 258: its alignment is 4; give a multiple of that"),
        "{error}"
    );
    let error = refuse(&["--offset", "272", "rate"], 4);
    assert!(error.contains("it needs 20 bytes before its first element, found 11"), "{error}");
    let error = refuse(&["--offset", "256", "--len", "9", "rate"], 4);
    assert!(error.contains("it needs 38 bytes, found 27"), "{error}");
    let error = refuse(&["--offset", "4096", "rate"], 4);
    assert!(error.contains("there are only 283 bytes"), "{error}");
    assert!(refuse(&["--offset", "256", "speed"], 6).contains("no field `speed`"));
    assert_eq!(support::shm(&folder, at(&["--offset", "a"])).status.code(), Some(2));
    refused(&folder, ["get", "./nothing", "--layout", "wave.json"], 3);
    refused(&folder, ["get", ".", "--layout", "wave.json"], 10);
    printed(&folder, ["new", "./lock", "--type", "Mutex<u32>"]);
    let error = refused(&folder, ["get", "./clip.wav", "--layout", "./lock"], 4);
    assert!(error.contains("it has a `Mutex`, which only a region can have"), "{error}");
}
