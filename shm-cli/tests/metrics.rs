//! `shm metrics`: the text, what a real parser makes of it, and the server.

#[allow(unreachable_pub, reason = "the tests of the library use it as well")]
#[path = "../../tests/support/mod.rs"]
mod processes;
#[path = "support/readers.rs"]
mod readers;
mod support;

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::{Value, json};
use shm_core::{Latest, Mutex, PerProcess, Region, SharedLayout, Text};
use support::{Account, Folder, Mode, Pose, assert_golden, placeholders, printed, refused, shm};

/// The counts of one process.
#[derive(SharedLayout, Clone, Copy, Debug, PartialEq)]
#[repr(C)]
#[shm(fold = "sum")]
struct Counts {
    /// Requests that were answered.
    #[shm(counter)]
    requests: u64,
    #[shm(counter, unit = "s")]
    busy: f64,
}

#[derive(SharedLayout, Clone, Copy, Debug, PartialEq)]
#[repr(C)]
struct Wheel {
    #[shm(unit = "rpm")]
    speed: f32,
    gears: [u8; 2],
}

/// A plant.
#[derive(SharedLayout)]
#[repr(C)]
struct PowerPlant {
    /// In the shade,
    /// at "noon".
    ///
    /// Not in the help.
    #[shm(unit = "°C")]
    temperature: f64,
    #[shm(counter)]
    hits_total: u64,
    #[shm(unit = "m²")]
    area: f32,
    running: bool,
    mode: Mode,
    balance: i64,
    samples: [u32; 3],
    wheels: [Wheel; 2],
    pose: Latest<Pose>,
    account: Mutex<Account>,
    workers: PerProcess<Counts, 4>,
    label: Latest<Text<32>>,
}

fn plant(folder: &Folder) -> Region<PowerPlant> {
    let plant = Region::<PowerPlant>::create(folder.file("plant")).unwrap();
    plant.temperature.set(21.5);
    plant.hits_total.set(u64::MAX);
    plant.area.set(0.1);
    plant.running.set(true);
    plant.balance.set(-7);
    plant.samples[2].set(9);
    plant.wheels[1].speed.set(f32::NAN);
    plant.pose.store(&Pose { x: 1.0, y: f64::INFINITY, heading: 0.5 }).unwrap();
    plant.account.lock().unwrap().balance.set(40);
    plant
}

