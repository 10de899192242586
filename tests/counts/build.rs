//! Tells the program what it was compiled by and for.

use std::env::var;
use std::process::Command;

fn main() {
    let rustc = var("RUSTC").expect("cargo says which compiler it uses");
    let output = Command::new(rustc).arg("--version").output().expect("the compiler runs");
    let version = String::from_utf8(output.stdout).expect("a version is text");
    // "rustc 1.95.0 (59807616e 2026-04-14)"
    println!("cargo::rustc-env=SHM_RUSTC={}", version.trim());
    println!("cargo::rustc-env=SHM_TARGET={}", var("TARGET").expect("cargo says so"));
    let features = var("CARGO_CFG_TARGET_FEATURE").unwrap_or_default();
    println!("cargo::rustc-env=SHM_FEATURES={features}");
    println!("cargo::rerun-if-changed=build.rs");
}
