//! Two words that the kernel zeroes in a forked child: the epoch, a number that changes whenever a
//! thread's memory of mappings may be out of date, because something was unmapped or because this is now
//! a child; and the mark of this process, which distinguishes its own objects from inherited ones.
//! Process numbers would not do: a parent and its child, each the first process of a pid namespace, both
//! have number 1.

use std::io;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::sync::atomic::{AtomicPtr, AtomicU64};

type Words = [AtomicU64; 2];
const EPOCH: usize = 0;
const MARK: usize = 1;

/// Used until the real words exist.
static NEVER: Words = [const { AtomicU64::new(0) }; 2];

/// The words: zero in a process that has not called [`begin`] yet, and in a child that was just forked.
static WORDS: AtomicPtr<Words> = AtomicPtr::new((&raw const NEVER).cast_mut());

/// The last number handed out, in memory that a fork copies: a child hands out no number that its parent
/// had before the fork.
static LAST: AtomicU64 = AtomicU64::new(0);

/// The current epoch; 0 if this process has none yet.
#[inline]
pub(crate) fn now() -> u64 {
    words()[EPOCH].load(Relaxed)
}

/// The mark of this process; 0 if it has none yet, like a child that was just forked.
#[inline]
pub(crate) fn mark() -> u64 {
    words()[MARK].load(Relaxed)
}

#[inline]
fn words() -> &'static Words {
    // Acquire: pairs with the Release in `begin`, so that the words are seen initialised.
    let words = WORDS.load(Acquire);
    // SAFETY: the pointer is to `NEVER` or to words that live for ever.
    unsafe { &*words }
}

/// The current epoch and the mark of this process, which begin if there are none yet.
pub(crate) fn begin() -> io::Result<(u64, u64)> {
    if std::ptr::eq(words(), &raw const NEVER) {
        let fresh = std::ptr::from_ref(crate::sys::fork::words_wiped_on_fork()?).cast_mut();
        let never = (&raw const NEVER).cast_mut();
        // If another thread was faster, its words are used and this page leaks: once, 4 KiB.
        let _ = WORDS.compare_exchange(never, fresh, Release, Relaxed);
    }
    // The mark first: every epoch of a process is later than its mark.
    let mark = begin_one(MARK);
    Ok((begin_one(EPOCH), mark))
}

/// The value of a word, or from now on a number of its own.
fn begin_one(which: usize) -> u64 {
    let word = &words()[which];
    let number = LAST.fetch_add(1, Relaxed) + 1;
    match word.compare_exchange(0, number, Relaxed, Relaxed) {
        Ok(_) => number,
        Err(known) => known,
    }
}

/// Ends the epoch: something is about to be unmapped.
pub(crate) fn end() {
    if now() != 0 {
        words()[EPOCH].fetch_max(LAST.fetch_add(1, Relaxed) + 1, Relaxed);
    }
}
