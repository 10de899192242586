//! Handles that go from one region to the next under the same name.

use std::time::Duration;

use shm_core::{DynRegion, Error, Region, SharedLayout, dynamic::DynLayout};

use crate::support::{Folder, PATIENCE, argument, finish, second_process, wait_until};

/// The number of times that the region is created again.
const GENERATIONS: u64 = 30;

/// The follower's reports to the test.
#[derive(SharedLayout)]
#[repr(C)]
struct Report {
    started: u32,
    seen: u64,
    changes: u64,
}

#[test]
fn a_process_that_follows_a_name_continues_with_each_region_that_replaces_another() {
    let folder = Folder::new("followed");
    let path = folder.file("station");
    let report = Region::<Report>::create(folder.file("report")).unwrap();
    let mut child = second_process("follows");
    let mut child = child.env("SHM_FOLDER", folder.path()).spawn().unwrap();
    // The reader starts first.
    wait_until("it waits", || report.started.get() == 1);
    for generation in 1..=GENERATIONS {
        let options = Region::<u64>::options();
        options.create_or_replace_with(&path, |new| new.set(generation)).unwrap();
        wait_until("it has the new one", || report.seen.get() == generation);
    }
    assert!(finish(&mut child).success());
    assert_eq!(report.changes.get(), GENERATIONS - 1);
}

pub(crate) fn follow() {
    let folder = argument("SHM_FOLDER");
    let report = Region::<Report>::open(format!("{folder}/report")).unwrap();
    report.started.set(1);
    let options = Region::<u64>::options().wait(PATIENCE).read_only();
    let mut station = options.follow(format!("{folder}/station")).unwrap();
    while report.seen.get() < GENERATIONS {
        if station.refresh().unwrap() {
            report.changes.fetch_add(1);
        }
        report.seen.set(station.last().get());
    }
}

#[test]
fn while_a_name_means_nothing_the_last_region_stays_and_a_follower_gets_an_error() {
    let folder = Folder::new("followed-gone");
    let path = folder.file("n");
    let error = Region::<u64>::options().follow(&path).unwrap_err();
    assert!(matches!(error, Error::NotFound { .. }), "{error}");
    let first = Region::<u64>::create_from(&path, &1).unwrap();
    let mut follower = Region::<u64>::options().follow(&path).unwrap();
    let mut patient =
        Region::<u64>::options().wait(Duration::from_millis(20)).follow(&path).unwrap();
    first.unlink().unwrap();
    assert!(matches!(follower.get(), Err(Error::NotFound { .. })));
    assert!(matches!(patient.get(), Err(Error::TimedOut { .. })));
    assert_eq!(follower.last().get(), 1);
    let _other = Region::<f64>::create(&path).unwrap();
    assert!(matches!(follower.refresh(), Err(Error::Format { .. })), "another type");
    assert_eq!(follower.last().get(), 1);
    shm_core::region::unlink(&path).unwrap();
    let _third = Region::<u64>::create_from(&path, &3).unwrap();
    assert!(follower.refresh().unwrap() && !follower.refresh().unwrap());
    assert_eq!((follower.get().unwrap().get(), patient.get().unwrap().get()), (3, 3));
}

#[test]
fn a_region_without_a_type_is_followed_to_one_with_other_fields() {
    let folder = Folder::new("followed-by-name");
    let path = folder.file("n");
    let options = DynRegion::options();
    let one = DynLayout::of("{ a: u8 }").unwrap();
    let two = DynLayout::of("{ a: u8, b: u16 }").unwrap();
    let _one = options.create(&path, &one).unwrap();
    let mut follower = options.read_only().follow(&path).unwrap();
    assert!(follower.get().unwrap().get("b").is_err());
    let _two = options.create_or_replace(&path, &two).unwrap();
    assert_eq!(follower.get().unwrap().get("b").unwrap().to_string(), "0");
}
