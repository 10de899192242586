//! Paths with ranges: reading, writing, and combinations that have no meaning.

use shm_core::path::Path;
use shm_core::{
    DynRegion, Latest, Mutex, Region, SharedLayout, Watched, dynamic::DynValue, errors::DynError,
    traits::PlainView,
};

use crate::support::Folder;

#[derive(SharedLayout, Clone, Copy, Debug, PartialEq)]
#[repr(C)]
struct Pose {
    x: u16,
    turns: [i32; 3],
}

#[derive(SharedLayout)]
#[repr(C)]
struct Account {
    balance: i64,
}

#[derive(SharedLayout)]
#[repr(C)]
struct Fleet {
    poses: [Pose; 4],
    track: Latest<[Pose; 3]>,
    latest: [Latest<Pose, 2>; 2],
    accounts: [Mutex<Account>; 2],
    modes: [Watched<u8>; 2],
    bytes: [[u8; 2]; 3],
    tail: [Pose],
}

fn fleet(folder: &Folder) -> (Region<Fleet>, DynRegion) {
    let path = folder.file("fleet");
    let typed = Region::<Fleet>::options().len(3).create(&path).unwrap();
    (typed, DynRegion::open(&path).unwrap())
}

fn shown(region: &DynRegion, path: &str) -> String {
    region.get(path).unwrap().to_string()
}

fn path(text: &str) -> Path {
    text.parse().unwrap()
}

#[test]
fn a_part_after_a_range_is_read_from_each_element() {
    let folder = Folder::new("ranges-read");
    let (typed, region) = fleet(&folder);
    for (index, pose) in typed.poses.iter().enumerate() {
        pose.x.set(10 + index as u16);
        pose.turns[1].set(-(index as i32));
    }
    typed.tail[2].turns[0].set(7);
    assert_eq!(shown(&region, "poses[..].x"), "[10, 11, 12, 13]");
    assert_eq!(shown(&region, "poses[1..3].x"), "[11, 12]");
    assert_eq!(shown(&region, "poses[2..2].x"), "[]");
    assert_eq!(shown(&region, "poses[..2].turns[1..]"), "[[0, 0], [-1, 0]]");
    assert_eq!(shown(&region, "poses[..2].turns[1]"), "[0, -1]");
    assert_eq!(shown(&region, "tail[..].turns[0]"), "[0, 0, 7]");
    assert_eq!(shown(&region, "tail[1..].turns[..1]"), "[[0], [7]]");
    assert_eq!(shown(&region, "accounts[..].balance"), "[0, 0]");
    assert_eq!(shown(&region, "modes[..]"), "[0, 0]");
}

#[test]
fn one_value_is_written_to_all_elements_of_ranges_and_of_ranges_in_them() {
    let folder = Folder::new("ranges-all");
    let (typed, region) = fleet(&folder);
    region.set("poses[1..3].x", 8).unwrap();
    region.set("poses[..].turns[1..]", -1).unwrap();
    let x: Vec<_> = typed.poses.iter().map(|pose| pose.x.get()).collect();
    assert_eq!(x, [0, 8, 8, 0]);
    assert_eq!(typed.poses[3].turns.load().unwrap(), [0, -1, -1]);
    let pose = DynValue::Struct(vec![("x".to_owned(), 5.into())]);
    region.set("tail[1..]", pose.clone()).unwrap();
    assert_eq!((typed.tail[0].x.get(), typed.tail[2].x.get()), (0, 5));
    // Through a `Latest`, in one version.
    region.set("track[..].x", 6).unwrap();
    assert_eq!(region.resolve("track").unwrap().get_with_version().unwrap().1, Some(1));
    assert_eq!(shown(&region, "track[..].x"), "[6, 6, 6]");
    // A part that was named without a range takes a list only.
    assert!(region.set("tail", pose).is_err());
    assert!(region.set("bytes", 1).is_err());
}

#[test]
fn a_part_after_a_range_is_written_to_each_element_or_to_none() {
    let folder = Folder::new("ranges-write");
    let (typed, region) = fleet(&folder);
    region.set("poses[1..3].x", [8, 9]).unwrap();
    region.set("poses[..2].turns[1..]", vec![vec![1, 2], vec![3, 4]]).unwrap();
    region.set("bytes[1..]", vec![&b"ab"[..], b"cd"]).unwrap();
    let x: Vec<_> = typed.poses.iter().map(|pose| pose.x.get()).collect();
    assert_eq!(x, [0, 8, 9, 0]);
    let turns: Vec<_> = typed.poses.iter().map(|pose| pose.turns.load().unwrap()).collect();
    assert_eq!(turns, [[0, 1, 2], [0, 3, 4], [0; 3], [0; 3]]);
    assert_eq!(typed.bytes[2].load().unwrap(), *b"cd");
    let refused = |path: &str, value: DynValue| region.set(path, value).unwrap_err().to_string();
    assert_eq!(
        refused("poses[1..].x", vec![1, 2, -1].into()),
        "`poses[3].x`: -1 does not fit a `u16`, which holds 0 to 65535"
    );
    assert!(refused("poses[..].x", vec![1, 2].into()).contains("has 2 elements, there are 4"));
    let two = DynValue::from([1, 2]);
    assert!(refused("poses[..].turns[..]", two).contains("has 2 elements, there are 4"));
    let mixed = DynValue::List(vec![1.into(), "x".into(), 1.into(), 1.into()]);
    assert!(refused("poses[..].turns[..]", mixed).contains("`poses[1].turns[0]`"));
    assert!(refused("poses[..].turns[..]", "x".into()).contains("`poses[0].turns[0]`"));
    assert!(refused("bytes[..][1]", (&b"abc"[..]).into()).contains("is not a list"));
    let x: Vec<_> = typed.poses.iter().map(|pose| pose.x.get()).collect();
    assert_eq!(x, [0, 8, 9, 0], "nothing is written unless all of it is");
}

