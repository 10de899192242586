//! [`LockState`]: the holder of a lock, seen from outside.

use crate::access::Access;
use crate::attach::{Liveness, Participant};
use crate::dynamic::DynRegion;
use crate::dynamic::locks::Words;
use crate::error::DynError;
use crate::protocol::{lock, rwlock};
use crate::region::Mapping;
use crate::registry::Mapped as _;

/// The state in the word of a lock at one moment, and the facts about the holder that it names. It was
/// read without taking the lock or delaying any process.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LockState {
    /// The holder of the lock, or the writer of an `RwLock`; `None` if there is none.
    pub holder: Option<Holder>,
    /// Whether a holder died or panicked, and the contents have not been marked whole since.
    pub is_poisoned: bool,
    /// Whether a waiter may be asleep on it.
    pub has_sleepers: bool,
    /// The holder of each seat of an `RwLock`, a `Semaphore`, a `Barrier` or a `PerProcess`, `None` for a free one; empty
    /// for other locks.
    /// A writer has all seats.
    pub seats: Vec<Option<Holder>>,
}

/// The holder that the word of a lock names.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Holder {
    /// The slot of the participant.
    pub slot: u32,
    /// The process that has the slot, if it is the one that took the lock: a slot goes to another
    /// process only after a death.
    pub process: Option<Participant>,
}

impl Holder {
    /// The process that a word names.
    pub(super) fn of(word: u32, mapping: &Mapping) -> Option<Self> {
        let (slot, generation) = lock::slot_of(word)?;
        let process = process(slot, mapping).filter(|found| found.generation == generation);
        Some(Self { slot, process })
    }

    /// Returns whether the holder is alive. The lock of a dead one is taken over by its next locker.
    #[must_use]
    pub fn liveness(&self) -> Liveness {
        self.process.as_ref().map_or(Liveness::Dead, |process| process.liveness)
    }
}

impl LockState {
    /// Decodes the words of a lock in this mapping.
    fn of(words: &Words, mapping: &Mapping) -> Self {
        let (holder, is_poisoned) = match (words.lock, words.writer) {
            (Some(word), _) => (Holder::of(word, mapping), word & lock::POISONED != 0),
            (None, Some((dirty, turnstile))) => {
                let is_at_work = dirty & rwlock::AT_WORK != 0;
                let writer = Holder::of(turnstile, mapping).filter(|_| is_at_work);
                let is_alive =
                    writer.as_ref().is_some_and(|writer| writer.liveness() != Liveness::Dead);
                (writer, dirty & rwlock::MARKED != 0 || is_at_work && !is_alive)
            }
            (None, None) => (None, false),
        };
        let turnstile = words.writer.map(|(_, turnstile)| turnstile);
        let mut all = words.lock.into_iter().chain(turnstile).chain(words.seats.iter().copied());
        let seats = words.seats.iter().map(|seat| Holder::of(*seat, mapping)).collect();
        let has_sleepers = all.any(|word| word & lock::SLEEPERS != 0);
        Self { holder, is_poisoned, has_sleepers, seats }
    }
}

impl<A: Access> DynRegion<A> {
    /// Returns the holders of the `Mutex`, `RwLock`, `Semaphore`, `Barrier`, `PerProcess`, `Latest` or `Once` that a path names, and
    /// whether these processes are alive. The state is read with one plain load, which disturbs no process; it may have changed
    /// by the time the caller looks at it. A `Latest`'s lock is its writer's; a
    /// `PerProcess` has one while a row is taken or given up.
    ///
    /// # Errors
    /// If the path names no field, or a field without a lock.
    ///
    /// ```
    /// use shm_core::{inspect::Liveness, DynRegion, Mutex, Region};
    ///
    /// let name = format!("shm-doc-lock-state-{}", std::process::id());
    /// let total = Region::<Mutex<u64>>::create(&name)?;
    /// let region = DynRegion::open_read_only(&name)?;
    /// assert!(region.lock_state("")?.holder.is_none());
    ///
    /// let guard = total.lock().expect("the last owner is alive");
    /// let holder = region.lock_state("")?.holder.expect("it is held");
    /// assert_eq!(holder.liveness(), Liveness::Alive);
    /// assert_eq!(holder.process.map(|process| process.pid), Some(std::process::id()));
    /// # drop(guard);
    /// # total.unlink()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn lock_state(&self, path: impl AsRef<str>) -> Result<LockState, DynError> {
        Ok(LockState::of(&self.lock_words(path.as_ref())?, self.mapping()))
    }
}

/// The process in a slot.
pub(super) fn process(slot: u32, mapping: &Mapping) -> Option<Participant> {
    mapping.participant(slot)
}
