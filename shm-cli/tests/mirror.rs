//! `shm ls` and `shm show` of a region that is a mirror of another host's.

mod support;

use shm_core::DynRegion;
use shm_core::dynamic::DynLayout;
use shm_core::region::mirror::{Origin, State};
use support::{Folder, assert_golden_of_processes, printed, shm};

fn mirror(folder: &Folder, name: &str) -> DynRegion {
    let layout = DynLayout::of("f64").expect("a layout");
    let options = DynRegion::options().mirror(true).mode(0o444);
    let region = options.create(folder.file("temperature"), &layout).expect("a mirror");
    let keeper = region.keep_mirror().expect("no other follower");
    keeper.begin(&Origin { name: name.to_owned(), ..Origin::default() });
    region
}

#[test]
fn origin_state_and_age_are_shown_and_listed() {
    let folder = Folder::new("mirror");
    let region = mirror(&folder, "alpha:temperature");
    let keeper = region.keep_mirror().expect("no other follower");
    for command in ["ls", "show"] {
        let what = if command == "ls" { "." } else { "./temperature" };
        let shown = printed(&folder, [command, what]);
        assert!(shown.contains("of alpha:temperature, filling, never heard"), "{shown}");
    }
    keeper.heard(3);
    keeper.set_state(State::Silent);
    let shown = printed(&folder, ["show", "./temperature"]);
    assert!(shown.contains("of alpha:temperature, silent, heard 0 s ago"), "{shown}");
    let sections = shown.lines().find(|line| line.contains("sections")).expect("the sections");
    assert!(sections.contains("mirror "), "{sections}");
    let listed = printed(&folder, ["ls", "."]);
    assert!(listed.contains("mirror of alpha:temperature, silent"), "{listed}");
}

#[test]
fn programs_read_origin_state_and_age_as_json() {
    let folder = Folder::new("mirror-json");
    let region = mirror(&folder, "alpha:temperature");
    let keeper = region.keep_mirror().expect("no other follower");
    keeper.heard(3);
    let parse = |text: String| serde_json::from_str::<serde_json::Value>(&text).expect("JSON");
    let shown = parse(printed(&folder, ["show", "./temperature", "--json"]));
    let listed = parse(printed(&folder, ["ls", ".", "--json"]));
    for mirror in [&shown["header"]["mirror"], &listed["regions"][0]["mirror"]] {
        assert_eq!(mirror["origin"], "alpha:temperature");
        assert_eq!(mirror["state"], "following");
        assert_eq!(mirror["sequence"], 3);
        assert_eq!(mirror["follower_pid"], std::process::id());
        assert!(mirror["age_ms"].as_u64().is_some_and(|age| age < 3_600_000), "{mirror}");
    }
}

#[test]
fn the_reports_about_a_mirror_are_the_golden_ones() {
    let folder = Folder::new("mirror-golden");
    let region = mirror(&folder, "alpha:temperature");
    region.keep_mirror().expect("no other follower").heard(3);
    for (name, arguments) in [
        ("ls_mirror.txt", &["ls", "."][..]),
        ("ls_mirror.json", &["ls", ".", "--json"]),
        ("show_mirror.txt", &["show", "./temperature"]),
        ("show_mirror.json", &["show", "./temperature", "--json"]),
    ] {
        assert_golden_of_processes(name, &folder, arguments);
    }
}

/// Its follower wrote the name, whoever that is.
#[test]
fn a_hostile_name_of_an_origin_is_escaped() {
    let folder = Folder::new("mirror-hostile");
    mirror(&folder, "al\u{1b}[2Jpha:x\ny");
    for arguments in [["ls", "."], ["show", "./temperature"]] {
        let shown = printed(&folder, arguments);
        assert!(!shown.contains('\u{1b}') && shown.contains("pha:x"), "{shown:?}");
        assert!(!shown.contains("x\ny"), "{shown}");
    }
}

#[test]
fn a_mirror_is_not_written_and_the_error_names_its_origin() {
    let folder = Folder::new("mirror-set");
    mirror(&folder, "alpha:temperature");
    let output = shm(&folder, ["set", "./temperature", "=1.5"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success() && said.contains("a mirror of alpha:temperature"), "{said}");
}
