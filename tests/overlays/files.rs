//! Overlays of files: the mappings they share, the descriptors they keep open, and the release of both.

use std::os::fd::{AsRawFd, OwnedFd};
use std::path::PathBuf;

use shm_core::{Overlay, ReadOnly, SharedLayout};

use crate::support::{self, Folder, argument, run};
use crate::{descriptors_of, mappings_of};

#[derive(SharedLayout, Clone, Copy)]
#[repr(C)]
struct Page {
    number: u64,
    rest: [u64; 511],
}

#[test]
fn many_overlays_of_one_file_share_one_mapping_and_one_descriptor() {
    let folder = Folder::new("many");
    let path = folder.file("pages");
    std::fs::write(&path, vec![0; 2000 * 4096]).unwrap();
    // SAFETY: the file is this test's own, here and below.
    let open = |i: u64| unsafe { Overlay::<Page>::open(&path, i * 4096) }.unwrap();
    let pages: Vec<_> = (0..2000).map(open).collect();
    for (i, page) in pages.iter().enumerate() {
        page.number.set(i as u64);
    }
    assert_eq!((mappings_of(&path).len(), descriptors_of(&path)), (1, 1));
    // SAFETY: as above.
    let reader = unsafe { Overlay::<Page>::open_read_only(&path, 1999 * 4096) }.unwrap();
    assert_eq!(reader.number.get(), 1999);
    assert_eq!((mappings_of(&path).len(), descriptors_of(&path)), (1, 1));
    drop((pages, reader));
    assert_eq!((mappings_of(&path).len(), descriptors_of(&path)), (0, 0));
}

#[test]
fn a_file_of_many_windows_is_mapped_where_overlays_are() {
    let folder = Folder::new("windows");
    let path = folder.file("sparse");
    std::fs::File::create(&path).unwrap().set_len(1 << 40).unwrap();
    let offsets = [0, 4096, (64 << 20) - 8, 64 << 20, 1 << 39, (1 << 40) - 4096];
    // SAFETY: the file is this test's own.
    let open = |offset: u64| unsafe { Overlay::<[u64; 512]>::open(&path, offset) }.unwrap();
    let overlays = offsets.map(open);
    for (overlay, value) in overlays.iter().zip(1..) {
        overlay[511].set(value);
    }
    // The third spans two windows, and shares its last element with the fourth.
    assert_eq!(overlays[3][510].get(), 3);
    // One for each window, or fewer if the kernel merges neighbours.
    assert!(mappings_of(&path).len() <= 5);
    let mut last = [0; 8];
    let file = std::fs::File::open(&path).unwrap();
    std::os::unix::fs::FileExt::read_exact_at(&file, &mut last, (1 << 40) - 8).unwrap();
    assert_eq!(u64::from_ne_bytes(last), 6);
}

#[test]
fn a_dropped_overlay_of_any_length_is_unmapped() {
    let folder = Folder::new("odd");
    for len in [1, 7, 4095, 4096, 4097, 12_345, 3 << 20] {
        let path = folder.file(&format!("bytes-{len}"));
        std::fs::write(&path, vec![1; len]).unwrap();
        for offset in [0, len as u64 / 2] {
            // SAFETY: the file is this test's own, here and below.
            let bytes = unsafe { Overlay::<[u8]>::open(&path, offset) }.unwrap();
            // SAFETY: as above.
            let reader = unsafe { Overlay::<[u8]>::open_read_only(&path, 0) }.unwrap();
            assert_eq!((bytes.len(), reader.len()), (len - offset as usize, len));
            assert_eq!(mappings_of(&path).len(), 1);
            drop((bytes, reader));
            assert_eq!((mappings_of(&path).len(), descriptors_of(&path)), (0, 0));
        }
    }
}

