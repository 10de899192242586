//! `shm show`: everything about a region, reading only the bytes that are shown.

mod support;

use std::fs;
use std::os::unix::fs::{FileExt, MetadataExt};

use shm_core::format::READY_OFFSET;
use shm_core::layout::{FieldLayout, Kind, Layout};
use shm_core::{
    Barrier, Bytes, CText, Event, Latest, Mutex, Once, PerProcess, Region, Ring, RwLock, Semaphore,
    SharedLayout, Text, Watched, inspect::Inspection,
};
use support::{
    Folder, Mode, Pose, Station, assert_golden_of_processes, forge, forge_before, printed, refused,
    shm, station,
};

#[test]
fn a_station_is_shown_whole() {
    let folder = Folder::new("show");
    let _station = station(&folder);
    assert_golden_of_processes("show.txt", &folder, &["show", "./station"]);
    assert_golden_of_processes("show.json", &folder, &["show", "./station", "--json"]);
}

#[test]
fn some_of_a_station_can_be_shown_in_colour() {
    let folder = Folder::new("show-some");
    let _station = station(&folder);
    let shown = ["show", "./station", "pose", "samples[2..5]", "account.balance", "--color=always"];
    assert_golden_of_processes("show_some.txt", &folder, &shown);
}

#[test]
fn levels_below_the_depth_are_left_out() {
    let folder = Folder::new("show-depth");
    let _station = station(&folder);
    let shown = printed(&folder, ["show", "./station", "--depth", "1"]);
    assert!(shown.contains("pose         { .. }"), "{shown}");
    assert!(!shown.contains("heading") && !shown.contains("balance"), "{shown}");
    refused_depth(&folder);
}

fn refused_depth(folder: &Folder) {
    assert_eq!(shm(folder, ["show", "./station", "--depth", "0"]).status.code(), Some(2));
}

/// One of every kind that has its own form.
#[derive(SharedLayout)]
#[repr(C)]
struct Kinds {
    rows: [[u8; 6]; 12],
    poses: [Pose; 5],
    modes: [Mode; 3],
    watched: Watched<Pose>,
    tracks: Latest<[Pose; 3]>,
    names: Latest<[Text<8>; 2]>,
    nested: Mutex<Latest<Pose>>,
    doors: [Mutex<u16>; 4],
    bell: Event,
    setup: Once,
    secret: Latest<Bytes<4>>,
    moves: Ring<Pose, 8>,
    foreign: CText<16>,
    long: CText<300>,
    tail: [Pose],
}

/// Locks that several processes can hold.
#[derive(SharedLayout)]
#[repr(C)]
struct Seats {
    /// read by this process
    read: RwLock<Pose, 3>,
    written: RwLock<u32, 2>,
    free: RwLock<u16>,
    taken: Semaphore<3>,
    untaken: Semaphore<2>,
    met: Barrier<2>,
    unmet: Barrier<3>,
    broken: RwLock<u8, 1>,
}

#[test]
fn who_sits_where_is_shown() {
    let folder = Folder::new("show-seats");
    let seats = Region::<Seats>::options().participants(2).create(folder.file("seats")).unwrap();
    let _read = seats.read.read().unwrap();
    let written = seats.written.write().unwrap();
    written.set(7);
    let _taken = (seats.taken.acquire().unwrap(), seats.taken.acquire().unwrap());
    let _member = seats.met.join().unwrap();
    let panics = std::panic::AssertUnwindSafe(|| {
        let _broken = seats.broken.write().unwrap();
        panic!("on purpose");
    });
    assert!(std::panic::catch_unwind(panics).is_err());
    assert_golden_of_processes("show_seats.txt", &folder, &["show", "./seats"]);
    let json = printed(&folder, ["show", "./seats", "--json"]);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let lock = |path: &str| {
        let fields = json["fields"].as_array().unwrap();
        fields.iter().find(|field| field["path"] == path).unwrap()["lock"].clone()
    };
    let me = serde_json::json!(std::process::id());
    let pids = |path: &str| {
        let lock = lock(path);
        let seats = lock["seats"].as_array().unwrap().clone();
        let taken = seats.iter().filter(|seat| seat["pid"] == me).count();
        (taken, seats.len(), lock["held"] == true, lock["poisoned"] == true)
    };
    assert_eq!(pids("read"), (1, 3, true, false));
    assert_eq!(pids("written"), (2, 2, true, false));
    assert_eq!(
        (lock("written")["holder"]["pid"].clone(), pids("free")),
        (me.clone(), (0, 8, false, false))
    );
    assert_eq!((pids("taken"), pids("untaken")), ((2, 3, true, false), (0, 2, false, false)));
    assert_eq!(pids("broken"), (0, 1, false, true));
}

