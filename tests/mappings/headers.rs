//! Regions with a long header, whose pages are not mapped by those that open them.

use std::os::unix::fs::MetadataExt;
use std::path::Path;

use shm_core::{LockError, Mutex, Region, SharedLayout, Watched};

use crate::support::{Folder, run, second_process, wait_until};

macro_rules! record {
    ([] $($t:tt)*) => {
        /// Its schema is longer than two pages.
        #[derive(SharedLayout)]
        #[repr(C)]
        struct Many(Mutex<u64>, Watched<u32>, $($t,)* u32);
    };
}

tenfold! { [tenfold record] u8 u16 u32 u64 bool }

/// The offsets in the file at which this process's mappings of it begin.
fn mapped_from(path: &Path) -> Vec<u64> {
    let inode = std::fs::metadata(path).unwrap().ino().to_string();
    let maps = std::fs::read_to_string("/proc/self/maps").unwrap();
    let fields = maps.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
    let of_file = fields.filter(|fields| fields.get(4) == Some(&inode.as_str()));
    of_file.map(|fields| u64::from_str_radix(fields[2], 16).unwrap()).collect()
}

fn region(folder: &Folder) -> std::path::PathBuf {
    let path = folder.file("many");
    drop(Region::<Many>::create(&path).unwrap());
    path
}

#[test]
fn only_pages_with_something_to_access_are_mapped() {
    let folder = Folder::new("header");
    let path = region(&folder);
    let opened = Region::<Many>::open(&path).unwrap();
    let from = mapped_from(&path);
    assert!(matches!(from[..], [from] if from >= 2 * 4096), "{from:?}");
    opened.502.set(7);
    drop(opened);
    let read_only = Region::<Many>::open_read_only(&path).unwrap();
    assert_eq!((read_only.502.get(), mapped_from(&path)), (7, from));
}

#[test]
fn whoever_made_a_region_shares_its_mapping_with_those_that_open_it() {
    let folder = Folder::new("header-made");
    let made = Region::<Many>::create(folder.file("many")).unwrap();
    let opened = Region::<Many>::open(folder.file("many")).unwrap();
    assert_eq!(mapped_from(&folder.file("many")), [0]);
    drop(made);
    opened.502.set(7);
    assert_eq!(mapped_from(&folder.file("many")), [0]);
}

#[test]
fn the_death_of_a_holder_is_noticed_where_the_header_is_not_mapped() {
    let folder = Folder::new("header-death");
    let path = region(&folder);
    let many = Region::<Many>::open(&path).unwrap();
    let mut holder =
        second_process("holds the lock of many").env("SHM_SCENE", &path).spawn().unwrap();
    wait_until("the lock is taken", || many.1.get().unwrap() == 1);
    assert!(matches!(many.0.try_lock(), Err(LockError::Busy)));
    holder.kill().unwrap();
    holder.wait().unwrap();
    assert!(matches!(many.0.lock(), Err(LockError::OwnerDied)));
}

#[test]
fn a_reader_that_cannot_write_is_woken_where_the_header_is_not_mapped() {
    let folder = Folder::new("header-reader");
    let path = region(&folder);
    let many = Region::<Many>::open_read_only(&path).unwrap();
    std::thread::scope(|scope| {
        let waiter = scope.spawn(|| many.1.wait_until(|value| value == 3).unwrap());
        run(second_process("sets the value of many").env("SHM_SCENE", &path));
        assert_eq!(waiter.join().unwrap(), 3);
    });
}

pub(crate) fn hold(path: &str) {
    let many = Region::<Many>::open(path).unwrap();
    let _guard = many.0.lock().unwrap();
    many.1.set(1);
    loop {
        std::thread::park();
    }
}

pub(crate) fn set(path: &str) {
    let many = Region::<Many>::open(path).unwrap();
    for value in 1..=3 {
        many.1.set(value);
    }
}
