//! Not enough space is an error when a region is created, never a signal when it is used.

mod support;

use std::path::Path;
use std::process::Command;

use shm_core::{Error, Region, RegionOptions};
use support::{Folder, argument, role, run};

const MIB: usize = 1 << 20;

/// A tmpfs of one MiB, unmounted in the end; `None` where mounting is not permitted.
struct SmallDisk<'a>(&'a Path);

impl<'a> SmallDisk<'a> {
    fn mount(at: &'a Path) -> Option<Self> {
        let status = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=1m", "tmpfs"])
            .arg(at)
            .stderr(std::process::Stdio::null())
            .status();
        status.is_ok_and(|status| status.success()).then_some(Self(at))
    }
}

impl Drop for SmallDisk<'_> {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.0).status();
    }
}

#[test]
fn a_region_larger_than_its_file_system_is_an_error_and_leaves_nothing_behind() {
    let folder = Folder::new("space");
    let Some(disk) = SmallDisk::mount(folder.path()) else {
        println!("skipped: mounting is not permitted; the file-size limit is tested instead");
        return;
    };
    for named_temporary in [false, true] {
        let options = RegionOptions::new().named_temporary(named_temporary).len(2 * MIB);
        let error = options.create::<[u8]>(folder.file("n")).unwrap_err();
        assert!(matches!(error, Error::NotEnoughSpace { .. }), "{error}");
        assert!(error.to_string().contains("the file system is full"), "{error}");
        assert_eq!(folder.names(), Vec::<String>::new());
    }
    // What is left is enough for a smaller one, to its last byte.
    let region = RegionOptions::new().len(MIB / 2).create::<[u8]>(folder.file("n")).unwrap();
    region.iter().for_each(|byte| byte.set(1));
    drop((region, disk));
}

#[test]
fn a_region_larger_than_a_file_may_be_is_an_error_and_no_signal() {
    let folder = Folder::new("limit");
    run(support::second_process("limited").env("SHM_PATH", folder.file("n")));
    assert_eq!(folder.names(), Vec::<String>::new());
}

#[test]
#[ignore = "run by the test above, as a process of its own"]
fn second_process() {
    use rustix::process::{Resource, Rlimit, setrlimit};
    if role().is_none() {
        return;
    }
    let limit = Rlimit { current: Some(MIB as u64), maximum: Some(MIB as u64) };
    setrlimit(Resource::Fsize, limit).unwrap();
    let path = argument("SHM_PATH");
    for sparse in [false, true] {
        let options = RegionOptions::new().sparse(sparse).len(2 * MIB);
        let error = options.create::<[u8]>(&path).unwrap_err();
        assert!(matches!(error, Error::NotEnoughSpace { .. }), "{error}");
        assert!(error.to_string().contains("RLIMIT_FSIZE"), "{error}");
        let error = Region::<[u8]>::memfd_with_len("n", 2 * MIB).unwrap_err();
        assert!(matches!(error, Error::NotEnoughSpace { .. }), "{error}");
    }
}
