//! Whether a process trusts the participants' table, its own slot in it, and its descriptors. Held states
//! are made with real second processes and by writing the file, as described in `docs/format.md`.

#[path = "../liveness/file.rs"]
#[allow(dead_code, reason = "each test file uses a part of this")]
mod file;
#[path = "../format/forge.rs"]
#[allow(dead_code, reason = "each test file uses a part of this")]
mod forge;
#[path = "../support/mod.rs"]
mod support;

mod descriptors;
mod forks;
mod table;

use std::process::Child;
use std::time::Duration;

use shm_core::{LockError, Mutex, Region, SharedLayout, sync::MutexView};
use support::{Folder, PATIENCE, argument, role};

/// The value shared by the processes of a test. Its first bytes follow the table directly.
#[derive(SharedLayout)]
#[repr(C)]
struct Scene {
    after_the_table: [u64; 8],
    lock: Mutex<u64>,
    other: Mutex<u64>,
    /// the progress of the second process
    step: u32,
    /// the step up to which it may go
    go: u32,
}

/// The offset of the first lock in the data.
const LOCK: usize = 64;
const GENERATION_BITS: u32 = 20;

/// Long enough for a few checks of a holder.
const A_WHILE: Duration = Duration::from_millis(60);

fn scene(folder: &Folder, participants: u32) -> Region<Scene> {
    Region::options().participants(participants).create(folder.file("scene")).unwrap()
}

/// Starts a second process in that role; it ends when this does.
fn start(folder: &Folder, role: &str, environment: &[(&str, &str)]) -> Ended {
    let mut command = support::second_process(role);
    command.env("SHM_SCENE", folder.file("scene")).envs(environment.iter().copied());
    Ended(command.spawn().expect("starting a second process"))
}

/// A process that is killed on drop.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[track_caller]
fn is_held(lock: &MutexView<u64>) {
    assert!(matches!(lock.lock_timeout(A_WHILE), Err(LockError::Busy)), "a holder that lives");
}

/// The holder counts as dead; afterwards the lock is repaired.
#[track_caller]
fn is_reported(lock: &MutexView<u64>) {
    let mut repairs = 0;
    let repaired = lock.lock_timeout_or_repair(PATIENCE, |_| repairs += 1);
    assert!(repaired.is_ok() && repairs == 1, "a holder that died: {:?}", repaired.err());
}

#[test]
#[ignore = "run by the tests of this binary, as a process of its own"]
fn second_process() {
    let Some(role) = role() else { return };
    if role == "is given a descriptor" {
        return descriptors::take_part_by_descriptor();
    }
    if role == "is killed at a point" {
        table::die_at_its_point();
    }
    let scene = Region::<Scene>::open(argument("SHM_SCENE")).unwrap();
    match role.as_str() {
        "holds" | "is killed at a point" => {
            let _guard = scene.lock.lock().unwrap();
            scene.step.set(1);
            std::thread::sleep(PATIENCE);
        }
        "loses its descriptors" => descriptors::lose_them(scene),
        "has a child that repairs" => forks::let_a_child_repair(&scene),
        other => panic!("no such role: {other}"),
    }
}
