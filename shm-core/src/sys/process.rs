//! Processes: their identity and when they started.

use std::io;
use std::sync::OnceLock;

use rustix::process::{self, Resource};

/// The largest file that this process may create, if there is a limit (`RLIMIT_FSIZE`). Exceeding it
/// would raise a signal instead of returning an error.
pub(crate) fn file_size_limit() -> Option<u64> {
    process::getrlimit(Resource::Fsize).current
}

/// A limit that this process or the machine has reached.
pub(crate) struct Exhausted {
    /// The resource that has run out, and its limit.
    pub(crate) limit: String,
    /// The advice.
    pub(crate) help: &'static str,
}

/// Returns the resource that has run out, if that is what the error reports.
pub(crate) fn exhausted(error: &io::Error) -> Option<Exhausted> {
    match error.raw_os_error()? {
        libc::EMFILE => {
            let limit = process::getrlimit(Resource::Nofile).current;
            let limit = limit.map_or_else(|| "no limit".to_owned(), |limit| limit.to_string());
            Some(Exhausted {
                limit: format!("this process has reached its limit of open descriptors ({limit})"),
                help: "close some, or raise the limit (RLIMIT_NOFILE, `ulimit -n`)",
            })
        }
        libc::ENFILE => Some(Exhausted {
            limit: "the machine has reached its limit of open files".to_owned(),
            help: "close some, or raise the limit (`/proc/sys/fs/file-max`)",
        }),
        _ => None,
    }
}

/// Returns the resource that has run out when no more memory can be mapped.
pub(crate) fn mappings_exhausted() -> Exhausted {
    let limit = std::fs::read_to_string("/proc/sys/vm/max_map_count");
    let limit = limit.map_or_else(|_| "usually 65530".to_owned(), |text| text.trim().to_owned());
    Exhausted {
        limit: format!(
            "this process has reached its limit of mappings ({limit}), or lacks address space, or the \
             machine lacks memory"
        ),
        help: "unmap something, or raise the limit (`/proc/sys/vm/max_map_count`; RLIMIT_AS, \
            `ulimit -v`)",
    }
}

/// The page size in bytes. Asked of libc: rustix reads it from the auxiliary vector in a way that does
/// not work under valgrind.
pub(crate) fn page_size() -> usize {
    // SAFETY: this call only reads, and requires nothing of its caller.
    let size = unsafe { libc::sysconf(libc::_SC_PAGESIZE) };
    usize::try_from(size).expect("the size of a page is known")
}

/// The identity of this boot (`/proc/sys/kernel/random/boot_id`). `None` where it cannot be read:
/// without `/proc`, or with one that shows only processes (`subset=pid`). No process outlives its boot, so
/// it is read once.
pub(crate) fn boot_id() -> Option<[u8; 16]> {
    static KNOWN: OnceLock<[u8; 16]> = OnceLock::new();
    if let Some(known) = KNOWN.get() {
        return Some(*known);
    }
    let text = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
    let digits: String = text.chars().filter(char::is_ascii_hexdigit).collect();
    let found = u128::from_str_radix(&digits, 16).ok()?.to_be_bytes();
    Some(*KNOWN.get_or_init(|| found))
}

/// The start time of this process, in clock ticks since boot (field 22 of `/proc/PID/stat`), whichever
/// pid namespace `/proc` shows. Together with the pid it identifies a process for ever.
pub(crate) fn own_start_time() -> io::Result<u64> {
    read_stat("self").map(|stat| stat.start_time)
}

/// Whether a process is alive, as far as its number can tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Life {
    /// It runs, sleeps, or is stopped.
    Alive,
    /// Its last thread has ended, or will never again run in its memory, or there is no such process, or its
    /// number now belongs to another process.
    Gone,
    /// Its main thread has ended and others may be running; or this process is not allowed to know.
    Unknown,
}

/// Checks whether the process that had this number and start time is alive.
pub(crate) fn life(pid: u32, started: u64) -> Life {
    // With hidepid, a process of another user looks absent in /proc: only ESRCH proves that it is.
    if is_absent(pid) {
        return Life::Gone;
    }
    if !proc_shows_our_namespace() {
        return Life::Unknown;
    }
    match read_stat(&pid.to_string()) {
        Ok(stat) if stat.start_time != started => Life::Gone,
        Ok(stat) if stat.has_memory => Life::Alive,
        // The main thread is ending, or has ended. A thread is counted until it has given up its memory, and
        // the main thread until its parent has waited for the process.
        Ok(stat) if shows_memory() && (stat.threads <= 1 || no_thread_has_memory(pid)) => {
            Life::Gone
        }
        Ok(_) | Err(_) => Life::Unknown,
    }
}

