//! Slots that are vacated in order.

use shm_core::{LockError, Mutex, Region, SharedLayout};

use crate::file::{Entry, entries, is_write_locked, write_entry};
use crate::support::{self, Folder, PATIENCE, argument, wait_until};
use crate::{Play, Scene, close_all, is_held};

#[test]
fn a_vacated_slot_is_free_even_if_a_child_forked_before_still_lives() {
    let folder = Folder::new("beside");
    let path = folder.file("scene");
    let scene = Region::<Scene>::options().participants(8).create(&path).unwrap();
    support::run(support::second_process("releases beside a child").env("SHM_SCENE", &path));
    assert!(entries(&path).iter().all(|entry| entry.state == 0));
    assert!(scene.lock.lock().is_ok());
}

/// Ten rounds of locking, forking and closing; the children keep running, and end with this process.
pub fn vacate_beside_a_child(path: &str) {
    let mut children = Vec::new();
    for _ in 0..10 {
        let scene = Region::<Scene>::open(path).unwrap();
        drop(scene.lock.lock().unwrap());
        // SAFETY: the child does nothing but wait.
        match unsafe { libc::fork() } {
            0 => {
                std::thread::sleep(PATIENCE);
                std::process::exit(0);
            }
            child => children.push(child),
        }
    }
    assert!((0..8).all(|slot| !is_write_locked(std::path::Path::new(path), slot)));
    for child in children {
        // SAFETY: this process's own child, which it has not waited for.
        unsafe { libc::kill(child, libc::SIGKILL) };
    }
}

#[test]
fn a_forked_child_that_drops_its_copy_of_a_region_gives_nothing_back() {
    let play = Play::with("has a child that drops");
    let path = play.folder.file("scene");
    play.wait_for_step(2);
    is_held(&play.scene.lock);
    let slot = entries(&path).iter().position(|entry| entry.pid == play.holder.id()).unwrap();
    assert_eq!(entries(&path)[slot].state, 1);
    assert!(is_write_locked(&path, slot as u32));
}

/// Holds the lock; a forked child drops the region and ends.
pub fn let_a_child_drop(scene: Region<Scene>) {
    std::mem::forget(scene.lock.lock().unwrap());
    // SAFETY: this process has only one thread that does anything.
    let child = unsafe { libc::fork() };
    if child == 0 {
        drop(scene);
        std::process::exit(0);
    }
    let mut status = 0;
    // SAFETY: its own child, and a place for the answer.
    unsafe { libc::waitpid(child, &raw mut status, 0) };
    assert_eq!(status, 0);
    scene.step.set(2);
    std::thread::sleep(PATIENCE);
}

/// A process that closed its descriptors is unknown to one that cannot see it in `/proc`.
#[test]
fn a_drop_leaves_a_slot_alone_that_another_process_has_by_now() {
    let folder = Folder::new("stranger");
    let path = folder.file("scene");
    let scene = Region::<Scene>::create(&path).unwrap();
    let mut dropper = support::second_process("closes all descriptors and drops")
        .env("SHM_SCENE", &path)
        .spawn()
        .unwrap();
    wait_until("its slot is taken, and its byte is free", || scene.step.get() == 1);
    let Some(mut command) = support::namespaces::elsewhere("holds and lets go", true) else {
        scene.go.set(1);
        dropper.wait().unwrap();
        return;
    };
    scene.step.set(0);
    let mut holder = command.env("SHM_SCENE", &path).spawn().unwrap();
    wait_until("the other holds the lock", || scene.step.get() == 1);
    assert_eq!((entries(&path)[0].pid, entries(&path)[0].generation), (1, 2), "in the same slot");
    is_held(&scene.lock);
    std::fs::write(folder.file("scene-drop"), "").unwrap();
    wait_until("it has dropped the region", || folder.file("scene-dropped").exists());
    is_held(&scene.lock);
    assert_eq!(entries(&path)[0].state, 1);
    scene.go.set(1);
    assert!(support::finish(&mut holder).success());
    assert!(support::finish(&mut dropper).success());
}

#[test]
fn a_drop_leaves_an_entry_alone_that_names_another_process() {
    let folder = Folder::new("entry");
    let path = folder.file("scene");
    let scene = Region::<Scene>::create(&path).unwrap();
    drop(scene.lock.lock().unwrap());
    let ours = entries(&path)[0];
    drop(scene);
    for other in [Entry { pid: 1, ..ours }, Entry { generation: 9, ..ours }] {
        let scene = Region::<Scene>::open(&path).unwrap();
        drop(scene.lock.lock().unwrap());
        write_entry(&path, 0, other);
        drop(scene);
        assert_eq!(entries(&path)[0], other);
        write_entry(&path, 0, Entry { state: 0, ..ours });
    }
}

/// A part of a scene: another layout, and so another mapping of the same file.
#[derive(SharedLayout)]
#[repr(C)]
struct Beginning {
    lock: Mutex<u64>,
}

#[test]
fn opening_a_region_once_more_does_not_empty_the_slot_that_this_process_has() {
    let folder = Folder::new("once-more");
    let path = folder.file("scene");
    let scene = Region::<Scene>::create(&path).unwrap();
    let guard = scene.lock.lock().unwrap();
    let beginning = Region::<Beginning>::open(&path).unwrap();
    assert!(matches!(beginning.lock.lock(), Err(LockError::WouldDeadlock)));
    assert_eq!(entries(&path)[0].state, 1);
    assert!(is_write_locked(&path, 0));
    drop(beginning);
    assert_eq!(entries(&path)[0].state, 1);
    assert!(guard.unlock().is_ok());
}

/// In a forked child, so that the byte is free when all descriptors are closed: in the process that
/// opened the region the mapping keeps it locked.
pub fn close_all_and_drop(scene: Region<Scene>) {
    // SAFETY: this process has only one thread that does anything.
    let child = unsafe { libc::fork() };
    if child != 0 {
        let mut status = 0;
        // SAFETY: its own child, and a place for the answer.
        unsafe { libc::waitpid(child, &raw mut status, 0) };
        assert_eq!(status, 0);
        return;
    }
    let path = argument("SHM_SCENE");
    drop(scene.other.lock().unwrap());
    close_all();
    scene.step.set(1);
    let may_drop = format!("{path}-drop");
    wait_until("it may drop the region", || {
        std::path::Path::new(&may_drop).exists() || scene.go.get() == 1
    });
    drop(scene);
    std::fs::write(format!("{path}-dropped"), "").unwrap();
    std::process::exit(0);
}

/// Takes part, with its byte free.
pub fn close_all_and_live(scene: &Region<Scene>) {
    drop(scene.other.lock().unwrap());
    close_all();
    scene.step.set(1);
    std::thread::sleep(PATIENCE);
}
