//! `Ring` within one process: what each reader gets, beside std's `VecDeque`, and what is refused.

use std::collections::VecDeque;
use std::os::unix::fs::FileExt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use shm_core::errors::FollowError;
use shm_core::layout::Role;
use shm_core::schema::{Held, Schema};
use shm_core::sync::{Follower, RingView};
use shm_core::{LockError, Region, Ring, SharedLayout, Text};

#[derive(SharedLayout, Clone, Copy, Debug, PartialEq)]
#[repr(u8)]
enum Mode {
    Idle,
    Busy,
}

#[derive(SharedLayout, Clone, Copy, Debug, PartialEq)]
#[repr(C)]
struct Reading {
    at: u32,
    mode: Mode,
    note: Text<6>,
}

fn reading(at: u32) -> Reading {
    let mode = if at % 2 == 0 { Mode::Idle } else { Mode::Busy };
    Reading { at, mode, note: Text::truncated("我是") }
}

/// A step of a reader, so that two can be compared.
#[derive(Debug, PartialEq)]
enum Got<T> {
    Item(T),
    Missed(u64),
    Nothing,
}

fn step<T>(next: Option<Result<T, FollowError>>) -> Got<T> {
    match next {
        None => Got::Nothing,
        Some(Ok(item)) => Got::Item(item),
        Some(Err(FollowError::Missed(count))) => Got::Missed(count),
        Some(Err(error)) => panic!("{error}"),
    }
}

#[test]
fn each_reader_gets_every_item_in_order_at_its_own_pace() {
    let ring = Region::<Ring<Reading, 16>>::options().private().unwrap();
    let (mut first, mut second) = (ring.follow(), ring.follow());
    for at in 1..=5 {
        assert_eq!(ring.push(&reading(at)).unwrap(), at.into());
        assert_eq!(step(first.next()), Got::Item(reading(at)));
        assert_eq!(step(first.next()), Got::Nothing);
    }
    assert_eq!((first.cursor(), second.cursor(), ring.pushed()), (5, 0, 5));
    let rest: Result<Vec<Reading>, _> = second.by_ref().collect();
    assert_eq!(rest.unwrap(), (1..=5).map(reading).collect::<Vec<_>>());
    ring.push(&reading(6)).unwrap();
    assert_eq!(step(second.next()), Got::Item(reading(6)), "there may be more after `None`");
}

#[test]
fn a_reader_starts_after_the_newest_or_at_the_oldest_that_is_left_or_where_it_was() {
    let ring = Region::<Ring<u64, 4>>::options().private().unwrap();
    assert!(ring.follow_from_oldest().next().is_none());
    assert!(ring.newest().unwrap().is_none());
    for item in 1..=9 {
        ring.push(&(item * 10)).unwrap();
    }
    assert_eq!(step(ring.follow().next()), Got::Nothing);
    assert_eq!(step(ring.follow_from_oldest().next()), Got::Item(70));
    assert_eq!(step(Follower::new(&*ring, 7).next()), Got::Item(80));
    assert_eq!(ring.newest().unwrap(), Some((9, 90)));
    let mut from_the_start = Follower::new(&*ring, 0);
    assert_eq!(step(from_the_start.next()), Got::Missed(6));
    assert_eq!((from_the_start.cursor(), step(from_the_start.next())), (6, Got::Item(70)));
}

/// The same by the book: a queue of which the oldest item is dropped.
struct Model {
    kept: VecDeque<(u64, u64)>,
    pushed: u64,
}

impl Model {
    fn push(&mut self, item: u64, room: usize) {
        self.pushed += 1;
        self.kept.push_back((self.pushed, item));
        if self.kept.len() > room {
            self.kept.pop_front();
        }
    }

    fn next(&self, position: &mut u64) -> Got<u64> {
        let Some(&(number, item)) = self.kept.iter().find(|(number, _)| number > position) else {
            return Got::Nothing;
        };
        if number > *position + 1 {
            let missed = number - 1 - *position;
            *position = number - 1;
            return Got::Missed(missed);
        }
        *position = number;
        Got::Item(item)
    }
}

/// Numbers without a pattern (xorshift).
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }
}

