//! What a program prints whose `main` returns an error: std prints it with `{:?}`, and that is what
//! `Display` says. This test is such a program; it runs itself.

use std::process::Command;

use shm_core::{Error, Region, SharedLayout};

#[derive(SharedLayout)]
#[repr(C)]
struct Pair {
    left: u32,
    right: u32,
}

#[derive(SharedLayout)]
#[repr(C)]
struct Swapped {
    right: u32,
    left: u32,
}

fn main() -> Result<(), Error> {
    let Some(name) = std::env::var_os("SHM_MAIN_ERROR") else {
        test_itself();
        return Ok(());
    };
    Region::<Swapped>::open(name)?;
    unreachable!("the regions differ")
}

/// Runs this program again, so that its `main` returns an error.
fn printed(name: &str) -> String {
    let this = std::env::current_exe().expect("this program's path");
    let output = Command::new(this).env("SHM_MAIN_ERROR", name).output().expect("running it again");
    assert_eq!(output.status.code(), Some(1));
    String::from_utf8(output.stderr).expect("text")
}

fn test_itself() {
    let name = format!("shm-main-error-{}", std::process::id());
    let missing = printed(&name);
    assert!(
        missing.starts_with("Error: /dev/shm/") && missing.contains("does not exist"),
        "{missing}"
    );

    let pair = Region::<Pair>::create(&name).expect("creating a region");
    let (refused, expected) = (printed(&name), Region::<Swapped>::open(&name).unwrap_err());
    pair.unlink().expect("removing its name");
    assert_eq!(refused.trim_end(), format!("Error: {expected}").trim_end());
    // The picture of both layouts, not the fields of a Rust enum.
    assert!(
        refused.lines().any(|line| line.contains("left") && line.contains("right")),
        "{refused}"
    );
    for word in ["LayoutDiffers", "Some(", "{ "] {
        assert!(!refused.contains(word), "{refused}");
    }
    println!("test a_main_that_returns_an_error_prints_what_it_says ... ok");
}
