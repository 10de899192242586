//! Waiting for events without a thread for each: the helper threads of this process, and the entries of
//! futures and descriptors in their lists. [`protocol::awaiting`](crate::protocol::awaiting) describes the
//! steps; no executor is named.
//!
//! A helper is started by the first future that has to wait, sleeps on up to 127 words, and ends when there
//! has been nothing to wait for during a second. A forked child has none: its futures enter themselves again
//! when they are polled there, and so start the child's own.

mod helper;
mod place;

use std::io;
use std::ops::Range;
use std::sync::atomic::AtomicU32;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Waker;
use std::time::Instant;

use helper::HelperThread;
use place::WordAt;

use crate::attach::{epoch, process_mark};
use crate::protocol::awaiting::{Renewed, Waiter, register, renew};
use crate::sys::fork::NoFork;

/// The place of a future or a descriptor among those that wait, or nothing. Given up on drop.
#[derive(Debug)]
pub(crate) struct Entry(Option<Entered>);

#[derive(Debug)]
struct Entered {
    helper: Arc<HelperThread>,
    place: WordAt,
    id: u64,
}

/// An event's word, and what may be done with it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Source<'a> {
    pub(crate) word: &'a AtomicU32,
    /// Raises the sleepers' flag in the word, as far as that is possible.
    pub(crate) raise_flag: RaiseFlag,
}

/// Raises the sleepers' flag in a word, unless it has changed; `None` if it can never be raised.
pub(crate) type RaiseFlag = fn(&AtomicU32, u32) -> Option<bool>;

impl Entry {
    /// No entry.
    pub(crate) const fn new() -> Self {
        Self(None)
    }

    /// Has `waker` called once, when the word's count differs from `ticket` or at `due`. An entry that is
    /// there already keeps its `due` if the ticket is the same.
    ///
    /// # Errors
    /// If there is no helper thread and none can be started.
    pub(crate) fn wait(
        &mut self,
        source: Source<'_>,
        ticket: u32,
        due: Option<Instant>,
        waker: &Waker,
    ) -> io::Result<()> {
        let mut waiter = Waiter { ticket, due, waker: waker.clone(), stays: false };
        if let Some(Entered { helper, place, id }) = self.ours() {
            if renew(&**helper, place, *id, &mut waiter) != Renewed::Gone {
                return Ok(());
            }
        }
        self.0 = Some(enter(source, waiter)?);
        Ok(())
    }

    /// Has `waker` called at each change of the word's count from now on.
    ///
    /// # Errors
    /// As [`Entry::wait`].
    pub(crate) fn stay(&mut self, source: Source<'_>, ticket: u32, waker: Waker) -> io::Result<()> {
        self.0 = Some(enter(source, Waiter { ticket, due: None, waker, stays: true })?);
        Ok(())
    }

    /// Gives the entry up. Returns whether its waker had been called, or was about to be.
    pub(crate) fn end(&mut self) -> bool {
        let Some(entered) = self.ours() else { return false };
        let removed = entered.helper.remove(&entered.place, entered.id);
        self.0 = None;
        // The waker, if it is still there, is dropped without the lock.
        removed.is_none()
    }

    /// Returns whether the waker has been called, or is about to be.
    pub(crate) fn was_called(&self) -> bool {
        self.ours().is_some_and(|entered| !entered.helper.has(&entered.place, entered.id))
    }

    /// The entry, unless this is a child and the entry its parent's.
    fn ours(&self) -> Option<&Entered> {
        self.0.as_ref().filter(|entered| entered.helper.is_ours())
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        self.end();
    }
}

/// The helpers of the process with a mark.
struct Helpers {
    mark: u64,
    threads: Vec<Arc<HelperThread>>,
}

static HELPERS: Mutex<Helpers> = Mutex::new(Helpers { mark: 0, threads: Vec::new() });

fn helpers(_: &NoFork) -> MutexGuard<'static, Helpers> {
    // Consistent between any two statements that change it.
    HELPERS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Enters a waiter in the list of the first helper that has room.
fn enter(source: Source<'_>, mut waiter: Waiter<Waker>) -> io::Result<Entered> {
    let (_, mark) = epoch::begin()?;
    let place = WordAt::of(source.word, source.raise_flag);
    let no_fork = NoFork::begin();
    let mut helpers = helpers(&no_fork);
    if helpers.mark != mark {
        // Those of the process that forked this one. Their wakers belong to its executors, whose threads
        // this process does not have.
        std::mem::forget(std::mem::take(&mut helpers.threads));
        helpers.mark = mark;
    }
    for at in 0.. {
        if at == helpers.threads.len() {
            helpers.threads.push(HelperThread::new(mark));
        }
        let helper = &helpers.threads[at];
        match register(&**helper, &place, waiter)? {
            Ok(id) => return Ok(Entered { helper: Arc::clone(helper), place, id }),
            Err(refused) => waiter = refused,
        }
    }
    unreachable!("a new helper has room")
}

/// Gives up the entries of all words at these addresses, which are about to be unmapped. The only ones there
/// can be are those of futures that were leaked.
pub(crate) fn forget(addresses: &Range<usize>) {
    let no_fork = NoFork::begin();
    let helpers = helpers(&no_fork);
    if helpers.mark != process_mark() {
        return;
    }
    let threads = helpers.threads.iter();
    let gone: Vec<_> = threads.flat_map(|helper| helper.forget(addresses)).collect();
    drop(helpers);
    drop(gone);
}