fn behaves_like_a_queue<const N: usize>(seed: u64) {
    const READERS: usize = 3;
    let ring = Region::<Ring<u64, N>>::options().private().unwrap();
    let mut model = Model { kept: VecDeque::new(), pushed: 0 };
    let mut readers: [_; READERS] = std::array::from_fn(|_| (ring.follow(), 0));
    let mut random = Random(seed);
    for round in 0..5_000 {
        match random.below(8) {
            0..=3 => {
                let item = random.below(u64::MAX);
                assert_eq!(ring.push(&item).unwrap(), model.pushed + 1);
                model.push(item, N - 1);
            }
            4 => {
                let reader = &mut readers[random.below(READERS as u64) as usize];
                let oldest = ring.follow_from_oldest();
                *reader = (oldest.clone(), oldest.cursor());
                let left = model.kept.front().map_or(0, |(number, _)| number - 1);
                assert_eq!(oldest.cursor(), left, "seed {seed}, round {round}");
            }
            // So that some fall back further than others.
            turn => {
                let (follower, position) = &mut readers[turn as usize - 5];
                let found = step(follower.next());
                assert_eq!(found, model.next(position), "seed {seed}, round {round}");
                assert_eq!(follower.cursor(), *position, "seed {seed}, round {round}");
            }
        }
    }
}

#[test]
fn a_ring_behaves_like_a_queue_whose_oldest_items_are_dropped() {
    for seed in 1..=20 {
        behaves_like_a_queue::<2>(seed);
        behaves_like_a_queue::<3>(seed);
        behaves_like_a_queue::<4>(seed);
        behaves_like_a_queue::<7>(seed);
        behaves_like_a_queue::<64>(seed);
    }
}

#[test]
fn an_invalid_item_is_reported_by_its_path_and_passed_over() {
    let path = std::env::temp_dir().join(format!("shm-ring-invalid-{}", std::process::id()));
    let ring = Region::<Ring<Reading, 4>>::create(&path).unwrap();
    let mut seen = ring.follow();
    ring.push(&reading(0x5eed_cafe)).unwrap();
    ring.push(&reading(2)).unwrap();
    // Another process writes a mode that there is not.
    let file = std::fs::OpenOptions::new().read(true).write(true).open(&path).unwrap();
    let bytes = std::fs::read(&path).unwrap();
    let mark = 0x5eed_cafe_u32.to_ne_bytes();
    let at = bytes.windows(4).position(|window| window == mark).unwrap();
    file.write_all_at(&[77], at as u64 + 4).unwrap();
    let Some(Err(FollowError::Invalid(error))) = seen.next() else { panic!("77 is a mode") };
    assert!(error.to_string().contains("mode"), "{error}");
    assert_eq!(step(seen.next()), Got::Item(reading(2)));
    std::fs::remove_file(path).unwrap();
}

#[test]
fn a_publisher_keeps_other_writers_out_and_no_reader() {
    let ring = Region::<Ring<u64, 8>>::options().private().unwrap();
    let mut seen = ring.follow();
    let mut publisher = ring.publisher().unwrap();
    assert_eq!(publisher.push(&1), 1);
    assert!(matches!(ring.push(&2), Err(LockError::WouldDeadlock)));
    std::thread::scope(|scope| {
        scope.spawn(|| {
            assert!(matches!(ring.try_push(&2), Err(LockError::Busy)));
            let soon = Duration::from_millis(1);
            assert!(matches!(ring.push_timeout(&2, soon), Err(LockError::Busy)));
            assert!(matches!(ring.try_publisher(), Err(LockError::Busy)));
            assert!(matches!(ring.publisher_timeout(soon), Err(LockError::Busy)));
        });
    });
    assert_eq!(step(seen.next()), Got::Item(1));
    assert_eq!(publisher.ring().pushed(), 1);
    drop(publisher);
    assert_eq!(ring.try_push(&3).unwrap(), 2);
}

#[test]
fn a_struct_can_have_a_publisher_and_a_follower_without_a_lifetime() {
    struct Both {
        publisher: shm_core::region::OwnedGuard<RingView<u64, 8>>,
        follower: Follower<shm_core::region::Projected<RingView<u64, 8>>>,
    }
    let ring = Region::<Ring<u64, 8>>::options().private().unwrap();
    let publisher = ring.own(RingView::publisher).unwrap();
    let follower = Follower::new(ring.project(|ring| ring), 0);
    drop(ring);
    let mut both = Both { publisher, follower };
    assert_eq!(both.publisher.push(&7), 1);
    assert_eq!(both.publisher.ring().pushed(), 1);
    assert_eq!(step(both.follower.next()), Got::Item(7));
    assert_eq!(both.follower.ring().newest().unwrap(), Some((1, 7)));
}

