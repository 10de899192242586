//! Holders that fork.

use shm_core::{LockError, Region};

use crate::file::{entries, is_write_locked};
use crate::support::{PATIENCE, argument, wait_until};
use crate::{Play, Scene, is_held, is_reported};

/// Holds the lock and forks; the child tries everything that a child can do, and stays.
pub fn fork_while_holding(scene: &Region<Scene>) {
    let guard = scene.lock.lock().unwrap();
    let pid = if argument("SHM_CLONE") == "raw" { clone() } else { fork() };
    if pid != 0 {
        scene.forked.set(pid);
        std::thread::sleep(PATIENCE);
        return;
    }
    if argument("SHM_CHILD") == "takes part" {
        assert!(matches!(scene.lock.try_lock(), Err(LockError::Busy)), "the parent has it");
        drop(guard);
        assert!(scene.lock.is_locked(), "it is the parent's to unlock");
        std::mem::forget(scene.other.lock().unwrap());
    }
    scene.step.set(1);
    std::thread::sleep(PATIENCE);
}

fn fork() -> u32 {
    // SAFETY: the child uses nothing that another thread of the parent may have locked.
    unsafe { libc::fork() }.cast_unsigned()
}

/// A child that libc does not know of.
fn clone() -> u32 {
    let flags = libc::c_long::from(libc::SIGCHLD);
    // SAFETY: as for `fork`; without flags and stack this call does the same.
    let pid = unsafe { libc::syscall(libc::SYS_clone, flags, 0, 0, 0, 0) };
    u32::try_from(pid).expect("a child")
}

/// Forks a process in which a second thread holds the lock when the first has ended.
pub fn end_main_thread(scene: &Region<Scene>) {
    let pid = fork();
    if pid != 0 {
        scene.forked.set(pid);
        std::thread::sleep(PATIENCE);
        return;
    }
    let shared = scene.clone();
    std::thread::spawn(move || {
        let _guard = shared.lock.lock().unwrap();
        // Field 3 of the status is the state; the names that tests have hold no parenthesis.
        wait_until("the main thread ended", || {
            std::fs::read_to_string("/proc/self/stat").unwrap().contains(") Z")
        });
        shared.step.set(1);
        std::thread::sleep(PATIENCE);
    });
    // SAFETY: ends only this thread; the other one uses nothing of it.
    unsafe { libc::syscall(libc::SYS_exit, 0) };
}

/// A holder that forks; the environment says how, and what the child does.
fn play(clone: &str, child: &str) -> Play {
    Play::with_env("forks", &[("SHM_CLONE", clone), ("SHM_CHILD", child)])
}

#[test]
fn the_death_of_a_holder_is_noticed_though_its_child_shares_its_byte_lock() {
    for how in ["fork", "raw"] {
        let mut play = play(how, "does nothing");
        let path = play.folder.file("scene");
        is_held(&play.scene.lock);
        play.kill_holder_unseen();
        is_reported(&play.scene.lock);
        let slot = entries(&path).iter().position(|entry| entry.pid == play.holder.id()).unwrap();
        assert!(is_write_locked(&path, slot as u32), "by the child");
    }
}

#[test]
fn a_forked_child_is_a_participant_of_its_own_and_its_copy_of_the_guard_does_nothing() {
    for how in ["fork", "raw"] {
        let mut play = play(how, "takes part");
        let path = play.folder.file("scene");
        is_held(&play.scene.lock);
        is_held(&play.scene.other);
        let pids: Vec<_> = entries(&path).iter().map(|entry| entry.pid).collect();
        assert!(pids.contains(&play.holder.id()) && pids.contains(&play.scene.forked.get()));
        play.kill_holder_unseen();
        is_reported(&play.scene.lock);
        is_held(&play.scene.other);
    }
}
