//! `shm mirror`, and `get`, `set` and `watch` of regions of other hosts: the program `shm-mirror` runs in place of `shm`. Mostly, a
//! script has its place, which says what it was given; the last test runs the program itself, and is skipped without it.
//! `SHM_MIRROR_REQUIRED=1` makes that a failure.

mod support;

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use rustix::process::{Pid, Signal, kill_process};
use support::{Folder, printed, shm};

/// Puts a script in the program's place.
fn put(folder: &Path, script: &str) {
    fs::create_dir_all(folder).expect("a folder");
    let file = folder.join("shm-mirror");
    fs::write(&file, format!("#!/bin/sh\n{script}\n")).expect("a script");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).expect("its mode");
}

/// Says what it was given, a line for each word, and exits with a code that nothing else has.
const SAYS: &str = "for word in \"$@\"; do echo \"<$word>\"; done; exit 42";

/// Runs the command with a PATH that has the script's folder.
fn run(folder: &Folder, arguments: &[&str]) -> Output {
    let bin = folder.file("bin");
    put(&bin, SAYS);
    let path = format!("{}:/usr/bin:/bin", bin.display());
    let mut command = Command::new(env!("CARGO_BIN_EXE_shm"));
    command.args(arguments).current_dir(folder.path()).env("PATH", path);
    command.output().expect("running shm")
}

/// What the program was given.
fn given(folder: &Folder, arguments: &[&str]) -> String {
    let output = run(folder, arguments);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(42), "{arguments:?}: {said}");
    String::from_utf8(output.stdout).expect("UTF-8").replace('\n', "")
}

/// The error, which the program had no part in.
fn refused(folder: &Folder, arguments: &[&str]) -> String {
    let output = run(folder, arguments);
    assert_eq!(output.status.code(), Some(2), "{arguments:?}");
    assert!(output.stdout.is_empty());
    String::from_utf8(output.stderr).expect("UTF-8")
}

#[test]
fn mirror_gives_its_arguments_unchanged_and_has_the_programs_exit_code() {
    let folder = Folder::new("elsewhere-mirror");
    let arguments =
        ["mirror", "follow", "tls/alpha:7447", "station", "--as", "x y", "--json", "--", "-q"];
    assert_eq!(
        given(&folder, &arguments),
        "<follow><tls/alpha:7447><station><--as><x y><--json><--><-q>"
    );
    assert_eq!(given(&folder, &["mirror", "ls", "--help"]), "<ls><--help>");
    assert_eq!(given(&folder, &["mirror"]), "");
    let error = refused(&folder, &["mirror", "--json", "ls", "tls/alpha:7447"]);
    assert!(error.contains("`--json` goes to the command behind `mirror`"), "{error}");
}

#[test]
fn the_program_beside_the_command_comes_before_the_one_in_path() {
    let folder = Folder::new("elsewhere-beside");
    let beside = folder.file("beside");
    put(&beside, "echo beside");
    let own = beside.join("shm");
    fs::copy(env!("CARGO_BIN_EXE_shm"), &own).expect("a copy of the command");
    put(&folder.file("bin"), "echo in PATH");
    let output = Command::new(own).arg("mirror").env("PATH", folder.file("bin")).output();
    assert_eq!(String::from_utf8_lossy(&output.expect("running it").stdout), "beside\n");
}

#[test]
fn without_the_program_the_error_says_how_to_install_it() {
    let folder = Folder::new("elsewhere-absent");
    for arguments in [&["mirror", "ls"][..], &["get", "tls/alpha:7447/station"]] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_shm"));
        // A folder, and a file that cannot be run, are not the program.
        let path = folder.file("path");
        fs::create_dir_all(path.join("shm-mirror")).expect("a folder");
        fs::create_dir_all(folder.file("other")).expect("a folder");
        fs::write(folder.file("other").join("shm-mirror"), "").expect("a file");
        let path = format!("{}:{}:", path.display(), folder.file("other").display());
        let output = command.args(arguments).env("PATH", path).output().expect("running shm");
        let error = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(3), "{error}");
        assert!(
            error.contains("`shm-mirror`") && error.contains("neither beside `shm` nor in PATH"),
            "{error}"
        );
        assert!(error.contains("cargo install --path shm-mirror"), "{error}");
    }
}