#[test]
fn the_numbers_of_a_region_are_families_with_help_units_and_labels() {
    let folder = Folder::new("metrics-text");
    let plant = plant(&folder);
    let row = plant.workers.claim().unwrap();
    row.requests.set(3);
    row.busy.set(0.25);
    // A child of another test has the mappings of this process until its program runs.
    let steady = |text: &str| {
        let count = regex_lite::Regex::new(r#"(region_processes\{.*"alive"\}) \d+"#).unwrap();
        count.replace_all(&placeholders(text), "$1 1").into_owned()
    };
    let text = printed(&folder, ["metrics", "./plant"]);
    assert!(text.ends_with("\n# EOF\n"));
    assert_golden("metrics.txt", &steady(&text));
    let value: Value =
        serde_json::from_str(&printed(&folder, ["metrics", "./plant", "--json"])).unwrap();
    let busy = value["metrics"].as_array().unwrap().iter();
    let busy = busy.clone().find(|one| one["name"] == "shm_power_plant_workers_busy_seconds");
    let busy = busy.expect("the family");
    assert_eq!((&busy["type"], &busy["unit"]), (&"counter".into(), &"seconds".into()));
    assert_eq!(busy["samples"][1]["value"], 0.25);
    assert_eq!(busy["samples"][1]["labels"]["state"], "alive");
}

/// What the parser of Prometheus' own client finds.
const PARSE: &str = "
import json, sys
from prometheus_client.openmetrics.parser import text_string_to_metric_families
found = {}
for family in text_string_to_metric_families(sys.stdin.read()):
    samples = [[s.name, s.labels, repr(s.value)] for s in family.samples]
    found[family.name] = [family.type, family.unit, family.documentation, samples]
print(json.dumps(found))
";

#[test]
fn the_parser_of_prometheus_understands_every_line() {
    let Some(python) = readers::python_with("prometheus_client") else { return };
    let folder = Folder::new("metrics-parser");
    let plant = plant(&folder);
    let _row = plant.workers.claim().unwrap();
    printed(&folder, ["new", "./odd \"n\\ame", "--field", "größe:f64", "--field", "a_b:u8"]);
    let text = printed(&folder, ["metrics", "./plant", "./odd \"n\\ame"]);
    let found = readers::run(&python, PARSE, text.as_bytes());
    let temperature = &found["shm_power_plant_temperature_celsius"];
    assert_eq!(temperature[0], "gauge");
    assert_eq!(temperature[1], "celsius");
    assert_eq!(temperature[2], "In the shade, at 'noon'.");
    assert_eq!(temperature[3][0][2], "21.5");
    assert_eq!(temperature[3][0][1], json!({ "region": "./plant" }));
    let hits = &found["shm_power_plant_hits"];
    assert_eq!(
        (&hits[0], &hits[3][0][0]),
        (&"counter".into(), &"shm_power_plant_hits_total".into())
    );
    assert_eq!(found["shm_record_gr__e"][3][0][1]["region"], "./odd \"n\\ame");
    let lines = text.lines().filter(|line| !line.starts_with('#')).count();
    let samples = found.as_object().unwrap().values();
    let samples: usize = samples.map(|family| family[3].as_array().unwrap().len()).sum();
    assert_eq!(samples, lines);
}

/// `promtool` reads the older form, of which this is one, too: what differs, it takes for comments. That it asks for
/// other names (3) is a matter of taste, that it cannot read something (1) is not.
#[test]
#[allow(clippy::print_stdout, reason = "says what was skipped")]
fn promtool_can_read_the_text() {
    let folder = Folder::new("metrics-promtool");
    let _plant = plant(&folder);
    let text = printed(&folder, ["metrics", "./plant"]);
    let check = |text: &str| {
        let mut promtool = Command::new("promtool");
        promtool.args(["check", "metrics"]).stdin(Stdio::piped());
        let mut child = promtool.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().ok()?;
        child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
        Some(child.wait_with_output().unwrap())
    };
    let Some(output) = check(&text) else {
        println!("skipped: there is no promtool here, which is in Debian's package prometheus");
        return;
    };
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(matches!(output.status.code(), Some(0 | 3)), "{said}");
    let broken = check(&text.replacen('}', "", 1)).unwrap();
    assert_eq!(broken.status.code(), Some(1), "it notices what cannot be read");
}

#[test]
fn rows_of_dead_processes_say_so_and_what_they_counted_is_never_lost() {
    let folder = Folder::new("metrics-dead");
    let plant = plant(&folder);
    let mut second = processes::second_process("counts");
    let mut second = second.env("SHM_FOLDER", folder.path()).spawn().unwrap();
    processes::wait_until("it counted", || folder.file("counted").exists());
    let name = "shm_power_plant_workers_requests_total{region=\"./plant\",";
    let lines = || {
        let text = printed(&folder, ["metrics", "./plant"]);
        text.lines().filter(|line| line.starts_with(name)).map(str::to_owned).collect::<Vec<_>>()
    };
    assert!(lines().iter().any(|line| line.contains("state=\"alive\"") && line.ends_with(" 5")));
    second.kill().unwrap();
    second.wait().unwrap();
    processes::wait_until("it is dead", || {
        lines().iter().any(|line| line.contains("row=\"0\",state=\"dead\"") && line.ends_with(" 5"))
    });
    let text = printed(&folder, ["metrics", "./plant"]);
    assert!(text.contains("shm_region_processes{region=\"./plant\",state=\"dead\"} 1\n"), "{text}");
    plant.workers.fold_dead().unwrap();
    let retired = format!("{name}state=\"retired\"}} 5");
    assert_eq!(lines(), [retired]);
}

#[test]
fn entries_of_maps_and_slices_have_labels_of_their_own() {
    let folder = Folder::new("metrics-map");
    let new = ["new", "./board", "--heap-max", "1M", "--field", "ages:Map<Text<8>, u32>"];
    printed(&folder, new);
    printed(&folder, ["set", "./board", "ages[Ada]=36", "ages[\"a b\"]=7"]);
    let text = printed(&folder, ["metrics", "./board"]);
    assert!(text.contains("shm_record_ages{region=\"./board\",key=\"Ada\"} 36\n"), "{text}");
    assert!(text.contains("shm_record_ages{region=\"./board\",key=\"a b\"} 7\n"), "{text}");
    let _slice = Region::<[[u8; 2]]>::options().len(2).create(folder.file("slice")).unwrap();
    let text = printed(&folder, ["metrics", "./slice"]);
    assert!(text.contains("shm_value{region=\"./slice\",index=\"1\",index_2=\"0\"} 0\n"), "{text}");
}

#[test]
fn an_array_with_too_many_numbers_is_left_out_and_that_is_said() {
    let folder = Folder::new("metrics-most");
    printed(&folder, ["new", "./big", "--field", "a:[u8; 20000]", "--field", "b:u8"]);
    let output = shm(&folder, ["metrics", "./big"]);
    let (text, errors) = (String::from_utf8(output.stdout), String::from_utf8(output.stderr));
    assert!(text.unwrap().contains("shm_record_b{region=\"./big\"} 0\n"));
    assert!(errors.unwrap().contains("note: ./big: `a` has more numbers"));
    let text = printed(&folder, ["metrics", "./big", "--most", "20001"]);
    assert_eq!(text.lines().filter(|line| line.starts_with("shm_record_a{")).count(), 20_000);
}

#[test]
fn two_types_of_one_family_are_never_mixed() {
    let folder = Folder::new("metrics-clash");
    let define = |unit: &str| format!("struct S {{ #[shm(unit = \"s\"{unit})] t: u64 }}");
    for (name, counter) in [("./gauge", ""), ("./counter", ", counter")] {
        printed(&folder, ["new", name, "--define", &define(counter), "--type", "S"]);
    }
    let output = shm(&folder, ["metrics", "./gauge", "./counter"]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(text.matches("# TYPE shm_s_t_seconds").count(), 1, "{text}");
    assert!(String::from_utf8(output.stderr).unwrap().contains("another kind"), "{text}");
    assert!(text.contains("shm_region_up{region=\"./counter\"} 1\n"), "{text}");
}

#[test]
fn a_region_that_was_named_and_cannot_be_read_is_an_error_and_nothing_is_written() {
    let folder = Folder::new("metrics-errors");
    let _plant = plant(&folder);
    refused(&folder, ["metrics", "./plant", "./nothing", "-o", "out.prom"], 3);
    assert!(!folder.file("out.prom").exists());
    refused(&folder, ["metrics", "./plant", "--prefix", "a-b"], 2);
}

#[test]
fn the_file_for_the_collector_is_replaced_as_a_whole() {
    let folder = Folder::new("metrics-file");
    let _plant = plant(&folder);
    let write = || printed(&folder, ["metrics", "./plant", "-o", "shm.prom"]);
    assert_eq!(write(), "");
    let is_done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !is_done.load(Ordering::Relaxed) {
                let text = fs::read_to_string(folder.file("shm.prom")).unwrap();
                assert!(text.starts_with("# TYPE ") && text.ends_with("# EOF\n"), "{text}");
            }
        });
        (0..20).for_each(|_| drop(write()));
        is_done.store(true, Ordering::Relaxed);
    });
    let names = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name());
    assert!(names.into_iter().all(|name| !name.to_string_lossy().ends_with(".tmp")));
}

