//! `shm record` and `shm replay`: files that other programs read, and that survive a kill.

#[allow(unreachable_pub, reason = "the tests of the library use it as well")]
#[path = "../../tests/support/mod.rs"]
mod processes;
#[path = "support/readers.rs"]
mod readers;
mod support;

use std::fs;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};

use mcap::read::{MessageStream, Options, Summary};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use shm_core::{Event, Region, Ring, SharedLayout, Watched};
use support::{Account, Folder, Pose, Station, printed, refused, shm, station};

/// The messages of a file, with the topics of their channels.
fn messages(folder: &Folder, name: &str) -> Vec<(String, Value)> {
    let file = fs::read(folder.file(name)).unwrap();
    let stream = MessageStream::new_with_options(&file, Options::IgnoreEndMagic.into()).unwrap();
    let read = stream.map_while(Result::ok);
    let value = |data: &[u8]| serde_json::from_slice(data).expect("JSON");
    read.map(|message| (message.channel.topic.clone(), value(&message.data))).collect()
}

/// A recording that is going on, killed on drop.
struct Recording(Child);

impl Recording {
    fn start(folder: &Folder, arguments: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_shm"));
        command.arg("record").args(arguments).current_dir(folder.path());
        Self(command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap())
    }

    fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.0), signal).unwrap();
    }

    /// Waits for its end, and returns its report and whether it succeeded.
    fn report(mut self) -> (Value, bool) {
        let status = processes::finish(&mut self.0);
        let mut text = String::new();
        std::io::Read::read_to_string(&mut self.0.stdout.take().unwrap(), &mut text).unwrap();
        (serde_json::from_str(&text).unwrap_or_default(), status.success())
    }
}

impl Drop for Recording {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Waits until a file has this many lines.
fn wait_for_lines(folder: &Folder, name: &str, count: usize) {
    processes::wait_until(&format!("{name} has {count} lines"), || {
        fs::read_to_string(folder.file(name)).is_ok_and(|text| text.lines().count() >= count)
    });
}

#[test]
fn a_recording_has_a_schema_and_the_values_of_each_look() {
    let folder = Folder::new("record-values");
    let _station = station(&folder);
    let record = ["record", "./station", "--every", "1ms", "-n", "5", "-o", "run.mcap", "--json"];
    let report: Value = serde_json::from_str(&printed(&folder, record)).unwrap();
    assert_eq!((&report["messages"], &report["ended"]), (&5.into(), &"count".into()), "{report}");
    let file = fs::read(folder.file("run.mcap")).unwrap();
    assert_eq!(report["bytes"], file.len());
    let summary = Summary::read(&file).unwrap().expect("a summary");
    assert_eq!(summary.stats.unwrap().message_count, 5);
    let channel = summary.channels.values().next().unwrap();
    let schema = channel.schema.as_ref().unwrap();
    assert_eq!((&*channel.topic, &*channel.message_encoding), ("/station", "json"));
    assert_eq!((&*schema.name, &*schema.encoding), ("Station", "jsonschema"));
    let schema: Value = serde_json::from_slice(&schema.data).unwrap();
    let properties = &schema["properties"];
    assert_eq!(properties["temperature"]["type"], "number");
    assert_eq!(properties["samples"], json!({ "type": "array", "items": { "type": "integer" } }));
    assert_eq!(properties["mode"]["enum"], json!(["Idle", "Measuring", "Failed"]));
    assert_eq!(properties["pose"]["properties"]["heading"]["description"], "Clockwise from north.");
    let messages = messages(&folder, "run.mcap");
    assert_eq!(messages.len(), 5);
    let found = &messages[4].1;
    assert_eq!(found["temperature"], 21.5);
    assert_eq!(found["pose"], json!({ "x": 1.0, "y": -2.5, "heading": 0.5 }));
    assert_eq!(found["account"], json!({ "balance": -40, "bookings": 3 }));
    assert_eq!((&found["mode"], &found["label"]), (&"Measuring".into(), &"north gate".into()));
}

/// What the package `mcap` of Python finds.
const READ: &str = "
import json, sys
from mcap.reader import make_reader
reader = make_reader(open(sys.stdin.read(), 'rb'))
summary = reader.get_summary()
found = [[s.encoding, c.topic, m.log_time, json.loads(m.data)] for s, c, m in reader.iter_messages()]
print(json.dumps([summary.statistics.message_count, found]))
";

#[test]
fn the_mcap_package_of_python_reads_a_recording() {
    let Some(python) = readers::python_with("mcap") else { return };
    let folder = Folder::new("record-python");
    let _station = station(&folder);
    let paths = ["record", "./station", "pose.x", "samples[2..4]"];
    printed(&folder, paths.into_iter().chain(["--every", "1ms", "-n", "3", "-o", "run.mcap"]));
    let file = folder.file("run.mcap");
    let found = readers::run(&python, READ, file.to_str().unwrap().as_bytes());
    assert_eq!(found[0], 3);
    let message = &found[1][2];
    assert_eq!((&message[0], &message[1]), (&"jsonschema".into(), &"/station".into()));
    assert_eq!(message[3], json!({ "pose.x": 1.0, "samples[2..4]": [0, 9] }));
    assert!(message[2].as_u64() > found[1][0][2].as_u64());
}

#[test]
fn a_recording_that_was_killed_is_read_up_to_its_last_chunk() {
    let folder = Folder::new("record-killed");
    let station = station(&folder);
    let arguments = ["./station", "hits", "--every", "1ms", "-o", "run.mcap"];
    let mut recording = Recording::start(&folder, &arguments);
    let is_done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !is_done.load(Ordering::Relaxed) {
                station.hits.fetch_add(1);
            }
        });
        // Some chunks are in the file, and messages are in memory.
        processes::wait_until("there are chunks", || {
            folder.file("run.mcap").exists() && messages(&folder, "run.mcap").len() > 200
        });
        let before = messages(&folder, "run.mcap").len();
        recording.0.kill().unwrap();
        recording.0.wait().unwrap();
        is_done.store(true, Ordering::Relaxed);
        let found = messages(&folder, "run.mcap");
        assert!(found.len() >= before, "{} after {before}", found.len());
        let hits: Vec<_> = found.iter().map(|(_, value)| value["hits"].as_u64().unwrap()).collect();
        assert!(hits.is_sorted(), "{hits:?}");
    });
    // The command's own reader says that the end is missing.
    let output = shm(&folder, ["plot", "run.mcap", "hits", "--json"]);
    assert!(output.status.success());
    let plotted: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(plotted["series"][0]["points"].as_array().unwrap().len() > 200);
    let replayed = printed(&folder, ["replay", "run.mcap", "--speed", "max", "--json"]);
    let replayed: Value = serde_json::from_str(&replayed).unwrap();
    assert_eq!(replayed["cut"], true);
    assert_eq!(replayed["written"], messages(&folder, "run.mcap").len());
}

