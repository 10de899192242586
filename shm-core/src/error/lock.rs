//! [`LockError`]: a lock was not taken, or not kept.

use std::io;

use super::by_name::OWN_FOLD;
use crate::sys;

/// A lock was not taken, or not kept. The error borrows nothing, so `?` works in any function.
///
/// ```
/// use shm_core::{Mutex, Region};
///
/// fn deposit(balance: &Region<Mutex<i64>>) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
///     let balance = balance.lock()?;
///     balance.set(balance.get() + 100);
///     Ok(())
/// }
/// # deposit(&Region::options().private()?)?;
/// # Ok::<(), Box<dyn std::error::Error + Send + Sync>>(())
/// ```
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum LockError {
    /// The last holder died or panicked while it held the lock, so the value may be half changed.
    /// The lock is free, and stays marked until it is repaired: see
    /// [`MutexView::lock_or_repair`](crate::sync::MutexView::lock_or_repair).
    #[error(
        "the last holder of this lock died or panicked while it held it, so the value may be half \
         changed"
    )]
    OwnerDied,
    /// Another thread or process holds the lock, and is alive as far as is known.
    #[error("another thread or process holds this lock")]
    Busy,
    /// The phase of a [`Barrier`](crate::Barrier) is broken: a member died before it arrived, gave up, or
    /// aborted. It stays so until it is [reset](crate::sync::BarrierView::reset).
    #[error("this barrier is broken: a member died before it arrived, gave up waiting, or aborted")]
    Broken,
    /// The wait for the lock was interrupted: see [`interruptible`](crate::sync::interruptible).
    #[error("the wait for this lock was interrupted")]
    Interrupted,
    /// This thread does not hold the lock that it was to release.
    #[error("this thread does not hold this lock")]
    NotHeld,
    /// This thread already holds the lock, and would wait for itself forever.
    #[error("this thread holds this lock already, and would wait for itself forever")]
    WouldDeadlock,
    /// This process no longer holds the lock: another process judged this one dead and took the lock over,
    /// or wrote nonsense into it. Only [`MutexGuard::unlock`](crate::sync::MutexGuard::unlock) returns this.
    #[error("the lock was taken over by another process while this one held it")]
    Lost,
    /// Every slot for a participant belongs to a living process.
    #[error("{region} has {slots} participants, and all of them are alive")]
    TooManyParticipants {
        /// The region's name.
        region: String,
        /// The number of processes that can take part.
        slots: u32,
    },
    /// There is a free slot, but a process that does not take part keeps a lock on the file that forbids
    /// taking it (`fcntl(2)`, `F_OFD_SETLK` or `F_SETLK`). Any process that may read the file can do that.
    #[error(
        "attaching to {region} is obstructed: a process holds read locks on the file where the \
         participants' own locks belong ({slots} slots)"
    )]
    Obstructed {
        /// The region's name.
        region: String,
        /// The number of slots blocked in this way.
        slots: u32,
    },
    /// The lock is not inside a region that this process has mapped for writing.
    #[error("this lock is not inside a mapped region")]
    NotInARegion,
    /// The [`PerProcess`](crate::PerProcess) is in a [named object](crate::heap::Named), which may end before
    /// a row of it does.
    #[error("this process's row could outlive the named object that it is in")]
    InANamedObject,
    /// Code of their type folds the rows of this [`PerProcess`](crate::PerProcess), which only programs with that type
    /// have: by its name, no row is taken or given up.
    #[error("this `PerProcess` {}", OWN_FOLD)]
    OwnFold,
    /// The operating system reports an error while this process attaches to the region.
    #[error("attaching to {region} failed while {doing}")]
    Io {
        /// The region's name.
        region: String,
        /// The operation that failed.
        doing: &'static str,
        /// The operating system's error.
        source: io::Error,
    },
}

impl LockError {
    /// Returns advice on the error, if there is any.
    #[must_use]
    pub fn help(&self) -> Option<String> {
        let help = match self {
            Self::OwnerDied => {
                "take the lock with `lock_or_repair`, which repairs the value, or inspect it with \
                 `lock_as_found`"
            }
            Self::Broken => {
                "call `reset` when every member knows, and have others join for the dead"
            }
            Self::WouldDeadlock => "use the guard that this thread has, or drop it first",
            Self::Lost => {
                "check the changes made under the lock: the other process may have overwritten them"
            }
            Self::TooManyParticipants { .. } => {
                "end one, or create the region with more (`participants`)"
            }
            Self::Obstructed { .. } => "find that process in `/proc/locks`",
            Self::Io { source, .. } => attaching(source)?,
            Self::InANamedObject => "put the `PerProcess` into the region's struct",
            Self::OwnFold => "count in rows of a type with `#[shm(fold = \"sum\")]`",
            Self::NotHeld => "a lock is released by the thread that took it, not by a forked child",
            Self::Busy | Self::Interrupted | Self::NotInARegion => return None,
        };
        Some(help.to_owned())
    }
}

fn attaching(source: &io::Error) -> Option<&'static str> {
    match source.kind() {
        io::ErrorKind::PermissionDenied => {
            Some("take a first lock, or open the region, before privileges are dropped")
        }
        io::ErrorKind::NotFound => Some(
            "open the region, or take a first lock, before the root directory is changed, or mount \
             /proc",
        ),
        _ => sys::process::exhausted(source).map(|exhausted| exhausted.help),
    }
}

shm_schema::debug_as_displayed!(LockError);
