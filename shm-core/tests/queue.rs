//! `Queue` within one process: order, room, values of every kind, waiting, and what is refused.

use std::collections::VecDeque;
use std::num::NonZeroU32;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use shm_core::errors::PushError;
use shm_core::layout::Role;
use shm_core::schema::Schema;
use shm_core::sync::{self, Value};
use shm_core::{DynRegion, LockError, Queue, Region, SharedLayout, Text, errors::LoadError};

#[derive(SharedLayout, Clone, Copy, Debug, PartialEq)]
#[repr(u8)]
enum Mode {
    Fast = 1,
    Slow = 2,
}

/// Zero is not a valid value of it, and it has padding.
#[derive(SharedLayout, Clone, Copy, Debug, PartialEq)]
#[repr(C)]
struct Job {
    id: u64,
    mode: Mode,
    sizes: [f32; 3],
    note: Text<6>,
}

fn job(id: u64) -> Job {
    let mode = if id % 2 == 0 { Mode::Fast } else { Mode::Slow };
    Job { id, mode, sizes: [1.0, -2.5, id as f32], note: Text::truncated("我是") }
}

fn private<T: Value, const N: usize>() -> Region<Queue<T, N>> {
    Region::options().private().unwrap()
}

#[test]
fn values_come_out_in_the_order_in_which_they_were_pushed() {
    let jobs = private::<Job, 5>();
    assert_eq!((jobs.len(), jobs.capacity(), jobs.is_empty(), jobs.is_full()), (0, 5, true, false));
    assert_eq!(jobs.pop().unwrap(), None);
    let mut next = 0;
    for id in 0..100 {
        jobs.push(job(id)).unwrap();
        assert!(!jobs.is_empty());
        if id % 3 != 0 || jobs.is_full() {
            assert_eq!(jobs.peek().unwrap(), Some(job(next)));
            assert_eq!(jobs.pop().unwrap(), Some(job(next)));
            next += 1;
        }
    }
    assert_eq!(jobs.len() as u64, 100 - next);
    assert_eq!(format!("{:?}", &*jobs), format!("Queue {{ len: {}, capacity: 5 }}", jobs.len()));
}

#[test]
fn a_full_queue_gives_the_value_back() {
    let jobs = private::<Job, 2>();
    jobs.push(job(1)).unwrap();
    jobs.push(job(2)).unwrap();
    assert!(jobs.is_full());
    let refused = jobs.push(job(3)).unwrap_err();
    assert_eq!(refused.to_string(), "the queue is full");
    assert!(refused.help().unwrap().contains("push_wait"));
    let PushError::Full(back) = refused else { panic!("{refused:?}") };
    assert_eq!(back, job(3));
    assert_eq!(jobs.push_timeout(job(4), Duration::ZERO).unwrap_err().into_value(), job(4));
    let soon = Duration::from_millis(3);
    assert_eq!(jobs.push_timeout(job(5), soon).unwrap_err().into_value(), job(5));
    let mut producer = jobs.producer().unwrap();
    assert_eq!(producer.push(job(6)).unwrap_err().into_value(), job(6));
    assert_eq!(producer.push_timeout(job(7), soon).unwrap_err().into_value(), job(7));
    assert_eq!(jobs.pop().unwrap(), Some(job(1)));
    producer.push(job(8)).unwrap();
    let rest = [(); 3].map(|()| jobs.pop().unwrap());
    assert_eq!(rest, [Some(job(2)), Some(job(8)), None]);
}

#[test]
fn values_of_every_kind_and_size_come_out_as_they_went_in() {
    fn through<T: Value + PartialEq + std::fmt::Debug + Copy>(values: [T; 3]) {
        let queue = private::<T, 3>();
        for _ in 0..2 {
            values.iter().for_each(|value| queue.push(*value).unwrap());
            let mut producer = queue.producer().unwrap();
            assert!(matches!(producer.push(values[0]), Err(PushError::Full(_))));
            drop(producer);
            for value in values {
                assert_eq!(queue.peek().unwrap(), Some(value));
                assert_eq!(queue.pop().unwrap(), Some(value));
            }
        }
    }
    through([1_u8, 0, 255]);
    through([1.5_f64, -0.0, f64::MAX]);
    through(['a', '我', '\0']);
    through([1_u128, u128::MAX, 1 << 64]);
    through([[i128::MIN; 2], [0; 2], [7; 2]]);
    through([[1_u16; 5], [2; 5], [3; 5]]);
    through([NonZeroU32::MIN, NonZeroU32::MAX, NonZeroU32::new(7).unwrap()]);
    through([job(1), job(2), job(3)]);
    // Too large for the stack's part of private copies.
    through([[1_u64; 1000], [2; 1000], [3; 1000]]);
    through([[job(1); 200], [job(2); 200], [job(3); 200]]);
    through([Text::<9>::truncated("a"), Text::truncated("éé"), Text::truncated("")]);
}

