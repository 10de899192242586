//! Named objects in a heap on the command line: `board@requests` for `get`, `set`, `show`, `watch`, `push` and `pop`,
//! and the lists in `shm heap` and `shm show`.

mod support;

use shm_core::heap::Heap;
use shm_core::{Mutex, Queue, ReadWrite, Region, SharedLayout};
use support::{Folder, assert_golden, printed, refused};

#[derive(SharedLayout)]
#[repr(C)]
struct Counter {
    /// requests that were answered
    hits: u64,
    #[shm(unit = "ms")]
    slowest: f64,
    jobs: Queue<u32, 4>,
    total: Mutex<i64>,
}

fn board(folder: &Folder) -> Region<u64> {
    Region::<u64>::options().heap_max(1 << 20).create(folder.file("board")).unwrap()
}

fn heap(board: &Region<u64>) -> Heap<'_, ReadWrite> {
    board.heap().unwrap()
}

#[test]
fn objects_are_read_and_written_by_the_names_of_region_object_and_field() {
    let folder = Folder::new("objects-by-name");
    let board = board(&folder);
    let counter = heap(&board).named::<Counter>("requests").unwrap();
    let samples = heap(&board).named_from::<[f32]>("samples", &[0.5, 1.5, 2.5]).unwrap();
    counter.hits.set(3);
    let print = |arguments: &[&str]| printed(&folder, arguments.iter().copied());
    assert_eq!(print(&["get", "./board@requests", "hits"]), "3\n");
    assert_eq!(print(&["get", "./board@samples", "[1..]"]), "[1.5, 2.5]\n");
    assert_eq!(print(&["get", "./board"]), "0\n", "the region's own value");
    let json: serde_json::Value =
        serde_json::from_str(&print(&["get", "./board@requests", "slowest", "--json"])).unwrap();
    assert_eq!(json["values"][0]["unit"], "ms", "the notes of the type are kept: {json}");
    print(&["set", "./board@requests", "hits+=2", "slowest=7.5", "total=-4"]);
    print(&["set", "./board@samples", "[2]=9"]);
    print(&["push", "./board@requests", "jobs", "17"]);
    assert_eq!((counter.hits.get(), counter.slowest.get()), (5, 7.5));
    assert_eq!(counter.total.lock().unwrap().get(), -4);
    assert_eq!(samples[2].get(), 9.0);
    assert_eq!(counter.jobs.len(), 1);
    assert_eq!(print(&["pop", "./board@requests", "jobs"]), "17\n");
    let watched = print(&["watch", "./board@requests", "hits", "--once"]);
    assert!(watched.contains("hits = 5"), "{watched}");
    let watched = print(&["watch", "./board@requests", "hits", "-n", "2", "-i", "1ms", "--plain"]);
    assert!(watched.contains("hits = 5"), "{watched}");
}

#[test]
fn a_name_without_an_object_or_a_region_is_refused_and_a_region_with_such_a_name_comes_first() {
    let folder = Folder::new("objects-missing");
    let board = board(&folder);
    let text = refused(&folder, ["get", "./board@nothing"], 6);
    assert!(text.contains("./board has no object `nothing` in its heap"), "{text}");
    let text = refused(&folder, ["get", "./nothing@hits"], 3);
    assert!(text.contains("nothing does not exist"), "{text}");
    heap(&board).named_from("hits", &5_u64).unwrap();
    assert_eq!(printed(&folder, ["get", "./board@hits"]), "5\n");
    Region::<u64>::create_from(folder.file("board@hits"), &7).unwrap();
    assert_eq!(printed(&folder, ["get", "./board@hits"]), "7\n");
}

