//! Two processes that share memory by field name, without a struct.
//!
//! The first one describes the shared fields as text, as a configuration file or a user could. The
//! second one gets only the region's name, and finds everything in the region: names, types, units,
//! values. Each field is read and written as one atomic of its own width, as with a struct.

use std::error::Error;
use std::process::Command;

use shm_core::{
    DynRegion, ReadOnly, Region, SharedLayout,
    dynamic::{DynLayout, DynValue},
};

fn main() -> Result<(), Box<dyn Error>> {
    if let Some(name) = std::env::args().nth(1) {
        return second(&name);
    }
    let name = format!("by-name-{}", std::process::id());
    let oven = DynRegion::create(&name, &described()?)?;
    let outcome = first(&oven, &name);
    shm_core::region::unlink(&name)?;
    outcome
}

/// The contents of the region, as text.
fn described() -> Result<DynLayout, Box<dyn Error>> {
    Ok(DynLayout::builder("Oven")
        .define("enum Mode: u8 { Off, Heating, Hot }")
        .define("struct Program { minutes: u32, target: f32 }")
        .field("temperature", "f64")
        .unit("°C")
        .field("mode", "Mode")
        .field("doors", "u64")
        .field("history", "[f32; 60]")
        .field("program", "Latest<Program>")
        .build()?)
}

fn first(oven: &DynRegion, name: &str) -> Result<(), Box<dyn Error>> {
    oven.set("temperature", 180.5)?;
    oven.set("mode", "Heating")?;
    oven.set("history[2]", 179.0)?;
    // Both at once: no reader sees one without the other.
    oven.set(
        "program",
        DynValue::Struct(vec![
            ("minutes".to_owned(), 45.into()),
            ("target".to_owned(), 200.into()),
        ]),
    )?;

    let status = Command::new(std::env::current_exe()?).arg(name).status()?;
    assert!(status.success());

    println!("the door was opened {} times", oven.get("doors")?);
    println!("a wrong name:  {}", oven.get("temprature").unwrap_err());
    println!("a wrong value: {}", oven.set("mode", "Warm").unwrap_err());
    with_a_struct(name)
}

/// The other process, which has never heard of an oven.
fn second(name: &str) -> Result<(), Box<dyn Error>> {
    let region = DynRegion::open(name)?;
    println!("OFFSET  TYPE             FIELD            VALUE");
    for field in region.fields() {
        let is_struct = field.fields().next().is_some();
        let value = if is_struct { String::new() } else { region.get(field.path())?.to_string() };
        let (offset, ty, path) = (field.offset(), field.type_name(), field.path());
        let line = format!("{offset:>6}  {ty:<15}  {path:<15}  {value:.24} {}", field.unit());
        println!("{}", line.trim_end());
    }

    // A path that is used often is looked up once.
    let doors = region.resolve("doors")?;
    for _ in 0..3 {
        doors.fetch_add(1)?;
    }
    Ok(())
}

/// A program that has the struct opens the same region with it.
fn with_a_struct(name: &str) -> Result<(), Box<dyn Error>> {
    #[derive(SharedLayout, Clone, Copy, Debug, PartialEq)]
    #[repr(u8)]
    enum Mode {
        Off,
        Heating,
        Hot,
    }
    #[derive(SharedLayout, Clone, Copy, Debug)]
    #[repr(C)]
    struct Program {
        minutes: u32,
        target: f32,
    }
    #[derive(SharedLayout)]
    #[repr(C)]
    struct Oven {
        temperature: f64,
        mode: Mode,
        doors: u64,
        history: [f32; 60],
        program: shm_core::Latest<Program>,
    }
    let oven: Region<Oven, ReadOnly> = Region::open_read_only(name)?;
    println!("with a struct: {:?}, {:?}", oven.mode.get()?, oven.program.load()?);
    assert_eq!((oven.doors.get(), oven.mode.get()?), (3, Mode::Heating));
    Ok(())
}
