//! Regions that grow: new programs add fields while old ones keep running.

mod deaths;
#[path = "../format/forge.rs"]
#[allow(dead_code, reason = "each test file uses a part of this")]
mod forge;
mod hostile;
mod layouts;
mod locked;
mod races;
mod refused;
#[path = "../support/mod.rs"]
mod support;

use std::path::Path;

use forge::Forged;
use shm_core::format::{self, CheckedHeader};
use shm_core::schema::Schema;
use shm_core::{DynRegion, Error, Region, SharedLayout};

use layouts::{commented, first, fourth, modes, second, third};
use support::{Folder, argument, role, wait_until};

fn bytes(path: &Path) -> Forged {
    Forged(std::fs::read(path).unwrap())
}

fn checked(path: &Path) -> CheckedHeader {
    let bytes = bytes(path).0;
    format::check(&bytes[..], bytes.len() as u64).unwrap()
}

/// The description that every reader sees.
fn layout_of(path: &Path) -> Schema {
    checked(path).decode_schema().unwrap()
}

fn is_layout<T: SharedLayout>(path: &Path) -> bool {
    layout_of(path) == Schema::of(T::LAYOUT).unwrap()
}

/// The number of times that a region has grown, according to each slot.
fn sequences(path: &Path) -> [u64; 2] {
    let bytes = bytes(path);
    bytes.slots().map(|slot| bytes.u64(slot.start))
}

/// The error for the bytes of a region.
fn format_error<T>(result: Result<T, Error>) -> format::FormatError {
    match result.err().expect("a refusal") {
        Error::Format { source, .. } => source,
        other => panic!("{other}"),
    }
}

#[test]
fn a_new_program_adds_its_fields_and_finds_what_was_there() {
    let folder = Folder::new("growth-adds");
    let path = folder.file("station");
    let old = Region::<first::Station>::create(&path).unwrap();
    old.temperature.set(21.5);
    assert!(is_layout::<first::Station>(&path) && checked(&path).may_grow());

    let new = Region::<second::Station>::open(&path).unwrap();
    assert_eq!((new.temperature.get(), new.humidity.get()), (21.5, 0.0));
    assert!(is_layout::<second::Station>(&path) && checked(&path).has_grown());
    new.humidity.set(40.0);
    new.temperature.set(22.0);
    assert_eq!(old.temperature.get(), 22.0);
    let again = Region::<second::Station>::open(&path).unwrap();
    assert_eq!((again.humidity.get(), sequences(&path)), (40.0, [1, 0]));
}

#[test]
fn an_old_program_keeps_running_while_the_region_grows_and_can_open_it_again() {
    let folder = Folder::new("growth-old");
    let path = folder.file("station");
    let station = Region::<first::Station>::create(&path).unwrap();
    let mut old = support::second_process("old").env("SHM_PATH", &path).spawn().unwrap();
    wait_until("the old program works", || station.hits.get() > 0);
    for grow in [open::<second::Station>, open::<third::Station>, open::<fourth::Station>] {
        grow(&path);
        let before = station.hits.get();
        wait_until("the old program works on", || station.hits.get() > before);
    }
    station.temperature.set(-1.0);
    assert!(support::finish(&mut old).success());
    let again = Region::<first::Station>::open(&path).unwrap();
    assert_eq!((again.temperature.get(), again.hits.get()), (-1.0, station.hits.get()));
}

fn open<T: SharedLayout + shm_core::traits::Root>(path: &Path) {
    drop(Region::<T>::open(path).unwrap());
}

/// The old program: counts until the temperature tells it to stop.
fn old_program() {
    let station = Region::<first::Station>::open(argument("SHM_PATH")).unwrap();
    while station.temperature.get() >= 0.0 {
        station.hits.fetch_add(1);
        std::thread::sleep(std::time::Duration::from_micros(100));
        open::<first::Station>(Path::new(&argument("SHM_PATH")));
    }
}

#[test]
fn each_growth_takes_the_slot_that_does_not_count() {
    let folder = Folder::new("growth-slots");
    let path = folder.file("station");
    drop(Region::<first::Station>::create(&path).unwrap());
    assert_eq!(sequences(&path), [0, 0]);
    open::<second::Station>(&path);
    assert_eq!(sequences(&path), [1, 0]);
    open::<third::Station>(&path);
    assert_eq!(sequences(&path), [1, 2]);
    open::<fourth::Station>(&path);
    assert_eq!(sequences(&path), [3, 2]);
    assert!(is_layout::<fourth::Station>(&path));
    open::<first::Station>(&path);
    open::<third::Station>(&path);
    assert_eq!(sequences(&path), [3, 2], "an older program has nothing to add");
}

#[test]
fn a_reader_without_types_sees_the_new_fields_with_their_notes() {
    let folder = Folder::new("growth-dynamic");
    let path = folder.file("station");
    drop(Region::<first::Station>::create(&path).unwrap());
    let before = DynRegion::open(&path).unwrap();
    open::<second::Station>(&path);
    assert!(before.resolve("humidity").is_err() && before.get("hits").is_ok());

    let after = DynRegion::open(&path).unwrap();
    after.set("humidity", 40.0).unwrap();
    let paths: Vec<_> = after.fields().map(|field| field.path().to_owned()).collect();
    assert_eq!(paths, ["temperature", "hits", "humidity"]);
    let root = after.schema().root();
    let humidity = root.field_at(2).unwrap();
    assert_eq!(
        (root.doc(), humidity.doc(), humidity.unit()),
        ("A weather station.", "Two metres up.", "%")
    );
    assert_eq!(Region::<second::Station>::open(&path).unwrap().humidity.get(), 40.0);
}

