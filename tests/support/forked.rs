//! Children that are forked without a new program: they have a copy of everything in their parent.

use std::panic::{AssertUnwindSafe, catch_unwind};

/// Forks, and fails the test unless `claim` holds in the child, which ends then without destructors.
///
/// For processes whose other threads hold nothing that `claim` needs: those that [`run`](crate::support::run)
/// starts have only that of the test harness, which waits.
pub fn holds_in_a_forked_child(claim: impl FnOnce() -> bool) {
    // SAFETY: the child uses nothing that another thread may hold, and ends by `_exit`.
    match unsafe { libc::fork() } {
        0 => {
            let holds = catch_unwind(AssertUnwindSafe(claim)).unwrap_or(false);
            // SAFETY: ends the child.
            unsafe { libc::_exit(i32::from(!holds)) }
        }
        child => {
            let mut status = 0;
            // SAFETY: waits for a child of this process, into a local variable.
            assert_eq!(unsafe { libc::waitpid(child, &raw mut status, 0) }, child);
            assert_eq!(status, 0, "the claim does not hold in a forked child");
        }
    }
}

/// Whether this panics.
pub fn panics<R>(work: impl FnOnce() -> R) -> bool {
    catch_unwind(AssertUnwindSafe(work)).is_err()
}
