//! Copies of a region's file: they have the participants' table, and no participants.

use std::path::{Path, PathBuf};

use shm_core::{
    DynRegion, LockError, Region,
    inspect::{Inspection, Liveness},
};

use crate::support::{self, Folder, PATIENCE, argument, finish, wait_until};
use crate::{Play, Scene, is_held, is_reported};

/// A copy, on the same file system and on another one.
fn copies(original: &Path, elsewhere: &Folder) -> [PathBuf; 2] {
    let copies = [original.with_extension("copy"), elsewhere.file("copy")];
    for copy in &copies {
        std::fs::copy(original, copy).unwrap();
    }
    copies
}

#[test]
fn a_copy_made_while_the_lock_was_held_reports_it_and_the_original_stays_held() {
    let play = Play::with("holds and lets go");
    let folder = Folder::below(env!("CARGO_TARGET_TMPDIR"), "copied");
    for copy in copies(&play.folder.file("scene"), &folder) {
        let copied = Region::<Scene>::open(&copy).unwrap();
        assert_eq!(copied.step.get(), 1);
        is_reported(&copied.lock);
        is_held(&play.scene.lock);
    }
}

#[test]
fn the_participants_of_the_original_are_dead_in_a_copy() {
    let play = Play::with("holds and lets go");
    let folder = Folder::below(env!("CARGO_TARGET_TMPDIR"), "copied");
    let original = play.folder.file("scene");
    let seen = |path: &Path| {
        let participant = Inspection::of(path).unwrap().participants().unwrap()[0].liveness;
        let region = DynRegion::open_read_only(path).unwrap();
        (participant, region.lock_state("lock").unwrap().holder.unwrap().liveness())
    };
    for copy in copies(&original, &folder) {
        assert_eq!(seen(&copy), (Liveness::Dead, Liveness::Dead));
        assert_eq!(seen(&original), (Liveness::Alive, Liveness::Alive));
    }
}

#[test]
fn a_copy_of_a_full_table_has_room() {
    let folder = Folder::new("full");
    let path = folder.file("scene");
    let scene = Region::<Scene>::options().participants(1).create(&path).unwrap();
    let mut holder = holder(&path);
    wait_until("it holds the lock", || scene.step.get() == 1);
    let full = scene.lock.lock().unwrap_err();
    assert!(matches!(full, LockError::TooManyParticipants { slots: 1, .. }), "{full}");
    let copy = folder.file("copy");
    std::fs::copy(&path, &copy).unwrap();
    is_reported(&Region::<Scene>::open(&copy).unwrap().lock);
    scene.go.set(1);
    assert!(finish(&mut holder).success());
}

fn holder(path: &Path) -> std::process::Child {
    support::second_process("holds and lets go").env("SHM_SCENE", path).spawn().unwrap()
}

#[test]
fn a_process_that_holds_the_original_does_not_hold_the_copy() {
    let folder = Folder::new("self");
    let path = folder.file("scene");
    let scene = Region::<Scene>::create(&path).unwrap();
    let guard = scene.lock.lock().unwrap();
    let copy = folder.file("copy");
    std::fs::copy(&path, &copy).unwrap();
    let copied = Region::<Scene>::open(&copy).unwrap();
    is_reported(&copied.lock);
    assert!(guard.unlock().is_ok(), "the original is still held");
}

/// Others cannot tell it from a process that closed all its descriptors: it has to say so itself.
#[test]
fn a_process_that_opens_a_copy_of_what_it_holds_is_no_participant_of_the_copy_for_others() {
    let play = Play::with("copies");
    is_reported(&Region::<Scene>::open(play.folder.file("scene-copy")).unwrap().lock);
    is_held(&play.scene.lock);
}

/// Holds the lock, copies the region, and opens the copy.
pub fn copy_while_holding(scene: &Region<Scene>) {
    let _guard = scene.lock.lock().unwrap();
    let path = argument("SHM_SCENE");
    let copy = format!("{path}-copy");
    std::fs::copy(path, &copy).unwrap();
    let _copied = Region::<Scene>::open(copy).unwrap();
    scene.step.set(1);
    std::thread::sleep(PATIENCE);
}
