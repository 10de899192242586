//! rtrb, a queue for one producing and one consuming thread: it works within one process only.

use super::Peer;
use crate::job::Job;
use crate::outcome::Failure;
use crate::scenarios::queue::{self, Queue, ROOM};

pub(super) const PEER: Peer = Peer {
    key: "rtrb",
    title: "rtrb (threads)",
    package: Some("rtrb"),
    entries: || vec![queue::entry::<Ends>(queue::PRODUCER)],
    absent: &[("*", "the queue with one producer, between threads")],
};

struct Ends {
    producer: rtrb::Producer<u64>,
    consumer: rtrb::Consumer<u64>,
}

impl Queue for Ends {
    fn create(_: &Job) -> Result<Self, Failure> {
        let (producer, consumer) = rtrb::RingBuffer::new(ROOM);
        Ok(Self { producer, consumer })
    }

    #[inline]
    fn push(&mut self, value: u64) {
        self.producer.push(value).expect("there is room");
    }

    #[inline]
    fn pop(&mut self) -> u64 {
        self.consumer.pop().expect("there is a value")
    }
}
