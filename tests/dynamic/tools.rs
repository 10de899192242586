//! Access that tools need besides getting and setting: descriptions of fields, versions, checks before writing.

use shm_core::path::Path;
use shm_core::{
    DynRegion, Event, Latest, Mutex, Region, SharedLayout, Text, Watched, dynamic::DynValue,
    errors::DynError,
};

use crate::support::Folder;

#[derive(SharedLayout, Clone, Copy)]
#[repr(C)]
struct Pose {
    /// to the east
    #[shm(unit = "m")]
    x: f64,
    y: f64,
}

#[derive(SharedLayout, Clone, Copy, Debug)]
#[repr(u8)]
enum Mode {
    Idle = 0,
    Busy = 1,
}

#[derive(SharedLayout)]
#[repr(C)]
struct Box2 {
    value: u64,
    inner: Mutex<Pose>,
}

#[derive(SharedLayout)]
#[repr(C)]
struct Robot {
    mode: Mode,
    #[shm(unit = "V")]
    volts: [[f32; 2]; 3],
    pose: Latest<Pose>,
    poses: [Watched<Pose>; 2],
    label: Latest<Text<8>, 2>,
    bell: Event,
    nest: Mutex<Box2>,
    nests: [Mutex<u32>; 2],
}

fn robot(folder: &Folder) -> (Region<Robot>, DynRegion) {
    let typed = Region::create(folder.file("robot")).unwrap();
    (typed, DynRegion::open(folder.file("robot")).unwrap())
}

#[test]
fn a_field_is_described_by_its_path() {
    let folder = Folder::new("tools-field");
    let (_typed, region) = robot(&folder);
    for (path, type_name, unit, doc) in [
        ("", "Robot", "", ""),
        ("mode", "Mode", "", ""),
        ("volts", "[[f32; 2]; 3]", "V", ""),
        ("volts[1]", "[f32; 2]", "V", ""),
        ("volts[1][0]", "f32", "V", ""),
        ("volts[1..3]", "[[f32; 2]; 3]", "V", ""),
        ("pose", "Latest<Pose>", "", ""),
        ("pose.x", "f64", "m", "to the east"),
        ("poses", "[Watched<Pose>; 2]", "", ""),
        ("poses[1].x", "f64", "m", "to the east"),
        ("label", "Latest<Text<8>, 2>", "", ""),
        ("nest", "Mutex<Box2>", "", ""),
        ("nest.inner.x", "f64", "m", "to the east"),
        ("bell", "Event", "", ""),
    ] {
        let field = region.field(path).unwrap();
        assert_eq!((field.path().as_str(), field.type_name().as_str()), (path, type_name));
        assert_eq!((field.unit(), field.doc()), (unit, doc), "{path}");
    }
    assert_eq!(region.field("volts[2][1]").unwrap().offset(), 4 + 5 * 4);
    assert!(region.field("volts[3]").is_err());
}

#[test]
fn a_field_by_its_path_is_where_the_iteration_finds_it() {
    let folder = Folder::new("tools-agree");
    let (_typed, region) = robot(&folder);
    for found in region.fields() {
        let named = region.field(found.path()).unwrap();
        assert_eq!(
            (named.offset(), named.type_name(), named.unit()),
            (found.offset(), found.type_name(), found.unit()),
            "{}",
            found.path()
        );
    }
}

#[test]
fn nested_fields_can_be_skipped_and_requested() {
    let folder = Folder::new("tools-skip");
    let (_typed, region) = robot(&folder);
    let (mut fields, mut top) = (region.fields(), Vec::new());
    while let Some(field) = fields.next() {
        assert_eq!(field.depth(), 0);
        top.push(field.path().to_string());
        fields.skip_inside();
    }
    assert_eq!(top, ["mode", "volts", "pose", "poses", "label", "bell", "nest", "nests"]);
    let paths = |path: &str| -> Vec<_> {
        region.field(path).unwrap().fields().map(|field| field.path().to_string()).collect()
    };
    assert_eq!(paths("pose"), ["pose.x", "pose.y"]);
    assert_eq!(paths("poses[1]"), ["poses[1].x", "poses[1].y"]);
    assert_eq!(
        paths("nest"),
        ["nest.value.value", "nest.value.inner", "nest.value.inner.x", "nest.value.inner.y"]
    );
    assert_eq!(paths("volts"), Vec::<String>::new());
}

#[test]
fn the_version_of_a_latest_is_returned_with_its_value() {
    let folder = Folder::new("tools-version");
    let (typed, region) = robot(&folder);
    typed.pose.store(&Pose { x: 1.0, y: 2.0 }).unwrap();
    typed.pose.store(&Pose { x: 3.0, y: 4.0 }).unwrap();
    let version = |path: &str| region.resolve(path).unwrap().get_with_version().unwrap();
    assert_eq!(version("pose.y"), (DynValue::F64(4.0), Some(2)));
    assert_eq!(version("label").1, Some(0));
    // A value with a `Latest` inside has no version of its own.
    assert_eq!(version("mode").1, None);
    assert_eq!(version("").1, None);
}

#[test]
fn a_value_that_would_not_fit_is_found_before_anything_is_written() {
    let folder = Folder::new("tools-check");
    let (typed, region) = robot(&folder);
    let check = |path: &str, value: DynValue| region.resolve(path).unwrap().check(&value);
    assert!(check("mode", "Busy".into()).is_ok());
    assert!(matches!(check("mode", "Bsy".into()), Err(DynError::DoesNotFit { .. })));
    assert!(check("pose.x", 1.0.into()).is_ok());
    assert!(check("nest.value.value", 7.into()).is_ok(), "a lock aside");
    assert!(matches!(check("label", "much too long".into()), Err(DynError::DoesNotFit { .. })));
    assert!(matches!(check("nest.lock", 1.into()), Err(DynError::NotWritable { .. })));
    let add = |path: &str, value: DynValue| region.resolve(path).unwrap().check_add(&value);
    assert!(add("nest.value.value", 7.into()).is_ok());
    assert!(matches!(add("nest.value.value", (-7).into()), Err(DynError::DoesNotFit { .. })));
    assert!(matches!(add("pose.x", 7.into()), Err(DynError::NotWritable { .. })));
    assert_eq!((typed.mode.get().unwrap() as u8, typed.pose.version()), (0, 0));
}

#[test]
fn a_guard_converts_a_path_to_one_inside_of_it() {
    let folder = Folder::new("tools-inside");
    let (typed, region) = robot(&folder);
    let nest = region.lock("nest").unwrap();
    for (path, inside) in [
        ("nest", Some("")),
        ("nest.value", Some("")),
        ("nest.value.value", Some("value")),
        ("nest.inner.x", Some("inner.x")),
        ("nest.value.inner.x", Some("inner.x")),
        ("nests[0]", None),
        ("mode", None),
    ] {
        let found = nest.inside(&path.parse().unwrap());
        assert_eq!(found.as_ref().map(Path::as_str), inside, "{path}");
    }
    let path = |text: &str| -> Path { text.parse().unwrap() };
    nest.set(nest.inside(&path("nest.value.value")).unwrap(), 7).unwrap();
    assert_eq!(typed.nest.unlocked().value.get(), 7);
    let inner = nest.lock(nest.inside(&path("nest.inner.x")).unwrap()).unwrap();
    assert_eq!(inner.inside(&path("nest.inner.x")), Some(path("x")));
    drop(inner);
    drop(nest);
    assert_eq!(region.lock("nests[1]").unwrap().inside(&path("nests[1]")), Some(Path::new()));
}
