//! The error for a user on another system.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The package shm-core without its dependencies: its root and its build script.
fn package(name: &str) -> PathBuf {
    let core = Path::new(env!("CARGO_MANIFEST_DIR")).join("shm-core");
    let copy = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::create_dir_all(copy.join("src")).unwrap();
    for file in ["build.rs", "src/lib.rs"] {
        fs::copy(core.join(file), copy.join(file)).unwrap();
    }
    let manifest = "[package]\nname = \"shm-core\"\nedition = \"2024\"\n[workspace]\n";
    fs::write(copy.join("Cargo.toml"), manifest).unwrap();
    copy
}

fn check(package: &Path, target: &str) -> Output {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .current_dir(package)
        .args(["check", "--offline", "--color=never", "--target", target])
        .arg("--target-dir")
        .arg(package.join("target"))
        .output()
        .expect("running cargo")
}

/// Built for a target that is not Linux, the crate gives one error, the one that says so. The target need
/// not be installed, since nothing is compiled for it.
#[test]
fn anything_but_linux_is_one_clear_error() {
    let targets = ["x86_64-apple-darwin", "x86_64-pc-windows-msvc", "x86_64-unknown-freebsd"];
    refused("elsewhere", &targets, ": shm-core needs Linux: memfd, ");
}

#[test]
fn a_processor_with_32_bits_is_one_clear_error() {
    let targets = ["i686-unknown-linux-gnu", "armv7-unknown-linux-gnueabihf"];
    refused("narrow", &targets, ": shm-core needs a 64-bit processor: ");
}

fn refused(name: &str, targets: &[&str], why: &str) {
    let package = package(name);
    for target in targets {
        let output = check(&package, target);
        let text = String::from_utf8_lossy(&output.stderr);
        let errors: Vec<&str> = text.lines().filter(|line| line.starts_with("error")).collect();
        assert!(!output.status.success());
        assert!(errors[0].contains(why), "{text}");
        assert_eq!(errors[1..], ["error: build script logged errors"], "{text}");
    }
}

#[test]
fn linux_is_not_refused() {
    let output = check(&package("on-linux"), "x86_64-unknown-linux-gnu");
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(!text.contains("needs Linux"), "{text}");
    // The root was reached: without the other files it does not compile.
    assert!(text.contains("couldn't read `src/private/mod.rs`"), "{text}");
}
