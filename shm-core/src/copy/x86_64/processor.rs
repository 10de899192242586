//! What this processor can do: flags of our own, so that to ask costs one load, and the answer "no" is
//! a jump out of the way.

use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;

// No ordering: the processor stays what it is.
static AVX: AtomicBool = AtomicBool::new(false);
static FAST_STRINGS: AtomicBool = AtomicBool::new(false);

/// Whether somebody has found AVX.
#[inline(always)]
pub(crate) fn is_known_to_have_avx() -> bool {
    AVX.load(Relaxed) && !pretended::is_old()
}

/// Whether there is AVX.
#[inline(always)]
pub(super) fn has_avx() -> bool {
    is_known_to_have_avx() || look()
}

/// Whether `rep movs` and `rep stos` are worth their start (Intel calls it "enhanced"). Known once
/// [`has_avx`] was asked.
#[inline(always)]
pub(super) fn has_fast_strings() -> bool {
    FAST_STRINGS.load(Relaxed)
}

/// The first time, and each time on a processor without AVX.
#[cold]
fn look() -> bool {
    let has_avx = std::arch::is_x86_feature_detected!("avx");
    FAST_STRINGS.store(std::arch::is_x86_feature_detected!("ermsb"), Relaxed);
    AVX.store(has_avx, Relaxed);
    has_avx && !pretended::is_old()
}

/// A processor without AVX, where there is none.
#[cfg(not(test))]
mod pretended {
    /// Whether to do as if there were no AVX.
    #[inline(always)]
    pub(super) const fn is_old() -> bool {
        false
    }
}

/// For tests: this thread's processor can be an old one.
#[cfg(test)]
pub(in crate::copy) mod pretended {
    use std::cell::Cell;

    thread_local! {
        static OLD: Cell<bool> = const { Cell::new(false) };
    }

    pub(super) fn is_old() -> bool {
        OLD.get()
    }

    /// Does something as on a processor without AVX.
    pub(in crate::copy) fn on_an_old_one<R>(work: impl FnOnce() -> R) -> R {
        OLD.set(true);
        let outcome = work();
        OLD.set(false);
        outcome
    }
}
