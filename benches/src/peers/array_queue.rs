//! crossbeam's `ArrayQueue`, between threads: it works within one process only.

use std::sync::Arc;

use crossbeam_queue::ArrayQueue;

use super::Peer;
use super::threads::shared;
use crate::job::Job;
use crate::outcome::Failure;
use crate::scenarios::queue::{self, Queue, ROOM};

pub(super) const PEER: Peer = Peer {
    key: "array-queue",
    title: "crossbeam `ArrayQueue` (threads)",
    package: Some("crossbeam-queue"),
    entries: || vec![queue::entry::<Values>(queue::QUEUE), queue::entry::<Values>(queue::PRODUCER)],
    absent: &[("*", "the queue, between threads")],
};

struct Values(Arc<ArrayQueue<u64>>);

impl Queue for Values {
    fn create(_: &Job) -> Result<Self, Failure> {
        Ok(Self(shared(|| ArrayQueue::new(ROOM))))
    }

    #[inline]
    fn push(&mut self, value: u64) {
        self.0.push(value).expect("there is room");
    }

    #[inline]
    fn pop(&mut self) -> u64 {
        self.0.pop().expect("there is a value")
    }
}