#[test]
fn signals_end_a_recording_with_a_whole_file() {
    let folder = Folder::new("record-signals");
    let _station = station(&folder);
    for (signal, name) in
        [(Signal::INT, "int.mcap"), (Signal::TERM, "term.mcap"), (Signal::HUP, "hup.jsonl")]
    {
        let arguments = ["./station", "--every", "1ms", "-o", name, "--json"];
        let recording = Recording::start(&folder, &arguments);
        processes::wait_until("it has begun", || {
            fs::metadata(folder.file(name)).is_ok_and(|facts| facts.len() > 500)
        });
        recording.signal(signal);
        let (report, succeeded) = recording.report();
        assert!(succeeded && report["ended"] == "signal", "{report}");
        if name.ends_with("mcap") {
            let file = fs::read(folder.file(name)).unwrap();
            let stats = Summary::read(&file).unwrap().expect("a summary").stats.unwrap();
            assert_eq!(report["messages"], stats.message_count);
            assert_eq!(stats.metadata_count, 1);
        }
    }
}

#[test]
fn a_recording_follows_the_name_and_says_what_it_missed() {
    let folder = Folder::new("record-follow");
    let old = station(&folder);
    let arguments =
        ["./station", "temperature", "hits", "--every", "1ms", "-o", "run.jsonl", "--json"];
    let recording = Recording::start(&folder, &arguments);
    wait_for_lines(&folder, "run.jsonl", 5);
    old.unlink().unwrap();
    // It waits while there is no region.
    let len = || fs::metadata(folder.file("run.jsonl")).unwrap().len();
    let mut before = len();
    processes::wait_until("it has stopped", || {
        std::thread::sleep(std::time::Duration::from_millis(50));
        std::mem::replace(&mut before, len()) == len()
    });
    let lines = fs::read_to_string(folder.file("run.jsonl")).unwrap().lines().count();
    // The new one has no `hits`.
    printed(&folder, ["new", "./station", "--field", "temperature:f64=4", "--field", "rain:u8"]);
    wait_for_lines(&folder, "run.jsonl", lines + 5);
    recording.signal(Signal::TERM);
    let (report, _) = recording.report();
    assert_eq!(report["replaced"], 1, "{report}");
    let missed = |name: &str| report["missed"][name].as_u64().unwrap();
    assert!(missed("absent") > 0 && missed("unreadable") >= 5, "{report}");
    let text = fs::read_to_string(folder.file("run.jsonl")).unwrap();
    let values: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(values[0]["values"], json!({ "temperature": 21.5, "hits": 7 }));
    assert_eq!(values.last().unwrap()["values"], json!({ "temperature": 4.0 }));
}

