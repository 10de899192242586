//! Deaths, and what their heirs make of them.

use std::sync::atomic::Ordering::Relaxed;

use super::mortal::{Mortal, die_before};
use super::world::{Access, Numbers, SECTION, World, clear, move_to, owner, set};
use crate::protocol::heap::{Block, Cache, NoBlock};
use crate::protocol::lock;

/// The number of blocks of this size that can be had.
fn room(world: &World, number: u32, size: usize) -> usize {
    let (heap, mut cache) = (world.heap(number), Cache::new());
    let mut blocks = Vec::new();
    loop {
        match heap.alloc(&mut cache, size) {
            Ok(block) => blocks.push(block),
            Err(error) => break assert_eq!(error, NoBlock::Full),
        }
    }
    let count = blocks.len();
    blocks.into_iter().for_each(|block| assert!(heap.free(&mut cache, block)));
    heap.flush(&mut cache);
    count
}

#[test]
fn what_a_dead_participant_owned_is_had_by_an_allocation_that_finds_no_memory() {
    for size in [64, 1000, 5000] {
        let world = World::new(64);
        let fresh = room(&World::new(64), 1, size);
        let (heap, mut cache) = (world.heap(1), Cache::new());
        let mut hand = Vec::new();
        while let Ok(block) = heap.alloc(&mut cache, size) {
            hand.push(block);
        }
        // Some are in hand, and some in the cache.
        hand.drain(..3).for_each(|block| assert!(heap.free(&mut cache, block)));
        drop((hand, cache));
        assert_eq!(world.heap(2).alloc(&mut Cache::new(), size * 10).unwrap_err(), NoBlock::Full);
        world.kill(1);
        assert_eq!(room(&world, 2, size), fresh, "{size}");
        assert_eq!(world.audit().owned, 0);
    }
}

#[test]
fn recovery_settles_everything_once() {
    let world = World::new(200);
    let (heap, mut cache) = (world.heap(1), Cache::new());
    for index in 0..20 {
        set(&heap, &mut cache, world.place(index), &vec![index as u8; index * 500]).unwrap();
    }
    drop(cache);
    let heir = world.heap(2);
    assert_eq!(heir.recover(), 0, "it is alive");
    let owned = world.audit().owned;
    assert!(owned > 0);
    world.kill(1);
    assert_eq!((heir.recover(), heir.recover()), (owned, 0));
    let stats = world.audit();
    assert_eq!((stats.owned, stats.linked), (0, 20));
    for index in 0..20 {
        assert_eq!(world.load(index), Some(vec![index as u8; index * 500]));
    }
}

#[test]
fn a_dead_holder_of_the_heaps_lock_does_not_stop_others() {
    let world = World::new(200);
    world.memory.locks[SECTION as usize / 8].store(owner(1), Relaxed);
    world.kill(1);
    let (heap, mut cache) = (world.heap(2), Cache::new());
    set(&heap, &mut cache, world.place(0), b"value").unwrap();
    assert_eq!(world.memory.locks[SECTION as usize / 8].load(Relaxed) & lock::POISONED, 0);
}

#[test]
fn a_living_holder_that_does_not_let_go_makes_an_error() {
    let world = World::new(200);
    let word = &world.memory.locks[SECTION as usize / 8];
    world.peers.strangers.store(3, Relaxed);
    let (heap, mut cache) = (world.heap(2), Cache::new());
    let large = heap.alloc(&mut cache, 10_000).unwrap();
    let page = large.handle().page();
    word.store(owner(1), Relaxed);
    assert_eq!(heap.alloc(&mut cache, 10).unwrap_err(), NoBlock::Contended);
    assert!(heap.tidy(&mut cache).is_err());
    assert!(heap.free(&mut cache, large), "it is free, though its pages are not yet");
    word.store(0, Relaxed);
    heap.tidy(&mut cache).unwrap();
    assert_eq!(heap.alloc(&mut cache, 10_000).unwrap().handle().page(), page);
}

/// What an heir does first.
#[derive(Clone, Copy, Debug)]
enum Heir {
    Recovers,
    Sets,
    Takes,
    MovesAway,
    MovesHere,
}

const HEIRS: [Heir; 5] =
    [Heir::Recovers, Heir::Sets, Heir::Takes, Heir::MovesAway, Heir::MovesHere];

