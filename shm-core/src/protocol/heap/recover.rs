//! Recovery: settling what the dead owned.

use super::{Heap, Memory, Owners, Sleep};

impl<R: Memory, P: Owners + Sleep<R::M>> Heap<'_, R, P> {
    /// Settles the blocks of all dead participants, and returns their number. Takes no lock; may be cut
    /// short and repeated.
    pub fn recover(&self) -> usize {
        unimplemented!()
    }
}
