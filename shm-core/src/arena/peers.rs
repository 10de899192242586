//! [`Peers`]: the other participants of a heap, while one operation of this process lasts.

use std::cell::Cell;
use std::sync::atomic::AtomicU32;
use std::time::{Duration, Instant};

use crate::attach::{Care, Seat};
use crate::interrupt;
use crate::protocol::Hardware;
use crate::protocol::lock::Owners;
use crate::protocol::sleep::{Awake, Sleep, Who};
use crate::sys;

/// The time for which a participant that was found alive counts as such: a recovery looks at many blocks
/// of few owners, and each check takes system calls.
const ALIVE: Duration = Duration::from_millis(1);

/// The other participants, until a deadline; without one, for ever.
pub(crate) struct Peers<'a> {
    seat: &'a Seat,
    deadline: Option<Instant>,
    /// The last participant that was checked, and the answer.
    last: Cell<Option<LastCheck>>,
    /// Set once this thread is to wait no longer.
    interrupted: Cell<bool>,
}

#[derive(Clone, Copy)]
struct LastCheck {
    owner: u32,
    /// When it was found alive; `None` if it is dead, which it will be for ever.
    alive: Option<Instant>,
}

impl LastCheck {
    fn holds(self) -> bool {
        self.alive.is_none_or(|since| since.elapsed() < ALIVE)
    }
}

impl<'a> Peers<'a> {
    /// The others of the region that this seat is in.
    #[inline]
    pub(crate) fn new(seat: &'a Seat, deadline: Option<Instant>) -> Self {
        Self { seat, deadline, last: Cell::new(None), interrupted: Cell::new(false) }
    }
}

impl Owners for Peers<'_> {
    #[cold]
    fn is_dead(&self, owner: u32) -> bool {
        if let Some(known) = self.last.get() {
            if known.owner == owner && known.holds() {
                return known.alive.is_none();
            }
        }
        let is_dead = self.seat.is_dead(owner, Care::Closely);
        let alive = (!is_dead).then(Instant::now);
        self.last.set(Some(LastCheck { owner, alive }));
        is_dead
    }

    /// No thread waits for the heap's lock while it holds it: the protocol never takes it twice.
    fn is_this_thread(&self) -> bool {
        false
    }
}

impl Sleep<Hardware> for Peers<'_> {
    fn sleep(&self, word: &AtomicU32, value: u32, nap: Duration) -> Awake {
        let nap_over = sys::futex::wait(word, value, nap.min(interrupt::longest_nap()));
        if interrupt::is_wanted(nap_over) {
            self.interrupted.set(true);
        }
        if nap_over { Awake::NapOver } else { Awake::Roused }
    }

    #[cold]
    fn wake(&self, word: &AtomicU32, who: Who) -> bool {
        sys::futex::wake(word, if who == Who::One { 1 } else { i32::MAX as u32 }) > 0
    }

    fn left(&self) -> Duration {
        if self.interrupted.get() { Duration::ZERO } else { sys::clock::left(self.deadline) }
    }
}
