//! The common parts of the models of the ready word: a region in loom's memory, and flawed copies of the
//! protocol.

use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};

use loom::sync::atomic::fence;
use shm_core::protocol::{Word, ready};

use crate::{Loom, LoomU64};

const READY: u64 = 7;
const VALUE: u64 = 42;

/// A region of one word.
#[derive(Debug)]
pub struct Region {
    ready: LoomU64,
    value: LoomU64,
}

/// A way to get the protocol wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// None: the copy of the protocol below is a true one.
    None,
    /// Publishing is not a Release.
    PublishIsRelaxed,
    /// It is published before everything is written.
    PublishComesFirst,
    /// No fence after the load.
    OpenerIsNotFenced,
}

impl Default for Region {
    fn default() -> Self {
        Self { ready: LoomU64::new(0), value: LoomU64::new(0) }
    }
}

impl Region {
    /// Creates the value, by the library's protocol or a flawed copy.
    pub fn create(&self, flaw: Option<Flaw>) {
        if flaw == Some(Flaw::PublishComesFirst) {
            self.ready.store(READY, Release);
        }
        self.value.store(VALUE, Relaxed);
        match flaw {
            None => ready::publish::<Loom>(&self.ready, READY),
            Some(Flaw::PublishIsRelaxed) => self.ready.store(READY, Relaxed),
            Some(_) => self.ready.store(READY, Release),
        }
    }

    /// Opens the region; returns whether it was ready.
    ///
    /// # Panics
    /// If it was, and the value is not there.
    #[must_use]
    pub fn open(&self, flaw: Option<Flaw>) -> bool {
        let is_ready = match flaw {
            None => ready::is_published::<Loom>(self.ready.load(Relaxed), READY),
            Some(flaw) => {
                let seen = self.ready.load(Relaxed);
                if flaw != Flaw::OpenerIsNotFenced {
                    fence(Acquire);
                }
                seen == READY
            }
        };
        assert!(!is_ready || self.value.load(Relaxed) == VALUE, "ready, and not whole");
        is_ready
    }
}