#[test]
fn a_signal_ends_the_program_and_not_only_the_command() {
    let folder = Folder::new("elsewhere-signal");
    let bin = folder.file("bin");
    put(&bin, "trap 'echo stopped; exit 7' TERM; echo ready; while :; do sleep 0.01; done");
    let path = format!("{}:/usr/bin:/bin", bin.display());
    let mut command = Command::new(env!("CARGO_BIN_EXE_shm"));
    command.args(["mirror", "serve", "x"]).env("PATH", path).stdout(Stdio::piped());
    let mut child = command.spawn().expect("running shm");
    let mut output = child.stdout.take().expect("its output");
    let mut ready = [0; 6];
    output.read_exact(&mut ready).expect("the program runs");
    kill_process(Pid::from_child(&child), Signal::TERM).expect("a signal");
    let mut rest = String::new();
    output.read_to_string(&mut rest).expect("the rest");
    assert_eq!((&ready, &*rest), (b"ready\n", "stopped\n"));
    let status = child.wait().expect("its end");
    assert_eq!((status.code(), status.signal()), (Some(7), None));
}

#[test]
fn get_set_and_watch_of_an_address_are_the_programs() {
    let folder = Folder::new("elsewhere-get");
    let region = "tls/alpha:7447/station";
    assert_eq!(
        given(&folder, &["get", "tls://alpha:7447/station", "pose.x", "samples[2..4]", "--json"]),
        format!("<get><--json><--><{region}><pose.x><samples[2..4]>")
    );
    let files = ["--authority", "ca", "--certificate", "c", "--key", "k"];
    let with_files: Vec<_> = ["get", region, "--raw"].into_iter().chain(files).collect();
    assert_eq!(
        given(&folder, &with_files),
        format!("<get><--authority><ca><--certificate><c><--key><k><--raw><--><{region}>")
    );
    let set = [
        "set",
        "tcp/10.0.0.1:7447/station",
        "hits+=1",
        "mode=Idle",
        "--insecure",
        "--wait",
        "1500ms",
    ];
    assert_eq!(
        given(&folder, &set),
        "<set><--insecure><--wait><1.5><--><tcp/10.0.0.1:7447/station><hits+=1><mode=Idle>"
    );
    assert_eq!(
        given(&folder, &["watch", region, "mode", "-n", "3"]),
        format!("<watch><--count><3><--><{region}><mode>")
    );
    assert_eq!(
        given(&folder, &["watch", region, "--once", "--plain"]),
        format!("<watch><--count><1><--><{region}>")
    );
}

#[test]
fn options_without_an_effect_on_the_other_host_are_refused() {
    let folder = Folder::new("elsewhere-options");
    let region = "tcp/127.0.0.1:7447/station";
    for (arguments, option) in [
        (&["get", region, "--any-owner"][..], "--any-owner"),
        (&["get", region, "--layout", "x.json"], "--layout"),
        (&["set", region, "a=1", "--repair"], "--repair"),
        (&["set", region, "--from", "x"], "--from"),
        (&["watch", region, "--after-reboot"], "--after-reboot"),
        (&["watch", region, "--interval", "1s"], "--interval"),
        (&["watch", region, "--follow"], "--follow"),
        (&["watch", region, "--wait"], "--wait"),
    ] {
        let error = refused(&folder, arguments);
        assert!(
            error.contains(&format!("`{option}` has no effect on a region of another host")),
            "{error}"
        );
    }
    let error = refused(&folder, &["set", region, "label=@label.txt"]);
    assert!(error.contains("values in files are for regions of this host"), "{error}");
    let error = refused(&folder, &["set", region, "hits-=1"]);
    assert!(error.contains("can only be added to"), "{error}");
    // And those for another host, on a region of this one.
    let error = refused(&folder, &["get", "./station", "--insecure"]);
    assert!(error.contains("for a region of another host"), "{error}");
}

