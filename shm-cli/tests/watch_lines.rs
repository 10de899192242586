//! `shm watch` without a terminal: a line for each change, or JSON lines.

mod support;

use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use serde_json::Value;
use shm_core::{Latest, Mutex, Region, SharedLayout, Text, Watched, inspect::Inspection};
use support::{Folder, Pose, assert_golden, printed, shm, station};

/// The time after which a test considers a command hung.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running command whose lines arrive one by one.
struct Running {
    child: Child,
    lines: Receiver<String>,
}

impl Running {
    fn start(folder: &Folder, arguments: &[&str]) -> Self {
        let mut child = spawn(folder, arguments);
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            for line in stdout.lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
        Self { child, lines }
    }

    /// The next line; fails the test if none comes.
    #[track_caller]
    fn line(&self) -> String {
        self.lines.recv_timeout(PATIENCE).expect("waiting for a line")
    }

    /// The next line, without its time.
    #[track_caller]
    fn change(&self) -> String {
        without_time(&self.line())
    }

    #[track_caller]
    fn json(&self) -> Value {
        serde_json::from_str(&self.line()).expect("a line of JSON")
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn spawn(folder: &Folder, arguments: &[&str]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_shm"))
        .args(["watch", "--interval", "10ms"])
        .args(arguments)
        .current_dir(folder.path())
        .env_remove("CLICOLOR_FORCE")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("running shm")
}

#[track_caller]
fn finish(child: &mut Child) -> ExitStatus {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(status) = child.try_wait().expect("waiting for shm") {
            return status;
        }
        if Instant::now() > deadline {
            child.kill().expect("killing a hung command");
            panic!("the command does not end");
        }
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// A line after its time, which must be valid.
#[track_caller]
fn without_time(line: &str) -> String {
    let (time, rest) = line.split_once(' ').expect("a time and a text");
    let shape: String = time.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    assert_eq!(shape, "0000-00-00T00:00:00.000Z", "{line}");
    rest.to_owned()
}

/// The output with all times replaced by one.
fn timeless(text: &str) -> String {
    text.lines().map(|line| format!("TIME {}\n", without_time(line))).collect()
}

fn timeless_json(text: &str) -> String {
    let line = |line: &str| {
        let mut object: Value = serde_json::from_str(line).expect("a line of JSON");
        object["time"] = "TIME".into();
        format!("{object:#}\n")
    };
    text.lines().map(line).collect()
}

#[test]
fn once_prints_every_value() {
    let folder = Folder::new("watch-once");
    let _station = station(&folder);
    assert_golden("watch_once.txt", &timeless(&printed(&folder, ["watch", "./station", "--once"])));
}

#[test]
fn once_as_json_is_one_object() {
    let folder = Folder::new("watch-json");
    let _station = station(&folder);
    let found = printed(&folder, ["watch", "./station", "--once", "--json"]);
    assert_eq!(found.lines().count(), 1);
    assert_golden("watch_once.json", &timeless_json(&found));
}

#[test]
fn a_range_is_a_line_for_each_element() {
    let folder = Folder::new("watch-range");
    let _station = station(&folder);
    let found = printed(&folder, ["watch", "./station", "samples[2..5]", "pose", "--once"]);
    let expected = "TIME samples[2] = 0\nTIME samples[3] = 9\nTIME samples[4] = 0\n\
        TIME pose.x = 1.0\nTIME pose.y = -2.5\nTIME pose.heading = 0.5\n";
    assert_eq!(timeless(&found), expected);
}

#[test]
fn each_change_is_a_line_and_unchanged_values_are_not() {
    let folder = Folder::new("watch-changes");
    let station = station(&folder);
    let watch = Running::start(&folder, &["./station", "temperature", "hits"]);
    assert_eq!(watch.change(), "temperature = 21.5");
    assert_eq!(watch.change(), "hits = 7");
    station.hits.set(4);
    assert_eq!(watch.change(), "hits = 4");
    station.temperature.set(f64::NAN);
    assert_eq!(watch.change(), "temperature = NaN");
    station.hits.set(5);
    assert_eq!(watch.change(), "hits = 5");
}

#[test]
fn as_json_each_object_has_what_changed() {
    let folder = Folder::new("watch-json-changes");
    let station = station(&folder);
    let watch = Running::start(&folder, &["./station", "--json"]);
    assert_eq!(watch.json()["values"].as_object().unwrap().len(), 10);
    station.account.lock().unwrap().balance.set(8);
    let change = watch.json();
    assert_eq!(change["values"], serde_json::json!({ "account.balance": 8 }));
    assert_eq!(change["unlocked"], serde_json::json!(["account.balance"]));
    station.label.store(&Text::new("south").unwrap()).unwrap();
    let change = watch.json();
    assert_eq!(change["values"], serde_json::json!({ "label": "south" }));
    assert_eq!(change["counts"], serde_json::json!({ "label": station.label.version() }));
}

#[test]
fn a_count_ends_it() {
    let folder = Folder::new("watch-lines-count");
    let _station = station(&folder);
    let arguments = ["watch", "./station", "hits", "--count", "3", "-i", "1ms"];
    assert_eq!(timeless(&printed(&folder, arguments)), "TIME hits = 7\n");
}

#[test]
fn it_ends_when_the_reader_of_its_output_is_gone_though_nothing_changes() {
    let folder = Folder::new("watch-pipe");
    let _station = station(&folder);
    for arguments in [&["./station", "hits"][..], &["./station", "hits", "--json"]] {
        let mut child = spawn(&folder, arguments);
        let mut stdout: BufReader<ChildStdout> = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        assert!(!line.is_empty());
        drop(stdout);
        assert!(finish(&mut child).success());
    }
}

#[test]
fn a_held_lock_is_neither_waited_for_nor_disturbed() {
    let folder = Folder::new("watch-lock");
    let station = station(&folder);
    let account = station.account.lock().unwrap();
    account.balance.set(99);
    let found = printed(&folder, ["watch", "./station", "account", "--once"]);
    assert_eq!(
        timeless(&found),
        "TIME account.balance = 99 (unlocked)\n\
         TIME account.bookings = 3 (unlocked)\n"
    );
    drop(account);
    assert!(station.account.lock().is_ok());
}

/// Ends the writer, even if the reader fails.
struct Over<'a>(&'a AtomicBool);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

#[test]
fn the_fields_of_a_latest_are_of_one_version() {
    let folder = Folder::new("watch-latest");
    let station = station(&folder);
    let over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let _over = Over(&over);
        scope.spawn(|| {
            for round in 0_u32.. {
                let (x, heading) = (f64::from(round), round as f32);
                station.pose.store(&Pose { x, y: x, heading }).unwrap();
                if over.load(Ordering::Relaxed) {
                    break;
                }
            }
        });
        let watch = Running::start(&folder, &["./station", "pose.x", "pose.y", "--json"]);
        let _ = watch.json();
        for _ in 0..50 {
            let values = watch.json()["values"].take();
            assert_eq!(values["pose.x"], values["pose.y"]);
        }
    });
}

