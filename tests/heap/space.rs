//! A heap at the limits of its memory: errors, and nothing is changed.

use std::path::Path;
use std::process::Command;

use shm_core::heap::HeapError;
use shm_core::{DynRegion, Error, Owned, Region, SharedLayout, dynamic::DynLayout, limits};

use super::{Board, HEAP, text};
use crate::support::{Folder, argument, run, second_process};

/// A tmpfs, unmounted in the end; `None` where mounting is not permitted.
struct SmallDisk<'a>(&'a Path);

impl<'a> SmallDisk<'a> {
    fn mount(at: &'a Path, options: &str) -> Option<Self> {
        let status = Command::new("mount")
            .args(["-t", "tmpfs", "-o", options, "tmpfs"])
            .arg(at)
            .stderr(std::process::Stdio::null())
            .status();
        status.is_ok_and(|status| status.success()).then_some(Self(at))
    }
}

impl Drop for SmallDisk<'_> {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.0).status();
    }
}

/// The memory that a file takes, in bytes.
fn taken(path: &Path) -> u64 {
    std::os::unix::fs::MetadataExt::blocks(&std::fs::metadata(path).unwrap()) * 512
}

#[test]
fn a_heap_takes_memory_only_as_it_is_used() {
    let folder = Folder::new("heap-sparse");
    let path = folder.file("board");
    for options in [Region::<Board>::options(), Region::<Board>::options().sparse(true)] {
        for populate in [false, true] {
            let options = options.clone().heap_max(1 << 30).populate(populate);
            let board = options.create_or_replace(&path).unwrap();
            assert!(std::fs::metadata(&path).unwrap().len() > 1 << 30);
            assert!(taken(&path) < 200 << 10, "{} bytes", taken(&path));
            board.title.set(&text(300_000, 1)).unwrap();
            assert!(taken(&path) > 300_000 && taken(&path) < 1 << 20, "{} bytes", taken(&path));
            drop(Region::<Board>::options().populate(true).open(&path).unwrap());
            assert!(taken(&path) < 1 << 20, "{} bytes", taken(&path));
        }
    }
}

#[test]
fn a_type_with_places_has_a_heap_by_default_and_others_only_if_asked() {
    let board = Region::<Board>::options().anonymous().unwrap();
    let capacity = board.heap().unwrap().stats().capacity as u64 * 1024;
    assert!((62 << 20..64 << 20).contains(&capacity), "{capacity}");
    assert!(Region::<u64>::options().anonymous().unwrap().heap().is_none());
    assert!(Region::<u64>::options().heap_max(1 << 20).anonymous().unwrap().heap().is_some());
    assert!(Region::<u64>::options().heap_max(1 << 20).private().unwrap().heap().is_some());
}

#[test]
fn the_size_of_a_heap_has_limits() {
    for bytes in [0, 4096, limits::MAX_HEAP_LEN + 1, u64::MAX] {
        let error = Region::<Board>::options().heap_max(bytes).anonymous().unwrap_err();
        assert!(matches!(error, Error::BadHeapSize { found } if found == bytes), "{error}");
        assert!(error.help().unwrap().contains("8192"), "{:?}", error.help());
    }
    let error = Region::<Board>::options().heap_max(1 << 20).open("shm-nowhere").unwrap_err();
    assert!(error.to_string().contains("`heap_max` has no effect on `open`"), "{error}");
    let tiny = Region::<Board>::options().heap_max(5000).anonymous().unwrap();
    tiny.title.set("short").unwrap();
    assert_eq!(tiny.title.load().unwrap(), "short");
    let layout = DynLayout::of("u64").unwrap();
    assert!(DynRegion::options().heap_max(1 << 20).anonymous(&layout).unwrap().heap().is_some());
}

#[test]
fn a_full_heap_is_an_error_and_leaves_the_old_value() {
    let board = Region::<Board>::options().heap_max(1 << 20).anonymous().unwrap();
    board.title.set(&text(400_000, 1)).unwrap();
    let error = board.title.set(&text(700_000, 2)).unwrap_err();
    let HeapError::Full { needed: 700_000, .. } = &error else { panic!("{error}") };
    assert!(error.to_string().contains("no room for 700000 bytes"), "{error}");
    assert!(error.help().unwrap().contains("heap_max"));
    assert_eq!(board.title.load().unwrap(), text(400_000, 1));
    let error = board.title.set(&text(2 << 20, 2)).unwrap_err();
    assert!(matches!(error, HeapError::TooLong { .. } | HeapError::Full { .. }), "{error}");
    assert_eq!(board.title.load().unwrap(), text(400_000, 1));
    let error = board.title.update(|old| *old = text(700_000, 3)).unwrap_err();
    assert!(matches!(error, HeapError::Full { .. }), "{error}");
    assert_eq!(board.title.load().unwrap(), text(400_000, 1));
    board.title.clear().unwrap();
    board.title.set(&text(700_000, 2)).unwrap();
    assert_eq!(board.title.load().unwrap(), text(700_000, 2));
}

