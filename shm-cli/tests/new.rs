//! `shm new`: regions created without a program, which programs then open by their types.

mod support;

use std::fs;
use std::os::unix::fs::MetadataExt;

use shm_core::{DynRegion, Latest, Mutex, Region, SharedLayout, Text, inspect::Inspection};
use std::num::NonZeroU32;
use support::{
    Account, Folder, Mode, Pose, Station, assert_golden, printed, refused, shm, station,
};

#[derive(SharedLayout)]
#[repr(C)]
struct Record {
    temperature: f64,
    id: NonZeroU32,
    samples: [u32; 4],
    mode: Mode,
    pose: Latest<Pose>,
    label: Latest<Text<16>>,
    account: Mutex<Account>,
}

const FIELDS: [&str; 16] = [
    "--define",
    "struct Pose { x: f64, y: f64, heading: f32 } struct Account { balance: i64, bookings: u64 }",
    "--field",
    "temperature:f64=21.5",
    "--field",
    "id:NonZero<u32>=7",
    "--field",
    "samples:[u32; 4]",
    "--field",
    "mode:enum u8 { Idle = 0, Measuring, Failed }=Measuring",
    "--field",
    "pose:Latest<Pose>",
    "--field",
    "label:Latest<Text<16>>=north gate",
    "--field",
    "account:Mutex<Account>={balance: -40}",
];

#[test]
fn a_program_opens_a_region_that_was_created_without_it() {
    let folder = Folder::new("new");
    let first = ["samples[1]=5", "pose.y=-2.5", "account.bookings=3"];
    let arguments = ["new", "./record"].into_iter().chain(FIELDS).chain(first);
    assert_eq!(printed(&folder, arguments), "");
    let record = Region::<Record>::open(folder.file("record")).unwrap();
    assert_eq!((record.temperature.get(), record.id.get().unwrap().get()), (21.5, 7));
    assert_eq!((record.samples[1].get(), record.mode.get().unwrap()), (5, Mode::Measuring));
    assert_eq!(record.pose.load().unwrap(), Pose { x: 0.0, y: -2.5, heading: 0.0 });
    assert_eq!(record.label.load().unwrap().as_str(), "north gate");
    let account = record.account.lock().expect("no owner died");
    assert_eq!((account.balance.get(), account.bookings.get()), (-40, 3));
    drop(account);
    let participants = Inspection::of(folder.file("record")).unwrap().participants().unwrap();
    assert_eq!(participants.len(), 1, "the creator has released its slot");
}

#[test]
fn the_new_region_is_described_in_json() {
    let folder = Folder::new("new-json");
    let arguments = ["new", "./spectrum", "--type", "[d]", "--len", "10", "--json"];
    assert_golden("new.json", &printed(&folder, arguments));
    assert_eq!(Region::<[f64]>::open(folder.file("spectrum")).unwrap().len(), 10);
}

#[test]
fn a_single_type_can_be_a_region() {
    let folder = Folder::new("new-type");
    printed(&folder, ["new", "./number", "--type", "f64", "=1.5"]);
    assert_eq!(Region::<f64>::open(folder.file("number")).unwrap().get(), 1.5);
    printed(&folder, ["new", "./lock", "--type", "Mutex<[u32; 3]>", "[1]=7"]);
    assert_eq!(printed(&folder, ["get", "./lock"]), "[0, 7, 0]\n");
    let defined = ["new", "./poses", "--define", "struct Pose { x: f32 }", "--type", "[Pose; 2]"];
    printed(&folder, defined);
    assert_eq!(printed(&folder, ["get", "./poses"]), "[{ x: 0.0 }, { x: 0.0 }]\n");
}

#[test]
fn a_region_can_be_created_like_another_one_or_from_its_schema() {
    let folder = Folder::new("new-schema");
    drop(station(&folder));
    printed(&folder, ["new", "./copy", "--schema", "./station"]);
    let json = printed(&folder, ["export", "./station", "--lang", "json"]);
    fs::write(folder.file("station.json"), json).unwrap();
    printed(
        &folder,
        ["new", "./second", "--schema", "./station.json", "temperature=3", "mode=Failed"],
    );
    for (name, temperature) in [("copy", 0.0), ("second", 3.0)] {
        let region = Region::<Station>::open(folder.file(name)).unwrap();
        assert_eq!(region.temperature.get(), temperature);
    }
    assert!(printed(&folder, ["show", "./second"]).contains("One weather station."));
}

