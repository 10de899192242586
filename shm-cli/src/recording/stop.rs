//! Signals that end a recording, so that its file is finished first.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::flag;

/// The longest sleep without a look whether a signal came.
const NAP: Duration = Duration::from_millis(20);

/// Whether the recording is to end.
#[derive(Clone)]
pub(crate) struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Notices signals that end programs from now on. The second one ends this process at once.
    ///
    /// # Errors
    /// If the operating system refuses.
    pub(crate) fn on_signals() -> io::Result<Self> {
        let came = Arc::new(AtomicBool::new(false));
        for signal in [SIGHUP, SIGINT, SIGTERM] {
            flag::register_conditional_default(signal, Arc::clone(&came))?;
            flag::register(signal, Arc::clone(&came))?;
        }
        Ok(Self(came))
    }

    /// Whether a signal came.
    pub(crate) fn came(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// Waits until then; returns whether a signal came before.
    pub(crate) fn wait_until(&self, time: Instant) -> bool {
        loop {
            let left = time.saturating_duration_since(Instant::now());
            if self.came() || left.is_zero() {
                return self.came();
            }
            std::thread::sleep(left.min(NAP));
        }
    }
}
