//! The private cache of a participant: blocks that it owns, and where it looks for more.

/// The private cache of a participant. It lies in the memory of its process alone.
///
/// A cache that is dropped without [`Heap::flush`](super::Heap::flush) leaves blocks that their
/// participant owns; once the participant is dead, they are recovered.
#[derive(Debug, Default)]
pub struct Cache {}

impl Cache {
    /// An empty cache.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}
