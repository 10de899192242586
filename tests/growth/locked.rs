//! The byte lock under which a region grows, held by another process.

use std::os::fd::{AsRawFd, BorrowedFd};

use shm_core::{Error, Region};

use crate::layouts::{first, second};
use crate::support::{Folder, wait_until};
use crate::{bytes, sequences};

/// docs/format.md.
const LOCK_BYTE: i64 = (1 << 62) + 1024;

fn lock(file: BorrowedFd<'_>, kind: libc::c_int) {
    let mut lock = libc::flock64 {
        l_type: kind as i16,
        l_whence: libc::SEEK_SET as i16,
        l_start: LOCK_BYTE,
        l_len: 1,
        l_pid: 0,
    };
    // SAFETY: the descriptor is open, and the structure is the one that the command reads.
    let result = unsafe { libc::fcntl(file.as_raw_fd(), libc::F_OFD_SETLK, &raw mut lock) };
    assert_eq!(result, 0, "{}", std::io::Error::last_os_error());
}

fn waited_in_vain(error: &Error) -> bool {
    let Error::Io { doing, source, .. } = error else { panic!("{error}") };
    doing.contains("locking its growth section") && source.to_string().contains("/proc/locks")
}

/// Any process that may read the file can do that.
#[test]
fn a_lock_that_is_never_released_is_an_error_and_hinders_no_other_process() {
    let folder = Folder::new("growth-locked");
    let path = folder.file("station");
    drop(Region::<first::Station>::create(&path).unwrap());
    let before = bytes(&path).0;
    let holder = std::fs::File::open(&path).unwrap();
    lock(std::os::fd::AsFd::as_fd(&holder), libc::F_RDLCK);
    assert!(waited_in_vain(&Region::<second::Station>::open(&path).unwrap_err()));
    assert!(bytes(&path).0 == before);
    Region::<first::Station>::open(&path).unwrap().hits.set(1);
    drop(holder);
    assert_eq!(Region::<second::Station>::open(&path).unwrap().hits.get(), 1);
}

#[test]
fn a_lock_that_will_be_released_is_waited_for() {
    let folder = Folder::new("growth-waits");
    let path = folder.file("station");
    drop(Region::<first::Station>::create(&path).unwrap());
    let holder = std::fs::File::options().write(true).open(&path).unwrap();
    lock(std::os::fd::AsFd::as_fd(&holder), libc::F_WRLCK);
    std::thread::scope(|scope| {
        let newcomer = scope.spawn(|| Region::<second::Station>::open(&path).map(drop));
        std::thread::sleep(std::time::Duration::from_millis(50));
        assert!(!newcomer.is_finished() && sequences(&path) == [0, 0]);
        drop(holder);
        newcomer.join().unwrap().unwrap();
    });
    assert_eq!(sequences(&path), [1, 0]);
}

/// A passed descriptor shares its file description with the sender, and byte locks belong to that.
#[test]
fn the_sender_of_a_descriptor_and_its_receiver_exclude_each_other() {
    let old = Region::<first::Station>::options().memfd("station").unwrap();
    let passed = || old.as_fd().unwrap().try_clone_to_owned().unwrap();
    let sender = passed();
    lock(std::os::fd::AsFd::as_fd(&sender), libc::F_WRLCK);
    assert!(waited_in_vain(&Region::<second::Station>::options().from_fd(passed()).unwrap_err()));
    lock(std::os::fd::AsFd::as_fd(&sender), libc::F_UNLCK);
    wait_until("the receiver grows it", || {
        Region::<second::Station>::options().from_fd(passed()).is_ok()
    });
}
