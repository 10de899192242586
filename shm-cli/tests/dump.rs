//! `shm dump`, `shm restore` and `shm set --from`.

#[path = "../../tests/support/random_types.rs"]
mod random_types;
mod support;

use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use random_types::{Random, Type};
use serde_json::Value;
use shm_cli::value_json::ValueJson;
use shm_core::dynamic::{DynLayout, DynValue};
use shm_core::inspect::Inspection;
use shm_core::{DynRegion, Map, Mutex, Owned, Queue, Region, Ring, SharedLayout};
use support::{Folder, Station, assert_golden, printed, refused, shm, station};

/// A region of random types, with random values.
fn random_region(folder: &Folder, name: &str, fields: &[(String, Type)], random: &mut Random) {
    let mut builder = DynLayout::builder("Random");
    for (name, ty) in fields {
        builder = builder.field(name, &random_types::text(ty));
    }
    let layout = builder.field("tail", "[u16]").build().unwrap();
    let values: Vec<_> =
        fields.iter().map(|(name, ty)| format!("{name}: {}", random.value(ty))).collect();
    let value = format!("{{ {}, tail: [1, 2, 65535] }}", values.join(", "));
    let options = DynRegion::options().len(3).heap_max(4 << 20).mode(0o640).participants(9);
    let made = options.create_with(folder.file(name), &layout, |new| {
        new.fill(&DynValue::of_text(&value, new.schema().root())?)
    });
    made.unwrap();
}

/// What a region holds, as text: `NaN` differs from itself.
fn contents(folder: &Folder, name: &str) -> String {
    let region = DynRegion::open(folder.file(name)).unwrap();
    format!("{:?}", region.contents("").unwrap())
}

fn facts(folder: &Folder, name: &str) -> String {
    let seen = Inspection::of(folder.file(name)).unwrap();
    let header = seen.header();
    let mode = seen.metadata().permissions().mode();
    let (participants, heap) = (header.participants().unwrap(), header.heap().unwrap());
    format!("{mode:o} {} {participants:?} {heap:?}", header.data_len())
}

#[test]
fn what_dump_writes_of_any_types_restore_makes_again_and_set_writes_into_another_region() {
    let folder = Folder::new("dump-random");
    for seed in 100..112 {
        let mut random = Random(seed);
        let fields = random.fields();
        random_region(&folder, "one", &fields, &mut random);
        random_region(&folder, "other", &fields, &mut random);
        printed(&folder, ["dump", "./one", "-o", "one.json"]);
        printed(&folder, ["restore", "./copy", "one.json"]);
        assert_eq!(contents(&folder, "copy"), contents(&folder, "one"), "{seed}");
        assert_eq!(facts(&folder, "copy"), facts(&folder, "one"), "{seed}");
        // Its own document says the same, apart from the name and the versions.
        let mut documents = ["one", "copy"].map(|name| {
            let text = printed(&folder, ["dump", &format!("./{name}")]);
            serde_json::from_str::<Value>(&text).unwrap()
        });
        for document in &mut documents {
            document["name"].take();
            document["versions"].take();
        }
        assert_eq!(documents[0], documents[1], "{seed}");
        printed(&folder, ["set", "./other", "--from", "one.json"]);
        let (one, other) =
            ["one", "other"].map(|name| DynRegion::open(folder.file(name)).unwrap()).into();
        for (name, ty) in &fields {
            let is_left = match ty {
                Type::List(name, ..) => !name.starts_with("Owned"),
                Type::Fresh(_) | Type::Once | Type::PerProcess(_) => true,
                _ => false,
            };
            if !is_left {
                let (one, other) = (one.get(name).unwrap(), other.get(name).unwrap());
                assert_eq!(format!("{one:?}"), format!("{other:?}"), "{seed}: {name}");
            }
        }
        for name in ["one", "other", "copy"] {
            shm_core::region::unlink(folder.file(name)).unwrap();
        }
    }
}

/// The text of a value as `get` prints it, and as `get --json` does, is the value again.
#[test]
fn a_value_that_get_prints_is_given_to_set_unchanged() {
    let folder = Folder::new("dump-values");
    for seed in 200..240 {
        let mut random = Random(seed);
        let fields = random.fields();
        random_region(&folder, "one", &fields, &mut random);
        let region = DynRegion::open(folder.file("one")).unwrap();
        let whole = region.contents("").unwrap();
        for piece in region.pieces("", &whole).unwrap() {
            if piece.role.is_some() {
                continue;
            }
            let place = region.resolve(&piece.path).unwrap();
            let json = serde_json::to_string(&ValueJson(&piece.value)).unwrap();
            for text in [json, piece.value.to_string()] {
                let parsed = place.value_of(&text).unwrap();
                let stored = place.stored(&parsed);
                let stored =
                    stored.unwrap_or_else(|error| panic!("{}: {text}: {error}", place.ty()));
                assert_eq!(format!("{stored:?}"), format!("{:?}", piece.value), "{}", place.ty());
            }
        }
        shm_core::region::unlink(folder.file("one")).unwrap();
    }
}