/// What a worker counts.
#[derive(SharedLayout)]
#[repr(C)]
#[shm(fold = "sum")]
struct Counters {
    requests: u64,
    bytes: u64,
}

/// Workers, each with a row.
#[derive(SharedLayout)]
#[repr(C)]
struct Workers {
    /// counted by each
    counters: PerProcess<Counters, 4>,
    hits: PerProcess<u32, 2>,
}

#[test]
fn rows_are_shown_with_their_processes_and_what_past_ones_add_up_to() {
    let folder = Folder::new("show-rows");
    let workers =
        Region::<Workers>::options().participants(2).create(folder.file("workers")).unwrap();
    let rows = [(); 3].map(|()| workers.counters.claim().unwrap());
    for (row, requests) in rows.iter().zip(1..) {
        row.requests.set(requests);
    }
    let [first, past, last] = rows;
    drop(past);
    assert_golden_of_processes("show_rows.txt", &folder, &["show", "./workers"]);
    let json = printed(&folder, ["show", "./workers", "--json"]);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let counters = &json["fields"][0];
    assert_eq!(counters["table"]["retired"][0], 2);
    assert_eq!(counters["table"]["rows"][1]["path"], "counters[2]");
    assert_eq!(counters["table"]["rows"][1]["values"][0], 3);
    let seats = counters["lock"]["seats"].as_array().unwrap();
    let pids = seats.iter().map(|seat| seat["pid"].as_u64());
    let me = Some(u64::from(std::process::id()));
    assert_eq!(pids.collect::<Vec<_>>(), [me, None, me, None]);
    assert_eq!(printed(&folder, ["get", "./workers", "counters[2].requests"]), "3\n");
    let error = refused(&folder, ["set", "./workers", "counters[2].requests=5"], 6);
    assert!(error.contains("a working part of a `PerProcess`"), "{error}");
    drop((first, last));
}

#[test]
fn every_kind_of_field_is_shown_in_its_form() {
    let folder = Folder::new("show-kinds");
    let kinds =
        Region::<Kinds>::options().len(3).participants(2).create(folder.file("kinds")).unwrap();
    kinds.tracks.store(&[Pose { x: 1.0, y: 2.0, heading: 3.0 }; 3]).unwrap();
    kinds.names.store(&[Text::new("a").unwrap(), Text::new("b\x1b[2J").unwrap()]).unwrap();
    kinds.secret.store(&Bytes::new(&[1, 0x1b, 255]).unwrap()).unwrap();
    for x in 1..=20 {
        kinds.moves.push(&Pose { x: f64::from(x), y: 2.0, heading: 3.0 }).unwrap();
    }
    kinds.foreign.set("\x1b]0;owned\x07").unwrap();
    kinds.long.set(&"é".repeat(150)).unwrap();
    kinds.bell.notify_all();
    kinds.setup.call_once(|| ()).unwrap();
    kinds.tail[2].x.set(7.5);
    let _door = kinds.doors[1].lock().unwrap();
    assert_golden_of_processes("show_kinds.txt", &folder, &["show", "./kinds"]);
    assert_golden_of_processes("show_kinds.json", &folder, &["show", "./kinds", "--json"]);
}

#[test]
fn a_region_that_is_not_a_struct_is_one_value() {
    let folder = Folder::new("show-roots");
    Region::<f64>::create_from(folder.file("number"), &1.5).unwrap();
    Region::<[u16]>::options().len(100).create(folder.file("slice")).unwrap();
    Region::<Mutex<[u32; 3]>>::create(folder.file("lock")).unwrap();
    let last_lines = |name: &str| {
        let shown = printed(&folder, ["show", name]);
        let table = shown.split_once("OFFSET").unwrap().1;
        table.lines().skip(1).collect::<Vec<_>>().join("\n")
    };
    assert_eq!(last_lines("./number"), "     0  f64   (the whole)  1.5");
    assert_eq!(
        last_lines("./slice"),
        "     0  [u16]  (the whole)  [0, 0, 0, 0, 0, 0, 0, 0, .. 92 more]"
    );
    assert_eq!(
        last_lines("./lock"),
        "     0  Mutex<[u32; 3]>  (the whole)  [0, 0, 0]  free; unlocked snapshot"
    );
}

