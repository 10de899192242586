//! What the kernel, the limits of this process and its namespaces allow.

use std::fs;
use std::io;
use std::path::Path;

use rustix::fs::{MemfdFlags, SealFlags};
use rustix::io::Errno;
use rustix::process::{Resource, getrlimit};
use rustix::thread::futex::{self, WaitvFlags};
use rustix::time::ClockId;

use super::report::Check;
use crate::processes::hides_processes;
use crate::quantity::{grouped, size};

/// Fewer descriptors than this are too few for a program that opens some regions.
const FEW_DESCRIPTORS: u64 = 256;

/// Fewer mappings than this are too few: every mapped region is one or two, and so is every library.
const FEW_MAPPINGS: u64 = 4096;

/// The initial pid namespace, as `/proc/PID/ns/pid` names it (`PROC_PID_INIT_INO` in the kernel).
const INITIAL_PIDS: &str = "pid:[4026531836]";

/// Examines the machine.
pub(super) fn checks() -> Vec<Check> {
    vec![
        kernel(),
        memfd(),
        futexes(),
        descriptors(),
        file_size(),
        mappings(),
        proc(),
        boot_id(),
        namespaces(),
    ]
}

fn kernel() -> Check {
    let facts = rustix::system::uname();
    let text = |part: &std::ffi::CStr| part.to_string_lossy().into_owned();
    let found =
        format!("{} {}, {}", text(facts.sysname()), text(facts.release()), text(facts.machine()));
    Check::ok("kernel", found)
}

fn memfd() -> Check {
    let lets = |what: &str| {
        let advice = "regions without a name (`memfd` in programs) cannot be created; those with a name can. A \
            filter of system calls (seccomp) usually is the reason";
        Check::todo("memfd", what, advice)
    };
    let flags = MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING;
    let fd = match rustix::fs::memfd_create("shm-doctor", flags) {
        Ok(fd) => fd,
        Err(error) => return lets(&format!("it cannot be created: {}", io::Error::from(error))),
    };
    let seals = SealFlags::SHRINK | SealFlags::GROW | SealFlags::SEAL;
    let sealed = rustix::fs::ftruncate(&fd, 4096)
        .and_then(|()| rustix::fs::fcntl_add_seals(&fd, seals))
        .and_then(|()| rustix::fs::fcntl_get_seals(&fd));
    match sealed {
        Ok(found) if found.contains(seals) => Check::ok("memfd", "yes, and it can be sealed"),
        Ok(_) => lets("it can be created, but the seals are not kept"),
        Err(error) => lets(&format!("it cannot be sealed: {}", io::Error::from(error))),
    }
}

/// A list without words is invalid for a kernel that has the call.
fn futexes() -> Check {
    match futex::waitv(&[], WaitvFlags::empty(), None, ClockId::Monotonic) {
        Ok(_) | Err(Errno::INVAL) => Check::ok("futex", "yes, and one call can wait for several"),
        Err(error) => Check::note(
            "futex",
            format!("yes, but no call can wait for several: {}", io::Error::from(error)),
            "futures of the library look again at intervals of up to 16 ms instead: Linux 5.16 has FUTEX_WAITV, unless \
             a filter of system calls (seccomp) forbids it",
        ),
    }
}

fn descriptors() -> Check {
    let limits = getrlimit(Resource::Nofile);
    let used = fs::read_dir("/proc/self/fd").map_or(0, |entries| entries.count() as u64);
    let text = |limit: Option<u64>| limit.map_or_else(|| "unlimited".to_owned(), grouped);
    let found = format!("{} for a process, at most {}", text(limits.current), text(limits.maximum));
    match limits.current {
        Some(limit) if limit < FEW_DESCRIPTORS => Check::todo(
            "descriptors",
            format!("{found}; {used} are open here"),
            "every open region takes one: `ulimit -n 1024` raises the limit for the programs that this shell starts, \
             `LimitNOFILE=` for a service of systemd",
        ),
        _ => Check::ok("descriptors", found),
    }
}

fn file_size() -> Check {
    match getrlimit(Resource::Fsize).current {
        None => Check::ok("file size", "unlimited"),
        Some(limit) => Check::todo(
            "file size",
            format!("at most {} for a file of this user's processes", size(limit)),
            "no larger region can be created: `ulimit -f unlimited`, or `LimitFSIZE=` for a service of systemd",
        ),
    }
}

fn mappings() -> Check {
    let text = fs::read_to_string("/proc/sys/vm/max_map_count").unwrap_or_default();
    match text.trim().parse::<u64>() {
        Ok(limit) if limit < FEW_MAPPINGS => Check::todo(
            "mappings",
            format!("{} for a process", grouped(limit)),
            "every mapped region takes one or two: `sysctl vm.max_map_count=65530`",
        ),
        Ok(limit) => Check::ok("mappings", format!("{} for a process", grouped(limit))),
        Err(_) => {
            Check::note("mappings", "unknown", "/proc/sys/vm/max_map_count cannot be read here")
        }
    }
}

fn proc() -> Check {
    if !Path::new("/proc/self/maps").exists() {
        return Check::todo(
            "/proc",
            "it is not mounted",
            "without it, no process can see which other one is alive or maps a region: `mount -t proc proc /proc`",
        );
    }
    if hides_processes() {
        return Check::note(
            "/proc",
            "it does not show every process (hidepid)",
            "processes of other users that only map a region cannot be seen; locks do not depend on that",
        );
    }
    Check::ok("/proc", "it shows every process")
}

fn boot_id() -> Check {
    match fs::read_to_string("/proc/sys/kernel/random/boot_id") {
        Ok(id) => Check::ok("boot id", id.trim().to_owned()),
        Err(error) => Check::note(
            "boot id",
            format!("unknown: {error}"),
            "whether a region on a disk is from before the last boot cannot be told",
        ),
    }
}

fn namespaces() -> Check {
    let own = |name: &str| {
        let link = fs::read_link(Path::new("/proc/self/ns").join(name)).ok()?;
        Some(link.to_string_lossy().into_owned())
    };
    let names: Vec<_> = ["pid", "user", "time", "ipc"].into_iter().filter_map(own).collect();
    match own("pid") {
        None => Check::note(
            "namespaces",
            "unknown",
            "/proc/self/ns cannot be read: numbers of processes may be those of another namespace",
        ),
        Some(pids) if pids == INITIAL_PIDS => Check::ok("namespaces", names.join(" ")),
        Some(_) => Check::note(
            "namespaces",
            names.join(" "),
            "this is a container, or another pid namespace of its own: processes outside are shown without their \
             numbers, and share a region only if they share its folder",
        ),
    }
}