#[test]
fn a_region_is_created_with_the_given_options() {
    let folder = Folder::new("new-options");
    let lock = ["--type", "Mutex<u8>"];
    let options = ["--mode", "640", "--participants", "3"];
    printed(&folder, ["new", "./lock"].into_iter().chain(lock).chain(options));
    let seen = Inspection::of(folder.file("lock")).unwrap();
    assert_eq!(seen.metadata().mode() & 0o777, 0o640);
    assert_eq!(seen.header().participants().unwrap().map(|(_, count)| count), Some(3));
    printed(&folder, ["new", "./sparse", "--type", "[u8]", "--len", "1073741824", "--sparse"]);
    let blocks = fs::metadata(folder.file("sparse")).unwrap().blocks();
    assert!(blocks * 512 < 1 << 20, "{blocks}");
    printed(&folder, ["new", "./roomy", "--field", "a:u64", "--capacity", "256"]);
    let roomy = Inspection::of(folder.file("roomy")).unwrap();
    assert_eq!(roomy.header().room().bytes, 256);
    let shown = printed(&folder, ["show", "./roomy"]);
    assert!(shown.contains("; the value takes 8, the rest is room to grow"), "{shown}");
}

#[test]
fn an_existing_region_stays_unless_replacement_is_requested() {
    let folder = Folder::new("new-replace");
    let make = ["new", "./number", "--type", "u32"];
    printed(&folder, make);
    printed(&folder, ["set", "./number", "=7"]);
    let error = refused(&folder, make, 9);
    assert!(error.contains("--replace"), "{error}");
    assert_eq!(printed(&folder, ["get", "./number"]), "7\n");
    printed(&folder, make.into_iter().chain(["--replace"]));
    assert_eq!(printed(&folder, ["get", "./number"]), "0\n");
    printed(&folder, make.into_iter().chain(["--replace", "=9"]));
    assert_eq!(printed(&folder, ["get", "./number"]), "9\n");
}

#[test]
fn an_invalid_description_is_refused_with_the_place_and_leaves_no_file() {
    let folder = Folder::new("new-refused");
    for (arguments, message, code) in [
        (vec!["--field", "a:f46"], "field `a`, in `f46` at byte 0: there is no type `f46`", 2),
        (vec!["--field", "a:Text<8>"], "put it into a `Latest` or a `Mutex`", 2),
        (vec!["--field", "a b:u8"], "`a b` is not a valid name", 2),
        (vec!["--field", "a:u8", "--field", "a:u8"], "two fields `a`", 2),
        (vec!["--field", "a:u8", "--type", "a-b"], "`a-b` is not a valid name", 2),
        (vec!["--type", "[u8"], "at byte 3", 2),
        (vec!["--type", "u8", "--define", "struct"], "definitions", 2),
        (vec!["--type", "u8", "--len", "3"], "`u8`", 2),
        (vec!["--type", "[u8]"], "give the number of elements with `--len`", 2),
        (vec!["--type", "[u8]", "--len", "1", "--capacity", "9"], "leave `--capacity` out", 2),
        (vec!["--type", "NonZero<u8>"], "zero is not a valid value", 6),
        (vec!["--field", "a:NonZero<u8>", "--field", "b:u8=1"], "a", 6),
        (vec!["--field", "a:u8=256"], "256 does not fit a `u8`", 6),
        (vec!["--field", "a:u8=[1"], "`[1` is not a value", 2),
        (vec!["--field", "a:u8", "b=1"], "no field `b`; it has `a`", 6),
        (vec!["--schema", "./nothing.json"], "nothing.json", 3),
        (vec!["--schema", "./nothing"], "does not exist", 3),
    ] {
        let error = refused(&folder, ["new", "./x"].into_iter().chain(arguments.clone()), code);
        assert!(error.contains(message), "{arguments:?}: {error}");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "{arguments:?}");
    }
    refused(&folder, ["new", "./no/x", "--type", "u8"], 4);
}

#[test]
fn arguments_that_make_no_sense_are_refused() {
    let folder = Folder::new("new-arguments");
    for arguments in [
        vec!["new", "./x"],
        vec!["new", "./x", "--field", "a"],
        vec!["new", "./x", "--type", "u8", "--mode", "8"],
        vec!["new", "./x", "--type", "u8", "--mode", "1777"],
        vec!["new", "./x", "--type", "u8", "--participants", "0"],
        vec!["new", "./x", "--type", "u8", "--participants", "1024"],
        vec!["new", "./x", "--type", "u8", "--schema", "./y"],
    ] {
        assert_eq!(shm(&folder, arguments.clone()).status.code(), Some(2), "{arguments:?}");
    }
}

#[test]
fn a_region_that_was_created_by_hand_is_used_by_hand() {
    let folder = Folder::new("new-by-hand");
    printed(&folder, ["new", "./counter", "--field", "hits:u64", "--field", "label:CText<16>=a b"]);
    printed(&folder, ["set", "./counter", "hits+=41"]);
    printed(&folder, ["set", "./counter", "hits+=1"]);
    assert_eq!(
        printed(&folder, ["get", "./counter", "hits", "label"]),
        "hits = 42\nlabel = \"a b\"\n"
    );
    let region = DynRegion::open_read_only(folder.file("counter")).unwrap();
    assert_eq!(region.field("").unwrap().type_name(), "Record");
    printed(&folder, ["rm", "./counter", "--force"]);
}