#[test]
fn a_region_that_was_replaced_has_a_channel_of_its_own() {
    let folder = Folder::new("record-channels");
    printed(&folder, ["new", "./r", "--field", "a:u8=1"]);
    let recording =
        Recording::start(&folder, &["./r", "--every", "1ms", "-o", "run.mcap", "--json"]);
    processes::wait_until("it has begun", || messages_so_far(&folder) > 0);
    printed(&folder, ["new", "./r", "--replace", "--field", "b:f64=2.5"]);
    processes::wait_until("it has followed", || {
        let channels = fs::read(folder.file("run.mcap")).unwrap();
        channels.windows(4).any(|bytes| bytes == b"2.5}")
    });
    recording.signal(Signal::INT);
    let (report, _) = recording.report();
    assert_eq!(report["replaced"], 1, "{report}");
    let file = fs::read(folder.file("run.mcap")).unwrap();
    assert_eq!(Summary::read(&file).unwrap().unwrap().channels.len(), 2);
    let found = messages(&folder, "run.mcap");
    assert_eq!(found[0].1, json!({ "a": 1 }));
    assert_eq!(found.last().unwrap().1, json!({ "b": 2.5 }));
}

/// The messages in `run.mcap`, if it has begun.
fn messages_so_far(folder: &Folder) -> usize {
    if folder.file("run.mcap").exists() { messages(folder, "run.mcap").len() } else { 0 }
}

#[test]
fn a_recording_does_not_keep_a_region_from_being_removed() {
    let folder = Folder::new("record-rm");
    drop(station(&folder));
    let arguments = ["./station", "hits", "--every", "1ms", "-o", "run.jsonl"];
    let _recording = Recording::start(&folder, &arguments);
    wait_for_lines(&folder, "run.jsonl", 1);
    printed(&folder, ["rm", "./station"]);
}

#[test]
fn only_changes_are_recorded_if_that_is_wanted() {
    let folder = Folder::new("record-changes");
    let station = station(&folder);
    let arguments =
        ["./station", "hits", "--on-change", "--every", "1ms", "-o", "run.jsonl", "-n", "6"];
    let recording = Recording::start(&folder, &arguments);
    for count in 1..=5 {
        wait_for_lines(&folder, "run.jsonl", count);
        station.hits.fetch_add(1);
    }
    assert!(recording.report().1);
    let text = fs::read_to_string(folder.file("run.jsonl")).unwrap();
    let hits = |line: &str| serde_json::from_str::<Value>(line).unwrap()["values"]["hits"].clone();
    let hits: Vec<_> = text.lines().map(hits).collect();
    assert_eq!(hits, (7..=12).map(Value::from).collect::<Vec<_>>());
}

#[test]
fn versions_between_two_looks_are_counted() {
    let folder = Folder::new("record-versions");
    let station = station(&folder);
    let arguments =
        ["./station", "pose", "--on-change", "--every", "1ms", "-o", "run.jsonl", "--json"];
    let recording = Recording::start(&folder, &arguments);
    wait_for_lines(&folder, "run.jsonl", 1);
    for x in 1..=100_000 {
        station.pose.store(&Pose { x: f64::from(x), y: 0.0, heading: 0.0 }).unwrap();
    }
    processes::wait_until("the last one is recorded", || {
        fs::read_to_string(folder.file("run.jsonl")).unwrap().contains("100000.0")
    });
    recording.signal(Signal::TERM);
    let (report, _) = recording.report();
    let (messages, versions) = (report["messages"].as_u64(), report["missed"]["versions"].as_u64());
    assert_eq!(messages.unwrap() + versions.unwrap(), 100_001, "{report}");
}

