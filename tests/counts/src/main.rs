//! Counts instructions, which do not depend on the load of the machine, and compares them with earlier
//! counts.
//!
//! ```text
//! cargo run --release -p shm-counts               counts, and prints a table
//! cargo run --release -p shm-counts -- check      fails if anything takes more than it did
//! cargo run --release -p shm-counts -- bless      makes what is counted the new baseline
//! ```
//!
//! It runs itself under callgrind, once for each case. `README.md` has the rest.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a table is what this program is for"
)]

mod arguments;
mod baseline;
mod callgrind;
mod cases;
mod help;
mod key;
mod report;
mod trouble;

use std::process::ExitCode;

use arguments::{Arguments, Command, Style};
use baseline::Baseline;
use cases::Case;
use key::Key;
use report::Report;
use trouble::Trouble;

fn main() -> ExitCode {
    match Arguments::parse().and_then(|arguments| run(&arguments)) {
        Ok(code) => code,
        Err(trouble) => {
            eprintln!("shm-counts: {trouble}");
            ExitCode::from(2)
        }
    }
}

/// 0 if all is well, 1 if a check fails.
fn run(arguments: &Arguments) -> Result<ExitCode, Trouble> {
    match &arguments.command {
        Command::Perform(name) => return callgrind::perform(name),
        Command::Describe => {
            println!("{}", key::describe());
            return Ok(ExitCode::SUCCESS);
        }
        Command::Help => {
            println!("{}", help::HELP);
            return Ok(ExitCode::SUCCESS);
        }
        Command::Table | Command::Check | Command::Bless => {}
    }
    if cfg!(debug_assertions) {
        return Err(Trouble::Unoptimised);
    }
    let cases = chosen(&arguments.names)?;
    let key = Key::of_this_build()?;
    let file = arguments.baseline.clone().unwrap_or_else(|| key.file());
    let baseline = Baseline::read(&file, &key)?;
    let counts = callgrind::count_all(&cases)?;
    let all = arguments.names.is_empty();
    if arguments.command == Command::Bless {
        Baseline::blessed(key, baseline.filter(|_| !all), &counts).write(&file)?;
        println!("{} counts written to {}", counts.len(), file.display());
        return Ok(ExitCode::SUCCESS);
    }
    let mut report = Report::new(key, &file, &counts, baseline.as_ref());
    if all {
        report.note_gone(baseline.as_ref());
    }
    match arguments.style {
        Style::Text => println!("{report}"),
        Style::Json => println!("{}", report.json()),
    }
    let failed = arguments.command == Command::Check && report.failed();
    Ok(ExitCode::from(u8::from(failed)))
}

/// Returns the cases with these names; all, if no name is given.
fn chosen(names: &[String]) -> Result<Vec<Case>, Trouble> {
    let all = cases::all();
    if names.is_empty() {
        return Ok(all);
    }
    if let Some(unknown) = names.iter().find(|name| !all.iter().any(|case| case.name == **name)) {
        return Err(Trouble::NoSuchCase { name: unknown.clone() });
    }
    Ok(all.into_iter().filter(|case| names.iter().any(|name| name == case.name)).collect())
}
