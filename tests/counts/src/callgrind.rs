//! Running this program again under callgrind.

use std::io;
use std::process::{Command, ExitCode, Output};
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::cases::{self, Case, Work};
use crate::trouble::Trouble;

/// The child's name for the case that only measures the cost of counting.
const NOTHING: &str = "nothing";

/// The child: warms the case up (a process attaches at its first lock, and the first copy looks at the
/// processor), then runs the counted operation once.
pub(crate) fn perform(name: &str) -> Result<ExitCode, Trouble> {
    let work = prepare(name)?;
    for _ in 0..3 {
        warm_up(&work);
    }
    measured_once(&work);
    Ok(ExitCode::SUCCESS)
}

fn prepare(name: &str) -> Result<Work, Trouble> {
    if name == NOTHING {
        return Ok(cases::nothing());
    }
    let case = cases::all().into_iter().find(|case| case.name == name);
    let case = case.ok_or_else(|| Trouble::NoSuchCase { name: name.to_owned() })?;
    Ok((case.prepare)())
}

#[inline(never)]
fn warm_up(work: &Work) {
    work();
}

/// The function whose instructions callgrind counts.
#[inline(never)]
fn measured_once(work: &Work) {
    work();
    // Keeps the two functions from being made one.
    std::hint::black_box(1);
}

/// A case that was counted.
#[derive(Clone, Copy)]
pub(crate) struct Counted<'a> {
    pub(crate) case: &'a Case,
    pub(crate) instructions: u64,
}

/// The instructions of all cases, in their order; several are counted at the same time.
pub(crate) fn count_all(cases: &[Case]) -> Result<Vec<Counted<'_>>, Trouble> {
    let overhead = count(NOTHING)?;
    let next = AtomicUsize::new(0);
    let worker = || {
        let mut counts = Vec::new();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(case) = cases.get(index) else { return Ok(counts) };
            let instructions = count(case.name)?.saturating_sub(overhead);
            counts.push((index, Counted { case, instructions }));
        }
    };
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    let mut counts = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..workers).map(|_| scope.spawn(worker)).collect();
        let counts = workers.into_iter().map(|worker| worker.join().expect("no worker panics"));
        counts.collect::<Result<Vec<_>, Trouble>>()
    })?
    .concat();
    counts.sort_by_key(|(index, _)| *index);
    Ok(counts.into_iter().map(|(_, counted)| counted).collect())
}

/// The instructions of one case.
fn count(name: &str) -> Result<u64, Trouble> {
    let output = valgrind(&[
        "--tool=callgrind",
        "--toggle-collect=*measured_once*",
        "--callgrind-out-file=/dev/null",
    ])
    .arg(this_program()?)
    .args(["--perform", name])
    .output()
    .map_err(Trouble::NoValgrind)?;
    let report = String::from_utf8_lossy(&output.stderr);
    collected(&report)
        .filter(|_| output.status.success())
        .ok_or_else(|| Trouble::NoCount { case: name.to_owned(), printed: report.into_owned() })
}

/// The number in `==123== Collected : 456`.
fn collected(report: &str) -> Option<u64> {
    let (_, count) = report.lines().find_map(|line| line.split_once("Collected :"))?;
    count.trim().parse().ok()
}

/// The facts that the child sees under valgrind.
pub(crate) fn description() -> Result<String, Trouble> {
    let output = valgrind(&["--tool=none", "--quiet"])
        .arg(this_program()?)
        .arg("--describe")
        .output()
        .map_err(Trouble::NoValgrind)?;
    Ok(text(&output))
}

/// Such as `valgrind-3.19.0`.
pub(crate) fn version() -> Result<String, Trouble> {
    let output = valgrind(&["--version"]).output().map_err(Trouble::NoValgrind)?;
    Ok(text(&output))
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// The size of the environment moves the stack, and the language decides which messages are searched for:
/// neither may make a difference.
fn valgrind(options: &[&str]) -> Command {
    let mut command = Command::new("valgrind");
    command.args(options).env_clear().env("LC_ALL", "C");
    if let Some(path) = std::env::var_os("PATH") {
        command.env("PATH", path);
    }
    command
}

fn this_program() -> Result<std::path::PathBuf, Trouble> {
    std::env::current_exe()
        .map_err(|source: io::Error| Trouble::File { file: "this program".into(), source })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_count_is_found_in_what_callgrind_prints() {
        let report = "==71== Events    : Ir\n==71== Collected : 5737\n==71== \n";
        assert_eq!(collected(report), Some(5737));
        assert_eq!(collected("==71== Process terminating\n"), None);
        assert_eq!(collected("==71== Collected : \n"), None);
    }

    #[test]
    fn every_case_has_a_name_of_its_own_and_can_be_done() {
        let cases = cases::all();
        for (index, case) in cases.iter().enumerate() {
            assert!(
                cases[index + 1..].iter().all(|other| other.name != case.name),
                "{}",
                case.name
            );
            (case.prepare)()();
        }
    }
}
