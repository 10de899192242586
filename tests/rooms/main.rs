//! Rooms only look down: in no crate of this workspace do modules use each other in a circle.
//!
//! A room is a module at the top of a crate or, in most crates, also one beside others in a folder. An edge is a
//! path in the source that leads from one room into another, in a `use` or anywhere else, through re-exports to
//! where the item is. Tests may look anywhere. A folder's own file is not a room next to its parts: it
//! has what they share, and lists them.

mod graph;
mod modules;
mod paths;
mod rooms;

use std::fs;
use std::path::Path;

use modules::Sources;

/// Edges of circles that are still to be cut: crate, the room that uses, the room that is used. An entry
/// that is no longer in a circle fails the test: delete it.
const STILL_TO_CUT: &[(&str, &str, &str)] = &[];

/// Crates in which files of one folder may still be in a circle.
const FOLDERS_STILL_TO_SORT: &[&str] = &["python", "shm-core", "shm-schema"];

/// The roots of every crate in the workspace, beside the package that holds this test.
fn roots() -> Vec<(String, String)> {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR"));
    let manifest = fs::read_to_string(workspace.join("Cargo.toml")).unwrap();
    let (_, members) = manifest.split_once("members = [").unwrap();
    let members = members.split_once(']').unwrap().0;
    let members = members.split(',').map(|member| member.trim().trim_matches('"'));
    let roots = members.filter(|member| !member.is_empty()).flat_map(|member| {
        ["lib.rs", "main.rs"].map(|root| (member.to_owned(), format!("{member}/src/{root}")))
    });
    roots.filter(|(_, root)| workspace.join(root).exists()).collect()
}

fn on_disk(path: &str) -> Option<String> {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).ok()
}

#[test]
fn no_crate_has_rooms_in_a_circle() {
    let (mut found, mut met) = (Vec::new(), Vec::new());
    let roots = roots();
    assert!(roots.iter().any(|(name, _)| name == "shm-core"), "{roots:?}");
    for (name, root) in &roots {
        let levels = rooms::levels(&Sources::read(root, &on_disk));
        let held = if FOLDERS_STILL_TO_SORT.contains(&&**name) { 1 } else { levels.len() };
        for level in levels.iter().take(held) {
            let circles = graph::circles(level, &[]);
            let known = STILL_TO_CUT.iter().filter(|(known, ..)| known == name);
            let known =
                known.filter(|(_, from, to)| circles.iter().any(|circle| circle.has(from, to)));
            let without: Vec<_> = known.clone().map(|(_, from, to)| (*from, *to)).collect();
            let left = graph::circles(level, &without);
            found.extend(left.iter().map(|circle| format!("{name}: {circle}")));
            met.extend(known);
        }
    }
    assert!(found.is_empty(), "rooms use each other in a circle:\n{}", found.join("\n"));
    let cut: Vec<_> = STILL_TO_CUT.iter().filter(|known| !met.contains(known)).collect();
    assert!(cut.is_empty(), "in no circle any more, delete them from the list: {cut:?}");
}

/// Returns the edges found in a crate of these files.
fn circles_in(files: &[(&str, &str)]) -> Vec<String> {
    let file = |path: &str| {
        files.iter().find(|(name, _)| *name == path).map(|(_, text)| (*text).to_owned())
    };
    let levels = rooms::levels(&Sources::read("src/lib.rs", &file));
    let circles = levels.iter().flat_map(|level| graph::circles(level, &[]));
    circles.map(|circle| circle.to_string()).collect()
}

#[test]
fn a_circle_is_printed_with_each_edge_and_where_it_is() {
    let found = circles_in(&[
        ("src/lib.rs", "mod a; mod b; mod c;"),
        ("src/a.rs", "use crate::b::B;\npub struct A;"),
        ("src/b.rs", "pub struct B;\nfn f() { crate::c::g(); }"),
        ("src/c.rs", "//! Not `crate::b`.\nuse {std::fmt, super::a::A};\npub fn g() {}"),
    ]);
    assert_eq!(found, ["a -> b (src/a.rs:1), b -> c (src/b.rs:2), c -> a (src/c.rs:2)"]);
}

#[test]
fn an_edge_leads_through_re_exports_to_where_the_item_is() {
    let found = circles_in(&[
        ("src/lib.rs", "mod error; mod region;\npub use error::Error; pub use region::*;"),
        ("src/error.rs", "pub struct Error(crate::Region);"),
        ("src/region/mod.rs", "mod handle; pub use handle::Region;"),
        ("src/region/handle.rs", "pub struct Region; fn f() -> Option<crate::Error> { None }"),
    ]);
    assert_eq!(
        found,
        ["error -> region (src/error.rs:1), region -> error (src/region/handle.rs:1)"]
    );
}

#[test]
fn files_in_a_folder_are_also_rooms() {
    let found = circles_in(&[
        ("src/lib.rs", "mod folder;"),
        ("src/folder/mod.rs", "mod down; mod up; pub use up::Up;"),
        ("src/folder/up.rs", "use super::down; pub struct Up;"),
        ("src/folder/down.rs", "use super::Up;"),
    ]);
    assert_eq!(
        found,
        [
            "folder::down -> folder::up (src/folder/down.rs:1), folder::up -> folder::down (src/folder/up.rs:1)"
        ]
    );
}

#[test]
fn a_folder_and_its_parts_may_use_each_other() {
    let found = circles_in(&[
        ("src/lib.rs", "mod folder;"),
        ("src/folder.rs", "mod part;\nfn all() { part::one() }\nfn limit() {}"),
        ("src/folder/part.rs", "pub fn one() { super::limit() }"),
    ]);
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn macros_count_with_the_paths_that_they_print() {
    let found = circles_in(&[
        ("src/lib.rs", "mod a; mod b;"),
        ("src/a.rs", "macro_rules! make { () => { $crate::b::B }; }"),
        ("src/b.rs", "fn f() { assert!(crate::a::is_so()) }"),
    ]);
    assert_eq!(found, ["a -> b (src/a.rs:1), b -> a (src/b.rs:1)"]);
}

#[test]
fn tests_comments_and_texts_are_not_edges() {
    let found = circles_in(&[
        ("src/lib.rs", "mod a; mod b; #[cfg(test)] mod c;"),
        (
            "src/a.rs",
            "use crate::b; #[cfg(test)] mod tests { use crate::c::C; }\n#[cfg(all(test, unix))] mod d;",
        ),
        ("src/a/d.rs", "use crate::b; use crate::a;"),
        (
            "src/b.rs",
            "/// [`A`](crate::a::A)\nconst TEXT: &str = \"crate::a\"; // crate::a\n#[cfg(test)]\nuse {crate::a::A};\nfn f() {}",
        ),
        ("src/c.rs", "use crate::a; use crate::b;"),
    ]);
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn code_that_is_not_only_for_tests_counts() {
    let found = circles_in(&[
        ("src/lib.rs", "mod a;\n#[path = \"other.rs\"] mod b;"),
        ("src/a.rs", "#[cfg(not(test))]\nuse crate::b;"),
        ("src/other.rs", "mod inside { fn f() { super::super::a::g() } }"),
    ]);
    assert_eq!(found, ["a -> b (src/a.rs:2), b -> a (src/other.rs:1)"]);
}
