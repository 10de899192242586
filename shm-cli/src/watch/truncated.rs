//! Files that are truncated while they are watched. Reading past the new end raises SIGBUS: it ends this
//! process, but with an error message, and the terminal is restored first.

use std::io;

use rustix::stdio::{stderr, stdout};
use rustix::termios::{OptionalActions, tcgetattr, tcsetattr};
use signal_hook::consts::SIGBUS;
use signal_hook::low_level;

/// Leaves the second screen, shows the cursor, and resets the style.
const RESTORE: &[u8] = b"\x1b[?1049l\x1b[?25h\x1b[0m";

const MESSAGE: &[u8] = b"error: the file of the region was truncated while it was read, and its \
    contents are lost; the program that creates it should create it again\n";

/// The exit code of a file that is damaged.
const DAMAGED: i32 = 4;

/// Makes truncation of the file an ordinary error. Call this before the terminal is set up, if it will be.
///
/// # Errors
/// If the operating system refuses.
pub(crate) fn report(on_screen: bool) -> io::Result<()> {
    let found = if on_screen { Some(tcgetattr(stdout())?) } else { None };
    let handler = move || {
        // Failures here cannot be handled.
        if let Some(found) = &found {
            let _ = rustix::io::write(stdout(), RESTORE);
            let _ = tcsetattr(stdout(), OptionalActions::Now, found);
        }
        let _ = rustix::io::write(stderr(), MESSAGE);
        low_level::exit(DAMAGED);
    };
    // SAFETY: the handler makes system calls that are async-signal-safe (`write`, `tcsetattr`, which is
    // an `ioctl`, and `_exit`), with data that was prepared before; it allocates nothing and takes no lock.
    unsafe { low_level::register(SIGBUS, handler) }.map(drop)
}