#[test]
fn a_file_system_that_is_full_is_an_error_and_not_a_signal() {
    let folder = Folder::new("heap-disk");
    let Some(disk) = SmallDisk::mount(folder.path(), "size=1m") else {
        println!("skipped: mounting is not permitted");
        return;
    };
    let board = Region::<Board>::options().heap_max(64 << 20).create(folder.file("n")).unwrap();
    board.title.set(&text(300_000, 1)).unwrap();
    let error = board.title.set(&text(900_000, 2)).unwrap_err();
    let HeapError::Full { cause, .. } = &error else { panic!("{error}") };
    assert!(cause.contains("could not grow") && cause.contains("No space"), "{error}");
    assert_eq!(board.title.load().unwrap(), text(300_000, 1));
    let report = board.heap().unwrap().audit();
    assert!(report.faults.is_empty(), "{report:?}");
    // The available memory can be used to the last page.
    let mut filled = 0;
    while filled < 3 && board.notes[filled].text.set(&text(100_000, 4)).is_ok() {
        filled += 1;
    }
    assert!(filled > 1, "{filled}");
    board.title.clear().unwrap();
    board.title.set(&text(200_000, 5)).unwrap();
    assert_eq!(board.title.load().unwrap(), text(200_000, 5));
    drop((board, disk));
}

#[derive(SharedLayout)]
#[repr(C)]
struct Note {
    text: Owned<str>,
}

pub(crate) fn limited() {
    let limit = |resource, bytes| {
        let limit = libc::rlimit { rlim_cur: bytes, rlim_max: bytes };
        // SAFETY: `limit` is one.
        assert_eq!(unsafe { libc::setrlimit(resource, &raw const limit) }, 0);
    };
    let path = argument("SHM_PATH");
    let big = Region::<Note>::options().heap_max(1 << 30);
    // The region that exists is longer than what this process may write to: growing it inside is not that.
    let existing = Region::<Note>::open(argument("SHM_EXISTING")).unwrap();
    limit(libc::RLIMIT_FSIZE, 1 << 20);
    existing.text.set(&text(500_000, 1)).unwrap();
    let error = big.create(&path).unwrap_err();
    assert!(matches!(error, Error::NotEnoughSpace { .. }), "{error}");
    assert!(error.to_string().contains("RLIMIT_FSIZE"), "{error}");
    assert!(big.memfd("note").is_err());
    limit(libc::RLIMIT_AS, 512 << 20);
    let error = big.private().unwrap_err();
    assert!(matches!(error, Error::NotEnoughSpace { .. } | Error::Exhausted { .. }), "{error}");
    println!("{error:?}");
}

#[test]
fn a_heap_that_is_larger_than_a_limit_of_the_process_is_an_error_and_not_a_signal() {
    let folder = Folder::new("heap-limited");
    let existing = folder.file("existing");
    let note = Region::<Note>::options().heap_max(HEAP).create(&existing).unwrap();
    let mut command = second_process("is limited");
    run(command.env("SHM_PATH", folder.file("n")).env("SHM_EXISTING", &existing));
    assert_eq!(folder.names(), ["existing"]);
    assert_eq!(note.text.load().unwrap(), text(500_000, 1));
}

mod old {
    #[derive(shm_core::SharedLayout)]
    #[repr(C)]
    pub(crate) struct Station {
        pub(crate) hits: u64,
        pub(crate) name: shm_core::Owned<str>,
    }
    #[derive(shm_core::SharedLayout)]
    #[repr(C)]
    pub(crate) struct Plain {
        pub(crate) hits: u64,
    }
}

mod new {
    #[derive(shm_core::SharedLayout)]
    #[repr(C)]
    pub(crate) struct Station {
        pub(crate) hits: u64,
        pub(crate) name: shm_core::Owned<str>,
        pub(crate) notes: shm_core::Owned<[u32]>,
    }
    #[derive(shm_core::SharedLayout)]
    #[repr(C)]
    pub(crate) struct Plain {
        pub(crate) hits: u64,
        pub(crate) name: shm_core::Owned<str>,
    }
}

#[test]
fn a_region_with_a_heap_grows_by_fields_that_keep_values_there() {
    let folder = Folder::new("heap-grown");
    let path = folder.file("station");
    let options = Region::<old::Station>::options().capacity(4096).heap_max(HEAP);
    let before = options.create(&path).unwrap();
    before.hits.set(7);
    before.name.set("roof").unwrap();
    let after = Region::<new::Station>::open(&path).unwrap();
    after.notes.set(&[1, 2, 3]).unwrap();
    assert_eq!((after.hits.get(), after.name.load().unwrap()), (7, "roof".to_owned()));
    // The old program keeps running, and does not take unknown values for lost blocks.
    before.name.set(&text(100_000, 1)).unwrap();
    before.heap().unwrap().recover().unwrap();
    assert_eq!(after.notes.load().unwrap(), [1, 2, 3]);
    let report = before.heap().unwrap().audit();
    assert!(report.faults.is_empty(), "{report:?}");
    assert_eq!(report.stats.linked, 2);
    assert!(Region::<old::Station>::open(&path).is_ok());
}

#[test]
fn a_region_without_a_heap_cannot_get_fields_that_need_one() {
    let folder = Folder::new("heap-missing");
    let path = folder.file("station");
    drop(Region::<old::Plain>::options().capacity(4096).create(&path).unwrap());
    let error = Region::<new::Plain>::open(&path).unwrap_err();
    assert!(error.to_string().contains("the region was made without a heap"), "{error}");
    assert!(error.help().unwrap().contains("heap_max"), "{:?}", error.help());
    // One that was made with room and a heap can.
    let options = Region::<old::Plain>::options().capacity(4096).heap_max(HEAP);
    let before = options.create_or_replace(&path).unwrap();
    let after = Region::<new::Plain>::open(&path).unwrap();
    after.name.set("roof").unwrap();
    after.hits.set(2);
    assert_eq!(before.hits.get(), 2);
}