#[test]
fn an_address_that_names_no_region_is_refused_before_anything_runs() {
    let folder = Folder::new("elsewhere-address");
    let error = refused(&folder, &["get", "tls://alpha:7447"]);
    assert!(
        error.contains("names no region") && error.contains("shm mirror ls tls/alpha:7447"),
        "{error}"
    );
    let error = refused(&folder, &["get", "https://alpha/station"]);
    assert!(error.contains("the protocol is https, expected tcp or tls"), "{error}");
}

#[test]
fn other_commands_say_how_a_region_of_another_host_is_reached() {
    let folder = Folder::new("elsewhere-show");
    let output = shm(&folder, ["show", "tls/alpha:7447/station"]);
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(3), "{error}");
    assert!(error.contains("shm mirror follow"), "{error}");
}

/// The program, if it is in PATH.
fn real_program() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path).map(|folder| folder.join("shm-mirror"));
    let found = found.into_iter().find(|file| file.is_file());
    let is_required = std::env::var_os("SHM_MIRROR_REQUIRED").is_some();
    assert!(found.is_some() || !is_required, "shm-mirror is not in PATH");
    found
}

/// Ends a process that the test started.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
#[allow(clippy::print_stdout, reason = "says what was skipped")]
fn values_of_a_region_that_is_served_are_read_written_and_watched() {
    let Some(program) = real_program() else {
        println!("skipped: there is no shm-mirror in PATH");
        return;
    };
    let folder = Folder::new("elsewhere-real");
    let station = support::station(&folder);
    let free = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let endpoint = format!("tcp/{}", free.local_addr().expect("its address"));
    drop(free);
    let path = folder.file("station").display().to_string();
    let mut serve = Command::new(program);
    serve.args(["serve", &path, "--listen", &endpoint, "--allow-set", &format!("{path}:*")]);
    let mut server = Ended(serve.stdout(Stdio::piped()).spawn().expect("running it"));
    let mut line = String::new();
    let output = server.0.stdout.take().expect("its output");
    BufReader::new(output).read_line(&mut line).expect("its first line");
    assert!(line.starts_with("serving "), "{line}");
    let region = format!("{endpoint}/{path}");

    let local = |arguments: &[&str]| printed(&folder, arguments.iter().copied());
    let whole = local(&["get", "./station", "temperature", "hits"]);
    assert_eq!(local(&["get", &region, "temperature", "hits"]), whole);
    assert_eq!(local(&["set", &region, "temperature=-3.5", "hits+=2"]), "");
    assert_eq!(
        (station.temperature.get(), local(&["get", &region, "temperature"])),
        (-3.5, "-3.5\n".to_owned())
    );
    let watched = local(&["watch", &region, "temperature", "--once", "--json"]);
    let watched: serde_json::Value = serde_json::from_str(&watched).expect("JSON");
    assert_eq!(watched, serde_json::json!({ "path": "temperature", "value": -3.5 }));

    for (arguments, code, kind) in [
        (&["get", &region, "temprature"][..], 6, "invalid"),
        (&["set", &region, "temperature=warm"], 6, "invalid"),
        (&["get", &format!("{endpoint}/none")], 3, "unreachable"),
        (&["get", "tcp/192.0.2.1:7447/none"], 5, "insecure"),
    ] {
        let output = shm(&folder, arguments.iter().copied().chain(["--json"]));
        let error: serde_json::Value = serde_json::from_slice(&output.stderr).expect("JSON");
        assert_eq!(
            (output.status.code(), &error["error"]["kind"]),
            (Some(code), &kind.into()),
            "{error}"
        );
        assert_eq!(error["error"]["code"], code);
    }
}
