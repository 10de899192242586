//! Holders in another pid namespace, where numbers of processes mean something else.

use shm_core::Region;

use crate::support::namespaces::elsewhere;
use crate::support::{self, Folder, PATIENCE, argument, finish, wait_until};
use crate::{Scene, is_held, is_reported};

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
