//! Counts instructions, which do not depend on what else the machine does.
//!
//! `cargo run --release -p shm-counts` runs itself under callgrind once for each case, and prints a
//! table. It needs valgrind. Copies are counted in the portable form of this version: one relaxed
//! access per word.

#![allow(clippy::print_stdout, reason = "a table is what this program is for")]

mod cases;

use std::process::{Command, ExitCode};

fn main() -> ExitCode {
    let cases = cases::all();
    match std::env::args().nth(1) {
        None => table(cases.iter().map(|(name, _)| *name)),
        Some(wanted) => {
            for (_, case) in cases.iter().filter(|(name, _)| *name == wanted) {
                run(case);
            }
            ExitCode::SUCCESS
        }
    }
}

/// Warms the case up (a process attaches at its first lock), then counts it once.
fn run(case: &dyn Fn()) {
    for _ in 0..3 {
        warm_up(case);
    }
    measured_once(case);
}

#[inline(never)]
fn warm_up(case: &dyn Fn()) {
    case();
}

/// What callgrind counts the instructions of.
#[inline(never)]
fn measured_once(case: &dyn Fn()) {
    case();
    // Keeps the two functions from being made one.
    std::hint::black_box(1);
}

/// Prints the table; what the call itself costs is subtracted.
fn table<'a>(names: impl Iterator<Item = &'a str>) -> ExitCode {
    let Some(overhead) = count("nothing") else {
        println!("valgrind is needed: apt-get install valgrind");
        return ExitCode::FAILURE;
    };
    println!("| what | instructions |\n| --- | ---: |");
    for name in names.filter(|name| *name != "nothing") {
        match count(name) {
            Some(count) => println!("| {name} | {} |", count - overhead),
            None => return ExitCode::FAILURE,
        }
    }
    ExitCode::SUCCESS
}

/// The instructions of one case, as callgrind counts them.
fn count(name: &str) -> Option<u64> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--toggle-collect=*measured_once*"])
        .arg("--callgrind-out-file=/dev/null")
        .arg(std::env::current_exe().ok()?)
        .arg(name)
        .output()
        .ok()?;
    let report = String::from_utf8_lossy(&output.stderr);
    let line = report.lines().find(|line| line.contains("Collected :"))?;
    line.rsplit(' ').next()?.trim().parse().ok()
}