/// A server, killed on drop.
struct Server {
    child: Child,
    address: String,
}

impl Server {
    fn start(folder: &Folder, arguments: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_shm"));
        command.arg("metrics").args(arguments).current_dir(folder.path());
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("listening on http://").expect("an address");
        let address = address.strip_suffix("/metrics").unwrap().to_owned();
        Self { child, address }
    }

    /// The answer to some bytes.
    fn answer(&self, request: &[u8]) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(processes::PATIENCE)).unwrap();
        stream.write_all(request).unwrap();
        let mut answer = Vec::new();
        // A server that closes the connection before it has read everything resets it.
        let _ = stream.read_to_end(&mut answer);
        String::from_utf8(answer).unwrap()
    }

    fn metrics(&self) -> String {
        let answer = self.answer(b"GET /metrics HTTP/1.1\r\nHost: here\r\n\r\n");
        let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
        assert!(head.starts_with("HTTP/1.1 200 OK\r\n"), "{head}");
        assert!(head.contains("Content-Type: application/openmetrics-text; version=1.0.0"));
        assert!(head.contains(&format!("Content-Length: {}", body.len())), "{head}");
        assert!(body.ends_with("# EOF\n"));
        body.to_owned()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn the_server_answers_with_the_values_of_each_moment() {
    let folder = Folder::new("metrics-server");
    let plant = plant(&folder);
    let server = Server::start(&folder, &["./plant", "--listen", "127.0.0.1:0"]);
    assert!(
        server.metrics().contains("shm_power_plant_temperature_celsius{region=\"./plant\"} 21.5\n")
    );
    plant.temperature.set(-3.0);
    assert!(
        server.metrics().contains("shm_power_plant_temperature_celsius{region=\"./plant\"} -3\n")
    );
    plant.unlink().unwrap();
    let gone = server.metrics();
    assert!(
        gone.contains("shm_region_up{region=\"./plant\"} 0\n") && !gone.contains("celsius"),
        "{gone}"
    );
}

#[test]
fn other_requests_have_the_answers_of_http() {
    let folder = Folder::new("metrics-http");
    let _plant = plant(&folder);
    let server = Server::start(&folder, &["./plant", "--listen", "127.0.0.1:0"]);
    let status = |request: &[u8]| {
        let answer = server.answer(request);
        answer.split(' ').nth(1).unwrap_or_default().to_owned()
    };
    assert_eq!(status(b"GET / HTTP/1.0\r\n\r\n"), "200");
    assert_eq!(status(b"GET /metrics?x=1 HTTP/1.1\r\n\r\n"), "200");
    assert_eq!(status(b"GET /other HTTP/1.1\r\n\r\n"), "404");
    assert_eq!(status(b"POST /metrics HTTP/1.1\r\n\r\n"), "405");
    assert_eq!(status(b"\xff\x00\xfe nonsense\r\n\r\n"), "400");
    let long = [b"GET / HTTP/1.1\r\nX: ".to_vec(), vec![b'x'; 9 << 10]].concat();
    assert_eq!(status(&long), "431");
    let head = server.answer(b"HEAD /metrics HTTP/1.1\r\n\r\n");
    assert!(head.starts_with("HTTP/1.1 200 OK") && head.ends_with("\r\n\r\n"), "{head}");
    assert!(!head.contains("# EOF"));
}

#[test]
fn clients_that_never_ask_and_never_read_keep_no_other_from_being_served() {
    let folder = Folder::new("metrics-slow");
    let _plant = plant(&folder);
    let server = Server::start(&folder, &["./plant", "--listen", "127.0.0.1:0"]);
    // More than the server serves at the same time.
    let slow: Vec<_> = (0..200)
        .map(|number| {
            let mut stream = TcpStream::connect(&server.address).unwrap();
            let start: &[u8] =
                if number % 2 == 0 { b"GET /metrics" } else { b"GET /metrics HTTP/1.1\r\n\r\n" };
            // The server may have closed it already.
            let _ = stream.write_all(start);
            stream
        })
        .collect();
    (0..20).for_each(|_| drop(server.metrics()));
    drop(slow);
    server.metrics();
}

#[test]
fn a_slow_client_is_left_after_a_while() {
    let folder = Folder::new("metrics-patience");
    let _plant = plant(&folder);
    let server = Server::start(&folder, &["./plant", "--listen", "127.0.0.1:0"]);
    let mut stream = TcpStream::connect(&server.address).unwrap();
    stream.set_read_timeout(Some(processes::PATIENCE)).unwrap();
    // A byte now and then does not make it wait for longer.
    let ends = std::thread::spawn({
        let mut stream = stream.try_clone().unwrap();
        move || {
            while stream.write_all(b"x").is_ok() {
                std::thread::sleep(Duration::from_millis(100));
            }
        }
    });
    let mut answer = Vec::new();
    let read = stream.read_to_end(&mut answer);
    assert!(answer.is_empty(), "{read:?}: {answer:?}");
    ends.join().unwrap();
}

#[test]
fn only_this_machine_is_served_unless_that_is_wanted() {
    let folder = Folder::new("metrics-insecure");
    let _plant = plant(&folder);
    let error = refused(&folder, ["metrics", "--listen", "0.0.0.0:0"], 2);
    assert!(error.contains("help: listen on 127.0.0.1"), "{error}");
    for wrong in ["nonsense", "127.0.0.1", "127.0.0.1:99999"] {
        let error = refused(&folder, ["metrics", "--listen", wrong], 2);
        assert!(error.contains("such as 127.0.0.1:9464"), "{wrong}: {error}");
    }
    let server = Server::start(&folder, &["./plant", "--listen", "0.0.0.0:0", "--insecure"]);
    assert!(server.address.starts_with("0.0.0.0:"));
    server.metrics();
}

fn count(folder: &Path) {
    let plant = Region::<PowerPlant>::open(folder.join("plant")).unwrap();
    let row = plant.workers.claim().unwrap();
    row.requests.fetch_add(5);
    fs::write(folder.join("counted"), "").unwrap();
    std::thread::sleep(processes::PATIENCE);
}

#[test]
#[ignore = "run by the tests of this binary as a separate process"]
fn second_process() {
    match processes::role().as_deref() {
        None => {}
        Some("counts") => count(&PathBuf::from(processes::argument("SHM_FOLDER"))),
        Some(other) => panic!("{other} is not a role"),
    }
}