#[test]
fn a_replaced_region_is_announced_and_followed_on_request() {
    let folder = Folder::new("watch-lines-replaced");
    let old = station(&folder);
    let staying = Running::start(&folder, &["./station", "hits"]);
    let following = Running::start(&folder, &["./station", "hits", "mode", "--follow"]);
    let json = Running::start(&folder, &["./station", "hits", "--json", "--follow"]);
    assert_eq!((staying.change(), following.change()), ("hits = 7".into(), "hits = 7".into()));
    assert_eq!(
        (following.change(), &json.json()["values"]["hits"]),
        ("mode = Measuring".into(), &7.into())
    );
    #[derive(SharedLayout)]
    #[repr(C)]
    struct Other {
        hits: u8,
    }
    let new = Region::<Other>::options().create_or_replace(folder.file("station")).unwrap();
    assert_eq!(
        staying.change(),
        "# ./station was replaced: these are the values of the old one (--follow switches to the new \
         one)"
    );
    assert_eq!(following.change(), "# ./station is a new region: the following values are its own");
    assert_eq!(following.change(), "hits = 0");
    let missing = "mode = <the whole value has no field `mode`; it has `hits`>";
    assert_eq!(following.change(), missing);
    assert_eq!(
        (&json.json()["event"], &json.json()["values"]["hits"]),
        (&"followed".into(), &0.into())
    );
    old.hits.set(4);
    assert_eq!(staying.change(), "hits = 4");
    new.unlink().unwrap();
    let removed = "# ./station was removed: these are its last values, until there is a new one";
    assert_eq!(following.change(), removed);
    assert_eq!(json.json()["event"], "removed");
}

#[test]
fn a_missing_region_is_waited_for_only_on_request() {
    let folder = Folder::new("watch-wait");
    let refused = shm(&folder, ["watch", "./station"]);
    assert_eq!(refused.status.code(), Some(3));
    let mut waiting = Running::start(&folder, &["./station", "hits", "--wait", "--once"]);
    let mut said = String::new();
    BufReader::new(waiting.child.stderr.take().unwrap()).read_line(&mut said).unwrap();
    assert_eq!(said, "waiting for ./station\n");
    let _station = station(&folder);
    assert_eq!(waiting.change(), "hits = 7");
    assert!(finish(&mut waiting.child).success());
}

