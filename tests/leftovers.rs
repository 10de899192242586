//! Files that a killed process leaves in a directory, and their removal; and names that are removed
//! while other processes give them to new regions.

mod support;

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use shm_core::fault::{TEMPORARY_POINTS, UNLINK_POINTS, at_each_point};
use shm_core::{Error, Region, inspect::Inspection, region::Leftover};
use support::{Folder, argument, finish, role, run, wait_until};

/// The points at which a killed creator with a temporary name leaves a file.
const LEAVING: [(&str, bool); 5] = [
    (TEMPORARY_POINTS[0], true),
    (TEMPORARY_POINTS[1], true),
    ("after allocation", true),
    ("before replacing", true),
    ("before replacing", false),
];

/// Returns a second process in this role, in a pid namespace of its own if requested and permitted.
fn process(role: &str, folder: &Folder, elsewhere: bool) -> Command {
    let inner = support::second_process(role);
    let trial = ["--pid", "--fork", "--kill-child", "--mount-proc"];
    let is_permitted = || {
        let status = Command::new("unshare").args(trial).arg("true").stderr(Stdio::null()).status();
        status.is_ok_and(|status| status.success())
    };
    if !elsewhere || !is_permitted() {
        let mut inner = inner;
        inner.env("SHM_FOLDER", folder.path());
        return inner;
    }
    let mut command = Command::new("unshare");
    command.args(trial).arg(inner.get_program()).args(inner.get_args()).stdout(Stdio::null());
    for (name, value) in inner.get_envs() {
        command.env(name, value.unwrap_or_default());
    }
    command.env("SHM_FOLDER", folder.path());
    command
}

/// A process in this role that is killed at a point.
fn killed(role: &str, folder: &Folder, point: &str, named: bool, elsewhere: bool) {
    if elsewhere {
        // The first process of a namespace cannot be killed from inside.
        let mut outer = waiting(role, folder, point, named, elsewhere);
        outer.kill().unwrap();
        outer.wait().unwrap();
        std::fs::remove_file(folder.file("waits")).unwrap();
        let is_gone = || {
            let left = temporary_names(folder);
            left.first().is_none_or(|path| Leftover::at(path) != Some(Leftover::BeingMade))
        };
        wait_until("what `unshare` started is gone as well", is_gone);
        return;
    }
    let mut command = process(role, folder, elsewhere);
    command.env("SHM_POINT", point).env("SHM_NAMED", if named { "yes" } else { "no" });
    assert!(!finish(&mut command.spawn().unwrap()).success(), "nothing was killed {point}");
}

fn temporary_names(folder: &Folder) -> Vec<PathBuf> {
    let names = folder.names().into_iter().filter(|name| name.starts_with(".shm-"));
    names.map(|name| folder.file(&name)).collect()
}

#[test]
fn leftovers_of_a_killed_creator_are_recognised_and_removed_in_every_pid_namespace() {
    for (point, named) in LEAVING {
        for elsewhere in [false, true] {
            let folder = Folder::new("leftover");
            killed("creates", &folder, point, named, elsewhere);
            let left = temporary_names(&folder);
            assert_eq!(left.len(), 1, "{point}: {:?}", folder.names());
            assert_eq!(Leftover::at(&left[0]), Some(Leftover::Abandoned), "{point}");
            // By the creator of another region, which does not need a temporary name itself.
            Region::<u64>::create(folder.file("other")).unwrap();
            assert_eq!(folder.names(), ["other"], "{point}");
        }
    }
}

#[test]
fn leftovers_can_be_removed_without_creating_a_region() {
    let folder = Folder::new("leftover-remove");
    killed("creates", &folder, TEMPORARY_POINTS[1], true, false);
    let left = temporary_names(&folder).remove(0);
    assert!(Leftover::remove(&left) && !left.exists());
    std::fs::write(folder.file("station"), "").unwrap();
    for name in ["station", "none"] {
        assert_eq!(Leftover::at(&folder.file(name)), None);
        assert!(!Leftover::remove(&folder.file(name)));
    }
    assert_eq!(folder.names(), ["station"]);
}

