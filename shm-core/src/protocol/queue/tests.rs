//! What pushing and popping make of counters, right ones and wrong ones.

use std::cell::Cell;
use std::collections::VecDeque;
use std::sync::atomic::AtomicU64;

use super::*;
use crate::protocol::Hardware;

struct Queue {
    tail: AtomicU64,
    head: AtomicU64,
    slots: Memory,
}

struct Memory(Vec<[AtomicU64; 3]>);

impl Slots<Hardware> for Memory {
    fn count(&self) -> u64 {
        self.0.len() as u64
    }

    fn words(&self, slot: u64) -> &[AtomicU64] {
        &self.0[slot as usize]
    }
}

impl Queue {
    fn of(count: usize, tail: u64, head: u64) -> Self {
        let slots = (0..count).map(|_| [const { AtomicU64::new(0) }; 3]).collect();
        Self { tail: tail.into(), head: head.into(), slots: Memory(slots) }
    }

    fn ends(&self) -> Ends<'_, Hardware> {
        Ends { tail: &self.tail, head: &self.head }
    }

    fn counters(&self) -> (u64, u64) {
        (self.tail.load(Relaxed), self.head.load(Relaxed))
    }

    fn push(&self, value: u64) -> bool {
        let mut seen = self.head.load(Acquire);
        push(&self.ends(), &self.slots, &mut seen, &[value, value * 2, value * 3])
    }

    fn pop(&self) -> Option<[u64; 3]> {
        let mut value = [0; 3];
        let taken = pop(&self.ends(), &self.slots, |words| value = values(words));
        taken.unwrap().map(|_| value)
    }

    fn peek(&self) -> Option<[u64; 3]> {
        let mut value = [0; 3];
        let seen = peek(&self.ends(), &self.slots, |words| value = values(words));
        seen.unwrap().map(|_| value)
    }
}

fn values(words: &[AtomicU64]) -> [u64; 3] {
    std::array::from_fn(|i| words[i].load(Relaxed))
}

#[test]
fn any_sequence_of_pushes_and_pops_gives_what_a_deque_gives() {
    let mut random = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = move || {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        random
    };
    // Also across the last number that a counter can have, where a power of two divides it.
    for (count, start) in [(1, 0), (2, 0), (3, 0), (7, 5), (8, u64::MAX - 20), (64, u64::MAX - 99)]
    {
        let (queue, mut deque) = (Queue::of(count, start, start), VecDeque::new());
        // A producer that looks at the head only if the queue seems to be full.
        let mut seen = start;
        for value in 0..5_000 {
            let value = value + 1;
            match next() % 4 {
                0 => {
                    let done = deque.len() < count;
                    assert_eq!(queue.push(value), done);
                    if done {
                        deque.push_back(value);
                    }
                }
                1 => {
                    let words = [value, value * 2, value * 3];
                    let done = deque.len() < count;
                    assert_eq!(push(&queue.ends(), &queue.slots, &mut seen, &words), done);
                    if done {
                        deque.push_back(value);
                    }
                }
                2 => {
                    let oldest = deque.front().map(|value| [*value, value * 2, value * 3]);
                    assert_eq!(queue.peek(), oldest);
                }
                _ => {
                    let oldest = deque.pop_front().map(|value| [value, value * 2, value * 3]);
                    assert_eq!(queue.pop(), oldest);
                }
            }
            assert_eq!(queue.ends().len(count as u64), deque.len() as u64);
        }
    }
}

/// As after a wipe, or with a peer that writes nonsense.
#[test]
fn counters_that_cannot_be_make_a_queue_look_full_and_empty_and_never_lead_outside() {
    for count in [1, 3, 4] {
        for distance in [count as u64 + 1, 1 << 40, u64::MAX, u64::MAX - 5, 1 << 63] {
            for head in [0, 17, u64::MAX, 1 << 63] {
                let queue = Queue::of(count, head.wrapping_add(distance), head);
                assert!(!queue.push(1), "{count} slots, {distance} ahead of {head}");
                assert_eq!((queue.pop(), queue.peek()), (None, None));
                assert_eq!(queue.ends().len(count as u64), count as u64);
                assert_eq!(queue.counters(), (head.wrapping_add(distance), head), "left alone");
            }
        }
    }
}

#[test]
fn a_consumer_whose_value_another_takes_copies_the_next_one() {
    let queue = Queue::of(4, 0, 0);
    assert!((1..=4).all(|value| queue.push(value)));
    let (copies, mut value) = (Cell::new(0), [0; 3]);
    let taken = pop(&queue.ends(), &queue.slots, |words| {
        value = values(words);
        if copies.replace(copies.get() + 1) < 2 {
            assert!(queue.pop().is_some());
        }
    });
    assert_eq!((taken, value[0], copies.get()), (Ok(Some(2)), 3, 3));
    assert_eq!(queue.pop(), Some([4, 8, 12]));
}

#[test]
fn a_consumer_that_others_empty_the_queue_for_finds_it_empty() {
    let queue = Queue::of(4, 0, 0);
    assert!(queue.push(1));
    let taken = pop(&queue.ends(), &queue.slots, |_| assert!(queue.pop().is_some()));
    assert_eq!((taken, queue.counters()), (Ok(None), (1, 1)));
}

#[test]
fn a_consumer_and_a_reader_give_up_after_a_thousand_attempts() {
    let (queue, tries) = (Queue::of(2, 0, 0), Cell::new(0));
    assert!(queue.push(1));
    let overtake = |_: &[AtomicU64]| {
        tries.set(tries.get() + 1);
        assert!(queue.push(1));
        assert!(queue.pop().is_some());
    };
    assert_eq!(pop(&queue.ends(), &queue.slots, overtake), Err(Outrun));
    assert_eq!(tries.replace(0), 1_000);
    assert_eq!(peek(&queue.ends(), &queue.slots, overtake), Err(Outrun));
    assert_eq!(tries.get(), 1_000);
}

#[test]
fn a_value_of_more_or_fewer_words_than_a_slot_stays_inside_it() {
    let queue = Queue::of(2, 0, 0);
    let mut seen = 0;
    assert!(push(&queue.ends(), &queue.slots, &mut seen, &[1, 2, 3, 4, 5]));
    assert!(push(&queue.ends(), &queue.slots, &mut seen, &[7]));
    assert_eq!((queue.pop(), queue.pop()), (Some([1, 2, 3]), Some([7, 0, 0])));
}
