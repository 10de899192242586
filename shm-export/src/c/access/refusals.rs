//! The checks at the start of a function: of its indexes, and that the thread holds the lock.

use crate::c::walk::{Bound, Lock, Spot, index};

/// The parameters that choose an element.
pub(super) fn index_parameters(spot: &Spot<'_>) -> Vec<String> {
    let at_run_time = spot.bounds.iter().any(|bound| matches!(bound, Bound::AtRunTime));
    let len = at_run_time.then(|| "size_t len".to_owned());
    let indexes = (0..spot.bounds.len()).map(|depth| format!("size_t {}", index(depth)));
    len.into_iter().chain(indexes).collect()
}

/// What a function returns if it refuses.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    Error,
    Null,
}

impl Spot<'_> {
    /// Whether functions check that the thread holds a lock.
    pub(super) fn is_checked(&self) -> bool {
        self.locked && self.lock.is_some()
    }

    /// Whether there is nothing to check before the value is used.
    pub(super) fn never_refuses(&self) -> bool {
        self.bounds.is_empty() && !self.is_checked()
    }
}

/// Refuses indexes that are too large, and threads that do not hold the lock; to write, they must hold an
/// `RwLock` for that.
pub(super) fn refusals(spot: &Spot<'_>, refusal: Refusal, writes: bool) -> String {
    let (outside, not_held) = match refusal {
        Refusal::Error => ("@P@_OUT_OF_BOUNDS", "@P@_NOT_HELD"),
        Refusal::Null => ("NULL", "NULL"),
    };
    let check = match spot.lock.as_ref().filter(|_| spot.locked) {
        None => String::new(),
        Some(Lock::Mutex(word)) => format!("@p@_holds_mutex_(locks, &{word})"),
        Some(Lock::RwLock(lock, _)) if writes => {
            format!("@p@_writes_rwlock_(locks, &{lock}.turnstile)")
        }
        Some(Lock::RwLock(lock, _)) => format!("@p@_reads_rwlock_(locks, &{lock}.turnstile)"),
    };
    let mut text = check_indexes(spot, outside);
    if !check.is_empty() {
        text.push_str(&format!("    if (!{check})\n        return {not_held};\n"));
    }
    text
}

/// Refuses indexes that are too large.
pub(super) fn check_indexes(spot: &Spot<'_>, refusal: &str) -> String {
    let outside = |(depth, bound): (usize, &Bound)| match bound {
        Bound::Known(len) => format!("{} >= {len}", index(depth)),
        Bound::AtRunTime => format!("{} >= len", index(depth)),
    };
    let checks: Vec<String> = spot.bounds.iter().enumerate().map(outside).collect();
    if checks.is_empty() {
        return String::new();
    }
    format!("    if ({})\n        return {refusal};\n", checks.join(" || "))
}
