//! Small files that could cost much: whatever a file holds, each command ends without a panic and takes
//! less than 200 MiB.
//!
//! With `SHM_OUTRAGE_LONG=1` the files have as many fields as the format allows, otherwise a sixteenth of
//! that.
//! `SHM_OUTRAGE=NAME` runs the files whose names contain it, and prints the memory that each command took
//! instead of judging it.

mod cases;
mod file;
mod schema;
#[path = "../support/mod.rs"]
mod support;

use std::fs::File;
use std::num::NonZero;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::Relaxed;
use std::time::{Duration, Instant};

use support::Folder;

/// The most memory that a command may take, in KiB of resident memory.
const MOST: i64 = 200 << 10;

/// The time after which a test considers a command hung.
const PATIENCE: Duration = Duration::from_secs(120);

/// The result of a command.
struct Outcome {
    code: Option<i32>,
    /// The largest resident size, in KiB.
    resident: i64,
    errors: String,
}

/// Runs a command, and measures it.
#[allow(clippy::zombie_processes, reason = "`wait4` waits for it and measures it")]
fn run(folder: &Folder, arguments: &[&str]) -> Outcome {
    let errors = folder.file(".errors");
    let child = Command::new(env!("CARGO_BIN_EXE_shm"))
        .args(arguments)
        .current_dir(folder.path())
        .stdout(Stdio::null())
        .stderr(File::create(&errors).expect("making a file"))
        .spawn()
        .expect("running shm");
    let (code, resident) = wait_for(child.id());
    let errors = String::from_utf8_lossy(&std::fs::read(errors).expect("the errors")).into_owned();
    Outcome { code, resident, errors }
}

/// The exit code of a child, and its largest resident size; kills one that hangs.
fn wait_for(pid: u32) -> (Option<i32>, i64) {
    let pid = pid as libc::pid_t;
    let start = Instant::now();
    loop {
        let mut status = 0;
        // SAFETY: all zeros is a valid value of this struct of integers.
        let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
        // SAFETY: both point to values that live for the call; the child is this process's own.
        let found = unsafe { libc::wait4(pid, &raw mut status, libc::WNOHANG, &raw mut usage) };
        if found == pid {
            let code = libc::WIFEXITED(status).then(|| libc::WEXITSTATUS(status));
            return (code, usage.ru_maxrss);
        }
        if start.elapsed() > PATIENCE {
            // SAFETY: a child that was not waited for keeps its number.
            unsafe { libc::kill(pid, libc::SIGKILL) };
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// Every command that reads a file.
fn commands<'f>(file: &'f str, small: &'f str) -> Vec<Vec<&'f str>> {
    vec![
        vec!["show", file],
        vec!["show", file, "--json"],
        vec!["get", file],
        vec!["get", file, "--json"],
        vec!["set", file, "f0000000=1", "--wait", "0s"],
        vec!["watch", file, "--once"],
        vec!["watch", file, "-n", "3", "-i", "1ms", "--json"],
        vec!["layout", file],
        vec!["layout", file, "--full"],
        vec!["layout", file, "--json"],
        vec!["layout", file, "--svg"],
        vec!["layout", file, "--svg", "--json"],
        vec!["export", file, "--lang", "c"],
        vec!["export", file, "--lang", "python"],
        vec!["export", file, "--lang", "json"],
        vec!["export", file, "--lang", "c", "--json"],
        vec!["check", file, file],
        vec!["check", file, small],
        vec!["check", small, file, "--json"],
        vec!["new", "./copy", "--schema", file, "--sparse", "--replace"],
        vec!["ls", "."],
        vec!["doctor", "."],
        vec!["metrics", file],
        vec!["metrics", file, "--json"],
        vec!["record", file, "-n", "1", "--duration", "1s", "--replace", "-o", "run.mcap"],
        vec!["record", file, "-n", "1", "--duration", "1s", "--format", "csv"],
        vec!["record", file, "-n", "1", "--duration", "1s", "--format", "jsonl", "--json"],
        vec!["plot", file, "f0000000", "--duration", "1ms"],
        vec!["rm", file, "--dry-run"],
    ]
}

/// The environment variable that tells this binary which file to write, and where.
const WRITE: &str = "SHM_OUTRAGE_WRITE";

/// Not a test by itself: writes a file for the one below. The memory of a process counts as its child's
/// until the child starts another program, so the measuring process must stay small.
#[test]
fn writes_a_file() {
    let Some(wanted) = std::env::var_os(WRITE) else { return };
    let path = Path::new(&wanted);
    let name = path.file_name().expect("a name").to_str().expect("UTF-8");
    let (_, make) = cases::ALL.iter().find(|(known, _)| *known == name).expect("a known file");
    let outrage = make();
    assert_eq!(outrage.types.is_accepted(), outrage.is_valid, "{name}");
    outrage.write(path);
}

/// Lets another process write a file.
fn write(folder: &Folder, name: &str) {
    let status = Command::new(std::env::current_exe().expect("this binary"))
        .args(["--exact", "writes_a_file"])
        .env(WRITE, folder.file(name))
        .stdout(Stdio::null())
        .status();
    assert!(status.expect("running this binary").success(), "writing {name}");
}

#[allow(clippy::print_stdout, reason = "the caller asked for this output")]
fn check(name: &str, is_valid: bool) {
    let (folder, file) = (Folder::new("outrageous"), format!("./{name}"));
    ["small", name].iter().for_each(|name| write(&folder, name));
    for command in commands(&file, "./small") {
        let start = Instant::now();
        let Outcome { code, resident, errors } = run(&folder, &command);
        if std::env::var_os("SHM_OUTRAGE").is_some() {
            let (text, took): (String, _) = (errors.chars().take(150).collect(), start.elapsed());
            println!("{:5} ms {resident:6} KiB {code:?} {command:?} {text}", took.as_millis());
            continue;
        }
        assert!(code.is_some(), "{command:?} was killed: it hung, or a signal ended it");
        assert!(!errors.contains("panicked at"), "{command:?}: {errors}");
        assert!(resident < MOST, "{command:?} took {resident} KiB");
        if !is_valid && !["ls", "rm", "doctor"].contains(&command[0]) {
            assert_eq!(code, Some(4), "{command:?} of a file that is not a region: {errors}");
        }
        if code != Some(0) && code != Some(1) {
            let told = errors.starts_with("error: ") || errors.starts_with('{');
            assert!(told && errors.len() < 8 << 10, "{command:?}: {errors}");
        }
    }
}

/// The files are shared out among threads: the commands of each are processes, one after the other.
#[test]
fn whatever_a_file_holds_no_command_takes_more_than_200_mib() {
    let wanted = std::env::var("SHM_OUTRAGE").unwrap_or_default();
    let is_wanted = |(name, _): &&cases::Case| *name != "small" && name.contains(&wanted);
    let files: Vec<_> = cases::ALL.iter().filter(is_wanted).map(|(name, _)| *name).collect();
    let next = AtomicUsize::new(0);
    let threads = std::thread::available_parallelism().map_or(1, NonZero::get);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some(name) = files.get(next.fetch_add(1, Relaxed)) {
                    check(name, !cases::REFUSED.contains(name));
                }
            });
        }
    });
}
