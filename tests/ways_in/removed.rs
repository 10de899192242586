//! Regions that lose their name with their owner.

use std::os::unix::process::ExitStatusExt;

use shm_core::{DynRegion, Region, dynamic::DynLayout};

use crate::support::{Folder, argument, finish, run, second_process, wait_until};

#[test]
fn a_region_loses_its_name_when_its_owner_is_dropped() {
    let folder = Folder::new("removed");
    let owner = Region::<u64>::create(folder.file("n")).unwrap().remove_on_drop();
    let by_name = DynRegion::create(folder.file("d"), &DynLayout::of("u64").unwrap());
    let by_name = by_name.unwrap().remove_on_drop();
    owner.set(3);
    by_name.set("", 4).unwrap();
    let user = Region::<u64>::open(folder.file("n")).unwrap();
    drop((owner, by_name));
    assert_eq!(folder.names(), Vec::<String>::new());
    assert_eq!(user.get(), 3, "who has it mapped keeps it");
}

#[test]
fn a_clone_of_the_handle_does_not_remove_the_name_and_an_owner_can_give_it_up() {
    let folder = Folder::new("removed-kept");
    let owner = Region::<u64>::create(folder.file("n")).unwrap().remove_on_drop();
    drop(Region::clone(&owner));
    assert!(owner.is_current());
    let kept = owner.keep();
    assert!(kept.is_current());
    assert_eq!(folder.names(), ["n"]);
}

#[test]
fn a_process_that_panics_leaves_no_name_and_one_that_is_killed_does() {
    let folder = Folder::new("removed-panic");
    let mut child = second_process("panics as an owner");
    let mut child = child.env("SHM_PATH", folder.file("n")).spawn().unwrap();
    assert_eq!(finish(&mut child).code(), Some(101), "it panicked");
    assert_eq!(folder.names(), Vec::<String>::new());

    let mut child = second_process("is killed as an owner");
    let mut child = child.env("SHM_PATH", folder.file("n")).spawn().unwrap();
    wait_until("it has made the region", || folder.names() == ["n"]);
    child.kill().unwrap();
    assert_eq!(child.wait().unwrap().signal(), Some(9));
    assert_eq!(folder.names(), ["n"]);
}

pub(crate) fn panic_as_owner() {
    let path = argument("SHM_PATH");
    let owner = Region::<u64>::create(&path).unwrap().remove_on_drop();
    owner.set(1);
    assert!(Region::<u64>::open(&path).is_err(), "on purpose: the region exists");
}

pub(crate) fn wait_as_owner() {
    let _owner = Region::<u64>::create(argument("SHM_PATH")).unwrap().remove_on_drop();
    loop {
        std::thread::park();
    }
}

#[test]
fn a_forked_child_that_drops_the_owner_removes_nothing() {
    let folder = Folder::new("removed-forks");
    run(second_process("forks as an owner").env("SHM_PATH", folder.file("n")));
    assert_eq!(folder.names(), Vec::<String>::new());
}

pub(crate) fn fork_as_owner() {
    let owner = Region::<u64>::create(argument("SHM_PATH")).unwrap().remove_on_drop();
    // SAFETY: the child drops a handle and ends.
    let child = unsafe { libc::fork() };
    if child == 0 {
        drop(owner);
        // SAFETY: ends the child at once, without the destructors of its parent.
        unsafe { libc::_exit(0) };
    }
    let mut status = 0;
    // SAFETY: `child` is this process's own child, and `status` a place for the answer.
    unsafe { libc::waitpid(child, &raw mut status, 0) };
    assert_eq!(status, 0, "the child ended in some other way");
    assert!(owner.is_current(), "the child removed the name");
}

#[test]
fn a_region_that_another_process_put_in_its_place_keeps_the_name() {
    let folder = Folder::new("removed-replaced");
    let owner = Region::<u64>::create(folder.file("n")).unwrap().remove_on_drop();
    run(second_process("replaces").env("SHM_PATH", folder.file("n")));
    drop(owner);
    assert_eq!(Region::<u64>::open(folder.file("n")).unwrap().get(), 2);
    assert_eq!(folder.names(), ["n"]);
}

pub(crate) fn replace() {
    let options = Region::<u64>::options();
    options.create_or_replace_with(argument("SHM_PATH"), |new| new.set(2)).unwrap();
}
