//! Access by name at run time, beside typed views of the same regions.

mod bindings;
mod bulk;
mod by_calls;
mod contents;
mod created;
#[allow(dead_code, reason = "its adding up is for two processes")]
#[path = "../two_processes/everything.rs"]
mod everything;
#[allow(dead_code, reason = "each test file uses a part of this")]
#[path = "../format/forge.rs"]
mod forge;
#[allow(dead_code, reason = "each test file uses a part of this")]
#[path = "../support/forked.rs"]
mod forked;
mod heap;
mod hostile;
mod kinds;
mod large;
mod layout;
mod live;
mod map_values;
mod maps;
mod opened_as;
#[path = "../support/random_types.rs"]
mod random_types;
mod ranges;
mod refused;
mod ring;
mod spots;
#[path = "../support/mod.rs"]
mod support;
mod together;
mod tools;
mod values;

use std::num::NonZeroU16;

use everything::Everything;
use shm_core::{CText, DynRegion, Region, SharedLayout, dynamic::DynValue, errors::DynError};
use support::Folder;

#[derive(SharedLayout, Clone, Copy, Debug, PartialEq)]
#[repr(i8)]
enum Mode {
    Idle = 0,
    Lost = -3,
}

#[derive(SharedLayout, Clone, Copy)]
#[repr(C)]
struct Pose {
    x: f64,
    mode: Mode,
}

#[derive(SharedLayout)]
#[repr(C)]
struct Robot {
    charge: f32,
    hits: u16,
    on: bool,
    poses: [Pose; 4],
    id: NonZeroU16,
    next: Option<NonZeroU16>,
    label: CText<8>,
    sign: char,
    samples: [u32],
}

/// A robot with five samples, as a typed region and by its schema.
fn robot(folder: &Folder) -> (Region<Robot>, DynRegion) {
    let path = folder.file("robot");
    let options = Region::<Robot>::options().len(5);
    let typed = options.create_with(&path, |new| new.id.set(NonZeroU16::MIN)).unwrap();
    (typed, DynRegion::open(&path).unwrap())
}

fn refusal(outcome: Result<impl std::fmt::Debug, impl std::error::Error>) -> String {
    outcome.unwrap_err().to_string()
}

#[test]
fn every_type_is_read_and_written_as_its_view_does() {
    let folder = Folder::new("dynamic-everything");
    let from = Region::<Everything>::options().create_with(folder.file("from"), |new| {
        everything::write(new, 0);
    });
    let to = Region::<Everything>::options()
        .create_with(folder.file("to"), |new| everything::write(new, 1));
    let (from, to) = (from.unwrap(), to.unwrap());
    let reader = DynRegion::open_read_only(folder.file("from")).unwrap();
    let writer = DynRegion::open(folder.file("to")).unwrap();
    for which in [0, 1] {
        everything::write(&from, which);
        for field in reader.schema().root().fields() {
            writer.set(field.name(), reader.get(field.name()).unwrap()).unwrap();
        }
        everything::check(&to, which);
        assert_eq!(writer.get("").unwrap(), reader.get("").unwrap());
    }
}

#[test]
fn a_value_written_by_name_is_read_by_type() {
    let folder = Folder::new("dynamic-by-name");
    let (typed, region) = robot(&folder);
    region.set("charge", 0.1).unwrap();
    region.set("on", true).unwrap();
    region.set("poses[3].mode", "Lost").unwrap();
    region.set("poses[1]", DynValue::Struct(vec![("x".into(), 2.into())])).unwrap();
    region.set("next", Some(7)).unwrap();
    region.set("label", "north").unwrap();
    region.set("sign", 'ß').unwrap();
    region.set("samples[1..3]", [8, 9]).unwrap();
    assert_eq!((typed.charge.get(), typed.on.get(), typed.poses[1].x.get()), (0.1, true, 2.0));
    assert_eq!(typed.poses[3].mode.get().unwrap(), Mode::Lost);
    assert_eq!(typed.next.get().unwrap(), NonZeroU16::new(7));
    assert_eq!(typed.label.get(), CText::new("north").unwrap());
    assert_eq!(typed.sign.get().unwrap(), 'ß');
    assert_eq!(typed.samples.iter().map(shm_core::Field::get).collect::<Vec<_>>(), [0, 8, 9, 0, 0]);
    region.set("next", DynValue::None).unwrap();
    assert_eq!(typed.next.get().unwrap(), None);
}

