//! `shm rm` and `shm completions`.

mod support;

use std::fs;
use std::os::unix::fs::symlink;

use shm_core::format::READY_OFFSET;
use support::{Folder, assert_golden, placeholders, printed, refused, shm, station};

#[test]
fn unused_regions_are_removed() {
    let folder = Folder::new("rm");
    drop(station(&folder));
    fs::rename(folder.file("station"), folder.file("other")).unwrap();
    drop(station(&folder));
    let would = printed(&folder, ["rm", "./station", "./other", "--dry-run"]);
    assert_eq!(would, "would remove ./station\nwould remove ./other\n");
    assert!(folder.file("station").exists());
    assert_golden("rm.json", &printed(&folder, ["rm", "./station", "./other", "--json"]));
    assert!(!folder.file("station").exists() && !folder.file("other").exists());
}

#[test]
fn a_region_in_use_is_removed_only_by_force() {
    let folder = Folder::new("rm-used");
    let station = station(&folder);
    let error = refused(&folder, ["rm", "./station"], 7);
    assert!(error.contains(&format!("process {}", std::process::id())), "{error}");
    assert!(station.is_current());
    assert_eq!(printed(&folder, ["rm", "./station", "--force"]), "");
    assert!(!station.is_current());
    assert_eq!(station.hits.get(), 7, "a process that has it open keeps it");
}

#[test]
fn a_copy_of_a_region_in_use_is_not_in_use() {
    let folder = Folder::new("rm-copy");
    let station = station(&folder);
    let held = station.account.lock().unwrap();
    fs::copy(folder.file("station"), folder.file("copy")).unwrap();
    let shown = printed(&folder, ["show", "./copy", "account"]);
    assert!(shown.contains(", dead, slot 0") && shown.contains("which is dead"), "{shown}");
    let shown = printed(&folder, ["show", "./station", "account"]);
    assert!(shown.contains(", alive, slot 0") && !shown.contains("dead"), "{shown}");
    printed(&folder, ["rm", "./copy"]);
    assert!(!folder.file("copy").exists());
    refused(&folder, ["rm", "./station"], 7);
    assert!(held.unlock().is_ok());
}

#[test]
fn a_file_that_is_not_a_region_needs_force_and_without_it_nothing_is_removed() {
    let folder = Folder::new("rm-none");
    drop(station(&folder));
    fs::write(folder.file("text"), "no region").unwrap();
    symlink("station", folder.file("link")).unwrap();
    for name in ["./text", "./link"] {
        let error = refused(&folder, ["rm", "./station", name], 4);
        assert!(error.contains("--force"), "{error}");
        assert!(folder.file("station").exists());
    }
    refused(&folder, ["rm", "./station", "./nothing"], 3);
    assert!(folder.file("station").exists());
    printed(&folder, ["rm", "--force", "./text", "./link"]);
    assert!(folder.file("station").exists(), "a link is removed, not its target");
    assert!(!folder.file("text").exists() && fs::symlink_metadata(folder.file("link")).is_err());
}

#[test]
fn everything_left_by_dead_processes_in_a_folder_is_removed_and_the_rest_is_kept() {
    let folder = Folder::new("rm-dead");
    drop(station(&folder));
    fs::rename(folder.file("station"), folder.file("left")).unwrap();
    let mut unready = fs::read(folder.file("left")).unwrap();
    unready[READY_OFFSET..READY_OFFSET + 8].fill(0);
    fs::write(folder.file("unready"), unready).unwrap();
    fs::write(folder.file("text"), "no region").unwrap();
    let station = station(&folder);
    let arguments = ["rm", "--dead", "."];
    let would = placeholders(&printed(&folder, arguments.into_iter().chain(["--dry-run"])));
    assert_golden("rm_dead_dry_run.txt", &would);
    assert!(folder.file("left").exists());
    assert_golden("rm_dead.txt", &placeholders(&printed(&folder, arguments)));
    assert!(!folder.file("left").exists() && station.is_current());
    assert!(folder.file("unready").exists() && folder.file("text").exists());
}

#[test]
fn a_command_without_names_is_a_usage_error() {
    let folder = Folder::new("rm-nothing");
    assert_eq!(shm(&folder, ["rm"]).status.code(), Some(2));
    assert_eq!(shm(&folder, ["rm", "a", "--dead", "."]).status.code(), Some(2));
    assert_eq!(shm(&folder, ["rm", "--force", "--dead", "."]).status.code(), Some(2));
}

#[test]
fn every_shell_gets_a_script_that_asks_the_command() {
    let folder = Folder::new("completions");
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = printed(&folder, ["completions", shell]);
        assert!(script.contains("COMPLETE") && script.contains("shm"), "{shell}: {script}");
    }
    let json: serde_json::Value =
        serde_json::from_str(&printed(&folder, ["completions", "bash", "--json"])).unwrap();
    assert_eq!(json["shell"], "bash");
    assert_eq!(shm(&folder, ["completions", "sh"]).status.code(), Some(2));
}

#[test]
#[allow(clippy::print_stdout, reason = "says what was skipped")]
fn bash_accepts_its_script() {
    let folder = Folder::new("completions-bash");
    fs::write(folder.file("script"), printed(&folder, ["completions", "bash"])).unwrap();
    let parsed = std::process::Command::new("bash").arg("-n").arg(folder.file("script")).status();
    match parsed {
        Ok(status) => assert!(status.success()),
        Err(error) => println!("skipped: no bash here: {error}"),
    }
}
