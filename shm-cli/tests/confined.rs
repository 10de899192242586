//! The command in namespaces where little is visible, and its output about files of killed processes.

mod support;

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use shm_core::{Region, SharedLayout};
use support::{Folder, forge_before, printed, refused};

const NO_PROC: &str = "mount -t tmpfs tmpfs /proc";
const ONLY_PROCESSES: &str = "mount -t proc -o subset=pid proc /proc";

/// Runs the command in a mount namespace in which a shell command has run; `None` if that is not
/// permitted.
fn confined(folder: &Folder, first: &str, arguments: &[&str]) -> Option<Output> {
    let unshare = |program: &str, arguments: &[&str]| {
        let mut command = Command::new("unshare");
        let script = format!("{first} && exec \"$0\" \"$@\"");
        command.args(["--mount", "sh", "-c", &script, program]).args(arguments);
        command.current_dir(folder.path()).stderr(Stdio::piped());
        command.output()
    };
    if !unshare("true", &[]).is_ok_and(|output| output.status.success()) {
        return None;
    }
    Some(unshare(env!("CARGO_BIN_EXE_shm"), arguments).expect("running shm"))
}

fn text(output: Output) -> String {
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{errors}");
    String::from_utf8(output.stdout).expect("UTF-8")
}

fn json(text: &str) -> serde_json::Value {
    serde_json::from_str(text).expect("JSON")
}

#[test]
fn an_unknown_boot_is_not_an_earlier_one() {
    for proc in [NO_PROC, ONLY_PROCESSES] {
        for (folder, known) in [(Folder::new("boot"), true), (Folder::on_disk("boot"), false)] {
            drop(Region::<u64>::create(folder.file("hits")).unwrap());
            let ask = |arguments: &[&str]| confined(&folder, proc, arguments).map(text);
            let Some(listed) = ask(&["ls", ".", "--json"]) else { return };
            let known = known || folder.is_in_memory();
            let expected =
                if known { serde_json::Value::Bool(true) } else { serde_json::Value::Null };
            assert_eq!(json(&listed)["regions"][0]["this_boot"], expected, "{proc}");
            let shown = json(&ask(&["show", "./hits", "--json"]).unwrap());
            assert_eq!(shown["header"]["this_boot"], expected, "{proc}");
            for shown in [ask(&["ls", "."]).unwrap(), ask(&["show", "./hits"]).unwrap()] {
                assert_eq!(shown.contains("perhaps "), !known, "{proc}: {shown}");
                assert!(!shown.contains(", before this machine"), "{proc}: {shown}");
            }
            // Values are read without an option that accepts old ones, as programs read them.
            assert_eq!(ask(&["get", "./hits"]).unwrap(), "0\n");
        }
    }
}

#[test]
fn a_region_that_may_be_in_use_unseen_is_removed_only_by_force() {
    let folder = Folder::new("rm-blind");
    drop(Region::<u64>::create(folder.file("hits")).unwrap());
    let Some(output) = confined(&folder, NO_PROC, &["rm", "./hits"]) else { return };
    let errors = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(7), "{errors}");
    assert!(errors.contains("/proc") && errors.contains("--force"), "{errors}");
    let kept = text(confined(&folder, NO_PROC, &["rm", "--dead", "."]).unwrap());
    assert!(kept.contains("kept") && kept.contains("/proc"), "{kept}");
    let shown = text(confined(&folder, NO_PROC, &["show", "./hits"]).unwrap());
    assert!(shown.contains("/proc does not show every process"), "{shown}");
    text(confined(&folder, NO_PROC, &["rm", "--force", "./hits"]).unwrap());
    assert!(!folder.file("hits").exists());
}

#[test]
fn a_region_in_memory_of_another_boot_id_is_used_like_any_other() {
    let folder = Folder::new("boot-id");
    forge_before(&folder, "n", <u64 as SharedLayout>::LAYOUT, [7; 16]);
    assert_eq!(printed(&folder, ["get", "./n"]), "0\n");
    assert!(!printed(&folder, ["ls", "."]).contains("last started"));
}

/// The file of a killed creator on a file system without unnamed files.
const LEFT: &str = ".shm-new.4711.0123456789abcdef";

#[test]
fn the_file_of_a_killed_creator_is_listed_and_can_be_removed() {
    let folder = Folder::new("left");
    fs::write(folder.file(LEFT), "").unwrap();
    let listed = printed(&folder, ["ls", "."]);
    assert!(listed.contains(LEFT) && listed.contains("`shm rm` removes it"), "{listed}");
    let listed = json(&printed(&folder, ["ls", ".", "--json"]));
    assert_eq!(listed["leftovers"][0]["state"], "abandoned", "{listed}");
    printed(&folder, ["rm", &format!("./{LEFT}")]);
    assert!(!folder.file(LEFT).exists());
    fs::write(folder.file(LEFT), "").unwrap();
    let removed = printed(&folder, ["rm", "--dead", "."]);
    assert!(removed.contains("removed") && removed.contains(LEFT), "{removed}");
    assert!(!folder.file(LEFT).exists());
}

#[test]
fn an_unfinished_region_is_listed_as_such_and_not_removed() {
    let folder = Folder::new("making");
    let options = Region::<u64>::options().named_temporary(true);
    let made = options.create_with(folder.file("n"), |_| {
        let listed = json(&printed(&folder, ["ls", ".", "--json"]));
        assert_eq!(listed["leftovers"][0]["state"], "being_made", "{listed}");
        assert_eq!(listed["regions"].as_array().map(Vec::len), Some(0), "{listed}");
        let path = listed["leftovers"][0]["path"].as_str().unwrap();
        assert!(refused(&folder, ["rm", path], 7).contains("right now"));
        let kept = printed(&folder, ["rm", "--dead", "."]);
        assert!(kept.contains("kept") && Path::new(folder.path()).join(path).exists(), "{kept}");
    });
    made.unwrap();
    assert!(json(&printed(&folder, ["ls", ".", "--json"]))["leftovers"].is_null());
}

#[test]
fn a_region_that_lost_its_name_is_listed_and_not_taken_for_rubbish() {
    let folder = Folder::new("displaced");
    drop(Region::<u64>::create(folder.file("n")).unwrap());
    let name = ".shm-old.1.0123456789abcdef";
    fs::rename(folder.file("n"), folder.file(name)).unwrap();
    let listed = printed(&folder, ["ls", "."]);
    assert!(listed.contains(name) && listed.contains("lost its name"), "{listed}");
    assert!(printed(&folder, ["rm", "--dead", "."]).contains("kept"));
    assert_eq!(printed(&folder, ["get", &format!("./{name}")]), "0\n");
}

#[test]
fn a_name_whose_only_slash_is_the_first_character_is_refused() {
    let folder = Folder::new("root-name");
    let name = format!("/shm-cli-root-{}", std::process::id());
    for arguments in [&["new", &name, "--type", "u64"][..], &["show", &name], &["rm", &name]] {
        let error = refused(&folder, arguments.iter().copied(), 10);
        assert!(error.contains("leave the slash out"), "{error}");
    }
    assert!(!Path::new(&name).exists());
}

#[test]
fn the_root_directory_can_be_listed() {
    let folder = Folder::new("ls-root");
    printed(&folder, ["ls", "/", "--all"]);
    let region = format!("/./shm-cli-root-region-{}", std::process::id());
    let Ok(made) = Region::<u64>::create(&region) else { return };
    let listed = printed(&folder, ["ls", "/"]);
    made.unlink().unwrap();
    assert!(listed.contains(&region), "{listed}");
}
