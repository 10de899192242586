//! The scenarios. Each file has one: a trait that a peer implements, and the code that measures and
//! checks it, which is the same for all peers.

pub(crate) mod array;
pub(crate) mod attach;
pub(crate) mod barrier;
pub(crate) mod blocks;
pub(crate) mod counter;
pub(crate) mod crowd;
pub(crate) mod death;
pub(crate) mod field;
pub(crate) mod killed;
pub(crate) mod layout;
pub(crate) mod lock;
pub(crate) mod map;
pub(crate) mod memory;
pub(crate) mod owned;
pub(crate) mod queue;
pub(crate) mod recursion;
pub(crate) mod rwlock;
pub(crate) mod semaphore;
pub(crate) mod sixteen;
pub(crate) mod sleep;
pub(crate) mod snapshot;
pub(crate) mod spin;
pub(crate) mod twenty;
pub(crate) mod watchers;

use crate::job::Job;
use crate::outcome::{Failure, Outcome};
use crate::party::Role;

/// One peer's implementation of one scenario.
#[derive(Clone, Copy)]
pub(crate) struct Entry {
    pub(crate) scenario: &'static str,
    /// The size that it is compiled for, if that matters.
    pub(crate) words: Option<usize>,
    /// The process that measures.
    pub(crate) lead: fn(&Job) -> Result<Outcome, Failure>,
    /// The role of the second party, if there is one.
    pub(crate) partner: Option<Role>,
}

impl Entry {
    pub(crate) const fn solo(
        scenario: &'static str,
        lead: fn(&Job) -> Result<Outcome, Failure>,
    ) -> Self {
        Self { scenario, words: None, lead, partner: None }
    }

    pub(crate) const fn duo(
        scenario: &'static str,
        lead: fn(&Job) -> Result<Outcome, Failure>,
        partner: Role,
    ) -> Self {
        Self { scenario, words: None, lead, partner: Some(partner) }
    }

    /// Returns whether this is the scenario, in that size.
    pub(crate) fn fits(&self, scenario: &str, words: usize) -> bool {
        self.scenario == scenario && self.words.is_none_or(|own| own == words)
    }
}
