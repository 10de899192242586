//! Who we are, and since when.

use std::io;

use rustix::process::{self, Resource};

/// The user whose rights this process has.
pub(crate) fn effective_user() -> u32 {
    process::geteuid().as_raw()
}

/// The largest file this process may make, if there is a limit (`RLIMIT_FSIZE`). Exceeding it would
/// be a signal, not an error.
pub(crate) fn file_size_limit() -> Option<u64> {
    process::getrlimit(Resource::Fsize).current
}

/// The size of a page in bytes.
pub(crate) fn page_size() -> usize {
    rustix::param::page_size()
}

/// The identity of this boot of the machine (`/proc/sys/kernel/random/boot_id`).
pub(crate) fn boot_id() -> io::Result<[u8; 16]> {
    let text = std::fs::read_to_string("/proc/sys/kernel/random/boot_id")?;
    let digits: String = text.chars().filter(char::is_ascii_hexdigit).collect();
    u128::from_str_radix(&digits, 16)
        .map(u128::to_be_bytes)
        .map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "the kernel's boot id is no UUID"))
}

/// When a process started, in clock ticks since boot (field 22 of `/proc/PID/stat`): with the pid it
/// names a process for ever.
pub(crate) fn start_time(pid: u32) -> io::Result<u64> {
    read_stat(pid).map(|stat| stat.start_time)
}

/// What can be told of a process by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Life {
    /// It runs, sleeps, or is stopped.
    Alive,
    /// It ended, and its parent has not looked yet; or its main thread ended before the others.
    Ending,
    /// There is no such process, or another one has its number now.
    Gone,
    /// This process is not allowed to know.
    Unknown,
}

/// Looks after the process that had this number and start time.
pub(crate) fn life(pid: u32, started: u64) -> Life {
    match read_stat(pid) {
        Ok(stat) if stat.start_time != started => Life::Gone,
        Ok(stat) if matches!(stat.state, b'Z' | b'X' | b'x') => Life::Ending,
        Ok(_) => Life::Alive,
        // With hidepid a process of another user looks absent: only ESRCH says that it is.
        Err(_) if is_absent(pid) => Life::Gone,
        Err(_) => Life::Unknown,
    }
}

fn is_absent(pid: u32) -> bool {
    let Some(pid) = i32::try_from(pid).ok().and_then(process::Pid::from_raw) else { return true };
    process::test_kill_process(pid) == Err(rustix::io::Errno::SRCH)
}

/// The identity of this process's pid namespace: process numbers mean something inside it only.
pub(crate) fn pid_namespace() -> io::Result<u64> {
    use std::os::unix::fs::MetadataExt;
    Ok(std::fs::metadata("/proc/self/ns/pid")?.ino())
}

/// The name of this process, as `ps` shows it: at most 15 bytes.
pub(crate) fn name() -> String {
    std::fs::read_to_string("/proc/self/comm")
        .map_or_else(|_| String::new(), |s| s.trim_end().to_owned())
}

/// The fields of `/proc/PID/stat` that name a process and say how it is.
struct Stat {
    state: u8,
    start_time: u64,
}

fn read_stat(pid: u32) -> io::Result<Stat> {
    let stat = std::fs::read(format!("/proc/{pid}/stat"))?;
    // The command name, in parentheses, may hold anything: fields count from the last parenthesis.
    let after_name = stat.iter().rposition(|byte| *byte == b')').map_or(0, |at| at + 1);
    let mut fields = stat[after_name..].split(|byte| *byte == b' ').skip(1);
    let state = fields.next().and_then(|field| field.first().copied());
    let start_time = fields.nth(18).and_then(|field| std::str::from_utf8(field).ok()?.parse().ok());
    match (state, start_time) {
        (Some(state), Some(start_time)) => Ok(Stat { state, start_time }),
        _ => Err(io::Error::new(io::ErrorKind::InvalidData, "/proc/PID/stat is not as documented")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_is_alive_under_its_start_time_and_gone_under_another() {
        let pid = std::process::id();
        let started = start_time(pid).unwrap();
        assert_eq!(life(pid, started), Life::Alive);
        assert_eq!(life(pid, started + 1), Life::Gone);
    }

    #[test]
    fn a_killed_child_is_ending_until_it_is_waited_for_and_gone_after() {
        let mut child = std::process::Command::new("sleep").arg("60").spawn().unwrap();
        let (pid, started) = (child.id(), start_time(child.id()).unwrap());
        assert_eq!(life(pid, started), Life::Alive);
        child.kill().unwrap();
        while life(pid, started) == Life::Alive {
            std::thread::yield_now();
        }
        assert_eq!(life(pid, started), Life::Ending);
        child.wait().unwrap();
        assert_eq!(life(pid, started), Life::Gone);
    }

    #[test]
    fn numbers_that_no_process_can_have_are_gone() {
        assert_eq!(life(0, 1), Life::Gone);
        assert_eq!(life(u32::MAX, 1), Life::Gone);
    }
}
