//! A forked child's copy of a guard.

use std::panic::{AssertUnwindSafe, catch_unwind};

use rustix::process::{Pid, WaitOptions, waitpid};
use shm_core::Region;

use crate::support::{Folder, run, second_process};
use crate::{Scene, is_reported, scene};

#[test]
fn a_forked_child_cannot_repair_a_lock_that_its_parent_holds() {
    let folder = Folder::new("repairs");
    let region = scene(&folder, 4);
    // In a separate process, which forks while no other test runs in it.
    run(second_process("has a child that repairs").env("SHM_SCENE", folder.file("scene")));
    is_reported(&region.lock);
}

/// In the second process: holds a poisoned lock, and forks a child that marks it repaired.
pub fn let_a_child_repair(scene: &Region<Scene>) {
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        let _guard = scene.lock.lock().unwrap();
        panic!("on purpose");
    }));
    assert!(panicked.is_err());
    let guard = scene.lock.lock_as_found().unwrap();
    assert!(guard.owner_died());
    // SAFETY: the child uses nothing that another thread of its parent may have locked.
    let child = unsafe { libc::fork() };
    if child == 0 {
        guard.mark_consistent();
        // SAFETY: ends the child, without dropping the parent's values a second time.
        unsafe { libc::_exit(0) };
    }
    let (_, status) = waitpid(Pid::from_raw(child), WaitOptions::empty()).unwrap().unwrap();
    assert_eq!(status.exit_status(), Some(0));
    drop(guard);
}