/// Returns whether `/proc` shows that a thread has memory: this one has.
fn shows_memory() -> bool {
    read_stat("thread-self").is_ok_and(|own| own.has_memory)
}

/// Returns whether no thread of a process will run in its memory again, although some have yet to end.
///
/// A thread gives up its memory first, and for ever. A thread that is started comes last in the list. So if
/// one still has memory when the second listing ends, it is in that, and either not in the first one or seen
/// with its memory.
fn no_thread_has_memory(pid: u32) -> bool {
    let list = || -> io::Result<Vec<_>> {
        std::fs::read_dir(format!("/proc/{pid}/task"))?.map(|task| Ok(task?.file_name())).collect()
    };
    let has_none = |task: &std::ffi::OsString| match task.to_str() {
        Some(task) => match read_stat(&format!("{pid}/task/{task}")) {
            Ok(stat) => !stat.has_memory,
            // It has ended since.
            Err(error) => matches!(error.raw_os_error(), Some(libc::ENOENT | libc::ESRCH)),
        },
        None => false,
    };
    let Ok(before) = list() else { return false };
    before.iter().all(has_none)
        && list().is_ok_and(|after| after.iter().all(|task| before.contains(task)))
}

/// Returns whether `/proc` shows this process's pid namespace. It does not after `unshare --pid --fork`
/// without a new `/proc`.
fn proc_shows_our_namespace() -> bool {
    std::fs::read_link("/proc/self").is_ok_and(|link| {
        link.to_str().and_then(|shown| shown.parse().ok()) == Some(std::process::id())
    })
}

fn is_absent(pid: u32) -> bool {
    let Some(pid) = i32::try_from(pid).ok().and_then(process::Pid::from_raw) else { return true };
    process::test_kill_process(pid) == Err(rustix::io::Errno::SRCH)
}

/// The identity of this process's pid namespace; process numbers are meaningful only inside it. Asked of
/// this thread, because a main thread that has ended has given up its namespaces.
pub(crate) fn pid_namespace() -> io::Result<u64> {
    use std::os::unix::fs::MetadataExt;
    Ok(std::fs::metadata("/proc/thread-self/ns/pid")?.ino())
}

/// The identity of this process's time namespace, which shifts the start times that it reads; 0 where
/// there are no such namespaces (before Linux 5.6).
pub(crate) fn time_namespace() -> u32 {
    use std::os::unix::fs::MetadataExt;
    let inode = std::fs::metadata("/proc/thread-self/ns/time").map_or(0, |facts| facts.ino());
    u32::try_from(inode).unwrap_or(u32::MAX)
}

/// The name of this process, as `ps` shows it: at most 15 bytes.
pub(crate) fn name() -> String {
    std::fs::read_to_string("/proc/self/comm")
        .map_or_else(|_| String::new(), |s| s.trim_end().to_owned())
}

/// A process in a pid namespace below this process's own, where it has another number.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Nested {
    /// Its number here.
    pub(crate) pid: u32,
    /// Its number there.
    pub(crate) own_pid: u32,
    /// Its pid namespace; `None` if this process is not allowed to know.
    pub(crate) pid_namespace: Option<u64>,
    /// In clock ticks since boot, in this process's time namespace.
    pub(crate) start_time: u64,
}

/// The processes visible in pid namespaces below this process's own. Empty where `/proc` shows a
/// namespace other than this process's.
pub(crate) fn nested() -> Vec<Nested> {
    if !proc_shows_our_namespace() {
        return Vec::new();
    }
    let entries = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let pids = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    pids.filter_map(nested_one).collect()
}

fn nested_one(pid: u32) -> Option<Nested> {
    use std::os::unix::fs::MetadataExt;
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    // From the namespace of /proc to the process's own (proc_pid_status(5)).
    let numbers = status.lines().find_map(|line| line.strip_prefix("NSpid:"))?;
    let own_pid = numbers.split_whitespace().skip(1).last()?.parse().ok()?;
    let pid_namespace =
        std::fs::metadata(format!("/proc/{pid}/ns/pid")).ok().map(|facts| facts.ino());
    let start_time = read_stat(&pid.to_string()).ok()?.start_time;
    Some(Nested { pid, own_pid, pid_namespace, start_time })
}

