//! [`HelperThread`]: the list of a helper, and its thread.

use std::io;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::AtomicU32;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::task::Waker;
use std::time::{Duration, Instant};

use super::place::WordAt;
use crate::attach::process_mark;
use crate::protocol::Hardware;
use crate::protocol::awaiting::{Helper, Waiter, Watch, round};
use crate::protocol::notify::FIRST_BLIND_NAP;
use crate::protocol::sleep::Awake;
use crate::sys;
use crate::sys::fork::NoFork;
use crate::sys::futex::Slept;

/// Set once the kernel has refused to sleep on several words.
static LOOKS_AT_INTERVALS: AtomicBool = AtomicBool::new(false);

/// A helper, whose thread runs while there is something to wait for.
#[derive(Debug)]
pub(super) struct HelperThread {
    /// The process that it belongs to.
    mark: u64,
    control: AtomicU32,
    /// Locked only while a [`NoFork`] exists, and never while a waker is called, cloned or dropped for the
    /// last time: any code can be behind that.
    watch: Mutex<Watch<WordAt, Waker>>,
    /// For the thread to keep it.
    me: Weak<Self>,
}

impl HelperThread {
    pub(super) fn new(mark: u64) -> Arc<Self> {
        let (control, watch) = (AtomicU32::new(0), Mutex::new(Watch::new()));
        Arc::new_cyclic(|me| Self { mark, control, watch, me: Weak::clone(me) })
    }

    /// Returns whether it belongs to this process, and not to one that forked it.
    pub(super) fn is_ours(&self) -> bool {
        self.mark == process_mark()
    }

    pub(super) fn remove(&self, place: &WordAt, id: u64) -> Option<Waiter<Waker>> {
        self.with(|watch| watch.remove(place, id))
    }

    pub(super) fn has(&self, place: &WordAt, id: u64) -> bool {
        self.with(|watch| watch.has(place, id))
    }

    pub(super) fn forget(&self, addresses: &Range<usize>) -> Vec<Waiter<Waker>> {
        self.with(|watch| watch.forget(|place| addresses.contains(&place.address())))
    }
}

impl Helper<Hardware> for HelperThread {
    type Place = WordAt;
    type Waker = Waker;
    type Refused = io::Error;

    fn with<R>(&self, work: impl FnOnce(&mut Watch<WordAt, Waker>) -> R) -> R {
        let no_fork = NoFork::begin();
        // Consistent between any two statements that change it.
        let done = work(&mut self.watch.lock().unwrap_or_else(PoisonError::into_inner));
        drop(no_fork);
        done
    }

    fn control(&self) -> &AtomicU32 {
        &self.control
    }

    fn rouse(&self) {
        sys::futex::wake_private(&self.control);
    }

    fn start(&self) -> io::Result<()> {
        let me = self.me.upgrade().expect("a helper that is in use is kept");
        sys::thread::start("shm-awaits", move || while round(&*me, Instant::now) {})
    }

    fn wake(&self, waker: Waker) {
        // All other futures still need this thread.
        let _ = catch_unwind(AssertUnwindSafe(|| waker.wake()));
    }

    fn pass_on(&self, place: &WordAt) {
        sys::futex::wake_one_at(place.address());
    }

    fn sleeps_on_words(&self) -> bool {
        !LOOKS_AT_INTERVALS.load(Relaxed)
    }

    fn sleep_on(&self, control: u32, words: &[(WordAt, u32)], nap: Duration) -> Awake {
        let words = if self.sleeps_on_words() { words } else { &[] };
        let words: Vec<_> = words.iter().map(|(at, value)| (at.address(), *value)).collect();
        match sys::futex::wait_any((&self.control, control), &words, nap) {
            Slept::Roused => Awake::Roused,
            Slept::NapOver => Awake::NapOver,
            Slept::Forbidden => {
                LOOKS_AT_INTERVALS.store(true, Relaxed);
                Awake::Roused
            }
            // A word whose region was closed since the look, or the kernel is out of memory.
            Slept::Failed => {
                let _ =
                    sys::futex::wait_any((&self.control, control), &[], FIRST_BLIND_NAP.min(nap));
                Awake::Roused
            }
        }
    }
}
