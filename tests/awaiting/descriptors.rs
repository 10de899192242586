//! Descriptors that become readable at each change: with epoll, in tokio, and in programs in C and
//! Python that inherit them.

use std::io::Read;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::process::{Command, Stdio};

use rustix::event::epoll;
use rustix::time::Timespec;
use shm_core::Region;
use shm_core::sync::EventFd;
use tokio::io::unix::AsyncFd;

use crate::support::{Folder, PATIENCE, finish, run as run_process, wait_until};
use crate::{Table, a_moment, at_table, is_mapped, opened_table, run, table};

pub(crate) fn second_process(role: &str) {
    match role {
        "pings" => ping(),
        "forks" => fork_with_a_descriptor(),
        _ => panic!("no such role: {role}"),
    }
}

/// A set that says which descriptor is readable.
struct Epoll(OwnedFd);

impl Epoll {
    fn of(descriptors: &[&EventFd]) -> Self {
        let set = epoll::create(epoll::CreateFlags::CLOEXEC).unwrap();
        for (number, descriptor) in descriptors.iter().enumerate() {
            let data = epoll::EventData::new_u64(number as u64);
            epoll::add(&set, descriptor, data, epoll::EventFlags::IN).unwrap();
        }
        Self(set)
    }

    fn wait(&self, timeout: &Timespec) -> Vec<u64> {
        let mut ready = Vec::with_capacity(8);
        epoll::wait(&self.0, rustix::buffer::spare_capacity(&mut ready), Some(timeout)).unwrap();
        ready.iter().map(|event: &epoll::Event| event.data.u64()).collect()
    }

    fn wait_long(&self) -> Vec<u64> {
        self.wait(&Timespec { tv_sec: PATIENCE.as_secs() as i64, tv_nsec: 0 })
    }

    fn is_quiet(&self) -> bool {
        self.wait(&Timespec { tv_sec: 0, tv_nsec: 20_000_000 }).is_empty()
    }
}

#[test]
fn epoll_says_which_of_three_values_another_process_has_changed() {
    const ROUNDS: u64 = 100;
    let folder = Folder::new("epoll");
    let table = table(&folder);
    let descriptors = [
        table.serve.as_eventfd().unwrap(),
        table.pose.as_eventfd().unwrap(),
        table.items.as_eventfd().unwrap(),
    ];
    let epoll = Epoll::of(&descriptors.each_ref());
    assert!(epoll.is_quiet(), "nothing has changed yet");
    let mut other = at_table("descriptors: pings", &folder).spawn().unwrap();
    for round in 1..=ROUNDS {
        for (number, descriptor) in descriptors.iter().enumerate() {
            table.level.set(3 * round + number as u64);
            assert_eq!(epoll.wait_long(), [number as u64]);
            assert!(descriptor.clear() > 0);
        }
    }
    assert!(epoll.is_quiet(), "all were cleared");
    table.level.set(u64::MAX);
    assert!(finish(&mut other).success());
}

/// Changes one of three values each time that it is told to.
fn ping() {
    let table = opened_table();
    let mut last = 0;
    loop {
        last = table.level.wait_until(|level| level != last).unwrap();
        match last % 3 {
            _ if last == u64::MAX => break,
            0 => table.serve.notify_one(),
            1 => table.pose.change(|pose| pose.store(&[last; 8]).map(drop)).unwrap(),
            _ => drop(table.items.push(&last).unwrap()),
        }
    }
}

#[test]
fn changes_that_come_while_the_descriptor_is_readable_are_not_lost_after_it_was_cleared() {
    let table = Region::<Table>::options().anonymous().unwrap();
    let descriptor = table.level.as_eventfd().unwrap();
    let epoll = Epoll::of(&[&descriptor]);
    let setter = table.clone();
    let setting = std::thread::spawn(move || (1..=5000).for_each(|step| setter.level.set(step)));
    let mut last = 0;
    while last < 5000 {
        assert_eq!(epoll.wait_long(), [0]);
        descriptor.clear();
        last = table.level.get().unwrap();
    }
    setting.join().unwrap();
}

#[test]
fn a_dropped_descriptor_and_its_region_are_gone_and_a_kept_one_keeps_it_mapped() {
    let folder = Folder::new("kept");
    let path = folder.file("table");
    let region = table(&folder);
    let (kept, dropped) = (region.level.as_eventfd().unwrap(), region.level.as_eventfd().unwrap());
    drop(region);
    let copy = dropped.as_fd().try_clone_to_owned().unwrap();
    drop(dropped);
    assert!(is_mapped(&path));
    let other = Region::<Table>::open(&path).unwrap();
    other.level.set(1);
    let epoll = Epoll::of(&[&kept]);
    assert_eq!(epoll.wait_long(), [0]);
    drop(other);
    assert!(is_mapped(&path));
    drop(kept);
    assert!(!is_mapped(&path));
    assert!(rustix::io::read(&copy, &mut [0; 8]).is_err(), "no notification after the drop");
}

