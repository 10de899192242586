//! Descriptors that belong to another process, or are shared with one.

use std::fs::File;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::path::PathBuf;

use shm_core::Region;

use crate::file::{Entry, entries, forge_word, is_write_locked, lock_bytes, write_entry};
use crate::support::{Folder, PATIENCE, argument, finish, wait_until};
use crate::{Ended, LOCK, Scene, is_held, is_reported, scene, start, support};

const SLOT: u32 = 3;

/// A holder in another pid namespace, whose liveness only its byte shows: this process has that locked.
/// The second process cannot check, since its descriptor numbers mean other files.
#[test]
fn a_descriptor_that_means_another_file_by_now_is_neither_asked_nor_closed() {
    let folder = Folder::new("numbers");
    let path = folder.file("scene");
    let region = scene(&folder, 8);
    let mut loser = start(&folder, "loses its descriptors", &[]);
    wait_until("it has lost them", || region.step.get() == 1);
    let it = entries(&path)[0];
    assert_eq!(it.pid, loser.0.id());
    let description = File::options().write(true).open(&path).unwrap();
    assert!(lock_bytes(&description, libc::F_WRLCK, Some(SLOT)));
    write_entry(&path, SLOT, Entry { pid_namespace: 1, generation: 9, ..it });
    forge_word(&path, LOCK as u64, SLOT, 9);
    region.go.set(1);
    assert!(finish(&mut loser.0).success());
    // A process that can check waits exactly as long as the byte is locked.
    drop(description);
    is_reported(&region.lock);
}

/// In the second process: closes every descriptor, and opens another file under all of these numbers.
pub fn lose_them(scene: Region<Scene>) {
    drop(scene.other.lock().unwrap());
    let decoy = PathBuf::from(argument("SHM_SCENE")).with_extension("decoy");
    // SAFETY: afterwards, this process uses only the descriptors of the standard streams, except to find
    // out that the others mean another file.
    unsafe { libc::syscall(libc::SYS_close_range, 3, u32::MAX, 0) };
    let open = || File::options().create(true).truncate(false).write(true).open(&decoy).unwrap();
    let decoys: Vec<_> = std::iter::repeat_with(open).take(40).collect();
    assert_eq!(decoys[0].as_raw_fd(), 3, "the numbers are in use again");
    scene.step.set(1);
    wait_until("the lock is held", || scene.go.get() == 1);
    is_held(&scene.lock);
    drop(scene);
    for decoy in &decoys {
        assert!(decoy.metadata().is_ok(), "{} was closed", decoy.as_raw_fd());
    }
}

/// Both processes have the passed descriptor, and so share its file description. Byte locks belong to
/// the description, so each must take part with a separate one.
#[test]
fn a_receiver_of_a_descriptor_takes_part_with_its_own_description() {
    let region = Region::<Scene>::options().memfd("attaching").unwrap();
    drop(region.lock.lock().unwrap());
    // Without the close-on-exec flag.
    let given = rustix::io::dup(region.as_fd().unwrap()).unwrap();
    let seen = PathBuf::from(format!("/proc/self/fd/{}", given.as_raw_fd()));
    assert!(is_write_locked(&seen, 0));
    let mut command = support::second_process("is given a descriptor");
    let mut other = Ended(command.env("SHM_FD", given.as_raw_fd().to_string()).spawn().unwrap());
    wait_until("it takes part", || region.step.get() == 1);
    assert!(is_write_locked(&seen, 0) && is_write_locked(&seen, 1));
    other.0.kill().unwrap();
    other.0.wait().unwrap();
    assert!(is_write_locked(&seen, 0) && !is_write_locked(&seen, 1));
    is_reported(&region.other);
    drop(region);
    assert!(!is_write_locked(&seen, 0), "by the descriptor that was given away");
    drop(given);
}

/// In the second process: takes part, and stays.
pub fn take_part_by_descriptor() {
    let number = argument("SHM_FD").parse().unwrap();
    // SAFETY: the descriptor was left open for this process, which has no other owner of it.
    let given = unsafe { OwnedFd::from_raw_fd(number) };
    let region = Region::<Scene>::options().from_fd(given).unwrap();
    let _guard = region.other.lock().unwrap();
    region.step.set(1);
    std::thread::sleep(PATIENCE);
}
