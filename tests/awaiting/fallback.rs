//! System calls that are refused. Without `futex_waitv(2)`, the helper looks at intervals; without threads, there
//! is no helper.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;

use shm_core::{Event, Region};

use crate::executors::{on_tokio, play};
use crate::support::{self, Folder, wait_until};
use crate::{at_table, opened_table, poll_once};

/// The number of `futex_waitv`, the same on all architectures.
const FUTEX_WAITV: u32 = 449;

#[test]
fn all_tasks_run_where_futex_waitv_does_not_exist_or_is_forbidden() {
    for error in [libc::ENOSYS, libc::EPERM] {
        let mut command = support::second_process("fallback: all tasks");
        support::run(command.env("SHM_ERROR", error.to_string()));
    }
}

#[test]
fn the_flag_that_costs_notifiers_a_system_call_stays_down_without_futex_waitv() {
    let folder = Folder::new("fallback");
    drop(crate::table(&folder));
    let mut command = at_table("fallback: flag", &folder);
    support::run(command.env("SHM_ERROR", libc::ENOSYS.to_string()));
}

#[test]
fn a_process_that_can_start_no_thread_is_told_so_and_awaits_once_it_can() {
    support::run(&mut support::second_process("fallback: no threads"));
}

pub(crate) fn second_process(role: &str) {
    let waitv_fails_with = || support::argument("SHM_ERROR").parse().unwrap();
    match role {
        "all tasks" => {
            refuse(&[FUTEX_WAITV], waitv_fails_with());
            play(on_tokio);
        }
        "flag" => {
            refuse(&[FUTEX_WAITV], waitv_fails_with());
            leave_the_flag_down();
        }
        "no threads" => await_without_threads(),
        _ => panic!("no such role: {role}"),
    }
}

fn await_without_threads() {
    std::panic::set_hook(Box::new(|_| ()));
    let event = Region::<Event>::options().anonymous().unwrap();
    let ticket = event.ticket();
    std::thread::scope(|scope| {
        let event = &event;
        scope.spawn(move || {
            refuse(&[libc::SYS_clone as u32, libc::SYS_clone3 as u32], libc::EAGAIN);
            let refused = event.as_eventfd().unwrap_err();
            assert_eq!(refused.raw_os_error(), Some(libc::EAGAIN));
            let panicked = catch_unwind(AssertUnwindSafe(|| {
                let _ = poll_once(pin!(event.changed(ticket)));
            }));
            let message = panicked.unwrap_err().downcast::<String>().unwrap();
            assert!(message.contains("starting the thread that waits for futures"), "{message}");
        });
    });
    // Only that thread was refused.
    let (polled, woken) = {
        let mut future = Box::pin(event.changed(ticket));
        let polled = poll_once(future.as_mut());
        event.notify_all();
        wait_until("the future is woken", || polled.1.calls() == 1);
        polled
    };
    assert!(polled.is_pending() && woken.calls() == 1);
}

fn leave_the_flag_down() {
    let table = opened_table();
    let bytes = || std::fs::read(support::argument("SHM_TABLE")).unwrap();
    // The first future finds out.
    let (_, woken) = poll_once(pin!(table.level.changed()));
    wait_until("the helper has found out", || {
        table.level.set(1);
        let before = bytes();
        let mut future = pin!(table.serve.changed(table.serve.ticket()));
        let (polled, woken) = poll_once(future.as_mut());
        assert!(polled.is_pending());
        crate::a_moment();
        let same = bytes() == before;
        table.serve.notify_all();
        wait_until("it is woken all the same", || woken.calls() == 1);
        same
    });
    assert_eq!(woken.calls(), 0, "dropped at once");
}

/// Makes some system calls fail in this thread, and in all that it starts (`seccomp(2)`).
fn refuse(calls: &[u32], error: i32) {
    let step = |code: u32, jt, jf, k| libc::sock_filter { code: code as u16, jt, jf, k };
    // The number of the call.
    let mut filter = vec![step(libc::BPF_LD | libc::BPF_W | libc::BPF_ABS, 0, 0, 0)];
    for call in calls {
        filter.push(step(libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K, 0, 1, *call));
        filter.push(step(
            libc::BPF_RET | libc::BPF_K,
            0,
            0,
            libc::SECCOMP_RET_ERRNO | error as u32,
        ));
    }
    filter.push(step(libc::BPF_RET | libc::BPF_K, 0, 0, libc::SECCOMP_RET_ALLOW));
    let program = libc::sock_fprog { len: filter.len() as u16, filter: filter.as_mut_ptr() };
    // SAFETY: changes only what this process may do from now on.
    let done = unsafe { libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) };
    assert_eq!(done, 0);
    // SAFETY: the program is whole, and copied by the call.
    let done =
        unsafe { libc::prctl(libc::PR_SET_SECCOMP, libc::SECCOMP_MODE_FILTER, &raw const program) };
    assert_eq!(done, 0, "{}", std::io::Error::last_os_error());
    // SAFETY: without arguments, each of them is invalid if it is not refused.
    let refused = unsafe { libc::syscall(calls[0].into(), usize::MAX, 0, 0, 0, 0) };
    assert_eq!((refused, std::io::Error::last_os_error().raw_os_error()), (-1, Some(error)));
}
