//! The epoch: a number that changes whenever what a thread remembers about mappings may be wrong,
//! because something was unmapped, or because this is a forked child now.

use std::io;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::sync::atomic::{AtomicPtr, AtomicU64};

/// Stands in until the real word exists.
static NEVER: AtomicU64 = AtomicU64::new(0);

/// The word: zero in a process that has not looked yet, and in a child that was just forked.
static WORD: AtomicPtr<AtomicU64> = AtomicPtr::new((&raw const NEVER).cast_mut());

/// The last epoch given out, in memory that a fork copies.
static LAST: AtomicU64 = AtomicU64::new(0);

/// The epoch now; 0 if there is none yet in this process.
#[inline]
pub(super) fn now() -> u64 {
    word().load(Relaxed)
}

#[inline]
fn word() -> &'static AtomicU64 {
    // Acquire: pairs with the Release in `current`, so that the word is seen initialised.
    let word = WORD.load(Acquire);
    // SAFETY: the pointer is to `NEVER` or to a word that lives for ever.
    unsafe { &*word }
}

/// The epoch now, which begins if there is none yet.
pub(super) fn current() -> io::Result<u64> {
    if std::ptr::eq(word(), &raw const NEVER) {
        let fresh = std::ptr::from_ref(crate::sys::fork::word_wiped_on_fork()?).cast_mut();
        let never = (&raw const NEVER).cast_mut();
        // If another thread was faster, its word stands and this page is left: once, 4 KiB.
        let _ = WORD.compare_exchange(never, fresh, Release, Relaxed);
    }
    match now() {
        0 => {
            let next = LAST.fetch_add(1, Relaxed) + 1;
            word().store(next, Relaxed);
            Ok(next)
        }
        epoch => Ok(epoch),
    }
}

/// Begins a new epoch: something is about to be unmapped.
pub(crate) fn end() {
    if now() != 0 {
        word().store(LAST.fetch_add(1, Relaxed) + 1, Relaxed);
    }
}