/// What a recording of changes can wait for, and what it cannot.
#[derive(SharedLayout)]
#[repr(C)]
struct Desk {
    mode: Watched<u32>,
    calls: Ring<u32, 8>,
    bell: Event,
    hits: u64,
}

#[test]
fn a_recording_of_changes_waits_for_those_that_are_announced_and_says_what_it_polls() {
    let folder = Folder::new("record-announced");
    let desk = Region::<Desk>::create(folder.file("desk")).unwrap();
    let arguments = ["./desk", "mode", "calls", "bell", "--on-change", "-o", "run.jsonl"];
    let recording = Recording::start(&folder, &[&arguments[..], &["--json"]].concat());
    wait_for_lines(&folder, "run.jsonl", 1);
    for round in 1..=20 {
        desk.mode.set(round);
        wait_for_lines(&folder, "run.jsonl", round as usize + 1);
    }
    // Values that were set faster than they could be written are counted.
    for value in 1_000..=100_000 {
        desk.mode.set(value);
    }
    processes::wait_until("the last one is recorded", || {
        fs::read_to_string(folder.file("run.jsonl")).unwrap().contains("\"mode\":100000")
    });
    recording.signal(Signal::TERM);
    let (report, _) = recording.report();
    assert_eq!(report["waited_for"], json!(["mode", "calls", "bell"]), "{report}");
    assert_eq!(report.get("polled"), None);
    let (messages, missed) = (&report["messages"], &report["missed"]["versions"]);
    assert_eq!(messages.as_u64().unwrap() + missed.as_u64().unwrap(), 1 + 20 + 99_001, "{report}");

    let both = ["record", "./desk", "--on-change", "-n", "1", "-o", "run.csv"];
    let said = printed(&folder, both);
    assert!(said.contains("\nwaited for: mode, calls, bell\npolled: hits\n"), "{said}");
}

#[test]
fn no_file_is_larger_than_it_may_be() {
    let folder = Folder::new("record-size");
    let _station = station(&folder);
    for (name, max) in [("run.mcap", 40 << 10), ("run.csv", 3 << 10), ("run.jsonl", 3 << 10)] {
        let max_size = max.to_string();
        let arguments =
            ["record", "./station", "--every", "1ms", "-o", name, "--json", "--max-size"];
        let report = printed(&folder, arguments.into_iter().chain([&*max_size]));
        let report: Value = serde_json::from_str(&report).unwrap();
        assert_eq!(report["ended"], "size", "{report}");
        let len = fs::metadata(folder.file(name)).unwrap().len();
        assert!(len <= max && len * 10 > max * 4, "{name}: {len} of {max}");
        assert!(report["messages"].as_u64().unwrap() > 3, "{report}");
    }
    assert!(!messages(&folder, "run.mcap").is_empty());
    let small = ["record", "./station", "-o", "small.mcap", "--max-size", "100"];
    refused(&folder, small, 2);
}

#[test]
fn what_is_too_large_for_a_message_is_missed_and_said() {
    let folder = Folder::new("record-large");
    printed(&folder, ["new", "./big", "--field", "image:[u8; 3000000]", "--field", "a:u8=7"]);
    let record = ["record", "./big", "-n", "1", "-o", "run.mcap", "--json"];
    let report: Value = serde_json::from_str(&printed(&folder, record)).unwrap();
    assert_eq!(report["missed"]["unreadable"], 1, "{report}");
    assert_eq!(messages(&folder, "run.mcap")[0].1, json!({ "a": 7 }));
}

#[test]
fn time_ends_a_recording() {
    let folder = Folder::new("record-duration");
    let _station = station(&folder);
    let arguments =
        ["record", "./station", "--duration", "50ms", "--every", "1h", "-o", "run.mcap"];
    let text = printed(&folder, arguments);
    assert!(
        text.starts_with("1 sample in 0.") && text.ends_with("; its time was over\n"),
        "{text}"
    );
}

#[test]
fn a_table_has_a_column_for_each_number_and_text() {
    let folder = Folder::new("record-csv");
    let station = station(&folder);
    station.temperature.set(f64::NAN);
    let paths = ["temperature", "pose", "samples[2..4]", "mode", "label", "account.balance"];
    let arguments = ["record", "./station"].into_iter().chain(paths);
    let output = shm(&folder, arguments.chain(["--format", "csv", "-n", "2", "--every", "1ms"]));
    let text = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(
        lines[0],
        "time,temperature,pose.x,pose.y,pose.heading,samples[2..4][0],samples[2..4][1],mode,label,account.balance"
    );
    let (time, values) = lines[1].split_once(',').unwrap();
    assert!(time.starts_with("20") && time.ends_with('Z'), "{time}");
    assert_eq!(values, "NaN,1.0,-2.5,0.5,0,9,Measuring,north gate,-40");
    assert_eq!(lines.len(), 3);
    assert!(String::from_utf8(output.stderr).unwrap().starts_with("note: 2 samples in "));
}