#[derive(SharedLayout)]
#[repr(C)]
struct Board {
    total: Mutex<u64>,
    names: Map<str, u32>,
    jobs: Queue<u16, 8>,
    events: Ring<u8, 4>,
    title: Owned<str>,
}

#[test]
fn named_objects_are_restored_with_the_region() {
    let folder = Folder::new("dump-objects");
    let options = Region::<Board>::options().heap_max(1 << 20);
    let board = options.create(folder.file("board")).unwrap();
    let heap = board.heap().unwrap();
    heap.named_from::<[f64]>("weights", &[0.5, 0.25]).unwrap();
    heap.named_from("limit", &7_u32).unwrap();
    printed(&folder, ["dump", "./board", "-o", "board.json"]);
    assert_eq!(
        printed(&folder, ["restore", "./copy", "board.json", "--json"]).matches("2").count(),
        1
    );
    let copy = Region::<Board>::open(folder.file("copy")).unwrap();
    let weights = copy.heap().unwrap().find::<[f64]>("weights").unwrap().unwrap();
    assert_eq!((weights.len(), weights[1].get()), (2, 0.25));
    assert_eq!(copy.heap().unwrap().find::<u32>("limit").unwrap().unwrap().get(), 7);
}

#[test]
fn the_document_of_a_station_is_the_golden_one() {
    let folder = Folder::new("dump-golden");
    let _station = station(&folder);
    assert_golden("dump.json", &printed(&folder, ["dump", "./station"]));
}

#[test]
fn restoring_is_all_or_nothing() {
    let folder = Folder::new("dump-nothing");
    let _station = station(&folder);
    let text = printed(&folder, ["dump", "./station"]);
    let bad = text.replace("\"Measuring\"", "\"Sleeping\"");
    // Only the value has it: the schema lists the variant with its number.
    std::fs::write(
        folder.file("bad.json"),
        bad.replace("\"name\": \"Sleeping\"", "\"name\": \"Measuring\""),
    )
    .unwrap();
    let error = refused(&folder, ["restore", "./copy", "bad.json"], 6);
    assert!(error.contains("is not a variant"), "{error}");
    assert!(!folder.file("copy").exists());
    std::fs::write(folder.file("good.json"), &text).unwrap();
    let error = refused(&folder, ["restore", "./station", "good.json"], 9);
    assert!(error.contains("--replace"), "{error}");
    printed(&folder, ["restore", "./station", "good.json", "--replace"]);
    // Without a name, it is the old one, where the command runs.
    shm_core::region::unlink(folder.file("station")).unwrap();
    printed(&folder, ["restore", "good.json"]);
    assert_eq!(printed(&folder, ["get", "./station", "hits"]), "7\n");
    std::fs::write(folder.file("plain.json"), "{\"hits\": 1}").unwrap();
    assert!(
        refused(&folder, ["restore", "./copy", "plain.json"], 4).contains("shm set NAME --from")
    );
}

#[test]
fn a_document_is_restored_from_standard_input() {
    let folder = Folder::new("dump-pipe");
    let station = station(&folder);
    let mut dump = Command::new(env!("CARGO_BIN_EXE_shm"));
    let dump = dump.args(["dump", "./station"]).current_dir(folder.path());
    let mut dump = dump.stdout(Stdio::piped()).spawn().unwrap();
    let mut restore = Command::new(env!("CARGO_BIN_EXE_shm"));
    let restore = restore.args(["restore", "./copy", "-"]).current_dir(folder.path());
    let restored = restore.stdin(dump.stdout.take().unwrap()).status().unwrap();
    assert!(restored.success() && dump.wait().unwrap().success());
    let copy = Region::<Station>::open(folder.file("copy")).unwrap();
    assert_eq!(copy.pose.load().unwrap(), station.pose.load().unwrap());
    assert_eq!(copy.account.lock().unwrap().balance.get(), -40);
}

