//! The queue: each value is taken once, whole and in order, whichever process dies.

use loom::sync::Arc;
use loom::thread;
use shm_models::queue::{Death, Flaw, Queue};
use shm_models::{PREEMPTIONS, check, is_caught};

/// Fewer, for models of three threads.
const FEWER: usize = 3;

/// Takes what is left, and checks that every value was taken once, by consumers that each saw them in
/// order.
fn each_was_taken_once(queue: &Queue, taken: Vec<Vec<u64>>, pushed: u64) {
    let rest: Vec<u64> = std::iter::from_fn(|| queue.pop()).collect();
    for values in &taken {
        assert!(values.is_sorted(), "out of order: {values:?}");
    }
    let mut all: Vec<u64> = taken.into_iter().chain([rest]).flatten().collect();
    all.sort_unstable();
    assert_eq!(all, (0..pushed).collect::<Vec<_>>(), "each once");
}

/// Starts a consumer that tries to take a value this many times.
fn consumer(queue: &Arc<Queue>, tries: usize) -> thread::JoinHandle<Vec<u64>> {
    let queue = Arc::clone(queue);
    thread::spawn(move || (0..tries).filter_map(|_| queue.pop()).collect())
}

/// One producer that tries to push this many times, and this many consumers.
fn one_producer(slots: usize, pushes: u64, consumers: usize) -> impl Fn() + Send + Sync + 'static {
    move || {
        let queue = Arc::new(Queue::new(slots));
        let consumers: Vec<_> = (0..consumers).map(|_| consumer(&queue, 2)).collect();
        let pushed = (0..pushes).filter(|_| queue.push()).count() as u64;
        let taken = consumers.into_iter().map(|consumer| consumer.join().unwrap()).collect();
        each_was_taken_once(&queue, taken, pushed);
    }
}

/// As [`one_producer`] with two consumers of one value each, with a flawed copy of the protocol.
fn flawed(flaw: Flaw, slots: usize, pushes: u64) -> impl Fn() + Send + Sync + 'static {
    move || {
        let queue = Arc::new(Queue::new(slots));
        let consumers: Vec<_> = (0..2)
            .map(|_| {
                let queue = Arc::clone(&queue);
                thread::spawn(move || queue.pop_flawed(flaw).into_iter().collect::<Vec<_>>())
            })
            .collect();
        let pushed = (0..pushes).filter(|_| queue.push_flawed(flaw)).count() as u64;
        let taken = consumers.into_iter().map(|consumer| consumer.join().unwrap()).collect();
        each_was_taken_once(&queue, taken, pushed);
    }
}

/// A reader that takes nothing, while a value is taken and its slot used again.
fn flawed_reader(flaw: Flaw) -> impl Fn() + Send + Sync + 'static {
    move || {
        let queue = Arc::new(Queue::new(1));
        let shared = Arc::clone(&queue);
        let reader = thread::spawn(move || shared.peek_flawed(flaw));
        assert!(queue.push_flawed(flaw));
        queue.pop();
        assert!(queue.push_flawed(flaw));
        reader.join().unwrap();
    }
}

#[test]
fn a_consumer_takes_each_value_once_and_whole() {
    check(PREEMPTIONS, one_producer(1, 3, 1));
    check(PREEMPTIONS, one_producer(2, 3, 1));
}

#[test]
fn two_consumers_take_each_value_once_and_whole() {
    check(FEWER, one_producer(1, 3, 2));
}

#[test]
#[ignore = "takes minutes; `cargo test --release -p shm-models -- --include-ignored` runs it"]
fn two_consumers_of_two_slots_take_each_value_once_and_whole() {
    check(FEWER, one_producer(2, 4, 2));
}

#[test]
fn two_producers_push_in_turn() {
    check(FEWER, || {
        let queue = Arc::new(Queue::new(2));
        let consumer = consumer(&queue, 2);
        let shared = Arc::clone(&queue);
        let other = thread::spawn(move || u64::from(shared.push()));
        let pushed = u64::from(queue.push());
        let pushed = pushed + other.join().unwrap();
        assert_eq!(pushed, 2, "there was room for both");
        each_was_taken_once(&queue, vec![consumer.join().unwrap()], pushed);
    });
}

