//! Holders that call `exec`: process id and start time survive, the mapping does not.

use std::os::unix::process::CommandExt;
use std::path::Path;

use shm_core::{
    DynRegion, Region,
    inspect::{Inspection, Liveness},
};

use crate::file::{entries, is_write_locked};
use crate::support::{self, Folder, PATIENCE, argument, finish, wait_until};
use crate::{Play, Scene, is_held, is_reported};

/// The action of the program that replaces the holder, before it reports that it has started.
const SUCCESSORS: [&str; 4] =
    ["does not know the region", "reads the region", "writes the region", "locks another lock"];

/// Holds the lock, and becomes another program when it may.
pub fn hold_and_exec(scene: &Region<Scene>) {
    std::mem::forget(scene.lock.lock().unwrap());
    scene.step.set(1);
    wait_until("it may exec", || scene.go.get() == 1);
    panic!("exec failed: {}", support::second_process("succeeds").exec());
}

/// Like [`hold_and_exec`], with a child that keeps running.
pub fn fork_and_exec(scene: &Region<Scene>) {
    // SAFETY: the child does nothing but wait.
    match unsafe { libc::fork() } {
        0 => std::thread::sleep(2 * PATIENCE),
        child => scene.forked.set(child.cast_unsigned()),
    }
    hold_and_exec(scene);
}

pub fn succeed() {
    let path = argument("SHM_SCENE");
    let succeeded = || std::fs::write(format!("{path}-succeeded"), "").unwrap();
    match argument("SHM_SUCCESSOR").as_str() {
        "does not know the region" => {
            succeeded();
            std::thread::sleep(PATIENCE);
        }
        "reads the region" => {
            let _scene = Region::<Scene>::open_read_only(&path).unwrap();
            succeeded();
            std::thread::sleep(PATIENCE);
        }
        "writes the region" => {
            let _scene = Region::<Scene>::open(&path).unwrap();
            succeeded();
            std::thread::sleep(PATIENCE);
        }
        _ => {
            let scene = Region::<Scene>::open(&path).unwrap();
            let _guard = scene.other.lock().unwrap();
            succeeded();
            std::thread::sleep(PATIENCE);
        }
    }
}

fn play(role: &str, successor: &str) -> Play {
    Play::with_env(role, &[("SHM_SUCCESSOR", successor)])
}

fn has_succeeded(play: &Play) -> bool {
    play.folder.file("scene-succeeded").exists()
}

fn exec(play: &Play) {
    play.scene.go.set(1);
    wait_until("another program runs", || has_succeeded(play));
}

#[test]
fn a_lock_that_was_held_at_an_exec_is_reported_whatever_program_comes_next() {
    for successor in SUCCESSORS {
        let play = play("execs", successor);
        is_held(&play.scene.lock);
        exec(&play);
        is_reported(&play.scene.lock);
        if successor == "locks another lock" {
            is_held(&play.scene.other);
        }
    }
}

#[test]
fn a_child_from_before_an_exec_keeps_no_lock_held() {
    for successor in &SUCCESSORS[..2] {
        let play = play("forks and execs", successor);
        exec(&play);
        is_reported(&play.scene.lock);
    }
}

#[test]
fn a_process_already_waiting_for_a_lock_learns_of_the_exec() {
    for role in ["execs", "forks and execs"] {
        let play = play(role, SUCCESSORS[0]);
        std::thread::scope(|scope| {
            let waiter = scope.spawn(|| is_reported(&play.scene.lock));
            std::thread::sleep(std::time::Duration::from_millis(20));
            exec(&play);
            waiter.join().unwrap();
        });
    }
}

#[test]
fn a_participant_that_called_exec_is_dead_to_an_inspection() {
    for successor in SUCCESSORS {
        let play = play("execs", successor);
        let path = play.folder.file("scene");
        let holder = || {
            let region = DynRegion::open_read_only(&path).unwrap();
            region.lock_state("lock").unwrap().holder.unwrap()
        };
        let participants = || Inspection::of(&path).unwrap().participants().unwrap();
        assert_eq!(participants()[0].liveness, Liveness::Alive);
        assert_eq!(holder().liveness(), Liveness::Alive);
        exec(&play);
        assert_eq!(holder().liveness(), Liveness::Dead, "{successor}");
        let alive = participants().iter().filter(|it| it.liveness == Liveness::Alive).count();
        assert_eq!(alive, usize::from(successor == "locks another lock"), "{successor}");
    }
}

#[test]
fn a_service_that_restarts_itself_by_exec_uses_one_slot_and_finds_what_it_held() {
    let folder = Folder::new("restarts");
    let path = folder.file("scene");
    let scene = Region::<Scene>::options().participants(3).create(&path).unwrap();
    let mut service = start_service(&path);
    // Takes a slot before the service's and vacates it, again and again.
    while service.try_wait().unwrap().is_none() {
        drop(Region::<Scene>::open(&path).unwrap().other.lock_timeout(PATIENCE).unwrap());
    }
    assert!(finish(&mut service).success());
    assert_eq!(scene.step.get(), RESTARTS);
    is_reported(&scene.lock);
    let taken = entries(&path).iter().filter(|entry| entry.state == 1).count();
    assert!(taken <= 2, "the service, which is dead, and this process: {taken}");
    assert!(!is_write_locked(&path, 2));
}

const RESTARTS: u32 = 200;

fn start_service(path: &Path) -> std::process::Child {
    let mut service = support::second_process("restarts");
    service.env("SHM_SCENE", path).spawn().unwrap()
}

/// Finds the lock as it left it, holds it, and starts again.
pub fn restart(scene: &Region<Scene>) {
    let mut repairs = 0;
    let found = scene.lock.lock_timeout_or_repair(PATIENCE, |_| repairs += 1);
    let count = scene.step.fetch_add(1);
    match found {
        Ok(guard) if repairs == u32::from(count > 0) => std::mem::forget(guard),
        found => panic!("restart {count}, {repairs} repairs: {:?}", found.err()),
    }
    if scene.step.get() < RESTARTS {
        panic!("exec failed: {}", support::second_process("restarts").exec());
    }
}
