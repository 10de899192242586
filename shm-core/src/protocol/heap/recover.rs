//! Recovery: settling what the dead owned.

use std::sync::atomic::Ordering::Acquire;

use super::words::State;
use super::{Heap, Memory, Owners, Sleep, Word};

impl<R: Memory, P: Owners + Sleep<R::M>> Heap<'_, R, P> {
    /// Settles the blocks of all dead participants, and returns their number. Takes no lock; may be cut
    /// short and repeated.
    pub fn recover(&self) -> usize {
        let (mut settled, mut judged) = (0, Judged::default());
        self.view.for_each_block(|page, block, found| {
            let state = State(found.state.load(Acquire));
            if let Some(owner) = state.participant() {
                if owner != self.me
                    && judged.is_dead(owner, self.peers)
                    && self.settle(page, block, &found, state)
                {
                    settled += 1;
                }
            }
        });
        settled
    }
}

/// The answers about the owners asked about last: each costs system calls, and most blocks have the same
/// few owners.
#[derive(Default)]
struct Judged {
    owners: [(u32, bool); 16],
    next: usize,
}

impl Judged {
    fn is_dead(&mut self, owner: u32, peers: &impl Owners) -> bool {
        if let Some((_, dead)) = self.owners.iter().find(|(known, _)| *known == owner) {
            return *dead;
        }
        let dead = peers.is_dead(owner);
        self.owners[self.next] = (owner, dead);
        self.next = (self.next + 1) % self.owners.len();
        dead
    }
}
