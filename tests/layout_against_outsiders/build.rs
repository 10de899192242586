//! Writes the structs for this test: thousands of lines, made from a few.

use std::path::Path;

mod generator;

fn main() {
    println!("cargo::rerun-if-changed=tests/layout_against_outsiders/build.rs");
    println!("cargo::rerun-if-changed=tests/layout_against_outsiders/generator.rs");
    let folder = std::env::var_os("OUT_DIR").expect("cargo sets OUT_DIR");
    std::fs::write(Path::new(&folder).join("structs.rs"), generator::generate())
        .expect("writing the structs");
}
