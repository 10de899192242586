//! POSIX locks, which belong to a process, and which it loses when it closes any descriptor of the file.

use std::fs::File;
use std::os::fd::AsRawFd;
use std::path::Path;
use std::process::Stdio;

use shm_core::Overlay;

use crate::descriptors_of;
use crate::support::{self, Folder, argument, finish};

fn whole_file(kind: libc::c_int) -> libc::flock {
    libc::flock { l_type: kind as i16, l_whence: 0, l_start: 0, l_len: 0, l_pid: 0 }
}

/// Takes a POSIX lock, as SQLite does.
fn lock(file: &File) {
    let lock = whole_file(libc::F_WRLCK);
    // SAFETY: the descriptor is open, and `lock` is what this command reads.
    assert_eq!(unsafe { libc::fcntl(file.as_raw_fd(), libc::F_SETLK, &raw const lock) }, 0);
}

/// Returns whether another process finds the file locked by this one.
fn is_locked(path: &Path) -> bool {
    let mut prober = support::second_process("probes a lock");
    // A refusal is a panic.
    finish(&mut prober.env("SHM_FILE", path).stderr(Stdio::null()).spawn().unwrap()).success()
}

pub fn probes() {
    let file = File::options().read(true).write(true).open(argument("SHM_FILE")).unwrap();
    let mut lock = whole_file(libc::F_WRLCK);
    // SAFETY: the descriptor is open, and `lock` is what this command reads and writes.
    assert_eq!(unsafe { libc::fcntl(file.as_raw_fd(), libc::F_GETLK, &raw mut lock) }, 0);
    let holder = std::os::unix::process::parent_id();
    assert!(lock.l_type == libc::F_WRLCK as i16 && lock.l_pid.cast_unsigned() == holder);
}

#[test]
fn opening_further_overlays_of_a_file_leaves_this_process_its_posix_locks() {
    let folder = Folder::new("posix");
    let path = folder.file("database");
    std::fs::write(&path, vec![0; 1 << 20]).unwrap();
    let file = File::options().read(true).write(true).open(&path).unwrap();
    lock(&file);
    // SAFETY: the file is this test's own, here and below.
    let first = unsafe { Overlay::<[u8; 100]>::open(&path, 0) }.unwrap();
    assert!(is_locked(&path), "opening the first");
    // SAFETY: as above.
    let second = unsafe { Overlay::<[u32]>::open(&path, 4096) }.unwrap();
    // SAFETY: as above.
    let reader = unsafe { Overlay::<[u8; 16]>::open_read_only(&path, 0) }.unwrap();
    assert!(is_locked(&path), "opening more of them");
    drop((second, reader));
    assert!(is_locked(&path), "dropping some");
    file.set_len(3 << 20).unwrap();
    // SAFETY: as above.
    let longer = unsafe { Overlay::<[u8]>::open(&path, 0) }.unwrap();
    assert!(is_locked(&path), "mapping what was added to the file");
    drop(first);
    assert!(is_locked(&path), "dropping the first");
    assert_eq!(descriptors_of(&path), 2, "this test's and the overlays'");
    drop(longer);
}

#[test]
fn a_reader_beside_a_writer_leaves_posix_locks_alone_whichever_goes_first() {
    for reader_first in [true, false] {
        let folder = Folder::new("posix-modes");
        let path = folder.file("database");
        std::fs::write(&path, vec![0; 8192]).unwrap();
        let file = File::options().read(true).write(true).open(&path).unwrap();
        lock(&file);
        // SAFETY: the file is this test's own, here and below.
        let early = unsafe { Overlay::<[u8]>::open_read_only(&path, 0) }.unwrap();
        // SAFETY: as above.
        let writer = unsafe { Overlay::<[u8]>::open(&path, 0) }.unwrap();
        // SAFETY: as above.
        let late = unsafe { Overlay::<[u8]>::open_read_only(&path, 0) }.unwrap();
        assert!(is_locked(&path));
        if reader_first {
            drop(late)
        } else {
            drop((writer, late))
        }
        // A file opened only for it is closed with it: the note at `open` about the last overlay holds
        // for the last one of each kind.
        if reader_first {
            assert!(is_locked(&path));
        }
        drop(early);
    }
}

#[test]
fn an_overlay_by_descriptor_never_takes_posix_locks_with_it() {
    let folder = Folder::new("posix-fd");
    let path = folder.file("database");
    std::fs::write(&path, vec![0; 8192]).unwrap();
    let file = File::options().read(true).write(true).open(&path).unwrap();
    lock(&file);
    // SAFETY: the file is this test's own, here and below.
    let first = unsafe { Overlay::<[u8]>::from_fd(&file, 0) }.unwrap();
    // SAFETY: as above.
    let second = unsafe { Overlay::<[u8; 7]>::from_fd_read_only(&file, 1) }.unwrap();
    // SAFETY: as above; a file that is mapped need not be opened by its path either.
    let third = unsafe { Overlay::<[u64]>::open(&path, 8) }.unwrap();
    assert_eq!(descriptors_of(&path), 1);
    drop((first, second, third));
    assert!(is_locked(&path));
    drop(file);
    assert!(!is_locked(&path));
}

/// A database before its first transaction.
#[test]
fn an_empty_file_is_opened_once_as_well_and_refusals_close_nothing() {
    let folder = Folder::new("posix-empty");
    let path = folder.file("database");
    std::fs::write(&path, []).unwrap();
    let file = File::options().read(true).write(true).open(&path).unwrap();
    lock(&file);
    // SAFETY: the file is this test's own, here and below.
    let first = unsafe { Overlay::<[u8]>::open(&path, 0) }.unwrap();
    // SAFETY: as above.
    let second = unsafe { Overlay::<[u32]>::open_read_only(&path, 0) }.unwrap();
    // SAFETY: as above.
    assert!(unsafe { Overlay::<u32>::open(&path, 0) }.is_err());
    file.set_len(10).unwrap();
    for offset in [8, 2, 12] {
        // SAFETY: as above.
        assert!(unsafe { Overlay::<u32>::open(&path, offset) }.is_err());
    }
    drop(second);
    assert!(is_locked(&path));
    drop(first);
    lock(&file);
    for offset in [8, 2, 12] {
        // SAFETY: as above.
        assert!(unsafe { Overlay::<u32>::open(&path, offset) }.is_err());
    }
    assert!(is_locked(&path), "what cannot be there is refused before the file is opened");
}
