//! Refuses targets other than Linux on 64-bit processors, and decides whether copies are made by inline assembly: not where
//! a sanitizer or Miri is to see each access, nor where the feature `portable` asks for none.

use std::env::var_os;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-check-cfg=cfg(shm_assembly)");
    if var_os("CARGO_CFG_TARGET_OS").is_none_or(|name| name != "linux") {
        println!(
            "cargo::error=shm-core needs Linux: memfd, O_TMPFILE, file seals and shared futexes exist nowhere else"
        );
        return;
    }
    if var_os("CARGO_CFG_TARGET_POINTER_WIDTH").is_none_or(|width| width != "64") {
        println!(
            "cargo::error=shm-core needs a 64-bit processor: elsewhere a `u64` in a struct may not be aligned for atomic access"
        );
        return;
    }
    let x86_64 = var_os("CARGO_CFG_TARGET_ARCH").is_some_and(|name| name == "x86_64");
    let watched = ["CARGO_CFG_MIRI", "CARGO_CFG_SANITIZE", "CARGO_FEATURE_PORTABLE"];
    if x86_64 && !watched.into_iter().any(|name| var_os(name).is_some()) {
        println!("cargo::rustc-cfg=shm_assembly");
    }
}