#[test]
fn an_invalid_value_is_an_error_in_its_row() {
    let folder = Folder::new("show-invalid");
    let station = station(&folder);
    let file = fs::File::options().write(true).open(folder.file("station")).unwrap();
    let data = Inspection::of(folder.file("station")).unwrap().header().data_offset();
    assert_eq!(std::mem::offset_of!(Station, mode), 80);
    file.write_all_at(&[7], data + 80).unwrap();
    let shown = printed(&folder, ["show", "./station"]);
    let row = shown.lines().find(|line| line.contains(" Mode ")).unwrap();
    assert!(
        row.contains(
            "holds 0x07, which is not a valid `enum u8`; allowed: 0 (Idle), 1 (Measuring)"
        ),
        "{row}"
    );
    assert!(shown.contains("21.5 °C"), "everything else is shown: {shown}");
    let json: serde_json::Value =
        serde_json::from_str(&printed(&folder, ["show", "./station", "--json", "mode"])).unwrap();
    assert!(json["fields"][0]["error"].is_string() && json["fields"][0]["value"].is_null());
    drop(station);
}

#[test]
fn the_lock_of_a_dead_process_says_so() {
    let folder = Folder::new("show-dead");
    let station = station(&folder);
    std::mem::forget(station.account.lock().unwrap());
    // The state after a holder that closed the region: its slot has no owner.
    drop(station);
    let shown = printed(&folder, ["show", "./station", "account"]);
    assert!(shown.contains("locked by a process, which is dead"), "{shown}");
    assert!(shown.contains("0 of 128 slots are taken"), "{shown}");
}

#[test]
fn a_region_that_is_not_ready_is_described_without_values_and_is_an_error() {
    let folder = Folder::new("show-unready");
    drop(station(&folder));
    let file = fs::File::options().write(true).open(folder.file("station")).unwrap();
    file.write_all_at(&[0; 8], READY_OFFSET as u64).unwrap();
    let output = shm(&folder, ["show", "./station"]);
    let (shown, error) = (String::from_utf8(output.stdout).unwrap(), output.stderr);
    assert!(shown.contains("which has not finished") && shown.contains("Latest<Pose>"), "{shown}");
    assert!(!shown.contains("21.5"), "{shown}");
    assert!(String::from_utf8(error).unwrap().contains("is not ready"));
    assert_eq!(output.status.code(), Some(4));
}

#[test]
fn values_from_before_a_reboot_are_shown_but_read_by_programs_only_on_request() {
    let folder = Folder::on_disk("show-rebooted");
    if folder.is_in_memory() {
        return;
    }
    forge_before(&folder, "old", <u64 as SharedLayout>::LAYOUT, [7; 16]);
    let shown = printed(&folder, ["show", "./old"]);
    assert!(shown.contains("before this machine was last started"), "{shown}");
    assert!(shown.ends_with("(the whole)  0\n"), "{shown}");
    assert!(printed(&folder, ["ls", "."]).contains("created before this machine was last started"));
    let error = refused(&folder, ["get", "./old"], 4);
    assert!(error.contains("--after-reboot"), "{error}");
    assert_eq!(printed(&folder, ["get", "./old", "--after-reboot"]), "0\n");
    refused(&folder, ["set", "./old", "=1"], 4);
    printed(&folder, ["set", "./old", "=1", "--after-reboot"]);
}

#[test]
#[allow(clippy::print_stdout, reason = "says what was skipped")]
fn values_of_another_user_are_shown_if_that_user_is_trusted() {
    let folder = Folder::new("show-foreign");
    drop(station(&folder));
    if std::os::unix::fs::chown(folder.file("station"), Some(12_345), None).is_err() {
        println!("skipped: only the superuser can give a file away");
        return;
    }
    let output = shm(&folder, ["show", "./station"]);
    assert_eq!(output.status.code(), Some(5));
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(error.contains("belongs to user 12345") && error.contains("--any-owner"), "{error}");
    assert!(String::from_utf8(output.stdout).unwrap().contains("Latest<Pose>"));
    assert!(printed(&folder, ["show", "./station", "--any-owner"]).contains("21.5"));
    refused(&folder, ["get", "./station", "hits"], 5);
    assert_eq!(printed(&folder, ["get", "./station", "hits", "--any-owner"]), "7\n");
}

#[test]
fn an_error_in_json_has_the_cause_and_the_help_apart() {
    let folder = Folder::new("show-json-error");
    let error = refused(&folder, ["show", "./nothing", "--json"], 3);
    let error: serde_json::Value = serde_json::from_str(&error).unwrap();
    let expected = serde_json::json!({ "error": {
        "kind": "not_found",
        "code": 3,
        "message": "./nothing does not exist",
        "help": "`shm ls` lists the regions",
    } });
    assert_eq!(error, expected);
}

