//! [`Own`]: a table that belongs to one process.

use std::sync::atomic::AtomicPtr;
use std::sync::atomic::Ordering::{Acquire, Release};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::attach::epoch;

/// A table that a forked child starts afresh: another thread of its parent may have been changing the
/// parent's, whose lock would never be released in the child. Delaying forks, as for other tables
/// (`NoFork`), would be wrong for one that is locked while a file is opened, which can take long.
pub(super) struct Own<T: 'static>(AtomicPtr<Generation<T>>);

struct Generation<T> {
    /// The mark of the process that the table belongs to.
    mark: u64,
    table: Mutex<T>,
}

impl<T: Default + Send> Own<T> {
    pub(super) const fn new() -> Self {
        Self(AtomicPtr::new(std::ptr::null_mut()))
    }

    pub(super) fn lock(&self) -> MutexGuard<'static, T> {
        // Without a mark, for lack of a page, a child cannot be told from its parent.
        let mark = epoch::begin().map_or(0, |(_, mark)| mark);
        // Each table is consistent between any two statements that change it.
        self.generation(mark).table.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn generation(&self, mark: u64) -> &'static Generation<T> {
        let known = self.0.load(Acquire);
        // SAFETY: null, or made by `Box::into_raw` below and never freed.
        if let Some(known) = unsafe { known.as_ref() } {
            if known.mark == mark {
                return known;
            }
        }
        let fresh = Box::into_raw(Box::new(Generation { mark, table: Mutex::new(T::default()) }));
        match self.0.compare_exchange(known, fresh, Release, Acquire) {
            // SAFETY: just made, and never freed from here on: one small box for each generation.
            Ok(_) => unsafe { &*fresh },
            Err(faster) => {
                // SAFETY: made above, and never shared.
                drop(unsafe { Box::from_raw(fresh) });
                // SAFETY: another thread of this process was faster; its table is never freed.
                unsafe { &*faster }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_child_starts_a_table_of_its_own_even_if_its_parents_is_locked() {
        static NUMBERS: Own<Vec<u32>> = Own::new();
        let mut numbers = NUMBERS.lock();
        numbers.push(1);
        // SAFETY: the child only reads the table and exits.
        let child = unsafe { libc::fork() };
        if child == 0 {
            let code = NUMBERS.lock().len() as i32;
            // SAFETY: ends the child without running any of the test harness.
            unsafe { libc::_exit(code) };
        }
        let mut status = -1;
        for _ in 0..60_000 {
            // SAFETY: `status` is an int of this function.
            if unsafe { libc::waitpid(child, &raw mut status, libc::WNOHANG) } == child {
                break;
            }
            std::thread::sleep(std::time::Duration::from_millis(1));
            status = -1;
        }
        // SAFETY: the child is this test's own; if it hangs, it is ended.
        unsafe { libc::kill(child, libc::SIGKILL) };
        assert_eq!(status, 0, "the child waits for its parent's lock, or has its parent's table");
        drop(numbers);
        assert_eq!(*NUMBERS.lock(), [1]);
    }
}
