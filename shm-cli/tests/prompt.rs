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
fn what_has_no_end_is_not_read_for_ever() {
    let folder = Folder::new("prompt-endless");
    let _station = station(&folder);
    printed(&folder, ["new", "./text", "--heap-max", "64M", "--type", "Owned<str>"]);
    printed(&folder, ["new", "./blob", "--type", "Latest<Bytes<8>>"]);
    for (arguments, code) in [
        (&["set", "./station", "label=@/dev/zero"][..], 6),
        (&["set", "./text", "=@/dev/zero"], 6),
        (&["set", "./blob", "=@/dev/zero"], 6),
        (&["set", "./station", "--from", "/dev/zero"], 2),
        (&["restore", "./copy", "/dev/zero"], 2),
        (&["new", "./x", "--define", "@/dev/zero", "--type", "u8"], 6),
        (&["replay", "/dev/zero"], 4),
    ] {
        refused(&folder, arguments.iter().copied(), code);
    }
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

/// The words with which the library's own advice names its functions.
const FUNCTIONS: [&str; 8] = [
    "::",
    "options()",
    "`open",
    "create_or_replace",
    "open_read_only",
    "lock(",
    "push_timeout",
    "_with_len",
];

#[test]
fn no_error_of_the_command_names_functions_of_the_library() {
    let folder = Folder::new("prompt-rust");
    let _station = station(&folder);
    printed(&folder, ["new", "./title", "--heap-max", "64K", "--type", "Owned<str>"]);
    printed(&folder, ["new", "./jobs", "--type", "Queue<u32, 2>"]);
    printed(&folder, ["push", "./jobs", "", "1"]);
    fs::create_dir(folder.file("folder")).unwrap();
    fs::write(folder.file("text"), "no region").unwrap();
    fs::write(folder.file("long"), "x".repeat(1 << 20)).unwrap();
    let mut seen = 0;
    for line in [
        "get ./nothing",
        "get ./folder",
        "get ./text",
        "get ./station temperature.x",
        "get ./station samples[16]",
        "get ./station samples[",
        "get ./station pose.slots[0]",
        "set ./station hits=-1",
        "set ./station pose={z:1}",
        "set ./station account=7",
        "set ./title =@long",
        "set ./jobs =1",
        "push ./station hits 1",
        "push ./jobs . x",
        "pop ./station hits",
        "unset ./station hits[3]",
        "heap ./station",
        "new ./station --type u8",
        "new ./x --type [u32]",
        "new ./x --type u32 --len 3",
        "new ./x --type [u8] --len 3 --capacity 100",
        "new ./x --type u64 --capacity 1",
        "new ./x --type Mutex<u8> --participants 5000",
        "new ./x --type u8 --participants 5",
        "new ./x --type Owned<str> --heap-max 1",
        "new ./x --type NonZero<u32>",
        "new ./x --type [u8] --len 99999999999999999",
        "new ./none/x --type u8",
        "new ./x --schema ./text",
        "rm ./nothing",
        "layout ./text",
        "export ./nothing --lang c",
        "show ./station pse",
        "watch ./station samples[99] --once",
        "dump ./nothing",
        "restore ./x ./text",
    ] {
        let output = shm(&folder, line.split(' '));
        let error = String::from_utf8(output.stderr).unwrap();
        let named = FUNCTIONS.iter().find(|word| error.contains(**word));
        assert_eq!(named, None, "shm {line}: {error}");
        seen += usize::from(!output.status.success() && !error.is_empty());
    }
    assert!(seen > 25, "only {seen} of these are errors");
}

#[test]
fn a_file_of_the_system_is_not_proposed_for_removal() {
    let folder = Folder::new("prompt-passwd");
    for command in ["show", "get", "watch", "layout", "heap"] {
        let error = refused(&folder, [command, "/etc/passwd"], 4);
        assert!(error.contains("this is not a region"), "{error}");
        assert!(!error.contains("remove") && !error.contains(" rm"), "{error}");
    }
}

#[test]
#[allow(clippy::print_stdout, reason = "says what was skipped")]
fn processes_of_other_users_are_mentioned_only_on_request_and_never_to_root() {
    use std::os::unix::fs::PermissionsExt;
    use std::os::unix::process::CommandExt;

    const NOBODY: u32 = 65534;
    let folder = Folder::new("prompt-others");
    if std::os::unix::fs::chown(folder.path(), Some(NOBODY), None).is_err() {
        println!("skipped: only the superuser can become another user");
        return;
    }
    // The other user may not be allowed to reach the folder of the build, nor to run a program in memory.
    let program = std::env::temp_dir().join(format!("shm-prompt-others-{}", std::process::id()));
    fs::copy(env!("CARGO_BIN_EXE_shm"), &program).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    let other = |arguments: &[&str]| {
        let mut command = Command::new(&program);
        let output = command.args(arguments).current_dir(folder.path()).uid(NOBODY).gid(NOBODY);
        let output = output.output().unwrap();
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{error}");
        String::from_utf8(output.stdout).unwrap()
    };
    other(&["new", "./hits", "--type", "u64"]);
    let note = "of other users could not be examined";
    for command in [&["show", "./hits"][..], &["ls", "."]] {
        assert!(!other(command).contains("could not be examined"), "{command:?}");
        let asked = other(&[command, &["--all"]].concat());
        assert!(asked.contains(note), "{command:?}: {asked}");
    }
    let _station = station(&folder);
    for command in [&["show", "./station", "--all"][..], &["ls", ".", "--all"]] {
        let shown = printed(&folder, command.iter().copied());
        assert!(!shown.contains("of other users"), "{shown}");
    }
    fs::remove_file(&program).unwrap();
}
