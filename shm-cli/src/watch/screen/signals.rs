//! Signals that end programs: recorded, so that the terminal is restored first.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::{flag, low_level};

/// The last signal that arrived, if any.
pub(crate) struct Signals(Arc<AtomicUsize>);

impl Signals {
    /// Records the signals that end programs from now on. The handler only stores a
    /// number.
    pub(crate) fn catch() -> io::Result<Self> {
        let came = Arc::new(AtomicUsize::new(0));
        for signal in [SIGHUP, SIGINT, SIGTERM] {
            flag::register_usize(signal, Arc::clone(&came), signal as usize)?;
        }
        Ok(Self(came))
    }

    /// Returns whether one arrived.
    pub(crate) fn came(&self) -> bool {
        self.0.load(Ordering::Relaxed) != 0
    }

    /// Ends this process as the signal would have, if one arrived, so that its parent sees that.
    pub(crate) fn obey(&self) {
        if let signal @ 1.. = self.0.load(Ordering::Relaxed) as i32 {
            // If even this fails, the process ends as usual.
            let _ = low_level::emulate_default_handler(signal);
        }
    }
}
