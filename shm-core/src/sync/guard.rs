//! [`Guard`]: a held lock, taken apart so that a handle without a lifetime can keep it.

/// A guard that borrows a view, and that [`Region::own`](crate::Region::own) can turn into an
/// [`OwnedGuard`](crate::region::OwnedGuard): a [`Publisher`](crate::sync::Publisher), a
/// [`Producer`](crate::sync::Producer), a
/// [`MutexGuard`](crate::sync::MutexGuard), a guard of an [`RwLock`](crate::RwLock), a
/// [`Permit`](crate::sync::Permit) or a [`Member`](crate::sync::Member).
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a guard that can be owned",
    label = "expected a `Publisher`, a `Producer`, a `Permit`, a `Member` or the guard of a lock"
)]
pub trait Guard<'a>: Sized {
    /// The view that is locked.
    type View: Lockable + 'a;

    /// The view that is locked.
    fn view(&self) -> &'a Self::View;

    /// Gives up the guard without unlocking: the caller has to unlock.
    fn into_token(self) -> <Self::View as Lockable>::Token;
}

/// A view that has a lock. In a read-only view of an [`RwLock`](crate::RwLock), that is a reader's seat.
pub trait Lockable {
    /// What a holder knows.
    type Token: Copy;

    /// Unlocks; `false` if the lock was not this process's any more.
    fn release(&self, token: Self::Token) -> bool;
}
