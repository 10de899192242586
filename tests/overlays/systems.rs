//! File systems on which mapping differs: those that the kernel generates, hugetlbfs, overlayfs.

use std::fs::File;
use std::os::fd::{AsFd, AsRawFd};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use rustix::fs::{MemfdFlags, ftruncate, memfd_create};
use shm_core::{DynRegion, Mutex, Overlay, Region, SharedLayout};

use crate::mappings_of;
use crate::support::{self, Folder, argument, run};

const BTF: &str = "/sys/kernel/btf/vmlinux";

/// `struct btf_header`.
#[derive(SharedLayout, Clone, Copy)]
#[repr(C)]
struct BtfHeader {
    magic: u16,
    version: u8,
    flags: u8,
    header_len: u32,
    type_offset: u32,
    type_len: u32,
    string_offset: u32,
    string_len: u32,
}

#[test]
fn a_file_that_the_kernel_does_not_share_is_read_through_a_private_mapping() {
    if !can_be_mapped_privately(BTF) {
        println!(
            "skipped: this kernel has no {BTF}, or, before 6.16, does not let it be mapped at all"
        );
        return;
    }
    let bytes = std::fs::read(BTF).unwrap();
    // SAFETY: nothing changes the kernel's description of itself, here and below.
    let header = unsafe { Overlay::<BtfHeader>::open_read_only(BTF, 0) }.unwrap();
    assert!(!header.is_shared() && header.is_current());
    assert_eq!((header.magic.get(), header.header_len.get()), (0xeb9f, 24));
    let strings = 24 + u64::from(header.string_offset.get());
    let len = header.string_len.get() as usize;
    // SAFETY: as above; this one starts where the kernel does not let a mapping start.
    let text = unsafe { Overlay::<[u8]>::open_read_only_with_len(BTF, strings, len) }.unwrap();
    let end = strings as usize + len;
    assert!(text.iter().zip(&bytes[strings as usize..end]).all(|(a, b)| a.get() == *b));
    drop((header, text));
    // SAFETY: as above, with nothing in memory that could be used.
    let last = unsafe { Overlay::<[u8]>::from_fd_read_only(File::open(BTF).unwrap(), 5 << 12) };
    assert_eq!(last.unwrap()[7].get(), bytes[(5 << 12) + 7]);
    // SAFETY: it is refused.
    assert!(unsafe { Overlay::<[u8]>::open(BTF, 0) }.is_err(), "writing cannot be private");
}

fn can_be_mapped_privately(path: &str) -> bool {
    let Ok(file) = File::open(path) else { return false };
    let (protection, kind, fd) = (libc::PROT_READ, libc::MAP_PRIVATE, file.as_raw_fd());
    // SAFETY: a new mapping anywhere disturbs nothing.
    let start = unsafe { libc::mmap(std::ptr::null_mut(), 4096, protection, kind, fd, 0) };
    if start == libc::MAP_FAILED {
        return false;
    }
    // SAFETY: mapped above, and not used.
    unsafe { libc::munmap(start, 4096) == 0 }
}

#[derive(SharedLayout, Clone, Copy, Debug, PartialEq)]
#[repr(C)]
struct Station {
    temperature: f64,
    samples: [u32; 3],
}

/// Runs a second process with mounts of its own; `false` where that is not permitted.
fn with_own_mounts(role: &str, folder: &Folder) -> bool {
    let user: &[&str] = if rustix::process::geteuid().is_root() { &[] } else { &["-U", "-r"] };
    let unshare = || {
        let mut command = Command::new("unshare");
        command.arg("--mount").args(user);
        command
    };
    let trial = unshare().arg("true").stderr(Stdio::null()).status();
    if !trial.is_ok_and(|status| status.success()) {
        println!("skipped: mounts of its own cannot be had here");
        return false;
    }
    let inner = support::second_process(role);
    let mut command = unshare();
    command.arg(inner.get_program()).args(inner.get_args()).stdout(Stdio::null());
    for (name, value) in inner.get_envs() {
        command.env(name, value.unwrap_or_default());
    }
    run(command.env("SHM_FOLDER", folder.path()));
    true
}

/// Mounts something; `false` where that is not permitted.
fn mount(kind: &str, options: &str, at: &Path) -> bool {
    let mut command = Command::new("mount");
    command.args(["-t", kind, "-o", options, "none"]).arg(at);
    command.status().is_ok_and(|status| status.success())
}

fn memory_fact(name: &str) -> u64 {
    let facts = std::fs::read_to_string("/proc/meminfo").unwrap();
    let line = facts.lines().find_map(|line| line.strip_prefix(name)).unwrap_or("0");
    line.trim_matches([':', ' ', 'k', 'B']).parse().unwrap()
}

/// Huge pages for a test, if root may reserve some. The old setting is restored on drop.
struct HugePages(Option<String>);

const POOL: &str = "/proc/sys/vm/nr_hugepages";

