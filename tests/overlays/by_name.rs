//! Overlays without a struct: by the names in a layout that is known at run time.

use std::os::fd::AsFd;

use shm_core::dynamic::{DynLayout, DynOverlay};
use shm_core::errors::Error;
use shm_core::{Overlay, SharedLayout};

use crate::support::Folder;
use crate::{descriptors_of, mappings_of};

#[derive(SharedLayout, Clone, Copy)]
#[repr(C)]
struct Page {
    number: u64,
    ratio: f32,
    tags: [u16; 2],
}

fn layout() -> DynLayout {
    DynLayout::defined("struct Page { number: u64, ratio: f32, tags: [u16; 2] }", "Page").unwrap()
}

fn file(folder: &Folder, len: usize) -> std::path::PathBuf {
    let path = folder.file("pages");
    std::fs::write(&path, vec![0; len]).unwrap();
    path
}

#[test]
fn both_kinds_of_overlays_mean_the_same_bytes() {
    let folder = Folder::new("by-name");
    let path = file(&folder, 10_000);
    // SAFETY: the file is this test's own, and both use the same widths, here and below.
    let typed = unsafe { Overlay::<Page>::open(&path, 4096 + 16) }.unwrap();
    // SAFETY: as above.
    let named = unsafe { DynOverlay::open(&path, 4096 + 16, &layout(), None) }.unwrap();
    assert!(named.is_shared());
    named.set("number", 7).unwrap();
    named.set("tags[..]", 9).unwrap();
    assert_eq!((typed.number.get(), typed.tags[1].get()), (7, 9));
    typed.ratio.set(0.5);
    assert_eq!(named.get("ratio").unwrap().to_string(), "0.5");
    assert_eq!(named.fetch_add("number", 1).unwrap().to_string(), "7");
    // SAFETY: as above.
    let reader = unsafe { DynOverlay::open_read_only(&path, 4096 + 16, &layout(), None) }.unwrap();
    assert_eq!(reader.get("").unwrap().to_string(), "{ number: 8, ratio: 0.5, tags: [9, 9] }");
}

#[test]
fn a_slice_at_the_end_has_as_many_elements_as_there_are_or_as_are_asked_for() {
    let folder = Folder::new("by-name-slice");
    let path = file(&folder, 16 * 5 + 7);
    let pages = DynLayout::defined("struct Page { number: u64, ratio: f64 }", "[Page]").unwrap();
    // SAFETY: the file is this test's own, here and below.
    let all = unsafe { DynOverlay::open(&path, 0, &pages, None) }.unwrap();
    assert_eq!(all.len(), Some(5));
    all.set("[..].number", [1, 2, 3, 4, 5]).unwrap();
    // SAFETY: as above.
    let some = unsafe { DynOverlay::open_read_only(&path, 32, &pages, Some(2)) }.unwrap();
    assert_eq!(some.get("[..].number").unwrap().to_string(), "[3, 4]");
    // SAFETY: as above.
    let error = unsafe { DynOverlay::open(&path, 32, &pages, Some(4)) }.unwrap_err();
    assert!(error.to_string().ends_with("it needs 64 bytes, found 55"), "{error}");
}

#[test]
fn bytes_that_are_not_there_or_misaligned_are_an_error_with_the_numbers() {
    let folder = Folder::new("by-name-errors");
    let path = file(&folder, 100);
    let fault = |offset| {
        // SAFETY: the file is this test's own.
        match unsafe { DynOverlay::open(&path, offset, &layout(), None) }.unwrap_err() {
            Error::BadOverlay { type_name, fault, .. } => format!("{type_name}: {fault}"),
            error => panic!("{error}"),
        }
    };
    assert_eq!(fault(4), "Page: its alignment is 8; give a multiple of that");
    assert_eq!(fault(88), "Page: it needs 16 bytes, found 12");
    assert_eq!(fault(104), "Page: there are only 100 bytes");
    // SAFETY: as above; nothing is mapped.
    let missing = unsafe { DynOverlay::open(folder.file("none"), 0, &layout(), None) };
    assert!(matches!(missing, Err(Error::NotFound { .. })));
    let lock = DynLayout::of("Mutex<u64>").unwrap();
    // SAFETY: as above.
    let error = unsafe { DynOverlay::open(&path, 0, &lock, None) }.unwrap_err();
    assert!(
        error.to_string().ends_with("it has a `Mutex`, which only a region can have"),
        "{error}"
    );
    let read_only = std::fs::File::open(&path).unwrap();
    // SAFETY: as above.
    let error = unsafe { DynOverlay::from_fd(&read_only, 0, &layout(), None) }.unwrap_err();
    assert!(matches!(error, Error::PermissionDenied { .. }), "{error}");
}

#[test]
fn a_mapping_and_its_descriptor_end_with_the_last_handle() {
    let folder = Folder::new("by-name-end");
    let path = file(&folder, 8192);
    // SAFETY: the file is this test's own.
    let overlay = unsafe { DynOverlay::open(&path, 4096, &layout(), None) }.unwrap();
    let field = overlay.resolve("number").unwrap();
    let clone = overlay.clone();
    assert_eq!((mappings_of(&path).len(), descriptors_of(&path)), (1, 1));
    drop((overlay, clone));
    field.set(3).unwrap();
    assert_eq!(field.get().unwrap().to_string(), "3");
    drop(field);
    assert_eq!((mappings_of(&path).len(), descriptors_of(&path)), (0, 0));
    let file = std::fs::File::options().read(true).write(true).open(&path).unwrap();
    // SAFETY: as above; the descriptor is only borrowed.
    let overlay = unsafe { DynOverlay::from_fd(file.as_fd(), 4096, &layout(), None) }.unwrap();
    drop(file);
    assert_eq!(descriptors_of(&path), 0);
    assert_eq!(overlay.get("number").unwrap().to_string(), "3");
}
