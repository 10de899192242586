//! The facts besides the counted code on which counts depend.

use std::ffi::CStr;
use std::fmt;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::callgrind;
use crate::trouble::Trouble;

/// Two builds with the same key, of the same code, have the same counts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Key {
    /// As `rustc --version` prints it.
    pub(crate) rustc: String,
    pub(crate) target: String,
    /// The target features that the compiler may use.
    pub(crate) target_features: String,
    /// The features detected at run time, as valgrind shows them, and the C library.
    pub(crate) run_time: String,
    pub(crate) valgrind: String,
}

impl Key {
    pub(crate) fn of_this_build() -> Result<Self, Trouble> {
        Ok(Self {
            rustc: env!("SHM_RUSTC").to_owned(),
            target: env!("SHM_TARGET").to_owned(),
            target_features: env!("SHM_FEATURES").to_owned(),
            run_time: callgrind::description()?,
            valgrind: callgrind::version()?,
        })
    }

    /// Returns the path of its baseline.
    pub(crate) fn file(&self) -> PathBuf {
        let compiler = self.rustc.split(' ').take(2).collect::<Vec<_>>().join("-");
        let name =
            format!("{compiler}-{}-{}-{:08x}.json", self.target, self.valgrind, self.digest());
        Path::new(env!("CARGO_MANIFEST_DIR")).join("baselines").join(name)
    }

    /// FNV-1a of all of it, so that names differ even where the readable parts are equal.
    fn digest(&self) -> u32 {
        let text = self.to_string();
        text.bytes()
            .fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { rustc, target, target_features, run_time, valgrind } = self;
        write!(f, "{rustc}; {target} with {target_features}; {run_time}; {valgrind}")
    }
}

/// The code paths that the program takes at run time: reported by the child, under valgrind, which may
/// show another processor than there is.
pub(crate) fn describe() -> String {
    // SAFETY: has no conditions.
    let version = unsafe { libc::gnu_get_libc_version() };
    // SAFETY: a string that lives as long as the program.
    let version = unsafe { CStr::from_ptr(version) };
    format!("{}; glibc {}", copies(), version.to_string_lossy())
}

#[cfg(target_arch = "x86_64")]
fn copies() -> String {
    if !std::arch::is_x86_feature_detected!("avx") {
        return "copies element by element".to_owned();
    }
    // AVX2 is what glibc's own copies look for, and fast strings (ERMSB) what long stores do.
    let seen = [
        ("AVX2", std::arch::is_x86_feature_detected!("avx2")),
        ("fast strings", std::arch::is_x86_feature_detected!("ermsb")),
    ];
    let seen = seen.into_iter().filter_map(|(name, is_there)| is_there.then_some(name));
    ["copies by AVX"].into_iter().chain(seen).collect::<Vec<_>>().join(", ")
}

#[cfg(not(target_arch = "x86_64"))]
fn copies() -> String {
    "copies element by element".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> Key {
        Key {
            rustc: "rustc 1.95.0 (59807616e 2026-04-14)".to_owned(),
            target: "x86_64-unknown-linux-gnu".to_owned(),
            target_features: "fxsr,sse,sse2,x87".to_owned(),
            run_time: "copies by AVX; glibc 2.36".to_owned(),
            valgrind: "valgrind-3.19.0".to_owned(),
        }
    }

    #[test]
    fn a_file_is_named_by_compiler_target_and_valgrind() {
        let file = key().file();
        let name = file.file_name().unwrap().to_str().unwrap();
        let readable = "rustc-1.95.0-x86_64-unknown-linux-gnu-valgrind-3.19.0-";
        assert!(name.starts_with(readable) && name.ends_with(".json"), "{name}");
    }

    #[test]
    fn everything_that_counts_depend_on_is_part_of_the_file_name() {
        let others = [
            Key { rustc: "rustc 1.95.0 (0000000 2026-05-01)".to_owned(), ..key() },
            Key { target_features: "avx,fxsr,sse,sse2,x87".to_owned(), ..key() },
            Key { run_time: "copies element by element; glibc 2.36".to_owned(), ..key() },
            Key { run_time: "copies by AVX; glibc 2.41".to_owned(), ..key() },
            Key { valgrind: "valgrind-3.24.0".to_owned(), ..key() },
        ];
        for other in others {
            assert_ne!(other.file(), key().file(), "{other}");
        }
    }
}
