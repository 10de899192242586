//! What the tests share: a folder for the regions of one test, and an answer at once.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use shm_mirror_core::{Follower, Served};

/// The most bytes that a mirror may take.
pub(crate) const MOST: u64 = 1 << 20;

/// A folder of one test.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        static COUNTER: AtomicU32 = AtomicU32::new(0);
        let count = COUNTER.fetch_add(1, Ordering::Relaxed);
        let path = format!("/dev/shm/shm-mirror-{}-{count}", std::process::id());
        std::fs::create_dir(&path).unwrap();
        Self(path.into())
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Asks and gets the answer at once.
pub(crate) fn catch_up(follower: &mut Follower, served: &Served, now: Duration) {
    let query = follower.query(now).expect("something to ask");
    follower.receive_answer(now, now, &served.answer(query.since)).unwrap();
    assert!(follower.is_following());
}
