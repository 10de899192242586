//! What a user on another system is told.

use std::process::Command;

/// The crate's root, as the compiler would see it for a target that is not Linux: it gives one error,
/// the one that says so. (No other target is needed, since nothing else is left of the crate.)
#[test]
fn anything_but_linux_is_one_clear_error() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/shm-core/src/lib.rs");
    let source = std::fs::read_to_string(root).expect("the library's root");
    let elsewhere = source.replace("target_os = \"linux\"", "target_os = \"elsewhere\"");
    assert_ne!(source, elsewhere);
    let copy = format!("{}/elsewhere.rs", env!("CARGO_TARGET_TMPDIR"));
    std::fs::write(&copy, elsewhere).unwrap();
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc)
        .args(["--edition=2024", "--crate-type=lib", "--emit=metadata", "--out-dir"])
        .args([env!("CARGO_TARGET_TMPDIR"), copy.as_str()])
        .output()
        .expect("running the compiler");
    let text = String::from_utf8_lossy(&output.stderr);
    let errors: Vec<&str> = text.lines().filter(|line| line.starts_with("error")).collect();
    assert!(!output.status.success());
    assert!(errors[0].starts_with("error: shm-core needs Linux"), "{text}");
    assert!(errors[1..].iter().all(|line| line.starts_with("error: aborting")), "{text}");
}