#[test]
fn an_existing_file_stays_unless_it_is_to_be_replaced() {
    let folder = Folder::new("record-exists");
    let _station = station(&folder);
    fs::write(folder.file("run.mcap"), "precious").unwrap();
    let arguments = ["record", "./station", "-n", "1", "-o", "run.mcap"];
    assert!(refused(&folder, arguments, 9).contains("--replace"));
    assert_eq!(fs::read(folder.file("run.mcap")).unwrap(), b"precious");
    printed(&folder, arguments.into_iter().chain(["--replace"]));
    assert_eq!(messages(&folder, "run.mcap").len(), 1);
}

#[test]
fn what_cannot_be_recorded_is_refused_before_a_file_is_made() {
    let folder = Folder::new("record-refused");
    let _station = station(&folder);
    assert!(
        refused(&folder, ["record", "./station", "temprature", "-o", "a.mcap"], 6)
            .contains("temperature")
    );
    refused(&folder, ["record", "./nothing", "-o", "a.mcap"], 3);
    refused(&folder, ["record", "./station"], 2);
    refused(&folder, ["record", "./station", "-o", "run.xyz"], 2);
    refused(&folder, ["record", "./station", "--format", "mcap"], 2);
    refused(&folder, ["record", "./station", "-o", "a.mcap", "--every", "0s"], 2);
    fs::write(folder.file("text.mcap"), "not a recording").unwrap();
    assert!(refused(&folder, ["replay", "text.mcap"], 4).contains("is not an MCAP file"));
    assert!(refused(&folder, ["plot", "text.mcap", "x"], 4).contains("is not an MCAP file"));
}

#[test]
fn a_replay_writes_the_values_back() {
    let folder = Folder::new("replay-back");
    let station = station(&folder);
    printed(&folder, ["record", "./station", "-n", "1", "-o", "run.mcap"]);
    let before = printed(&folder, ["get", "./station"]);
    station.temperature.set(0.0);
    station.samples[5].set(1);
    station.pose.store(&Pose { x: 9.0, y: 9.0, heading: 9.0 }).unwrap();
    station.account.lock().unwrap().balance.set(1);
    assert_ne!(printed(&folder, ["get", "./station"]), before);
    assert_eq!(printed(&folder, ["replay", "run.mcap"]), "1 samples written\n");
    assert_eq!(printed(&folder, ["get", "./station"]), before);
    let account = station.account.lock().unwrap().load().unwrap();
    assert_eq!(account, Account { balance: -40, bookings: 3 });
}

/// Everything that a replay can and cannot write.
const DEFINE: &str = "
enum Mode: u8 { Idle = 1, Busy = 2 }
struct Pose { x: f64, y: f32 }
struct Board {
    mode: Mode, id: NonZeroU32, big: Latest<u128>, rate: f64, name: CText<8>, raw: Latest<Bytes<4>>, poses: [Pose; 2],
    pose: Latest<Pose>, jobs: Queue<u32, 4>, ages: Map<Text<8>, u32>, note: Owned<str>, done: Event,
}";

#[test]
fn a_region_is_made_again_from_its_recording() {
    let folder = Folder::new("replay-create");
    let new = ["new", "./board", "--define", DEFINE, "--type", "Board", "--heap-max", "1M"];
    let values = "={mode: Busy, id: 7, big: 340282366920938463463374607431768211455, rate: nan}";
    printed(&folder, new.into_iter().chain([values]));
    printed(
        &folder,
        ["set", "./board", "name=gate", "raw=b\"\\x00\\xff\"", "poses[1]={x: 1, y: 2.5}"],
    );
    printed(&folder, ["set", "./board", "pose={x: -1, y: 0}", "ages[Ada]=36", "note=a \"b\"\n"]);
    printed(&folder, ["push", "./board", "jobs", "3"]);
    printed(&folder, ["record", "./board", "-n", "2", "--every", "1ms", "-o", "run.mcap"]);
    assert!(refused(&folder, ["replay", "run.mcap", "./copy"], 3).contains("--create"));
    let arguments = ["replay", "run.mcap", "./copy", "--create", "--speed", "max", "--json"];
    let report: Value = serde_json::from_str(&printed(&folder, arguments)).unwrap();
    assert_eq!((&report["written"], &report["missed"]), (&2.into(), &0.into()), "{report}");
    // What other processes live on was filled in once, and is not written again.
    let left: Vec<_> = report["left"].as_object().unwrap().keys().collect();
    assert_eq!(left, ["done", "jobs"], "{report}");
    assert_eq!(printed(&folder, ["get", "./copy"]), printed(&folder, ["get", "./board"]));
    assert_eq!(printed(&folder, ["pop", "./copy", "jobs"]), "3\n");
    let exported = |name| printed(&folder, ["export", name, "--lang", "json"]);
    assert_eq!(exported("./copy"), exported("./board"));
}

