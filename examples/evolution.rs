//! A struct gets a new field, while a program that has the old one is running.
//!
//! The old program's region has room to grow. The new program has one more field, adds it to the region,
//! and both keep running: each reads and writes its own fields. Whether that is possible can be checked
//! beforehand. An impossible change, such as a field with another type, is refused when the region is
//! opened, and the region is left unchanged.

use std::error::Error;
use std::process::Command;
use std::time::Duration;

use shm_core::schema::{self, Schema};
use shm_core::{DynRegion, Region, SharedLayout, inspect::Inspection};

/// The program yesterday.
mod old {
    #[derive(shm_core::SharedLayout)]
    #[repr(C)]
    #[shm(capacity = 256)]
    pub struct Station {
        pub temperature: f64,
        pub hits: u64,
    }
}

/// The struct today: `hits` has a better name, and a new field follows all others.
mod new {
    #[derive(shm_core::SharedLayout)]
    #[repr(C)]
    #[shm(capacity = 256)]
    pub struct Station {
        pub temperature: f64,
        #[shm(alias = "hits")]
        pub visits: u64,
        /// relative, in percent
        pub humidity: f32,
    }
}

/// A change that is refused.
mod wrong {
    #[derive(shm_core::SharedLayout)]
    #[repr(C)]
    pub struct Station {
        pub temperature: f32,
        pub hits: u64,
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    if let Some(name) = std::env::args().nth(1) {
        return Ok(old_program(&name)?);
    }
    let name = format!("evolution-{}", std::process::id());
    Region::<old::Station>::create(&name)?;
    let outcome = new_program(&name);
    shm_core::region::unlink(&name)?;
    outcome
}

/// Counts until the temperature is below zero.
fn old_program(name: &str) -> Result<(), shm_core::Error> {
    let station = Region::<old::Station>::open(name)?;
    while station.temperature.get() >= 0.0 {
        station.hits.fetch_add(1);
        std::thread::sleep(Duration::from_millis(1));
    }
    println!("the old program ends at {} °C", station.temperature.get());
    Ok(())
}

fn new_program(name: &str) -> Result<(), Box<dyn Error>> {
    let mut running = Command::new(std::env::current_exe()?).arg(name).spawn()?;
    let outcome = beside_the_old_one(name);
    if outcome.is_err() {
        running.kill()?;
        running.wait()?;
        return outcome;
    }
    assert!(running.wait()?.success());
    Ok(())
}

fn beside_the_old_one(name: &str) -> Result<(), Box<dyn Error>> {
    ask(name)?;
    println!("before: {}", DynRegion::open_read_only(name)?.get("")?);

    let station = Region::<new::Station>::open(name)?; // here it is added
    station.humidity.set(61.5);
    while station.visits.get() < 10 {
        std::thread::sleep(Duration::from_millis(1)); // the old one keeps counting
    }
    println!("after:  {}", DynRegion::open_read_only(name)?.get("")?);

    let refused = Region::<wrong::Station>::open(name).expect_err("its temperature is an f32");
    println!("\nthe wrong program is told:\n{refused}\n");
    station.temperature.set(-1.0);
    Ok(())
}

/// Checks whether the new program can use the region, without changing it.
fn ask(name: &str) -> Result<(), Box<dyn Error>> {
    let region = Inspection::of(name)?;
    let program = Schema::of(new::Station::LAYOUT)?; // the alias is there
    let verdict = schema::compare(region.schema(), region.header().room(), &program)?;
    println!("to be added: {:?}, renamed: {:?}", verdict.added(), verdict.renamed());
    Ok(())
}