#[test]
fn objects_are_listed_with_their_types_and_the_processes_that_hold_them() {
    let folder = Folder::new("objects-listed");
    let board = board(&folder);
    let counter = heap(&board).named::<Counter>("requests").unwrap();
    drop(heap(&board).named_from::<[f32]>("samples", &[0.5, 1.5, 2.5]).unwrap());
    let old = heap(&board).named::<f64>("limit").unwrap();
    heap(&board).remove("limit").unwrap();
    let text = printed(&folder, ["heap", "./board", "--audit"]);
    let line = |name: &str| text.lines().find(|line| line.trim_start().starts_with(name)).unwrap();
    let pid = std::process::id().to_string();
    assert!(line("requests").contains("Counter") && line("requests").contains(&pid), "{text}");
    assert!(line("samples").contains("[f32], 3 elements"), "{text}");
    assert!(!line("samples").contains(&pid), "{text}");
    assert!(line("limit (removed)").contains(&pid), "{text}");
    assert!(text.contains("The heap is consistent."), "{text}");
    let json = printed(&folder, ["heap", "./board@requests", "--json"]);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let objects = json["objects"].as_array().unwrap();
    let named = |name: &str| objects.iter().find(|object| object["name"] == name).unwrap();
    assert_eq!(named("requests")["holders"][0]["pid"], std::process::id());
    assert_eq!(named("samples")["len"], 3);
    assert_eq!((&named("limit")["removed"], objects.len()), (&true.into(), 3));
    drop((counter, old));
    let picture = printed(&folder, ["heap", "./board", "--svg"]);
    assert!(picture.contains("requests"), "{picture}");
    let text = printed(&folder, ["heap", "./board"]);
    assert_golden("objects.txt", &text);
}

#[test]
fn a_region_shows_its_objects_and_an_object_is_shown_with_its_fields_and_the_header_of_its_region()
{
    let folder = Folder::new("objects-shown");
    let board = board(&folder);
    let counter = heap(&board).named::<Counter>("requests").unwrap();
    heap(&board).named_from::<[f32]>("samples", &[0.5, 1.5, 2.5]).unwrap();
    counter.hits.set(3);
    counter.slowest.set(7.5);
    let guard = counter.total.lock().unwrap();
    let json = |arguments: &[&str]| -> serde_json::Value {
        let arguments = ["show"].iter().chain(arguments).chain(&["--json"]);
        serde_json::from_str(&printed(&folder, arguments.copied())).unwrap()
    };
    let whole = json(&["./board"]);
    let objects = whole["objects"].as_array().unwrap();
    let named = |name: &str| objects.iter().find(|object| object["name"] == name).unwrap();
    assert_eq!((&named("requests")["type"], objects.len()), (&"Counter".into(), 2));
    assert_eq!((&named("samples")["len"], &named("samples")["bytes"]), (&3.into(), &12.into()));
    let text = printed(&folder, ["show", "./board"]);
    assert!(text.contains("requests") && text.contains("[f32], 3 elements"), "{text}");

    let object = json(&["./board@requests"]);
    assert_eq!(object["type"], "Counter");
    assert!(object["path"].as_str().unwrap().ends_with("/board@requests"), "{object}");
    assert_eq!(object["header"]["creator_pid"], std::process::id());
    assert!(object.get("objects").is_none(), "{object}");
    let fields = object["fields"].as_array().unwrap();
    let field = |path: &str| fields.iter().find(|field| field["path"] == path).unwrap();
    assert_eq!((&field("hits")["value"], &field("hits")["offset"]), (&3.into(), &0.into()));
    assert_eq!(field("slowest")["unit"], "ms");
    assert_eq!(field("total")["lock"]["holder"]["pid"], std::process::id());
    drop(guard);
    let text = printed(&folder, ["show", "./board@requests", "slowest"]);
    assert!(text.contains("7.5 ms") && !text.contains("hits"), "{text}");
    let text = printed(&folder, ["show", "./board@samples"]);
    assert!(text.contains("[0.5, 1.5, 2.5]"), "{text}");
    let text = refused(&folder, ["show", "./board@nothing"], 6);
    assert!(text.contains("./board has no object `nothing` in its heap"), "{text}");
    let text = refused(&folder, ["show", "./nothing@hits"], 3);
    assert!(text.contains("nothing does not exist"), "{text}");
    let text = refused(&folder, ["show", "./nothing"], 3);
    assert!(text.contains("nothing does not exist"), "{text}");
}
