//! Maps by the command: `get`, `set`, `unset`, `show`, `watch`.

mod support;

use serde_json::{Value, json};
use shm_core::{Map, Mutex, Region, SharedLayout};
use support::{Folder, Mode, printed, refused, shm};

#[derive(SharedLayout, Clone, Copy, Debug, PartialEq)]
#[repr(C)]
struct Job {
    state: Mode,
    progress: f32,
}

#[derive(SharedLayout)]
#[repr(C)]
struct Board {
    hits: u64,
    /// Jobs that are not done.
    by_id: Map<u64, Job>,
    notes: Map<str, str>,
    samples: Map<i32, [u16]>,
    locked: Mutex<Letters>,
}

#[derive(SharedLayout)]
#[repr(C)]
struct Letters {
    by_name: Map<str, u32>,
}

const JOB: Job = Job { state: Mode::Measuring, progress: 0.5 };

fn board(purpose: &str) -> (Folder, Region<Board>) {
    let folder = Folder::new(purpose);
    let options = Region::<Board>::options().heap_max(1 << 20);
    let board = options.create(folder.file("board")).unwrap();
    (folder, board)
}

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[test]
fn an_entry_is_set_read_changed_in_part_and_unset_by_its_path() {
    let (folder, board) = board("map-entry");
    let set = |assignment| printed(&folder, ["set", "./board", assignment]);
    let get = |path| printed(&folder, ["get", "./board", path]);
    assert_eq!(set("by_id[7]={state: Measuring, progress: 0.5}"), "");
    assert_eq!(board.by_id.get(&7).unwrap(), Some(JOB));
    set("by_id[7].state=Idle");
    assert_eq!(get("by_id[7]"), "{ state: Idle, progress: 0.5 }\n");
    assert_eq!(get("by_id[7].state"), "Idle\n");
    set("notes[Ada]=will be late");
    set(r#"notes["a=b"]=an equals sign"#);
    assert_eq!(board.notes.get("a=b").unwrap().as_deref(), Some("an equals sign"));
    set("samples[-3]=[1, 2, 3]");
    set("samples[-3][1]=9");
    assert_eq!(board.samples.get(&-3).unwrap().as_deref(), Some(&[1, 9, 3][..]));
    assert_eq!(get("samples[-3][1..]"), "[9, 3]\n");
    assert_eq!(
        get("notes"),
        "[{ key: \"Ada\", value: \"will be late\" }, { key: \"a=b\", value: \"an equals sign\" }]\n"
    );
    let found = parsed(&printed(&folder, ["get", "./board", "by_id", "notes[Ada]", "--json"]));
    let expected = json!([
        {
            "path": "by_id", "type": "Map<u64, Job>",
            "value": [{ "key": 7, "value": { "state": "Idle", "progress": 0.5 } }],
        },
        { "path": "notes[Ada]", "type": "str", "value": "will be late" },
    ]);
    assert_eq!(found["values"], expected);

    assert_eq!(printed(&folder, ["unset", "./board", "by_id[7]", r#"notes["a=b"]"#]), "");
    assert!(board.by_id.is_empty().unwrap());
    let output = shm(&folder, ["unset", "./board", "by_id[7]", "notes[Ada]", "--json"]);
    assert_eq!(output.status.code(), Some(1), "one of them was not there");
    let removed = parsed(&String::from_utf8(output.stdout).unwrap());
    let expected = json!({ "unset": [
        { "path": "by_id[7]", "removed": false }, { "path": "notes[Ada]", "removed": true },
    ] });
    assert_eq!(removed, expected);
    printed(&folder, ["unset", "./board", "samples", "--all"]);
    assert!(board.samples.is_empty().unwrap());
}

#[test]
fn what_cannot_be_done_with_an_entry_is_refused_as_elsewhere() {
    let (folder, board) = board("map-refused");
    board.by_id.insert(&1, &JOB).unwrap();
    for (arguments, code, message) in [
        (vec!["get", "./board", "by_id[7]"], 6, "no entry 7 in `by_id`, which holds 1 entry"),
        (vec!["set", "./board", "by_id[7].state=Idle"], 6, "no entry 7 in `by_id`"),
        (vec!["set", "./board", "by_id[7]={state: Idle}"], 6, "`by_id[7].progress` cannot be"),
        (vec!["set", "./board", "by_id[ann]={state: Idle}"], 6, "has keys of type `u64`"),
        (vec!["set", "./board", "by_id[1]=3"], 6, "is not a struct"),
        (vec!["set", "./board", "by_id[1]={"], 2, "`{` is not a value"),
        (vec!["set", "./board", "by_id[1].progress+=1"], 6, "only an integer"),
        (vec!["set", "./board", "by_id=3"], 6, "it is a `Map`"),
        (vec!["unset", "./board", "by_id"], 6, "only a whole entry of a map can be removed"),
        (vec!["unset", "./board", "by_id[1].state"], 6, "only a whole entry of a map"),
        (vec!["unset", "./board", "hits", "--all"], 6, "not one map"),
        (vec!["unset", "./missing", "hits"], 3, "missing"),
    ] {
        let error = refused(&folder, arguments.iter().copied(), code);
        assert!(error.contains(message), "{arguments:?}: {error}");
    }
    let long = format!("notes[Ada]={}", "x".repeat(100_000));
    for round in 0..20 {
        let key = format!("notes[Bob-{round}]={}", "x".repeat(100_000));
        shm(&folder, ["set", "./board", &key]);
    }
    let error = refused(&folder, ["set", "./board", &long], 8);
    assert!(error.contains("has no room for"), "{error}");
    assert_eq!(board.by_id.entries().unwrap(), [(1, JOB)]);
}

#[test]
fn a_map_behind_a_lock_is_changed_under_it() {
    let (folder, board) = board("map-locked");
    printed(&folder, ["set", "./board", "locked.by_name[Ada]=36", "locked.by_name[Bob]=7"]);
    printed(&folder, ["unset", "./board", "locked.by_name[Bob]"]);
    let guard = board.locked.lock().unwrap();
    assert_eq!(guard.by_name.entries().unwrap(), [("Ada".to_owned(), 36)]);
    for arguments in [
        ["unset", "./board", "locked.by_name[Ada]", "--wait=10ms"],
        ["set", "./board", "locked.by_name[Ada]=1", "--wait=10ms"],
    ] {
        let error = refused(&folder, arguments, 7);
        assert!(error.contains("holds the lock `locked`"), "{error}");
    }
    drop(guard);
    printed(&folder, ["unset", "./board", "locked.by_name", "--all"]);
    assert!(board.locked.lock().unwrap().by_name.is_empty().unwrap());
}

#[test]
fn show_lists_entries_and_says_how_many_are_left_out() {
    let (folder, board) = board("map-show");
    for id in 0..11 {
        board.by_id.insert(&id, &JOB).unwrap();
    }
    board.notes.insert("north gate", &"x".repeat(100)).unwrap();
    let shown = printed(&folder, ["show", "./board"]);
    let rows: Vec<_> = shown.lines().skip_while(|line| !line.contains("OFFSET")).collect();
    let has = |parts: &[&str]| rows.iter().any(|row| parts.iter().all(|part| row.contains(part)));
    assert!(has(&["Map<u64, Job>", "by_id", "11 entries; Jobs that are not done."]), "{shown}");
    assert!(has(&["  Job", "{ state: Measuring, progress: 0.5 }"]), "{shown}");
    assert!(has(&[".. 3 more"]), "{shown}");
    let note = format!("\"{}\"..", "x".repeat(40));
    assert!(has(&["  str", "[\"north gate\"]", &note]), "{shown}");
    assert!(has(&["Map<i32, [u16]>", "samples", "0 entries"]), "{shown}");

    let shown = parsed(&printed(&folder, ["show", "./board", "by_id", "--json"]));
    let fields = shown["fields"].as_array().unwrap();
    assert_eq!(fields.len(), 9, "{fields:?}");
    assert_eq!((&fields[0]["entries"], &fields[0]["elided"]), (&json!(11), &json!(true)));
    assert_eq!(fields[0]["value"], Value::Null);
    assert_eq!(fields[1]["value"], json!({ "state": "Measuring", "progress": 0.5 }));
    let entry = parsed(&printed(&folder, ["show", "./board", "by_id[3]", "--json"]));
    assert_eq!(entry["fields"][0]["value"], json!({ "state": "Measuring", "progress": 0.5 }));
    let shallow = parsed(&printed(&folder, ["show", "./board", "--depth", "1", "--json"]));
    let paths: Vec<_> = shallow["fields"].as_array().unwrap().iter().map(|f| &f["path"]).collect();
    assert_eq!(paths, ["hits", "by_id", "notes", "samples", "locked"]);
}

#[test]
fn a_row_of_watch_is_an_entry_or_a_whole_map() {
    let (folder, board) = board("map-watch");
    board.by_id.insert(&7, &JOB).unwrap();
    let watched = ["watch", "./board", "by_id[7]", "by_id[8]", "notes", "--once", "--json"];
    let watched = parsed(&printed(&folder, watched));
    let expected = json!({ "by_id[7]": { "state": "Measuring", "progress": 0.5 }, "notes": [] });
    assert_eq!(watched["values"], expected);
    assert_eq!(watched["errors"], json!({ "by_id[8]": "no such entry" }));
}

#[test]
fn a_region_with_maps_is_made_from_its_exported_schema_and_drawn() {
    let (folder, _board) = board("map-schema");
    printed(&folder, ["export", "./board", "--lang", "json", "-o", "board.json"]);
    let schema = parsed(&std::fs::read_to_string(folder.file("board.json")).unwrap());
    assert_eq!(schema["types"]["Board"]["fields"][1]["type"], "Map<u64, Job>");
    assert_eq!(schema["types"]["Map<i32, [u16]>"]["role"], "Map");
    printed(&folder, ["new", "./copy", "--schema", "board.json"]);
    let same = parsed(&printed(&folder, ["check", "board.json", "./copy", "--json"]));
    assert_eq!(same["same"], true, "{same}");
    printed(&folder, ["set", "./copy", "by_id[7]={state: Idle, progress: 1}"]);
    let copy = Region::<Board>::open(folder.file("copy")).unwrap();
    assert_eq!(copy.by_id.get(&7).unwrap(), Some(Job { state: Mode::Idle, progress: 1.0 }));
    let drawn = printed(&folder, ["layout", "./copy"]);
    assert!(drawn.lines().any(|line| line.contains("Map<u64, Job>")), "{drawn}");
    assert!(drawn.contains("Map<str, str>"), "{drawn}");
    let drawn = printed(&folder, ["layout", "./copy", "--svg"]);
    assert!(drawn.contains("Map&lt;u64, Job&gt;"), "{drawn}");
}