/// Lets an heir go on at place 0, where `expected` is read before.
fn go_on(world: &World, heir: Heir, expected: Option<&[u8]>) {
    let (heap, mut cache) = (world.heap(2), Cache::new());
    assert_eq!(world.load(0).as_deref(), expected, "{heir:?}");
    set(&heap, &mut cache, world.place(9), b"nine").unwrap();
    let after = match heir {
        Heir::Recovers => {
            heap.recover();
            expected
        }
        Heir::Sets => {
            set(&heap, &mut cache, world.place(0), b"heir's").unwrap();
            Some(&b"heir's"[..])
        }
        Heir::Takes => {
            clear(&heap, &mut cache, world.place(0));
            None
        }
        Heir::MovesAway => {
            move_to(&heap, &mut cache, world.place(0), world.place(9));
            assert_eq!(world.load(9).as_deref(), expected.or(Some(b"nine")));
            None
        }
        Heir::MovesHere => {
            move_to(&heap, &mut cache, world.place(9), world.place(0));
            Some(&b"nine"[..])
        }
    };
    assert_eq!(world.load(0).as_deref(), after, "{heir:?}");
    heap.recover();
    assert_eq!(world.load(0).as_deref(), after, "{heir:?} and recovery");
    let stats = world.audit();
    for index in 0..12 {
        clear(&heap, &mut cache, world.place(index));
    }
    heap.tidy(&mut cache).unwrap();
    assert_eq!(world.audit().free_pages, stats.frontier, "{heir:?}: nothing is lost");
}

/// An operation of participant 1, which dies before any of its stores; then what every heir makes of it.
/// `before` has run whole; place 0 and place 5 are what they are about.
///
/// Most stores of a long value are into its payload: then only every fifth store is tried, with one heir.
fn dies_anywhere(
    is_long: bool,
    before: impl Fn(&World, &mut Cache),
    operation: impl Fn(&World, &mut Cache),
) {
    let (step, heirs) = if is_long { (5, 1) } else { (1, HEIRS.len()) };
    for heir in 0..heirs {
        let mut seen: Vec<Vec<Option<Vec<u8>>>> = Vec::new();
        for store in (0..).step_by(step) {
            let heir = HEIRS[(heir + store as usize / step) % HEIRS.len()];
            let world = World::new(60);
            let mut cache = Cache::new();
            before(&world, &mut cache);
            let done = die_before(store, || operation(&world, &mut cache));
            world.kill(1);
            let values: Vec<_> = [0, 5].map(|index| world.load(index)).into();
            if seen.last() != Some(&values) {
                seen.push(values.clone());
            }
            go_on(&world, heir, values[0].as_deref());
            if done.is_some() {
                break;
            }
        }
        assert!(
            seen.len() <= 3,
            "a value changes in one step, and a move empties its target: {seen:?}"
        );
    }
}

fn nothing(_: &World, _: &mut Cache) {}

/// Sets place 0.
fn sets(size: usize, byte: u8) -> impl Fn(&World, &mut Cache) {
    move |world, cache| {
        let heap = world.heap(1);
        set(&heap, cache, world.place(0), &vec![byte; size]).unwrap();
    }
}

#[test]
fn a_participant_may_die_before_any_store_of_its_first_set() {
    for size in [3, 300, 5000] {
        dies_anywhere(size > 300, nothing, sets(size, 1));
    }
}

#[test]
fn a_participant_may_die_before_any_store_of_a_replacement() {
    for (old, new) in [(3, 3), (300, 5000), (5000, 300), (9000, 9000)] {
        dies_anywhere(new > 300, sets(old, 1), sets(new, 2));
    }
}

#[test]
fn a_participant_may_die_before_any_store_of_emptying_a_place() {
    for size in [3, 5000] {
        dies_anywhere(false, sets(size, 1), |world, cache| {
            clear(&world.heap(1), cache, world.place(0));
        });
    }
}

#[test]
fn a_participant_may_die_before_any_store_of_a_move() {
    for (from, to) in [(0, 5), (5, 0)] {
        for over in [false, true] {
            let before = |world: &World, cache: &mut Cache| {
                let heap = world.heap(1);
                set(&heap, cache, world.place(from), b"moved").unwrap();
                if over {
                    set(&heap, cache, world.place(to), b"lost").unwrap();
                }
            };
            dies_anywhere(false, before, |world, cache| {
                let heap = world.heap(1);
                move_to(&heap, cache, world.place(from), world.place(to));
            });
        }
    }
}

