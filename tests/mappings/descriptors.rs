//! The descriptors of a process that regions need.

use std::fs::File;
use std::io::Write;
use std::os::fd::AsRawFd;
use std::path::Path;

use shm_core::{Error, Region};

use crate::support::{Folder, run, second_process};
use crate::{Scene, descriptors_of};

#[test]
fn a_region_keeps_one_descriptor_if_it_has_locks_and_otherwise_none() {
    let folder = Folder::new("kept");
    let (with, without) = (folder.file("with"), folder.file("without"));
    let locks = Region::<Scene>::create(&with).unwrap();
    let plain = Region::<[u64; 4]>::create(&without).unwrap();
    assert_eq!((descriptors_of(&with), descriptors_of(&without)), (1, 0));
    drop(locks.lock.lock().unwrap());
    assert_eq!(descriptors_of(&with), 1, "no more for having locked");
    let again =
        (Region::<Scene>::open(&with).unwrap(), Region::<[u64; 4]>::open(&without).unwrap());
    assert_eq!((descriptors_of(&with), descriptors_of(&without)), (1, 0));
    drop((locks, plain));
    drop(again.0.lock.lock().unwrap());
    drop(again);
    assert_eq!(descriptors_of(&with), 0);
}

#[test]
fn a_region_passes_on_a_separate_descriptor() {
    let folder = Folder::new("given");
    let (with, without) = (folder.file("with"), folder.file("without"));
    let locks = Region::<Scene>::create(&with).unwrap();
    let plain = Region::<[u64; 4]>::create(&without).unwrap();
    drop(locks.lock.lock().unwrap());
    for given in [locks.as_fd().unwrap(), plain.as_fd().unwrap()] {
        let given = File::from(given.try_clone_to_owned().unwrap());
        assert!(given.metadata().unwrap().is_file());
    }
    // Its receiver may lock and unlock bytes as it likes: the slot stays locked.
    let given = File::from(locks.as_fd().unwrap().try_clone_to_owned().unwrap());
    let everything = libc::flock64 {
        l_type: libc::F_UNLCK as i16,
        l_whence: libc::SEEK_SET as i16,
        l_start: 0,
        l_len: 0,
        l_pid: 0,
    };
    // SAFETY: the descriptor is open, and the structure is the one that this command reads.
    let done = unsafe { libc::fcntl(given.as_raw_fd(), libc::F_OFD_SETLK, &raw const everything) };
    assert_eq!(done, 0);
    let fresh = File::open(&with).unwrap();
    let mut slot =
        libc::flock64 { l_type: libc::F_RDLCK as i16, l_start: 1 << 62, l_len: 1, ..everything };
    // SAFETY: as above; it writes what it found there.
    let done = unsafe { libc::fcntl(fresh.as_raw_fd(), libc::F_OFD_GETLK, &raw mut slot) };
    assert_eq!((done, slot.l_type), (0, libc::F_WRLCK as i16));
}

#[test]
fn a_region_that_is_dropped_after_its_descriptor_was_closed_closes_nothing() {
    let folder = Folder::new("closed");
    let path = folder.file("scene");
    drop(Region::<Scene>::create(&path).unwrap());
    run(second_process("closes all descriptors").env("SHM_SCENE", path));
}

/// In debug builds, std ends a process that closes a descriptor which is closed already.
pub fn close_all(path: &str) {
    let memfd = Region::<[u64; 4]>::options().memfd("closed").unwrap();
    let never_locked = Region::<Scene>::open(path).unwrap();
    let locked = Region::<Scene>::create(format!("{path}-locked")).unwrap();
    drop(locked.lock.lock().unwrap());
    let given = Region::<Scene>::create(format!("{path}-given")).unwrap();
    assert!(given.as_fd().is_some());
    // SAFETY: nothing here uses a descriptor afterwards, except to find out that it is closed.
    unsafe { libc::syscall(libc::SYS_close_range, 3, u32::MAX, 0) };
    // Its own number now means another file, or none.
    let strangers: Vec<_> = (0..2).map(|_| File::create("/dev/null").unwrap()).collect();
    drop((memfd, locked, given));
    for mut stranger in &strangers {
        stranger.write_all(b"still open").unwrap();
    }
    // The first lock after that opens the file by its name.
    drop(never_locked.lock.lock().unwrap());
    drop(never_locked);
    assert!(strangers.iter().all(|stranger| stranger.metadata().is_ok()));
}

#[test]
fn a_process_with_few_descriptors_has_many_regions_and_an_error_names_what_is_used_up() {
    let folder = Folder::new("few");
    run(second_process("has few descriptors").env("SHM_SCENE", folder.path()));
}

pub fn have_few(folder: &str) {
    let limit = libc::rlimit { rlim_cur: 64, rlim_max: 64 };
    // SAFETY: the structure is the one that this call reads.
    assert_eq!(unsafe { libc::setrlimit(libc::RLIMIT_NOFILE, &raw const limit) }, 0);
    let file = |n: usize| Path::new(folder).join(format!("scene-{n}"));
    let plain: Vec<_> = (0..500).map(|n| Region::<[u64; 4]>::create(file(n)).unwrap()).collect();
    let mut locks = Vec::new();
    let error = loop {
        match Region::<Scene>::create(file(500 + locks.len())) {
            Ok(region) => locks.push(region),
            Err(error) => break error,
        }
    };
    assert!(locks.len() >= 50, "only {} regions with locks", locks.len());
    assert!(matches!(error, Error::Exhausted { .. }), "{error:?}");
    let text = format!("{error:?}");
    assert!(text.contains("(64)") && text.contains("RLIMIT_NOFILE"), "{text}");
    let rest: Vec<_> = std::iter::from_fn(|| File::open("/dev/null").ok()).collect();
    for error in [
        Region::<Scene>::open(file(500)).map(drop).unwrap_err(),
        Region::<[u64; 4]>::open_read_only(file(0)).map(drop).unwrap_err(),
        Region::<Scene>::options().memfd("none left").map(drop).unwrap_err(),
    ] {
        assert!(error.help().unwrap().contains("RLIMIT_NOFILE"), "{error}");
    }
    drop(rest);
    // Open regions work, including their first lock.
    for region in &locks {
        drop(region.lock.lock().unwrap());
    }
    assert_eq!(plain.len(), 500);
}
