//! Which processes count as dead.

#[path = "../support/mod.rs"]
mod support;

mod copies;
mod file;
mod forged;
mod forks;
mod namespaces;
mod replaced;
mod slots;
mod turns;

use std::process::Child;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use shm_core::{LockError, Mutex, Region, SharedLayout, sync::MutexView};
use support::{Folder, PATIENCE, argument, finish, role, wait_until};

/// The value shared by the processes of a test.
#[derive(SharedLayout)]
#[repr(C)]
struct Scene {
    lock: Mutex<u64>,
    other: Mutex<u64>,
    /// the progress of the second process
    step: u32,
    /// the step up to which it may go
    go: u32,
    /// the number of a process that the second one forked
    forked: u32,
}

/// A scene and a second process in it.
struct Play {
    folder: Folder,
    scene: Region<Scene>,
    holder: Child,
}

/// Long enough for a few checks of the holder.
const A_WHILE: Duration = Duration::from_millis(60);

impl Play {
    /// Starts the second process in this role, and waits for it to hold the lock.
    fn with(role: &str) -> Self {
        Self::with_env(role, &[])
    }

    fn with_env(role: &str, environment: &[(&str, &str)]) -> Self {
        let folder = Folder::new("liveness");
        let scene = Region::create(folder.file("scene")).unwrap();
        let holder = support::second_process(role)
            .env("SHM_SCENE", folder.file("scene"))
            .envs(environment.iter().copied())
            .spawn()
            .expect("starting the holder");
        let play = Self { folder, scene, holder };
        play.wait_for_step(1);
        play
    }

    fn wait_for_step(&self, step: u32) {
        wait_until("the holder gets on", || self.scene.step.get() >= step);
    }

    fn kill_holder_unseen(&mut self) {
        self.holder.kill().unwrap(); // not reaped yet: a zombie
    }
}

impl Drop for Play {
    fn drop(&mut self) {
        let _ = self.holder.kill();
        let _ = self.holder.wait();
        if let Some(forked) = Pid::from_raw(self.scene.forked.get().cast_signed()) {
            let _ = kill_process(forked, Signal::KILL);
        }
    }
}

#[track_caller]
fn is_held(lock: &MutexView<u64>) {
    assert!(matches!(lock.lock_timeout(A_WHILE), Err(LockError::Busy)), "a holder that lives");
}

#[track_caller]
fn is_reported(lock: &MutexView<u64>) {
    let found = lock.lock_timeout(PATIENCE);
    assert!(matches!(found, Err(LockError::OwnerDied)), "a holder that died: {:?}", found.err());
}

#[test]
fn a_stopped_holder_is_alive_and_continues_when_it_is_resumed() {
    let mut play = Play::with("holds and lets go");
    let holder = Pid::from_child(&play.holder);
    kill_process(holder, Signal::STOP).unwrap();
    let stat = format!("/proc/{}/stat", play.holder.id());
    wait_until("it has stopped", || std::fs::read_to_string(&stat).unwrap().contains(") T"));
    play.scene.go.set(1);
    is_held(&play.scene.lock);
    kill_process(holder, Signal::CONT).unwrap();
    assert!(play.scene.lock.lock_timeout(PATIENCE).is_ok());
    assert!(finish(&mut play.holder).success());
}

#[test]
fn a_holder_that_closed_every_descriptor_is_alive_and_its_death_is_noticed() {
    let mut play = Play::with("closes all descriptors");
    is_held(&play.scene.lock);
    play.scene.go.set(1);
    // It unlocks, locks again, and takes part in another region.
    play.wait_for_step(2);
    is_held(&play.scene.lock);
    play.kill_holder_unseen();
    is_reported(&play.scene.lock);
}

#[test]
fn the_slot_of_a_holder_that_closed_every_descriptor_is_not_reassigned() {
    let play = Play::with("closes all descriptors");
    drop(play.scene.other.lock().unwrap());
    let entries = file::entries(&play.folder.file("scene"));
    assert_eq!(entries.iter().filter(|entry| entry.state == 1).count(), 2);
}

