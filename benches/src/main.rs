//! shm-core and its peers: speed and correctness, measured in one run. `--help` describes the options.
//!
//! ```text
//! args ─▶ compare ─▶ runner ─▶ a process for each sample ─▶ outcome ─▶ report/
//!         cases      folder    scenarios/, with peers/      statistics  Markdown, JSON, SVG
//!         contestant           series/, alone
//!      ─▶ judge   ─▶ runner, two peers at a time: fails if a claim is lost
//! ```
//!
//! A sample is taken by a separate process: this program again (`lead`, and `partner` where a second
//! party takes part), or a program in another language that understands the same arguments.

#![allow(clippy::print_stdout, reason = "a process of this program prints its measurements")]

mod args;
mod cases;
mod claims;
mod compare;
mod contestant;
mod cpu;
mod death_with_parent;
mod folder;
mod job;
mod judge;
mod machine;
mod measure;
mod outcome;
mod party;
mod peers;
mod progress;
mod report;
mod runner;
mod scenarios;
mod series;
mod statistics;
mod versions;
mod wide;
mod worker;

use std::ffi::OsString;
use std::io::Write;
use std::process::ExitCode;

use args::Command;
use outcome::Failure;

fn main() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().skip(1).collect();
    match run(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            let _ = writeln!(std::io::stderr(), "error: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: Vec<OsString>) -> Result<(), Failure> {
    if let Some(part) = worker::Part::of(&arguments) {
        return part.play();
    }
    match args::parse(arguments)? {
        Command::Help => print!("{}", args::HELP),
        Command::Claims(options) => judge::check(&options)?,
        Command::List => print!("{}", compare::list()),
        Command::Measure(options) => compare::measure(&options)?,
        Command::Render { results, options } => compare::render(&results, &options)?,
    }
    Ok(())
}