#[test]
fn a_participant_may_die_before_any_store_of_giving_memory_back() {
    let before = |world: &World, cache: &mut Cache| {
        let heap = world.heap(1);
        for index in [0, 1, 2, 3] {
            set(&heap, cache, world.place(index), &vec![7; 100 * index * index]).unwrap();
        }
        for index in [1, 2, 3] {
            clear(&heap, cache, world.place(index));
        }
    };
    dies_anywhere(false, before, |world, cache| world.heap(1).tidy(cache).unwrap());
}

/// The one that died is followed by an heir that dies as well, before any of its stores.
#[test]
fn an_heir_may_die_before_any_store_of_its_recovery() {
    for store in (0..).step_by(3) {
        let mut first = false;
        for second in (0..).step_by(2) {
            let world = World::new(40);
            let mut cache = Cache::new();
            sets(300, 1)(&world, &mut cache);
            let done = die_before(store, || sets(3000, 2)(&world, &mut cache));
            first = done.is_some();
            world.kill(1);
            let value = world.load(0);
            let recovered = die_before(second, || world.heap(3).recover());
            world.kill(3);
            go_on(&world, HEIRS[second as usize % 5], value.as_deref());
            if recovered.is_some() {
                break;
            }
        }
        if first {
            break;
        }
    }
}

/// One of the participants of a random trace.
struct Worker<'m> {
    number: u32,
    cache: Cache,
    hand: Vec<Block<'m, Mortal>>,
}

impl<'m> Worker<'m> {
    fn new(number: u32) -> Self {
        Self { number, cache: Cache::new(), hand: Vec::new() }
    }

    /// Does something; returns the place that it changed, and the new value.
    fn work(
        &mut self,
        heap: Access<'m>,
        world: &'m World,
        numbers: &mut Numbers,
    ) -> Option<(usize, Option<Vec<u8>>)> {
        let index = numbers.below(50);
        match numbers.below(6) {
            0 => {
                clear(&heap, &mut self.cache, world.place(index));
                Some((index, None))
            }
            1 => {
                self.hand.extend(heap.alloc(&mut self.cache, numbers.below(6000)));
                None
            }
            2 => {
                let block = self.hand.pop()?;
                assert!(heap.free(&mut self.cache, block));
                None
            }
            _ => {
                let value = vec![numbers.next() as u8; numbers.below(4000)];
                set(&heap, &mut self.cache, world.place(index), &value).ok()?;
                Some((index, Some(value)))
            }
        }
    }
}

#[test]
fn nothing_is_lost_by_participants_that_die_at_random() {
    let (world, fresh) = (World::new(400), World::new(400));
    let mut numbers = Numbers::new(11);
    let mut model: Vec<Option<Vec<u8>>> = vec![None; 50];
    let mut workers: Vec<Worker<'_>> = (0..4).map(Worker::new).collect();
    for round in 0..20_000 {
        let at = numbers.below(4);
        let worker = &mut workers[at];
        if let Some((index, value)) = worker.work(world.heap(worker.number), &world, &mut numbers) {
            model[index] = value;
        }
        if numbers.below(30) == 0 {
            world.kill(worker.number);
            // Slots are used again, and generations tell their owners apart; here, slots do.
            *worker = Worker::new((worker.number + 4) % lock::MAX_SLOTS);
            world.peers.revive(worker.number);
        }
        if round % 1000 == 0 {
            world.audit();
            for (index, value) in model.iter().enumerate() {
                assert_eq!(&world.load(index), value);
            }
        }
    }
    for worker in workers {
        world.kill(worker.number);
    }
    let mut cache = Cache::new();
    for (index, value) in model.iter().enumerate() {
        assert_eq!(&world.load(index), value);
        clear(&world.heap(500), &mut cache, world.place(index));
    }
    drop(cache);
    world.kill(500);
    world.heap(501).recover();
    let stats = world.audit();
    assert_eq!((stats.owned, stats.linked), (0, 0));
    for size in [64, 1000, 5000] {
        // What was made of the pages before is no hindrance, but has its own waste.
        world.heap(501).tidy(&mut Cache::new()).unwrap();
        assert_eq!(room(&world, 501, size), room(&fresh, 501, size), "{size}");
        fresh.heap(501).tidy(&mut Cache::new()).unwrap();
    }
}