#[test]
fn a_holder_whose_main_thread_ended_is_alive() {
    let play = Play::with("ends its main thread");
    is_held(&play.scene.lock);
    let forked = Pid::from_raw(play.scene.forked.get().cast_signed()).unwrap();
    kill_process(forked, Signal::KILL).unwrap();
    is_reported(&play.scene.lock);
}

#[test]
fn a_leaked_guard_keeps_the_lock_for_as_long_as_its_process_takes_part() {
    let play = Play::with("leaks its guard");
    is_held(&play.scene.lock);
    play.scene.go.set(1); // it closes the region, and lives on
    is_reported(&play.scene.lock);
}

#[test]
fn a_leaked_guard_is_an_error_for_its_own_thread_and_a_wait_for_others() {
    let folder = Folder::new("leaked");
    let scene = Region::<Scene>::create(folder.file("scene")).unwrap();
    std::mem::forget(scene.lock.lock().unwrap());
    assert!(matches!(scene.lock.lock(), Err(LockError::WouldDeadlock)));
    std::thread::scope(|scope| {
        scope.spawn(|| is_held(&scene.lock));
    });
    drop(scene);
    let scene = Region::<Scene>::open(folder.file("scene")).unwrap();
    is_reported(&scene.lock);
}

#[test]
#[ignore = "run by the tests of this binary, as a process of its own"]
fn second_process() {
    let Some(role) = role() else { return };
    if role == "succeeds" {
        return replaced::succeed();
    }
    if role == "releases beside a child" {
        return slots::vacate_beside_a_child(&argument("SHM_SCENE"));
    }
    let path = argument("SHM_SCENE");
    let scene = Region::<Scene>::open(&path).unwrap();
    match role.as_str() {
        "holds and lets go" => hold(&scene),
        "closes all descriptors" => {
            let guard = scene.lock.lock().unwrap();
            close_all();
            scene.step.set(1);
            wait_until("it may let go", || scene.go.get() == 1);
            drop(guard);
            let _guard = scene.lock.lock_timeout(PATIENCE).unwrap();
            let another = Region::<Scene>::create(format!("{path}-another")).unwrap();
            drop(another.lock.lock().unwrap());
            scene.step.set(2);
            std::thread::sleep(PATIENCE);
        }
        "leaks its guard" => {
            std::mem::forget(scene.lock.lock().unwrap());
            scene.step.set(1);
            wait_until("it may close", || scene.go.get() == 1);
            drop(scene);
            std::thread::sleep(PATIENCE);
        }
        "holds again and again" => turns::hold_again_and_again(&scene),
        "execs" => replaced::hold_and_exec(&scene),
        "forks and execs" => replaced::fork_and_exec(&scene),
        "restarts" => replaced::restart(&scene),
        "copies" => copies::copy_while_holding(&scene),
        "has a child that drops" => slots::let_a_child_drop(scene),
        "closes all descriptors and drops" => slots::close_all_and_drop(scene),
        "closes all descriptors and lives" => slots::close_all_and_live(&scene),
        "ends its main thread" => forks::end_main_thread(&scene),
        "forks" => forks::fork_while_holding(&scene),
        "has a neighbour" => namespaces::neighbours(&scene),
        "opens the file once more" => {
            let _guard = scene.lock.lock().unwrap();
            drop(std::fs::File::open(path).unwrap());
            scene.step.set(1);
            std::thread::sleep(PATIENCE);
        }
        other => panic!("no such role: {other}"),
    }
}

fn hold(scene: &Region<Scene>) {
    let _guard = scene.lock.lock().unwrap();
    scene.step.set(1);
    wait_until("it may let go", || scene.go.get() == 1);
}

/// `closefrom(3)`, as daemons do.
fn close_all() {
    // SAFETY: afterwards, this process uses only the descriptors of the standard streams, except to find
    // out that the others are closed.
    unsafe { libc::syscall(libc::SYS_close_range, 3, u32::MAX, 0) };
}