#[test]
fn a_value_written_by_type_is_read_by_name() {
    let folder = Folder::new("dynamic-by-type");
    let (typed, region) = robot(&folder);
    typed.poses[2].mode.set(Mode::Lost);
    typed.samples[4].set(u32::MAX);
    let lost = DynValue::Variant { name: "Lost".into(), discriminant: -3 };
    assert_eq!(region.get("poses[2].mode").unwrap(), lost);
    assert_eq!(u32::try_from(region.get("samples[4]").unwrap()).unwrap(), u32::MAX);
    assert_eq!(
        (region.len(), region.get("samples[3..]").unwrap().to_string()),
        (Some(5), "[0, 4294967295]".to_owned())
    );
    let shown = "{ charge: 0.0, hits: 0, on: false, poses: [{ x: 0.0, mode: Idle }, \
        { x: 0.0, mode: Idle }, { x: 0.0, mode: Lost }, { x: 0.0, mode: Idle }], id: 1, \
        next: None, label: \"\", sign: '\\0', samples: [0, 0, 0, 0, 4294967295] }";
    assert_eq!(region.get("").unwrap().to_string(), shown);
}

#[test]
fn adding_loses_no_update_between_names_and_types() {
    let folder = Folder::new("dynamic-adding");
    let (typed, region) = robot(&folder);
    let hits = region.resolve("hits").unwrap();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for _ in 0..10_000 {
                hits.fetch_add(1).unwrap();
            }
        });
        for _ in 0..10_000 {
            typed.hits.fetch_add(1);
        }
    });
    assert_eq!(typed.hits.get(), 20_000);
    typed.hits.set(u16::MAX);
    assert_eq!(region.fetch_add("hits", 1).unwrap(), DynValue::U64(65535));
    assert_eq!(typed.hits.get(), 0);
    assert!(refusal(region.fetch_add("charge", 1)).contains("only an integer"));
}

#[test]
fn a_value_that_does_not_fit_is_refused_with_the_allowed_values_and_nothing_is_written() {
    let folder = Folder::new("dynamic-unsuitable");
    let (typed, region) = robot(&folder);
    typed.samples[0].set(5);
    let refused = |path: &str, value: DynValue| refusal(region.set(path, value));
    for (path, value, message) in [
        ("hits", 65536.into(), "`hits`: 65536 does not fit a `u16`, which holds 0 to 65535"),
        ("hits", "7".into(), "`hits`: \"7\" is not a valid `u16`: that is an integer"),
        (
            "hits",
            u128::MAX.into(),
            "`hits`: 340282366920938463463374607431768211455 does not fit a `u16`, which holds 0 to 65535",
        ),
        ("on", 1.into(), "`on`: 1 is not a valid `bool`: `true` or `false`"),
        (
            "charge",
            i64::MAX.into(),
            "`charge`: 9223372036854775807 is not an exact `f32`; write it with a point if it may be rounded",
        ),
        (
            "poses[0].mode",
            "Busy".into(),
            "`poses[0].mode`: \"Busy\" is not a variant; allowed: 0 (Idle), -3 (Lost)",
        ),
        ("id", 0.into(), "`id`: 0 is the one number that is not allowed here"),
        ("label", "nine long".into(), "`label`: \"nine long\" has 9 bytes, there is room for 8"),
        (
            "sign",
            "ab".into(),
            "`sign`: \"ab\" is not a valid `char`: one character, such as 'a' or \"a\"",
        ),
        (
            "samples[0..2]",
            vec![1, -1].into(),
            "`samples[1]`: -1 does not fit a `u32`, which holds 0 to 4294967295",
        ),
    ] {
        assert_eq!(refused(path, value), message);
    }
    assert!(refused("samples", vec![1, 2].into()).contains("has 2 elements, there are 5"));
    assert!(refused("charge", 1e300.into()).contains("does not fit an `f32`"));
    assert_eq!((typed.samples[0].get(), typed.hits.get()), (5, 0));
}

