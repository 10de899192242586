//! Regions in `/dev/shm` by names of their own, for exported code, which opens regions by name.
#![allow(dead_code, reason = "each test file uses a part of this")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicU32, Ordering};

use shm_core::Region;

use super::support::Station;

/// A region that is removed with its file when this goes.
pub(crate) struct Fixture<T: shm_core::Root + ?Sized> {
    pub(crate) name: String,
    pub(crate) region: Region<T>,
}

impl<T: shm_core::Root + ?Sized> Fixture<T> {
    /// Keeps a region that was made under a name of [`unique`].
    pub(crate) fn of(name: String, region: Region<T>) -> Self {
        Self { name, region }
    }

    pub(crate) fn path(&self) -> PathBuf {
        Path::new("/dev/shm").join(&self.name)
    }
}

impl<T: shm_core::Root + ?Sized> Drop for Fixture<T> {
    fn drop(&mut self) {
        let _ = self.region.unlink();
    }
}

/// A name in `/dev/shm`, or for a directory, that nothing else uses.
pub(crate) fn unique(what: &str) -> String {
    static COUNTER: AtomicU32 = AtomicU32::new(0);
    let count = COUNTER.fetch_add(1, Ordering::Relaxed);
    format!("shm-cli-{what}-{}-{count}", std::process::id())
}

/// A station.
pub(crate) fn station(what: &str) -> Fixture<Station> {
    let name = unique(what);
    let region = Region::<Station>::create(&name).expect("making a station");
    Fixture::of(name, region)
}

/// Runs `shm`.
pub(crate) fn shm(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_shm")).args(arguments).output().expect("running shm")
}

/// Runs `shm`, which must succeed; what it prints.
pub(crate) fn printed(arguments: &[&str]) -> String {
    let output = shm(arguments);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "shm {arguments:?}: {errors}");
    String::from_utf8(output.stdout).expect("shm prints UTF-8")
}
