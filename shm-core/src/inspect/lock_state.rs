//! [`LockState`]: who holds a lock, seen from outside.

use super::observer::Observer;
use super::participant::Participant;
use crate::access::Access;
use crate::attach::Liveness;
use crate::dynamic::DynRegion;
use crate::error::DynError;
use crate::protocol::lock;
use crate::region::Mapping;

/// What the word of a lock says at one moment, and what is known of whoever it names. Nothing was
/// taken, and nobody was kept waiting, to find out.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LockState {
    /// Who holds the lock; `None` if it is free.
    pub holder: Option<Holder>,
    /// Whether a holder died or panicked, and nobody has said since that all is whole again.
    pub is_poisoned: bool,
    /// Whether somebody may be asleep who waits for it.
    pub has_sleepers: bool,
}

/// Whom the word of a lock names.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Holder {
    /// The slot of the participant.
    pub slot: u32,
    /// The process that has the slot, if it is the one that took the lock: a slot goes to another
    /// process after a death only.
    pub process: Option<Participant>,
}

impl Holder {
    /// Whether the holder lives. The lock of a dead one can be taken over, which its next locker does.
    #[must_use]
    pub fn liveness(&self) -> Liveness {
        self.process.as_ref().map_or(Liveness::Dead, |process| process.liveness)
    }
}

impl LockState {
    /// What a word says, which is that of a lock in this mapping.
    fn of(word: u32, mapping: &Mapping) -> Self {
        let holder = lock::slot_of(word).map(|(slot, generation)| {
            let process = process(slot, mapping).filter(|found| found.generation == generation);
            Holder { slot, process }
        });
        Self {
            holder,
            is_poisoned: word & lock::POISONED != 0,
            has_sleepers: word & lock::SLEEPERS != 0,
        }
    }
}

impl<A: Access> DynRegion<A> {
    /// Who holds the lock of the `Mutex`, `Latest` or `Once` that a path names, and whether that
    /// process lives. It is read by one plain load, and nobody is disturbed; by the time it is looked
    /// at it may have changed. A `Latest`'s lock is its writer's.
    ///
    /// # Errors
    /// If the path names nothing, or nothing with a lock.
    ///
    /// ```
    /// use shm_core::{DynRegion, Liveness, Mutex, Region};
    ///
    /// let name = format!("shm-doc-lock-state-{}", std::process::id());
    /// let total = Region::<Mutex<u64>>::create(&name)?;
    /// let region = DynRegion::open_read_only(&name)?;
    /// assert!(region.lock_state("")?.holder.is_none());
    ///
    /// let guard = total.lock().expect("nobody died");
    /// let holder = region.lock_state("")?.holder.expect("it is held");
    /// assert_eq!(holder.liveness(), Liveness::Alive);
    /// assert_eq!(holder.process.map(|process| process.pid), Some(std::process::id()));
    /// # drop(guard);
    /// # total.unlink()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn lock_state(&self, path: impl AsRef<str>) -> Result<LockState, DynError> {
        Ok(LockState::of(self.lock_word(path.as_ref())?, self.mapping()))
    }
}

fn process(slot: u32, mapping: &Mapping) -> Option<Participant> {
    let table = mapping.participants()?;
    let entry = table.entry(slot)?;
    let (file, region) = (|| mapping.file_of_participants(), || table.mapped_file());
    Participant::look(slot, entry, &Observer::new(), file, region)
}
