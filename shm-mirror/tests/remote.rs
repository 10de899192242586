//! Commands over loopback, to a server in a process of its own.

mod common;

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};
use std::time::Duration;

use common::proxy::Proxy;
use common::{Folder, PATIENCE, Process, free_address, wait_until};
use shm_core::dynamic::{DynLayout, DynValue};
use shm_core::{DynRegion, Mutex, Region, SharedLayout};
use shm_mirror::{Error, Remote, RemoteRegion, Security, Serve};

#[derive(SharedLayout)]
#[repr(C)]
struct Station {
    hits: u64,
    target: [f64; 2],
    account: Mutex<i64>,
    secret: u32,
}

/// A region and a server for it, both of which can be made anew.
struct Host {
    folder: Folder,
    address: String,
}

impl Host {
    fn new() -> Self {
        Self { folder: Folder::new(), address: free_address() }
    }

    fn station(&self) -> Region<Station> {
        Region::<Station>::create(self.name()).unwrap()
    }

    fn name(&self) -> String {
        self.folder.path("station")
    }

    fn endpoint(&self) -> String {
        format!("tcp/{}", self.address)
    }

    fn serve(&self) -> Process {
        let (name, listen) = (self.name(), self.endpoint());
        let allow = |path: &str| format!("--allow-set={name}:{path}");
        let (hits, target, account) = (allow("hits"), allow("target[*]"), allow("account"));
        Process::start(&[
            "serve", &name, "--listen", &listen, "--beat", "100", &hits, &target, &account,
        ])
    }

    fn remote_at(&self, endpoint: &str) -> RemoteRegion {
        let remote = Remote::connect(endpoint, &Security::Loopback).unwrap().patience(PATIENCE);
        remote.region(&self.name()).unwrap()
    }

    fn remote(&self) -> RemoteRegion {
        self.remote_at(&self.endpoint())
    }
}

#[test]
fn values_are_read_and_written_at_the_origin() {
    let host = Host::new();
    let station = host.station();
    let _server = host.serve();
    let remote = host.remote().expect::<Station>().unwrap();
    station.hits.set(41);
    assert_eq!(u64::try_from(remote.get("hits").unwrap()).unwrap(), 41);
    remote.set([("target[0]", 1.5), ("target[1]", 2.5)]).unwrap();
    assert_eq!((station.target[0].get(), station.target[1].get()), (1.5, 2.5));
    assert_eq!(remote.fetch_add("hits", 1).unwrap(), DynValue::U64(41));
    assert_eq!(station.hits.get(), 42);
    remote.set([("account", -5)]).unwrap();
    assert_eq!(station.account.lock().unwrap().get(), -5);
    let all = remote.get_all(["hits", "target", "account"]).unwrap();
    assert_eq!(all, [DynValue::U64(42), DynValue::from([1.5, 2.5]), DynValue::I64(-5)]);
}

#[test]
fn refusals_have_their_kind_and_the_librarys_words() {
    let host = Host::new();
    let station = host.station();
    let _server = host.serve();
    let remote = host.remote();
    let refused = remote.set([("hits", 1.into()), ("secret", DynValue::from(1))]).unwrap_err();
    assert!(
        matches!(&refused, Error::NotAllowed { message, .. } if message.contains("`secret` may not be set")),
        "{refused}"
    );
    let refused =
        remote.set([("hits", DynValue::from(1)), ("target[0]", "far".into())]).unwrap_err();
    assert_eq!((refused.kind(), station.hits.get()), ("invalid", 0), "{refused}");
    let refused = remote.get("hitz").unwrap_err();
    assert_eq!(refused.help(), Some("did you mean `hits`?"), "{refused}");
    let refused = remote.expect::<[u8; 7]>().unwrap_err();
    assert!(matches!(refused, Error::LayoutDiffers { .. }), "{refused}");
}

#[test]
fn a_command_whose_answer_was_lost_counts_once() {
    let host = Host::new();
    let station = host.station();
    let _server = host.serve();
    let proxy = Proxy::new(&host.address);
    let remote = host.remote_at(proxy.endpoint());
    assert_eq!(remote.fetch_add("hits", 1).unwrap(), DynValue::U64(0));
    for n in 1..=3_u64 {
        let lost = proxy.lost();
        proxy.deafen();
        std::thread::scope(|scope| {
            let adding = scope.spawn(|| remote.fetch_add("hits", 1));
            wait_until("it was executed", || station.hits.get() == n + 1);
            wait_until("something was lost", || proxy.lost() > lost);
            proxy.heal();
            assert_eq!(adding.join().unwrap().unwrap(), DynValue::U64(n));
        });
        assert_eq!(station.hits.get(), n + 1);
    }
}