#[test]
fn a_writer_that_panics_leaves_a_ring_that_others_push_to() {
    let ring = Region::<Ring<u64, 4>>::options().private().unwrap();
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        let mut publisher = ring.publisher().unwrap();
        publisher.push(&1);
        panic!("in the middle of its work");
    }));
    assert!(panicked.is_err());
    assert_eq!(ring.push(&2).unwrap(), 2);
    assert_eq!(ring.follow_from_oldest().map(Result::unwrap).collect::<Vec<_>>(), [1, 2]);
}

#[test]
fn a_reader_that_waits_is_woken_by_a_push_also_on_a_read_only_view() {
    let ring = Region::<Ring<u64, 64>>::options().anonymous().unwrap();
    let reader = ring.read_only();
    let (mut awake, mut blind) = (ring.follow(), reader.follow());
    fn all(mut next: impl FnMut() -> Result<u64, FollowError>) {
        (1..=20).for_each(|item| assert_eq!(next().unwrap(), item));
    }
    std::thread::scope(|scope| {
        scope.spawn(|| all(|| awake.next_wait()));
        scope.spawn(|| all(|| blind.next_wait()));
        for item in 1..=20 {
            ring.push(&item).unwrap();
            std::thread::sleep(Duration::from_micros(300));
        }
    });
}

#[test]
fn waiting_with_a_timeout_ends_without_an_item_and_not_before_its_time() {
    let ring = Region::<Ring<u64, 4>>::options().private().unwrap();
    let mut seen = ring.follow();
    let (time, start) = (Duration::from_millis(20), Instant::now());
    assert!(seen.next_timeout(time).is_none());
    assert!(start.elapsed() >= time);
    ring.push(&1).unwrap();
    assert_eq!(step(seen.next_timeout(Duration::ZERO)), Got::Item(1));
    for item in 2..=9 {
        ring.push(&item).unwrap();
    }
    assert_eq!(
        step(seen.next_timeout(Duration::ZERO)),
        Got::Missed(5),
        "to have missed ends a wait"
    );
}

#[test]
fn large_items_and_items_of_one_byte_go_through_a_ring() {
    let large = Region::<Ring<[u16; 5_000], 3>>::options().private().unwrap();
    let small = Region::<Ring<bool, 3>>::options().private().unwrap();
    for round in 0..7_u16 {
        large.push(&[round; 5_000]).unwrap();
        small.push(&(round % 2 == 0)).unwrap();
    }
    let whole = |item: Result<[u16; 5_000], FollowError>| {
        let item = item.unwrap();
        assert!(item.iter().all(|number| *number == item[0]));
        item[0]
    };
    assert_eq!(large.follow_from_oldest().map(whole).collect::<Vec<_>>(), [5, 6]);
    let small: Vec<_> = small.follow_from_oldest().map(Result::unwrap).collect();
    assert_eq!(small, [false, true]);
}

#[test]
fn a_schema_describes_the_parts_of_a_ring() {
    let schema = Schema::of(Ring::<Reading, 8>::LAYOUT).unwrap();
    let live = schema.root().live().unwrap();
    assert_eq!((live.role(), live.lock(), schema.root().align()), (Role::Ring, Some(8), 64));
    let value = live.value().unwrap();
    let Held::Copied(ring) = value.held else { panic!("{value:?}") };
    let pushed = live.part("pushed").offset();
    assert_eq!((ring.sequence, pushed, ring.slots), (0, 12, 64));
    assert_eq!((ring.stride, ring.count), (64, 8));
    assert_eq!(size_of::<Ring<Reading, 8>>(), size_of::<RingView<Reading, 8>>());
}

#[test]
fn a_ring_shows_how_much_was_pushed_and_the_newest_item() {
    let ring = Region::<Ring<u64, 4>>::options().private().unwrap();
    assert_eq!(format!("{:?}", &*ring), "Ring { pushed: 0 }");
    ring.push(&5).unwrap();
    assert_eq!(format!("{:?}", &*ring), "Ring { pushed: 1, newest: 5 }");
    assert_eq!(format!("{:?}", ring.follow()), "Follower { cursor: 1, .. }");
}