impl HugePages {
    fn at_least(count: u64) -> Option<Self> {
        let free = memory_fact("HugePages_Free");
        let mut pages = Self(None);
        if free < count {
            pages.0 = std::fs::read_to_string(POOL).ok();
            let total = memory_fact("HugePages_Total") + count - free;
            let _ = std::fs::write(POOL, total.to_string());
        }
        (memory_fact("HugePages_Free") >= count).then_some(pages)
    }
}

impl Drop for HugePages {
    fn drop(&mut self) {
        if let Some(before) = &self.0 {
            let _ = std::fs::write(POOL, before.trim());
        }
    }
}

#[test]
fn on_hugetlbfs_overlays_and_regions_are_whole_huge_pages_and_are_unmapped() {
    let Some(_pages) = HugePages::at_least(12) else {
        println!("skipped: 12 huge pages cannot be had here");
        return;
    };
    let folder = Folder::new("huge");
    let _ = with_own_mounts("is on hugetlbfs", &folder);
}

pub fn is_on_hugetlbfs() {
    let folder = PathBuf::from(argument("SHM_FOLDER"));
    if !mount("hugetlbfs", "mode=700", &folder) {
        return;
    }
    let page = memory_fact("Hugepagesize") << 10;
    overlays_on_hugetlbfs(&folder, page);
    the_end_of_a_sparse_file(&folder, page);
    a_huge_memfd(page);
    for (named, sparse) in [(false, false), (true, false), (false, true)] {
        regions_on_hugetlbfs(&folder, page, named, sparse);
    }
    let left = std::fs::read_to_string("/proc/self/maps").unwrap();
    assert!(!left.contains(folder.to_str().unwrap()), "{left}");
}

fn overlays_on_hugetlbfs(folder: &Path, page: u64) {
    let path = folder.join("raw");
    // SAFETY: the file is this test's own, here and below.
    let bytes = unsafe { Overlay::<[u8]>::create(&path, page + 100) }.unwrap();
    assert_eq!(bytes.len() as u64, page + 100);
    assert_eq!(std::fs::metadata(&path).unwrap().len(), 2 * page);
    bytes[page as usize + 99].set(7);
    drop(bytes);
    assert!(mappings_of(&path).is_empty());
    for offset in [0, 4096, page - 8, page, page + 4096 * 3] {
        // SAFETY: as above.
        let pair = unsafe { Overlay::<[u64; 2]>::open(&path, offset) }.unwrap();
        pair[1].set(offset);
        // SAFETY: as above.
        let reader =
            unsafe { Overlay::<[u64]>::open_read_only_with_len(&path, offset, 2) }.unwrap();
        assert_eq!(reader[1].get(), offset);
        assert_eq!(mappings_of(&path).len(), 1);
        drop((pair, reader));
        assert!(mappings_of(&path).is_empty(), "{offset}: still mapped");
    }
    // SAFETY: as above.
    let reader = unsafe { Overlay::<[u8]>::open_read_only(&path, page + 99) }.unwrap();
    assert_eq!((reader[0].get(), reader.len() as u64), (7, page - 99));
    std::fs::remove_file(&path).unwrap();
}

/// Mapping more of it than the overlay needs would reserve more huge pages than there are.
fn the_end_of_a_sparse_file(folder: &Path, page: u64) {
    let path = folder.join("sparse");
    let len = 1023 * page;
    File::create(&path).unwrap().set_len(len).unwrap();
    // SAFETY: the file is this test's own.
    let last = unsafe { Overlay::<[u64]>::open(&path, len - 4096) }.unwrap();
    last[511].set(1);
    drop(last);
    std::fs::remove_file(&path).unwrap();
}

fn a_huge_memfd(page: u64) {
    let memfd = memfd_create("huge", MemfdFlags::HUGETLB).unwrap();
    ftruncate(&memfd, page).unwrap();
    // SAFETY: the memory is this test's own.
    let numbers = unsafe { Overlay::<[u32]>::from_fd(memfd.as_fd(), 4096) }.unwrap();
    numbers[1].set(1);
    assert_eq!(numbers.len() as u64, (page - 4096) / 4);
}