/// A process in this role that waits at a point until a file `go` is there.
fn waiting(role: &str, folder: &Folder, point: &str, named: bool, elsewhere: bool) -> Child {
    let mut command = process(role, folder, elsewhere);
    command.env("SHM_WAITS_AT", point).env("SHM_NAMED", if named { "yes" } else { "no" });
    let child = command.spawn().unwrap();
    wait_until("it waits", || folder.file("waits").exists());
    child
}

#[test]
fn a_region_in_the_making_is_left_alone_by_every_pid_namespace() {
    for (point, named) in &LEAVING[1..] {
        for elsewhere in [false, true] {
            let folder = Folder::new("making");
            let mut creator = waiting("creates", &folder, point, *named, elsewhere);
            let left = temporary_names(&folder);
            assert_eq!(Leftover::at(&left[0]), Some(Leftover::BeingMade), "{point}");
            assert!(!Leftover::remove(&left[0]));
            Region::<u64>::create(folder.file("other")).unwrap();
            assert_eq!(temporary_names(&folder), left, "{point}");
            std::fs::write(folder.file("go"), "").unwrap();
            assert!(finish(&mut creator).success(), "{point}");
            assert_eq!(Region::<u64>::open(folder.file("station")).unwrap().get(), 7);
            assert_eq!(temporary_names(&folder), Vec::<PathBuf>::new());
        }
    }
}

#[test]
fn a_region_that_is_made_is_not_held_as_one_in_the_making() {
    for named in [false, true] {
        let folder = Folder::new("made");
        let options = Region::<u64>::options().named_temporary(named);
        let made = options.create_or_replace_with(folder.file("n"), |_| {}).unwrap();
        let again = folder.file(".shm-new.1.0123456789abcdef");
        std::fs::hard_link(folder.file("n"), &again).unwrap();
        assert_eq!(Leftover::at(&again), Some(Leftover::Abandoned));
        drop(made);
    }
}

/// Between creating the file and locking it, its creator looks dead.
#[test]
fn a_maker_whose_file_was_claimed_as_a_leftover_makes_another_one() {
    let folder = Folder::new("taken");
    let mut creator = waiting("creates", &folder, TEMPORARY_POINTS[0], true, false);
    let taken = temporary_names(&folder).remove(0);
    Region::<u64>::create(folder.file("other")).unwrap();
    assert!(!taken.exists());
    std::fs::write(folder.file("go"), "").unwrap();
    assert!(finish(&mut creator).success());
    assert_eq!(Region::<u64>::open(folder.file("station")).unwrap().get(), 7);
    assert_eq!(temporary_names(&folder), Vec::<PathBuf>::new());
}

#[test]
fn a_name_that_another_region_gets_before_it_is_removed_stays() {
    let folder = Folder::new("unlink-race");
    run(process("unlinks", &folder, false).env("SHM_REPLACES", "once"));
    assert_eq!(folder.names(), ["station"]);
    assert_eq!(Region::<u64>::open(folder.file("station")).unwrap().get(), 2);
}

#[test]
fn no_region_is_lost_if_its_name_is_taken_while_it_is_moved_aside() {
    let folder = Folder::new("unlink-twice");
    run(process("unlinks", &folder, false).env("SHM_REPLACES", "twice"));
    assert_eq!(Region::<u64>::open(folder.file("station")).unwrap().get(), 3);
    let aside = temporary_names(&folder);
    assert_eq!(aside.len(), 1);
    assert_eq!(Leftover::at(&aside[0]), Some(Leftover::Displaced));
    // It is a region, and is removed only on request.
    Region::<u64>::create(folder.file("other")).unwrap();
    assert!(!Leftover::remove(&aside[0]));
    assert_eq!(Region::<u64>::open(&aside[0]).unwrap().get(), 2);
}

/// A creator of another region considers the file that was moved aside a leftover, and removes it.
#[test]
fn a_name_is_removed_also_if_another_process_sweeps_up_what_was_moved_aside() {
    let folder = Folder::new("unlink-swept");
    run(process("unlinks", &folder, false).env("SHM_REPLACES", "swept"));
    assert_eq!(folder.names(), ["other"]);
}

