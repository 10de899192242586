//! The soak catches what is wrong, ends in time, and keeps evidence.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A folder for evidence, which is removed with it.
struct Out(PathBuf);

impl Out {
    fn new(name: &str) -> Self {
        Self(std::env::temp_dir().join(format!("shm-soak-test-{name}-{}", std::process::id())))
    }

    fn has(&self, file: &str) -> bool {
        self.0.join(file).is_file()
    }
}

impl Drop for Out {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn soak(out: &Path, arguments: &[&str]) -> (Output, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_shm-soak"));
    let output = command.args(arguments).arg("--out").arg(out).output().expect("it runs");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    (output, said)
}

#[test]
fn a_library_without_a_fault_passes() {
    let out = Out::new("good");
    let (output, said) = soak(&out.0, &["--seconds", "2", "--only", "accounts"]);
    assert!(output.status.success(), "{said}");
    assert!(said.contains("accounts") && said.ends_with("no fault\n"), "{said}");
}

#[test]
fn a_process_that_sees_something_wrong_ends_the_run_with_evidence() {
    let out = Out::new("torn");
    let (output, said) = soak(&out.0, &["--seconds", "60", "--only", "flawed-torn"]);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("FAULT: flawed-torn-") && said.contains(" is not "), "{said}");
    assert!(out.has("flawed-torn") && out.has("flawed-torn.progress"), "the region is kept");
}

#[test]
fn a_process_that_hangs_ends_the_run_with_evidence() {
    let out = Out::new("hangs");
    let arguments = ["--seconds", "60", "--patience", "2", "--only", "flawed-hangs"];
    let (output, said) = soak(&out.0, &arguments);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("makes no progress"), "{said}");
    let is_kept = ["flawed-hangs-0.process", "flawed-hangs-1.process"];
    assert!(is_kept.iter().any(|file| out.has(file)), "what the system says is kept");
}

#[test]
fn an_audit_that_finds_something_wrong_fails_the_run() {
    let out = Out::new("loses");
    let (output, said) = soak(&out.0, &["--seconds", "4", "--only", "flawed-loses"]);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("FAULT: flawed-loses, afterwards: "), "{said}");
}

#[test]
fn what_is_not_understood_is_refused() {
    let out = Out::new("refused");
    let (output, _) = soak(&out.0, &["--hours", "1"]);
    assert_eq!(output.status.code(), Some(2));
    let (output, _) = soak(&out.0, &["--only", "none"]);
    assert!(String::from_utf8_lossy(&output.stderr).contains("no part is called none"));
}
