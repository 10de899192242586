//! The arguments, and the work that they ask for.

use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

use crate::figures::{Extent, Figures};
use crate::process::{self, Role};
use crate::scenario::{Case, Flaw};
use crate::{harness, scenarios, trace};

pub(crate) fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["role", role, name, at] => play(role, name, Path::new(at), None),
        ["role", role, name, at, flaw] => play(role, name, Path::new(at), Some(flaw)),
        ["guest", at] => {
            scenarios::guest(Path::new(at));
            ExitCode::SUCCESS
        }
        ["case", name] => stepping(&|| table(&[case(name)])),
        ["flawed", name, flaw] => stepping(&|| flawed(case(name), case(name).flaw(flaw))),
        ["list"] => {
            for case in scenarios::ALL {
                println!("{}", case.name);
                for flaw in case.flaws {
                    println!("- {}", flaw.name);
                }
            }
            ExitCode::SUCCESS
        }
        [] => stepping(&|| table(&scenarios::ALL.iter().collect::<Vec<_>>())),
        _ => {
            eprintln!("shm-stepped [case NAME | flawed NAME FLAW | list]");
            ExitCode::FAILURE
        }
    }
}

fn case(name: &str) -> &'static Case {
    scenarios::ALL.iter().find(|case| case.name == name).expect("no such scenario")
}

fn play(role: &str, name: &str, at: &Path, flaw: Option<&str>) -> ExitCode {
    let output = Role::called(role).expect("no such role").play(case(name), at, flaw);
    print!("{output}");
    std::io::stdout().flush().expect("the harness reads this");
    process::end()
}

/// Does something that needs a stepper, if there is one.
fn stepping(work: &dyn Fn() -> ExitCode) -> ExitCode {
    trace::fix_addresses();
    trace::prepare();
    match trace::is_permitted() {
        Ok(()) => work(),
        Err(reason) => {
            println!("skipped: no process can be stepped here, and nothing was tested: {reason}");
            ExitCode::SUCCESS
        }
    }
}

fn extent() -> Extent {
    if std::env::var_os("SHM_STEPPED_LONG").is_some() { Extent::LONG } else { Extent::SHORT }
}

/// Runs the scenarios; prints a table of them.
fn table(cases: &[&Case]) -> ExitCode {
    println!("{}", Figures::HEAD);
    let mut outcome = ExitCode::SUCCESS;
    for case in cases {
        match harness::run(case, None, extent()) {
            Ok(figures) => println!("{}", figures.row(case.name)),
            Err(failure) => {
                eprintln!("{}: {failure}", case.name);
                outcome = ExitCode::FAILURE;
            }
        }
    }
    outcome
}

/// Runs a known-bad version of a scenario, which must be caught.
fn flawed(case: &Case, flaw: &Flaw) -> ExitCode {
    match harness::run(case, Some(flaw), Extent::FLAWED) {
        Err(failure) if failure.contains(flaw.caught) => {
            println!("caught: {}: {failure}", flaw.name);
            ExitCode::SUCCESS
        }
        Err(failure) => {
            eprintln!("{}: expected {:?}, but: {failure}", flaw.name, flaw.caught);
            ExitCode::FAILURE
        }
        Ok(_) => {
            eprintln!("{}: was not caught", flaw.name);
            ExitCode::FAILURE
        }
    }
}
