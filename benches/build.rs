//! Records the compiler that builds the benchmarks, and compiles the peers in C if they are wanted.

use std::process::Command;

#[cfg(feature = "peers")]
#[allow(dead_code, reason = "only its layout is needed here")]
#[path = "src/wide.rs"]
mod wide;

fn main() {
    let rustc = std::env::var("RUSTC").unwrap_or_else(|_| "rustc".to_owned());
    println!("cargo::rustc-env=SHM_BENCHES_RUSTC={}", first_line(&rustc, "--version"));
    println!("cargo::rerun-if-changed=build.rs");
    compile_c();
}

#[cfg(feature = "peers")]
fn compile_c() {
    println!("cargo::rerun-if-changed=c");
    let headers = write_headers();
    let mut build = cc::Build::new();
    build.file("c/struct_pointer.c").file("c/exported.c").include(headers);
    build.opt_level(2).warnings(true).extra_warnings(true);
    let compiler = build.get_compiler();
    let version = first_line(&compiler.path().to_string_lossy(), "--version");
    println!("cargo::rustc-env=SHM_BENCHES_CC={version}");
    build.compile("peers");
}

/// Exports the struct that C uses through a header, and returns the directory of the header.
#[cfg(feature = "peers")]
fn write_headers() -> std::path::PathBuf {
    println!("cargo::rerun-if-changed=src/wide.rs");
    let layout = <wide::Wide as shm_core::SharedLayout>::LAYOUT;
    let wide = shm_export::Description::of(layout).expect("a layout of this program");
    let header = shm_export::c::header(&wide).expect("a struct of numbers");
    let folder = std::path::PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo sets it"));
    std::fs::write(folder.join("wide.h"), header).expect("cargo made the directory");
    folder
}

#[cfg(not(feature = "peers"))]
fn compile_c() {}

/// The first line of a program's version message.
fn first_line(program: &str, argument: &str) -> String {
    let output = Command::new(program).arg(argument).output();
    let text = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
    text.ok().and_then(|text| text.lines().next().map(str::to_owned)).unwrap_or_default()
}
