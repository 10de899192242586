//! Signals that end a recording, so that its file is finished first.

use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::{flag, low_level::pipe};

/// Whether the recording is to end.
pub(crate) struct Stop {
    came: Arc<AtomicBool>,
    /// Readable once a signal came.
    bell: UnixStream,
}

/// The end of a wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Woken {
    /// The time is over.
    Time,
    Signal,
    /// One of the descriptors is readable.
    Descriptor,
}

impl Stop {
    /// Notices signals that end programs from now on. The second one ends this process at once.
    ///
    /// # Errors
    /// If the operating system refuses.
    pub(crate) fn on_signals() -> io::Result<Self> {
        let (came, (bell, rings)) = (Arc::new(AtomicBool::new(false)), UnixStream::pair()?);
        for signal in [SIGHUP, SIGINT, SIGTERM] {
            flag::register_conditional_default(signal, Arc::clone(&came))?;
            flag::register(signal, Arc::clone(&came))?;
            pipe::register(signal, rings.try_clone()?)?;
        }
        Ok(Self { came, bell })
    }

    /// Waits until then; returns whether a signal came before.
    pub(crate) fn wait_until(&self, time: Instant) -> bool {
        self.wait(time, &[]) == Woken::Signal
    }

    /// Waits until then, for a signal, or for one of some descriptors to be readable.
    pub(crate) fn wait(&self, time: Instant, descriptors: &[BorrowedFd<'_>]) -> Woken {
        let all = std::iter::once(self.bell.as_fd()).chain(descriptors.iter().copied());
        let mut watched: Vec<_> =
            all.map(|one| PollFd::from_borrowed_fd(one, PollFlags::IN)).collect();
        loop {
            if self.came.load(Ordering::Relaxed) {
                return Woken::Signal;
            }
            let left = time.saturating_duration_since(Instant::now());
            match poll(&mut watched, Timespec::try_from(left).ok().as_ref()) {
                Ok(0) => return Woken::Time,
                Ok(_) if watched[0].revents().is_empty() => return Woken::Descriptor,
                // The signal that wrote is the one that is noticed above.
                Ok(_) | Err(Errno::INTR) => {}
                Err(_) => {
                    std::thread::sleep(left);
                    return Woken::Time;
                }
            }
        }
    }
}
