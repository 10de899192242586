//! Files that somebody truncates while they are watched. To read what is not there any more is a
//! SIGBUS: it ends this process, but not without a word, and the terminal is restored first.

use std::io;

use rustix::stdio::{stderr, stdout};
use rustix::termios::{OptionalActions, tcgetattr, tcsetattr};
use signal_hook::consts::SIGBUS;
use signal_hook::low_level;

/// Leaves the second screen, shows the cursor, and ends what is bold or coloured.
const RESTORE: &[u8] = b"\x1b[?1049l\x1b[?25h\x1b[0m";

const MESSAGE: &[u8] =
    b"error: the file of the region was truncated while it was watched, and what \
    was in it is lost; whoever makes the region should make it anew\n";

/// The exit code of a file that is damaged.
const DAMAGED: i32 = 4;

/// Makes a truncated file an error like others. Call this before the terminal is set up, if it will be.
///
/// # Errors
/// If the operating system refuses.
pub(crate) fn report(on_screen: bool) -> io::Result<()> {
    let found = if on_screen { Some(tcgetattr(stdout())?) } else { None };
    let handler = move || {
        // Nothing can be done where these fail.
        if let Some(found) = &found {
            let _ = rustix::io::write(stdout(), RESTORE);
            let _ = tcsetattr(stdout(), OptionalActions::Now, found);
        }
        let _ = rustix::io::write(stderr(), MESSAGE);
        low_level::exit(DAMAGED);
    };
    // SAFETY: the handler makes system calls that are async-signal-safe (`write`, `tcsetattr`, which is
    // an `ioctl`, and `_exit`), with what was prepared before; it allocates nothing and takes no lock.
    unsafe { low_level::register(SIGBUS, handler) }.map(drop)
}
