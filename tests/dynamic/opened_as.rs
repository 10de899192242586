//! Opening a region as one with a layout that the program made at run time, beside programs that have a struct.

use shm_core::dynamic::DynLayout;
use shm_core::errors::FormatError;
use shm_core::{DynRegion, Error, Mutex, Region, SharedLayout};

use crate::support::{self, Folder};

#[derive(SharedLayout, Clone, Copy, Debug, PartialEq)]
#[repr(u8)]
enum Mode {
    Idle,
    Busy,
}

#[derive(SharedLayout)]
#[repr(C)]
#[shm(capacity = 256)]
struct Station {
    temprature: f64,
    mode: Mode,
    hits: u32,
}

mod newer {
    use shm_core::SharedLayout;

    #[derive(SharedLayout, Clone, Copy, Debug, PartialEq)]
    #[repr(u8)]
    pub(super) enum Mode {
        Idle,
        Busy,
        Lost,
    }

    /// What [`super::grown`] describes.
    #[derive(SharedLayout)]
    #[repr(C)]
    #[shm(capacity = 256)]
    pub(super) struct Station {
        #[shm(alias = "temprature")]
        pub(super) temperature: f64,
        pub(super) mode: Mode,
        pub(super) hits: u32,
        pub(super) humidity: f32,
    }
}

fn grown() -> DynLayout {
    DynLayout::builder("Station")
        .field("temperature", "f64")
        .alias("temprature")
        .field("mode", "enum u8 { Idle = 0, Busy, Lost }")
        .field("hits", "u32")
        .field("humidity", "f32")
        .build()
        .unwrap()
}

fn first() -> DynLayout {
    DynLayout::builder("Station")
        .field("temprature", "f64")
        .field("mode", "enum u8 { Idle = 0, Busy }")
        .field("hits", "u32")
        .build()
        .unwrap()
}

fn fault(error: Error) -> FormatError {
    match error {
        Error::Format { source, .. } => source,
        other => panic!("another error: {other}"),
    }
}

#[test]
fn a_region_grows_to_a_layout_and_a_typed_program_finds_its_fields_there() {
    let folder = Folder::new("as-growth");
    let path = folder.file("station");
    let old = Region::<Station>::create(&path).unwrap();
    old.temprature.set(21.5);

    let reader = DynRegion::options().read_only();
    let error = fault(reader.open_as(&path, &grown()).unwrap_err());
    assert!(matches!(&error, FormatError::NotGrown { added, .. } if added == &["humidity"]));

    let new = DynRegion::options().open_as(&path, &grown()).unwrap();
    assert_eq!(new.get("temperature").unwrap().to_string(), "21.5", "by the new name");
    new.set("humidity", 0.5).unwrap();
    new.set("mode", "Lost").unwrap();
    assert!(old.mode.get().is_err(), "a variant that the old program does not know");

    let typed = Region::<newer::Station>::open(&path).unwrap();
    assert_eq!((typed.humidity.get(), typed.mode.get().unwrap()), (0.5, newer::Mode::Lost));
    assert_eq!(DynRegion::open(&path).unwrap().get("humidity").unwrap().to_string(), "0.5");
    let reader = reader.open_as(&path, &grown()).unwrap();
    assert_eq!(reader.get("humidity").unwrap().to_string(), "0.5");
    // The first layout is still one of the region's.
    let earlier = DynRegion::options().open_as(&path, &first()).unwrap();
    earlier.fetch_add("hits", 2).unwrap();
    assert!(earlier.get("humidity").is_err(), "it has the fields of its layout");
    assert_eq!((old.hits.get(), typed.hits.get()), (2, 2));
}

#[test]
fn growth_by_a_layout_in_another_process_is_seen_here() {
    let folder = Folder::new("as-other");
    let path = folder.file("station");
    let _old = Region::<Station>::create(&path).unwrap();
    support::run(support::second_process("grows by a layout").env("SHM_PATH", &path));
    let typed = Region::<newer::Station>::options().read_only().open(&path).unwrap();
    assert_eq!(typed.humidity.get(), 0.25);
}

/// Grows the region at a path.
pub(crate) fn grow_by_a_layout() {
    let path = support::argument("SHM_PATH");
    DynRegion::options().open_as(path, &grown()).unwrap().set("humidity", 0.25).unwrap();
}