#[test]
fn a_queue_is_valid_when_zeroed_whatever_its_values_are() {
    let path = format!("/dev/shm/shm-queue-zeroed-{}", std::process::id());
    let jobs = Region::<Queue<Job, 4>>::create(&path).unwrap().remove_on_drop();
    assert_eq!(jobs.pop().unwrap(), None);
    let by_name = DynRegion::open(&path).unwrap();
    assert_eq!(by_name.schema(), &Schema::of(Queue::<Job, 4>::LAYOUT).unwrap());
}

#[test]
fn any_sequence_of_operations_gives_what_a_deque_gives() {
    let mut random = 0x0123_4567_89ab_cdef_u64;
    let mut next = move || {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        random
    };
    let (jobs, mut deque) = (private::<Job, 7>(), VecDeque::new());
    let mut producer = None;
    for id in 0..20_000 {
        let room = deque.len() < 7;
        match next() % 8 {
            0..=3 => {
                let pushed = match &mut producer {
                    None if id % 2 == 0 => jobs.push(job(id)),
                    None => jobs.push_timeout(job(id), Duration::ZERO),
                    Some(producer) => sync::Producer::push(producer, job(id)),
                };
                assert_eq!(pushed.is_ok(), room);
                if room {
                    deque.push_back(job(id));
                }
            }
            4 | 5 => assert_eq!(jobs.pop().unwrap(), deque.pop_front()),
            6 => assert_eq!(jobs.peek().unwrap(), deque.front().copied()),
            _ => producer = producer.is_none().then(|| jobs.producer().unwrap()),
        }
        assert_eq!((jobs.len(), jobs.is_full()), (deque.len(), deque.len() == 7));
    }
}

#[test]
fn a_producer_excludes_others_and_not_consumers() {
    let jobs = private::<u64, 8>();
    let mut producer = jobs.producer().unwrap();
    producer.push(1).unwrap();
    assert!(matches!(jobs.producer(), Err(LockError::WouldDeadlock)));
    let refused = jobs.push(2).unwrap_err();
    assert!(matches!(refused, PushError::Lock { value: 2, error: LockError::WouldDeadlock }));
    std::thread::scope(|threads| {
        threads.spawn(|| {
            assert!(matches!(jobs.try_producer(), Err(LockError::Busy)));
            let soon = Duration::from_millis(2);
            assert!(matches!(jobs.producer_timeout(soon), Err(LockError::Busy)));
            let refused = jobs.push_timeout(3, soon).unwrap_err();
            assert!(matches!(refused, PushError::Lock { error: LockError::Busy, .. }));
            assert_eq!(refused.to_string(), LockError::Busy.to_string());
            assert_eq!(refused.into_value(), 3);
            assert_eq!(jobs.pop().unwrap(), Some(1));
        });
    });
    assert_eq!(producer.queue().len(), 0);
    drop(producer);
    assert!(jobs.try_producer().is_ok());
}

#[test]
fn an_owned_producer_needs_no_lifetime() {
    let jobs = private::<u64, 2>();
    let mut owned = jobs.own(sync::QueueView::producer).unwrap();
    owned.push(1).unwrap();
    owned.push_wait(2);
    assert!(matches!(owned.push(3), Err(PushError::Full(3))));
    assert!(matches!(owned.push_timeout(4, Duration::from_millis(1)), Err(PushError::Full(4))));
    assert_eq!((owned.queue().pop().unwrap(), owned.queue().len()), (Some(1), 1));
    drop(jobs);
    owned.push_timeout(5, Duration::ZERO).unwrap();
    assert_eq!(format!("{owned:?}"), "OwnedGuard(Queue { len: 2, capacity: 2 })");
}

