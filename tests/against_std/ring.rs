//! `Ring` and its followers against a `VecDeque` of the newest items.

use std::collections::VecDeque;

use proptest::collection::vec;
use proptest::prelude::{Just, Strategy, any, prop_assert, prop_assert_eq, prop_oneof, proptest};
use proptest::test_runner::TestCaseError;
use shm_core::errors::FollowError;
use shm_core::sync::Follower;
use shm_core::{Region, Ring, SharedLayout};

use crate::config;
use crate::world::{self, Event, World, events};

const SLOTS: usize = 6;
/// One may be being written.
const KEPT: usize = SLOTS - 1;
const READERS: usize = 3;

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct Streams {
    events: Ring<[u32; 5], SLOTS>,
    /// Of processes that are killed.
    theirs: Ring<u64, 3>,
}

#[derive(Clone, Debug)]
enum Step {
    Push(u32),
    /// A publisher's items, all under one lock.
    Publish(Vec<u32>),
    Follow(usize),
    FollowFromOldest(usize),
    Next(usize),
    Newest,
    Happens(Event),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let reader = || 0..READERS;
    let step = prop_oneof![
        14 => any::<u32>().prop_map(Step::Push),
        2 => vec(any::<u32>(), 0..12).prop_map(Step::Publish),
        1 => reader().prop_map(Step::Follow),
        1 => reader().prop_map(Step::FollowFromOldest),
        20 => reader().prop_map(Step::Next),
        2 => Just(Step::Newest),
        2 => events().prop_map(Step::Happens),
    ];
    vec(step, 1..300)
}

fn item(number: u32) -> [u32; 5] {
    [number, !number, number ^ 7, number.wrapping_mul(3), number]
}

/// The newest items, and the places of readers.
#[derive(Default)]
struct Model {
    kept: VecDeque<[u32; 5]>,
    /// The number of the newest item.
    pushed: u64,
    cursors: [u64; READERS],
}

impl Model {
    fn push(&mut self, item: [u32; 5]) {
        self.kept.push_back(item);
        self.pushed += 1;
        if self.kept.len() > KEPT {
            self.kept.pop_front();
        }
    }

    /// The number of the item before the oldest that is left.
    fn before_oldest(&self) -> u64 {
        self.pushed - self.kept.len() as u64
    }

    /// What a reader gets next: an item, or the number of those that it missed.
    fn next(&mut self, reader: usize) -> Option<Result<[u32; 5], u64>> {
        let (first, cursor) = (self.before_oldest(), &mut self.cursors[reader]);
        if *cursor < first {
            let missed = first - *cursor;
            *cursor = first;
            return Some(Err(missed));
        }
        let found = self.kept.get((*cursor - first) as usize)?;
        *cursor += 1;
        Some(Ok(*found))
    }
}

fn take_step(
    world: &mut World<Streams>,
    model: &mut Model,
    step: Step,
) -> Result<(), TestCaseError> {
    let events = &world.region.events;
    match step {
        Step::Push(number) => {
            let at = events.push(&item(number)).unwrap();
            model.push(item(number));
            prop_assert_eq!(at, model.pushed);
        }
        Step::Publish(numbers) => {
            let mut publisher = events.publisher().unwrap();
            for number in numbers {
                publisher.push(&item(number));
                model.push(item(number));
            }
        }
        Step::Follow(reader) => model.cursors[reader] = world.reader.events.follow().cursor(),
        Step::FollowFromOldest(reader) => {
            let follower = world.reader.events.follow_from_oldest();
            prop_assert_eq!(follower.cursor(), model.before_oldest());
            model.cursors[reader] = follower.cursor();
        }
        Step::Next(reader) => {
            let mut follower = Follower::new(&world.reader.events, model.cursors[reader]);
            let found = match follower.next() {
                Some(Err(FollowError::Missed(count))) => Some(Err(count)),
                Some(Err(error)) => return Err(TestCaseError::fail(error.to_string())),
                Some(Ok(item)) => Some(Ok(item)),
                None => None,
            };
            prop_assert_eq!(found, model.next(reader));
            prop_assert_eq!(follower.cursor(), model.cursors[reader]);
        }
        Step::Newest => {
            let newest = model.kept.back().map(|item| (model.pushed, *item));
            prop_assert_eq!(world.reader.events.newest().unwrap(), newest);
        }
        Step::Happens(event) => _ = world.pass(&event)?,
    }
    prop_assert_eq!(world.reader.events.pushed(), model.pushed);
    Ok(())
}

/// In a process that is killed: pushes to a ring of its own.
pub(crate) fn push() {
    world::work::<Streams>(|streams, round| _ = streams.theirs.push(&round).unwrap());
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_ring_is_a_deque_of_its_newest_items_for_each_reader(steps in steps()) {
        let mut world =
            World::<Streams>::new("pushes to a ring", |file| Region::create(file).unwrap());
        let mut model = Model::default();
        for step in steps {
            take_step(&mut world, &mut model, step)?;
        }
        let left: Result<Vec<_>, _> = world.reader.events.follow_from_oldest().collect();
        prop_assert_eq!(left.unwrap(), Vec::from(model.kept));
        let left: Result<Vec<u64>, _> = world.reader.theirs.follow_from_oldest().collect();
        prop_assert!(left.unwrap().len() <= 2);
        world.end()?;
    }
}
