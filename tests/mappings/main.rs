//! Many regions in one process, many mappings of one region, and the state kept for them.

#[path = "../format/forge.rs"]
#[allow(dead_code, reason = "a part of it is used here")]
mod forge;
#[path = "../support/mod.rs"]
mod support;
#[macro_use]
#[path = "../support/tenfold.rs"]
mod tenfold;

mod descriptors;
mod forks;
mod headers;
mod privileges;
mod twice;

use std::os::unix::fs::MetadataExt;
use std::path::Path;

use shm_core::{LockError, Mutex, Region, SharedLayout};
use support::{Folder, argument, role};

/// The type of most regions here.
#[derive(SharedLayout)]
#[repr(C)]
struct Scene {
    lock: Mutex<u64>,
    other: Mutex<u64>,
    hits: u64,
}

/// Counts this process's mappings of a file, by its inode: the creator mapped it before it had a name.
fn mappings_of(path: &Path) -> usize {
    let inode = std::fs::metadata(path).unwrap().ino().to_string();
    let maps = std::fs::read_to_string("/proc/self/maps").unwrap();
    maps.lines().filter(|line| line.split_whitespace().nth(4) == Some(&inode)).count()
}

/// Counts this process's descriptors of a file.
fn descriptors_of(path: &Path) -> usize {
    let of = |facts: std::fs::Metadata| (facts.dev(), facts.ino());
    let file = of(std::fs::metadata(path).unwrap());
    let descriptors = std::fs::read_dir("/proc/self/fd").unwrap().flatten();
    descriptors.filter(|fd| std::fs::metadata(fd.path()).is_ok_and(|to| of(to) == file)).count()
}

#[test]
fn the_lock_of_every_one_of_a_thousand_regions_is_found() {
    let folder = Folder::new("thousand");
    let regions: Vec<_> = (0..1_000)
        .map(|n| Region::<Scene>::create(folder.file(&format!("scene-{n}"))).unwrap())
        .collect();
    for round in 1..=2 {
        for (n, region) in regions.iter().enumerate() {
            let guard = region.lock.lock().unwrap();
            guard.set(guard.get() + n as u64);
            assert_eq!(guard.get(), round * n as u64);
        }
    }
    // Drops every second one: the others stay in place.
    let left: Vec<_> = regions.into_iter().skip(1).step_by(2).collect();
    for (n, region) in left.iter().enumerate() {
        assert_eq!(region.lock.lock().unwrap().get(), 2 * (2 * n as u64 + 1));
    }
}

#[test]
fn threads_that_open_lock_and_close_regions_of_their_own_do_not_disturb_each_other() {
    let folder = Folder::new("threads");
    let shared = Region::<Scene>::create(folder.file("shared")).unwrap();
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let (folder, shared) = (&folder, &shared);
            scope.spawn(move || {
                for _ in 0..200 {
                    let own = folder.file(&format!("own-{thread}"));
                    let own = Region::<Scene>::options().create_or_replace(own).unwrap();
                    let again = Region::<Scene>::open(folder.file("shared")).unwrap();
                    own.lock.lock().unwrap().set(1);
                    let guard = again.lock.lock().unwrap();
                    guard.set(guard.get() + 1);
                    drop(guard);
                    assert!(matches!(shared.other.try_lock(), Ok(_) | Err(LockError::Busy)));
                }
            });
        }
    });
    assert_eq!(shared.lock.lock().unwrap().get(), 800);
}

#[test]
#[ignore = "run by the tests of this binary, as a process of its own"]
fn second_process() {
    let Some(role) = role() else { return };
    let path = argument("SHM_SCENE");
    match role.as_str() {
        "closes all descriptors" => descriptors::close_all(&path),
        "has few descriptors" => descriptors::have_few(&path),
        "drops privileges" => privileges::lose(&path),
        "forks while threads open" => forks::fork_while_threads_open(&path),
        "holds the lock of many" => headers::hold(&path),
        "sets the value of many" => headers::set(&path),
        other => panic!("no such role: {other}"),
    }
}
