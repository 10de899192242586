//! `shm check`: whether programs with one layout can use regions of another one.

mod support;

use serde_json::{Value, json};
use shm_core::{Region, SharedLayout};
use support::{Folder, assert_golden, printed, shm};

mod old {
    use super::SharedLayout;

    #[derive(SharedLayout)]
    #[repr(C)]
    pub(super) struct Station {
        pub(super) temperature: f64,
        pub(super) hits: u64,
        pub(super) mode: Mode,
    }

    #[derive(SharedLayout, Clone, Copy, Debug, PartialEq)]
    #[repr(u64)]
    pub(super) enum Mode {
        Idle,
        Measuring,
    }
}

/// Appends, renames, adds a variant.
mod grown {
    use super::SharedLayout;

    #[derive(SharedLayout)]
    #[repr(C)]
    #[shm(capacity = 256)]
    pub(super) struct Station {
        pub(super) temperature: f64,
        #[shm(alias = "hits")]
        pub(super) visits: u64,
        pub(super) mode: Mode,
        pub(super) humidity: f32,
    }

    #[derive(SharedLayout, Clone, Copy, Debug, PartialEq)]
    #[repr(u64)]
    pub(super) enum Mode {
        Idle,
        Measuring,
        Failed,
    }
}

/// Appends a field that a region of `grown` has room for.
mod later {
    use super::SharedLayout;

    #[derive(SharedLayout)]
    #[repr(C)]
    #[shm(capacity = 256)]
    pub(super) struct Station {
        pub(super) temperature: f64,
        pub(super) visits: u64,
        pub(super) mode: super::grown::Mode,
        pub(super) humidity: f32,
        pub(super) pressure: f64,
    }
}

/// Appends without having reserved room.
mod longer {
    use super::SharedLayout;

    #[derive(SharedLayout)]
    #[repr(C)]
    pub(super) struct Station {
        pub(super) temperature: f64,
        pub(super) visits: u64,
        pub(super) mode: super::old::Mode,
        pub(super) humidity: f32,
        pub(super) pressure: f32,
    }
}

/// Appends a lock, and has room for more.
mod locked {
    use super::SharedLayout;

    #[derive(SharedLayout)]
    #[repr(C)]
    #[shm(capacity = 256)]
    pub(super) struct Station {
        pub(super) temperature: f64,
        #[shm(alias = "hits")]
        pub(super) visits: u64,
        pub(super) mode: super::grown::Mode,
        pub(super) humidity: f32,
        pub(super) balance: shm_core::Mutex<u64>,
    }
}

/// Changes a field, which breaks every program.
mod other {
    use super::SharedLayout;

    #[derive(SharedLayout)]
    #[repr(C)]
    pub(super) struct Station {
        pub(super) temperature: f32,
        pub(super) hits: u64,
        pub(super) mode: u64,
    }
}

/// Makes a region of each of these layouts.
fn regions(folder: &Folder) {
    let _ = Region::<old::Station>::create(folder.file("old")).unwrap();
    let _ = Region::<grown::Station>::create(folder.file("grown")).unwrap();
    let _ = Region::<later::Station>::create(folder.file("later")).unwrap();
    let _ = Region::<longer::Station>::create(folder.file("longer")).unwrap();
    let _ = Region::<locked::Station>::create(folder.file("locked")).unwrap();
    let _ = Region::<other::Station>::create(folder.file("other")).unwrap();
}

/// Returns the exit code and the output.
fn check(folder: &Folder, arguments: &[&str]) -> (Option<i32>, String) {
    let output = shm(folder, ["check"].into_iter().chain(arguments.iter().copied()));
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    (output.status.code(), String::from_utf8(output.stdout).unwrap())
}

#[test]
fn the_answers_are_the_golden_ones() {
    let folder = Folder::new("check");
    regions(&folder);
    let mut text = String::new();
    for (old, new) in [
        ("old", "old"),
        ("old", "grown"),
        ("grown", "later"),
        ("grown", "longer"),
        ("old", "longer"),
        ("old", "other"),
    ] {
        let (old, new) = (format!("./{old}"), format!("./{new}"));
        let (code, answer) = check(&folder, &[&old, &new]);
        text += &format!("$ shm check {old} {new}\n{answer}exit code {}\n\n", code.unwrap());
    }
    assert_golden("check.txt", &text);
}

#[test]
fn the_answers_for_programs_are_the_golden_ones() {
    let folder = Folder::new("check");
    regions(&folder);
    let (_, answer) = check(&folder, &["./old", "./grown", "--json"]);
    assert_golden("check_grown.json", &answer);
    let (_, answer) = check(&folder, &["./old", "./other", "--json"]);
    assert_golden("check_other.json", &answer);
}

#[test]
fn the_exit_code_covers_the_requested_directions() {
    let folder = Folder::new("check");
    regions(&folder);
    for (arguments, code) in [
        (["./old", "./old", "--programs", "both"], 0),
        (["./old", "./longer", "--programs", "both"], 1),
        (["./old", "./grown", "--programs", "new"], 1),
        (["./grown", "./old", "--programs", "new"], 0),
        (["./old", "./grown", "--programs", "old"], 0),
        (["./old", "./other", "--programs", "old"], 1),
    ] {
        assert_eq!(check(&folder, &arguments).0, Some(code), "{arguments:?}");
    }
}

#[test]
fn documents_are_compared_as_their_regions_are() {
    const NAMES: [&str; 6] = ["old", "grown", "later", "longer", "locked", "other"];
    let folder = Folder::new("check");
    regions(&folder);
    for name in NAMES {
        let (region, document) = (format!("./{name}"), format!("{name}.json"));
        printed(&folder, ["export", &region, "--lang", "json", "-o", &document]);
    }
    for old in NAMES {
        for new in NAMES {
            let (code, regions) = check(&folder, &[&format!("./{old}"), &format!("./{new}")]);
            let (same_code, documents) =
                check(&folder, &[&format!("{old}.json"), &format!("{new}.json")]);
            let as_regions = documents
                .replace(&format!("{old}.json"), &format!("./{old}"))
                .replace(&format!("{new}.json"), &format!("./{new}"));
            assert_eq!((code, regions), (same_code, as_regions), "{old} and {new}");
        }
    }
}

#[test]
fn a_layout_in_another_byte_order_cannot_be_used() {
    let folder = Folder::new("check");
    for order in ["little", "big"] {
        let document = json!({ "shm_schema": 1, "root": "f64", "byte_order": order });
        std::fs::write(folder.file(&format!("{order}.json")), document.to_string()).unwrap();
    }
    let (code, answer) = check(&folder, &["little.json", "big.json", "--json"]);
    let answer: Value = serde_json::from_str(&answer).unwrap();
    assert_eq!((code, &answer["same"]), (Some(1), &json!(false)));
    assert_eq!(answer["new_programs"]["compatible"], json!(false));
    assert_eq!(answer["old_programs"]["compatible"], json!(false));
}

#[test]
fn a_file_without_a_layout_is_another_error_than_an_incompatible_layout() {
    let folder = Folder::new("check");
    regions(&folder);
    assert_eq!(shm(&folder, ["check", "./old", "./nothing"]).status.code(), Some(3));
    std::fs::write(folder.file("text"), "no region").unwrap();
    assert_eq!(shm(&folder, ["check", "./old", "./text"]).status.code(), Some(4));
}
