//! A kernel without `futex_waitv(2)`, and one that forbids it: the helper looks at intervals.

use std::pin::pin;

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

pub(crate) fn second_process(role: &str) {
    refuse_futex_waitv(support::argument("SHM_ERROR").parse().unwrap());
    match role {
        "all tasks" => play(on_tokio),
        "flag" => leave_the_flag_down(),
        _ => panic!("no such role: {role}"),
    }
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

/// Makes the call fail in this thread, and in all that it starts: this thread's children inherit the filter
/// (`seccomp(2)`).
fn refuse_futex_waitv(error: i32) {
    let step = |code: u32, jt, jf, k| libc::sock_filter { code: code as u16, jt, jf, k };
    let mut filter = [
        // The number of the call.
        step(libc::BPF_LD | libc::BPF_W | libc::BPF_ABS, 0, 0, 0),
        step(libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K, 0, 1, FUTEX_WAITV),
        step(libc::BPF_RET | libc::BPF_K, 0, 0, libc::SECCOMP_RET_ERRNO | error as u32),
        step(libc::BPF_RET | libc::BPF_K, 0, 0, libc::SECCOMP_RET_ALLOW),
    ];
    let program = libc::sock_fprog { len: filter.len() as u16, filter: filter.as_mut_ptr() };
    // SAFETY: changes only what this process may do from now on.
    let done = unsafe { libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) };
    assert_eq!(done, 0);
    // SAFETY: the program is whole, and copied by the call.
    let done =
        unsafe { libc::prctl(libc::PR_SET_SECCOMP, libc::SECCOMP_MODE_FILTER, &raw const program) };
    assert_eq!(done, 0, "{}", std::io::Error::last_os_error());
    // SAFETY: there is nothing to wait for: an invalid argument, if the call exists.
    let refused = unsafe { libc::syscall(FUTEX_WAITV.into(), 0, 0, 0, 0, 0) };
    assert_eq!((refused, std::io::Error::last_os_error().raw_os_error()), (-1, Some(error)));
}