fn regions_on_hugetlbfs(folder: &Path, page: u64, named: bool, sparse: bool) {
    let path = folder.join("station");
    let value = Station { temperature: 1.5, samples: [1, 2, 3] };
    let options = Region::<Station>::options().named_temporary(named).sparse(sparse);
    let station = options.create_with(&path, |new| new.store(&value)).unwrap();
    assert_eq!(std::fs::metadata(&path).unwrap().len(), page);
    let reader = Region::<Station>::open_read_only(&path).unwrap();
    let writer = Region::<Station>::open(&path).unwrap();
    writer.samples[1].set(20);
    assert_eq!((station.samples[1].get(), reader.samples[1].get()), (20, 20));
    let by_name = DynRegion::open(&path).unwrap();
    by_name.get("samples[2]").unwrap();
    drop((by_name, reader, writer));
    let replaced = options.create_or_replace_with(&path, |_| {}).unwrap();
    assert!(!station.is_current() && replaced.is_current());
    drop(station);
    grown_on_hugetlbfs(&folder.join("growing"));
    assert_eq!(mappings_of(&path).len(), 1);
    drop(replaced);
    assert!(mappings_of(&path).is_empty());
    std::fs::remove_file(&path).unwrap();
    let options = Region::<Mutex<u64>>::options().named_temporary(named).sparse(sparse);
    let account = options.create(&path).unwrap();
    account.lock().unwrap().set(5);
    assert_eq!(Region::<Mutex<u64>>::open(&path).unwrap().lock().unwrap().get(), 5);
    account.unlink().unwrap();
    assert!(std::fs::read_dir(folder).unwrap().next().is_none(), "nothing is left");
}

mod first {
    use shm_core::SharedLayout;

    #[derive(SharedLayout)]
    #[repr(C)]
    pub struct Growing {
        pub one: u32,
    }
}

mod second {
    use shm_core::SharedLayout;

    #[derive(SharedLayout)]
    #[repr(C)]
    pub struct Growing {
        pub one: u32,
        pub two: u32,
    }
}

fn grown_on_hugetlbfs(path: &Path) {
    let first = Region::<first::Growing>::options().capacity(256).create(path).unwrap();
    first.one.set(1);
    let second = Region::<second::Growing>::open(path).unwrap();
    second.two.set(2);
    let third = Region::<second::Growing>::open_read_only(path).unwrap();
    assert_eq!((third.one.get(), third.two.get()), (1, 2));
    drop((first, second, third));
    assert!(mappings_of(path).is_empty());
    std::fs::remove_file(path).unwrap();
}

#[test]
fn on_overlayfs_a_reader_learns_that_a_writer_was_given_a_copy() {
    let folder = Folder::new("layers");
    let _ = with_own_mounts("is on overlayfs", &folder);
}

pub fn is_on_overlayfs() {
    let folder = PathBuf::from(argument("SHM_FOLDER"));
    if !mount("tmpfs", "size=1m", &folder) {
        return;
    }
    let [lower, upper, work, merged] = ["lower", "upper", "work", "merged"].map(|name| {
        std::fs::create_dir(folder.join(name)).unwrap();
        folder.join(name)
    });
    for name in ["station", "untouched"] {
        let value = Station { temperature: 1.5, samples: [1, 2, 3] };
        drop(Region::<Station>::create_from(lower.join(name), &value).unwrap());
    }
    std::fs::write(lower.join("raw"), [1; 64]).unwrap();
    let (lower, upper, work) = (lower.display(), upper.display(), work.display());
    let options = format!("lowerdir={lower},upperdir={upper},workdir={work}");
    if !mount("overlay", &options, &merged) {
        return;
    }
    regions_on_overlayfs(&merged);
    overlays_on_overlayfs(&merged.join("raw"));
}

fn regions_on_overlayfs(merged: &Path) {
    let path = merged.join("station");
    let stale = Region::<Station>::open_read_only(&path).unwrap();
    let early = Region::<Station>::open_read_only(&path).unwrap();
    assert!(stale.is_current());
    let writer = Region::<Station>::open(&path).unwrap();
    writer.samples[0].set(100);
    assert_eq!(stale.samples[0].get(), 1, "the file of the lower layer");
    assert!(!stale.is_current() && !early.is_current() && writer.is_current());
    let fresh = Region::<Station>::open_read_only(&path).unwrap();
    assert_eq!(fresh.samples[0].get(), 100);
    assert!(fresh.is_current());
    // The stale overlay's descriptor has the copy's number, and is still closed with it.
    drop((stale, early, writer, fresh));
    assert_eq!((crate::descriptors_of(&path), mappings_of(&path).len()), (0, 0));

    let path = merged.join("untouched");
    let (one, two) =
        (Region::<Station>::open_read_only(&path), Region::<Station>::open_read_only(&path));
    assert!(one.as_ref().unwrap().is_current() && two.unwrap().is_current());
    assert_eq!(mappings_of(&path).len(), 1);
}

fn overlays_on_overlayfs(path: &Path) {
    // SAFETY: the file is this test's own, here and below.
    let stale = unsafe { Overlay::<[u8]>::open_read_only(path, 0) }.unwrap();
    assert!(stale.is_current());
    // SAFETY: as above.
    let writer = unsafe { Overlay::<[u8]>::open(path, 0) }.unwrap();
    writer[5].set(50);
    assert!(!stale.is_current() && writer.is_current());
    // SAFETY: as above.
    let fresh = unsafe { Overlay::<[u8]>::open_read_only(path, 0) }.unwrap();
    assert_eq!((stale[5].get(), fresh[5].get()), (1, 50));
    assert!(fresh.is_current());
}
