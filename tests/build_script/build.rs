//! Writes a C header, and a Python module, for the layout of this crate. No region is made.

use std::env;
use std::error::Error;
use std::fs;
use std::path::Path;

use shm_core::SharedLayout;
use shm_export::{Description, c, python};

#[allow(unreachable_pub, reason = "the crate exports it, its build script does not")]
#[path = "src/station.rs"]
mod station;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=src/station.rs");
    let folder = env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?;
    let station = Description::of(station::Station::LAYOUT)?;
    fs::write(Path::new(&folder).join("station.h"), c::header(&station)?)?;
    fs::write(Path::new(&folder).join("station.py"), python::module(&station)?)?;
    Ok(())
}
