//! The costs of mirrors, measured in one run: how long a change takes, what an idle mirror costs, and how both grow with
//! regions, fields and followers.
//!
//! ```sh
//! cargo run --release --example cost             # some minutes; prints tables
//! cargo run --release --example cost -- --write  # also writes docs/beyond-one-machine.md and its pictures
//! ```
//!
//! Origin and followers are processes of their own, each in a network namespace of its own with a cable between them; over
//! loopback where namespaces cannot be made, without the bytes on the cable.

#![allow(clippy::print_stdout, reason = "it is an example")]

#[path = "../../tests/hosts/mod.rs"]
mod hosts;
mod idle;
mod latency;
mod plot;
mod side;
#[allow(dead_code, reason = "the benches use all of it")]
#[path = "../../../benches/src/report/svg.rs"]
mod svg;
mod table;

use table::Report;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    if arguments.first().is_some_and(|first| first == "side") {
        return side::run(&arguments[1..]);
    }
    let mut report = Report::begin()?;
    latency::measure(&mut report)?;
    idle::measure(&mut report)?;
    let text = report.finish()?;
    println!("{text}");
    if arguments.iter().any(|argument| argument == "--write") {
        report.write(&text)?;
    }
    Ok(())
}
