//! Features of this processor, in flags of our own, so that a test costs one load and the answer "no" is
//! a jump out of line.

use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;

// No ordering: the features never change.
static AVX: AtomicBool = AtomicBool::new(false);
static FAST_STRINGS: AtomicBool = AtomicBool::new(false);

/// Returns whether [`look`] has found AVX.
#[inline(always)]
pub(crate) fn is_known_to_have_avx() -> bool {
    AVX.load(Relaxed) && !pretended::is_old()
}

/// Returns whether `rep movs` and `rep stos` start fast (Intel's "enhanced"). Known once [`look`] was
/// called.
#[inline(always)]
pub(super) fn has_fast_strings() -> bool {
    FAST_STRINGS.load(Relaxed)
}

/// Returns whether AVX is available. Runs the first time, and every time on a processor without it.
#[cold]
pub(super) fn look() -> bool {
    let has_avx = std::arch::is_x86_feature_detected!("avx");
    FAST_STRINGS.store(std::arch::is_x86_feature_detected!("ermsb"), Relaxed);
    AVX.store(has_avx, Relaxed);
    has_avx && !pretended::is_old()
}

/// A pretended processor without AVX, which only tests have.
#[cfg(not(test))]
mod pretended {
    /// Returns whether to act as if there were no AVX.
    #[inline(always)]
    pub(super) const fn is_old() -> bool {
        false
    }
}

/// For tests: a thread can pretend that its processor is an old one.
#[cfg(test)]
pub(in crate::copy) mod pretended {
    use std::cell::Cell;

    thread_local! {
        static OLD: Cell<bool> = const { Cell::new(false) };
    }

    pub(super) fn is_old() -> bool {
        OLD.get()
    }

    /// Runs `work` as on a processor without AVX.
    pub(in crate::copy) fn on_an_old_one<R>(work: impl FnOnce() -> R) -> R {
        OLD.set(true);
        let outcome = work();
        OLD.set(false);
        outcome
    }
}
