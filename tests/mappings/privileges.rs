//! The first lock of a process that has lost privileges since it opened the region.

use std::error::Error as _;

use shm_core::{LockError, Mutex, Region};

use crate::Scene;
use crate::support::{Folder, argument, run, second_process};

#[test]
fn a_region_made_read_only_can_still_be_locked_by_its_creator() {
    let folder = Folder::new("read-only-mode");
    let path = folder.file("scene");
    let region = Region::<Mutex<u64>>::options().mode(0o444).create(&path).unwrap();
    region.lock().unwrap().set(1);
    // Root may open anything: another user shows it.
    lose_privileges(&folder, "user, creates");
}

#[test]
fn a_process_that_changed_its_user_or_its_root_takes_its_first_lock_as_before() {
    let folder = Folder::new("privileges");
    for how in ["user", "root", "user and root"] {
        lose_privileges(&folder, how);
    }
}

#[test]
fn a_first_lock_that_cannot_be_taken_says_why_and_what_to_do() {
    let folder = Folder::new("too-late");
    lose_privileges(&folder, "user, forked");
}

fn lose_privileges(folder: &Folder, how: &str) {
    // SAFETY: this call has no preconditions.
    if unsafe { libc::geteuid() } != 0 {
        println!("skipped: only root can change its user and its root directory");
        return;
    }
    let path = folder.file(&how.replace(' ', "-"));
    drop(Region::<Scene>::options().mode(0o600).create(&path).unwrap());
    run(second_process("drops privileges").env("SHM_SCENE", path).env("SHM_HOW", how));
}

pub fn lose(path: &str) {
    let how = argument("SHM_HOW");
    let region = match how.contains("creates") {
        true => Region::options().mode(0o444).create(format!("{path}-created")).unwrap(),
        false => Region::<Scene>::open(path).unwrap(),
    };
    if how.contains("root") {
        std::os::unix::fs::chroot("/dev/shm").unwrap();
        std::env::set_current_dir("/").unwrap();
    }
    // SAFETY: these calls have no preconditions; no other thread of this process depends on its user.
    unsafe {
        if how.contains("user") {
            assert_eq!(libc::setgid(65_534), 0);
            assert_eq!(libc::setuid(65_534), 0);
        }
    }
    if !how.contains("forked") {
        region.lock.lock().unwrap().set(1);
        return;
    }
    // A child needs a file description of its own, and may not open one.
    // SAFETY: no other thread of this process holds a lock.
    let child = unsafe { libc::fork() };
    if child == 0 {
        let error = region.lock.lock().unwrap_err();
        assert!(matches!(error, LockError::Io { .. }), "{error}");
        let text = error.to_string() + &error.help().unwrap();
        let source = error.source().expect("the system's reason").to_string();
        assert!(source.contains("ermission denied"), "{source}");
        assert!(
            text.contains("opening its file again") && text.contains("before privileges"),
            "{text}"
        );
        // SAFETY: ends the child without the parent's destructors.
        unsafe { libc::_exit(0) };
    }
    let mut status = 1;
    // SAFETY: the child is this process's own.
    unsafe { libc::waitpid(child, &raw mut status, 0) };
    assert_eq!(status, 0);
    drop(region.lock.lock().unwrap());
}