#[test]
fn the_outcome_is_unknown_if_the_server_was_killed_before_the_answer() {
    let host = Host::new();
    let station = host.station();
    let mut server = host.serve();
    let proxy = Proxy::new(&host.address);
    let remote = host.remote_at(proxy.endpoint());
    remote.fetch_add("hits", 1).unwrap();
    proxy.deafen();
    std::thread::scope(|scope| {
        let adding = scope.spawn(|| remote.fetch_add("hits", 1));
        wait_until("it was executed", || station.hits.get() == 2);
        server.kill();
        proxy.heal();
        server = host.serve();
        let unknown = adding.join().unwrap().unwrap_err();
        assert!(matches!(unknown, Error::OutcomeUnknown { .. }), "{unknown}");
    });
    assert_eq!(station.hits.get(), 2, "it is not executed again");
    // The next command goes to the new server.
    assert_eq!(remote.fetch_add("hits", 1).unwrap(), DynValue::U64(2));
}

#[test]
fn a_server_that_is_started_again_is_found_by_the_next_call() {
    let host = Host::new();
    let station = host.station();
    let mut server = host.serve();
    let remote = host.remote();
    for n in 0..3 {
        assert_eq!(remote.fetch_add("hits", 1).unwrap(), DynValue::U64(n));
        server.kill();
        let impatient = remote.clone().with(Some(Duration::from_millis(50)), None);
        let unreachable = impatient.get("hits").unwrap_err();
        assert!(matches!(unreachable, Error::Unreachable { .. }), "{unreachable}");
        server = host.serve();
    }
    assert_eq!(station.hits.get(), 3);
}

#[test]
fn a_lock_that_a_process_holds_is_busy_after_the_wait() {
    let host = Host::new();
    let station = host.station();
    let _server = host.serve();
    let remote = host.remote().with(None, Some(Duration::from_millis(30)));
    let held = station.account.lock().unwrap();
    let busy = remote.set([("hits", 1), ("account", 1)]).unwrap_err();
    assert!(matches!(busy, Error::Busy { .. }), "{busy}");
    assert_eq!(station.hits.get(), 0, "all or nothing");
    drop(held);
    remote.set([("hits", 1), ("account", 1)]).unwrap();
}

#[test]
fn changes_of_a_value_are_watched_and_a_server_that_is_started_again_as_well() {
    let host = Host::new();
    let station = host.station();
    let mut server = host.serve();
    let mut watch = host.remote().watch("hits").unwrap();
    let mut see = |expected: u64| {
        // An error while the server is away; values between may be skipped.
        let found =
            watch.by_ref().find(|item| matches!(item, Ok(value) if *value == expected.into()));
        assert!(found.is_some());
    };
    see(0);
    for n in 1..50 {
        station.hits.set(n);
        see(n);
    }
    server.kill();
    station.hits.set(100);
    server = host.serve();
    see(100);
    server.kill();
}

#[test]
fn a_watch_without_a_change_ends_in_time() {
    let host = Host::new();
    let _station = host.station();
    let _server = host.serve();
    let mut watch = host.remote().watch("hits").unwrap();
    assert_eq!(watch.next_timeout(PATIENCE).unwrap().unwrap(), DynValue::U64(0));
    assert!(watch.next_timeout(Duration::from_millis(300)).is_none());
}

#[test]
fn a_command_that_waits_for_a_lock_holds_up_no_other_region() {
    let folder = Folder::new();
    let address = format!("tcp/{}", free_address());
    let locked = Region::<Mutex<u64>>::create(folder.path("locked")).unwrap();
    let free = Region::<u64>::create(folder.path("free")).unwrap();
    let serve = Serve::new("alpha").listen(&address).region_at("locked", folder.path("locked"));
    let serve = serve.region_at("free", folder.path("free"));
    let serve = serve.allow_set("locked", ["*"]).allow_set("free", ["*"]);
    let _serving = serve.start().unwrap();
    let remote = Remote::connect(&address, &Security::Loopback).unwrap().wait(PATIENCE);
    let (locked_there, free_there) =
        (remote.region("locked").unwrap(), remote.region("free").unwrap());
    let held = locked.lock().unwrap();
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| locked_there.set([("", 1_u64)]));
        for n in 0..100_u64 {
            free_there.set([("", n)]).unwrap();
        }
        assert_eq!(free.get(), 99);
        drop(held);
        waiting.join().unwrap().unwrap();
    });
}

