//! The command on hugetlbfs, where files cannot be written with write(2) and consist of whole huge pages.

mod support;

use std::process::{Command, Stdio};

use support::Folder;

const POOL: &str = "/proc/sys/vm/nr_hugepages";

fn free_huge_pages() -> u64 {
    let facts = std::fs::read_to_string("/proc/meminfo").unwrap();
    let line = facts.lines().find_map(|line| line.strip_prefix("HugePages_Free:"));
    line.map_or(0, |line| line.trim().parse().unwrap())
}

/// Restores the size of the pool.
struct Pool(String);

impl Drop for Pool {
    fn drop(&mut self) {
        let _ = std::fs::write(POOL, self.0.trim());
    }
}

#[test]
#[allow(clippy::print_stdout, reason = "says why nothing was tested")]
fn a_region_on_hugetlbfs_is_created_shown_changed_and_removed() {
    let _pool = Pool(std::fs::read_to_string(POOL).unwrap());
    if free_huge_pages() < 4 {
        let _ = std::fs::write(POOL, "4");
    }
    let mounts = Command::new("unshare").args(["--mount", "true"]).stderr(Stdio::null()).status();
    if free_huge_pages() < 4 || !mounts.is_ok_and(|status| status.success()) {
        println!("skipped: 4 huge pages or a mount namespace are not available");
        return;
    }
    let folder = Folder::new("hugetlbfs");
    let script = r#"
        set -e
        mount -t hugetlbfs none "$DIR"
        "$SHM" new "$DIR/station" --field 'temperature:f64=21.5' --field 'samples:[u32; 4]'
        "$SHM" show "$DIR/station"
        "$SHM" set "$DIR/station" 'samples[2]=7' temperature=3.5
        "$SHM" get "$DIR/station" 'samples[2]' temperature
        "$SHM" ls "$DIR"
        "$SHM" rm "$DIR/station"
        test -z "$(ls -A "$DIR")""#;
    let output = Command::new("unshare")
        .args(["--mount", "sh", "-c", script])
        .env("SHM", env!("CARGO_BIN_EXE_shm"))
        .env("DIR", folder.path())
        .output()
        .unwrap();
    let (out, err) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{out}\n{err}");
    for words in ["21.5", "7", "3.5", "station"] {
        assert!(out.contains(words), "{words} is missing in:\n{out}");
    }
}