#[test]
fn a_read_only_view_sees_the_length_and_the_oldest_value() {
    let path = format!("/dev/shm/shm-queue-read-only-{}", std::process::id());
    let jobs = Region::<Queue<Job, 4>>::create(&path).unwrap().remove_on_drop();
    let reader = Region::<Queue<Job, 4>>::open_read_only(&path).unwrap();
    assert_eq!((reader.len(), reader.peek().unwrap()), (0, None));
    jobs.push(job(7)).unwrap();
    assert_eq!((reader.len(), reader.peek().unwrap()), (1, Some(job(7))));
}

#[test]
fn a_consumer_that_is_interrupted_takes_nothing_and_leaves_the_value_to_another() {
    let queue = private::<u64, 4>();
    let interrupted = || {
        queue.push(7).unwrap();
        true
    };
    let taken = sync::interruptible(interrupted, || queue.pop_timeout(Duration::MAX));
    assert_eq!((taken.unwrap(), queue.pop().unwrap()), (None, Some(7)));
    // One that waits with it has the value, and does not sleep on because the other one was woken for it.
    std::thread::scope(|scope| {
        let other = scope.spawn(|| queue.pop_timeout(Duration::MAX).unwrap());
        let taken = sync::interruptible(interrupted, || queue.pop_timeout(Duration::MAX));
        assert_eq!((taken.unwrap(), other.join().unwrap()), (None, Some(7)));
    });
}

#[test]
fn waiting_consumers_and_producers_go_on_as_soon_as_there_is_a_value_or_room() {
    const VALUES: u64 = 3_000;
    let jobs = private::<u64, 2>();
    std::thread::scope(|threads| {
        let consumers: Vec<_> = (0..3)
            .map(|_| {
                threads.spawn(|| {
                    let mut taken = Vec::new();
                    loop {
                        match jobs.pop_wait().unwrap() {
                            u64::MAX => return taken,
                            value => taken.push(value),
                        }
                    }
                })
            })
            .collect();
        let producers: Vec<_> = (0..2)
            .map(|producer| {
                let jobs = &jobs;
                threads.spawn(move || {
                    for value in 0..VALUES {
                        jobs.push_wait(value * 2 + producer).unwrap();
                    }
                })
            })
            .collect();
        producers.into_iter().for_each(|producer| producer.join().unwrap());
        let mut producer = jobs.producer().unwrap();
        consumers.iter().for_each(|_| producer.push_wait(u64::MAX));
        let mut all = Vec::new();
        for consumer in consumers {
            let taken = consumer.join().unwrap();
            for producer in 0..2 {
                let of_one: Vec<_> = taken.iter().filter(|value| *value % 2 == producer).collect();
                assert!(of_one.is_sorted(), "out of the order of one producer");
            }
            all.extend(taken);
        }
        all.sort_unstable();
        assert_eq!(all, (0..2 * VALUES).collect::<Vec<_>>(), "each once");
    });
}

#[test]
fn waiting_ends_when_the_time_is_up() {
    let jobs = private::<u64, 1>();
    for timeout in [Duration::ZERO, Duration::from_millis(3)] {
        assert_eq!(jobs.pop_timeout(timeout).unwrap(), None);
    }
    jobs.push(1).unwrap();
    assert_eq!(jobs.pop_timeout(Duration::MAX).unwrap(), Some(1));
    jobs.push_timeout(2, Duration::MAX).unwrap();
    assert_eq!(jobs.pop_wait().unwrap(), 2);
}

#[test]
fn a_panic_while_a_producer_lives_poisons_nothing() {
    let jobs = private::<u64, 4>();
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        let mut producer = jobs.producer().unwrap();
        producer.push(1).unwrap();
        panic!("with the lock");
    }));
    assert!(panicked.is_err());
    jobs.push(2).unwrap();
    assert_eq!((jobs.pop().unwrap(), jobs.pop().unwrap()), (Some(1), Some(2)));
}