/// Runs the command, and returns its exit code and what it printed.
fn command(arguments: &[&str], input: &str) -> (Option<i32>, String, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_shm-mirror"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[test]
fn the_command_reads_and_writes() {
    let host = Host::new();
    let layout =
        DynLayout::of("{ hits: u64, mode: enum u8 { Idle, Busy }, label: Latest<Text<16>> }")
            .unwrap();
    let region = DynRegion::options().create(host.name(), &layout).unwrap();
    let (name, listen) = (host.name(), host.endpoint());
    let _server =
        Process::start(&["serve", &name, "--listen", &listen, &format!("--allow-set={name}:*")]);
    let at = format!("{}/{name}", listen.replacen('/', "://", 1));
    let run = |arguments: &[&str]| {
        let all: Vec<_> =
            [arguments[0], &at].into_iter().chain(arguments[1..].iter().copied()).collect();
        command(&all, "")
    };
    let set = run(&["set", "mode=Busy", "label=north gate", "hits+=5"]);
    assert_eq!(set, (Some(0), String::new(), String::new()));
    assert_eq!(region.get("hits").unwrap(), DynValue::U64(5));
    assert_eq!(run(&["get", "hits", "mode"]).1, "hits = 5\nmode = \"Busy\"\n");
    assert_eq!(run(&["get", "label", "--raw"]).1, "north gate\n");
    let json = run(&["get", "label", "--json"]).1;
    assert_eq!(
        json,
        "{\n  \"values\": [\n    {\n      \"path\": \"label\",\n      \"value\": \"north gate\"\n    }\n  ]\n}\n"
    );
    let (code, _, error) = run(&["set", "mode=Bussy"]);
    assert_eq!(code, Some(6));
    assert!(error.contains("did you mean `Busy`?"), "{error}");
    assert_eq!(run(&["set", "mode"]).0, Some(2), "not an assignment");
    let nowhere = format!("tcp/{}/{name}", free_address());
    assert_eq!(command(&["get", &nowhere, "hits", "--patience", "0.1"], "").0, Some(3));
}

#[test]
fn the_command_answers_lines_in_order() {
    let host = Host::new();
    let station = host.station();
    let _server = host.serve();
    let name = host.name();
    let input = format!(
        r#"{{"region":"{name}","add":{{"hits":1}}}}
{{"region":"{name}","set":{{"target[1]":2.5,"target[0]":1.5}}}}
{{"region":"{name}","get":["hits","target"]}}
{{"region":"{name}","steps":[{{"add":"hits","by":1}},{{"get":"hits"}}]}}
nonsense
{{"region":"{name}","set":{{"secret":1}}}}
{{"region":"{name}","get":["hitz"]}}
{{"region":"{name}","get":[],"set":{{}}}}
{{"region":"{name}"}}
"#
    );
    let (code, output, _) = command(&["remote", &host.endpoint(), "--stdio"], &input);
    assert_eq!(code, Some(0));
    let lines: Vec<serde_json::Value> =
        output.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let expected =
        [r#"{"ok":[0]}"#, r#"{"ok":[null,null]}"#, r#"{"ok":[1,[1.5,2.5]]}"#, r#"{"ok":[1,2]}"#];
    for (line, expected) in lines.iter().zip(expected) {
        assert_eq!(*line, serde_json::from_str::<serde_json::Value>(expected).unwrap());
    }
    let kinds: Vec<_> =
        lines[4..8].iter().map(|line| line["error"]["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["malformed", "not_allowed", "invalid", "malformed"]);
    assert_eq!(lines[6]["error"]["help"], "did you mean `hits`?");
    assert_eq!(lines[8]["ok"], serde_json::json!([]));
    assert_eq!(lines.len(), 9);
    assert_eq!(station.hits.get(), 2);
}

#[test]
fn the_command_prints_changes() {
    let host = Host::new();
    let station = host.station();
    let _server = host.serve();
    let at = format!("{}/{}", host.endpoint(), host.name());
    let mut child = Command::new(env!("CARGO_BIN_EXE_shm-mirror"))
        .args(["watch", &at, "hits", "--json"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    for n in 0..3 {
        station.hits.set(n);
        let line =
            lines.by_ref().map(Result::unwrap).find(|line| line.ends_with(&format!(":{n}}}")));
        assert_eq!(line, Some(format!(r#"{{"path":"hits","value":{n}}}"#)));
    }
    child.kill().unwrap();
    child.wait().unwrap();
}
