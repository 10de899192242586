//! Waiting for many words at once, on behalf of futures: one helper thread sleeps on all of them and wakes
//! the futures whose word has counted.
//!
//! The words are those of events ([`notify`](super::notify)). A future takes a ticket, looks at its data, and
//! *registers*: its word, its ticket and its waker go into the [`Watch`], under the helper's lock; then it
//! changes the helper's control word and rouses the helper. The helper goes [round]:
//!
//! | step | | pairs with |
//! | --- | --- | --- |
//! | 1 | reads the control word | [`register`]: a future that registers after step 2 has changed the word since, so that step 4 does not sleep |
//! | 2 | looks at every word, with the lock: takes out the futures whose ticket is past, and raises the sleepers' flag for the others, by a compare-exchange from the count that it saw | a notification: it comes before the exchange, and is seen, or finds the flag up |
//! | 3 | wakes the futures that it took out, without the lock | |
//! | 4 | sleeps on the control word and all other words, while each holds what steps 1 and 2 saw | the kernel compares them before it sleeps |
//!
//! | access | ordering | why |
//! | --- | --- | --- |
//! | the control word | Acquire; AcqRel when it changes | a helper that reads the new value finds the future under the lock, which orders it anyway |
//! | a word, the flag | Relaxed | a future that is woken reads its word again, with the orderings of an event |
//!
//! A notification that wakes one sleeper may wake the helper, although the future that it slept for was
//! dropped just then. So a word stays in the list without futures until the helper has looked once more: if
//! it has counted since the helper slept on it, and no future was taken out for it, the wake is passed on to the
//! next sleeper. A future that is dropped when it was taken out already passes its wake on itself.
//!
//! A word is looked at only with the lock, and a future is removed with the lock before its word is unmapped.
//! The sleep takes addresses, not references: the kernel may find no memory there any more, which ends the
//! sleep.
//!
//! The helper ends when it has slept for a second and watches nothing. It decides that with the lock, and
//! whoever registers first starts the next one.

mod watch;

use std::sync::atomic::Ordering::{AcqRel, Acquire};
use std::time::{Duration, Instant};

pub use watch::Watch;

use super::notify;
use super::sleep::Awake;
use super::{Machine, Word};

/// The most words that one helper sleeps on: `futex_waitv(2)` takes 128, and one is the control word.
pub const CAPACITY: usize = 127;

/// The position of a word, for as long as it stays mapped.
pub trait Place<M: Machine>: Clone + PartialEq {
    /// Returns the word. Only called with the helper's lock, for a word that is in its list.
    fn word(&self) -> &M::U32;

    /// Raises the sleepers' flag, unless the word has changed; `None` if that is impossible. Called as
    /// [`Place::word`].
    fn raise_flag(&self, seen: u32) -> Option<bool> {
        Some(notify::raise_flag::<M>(self.word(), seen))
    }
}

/// A future, or a descriptor, that waits for a word to count.
#[derive(Clone, Debug)]
pub struct Waiter<W> {
    /// The count that it has seen.
    pub ticket: u32,
    /// The time at which it wants to look again, whatever the word says.
    pub due: Option<Instant>,
    /// Wakes it.
    pub waker: W,
    /// Whether it stays registered when it was woken, for the next change.
    pub stays: bool,
}

/// The outcome of one look at all words.
#[derive(Debug)]
pub struct Looked<P, W> {
    /// The wakers to call.
    pub fired: Vec<W>,
    /// The words of which another sleeper is to be woken, in place of a future that is gone.
    pub passed_on: Vec<P>,
    /// The words to sleep on, and the value of each.
    pub words: Vec<(P, u32)>,
    /// The longest time to sleep.
    pub nap: Duration,
}

/// The outcome of a second registration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Renewed {
    /// The waiter is not there: it was taken out to be woken.
    Gone,
    /// Only its waker changed.
    Kept,
    /// It waits for another count now, which the helper does not know yet.
    Moved,
}

