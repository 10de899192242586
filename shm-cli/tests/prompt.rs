//! Daily work at the prompt: values for scripts, proposals, completions, manual pages.

mod support;

use std::fs;
use std::io::Write;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use support::{Folder, printed, refused, shm, station};

/// Runs the command with something on standard input.
fn fed(folder: &Folder, arguments: &[&str], input: &[u8]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_shm"));
    command.args(arguments).current_dir(folder.path());
    let piped = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = piped.spawn().unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    child.wait_with_output().unwrap()
}

#[test]
fn raw_values_have_no_quotation_marks_and_bytes_are_as_they_are() {
    let folder = Folder::new("prompt-raw");
    let _station = station(&folder);
    assert_eq!(
        printed(&folder, ["get", "./station", "label", "mode", "--raw"]),
        "north gate\nMeasuring\n"
    );
    printed(&folder, ["new", "./blob", "--type", "Latest<Bytes<8>>"]);
    assert!(fed(&folder, &["set", "./blob", "=@-"], b"\x00\xff\n").status.success());
    assert_eq!(shm(&folder, ["get", "./blob", "--raw"]).stdout, b"\x00\xff\n");
}

#[test]
fn values_come_from_files_and_from_standard_input_of_any_size() {
    let folder = Folder::new("prompt-input");
    let _station = station(&folder);
    fs::write(folder.file("label.txt"), "south gate\n").unwrap();
    printed(&folder, ["set", "./station", "label=@label.txt"]);
    assert_eq!(printed(&folder, ["get", "./station", "label"]), "\"south gate\"\n");
    printed(&folder, ["new", "./text", "--heap-max", "64M", "--type", "Owned<str>"]);
    // More than a pipe and a command line hold.
    let long = "long ".repeat(1 << 20);
    assert!(fed(&folder, &["set", "./text", "=@-"], long.as_bytes()).status.success());
    assert_eq!(printed(&folder, ["get", "./text", "--raw"]), format!("{long}\n"));
    let twice = ["set", "./station", "label=@-", "hits=@-"];
    assert_eq!(fed(&folder, &twice, b"").status.code(), Some(2));
    refused(&folder, ["set", "./station", "label=@nothing"], 3);
}

#[test]
fn subtracting_wraps_around_as_adding_does() {
    let folder = Folder::new("prompt-subtract");
    let station = station(&folder);
    printed(&folder, ["set", "./station", "hits-=9", "account.balance-=2"]);
    assert_eq!(station.hits.get(), u64::MAX - 1);
    assert_eq!(station.account.lock().unwrap().balance.get(), -42);
    printed(&folder, ["new", "./byte", "--type", "i8", "=-128"]);
    printed(&folder, ["set", "./byte", "--", "-=-128"]);
    assert_eq!(printed(&folder, ["get", "./byte"]), "0\n");
    let json = printed(&folder, ["set", "./station", "hits-=1", "--json"]);
    assert!(json.contains("\"before\": 18446744073709551614"), "{json}");
}

#[test]
fn a_name_that_is_nearly_right_is_answered_with_the_right_one() {
    let folder = Folder::new("prompt-nearly");
    let _station = station(&folder);
    let help = |arguments: &[&str], code| {
        let error = refused(&folder, arguments.iter().copied(), code);
        error.lines().find(|line| line.starts_with("help: ")).unwrap_or_default().to_owned()
    };
    assert_eq!(help(&["set", "./station", "mode=failed"], 6), "help: did you mean `Failed`?");
    assert_eq!(help(&["get", "./station", "temprature"], 6), "help: did you mean `temperature`?");
    assert_eq!(
        help(&["set", "./station", "account.balnace=1"], 6),
        "help: did you mean `balance`?"
    );
    assert_eq!(help(&["new", "./x", "--type", "u16[64]"], 2), "help: write `[u16; 64]`");
    assert_eq!(help(&["new", "./x", "--field", "a:u16[64]"], 2), "help: write `[u16; 64]`");
}

