//! Two processes share a struct by field name.
//!
//! `cargo run --example two_processes` starts a second process of itself. Neither knows an offset:
//! the struct below is all they have in common.

use std::error::Error;
use std::process::Command;
use std::time::Duration;

use shm_core::{Bulk, Region, SharedLayout, View};

/// The position of a robot.
#[derive(SharedLayout, Clone, Copy, Debug, PartialEq)]
#[repr(C)]
pub struct Pose {
    pub x: f64,
    pub y: f64,
    /// measured from the x axis
    #[shm(unit = "rad")]
    pub heading: f32,
}

/// The current mode of the station.
#[derive(SharedLayout, Clone, Copy, Debug, PartialEq)]
#[repr(u8)]
pub enum Mode {
    Idle,
    Measuring,
}

/// One weather station.
#[derive(SharedLayout)]
#[repr(C)]
pub struct Station {
    /// the air, two metres above ground
    #[shm(unit = "°C")]
    pub temperature: f64,
    pub hits: u64,
    pub mode: Mode,
    pub samples: [u32; 16],
    pub pose: Pose,
}

fn main() -> Result<(), Box<dyn Error>> {
    match std::env::args().nth(1) {
        None => parent(),
        Some(name) => child(&name),
    }
}

fn parent() -> Result<(), Box<dyn Error>> {
    let name = format!("station-{}", std::process::id());
    let station = Region::<Station>::create(&name)?;

    station.temperature.set(21.5);
    station.samples[3].set(7);
    station.pose.store(&Pose { x: 1.0, y: 2.0, heading: 0.5 });
    println!("parent  wrote temperature 21.5, samples[3] 7 and pose (1, 2, 0.5) to {name}");

    let status = Command::new(std::env::current_exe()?).arg(&name).status();
    station.unlink()?; // the name; the memory stays until the handle goes
    if !status?.success() {
        return Err("the child failed".into());
    }

    println!("parent  reads mode {:?}, hits {}", station.mode.get()?, station.hits.get());
    println!("parent  reads samples {:?}", station.samples.load_vec()?);
    println!("parent  reads pose {:?}", station.pose.load()?);
    assert_eq!(station.mode.get()?, Mode::Measuring);
    assert_eq!(station.hits.get(), 3);
    assert_eq!((station.samples[3].get(), station.samples[4].get()), (7, 14));
    assert_eq!(station.pose.x.get(), 1.25);
    Ok(())
}

/// Another program, started later: it has the struct and the name.
fn child(name: &str) -> Result<(), Box<dyn Error>> {
    let station = Region::<Station>::options().wait(Duration::from_secs(5)).open(name)?;
    println!(
        "child   reads temperature {} °C, samples[3] {}, pose {:?}",
        station.temperature.get(),
        station.samples[3].get(),
        station.pose.load()?,
    );
    assert_eq!(station.temperature.get(), 21.5);
    measure(&station);
    println!("child   wrote mode, samples[4], pose.x and counted three hits");
    Ok(())
}

/// Works on any station, wherever it lives.
fn measure(station: &View<Station>) {
    station.mode.set(Mode::Measuring);
    station.samples[4].set(2 * station.samples[3].get());
    station.pose.x.set(station.pose.x.get() + 0.25);
    for _ in 0..3 {
        station.hits.fetch_add(1); // no update is ever lost
    }
}