/// The fields of `/proc/PID/stat` that identify a process and tell whether it is ending.
struct Stat {
    /// The number of threads.
    threads: u64,
    start_time: u64,
    /// Whether the thread has an address space: its main thread, for a process. The kernel reads that before
    /// the number of threads.
    has_memory: bool,
}

fn read_stat(process: &str) -> io::Result<Stat> {
    let stat = std::fs::read(format!("/proc/{process}/stat"))?;
    // The command name, in parentheses, may contain any character: fields count from the last
    // parenthesis.
    let after_name = stat.iter().rposition(|byte| *byte == b')').map_or(0, |at| at + 1);
    let fields: Vec<_> = stat[after_name..].split(|byte| *byte == b' ').skip(1).collect();
    // Numbered from 3 in proc_pid_stat(5).
    let number = |field: usize| std::str::from_utf8(fields.get(field - 3)?).ok()?.parse().ok();
    match (number(20), number(22), number(23)) {
        (Some(threads), Some(start_time), Some(size)) => {
            Ok(Stat { threads, start_time, has_memory: size > 0 })
        }
        _ => Err(io::Error::new(io::ErrorKind::InvalidData, "/proc/PID/stat is not as documented")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn start_time(pid: u32) -> u64 {
        read_stat(&pid.to_string()).unwrap().start_time
    }

    #[test]
    fn this_process_is_alive_under_its_start_time_and_gone_under_another() {
        let pid = std::process::id();
        let started = start_time(pid);
        assert_eq!(life(pid, started), Life::Alive);
        assert_eq!(life(pid, started + 1), Life::Gone);
    }

    #[test]
    fn a_killed_child_is_gone_before_and_after_its_parent_waits_for_it() {
        let mut child = std::process::Command::new("sleep").arg("60").spawn().unwrap();
        let (pid, started) = (child.id(), start_time(child.id()));
        assert_eq!(life(pid, started), Life::Alive);
        child.kill().unwrap();
        while life(pid, started) == Life::Alive {
            std::thread::yield_now();
        }
        assert_eq!(life(pid, started), Life::Gone);
        assert!(!is_absent(pid), "its parent has not waited yet");
        child.wait().unwrap();
        assert!(is_absent(pid));
        assert_eq!(life(pid, started), Life::Gone);
    }

    /// Whether a process waits for nothing but its parent.
    fn has_ended(pid: u32) -> bool {
        std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap().contains(") Z")
    }

    #[test]
    fn the_threads_of_a_living_process_have_memory_and_those_of_one_that_ended_have_none() {
        assert!(shows_memory() && !no_thread_has_memory(std::process::id()));
        let mut child = std::process::Command::new("sleep").arg("60").spawn().unwrap();
        assert!(!no_thread_has_memory(child.id()));
        child.kill().unwrap();
        while !has_ended(child.id()) {
            std::thread::yield_now();
        }
        assert!(no_thread_has_memory(child.id()), "its parent has not waited yet");
        child.wait().unwrap();
        assert!(!no_thread_has_memory(child.id()), "it is not there any more");
    }

    #[test]
    fn a_killed_process_is_gone_while_the_kernel_still_frees_its_memory() {
        use std::io::Write;
        use std::process::{Command, Stdio};
        let is_gone_before_it_ended = || {
            // Keeps all that it reads, since no line of it ends.
            let mut child =
                Command::new("tail").stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
            child.stdin.as_mut().unwrap().write_all(&vec![0; 64 << 20]).unwrap();
            let (pid, started) = (child.id(), start_time(child.id()));
            assert_eq!(life(pid, started), Life::Alive);
            child.kill().unwrap();
            while life(pid, started) != Life::Gone {
                std::hint::spin_loop();
            }
            let is_gone_early = !has_ended(pid);
            child.wait().unwrap();
            is_gone_early
        };
        // This thread may have been kept from running until then.
        assert!((0..100).any(|_| is_gone_before_it_ended()), "never before the memory was free");
    }

    #[test]
    fn numbers_that_no_process_can_have_are_gone() {
        assert_eq!(life(0, 1), Life::Gone);
        assert_eq!(life(u32::MAX, 1), Life::Gone);
    }
}