/// A helper: its watch under a lock, its control word, and its thread.
pub trait Helper<M: Machine> {
    /// Positions of words.
    type Place: Place<M>;
    /// Wakes a future.
    type Waker: Clone;
    /// The reason why a thread cannot be started.
    type Refused;

    /// Lends the watch, with the lock.
    fn with<R>(&self, work: impl FnOnce(&mut Watch<Self::Place, Self::Waker>) -> R) -> R;

    /// Returns the word that changes when the watch does.
    fn control(&self) -> &M::U32;

    /// Wakes the thread if it sleeps on the control word.
    fn rouse(&self);

    /// Starts a thread that goes [round] until that returns `false`. Called with the lock.
    ///
    /// # Errors
    /// If there can be no such thread.
    fn start(&self) -> Result<(), Self::Refused>;

    /// Wakes a future. Called without the lock.
    fn wake(&self, waker: Self::Waker);

    /// Wakes one of those who sleep on a word. Called without the lock: the word may be gone.
    fn pass_on(&self, place: &Self::Place);

    /// Returns whether it can sleep on words other than its control word. If not, no flag is raised, and
    /// its naps are short.
    fn sleeps_on_words(&self) -> bool;

    /// Sleeps while the control word holds `control` and every other word its value, at most for `nap`. May
    /// return early.
    fn sleep_on(&self, control: u32, words: &[(Self::Place, u32)], nap: Duration) -> Awake;
}

/// Registers a waiter and rouses the helper, which is started if there is none. Returns the waiter's
/// number; gives the waiter back if this helper has no room for another word.
///
/// # Errors
/// If the helper cannot be started. The waiter is then not registered.
pub fn register<M: Machine, H: Helper<M>>(
    helper: &H,
    place: &H::Place,
    waiter: Waiter<H::Waker>,
) -> Result<Result<u64, Waiter<H::Waker>>, H::Refused> {
    let added = helper.with(|watch| {
        if !watch.has_room_for(place) {
            return Ok(Err(waiter));
        }
        if !watch.has_helper {
            helper.start()?;
            watch.has_helper = true;
        }
        Ok(Ok(watch.add(place, waiter)))
    })?;
    if added.is_ok() {
        change::<M, H>(helper);
    }
    Ok(added)
}

/// Registers a waiter again, with another waker, ticket and time to look. If the ticket is the same, the
/// time stays as it was.
pub fn renew<M: Machine, H: Helper<M>>(
    helper: &H,
    place: &H::Place,
    id: u64,
    waiter: &mut Waiter<H::Waker>,
) -> Renewed {
    let renewed = helper.with(|watch| watch.renew(place, id, waiter));
    if renewed == Renewed::Moved {
        change::<M, H>(helper);
    }
    renewed
}

/// Has the helper look at its watch again.
fn change<M: Machine, H: Helper<M>>(helper: &H) {
    // AcqRel: pairs with the Acquire of `round`.
    helper.control().fetch_add(1, AcqRel);
    helper.rouse();
}

/// Goes round once: looks at every word, wakes the futures that waited for those that changed, and sleeps.
/// Returns `false` if the helper has nothing to watch, and ends.
pub fn round<M: Machine, H: Helper<M>>(helper: &H, now: impl FnOnce() -> Instant) -> bool {
    // Acquire: pairs with the AcqRel of `change`. Before the look: see the table above.
    let control = helper.control().load(Acquire);
    let Looked { fired, passed_on, words, nap } =
        helper.with(|watch| watch.look::<M>(now(), helper.sleeps_on_words()));
    for waker in fired {
        helper.wake(waker);
    }
    for place in &passed_on {
        helper.pass_on(place);
    }
    let awake = helper.sleep_on(control, &words, nap);
    let is_idle = words.is_empty() && awake == Awake::NapOver;
    !(is_idle && helper.with(Watch::end))
}
