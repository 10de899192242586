//! `Queue` against `VecDeque`.

use std::collections::VecDeque;

use proptest::collection::vec;
use proptest::prelude::{Just, Strategy, any, prop_assert_eq, prop_oneof, proptest};
use proptest::test_runner::TestCaseError;
use shm_core::errors::PushError;
use shm_core::{Queue, Region, SharedLayout};

use crate::config;
use crate::world::{self, Event, World, events};

const ROOM: usize = 5;

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct Jobs {
    jobs: Queue<[u64; 3], ROOM>,
    /// Of processes that are killed.
    theirs: Queue<u64, 3>,
}

#[derive(Clone, Debug)]
enum Step {
    Push(u64),
    /// A producer's pushes, all under one lock.
    Produce(Vec<u64>),
    Pop,
    Peek,
    Happens(Event),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        12 => any::<u64>().prop_map(Step::Push),
        3 => vec(any::<u64>(), 0..8).prop_map(Step::Produce),
        14 => Just(Step::Pop),
        3 => Just(Step::Peek),
        2 => events().prop_map(Step::Happens),
    ];
    vec(step, 1..300)
}

fn job(number: u64) -> [u64; 3] {
    [number, !number, number.rotate_left(7)]
}

/// Whether a push was made; a full queue gives the value back.
fn pushed(
    outcome: Result<(), PushError<[u64; 3]>>,
    value: [u64; 3],
) -> Result<bool, TestCaseError> {
    match outcome {
        Ok(()) => Ok(true),
        Err(PushError::Full(back)) => {
            prop_assert_eq!(back, value);
            Ok(false)
        }
        Err(error) => Err(TestCaseError::fail(error.to_string())),
    }
}

fn take_step(
    world: &mut World<Jobs>,
    model: &mut VecDeque<[u64; 3]>,
    step: Step,
) -> Result<(), TestCaseError> {
    let jobs = &world.region.jobs;
    match step {
        Step::Push(number) => {
            let has_room = model.len() < ROOM;
            prop_assert_eq!(pushed(jobs.push(job(number)), job(number))?, has_room);
            model.extend(has_room.then(|| job(number)));
        }
        Step::Produce(numbers) => {
            let mut producer = jobs.producer().unwrap();
            for number in numbers {
                let has_room = model.len() < ROOM;
                prop_assert_eq!(pushed(producer.push(job(number)), job(number))?, has_room);
                model.extend(has_room.then(|| job(number)));
            }
        }
        Step::Pop => prop_assert_eq!(jobs.pop().unwrap(), model.pop_front()),
        Step::Peek => prop_assert_eq!(world.reader.jobs.peek().unwrap(), model.front().copied()),
        Step::Happens(event) => _ = world.pass(&event)?,
    }
    let reader = &world.reader.jobs;
    prop_assert_eq!(reader.len(), model.len());
    prop_assert_eq!((reader.is_empty(), reader.is_full()), (model.is_empty(), model.len() == ROOM));
    Ok(())
}

/// In a process that is killed: pushes to a queue of its own and pops from it.
pub(crate) fn change() {
    world::work::<Jobs>(|jobs, round| {
        // A process before it may have left some.
        let _ = jobs.theirs.push(round);
        jobs.theirs.pop().unwrap();
    });
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_queue_is_a_deque_with_an_end(steps in steps()) {
        let mut world =
            World::<Jobs>::new("pushes and pops", |file| Region::create(file).unwrap());
        let mut model = VecDeque::new();
        for step in steps {
            take_step(&mut world, &mut model, step)?;
        }
        while let Some(expected) = model.pop_front() {
            prop_assert_eq!(world.region.jobs.pop().unwrap(), Some(expected));
        }
        prop_assert_eq!(world.region.jobs.pop().unwrap(), None);
        // What the dead left is whole and works.
        while world.region.theirs.pop().unwrap().is_some() {}
        prop_assert_eq!(world.region.theirs.push(1).ok(), Some(()));
        world.end()?;
    }
}
