//! The derive in crates of its users: with every lint, and in every edition.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// `cargo` in a folder, with a target folder of its own: the one of this workspace may be locked.
fn cargo(folder: &Path, target: &str, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO"))
        .args(arguments)
        .current_dir(folder)
        .env("CARGO_TARGET_DIR", Path::new(ROOT).join("target").join(target))
        .env_remove("RUSTFLAGS")
        .output()
        .expect("cargo starts")
}

#[track_caller]
fn expect_silence(what: &str, output: &Output) {
    let said = String::from_utf8_lossy(&output.stderr);
    let complains = said.contains("warning") || said.contains("error");
    assert!(output.status.success() && !complains, "{what}:\n{said}");
}

/// `shm-strict` denies everything that rustc and clippy know. If clippy is not installed, only rustc's
/// lints are checked.
#[test]
fn a_crate_that_denies_every_lint_stays_clean() {
    let root = Path::new(ROOT);
    let has_clippy = cargo(root, "strict", &["clippy", "--version"]).status.success();
    let command = if has_clippy { "clippy" } else { "check" };
    if !has_clippy {
        eprintln!("clippy is not installed: its lints are not checked");
    }
    // Touched, so that it is checked again, instead of repeating old output.
    let source = root.join("tests/strict/src/lib.rs");
    let now = std::fs::FileTimes::new().set_modified(std::time::SystemTime::now());
    std::fs::File::options().append(true).open(source).unwrap().set_times(now).unwrap();
    let arguments = [command, "--quiet", "--offline", "--package", "shm-strict", "--no-deps"];
    let arguments = if has_clippy { &arguments[..] } else { &arguments[..5] };
    expect_silence("shm-strict", &cargo(root, "strict", arguments));
}

/// A separate program, outside the workspace.
fn program(edition: &str) -> PathBuf {
    let folder = Path::new(ROOT).join("target/editions").join(edition);
    std::fs::create_dir_all(folder.join("src")).unwrap();
    let manifest = format!(
        "[package]\nname = \"edition-{edition}\"\nversion = \"0.0.0\"\nedition = \"{edition}\"\n\
         [dependencies]\nshm-core = {{ path = \"{ROOT}/shm-core\" }}\n[workspace]\n"
    );
    std::fs::write(folder.join("Cargo.toml"), manifest).unwrap();
    std::fs::write(folder.join("src/main.rs"), PROGRAM).unwrap();
    std::fs::copy(Path::new(ROOT).join("Cargo.lock"), folder.join("Cargo.lock")).unwrap();
    folder
}

const PROGRAM: &str = r#"
#![forbid(unsafe_code)]
#![deny(warnings)]
extern crate shm_core;

use shm_core::Region;

mod deeper {
    use shm_core::{Latest, Mutex, SharedLayout};

    #[derive(SharedLayout, Clone, Copy, Debug, PartialEq)]
    #[repr(u8)]
    pub enum Mode {
        Idle,
        Busy,
    }

    #[derive(SharedLayout, Clone, Copy, Debug)]
    #[repr(C)]
    pub struct Pose {
        pub x: f32,
        pub mode: Mode,
    }

    #[derive(SharedLayout, Debug)]
    #[repr(C)]
    pub struct Robot<T> {
        pub poses: [Pose; 2],
        pub latest: Latest<Pose>,
        pub lock: Mutex<u32>,
        pub load: T,
    }

    #[derive(SharedLayout)]
    #[repr(C)]
    pub struct Frame {
        pub width: u64,
        pub pixels: [Mode],
    }
}

fn main() {
    let robot = Region::<deeper::Robot<u16>>::options().private().unwrap();
    robot.poses[1].mode.set(deeper::Mode::Busy);
    robot.load.set(7);
    assert_eq!(robot.poses[1].load().unwrap().mode, deeper::Mode::Busy);
    assert_eq!(robot.read_only().load.get(), 7);
    let frame = Region::<deeper::Frame>::options().len(3).private().unwrap();
    assert_eq!(frame.read_only().pixels[2].get().unwrap(), deeper::Mode::Idle);
    assert_eq!(frame.width.get(), 0);
    assert!(deeper::Mode::Idle != deeper::Mode::Busy);
}
"#;

#[test]
fn the_derive_works_in_every_edition() {
    for edition in ["2015", "2018", "2021", "2024"] {
        let output = cargo(&program(edition), "editions", &["run", "--quiet", "--offline"]);
        expect_silence(edition, &output);
    }
}
