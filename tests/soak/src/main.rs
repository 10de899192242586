//! Everything at once, for as long as wanted: locks, queues, rings, heaps, rows, growth, mirrors; with processes
//! killed and stopped at random all the time.
//!
//! ```sh
//! cargo run --release -p shm-soak -- --minutes 60 --out soak
//! ```
//!
//! Each [part](parts) has a region, and processes that use it and check what they see. The [director] kills
//! them with SIGKILL, or stops them for a while, and starts others in their place; then it lets all of them be for a
//! moment, in which each must make progress. At the end all are asked to end, and each part audits its region. The
//! report has a row for each part. A process that fails, or that makes no progress for a minute (`--patience`) while it is left in
//! peace, ends the run: the report says so, and the folder of `--out` has the region, what the processes printed, and
//! what the system says of them.
//!
//! With `--mirror BINARY`, the command `shm-mirror` follows a region over loopback, and is killed like all others.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "it is a command")]

mod beat;
mod crew;
mod dice;
mod director;
mod evidence;
mod parts;
mod report;
mod worker;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

/// What may go wrong, as text: the report shows it.
type Fault = Box<dyn std::error::Error>;

const USAGE: &str = "usage: shm-soak [--minutes N | --seconds N] [--out FOLDER] [--seed N] [--patience SECONDS] [--mirror BINARY] [--only PART]";

/// What the command was asked for.
struct Wish {
    length: Duration,
    /// Where the evidence goes: if not given, to a folder that is removed if there is none.
    out: Option<PathBuf>,
    seed: u64,
    mirror: Option<PathBuf>,
    only: Option<String>,
    /// How long a process that is left in peace may make no progress.
    patience: Duration,
}

fn wish(mut arguments: lexopt::Parser) -> Result<Wish, lexopt::Error> {
    use lexopt::prelude::*;
    let mut wish = Wish {
        length: Duration::from_secs(20),
        out: None,
        seed: u64::from(std::process::id()),
        mirror: None,
        only: None,
        patience: Duration::from_secs(60),
    };
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("minutes") => {
                wish.length = Duration::from_secs(60 * arguments.value()?.parse::<u64>()?);
            }
            Long("seconds") => wish.length = Duration::from_secs(arguments.value()?.parse()?),
            Long("out") => wish.out = Some(arguments.value()?.into()),
            Long("seed") => wish.seed = arguments.value()?.parse()?,
            Long("mirror") => wish.mirror = Some(arguments.value()?.into()),
            Long("patience") => wish.patience = Duration::from_secs(arguments.value()?.parse()?),
            Long("only") => wish.only = Some(arguments.value()?.string()?),
            _ => return Err(argument.unexpected()),
        }
    }
    Ok(wish)
}

fn main() -> ExitCode {
    if let Some(order) = worker::order() {
        return worker::work(&order);
    }
    let wish = match wish(lexopt::Parser::from_env()) {
        Ok(wish) => wish,
        Err(error) => {
            eprintln!("error: {error}\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    match director::direct(&wish) {
        Ok(report) => {
            println!("{report}");
            ExitCode::from(u8::from(!report.is_good()))
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
