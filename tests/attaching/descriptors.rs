//! Descriptors that are not, or not only, this process's own.

use std::fs::File;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::path::PathBuf;

use shm_core::Region;

use crate::file::{Entry, entries, forge_word, is_write_locked, lock_bytes, write_entry};
use crate::support::{Folder, PATIENCE, argument, finish, wait_until};
use crate::{Ended, LOCK, Scene, is_held, is_reported, scene, start, support};

const SLOT: u32 = 3;

/// A holder in another pid namespace, of which only its byte tells whether it lives: this process has
/// that locked. The second process has no way to ask, since its numbers are those of other files.
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
    // Whoever can ask waits for as long as the byte is locked, and no longer.
    drop(description);
    is_reported(&region.lock);
}

/// In the second process: closes everything, and opens another file under all of these numbers.
pub fn lose_them(scene: Region<Scene>) {
    drop(scene.other.lock().unwrap());
    let decoy = PathBuf::from(argument("SHM_SCENE")).with_extension("decoy");
    // SAFETY: nothing of this process uses a descriptor but those of the standard streams afterwards,
    // except to find out that it is another file's.
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

/// Both have the descriptor that one gave the other, and with it a share in its file description. Byte
/// locks belong to the description: each has to take part by one of its own.
#[test]
fn who_was_given_a_descriptor_takes_part_by_a_description_of_its_own() {
    let region = Region::<Scene>::options().memfd("attaching").unwrap();
    drop(region.lock.lock().unwrap());
    // Without the flag that closes it when a program starts.
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
