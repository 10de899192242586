//! Inspecting regions from outside: their files, participants and locks, without disturbing any process.

mod support;

use std::ffi::CString;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{MetadataExt, symlink};
use std::process::Command;

use shm_core::format::{FormatError, READY_OFFSET};
use shm_core::layout::Role;
use shm_core::{
    DynRegion, Error, Event, Latest, LockError, Mutex, Once, Region, SharedLayout,
    errors::DynError,
    inspect::{Inspection, Liveness},
};
use support::{Folder, PATIENCE, argument, finish, role, wait_until};

#[derive(SharedLayout, Clone, Copy)]
#[repr(C)]
struct Pose {
    x: f64,
    y: f64,
}

/// A scene with every kind of lock.
#[derive(SharedLayout)]
#[repr(C)]
struct Scene {
    /// the progress of the second process
    step: u32,
    account: Mutex<u64>,
    pose: Latest<Pose>,
    setup: Once,
    bell: Event,
    shelves: [Mutex<Pose>; 3],
}

fn scene(folder: &Folder) -> Region<Scene> {
    Region::create(folder.file("scene")).unwrap()
}

fn seen(folder: &Folder) -> (Inspection, DynRegion<shm_core::ReadOnly>) {
    let path = folder.file("scene");
    (Inspection::of(&path).unwrap(), DynRegion::open_read_only(&path).unwrap())
}

#[test]
fn an_inspection_says_what_the_file_is() {
    let folder = Folder::new("inspect");
    let path = folder.file("scene");
    let _scene = Region::<Scene>::options().mode(0o640).create(&path).unwrap();
    let seen = Inspection::of(&path).unwrap();
    assert_eq!(seen.path(), path);
    assert_eq!(seen.metadata().mode() & 0o777, 0o640);
    assert_eq!(seen.metadata().uid(), std::fs::metadata(&path).unwrap().uid());
    assert_eq!(seen.header().fingerprint(), Scene::LAYOUT.fingerprint());
    assert_eq!(seen.header().creator().pid, std::process::id());
    assert_eq!(seen.schema().root().field("account").unwrap().ty().role(), Some(Role::Mutex));
    let root = seen.schema().root();
    assert_eq!((root.name(), root.doc()), ("Scene", "A scene with every kind of lock."));
    assert!(seen.header().is_ready() && seen.is_of_this_boot());
    assert_eq!(seen.participants().unwrap(), []);
}

#[test]
fn an_inspection_maps_nothing_and_locks_nothing() {
    let folder = Folder::new("inspect-unmapped");
    {
        let scene = scene(&folder);
        std::mem::forget(scene.account.lock().unwrap());
    }
    let seen = Inspection::of(folder.file("scene")).unwrap();
    assert_eq!(seen.participants().unwrap().len(), 0, "the slot was released");
    let maps = std::fs::read_to_string("/proc/self/maps").unwrap();
    assert!(!maps.contains(folder.path().to_str().unwrap()), "{maps}");
    let locks = std::fs::read_to_string("/proc/locks").unwrap();
    let file = format!(":{} ", seen.metadata().ino());
    assert!(!locks.contains(&file), "{locks}");
}

#[test]
fn only_a_regular_file_is_opened() {
    let folder = Folder::new("inspect-odd");
    let fifo = CString::new(folder.file("fifo").as_os_str().as_bytes()).unwrap();
    // SAFETY: the path is a C string.
    assert_eq!(unsafe { libc::mkfifo(fifo.as_ptr(), 0o600) }, 0);
    let _socket = std::os::unix::net::UnixListener::bind(folder.file("socket")).unwrap();
    std::fs::create_dir(folder.file("folder")).unwrap();
    drop(scene(&folder));
    symlink(folder.file("scene"), folder.file("link")).unwrap();
    symlink(folder.file("nothing"), folder.file("dangling")).unwrap();
    for (name, expected) in [
        ("fifo", "a FIFO"),
        ("socket", "a socket"),
        ("folder", "a directory"),
        ("link", "a symbolic link"),
        ("dangling", "a symbolic link"),
        ("/dev/null", "a character device"),
    ] {
        let refused = Inspection::of(folder.file(name)).unwrap_err();
        assert!(
            matches!(refused, Error::NotRegularFile { found, .. } if found == expected),
            "{name}: {refused}"
        );
    }
    let nothing = Inspection::of(folder.file("nothing")).unwrap_err();
    assert!(matches!(nothing, Error::NotFound { .. }), "{nothing}");
}

#[test]
fn a_file_cut_off_anywhere_is_an_error() {
    let folder = Folder::new("inspect-cut");
    drop(scene(&folder));
    let bytes = std::fs::read(folder.file("scene")).unwrap();
    let cut = folder.file("cut");
    for len in (0..bytes.len()).step_by(61) {
        std::fs::write(&cut, &bytes[..len]).unwrap();
        let refused = Inspection::of(&cut).unwrap_err();
        assert!(matches!(refused, Error::Format { .. }), "{len} bytes: {refused}");
    }
}

