//! A field of every type, written by one process and read by the other, in both directions: over a
//! name, over a passed descriptor, and over memory that a child inherits.

mod everything;
#[path = "../support/mod.rs"]
mod support;

use std::io::{IoSlice, IoSliceMut};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::process::Stdio;

use everything::{Everything, Sums, check, write};
use rustix::net::{
    RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer,
    SendAncillaryMessage, SendFlags, recvmsg, sendmsg,
};
use rustix::process::{Pid, WaitOptions, waitpid};
use shm_core::{Region, View};
use support::{Folder, argument, finish, role, run, wait_until};

/// The number of times that each process writes everything and checks the other one's values.
const TURNS: u32 = 6;
/// The number of times that each process adds to each sum.
const ADDITIONS: u32 = 100_000;

/// Writes in its own turns, checks in the other process's; both are alive all the time.
fn take_turns(view: &View<Everything>, own: u32) {
    for turn in 0..TURNS {
        if turn % 2 == own {
            write(view, own as usize);
            // Its Release pairs with the Acquire of the `get` below: all fields come with it.
            view.turn.set(turn + 1);
        } else {
            wait_until("the other process had its turn", || view.turn.get() > turn);
            check(view, 1 - own as usize);
        }
    }
    add_up(&view.sums);
}

/// Adds to every sum while the other process does the same.
fn add_up(sums: &View<Sums>) {
    for _ in 0..ADDITIONS {
        sums.u8.fetch_add(1);
        sums.u16.fetch_add(1);
        sums.u32.fetch_add(1);
        sums.u64.fetch_add(1);
        sums.i8.fetch_sub(1);
        sums.i16.fetch_sub(1);
        sums.i32.fetch_sub(1);
        sums.i64.fetch_sub(1);
        sums.f64.update(|sum| sum + 0.5);
        sums.be.update(|sum| sum + 1);
    }
}

/// Once both processes have added up.
fn check_sums(sums: &View<Sums>) {
    let total = 2 * ADDITIONS;
    assert_eq!((sums.u8.get(), sums.u16.get()), (total as u8, total as u16));
    assert_eq!((sums.u32.get(), sums.u64.get()), (total, total.into()));
    let less = -(total as i32);
    assert_eq!((sums.i8.get(), sums.i16.get()), (less as i8, less as i16));
    assert_eq!((sums.i32.get(), sums.i64.get()), (less, less.into()));
    assert_eq!((sums.f64.get(), sums.be.get()), (f64::from(total) / 2.0, total));
}

/// A region whose `NonZero` fields are valid from the start.
fn fill_in(view: &View<Everything>) {
    write(view, 0);
}

#[test]
fn every_field_type_crosses_both_ways_over_a_name() {
    let folder = Folder::new("two");
    let region = Region::<Everything>::options().create_with(folder.file("all"), fill_in).unwrap();
    let mut child =
        support::second_process("by name").env("SHM_REGION", folder.file("all")).spawn().unwrap();
    take_turns(&region, 0);
    assert!(finish(&mut child).success());
    check_sums(&region.sums);
}

#[test]
fn every_field_type_is_read_over_a_name_that_may_only_be_read() {
    let folder = Folder::new("two-ro");
    let region = Region::<Everything>::options().create_with(folder.file("all"), fill_in).unwrap();
    for which in [0, 1] {
        write(&region, which);
        run(support::second_process("read only")
            .env("SHM_REGION", folder.file("all"))
            .env("SHM_WHICH", which.to_string()));
    }
}

#[test]
fn every_field_type_crosses_both_ways_over_a_passed_descriptor() {
    let options = Region::<Everything>::options();
    let region = options.memfd_with("two-processes", fill_in).unwrap();
    let (here, there) = UnixStream::pair().unwrap();
    let mut child = support::second_process("by descriptor")
        .stdin(Stdio::from(OwnedFd::from(there)))
        .spawn()
        .unwrap();
    send_descriptor(&here, region.as_fd().expect("a memfd has a descriptor"));
    take_turns(&region, 0);
    assert!(finish(&mut child).success());
    check_sums(&region.sums);
}

#[test]
fn every_field_type_crosses_both_ways_to_a_forked_child() {
    // Forked from a process with one thread, which this one is not.
    run(&mut support::second_process("fork"));
}

/// Sends one byte with the descriptor beside it (`SCM_RIGHTS`, unix(7)).
fn send_descriptor(socket: &UnixStream, descriptor: BorrowedFd<'_>) {
    let descriptors = [descriptor];
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
    let mut beside = SendAncillaryBuffer::new(&mut space);
    assert!(beside.push(SendAncillaryMessage::ScmRights(&descriptors)));
    let sent = sendmsg(socket, &[IoSlice::new(b"x")], &mut beside, SendFlags::empty());
    assert_eq!(sent, Ok(1));
}

fn receive_descriptor(socket: impl AsFd) -> OwnedFd {
    let mut byte = [0];
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
    let mut beside = RecvAncillaryBuffer::new(&mut space);
    let mut into = [IoSliceMut::new(&mut byte)];
    recvmsg(socket, &mut into, &mut beside, RecvFlags::CMSG_CLOEXEC).unwrap();
    let received = beside.drain().find_map(|message| match message {
        RecvAncillaryMessage::ScmRights(mut descriptors) => descriptors.next(),
        _ => None,
    });
    received.expect("a descriptor came beside the byte")
}

unsafe extern "C" {
    /// fork(2).
    fn fork() -> i32;
    /// _exit(2).
    fn _exit(status: i32) -> !;
}

/// Runs `side` in this process, as 0, and in a forked child, as 1.
fn with_a_fork(side: impl Fn(u32) + std::panic::RefUnwindSafe) {
    // SAFETY: this process has one thread, so that the child finds no lock held by another.
    let child = match unsafe { fork() } {
        0 => {
            let fine = std::panic::catch_unwind(|| side(1)).is_ok();
            // SAFETY: the call does not come back; nothing of the parent's is dropped twice.
            unsafe { _exit(i32::from(!fine)) }
        }
        child => Pid::from_raw(child),
    };
    side(0);
    let (_, status) = waitpid(child, WaitOptions::empty()).unwrap().unwrap();
    assert_eq!(status.exit_status(), Some(0), "the forked child failed");
}

/// Both regions belong to this process and its forked children: no other process can open them.
fn share_with_a_fork() {
    let options = Region::<Everything>::options();
    let region = options.memfd_with("two-processes", fill_in).unwrap();
    with_a_fork(|own| take_turns(&region, own));
    check_sums(&region.sums);

    let sums = Region::<Sums>::options().anonymous().unwrap();
    with_a_fork(|_| add_up(&sums));
    check_sums(&sums);
}

#[test]
#[ignore = "run by the tests above, as a process of its own"]
fn second_process() {
    match role().as_deref() {
        None => {}
        Some("by name") => {
            take_turns(&Region::<Everything>::open(argument("SHM_REGION")).unwrap(), 1);
        }
        Some("read only") => {
            let region = Region::<Everything>::open_read_only(argument("SHM_REGION")).unwrap();
            check(&region, argument("SHM_WHICH").parse().unwrap());
        }
        Some("by descriptor") => {
            let region =
                Region::<Everything>::options().from_fd(receive_descriptor(std::io::stdin()));
            take_turns(&region.unwrap(), 1);
        }
        Some("fork") => share_with_a_fork(),
        Some(other) => panic!("no such role: {other}"),
    }
}
