//! The locks beside fields that access by name takes by itself, and holds while it reads or writes them.

use std::time::Instant;

use super::memory::Memory;
use super::resolve::{Beside, Place, Run};
use crate::access::CanWrite;
use crate::error::LockError;
use crate::sync::Held;

/// Takes the lock at an offset.
///
/// # Errors
/// [`LockError::OwnerDied`] if it is marked; it is released then, marked as before.
pub(super) fn hold<A: CanWrite>(
    memory: Memory<'_, A>,
    word: usize,
    deadline: Option<Instant>,
) -> Result<Held<'_>, LockError> {
    let (held, _) = memory.lock(word).lock(deadline)?;
    if held.owner_died() { Err(LockError::OwnerDied) } else { Ok(held) }
}

/// Takes locks, each once, in the order of their offsets, so that two processes that do the same never wait for
/// each other.
///
/// # Errors
/// As [`hold`]; none is held then.
pub(super) fn hold_all<A: CanWrite>(
    memory: Memory<'_, A>,
    mut words: Vec<usize>,
    deadline: Option<Instant>,
) -> Result<Vec<Held<'_>>, LockError> {
    words.sort_unstable();
    words.dedup();
    words.into_iter().map(|word| hold(memory, word, deadline)).collect()
}

/// The offsets of the locks beside the field that a place is in: one for each element of the ranges outside of it.
pub(super) fn words(place: &Place) -> Vec<usize> {
    let Some(Beside { word, outer }) = place.beside() else { return Vec::new() };
    let mut words = vec![word];
    for Run { count, stride, .. } in &place.runs[..outer] {
        let elements = |word: usize| (0..*count as usize).map(move |index| word + index * stride);
        words = words.into_iter().flat_map(elements).collect();
    }
    words
}