#[test]
fn set_from_an_object_writes_what_it_names_and_leaves_queues_and_the_like() {
    let folder = Folder::new("dump-set-from");
    let board = Region::<Board>::create(folder.file("board")).unwrap();
    board.names.insert("Ada", &36).unwrap();
    board.jobs.push(5).unwrap();
    let json =
        r#"{ "total": 9, "names": [{"key": "Bob", "value": 1}], "jobs": [1, 2], "title": null }"#;
    std::fs::write(folder.file("values.json"), json).unwrap();
    let output = shm(&folder, ["set", "./board", "--from", "values.json", "title=new"]);
    let notes = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{notes}");
    assert_eq!(notes, "note: `jobs` is as it was: `set` does not change a `Queue`\n");
    assert_eq!(board.total.lock().unwrap().get(), 9);
    assert_eq!((board.names.get("Ada").unwrap(), board.names.get("Bob").unwrap()), (None, Some(1)));
    assert_eq!(board.jobs.pop().unwrap(), Some(5));
    assert_eq!(board.title.load().unwrap(), "new");
    // What `get` prints of a map is set in the same way.
    let names = printed(&folder, ["get", "./board", "names"]);
    board.names.insert("Eve", &2).unwrap();
    printed(&folder, ["set", "./board", &format!("names={}", names.trim_end())]);
    assert_eq!((board.names.len().unwrap(), board.names.get("Bob").unwrap()), (1, Some(1)));
    // Nothing is written if anything does not fit.
    std::fs::write(folder.file("values.json"), r#"{ "total": 10, "title": 3, "names": 4 }"#)
        .unwrap();
    refused(&folder, ["set", "./board", "--from", "values.json"], 6);
    assert_eq!(board.total.lock().unwrap().get(), 9);
}

#[test]
fn a_region_larger_than_one_value_can_be_is_dumped_in_parts() {
    let folder = Folder::new("dump-large");
    let (len, last) = (3_000_000, 3_000_000 - 1);
    let numbers = Region::<[u16]>::options().len(len).create(folder.file("numbers")).unwrap();
    for (index, value) in [(0, 1), (70_000, 2), (last, 3)] {
        numbers[index].set(value);
    }
    let region = DynRegion::open(folder.file("numbers")).unwrap();
    assert!(region.contents("").is_err());
    printed(&folder, ["dump", "./numbers", "-o", "numbers.json"]);
    printed(&folder, ["restore", "./copy", "numbers.json"]);
    let copy = Region::<[u16]>::open(folder.file("copy")).unwrap();
    assert_eq!((copy.len(), copy[0].get(), copy[70_000].get(), copy[last].get()), (len, 1, 2, 3));
}

fn holder(folder: &Folder) -> Child {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["holds_the_lock", "--exact", "--ignored"]).current_dir(folder.path());
    let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let deadline = Instant::now() + Duration::from_secs(60);
    while !folder.file("held").exists() {
        assert!(Instant::now() < deadline, "the second process does not hold the lock");
        std::thread::sleep(Duration::from_millis(1));
    }
    child
}

#[test]
#[ignore = "run by other tests, as a process of its own"]
fn holds_the_lock() {
    let Ok(station) = Region::<Station>::open("./station") else { return };
    let account = station.account.lock().unwrap();
    account.balance.set(-1000);
    std::fs::write("held", "").unwrap();
    loop {
        std::thread::sleep(Duration::from_secs(1));
    }
}

#[test]
fn a_lock_of_another_process_keeps_set_from_writing_and_its_death_needs_a_repair() {
    let folder = Folder::new("dump-locked");
    let station = station(&folder);
    let good = printed(&folder, ["dump", "./station"]);
    std::fs::write(folder.file("good.json"), &good).unwrap();
    station.hits.set(8);
    let mut child = holder(&folder);
    // Read without the lock, which is said.
    let dumped: Value = serde_json::from_str(&printed(&folder, ["dump", "./station"])).unwrap();
    assert_eq!(dumped["value"]["account"]["balance"], -1000);
    assert_eq!(dumped["unlocked"], serde_json::json!(["account"]));
    let from = ["set", "./station", "--from", "good.json", "--wait", "10ms"];
    let error = refused(&folder, from, 7);
    assert!(error.contains("holds the lock `account`"), "{error}");
    child.kill().unwrap();
    assert_eq!(child.wait().unwrap().signal(), Some(9));
    let error = refused(&folder, from, 7);
    assert!(error.contains("died"), "{error}");
    assert_eq!(station.hits.get(), 8);
    printed(&folder, ["set", "./station", "--from", "good.json", "--repair"]);
    assert_eq!((station.hits.get(), station.account.lock().unwrap().balance.get()), (7, -40));
    // A region that is restored from one with a dead owner has a free lock.
    std::fs::write(folder.file("half.json"), dumped.to_string()).unwrap();
    printed(&folder, ["restore", "./copy", "half.json"]);
    let copy = Region::<Station>::open(folder.file("copy")).unwrap();
    assert_eq!(copy.account.lock().unwrap().balance.get(), -1000);
}
