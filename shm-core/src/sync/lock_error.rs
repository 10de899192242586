//! [`LockError`]: why a lock is not held.

use crate::attach::AttachError;

/// Why a lock was not taken. It borrows nothing, so that `?` passes it on everywhere.
///
/// ```
/// use shm_core::{Mutex, Region};
///
/// fn deposit(balance: &Region<Mutex<i64>>) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
///     let balance = balance.lock()?;
///     balance.set(balance.get() + 100);
///     Ok(())
/// }
/// # deposit(&Region::private()?)?;
/// # Ok::<(), Box<dyn std::error::Error + Send + Sync>>(())
/// ```
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum LockError {
    /// The last holder died or panicked while it held the lock, so that the value may be half changed.
    /// The lock is free, and stays marked until it is repaired: see
    /// [`MutexView::lock_or_repair`](crate::MutexView::lock_or_repair).
    #[error(
        "the last holder of this lock died or panicked while it held it, so the value may be half \
         changed: take the lock with `lock_or_repair`, which sets the value right"
    )]
    OwnerDied,
    /// Another thread or process holds the lock, and is alive as far as can be told.
    #[error("another thread or process holds this lock")]
    Busy,
    /// This thread holds the lock already, and would wait for itself forever.
    #[error("this thread holds this lock already, and would wait for itself forever")]
    WouldDeadlock,
    /// This process cannot take part in the region's locks.
    #[error(transparent)]
    Attach(#[from] AttachError),
}

crate::report::debug_as_displayed!(LockError);