#[test]
fn a_process_that_is_killed_while_it_removes_a_name_loses_no_other_region() {
    let folder = Folder::new("unlink-killed");
    killed("unlinks", &folder, UNLINK_POINTS[0], false, false);
    assert_eq!(folder.names(), ["station"]);
    // The region to remove is removed ..
    killed("unlinks", &folder, UNLINK_POINTS[1], false, false);
    assert_eq!(Leftover::at(&temporary_names(&folder)[0]), Some(Leftover::Abandoned));
    Region::<u64>::create(folder.file("other")).unwrap();
    assert_eq!(folder.names(), ["other"]);
    // .. and the one that came in between is kept.
    let mut command = process("unlinks", &folder, false);
    command.env("SHM_REPLACES", "once").env("SHM_POINT", UNLINK_POINTS[1]);
    assert!(!finish(&mut command.spawn().unwrap()).success());
    let aside = temporary_names(&folder).remove(0);
    Region::<u64>::create(folder.file("another")).unwrap();
    assert_eq!(Leftover::at(&aside), Some(Leftover::Displaced));
    assert_eq!(Region::<u64>::open(&aside).unwrap().get(), 2);
}

#[test]
fn an_inspection_removes_the_name_of_what_was_inspected_and_of_nothing_else() {
    let folder = Folder::new("inspection-unlink");
    let path = folder.file("station");
    Region::<u64>::create_from(&path, &1).unwrap();
    let seen = Inspection::of(&path).unwrap();
    Region::<u64>::options().create_or_replace_with(&path, |value| value.set(2)).unwrap();
    assert!(matches!(seen.unlink(), Err(Error::NotCurrent { .. })));
    assert_eq!(Region::<u64>::open(&path).unwrap().get(), 2);
    Inspection::of(&path).unwrap().unlink().unwrap();
    assert_eq!(folder.names(), Vec::<String>::new());
}

#[test]
#[ignore = "run by the tests above, as a process of its own"]
fn second_process() {
    match role().as_deref() {
        Some("creates") => create(),
        Some("unlinks") => unlink(),
        _ => {}
    }
}

fn in_folder(name: &str) -> PathBuf {
    Path::new(&argument("SHM_FOLDER")).join(name)
}

fn create() {
    at_each_point(pass);
    let options = Region::<u64>::options().named_temporary(argument("SHM_NAMED") == "yes");
    options.create_or_replace_with(in_folder("station"), |value| value.set(7)).unwrap();
}

fn pass(point: &str) {
    if std::env::var("SHM_POINT").is_ok_and(|dies_at| dies_at == point) {
        let this = rustix::process::getpid();
        rustix::process::kill_process(this, rustix::process::Signal::KILL).unwrap();
    }
    // Only once: a second attempt does not wait.
    if std::env::var("SHM_WAITS_AT").is_ok_and(|waits_at| waits_at == point)
        && !in_folder("waits").exists()
    {
        std::fs::write(in_folder("waits"), "").unwrap();
        wait_until("it may continue", || in_folder("go").exists());
    }
}

/// Removes the name of a region while others give it to new ones, as often as `SHM_REPLACES` says.
fn unlink() {
    let region = Region::<u64>::options().open_or_create(in_folder("station")).unwrap();
    at_each_point(|point| {
        let times = std::env::var("SHM_REPLACES").unwrap_or_default();
        let path = in_folder("station");
        if point == UNLINK_POINTS[0] && matches!(&*times, "once" | "twice") {
            Region::<u64>::options().create_or_replace_with(path, |value| value.set(2)).unwrap();
        } else if point == UNLINK_POINTS[1] && times == "twice" {
            Region::<u64>::options().create_with(path, |value| value.set(3)).unwrap();
        } else if point == UNLINK_POINTS[1] && times == "swept" {
            Region::<u64>::create(in_folder("other")).unwrap();
        }
        pass(point);
    });
    if std::env::var("SHM_REPLACES").is_ok_and(|times| times == "swept") {
        return region.unlink().unwrap();
    }
    let error = region.unlink().unwrap_err();
    match argument("SHM_REPLACES").as_str() {
        "once" => assert!(matches!(error, Error::NotCurrent { .. }), "{error}"),
        _ => {
            let Error::Displaced { aside, .. } = &error else { panic!("{error}") };
            assert!(Path::new(aside).exists() && error.to_string().contains(aside), "{error}");
        }
    }
}