#[test]
#[ignore = "takes minutes; `cargo test --release -p shm-models -- --include-ignored` runs it"]
fn two_producers_and_two_consumers_share_one_slot() {
    check(2, || {
        let queue = Arc::new(Queue::new(1));
        let consumers = [consumer(&queue, 1), consumer(&queue, 1)];
        let shared = Arc::clone(&queue);
        let other = thread::spawn(move || u64::from(shared.push()));
        let pushed = u64::from(queue.push()) + u64::from(queue.push());
        let pushed = pushed + other.join().unwrap();
        let taken = consumers.map(|consumer| consumer.join().unwrap()).into();
        each_was_taken_once(&queue, taken, pushed);
    });
}

#[test]
fn a_producer_that_dies_anywhere_leaves_its_value_or_none_and_its_heir_continues() {
    for death in
        [Death::BeforeTheCopy, Death::InTheCopy, Death::BeforePublishing, Death::AfterPublishing]
    {
        check(FEWER, move || {
            let queue = Arc::new(Queue::new(2));
            let consumers: Vec<_> = (0..2).map(|_| consumer(&queue, 1)).collect();
            let shared = Arc::clone(&queue);
            let victim = thread::spawn(move || shared.push_and_die(death));
            victim.join().unwrap();
            assert!(queue.push(), "the heir has room");
            let pushed = if death == Death::AfterPublishing { 2 } else { 1 };
            let taken = consumers.into_iter().map(|consumer| consumer.join().unwrap()).collect();
            each_was_taken_once(&queue, taken, pushed);
        });
    }
}

#[test]
fn a_reader_that_takes_nothing_sees_a_whole_value() {
    check(PREEMPTIONS, || {
        let queue = Arc::new(Queue::new(1));
        let shared = Arc::clone(&queue);
        let reader = thread::spawn(move || {
            let first = shared.peek();
            (first, shared.peek())
        });
        assert!(queue.push());
        assert_eq!(queue.pop(), Some(0));
        assert!(queue.push());
        let (first, second) = reader.join().unwrap();
        assert!(second >= first || second.is_none(), "backwards: {first:?}, {second:?}");
        assert_eq!(queue.peek(), Some(1), "nothing was taken");
    });
}

#[test]
fn the_copy_of_the_protocol_that_the_flawed_ones_are_made_from_is_sound() {
    check(FEWER, flawed(Flaw::None, 1, 2));
    check(PREEMPTIONS, flawed_reader(Flaw::None));
}

#[test]
fn a_tail_that_is_read_without_acquire_is_caught() {
    assert!(is_caught(FEWER, flawed(Flaw::TailIsReadRelaxed, 1, 2)));
}

#[test]
fn a_relaxed_publish_is_caught() {
    assert!(is_caught(FEWER, flawed(Flaw::PublishIsRelaxed, 1, 2)));
}

#[test]
fn publishing_before_the_copy_is_caught() {
    assert!(is_caught(FEWER, flawed(Flaw::PublishComesFirst, 1, 2)));
}

#[test]
fn taking_by_a_store_is_caught() {
    assert!(is_caught(FEWER, flawed(Flaw::TakingStores, 1, 2)));
}

#[test]
fn taking_before_the_copy_is_caught() {
    // With one consumer: what loom remembers of a word is the last access to it.
    assert!(is_caught(PREEMPTIONS, || {
        let queue = Arc::new(Queue::new(1));
        let shared = Arc::clone(&queue);
        let consumer = thread::spawn(move || shared.pop_flawed(Flaw::TakingComesFirst));
        for _ in 0..3 {
            queue.push_flawed(Flaw::TakingComesFirst);
        }
        consumer.join().unwrap();
    }));
}

#[test]
fn a_producer_with_a_slot_too_many_is_caught() {
    assert!(is_caught(FEWER, flawed(Flaw::RoomForOneMore, 1, 2)));
}

#[test]
fn a_producer_without_the_fence_is_caught() {
    assert!(is_caught(PREEMPTIONS, flawed_reader(Flaw::ProducerCopiesEarly)));
}

#[test]
fn a_reader_without_the_last_fence_is_caught() {
    assert!(is_caught(PREEMPTIONS, flawed_reader(Flaw::ReaderLooksBackEarly)));
}
