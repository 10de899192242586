//! The output of a program whose `main` returns an error: std prints it with `{:?}`, which is the message,
//! its sources and the advice. This test is such a program; it runs itself.

use std::process::Command;
use std::time::Duration;

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
    if name == "in time" {
        let never = "/dev/shm/shm-main-error/there/is/no/such/directory";
        Region::<Pair>::options().wait(Duration::ZERO).open(never)?;
    }
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
    let said = format!(
        "Error: /dev/shm/{name} does not exist\n\nhelp: start the process that creates it first, or wait for \
         it with `options().wait(..)`, or use `open_or_create`\n"
    );
    assert_eq!(missing, said);

    let pair = Region::<Pair>::create(&name).expect("creating a region");
    let (refused, expected) = (printed(&name), Region::<Swapped>::open(&name).unwrap_err());
    pair.unlink().expect("removing its name");
    let help = expected.help().expect("something can be done");
    assert_eq!(refused, format!("Error: {expected}\n\nhelp: {help}\n"));
    // The picture of both layouts, not the fields of a Rust enum.
    assert!(
        refused.lines().any(|line| line.contains("left") && line.contains("right")),
        "{refused}"
    );
    for word in ["LayoutDiffers", "Some(", "{ "] {
        assert!(!refused.contains(word), "{refused}");
    }
    let late = printed("in time");
    let (message, rest) = late.split_once("\n\nCaused by:\n    ").expect("a source");
    assert!(message.ends_with("could not be opened in time"), "{late}");
    assert_eq!(rest.matches("does not exist").count(), 1, "{late}");
    println!("test a_main_that_returns_an_error_prints_what_it_says ... ok");
}
