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
    AVX.load(Relaxed)
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
    has_avx
}
