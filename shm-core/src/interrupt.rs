//! Interrupting the waits of a thread: a binding to another language has signals, or other work, to attend to.

use std::cell::Cell;
use std::ptr::NonNull;
use std::time::{Duration, Instant};

/// The longest sleep of a thread that may be interrupted: a signal that arrives just before a sleep does not end it.
const LONGEST_NAP: Duration = Duration::from_millis(50);

/// Whether a thread is to be interrupted.
#[derive(Clone, Copy)]
struct Question {
    ask: NonNull<dyn FnMut() -> bool>,
    asked: Instant,
}

thread_local! {
    static QUESTION: Cell<Option<Question>> = const { Cell::new(None) };
}

/// Puts a question back when it is dropped.
struct Restore(Option<Question>);

impl Drop for Restore {
    fn drop(&mut self) {
        QUESTION.set(self.0);
    }
}

/// Calls `wait`, whose waits `interrupted` can end: it is asked each time that a signal interrupts a sleep of this
/// thread (`EINTR`), after each sleep without a wake-up, and at least every 50 ms of waiting. If it returns `true`,
/// the wait ends as if its time were up, also one that has no time limit: locking fails with
/// [`LockError::Interrupted`](crate::LockError::Interrupted), `wait_timeout` returns `false`, `pop_timeout` returns
/// `None`, and opening with [`wait`](crate::region::RegionOptions::wait) fails with
/// [`Error::TimedOut`](crate::Error::TimedOut). Calls that cannot fail to find what they wait for (`wait`,
/// `wait_until`, `pop_wait`, ..) go on; wait by their `_timeout` forms, which take a [`Duration::MAX`].
///
/// What does not sleep is not interrupted: a lock that is free is taken. If a wait ends in time after all, it has
/// succeeded, whatever was answered; so note the answer, and undo what was done if need be. A consumer of a queue that was
/// interrupted takes nothing.
///
/// For bindings to other languages, whose signal handlers run in such a question (`PyErr_CheckSignals`), and for
/// threads that are to be stopped. While a question is asked, none is: `interrupted` may wait itself. Another
/// `interruptible` inside `wait` replaces the question.
///
/// ```
/// use std::time::Duration;
/// use shm_core::{Event, Region, sync};
///
/// let bell = Region::<Event>::options().private()?;
/// let ticket = bell.ticket();
/// let mut asked = 0;
/// let rang = sync::interruptible(
///     || {
///         asked += 1;
///         asked == 2
///     },
///     || bell.wait_timeout(ticket, Duration::MAX),
/// );
/// assert_eq!((rang, asked), (false, 2));
/// # Ok::<(), shm_core::Error>(())
/// ```
pub fn interruptible<R>(mut interrupted: impl FnMut() -> bool, wait: impl FnOnce() -> R) -> R {
    let ask: NonNull<dyn FnMut() -> bool + '_> = NonNull::from(&mut interrupted);
    // SAFETY: only the lifetime changes. `interrupted` lives until this function ends, and the pointer is taken out of
    // the thread's variable before that, also if `wait` panics.
    let ask: NonNull<dyn FnMut() -> bool> = unsafe { std::mem::transmute(ask) };
    let _restore = Restore(QUESTION.replace(Some(Question { ask, asked: Instant::now() })));
    wait()
}

/// The longest time that this thread may sleep at once.
#[cold]
pub(crate) fn longest_nap() -> Duration {
    if QUESTION.get().is_some() { LONGEST_NAP } else { Duration::MAX }
}

/// Asks whether the wait of this thread is to end, after a sleep; `nap_over` if that ended by itself, or by a signal.
#[cold]
pub(crate) fn is_wanted(nap_over: bool) -> bool {
    let Some(mut question) = QUESTION.take() else { return false };
    let now = Instant::now();
    let is_due = nap_over || now.duration_since(question.asked) >= LONGEST_NAP;
    if is_due {
        question.asked = now;
    }
    let _restore = Restore(Some(question));
    // SAFETY: `interruptible` is at work in this thread, so that the function exists; it was taken out of the thread's
    // variable, so that it is not called already.
    is_due && unsafe { question.ask.as_mut()() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_is_asked_only_inside_and_by_the_innermost_call() {
        assert!(!is_wanted(true));
        let (mut outer, mut inner) = (0, 0);
        interruptible(
            || {
                outer += 1;
                true
            },
            || {
                assert!(is_wanted(true));
                interruptible(
                    || {
                        inner += 1;
                        false
                    },
                    || assert!(!is_wanted(true)),
                );
                assert!(is_wanted(true));
            },
        );
        assert!(!is_wanted(true) && longest_nap() == Duration::MAX);
        assert_eq!((outer, inner), (2, 1));
    }

    #[test]
    fn a_question_is_forgotten_after_a_panic() {
        let caught = std::panic::catch_unwind(|| interruptible(|| true, || panic!("on purpose")));
        assert!(caught.is_err() && !is_wanted(true));
    }

    #[test]
    fn a_question_may_wait_and_is_not_asked_meanwhile() {
        assert!(interruptible(|| !is_wanted(true), || is_wanted(true)));
    }

    #[test]
    fn a_thread_that_is_woken_all_the_time_is_asked_at_intervals() {
        let mut asked = 0;
        let start = Instant::now();
        interruptible(
            || {
                asked += 1;
                true
            },
            || while !is_wanted(false) {},
        );
        assert!(start.elapsed() >= LONGEST_NAP && asked == 1);
    }
}
