//! One table of paths over every way in: a layout at compile time, access by name, the command.

mod support;

use serde_json::Value;
use shm_core::path::Path;
use shm_core::{DynRegion, Latest, Mutex, Region, SharedLayout, Watched, traits::Root};
use support::{Folder, printed, refused};

#[derive(SharedLayout, Clone, Copy)]
#[repr(C)]
struct Pose {
    x: f64,
    lock: [u16; 2],
}

#[derive(SharedLayout)]
#[repr(C)]
struct Account {
    balance: i64,
    value: u32,
}

#[derive(SharedLayout)]
#[repr(C)]
struct Robot {
    id: u32,
    samples: [u32; 16],
    rows: [[u8; 4]; 3],
    poses: [Pose; 4],
    pose: Latest<Pose>,
    account: Mutex<Account>,
    modes: [Watched<u16>; 2],
    tail: [Pose],
}

/// The target of a path, as each way in must have it.
enum Led {
    /// The offset of the first value, and how many values there are in each list; none for one value.
    To(usize, &'static [u64]),
    /// Nowhere: part of the message, and whether only the region's length shows it.
    Nowhere(&'static str),
    /// Past the last element of the region, which a layout does not know.
    BeyondTheTail(&'static str),
}

use Led::{BeyondTheTail, Nowhere, To};

/// Offsets of fields, as the compiler has them.
const SAMPLES: usize = std::mem::offset_of!(Robot, samples);
const ROWS: usize = std::mem::offset_of!(Robot, rows);
const POSES: usize = std::mem::offset_of!(Robot, poses);
const ACCOUNT: usize = std::mem::offset_of!(Robot, account);
const TAIL: usize = Robot::ROOT_LAYOUT.field("tail").unwrap().offset();
const MODES: usize = std::mem::offset_of!(Robot, modes);

const TABLE: [(&str, Led); 44] = [
    ("", To(0, &[])),
    ("id", To(0, &[])),
    ("samples", To(SAMPLES, &[])),
    ("samples[0]", To(SAMPLES, &[])),
    ("samples[15]", To(SAMPLES + 60, &[])),
    ("samples[2..5]", To(SAMPLES + 8, &[3])),
    ("samples[..]", To(SAMPLES, &[16])),
    ("samples[..4]", To(SAMPLES, &[4])),
    ("samples[12..]", To(SAMPLES + 48, &[4])),
    ("samples[16..16]", To(SAMPLES + 64, &[0])),
    ("rows[1][2]", To(ROWS + 6, &[])),
    ("rows[1..][2]", To(ROWS + 6, &[2])),
    ("rows[..][1..3]", To(ROWS + 1, &[3, 2])),
    ("poses[3].x", To(POSES + 3 * 16, &[])),
    ("poses[..].x", To(POSES, &[4])),
    ("poses[1..3].lock[1]", To(POSES + 16 + 10, &[2])),
    ("poses[1..3].lock[..]", To(POSES + 16 + 8, &[2, 2])),
    ("account.balance", To(ACCOUNT + 8, &[])),
    ("account.value.balance", To(ACCOUNT + 8, &[])),
    ("account.value.value", To(ACCOUNT + 16, &[])),
    ("account.lock", To(ACCOUNT, &[])),
    ("modes[1].value", To(MODES + 12, &[])),
    ("modes[..].value", To(MODES + 4, &[2])),
    ("pose.sequence", To(Robot::ROOT_LAYOUT.offset_of("pose"), &[])),
    ("pose.x", To(Robot::ROOT_LAYOUT.offset_of("pose.slots[0].value.x"), &[])),
    (
        "pose.slots[..].value.lock[1]",
        To(Robot::ROOT_LAYOUT.offset_of("pose.slots[0].value") + 10, &[]),
    ),
    ("tail[1].x", To(TAIL + 16, &[])),
    ("tail[..2].x", To(TAIL, &[2])),
    ("tail[3]", BeyondTheTail("`tail` has 3 elements: there is no [3]")),
    ("tail[1..4].x", BeyondTheTail("`tail` has 3 elements: there is no [1..4]")),
    ("samples[16]", Nowhere("`samples` has 16 elements: there is no [16]")),
    ("samples[9..17]", Nowhere("`samples` has 16 elements: there is no [9..17]")),
    ("samples[5..2]", Nowhere("`samples` has 16 elements: there is no [5..2]")),
    ("poses[..].y", Nowhere("`poses[..]` has no field `y`")),
    ("poses.x", Nowhere("not a struct: it has no field `x`")),
    ("id[0]", Nowhere("not an array: it has no elements")),
    ("id.x", Nowhere("not a struct: it has no field `x`")),
    ("samples[", Nowhere("found the end at byte 8, expected an index, a range or a key")),
    ("samples[-1]", Nowhere("not a map: it has no entry [-1]")),
    ("samples[+1]", Nowhere("found `+` at byte 8, expected an index, a range or a key")),
    ("samples[01]", Nowhere("found `01` at byte 8, expected a number without leading zeros")),
    ("samples[1", Nowhere("found the end at byte 9, expected `]` or `..`")),
    ("poses..x", Nowhere("found `.` at byte 6, expected a field's name")),
    (".id", Nowhere("found `.` at byte 0, expected a field's name or `[`")),
];

/// The lengths of the lists that a value is, as far as the path's ranges make them.
fn lengths(value: &Value, depth: usize) -> Vec<u64> {
    match value {
        Value::Array(elements) if depth > 0 => {
            let inside = elements.first().map(|first| lengths(first, depth - 1));
            [vec![elements.len() as u64], inside.unwrap_or_default()].concat()
        }
        _ => Vec::new(),
    }
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[test]
fn a_path_means_the_same_to_layouts_to_access_by_name_and_to_the_command() {
    let folder = Folder::new("paths");
    let options = Region::<Robot>::options().len(3);
    let _robot = options.create(folder.file("robot")).unwrap();
    let region = DynRegion::open(folder.file("robot")).unwrap();
    for (path, led) in TABLE {
        let typed = Robot::ROOT_LAYOUT.find(path).map(|(offset, _)| offset);
        let command = |name: &'static str| [name, "./robot", path, "--json"];
        match led {
            To(offset, lists) => {
                assert_eq!(typed, Some(offset), "layout: {path:?}");
                let (field, place) = (region.field(path).unwrap(), region.resolve(path).unwrap());
                if lists.last() != Some(&0) {
                    assert_eq!(field.offset(), offset as u64, "by name: {path:?}");
                }
                assert_eq!(place.count(), lists.first().copied(), "by name: {path:?}");
                assert_eq!(place.elements().count() as u64, lists.iter().product::<u64>());
                let got = json(&printed(&folder, command("get")));
                let value = &got["values"][0];
                assert_eq!(value["path"], path);
                assert_eq!(lengths(&value["value"], lists.len()), lists, "get: {path:?}");
                if !path.is_empty() {
                    let shown = json(&printed(&folder, command("show")));
                    assert_eq!(shown["fields"][0]["offset"], field.offset(), "show: {path:?}");
                }
            }
            Nowhere(message) | BeyondTheTail(message) => {
                assert_eq!(typed.is_some(), matches!(led, BeyondTheTail(_)), "layout: {path:?}");
                let error = region.resolve(path).unwrap_err().to_string();
                assert!(error.contains(message), "by name: {path:?}: {error}");
                let assignment = format!("{path}=1");
                for arguments in [
                    vec!["get", "./robot", path],
                    vec!["show", "./robot", path],
                    vec!["set", "./robot", &assignment],
                    vec!["watch", "./robot", path, "--once"],
                ] {
                    let error = refused(&folder, arguments.iter().copied(), 6);
                    assert!(error.contains(message), "{arguments:?}: {error}");
                }
            }
        }
    }
}

#[test]
fn ranges_are_read_written_and_watched_where_they_have_a_meaning() {
    let folder = Folder::new("paths-ranges");
    let options = Region::<Robot>::options().len(3);
    let robot = options.create(folder.file("robot")).unwrap();
    printed(&folder, ["set", "./robot", "poses[1..3].x=[1.5, 2.5]"]);
    printed(&folder, ["set", "./robot", "rows[..2][1..3]=[[1, 2], [3, 4]]"]);
    assert_eq!((robot.poses[1].x.get(), robot.poses[2].x.get()), (1.5, 2.5));
    assert_eq!(printed(&folder, ["get", "./robot", "poses[..].x"]), "[0.0, 1.5, 2.5, 0.0]\n");
    assert_eq!(printed(&folder, ["get", "./robot", "rows[..2][1..3]"]), "[[1, 2], [3, 4]]\n");
    let written = printed(&folder, ["set", "./robot", "tail[1..].x=[1, 2]", "--json"]);
    let written = json(&written);
    assert_eq!(written["written"][0]["path"], "tail[1..].x");
    assert_eq!(written["written"][0]["value"], serde_json::json!([1.0, 2.0]));
    let watched =
        json(&printed(&folder, ["watch", "./robot", "poses[1..3].x", "--once", "--json"]));
    let expected = serde_json::json!({"poses[1].x": 1.5, "poses[2].x": 2.5});
    assert_eq!(watched["values"], expected);
    robot.account.lock().unwrap().balance.set(3);
    for (assignment, message) in [
        ("modes[..].value=[1, 2, 3]", "`modes[..].value` has 2 elements, 3 values are given"),
        ("poses[..].x+=1", "only an integer of at most 64 bits can be added to"),
        ("poses[..].x=true", "`poses[0].x`: \"true\" is not a valid `f64`"),
        ("poses[..].x=[1, 2]", "has 2 elements, there are 4"),
    ] {
        let error = refused(&folder, ["set", "./robot", assignment], 6);
        assert!(error.contains(message), "{assignment}: {error}");
    }
    // Each element has a `Watched` of its own, and is written by itself.
    printed(&folder, ["set", "./robot", "modes[..].value=[1, 2]", "poses[..].x=1"]);
    assert_eq!(
        (robot.modes[0].get().unwrap(), robot.modes[1].get().unwrap(), robot.poses[3].x.get()),
        (1, 2, 1.0)
    );
    let help = refused(&folder, ["get", "./robot", "samples[1..=3]"], 6);
    assert!(help.contains("the end of a range is not part of it: `[2..8]` is 2 to 7"), "{help}");
}

const _: () = {
    // The same grammar in a constant, where a wrong path would not compile.
    assert!(Robot::ROOT_LAYOUT.offset_of("poses[2..].x") == POSES + 32);
    assert!(Robot::ROOT_LAYOUT.find("poses[2..5].x").is_none());
    assert!(Robot::ROOT_LAYOUT.find("account.balance").is_some());
};

#[test]
fn a_parsed_path_is_what_the_command_prints() {
    for (path, led) in TABLE {
        let parsed: Result<Path, _> = path.parse();
        match led {
            To(..) | BeyondTheTail(_) => assert_eq!(parsed.unwrap().to_string(), path),
            Nowhere(message) => assert_eq!(parsed.is_err(), message.starts_with("found"), "{path}"),
        }
    }
}