#[test]
fn invalid_arguments_are_refused_with_the_reason() {
    let folder = Folder::new("watch-refused");
    let _station = station(&folder);
    let long = Region::<[u16]>::options().len(20_000).create(folder.file("long")).unwrap();
    let refusal = |arguments: &[&str]| {
        let refused = shm(&folder, ["watch"].iter().chain(arguments).copied());
        (refused.status.code(), String::from_utf8(refused.stderr).unwrap())
    };
    let (code, text) = refusal(&["./station", "temprature"]);
    assert_eq!(code, Some(6));
    assert!(text.contains("has no field `temprature`; it has `temperature`"), "{text}");
    let (code, text) = refusal(&["./station", "--interval", "200"]);
    assert_eq!(code, Some(2));
    assert!(text.contains("--interval"), "{text}");
    let (code, text) = refusal(&["./long", "[..]"]);
    assert_eq!(code, Some(2));
    assert!(text.contains("name fewer elements, such as `[0..10]`"), "{text}");
    assert_eq!(refusal(&["./long", "[19999..]", "--once"]).0, Some(0));
    drop(long);
}

#[test]
fn a_region_that_is_not_a_struct_is_watched_as_well() {
    let folder = Folder::new("watch-roots");
    let _number = Region::<f64>::create_from(folder.file("number"), &2.5).unwrap();
    assert_eq!(
        timeless(&printed(&folder, ["watch", "./number", "--once"])),
        "TIME (value) = 2.5\n"
    );
    let _pose = Region::<Mutex<Watched<[i8; 9]>>>::create(folder.file("array")).unwrap();
    let found = printed(&folder, ["watch", "./array", "--once"]);
    assert_eq!(timeless(&found), "TIME (value) = [0, 0, 0, 0, 0, 0, 0, 0, .. 1 more] (unlocked)\n");
    let pose = Region::<Latest<Pose>>::create(folder.file("pose")).unwrap();
    pose.store(&Pose { x: 1.0, y: 2.0, heading: 3.0 }).unwrap();
    let found = printed(&folder, ["watch", "./pose", "--once"]);
    assert_eq!(timeless(&found), "TIME x = 1.0\nTIME y = 2.0\nTIME heading = 3.0\n");
}

#[test]
fn only_printed_bytes_are_read() {
    use std::os::unix::fs::MetadataExt;
    let folder = Folder::new("watch-sparse");
    let file = folder.file("huge");
    let options = Region::<[u8]>::options().sparse(true).len(10 << 30);
    let _huge = options.create(&file).unwrap();
    let before = std::fs::metadata(&file).unwrap().blocks();
    let found = printed(&folder, ["watch", "./huge", "--once"]);
    assert_eq!(timeless(&found), "TIME (value) = [0, 0, 0, 0, 0, 0, 0, 0, .. 10737418232 more]\n");
    // In tmpfs a page of a hole becomes a real one when it is read.
    let pages = (std::fs::metadata(&file).unwrap().blocks() - before) / 8;
    assert!(pages <= 32, "{pages} pages were read");
    assert_eq!(Inspection::of(&file).unwrap().header().data_len(), 10 << 30);
}

#[test]
fn a_file_that_is_truncated_is_an_error() {
    let folder = Folder::new("watch-lines-truncated");
    // This process would not survive it either.
    drop(station(&folder));
    let mut watch = Running::start(&folder, &["./station", "hits"]);
    assert_eq!(watch.change(), "hits = 7");
    let file = std::fs::File::options().write(true).open(folder.file("station")).unwrap();
    file.set_len(0).unwrap();
    assert_eq!(finish(&mut watch.child).code(), Some(4));
    let mut said = String::new();
    BufReader::new(watch.child.stderr.take().unwrap()).read_line(&mut said).unwrap();
    assert!(said.starts_with("error: the file of the region was truncated"), "{said}");
}

#[test]
fn text_in_a_region_can_neither_end_a_line_nor_command_a_terminal() {
    let folder = Folder::new("watch-lines-hostile");
    let text = Region::<Latest<Text<64>>>::create(folder.file("evil\x1b[31m")).unwrap();
    text.store(&Text::new("\x1b]0;owned\x07\n2020 hits = 1\u{9b}31m\u{202e}").unwrap()).unwrap();
    for format in ["--plain", "--json"] {
        let found = printed(&folder, ["watch", "./evil\x1b[31m", "--once", format]);
        assert_eq!(found.lines().count(), 1);
        let dangerous = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
        assert!(!found.contains(dangerous), "{found:?}");
        assert!(found.contains("owned"));
    }
    std::fs::write(folder.file("damaged\x1b[31m"), "no region").unwrap();
    let refused = shm(&folder, ["watch", "./damaged\x1b[31m"]);
    assert_eq!(refused.status.code(), Some(4));
}
