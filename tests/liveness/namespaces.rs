//! Holders in another pid namespace, where numbers of processes mean something else.

use std::process::{Command, Stdio};

use shm_core::Region;

use crate::support::{self, Folder, PATIENCE, argument, finish, wait_until};
use crate::{Scene, is_held, is_reported};

/// Returns the command that runs a second process in a pid namespace of its own; `None` if that is not
/// permitted. With `own_proc`, /proc is the namespace's own, otherwise still this one's.
pub fn elsewhere(role: &str, own_proc: bool) -> Option<Command> {
    let unshare = |command: &mut Command| {
        command.args(["--pid", "--fork", "--kill-child"]);
        if own_proc {
            command.arg("--mount-proc");
        }
    };
    let mut trial = Command::new("unshare");
    unshare(&mut trial);
    let permitted = trial.arg("true").stderr(Stdio::null()).status().is_ok_and(|s| s.success());
    if !permitted {
        println!("skipped: a pid namespace cannot be made here");
        return None;
    }
    let inner = support::second_process(role);
    let mut command = Command::new("unshare");
    unshare(&mut command);
    command.arg(inner.get_program()).args(inner.get_args()).stdout(Stdio::null());
    for (name, value) in inner.get_envs() {
        command.env(name, value.unwrap_or_default());
    }
    Some(command)
}

#[test]
fn a_holder_in_another_pid_namespace_is_alive_until_it_is_killed() {
    for own_proc in [true, false] {
        let folder = Folder::new("namespace");
        let scene = Region::<Scene>::create(folder.file("scene")).unwrap();
        let Some(mut command) = elsewhere("holds and lets go", own_proc) else { return };
        let mut holder = command.env("SHM_SCENE", folder.file("scene")).spawn().unwrap();
        wait_until("it holds the lock", || scene.step.get() == 1);
        is_held(&scene.lock);
        holder.kill().unwrap(); // `unshare`, and with it its child
        is_reported(&scene.lock);
        holder.wait().unwrap();
    }
}

#[test]
fn two_processes_that_see_a_foreign_proc_do_not_take_each_other_for_dead() {
    for own_proc in [true, false] {
        let folder = Folder::new("neighbours");
        let _scene = Region::<Scene>::create(folder.file("scene")).unwrap();
        let Some(mut command) = elsewhere("has a neighbour", own_proc) else { return };
        let mut inner = command.env("SHM_SCENE", folder.file("scene")).spawn().unwrap();
        assert!(finish(&mut inner).success());
    }
}

/// Inside: starts a holder in the same namespace, and waits for it.
pub fn neighbours(scene: &Region<Scene>) {
    let mut holder = support::second_process("holds and lets go")
        .env("SHM_SCENE", argument("SHM_SCENE"))
        .spawn()
        .unwrap();
    wait_until("it holds the lock", || scene.step.get() == 1);
    is_held(&scene.lock);
    holder.kill().unwrap();
    is_reported(&scene.lock);
    holder.wait().unwrap();
    drop(scene.other.lock_timeout(PATIENCE).unwrap());
}
