//! Holders that are written into the file by hand, and changes to the file from outside.

use std::fs::File;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use shm_core::{LockError, Region};

use crate::file::{Entry, entries, forge_holder, is_write_locked, lock_bytes, write_entry};
use crate::support::Folder;
use crate::{Play, Scene, is_held, is_reported};

const SLOT: u32 = 5;

/// A scene, and this process as its first lock entered it among the participants.
fn scene(folder: &Folder) -> (Region<Scene>, Entry) {
    let path = folder.file("scene");
    let scene = Region::<Scene>::create(&path).unwrap();
    drop(scene.lock.lock().unwrap());
    let me = entries(&path)[0];
    (scene, me)
}

#[test]
fn a_participant_is_written_as_the_format_says() {
    let folder = Folder::new("entry");
    let (_scene, me) = scene(&folder);
    let namespace = |kind: &str| std::fs::metadata(format!("/proc/self/ns/{kind}")).unwrap().ino();
    assert_eq!((me.state, me.generation, me.pid), (1, 1, std::process::id()));
    assert_eq!(me.pid_namespace, namespace("pid"));
    assert_eq!(u64::from(me.time_namespace), namespace("time"));
    assert!(is_write_locked(&folder.file("scene"), 0));
    assert!(!is_write_locked(&folder.file("scene"), 1));
}

#[test]
fn a_holder_that_the_process_table_confirms_is_alive_though_its_byte_is_free() {
    let (play, other) = another();
    forge_holder(&play.folder.file("scene"), SLOT, other);
    is_held(&play.scene.lock);
}

/// A scene with a process that has it mapped, has closed its descriptors, and lives.
fn another() -> (Play, Entry) {
    let play = Play::with("closes all descriptors and lives");
    let entries = entries(&play.folder.file("scene"));
    let other = *entries.iter().find(|entry| entry.pid == play.holder.id()).unwrap();
    (play, other)
}

#[test]
fn a_holder_of_this_name_in_a_slot_that_is_not_ours_is_what_this_process_was_before() {
    let folder = Folder::new("former-self");
    let (scene, me) = scene(&folder);
    forge_holder(&folder.file("scene"), SLOT, me);
    is_reported(&scene.lock);
    assert!(scene.other.lock().is_ok(), "this process has its own slot still");
}

#[test]
fn a_holder_whose_number_was_given_to_another_process_is_dead() {
    let folder = Folder::new("reused");
    let (scene, me) = scene(&folder);
    forge_holder(&folder.file("scene"), SLOT, Entry { start_time: me.start_time - 1, ..me });
    is_reported(&scene.lock);
}

#[test]
fn an_earlier_owner_of_a_slot_is_dead_when_the_slot_has_a_new_one() {
    let (play, other) = another();
    let path = play.folder.file("scene");
    forge_holder(&path, SLOT, Entry { generation: 7, ..other });
    is_held(&play.scene.lock);
    write_entry(&path, SLOT, Entry { generation: 8, ..other });
    is_reported(&play.scene.lock);
}

/// For a holder in another namespace, only the byte counts.
#[test]
fn a_stranger_lives_for_as_long_as_its_byte_is_write_locked() {
    for stranger in [
        |me: Entry| Entry { pid_namespace: 1, ..me },
        |me: Entry| Entry { time_namespace: 1, start_time: 1, ..me },
    ] {
        let folder = Folder::new("stranger");
        let path = folder.file("scene");
        let (scene, me) = scene(&folder);
        let description = File::options().write(true).open(&path).unwrap();
        assert!(lock_bytes(&description, libc::F_WRLCK, Some(SLOT)));
        forge_holder(&path, SLOT, stranger(me));
        is_held(&scene.lock);
        drop(description);
        is_reported(&scene.lock);
    }
}

#[test]
fn a_reader_that_locks_the_file_cannot_make_the_dead_look_alive() {
    let folder = Folder::new("hostile");
    let path = folder.file("scene");
    let (scene, me) = scene(&folder);
    let reader = File::open(&path).unwrap();
    assert!(lock_bytes(&reader, libc::F_RDLCK, Some(SLOT)));
    forge_holder(&path, SLOT, Entry { pid_namespace: 1, ..me });
    is_reported(&scene.lock);
}

#[test]
fn a_reader_that_locks_the_whole_file_keeps_newcomers_out_with_an_error_that_says_why() {
    let folder = Folder::new("obstructed");
    let path = folder.file("scene");
    let scene = Region::<Scene>::options().participants(8).create(&path).unwrap();
    let reader = File::open(&path).unwrap();
    assert!(lock_bytes(&reader, libc::F_RDLCK, None));
    let refused = scene.lock.lock().unwrap_err();
    assert!(matches!(refused, LockError::Obstructed { slots: 8, .. }), "{refused}");
    assert!(refused.help().unwrap().contains("/proc/locks"), "{refused}");
    drop(reader);
    assert!(scene.lock.lock().is_ok());
    // Existing participants are not disturbed, and the whole file can no longer be locked.
    assert!(!lock_bytes(&File::open(&path).unwrap(), libc::F_RDLCK, None));
}

#[test]
fn closing_another_descriptor_of_the_file_releases_nothing() {
    // With POSIX locks, which belong to a process, it would.
    let mut play = Play::with("opens the file once more");
    let path = play.folder.file("scene");
    is_held(&play.scene.lock);
    let slot = entries(&path).iter().position(|entry| entry.pid == play.holder.id()).unwrap();
    assert!(is_write_locked(&path, slot as u32));
    play.kill_holder_unseen();
    is_reported(&play.scene.lock);
}

#[test]
fn a_holder_of_a_region_that_is_truncated_and_extended_learns_that_its_lock_is_lost() {
    let folder = Folder::new("truncated");
    let path = folder.file("scene");
    let scene = Region::<Scene>::create(&path).unwrap();
    let guard = scene.lock.lock().unwrap();
    guard.set(7);
    wipe(&path);
    assert_eq!(guard.get(), 0);
    assert!(matches!(guard.unlock(), Err(LockError::Lost)));
    assert!(scene.lock.lock().is_ok(), "a zeroed lock is a free lock");
    assert!(Region::<Scene>::open(&path).is_err(), "the rest is not a region");
}

fn wipe(path: &Path) {
    let file = File::options().write(true).open(path).unwrap();
    let len = file.metadata().unwrap().len();
    file.set_len(0).unwrap();
    file.set_len(len).unwrap();
}
