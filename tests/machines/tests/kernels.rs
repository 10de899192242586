//! Kernels without some system calls, and sandboxes that refuse them: everything falls back, or says why not.
//! `docs/platforms.md` lists what needs which kernel.

#[allow(unreachable_pub, reason = "shared with tests that are not linted so")]
#[path = "../../support/filter.rs"]
mod filter;
#[allow(unreachable_pub, reason = "as above")]
#[path = "../../support/mod.rs"]
mod support;

use std::path::Path;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};

use filter::{Call, refuse};
use shm_core::{DynRegion, LockError, Mutex, Region, Watched};
use support::{Folder, argument, finish, role, run, wait_until};

/// As an old kernel answers, and as sandboxes do.
const ANSWERS: [i32; 2] = [libc::ENOSYS, libc::EPERM];

/// `O_TMPFILE` without `O_DIRECTORY`, which is a part of it.
const UNNAMED: u32 = (libc::O_TMPFILE & !libc::O_DIRECTORY) as u32;

/// The calls that a role must do without.
fn calls(names: &str) -> Vec<Call> {
    let one = |name| match name {
        "memfd_create" => vec![Call::any(libc::SYS_memfd_create)],
        "O_TMPFILE" => vec![Call { number: libc::SYS_openat, only: Some((2, UNNAMED)) }],
        "futex_waitv" => vec![Call::any(libc::SYS_futex_waitv)],
        "renameat2" => vec![Call::any(libc::SYS_renameat2)],
        "statx" => vec![Call::any(libc::SYS_statx)],
        "pidfd_open" => vec![Call::any(libc::SYS_pidfd_open)],
        "process_vm" => {
            [libc::SYS_process_vm_readv, libc::SYS_process_vm_writev].map(Call::any).to_vec()
        }
        "locks of open files" => [libc::F_OFD_SETLK, libc::F_OFD_GETLK]
            .map(|command| Call { number: libc::SYS_fcntl, only: Some((1, command as u32)) })
            .to_vec(),
        other => panic!("no such call: {other}"),
    };
    names.split(", ").flat_map(one).collect()
}

/// Runs a role as a process that has no such calls, once for each answer.
fn without(names: &str, role: &str) {
    for answer in ANSWERS {
        let folder = Folder::new("kernels");
        let mut command = support::second_process(role);
        command.env("SHM_FOLDER", folder.path()).env("SHM_WITHOUT", names);
        run(command.env("SHM_ANSWER", answer.to_string()));
        let left: Vec<_> =
            folder.names().into_iter().filter(|name| name.starts_with('.')).collect();
        assert!(left.is_empty(), "{names}: temporary files are left: {left:?}");
    }
}

#[test]
fn regions_in_files_need_no_files_without_names() {
    without("O_TMPFILE", "uses files");
    without("O_TMPFILE, renameat2", "uses files");
}

#[test]
fn regions_in_files_need_no_extended_facts_of_files() {
    without("statx", "uses files");
}

#[test]
fn the_death_of_a_holder_is_noticed_without_descriptors_of_processes() {
    without("pidfd_open, process_vm", "uses files");
}

#[test]
fn futures_are_woken_without_sleeping_on_many_words() {
    without("futex_waitv", "awaits");
}

#[test]
fn a_memfd_that_is_refused_is_explained_and_the_others_do_without() {
    without("memfd_create", "has no memfds");
}

/// As gVisor and strict profiles of containers do.
#[test]
fn a_sandbox_that_refuses_all_of_these_leaves_files_locks_and_futures() {
    const ALL: &str = "memfd_create, O_TMPFILE, futex_waitv, statx, pidfd_open, process_vm";
    for role in ["uses files", "awaits", "has no memfds"] {
        without(ALL, role);
    }
}

#[test]
fn locks_say_so_where_deaths_could_not_be_noticed() {
    without("locks of open files", "cannot lock");
}

