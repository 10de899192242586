//! `shm push` and `shm pop`.

mod support;

use std::process::{Command, Stdio};
use std::time::Duration;

use shm_core::{Mutex, Queue, Region, Ring, SharedLayout, Text};
use support::{Folder, Mode, printed, refused, shm};

#[derive(SharedLayout, Clone, Copy, Debug, PartialEq)]
#[repr(C)]
struct Job {
    id: u64,
    mode: Mode,
    note: Text<8>,
}

#[derive(SharedLayout)]
#[repr(C)]
struct Board {
    jobs: Queue<Job, 2>,
    numbers: [Queue<i32, 3>; 2],
    locked: Mutex<Queue<u8, 2>>,
    hits: u64,
}

fn board(purpose: &str) -> (Folder, Region<Board>) {
    let folder = Folder::new(purpose);
    let board = Region::<Board>::create(folder.file("board")).unwrap();
    (folder, board)
}

#[test]
fn a_value_pushed_by_the_command_is_popped_by_a_program_and_vice_versa() {
    let (folder, board) = board("push");
    let value = "{id: 7, mode: Measuring, note: north}";
    assert_eq!(printed(&folder, ["push", "./board", "jobs", value]), "");
    let job = Job { id: 7, mode: Mode::Measuring, note: Text::truncated("north") };
    assert_eq!(board.jobs.pop().unwrap(), Some(job));
    board.jobs.push(job).unwrap();
    assert_eq!(
        printed(&folder, ["pop", "./board", "jobs"]),
        "{ id: 7, mode: Measuring, note: \"north\" }\n"
    );
    printed(&folder, ["push", "./board", "numbers[1]", "-3"]);
    assert_eq!(board.numbers[1].len(), 1);
    let popped = printed(&folder, ["pop", "./board", "numbers[1]", "--json"]);
    let popped: serde_json::Value = serde_json::from_str(&popped).unwrap();
    let expected = serde_json::json!({ "path": "numbers[1]", "popped": true, "value": -3 });
    assert_eq!(popped, expected);
    let pushed = printed(&folder, ["push", "./board", "numbers[0]", "5", "--json"]);
    let pushed: serde_json::Value = serde_json::from_str(&pushed).unwrap();
    assert_eq!(pushed, serde_json::json!({ "path": "numbers[0]", "pushed": 5 }));
}

#[test]
fn an_item_that_is_pushed_to_a_ring_comes_to_each_reader() {
    let folder = Folder::new("push-ring");
    let events = Region::<Ring<Job, 4>>::create(folder.file("events")).unwrap();
    let readers = [events.follow(), events.follow()];
    let value = "{id: 7, mode: Measuring, note: north}";
    assert_eq!(printed(&folder, ["push", "./events", "", value]), "");
    let job = Job { id: 7, mode: Mode::Measuring, note: Text::truncated("north") };
    for mut reader in readers {
        assert_eq!(reader.next().unwrap().unwrap(), job);
        assert!(reader.next().is_none());
    }
    refused(&folder, ["push", "./events", "", "{id: 3}"], 6);
    let error = refused(&folder, ["pop", "./events", ""], 6);
    assert!(error.contains("not a queue"), "{error}");
}

#[test]
fn an_empty_queue_prints_nothing_and_exits_with_1() {
    let (folder, _board) = board("pop-empty");
    let output = shm(&folder, ["pop", "./board", "jobs", "--timeout", "5ms"]);
    assert_eq!((output.status.code(), output.stdout, output.stderr), (Some(1), vec![], vec![]));
    let output = shm(&folder, ["pop", "./board", "jobs", "--json"]);
    let found: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(found, serde_json::json!({ "path": "jobs", "popped": false }));
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn a_command_that_waits_gets_the_next_value() {
    let (folder, board) = board("pop-waits");
    let waiting = Command::new(env!("CARGO_BIN_EXE_shm"))
        .args(["pop", "./board", "numbers[0]", "--timeout", "60s"])
        .current_dir(folder.path())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    std::thread::sleep(Duration::from_millis(100));
    board.numbers[0].push(9).unwrap();
    let output = waiting.wait_with_output().unwrap();
    assert_eq!((output.status.code(), &*output.stdout), (Some(0), &b"9\n"[..]));
}

#[test]
fn a_push_or_pop_that_cannot_succeed_is_refused() {
    let (folder, board) = board("push-refused");
    for id in 0..2 {
        board.jobs.push(Job { id, mode: Mode::Idle, note: Text::truncated("") }).unwrap();
    }
    let full = refused(
        &folder,
        ["push", "./board", "jobs", "{id: 3, mode: Idle, note: x}", "--timeout", "1ms"],
        7,
    );
    assert!(full.contains("`jobs` is full: it holds 2 values"), "{full}");
    assert!(full.contains("help: try again, or wait longer with --timeout"), "{full}");
    for (path, value) in [
        ("jobs", "{id: -1, mode: Idle, note: x}"),
        ("jobs", "{name: x}"),
        ("jobs", "{id: 3}"),
        ("numbers[0]", "3000000000"),
    ] {
        refused(&folder, ["push", "./board", path, value], 6);
    }
    for (path, reason) in [
        ("hits", "not a `Queue` or `Ring`"),
        ("numbers", "not a `Queue` or `Ring`"),
        ("numbers[..]", "there are several"),
        ("jobs.tail", "not a `Queue` or `Ring`"),
    ] {
        let error = refused(&folder, ["push", "./board", path, "1"], 6);
        assert!(error.contains(reason), "{error}");
        let error = refused(&folder, ["pop", "./board", path], 6);
        assert!(error.contains("not a queue"), "{error}");
    }
    let locked = refused(&folder, ["push", "./board", "locked", "1"], 7);
    assert!(locked.contains("guarded by the `Mutex`"), "{locked}");
    let slots = refused(&folder, ["get", "./board", "jobs.slots[0].value.id"], 6);
    assert!(slots.contains("holds values until they are popped"), "{slots}");
    refused(&folder, ["set", "./board", "jobs.tail=7"], 6);
    refused(&folder, ["set", "./board", "jobs=7"], 6);
    assert_eq!((board.jobs.len(), board.numbers[0].len()), (2, 0));
}

#[test]
fn a_queue_is_shown_by_its_length_and_its_capacity() {
    let (folder, board) = board("queue-shown");
    board.numbers[1].push(5).unwrap();
    assert_eq!(printed(&folder, ["get", "./board", "numbers[1]"]), "{ len: 1, capacity: 3 }\n");
    assert_eq!(printed(&folder, ["get", "./board", "numbers[1].tail"]), "1\n");
    let shown = printed(&folder, ["show", "./board"]);
    assert!(shown.contains("Queue<Job, 2>"), "{shown}");
    assert!(shown.contains("{ len: 0, capacity: 2 }"), "{shown}");
}

#[test]
fn a_region_with_a_queue_can_be_made_by_the_command_alone() {
    let folder = Folder::new("queue-new");
    printed(&folder, ["new", "./numbers", "--type", "Queue<f64, 4>"]);
    printed(&folder, ["push", "./numbers", "", "1.5"]);
    let typed = Region::<Queue<f64, 4>>::open(folder.file("numbers")).unwrap();
    typed.push(2.5).unwrap();
    assert_eq!(printed(&folder, ["pop", "./numbers"]), "1.5\n");
    assert_eq!(printed(&folder, ["pop", "./numbers", ""]), "2.5\n");
}
