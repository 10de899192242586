//! `docs/recipes.md`: each excerpt is in the file that it is from, and each program runs.

use std::path::{Path, PathBuf};
use std::process::Command;

const PAGE: &str = include_str!("../docs/recipes.md");

/// An excerpt, and the file that it is from.
struct Excerpt<'a> {
    file: &'a str,
    text: String,
}

fn excerpts(page: &str) -> Vec<Excerpt<'_>> {
    let (mut excerpts, mut file, mut text): (Vec<Excerpt<'_>>, &str, Option<String>) =
        (Vec::new(), "", None);
    for line in page.lines() {
        if let Some(named) = line.strip_prefix("From [`") {
            file = named.split('`').next().unwrap_or_default();
        }
        match (&mut text, line.strip_prefix("```")) {
            (None, Some(_language)) => text = Some(String::new()),
            (Some(_), Some(_)) => excerpts.extend(text.take().map(|text| Excerpt { file, text })),
            (Some(text), None) => *text += &format!("{line}\n"),
            (None, None) => {}
        }
    }
    excerpts
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn every_excerpt_is_in_its_file() {
    let excerpts = excerpts(PAGE);
    assert!(excerpts.len() >= 10, "{} excerpts", excerpts.len());
    for Excerpt { file, text } in excerpts {
        let source = std::fs::read_to_string(root().join(file)).expect(file);
        assert!(source.contains(&text), "{file} does not have these lines:\n{text}");
    }
}

/// The program of an example. Cargo builds examples for the tests of a package, but not for one of them alone.
fn program(name: &str) -> PathBuf {
    let test = std::env::current_exe().expect("the path of a test");
    let folder = test.ancestors().nth(2).expect("target/PROFILE/deps/TEST");
    let program = folder.join("examples").join(name);
    if !program.exists() {
        let mut build = Command::new(env!("CARGO"));
        build.args(["build", "--quiet", "--example", name]).current_dir(root());
        if folder.ends_with("release") {
            build.arg("--release");
        }
        assert!(build.status().expect("cargo runs").success(), "{name} does not build");
    }
    program
}

fn printed(name: &str) -> String {
    let output = Command::new(program(name)).output().expect(name);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    said
}

#[test]
fn a_board_of_metrics_loses_nothing_of_killed_workers() {
    assert!(printed("workers").contains("6 workers were killed"));
}

#[test]
fn a_work_queue_goes_on_while_workers_are_killed() {
    assert!(printed("tasks").contains("all others were done, each once"));
}

#[test]
fn every_reader_gets_the_last_configuration_and_none_a_wrong_one() {
    let said = printed("config");
    assert_eq!(
        said.matches("hello from revision 5 (500 requests per second)").count(),
        3,
        "{said}"
    );
    assert!(said.contains("refused: a limit of 0"), "{said}");
}

#[test]
fn both_readers_of_a_camera_see_whole_frames_up_to_the_last() {
    assert_eq!(printed("camera").matches("for a frame saw").count(), 2);
}

#[test]
fn a_driver_in_c_fills_a_struct_of_rust() {
    assert_eq!(printed("c_driver"), "after 1000 steps: 500 m/s, 1 A\n");
}