#[test]
fn definitions_are_taken_from_a_source_file() {
    let folder = Folder::new("prompt-define");
    let source =
        "use std::fmt;\n/// Where.\n#[derive(Clone)]\npub struct Pose { x: f64 }\nfn main() {}\n";
    fs::write(folder.file("pose.rs"), source).unwrap();
    printed(
        &folder,
        ["new", "./robot", "--define", "@pose.rs", "--field", "pose:Latest<Pose>={x: 2}"],
    );
    assert_eq!(printed(&folder, ["get", "./robot", "pose.x"]), "2.0\n");
}

#[test]
fn the_names_of_regions_are_listed_for_scripts() {
    let folder = Folder::new("prompt-names");
    let _station = station(&folder);
    let listed = printed(&folder, ["ls", "--names", "."]);
    assert_eq!(listed, "./station\n");
}

#[test]
fn errors_of_the_command_line_are_json_for_programs_and_have_their_own_codes() {
    let folder = Folder::new("prompt-errors");
    let _station = station(&folder);
    let error = |arguments: &[&str], code| {
        let text = refused(&folder, arguments.iter().copied(), code);
        let json: serde_json::Value = serde_json::from_str(&text).unwrap();
        json["error"]["kind"].as_str().unwrap().to_owned()
    };
    assert_eq!(error(&["get", "--json"], 2), "usage");
    assert_eq!(error(&["--json", "nonsense"], 2), "usage");
    assert_eq!(error(&["new", "./station", "--type", "u8", "--json"], 9), "already_exists");
    assert_eq!(error(&["new", "/", "--type", "u8", "--json"], 10), "bad_name");
    let text = refused(&folder, ["get"], 2);
    assert!(text.contains("Usage:"), "{text}");
}

#[test]
fn a_watch_does_not_keep_a_region_from_being_removed() {
    let folder = Folder::new("prompt-watch");
    drop(station(&folder));
    let mut watch = Command::new(env!("CARGO_BIN_EXE_shm"));
    watch.args(["watch", "./station", "--json"]).current_dir(folder.path());
    let mut watch = watch.stdout(Stdio::piped()).spawn().unwrap();
    let maps = format!("/proc/{}/maps", watch.id());
    let deadline = Instant::now() + Duration::from_secs(60);
    while !fs::read_to_string(&maps).unwrap_or_default().contains("/station") {
        assert!(Instant::now() < deadline, "shm watch does not map the region");
        std::thread::sleep(Duration::from_millis(1));
    }
    printed(&folder, ["rm", "./station"]);
    watch.kill().unwrap();
    watch.wait().unwrap();
}

/// The candidates that a shell is given for the last of some words.
fn completed(folder: &Folder, words: &[&str]) -> Vec<String> {
    let output = Command::new(env!("CARGO_BIN_EXE_shm"))
        .arg("--")
        .args(words)
        .env("COMPLETE", "fish")
        .current_dir(folder.path())
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().map(|line| line.split('\t').next().unwrap_or_default().to_owned()).collect()
}

#[test]
fn completions_know_regions_fields_variants_and_options() {
    let folder = Folder::new("prompt-complete");
    let _station = station(&folder);
    fs::write(folder.file("stones.txt"), "no region").unwrap();
    assert_eq!(completed(&folder, &["shm", "get", "./st"]), ["./station"]);
    assert_eq!(completed(&folder, &["shm", "get", "./station", "temp"]), ["temperature"]);
    assert_eq!(
        completed(&folder, &["shm", "show", "./station", "pose."])[..2],
        ["pose.x", "pose.y"]
    );
    assert_eq!(completed(&folder, &["shm", "set", "./station", "mod"]), ["mode="]);
    assert_eq!(completed(&folder, &["shm", "set", "./station", "mode=M"]), ["mode=Measuring"]);
    assert_eq!(completed(&folder, &["shm", "ls", "--nam"]), ["--names"]);
    assert!(completed(&folder, &["shm", "re"]).contains(&"restore".to_owned()));
}

#[test]
fn manual_pages_are_made_from_the_help() {
    let folder = Folder::new("prompt-man");
    printed(&folder, ["completions", "--man", "."]);
    let page = fs::read_to_string(folder.file("shm-set.1")).unwrap();
    assert!(page.contains(".TH") && page.contains("takes the value from a file"), "{page}");
    assert!(folder.file("shm.1").exists() && folder.file("shm-restore.1").exists());
}
