//! Errors about names, and whether their advice can be followed.

use shm_core::{Error, Overlay, Region};

use crate::support::Folder;

fn overlay(path: &str) -> Error {
    // SAFETY: there is no such file, or nothing else here maps it.
    let writing = unsafe { Overlay::<u64>::open(path, 0) }.unwrap_err();
    // SAFETY: as above.
    let reading = unsafe { Overlay::<[u8]>::open_read_only(path, 0) }.unwrap_err();
    assert_eq!(format!("{writing:?}"), format!("{reading:?}"));
    writing
}

#[test]
fn a_missing_file_is_not_blamed_on_functions_that_an_overlay_lacks() {
    let folder = Folder::new("missing");
    let error = overlay(folder.file("none").to_str().unwrap());
    assert!(matches!(error, Error::NotFound { .. }));
    let text = format!("{error:?}");
    assert!(text.contains("/none does not exist") && text.contains("`Overlay::create`"), "{text}");
    for absent in ["wait(", "open_or_create", "without a slash"] {
        assert!(!text.contains(absent), "{text}");
    }
}

#[test]
fn a_plain_name_that_is_not_in_dev_shm_is_told_from_a_path() {
    let text = format!("{:?}", overlay("shm-no-such-file"));
    assert!(text.contains("/dev/shm/shm-no-such-file does not exist"), "{text}");
    assert!(text.contains("without a slash means a file in /dev/shm"), "{text}");
    assert!(text.contains("write `./shm-no-such-file`"), "{text}");
}

/// Tests run in the folder of their package, which has this file.
#[test]
fn a_file_in_the_current_directory_that_was_meant_is_named() {
    let hint = "There is a ./Cargo.toml in the current directory";
    let text = format!("{:?}", overlay("Cargo.toml"));
    assert!(text.contains(hint) && text.contains("write `./Cargo.toml`"), "{text}");
    let text = format!("{:?}", Region::<u64>::open("Cargo.toml").unwrap_err());
    assert!(text.contains(hint) && text.contains("write `./Cargo.toml`"), "{text}");
    let text = format!("{:?}", Region::<u64>::open("Cargo.tom").unwrap_err());
    assert!(!text.contains("current directory"), "{text}");
    // SAFETY: nothing writes this file while tests run.
    let bytes = unsafe { Overlay::<[u8]>::open_read_only("./Cargo.toml", 0) }.unwrap();
    assert_eq!(bytes.len() as u64, std::fs::metadata("Cargo.toml").unwrap().len());
}

#[test]
fn a_taken_name_and_a_device_get_advice_for_overlays() {
    let folder = Folder::new("taken");
    std::fs::write(folder.file("f"), [0; 8]).unwrap();
    // SAFETY: the file is this test's own.
    let error = unsafe { Overlay::<u64>::create(folder.file("f"), 8) }.unwrap_err();
    let text = format!("{error:?}");
    assert!(text.contains("exists already") && text.contains("use `Overlay::open`"), "{text}");
    assert!(!text.contains("create_or_replace"), "{text}");
    for (path, kind) in [("/dev/zero", "a character device"), ("/dev/shm/.", "a directory")] {
        // SAFETY: it is refused.
        let Err(error) = (unsafe { Overlay::<u64>::open(path, 0) }) else { panic!("{path}") };
        if path == "/dev/zero" {
            assert!(matches!(error, Error::NotRegularFile { .. }), "{error}");
            assert!(error.help().unwrap().contains("`Overlay::from_fd`"), "{error:?}");
            assert!(error.to_string().contains(kind), "{error}");
        }
    }
}