#[test]
fn a_newcomer_that_only_reads_waits_for_one_that_writes() {
    let folder = Folder::new("growth-read-only");
    let path = folder.file("station");
    drop(Region::<first::Station>::create(&path).unwrap());
    let before = bytes(&path).0;
    let error = Region::<second::Station>::open_read_only(&path).unwrap_err();
    let text = format!("{error:?}");
    assert!(text.contains("room for `humidity`") && text.contains("writing first"), "{text}");
    assert_eq!(bytes(&path).0, before);

    open::<second::Station>(&path);
    let reader = Region::<second::Station>::open_read_only(&path).unwrap();
    assert_eq!(reader.humidity.get(), 0.0);
}

#[test]
fn a_lock_can_be_among_the_new_fields() {
    let folder = Folder::new("growth-lock");
    let path = folder.file("station");
    let options = Region::<first::Station>::options().participants(2);
    let old = options.create(&path).unwrap();
    let new = Region::<third::Station>::open(&path).unwrap();
    new.account.lock().unwrap().set(5);
    let elsewhere = DynRegion::open(&path).unwrap();
    assert_eq!(elsewhere.lock("account").unwrap().get("").unwrap().to_string(), "5");
    let held = new.account.lock().unwrap();
    support::run(support::second_process("finds the lock held").env("SHM_PATH", &path));
    drop(held);
    assert_eq!(old.hits.get(), 0);
}

fn finds_the_lock_held() {
    let station = Region::<third::Station>::open(argument("SHM_PATH")).unwrap();
    assert!(matches!(station.account.try_lock(), Err(shm_core::LockError::Busy)));
}

#[test]
fn sealed_memory_grows_in_the_process_it_is_passed_to() {
    let old = Region::<first::Station>::options().memfd("station").unwrap();
    old.hits.set(3);
    let passed = || old.as_fd().unwrap().try_clone_to_owned().unwrap();
    let refused = Region::<second::Station>::options().read_only().from_fd(passed()).unwrap_err();
    assert!(refused.to_string().contains("room for `humidity`"), "{refused}");
    let new = Region::<second::Station>::options().from_fd(passed()).unwrap();
    new.humidity.set(40.0);
    let reader = Region::<second::Station>::options().read_only().from_fd(passed()).unwrap();
    assert_eq!((reader.hits.get(), reader.humidity.get()), (3, 40.0));
}

#[test]
fn new_variants_are_noted_where_there_is_room_to_note_them() {
    let folder = Folder::new("growth-variants");
    let path = folder.file("lamp");
    drop(Region::<modes::first::Lamp>::create(&path).unwrap());
    let reader = Region::<modes::second::Lamp>::open_read_only(&path).unwrap();
    assert!(!checked(&path).has_grown(), "a reader needs nothing to be noted");
    let lamp = Region::<modes::second::Lamp>::open(&path).unwrap();
    lamp.mode.set(modes::second::Mode::Failed);
    assert_eq!(reader.mode.get().unwrap(), modes::second::Mode::Failed);
    assert_eq!(DynRegion::open(&path).unwrap().get("mode").unwrap().to_string(), "Failed");
    let old = Region::<modes::first::Lamp>::open(&path).unwrap();
    assert!(old.mode.get().unwrap_err().to_string().contains("mode"));
    let error = Region::<modes::rival::Lamp>::open(&path).unwrap_err().to_string();
    assert!(error.contains("`Failed` in the region") && error.contains("`Resting`"), "{error}");
}

#[test]
fn comments_that_have_no_room_are_left_out() {
    let folder = Folder::new("growth-comments");
    let path = folder.file("station");
    drop(Region::<first::Station>::create(&path).unwrap());
    open::<commented::Station>(&path);
    let region = DynRegion::open(&path).unwrap();
    assert!(region.schema().annotations().is_none() && region.get("humidity").is_ok());
    open::<first::Station>(&path);
}

#[test]
fn old_and_new_types_work_side_by_side_in_one_process() {
    let folder = Folder::new("growth-process");
    let path = folder.file("station");
    let old = Region::<first::Station>::create(&path).unwrap();
    let new = Region::<third::Station>::open(&path).unwrap();
    old.hits.fetch_add(1);
    new.hits.fetch_add(1);
    new.gusts[3].set(9);
    assert_eq!((old.hits.get(), new.hits.get(), new.gusts[3].get()), (2, 2, 9));
    drop(old);
    assert_eq!((*new.account.lock().unwrap()).get(), 0);
}

#[test]
#[ignore = "run by the tests above, as a process of its own"]
fn second_process() {
    match role().as_deref() {
        None => {}
        Some("old") => old_program(),
        Some("finds the lock held") => finds_the_lock_held(),
        Some("racer") => races::racer(),
        Some("victim") => deaths::victim(),
        Some(other) => panic!("no such role: {other}"),
    }
}