#[test]
fn a_value_that_is_none_is_reported_by_its_path_and_taken_out() {
    let path = format!("/dev/shm/shm-queue-invalid-{}", std::process::id());
    let jobs = Region::<Queue<Job, 3>>::create(&path).unwrap().remove_on_drop();
    for id in 1..=3 {
        jobs.push(job(id)).unwrap();
    }
    // A peer writes nonsense into the mode of the second one.
    let slots =
        Schema::of(Queue::<Job, 3>::LAYOUT).unwrap().root().field("slots").unwrap().offset();
    let stride = size_of::<Job>().next_multiple_of(8) as u64;
    damage(&path, &jobs, slots + stride + 8, &[9]);
    assert_eq!(jobs.pop().unwrap(), Some(job(1)));
    let LoadError::Invalid(looked) = jobs.peek().unwrap_err() else { panic!("no invalid value") };
    let LoadError::Invalid(error) = jobs.pop().unwrap_err() else { panic!("no invalid value") };
    assert_eq!((error.field(), error.bits()), (Some("slots[1].value.mode"), 9));
    assert_eq!(looked, error);
    assert_eq!(jobs.pop().unwrap(), Some(job(3)), "the next one can be popped");
}

/// Writes to the file of a region, at an offset of its data.
fn damage<const N: usize>(path: &str, jobs: &Queued<N>, offset: u64, bytes: &[u8]) {
    use std::os::unix::fs::FileExt;
    let mark = jobs.peek().unwrap().unwrap().id.to_ne_bytes();
    let slots =
        Schema::of(Queue::<Job, N>::LAYOUT).unwrap().root().field("slots").unwrap().offset();
    let whole = std::fs::read(path).unwrap();
    // The data starts where the first value is in the first slot.
    let data = (0..whole.len() as u64).step_by(64).find(|start| {
        let at = (start + slots) as usize;
        whole.get(at..at + 8) == Some(&mark) && whole[at + 8] == 2
    });
    let file = std::fs::OpenOptions::new().write(true).open(path).unwrap();
    file.write_all_at(bytes, data.unwrap() + offset).unwrap();
}

type Queued<const N: usize> = sync::QueueView<Job, N>;

#[test]
fn counters_that_a_peer_made_nonsense_of_are_survived() {
    let path = format!("/dev/shm/shm-queue-nonsense-{}", std::process::id());
    for (counter, value) in
        [(64, u64::MAX), (64, 1 << 40), (128, u64::MAX - 9), (128, 1 << 63), (128, 9)]
    {
        let jobs = Region::<Queue<Job, 3>>::create(&path).unwrap().remove_on_drop();
        jobs.push(job(1)).unwrap();
        let mut producer = jobs.producer().unwrap();
        damage(&path, &jobs, counter, &value.to_ne_bytes());
        // It looks at the head only if the queue seems to be full.
        let pushed = (0..10).filter(|_| producer.push(job(2)).is_ok()).count();
        assert!(pushed <= 3, "{pushed}");
        for _ in 0..10 {
            assert!(matches!(producer.push(job(2)), Err(PushError::Full(_))));
            assert_eq!((jobs.pop().unwrap(), jobs.peek().unwrap()), (None, None));
            assert_eq!(jobs.len(), 3);
        }
        assert_eq!(jobs.pop_timeout(Duration::from_millis(1)).unwrap(), None);
        assert!(producer.push_timeout(job(2), Duration::from_millis(1)).is_err());
    }
}

#[test]
fn the_schema_says_where_everything_is() {
    let schema = Schema::of(Queue::<Job, 9>::LAYOUT).unwrap();
    let queue = schema.root();
    assert_eq!((queue.role(), queue.align()), (Some(Role::Queue), 64));
    let found: Vec<_> = queue.fields().map(|field| (field.name(), field.offset())).collect();
    let expected =
        [("lock", 0), ("tail", 64), ("pushed", 72), ("head", 128), ("popped", 136), ("slots", 192)];
    assert_eq!(found, expected);
    let parts = queue.live().unwrap().queue().unwrap();
    assert_eq!((parts.lock, parts.tail, parts.pushed), (0, 64, 72));
    assert_eq!((parts.head, parts.popped, parts.slots), (128, 136, 192));
    assert_eq!((parts.stride, parts.capacity, parts.value.size()), (40, 9, 40));
    assert_eq!(queue.size(), (192 + 9 * 40_u64).next_multiple_of(64));
}

#[test]
fn slots_are_whole_words_close_to_each_other() {
    assert_eq!(Queue::<u8, 8>::LAYOUT.size(), 192 + 8 * 8);
    assert_eq!(Queue::<[u8; 9], 16>::LAYOUT.size(), 192 + 16 * 16);
    #[derive(SharedLayout)]
    #[repr(C, align(256))]
    struct Wide(u8);
    assert_eq!((Queue::<Wide, 2>::LAYOUT.size(), Queue::<Wide, 2>::LAYOUT.align()), (768, 256));
}