#[test]
#[ignore = "run by the tests above, as a process of its own"]
fn second_process() {
    let Some(role) = role() else { return };
    if role == "holds" {
        return hold();
    }
    let answer: i32 = argument("SHM_ANSWER").parse().unwrap();
    let calls = calls(&argument("SHM_WITHOUT"));
    refuse(&calls, answer);
    prove_refused(&argument("SHM_WITHOUT"), answer);
    let folder = argument("SHM_FOLDER");
    match role.as_str() {
        "uses files" => use_files(Path::new(&folder)),
        "awaits" => await_changes(Path::new(&folder)),
        "has no memfds" => explain_memfds(Path::new(&folder)),
        "cannot lock" => explain_locks(Path::new(&folder)),
        other => panic!("no such role: {other}"),
    }
}

/// A filter that catches nothing would prove nothing.
fn prove_refused(names: &str, answer: i32) {
    let tried = if names.contains("memfd_create") {
        // SAFETY: the name ends with a NUL; whatever descriptor comes is left to the end of the process.
        unsafe { libc::memfd_create(c"probe".as_ptr(), 0) }
    } else if names.contains("O_TMPFILE") {
        let flags = libc::O_TMPFILE | libc::O_RDWR;
        // SAFETY: as above.
        unsafe { libc::open(c"/dev/shm".as_ptr(), flags, 0o600) }
    } else {
        return;
    };
    let error = std::io::Error::last_os_error();
    assert_eq!((tried, error.raw_os_error()), (-1, Some(answer)));
}

/// All that is done with names, and with locks.
fn use_files(folder: &Path) {
    let total = Region::<Mutex<u64>>::create(folder.join("total")).unwrap();
    assert!(Region::<Mutex<u64>>::create(folder.join("total")).is_err(), "the name is taken");
    total.lock().unwrap().set(3);
    for value in [1, 2] {
        let options = Region::<u64>::options();
        options.create_or_replace_with(folder.join("replaced"), |view| view.set(value)).unwrap();
    }
    assert_eq!(Region::<u64>::open_read_only(folder.join("replaced")).unwrap().get(), 2);
    assert!(DynRegion::open(folder.join("total")).is_ok());

    let mut holder = support::second_process("holds");
    let mut holder = holder.env("SHM_TOTAL", folder.join("total")).spawn().unwrap();
    wait_until("it holds the lock", || total.try_lock().is_err());
    holder.kill().unwrap();
    assert!(!finish(&mut holder).success());
    let found = total.lock_as_found().unwrap();
    assert!(found.owner_died() && found.get() == 4, "the death was not noticed");
}

fn hold() {
    let total = Region::<Mutex<u64>>::open(argument("SHM_TOTAL")).unwrap();
    let guard = total.lock().unwrap();
    guard.set(4);
    thread::sleep(support::PATIENCE);
}

fn await_changes(folder: &Path) {
    let region = Region::<Watched<u64>>::create(folder.join("watched")).unwrap();
    let setter = thread::spawn({
        let same = Region::<Watched<u64>>::open(folder.join("watched")).unwrap();
        // Long enough for most waits to begin; the outcome does not depend on it.
        move || {
            for value in 1..=20 {
                thread::sleep(std::time::Duration::from_millis(5));
                same.set(value);
            }
        }
    });
    assert_eq!(block_on(region.wait_until_async(|value| value == 20)).unwrap(), 20);
    setter.join().unwrap();
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(value) => return value,
            Poll::Pending => thread::park(),
        }
    }
}

fn explain_memfds(folder: &Path) {
    let options = Region::<u64>::options();
    for error in [options.memfd("refused").unwrap_err(), options.anonymous().unwrap_err()] {
        let text = format!("{error:?}");
        assert!(
            text.contains("memfd_create(2) is refused (") && text.contains("Linux 3.17"),
            "{text}"
        );
        assert!(text.contains("regions in files and private regions do without"), "{text}");
    }
    Region::<u64>::options().private().unwrap().set(1);
    Region::<u64>::create(folder.join("n")).unwrap().set(1);
}

fn explain_locks(folder: &Path) {
    // What needs no locks is as everywhere.
    let plain = Region::<u64>::options().create(folder.join("plain"));
    plain.unwrap().set(1);
    let error =
        Region::<Mutex<u64>>::create(folder.join("locked")).unwrap().lock().map(drop).unwrap_err();
    assert!(matches!(error, LockError::Io { .. }), "{error:?}");
    let text = format!("{error:?}");
    assert!(text.contains("Function not implemented") || text.contains("not permitted"), "{text}");
}