#[test]
fn a_file_that_has_grown_is_mapped_as_far_as_it_goes_now() {
    let folder = Folder::new("grown");
    let path = folder.file("log");
    let mut before = Vec::new();
    for records in 1..40_usize {
        std::fs::write(&path, vec![records as u8; records * 1000]).unwrap();
        // SAFETY: the file is this test's own, and only grows.
        let all = unsafe { Overlay::<[u8]>::open_read_only(&path, 0) }.unwrap();
        assert_eq!(all.len(), records * 1000);
        assert_eq!(all[records * 1000 - 1].get(), records as u8);
        before.push(all);
    }
    assert_eq!(before[0].len(), 1000);
    assert_eq!(before[0][999].get(), 39);
    assert!(
        mappings_of(&path).len() <= 10,
        "a new mapping when the file has a new page, not before"
    );
    assert_eq!(descriptors_of(&path), 1);
}

#[test]
fn a_replaced_file_is_not_taken_for_the_one_in_memory() {
    let folder = Folder::new("replaced");
    let path = folder.file("numbers");
    std::fs::write(&path, [1; 64]).unwrap();
    // SAFETY: the files are this test's own, here and below.
    let old = unsafe { Overlay::<[u8]>::open(&path, 0) }.unwrap();
    std::fs::write(folder.file("next"), [2; 64]).unwrap();
    std::fs::rename(folder.file("next"), &path).unwrap();
    assert!(!old.is_current());
    // SAFETY: as above.
    let new = unsafe { Overlay::<[u8]>::open(&path, 0) }.unwrap();
    assert_eq!((old[0].get(), new[0].get()), (1, 2));
    assert!(new.is_current());
    std::fs::remove_file(&path).unwrap();
    assert!(!new.is_current());
}

#[test]
fn a_writer_does_not_use_what_was_mapped_or_opened_for_reading() {
    let folder = Folder::new("modes");
    let path = folder.file("numbers");
    std::fs::write(&path, [1; 64]).unwrap();
    // SAFETY: the file is this test's own, here and below.
    let reader: Overlay<[u8], ReadOnly> =
        unsafe { Overlay::<[u8]>::open_read_only(&path, 0) }.unwrap();
    // SAFETY: as above.
    let writer = unsafe { Overlay::<[u8]>::open(&path, 0) }.unwrap();
    writer[3].set(4);
    assert_eq!(reader[3].get(), 4);
    let modes = mappings_of(&path);
    assert_eq!(modes.len(), 2, "{modes:?}");
    assert_eq!(descriptors_of(&path), 2);
}

#[test]
fn a_descriptor_that_the_program_closed_is_left_alone() {
    let folder = Folder::new("closed");
    std::fs::write(folder.file("numbers"), [1; 8192]).unwrap();
    let mut child = support::second_process("loses its descriptors");
    run(child.env("SHM_FOLDER", folder.file("")));
}

pub fn loses_its_descriptors() {
    let folder = PathBuf::from(argument("SHM_FOLDER"));
    let path = folder.join("numbers");
    // SAFETY: the file is this test's own, here and below.
    let first = unsafe { Overlay::<[u8]>::open(&path, 0) }.unwrap();
    assert_eq!(descriptors_of(&path), 1);
    // SAFETY: the descriptor closed here is the overlay's; nothing else of this process is above 2 and used.
    assert_eq!(unsafe { libc::close_range(3, u32::MAX, 0) }, 0);
    let strangers: Vec<OwnedFd> = (0..16)
        .map(|i| std::fs::File::create(folder.join(format!("stranger-{i}"))).unwrap().into())
        .collect();
    // The number is another file's: the overlays' own is opened anew.
    std::fs::File::options().append(true).open(&path).unwrap().set_len(8192 * 2).unwrap();
    // SAFETY: as above.
    let second = unsafe { Overlay::<[u8]>::open(&path, 8192) }.unwrap();
    second[1].set(5);
    assert_eq!((first[1].get(), std::fs::read(&path).unwrap()[8193]), (1, 5));
    drop((first, second));
    for stranger in &strangers {
        // SAFETY: asks about a number.
        assert_ne!(unsafe { libc::fcntl(stranger.as_raw_fd(), libc::F_GETFD) }, -1);
    }
    // Nor is a number that means no file closed again: that would abort a debug build.
    // SAFETY: as above.
    let third = unsafe { Overlay::<[u8]>::open(&path, 0) }.unwrap();
    drop(strangers);
    // SAFETY: as above.
    assert_eq!(unsafe { libc::close_range(3, u32::MAX, 0) }, 0);
    drop(third);
}
