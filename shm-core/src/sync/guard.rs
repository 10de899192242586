//! [`Guard`]: a held lock, taken apart so that a handle without a lifetime can keep it.

use super::raw_lock::{RawLock, Token};

/// A guard that borrows a view, and that [`Region::own`](crate::Region::own) can turn into an
/// [`Owned`](crate::region::Owned): a [`Publisher`](crate::sync::Publisher), a
/// [`Producer`](crate::sync::Producer) or a [`MutexGuard`](crate::sync::MutexGuard).
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a guard that can be owned",
    label = "expected a `Publisher`, a `Producer` or a `MutexGuard`"
)]
pub trait Guard<'a>: Sized {
    /// The view that is locked.
    type View: Lockable + 'a;

    /// The view that is locked.
    fn view(&self) -> &'a Self::View;

    /// Gives up the guard without unlocking: the caller has to unlock.
    fn into_token(self) -> Token;
}

/// A view that has a lock: a [`MutexView`](crate::sync::MutexView), a [`LatestView`](crate::sync::LatestView),
/// a [`QueueView`](crate::sync::QueueView) or a [`RingView`](crate::sync::RingView).
pub trait Lockable {
    /// The lock.
    fn raw_lock(&self) -> &RawLock;
}
