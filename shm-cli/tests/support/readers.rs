//! Other programs that read what the command writes: packages of Python in `target/readers`, where `.ci/run` puts them.
#![allow(clippy::print_stderr, reason = "a test that is skipped says so")]

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The Python that has a package; `None` if it is not installed.
pub(crate) fn python_with(package: &str) -> Option<PathBuf> {
    let own = Path::new(env!("CARGO_TARGET_TMPDIR")).join("../readers/bin/python");
    let has = |python: &Path| {
        let import = format!("import {package}");
        let tried = Command::new(python).args(["-c", &import]).stderr(Stdio::null()).status();
        tried.is_ok_and(|status| status.success())
    };
    let found = [own, PathBuf::from("python3")].into_iter().find(|python| has(python));
    if found.is_none() {
        eprintln!("skipped: no Python has the package {package}; `.ci/run` installs it");
    }
    found
}

/// Runs a program of Python, and returns what it prints, which is JSON.
pub(crate) fn run(python: &Path, program: &str, input: &[u8]) -> serde_json::Value {
    let mut command = Command::new(python);
    command.args(["-c", program]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().expect("running python");
    child.stdin.take().expect("a pipe").write_all(input).expect("writing to python");
    let output = child.wait_with_output().expect("waiting for python");
    assert!(output.status.success(), "python failed");
    serde_json::from_slice(&output.stdout).expect("JSON")
}
