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
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat"))?;
    // The command name, in parentheses, may hold anything: fields count from the last parenthesis.
    let fields = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let invalid =
        || io::Error::new(io::ErrorKind::InvalidData, "/proc/PID/stat is not as documented");
    fields.split_ascii_whitespace().nth(19).and_then(|f| f.parse().ok()).ok_or_else(invalid)
}