#[test]
fn invalid_bytes_are_an_error_that_names_the_field() {
    let folder = Folder::new("dynamic-invalid");
    let (typed, region) = robot(&folder);
    typed.poses[2].mode.repr().set(7);
    let message = refusal(region.get("poses[1..]"));
    let path = region.path().unwrap().display();
    let expected = format!(
        "field `poses[2].mode` of {path} holds 0x07, which is not a valid `enum i8`; allowed: 0 (Idle), -3 (Lost)"
    );
    assert_eq!(message, expected);
    typed.poses[2].mode.repr().set(0);
    typed.sign.repr().set(0xd800);
    assert!(matches!(region.get("sign"), Err(DynError::Invalid(_))));
    typed.id.repr().set(0);
    assert!(refusal(region.get("")).contains("`id` of"));
}

#[test]
fn a_path_that_leads_nowhere_says_where_it_goes_wrong() {
    let folder = Folder::new("dynamic-nowhere");
    let (_typed, region) = robot(&folder);
    for (path, message) in [
        ("poses[4]", "`poses` has 4 elements: there is no [4]"),
        ("samples[2..6]", "`samples` has 5 elements: there is no [2..6]"),
        ("samples[3..2]", "`samples` has 5 elements: there is no [3..2]"),
        ("poses[0].y", "`poses[0]` has no field `y`; it has `x`, `mode`"),
        ("poses.x", "`poses` is `[Pose; 4]`, not a struct: it has no field `x`"),
        ("hits[0]", "`hits` is `u16`, not an array: it has no elements"),
        ("poses[0..2].y", "`poses[0..2]` has no field `y`; it has `x`, `mode`"),
        ("poses[0..2].x.y", "`poses[0..2].x` is `f64`, not a struct: it has no field `y`"),
        ("poses[0..2][0]", "`poses[0..2]` is `Pose`, not an array: it has no elements"),
        (
            "poses[",
            "`poses[` is not a path: found the end at byte 6, expected an index, a range or a key",
        ),
    ] {
        assert_eq!(refusal(region.resolve(path)), message);
    }
    let escape = refusal(region.resolve("\x1b[2J"));
    assert!(!escape.contains('\x1b'), "a terminal would obey: {escape:?}");
    assert!(matches!(region.resolve("poses[0].mode.x"), Err(DynError::NotAStruct { .. })));
}

#[test]
fn a_region_whose_length_is_not_the_requested_one_is_refused() {
    let folder = Folder::new("dynamic-length");
    let (_typed, region) = robot(&folder);
    assert!(DynRegion::options().len(5).open(region.path().unwrap()).is_ok());
    assert!(DynRegion::options().len(6).open(region.path().unwrap()).is_err());
}

#[test]
fn typed_errors_still_name_the_field_if_the_region_was_opened_by_name_first() {
    let folder = Folder::new("dynamic-first");
    drop(robot(&folder).0);
    let region = DynRegion::open(folder.file("robot")).unwrap();
    let typed = Region::<Robot>::open(region.path().unwrap()).unwrap();
    typed.poses[1].mode.repr().set(9);
    assert_eq!(typed.poses[1].mode.get().unwrap_err().field(), Some("poses[1].mode"));
}

#[test]
#[ignore = "run by other tests, as a process of its own"]
fn second_process() {
    match support::role().as_deref() {
        None => {}
        Some("typed beside dynamic") => created::typed_beside_dynamic(),
        Some("typed creator") => created::typed_creator(),
        Some("dying creator") => created::dying_creator(),
        Some("grows by a layout") => opened_as::grow_by_a_layout(),
        Some("was passed a region") => opened_as::be_passed(),
        Some("stores versions") => bulk::store_versions(),
        Some("raise the level") => spots::raise_the_level(),
        Some("claims and keeps") => together::claims_and_keeps(),
        Some(other) if by_calls::run(other) => {}
        Some(other) => bindings::run(other),
    }
}