#[test]
fn another_layout_is_refused_with_the_text_that_a_typed_program_gets() {
    #[derive(SharedLayout)]
    #[repr(C)]
    struct Station {
        temprature: f32,
        mode: Mode,
    }
    let folder = Folder::new("as-differs");
    let path = folder.file("station");
    let _station = Region::<self::Station>::create(&path).unwrap();
    let layout = DynLayout::builder("Station")
        .field("temprature", "f32")
        .field("mode", "enum u8 { Idle = 0, Busy }")
        .build()
        .unwrap();
    let typed = Region::<Station>::open(&path).unwrap_err();
    let described = DynRegion::options().open_as(&path, &layout).unwrap_err();
    assert_eq!(described.to_string(), typed.to_string());
    assert_eq!(described.help(), typed.help());
    assert!(matches!(fault(described), FormatError::LayoutDiffers { .. }));
    let refused = DynRegion::options().open_or_create_as(&path, &layout).unwrap_err();
    assert_eq!(refused.to_string(), typed.to_string());
}

#[test]
fn a_region_without_room_does_not_grow() {
    let folder = Folder::new("as-full");
    let path = folder.file("station");
    DynRegion::create(&path, &first()).unwrap();
    let error = fault(DynRegion::options().open_as(&path, &grown()).unwrap_err());
    assert!(error.to_string().contains("has room for"), "{error}");
    let options = DynRegion::options().capacity(256);
    let other = folder.file("roomy");
    let region = options.create(&other, &first()).unwrap();
    let new = DynRegion::options().open_as(&other, &grown()).unwrap();
    new.set("temperature", 1.0).unwrap();
    assert_eq!(region.get("temprature").unwrap().to_string(), "1.0");
}

#[test]
fn a_region_is_opened_or_created_with_one_layout() {
    let folder = Folder::new("as-create");
    let path = folder.file("station");
    let init = |station: &DynRegion| station.set("hits", 3);
    let options = DynRegion::options();
    let first_one = options.open_or_create_as_with(&path, &first(), init).unwrap();
    let second_one = options.open_or_create_as_with(&path, &first(), init).unwrap();
    assert!(first_one.created() && !second_one.created());
    second_one.fetch_add("hits", 1).unwrap();
    assert_eq!(first_one.get("hits").unwrap().to_string(), "4");
    assert!(options.open_or_create_as(folder.file("zero"), &first()).unwrap().created());
}

#[test]
fn a_passed_region_is_opened_with_a_layout() {
    let made = DynRegion::options().memfd("as-passed", &first()).unwrap();
    let fd = || made.as_fd().unwrap().try_clone_to_owned().unwrap();
    let same = DynRegion::options().from_fd_as(fd(), &first()).unwrap();
    same.set("hits", 7).unwrap();
    assert_eq!(made.get("hits").unwrap().to_string(), "7");
    let error = fault(DynRegion::options().from_fd_as(fd(), &grown()).unwrap_err());
    assert!(matches!(error, FormatError::LayoutDiffers { .. }), "{error}");

    let mut child = support::second_process("was passed a region");
    made.pass_to(&mut child, "station").unwrap();
    support::run(&mut child);
    assert_eq!(made.get("hits").unwrap().to_string(), "8");
}

/// Opens the region that the parent passed.
pub(crate) fn be_passed() {
    let station = DynRegion::options().passed_as("station", &first()).unwrap();
    station.fetch_add("hits", 1).unwrap();
    let error = DynRegion::options().passed_as("station", &grown()).unwrap_err();
    assert!(matches!(fault(error), FormatError::LayoutDiffers { .. }));
}

#[test]
fn lengths_and_locks_are_those_of_the_region() {
    #[derive(SharedLayout)]
    #[repr(C)]
    struct Log {
        lock: Mutex<u32>,
        lines: [u16],
    }
    let folder = Folder::new("as-lengths");
    let path = folder.file("log");
    let typed = Region::<Log>::options().len(5).create(&path).unwrap();
    let layout = DynLayout::builder("Log")
        .field("lock", "Mutex<u32>")
        .field("lines", "[u16]")
        .build()
        .unwrap();
    let log = DynRegion::options().open_as(&path, &layout).unwrap();
    assert_eq!(log.len(), Some(5));
    let guard = log.lock("lock").unwrap();
    assert!(typed.lock.is_locked());
    drop(guard);
    assert!(matches!(
        DynRegion::options().len(4).open_as(&path, &layout),
        Err(Error::LengthDiffers { found: 5, expected: 4, .. })
    ));
}