#[test]
fn a_region_that_is_not_ready_can_be_inspected() {
    let folder = Folder::new("inspect-unready");
    drop(scene(&folder));
    let mut bytes = std::fs::read(folder.file("scene")).unwrap();
    bytes[READY_OFFSET..READY_OFFSET + 8].fill(0);
    std::fs::write(folder.file("unready"), &bytes).unwrap();
    assert!(!Inspection::of(folder.file("unready")).unwrap().header().is_ready());
    let refused = DynRegion::open_read_only(folder.file("unready")).unwrap_err();
    assert!(matches!(refused, Error::Format { source: FormatError::NotReady, .. }), "{refused}");
}

#[test]
fn a_free_lock_has_no_holder() {
    let folder = Folder::new("inspect-free");
    let _scene = scene(&folder);
    let (_, region) = seen(&folder);
    for path in ["account", "pose", "setup", "shelves[2]"] {
        let state = region.lock_state(path).unwrap();
        assert!(state.holder.is_none() && !state.is_poisoned && !state.has_sleepers, "{path}");
    }
}

#[test]
fn a_held_lock_names_its_holder_and_only_that_lock_is_held() {
    let folder = Folder::new("inspect-held");
    let scene = scene(&folder);
    let guard = scene.shelves[1].lock().unwrap();
    let (inspection, region) = seen(&folder);
    let holder = region.lock_state("shelves[1]").unwrap().holder.unwrap();
    assert_eq!(holder.liveness(), Liveness::Alive);
    let process = holder.process.unwrap();
    assert_eq!((process.pid, process.shares_namespace), (std::process::id(), true));
    assert_eq!(process.pid_here, Some(std::process::id()));
    assert_eq!(inspection.participants().unwrap(), [process]);
    for path in ["account", "pose", "shelves[0]", "shelves[2]"] {
        assert!(region.lock_state(path).unwrap().holder.is_none(), "{path}");
    }
    assert!(guard.unlock().is_ok(), "the lock was not taken away");
    assert!(region.lock_state("shelves[1]").unwrap().holder.is_none());
}

#[test]
fn the_writer_of_a_latest_and_the_runner_of_a_once_are_holders() {
    let folder = Folder::new("inspect-writer");
    let scene = scene(&folder);
    let (_, region) = seen(&folder);
    let publisher = scene.pose.publisher().unwrap();
    assert!(region.lock_state("pose").unwrap().holder.is_some());
    drop(publisher);
    assert!(region.lock_state("pose").unwrap().holder.is_none());
    scene
        .setup
        .call_once(|| assert!(region.lock_state("setup").unwrap().holder.is_some()))
        .unwrap();
    assert!(region.lock_state("setup").unwrap().holder.is_none());
}

/// Such a lock never guards a half-done value: the next owner completes the work.
#[test]
fn a_poisoned_latest_or_once_is_whole_when_the_next_process_is_done() {
    let folder = Folder::new("inspect-poisoned");
    let scene = scene(&folder);
    let (_, region) = seen(&folder);
    let is_poisoned = |path| region.lock_state(path).unwrap().is_poisoned;
    let panics = |work: &dyn Fn()| {
        assert!(std::panic::catch_unwind(std::panic::AssertUnwindSafe(work)).is_err());
    };
    panics(&|| drop(scene.pose.update(|_| panic!("on purpose"))));
    panics(&|| drop(scene.setup.call_once(|| panic!("on purpose"))));
    assert!(is_poisoned("pose") && is_poisoned("setup"));
    scene.pose.update(|_| ()).unwrap();
    scene.setup.call_once(|| ()).unwrap();
    assert!(!is_poisoned("pose") && !is_poisoned("setup"));
}

#[test]
fn a_field_without_a_lock_is_an_error_that_says_so() {
    let folder = Folder::new("inspect-no-lock");
    let _scene = scene(&folder);
    let (_, region) = seen(&folder);
    for path in ["step", "bell", "pose.x", "account.value", "shelves", ""] {
        let refused = region.lock_state(path).unwrap_err();
        assert!(matches!(refused, DynError::NoLock { .. }), "{path}: {refused}");
    }
    let refused = region.lock_state("nothing").unwrap_err();
    assert!(matches!(refused, DynError::NoField { .. }), "{refused}");
}

#[test]
fn a_killed_holder_is_a_dead_participant_and_the_lock_is_poisoned_once_it_is_taken_over() {
    let folder = Folder::new("inspect-dead");
    let scene = scene(&folder);
    let mut holder = holder(support::second_process("holds"), &folder);
    wait_until("it holds the lock", || scene.step.get() == 1);
    let (inspection, region) = seen(&folder);
    let alive = inspection.participants().unwrap();
    assert_eq!((alive.len(), alive[0].pid), (1, holder.id()));
    assert_eq!(alive[0].liveness, Liveness::Alive);
    holder.kill().unwrap();
    wait_until("it is dead", || inspection.participants().unwrap()[0].liveness == Liveness::Dead);
    let state = region.lock_state("account").unwrap();
    assert!(!state.is_poisoned, "no process has taken it over yet");
    let dead = state.holder.unwrap();
    assert_eq!(dead.liveness(), Liveness::Dead);
    assert_eq!(dead.process.map(|process| process.pid), Some(holder.id()));
    holder.wait().unwrap();
    assert!(matches!(scene.account.lock(), Err(LockError::OwnerDied)));
    let state = region.lock_state("account").unwrap();
    assert!(state.holder.is_none() && state.is_poisoned);
}

