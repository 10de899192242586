//! Overlays: types over bytes that others laid out, and made without this library.

#[path = "../support/mod.rs"]
mod support;

mod by_name;
mod descriptors;
mod files;
mod lengths;
mod names;
mod posix_locks;
mod raw;
mod segments;
mod systems;

use std::path::{Path, PathBuf};
use std::process::Command;

use support::Folder;

/// The role of a second process.
#[test]
#[ignore = "run by other tests, as a second process"]
fn second_process() {
    match support::role().as_deref() {
        Some("probes a lock") => posix_locks::probes(),
        Some("loses its descriptors") => files::loses_its_descriptors(),
        Some("is on hugetlbfs") => systems::is_on_hugetlbfs(),
        Some("is on overlayfs") => systems::is_on_overlayfs(),
        role => panic!("nothing to do in the role {role:?}"),
    }
}

/// Compiles a C program.
fn c_program(folder: &Folder, source: &str) -> PathBuf {
    let (text, program) = (folder.file("program.c"), folder.file("program"));
    std::fs::write(&text, source).unwrap();
    let mut compiler = Command::new("cc");
    compiler.args(["-std=c11", "-D_GNU_SOURCE", "-Wall", "-Werror", "-o"]).args([&program, &text]);
    assert!(compiler.status().expect("a C compiler").success());
    program
}

/// Returns the lines of this process's mappings of the file at a path, even if its name has changed.
fn mappings_of(path: &Path) -> Vec<String> {
    use std::os::unix::fs::MetadataExt;
    let inode = std::fs::metadata(path).unwrap().ino().to_string();
    let maps = std::fs::read_to_string("/proc/self/maps").unwrap();
    let is_ours = |line: &&str| line.split_whitespace().nth(4) == Some(inode.as_str());
    maps.lines().filter(is_ours).map(ToOwned::to_owned).collect()
}

/// Returns this process's descriptors of the file at a path.
fn descriptors_of(path: &Path) -> usize {
    use std::os::unix::fs::MetadataExt;
    let id = |facts: std::fs::Metadata| (facts.dev(), facts.ino());
    let wanted = id(std::fs::metadata(path).unwrap());
    let all = std::fs::read_dir("/proc/self/fd").unwrap().flatten();
    all.filter(|entry| std::fs::metadata(entry.path()).is_ok_and(|facts| id(facts) == wanted))
        .count()
}
