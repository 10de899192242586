//! Children that are forked while other threads are in the middle of something.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use shm_core::{Overlay, Region};

use crate::Scene;
use crate::support::{Folder, PATIENCE, run, second_process};

#[test]
fn a_child_that_is_forked_while_other_threads_open_and_lock_regions_can_do_the_same() {
    let folder = Folder::new("fork-storm");
    drop(Region::<Scene>::create(folder.file("scene")).unwrap());
    run(second_process("forks while threads open").env("SHM_SCENE", folder.file("scene")));
}

/// The number of forked children.
fn children() -> usize {
    std::env::var("SHM_FORKS").ok().and_then(|count| count.parse().ok()).unwrap_or(600)
}

pub fn fork_while_threads_open(path: &str) {
    let region = Region::<Scene>::open(path).unwrap();
    let is_done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for thread in 0..3 {
            let is_done = &is_done;
            scope.spawn(move || {
                let own = format!("{path}-{thread}");
                while !is_done.load(Ordering::Relaxed) {
                    let created = Region::<Scene>::options().create_or_replace(&own).unwrap();
                    drop(created.lock.lock().unwrap());
                    drop(Region::<Scene>::open(&own).unwrap());
                }
            });
        }
        for number in 0..children() {
            fork_and_wait(&region, path, number);
        }
        is_done.store(true, Ordering::Relaxed);
    });
}

fn fork_and_wait(region: &Region<Scene>, path: &str, number: usize) {
    // SAFETY: the child uses what this library promises to a child, and ends without destructors.
    let child = unsafe { libc::fork() };
    if child == 0 {
        drop(region.lock.lock().unwrap());
        let own = Region::<Scene>::open(path).unwrap();
        drop(own.other.lock().unwrap());
        // Its slot is vacated; there are fewer slots than children.
        drop(own);
        let made = Region::<Scene>::options().create_or_replace(format!("{path}-child")).unwrap();
        drop(made.lock.lock().unwrap());
        // SAFETY: each process that has the file mapped uses the same widths; it keeps its size.
        let overlaid = unsafe { Overlay::<u64>::open(format!("{path}-child"), 0) }.unwrap();
        assert_ne!(overlaid.get(), 0);
        // SAFETY: as above.
        unsafe { libc::_exit(0) };
    }
    let deadline = Instant::now() + PATIENCE / 2;
    loop {
        let mut status = 0;
        // SAFETY: the child is this process's own.
        if unsafe { libc::waitpid(child, &raw mut status, libc::WNOHANG) } == child {
            assert_eq!(status, 0, "child {number} failed");
            return;
        }
        if Instant::now() > deadline {
            // SAFETY: as above; so that the test ends, and with it the threads that are still running.
            unsafe { libc::kill(child, libc::SIGKILL) };
            eprintln!("child {number} hangs");
            std::process::exit(1);
        }
        std::thread::sleep(Duration::from_micros(100));
    }
}
