//! A driver in C beside a program in Rust: the header is made of the Rust struct, and each side reads and writes by
//! name.
//!
//! The header would usually come from a build script (`tests/build_script`) or from `shm export station --lang c`. Here
//! the program makes it, compiles `driver.c` against it, and starts the driver.

use std::error::Error;
use std::fs;
use std::path::Path;
use std::process::Command;

use shm_core::{Latest, Region, SharedLayout, Watched};
use shm_export::{Description, c};

#[derive(SharedLayout, Clone, Copy, Debug)]
#[repr(C)]
struct Reading {
    /// metres per second
    speed: f64,
    /// amperes
    current: f64,
}

#[derive(SharedLayout, Clone, Copy, Debug, PartialEq)]
#[repr(u32)]
enum State {
    Running,
    Done,
}

#[derive(SharedLayout)]
#[repr(C)]
struct Motor {
    reading: Latest<Reading>,
    steps: u64,
    state: Watched<State>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let name = format!("motor-{}", std::process::id());
    let motor = Region::<Motor>::create(&name)?.remove_on_drop();
    let folder = std::env::temp_dir().join(&name);
    fs::create_dir_all(&folder)?;
    let driver = build(&folder).and_then(|driver| Ok(Command::new(driver).arg(&name).spawn()?));
    let removed = fs::remove_dir_all(&folder);
    let mut driver = driver?;

    let done = motor.state.wait_until_timeout(PATIENCE, |state| state == State::Done)?;
    assert!(driver.wait()?.success());
    assert!(done.is_some(), "the driver has said that it is done");
    let reading = motor.reading.load()?;
    assert_eq!(reading.speed, 500.0);
    println!("after {} steps: {} m/s, {} A", motor.steps, reading.speed, reading.current);
    Ok(removed?)
}

const PATIENCE: std::time::Duration = std::time::Duration::from_secs(20);

/// Writes the header, and compiles the driver against it.
fn build(folder: &Path) -> Result<std::path::PathBuf, Box<dyn Error>> {
    let description = Description::of(Motor::LAYOUT)?;
    fs::write(folder.join("motor.h"), c::header(&description)?)?;
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/c_driver/driver.c");
    let driver = folder.join("driver");
    let compiled = Command::new("gcc")
        .args(["-std=gnu11", "-Wall", "-Wextra", "-Werror", "-O2", "-I"])
        .arg(folder)
        .arg("-o")
        .args([&driver, &source])
        .status()
        .map_err(|error| format!("this example needs gcc: {error}"))?;
    if !compiled.success() {
        return Err("gcc did not compile the driver".into());
    }
    Ok(driver)
}
