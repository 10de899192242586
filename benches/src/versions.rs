//! The version of a peer that was built, from the lock file.

use crate::peers::Peer;

const LOCK_FILE: &str = include_str!("../../Cargo.lock");

/// A peer's version, or that of its compiler or library.
pub(crate) fn of(peer: &Peer) -> String {
    let c = option_env!("SHM_BENCHES_CC").unwrap_or("C");
    match peer.package {
        Some(package) => locked(LOCK_FILE, package).unwrap_or_else(|| "?".to_owned()),
        None if ["malloc", "sem"].contains(&peer.key) || peer.key.starts_with("pthread") => glibc(),
        None if peer.key == "std" => env!("SHM_BENCHES_RUSTC").to_owned(),
        None => format!("{c}, -O2"),
    }
}

/// The version of a package in a lock file.
fn locked(lock_file: &str, package: &str) -> Option<String> {
    let mut lines = lock_file.lines().skip_while(|line| *line != format!("name = \"{package}\""));
    let version = lines.nth(1)?.strip_prefix("version = ")?;
    Some(format!("{package} {}", version.trim_matches('"')))
}

fn glibc() -> String {
    // SAFETY: it takes no arguments.
    let version = unsafe { libc::gnu_get_libc_version() };
    // SAFETY: a string that lives as long as the program.
    let version = unsafe { std::ffi::CStr::from_ptr(version) };
    format!("glibc {}", version.to_string_lossy())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_of_a_package_is_read_from_the_lock_file() {
        let lock_file = "[[package]]\nname = \"seqlock-more\"\nversion = \"9.9.9\"\n\n\
                         [[package]]\nname = \"seqlock\"\nversion = \"0.2.0\"\n";
        assert_eq!(locked(lock_file, "seqlock"), Some("seqlock 0.2.0".to_owned()));
        assert_eq!(locked(lock_file, "seq"), None);
    }
}