#[test]
fn a_holder_that_lost_its_slot_is_dead_and_nameless() {
    let folder = Folder::new("inspect-reused");
    let path = folder.file("scene");
    let scene = Region::<Scene>::options().participants(1).create(&path).unwrap();
    let mut first = holder(support::second_process("holds"), &folder);
    wait_until("it holds the lock", || scene.step.get() == 1);
    first.kill().unwrap();
    first.wait().unwrap();
    let guard = scene.shelves[0].lock().unwrap();
    let (_, region) = seen(&folder);
    let dead = region.lock_state("account").unwrap().holder.unwrap();
    assert_eq!((dead.liveness(), dead.process), (Liveness::Dead, None));
    drop(guard);
}

#[test]
fn a_sleeper_is_seen() {
    let folder = Folder::new("inspect-sleeper");
    let scene = scene(&folder);
    let guard = scene.account.lock().unwrap();
    let mut waiter = holder(support::second_process("holds"), &folder);
    let (_, region) = seen(&folder);
    wait_until("it sleeps", || region.lock_state("account").unwrap().has_sleepers);
    drop(guard);
    wait_until("it holds the lock", || scene.step.get() == 1);
    waiter.kill().unwrap();
    waiter.wait().unwrap();
}

#[test]
fn a_participant_in_another_pid_namespace_is_alive_until_it_is_killed() {
    let folder = Folder::new("inspect-namespace");
    let scene = scene(&folder);
    let trial = Command::new("unshare").args(["--pid", "--fork", "true"]).output();
    if !trial.is_ok_and(|trial| trial.status.success()) {
        println!("skipped: a pid namespace cannot be made here");
        return;
    }
    let inner = support::second_process("holds");
    let mut command = Command::new("unshare");
    command.args(["--pid", "--fork", "--kill-child"]);
    command.arg(inner.get_program()).args(inner.get_args());
    command.env("SHM_TEST_ROLE", "holds").stdout(std::process::Stdio::null());
    let mut outer = holder(command, &folder);
    wait_until("it holds the lock", || scene.step.get() == 1);
    let (inspection, region) = seen(&folder);
    let inside = &inspection.participants().unwrap()[0];
    assert_eq!((inside.liveness, inside.shares_namespace), (Liveness::Alive, false));
    assert_eq!(inside.pid, 1, "its number there");
    let children = format!("/proc/{0}/task/{0}/children", outer.id());
    let here = std::fs::read_to_string(children).unwrap().trim().parse().unwrap();
    assert_eq!(inside.pid_here, Some(here));
    outer.kill().unwrap();
    outer.wait().unwrap();
    wait_until("it is dead", || {
        region.lock_state("account").unwrap().holder.unwrap().liveness() == Liveness::Dead
    });
    assert_eq!(inspection.participants().unwrap()[0].pid_here, None, "it has a number no longer");
}

fn holder(mut command: Command, folder: &Folder) -> std::process::Child {
    command.env("SHM_SCENE", folder.file("scene")).spawn().expect("starting a holder")
}

#[test]
fn values_behind_a_busy_lock_are_waited_for_only_as_long_as_requested() {
    let folder = Folder::new("inspect-busy");
    let scene = scene(&folder);
    let _guard = scene.account.lock().unwrap();
    let _publisher = scene.pose.publisher().unwrap();
    let mut other = holder(support::second_process("finds both locks busy"), &folder);
    assert!(finish(&mut other).success());
}

#[test]
#[ignore = "run by the tests of this binary, as a process of its own"]
fn second_process() {
    let Some(role) = role() else { return };
    let path = argument("SHM_SCENE");
    match role.as_str() {
        "holds" => {
            let scene = Region::<Scene>::open(&path).unwrap();
            let _guard = scene.account.lock().unwrap();
            scene.step.set(1);
            std::thread::sleep(PATIENCE);
        }
        "finds both locks busy" => {
            let short = std::time::Duration::from_millis(10);
            let region = DynRegion::open(&path).unwrap();
            let busy = region.lock_timeout("account", short).unwrap_err();
            assert!(matches!(busy, DynError::Lock(LockError::Busy)), "{busy}");
            let busy = region.resolve("pose.x").unwrap().set_timeout(1.5, short).unwrap_err();
            assert!(matches!(busy, DynError::Lock(LockError::Busy)), "{busy}");
        }
        other => panic!("no such role: {other}"),
    }
}