#[test]
fn tokio_waits_for_a_descriptor_beside_a_future() {
    let table = Region::<Table>::options().anonymous().unwrap();
    let setter = table.clone();
    let setting = std::thread::spawn(move || {
        for step in 1..=200 {
            setter.level.set(step);
            setter.back.wait_until(|| setter.returned.get() == step as u32);
        }
    });
    run(async {
        // SAFETY: it is the same open descriptor for as long as the `EventFd` lives.
        let descriptor = unsafe { AsyncFd::register(table.level.as_eventfd().unwrap()) }.unwrap();
        let mut last = table.level.get().unwrap();
        while last < 200 {
            table.returned.set(last as u32);
            table.back.notify_all();
            if table.level.get().unwrap() == last {
                let mut ready = descriptor.readable().await.unwrap();
                descriptor.get_ref().clear();
                ready.clear_ready();
            }
            last = table.level.get().unwrap();
        }
        table.returned.set(200);
        table.back.notify_all();
    });
    setting.join().unwrap();
}

/// Waits for a descriptor with epoll, reads it, and answers with a line; until its input ends.
const IN_C: &str = r#"
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

int main(int argc, char **argv) {
    int fd = atoi(argv[argc - 1]), set = epoll_create1(0);
    struct epoll_event changed = {.events = EPOLLIN, .data.fd = fd};
    struct epoll_event ended = {.events = EPOLLIN, .data.fd = 0};
    if (epoll_ctl(set, EPOLL_CTL_ADD, fd, &changed) || epoll_ctl(set, EPOLL_CTL_ADD, 0, &ended)) return 1;
    for (;;) {
        struct epoll_event event;
        if (epoll_wait(set, &event, 1, -1) != 1) return 2;
        if (event.data.fd == 0) return 0;
        uint64_t count;
        if (read(fd, &count, sizeof count) != sizeof count || count == 0) return 3;
        puts("changed");
        fflush(stdout);
    }
}
"#;

/// The same in Python, with asyncio.
const IN_PYTHON: &str = r#"
import asyncio, os, sys

fd = int(sys.argv[1])

async def main():
    loop, ended = asyncio.get_running_loop(), asyncio.Event()

    def changed():
        assert int.from_bytes(os.read(fd, 8), sys.byteorder) > 0
        print("changed", flush=True)

    loop.add_reader(fd, changed)
    loop.add_reader(0, ended.set)
    await ended.wait()

asyncio.run(main())
"#;

#[test]
fn a_c_program_that_inherits_the_descriptor_waits_for_changes_with_epoll() {
    let folder = Folder::new("in-c");
    let (source, program) = (folder.file("wait.c"), folder.file("wait"));
    std::fs::write(&source, IN_C).unwrap();
    run_process(Command::new("gcc").args(["-Wall", "-Werror", "-o"]).arg(&program).arg(&source));
    answers_each_change(&mut Command::new(program));
}

#[test]
fn a_python_program_that_inherits_the_descriptor_waits_for_changes_with_asyncio() {
    let folder = Folder::new("in-python");
    let program = folder.file("wait.py");
    std::fs::write(&program, IN_PYTHON).unwrap();
    answers_each_change(Command::new("python3").arg(program));
}

/// Checks that a program which inherits the descriptor answers each change, and ends with its input.
fn answers_each_change(program: &mut Command) {
    let level = Region::<Table>::options().anonymous().unwrap().project(|table| &table.level);
    let descriptor = level.as_eventfd().unwrap();
    // It is close-on-exec; a copy is not.
    let copy = rustix::io::dup(&descriptor).unwrap();
    program.arg(copy.as_raw_fd().to_string()).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut waiter = program.spawn().unwrap();
    drop(copy);
    let mut answers = waiter.stdout.take().unwrap();
    for step in 1..=50 {
        level.set(step);
        let mut line = [0; 8];
        answers.read_exact(&mut line).unwrap();
        assert_eq!(&line, b"changed\n");
    }
    drop(waiter.stdin.take());
    assert!(finish(&mut waiter).success());
}

#[test]
fn a_forked_childs_copy_of_a_descriptor_belongs_to_the_parent() {
    let folder = Folder::new("fd-forks");
    drop(table(&folder));
    run_process(&mut at_table("descriptors: forks", &folder));
}

fn fork_with_a_descriptor() {
    let table = opened_table();
    let mut descriptor = Some(table.level.as_eventfd().unwrap());
    crate::forked::holds_in_a_forked_child(|| {
        drop(descriptor.take());
        true
    });
    a_moment();
    table.level.set(1);
    let descriptor = descriptor.unwrap();
    wait_until("the parent's helper makes it readable", || descriptor.clear() == 1);
    crate::forked::holds_in_a_forked_child(|| {
        table.level.set(2);
        // Made readable by the parent.
        wait_until("the child sees it", || descriptor.clear() == 1);
        true
    });
}