#[test]
fn elements_of_one_latest_are_read_and_written_in_one_version() {
    let folder = Folder::new("ranges-latest");
    let (typed, region) = fleet(&folder);
    let pose = |x| Pose { x, turns: [1, 2, 3] };
    typed.track.store(&[pose(1), pose(2), pose(3)]).unwrap();
    let (value, version) = region.resolve("track[..].x").unwrap().get_with_version().unwrap();
    assert_eq!((value.to_string().as_str(), version), ("[1, 2, 3]", Some(1)));
    region.set("track.slots[..].value[1..].x", [7, 8]).unwrap();
    assert_eq!(typed.track.load().unwrap(), [pose(1), pose(7), pose(8)]);
    assert_eq!(typed.track.version(), 2);
    let part = region.resolve("track[1..].turns[2]").unwrap();
    let bytes = [3_i32.to_ne_bytes(), 3_i32.to_ne_bytes()].concat();
    assert_eq!(part.version_bytes(100).unwrap(), Some((bytes, 2)));
}

#[test]
fn elements_with_their_own_versions_or_locks_are_read_together_and_written_one_at_a_time() {
    let folder = Folder::new("ranges-apart");
    let (typed, region) = fleet(&folder);
    typed.latest[1].store(&Pose { x: 5, turns: [0; 3] }).unwrap();
    let place = region.resolve("latest[..].x").unwrap();
    assert_eq!(place.get_with_version().unwrap(), ([0_u16, 5].into(), None));
    assert!(!place.is_versioned() && place.version_bytes(100).unwrap().is_none());
    for (path, value, role) in [
        ("latest[..].x", [1, 2], "Latest"),
        ("accounts[..].balance", [1, 2], "Mutex"),
        ("modes[..].value", [1, 2], "Watched"),
    ] {
        let expected =
            format!("`{path}` cannot be written: each element has a `{role}` of its own");
        let help = region.set(path, value).unwrap_err().help();
        assert_eq!(help.as_deref(), Some("name one element"));
        assert_eq!(region.set(path, value).unwrap_err().to_string(), expected);
        let place = region.resolve(path).unwrap();
        assert_eq!(place.check(&value.into()).unwrap_err().to_string(), expected);
        assert_eq!(place.set(value).unwrap_err().to_string(), expected);
    }
    let locked = region.lock("accounts[..].balance").unwrap_err();
    assert!(matches!(&locked, DynError::NotWritable { .. }), "several locks are not one: {locked}");
    assert!(region.lock_state("accounts[..]").is_err());
    region.lock("accounts[1].balance").unwrap().set("balance", 4).unwrap();
    assert_eq!(shown(&region, "accounts[..].balance"), "[0, 4]");
}

#[test]
fn a_value_that_is_invalid_is_named_by_its_own_path() {
    #[derive(SharedLayout)]
    #[repr(C)]
    struct Flags {
        rows: [[Row; 2]; 3],
    }
    #[derive(SharedLayout)]
    #[repr(C)]
    struct Row {
        on: char,
    }
    let folder = Folder::new("ranges-invalid");
    let typed = Region::<Flags>::create(folder.file("flags")).unwrap();
    let region = DynRegion::open(folder.file("flags")).unwrap();
    typed.rows[2][1].on.repr().set(0xd800);
    for (path, field) in [
        ("rows[1..]", "rows[2][1].on"),
        ("rows[1..][..].on", "rows[2][1].on"),
        ("rows[..][1..].on", "rows[2][1].on"),
        ("rows[2][..]", "rows[2][1].on"),
    ] {
        let Err(DynError::Invalid(invalid)) = region.get(path) else { panic!("{path}") };
        assert_eq!(invalid.field(), Some(field), "{path}");
    }
}

#[test]
fn the_elements_of_a_range_have_paths() {
    let folder = Folder::new("ranges-elements");
    let (_typed, region) = fleet(&folder);
    let elements = |path: &str| -> Vec<String> {
        let place = region.resolve(path).unwrap();
        place.elements().map(|path| path.to_string()).collect()
    };
    assert_eq!(elements("poses[2..].x"), ["poses[2].x", "poses[3].x"]);
    let expected = ["bytes[1][0]", "bytes[1][1]", "bytes[2][0]", "bytes[2][1]"];
    assert_eq!(elements("bytes[1..][..]"), expected);
    let newest = "latest[..].slots[..].value.turns[1..2]";
    let expected = ["latest[0].slots[..].value.turns[1]", "latest[1].slots[..].value.turns[1]"];
    assert_eq!(elements(newest), expected);
    assert_eq!(elements("tail"), ["tail[0]", "tail[1]", "tail[2]"]);
    assert_eq!(elements("poses[0].x"), ["poses[0].x"]);
    assert_eq!(elements("poses[1..1].x"), Vec::<String>::new());
    for element in elements("bytes[..][..]") {
        assert!(region.get(element).is_ok());
    }
}

#[test]
fn a_parsed_path_names_the_same_value_as_its_text() {
    let folder = Folder::new("ranges-values");
    let (_typed, region) = fleet(&folder);
    let account = path("accounts[1]");
    let balance = account.join(&path("balance"));
    let guard = region.lock(&account).unwrap();
    assert_eq!(guard.path(), &account);
    let inside = guard.inside(&balance).unwrap();
    guard.set(&inside, 30).unwrap();
    drop(guard);
    assert_eq!(region.get(&balance).unwrap(), region.get("accounts[1].balance").unwrap());
    assert_eq!(region.field(&balance).unwrap().path(), &balance);
    assert_eq!(region.resolve(&balance).unwrap().guarded_by(), Some(&account));
}
