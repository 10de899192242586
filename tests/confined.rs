//! Processes whose surroundings show less than usual: no `/proc`, one that shows only processes
//! (`subset=pid`, as systemd's `ProcSubset=pid` mounts it), or a user namespace without their user.

#[path = "support/filter.rs"]
mod filter;
mod support;

use std::os::unix::fs::chown;
use std::path::Path;
use std::process::{Command, Stdio};

use filter::{Call, refuse};
use shm_core::{DynRegion, Error, LockError, Mutex, Region, inspect::Inspection, region::Boot};
use support::{Folder, argument, finish, role, run, wait_until};

const NO_PROC: &str = "mount -t tmpfs tmpfs /proc";
const ONLY_PROCESSES: &str = "mount -t proc -o subset=pid proc /proc";

/// Returns a second process in this role, in new namespaces after a shell command; `None` if that is not
/// permitted.
fn confined(role: &str, namespaces: &[&str], first: &str) -> Option<Command> {
    let unshare = || {
        let mut command = Command::new("unshare");
        command.args(namespaces).args(["sh", "-c", &format!("{first} && exec \"$0\" \"$@\"")]);
        command
    };
    let permitted = unshare().arg("true").stderr(Stdio::null()).status();
    if !permitted.is_ok_and(|status| status.success()) {
        println!(
            "skipped: `unshare {}` with `{first}` is not permitted here",
            namespaces.join(" ")
        );
        return None;
    }
    let inner = support::second_process(role);
    let mut command = unshare();
    command.arg(inner.get_program()).args(inner.get_args()).stdout(Stdio::null());
    for (name, value) in inner.get_envs() {
        command.env(name, value.unwrap_or_default());
    }
    Some(command)
}

#[test]
fn everything_that_has_a_name_works_without_proc_and_with_one_that_shows_processes_alone() {
    for (mount, memfds) in [(NO_PROC, "refused"), (ONLY_PROCESSES, "work")] {
        let folder = Folder::new("proc");
        let Some(disk) = Folder::on_disk("proc") else { return };
        let Some(mut command) = confined("uses all", &["--mount"], mount) else { return };
        drop(Region::<Mutex<u64>>::create(disk.file("from outside")).unwrap());
        command.env("SHM_FOLDER", folder.path()).env("SHM_DISK", disk.path());
        run(command.env("SHM_MEMFDS", memfds));
        assert_eq!(folder.names(), ["replaced", "total"], "{mount}");
        let made = Inspection::of(disk.file("total")).unwrap();
        assert_eq!((made.boot(), made.is_of_this_boot()), (Boot::Unknown, true), "{mount}");
        assert!(Region::<Mutex<u64>>::open(disk.file("total")).is_ok());
    }
}

/// Older kernels let only the superuser link a file without a name by its descriptor. /proc is the other
/// way; without both, the file needs a name from the start.
#[test]
fn a_region_gets_its_name_without_proc_where_the_kernel_links_no_descriptors() {
    let folder = Folder::new("proc-unlinked");
    let Some(mut command) = confined("cannot link", &["--mount"], NO_PROC) else { return };
    run(command.env("SHM_PATH", folder.file("n")));
    assert_eq!(Region::<u64>::open(folder.file("n")).unwrap().get(), 7);
    assert_eq!(folder.names(), ["n"]);
}

fn cannot_link() {
    let descriptors = Some((4, libc::AT_EMPTY_PATH as u32));
    refuse(&[Call { number: libc::SYS_linkat, only: descriptors }], libc::ENOENT);
    Region::<u64>::create_from(argument("SHM_PATH"), &7).unwrap();
}

fn use_all() {
    use_names(Path::new(&argument("SHM_FOLDER")), Boot::This);
    let disk = argument("SHM_DISK");
    use_names(Path::new(&disk), Boot::Unknown);
    // The creator could read the boot id; here it cannot be compared.
    let outside = Path::new(&disk).join("from outside");
    assert_eq!(Inspection::of(&outside).unwrap().boot(), Boot::Unknown);
    assert_eq!(Region::<Mutex<u64>>::open(&outside).unwrap().lock().unwrap().get(), 0);
    use_memfd(argument("SHM_MEMFDS") == "work");
}

fn use_names(folder: &Path, boot: Boot) {
    let total = Region::<Mutex<u64>>::create(folder.join("total")).unwrap();
    total.lock().unwrap().set(3);
    let seen = Inspection::of(folder.join("total")).unwrap();
    assert_eq!((seen.boot(), seen.is_of_this_boot()), (boot, true));
    assert!(DynRegion::open(folder.join("total")).is_ok());
    let replaced = folder.join("replaced");
    for value in [1, 2] {
        Region::<u64>::options().create_or_replace_with(&replaced, |view| view.set(value)).unwrap();
    }
    assert_eq!(Region::<u64>::open_read_only(&replaced).unwrap().get(), 2);
    let error = Region::<u64>::create(folder.join("none/n")).unwrap_err();
    assert!(matches!(error, Error::NoDirectory { .. }), "{error}");
    notice_a_death(&total, &folder.join("total"));
}

