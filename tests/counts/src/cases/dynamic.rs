//! Access by the names in a region's own schema.

use std::hint::black_box;

use shm_core::{DynRegion, Region, dynamic::FieldPath};

use super::opening::Name;
use super::{Case, Everything, Work, case};

pub(super) fn cases() -> Vec<Case> {
    vec![
        case("FieldPath to a number: get", || {
            at("number", |path| {
                black_box(path.get().expect("a number"));
            })
        }),
        case("FieldPath to a number: set", || {
            at("number", |path| path.set(black_box(7_u64)).expect("it fits"))
        }),
        case("FieldPath into a struct in an array: get", || {
            at("poses[1].flags", |path| {
                black_box(path.get().expect("a number"));
            })
        }),
        case("DynRegion: get by name", || {
            by_name(|region| {
                black_box(region.get(black_box("number")).expect("a number"));
            })
        }),
        case("DynRegion: set by name", || {
            by_name(|region| region.set(black_box("number"), black_box(7_u64)).expect("it fits"))
        }),
        case("DynRegion: get \"poses[1].flags\"", || {
            by_name(|region| {
                black_box(region.get(black_box("poses[1].flags")).expect("a number"));
            })
        }),
    ]
}

/// Work on a region that was opened without its type.
fn by_name(work: fn(&DynRegion)) -> Work {
    let name = Name::new();
    drop(Region::<Everything>::create(name.as_str()).expect("room in /dev/shm"));
    let region = DynRegion::open(name.as_str()).expect("it is there");
    Box::new(move || {
        // Keeps the file's name until the end.
        black_box(&name);
        work(&region);
    })
}

/// Work on a resolved path.
fn at(path: &'static str, work: fn(&FieldPath)) -> Work {
    let name = Name::new();
    drop(Region::<Everything>::create(name.as_str()).expect("room in /dev/shm"));
    let path = DynRegion::open(name.as_str()).expect("it is there").resolve(path).expect("a field");
    Box::new(move || work(&path))
}