#[test]
fn a_file_that_is_not_a_region_is_an_error() {
    let folder = Folder::new("show-none");
    fs::write(folder.file("text"), "no region").unwrap();
    assert!(refused(&folder, ["show", "./text"], 4).contains("this is not a region"));
    let nothing = refused(&folder, ["show", "./nothing"], 3);
    assert_eq!(nothing, "error: ./nothing does not exist\nhelp: `shm ls` lists the regions\n");
    let json = refused(&folder, ["show", "./nothing", "--json"], 3);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!((&json["error"]["kind"], &json["error"]["code"]), (&"not_found".into(), &3.into()));
    drop(station(&folder));
    refused(&folder, ["show", "./station", "pse"], 6);
}

/// A large region with room for long arrays of each sort.
#[derive(SharedLayout)]
#[repr(C)]
struct Large {
    first: u64,
    matrix: [[f64; 1 << 20]; 16],
    poses: [Pose; 1 << 20],
    text: CText<{ 1 << 20 }>,
    image: Latest<[u8; 1 << 20]>,
    guarded: Mutex<[u64; 1 << 20]>,
    tail: [u8],
}

/// Reading a hole through a mapping of shared memory allocates a page, so the pages that were read can be
/// counted.
#[test]
fn only_a_few_pages_of_ten_gibibytes_are_read() {
    let folder = Folder::new("show-large");
    let path = folder.file("large");
    let options = Region::<Large>::options().len(10 << 30).sparse(true);
    drop(options.create(&path).unwrap());
    let pages = || fs::metadata(&path).unwrap().blocks() * 512 / 4096;
    let before = pages();
    let shown = printed(&folder, ["show", "./large"]);
    assert!(shown.contains("[0, 0, 0, 0, 0, 0, 0, 0, .. 10737418232 more]"), "{shown}");
    assert!(shown.contains("too large to show here"), "{shown}");
    let read = pages() - before;
    assert!((5..64).contains(&read), "{read} pages were read:\n{shown}");
}

#[test]
fn names_of_processes_cannot_command_the_terminal() {
    let folder = Folder::new("show-names");
    let _station = station(&folder);
    let bytes = fs::read(folder.file("station")).unwrap();
    let own_name = fs::read_to_string("/proc/self/comm").unwrap();
    let at = bytes.windows(own_name.len() - 1).position(|at| at == own_name.trim_end().as_bytes());
    let file = fs::File::options().write(true).open(folder.file("station")).unwrap();
    file.write_all_at(b"\x1b[2J\n\xff\xc2\x9b\0", at.unwrap() as u64).unwrap();
    for arguments in [vec!["show", "./station"], vec!["show", "./station", "--json"]] {
        let shown = printed(&folder, arguments);
        assert!(!shown.contains(['\x1b', '\u{9b}']), "{shown:?}");
    }
    assert!(printed(&folder, ["show", "./station"]).contains(r"\u{1b}[2J\n"));
}

/// A region whose schema describes too many fields to print: structs of two structs each, sixty deep, of
/// no bytes.
fn endless(folder: &Folder) {
    let kept = |layout| -> &'static Layout { Box::leak(Box::new(layout)) };
    let mut inner = kept(Layout::new("Nothing", 0, 1, Kind::Marker));
    for _ in 0..60 {
        let fields = vec![FieldLayout::new("a", 0, inner), FieldLayout::new("b", 0, inner)].leak();
        inner = kept(Layout::new("Twice", 0, 1, Kind::Struct { fields }));
    }
    forge(folder, "endless", inner);
}

#[test]
fn a_schema_without_end_is_cut() {
    let folder = Folder::new("show-endless");
    endless(&folder);
    let shown = printed(&folder, ["show", "./endless"]);
    assert!(shown.lines().count() > 1_000, "{} lines", shown.lines().count());
    assert!(shown.ends_with("say how deep to go with --depth\n"), "{shown}");
    assert!(printed(&folder, ["show", "./endless", "--depth", "3"]).lines().count() < 30);
    assert!(refused(&folder, ["get", "./endless"], 6).contains("too many parts"));
    assert!(printed(&folder, ["ls", "."]).contains("Twice"));
}

#[test]
fn each_of_a_thousand_fields_has_its_row() {
    let folder = Folder::new("show-thousand");
    let number: &'static Layout = <u64 as SharedLayout>::LAYOUT;
    let name = |index: usize| -> &'static str { format!("field_{index}").leak() };
    let fields = (0..1000).map(|index| FieldLayout::new(name(index), index * 8, number));
    let fields = fields.collect::<Vec<_>>().leak();
    let layout = Layout::new("Thousand", 8000, 8, Kind::Struct { fields });
    forge(&folder, "thousand", Box::leak(Box::new(layout)));
    let shown = printed(&folder, ["show", "./thousand"]);
    assert!(shown.contains(" 7,992  u64   field_999  0\n"), "{shown}");
    assert_eq!(shown.lines().filter(|line| line.contains("  u64   field_")).count(), 1000);
}