/// The lock of a killed holder is taken over, however little of that process is visible.
fn notice_a_death(total: &Region<Mutex<u64>>, path: &Path) {
    let mut holder =
        support::second_process("holds").env("SHM_TOTAL", path).spawn().expect("starting a holder");
    wait_until("it holds the lock", || total.try_lock().is_err());
    holder.kill().unwrap();
    assert!(!finish(&mut holder).success());
    let total = total.lock_as_found().unwrap();
    assert!(total.owner_died(), "the death was not noticed");
    assert_eq!(total.get(), 4);
}

fn hold() {
    let total = Region::<Mutex<u64>>::open(argument("SHM_TOTAL")).unwrap();
    let guard = total.lock().unwrap();
    guard.set(4);
    std::thread::sleep(support::PATIENCE);
}

fn use_memfd(works: bool) {
    let plain = Region::<u64>::options().memfd("plain").unwrap();
    plain.set(1);
    let locked = Region::<Mutex<u64>>::options().memfd("locked").unwrap();
    match locked.lock() {
        Ok(guard) => guard.set(1),
        Err(error @ LockError::Io { .. }) => {
            let text = format!("{error:?}");
            assert!(!works && text.contains("/proc"), "{text}");
        }
        Err(error) => panic!("{error}"),
    };
}

/// In a user namespace without numbers for them, this process and the owner of a file both appear as
/// user 65534.
#[test]
fn a_stranger_in_a_user_namespace_is_not_taken_for_the_owner() {
    let folder = Folder::new("userns");
    let path = folder.file("strangers");
    drop(Region::<u64>::options().mode(0o666).create_with(&path, |n| n.set(7)).unwrap());
    if chown(&path, Some(12_345), None).is_err() {
        println!("skipped: only root can give files away");
        return;
    }
    let Some(mut command) = confined("is the overflow user outside", &["--user"], "true") else {
        return;
    };
    run(command.env("SHM_PATH", &path));
}

fn maps_to_the_overflow_user() {
    let path = argument("SHM_PATH");
    let error = Region::<u64>::open(&path).unwrap_err();
    assert!(
        matches!(error, Error::ForeignOwner { owner: 65_534, expected: 65_534, .. }),
        "{error}"
    );
    let text = format!("{error:?}");
    assert!(text.contains("uid_map") && text.contains("allow_owner(65534)"), "{text}");
    assert!(matches!(DynRegion::open_read_only(&path), Err(Error::ForeignOwner { .. })));
    assert!(!Inspection::of(&path).unwrap().is_own());
    // A program that allows this user trusts all of them.
    let options = Region::<u64>::options().allow_owner(65_534);
    assert_eq!(options.open(&path).unwrap().get(), 7);
}

/// 65534 is an ordinary user where every user has a number.
#[test]
fn the_user_with_the_number_of_all_strangers_owns_regions_outside_of_user_namespaces() {
    if !rustix::process::geteuid().is_root() || !every_user_has_a_number() {
        println!("skipped: only root can become another user");
        return;
    }
    let folder = Folder::new("overflow-user");
    chown(folder.path(), Some(65_534), None).unwrap();
    run(support::second_process("is the overflow user").env("SHM_PATH", folder.file("own")));
}

fn every_user_has_a_number() -> bool {
    let map = std::fs::read_to_string("/proc/self/uid_map").unwrap_or_default();
    map.split_whitespace().eq(["0", "0", "4294967295"])
}

fn is_the_overflow_user() {
    let uid = rustix::thread::Uid::from_raw(65_534);
    rustix::thread::set_thread_res_uid(uid, uid, uid).unwrap();
    let path = argument("SHM_PATH");
    Region::<u64>::create_from(&path, &7).unwrap();
    assert_eq!(Region::<u64>::open(&path).unwrap().get(), 7);
    assert!(Inspection::of(&path).unwrap().is_own());
}

#[test]
#[ignore = "run by the tests above, as a process of its own"]
fn second_process() {
    match role().as_deref() {
        Some("uses all") => use_all(),
        Some("holds") => hold(),
        Some("cannot link") => cannot_link(),
        Some("is the overflow user outside") => maps_to_the_overflow_user(),
        Some("is the overflow user") => is_the_overflow_user(),
        _ => {}
    }
}
