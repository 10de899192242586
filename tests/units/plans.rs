//! The units of schemas.

use shm_core::dynamic::DynLayout;
use shm_core::dynamic::units::{BLOCK, UnitKind, UnitsError};
use shm_core::layout::Role;
use shm_core::{DynRegion, Region};

use crate::support::Folder;
use crate::world::{Local, offset, origin, scan};

#[test]
fn parts_that_are_not_mirrored_are_units_that_say_why() {
    let typed = Region::<Local>::options().heap_max(1 << 20).memfd("local").unwrap();
    let fd = typed.as_fd().unwrap().try_clone_to_owned().unwrap();
    let region = DynRegion::options().from_fd(fd).unwrap();
    let units = region.units().unwrap();
    let left: Vec<_> = units.iter().filter(|unit| unit.reason().is_some()).collect();
    let kinds: Vec<_> = left.iter().map(|unit| unit.kind()).collect();
    let roles = [
        Role::Queue,
        Role::Ring,
        Role::Semaphore,
        Role::Barrier,
        Role::PerProcess,
        Role::OwnedText,
        Role::Map,
    ];
    assert_eq!(kinds, roles.map(|role| UnitKind::NotMirrored(Some(role))));
    for (unit, path) in
        left.iter().zip(["jobs", "events", "permits", "meeting", "hits", "title", "by_id"])
    {
        assert_eq!(unit.offset(), offset(&region, path), "{path}");
        assert!(!unit.reason().unwrap().is_empty());
    }
    let mut shadow = units.shadow();
    assert_eq!(scan(&units, &mut shadow).0.changes, 2, "the fields before and after them");
    typed.jobs.push(1).unwrap();
    typed.title.set("a title").unwrap();
    typed.after.set(5);
    let (_, message) = scan(&units, &mut shadow);
    assert_eq!(message.len(), 1, "only `after`");
}

#[test]
fn units_are_in_the_order_of_the_schema_and_do_not_overlap() {
    let (_, by_name) = origin();
    let units: Vec<_> = by_name.units().unwrap().iter().collect();
    let is_value = |unit: &&shm_core::dynamic::units::Unit| {
        !matches!(unit.kind(), UnitKind::Notified | UnitKind::Done)
    };
    let values: Vec<_> = units.iter().filter(is_value).collect();
    for pair in values.windows(2) {
        // A version is shorter than the room of all slots.
        assert!(pair[0].offset() + pair[0].len() <= pair[1].offset(), "{pair:?}");
    }
    let leaves = values.iter().filter(|unit| unit.kind() == UnitKind::Leaves);
    for unit in leaves {
        assert!(
            unit.len() <= BLOCK
                && unit.offset() / BLOCK == (unit.offset() + unit.len() - 1) / BLOCK
        );
    }
}

#[test]
fn a_long_list_has_a_unit_for_each_block() {
    let layout = DynLayout::of("[u64]").unwrap();
    let region = DynRegion::options().len(1 << 17).memfd("long", &layout).unwrap();
    let units = region.units().unwrap();
    assert_eq!(units.len() as u64, (1 << 20) / BLOCK);
    let mut shadow = units.shadow();
    scan(&units, &mut shadow);
    region.set("[100000]", 7).unwrap();
    let (_, message) = scan(&units, &mut shadow);
    assert_eq!((message.len(), message[0].0.offset, message[0].1.len()), (1, 800_000, 8));
}

/// A file of a few bytes can describe any number of parts.
#[test]
fn a_region_with_too_many_parts_is_refused() {
    let folder = Folder::new("units");
    let layout =
        DynLayout::builder("Two").field("wide", "u64").field("small", "u8").build().unwrap();
    let of = DynLayout::of("[Mutex<u8>]").unwrap();
    let locks =
        DynRegion::options().len((1 << 20) + 2).sparse(true).create(folder.file("locks"), &of);
    assert!(matches!(locks.unwrap().units(), Err(UnitsError::TooMany)));
    let of = DynLayout::of("[u8]").unwrap();
    let long =
        DynRegion::options().len((1 << 30) + 1).sparse(true).create(folder.file("long"), &of);
    assert!(
        matches!(long.unwrap().units(), Err(UnitsError::TooLong { found }) if found == (1 << 30) + 1)
    );
    let small = DynRegion::options().memfd("two", &layout).unwrap();
    assert_eq!(small.units().unwrap().len(), 1);
}

#[test]
fn nothing_is_reported_of_a_region_without_bytes() {
    let layout = DynLayout::of("[u64]").unwrap();
    let region = DynRegion::options().len(0).memfd("empty", &layout).unwrap();
    let units = region.units().unwrap();
    assert!(units.is_empty());
    assert_eq!(scan(&units, &mut units.shadow()).0.changes, 0);
}
