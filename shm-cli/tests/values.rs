//! Values with parts of any length on the command line: shown, read and set by name; described as text; left
//! out of exported C and Python, which say so.

mod support;

use shm_core::heap::HeapValue;
use shm_core::{Map, Owned, Region, SharedLayout};
use support::{Folder, assert_golden_of_processes, printed, refused};

#[derive(HeapValue, Clone, Debug, PartialEq)]
struct Job {
    id: u64,
    /// As its author gave it.
    title: String,
    #[shm(unit = "s")]
    timeout: f32,
    tags: Vec<u16>,
    steps: Vec<Step>,
}

#[derive(HeapValue, Clone, Debug, PartialEq)]
struct Step {
    command: Vec<String>,
    note: Option<String>,
}

#[derive(SharedLayout)]
#[repr(C)]
struct Board {
    hits: u64,
    current: Owned<Job>,
    next: Owned<Job>,
}

fn job() -> Job {
    let step = |words: &[&str], note: Option<&str>| Step {
        command: words.iter().map(|word| (*word).into()).collect(),
        note: note.map(Into::into),
    };
    Job {
        id: 7,
        title: "nightly build".into(),
        timeout: 1.5,
        tags: vec![3, 5],
        steps: vec![step(&["make", "all"], None), step(&["make", "test"], Some("slow"))],
    }
}

fn board(folder: &Folder) -> Region<Board> {
    let board = Region::<Board>::options().heap_max(1 << 20).create(folder.file("board")).unwrap();
    board.current.set(&job()).unwrap();
    board
}

#[test]
fn a_value_with_parts_is_shown_and_its_parts_are_printed() {
    let folder = Folder::new("values-show");
    let _board = board(&folder);
    assert_golden_of_processes("show_values.txt", &folder, &["show", "./board"]);
    for (path, value) in [
        ("current.title", "\"nightly build\""),
        ("current.steps[1].command[1]", "\"test\""),
        ("current.steps[..].note", "[None, \"slow\"]"),
        ("current.tags", "[3, 5]"),
        ("next", "None"),
    ] {
        assert_eq!(printed(&folder, ["get", "./board", path]), format!("{value}\n"), "{path}");
    }
    let json = printed(&folder, ["get", "./board", "current", "--json"]);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["fields"][0]["value"]["steps"][0]["note"], serde_json::Value::Null);
}

#[test]
fn a_part_is_set_by_its_path_and_the_others_stay() {
    let folder = Folder::new("values-set");
    let board = board(&folder);
    printed(&folder, ["set", "./board", "current.title=a title that is longer than before"]);
    printed(&folder, ["set", "./board", "current.steps[0].note=\"None\""]);
    printed(&folder, ["set", "./board", "current.steps[1].note=None"]);
    printed(&folder, ["set", "./board", "current.tags=[1, 2, 3]"]);
    printed(&folder, ["set", "./board", "current.steps[0].command=[make, \"-j 8\"]"]);
    let mut expected = job();
    expected.title = "a title that is longer than before".into();
    // The word, to a text that may be absent; in quotation marks it is a text.
    expected.steps[0].note = Some("None".into());
    expected.steps[1].note = None;
    expected.tags = vec![1, 2, 3];
    expected.steps[0].command = vec!["make".into(), "-j 8".into()];
    assert_eq!(board.current.load().unwrap(), Some(expected));
    let whole = "next={ id: 1, title: \"x\", timeout: 2, tags: [], steps: [{ command: [ls], note: \"\" }] }";
    printed(&folder, ["set", "./board", whole]);
    let step = Step { command: vec!["ls".into()], note: Some(String::new()) };
    let next = Job { id: 1, title: "x".into(), timeout: 2.0, tags: vec![], steps: vec![step] };
    assert_eq!(board.next.load().unwrap(), Some(next));
    let error = refused(&folder, ["set", "./board", "current.tags=[70000]"], 6);
    assert!(error.contains("current.tags[0]"), "{error}");
}

#[test]
fn a_region_is_made_from_the_exported_schema_of_another() {
    let folder = Folder::new("values-export");
    let board = board(&folder);
    let json = printed(&folder, ["export", "./board", "--lang", "json"]);
    std::fs::write(folder.file("schema.json"), &json).unwrap();
    printed(&folder, ["new", "./other", "--schema", "schema.json"]);
    let other = Region::<Board>::open(folder.file("other")).unwrap();
    other.current.set(&board.current.load().unwrap().unwrap()).unwrap();
    assert_eq!(
        printed(&folder, ["get", "./other", "current"]),
        printed(&folder, ["get", "./board", "current"])
    );
}

#[derive(SharedLayout)]
#[repr(C)]
struct Directory {
    hits: u64,
    by_id: Map<u64, Job>,
}

fn directory(folder: &Folder) -> Region<Directory> {
    let options = Region::<Directory>::options().heap_max(1 << 20);
    let directory = options.create(folder.file("directory")).unwrap();
    directory.by_id.insert(&7, &job()).unwrap();
    directory
}

#[test]
fn an_entry_of_a_map_is_read_set_in_part_and_set_whole_by_its_key() {
    let folder = Folder::new("values-map");
    let directory = directory(&folder);
    let get = |path| printed(&folder, ["get", "./directory", path]);
    let set = |assignment| printed(&folder, ["set", "./directory", assignment]);
    assert_eq!(get("by_id[7].title"), "\"nightly build\"\n");
    assert_eq!(get("by_id[7].steps[..].note"), "[None, \"slow\"]\n");
    set("by_id[7].title=a title that is longer than before");
    set("by_id[7].steps[1].command[1]=check");
    set("by_id[7].tags=[1, 2, 3]");
    let mut expected = job();
    expected.title = "a title that is longer than before".into();
    expected.steps[1].command[1] = "check".into();
    expected.tags = vec![1, 2, 3];
    assert_eq!(directory.by_id.get(&7).unwrap().as_ref(), Some(&expected));
    set(
        "by_id[8]={ id: 8, title: \"x\", timeout: 2, tags: [], steps: [{ command: [ls], note: \"\" }] }",
    );
    let step = Step { command: vec!["ls".into()], note: Some(String::new()) };
    let next = Job { id: 8, title: "x".into(), timeout: 2.0, tags: vec![], steps: vec![step] };
    assert_eq!(directory.by_id.get(&8).unwrap().as_ref(), Some(&next));
    // As shown, an entry can be set.
    let whole = get("by_id[7]");
    set(&format!("by_id[9]={}", whole.trim_end()));
    assert_eq!(directory.by_id.get(&9).unwrap(), Some(expected));
    let shown = printed(&folder, ["show", "./directory"]);
    assert!(
        shown.contains("[8]  { id: 8, title: \"x\", timeout: 2.0, tags: [], steps: [{ command"),
        "{shown}"
    );
    let json = printed(&folder, ["get", "./directory", "by_id[8]", "--json"]);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["values"][0]["value"]["steps"][0]["command"][0], "ls");
    let error = refused(&folder, ["set", "./directory", "by_id[7].tags=[70000]"], 6);
    assert!(error.contains("by_id[7].tags[0]"), "{error}");
    assert_eq!(printed(&folder, ["unset", "./directory", "by_id[8]"]), "");
    assert_eq!(directory.by_id.get(&8).unwrap(), None);
}
