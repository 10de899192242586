//! Waiting, and noticing that the reader of the output is gone.

use std::io;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};

/// Waits for that long; at once `true` if standard output is a pipe, or a terminal, whose other end is
/// closed. A program that writes only changes would not notice otherwise.
pub(crate) fn until_reader_left(time: Duration) -> bool {
    let deadline = Instant::now() + time;
    let stdout = io::stdout();
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        // Errors are reported whatever events are requested.
        let mut watched = [PollFd::new(&stdout, PollFlags::empty())];
        match poll(&mut watched, Timespec::try_from(left).ok().as_ref()) {
            Ok(0) => return false,
            Ok(_) => return watched[0].revents().intersects(PollFlags::ERR | PollFlags::HUP),
            // A signal: wait for the rest of the time.
            Err(rustix::io::Errno::INTR) => {}
            Err(_) => {
                std::thread::sleep(left);
                return false;
            }
        }
    }
}