#[test]
fn what_a_replay_never_writes_is_said_when_it_begins() {
    let folder = Folder::new("replay-left");
    let new = ["new", "./board", "--define", DEFINE, "--type", "Board", "--heap-max", "1M"];
    printed(&folder, new.into_iter().chain(["={mode: Busy, id: 7}"]));
    printed(
        &folder,
        ["record", "./board", "jobs", "rate", "-n", "2", "--every", "1ms", "-o", "run.mcap"],
    );
    let output = shm(&folder, ["replay", "run.mcap"]);
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(said.matches("`jobs` cannot be written: it is a `Queue`").count(), 1, "{said}");
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "2 samples written\n");
}

#[test]
fn a_region_that_is_one_number_and_chosen_paths_are_replayed() {
    let folder = Folder::new("replay-paths");
    printed(&folder, ["new", "./total", "--type", "f64", "=2.5"]);
    printed(&folder, ["record", "./total", "-n", "1", "-o", "total.mcap"]);
    printed(&folder, ["replay", "total.mcap", "./copy", "--create"]);
    assert_eq!(printed(&folder, ["get", "./copy"]), "2.5\n");
    let station = station(&folder);
    let record = ["record", "./station", "pose.x", "samples[2..4]", "-n", "1", "-o", "part.mcap"];
    printed(&folder, record);
    station.samples[3].set(0);
    station.hits.set(99);
    printed(&folder, ["replay", "part.mcap", "./station"]);
    assert_eq!((station.samples[3].get(), station.hits.get()), (9, 99));
}

#[test]
fn a_replay_keeps_the_times_of_the_recording() {
    let folder = Folder::new("replay-times");
    let _station = station(&folder);
    printed(
        &folder,
        ["record", "./station", "hits", "-n", "4", "--every", "200ms", "-o", "run.mcap"],
    );
    for (speed, least) in [("1", 600), ("4", 150)] {
        let start = std::time::Instant::now();
        printed(&folder, ["replay", "run.mcap", "--speed", speed]);
        let took = start.elapsed().as_millis();
        // The looks may have been a little closer than they should be.
        assert!(took >= least * 9 / 10, "at speed {speed}: {took} ms");
    }
    refused(&folder, ["replay", "run.mcap", "--speed", "0"], 2);
}

#[test]
fn a_value_whose_lock_is_held_is_missed_and_said() {
    let folder = Folder::new("replay-locked");
    let station = station(&folder);
    printed(
        &folder,
        ["record", "./station", "account", "-n", "2", "--every", "1ms", "-o", "run.mcap"],
    );
    let guard = station.account.lock().unwrap();
    let arguments = ["replay", "run.mcap", "--wait", "1ms", "--json"];
    let report: Value = serde_json::from_str(&printed(&folder, arguments)).unwrap();
    assert_eq!((&report["written"], &report["missed"]), (&0.into(), &2.into()), "{report}");
    assert!(report["reason"].as_str().unwrap().contains("account"), "{report}");
    drop(guard);
}

#[derive(SharedLayout)]
#[repr(C)]
struct Other {
    unrelated: u8,
}

#[test]
fn a_region_without_any_of_the_values_is_refused() {
    let folder = Folder::new("replay-other");
    let _station: Region<Station> = station(&folder);
    printed(&folder, ["record", "./station", "hits", "-n", "1", "-o", "run.mcap"]);
    let _other = Region::<Other>::create(folder.file("other")).unwrap();
    let error = refused(&folder, ["replay", "run.mcap", "./other"], 6);
    assert!(error.contains("no value of the recording"), "{error}");
}

#[test]
#[ignore = "there is none, but the support of processes names it"]
fn second_process() {}
